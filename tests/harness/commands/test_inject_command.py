"""`author inject`: a project with tests goes in, an exercise that holds comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.authoring.inject import Injected, inject
from harness.exercise import Exercise, load_exercise
from harness.git import create_repository
from scoring.engine import grade
from scoring.metrics.correctness import file_of, run_hidden
from scoring.model import Scorecard, TimeUsed
from scoring.runner import Runner
from scoring.trees import read_tree

PROJECT = {
    "pyproject.toml": '[project]\nname = "shelf"\nlicense = "MIT"\n',
    "src/shelf/__init__.py": (
        "from shelf.prices import discount, total\nfrom shelf.stock import Stock\n\n"
        '__all__ = ["Stock", "discount", "total"]\n'
    ),
    "src/shelf/stock.py": '''"""What is there."""


class Stock:
    def __init__(self, low=2):
        self.low = low
        self.items = {}  # by name

    def add(self, name, number=1):
        if number < 1:
            raise ValueError("nothing to add")
        self.items[name] = self.items.get(name, 0) + number
        return self.items[name]

    def take(self, name):
        if name not in self.items:
            raise KeyError(name)
        self.items[name] -= 1
        if not self.items[name]:
            del self.items[name]
        return name

    def scarce(self):
        return sorted(name for name, number in self.items.items() if number <= self.low)
''',
    "src/shelf/prices.py": '''"""What it costs."""


def total(prices, free=0):
    return sum(sorted(prices)[free:])


def discount(price, percent=0, least=1):
    # Never given away.
    if percent > 100:
        raise ValueError("more than all of it")
    return max(price - price * percent // 100, least)
''',
    "tests/__init__.py": "class Prices:\n    prices = [3, 1, 2]\n",
    "tests/conftest.py": (
        "import pytest\n\nfrom shelf import Stock\n\n\n"
        "@pytest.fixture\ndef stock():\n    return Stock()\n"
    ),
    "tests/numbers.txt": "6",
    "tests/test_prices.py": """import pathlib
import unittest

import pytest

from shelf import discount, total

from . import Prices


class TotalTest(Prices, unittest.TestCase):
    def test_total(self):
        expected = int((pathlib.Path(__file__).parent / "numbers.txt").read_text())
        self.assertEqual(total(self.prices), expected)

    def test_free_ones_are_the_cheapest(self):
        self.assertEqual(total(self.prices, 1), 5)


@pytest.mark.parametrize(("percent", "price"), [(0, 50), (10, 45), (100, 1)])
def test_discount(percent, price):
    assert discount(50, percent) == price


def test_discount_of_everything():
    with pytest.raises(ValueError, match="more than all"):
        discount(50, 101)


def test_no_discount():
    assert discount(7) == 7


@pytest.mark.parametrize("number", [2, 3, 4])
def test_many(number):
    assert total([number] * number) == number * number


def test_empty():
    assert total([]) == 0
""",
    "tests/test_stock.py": """import pytest


def test_added_twice(stock):
    stock.add("cup")
    assert stock.add("cup", 2) == 3


def test_nothing_is_not_added(stock):
    with pytest.raises(ValueError):
        stock.add("cup", 0)


def test_taken_ones_are_gone(stock):
    stock.add("cup", 2)
    assert stock.take("cup") == "cup"
    assert stock.items == {"cup": 1}


def test_the_last_one_leaves_nothing(stock):
    stock.add("cup")
    stock.take("cup")
    assert "cup" not in stock.items


def test_what_is_not_there_is_not_taken(stock):
    with pytest.raises(KeyError):
        stock.take("cup")


def test_scarce_at_the_limit(stock):
    stock.add("cup", 2)
    stock.add("pot", 3)
    assert stock.scarce() == ["cup"]


def test_nothing_is_scarce(stock):
    assert stock.scarce() == []


def test_a_limit_of_its_own():
    from shelf import Stock

    assert Stock(low=5).low == 5


@pytest.mark.skip
def test_later(stock):
    assert False
