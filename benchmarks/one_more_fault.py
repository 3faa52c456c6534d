"""Prints by how many seconds one more seeded bug makes a grading longer; see bench.py.

python one_more_fault.py EXERCISE ROUNDS
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

from harness.exercise import load_exercise
from scoring.engine import grade
from scoring.model import GradingKit, TimeUsed
from scoring.runner import Runner


def main() -> None:
    kit = load_exercise(Path(sys.argv[1])).kit()
    extra = next(each for each in kit.faults if each.name not in kit.baseline.caught_by_starter)
    rest = tuple(each for each in kit.faults if each is not extra)
    with Runner() as runner:
        pairs = [
            (_seconds(kit, runner), _seconds(replace(kit, faults=rest), runner))
            for _ in range(int(sys.argv[2]) + 1)
        ][1:]
    with_it, without = map(statistics.median, zip(*pairs, strict=True))
    print(with_it - without)


def _seconds(kit: GradingKit, runner: Runner) -> float:
    began = time.perf_counter()
    grade(kit, kit.reference, TimeUsed(0, 60, 60), reveal=True, runner=runner)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
