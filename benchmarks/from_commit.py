"""Prints how many times longer from-commit takes than one bare run of the project's suite.

    python benchmarks/from_commit.py REPOSITORY COMMIT [ROUNDS]

The suite runs as its authors run it, `python -m pytest -q`, on the commit, exported into a folder.
What the project requires has to be installed for the Python that runs this.
"""

from __future__ import annotations

import os
import statistics
import subprocess  # noqa: TID251 - a benchmark times whole processes
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    repository, commit = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory(prefix="worksample-bench-") as made:
        folder = Path(made)
        project = folder / "project"
        project.mkdir()
        archive = subprocess.run(
            ["git", "-C", repository, "archive", commit], check=True, capture_output=True
        )
        subprocess.run(["tar", "-x"], cwd=project, input=archive.stdout, check=True)
        bare = [sys.executable, "-m", "pytest", "-q"]
        ours = [sys.executable, "-m", "harness", "author", "from-commit", repository, commit]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (project, project / "src"))),
        }
        pairs = []
        # The first round installs what is required and warms caches.
        for number in range(rounds + 1):
            pair = (
                _seconds(bare, project, environment),
                _seconds([*ours, "--dir", str(folder / str(number))], Path.cwd(), dict(os.environ)),
            )
            pairs.append(pair)
        one, other = map(statistics.median, zip(*pairs[1:], strict=True))
        print(f"{other / one:.1f} ({other:.2f} s, and {one:.2f} s for the suite; goal 30)")


def _seconds(argv: list[str], folder: Path, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
