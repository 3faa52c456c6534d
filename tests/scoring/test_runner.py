"""Suites run in processes of their own: every kind of outcome, and everything that goes wrong."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scoring.events import LineCoverage
from scoring.model import Limits
from scoring.runner import Runner, Suite, SuiteRun

# How the folder of a run is called, anywhere.
FOLDER = "worksample-"

OUTCOMES = """
import unittest

import pytest


def test_passes():
    assert True


def test_fails():
    assert 1 + 1 == 3


def test_raises():
    {}["missing"]


@pytest.fixture
def broken():
    raise ValueError("set-up")


def test_error_in_set_up(broken):
    pass


@pytest.fixture
def unclean():
    yield
    raise ValueError("tear-down")


def test_error_in_tear_down(unclean):
    pass


def test_fails_and_error_in_tear_down(unclean):
    assert False, "first"


@pytest.mark.skip(reason="why not")
def test_skipped():
    pass


def test_skips_itself():
    pytest.skip("later")


@pytest.mark.xfail
def test_expected_to_fail():
    assert False


@pytest.mark.xfail
def test_expected_to_fail_and_passes():
    pass


@pytest.mark.xfail(strict=True)
def test_strictly_expected_to_fail_and_passes():
    pass


def test_xfails_itself():
    pytest.xfail("known")


class TestGroup:
    def test_inside(self):
        pass


class Old(unittest.TestCase):
    def test_old(self):
        self.assertEqual(1, 1)

    def test_old_fails(self):
        self.assertEqual(1, 2)
