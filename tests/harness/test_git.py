"""Git leaves the candidate's repository alone and keeps bytes as they are on disk."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness import git
from harness.errors import EnvironmentProblem
from harness.git import GitError
from scoring import process

INSTALL = ("install git 2.30 or newer, then run this again.",)
ODD_NAMES = [
    "plain.py",
    "a folder/with blanks.py",
    "übung/naïve–日本.py",
    "new\nline.py",
    "tab\tand\rreturn.py",
    "-rf",
    "--help/x.py",
    "'single' \"double\".py",
    "back\\slash\\040.py",
    "undecodable-\udcff\udc80.py",
    ":(glob)*?.py",
    "deleteall",
    "tests/.hidden",
    ".gitignored",
]
CONTENTS = {
    "empty": b"",
    "binary": bytes(range(256)) * 3,
    "crlf.txt": b"one\r\ntwo\r\n",
    "mixed.txt": b"one\r\ntwo\nthree\r",
    "no-end.txt": b"last line",
    "ident.txt": b"$Id$ $Id: 1234 $\n",
    "utf-16.txt": "Übung\r\n".encode("utf-16"),
    "stream.txt": b"done\ncommit refs/heads/main\ndata 5\n",
}
ATTRIBUTES = (
    b"* text=auto eol=lf ident filter=touch\n*.txt text eol=crlf working-tree-encoding=UTF-8\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one commit of two files."""
    folder = tmp_path / "work"
    (folder / "tally").mkdir(parents=True)
    (folder / "BRIEF.md").write_bytes(b"# Brief\n")
    (folder / "tally" / "words.py").write_bytes(b"one\ntwo\nthree\n")
    git.create_repository(folder, "Start of tally 1.0.0")
    return folder


@pytest.fixture
def start(root: Path, run_git: Any) -> str:
    return run_git(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def traps(root: Path, tmp_path: Path, run_git: Any) -> Path:
    """Every command that a repository's configuration can name; each makes this file."""
    mark = tmp_path / "a-command-ran"
    script = tmp_path / "trap"
    script.write_text(f"#!/bin/sh\necho $0 >> '{mark}'\nexec cat\n")
    script.chmod(0o755)
    hooks = root / ".git" / "hooks"
    hooks.mkdir()
    for hook in ("pre-commit", "post-commit", "reference-transaction", "post-index-change"):
        shutil.copy(script, hooks / hook)
    for key in ("filter.touch.clean", "filter.touch.smudge", "core.fsmonitor", "diff.external"):
        run_git(root, "config", key, str(script))
    run_git(root, "config", "core.hooksPath", str(hooks))
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "attributes").write_bytes(ATTRIBUTES)
    mark.unlink(missing_ok=True)
    return mark


def everything(root: Path, run_git: Any) -> dict[str, object]:
    """All that belongs to the candidate: refs but ours, HEAD, index, stash, work tree."""
    refs = run_git(root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return {
        "refs": [line for line in refs if not line.startswith(git.SNAPSHOT_REF)],
        "HEAD": (root / ".git" / "HEAD").read_bytes(),
        "index": (root / ".git" / "index").read_bytes(),
        "stash": run_git(root, "stash", "list"),
        "status": run_git(root, "status", "--porcelain=v2", "--branch", "--ignored"),
        "files": {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file() and ".git" not in path.parts
        },
        "config": (root / ".git" / "config").read_bytes(),
    }


# --- the program ----------------------------------------------------------------------------


def test_without_git_on_path_the_reader_learns_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = (EnvironmentProblem, 4, "git was not found on PATH", INSTALL)
    assert refusal(git.require_git) == told
    assert refusal(git.list_files, tmp_path) == told


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("git version 2.29.3", "git 2.29.3 is too old"),
        ("git version 1.99", "git 1.99 is too old"),
        ("git of my own", "git --version answered 'git of my own'"),
        ("", "git --version answered ''"),
    ],
)
def test_a_git_that_is_too_old_or_none_at_all_is_refused(
    fake_git: Any, refusal: Any, answer: str, message: str
) -> None:
    fake_git(f"echo '{answer}'")
    assert refusal(git.require_git) == (EnvironmentProblem, 4, message, INSTALL)


