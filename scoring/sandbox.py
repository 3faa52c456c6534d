"""The sandbox ladder: how far a machine can keep untrusted code away from itself.

1. bubblewrap: no network, no files of the host but a Python and the libraries of a test run, no
   program but that Python, a small writable file system in memory, process numbers of its own, no
   privileges, and nobody of importance even when started as root.
2. Elsewhere, limits for each process and a killed process group.

Nothing is probed beforehand: the server is started on the highest rung, and where it does not come
up on the next. Few imports: `worksample score` comes here before it does anything else.
"""

from __future__ import annotations

import os
import sys

# Not from typing, which would be half of what importing this module costs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a run may import beside the standard library, and the part of us that runs it.
LIBRARIES = ("_pytest", "coverage", "iniconfig", "packaging", "pluggy", "py", "pygments", "pytest")
_INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside")  # noqa: PTH100, PTH118, PTH120

# The most that all files of a run can take, whatever an exercise allows.
DISK_MB = 512
_SHARED_MEMORY_MB = 16
_NOBODY = "65534"

_LIBRARY_FOLDER = "/worksample"
_SITE_FOLDER = "/site-packages"
_SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache")
_SYSTEM_OR_LINK = ("/lib", "/lib32", "/lib64")


class Rung:
    """One way to start the server, told in words.

    `base` is the folder of its runs, `library` the one it imports from and `site` that of an
    exercise's own packages ("" without any), as it sees them; they are the host's where
    `isolated` is false.
    """

    __slots__ = ("base", "isolated", "library", "site", "text", "wrap")

    def __init__(
        self, text: str, *, isolated: bool, base: str, library: str, site: str, wrap: Sequence[str]
    ) -> None:
        self.text = text
        self.isolated = isolated
        self.base = base
        self.library = library
        self.site = site
        self.wrap = wrap


PROCESS_GROUP = (
    "process limits and a process group that is killed; no isolation from the host "
    "(its files, its network)"
)
_BUBBLEWRAP = (
    "bubblewrap: no network, no files of the host, no privileges; bounded time, memory, "
    "processes, files and output"
)