"""


@pytest.fixture(scope="module")
def outcomes(run_tests) -> SuiteRun:
    return run_tests({"tests/test_all.py": OUTCOMES})


def names(run: SuiteRun) -> dict[str, str]:
    return {id_.split("::", 1)[1]: each.outcome for id_, each in run.results.items()}


# --- outcomes -------------------------------------------------------------------------------


def test_every_kind_of_outcome(outcomes: SuiteRun) -> None:
    assert names(outcomes) == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_raises": "failed",
        "test_error_in_set_up": "error",
        "test_error_in_tear_down": "error",
        "test_fails_and_error_in_tear_down": "failed",
        "test_skipped": "skipped",
        "test_skips_itself": "skipped",
        "test_expected_to_fail": "xfailed",
        "test_expected_to_fail_and_passes": "xpassed",
        "test_strictly_expected_to_fail_and_passes": "failed",
        "test_xfails_itself": "xfailed",
        "TestGroup::test_inside": "passed",
        "Old::test_old": "passed",
        "Old::test_old_fails": "failed",
    }
    assert (outcomes.ending, outcomes.import_problem, outcomes.not_collected) == ("", "", {})
    assert outcomes.collected == tuple(outcomes.results)


def test_only_what_passed_outright_counts_as_passed(outcomes: SuiteRun) -> None:
    assert outcomes.passed() == {
        "tests/test_all.py::test_passes",
        "tests/test_all.py::TestGroup::test_inside",
        "tests/test_all.py::Old::test_old",
    }
    assert outcomes.outcome("tests/test_all.py::test_nobody_knows") == "missing"


def test_failure_has_its_message_place_and_traceback(outcomes: SuiteRun) -> None:
    failed = outcomes.results["tests/test_all.py::test_fails"]

    line = OUTCOMES.splitlines().index("    assert 1 + 1 == 3") + 1
    assert replace(failed, seconds=0) == replace(
        failed,
        seconds=0,
        message="assert (1 + 1) == 3",
        where=f"tests/test_all.py:{line}",
        traceback=(
            f"tests/test_all.py:{line}: in test_fails\n"
            "    assert 1 + 1 == 3\nE   assert (1 + 1) == 3"
        ),
    )


def test_message_is_that_of_the_phase_that_decided(outcomes: SuiteRun) -> None:
    message = {id_.split("::")[-1]: each.message for id_, each in outcomes.results.items()}

    assert message["test_passes"] == ""
    assert message["test_raises"] == "KeyError: 'missing'"
    assert message["test_error_in_set_up"] == "ValueError: set-up"
    assert message["test_error_in_tear_down"] == "ValueError: tear-down"
    assert message["test_fails_and_error_in_tear_down"] == "first\nassert False"


def test_time_of_a_test_is_told(run_tests) -> None:
    run = run_tests({"tests/test_a.py": "import time\ndef test_a(): time.sleep(0.2)"})

    assert 0.2 <= run.results["tests/test_a.py::test_a"].seconds < 1


def test_parametrised_ids_with_odd_characters(run_tests) -> None:
    text = (
        "import pytest\n"
        "@pytest.mark.parametrize('text', ['a b', 'a::b', '[x]', '\u00e9', "
        "'a\\nb', '', '/', '\\0'])\n"
        "def test_a(text): pass\n"
    )

    run = run_tests({"tests/test_a.py": text})

    assert [name for name in names(run) if names(run)[name] == "passed"] == [
        "test_a[a b]",
        "test_a[a::b]",
        "test_a[[x]]",
        "test_a[\\xe9]",
        "test_a[a\\nb]",
        "test_a[]",
        "test_a[/]",
        "test_a[\\x00]",
    ]
    # An id leads back to its test, whatever is in it.
    again = run_tests({"tests/test_a.py": text}, only=frozenset(run.results))
    assert again.passed() == run.passed()


def test_only_the_ids_asked_for_run(run_tests) -> None:
    files = {
        "tests/test_a.py": "def test_a(): pass\ndef test_b(): pass",
        "tests/test_b.py": "def test_a(): pass",
    }
    wanted = frozenset({"tests/test_a.py::test_b", "tests/test_a.py::test_gone"})

    run = run_tests(files, only=wanted)

    assert (tuple(run.results), run.collected) == (
        ("tests/test_a.py::test_b",),
        ("tests/test_a.py::test_b",),
    )
    assert run_tests(files, only=frozenset()).results == {}


def test_targets_can_be_files(run_tests) -> None:
    files = {"tests/test_a.py": "def test_a(): pass", "tests/test_b.py": "def test_b(): pass"}

    run = run_tests(files, targets=("tests/test_b.py", "tests/test_gone.py"))

    assert run.passed() == {"tests/test_b.py::test_b"}


def test_missing_folder_of_tests_is_a_run_without_tests(run_tests) -> None:
    # Not a search for tests everywhere else.
    run = run_tests({"pkg/test_a.py": "def test_a(): pass", "test_b.py": "def test_b(): pass"})

    assert run == SuiteRun()


# --- what a report must not hold ------------------------------------------------------------


def test_no_folder_of_the_run_and_no_object_address_shows(run_tests) -> None:
    text = (
        "import os\n"
        "def test_a(): assert os.getcwd() == object()\n"
        "def test_b(): raise ValueError(f'{__file__} {os.getcwd()} {object()}')\n"
    )

    one, other = (run_tests({"tests/test_a.py": text}) for _ in range(2))

    results = {id_: replace(each, seconds=0) for id_, each in one.results.items()}
    assert results == {id_: replace(each, seconds=0) for id_, each in other.results.items()}
    assert (
        results["tests/test_a.py::test_b"].message
        == "ValueError: tests/test_a.py . <object object at 0x\u2026>"
    )
    assert FOLDER not in str(one)


def test_temporary_folder_of_a_test_does_not_show(run_tests) -> None:
    text = "def test_a(tmp_path): raise ValueError(tmp_path)"

    one, other = (run_tests({"tests/test_a.py": text}) for _ in range(2))

    (message,) = (each.message for each in one.results.values())
    assert message == next(iter(other.results.values())).message
    assert FOLDER not in str(one)


def test_folders_of_python_do_not_show(run_tests) -> None:
    run = run_tests({"tests/test_a.py": "import json\ndef test_a(): json.loads('x')"})

    assert str(Path(json_file()).parent) not in str(run)


def json_file() -> str:
    import json

    return json.__file__


def test_long_texts_are_cut(run_tests) -> None:
    text = "def test_a(): raise ValueError('x' * 1_000_000)"

    (result,) = run_tests({"tests/test_a.py": text}).results.values()

    assert (len(result.message), result.message[-1]) == (501, "\u2026")
    assert len(result.traceback) <= 6001


# --- code that hangs, exits or crashes ------------------------------------------------------


def test_endless_loop_costs_only_its_own_test(run_tests) -> None:
    run = run_tests(
        {
            "tests/test_a.py": "def test_a():\n    while True: pass\ndef test_b(): pass",
            "tests/test_b.py": "def test_c(): pass",
        }
    )

    assert names(run) == {"test_a": "failed", "test_b": "passed", "test_c": "passed"}
    assert run.results["tests/test_a.py::test_a"].message == "Failed: took longer than 1 s"
    assert run.ending == ""


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n@pytest.fixture\ndef f():\n    while True: pass\ndef test_a(f): pass",
        "import unittest\nclass TestA(unittest.TestCase):\n    def test_a(self):\n"
        "        while True: pass",
    ],
    ids=["fixture", "unittest"],
)
def test_endless_loop_outside_a_test_function_costs_only_its_own_test(run_tests, text: str) -> None:
    files = {"tests/test_a.py": text, "tests/test_b.py": "def test_b(): pass"}

    assert names(run_tests(files, seconds=2)).get("test_b") == "passed"


def test_endless_loop_that_swallows_exceptions_ends_with_the_suite(run_tests) -> None:
    text = """
