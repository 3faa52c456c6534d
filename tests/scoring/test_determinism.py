"""The same files get the same scorecard: however often, wherever, and whoever asks for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from scoring import formula
from scoring.model import GradingKit, Scorecard
from scoring.sandbox import PROCESS_GROUP
from tally_pack import PACKS, solve

Card = dict[str, Any]

# Beside `seconds`: when the score was made, and how much of the clock was used.
_TIMES = {"seconds", "used", "scored_at", "started_at"}


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(each) for key, each in value.items() if key not in _TIMES}
    if isinstance(value, list | tuple):
        return [without_times(each) for each in value]
    return value


# --- again and again ------------------------------------------------------------------------

HALF = {
    "tests/test_more.py": """
import random
import threading
import pytest
from tally import count

WORDS = {"alpha", "beta", "gamma", "delta"}

@pytest.mark.parametrize("word", list(WORDS))
def test_sets_are_in_one_order(word):
    assert count(word) == {word: len(WORDS)}

def test_addresses_are_not_shown():
    assert count("a") == {"a": threading.Lock(), "b": object()}

def test_chance_is_the_same_each_time():
    assert count("a b") == {random.random(): random.choice("abc")}

def test_folders_are_not_shown(tmp_path):
    assert count("a") == {str(tmp_path): __file__}
""",
    "tests/test_helper.py": "from tally.words import missing\n",
}
MUTANTS = {
    "tests/test_long.py": """
from tally.words import is_long
def test_long(): assert is_long("aa", 1)
"""
}
# The last of its tests is red or green by chance, and asks where no seed reaches.
FLAKY = {
    "tests/test_flaky.py": """
import os
import random
from tally import count

