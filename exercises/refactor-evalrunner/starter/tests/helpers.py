"""Models for tests, and a night's suite."""

import sqlite3

from bakeoff import Runner, Sample, Suite


class Script:
    """A model that follows a script: texts are answers, errors are raised.

    The last line is said for ever.
    """

    def __init__(self, *lines: object) -> None:
        self.lines = list(lines)
        self.prompts: list[str] = []

    def __call__(self, prompt: str) -> str:
        self.prompts.append(prompt)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, BaseException):
            raise line
        assert isinstance(line, str)
        return line


def sample(id: str, expected: str = "4", scorer: str = "exact", **options) -> Sample:
    """Return a sample of which only some things matter."""
    return Sample(id, f"What is {id}?", expected, scorer, options)


def suite(*ids: str, name: str = "arith") -> Suite:
    """Return a suite of samples to which 4 is the answer."""
    return Suite(name, tuple(sample(id) for id in ids))


def runner(models: dict, **more) -> tuple[Runner, list[float]]:
    """Return a runner over a database in memory, and the list of its waits."""
    waits: list[float] = []
    db = sqlite3.connect(":memory:")
    return Runner(db, models, sleep=waits.append, **more), waits