def test_before(): pass
def test_loop():
    while True:
        try:
            while True: sum(range(100))
        except BaseException: pass
def test_after(): pass
"""
    begun = time.monotonic()

    run = run_tests({"tests/test_a.py": text}, seconds=2)

    assert 2 <= time.monotonic() - begun < 8
    assert (names(run), run.ending) == ({"test_before": "passed"}, "stopped after 2 s")


def test_suite_may_take_six_times_as_long_as_a_test() -> None:
    assert Limits(test_seconds=7).suite_seconds == 42


@pytest.mark.parametrize(
    ("statement", "ending"),
    [
        ("os._exit(0)", "the process ended by itself (exit code 0)"),
        ("os._exit(7)", "the process ended by itself (exit code 7)"),
        ("os.kill(os.getpid(), 9)", "killed by signal 9"),
    ],
)
def test_process_that_ends_in_a_test_keeps_what_was_told(
    run_tests, statement: str, ending: str
) -> None:
    text = f"import os\ndef test_a(): pass\ndef test_b(): {statement}\ndef test_c(): pass"

    run = run_tests({"tests/test_a.py": text})

    assert (names(run), run.ending) == ({"test_a": "passed"}, ending)


def test_sys_exit_in_a_test_is_a_failure_of_it(run_tests) -> None:
    text = "import sys\ndef test_a(): sys.exit(0)\ndef test_b(): pass"

    run = run_tests({"tests/test_a.py": text})

    assert (names(run), run.ending) == ({"test_a": "failed", "test_b": "passed"}, "")


def test_sys_exit_while_a_test_file_is_imported_does_not_pass_for_a_whole_run(run_tests) -> None:
    run = run_tests(
        {"tests/test_a.py": "import sys\nsys.exit(0)", "tests/test_b.py": "def test_b(): pass"}
    )

    assert run.passed() == {"tests/test_b.py::test_b"} or run.ending


def test_conftest_that_cannot_be_imported_does_not_pass_for_a_whole_run(run_tests) -> None:
    run = run_tests({"tests/conftest.py": "1 / 0", "tests/test_a.py": "def test_a(): pass"})

    assert run.not_collected or run.ending


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = (", "pkg can't be imported: SyntaxError: '(' was never closed (__init__.py, line 1)"),
        ("import nowhere", "pkg can't be imported: ModuleNotFoundError: No module named 'nowhere'"),
        ("raise ValueError('no')", "pkg can't be imported: ValueError: no"),
        ("import sys; sys.exit(0)", "pkg can't be imported: SystemExit: 0"),
        ("while True: pass", "pkg can't be imported: TimeoutError: took longer than 1 s"),
        (
            "import os; os._exit(0)",
            "pkg can't be imported: the process ended by itself (exit code 0)",
        ),
        ("import os; os.kill(os.getpid(), 11)", "pkg can't be imported: killed by signal 11"),
        ("print('\u00e9')".encode("latin-1"), "pkg can't be imported: SyntaxError: "),
        # A SyntaxError since 3.11.4, a ValueError before.
        (b"x = '\0'", "pkg can't be imported: "),
    ],
)
def test_source_that_cannot_be_imported_is_told(
    run_tests, source: str | bytes, problem: str
) -> None:
    run = run_tests({"pkg/__init__.py": source, "tests/test_a.py": "def test_a(): pass"})

    assert run.import_problem.startswith(problem)
    assert (run.results, run.collected) == ({}, ())
    assert FOLDER not in run.import_problem


def test_import_that_swallows_its_time_out_ends_with_the_suite(run_tests) -> None:
    loop = (
        "while True:\n    try:\n        while True: sum(range(100))\n    except BaseException: pass"
    )

    run = run_tests({"pkg/__init__.py": loop}, seconds=2)

    assert run.import_problem == "pkg can't be imported: stopped after 2 s"


def test_missing_package_is_told(run_tests) -> None:
    run = run_tests({"tests/test_a.py": "def test_a(): pass"}, packages=("pkg", "gone"))

    assert (
        run.import_problem == "gone can't be imported: ModuleNotFoundError: No module named 'gone'"
    )


def test_file_that_cannot_be_collected_leaves_the_others(run_tests) -> None:
    run = run_tests(
        {
            "tests/test_syntax.py": "def test_a(:",
            "tests/test_import.py": "from pkg import nothing",
            "tests/test_bytes.py": b"x = '\xe9'",
            "tests/test_good.py": "def test_a(): pass",
        }
    )

    assert set(run.not_collected) == {
        "tests/test_syntax.py",
        "tests/test_import.py",
        "tests/test_bytes.py",
    }
    assert run.not_collected["tests/test_import.py"].splitlines()[-1] == (
        "E   ImportError: cannot import name 'nothing' from 'pkg' (pkg/__init__.py)"
    )
    assert (names(run), run.ending) == ({"test_a": "passed"}, "")
    assert FOLDER not in str(run)


def test_source_that_is_not_utf_8_and_says_so_is_fine(run_tests) -> None:
    run = run_tests(
        {
            "pkg/__init__.py": "# coding: latin-1\nNAME = '\u00e9'\n".encode("latin-1"),
            "tests/test_a.py": "import pkg\ndef test_a(): assert pkg.NAME == '\u00e9'",
        }
    )

    assert names(run) == {"test_a": "passed"}


def test_a_hundred_megabytes_of_output_are_no_event(run_tests) -> None:
    text = """
