"""A candidate's tests where the candidate works: their settings, their output, our record."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scoring.own_tests import OwnRun, WarmPytest
from scoring.process import run

RunQuietly = Callable[..., OwnRun]


@pytest.fixture
def run_quietly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunQuietly:
    # Plug-ins of this machine have no part in it.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)

    def run_quietly(files: dict[str, str], *arguments: str) -> OwnRun:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return WarmPytest(sys.executable, quiet=True).run(tmp_path, arguments)

    return run_quietly


def outcomes(own: OwnRun) -> dict[str, str]:
    return {each.id: each.outcome for each in own.results}


def test_outcomes_of_a_quiet_run(run_quietly: RunQuietly) -> None:
    text = (
        "import pytest\nimport pkg\n"
        "def test_a(): assert pkg.X == 1\n"
        "def test_b(): assert [1] == 2\n"
        "@pytest.mark.skip\ndef test_c(): pass\n"
    )

    own = run_quietly({"pkg.py": "X = 1\n", "tests/test_a.py": text})

    assert outcomes(own) == {
        "tests/test_a.py::test_a": "passed",
        "tests/test_a.py::test_b": "failed",
        "tests/test_a.py::test_c": "skipped",
    }
    assert (own.finished, own.ending, own.not_collected) == (True, "", {})
    assert (own.count("passed"), own.count("failed", "skipped"), own.count("error")) == (1, 2, 0)
    failed = own.results[1]
    assert (failed.message, failed.where) == ("assert [1] == 2", "tests/test_a.py:4")
    assert "1 failed, 1 passed, 1 skipped" in own.output


def test_arguments_and_settings_are_the_candidates(run_quietly: RunQuietly) -> None:
    files = {
        "pytest.ini": "[pytest]\npython_functions = check_*\n",
        "conftest.py": "import pytest\n@pytest.fixture\ndef one(): return 1\n",
        "test_a.py": "def check_a(one): assert one == 1\ndef check_b(): pass\ndef test_c(): pass\n",
    }

    assert outcomes(run_quietly(files, "-k", "check_a")) == {"test_a.py::check_a": "passed"}


def test_file_that_cannot_be_collected_does_not_stop_the_others(
    run_quietly: RunQuietly, tmp_path: Path
) -> None:
    own = run_quietly({"test_a.py": "def test_a(:\n", "test_b.py": "def test_b(): pass\n"})

    assert (own.finished, [each.id for each in own.results]) == (True, ["test_b.py::test_b"])
    assert list(own.not_collected) == ["test_a.py"]
    assert own.not_collected["test_a.py"].splitlines()[-1] == "E   SyntaxError: invalid syntax"
    assert str(tmp_path) not in own.output


def test_no_tests_at_all_is_a_finished_run(run_quietly: RunQuietly) -> None:
    own = run_quietly({})

    assert (own.finished, own.results) == (True, ())


def test_argument_that_pytest_does_not_know_is_no_run(run_quietly: RunQuietly) -> None:
    own = run_quietly({"test_a.py": "def test_a(): pass\n"}, "--no-such-option")

    assert (own.finished, own.ending, own.results) == (False, "exit code 4", ())
    assert "unrecognized arguments: --no-such-option" in own.output


def test_process_that_ends_early_keeps_what_was_told(run_quietly: RunQuietly) -> None:
    text = "import os\ndef test_a(): pass\ndef test_b(): os._exit(0)\n"
    own = run_quietly({"test_a.py": text})
    assert (own.finished, own.ending, outcomes(own)) == (
        False,
        "exit code 0",
        {"test_a.py::test_a": "passed"},
    )

    own = run_quietly({"test_a.py": text.replace("_exit(0)", "kill(os.getpid(), 9)")})
    assert (own.finished, own.ending) == (False, "signal 9")


def test_program_that_is_missing_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        WarmPytest("/no/such/python", quiet=True)


def test_dismissed_before_it_is_needed(tmp_path: Path) -> None:
    WarmPytest(sys.executable, quiet=True).dismiss()


def test_attached_run_has_the_terminal(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    (tmp_path / "test_a.py").write_text(
        "def test_a(): print('seen', input())\ndef test_b(): assert 0\n"
    )
    outer = (
        "import sys\nfrom pathlib import Path\nfrom scoring.own_tests import WarmPytest\n"
        "own = WarmPytest(sys.executable, quiet=False).run(Path(sys.argv[1]), sys.argv[2:])\n"
        "print(own.finished, [each.outcome for each in own.results], repr(own.output))\n"
    )

    finished = run(
        [sys.executable, "-c", outer, tmp_path, "-s", "--color=no"],
        env=environment,
        seconds=60,
        stdin=b"typed\n",
    )

    shown = finished.stdout.decode()
    assert "seen typed" in shown
    assert "1 failed, 1 passed" in shown
    assert shown.splitlines()[-1] == "True ['passed', 'failed'] ''"
