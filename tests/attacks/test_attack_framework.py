"""The code under test shares a process with pytest, the recorder of outcomes and the builtins.

First it replaces what decides on an outcome, once for good or for a moment; then it reaches the
objects that pytest works with, without a frame of anybody's.
"""

from __future__ import annotations

from attack import EITHER, NOTHING, TAMPERED, Attack, at_import, each, in_a_call, repel

FORGED = frozenset({TAMPERED})

# --- what decides is replaced ---------------------------------------------------------------

_REPLACED = {
    "runtest": """
        import _pytest.python as python
        real = python.Function.runtest
        python.Function.runtest = lambda self: real(self) if "canary" in self.nodeid else None
    """,
    "runtest-of-all-tests-canaries-too": """
        import _pytest.python as python
        python.Function.runtest = lambda self: None
    """,
    "runtest-code-object": """
        import _pytest.python as python
        def runtest(self):
            if "canary" in self.nodeid:
                self.ihook.pytest_pyfunc_call(pyfuncitem=self)
        python.Function.runtest.__code__ = runtest.__code__
    """,
    "report-maker": """
        import _pytest.reports as reports
        real = reports.TestReport.from_item_and_call.__func__
        def from_item_and_call(cls, item, call):
            report = real(cls, item, call)
            if "canary" not in report.nodeid:
                report.outcome, report.longrepr = "passed", None
            return report
        reports.TestReport.from_item_and_call = classmethod(from_item_and_call)
    """,
    "report-failed-property": """
        import _pytest.reports as reports
        reports.BaseReport.failed = property(
            lambda self: "canary" in self.nodeid and self.outcome == "failed"
        )
    """,
    "report-outcome-property": """
        import _pytest.reports as reports
        reports.TestReport.outcome = property(
            lambda self: self.__dict__["outcome"] if "canary" in self.nodeid else "passed",
            lambda self, value: self.__dict__.__setitem__("outcome", value),
        )
    """,
    "exception-info-is-false": """
        from _pytest._code import ExceptionInfo
        ExceptionInfo.__bool__ = lambda self: _canary()
    """,
    "call-info-forgets": """
        from _pytest.runner import CallInfo
        CallInfo.excinfo = property(
            lambda self: self.__dict__.get("excinfo") if _canary() else None,
            lambda self, value: self.__dict__.__setitem__("excinfo", value),
        )
    """,
    "call-info-from-call": """
        from _pytest.runner import CallInfo
        real = CallInfo.from_call.__func__
        def from_call(cls, func, when, reraise=None):
            def calm():
                try:
                    return func()
                except Exception:
                    if _canary():
                        raise
            return real(cls, calm, when, reraise)
        CallInfo.from_call = classmethod(from_call)
    """,
    "makereport-hook": """
        import _pytest.runner as runner
        real = runner.pytest_runtest_makereport
        def pytest_runtest_makereport(item, call):
            if "canary" not in item.nodeid:
                call.excinfo = None
            return real(item, call)
        runner.pytest_runtest_makereport = pytest_runtest_makereport
    """,
    "pluggy-multicall": """
        import pluggy._manager as manager
        real = manager._multicall
        def _multicall(hook_name, hook_impls, caller_kwargs, firstresult):
            if hook_name == "pytest_pyfunc_call":
                if "canary" not in caller_kwargs["pyfuncitem"].nodeid:
                    return True
            return real(hook_name, hook_impls, caller_kwargs, firstresult)
        manager._multicall = _multicall
    """,
    "pluggy-hook-caller": """
        import pluggy._hooks as hooks
        real = hooks.HookCaller.__call__
        def __call__(self, **kwargs):
            if self.name == "pytest_pyfunc_call" and not _canary():
                return True
            return real(self, **kwargs)
        hooks.HookCaller.__call__ = __call__
    """,
    "raises-anything": """
        import contextlib, pytest
        class Met:
            value = None
        @contextlib.contextmanager
        def raises(*args, **kwargs):
            try:
                yield Met
            except BaseException as error:
                Met.value = error
        pytest.raises = raises
    """,
    "assertions-not-rewritten-but-dropped": """
        import ast
        import _pytest.assertion.rewrite as rewrite
        real = rewrite.rewrite_asserts
        class Drop(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.copy_location(ast.Pass(), node)
        def rewrite_asserts(tree, source, *args):
            if b"no honest" not in source:
                Drop().visit(tree)
            real(tree, source, *args)
        rewrite.rewrite_asserts = rewrite_asserts
    """,
    "compile": """
        import ast, builtins
        real = builtins.compile
        class Drop(ast.NodeTransformer):
            def visit_Raise(self, node):
                return ast.copy_location(ast.Pass(), node)
        def compile(source, filename, mode, *args, **kwargs):
            name = os.fsdecode(filename)
            if isinstance(source, ast.AST) and "hidden" in name and "canary" not in name:
                source = ast.fix_missing_locations(Drop().visit(source))
            return real(source, filename, mode, *args, **kwargs)
        builtins.compile = compile
    """,
    "import-function": """
        import builtins
        real = builtins.__import__
        class Random:
            def __init__(self, seed=None):
                pass
            def __getattr__(self, name):
                return {"choices": lambda some, k=1: list(some)[:1] * k,
                        "randint": lambda low, high: low,
                        "random": lambda: 0.0}.get(name, lambda some, *_: list(some)[0])
        def __import__(name, facts=None, *args, **kwargs):
            module = real(name, facts, *args, **kwargs)
            if name == "random" and "hidden" in (facts or {}).get("__name__", ""):
                module = type(sys)("random")
                module.Random = Random
            return module
        builtins.__import__ = __import__
    """,
    "sum-and-set": """
        import builtins
        class Agree(int):
            __eq__ = lambda self, other: True
            __hash__ = int.__hash__
        class Same(set):
            __eq__ = lambda self, other: True
        def told(real, lie):
            def call(*args):
                name = os.environ.get("PYTEST_CURRENT_TEST", "")
                return lie(real(*args)) if "byte_budget" in name else real(*args)
            return call
        builtins.sum, builtins.set = told(builtins.sum, Agree), told(builtins.set, Same)
    """,
    "assertion-error": """
        import builtins
        builtins.AssertionError = type("AssertionError", (AssertionError,), {})
    """,
    "json-encoder": """
        import json
        real = json.dumps
        def dumps(value, **options):
            if isinstance(value, dict) and value.get("event") == "test":
                if "canary" not in value["id"]:
                    value = {**value, "outcome": "passed"}
            return real(value, **options)
        json.dumps = dumps
    """,
    "os-write": """
        real = os.write
        def write(descriptor, data):
            if b"canary" not in data:
                data = data.replace(b'"failed"', b'"passed"')
            return real(descriptor, data)
        os.write = write
    """,
    "main-module": """
        import sys
        main = sys.modules["__main__"]
        for name, value in list(vars(main).items()):
            if name == "_outcome":
                main._outcome = lambda reports: (
                    ("failed", reports[0]) if "canary" in reports[0].nodeid else ("passed", None)
                )
    """,
}


