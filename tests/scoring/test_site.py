"""An exercise's own packages: to be imported in every run, trusted as its author's, read only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scoring.model import Limits
from scoring.runner import Runner, Suite, SuiteRun
from scoring.warm import WarmServers

# Does what packages do: looks at its caller, runs code made of a text, changes the standard
# library, wants memory and gets along without.
USEFUL = """
import inspect, sys, typing

typing.get_origin = lambda tp: tp

try:
    import ctypes
except ImportError:
    ctypes = None

def caller():
    return sys._getframe(1).f_globals["__name__"], inspect.currentframe().f_code.co_name

def made(name):
    names = {}
    exec(f"def {name}(): return {name!r}", names)
    return names[name]

def objects():
    import gc
    return gc.get_objects()
"""
HONEST = """
import useful

def ask():
    return [*useful.caller(), useful.made("text")(), useful.ctypes is None]
"""
ASKS = "from pkg import ask\n\ndef test_ask():\n    assert ask() == {!r}\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / "site-packages"
    folder.mkdir()
    (folder / "useful.py").write_text(USEFUL)
    (folder / "pytest.py").write_text("raise RuntimeError('not the pytest that grades')")
    (folder / "broken.py").write_text("raise SystemExit(1)")
    (folder / "dependent.py").write_text("import pkg")
    for name in ("pkg", "tests"):
        (folder / f"{name}.py").write_text("ask = lambda: 'what is graded has this name'")
    return folder


@pytest.fixture(scope="module", params=["best rung", "process group"])
def runner(site: Path, request: pytest.FixtureRequest) -> Iterator[Runner]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "process group":
            patch.setenv("PATH", "")
        servers = WarmServers(site)
    with Runner(servers, site=site) as runner:
        yield runner


Run = Callable[..., SuiteRun]


@pytest.fixture
def run(runner: Runner) -> Run:
    """Runs a test of a package as the author's, or with other facts of a suite."""

    def run(package: str, test: str, **suite: object) -> SuiteRun:
        order = Suite(
            tree={"pkg/__init__.py": package.encode(), "tests/test_a.py": test.encode()},
            targets=("tests",),
            packages=("pkg",),
            test_folders=("tests",),
            limits=Limits(test_seconds=5),
            hidden={},
        )
        return runner.run(replace(order, **suite))

    return run


def summary(run: SuiteRun) -> tuple[object, ...]:
    outcomes = {id_.partition("::")[2]: each.outcome for id_, each in run.results.items()}
    return outcomes, run.import_problem, run.ending, run.refused, run.tampered


def test_hidden_tests_and_honest_code_use_packages_that_look_around_and_patch(run: Run) -> None:
    expected = ["pkg", "caller", "text", True]
    assert summary(run(HONEST, ASKS.format(expected))) == ({"test_ask": "passed"}, "", "", (), ())


@pytest.mark.parametrize("sealed", [False, True])
def test_a_candidates_tests_use_them_too(run: Run, sealed: bool) -> None:
    code = HONEST.replace(", useful.ctypes is None", "")
    told = run(code, ASKS.format(["pkg", "caller", "text"]), hidden=None, sealed=sealed)
    assert summary(told) == ({"test_ask": "passed"}, "", "", (), ())


def test_a_package_does_not_get_all_objects_for_a_submission(run: Run) -> None:
    told = run("import useful\ndef ask(): return useful.objects()", ASKS.format([]))
    assert summary(told)[0] == {"test_ask": "failed"}
    assert "gc.get_objects: not to be had" in told.results["tests/test_a.py::test_ask"].message


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import sys\ndef ask(): return sys._getframe(1)", "sys._getframe"),
        ("def ask(): return eval('1')", "code made of a text"),
        ("def ask(): import ctypes", "the module ctypes"),
        (
            "import useful\ndef ask(): exec(compile('2 + 3', useful.__file__, 'exec'))",
            "code made of a text",
        ),
    ],
)
def test_what_packages_may_a_submission_may_not(run: Run, code: str, what: str) -> None:
    told = run(code, ASKS.format(1))
    assert summary(told)[0] == {"test_ask": "failed"}
    assert [each.partition(" (")[0] for each in told.refused] == [what]


def test_a_submission_that_patches_the_standard_library_is_found_out(run: Run) -> None:
    code = "import typing, useful\ntyping.get_origin = useful.made"
    assert run(code, "def test_a(): pass").tampered == ("typing",)


def test_packages_can_not_be_written_where_runs_are_isolated(
    run: Run, runner: Runner, site: Path
) -> None:
    if not runner.isolated():
        pytest.skip("only bubblewrap keeps files from being written")
    before = (site / "useful.py").read_bytes()
    code = "import useful\ndef ask(): open(useful.__file__, 'w')"
    told = run(code, ASKS.format([]))
    assert "Read-only file system" in told.results["tests/test_a.py::test_ask"].message
    assert (site / "useful.py").read_bytes() == before


def test_servers_with_other_packages_are_not_used(site: Path, tmp_path: Path) -> None:
    order = Suite(
        tree={"pkg/__init__.py": b"import useful"},
        targets=("tests",),
        packages=("pkg",),
        test_folders=("tests",),
        limits=Limits(),
        hidden={},
    )
    with Runner(WarmServers(), site=site) as runner:
        assert runner.run(order).import_problem == ""
    with Runner(WarmServers(site)) as runner:
        assert "No module named 'useful'" in runner.run(order).import_problem
