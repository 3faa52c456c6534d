"""Measures worksample against plain commands, side by side in one run, and prints ratios.

    make bench

Two virtual environments are made below benchmarks/.env: `plain` has the tools a person would
use by hand (click, pytest, coverage, ruff) and nothing else, `ours` has worksample as built.
Every figure is the median of runs that alternate between the two; see benchmarks/README.md.
"""

from __future__ import annotations

import contextlib
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
EXERCISE = ROOT / "exercises" / "debug-cache"
# What a person would type to learn a good deal less.
BY_HAND = (
    "coverage run --branch -m pytest -q; coverage json -q; python -m pytest -q hidden; "
    "ruff check; ruff format --check; git diff"
)
# It takes minutes where the others take moments.
CHECK_ROUNDS = 3
ROUNDS = int(os.environ.get("ROUNDS", "15"))


@dataclass(frozen=True)
class Command:
    """A command line with its folder; `before` runs untimed ahead of every round, and programs
    are looked for in `path` first."""

    argv: Sequence[str | Path]
    cwd: Path
    before: Callable[[], None] | None = None
    path: Path | None = None

    def seconds(self, environment: dict[str, str]) -> float:
        if self.before is not None:
            self.before()
        first = f"{self.path}:" if self.path is not None else ""
        began = time.perf_counter()
        subprocess.run(
            self.argv,
            cwd=self.cwd,
            env={**environment, "PATH": first + environment["PATH"]},
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
        rows += [
            _one_more_fault(folder, plain, ours, environment),
            _check(folder, plain, ours, environment),
            _cost_of_the_sandbox(ours, environment),
            _memory(folder, ours, environment),
        ]
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
    answer = _answer(play, worksample, environment)
    by_hand = folder / "by-hand"
    shutil.copytree(answer, by_hand)
    shutil.copytree(EXERCISE / "hidden", by_hand / "hidden")
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
            1.0,
        ),
        Comparison(
            "score",
            Command([worksample, "score"], answer),
            Command(["sh", "-c", BY_HAND], by_hand, path=plain.parent),
            "what one would type: see benchmarks/README.md",
            1.0,
        ),
    ]


def _answer(play: Path, worksample: Path, environment: dict[str, str]) -> Path:
    """A workspace with the reference solution and its tests in it."""
    subprocess.run(
        [worksample, "start", "debug-cache", "--dir", "answer"],
        cwd=play,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    shutil.copytree(EXERCISE / "solution", play / "answer", dirs_exist_ok=True)
    return play / "answer"


def _ratio(comparison: Comparison, environment: dict[str, str]) -> float:
    """Median of ours over median of the baseline, after one untimed run of each."""
    ours, baseline = [], []
    for round_ in range(ROUNDS + 1):
        pair = comparison.ours.seconds(environment), comparison.baseline.seconds(environment)
        if round_:
            ours.append(pair[0])
            baseline.append(pair[1])
    return statistics.median(ours) / statistics.median(baseline)


def _one_more_fault(
    folder: Path, plain: Path, ours: Path, environment: dict[str, str]
) -> dict[str, object]:
    """What one more seeded bug adds to a score on one core, over a bare pytest on that core."""
    program = Path(__file__).with_name("one_more_fault.py")
    told = _run_on_one_core([ours, program, EXERCISE, str(ROUNDS)], folder, environment)
    pytest = [plain, "-m", "pytest", "-q"]
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        _run_on_one_core(pytest, folder / "play" / "answer", environment)
        seconds.append(time.perf_counter() - began)
    ratio = float(told) / statistics.median(seconds)
    return {
        "name": "one more seeded bug, one core",
        "ratio": round(ratio, 2),
        "baseline": "python -m pytest -q",
        "goal": 0.3,
    }


def _run_on_one_core(argv: Sequence[str | Path], cwd: Path, environment: dict[str, str]) -> str:
    def pin() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    finished = subprocess.run(
        argv,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        preexec_fn=pin,
    )
    return finished.stdout


def _check(folder: Path, plain: Path, ours: Path, environment: dict[str, str]) -> dict[str, object]:
    """What it takes to prove an exercise, over one bare run of its hidden tests."""
    shutil.copytree(EXERCISE, folder / "proved")
    check = Command([ours.with_name("worksample"), "author", "check", "proved"], folder)
    pytest = Command([plain, "-m", "pytest", "-q", "hidden"], folder / "by-hand")
    seconds = [
        (check.seconds(environment), pytest.seconds(environment)) for _ in range(CHECK_ROUNDS)
    ]
    ratio = statistics.median(each[0] for each in seconds) / statistics.median(
        each[1] for each in seconds
    )
    return {
        "name": "author check, 60 mutants",
        "ratio": round(ratio, 2),
        "baseline": "python -m pytest -q hidden",
        "goal": 60.0,
    }


def _cost_of_the_sandbox(ours: Path, environment: dict[str, str]) -> dict[str, object]:
    """How much later a server is ready in the best sandbox there is than without."""
    program = (
        "import time\n"
        "began = time.perf_counter()\n"
        "from scoring.warm import WarmServers\n"
        "servers = WarmServers()\n"
        "for server in servers.servers:\n    server.greet()\n"
        "print(time.perf_counter() - began)\n"
        "servers.close()\n"
    )
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(ROUNDS):
        for which, path in (("with", environment["PATH"]), ("without", "")):
            finished = subprocess.run(
                [ours, "-c", program],
                env={**environment, "PATH": path},
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
            seconds[which].append(float(finished.stdout))
    cost = statistics.median(seconds["with"]) - statistics.median(seconds["without"])
    return {
        "name": "sandbox, what it adds to a score",
        "ratio": round(cost / 0.060, 2),
        "baseline": "60 ms",
        "goal": 1.0,
    }


def _memory(folder: Path, ours: Path, environment: dict[str, str]) -> dict[str, object]:
    """Peak memory of a score with all its processes, what they share counted once."""
    process = subprocess.Popen(
        [ours.with_name("worksample"), "score"],
        cwd=folder / "play" / "answer",
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_memory_of, _tree_of(process.pid))))
        time.sleep(0.01)
    return {
        "name": "score, peak memory of all processes",
        "ratio": round(most / 250_000_000, 2),
        "baseline": "250 MB",
        "goal": 1.0,
    }


def _tree_of(root: int) -> set[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _memory_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


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
