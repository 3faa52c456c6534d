"""A git repository of somebody else's: read, never written, and nothing in it gets to run.

Whatever it is, we read it through an empty repository of our own. One on this machine lends it its
objects, so that neither its configuration, nor hooks, attributes or filters are ever looked at (a
plain `git log` would run the program that `gpg.program` names there). One at an address is fetched
into it.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness import git
from harness.errors import EnvironmentProblem, UsageProblem, WorkspaceProblem

PROTOCOLS = ("file", "git", "https", "ssh")
FETCH_SECONDS = 600
HISTORY_SECONDS = 300
FETCH_BYTES = 2_000_000_000
TREE_FILES = 20_000
TREE_BYTES = 90_000_000

_SECONDS = 60
_ADDRESS = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SSH_PLACE = re.compile(r"^[\w.-]+@[\w.-]+:[^:]")
_FULL_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_NAME = re.compile(r"[A-Za-z0-9][\w./^~@{}-]*")


@dataclass(frozen=True)
class Commit:
    """A commit's own words: ids in full, `moment` in seconds since 1970."""

    id: str
    parents: tuple[str, ...]
    moment: int
    message: str

    @property
    def subject(self) -> str:
        return self.message.strip().partition("\n")[0]


@dataclass(frozen=True)
class Entry:
    """What a tree has at a path: `kind` is "file", "link" or "submodule"."""

    kind: str
    id: str
    size: int


@dataclass(frozen=True)
class Change:
    """A commit in the log: lines added and deleted by path; None for a binary file."""

    commit: Commit
    lines: Mapping[str, tuple[int, int] | None]


class Repository:
    """Reads commits and trees; made by `open_repository`."""

    def __init__(self, folder: Path, where: str, origin: str) -> None:
        self._folder = folder
        self.where = where
        self.origin = origin

    @property
    def name(self) -> str:
        """What the project is called, going by its address."""
        return self.origin.rstrip("/").removesuffix(".git").rpartition("/")[2].rpartition(":")[2]

    def commit(self, name: str) -> Commit:
        """Look a commit up by its id, abbreviated or not, or by a ref of an address.

        Raises UsageProblem when there is none by that name.
        """
        tip = f"find one that suits: worksample author from-commit {self.where} --find"
        if not _NAME.fullmatch(name) or ".." in name:
            raise UsageProblem(f"'{name}' is no commit", "give its id, such as 1a2b3c4d5e6f", tip)
        try:
            id_ = self._ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode()
            return self._read(id_.strip())
        except git.GitError:
            raise UsageProblem(f"{self.where} has no commit '{name}'", tip) from None

    def parent_of(self, commit: Commit) -> Commit:
        """The only parent. Raises UsageProblem for a merge or the first commit, WorkspaceProblem
        where a shallow clone ends."""
        short = commit.id[:12]
        tip = f"find one that suits: worksample author from-commit {self.where} --find"
        if len(commit.parents) > 1:
            raise UsageProblem(
                f"{short} is a merge commit: what it changed is in the commits that it merges",
                f"name one of those; its second parent is {commit.parents[1][:12]}",
                tip,
            )
        if not commit.parents:
            raise UsageProblem(f"{short} is the first commit: there is nothing before it", tip)
        try:
            return self._read(commit.parents[0])
        except git.GitError:
            raise WorkspaceProblem(
                f"{self.where} is a shallow clone that ends at {short}: the commit before it, "
                f"{commit.parents[0][:12]}, is not there",
                f"fetch it: git -C {self.where} fetch --deepen=1",
            ) from None

    def tree(self, commit: Commit) -> dict[str, Entry]:
        """What a commit holds, by path. Raises WorkspaceProblem where that is too much."""
        listing = self._ask("ls-tree", "-r", "-z", "--long", "--full-tree", commit.id)
        kinds = {"100644": "file", "100755": "file", "100664": "file", "120000": "link"}
        entries = {}
        for line in listing.split(b"\0"):
            facts, _, path = line.partition(b"\t")
            if path:
                mode, _type, id_, size = facts.decode().split()
                kind = kinds.get(mode, "submodule")
                entries[os.fsdecode(path)] = Entry(kind, id_, int(size) if size != "-" else 0)
        if len(entries) > TREE_FILES:
            raise WorkspaceProblem(
                f"{commit.id[:12]} holds {len(entries)} files; {TREE_FILES} is the most",
                "exercises are made of small projects: choose another one",
            )
        return entries

    def contents(self, entries: Iterable[Entry]) -> dict[str, bytes]:
        """The contents of files, by id. Raises WorkspaceProblem where that is too much."""
        sizes = {each.id: each.size for each in entries if each.kind == "file"}
        if sum(sizes.values()) > TREE_BYTES:
            raise WorkspaceProblem(
                f"the files are {sum(sizes.values()) // 1_000_000} MB together; "
                f"{TREE_BYTES // 1_000_000} MB is the most",
                "exercises are made of small projects: choose another one",
            )
        ids = "".join(f"{id_}\n" for id_ in sizes)
        answer = self._ask("cat-file", "--batch", stdin=ids.encode())
        found = {}
        position = 0
        for id_, size in sizes.items():
            head, _, _ = answer[position : position + 200].partition(b"\n")
            if head != f"{id_} blob {size}".encode():
                raise WorkspaceProblem(
                    f"{self.where} lacks files of that commit: {head.decode(errors='replace')}",
                    "it may be a partial clone or damaged: fetch all of it, then run this again",
                )
            start = position + len(head) + 1
            found[id_] = answer[start : start + size]
            position = start + size + 1
        return found

    def history(self, start: str, most: int, *patterns: str) -> list[Change]:
        """At most `most` commits back from `start`, newest first, with what they changed in files
        that fit the patterns; merges are left out. Raises GitError."""
        told = self._ask(
            "log",
            "--numstat",
            "--no-merges",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-show-signature",
            "--no-notes",
            "-z",
            f"--max-count={most}",
            "--format=%x01%H %ct %P%n%B%x02",
            start,
            "--",
            *patterns,
            seconds=HISTORY_SECONDS,
        )
        # Where the answer was cut, its last commit is half of one.
        commits = told.split(b"\x01")[1:]
        return [_change(each) for each in commits if b"\x02" in each]

    def _read(self, id_: str) -> Commit:
        text = self._ask("cat-file", "commit", id_).decode("utf-8", "replace")
        head, _, message = text.partition("\n\n")
        parents = re.findall(r"^parent ([0-9a-f]+)$", head, re.MULTILINE)
        moment = re.search(r"^committer .*> (\d+) ", head, re.MULTILINE)
        return Commit(id_, tuple(parents), int(moment[1]) if moment else 0, message)

    def _ask(self, *arguments: str, stdin: bytes = b"", seconds: float = _SECONDS) -> bytes:
        return git.ask(self._folder, *arguments, stdin=stdin, seconds=seconds)