def test_case_seen(): assert count("A a") == {"a": 2}
def test_seeded(): assert random.random() < 0.5
def test_truly(): assert os.urandom(1)[0] < 128
""",
}
BY_CHANCE = "tests/test_flaky.py::test_truly"


def mutated(kit: GradingKit) -> GradingKit:
    return replace(kit, kind="refactor", faults=(), weights=formula.WEIGHTS["refactor"])


def repeated(tally: Any, files: Mapping[str, bytes], times: int, kit: GradingKit) -> list[Card]:
    """Scorecards of one tree, two gradings at once."""

    def grade(_: int) -> Scorecard:
        card: Scorecard = tally.grade(dict(files), kit=kit)
        return card

    with ThreadPoolExecutor(2) as pool:
        return [without_times(asdict(card)) for card in pool.map(grade, range(times))]


def encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}


def test_twenty_scores_of_the_reference_agree(tally: Any) -> None:
    first, *others = repeated(tally, tally.reference, 20, tally.kit)

    assert first["total"] == 100.0
    assert [card for card in others if card != first] == []


def test_twenty_scores_of_a_half_right_answer_with_failing_tests_agree(tally: Any) -> None:
    words = tally.starter["tally/words.py"].replace(b'.strip().split(" ")', b".split()")
    files = {**tally.starter, **encoded(HALF), "tally/words.py": words}

    first, *others = repeated(tally, files, 20, tally.kit)

    failed = [each["id"] for each in first["own_tests"] if each["outcome"] == "failed"]
    assert len(failed) == 7
    assert [each["credit"] for each in first["requirements"]] == [1.0, 0.0]
    assert [card for card in others if card != first] == []


def test_twenty_scores_on_mutants_agree(tally: Any) -> None:
    files = tally.with_reference_source(MUTANTS)
    files["tally/words.py"] += b"\n\ndef is_long(word, least):\n    return len(word) >= least\n"
    files["tally/words.py"] += b"\n\ndef is_short(word, least):\n    return len(word) <= least\n"

    first, *others = repeated(tally, files, 20, mutated(tally.kit))

    assert [each["killed"] for each in first["mutants"]] == [True, False]
    assert [card for card in others if card != first] == []


def test_twenty_scores_with_a_flaky_test_agree_in_all_but_its_own_outcome(tally: Any) -> None:
    cards = repeated(tally, tally.with_reference_source(FLAKY), 20, tally.kit)

    said = []
    for card in cards:
        said += [each["outcome"] for each in card["own_tests"] if each["id"] == BY_CHANCE]
        card["own_tests"] = [each for each in card["own_tests"] if each["id"] != BY_CHANCE]
    first, *others = cards
    # All alike would be an accident of one in half a million.
    assert set(said) == {"passed", "failed"}
    assert [card for card in others if card != first] == []
    assert first["components"][1]["reason"] == "1 of 1 hidden bugs caught"


# --- wherever and whoever -------------------------------------------------------------------

Score = Callable[..., Card]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder in which anybody may work: pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="determinism-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder).resolve()


@pytest.fixture(scope="module")
def environment(place: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(place),
        "WORKSAMPLE_PATH": str(PACKS),
        "GIT_CONFIG_NOSYSTEM": "1",
        "NO_COLOR": "1",
    }


# This installation by whatever Python runs it, be it in nobody's virtual environment.
PROGRAM = f"""
import site
site.addsitedir({str(Path(pytest.__file__).parents[1])!r})
from harness.__main__ import main
main()
"""
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]


def runs(python: str) -> bool:
    """Whether it is of this version, and an ordinary user may run it."""
    wanted = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    asked = [*NOBODY, python, "-c", wanted]
    told = subprocess.run(asked, cwd="/", check=False, capture_output=True)
    return told.returncode == 0


@pytest.fixture(scope="module")
def python() -> str:
    """A Python of this version, if possible one that an ordinary user may run."""
    pythons = ("/usr/bin/python3", os.path.realpath(sys.executable))
    asked = pythons if os.geteuid() == 0 else ()
    return next((each for each in asked if runs(each)), sys.executable)


@pytest.fixture(scope="module")
def score(place: Path, environment: dict[str, str], python: str) -> Score:
    """Starts an attempt, solves all but its tests, and scores it by the command line."""

    def score(
        name: str, *, around: Sequence[str] = (), cwd: Path | None = None, **variables: str
    ) -> Card:
        folder = place / name
        folder.mkdir()
        folder.chmod(0o777)
        workspace = folder / "tally"
        said = {**environment, "WORKSAMPLE_DATA": str(folder / "data"), **variables}
        command = [*around, python, "-c", PROGRAM]
        for words in (["start", "tally", "--dir", workspace], ["score", "-C", workspace, "--json"]):
            told = subprocess.run(
                [*command, *words],
                cwd=cwd or folder,
                env=said,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stderr
            if words[0] == "start":
                solve(workspace, tests=False)
        card: Card = without_times(json.loads(told.stdout))
        assert card.pop("report") == str(workspace / ".worksample/report.html")
        return card

    return score


@pytest.fixture(scope="module")
def usual(score: Score) -> Card:
    return score("usual")


def test_the_score_is_the_same_from_another_folder_with_another_home_language_and_time_zone(
    score: Score, usual: Card, tmp_path: Path
) -> None:
    home = tmp_path / "other home"
    home.mkdir()

    card = score(
        "elsewhere",
        cwd=tmp_path,
        HOME=str(home),
        LC_ALL="C",
        TZ="Asia/Kathmandu",
        PYTHONHASHSEED="7",
        TMPDIR=str(tmp_path),
    )

    assert usual["total"] == 80.0
    assert card == usual


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores can't be chosen here")
def test_the_score_is_the_same_on_one_core(score: Score, usual: Card) -> None:
    core = min(os.sched_getaffinity(0))

    assert score("one-core", around=["taskset", "-c", str(core)]) == usual


def test_the_score_is_the_same_for_an_ordinary_user(score: Score, usual: Card, python: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be both")
    if not runs(python):
        pytest.skip("there is no Python that an ordinary user may run")

    assert score("nobody", around=NOBODY) == usual


def test_the_score_is_the_same_without_bubblewrap_but_for_what_the_sandbox_is_called(
    score: Score, usual: Card, tmp_path: Path
) -> None:
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "git").symlink_to(git)

    card = score("no-sandbox", PATH=str(tmp_path))

    assert card["sandbox"] == card["environment"]["sandbox"] == PROCESS_GROUP
    environment = {**usual["environment"], "sandbox": PROCESS_GROUP}
    assert card == {**usual, "sandbox": PROCESS_GROUP, "environment": environment}
