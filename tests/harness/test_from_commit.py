"""A bug-fix commit becomes an exercise; what can't be one is refused, and nothing in it runs."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commit_history import COMMITS, SUBJECT, History, git
from harness.authoring.commits import read_fix
from harness.authoring.from_commit import Imported, from_commit
from harness.authoring.repository import open_repository
from harness.authoring.suitable import find_suitable
from harness.commands.author.from_commit import show
from harness.errors import EnvironmentProblem, UsageProblem, WorkspaceProblem
from harness.exercise import Exercise, load_exercise
from scoring import process
from scoring.engine import grade
from scoring.model import TimeUsed
from scoring.runner import Runner

IN_TIME = TimeUsed(used=600, limit=1200, grace=30)


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The repository, to be read only."""
    return History(tmp_path_factory.mktemp("history") / "ledger")


@pytest.fixture(scope="session")
def made(history: History, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The exercise of the fix: made once."""
    target = tmp_path_factory.mktemp("made")
    told: list[str] = []
    made = from_commit(str(history.folder), history.ids["fix"], target, tell=told.append)
    assert told[0] == "Reading the repository"
    assert [path.name for path in target.iterdir()] == [made.id]
    return made


@pytest.fixture
def exercise(made: Imported) -> Exercise:
    return load_exercise(made.folder)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- the exercise ---------------------------------------------------------------------------


def test_a_part_of_the_fix_is_a_requirement_with_the_tests_that_need_it(
    exercise: Exercise,
) -> None:
    manifest = exercise.manifest
    assert [each.name for each in manifest.requirement] == [
        "parse-of-one-digit",
        "show-pads-cents",
        "tuples-shares-add-up",
    ]
    assert exercise.overlays("faults") == [each.name for each in manifest.requirement]
    hidden = exercise.read_lock().hidden
    failing = sorted(id_ for id_, was in hidden.items() if was != "passed")
    assert failing == [
        "hidden/test_canary.py::test_canary_nothing_equals_a_new_object",
        "hidden/test_parse_of_one_digit.py::test_parse_of_one_digit",
        "hidden/test_show_pads_cents.py::test_show_pads_cents",
        "hidden/test_tuples_shares_add_up.py::TestTuples::test_shares_add_up",
    ]
    assert sorted(set(hidden) - set(failing)) == ["hidden/test_regression.py::test_parse_of_zero"]


def test_the_starter_is_the_project_before_the_fix_and_what_leaks_it_is_gone(
    exercise: Exercise,
) -> None:
    starter = exercise.overlay("starter")
    assert sorted(starter) == [
        "README.md",
        "ledger/__init__.py",
        "ledger/amounts.py",
        "ledger/latest.py",
        "tests/common.py",
        "tests/test_amounts.py",
        "tests/test_latest.py",
    ]
    assert not any(b"padded_shares" in content for content in starter.values())
    assert sorted(exercise.read_lock().visible.values()) == ["passed"] * 5


def test_the_starter_scores_nothing_and_the_reference_all(exercise: Exercise) -> None:
    kit = exercise.kit()
    with Runner() as runner:
        starter = grade(kit, kit.starter, IN_TIME, reveal=True, runner=runner)
        reference = grade(kit, kit.reference, IN_TIME, reveal=True, runner=runner)
    assert (starter.state, starter.total) == ("graded", 0)
    assert reference.state == "graded"
    assert reference.total is not None
    assert reference.total >= 90
    assert [(each.name, each.caught) for each in reference.faults] == [
        (name, True) for name in exercise.overlays("faults")
    ]


def test_the_brief_has_symptoms_and_nothing_that_gives_the_fix_away(exercise: Exercise) -> None:
    brief = exercise.files["BRIEF.md"].decode()
    for requirement in exercise.manifest.requirement:
        assert requirement.asks in brief
    assert "amounts lose their zeros" in brief
    for secret in ("#17", "Fix", "padded_shares", ".py", "hidden"):
        assert secret not in brief


def test_where_it_comes_from_stands_in_the_manifest(exercise: Exercise, history: History) -> None:
    provenance = exercise.manifest.provenance
    assert provenance is not None
    assert (provenance.repository, provenance.commit) == ("ledger", history.ids["fix"])


def test_what_is_left_to_the_author_is_listed(made: Imported, exercise: Exercise) -> None:
    todo = exercise.files["TODO.md"].decode()
    assert made.todo[0].startswith("no licence was found")
    untested = [each for each in made.todo if "no test notices this hunk" in each]
    assert [each.partition(":")[0] for each in untested] == ["ledger/latest.py"]
    assert all(f"- [ ] {each}.\n" in todo for each in made.todo)


def test_the_command_says_what_was_made_what_is_left_and_what_to_type_next(
    made: Imported, capsys: pytest.CaptureFixture[str]
) -> None:
    show(made)
    told = capsys.readouterr()
    assert f"Made          {made.folder}" in told.out
    assert "Requirements  parse-of-one-digit, show-pads-cents, tuples-shares-add-up" in told.out
    assert all(f"  - {each}\n" in told.out for each in made.todo)
    assert f"Prove it:  worksample author check {made.folder}" in told.out
    assert "warning: left out tests/test_amounts.py::test_by_chance" in told.err


def test_the_command_refuses_with_an_exit_code_and_as_json(
    history: History, worksample: Any, tmp_path: Path
) -> None:
    arguments = ("author", "from-commit", history.folder, history.ids["merge"], "--dir", tmp_path)
    told = worksample(*arguments)
    assert (told.code, told.out) == (2, "")
    assert "is a merge commit" in told.err
    told = worksample(*arguments, "--json")
    assert (told.code, json.loads(told.out)["error"]["exit_code"]) == (2, 2)
    told = worksample(*arguments, "--id", "No Name")
    assert (told.code, "'No Name' can't be the name" in told.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_flaky_test_is_left_out_with_the_reason(made: Imported, exercise: Exercise) -> None:
    name = "tests/test_amounts.py::test_by_chance"
    assert made.dropped[name]
    assert name in exercise.files["TODO.md"].decode()
    places = [path for path, text in exercise.files.items() if b"test_by_chance" in text]
    assert places == ["TODO.md"]


# --- what can't be an exercise --------------------------------------------------------------


@pytest.mark.parametrize(
    ("commit", "why"),
    [
        ("merge", "is a merge commit"),
        ("root", "is the first commit"),
        ("no-tests", "changes no tests"),
        ("no-source", "changes no source of ledger"),
        ("binary", "changes a binary file: ledger/table.bin"),
        ("oversized", "lines of source; 1000 is the most"),
        ("submodule", "changes a submodule, which is another repository: vendor"),
        ("renamed-package", "makes, removes or renames packages: ledger became book"),
        ("nothing-fixed", "no test fails before"),
        ("uncollectable", "can't be collected before the fix: ImportError"),
    ],
)
def test_a_commit_that_will_not_do_is_refused_with_the_reason(
    commit: str, why: str, history: History, tmp_path: Path, refusal: Any
) -> None:
    told = refusal(from_commit, str(history.folder), history.ids[commit], tmp_path / "out")
    assert (told.kind, told.exit_code) == (UsageProblem, 2)
    assert why in told.message
    assert told.tips
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["0000000", "-x", "a b", "main..base", ""])
def test_a_commit_that_is_not_there_is_refused(
    name: str, history: History, tmp_path: Path, refusal: Any
) -> None:
    told = refusal(from_commit, str(history.folder), name, tmp_path)
    assert (told.kind, told.exit_code) == (UsageProblem, 2)
    assert "--find" in told.tips[-1]


def test_a_target_that_is_there_is_left_alone(
    history: History, tmp_path: Path, refusal: Any
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note").write_text("mine")
    told = refusal(from_commit, str(history.folder), history.ids["fix"], tmp_path, id_="mine")
    assert (told.kind, told.message) == (UsageProblem, f"{tmp_path / 'mine'} is there already")
    assert snapshot(tmp_path) == {"mine/note": b"mine"}


def test_a_shallow_clone_without_the_parent_is_told_what_to_fetch(
    history: History, tmp_path: Path, refusal: Any
) -> None:
    clone = tmp_path / "clone"
    address = f"file://{history.folder}"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=fix", address, str(clone))
    told = refusal(from_commit, str(clone), "HEAD", tmp_path / "out")
    assert (told.kind, told.exit_code) == (WorkspaceProblem, 3)
    assert "is a shallow clone" in told.message
    assert told.tips == (f"fetch it: git -C {clone} fetch --deepen=1",)
    git(clone, "fetch", "--quiet", "--deepen=1")
    with open_repository(str(clone), "HEAD") as repository:
        assert read_fix(repository, "HEAD").parent.id == history.ids["root"]


@pytest.mark.parametrize(
    ("where", "kind", "why"),
    [
        ("https://127.0.0.1:1/nobody/there", EnvironmentProblem, "can't be fetched: git fetch"),
        ("https://ada:secret@127.0.0.1:1/x", EnvironmentProblem, "https://127.0.0.1:1/x can't be"),
        ("http://127.0.0.1:1/x", UsageProblem, "http is not one of file, git, https, ssh"),
        ("ext::sh -c touch% trap", WorkspaceProblem, "there is no folder ext::sh"),
        ("ext://sh -c touch% trap", UsageProblem, "ext is not one of"),
        ("-upload-pack=x", WorkspaceProblem, "there is no folder"),
        (".", WorkspaceProblem, "is not a git repository"),
    ],
)
def test_a_place_that_is_no_repository_is_refused(
    where: str,
    kind: type,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refusal: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    told = refusal(from_commit, where, "1234567", tmp_path)
    assert told.kind is kind
    assert why in told.message
    assert "secret" not in told.message
    assert told.tips
    assert list(tmp_path.iterdir()) == []


# --- safety ---------------------------------------------------------------------------------


@pytest.fixture
def trapped(history: History, tmp_path: Path) -> tuple[Path, Path]:
    """A clone whose configuration and hooks run a program, and the file which that makes."""
    clone, mark = tmp_path / "clone", tmp_path / "a-program-ran"
    git(tmp_path, "clone", "--quiet", "--branch=fix", str(history.folder), str(clone))
    script = tmp_path / "trap"
    script.write_text(f"#!/bin/sh\necho $0 >> '{mark}'\nexec cat\n")
    script.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.trap.textconv",
        "filter.trap.clean",
        "filter.trap.smudge",
        "gpg.program",
        "uploadpack.packObjectsHook",
    ):
        git(clone, "config", key, str(script))
    git(clone, "config", "log.showSignature", "true")
    git(clone, "config", "protocol.ext.allow", "always")
    git(clone, "config", "remote.origin.url", f"ext::{script}")
    hooks = clone / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-checkout", "post-index-change", "pre-auto-gc"):
        (hooks / hook).write_bytes(script.read_bytes())
        (hooks / hook).chmod(0o755)
    (clone / ".git" / "info").mkdir(exist_ok=True)
    (clone / ".git" / "info" / "attributes").write_text("* diff=trap filter=trap\n")
    mark.unlink(missing_ok=True)
    return clone, mark


def test_nothing_that_a_repository_configures_is_run_and_nothing_is_written_there(
    trapped: tuple[Path, Path], history: History
) -> None:
    clone, mark = trapped
    before = snapshot(clone)
    with open_repository(str(clone), "HEAD") as repository:
        assert read_fix(repository, "HEAD").commit.id == history.ids["fix"]
        assert [each.commit for each in find_suitable(repository).suitable] == [history.ids["fix"]]
    assert not mark.exists()
    assert snapshot(clone) == before
    # The traps are real: the same questions, asked plainly, run them.
    git(clone, "log", "--patch", "--max-count=1", "--ext-diff")
    assert mark.exists()


def test_a_work_tree_and_a_bare_repository_are_read_as_well(
    history: History, tmp_path: Path
) -> None:
    bare, tree = tmp_path / "bare.git", tmp_path / "tree"
    git(tmp_path, "clone", "--quiet", "--bare", str(history.folder), str(bare))
    git(bare, "worktree", "add", "--quiet", "--detach", str(tree), history.ids["fix"])
    for place in (bare, tree):
        with open_repository(str(place), "fix") as repository:
            assert repository.commit("fix").subject == SUBJECT
            assert repository.commit(history.ids["fix"][:9]).id == history.ids["fix"]


@pytest.fixture
def address(history: History, tmp_path: Path) -> Iterator[str]:
    """The repository at an address that git serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    argv = ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", "--export-all"]
    folder = history.folder
    running = process.start([*argv, f"--base-path={folder.parent}", "--reuseaddr"], cwd=tmp_path)
    place = f"git://127.0.0.1:{port}/ledger"
    try:
        for _ in range(100):
            with socket.socket() as probe:
                probe.settimeout(0.2)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield place
    finally:
        running.kill()


def test_of_an_address_a_commit_and_its_parent_are_fetched_or_else_everything(
    address: str, history: History
) -> None:
    for name in (history.ids["fix"], history.ids["fix"][:10], "HEAD~1"):
        with open_repository(address, name) as repository:
            fix = read_fix(repository, name)
            assert (fix.commit.id, fix.parent.id) == (history.ids["fix"], history.ids["root"])
            assert (fix.origin, repository.name) == (address, "ledger")


# --- the search -----------------------------------------------------------------------------


def test_the_search_ranks_what_suits_and_counts_what_does_not(history: History) -> None:
    with open_repository(str(history.folder), "") as repository:
        found = find_suitable(repository)
    assert found.looked_at == 3
    assert found.left_out == {"the first commit": 1, "not 3 to 150 lines of source": 1}
    (fix,) = found.suitable
    assert (fix.commit, fix.subject, fix.source_files) == (history.ids["fix"], SUBJECT, 2)
    assert (fix.source_lines, fix.test_lines) == (13, 25)
    assert fix.reasons[0] == "speaks of “fix”"


def test_the_command_searches_and_says_what_to_type_next(
    history: History, worksample: Any, tmp_path: Path
) -> None:
    told = worksample("author", "from-commit", history.folder, "--find")
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[1].startswith(history.ids["fix"][:12])
    told = worksample("author", "from-commit", history.folder, "--find", "--json")
    facts = json.loads(told.out)
    assert [each["commit"] for each in facts["commits"]] == [history.ids["fix"]]
    assert (facts["schema_version"], facts["looked_at"]) == (1, 3)
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    told = worksample("author", "from-commit", empty, "--find")
    assert told.code == 3
    assert "the history of" in told.err


def test_every_awkward_commit_is_in_the_history(history: History) -> None:
    assert len(history.ids) == len(COMMITS) + 4
