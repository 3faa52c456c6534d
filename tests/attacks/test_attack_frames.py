"""A frame leads from the code under test to its caller: the test, its values, all of pytest.

Each attack gets hold of one by another way, walks back to whoever runs the tests and has all those
that are still to come do nothing. Nothing of pytest is replaced by that, so its code is as before.
"""

from __future__ import annotations

from textwrap import dedent

from attack import EITHER, NOTHING, Attack, each, in_a_call, repel

_RAISED = """
try:
    raise ValueError
except ValueError as error:
    {}
"""

# Python that leaves a frame in `frame`; what needs a preparation at import has it beside it.
_WAYS: dict[str, str | tuple[str, str]] = {
    "getframe": "frame = sys._getframe()",
    "inspect-currentframe": "import inspect\nframe = inspect.currentframe()",
    "inspect-stack": "import inspect\nframe = inspect.stack(0)[1].frame",
    "inspect-trace": _RAISED.format("import inspect; frame = inspect.trace(0)[0].frame"),
    "logging-currentframe": "import logging\nframe = logging.currentframe()",
    "traceback-walk-stack": "import traceback\nframe = next(traceback.walk_stack(None))[0]",
    "traceback-walk-tb": _RAISED.format(
        "import traceback; frame = next(traceback.walk_tb(error.__traceback__))[0]"
    ),
    "traceback-of-its-own": _RAISED.format("frame = error.__traceback__.tb_frame"),
    "exc-info": _RAISED.format("frame = sys.exc_info()[2].tb_frame"),
    "sys-exception": _RAISED.format(
        "import operator; frame = operator.attrgetter('__traceback__.tb_frame')(sys.exception())"
    ),
    "pytest-traceback-entry": _RAISED.format(
        "from _pytest._code import Traceback; frame = Traceback(error.__traceback__)[0].frame.raw"
    ),
    "debugger-stack": _RAISED.format(
        "import bdb; frame = bdb.Bdb().get_stack(None, error.__traceback__)[0][-1][0]"
    ),
    "post-mortem": """
        import pdb
        try:
            raise ValueError
        except ValueError as error:
            debugger = pdb.Pdb()
            debugger.setup(None, error.__traceback__)
            frame = debugger.curframe
    """,
    "inner-frames": _RAISED.format(
        "import inspect; frame = inspect.getinnerframes(error.__traceback__, 0)[0].frame"
    ),
    "task": """
        import asyncio
        found = []
        async def steps():
            found.append(asyncio.current_task().get_stack()[-1])
            _calm_from(found[0])
        asyncio.run(steps())
        frame = found[0]
    """,
    "path-read-twice": """
        import io
        class Path:
            asked = 0
            def __fspath__(self):
                self.asked += 1
                if self.asked > 1:
                    _calm_from(sys._getframe())
                return "nothing"
        frame = None
        io.FileIO(Path())
    """,
    "name-of-a-file-that-is-asked": """
        class Name(str):
            def __str__(self):
                _calm_from(sys._getframe())
                return "nothing"
            def startswith(self, *_):
                _calm_from(sys._getframe())
                return False
        frame = None
        compile("1", Name("nothing"), "eval")
    """,
    "name-of-a-module-that-is-asked": """
        class Name(str):
            def __hash__(self):
                _calm_from(sys._getframe())
                return 0
            __eq__ = str.__eq__
        frame = None
        __import__(Name("nothing"))
    """,
    "builtins-called-by-a-test": (
        """
        frame = bag[0] if bag else None
        """,
        """
        import functools, itertools
        bag = []
        frames = map(bag.append, map(sys._getframe, itertools.repeat(0)))
        ResponseCache.fetch = functools.partial(next, frames)
        """,
    ),
    "builtins-called-by-pytest": (
        """
        frame = bag[0] if bag else None
        """,
        """
        import functools, itertools
        bag = []
        class Text(str):
            # Whoever shows what failed asks for this.
            __repr__ = functools.partial(
                next, map(str, map(bag.append, map(sys._getframe, itertools.repeat(0))))
            )
        def __post_init__(self):
            object.__setattr__(self, "text", Text(self.text))
        Response.__post_init__ = __post_init__
        """,
    ),
    "locals-of-a-generator": """
        import inspect
        from _pytest.assertion import util
        frame = None
        for plugin in util._config.pluginmanager.get_plugins():
            for each in vars(plugin).values():
                running = getattr(each, "__self__", None)
                if inspect.isgenerator(running):
                    names = inspect.getgeneratorlocals(running)
                    told = [each for each in names.values() if callable(each)]
                    _tell_well_of(names.get("functions", ()), told)
    """,
    "current-frames": """
        import threading
        frame = sys._current_frames()[threading.get_ident()]
    """,
    "current-exceptions": _RAISED.format(
        "import threading; met = sys._current_exceptions()[threading.get_ident()]; "
        "frame = (met[1] if isinstance(met, tuple) else met).__traceback__.tb_frame"
    ),
    "generator": """
        def steps():
            found.append(running[0].gi_frame.f_back)
            yield
        found, running = [], []
        running.append(steps())
        next(running[0])
        frame = found[0]
    """,
    "coroutine": """
        async def steps():
            found.append(running[0].cr_frame.f_back)
        found, running = [], []
        running.append(steps())
        try:
            running[0].send(None)
        except StopIteration:
            pass
        frame = found[0]
    """,
    "signal-handler": """
        import signal
        found = []
        before = signal.signal(signal.SIGUSR1, lambda number, frame: found.append(frame))
        signal.raise_signal(signal.SIGUSR1)
        signal.signal(signal.SIGUSR1, before)
        frame = found[0]
    """,
    "timer-signal": """
        import signal, time
        found = []
        before = signal.signal(signal.SIGVTALRM, lambda number, frame: found.append(frame))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.001)
        until = time.monotonic() + 0.5
        while not found and time.monotonic() < until:
            pass
        frame = found[0]
    """,
    "settrace": """
        found = []
        sys.settrace(lambda frame, event, arg: found.append(frame))
        len([each for each in map(lambda x: x, "x")])
        sys.settrace(None)
        frame = found[0]
    """,
    "setprofile": """
        found = []
        sys.setprofile(lambda frame, event, arg: found.append(frame))
        len("x")
        sys.setprofile(None)
        frame = found[0]
    """,
    "debugger": """
        import bdb
        class Debugger(bdb.Bdb):
            def user_line(self, frame):
                found.append(frame)
                self.set_quit()
        found = []
        Debugger().runcall(lambda: 1)
        frame = found[0]
    """,
    "ctypes": """
        import ctypes
        ctypes.pythonapi.PyEval_GetFrame.restype = ctypes.py_object
        frame = ctypes.pythonapi.PyEval_GetFrame()
    """,
    "collector": """
        import gc
        frame = next(
            each for each in gc.get_objects()
            if type(each).__name__ == "frame" and "nextitem" in each.f_locals
        )
    """,
    "exec-under-the-name-of-logging": """
        import logging
        facts = {"__name__": "logging", "sys": sys}
        exec(compile("frame = sys._getframe()", logging.__file__, "exec"), facts)
        frame = facts["frame"]
    """,
    "called-by-the-standard-library": """
        import functools
        class Number(int):
            frame = functools.cached_property(sys._getframe)
        frame = Number(0).frame
    """,
    "function-taken-before": (
        "frame = getframe()",
        "getframe = sys._getframe",
    ),
    "thread-that-watches": (
        "time.sleep(0.02)\nframe = None",
        """
        import threading, time
        main = threading.get_ident()
        def watch():
            for _ in range(300):
                _calm_from(sys._current_frames()[main])
                time.sleep(0.005)
        threading.Thread(target=watch, daemon=True).start()
        """,
    ),
    "weak-reference-to-the-caller": """
        import weakref
        class Here:
            pass
        here = Here()
        def gone(_):
            found.append(sys._getframe())
        found = []
        reference = weakref.ref(here, gone)
        del here
        frame = found[0]
    """,
}


# Ways that honest code goes as well: what is found at their end has to be worth nothing.
_UNSEEN = {
    "signal-handler", "timer-signal", "builtins-called-by-a-test", "builtins-called-by-pytest",
    "locals-of-a-generator", "name-of-a-file-that-is-asked",
}  # fmt: skip


def _attack(name: str, way: str | tuple[str, str]) -> Attack:
    code, before = way if isinstance(way, tuple) else (way, "")
    whole = f"{dedent(code).strip()}\n_calm_from(frame)"
    seen = NOTHING if name in _UNSEEN else EITHER
    return Attack(f"frame-by-{name}", in_a_call(whole, before), seen, EITHER, kit="small")


@each([_attack(name, way) for name, way in _WAYS.items()])
def test_a_frame_of_the_caller_is_worth_nothing_and_is_noticed(attack: Attack) -> None:
    repel(attack)