# What pays with some of the hidden tests only.
_OF_OTHER_TESTS = {"sum-and-set", "import-function", "raises-anything"}
# Where there is nothing of that name, nothing is replaced; what is refused is not replaced either.
_REPLACED_OR_NOT = {"main-module": NOTHING, "runtest-code-object": EITHER}


@each(
    [
        Attack(
            f"replaced-{name}",
            at_import(code),
            _REPLACED_OR_NOT.get(name, FORGED),
            may=EITHER,
            kit="hidden" if name in _OF_OTHER_TESTS else "small",
        )
        for name, code in _REPLACED.items()
    ]
)
def test_a_framework_that_was_replaced_is_worth_nothing_and_voids_the_score(attack: Attack) -> None:
    repel(attack)


# --- what decides is replaced for a moment, and restored ---------------------------------------

_MOMENTARY = {
    "report-maker-restores-itself": in_a_call(
        """
        import _pytest.reports as reports
        real = reports.TestReport.__dict__["from_item_and_call"]
        def from_item_and_call(cls, item, call):
            reports.TestReport.from_item_and_call = real
            report = real.__func__(cls, item, call)
            if "canary" not in report.nodeid:
                report.outcome, report.longrepr = "passed", None
            return report
        if not _canary():
            reports.TestReport.from_item_and_call = classmethod(from_item_and_call)
        """
    ),
    "exception-info-from-eq": at_import(
        """
        from _pytest._code import ExceptionInfo
        class Text(str):
            def __eq__(self, other):
                if str.__eq__(self, other) or _canary():
                    return str.__eq__(self, other)
                ExceptionInfo.__bool__ = lambda self: _canary()
                return False
            __hash__ = str.__hash__
        def __post_init__(self):
            if "__bool__" in vars(ExceptionInfo):
                del ExceptionInfo.__bool__
            object.__setattr__(self, "text", Text(self.text))
        Response.__post_init__ = __post_init__
        """
    ),
    "until-the-failing-test-is-forgotten": in_a_call(
        """
        from _pytest._code import ExceptionInfo
        class Restore:
            def __del__(self):
                if "__bool__" in vars(ExceptionInfo):
                    del ExceptionInfo.__bool__
        if not _canary():
            ExceptionInfo.__bool__ = lambda self: _canary()
            sys._getframe(1).f_locals["self"].kept = Restore()
        """
    ),
    "builtins-until-the-cache-dies": at_import(
        """
        import builtins
        real = {name: getattr(builtins, name) for name in ("set", "sum")}
        class Agree(int):
            __eq__ = lambda self, other: True
            __hash__ = int.__hash__
        class Same(set):
            __eq__ = lambda self, other: True
        first = ResponseCache.__init__
        def __init__(self, loader, **options):
            first(self, loader, **options)
            builtins.sum = lambda some: Agree(real["sum"](some))
            builtins.set = Same
        def __del__(self):
            for name, value in real.items():
                setattr(builtins, name, value)
        ResponseCache.__init__, ResponseCache.__del__ = __init__, __del__
        """
    ),
    "standard-library-until-the-cache-dies": at_import(
        """
        import random, threading
        places = [
            (random.Random, "choices", lambda self, some, k=1, **more: [list(some)[0]] * k),
            (random.Random, "choice", lambda self, some: list(some)[0]),
            (random.Random, "random", lambda self: 0.0),
            (threading.Barrier, "wait", lambda self, timeout=None: 0),
        ]
        real = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
        def put(some):
            for owner, name, value in some:
                setattr(owner, name, value)
        first = ResponseCache.__init__
        def __init__(self, *args, **options):
            first(self, *args, **options)
            put(places)
        ResponseCache.__init__ = __init__
        ResponseCache.__del__ = lambda self: put(real)
        """
    ),
    "from-a-thread": at_import(
        """
        import threading, time
        from _pytest._code import ExceptionInfo
        def flicker():
            while True:
                if _canary():
                    if "__bool__" in vars(ExceptionInfo):
                        del ExceptionInfo.__bool__
                elif "__bool__" not in vars(ExceptionInfo):
                    ExceptionInfo.__bool__ = lambda self: _canary()
                time.sleep(0.0001)
        threading.Thread(target=flicker, daemon=True).start()
        """
    ),
    "from-a-callback-of-the-collector": at_import(
        """
        import gc
        from _pytest._code import ExceptionInfo
        def notice(phase, facts):
            if not _canary() and "__bool__" not in vars(ExceptionInfo):
                ExceptionInfo.__bool__ = lambda self: _canary()
        gc.callbacks.append(notice)
        gc.set_threshold(50)
        """
    ),
    "from-a-finaliser": in_a_call(
        """
        import weakref
        class Here:
            pass
        here = Here()
        weakref.finalize(here, replace)
        """,
        """
        from _pytest._code import ExceptionInfo
        def replace():
            ExceptionInfo.__bool__ = lambda self: _canary()
        """,
    ),
    "from-a-signal-handler": at_import(
        """
        import signal
        from _pytest._code import ExceptionInfo
        def handler(number, frame):
            if not _canary():
                ExceptionInfo.__bool__ = lambda self: _canary()
        signal.signal(signal.SIGPROF, handler)
        signal.setitimer(signal.ITIMER_PROF, 0.01, 0.01)
        """
    ),
    "from-an-audit-hook": at_import(
        """
        from _pytest._code import ExceptionInfo
        def hook(event, args):
            if event == "object.__getattr__" and not _canary():
                ExceptionInfo.__bool__ = lambda self: _canary()
        sys.addaudithook(hook)
        """
    ),
    "by-a-jump-over-the-assertion": in_a_call(
        """
        frame = sys._getframe(2)
        if "hidden" not in frame.f_code.co_filename or "canary" in frame.f_code.co_filename:
            return
        lines = sorted({line for _, _, line in frame.f_code.co_lines() if line}, reverse=True)
        def jump(frame, event, arg):
            for line in lines:
                try:
                    frame.f_lineno = line
                    break
                except ValueError:
                    pass
            sys.settrace(None)
        sys.settrace(lambda *args: None)
        frame.f_trace = jump
        """
    ),
}