""",
}
IN_TIME = TimeUsed(used=600, limit=1200, grace=30)


def write(folder: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("projects") / "shelf", PROJECT)
    create_repository(folder, "All of it")
    return folder


@pytest.fixture(scope="module")
def made(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Injected:
    return inject(project, tmp_path_factory.mktemp("exercises"), bugs=2, seed=1)


@pytest.fixture(scope="module")
def exercise(made: Injected) -> Exercise:
    return load_exercise(made.folder)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


def score(exercise: Exercise, runner: Runner, files: dict[str, bytes]) -> Scorecard:
    return grade(exercise.kit(), files, IN_TIME, reveal=True, runner=runner)


def test_the_starter_is_worth_nothing_and_the_solution_nearly_all(
    exercise: Exercise, runner: Runner
) -> None:
    kit = exercise.kit()
    starter = score(exercise, runner, dict(kit.starter))
    solution = score(exercise, runner, dict(kit.reference))
    assert (starter.total, starter.regression_share) == (0.0, 1.0)
    assert solution.total is not None
    assert solution.total >= 92
    assert solution.passed
    assert [each.caught for each in solution.faults] == [True, True]


def test_each_fault_fails_tests_of_its_own_requirement_and_no_other(
    exercise: Exercise, runner: Runner
) -> None:
    kit = exercise.kit()
    names = [each.name for each in kit.requirements]
    assert [each.name for each in kit.faults] == names
    for fault in kit.faults:
        run = run_hidden(kit, {**kit.reference, **fault.files}, runner)
        failed = {file_of(id_) for id_ in run.results.keys() - run.passed()}
        own = next(each.hidden_file for each in kit.requirements if each.name == fault.requirement)
        assert failed == {own, "hidden/test_canary.py"}


def test_the_visible_tests_pass_and_the_solution_is_the_project_as_it_was(
    exercise: Exercise,
) -> None:
    kit = exercise.kit()
    assert set(kit.baseline.visible.values()) == {"passed"}
    assert kit.baseline.caught_by_starter == ()
    for name in ("__init__", "stock", "prices"):
        assert kit.reference[f"shelf/{name}.py"] == PROJECT[f"src/shelf/{name}.py"].encode()
    assert b"test_later" not in kit.reference["tests/test_stock.py"]


def test_the_bugs_are_spread_over_modules_and_the_brief_tells_symptoms_only(
    exercise: Exercise, made: Injected, project: Path
) -> None:
    assert {each.seeded.bug.path for each in made.complaints} == {
        "shelf/stock.py",
        "shelf/prices.py",
    }
    brief = exercise.files["BRIEF.md"].decode()
    assert all(each.asks in brief for each in exercise.manifest.requirement)
    assert not any(
        word in brief
        for each in made.complaints
        for word in (each.seeded.bug.path, "stock.py", "prices.py", "test_")
    )
    origin = exercise.manifest.provenance
    assert origin is not None
    assert origin.repository == "shelf"
    assert origin.commit == (project / ".git" / "refs" / "heads" / "main").read_text().strip()
    assert (exercise.manifest.license, made.notes[-1:]) == (
        "MIT",
        ("what tests/__init__.py held is in tests/common.py",),
    )
    assert list(made.dropped) == ["tests/test_stock.py::test_later"]


def test_the_same_seed_gives_the_same_files_and_another_one_others(
    worksample: Any, project: Path, made: Injected, tmp_path: Path
) -> None:
    arguments = ("author", "inject", project, "--bugs", 2, "--dir", tmp_path)
    again = worksample(*arguments, "--seed", 1)
    assert again.code == 0, again.err
    assert again.out.startswith(f"Made   {tmp_path}/shelf-2-bugs-1\nBugs   2, out of ")
    assert (
        f"Start it:  worksample start shelf-2-bugs-1 --exercises {tmp_path}\n"
        "What the bugs are is told after scoring" in again.out
    )
    assert "warning: left out tests/test_stock.py::test_later: skipped\n" in again.err
    assert read_tree(tmp_path / made.id) == read_tree(made.folder)
    other = worksample(*arguments, "--seed", 2, "--json")
    assert other.code == 0, other.err
    told = json.loads(other.out)
    assert (told["schema_version"], told["exercise"], list(told["dropped"])) == (
        1,
        "shelf-2-bugs-2",
        ["tests/test_stock.py::test_later"],
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shelf-2-bugs-1", "shelf-2-bugs-2"]
    faults = [read_tree(tmp_path / f"shelf-2-bugs-{seed}" / "faults") for seed in (1, 2)]
    assert faults[0] != faults[1]
    # Nothing of the project was changed.
    assert read_tree(project) == {path: text.encode() for path, text in PROJECT.items()}


def test_what_is_there_already_is_left_alone(
    worksample: Any, project: Path, tmp_path: Path
) -> None:
    there = write(tmp_path / "shelf-3-bugs-1", {"mine.txt": "mine"})
    told = worksample("author", "inject", project, "--dir", tmp_path)
    assert (told.code, told.out) == (2, "")
    assert told.err == (
        f"error: {there} is there already\n"
        "  tip: choose another --seed, or another place: --dir DIR\n"
        f"       or remove it first: rm -r {there}\n"
    )
    assert read_tree(tmp_path) == {"shelf-3-bugs-1/mine.txt": b"mine"}


@pytest.mark.parametrize(
    ("texts", "code", "message"),
    [
        (
            {"shelf.py": "", "test_a.py": "def test_a():\n    assert 1 == 2\n"},
            3,
            "error: none of the tests of thing passes every time:\n"
            "  tests/test_a.py::test_a: assert 1 == 2\n"
            "  tip: make its suite pass first: python -m pytest\n",
        ),
        (
            {"shelf.py": "import nothing\n", "test_a.py": "def test_a():\n    pass\n"},
            3,
            "error: thing can't be imported: shelf can't be imported: ModuleNotFoundError: "
            "No module named 'nothing'\n",
        ),
        (
            {
                "shelf.py": "def f(a, b):\n    return a < b\n",
                "test_a.py": "from shelf import f\n\n\ndef test_a():\n    assert f(1, 2)\n",
            },
            3,
            "error: 1 of 3 bugs could be seeded so that the tests of thing tell them apart; "
            "of 2 that were tried, others were not taken:\n"
            "  1 × noticed by no test\n"
            "  tip: ask for fewer: --bugs 1; or try another --seed\n",
        ),
    ],
)
def test_a_project_that_will_not_do_is_refused_and_leaves_nothing(
    worksample: Any, tmp_path: Path, texts: dict[str, str], code: int, message: str
) -> None:
    target = tmp_path / "exercises"
    told = worksample("author", "inject", write(tmp_path / "thing", texts), "--dir", target)
    assert (told.code, told.out) == (code, "")
    assert message in told.err
    assert not target.exists()


def test_a_file_is_no_project(worksample: Any, tmp_path: Path) -> None:
    told = worksample("author", "inject", tmp_path / "nowhere")
    assert (told.code, told.err) == (
        2,
        f"error: {tmp_path}/nowhere is no folder\n  tip: name the folder of a project with tests\n",
    )
