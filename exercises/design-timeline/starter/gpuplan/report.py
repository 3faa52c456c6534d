"""A timeline as text, and how busy the cluster is."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from gpuplan.model import Step

_HOUR, _MINUTE = 3600, 60


def clock(seconds: int) -> str:
    """Return seconds as hours, minutes and seconds, with a sign if they are negative."""
    hours, rest = divmod(abs(seconds), _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{'-' if seconds < 0 else ''}{hours}:{minutes:02}:{rest:02}"


def chart(steps: Sequence[Step], width: int = 40) -> str:
    """Return a line for each step, with a bar; the longest bar is `width` wide."""
    most = max((step.gpus for step in steps), default=0)
    lines = []
    for step in steps:
        bar = "#" * -(-step.gpus * width // most) if most else ""
        since = clock(step.start - steps[0].start)
        lines.append(f"{since:>9}  {step.gpus:>5}  {bar}".rstrip() + "\n")
    return "".join(lines)


def work(steps: Iterable[Step]) -> int:
    """Return the GPUs times time of all steps."""
    return sum(step.work for step in steps)


def utilisation(steps: Sequence[Step], capacity: int) -> Fraction:
    """Return the share of a cluster that is in use on average; 0 if there is no time."""
    time = sum(step.end - step.start for step in steps)
    return Fraction(work(steps), capacity * time) if time else Fraction(0)