import os, sys
def test_captured():
    for _ in range(100): print("x" * 1_000_000)
def test_past_the_capture(capfd):
    with capfd.disabled():
        for _ in range(100): os.write(1, b'{"event": "done"}' + b"x" * 1_000_000)
def test_after(): pass
"""

    run = run_tests({"tests/test_a.py": text}, limits=Limits(5, 1024))

    assert names(run) == {
        "test_captured": "passed",
        "test_past_the_capture": "passed",
        "test_after": "passed",
    }
    assert (run.ending, run.truncated) == ("", True)


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux limits address space")
def test_memory_has_a_limit(run_tests) -> None:
    text = (
        "def test_within(): bytearray(100 * 2**20)\n"
        "def test_beyond(): bytearray(2000 * 2**20)\n"
        "def test_after(): pass"
    )

    run = run_tests({"tests/test_a.py": text})

    assert names(run) == {"test_within": "passed", "test_beyond": "failed", "test_after": "passed"}
    assert run.results["tests/test_a.py::test_beyond"].message == "MemoryError"


# --- configuration and environment ----------------------------------------------------------


def test_configuration_files_of_the_tree_mean_nothing(run_tests) -> None:
    ini = "addopts = -k nothing --co -x\npython_files = other_*.py\nfilterwarnings = error\n"
    run = run_tests(
        {
            "pytest.ini": f"[pytest]\n{ini}",
            "tests/pytest.ini": f"[pytest]\n{ini}",
            "tox.ini": f"[pytest]\n{ini}",
            "setup.cfg": f"[tool:pytest]\n{ini}",
            "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing --co -x"\n',
            ".coveragerc": "[report]\nexclude_lines = .*\n",
            "tests/test_a.py": (
                "import warnings\ndef test_a(): assert 0\ndef test_b(): warnings.warn('careful')"
            ),
        }
    )

    assert names(run) == {"test_a": "failed", "test_b": "passed"}


def test_environment_is_bare_and_the_same_every_time(run_tests) -> None:
    text = """
import os, sys
def test_a():
    home = os.environ["HOME"]
    assert sorted(os.environ) == [
        "HOME", "LC_ALL", "PATH", "PYTEST_CURRENT_TEST", "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
        "PYTEST_VERSION", "PYTHONHASHSEED", "TMPDIR", "TZ",
    ]
    assert (os.environ["TMPDIR"], os.listdir(home)) == (home, [])
    assert sys.flags.no_user_site and sys.flags.safe_path and sys.flags.dont_write_bytecode
    assert sys.flags.utf8_mode
def test_b(): raise ValueError(hash("text"))
"""
    one, other = (run_tests({"tests/test_a.py": text}) for _ in range(2))

    assert one.results["tests/test_a.py::test_a"].traceback == ""
    hashes = [run.results["tests/test_a.py::test_b"].message for run in (one, other)]
    assert hashes[0] == hashes[1]


def test_code_under_test_finds_neither_the_channel_nor_our_package_folder(run_tests) -> None:
    text = """
import os, sys
from pathlib import Path
def test_a():
    assert "WORKSAMPLE_CHANNEL" not in os.environ
    assert not [name for name in sys.modules if name.split(".")[0] in ("scoring", "harness")]
    assert not [path for path in sys.path if Path(path, "suite_child.py").exists()]