def bubblewrap_rungs(site: str = "") -> Iterator[Rung]:
    """The ways to start the server under bubblewrap, best first; none where it is not there.

    `site` is a folder of packages that runs may import beside the standard library.
    """
    bwrap = program("bwrap")
    if sys.platform != "linux" or not bwrap:
        return
    pid = ["--unshare-pid", "--as-pid-1"]
    user = ["--unshare-user", "--cap-drop", "ALL"]
    apart = ["--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    life = ["--die-with-parent", "--new-session", "--hostname", "worksample", "--chdir", "/tmp"]  # noqa: S108
    if os.geteuid() == 0:
        setpriv = program("setpriv")
        if not setpriv:
            return
        # Root ignores limits, and in a user namespace it would still be the host's root: so the
        # mounts are made as root, and what follows is nobody's.
        drop = [setpriv, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"]
        mounts = [*_mounts(site, bwrap, setpriv), "--remount-ro", "/", "--"]
        # The kernel lets nobody mount a new /proc who does not see all of an old one.
        proc = ["--dev-bind", "/proc", "/proc"]
        inner = [bwrap, *user, "--disable-userns", *pid, "--die-with-parent"]
        inner += ["--dev-bind", "/", "/", "--proc", "/proc", "--"]
        yield _bubblewrap([bwrap, *apart, *life, *proc, *mounts, *drop, *inner], site)
        caps = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"]
        own = ["--proc", "/proc"]
        wrap = [bwrap, *apart, *pid, *life, *own, *mounts, *drop[:-1], *caps]
        yield _bubblewrap(wrap, site)
    else:
        named = [*user, "--uid", _NOBODY, "--gid", _NOBODY]
        for no_nesting in (["--disable-userns"], []):
            mounts = ["--proc", "/proc", *_mounts(site), "--remount-ro", "/", "--"]
            yield _bubblewrap([bwrap, *named, *no_nesting, *apart, *pid, *life, *mounts], site)


def process_group_rung(folder: str, site: str = "") -> Rung:
    """The rung that is always there; `folder` is ours, and goes when the server goes."""
    return Rung(
        PROCESS_GROUP,
        isolated=False,
        base=folder,
        library=os.path.join(folder, "library"),  # noqa: PTH118
        site=site,
        wrap=(),
    )


def server_command(rung: Rung, channel: str) -> list[str]:
    """The command line of the server on a rung."""
    python = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    server = f"{rung.library}/scoring/inside/server.py"
    # No site-packages, no user's, no folder of the script: what may be imported is in `library`.
    flags = ["-S", "-s", "-P", "-B", "-Xutf8"]
    return [*rung.wrap, python, *flags, server, channel, rung.base, rung.site]


def lay_out_library(folder: str) -> None:
    """The library as a folder of links, for a rung that has no mounts."""
    os.makedirs(f"{folder}/scoring")  # noqa: PTH103
    for name, place in _library().items():
        os.symlink(place, f"{folder}/{name}")  # noqa: PTH211


def why_no_bubblewrap(complaints: Sequence[str]) -> tuple[str, str]:
    """Why the first rung is out of reach, and what would help."""
    if sys.platform != "linux":
        return "bubblewrap is for Linux only", "grade other people's code on a Linux machine"
    if not program("bwrap"):
        return (
            "bubblewrap is not installed",
            "Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap",
        )
    if os.geteuid() == 0 and not program("setpriv"):
        return "setpriv is not installed, and root's privileges can't be dropped", (
            "install util-linux, or run worksample as an ordinary user"
        )
    said = next((each for each in complaints if each), "it did not start").splitlines()[0]
    return f"bubblewrap can't make a sandbox here: {said}", _remedy()


def _remedy() -> str:
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return (
            "AppArmor forbids user namespaces to ordinary programs (Ubuntu since 23.10); "
            "allow them: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if _setting("kernel/unprivileged_userns_clone") == "0":
        return "allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _setting("user/max_user_namespaces") == "0":
        return "allow user namespaces: sudo sysctl -w user.max_user_namespaces=10000"
    if any(map(os.path.exists, ("/.dockerenv", "/run/.containerenv"))):
        return (
            "this container forbids namespaces; start it with --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined, "
            "or run worksample outside of it"
        )
    return "user namespaces have to be allowed by the kernel and by whatever started this shell"


def _setting(name: str) -> str:
    try:
        with open(f"/proc/sys/{name}") as stream:  # noqa: PTH123
            return stream.read().strip()
    except OSError:
        return ""


def program(name: str) -> str:
    """Where a program is on PATH; "" where it is not. Relative entries of PATH do not count."""
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)  # noqa: PTH118
        if folder.startswith("/") and os.access(path, os.X_OK) and os.path.isfile(path):  # noqa: PTH113
            return path
    return ""


def _bubblewrap(wrap: Sequence[str], site: str) -> Rung:
    return Rung(
        _BUBBLEWRAP,
        isolated=True,
        base="/tmp",  # noqa: S108 - the sandbox's own
        library=_LIBRARY_FOLDER,
        site=_SITE_FOLDER if site else "",
        wrap=wrap,
    )


def _mounts(site: str, *programs: str) -> list[str]:
    """Everything there is in the sandbox: read only, but for two small file systems in memory."""
    binds = dict.fromkeys(_SYSTEM, "") | dict.fromkeys(_SYSTEM_OR_LINK, "")
    python = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    prefix = os.path.realpath(sys.base_prefix)
    if prefix not in {"/", "/usr"}:
        binds[prefix] = prefix
    for path in (python, *programs):
        if prefix == "/usr" or not path.startswith(f"{prefix}/"):
            binds[path] = path
    for name, place in _library().items():
        binds[f"{_LIBRARY_FOLDER}/{name}"] = place
    if site:
        binds[_SITE_FOLDER] = site
    # What is made on the way to a mount would be root's alone.
    mounts: list[str] = []
    for folder in sorted({parent for path in binds for parent in _parents(path)}):
        mounts += ["--perms", "0755", "--dir", folder]
    for path, place in binds.items():
        if os.path.islink(path) and not place:  # noqa: PTH114
            mounts += ["--symlink", os.readlink(path), path]  # noqa: PTH115
        else:
            mounts += ["--ro-bind" if place else "--ro-bind-try", place or path, path]
    mounts += ["--dev", "/dev"]
    for folder, megabytes in (("/tmp", DISK_MB), ("/dev/shm", _SHARED_MEMORY_MB)):  # noqa: S108
        size = str(megabytes * 1024 * 1024)
        mounts += ["--perms", "1777", "--size", size, "--tmpfs", folder]
    return [*mounts, "--remount-ro", "/dev"]


def _parents(path: str) -> list[str]:
    parts = path.split("/")[1:-1]
    return ["/" + "/".join(parts[: count + 1]) for count in range(len(parts))]


def _library() -> dict[str, str]:
    """Where the packages are that a run needs, by their name in the library."""
    from importlib.machinery import PathFinder

    found = {"scoring/inside": _INSIDE}
    # Not from the folder somebody happens to stand in: it may be a submission's.
    here = os.getcwd()  # noqa: PTH109
    path = [each for each in sys.path if each and os.path.abspath(each) != here]  # noqa: PTH100
    for name in LIBRARIES:
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.origin is not None:
            if spec.submodule_search_locations:
                found[name] = os.path.dirname(spec.origin)  # noqa: PTH120
            else:
                found[f"{name}.py"] = spec.origin
    return found
