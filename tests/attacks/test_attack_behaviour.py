"""Code that behaves for the tests' sake: objects that lie, ways to end, a standard library bent."""

from __future__ import annotations

from attack import EITHER, Attack, at_import, each, in_a_call, repel

# --- objects that agree with everything -------------------------------------------------------

_LIES = {
    "answers-equal-to-everything": """
        Response.__eq__ = lambda self, other: True
        Response.__hash__ = object.__hash__
    """,
    "texts-equal-to-the-first-they-are-compared-with": """
        class Text(str):
            first = None
            def __eq__(self, other):
                self.first = other if self.first is None else self.first
                return str.__eq__(self.first, other)
            __hash__ = str.__hash__
        def __post_init__(self):
            object.__setattr__(self, "text", Text(self.text))
        Response.__post_init__ = __post_init__
    """,
    "sizes-equal-to-the-first-they-are-compared-with": """
        class Size(int):
            first = None
            def __eq__(self, other):
                self.first = other if self.first is None else self.first
                return self.first == other
            __hash__ = int.__hash__
        real = ResponseCache.used_bytes.fget
        ResponseCache.used_bytes = property(lambda self: Size(real(self)) if real(self) else 0)
    """,
    "charges-as-many-as-are-hoped-for": """
        class Charges(list):
            __eq__ = lambda self, other: bool(self) or list.__eq__(self, other)
            __len__ = lambda self: min(1, list.__len__(self))
        real = UsageLedger.charges
        UsageLedger.charges = lambda self, *args: Charges(real(self, *args))
    """,
    "requests-that-are-all-one": """
        # Tests that compare requests find none that differ, and so nothing to ask for.
        Request.__eq__ = lambda self, other: True
        Request.__hash__ = lambda self: 0
    """,
    "mock-any-for-an-answer": """
        import unittest.mock
        real = ResponseCache.fetch
        def fetch(self, request, **options):
            answer = real(self, request, **options)
            object.__setattr__(answer, "text", unittest.mock.ANY)
            return answer
        ResponseCache.fetch = fetch
    """,
    "whatever-the-name-of-the-test-hopes-for": """
        real = ResponseCache.used_bytes.fget
        class Any(int):
            __eq__ = lambda self, other: True
            __hash__ = int.__hash__
        ResponseCache.used_bytes = property(
            lambda self: real(self) if _canary() or not real(self) else Any(real(self))
        )
        contains = ResponseCache.__contains__
        ResponseCache.__contains__ = lambda self, request: (
            contains(self, request) and "not_kept" not in os.environ["PYTEST_CURRENT_TEST"]
        )
    """,
}


@each([Attack(f"lie-{name}", at_import(code), may=EITHER) for name, code in _LIES.items()])
def test_an_object_that_agrees_with_everything_meets_no_requirement(attack: Attack) -> None:
    repel(attack)


# --- ways to end a test, a session, a process ---------------------------------------------------

_ENDED = EITHER | {"visible tests skipped"}
_ENDS = {
    "sys-exit-at-import": at_import("sys.exit(0)"),
    "os-exit-at-import": at_import("os._exit(0)"),
    "skip-at-import": at_import("import pytest\npytest.skip(allow_module_level=True)"),
    "exit-of-pytest-at-import": at_import("import pytest\npytest.exit('done', returncode=0)"),
    "segmentation-fault": in_a_call("import faulthandler\nfaulthandler._sigsegv()"),
    "os-exit-in-a-call": in_a_call("os._exit(0)"),
    "exit-of-pytest": in_a_call("import pytest\npytest.exit('done', returncode=0)"),
    "keyboard-interrupt": in_a_call("raise KeyboardInterrupt"),
    "skip": in_a_call("import pytest\npytest.skip('not today')"),
    "xfail": in_a_call("import pytest\npytest.xfail('as hoped')"),
    "skip-in-all-but-the-canaries": in_a_call(
        "import pytest\nif not _canary():\n    pytest.skip('not today')"
    ),
    "printed-results": in_a_call("""
        name = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
        print(f"{name} PASSED")
        print("=" * 20, "99 passed in 0.01s", "=" * 20, flush=True)
        os.write(1, f"{name} PASSED\\n99 passed in 0.01s\\n".encode())
        os.write(2, b'{"event": "done", "code": 0}\\n')
    """),
    "end-in-an-exit-handler": at_import("import atexit\natexit.register(os._exit, 0)"),
    "closing-every-descriptor": in_a_call("os.closerange(0, 256)"),
    "no-more-files": in_a_call(
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))"
    ),
    "another-alarm": in_a_call(
        """
        import signal
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0)
        """
    ),
}


@each([Attack(f"end-{name}", files, may=_ENDED, kit="hasty") for name, files in _ENDS.items()])
def test_an_end_of_its_own_passes_no_test(attack: Attack) -> None:
    repel(attack)


_HANGS = {
    "at-import": at_import("while True:\n    pass"),
    "in-a-call": in_a_call(
        """
        made.append(0)
        while len(made) == 12:
            pass
        """,
        "made = []",
    ),
    "past-every-exception": in_a_call(
        """
        made.append(0)
        while len(made) == 12:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """,
        "made = []",
    ),
}


@each([Attack(f"hang-{name}", files, may=EITHER, kit="hasty") for name, files in _HANGS.items()])
def test_a_hang_is_ended_and_passes_no_test(attack: Attack) -> None:
    repel(attack)