"""

    assert names(run_tests({"tests/test_a.py": text})) == {"test_a": "passed"}


def test_no_byte_code_is_written(run_tests) -> None:
    text = "import pathlib\ndef test_a(): assert not list(pathlib.Path().rglob('*.pyc'))"

    assert names(run_tests({"tests/test_a.py": text})) == {"test_a": "passed"}


def test_files_of_the_same_name_in_two_folders(run_tests) -> None:
    files = {
        "tests/a/test_x.py": "def test_a(): pass",
        "tests/b/test_x.py": "def test_b(): pass",
    }

    assert names(run_tests(files, hidden={})) == {
        "test_a": "passed",
        "test_b": "passed",
    }


def test_tests_can_import_what_lies_beside_them(run_tests) -> None:
    files = {
        "tests/tools.py": "X = 1",
        "tests/test_a.py": "from tools import X\ndef test_a(): pass",
    }

    for hidden in (None, {}):
        assert names(run_tests(files, hidden=hidden)) == {"test_a": "passed"}


def test_a_conftest_serves_the_tests_of_all_folders_and_hidden_ones(run_tests) -> None:
    files = {
        "tests/conftest.py": "import pytest\n@pytest.fixture\ndef one(): return 1",
        "tests/a/test_a.py": "def test_a(one): assert one == 1",
    }
    hidden = {"hidden/test_b.py": b"def test_b(one): assert one == 1"}

    assert names(run_tests(files)) == {"test_a": "passed"}
    assert names(run_tests(files, hidden=hidden, targets=("tests", "hidden"))) == {
        "test_a": "passed",
        "test_b": "passed",
    }


def test_visible_test_modules_of_a_package_can_import_each_other(run_tests) -> None:
    files = {
        "tests/a/__init__.py": "",
        "tests/a/test_a.py": "class TestA:\n    def test_a(self): pass",
        "tests/a/test_b.py": "from a.test_a import TestA\nclass TestB(TestA): pass",
    }

    for hidden in (None, {}):
        assert names(run_tests(files, hidden=hidden)) == {
            "TestA::test_a": "passed",
            "TestB::test_a": "passed",
        }


def test_runs_on_each_server_do_not_share_the_addresses_of_objects(runner: Runner) -> None:
    test = b"import os, pytest\ndef test_a(): pytest.fail(f'at {id(os)}')"
    suite = Suite(
        tree={"pkg/__init__.py": b"", "tests/test_a.py": test},
        targets=("tests",),
        packages=("pkg",),
        test_folders=("tests",),
        limits=Limits(test_seconds=1, memory_mb=512),
    )
    told = [
        {run.results["tests/test_a.py::test_a"].message for run in runner.run_on_each(suite, suite)}
        for _ in range(2)
    ]

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert len(told[0]) == min(cores or 1, 4)
    assert told[0] == told[1]


# --- coverage -------------------------------------------------------------------------------


def test_lines_and_branches_that_ran(run_tests) -> None:
    source = """\
def sign(number):
    if number > 0:
        return 1
    if number < 0:  # pragma: no cover
        return -1
    if number == 0:  # pragma: no branch
        return 0
    raise ValueError  # pragma: no cover


def unused():  # pragma: no cover
    return 2
"""
    run = run_tests(
        {
            "pkg/__init__.py": source,
            "pkg/never.py": "X = 1\n",
            "pyproject.toml": '[tool.coverage.report]\nexclude_lines = ["number"]\n',
            ".coveragerc": "[run]\nomit = *\n[report]\nexclude_lines = number\n",
            "tests/test_a.py": (
                "import pkg\ndef test_a(): assert (pkg.sign(2), pkg.sign(0)) == (1, 0)"
            ),
        },
        coverage=True,
    )

    assert run.coverage == {
        "pkg/__init__.py": LineCoverage(
            executed=frozenset({1, 2, 3, 4, 6, 7, 11}),
            missing=frozenset({5, 8, 12}),
            executed_branches=((2, 3), (2, 4), (4, 6), (6, 7)),
            missing_branches=((4, 5), (6, 8)),
        ),
        "pkg/never.py": LineCoverage(frozenset(), frozenset({1}), (), ()),
    }


def test_coverage_is_measured_only_when_asked_for(run_tests) -> None:
    assert run_tests({"tests/test_a.py": "import pkg\ndef test_a(): pass"}).coverage == {}


def test_coverage_of_source_that_cannot_be_imported_breaks_nothing(run_tests) -> None:
    run = run_tests({"pkg/__init__.py": "x = ("}, coverage=True)

    assert (run.coverage, run.ending) == ({}, "")
