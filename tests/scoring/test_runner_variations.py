"""The same suite run otherwise: in another order, place or environment, up to the first failure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scoring.model import Limits
from scoring.runner import Runner, Suite
from scoring.warm import WarmServers

NUMBERS = "".join(f"def test_{number}(): pass\n" for number in range(12))
NAMES = [f"test_{number}" for number in range(12)]

as_files_or_in_memory = pytest.mark.parametrize("in_memory", [False, True])


def suite(text: str, *, in_memory: bool) -> Suite:
    """A test file of a candidate, or the same text as an author's hidden tests."""
    path = "hidden/test_it.py" if in_memory else "tests/test_it.py"
    tree = {"pkg/__init__.py": b""}
    return Suite(
        tree=tree if in_memory else {**tree, path: text.encode()},
        targets=(path,),
        packages=("pkg",),
        test_folders=("tests",),
        limits=Limits(test_seconds=2, memory_mb=512),
        hidden={path: text.encode()} if in_memory else None,
    )


def names(ids) -> list[str]:
    return [id_.partition("::")[2] for id_ in ids]


@as_files_or_in_memory
def test_a_seed_gives_another_order_and_always_the_same(runner: Runner, in_memory: bool) -> None:
    plain = suite(NUMBERS, in_memory=in_memory)
    shuffled = [runner.run(replace(plain, shuffled=seed)) for seed in (0, 1, 1)]
    orders = [names(run.results) for run in shuffled]
    assert names(runner.run(plain).results) == NAMES
    assert [sorted(order) for order in orders] == [sorted(NAMES)] * 3
    assert orders[1] == orders[2] != orders[0] != NAMES
    assert orders[1] != NAMES


@as_files_or_in_memory
def test_a_run_can_end_at_its_first_failure(runner: Runner, in_memory: bool) -> None:
    text = "def test_a(): pass\ndef test_b(): assert 0\ndef test_c(): pass\n"
    run = runner.run(replace(suite(text, in_memory=in_memory), first_failure=True))
    assert (run.ending, names(run.results)) == ("", ["test_a", "test_b"])


def test_only_the_ids_asked_for_run_of_an_authors_tests(runner: Runner) -> None:
    wanted = frozenset({"hidden/test_it.py::test_3"})
    run = runner.run(replace(suite(NUMBERS, in_memory=True), only=wanted))
    assert (run.ending, run.passed()) == ("", wanted)


@as_files_or_in_memory
def test_a_run_can_be_in_another_folder(runner: Runner, in_memory: bool) -> None:
    text = (
        "import os\ndef test_it():\n    assert os.path.basename(os.getcwd()) == 'another place'\n"
        "    with open('pkg/__init__.py') as file:\n        assert file.read() == ''\n"
    )
    plain = suite(text, in_memory=in_memory)
    outcomes = [
        [each.outcome for each in runner.run(run).results.values()]
        for run in (plain, replace(plain, folder="another place"), plain)
    ]
    assert outcomes == [["failed"], ["passed"], ["failed"]]


def test_servers_can_have_another_environment() -> None:
    text = (
        "import os, time\n"
        "def test_it():\n"
        "    names = 'LC_ALL', 'OTHER', 'PYTHONHASHSEED', 'TZ'\n"
        "    seen = [os.environ.get(name) for name in names]\n"
        "    assert seen == ['C', None, '1', 'Asia/Kolkata']\n"
        "    assert time.timezone == -19800\n"
    )
    environment = {"LC_ALL": "C", "PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "OTHER": "x"}
    with Runner(WarmServers(number=1, environment=environment)) as runner:
        run = runner.run(suite(text, in_memory=False))
    assert [each.outcome for each in run.results.values()] == ["passed"]
