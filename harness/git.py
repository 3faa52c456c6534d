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
import time
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
_OUTPUT_BYTES = 100_000_000
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
# In git's words, some of which don't repeat the system's.
_REFUSAL = re.compile(
    "no space left|out of diskspace|quota exceeded|permission denied|read-only file system"
    "|(unable to|failed to|couldn't) write",
    re.IGNORECASE,
)


class GitError(Exception):
    """git did not do what it was asked; the text is git's own."""

    @property
    def refused(self) -> bool:
        """Whether it was the machine that refused: no room, no right."""
        return bool(_REFUSAL.search(str(self)))


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


def create_repository(root: Path, message: str, *, without: str = "") -> str:
    """Make `root` a repository with one commit of all that is in it; the commit's name.

    `without` names a folder at its top to leave out. Raises GitError.
    """
    left_out = [f":(top,exclude,literal){without}"] if without else []
    _git(root, "init", "--quiet", "--initial-branch=main", "--template=")
    _git(root, "add", "--all", "--force", "--", ".", *left_out)
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

    `moment` is in seconds since 1970. Where the parent is lost the chain begins anew. The caller
    sees to it that nobody else records here. Raises GitError.
    """
    try:
        return _record(root, files, parent, message, moment)
    except GitError as error:
        if "not a git repository" in str(error):
            folder = root / ".git"
            again = "git init" if not folder.exists() else "mv .git .git.broken && git init"
            raise GitError(f"{folder} is no git repository any more; make one: {again}") from None
        known = _has_commit(root, parent)
        if not _mend_snapshot_ref(root) and known:
            raise
    return _record(root, files, parent if known else "", message, moment)


def has_snapshots(root: Path) -> bool:
    """Whether anything was ever recorded here; no, where there is no repository."""
    try:
        return bool(_git(root, "for-each-ref", SNAPSHOT_REF))
    except GitError:
        return False


def _record(root: Path, files: Mapping[str, bytes], parent: str, message: str, moment: int) -> str:
    identity = b"%s <%s> %d +0000" % (_NAME.encode(), _EMAIL.encode(), moment)
    note = message.encode()
    stream = bytearray()
    stream += b"feature done\n"
    if not parent:
        stream += b"reset %s\n" % SNAPSHOT_REF.encode()
    stream += b"commit %s\nmark :1\n" % SNAPSHOT_REF.encode()
    stream += b"committer %s\ndata %d\n%s\n" % (identity, len(note), note)
    if parent:
        stream += b"from %s\n" % parent.encode()
    stream += b"deleteall\n"
    for path, content in files.items():
        stream += b"M 100644 inline %s\ndata %d\n" % (_quoted(path), len(content))
        stream += content + b"\n"
    stream += b"get-mark :1\ndone\n"
    return _git(root, "fast-import", "--quiet", "--force", stdin=bytes(stream)).decode().strip()


def _has_commit(root: Path, commit: str) -> bool:
    try:
        _git(root, "cat-file", "-e", f"{commit}^{{commit}}")
    except GitError:
        return False
    return True


def _mend_snapshot_ref(root: Path) -> bool:
    """Clear away what keeps the snapshot ref from being written; whether there was something.

    That is the lock of a git that was killed, and a ref that a crash left empty: the journal knows
    where the chain ends.
    """
    ref = root / ".git" / SNAPSHOT_REF
    lock = ref.with_name(f"{ref.name}.lock")
    mended = False
    with contextlib.suppress(OSError):
        if time.time() - lock.stat().st_mtime > _SECONDS:
            lock.unlink()
            mended = True
    with contextlib.suppress(OSError):
        if ref.is_symlink() or not re.fullmatch(rb"[0-9a-f]{40,64}\n?", ref.read_bytes()):
            ref.unlink()
            mended = True
    return mended


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
        command = ["git", "config", "--get", key]
        finished = process.run(command, env=_without_git(os.environ), seconds=_SECONDS)
        if finished.returncode or not finished.stdout.strip():
            return False
    return True


def ask(
    folder: Path,
    *arguments: str,
    stdin: bytes = b"",
    protocols: str = "none",
    seconds: float = _SECONDS,
    file_bytes: int = 0,
) -> bytes:
    """What git answers about a repository without a work tree; `folder` is its git directory.

    Objects are what was committed, not what a replacement says. Nothing is fetched unless by one of
    `protocols` (colons between), nobody is asked for a password, and what it writes is bounded to
    `file_bytes` a file. Raises GitError.
    """
    command = ["git", f"--git-dir={folder}", *_QUIET, "-c", "safe.directory=*", *arguments]
    if file_bytes:
        blocks = str(file_bytes // 512)
        command = ["sh", "-c", 'ulimit -f "$0" && exec "$@"', blocks, *command]
    return _finished(
        arguments[0],
        command,
        folder.parent,
        {
            "GIT_ALLOW_PROTOCOL": protocols,
            "GIT_ASKPASS": "",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20",
            "GIT_TERMINAL_PROMPT": "0",
            "SSH_ASKPASS": "",
        },
        seconds=seconds,
        stdin=stdin,
    )


def _git(root: Path | None, *arguments: str, stdin: bytes = b"") -> bytes:
    # Naming the repository keeps git from finding another one further up.
    place = () if root is None else (f"--git-dir={root / '.git'}", f"--work-tree={root}")
    command = ["git", *place, *_QUIET, *arguments]
    return _finished(arguments[0], command, root, {}, seconds=_SECONDS, stdin=stdin)


def _finished(
    what: str,
    command: list[str],
    folder: Path | None,
    further: Mapping[str, str],
    *,
    seconds: float,
    stdin: bytes,
) -> bytes:
    environment = {
        **_without_git(os.environ),
        **_ALONE,
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        **further,
    }
    try:
        finished = process.run(
            command,
            cwd=folder,
            env=environment,
            seconds=seconds,
            stdin=stdin,
            output_bytes=_OUTPUT_BYTES,
        )
    except FileNotFoundError:
        if folder is not None and not folder.is_dir():
            raise GitError(f"git {what}: {folder} is gone") from None
        raise EnvironmentProblem(
            "git was not found on PATH",
            f"install git {MINIMUM[0]}.{MINIMUM[1]} or newer, then run this again.",
        ) from None
    if finished.timed_out:
        raise GitError(f"git {what}: no answer within {seconds:g} s")
    if finished.returncode:
        lines = finished.stderr.decode("utf-8", "replace").split("\n")
        told = "; ".join(line.strip() for line in lines if line.strip()) or "no answer"
        raise GitError(f"git {what}: {told}")
    return finished.stdout


def _without_git(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what git reads, and without folders of PATH that depend on where one stands."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
    folders = environment.get("PATH", os.defpath).split(os.pathsep)
    return {**kept, "PATH": os.pathsep.join(each for each in folders if each.startswith("/"))}


@contextlib.contextmanager
def _own_environment(root: Path) -> Iterator[None]:
    """For GitPython, which reads the process's environment: ours while it works.

    It asks git in a way that refuses repositories of other users; this one was named to us.
    """
    saved = dict(os.environ)
    for name in saved.keys() - _without_git(saved).keys():
        del os.environ[name]
    os.environ |= {
        **_without_git(saved),
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