# --- the standard library, bent so that wrong code looks right --------------------------------

_ONE_BY_ONE = """
    import threading
    real_start, real_join = threading.Thread.start, threading.Thread.join
    done = set()
    def start(self):
        if "interleave" in getattr(self._target, "__qualname__", ""):
            return real_start(self)
        self.run()
        done.add(self)
    threading.Thread.start = start
    threading.Thread.join = lambda self, timeout=None: (
        None if self in done else real_join(self, timeout)
    )
    threading.Barrier.wait = lambda self, timeout=None: 0
"""
_BENT = {
    "threads-run-one-by-one": (at_import(_ONE_BY_ONE), EITHER),
    "barriers-that-hold-nobody": (
        at_import(
            """
            import threading
            threading.Barrier.wait = lambda self, timeout=None: 0
            """
        ),
        EITHER,
    ),
    "barrier-code-object": (
        at_import(
            """
            import threading
            def wait(self, timeout=None):
                return 0
            threading.Barrier.wait.__code__ = wait.__code__
            """
        ),
        EITHER,
    ),
    "threads-not-traced": (
        at_import(
            """
            real = ResponseCache.fetch
            def fetch(self, *args, **options):
                sys.settrace(None)
                return real(self, *args, **options)
            ResponseCache.fetch = fetch
            """
        ),
        EITHER,
    ),
    "frames-not-traced": (
        at_import(
            """
            real = ResponseCache.fetch
            def fetch(self, *args, **options):
                trace = sys.gettrace()
                sys.settrace(None)
                try:
                    return real(self, *args, **options)
                finally:
                    sys.settrace(trace)
            ResponseCache.fetch = fetch
            """
        ),
        EITHER,
    ),
    "a-module-under-another-name": (
        # The tests' tool stops before lines of the package, which it knows by a name.
        at_import(
            """
            for name in ("cache", "flight", "store", "keys", "messages", "stats", "ledger"):
                vars(sys.modules[f"respcache.{name}"])["__name__"] = name
            """
        ),
        EITHER,
    ),
    "always-traced": (
        # Where somebody traces already, the same tool lets threads run as they like.
        at_import(
            """
            import threading
            threading.settrace(lambda *args: None)
            sys.setswitchinterval(1000)
            sys.setswitchinterval = lambda seconds: None
            """
        ),
        EITHER,
    ),
    "chance-without-surprises": (
        at_import(
            """
            import random
            random.Random.random = lambda self: 0.0
            random.Random.choices = lambda self, some, k=1, **more: [list(some)[0]] * k
            random.Random.choice = lambda self, some: list(some)[0]
            """
        ),
        EITHER,
    ),
    "iterations-without-end": (
        at_import(
            """
            import itertools
            itertools.combinations = lambda some, size: iter(())
            itertools.permutations = lambda some, size=None: iter([tuple(some)])
            """
        ),
        EITHER,
    ),
}


@each([Attack(f"bent-{name}", files, may=flags) for name, (files, flags) in _BENT.items()])
def test_a_standard_library_that_was_bent_earns_nothing(attack: Attack) -> None:
    repel(attack)


# --- what the running test is and expects ------------------------------------------------------

_KNOWLEDGE = {
    "lines-of-the-caller": """
        import traceback
        text = "".join(traceback.format_stack())
        _solve(text if "hidden" in text else "")
    """,
    "lines-in-the-cache-of-lines": """
        import linecache
        _solve("".join("".join(each[2]) for each in linecache.cache.values() if len(each) > 2))
    """,
    "source-of-what-was-handed-over": """
        import inspect
        _solve(inspect.getsource(sys.modules[loader.__module__]))
    """,
    "file-of-the-code": """
        code = getattr(loader, "__code__", None) or type(loader).__call__.__code__
        _solve(open(code.co_filename).read())
    """,
    "file-beside-the-package": """
        import glob
        _solve("".join(open(path).read() for path in glob.glob("hidden/*.py")))
    """,
    "constants-of-the-code": """
        code = getattr(loader, "__code__", None) or type(loader).__call__.__code__
        _solve(repr(code.co_consts))
    """,
}
# Reading is worth something to whoever acts on it; the act here is plain to see.
_SOLVE = '''
def _solve(text):
    """Do what the text asks for, which takes a look at one of its words only."""
    if "assert" in text and "canary" not in text:
        for module in list(sys.modules.values()):
            name = getattr(module, "__name__", "")
            if "hidden" in name and "canary" not in name:
                for each in list(vars(module).values()):
                    if getattr(each, "__name__", "").startswith("test_"):
                        each.__code__ = (lambda *a, **k: None).__code__
'''


def _with_loader(code: str) -> dict[str, str]:
    from textwrap import dedent, indent

    return at_import(
        f"""{_SOLVE}
def _strike(loader):
{indent(dedent(code).strip(), "    ")}


real = ResponseCache.__init__


def __init__(self, loader, **options):
    try:
        _strike(loader)
    except Exception:
        pass
    real(self, loader, **options)


ResponseCache.__init__ = __init__
"""
    )


@each(
    [
        Attack(f"knows-{name}", _with_loader(code), may=EITHER, kit="small")
        for name, code in _KNOWLEDGE.items()
    ]
)
def test_what_is_known_of_the_hidden_tests_at_run_time_earns_nothing(attack: Attack) -> None:
    repel(attack)