def test_a_git_that_fails_is_refused_with_its_own_words(fake_git: Any, refusal: Any) -> None:
    fake_git("echo 'xcode-select: no developer tools were found' >&2; exit 1")
    assert refusal(git.require_git) == (
        EnvironmentProblem,
        4,
        "git --version: xcode-select: no developer tools were found",
        INSTALL,
    )


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ("git version 2.30.0", "2.30.0"),
        ("git version 2.39.5 (Apple Git-154)", "2.39.5"),
        ("git version 3.0", "3.0"),
        ("git version 2.50.1.windows.1", "2.50.1"),
    ],
)
def test_a_git_that_is_new_enough_is_taken(fake_git: Any, answer: str, version: str) -> None:
    fake_git(f"echo '{answer}'")
    assert git.require_git() == version


@pytest.mark.parametrize("missing", ["user.name", "user.email", None])
def test_an_identity_is_a_name_and_an_address(tmp_path: Path, run_git: Any, missing: str) -> None:
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        if key != missing:
            run_git(tmp_path, "config", "--global", key, value)
    assert git.identity_is_configured() == (missing is None)


# --- the repository -------------------------------------------------------------------------


def test_a_repository_has_one_commit_of_all_files_and_a_clean_status(
    tmp_path: Path, run_git: Any
) -> None:
    files = {"tally/words.py": b"x\r\n", ".gitignore": b"*.log\n", "kept.log": b"\x00"}
    for path, content in files.items():
        (tmp_path / "w" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "w" / path).write_bytes(content)
    root = tmp_path / "w"
    commit = git.create_repository(root, "Start of tally 1.0.0")
    assert git.read_commit(root, commit) == files
    assert run_git(root, "rev-list", "--all").split() == [commit]
    assert run_git(root, "status", "--porcelain", "--branch") == "## main\n"
    assert run_git(root, "for-each-ref", "--format=%(refname) %(objectname)").splitlines() == [
        f"refs/heads/main {commit}",
    ]
    assert run_git(root, "log", "--format=%an <%ae> %cn <%ce>%n%B").strip() == (
        "worksample <worksample@localhost> worksample <worksample@localhost>\nStart of tally 1.0.0"
    )
    assert not (root / ".git" / "hooks").exists()


@pytest.mark.parametrize("place", [".config", "elsewhere"])
def test_a_repository_does_not_depend_on_the_users_configuration(
    tmp_path: Path, run_git: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    home = Path(os.environ["HOME"])
    mark = tmp_path / "a-hook-ran"
    for folder in (home / "hooks", home / "template" / "hooks"):
        folder.mkdir(parents=True)
        for hook in ("pre-commit", "commit-msg", "post-commit", "reference-transaction"):
            (folder / hook).write_text(f"#!/bin/sh\ntouch '{mark}'\nexit 1\n")
            (folder / hook).chmod(0o755)
    (home / "ignore").write_text("*.py\n")
    (home / ".gitconfig").write_text(
        "[commit]\n gpgsign = true\n template = /nowhere\n"
        "[gpg]\n program = /bin/false\n"
        "[i18n]\n commitEncoding = utf-16\n"
        "[core]\n autocrlf = input\n safecrlf = true\n"
        f" hooksPath = {home}/hooks\n excludesFile = {home}/ignore\n"
        f"[init]\n templateDir = {home}/template\n defaultBranch = trunk\n"
        " defaultObjectFormat = sha256\n"
    )
    (home / place / "git").mkdir(parents=True)
    (home / place / "git" / "ignore").write_text("*.py\n")
    (home / place / "git" / "attributes").write_text("*.py text eol=crlf\n")
    if place == "elsewhere":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(home / place))
    root = tmp_path / "work"
    root.mkdir()
    (root / "a.py").write_bytes(b"one\r\ntwo\r\n")
    commit = git.create_repository(root, "Start")
    snapshot = git.record(root, {"a.py": b"three\r\n"}, commit, "test", 1)
    assert git.list_files(root) == ["a.py"]
    assert git.read_commit(root, commit) == {"a.py": b"one\r\ntwo\r\n"}
    assert git.read_commit(root, snapshot) == {"a.py": b"three\r\n"}
    lines = run_git(root, "cat-file", "-p", commit).splitlines()
    assert [line.split()[0] for line in lines if line] == ["tree", "author", "committer", "Start"]
    assert (root / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert not (root / ".git" / "hooks").exists()
    assert not mark.exists()


def test_the_callers_git_environment_is_ignored_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    before = git.create_repository(other, "Theirs")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
    monkeypatch.setenv("GIT_NAMESPACE", "theirs")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    environment = dict(os.environ)
    root = tmp_path / "work"
    root.mkdir()
    (root / "a.py").write_bytes(b"1\n")
    commit = git.create_repository(root, "Ours")
    snapshot = git.record(root, {"a.py": b"2\n"}, commit, "test", 1)
    assert git.list_files(root) == ["a.py"]
    assert git.change_since(root, commit) == (0, 0, 0)
    assert git.read_commit(root, snapshot) == {"a.py": b"2\n"}
    assert dict(os.environ) == environment
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    assert git.read_commit(other, "HEAD") == {}
    assert git.read_commit(other, before) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "work"]