@contextlib.contextmanager
def open_repository(where: str, commit: str) -> Iterator[Repository]:
    """The repository at a path or an address, for as long as the context lasts.

    `commit` is what will be asked for; from an address only that is fetched where its id is given
    in full. Raises UsageProblem, WorkspaceProblem or EnvironmentProblem.
    """
    git.require_git()
    with tempfile.TemporaryDirectory(prefix="worksample-git-") as made:
        folder = Path(made).resolve() / "repository"
        address = _ADDRESS.match(where)
        if address is not None and address[1].lower() == "file":
            where = where[len("file://") :]
        elif address is not None or (_SSH_PLACE.match(where) and not Path(where).exists()):
            protocol = address[1].lower() if address else "ssh"
            yield _fetched(where, protocol, commit, folder)
            return
        yield _borrowed(where, folder)


def _fetched(where: str, protocol: str, commit: str, folder: Path) -> Repository:
    """A repository of ours with what was fetched from an address."""
    if protocol not in PROTOCOLS:
        raise UsageProblem(
            f"'{where}' can't be fetched: {protocol} is not one of {', '.join(PROTOCOLS)}",
            "clone it yourself, then give the folder's path",
        )
    _make(folder, "sha256" if len(commit) == 64 else "sha1")
    wanted = ["+HEAD:refs/heads/worksample", "+refs/heads/*:refs/heads/fetched/*"]
    if _FULL_ID.fullmatch(commit):
        # What of it is not to be had that way comes with everything.
        with contextlib.suppress(git.GitError):
            _fetch(folder, where, protocol, "--depth=2", commit)
            return Repository(folder, where, _without_password(where))
    try:
        _fetch(folder, where, protocol, *wanted)
    except git.GitError as error:
        raise EnvironmentProblem(
            f"{_without_password(where)} can't be fetched: {error}",
            "check the address and the network",
            "or clone it yourself, then give the folder's path",
        ) from None
    git.ask(folder, "symbolic-ref", "HEAD", "refs/heads/worksample")
    return Repository(folder, where, _without_password(where))


