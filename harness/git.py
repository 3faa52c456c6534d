"""Git, the only way we talk to it.

Commits are read with GitPython. What every command waits for (`start`, `test`, `status`) asks the
git program itself, because importing GitPython takes longer than the answer. Neither sees the
caller's environment, configuration or hooks; snapshots go through `fast-import`, which knows no
index, no filters and no attributes, so that what is recorded is what is on disk.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.errors import EnvironmentProblem
from scoring import process
from scoring.trees import read_regular

MINIMUM = (2, 30)
SNAPSHOT_REF = "refs/worksample/snapshots"

_NAME = "worksample"
_EMAIL = "worksample@localhost"
_SECONDS = 60
_QUIET = (
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.quotePath=false",
    "-c", "gc.auto=0",
    "-c", f"user.name={_NAME}",
    "-c", f"user.email={_EMAIL}",
)  # fmt: skip
# No home: GitPython, git before 2.32 and git's own default for ignored files look there.
_ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "HOME": os.devnull,
    "XDG_CONFIG_HOME": os.devnull,
}


class GitError(Exception):
    """git did not do what it was asked; the text is git's own."""


def require_git() -> str:
    """The version of git. Raises EnvironmentProblem when there is none or it is too old."""
    tip = f"install git {MINIMUM[0]}.{MINIMUM[1]} or newer, then run this again."
    try:
        answer = _git(None, "--version").decode("utf-8", "replace").strip()
    except GitError as error:
        raise EnvironmentProblem(str(error), tip) from None
    match = re.search(r"(\d+)\.(\d+)(?:\.\d+)*", answer)
    if match is None:
        raise EnvironmentProblem(f"git --version answered {answer!r}", tip)
    if (int(match[1]), int(match[2])) < MINIMUM:
        raise EnvironmentProblem(f"git {match[0]} is too old", tip)
    return match[0]


def create_repository(root: Path, message: str) -> str:
    """Make `root` a repository with one commit of all that is in it; the commit's name.

    Raises GitError.
    """
    _git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    _git(root, "add", "--all", "--force")
    # Our name in the call, not in the repository: the candidate's commits bear the candidate's.
    identity = (f"--author={_NAME} <{_EMAIL}>", "--no-verify", "--no-gpg-sign")
    _git(root, "commit", "--quiet", "--allow-empty", f"--message={message}", *identity)
    return _git(root, "rev-parse", "HEAD").decode().strip()


def read_commit(root: Path, commit: str) -> dict[str, bytes]:
    """The regular files of a commit. Raises GitError when it is not there."""
    with _own_environment(root):
        import git

        try:
            with git.Repo(root) as repository:
                return {
                    str(blob.path): blob.data_stream.read()
                    for blob in repository.commit(commit).tree.traverse()
                    if isinstance(blob, git.Blob) and blob.mode != git.Blob.link_mode
                }
        except (git.GitError, git.exc.ODBError, LookupError, ValueError, OSError) as error:
            raise GitError(f"commit {commit} can't be read: {error}") from error


def list_files(root: Path) -> list[str]:
    """Paths that are tracked, or untracked and not ignored. Raises GitError."""
    listing = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted({os.fsdecode(path) for path in listing.split(b"\0") if path})


def record(root: Path, files: Mapping[str, bytes], parent: str, message: str, moment: int) -> str:
    """Commit `files` under the snapshot ref, touching nothing else; the commit's name.

    `moment` is in seconds since 1970. Raises GitError.
    """
    identity = b"%s <%s> %d +0000" % (_NAME.encode(), _EMAIL.encode(), moment)
    note = message.encode()
    stream = bytearray()
    stream += b"feature done\ncommit %s\nmark :1\n" % SNAPSHOT_REF.encode()
    stream += b"committer %s\ndata %d\n%s\n" % (identity, len(note), note)
    stream += b"from %s\ndeleteall\n" % parent.encode()
    for path, content in files.items():
        stream += b"M 100644 inline %s\ndata %d\n" % (_quoted(path), len(content))
        stream += content + b"\n"
    stream += b"get-mark :1\ndone\n"
    return _git(root, "fast-import", "--quiet", "--force", stdin=bytes(stream)).decode().strip()


def change_since(root: Path, commit: str) -> tuple[int, int, int]:
    """Files changed in the work tree since a commit, lines added, lines deleted."""
    files = added = deleted = 0
    numstat = _git(root, "diff", "--no-ext-diff", "--no-textconv", "--numstat", commit, "--")
    for line in numstat.splitlines():
        plus, minus, _ = line.split(b"\t", 2)
        files += 1
        added += int(plus) if plus.isdigit() else 0
        deleted += int(minus) if minus.isdigit() else 0
    for path in _git(root, "ls-files", "-z", "--others", "--exclude-standard").split(b"\0"):
        if path and not path.endswith(b"/"):
            files += 1
            with contextlib.suppress(OSError, ValueError):
                added += len(read_regular(root / os.fsdecode(path)).splitlines())
    return files, added, deleted


def identity_is_configured() -> bool:
    """Whether the user can commit: git knows a name and an address for them."""
    for key in ("user.name", "user.email"):
        finished = process.run(["git", "config", "--get", key], seconds=_SECONDS)
        if finished.returncode or not finished.stdout.strip():
            return False
    return True


def _git(root: Path | None, *arguments: str, stdin: bytes = b"") -> bytes:
    environment = {
        **_without_git(os.environ),
        **_ALONE,
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    # Naming the repository keeps git from finding another one further up.
    place = () if root is None else (f"--git-dir={root / '.git'}", f"--work-tree={root}")
    try:
        finished = process.run(
            ["git", *place, *_QUIET, *arguments],
            cwd=root,
            env=environment,
            seconds=_SECONDS,
            stdin=stdin,
            output_bytes=100_000_000,
        )
    except FileNotFoundError:
        if root is not None and not root.is_dir():
            raise GitError(f"git {arguments[0]}: {root} is gone") from None
        raise EnvironmentProblem(
            "git was not found on PATH",
            f"install git {MINIMUM[0]}.{MINIMUM[1]} or newer, then run this again.",
        ) from None
    if finished.timed_out or finished.returncode:
        what = finished.stderr.decode("utf-8", "replace").strip() or "no answer"
        raise GitError(f"git {arguments[0]}: {what}")
    return finished.stdout


def _without_git(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("GIT_")}


@contextlib.contextmanager
def _own_environment(root: Path) -> Iterator[None]:
    """For GitPython, which reads the process's environment: ours while it works.

    It asks git in a way that refuses repositories of other users; this one was named to us.
    """
    saved = dict(os.environ)
    for name in saved.keys() - _without_git(saved).keys():
        del os.environ[name]
    os.environ |= {
        **_ALONE,
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": str(root),
    }
    try:
        yield
    finally:
        for name in os.environ.keys() - saved.keys():
            del os.environ[name]
        os.environ |= saved


def _quoted(path: str) -> bytes:
    """A path in fast-import's C-style quotes; every byte outside plain ASCII in octal."""
    return (
        b'"'
        + b"".join(
            bytes([byte]) if 32 <= byte < 127 and byte not in b'"\\' else b"\\%03o" % byte
            for byte in os.fsencode(path)
        )
        + b'"'
    )
