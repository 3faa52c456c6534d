"""Which exercises fit, and in which order they are best taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import zip_longest

from harness.errors import UsageProblem
from harness.exercise import Exercise

KINDS = ("debug", "extend", "refactor", "design")
LEVELS = ("warm-up", "standard", "senior")


@dataclass(frozen=True)
class Filter:
    """What is asked for; None and False ask for nothing."""

    kind: str | None = None
    level: str | None = None
    topic: str | None = None
    unsolved: bool = False

    def apply(self, exercises: Sequence[Exercise], solved: Collection[str]) -> tuple[Exercise, ...]:
        """Those that fit, in the order given.

        `solved` are the ids of exercises with a score that counts and passed. Raises UsageProblem
        for a topic that no exercise has.
        """
        topics = sorted({each.manifest.topic for each in exercises})
        if self.topic is not None and self.topic not in topics:
            raise UsageProblem(*_no_such_topic(self.topic, topics))
        return tuple(each for each in exercises if self._fits(each, solved))

    def __bool__(self) -> bool:
        return self != Filter()

    def __str__(self) -> str:
        """As it is typed."""
        given = ((each.name, getattr(self, each.name)) for each in fields(self))
        words = (
            f"--{name}" if value is True else f"--{name} {value}" for name, value in given if value
        )
        return " ".join(words)

    def wider(self, exercises: Sequence[Exercise], solved: Collection[str]) -> tuple[str, ...]:
        """What to type instead where nothing fits: each option left out, if something fits then."""
        wider = {
            "kind": replace(self, kind=None),
            "level": replace(self, level=None),
            "topic": replace(self, topic=None),
            "unsolved": replace(self, unsolved=False),
        }
        numbers = {name: len(each.apply(exercises, solved)) for name, each in wider.items()}
        return tuple(
            f"without --{name} there {'is' if number == 1 else 'are'} {number}"
            for name, number in numbers.items()
            if number and wider[name] != self
        )

    def _fits(self, exercise: Exercise, solved: Collection[str]) -> bool:
        manifest = exercise.manifest
        return (
            self.kind in {None, manifest.kind}
            and self.level in {None, manifest.level}
            and self.topic in {None, manifest.topic}
            and not (self.unsolved and exercise.id in solved)
        )


def suggested_path(exercises: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """From warm-up to senior; in a level by rounds with one of each kind, the shortest first."""
    given = sorted(exercises, key=lambda each: (each.manifest.minutes, each.id))
    path = []
    for level in LEVELS:
        columns = [
            [each for each in given if (each.manifest.level, each.manifest.kind) == (level, kind)]
            for kind in KINDS
        ]
        path += [each for turn in zip_longest(*columns) for each in turn if each is not None]
    return tuple(path)


def _no_such_topic(topic: str, topics: Sequence[str]) -> tuple[str, str]:
    from difflib import get_close_matches

    close = get_close_matches(topic, topics, n=1)
    meant = f"did you mean '{close[0]}'? " if close else ""
    return f"no exercise has the topic '{topic}'", f"{meant}Topics: {', '.join(topics) or 'none'}"
