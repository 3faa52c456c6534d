"""Scores and proves every exercise, beside what one would type by hand, and prints a table.

    python benchmarks/catalogue.py [ID...]

By hand is one run of the solution's tests with coverage, one of the hidden tests, and the linter:
see README.md. A score is the median of three after one that fills the cache; a check takes as long
as all of these together and is made once.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess  # noqa: TID251 - a benchmark times whole processes
import sys
import tempfile
import time
from pathlib import Path

from bench import BY_HAND

EXERCISES = Path(__file__).parent.parent / "exercises"
PROGRAM = [sys.executable, "-m", "harness"]
ROUNDS = 3


def main() -> None:
    wanted = sys.argv[1:] or sorted(path.parent.name for path in EXERCISES.glob("*/exercise.toml"))
    print(f"{'exercise':<22}{'by hand':>9}{'score':>9}{'ratio':>8}{'check':>9}{'ratio':>8}")
    totals = [0.0, 0.0]
    with tempfile.TemporaryDirectory(prefix="worksample-bench-") as made:
        for id_ in wanted:
            by_hand, score, check = _measure(id_, Path(made).resolve())
            totals = [totals[0] + score, totals[1] + check]
            print(
                f"{id_:<22}{by_hand:>8.2f}s{score:>8.2f}s{score / by_hand:>8.2f}"
                f"{check:>8.1f}s{check / by_hand:>8.1f}",
                flush=True,
            )
    print(f"{'all':<22}{'':>9}{totals[0]:>8.2f}s{'':>8}{totals[1]:>8.1f}s")


def _measure(id_: str, folder: Path) -> tuple[float, float, float]:
    """Seconds by hand, of a score of the solution, and of a proof."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(EXERCISES.parent),
        "WORKSAMPLE_DATA": str(folder / "data"),
        "LC_ALL": "C.UTF-8",
    }
    # A proof writes the lock, so it gets a copy.
    exercise = folder / "exercises" / id_
    shutil.copytree(EXERCISES / id_, exercise)
    answer, by_hand = folder / "answers" / id_, folder / "by-hand" / id_
    answer.parent.mkdir(exist_ok=True)

    def seconds(argv: list[str | Path], cwd: Path) -> float:
        began = time.perf_counter()
        subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, check=False)
        return time.perf_counter() - began

    seconds([*PROGRAM, "start", id_, "--dir", answer], folder)
    shutil.copytree(exercise / "solution", answer, dirs_exist_ok=True)
    shutil.copytree(answer, by_hand)
    shutil.copytree(exercise / "hidden", by_hand / "hidden")
    typed, scored = [], []
    for round_ in range(ROUNDS + 1):
        pair = seconds(["sh", "-c", BY_HAND], by_hand), seconds([*PROGRAM, "score"], answer)
        if round_:
            typed.append(pair[0])
            scored.append(pair[1])
    check = seconds([*PROGRAM, "author", "check", exercise], folder)
    return statistics.median(typed), statistics.median(scored), check


if __name__ == "__main__":
    main()