def _fetch(folder: Path, where: str, protocol: str, *wanted: str) -> None:
    options = [each for each in wanted if each.startswith("--")]
    names = [each for each in wanted if not each.startswith("--")]
    git.ask(
        folder,
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--no-write-fetch-head",
        *options,
        "--",
        where,
        *names,
        protocols=protocol,
        seconds=FETCH_SECONDS,
        file_bytes=FETCH_BYTES,
    )


def _borrowed(where: str, folder: Path) -> Repository:
    """A repository of ours that reads the objects of one on this machine."""
    source = _git_directory(Path(where).expanduser())
    shared = source
    with contextlib.suppress(OSError):
        shared = (source / (source / "commondir").read_text().strip()).resolve()
    try:
        object_format = git.ask(source, "rev-parse", "--show-object-format").decode().strip()
        _make(folder, object_format)
        head = git.ask(source, "for-each-ref", "--format=%(objectname) %(refname)").decode()
        current = _answer(source, "rev-parse", "--verify", "--quiet", "HEAD")
        origin = _answer(source, "config", "--get", "remote.origin.url")
    except git.GitError as error:
        raise WorkspaceProblem(
            f"the repository in {where} can't be read: {error}", "check it: git fsck"
        ) from None
    quoted = '"' + str(shared / "objects").replace("\\", "\\\\").replace('"', '\\"') + '"'
    (folder / "objects" / "info").mkdir(exist_ok=True)
    (folder / "objects" / "info" / "alternates").write_text(
        f"{quoted}\n", encoding="utf-8", errors="surrogateescape"
    )
    with contextlib.suppress(OSError):
        (folder / "shallow").write_bytes((shared / "shallow").read_bytes())
    packed = "".join(f"{line}\n" for line in sorted(head.splitlines(), key=_by_name))
    (folder / "packed-refs").write_text(f"# pack-refs with: sorted \n{packed}")
    if current:
        (folder / "HEAD").write_text(f"{current}\n")
    named = _without_password(origin) if _is_address(origin) else Path(where).resolve().name
    return Repository(folder, where, named)


def _git_directory(place: Path) -> Path:
    """Where git keeps what belongs to a folder: of a clone, a work tree, or a bare repository."""
    tip = "name the folder of a clone, or an address such as https://host/owner/project"
    if not place.is_dir():
        raise WorkspaceProblem(f"there is no folder {place}", tip)
    inside = place / ".git"
    if inside.is_file():
        text = inside.read_text(encoding="utf-8", errors="replace").strip()
        inside = place / text.removeprefix("gitdir:").strip()
    for each in (inside, place):
        if (each / "HEAD").is_file() and (
            (each / "objects").is_dir() or (each / "commondir").is_file()
        ):
            return each.resolve()
    raise WorkspaceProblem(f"{place} is not a git repository", tip)


def _make(folder: Path, object_format: str) -> None:
    folder.mkdir()
    git.ask(folder, "init", "--bare", "--quiet", "--template=", f"--object-format={object_format}")


def _answer(source: Path, *arguments: str) -> str:
    """git's answer; "" where it has none."""
    try:
        return git.ask(source, *arguments).decode("utf-8", "replace").strip()
    except git.GitError:
        return ""


def _by_name(line: str) -> str:
    return line.partition(" ")[2]


def _is_address(text: str) -> bool:
    return _ADDRESS.match(text) is not None or _SSH_PLACE.match(text) is not None


def _without_password(address: str) -> str:
    """An address that can be shown: who fetched it, and with what, is nobody's business."""
    return re.sub(r"^([a-z+]+://)[^/@]*@", r"\1", address, flags=re.IGNORECASE)


def _change(told: bytes) -> Change:
    head, _, rest = told.partition(b"\n")
    message, _, numbers = rest.partition(b"\x02")
    id_, moment, *parents = head.decode().split()
    lines: dict[str, tuple[int, int] | None] = {}
    for line in numbers.split(b"\0"):
        added, _, more = line.strip(b"\n").partition(b"\t")
        deleted, _, path = more.partition(b"\t")
        if path:
            counted = added.isdigit() and deleted.isdigit()
            lines[os.fsdecode(path)] = (int(added), int(deleted)) if counted else None
    text = message.decode("utf-8", "replace")
    return Change(Commit(id_, tuple(parents), int(moment), text), lines)
