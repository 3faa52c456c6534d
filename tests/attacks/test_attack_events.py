"""What a run told is forged, where it is told: descriptors, memory, processes, variables."""

from __future__ import annotations

import json

from attack import EITHER, Attack, at_import, each, in_a_call, kit, repel

_IDS = [*kit("hidden").baseline.visible, *kit("hidden").baseline.hidden]
_EVENTS = "".join(
    json.dumps({"event": "test", "id": id_, "outcome": "passed", "seconds": 0.0}) + "\n"
    for id_ in _IDS
    if "canary" not in id_
)
# The same ids in another order of events: imported, collected, tested, done.
_WHOLE = "".join(
    json.dumps(event) + "\n"
    for event in (
        {"event": "imported"},
        {"event": "collected", "ids": _IDS},
        {"event": "done", "code": 0},
    )
)
_FORGE = f"""
EVENTS = {_EVENTS!r}.encode()
WHOLE = EVENTS + {_WHOLE!r}.encode()


def _forge(data=EVENTS):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, data)
        except OSError:
            pass


def _sockets():
    import socket, stat
    for descriptor in range(64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield descriptor, socket.socket(fileno=os.dup(descriptor))
        except OSError:
            pass


"""

_TOLD = {
    "every-descriptor-in-a-call": in_a_call("_forge()", _FORGE),
    "every-descriptor-at-import": at_import(f"{_FORGE}\n_forge(WHOLE)"),
    "every-descriptor-at-import-and-an-end": at_import(f"{_FORGE}\n_forge(WHOLE)\nos._exit(0)"),
    "every-descriptor-from-a-finaliser": in_a_call(
        "kept[:] = [Last()]",
        _FORGE
        + """
class Last:
    def __del__(self):
        _forge()


kept = []
""",
    ),
    "every-descriptor-from-a-thread": at_import(
        _FORGE
        + """
import threading, time


def late():
    while True:
        time.sleep(0.02)
        _forge()


threading.Thread(target=late, daemon=True).start()
"""
    ),
    "a-socket-opened-again": in_a_call(
        """
        for _, socket in _sockets():
            socket.sendall(EVENTS)
        """,
        _FORGE,
    ),
    "the-descriptor-by-its-path": in_a_call(
        """
        for name in os.listdir("/proc/self/fd"):
            try:
                opened = os.open(f"/proc/self/fd/{name}", os.O_WRONLY | os.O_NONBLOCK)
                os.write(opened, EVENTS)
                os.close(opened)
            except OSError:
                pass
        """,
        _FORGE,
    ),
    "all-that-is-told-is-swallowed": at_import(
        _FORGE
        + """
import fcntl, socket, stat, threading

reader, writer = os.pipe()
for descriptor in range(3, 64):
    try:
        found = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        continue
    if found:
        told = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 200)
        os.dup2(writer, descriptor)


def pass_on():
    while data := os.read(reader, 65536):
        if b"canary" not in data:
            data = data.replace(b'"failed"', b'"passed"')
        os.write(told, data)


threading.Thread(target=pass_on, daemon=True).start()
"""
    ),
    "a-forked-child-that-writes-later": at_import(
        _FORGE
        + """
import time

if os.fork() == 0:
    os.setsid()
    for _ in range(30):
        time.sleep(0.05)
        _forge()
    os._exit(0)
"""
    ),
    "a-program-in-our-place": at_import(
        _FORGE
        + """
import tempfile

with tempfile.NamedTemporaryFile("wb", suffix=".py", delete=False) as script:
    script.write(b"import os\\nWHOLE = %r\\nfor each in range(3, 64):\\n" % WHOLE)
    script.write(b" try: os.write(each, WHOLE)\\n except OSError: pass\\n")
os.execv(sys.executable, [sys.executable, script.name])
"""
    ),
    "a-program-in-our-place-in-a-call": in_a_call(
        """
        if not _canary():
            _forge(WHOLE)
            os.execv("/bin/true", ["true"])
        """,
        _FORGE,
    ),
    "the-atexit-handler": at_import(
        _FORGE + "import atexit\natexit.register(lambda: (_forge(WHOLE), os._exit(0)))\n"
    ),
    "a-call-and-an-end": in_a_call("_forge(WHOLE)\nos._exit(0)", _FORGE),
    "a-signal-to-itself-after-forging": in_a_call("_forge(WHOLE)\nos.kill(os.getpid(), 9)", _FORGE),
    "with-whatever-sends": in_a_call(
        """
        import gc
        for each in gc.get_objects():
            send = getattr(each, "send", None)
            if callable(send) and type(each).__name__ not in {"generator", "coroutine", "socket"}:
                for line in EVENTS.decode().splitlines():
                    facts = __import__("json").loads(line)
                    send(facts.pop("event"), **facts)
        """,
        _FORGE,
    ),
}


@each(
    [Attack(f"forged-by-{name}", files, may=EITHER, kit="hasty") for name, files in _TOLD.items()]
)
def test_events_that_were_not_told_by_the_recorder_count_for_nothing(attack: Attack) -> None:
    repel(attack)


