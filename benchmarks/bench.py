"""Measures worksample against plain commands, side by side in one run, and prints ratios.

    make bench

Two virtual environments are made below benchmarks/.env: `plain` has the tools a person would
use by hand (click, pytest, coverage, ruff) and nothing else, `ours` has worksample as built.
Every figure is the median of runs that alternate between the two; see benchmarks/README.md.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess  # noqa: TID251 - a benchmark times whole processes
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = Path(__file__).parent / ".env"
RESULTS = Path(__file__).parent / "results.json"
CONSTRAINTS = ROOT / "constraints.txt"
ROUNDS = int(os.environ.get("ROUNDS", "15"))


@dataclass(frozen=True)
class Command:
    """A command line with its folder; `before` runs untimed ahead of every round."""

    argv: Sequence[str | Path]
    cwd: Path
    before: Callable[[], None] | None = None

    def seconds(self, environment: dict[str, str]) -> float:
        if self.before is not None:
            self.before()
        began = time.perf_counter()
        subprocess.run(
            self.argv,
            cwd=self.cwd,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return time.perf_counter() - began


@dataclass(frozen=True)
class Comparison:
    name: str
    ours: Command
    baseline: Command
    baseline_name: str
    goal: float


def main() -> None:
    plain, ours = _environments()
    with tempfile.TemporaryDirectory(prefix="worksample-bench-") as made:
        folder = Path(made).resolve()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "WORKSAMPLE_DATA": str(folder / "data"),
            "LC_ALL": "C.UTF-8",
        }
        (folder / "home").mkdir()
        rows = [
            _row(comparison, _ratio(comparison, environment))
            for comparison in _comparisons(folder, plain, ours, environment)
        ]
        rows.append(_memory(folder, ours, environment))
    RESULTS.write_text(json.dumps(rows, indent=2) + "\n")
    _print(rows)


def _environments() -> tuple[Path, Path]:
    """The two interpreters, installed anew unless the sources are older than the last time."""
    plain, ours = ENVIRONMENTS / "plain", ENVIRONMENTS / "ours"
    for folder, wanted in (
        (plain, ["click", "pytest", "coverage", "ruff"]),
        (ours, [str(ROOT)]),
    ):
        if not (folder / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        again = ["--force-reinstall", "--no-deps"] if folder == ours else []
        subprocess.run([*pip, "-c", CONSTRAINTS, *wanted], check=True)
        if again:
            subprocess.run([*pip, *again, *wanted], check=True)
    return plain / "bin" / "python", ours / "bin" / "python"


def _comparisons(
    folder: Path, plain: Path, ours: Path, environment: dict[str, str]
) -> list[Comparison]:
    worksample = ours.with_name("worksample")
    play = folder / "play"
    play.mkdir()
    workspace = play / "debug-cache"

    def fresh() -> None:
        shutil.rmtree(play / "fresh", ignore_errors=True)

    subprocess.run(
        [worksample, "start", "debug-cache"],
        cwd=play,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    import_click = Command([plain, "-c", "import click"], folder)
    bare_pytest = Command([plain, "-m", "pytest", "-q"], workspace)
    start = [worksample, "start", "debug-cache", "--dir", "fresh"]
    by_click = [
        ("--help", Command([worksample, "--help"], folder), 1.5),
        ("--version", Command([worksample, "--version"], folder), 1.5),
        ("status", Command([worksample, "status"], workspace), 2.0),
        ("list", Command([worksample, "list"], folder), 5.0),
        ("start", Command(start, play, before=fresh), 6.0),
    ]
    return [
        *(
            Comparison(name, command, import_click, "python -c 'import click'", goal)
            for name, command, goal in by_click
        ),
        Comparison(
            "test",
            Command([worksample, "test"], workspace),
            bare_pytest,
            "python -m pytest -q",
            1.1,
        ),
    ]


def _ratio(comparison: Comparison, environment: dict[str, str]) -> float:
    """Median of ours over median of the baseline, after one untimed run of each."""
    ours, baseline = [], []
    for round_ in range(ROUNDS + 1):
        pair = comparison.ours.seconds(environment), comparison.baseline.seconds(environment)
        if round_:
            ours.append(pair[0])
            baseline.append(pair[1])
    return statistics.median(ours) / statistics.median(baseline)


def _memory(folder: Path, ours: Path, environment: dict[str, str]) -> dict[str, object]:
    """Peak memory of the scoring process itself; the tests run in processes of their own."""
    workspace = folder / "play" / "debug-cache"
    program = (
        "import resource, sys\n"
        "sys.argv = ['worksample', 'score']\n"
        "from harness.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    finished = subprocess.run(
        [ours, "-c", program],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    megabytes = int(finished.stderr.split()[-1]) / unit
    return {
        "name": "score, peak memory beside the tests",
        "ratio": round(megabytes / 150, 2),
        "baseline": "150 MB",
        "goal": 1.0,
    }


def _row(comparison: Comparison, ratio: float) -> dict[str, object]:
    return {
        "name": comparison.name,
        "ratio": round(ratio, 2),
        "baseline": comparison.baseline_name,
        "goal": comparison.goal,
    }


def _print(rows: Sequence[dict[str, object]]) -> None:
    for row in ({"name": "WHAT", "ratio": "RATIO", "goal": "GOAL", "baseline": "OF"}, *rows):
        print(f"{row['name']:<38}{row['ratio']:>6}{row['goal']:>6}  {row['baseline']}")


if __name__ == "__main__":
    main()