def test_a_folder_that_can_not_become_a_repository_is_a_git_error(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("this is not a git file")
    with pytest.raises(GitError, match=r"^git init: "):
        git.create_repository(tmp_path, "Start")


# --- reading --------------------------------------------------------------------------------


def test_a_commit_is_read_without_its_links(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "deep" / "deeper" / "file").write_bytes(b"same")
    (tmp_path / "file").write_bytes(b"same")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "deep" / "out").symlink_to("/etc")
    (tmp_path / "program").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "program").chmod(0o755)
    commit = git.create_repository(tmp_path, "Start")
    assert git.read_commit(tmp_path, commit) == {
        "deep/deeper/file": b"same",
        "file": b"same",
        "program": b"#!/bin/sh\n",
    }


@pytest.mark.parametrize(
    "commit",
    ["0" * 40, "f" * 40, "abc1234", "no-such-name", "", "-x", "HEAD~9", "HEAD:none", "HEAD^{tree}"],
)
def test_an_unknown_commit_is_a_git_error(root: Path, commit: str) -> None:
    with pytest.raises(GitError, match=r"^commit .* can't be read: "):
        git.read_commit(root, commit)


def test_a_folder_without_a_repository_is_a_git_error(tmp_path: Path, root: Path) -> None:
    inside = root / "tally"
    for action in (
        lambda: git.read_commit(tmp_path, "HEAD"),
        lambda: git.list_files(tmp_path),
        lambda: git.list_files(inside),
        lambda: git.change_since(inside, "HEAD"),
        lambda: git.record(inside, {}, "HEAD", "test", 1),
    ):
        with pytest.raises(GitError):
            action()