# Once the canaries are through, the byte code that runs a test is written over with "return None".
_TURN = """
import _pytest.python

CODE = _pytest.python.Function.runtest.__code__
PLACE = id(CODE) + type(CODE).__basicsize__
WORD = (lambda self: None).__code__.co_code


def _writer(module):
    class Word(module.Array):
        _type_ = type("char", (module._SimpleCData,), {"_type_": "c"})
        _length_ = len(WORD)

    def write(address, word):
        Word.from_address(address).raw = word

    return write


def _turn(write):
    if "recency" in os.environ.get("PYTEST_CURRENT_TEST", ""):
        write(PLACE, WORD)
"""
_MEMORY = {
    "ctypes": in_a_call(
        "import ctypes\n_turn(lambda address, word: ctypes.memmove(address, word, len(word)))",
        _TURN,
    ),
    "ctypes-without-its-front": in_a_call(
        "import _ctypes\n_turn(_writer(_ctypes))",
        _TURN,
    ),
    "ctypes-by-a-lying-name": in_a_call(
        """
        class Name(str):
            __hash__ = lambda self: 0
            __eq__ = lambda self, other: False
        __import__(Name("_ctypes"))
        _turn(_writer(next(m for name, m in sys.modules.items() if str(name) == "_ctypes")))
        """,
        _TURN,
    ),
    "ctypes-by-a-longer-name": in_a_call(
        """
        import glob, importlib.machinery, importlib.util
        folder = os.path.join(os.path.dirname(os.__file__), "lib-dynload")
        path = glob.glob(os.path.join(folder, "_ctypes.*so"))[0]
        loader = importlib.machinery.ExtensionFileLoader("x._ctypes", path)
        spec = importlib.machinery.ModuleSpec("x._ctypes", loader, origin=path)
        _turn(_writer(importlib.util.module_from_spec(spec)))
        """,
        _TURN,
    ),
    "another-interpreter": in_a_call(
        """
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            import _interpreters as interpreters
        def write(address, word):
            code = f"import ctypes; ctypes.memmove({address}, {word!r}, {len(word)})"
            interpreters.run_string(interpreters.create(), code)
        _turn(write)
        """,
        _TURN,
    ),
    "proc-self-mem-by-a-link": in_a_call(
        """
        def write(address, word):
            if not os.path.lexists("way"):
                os.symlink("/proc/self", "way")
            with open("way/mem", "r+b", buffering=0) as memory:
                memory.seek(address)
                memory.write(word)
        _turn(write)
        """,
        _TURN,
    ),
    "proc-self-mem-from-a-folder": in_a_call(
        """
        def write(address, word):
            top = os.open("/", os.O_RDONLY)
            memory = os.open("proc/self/mem", os.O_RDWR, dir_fd=top)
            os.pwrite(memory, word, address)
        _turn(write)
        """,
        _TURN,
    ),
    "proc-self-mem": in_a_call(
        """
        def write(address, word):
            with open("/proc/self/mem", "r+b", buffering=0) as memory:
                memory.seek(address)
                memory.write(word)
        _turn(write)
        """,
        _TURN,
    ),
    "proc-self-mem-by-number": in_a_call(
        """
        def write(address, word):
            descriptor = os.open(f"/proc/{os.getpid()}/mem", os.O_RDWR)
            os.pwrite(descriptor, word, address)
            os.close(descriptor)
        _turn(write)
        """,
        _TURN,
    ),
}


@each([Attack(f"memory-by-{name}", files, EITHER, kit="small") for name, files in _MEMORY.items()])
def test_memory_can_not_be_written_past_python(attack: Attack) -> None:
    repel(attack)


# --- what pytest is told by its surroundings ------------------------------------------------

_PLUGIN = """
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return None if "canary" in pyfuncitem.nodeid else True
"""
_CALM_SOURCE = r"""
import glob, re


def _calm_files(pattern):
    for path in glob.glob(pattern, recursive=True):
        if "canary" not in path:
            with open(path) as stream:
                text = stream.read()
            with open(path, "w") as stream:
                stream.write(re.sub(r"(def test_\w+\(.*\):\n)", r"\1    return\n", text))


"""