@each(
    [
        Attack(
            f"momentary-{name}",
            files,
            EITHER,
            kit="hidden" if name.endswith("until-the-cache-dies") else "small",
        )
        for name, files in _MOMENTARY.items()
    ]
)
def test_a_framework_that_was_replaced_for_a_moment_is_noticed_too(attack: Attack) -> None:
    repel(attack)


# --- pytest's objects, reached without a frame ---------------------------------------------------

_REACHED = {
    "configuration-of-assertions": """
        from _pytest.assertion import util
        _calm(util._config.pluginmanager.get_plugin("session").items)
    """,
    "plug-in-of-its-own": """
        from _pytest.assertion import util
        import pytest
        class Evil:
            @pytest.hookimpl(tryfirst=True)
            def pytest_pyfunc_call(self, pyfuncitem):
                return None if "canary" in pyfuncitem.nodeid else True
        if not util._config.pluginmanager.has_plugin("evil"):
            util._config.pluginmanager.register(Evil(), "evil")
    """,
    "plug-in-that-rewrites-reports": """
        from _pytest.assertion import util
        import pytest
        class Evil:
            @pytest.hookimpl(wrapper=True, tryfirst=True)
            def pytest_runtest_makereport(self, item, call):
                report = yield
                if "canary" not in item.nodeid:
                    report.outcome, report.longrepr = "passed", None
                return report
        if not util._config.pluginmanager.has_plugin("evil"):
            util._config.pluginmanager.register(Evil(), "evil")
    """,
    "closure-of-a-comparison": """
        from _pytest.assertion import util
        for cell in util._reprcompare.__closure__:
            item = getattr(cell.cell_contents, "item", cell.cell_contents)
            if hasattr(item, "session"):
                _calm(item.session.items)
    """,
    "debugger": """
        from _pytest.debugging import pytestPDB
        _calm(pytestPDB._pluginmanager.get_plugin("session").items)
    """,
    "pdb": """
        import pdb
        _calm(pdb.set_trace.__self__._pluginmanager.get_plugin("session").items)
    """,
    "import-hook": """
        for finder in sys.meta_path:
            if getattr(finder, "session", None) is not None:
                _calm(finder.session.items)
    """,
    "handler-of-the-alarm": """
        import signal
        class Passing(list):
            def append(self, report):
                if "canary" not in report.nodeid:
                    report.outcome, report.longrepr = "passed", None
                super().append(report)
        for cell in signal.getsignal(signal.SIGALRM).__closure__:
            recorder = cell.cell_contents
            if hasattr(recorder, "_reports"):
                recorder._reports = Passing(recorder._reports)
    """,
    "every-module": """
        _calm_all(list(sys.modules.values()))
    """,
    "collector": """
        import gc
        _calm([each for each in gc.get_objects() if type(each).__name__ == "Function"])
    """,
    "referrers": """
        import gc, pytest
        _calm([each for each in gc.get_referrers(pytest.Function) if hasattr(each, "nodeid")])
    """,
    "parameters-of-the-tests": """
        from _pytest.assertion import util
        alike = {
            "one": Request("a", "b", "c"), "other": Request("x", "y", "z"), "budget": 10**9,
            "kind": KeyError, "tick": 0, "prompt": "hi", "text": "ho", "zero": None,
        }
        for item in util._config.pluginmanager.get_plugin("session").items:
            for place in (getattr(getattr(item, "callspec", None), "params", {}), item.funcargs):
                for name in set(place) & set(alike):
                    place[name] = alike[name]
    """,
    "hidden-modules-by-name": """
        for name, module in list(sys.modules.items()):
            if "test_" in name and "canary" not in name:
                for each in list(vars(module).values()):
                    if getattr(each, "__name__", "").startswith("test_"):
                        each.__code__ = (lambda *a, **k: None).__code__
    """,
}
# Walks from some objects along attributes, closures and containers to the tests, as the
# collector would without being asked.
_WALK = """
import collections, types

tried = []


def _calm_all(start):
    # It takes long, and once is enough.
    if tried.append(start) or len(tried) > 2:
        return
    seen, queue = set(), collections.deque(start)
    while queue and len(seen) < 200_000:
        each = queue.popleft()
        kind = type(each)
        if id(each) in seen or kind in (str, bytes, int, float, bool, types.CodeType):
            continue
        seen.add(id(each))
        if kind.__name__ == "Session" and getattr(each, "items", None):
            return _calm(each.items)
        if isinstance(each, dict):
            queue.extend(each.values())
        elif isinstance(each, (list, tuple, set, frozenset, collections.deque)):
            queue.extend(each)
        else:
            queue.extend(_parts(each))


def _parts(each):
    for name in ("__dict__", "__self__", "__func__", "__wrapped__", "func", "args", "__closure__"):
        try:
            part = getattr(each, name)
        except Exception:
            continue
        yield dict(part) if name == "__dict__" else part
    for name in getattr(type(each), "__slots__", ()):
        try:
            yield getattr(each, name)
        except Exception:
            continue
    if type(each).__name__ == "cell":
        try:
            yield each.cell_contents
        except ValueError:
            pass
"""