def test_files_are_listed_unless_git_ignores_them(root: Path, run_git: Any) -> None:
    exclude = root / ".git" / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text("*.log\n")
    (root / ".gitignore").write_text("build/\n*.tmp\n!keep.tmp\n")
    for name in ("a.log", "b.tmp", "keep.tmp", "build/x", "ünïcode.py", "staged.py", "deep/n.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("")
    (root / "new\nline.py").write_text("")
    (root / "link").symlink_to("nowhere")
    run_git(root, "add", "staged.py")
    run_git(root, "add", "--force", "b.tmp")
    (root / "BRIEF.md").unlink()
    assert git.list_files(root) == sorted(
        [
            ".gitignore", "BRIEF.md", "b.tmp", "deep/n.py", "keep.tmp", "link", "new\nline.py",
            "staged.py", "tally/words.py", "ünïcode.py",
        ]
    )  # fmt: skip


# --- snapshots ------------------------------------------------------------------------------


def test_a_snapshot_touches_nothing_but_its_own_ref(root: Path, start: str, run_git: Any) -> None:
    words = root / "tally" / "words.py"
    words.write_bytes(b"stashed\n")
    run_git(root, "stash")
    run_git(root, "checkout", "-q", "-b", "idea")
    words.write_bytes(b"staged\n")
    run_git(root, "add", "--all")
    words.write_bytes(b"not staged\n")
    (root / "untracked.py").write_bytes(b"new\n")
    run_git(root, "tag", "mine")
    before = everything(root, run_git)
    commit = git.record(root, {"tally/words.py": b"not staged\n"}, start, "test", 1_772_460_120)
    assert everything(root, run_git) == before
    assert run_git(root, "rev-parse", git.SNAPSHOT_REF).strip() == commit
    assert run_git(root, "cat-file", "-p", commit).splitlines()[1:] == [
        f"parent {start}",
        "author worksample <worksample@localhost> 1772460120 +0000",
        "committer worksample <worksample@localhost> 1772460120 +0000",
        "",
        "test",
    ]


def test_a_snapshot_needs_no_clean_head(root: Path, start: str, run_git: Any) -> None:
    run_git(root, "checkout", "-q", "--detach")
    (root / ".git" / "index.lock").write_bytes(b"")
    (root / ".git" / "index").write_bytes(b"garbage")
    commit = git.record(root, {"a.py": b"1\n"}, start, "test", 1)
    assert git.read_commit(root, commit) == {"a.py": b"1\n"}


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_snapshot_keeps_odd_names(root: Path, start: str, name: str) -> None:
    files = {name: b"content of it\n"}
    assert git.read_commit(root, git.record(root, files, start, "test", 1)) == files


def test_a_snapshot_keeps_bytes_in_spite_of_attributes_and_runs_no_command(
    root: Path, start: str, traps: Path, run_git: Any
) -> None:
    files = {".gitattributes": ATTRIBUTES, **CONTENTS}
    for name, content in files.items():
        (root / name).write_bytes(content)
    commit = git.record(root, files, start, "test", 1)
    listed = git.list_files(root)
    kept = git.read_commit(root, commit)
    assert not traps.exists(), traps.read_text()
    assert kept == files
    assert listed == sorted([*files, "BRIEF.md", "tally/words.py"])
    run_git(root, "hash-object", "tally/words.py")
    assert traps.exists(), "the traps do not work: this test would prove nothing"


def test_counting_the_change_runs_no_hook_no_monitor_and_no_other_diff(
    root: Path, start: str, traps: Path
) -> None:
    # The candidate's own filters do run: what they would not commit is no change.
    (root / ".git" / "info" / "attributes").unlink()
    (root / "tally" / "words.py").write_bytes(b"one\nzwei\nthree\nfour\n")
    (root / "untracked.py").write_bytes(b"1\n2\n")
    assert git.change_since(root, start) == (2, 4, 1)
    assert not traps.exists(), traps.read_text()


def test_snapshots_form_a_chain_from_the_start(root: Path, start: str, run_git: Any) -> None:
    commits = [start]
    for number in range(3):
        files = {"a.py": b"%d\n" % number}
        commits.append(git.record(root, files, commits[-1], f"test {number}", number))
    history = run_git(root, "log", "--format=%H %s", git.SNAPSHOT_REF).splitlines()
    subjects = ["Start of tally 1.0.0", "test 0", "test 1", "test 2"]
    assert history == [f"{c} {s}" for c, s in zip(commits, subjects, strict=True)][::-1]


def test_an_empty_tree_can_be_a_snapshot(root: Path, start: str) -> None:
    assert git.read_commit(root, git.record(root, {}, start, "test", 1)) == {}


def test_where_the_parent_is_lost_the_chain_begins_anew(root: Path, run_git: Any) -> None:
    commit = git.record(root, {"a.py": b""}, "f" * 40, "test", 1)
    assert run_git(root, "log", "--format=%H %s", git.SNAPSHOT_REF) == f"{commit} test\n"


def spoil_ref(ref: Path, damage: str) -> None:
    ref.unlink()
    if damage == "a link":
        ref.symlink_to(ref.parents[2] / "HEAD")
    elif damage == "a folder":
        ref.mkdir()
    elif damage != "gone":
        ref.write_bytes({"empty": b"", "garbage": b"\xff\x00" * 9, "unknown": b"1" * 40}[damage])


@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "unknown", "a link", "a folder"])
def test_a_damaged_snapshot_ref_is_mended_by_the_next_snapshot(
    root: Path, start: str, run_git: Any, damage: str
) -> None:
    first = git.record(root, {"a.py": b"1"}, start, "first", 1)
    spoil_ref(root / ".git" / git.SNAPSHOT_REF, damage)
    git.record(root, {"a.py": b"2"}, first, "second", 2)
    log = run_git(root, "log", "--format=%s", git.SNAPSHOT_REF).splitlines()
    assert log == ["second", "first", "Start of tally 1.0.0"]