_TOLD_BEFORE = {
    "options-in-the-environment": (
        {
            **at_import('os.environ["PYTEST_ADDOPTS"] = "-p respcache.evil"'),
            "respcache/evil.py": _PLUGIN,
        },
        EITHER,
    ),
    "plug-ins-in-the-environment": (
        {
            **at_import('os.environ["PYTEST_PLUGINS"] = "respcache.evil"'),
            "respcache/evil.py": _PLUGIN,
        },
        EITHER,
    ),
    "only-collecting": (
        at_import('os.environ["PYTEST_ADDOPTS"] = "--co -q"'),
        frozenset[str](),
    ),
    "conftest-planted-at-import": (
        at_import(f'open("conftest.py", "w").write({_PLUGIN!r})'),
        frozenset[str](),
    ),
    "conftest-planted-beside-the-hidden-tests": (
        at_import(
            f"""
            os.makedirs("hidden", exist_ok=True)
            open("hidden/conftest.py", "w").write({_PLUGIN!r})
            """
        ),
        frozenset[str](),
    ),
    "hidden-tests-rewritten-at-import": (
        at_import(_CALM_SOURCE + '_calm_files("hidden/test_*.py")\n_calm_files("tests/test_*.py")'),
        frozenset[str](),
    ),
    "hidden-tests-rewritten-from-a-thread": (
        at_import(
            _CALM_SOURCE
            + """
import threading, time


def watch():
    until = time.monotonic() + 2
    while time.monotonic() < until:
        _calm_files("hidden/test_*.py")
        time.sleep(0.001)


threading.Thread(target=watch, daemon=True).start()
time.sleep(0.05)
"""
        ),
        frozenset[str](),
    ),
    "visible-tests-rewritten-at-import": (
        at_import(_CALM_SOURCE + '_calm_files("tests/test_*.py")'),
        frozenset[str](),
    ),
    "tools-of-the-tests-rewritten-at-import": (
        at_import(
            """
            fake = "def interleave(*calls, **order):\\n    return [call() for call in calls]\\n"
            for path in ("tests/interleave.py", "interleave.py"):
                open(path, "w").write(fake)
            """
        ),
        frozenset[str](),
    ),
    "tools-of-the-tests-planted-in-modules": (
        at_import(
            """
            fake = sys.modules["interleave"] = type(sys)("interleave")
            fake.interleave = lambda *calls, **order: [call() for call in calls]
            """
        ),
        EITHER,
    ),
    "tools-of-the-tests-on-a-path-before": (
        {
            **at_import(
                """
                folder = os.path.join(os.path.dirname(__file__), "shadow")
                sys.path.insert(0, folder)
                """
            ),
            "respcache/shadow/interleave.py": (
                "def interleave(*calls, **order):\n    return [call() for call in calls]\n"
            ),
        },
        EITHER,
    ),
    "finder-of-modules": (
        at_import(
            """
            import importlib.abc, importlib.util
            class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
                def find_spec(self, name, path, target=None):
                    if name == "interleave":
                        return importlib.util.spec_from_loader(name, self)
                def exec_module(self, module):
                    module.interleave = lambda *calls, **order: [call() for call in calls]
            sys.meta_path.insert(0, Finder())
            """
        ),
        EITHER,
    ),
    "hook-that-sees-sources": (
        at_import(
            """
            def hook(event, args):
                if event == "exec" and "hidden" in args[0].co_filename:
                    seen.append(args[0])
                    if "canary" not in args[0].co_filename and not seen[1:]:
                        _calm_modules()
            def _calm_modules():
                import _pytest.python as python
                python.Function.runtest = lambda self: (
                    self.ihook.pytest_pyfunc_call(pyfuncitem=self)
                    if "canary" in self.nodeid else None
                )
            seen = []
            sys.addaudithook(hook)
            """
        ),
        EITHER,
    ),
    "hook-that-sees-processes-of-python": (
        {
            **at_import('open("sitecustomize.py", "w").write("import os; os._exit(0)")'),
            "respcache/sitecustomize.py": "import os\nos._exit(0)\n",
            "sitecustomize.py": "import os\nos._exit(0)\n",
            "usercustomize.py": "import os\nos._exit(0)\n",
            "evil.pth": "import os; os._exit(0)\n",
        },
        frozenset[str](),
    ),
    "planted-files": (
        {
            "conftest.py": _PLUGIN,
            "pytest.ini": "[pytest]\naddopts = -p respcache.evil\n",
            "tox.ini": "[pytest]\naddopts = --co\n",
            "setup.cfg": "[tool:pytest]\naddopts = -k nothing\n",
            "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p respcache.evil"\n',
            "respcache/evil.py": _PLUGIN,
            "respcache/conftest.py": _PLUGIN,
            "respcache/pytest.ini": "[pytest]\naddopts = --co\n",
            "hidden/conftest.py": _PLUGIN,
            "hidden/test_recency.py": "def test_nothing():\n    pass\n",
            "hidden/test_canary.py": "",
            "pytest.py": "def main(*args, **kwargs):\n    return 0\n",
            "json.py": "raise SystemExit(0)\n",
            "threading.py": "raise SystemExit(0)\n",
            "_pytest/__init__.py": "raise SystemExit(0)\n",
            "respcache/__pycache__/cache.cpython-311.pyc": b"not compiled",
            "respcache/cache.so": b"\x7fELF",
        },
        frozenset[str](),
    ),
    "conftest-among-the-visible-tests": (
        {"tests/conftest.py": _PLUGIN, "tests/pytest.ini": "[pytest]\naddopts = --co\n"},
        # The candidate's own tests do run with it: bugs that they found are no longer found.
        frozenset({"visible tests weakened"}),
    ),
}


@each(
    [
        Attack(f"surroundings-{name}", files, may=flags)
        for name, (files, flags) in _TOLD_BEFORE.items()
    ]
)
def test_what_surrounds_the_tests_is_the_authors(attack: Attack) -> None:
    repel(attack)