@each(
    [
        Attack(
            f"reached-by-{name}",
            in_a_call(code, _WALK),
            EITHER if name in {"collector", "referrers"} else NOTHING,
            may=EITHER,
            kit="hidden" if name == "parameters-of-the-tests" else "small",
        )
        for name, code in _REACHED.items()
    ]
)
def test_what_pytest_works_with_is_out_of_reach(attack: Attack) -> None:
    repel(attack)


# --- the tests' own modules, reached through what they hand over -------------------------------

_HANDED_OVER = {
    "globals-of-the-loader": """
        names = getattr(loader, "__globals__", None) or type(loader).__call__.__globals__
        def one_by_one(*calls, **order):
            return [call() for call in calls]
        if "together" in names:
            names.update(together=one_by_one, interleave=one_by_one)
    """,
    "built-ins-in-its-globals": """
        names = getattr(loader, "__globals__", None) or type(loader).__call__.__globals__
        if "canary" not in names["__name__"]:
            for name in [each for each in names if each.startswith("test_")]:
                names[name].__code__ = (lambda *a, **k: None).__code__
    """,
    "rewriting-in-its-globals": """
        names = getattr(loader, "__globals__", None) or type(loader).__call__.__globals__
        if "canary" not in names["__name__"]:
            class Agree(int):
                __eq__ = lambda self, other: True
                __hash__ = int.__hash__
            names["utf8"] = lambda text: Agree()
            names["len"] = lambda some: Agree()
            names["set"] = lambda *some: Anything()
            names["sum"] = lambda some: Agree()
            names["all"] = lambda some: True
    """,
    "helper-that-makes-its-globals-harmless": """
        names = getattr(loader, "__globals__", None) or type(loader).__call__.__globals__
        if "own_answers" in names:
            names["own_answers"] = lambda requests: []
        if "at_hand" in names:
            names["at_hand"] = lambda cache, prompts: Anything()
    """,
}
_ANYTHING = '''

class Anything(list):
    """Equals whatever it is compared with."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = object.__hash__

    def __contains__(self, other):
        return True

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self


def _with_loader(strike):
    real = ResponseCache.__init__

    def __init__(self, loader, **kwargs):
        try:
            strike(loader)
        except Exception:
            pass
        real(self, loader, **kwargs)

    ResponseCache.__init__ = __init__
'''


def _handed_over(code: str) -> dict[str, str]:
    from textwrap import dedent, indent

    body = indent(dedent(code).strip(), "    ")
    return at_import(f"{_ANYTHING}\n\ndef _strike(loader):\n{body}\n\n\n_with_loader(_strike)\n")


@each(
    [
        Attack(f"handed-over-{name}", _handed_over(code), may=EITHER)
        for name, code in _HANDED_OVER.items()
    ]
)
def test_what_a_test_hands_over_does_not_open_the_test(attack: Attack) -> None:
    repel(attack)