@pytest.mark.parametrize("age", [0, 600])
def test_the_lock_of_a_git_that_was_killed_is_cleared_away_and_that_of_a_live_one_is_not(
    root: Path, start: str, age: int
) -> None:
    git.record(root, {}, start, "first", 1)
    lock = root / ".git" / f"{git.SNAPSHOT_REF}.lock"
    lock.write_bytes(b"")
    moment = time.time() - age
    os.utime(lock, (moment, moment))
    if age:
        git.record(root, {"a.py": b""}, start, "second", 2)
    else:
        with pytest.raises(GitError, match=r"snapshots\.lock': File exists"):
            git.record(root, {"a.py": b""}, start, "second", 2)
    assert lock.exists() == (not age)


@pytest.mark.parametrize(
    ("spoil", "again"),
    [
        (lambda folder: folder.rename(folder.with_name("gone")), "git init"),
        (lambda folder: (folder / "HEAD").write_bytes(b"?"), "mv .git .git.broken && git init"),
    ],
)
def test_a_repository_that_is_none_is_told_with_the_way_to_a_new_one(
    root: Path, start: str, spoil: Any, again: str
) -> None:
    folder = root / ".git"
    spoil(folder)
    with pytest.raises(GitError) as told:
        git.record(root, {}, start, "test", 1)
    assert str(told.value) == f"{folder} is no git repository any more; make one: {again}"
    process.run(["sh", "-c", again], cwd=root, seconds=60)
    assert git.read_commit(root, git.record(root, {"a.py": b"1"}, start, "test", 1)) == {
        "a.py": b"1"
    }


names = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."} and not name.lower().startswith((".git", "git~")))
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("shared")
    return root, git.create_repository(root, "Start")


@given(files=st.dictionaries(paths, st.binary(max_size=200), max_size=6))
@settings(max_examples=25)
def test_what_was_recorded_is_read_back(shared: tuple[Path, str], files: dict[str, bytes]) -> None:
    folders = {path[:at] for path in files for at, char in enumerate(path) if char == "/"}
    assume(not folders & set(files))
    root, start = shared
    assert git.read_commit(root, git.record(root, files, start, "test", 1)) == files


# --- the change -----------------------------------------------------------------------------


def test_nothing_changed_counts_nothing(root: Path, start: str) -> None:
    assert git.change_since(root, start) == (0, 0, 0)


def test_the_change_counts_committed_staged_and_untracked_lines(
    root: Path, start: str, run_git: Any
) -> None:
    words = root / "tally" / "words.py"
    words.write_bytes(b"one\nzwei\nthree\n")
    run_git(root, "commit", "-q", "-am", "mine")
    words.write_bytes(b"one\nzwei\nthree\nfour\n")
    (root / "staged.py").write_bytes(b"1\n2\n")
    run_git(root, "add", "staged.py")
    (root / "new\nline ü.py").write_bytes(b"1\n2\n3")
    (root / "empty.py").write_bytes(b"")
    (root / "BRIEF.md").unlink()
    assert git.change_since(root, start) == (5, 7, 2)


def test_binary_files_count_as_files_without_lines(root: Path, start: str, run_git: Any) -> None:
    (root / "tally" / "words.py").write_bytes(b"\x00\x01\n\x02\n")
    assert git.change_since(root, start) == (1, 0, 0)


def test_an_untracked_link_is_never_followed(root: Path, start: str, tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"line\n" * 1000)
    (root / "link").symlink_to(tmp_path / "long")
    (root / "folder").symlink_to(tmp_path)
    assert git.change_since(root, start) == (2, 0, 0)


def test_an_ignored_file_and_a_nested_repository_are_no_change(
    root: Path, start: str, run_git: Any
) -> None:
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "exclude").write_text("*.log\n")
    (root / "a.log").write_bytes(b"1\n")
    nested = root / "nested"
    nested.mkdir()
    (nested / "a.py").write_bytes(b"1\n")
    git.create_repository(nested, "Theirs")
    assert git.change_since(root, start) == (0, 0, 0)


def test_an_unknown_commit_has_no_change_to_count(root: Path) -> None:
    with pytest.raises(GitError, match=r"^git diff: "):
        git.change_since(root, "f" * 40)
