"""Refuses to show the examiner to code under test, and tells who asked.

Code under test runs in the process that examines it. Python tells an audit hook when somebody asks
for frames, for all objects, for a function's code, for raw memory. Nobody who is being examined
needs any of these. What pytest and the standard library do for honest code (a log record names its
caller, an exception is formatted) goes through; what they would hand on to their caller does not.
An exercise's own packages were chosen by its author: they may do all that their code says.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from _thread import get_ident
from collections.abc import Iterable
from importlib import _bootstrap, _bootstrap_external
from types import CodeType, FrameType, FunctionType
from typing import Any, cast

import pytest
from _pytest.assertion import rewrite

from scoring.inside import memory, ways
from scoring.inside.recorder import Tell

_MOST_TOLD = 20
_RESULTS_DESCRIPTOR = 3

# Asked for by these names; a function of a library that asks writes the name out.
_LOOKS = {
    "gc.get_objects": "get_objects",
    "gc.get_referrers": "get_referrers",
    "gc.get_referents": "get_referents",
    "sys._getframe": "_getframe",
    "sys._current_frames": "_current_frames",
    "sys._current_exceptions": "_current_exceptions",
}
# What shows the examiner's objects as well, also to a package that means no harm.
_OF_ALL = frozenset({"get_objects", "get_referrers", "_current_frames", "_current_exceptions"})
_ATTRIBUTES = frozenset(
    {"__code__", "tb_frame", "gi_frame", "gi_code", "cr_frame", "cr_code", "ag_frame", "ag_code"}
)
# What honest code has the standard library ask for: by file, the functions that keep what they
# get to themselves (all of them, where there is no list). A log record names its caller, an
# exception is formatted, a class is made under its module's name.
_HONEST: dict[str, dict[str, tuple[str, ...]]] = {
    "_getframe": {
        "asyncio/format_helpers.py": ("extract_stack",),
        "collections/__init__.py": ("namedtuple",),
        "dataclasses.py": (),
        "enum.py": (),
        "logging/__init__.py": ("findCaller",),
        "typing.py": (),
        "warnings.py": (),
    },
    "tb_frame": {
        "contextlib.py": (),
        "traceback.py": ("clear_frames", "extract", "_extract_from_extended_frame_gen"),
        "unittest/case.py": (),
        "unittest/result.py": (),
    },
    "gi_frame": {"inspect.py": ("getgeneratorstate",)},
    "cr_frame": {"inspect.py": ("getcoroutinestate",)},
    "ag_frame": {"inspect.py": ("getasyncgenstate",)},
    "gi_code": {"asyncio/coroutines.py": (), "asyncio/base_events.py": ()},
    "cr_code": {"asyncio/coroutines.py": (), "asyncio/base_events.py": ()},
}
# Functions that get a frame for another of their own file, which is asked about instead.
_FOR_OTHERS = frozenset({"<lambda>", "currentframe", "walk_tb", "_walk_tb_with_full_positions"})
# A function's code is asked for all over the standard library; these hand it on.
_SHOW_CODE = ("bdb.py", "code.py", "dis.py", "pdb.py", "trace.py", "types.py")
_FUNCTION_PARTS = frozenset({"__code__", "__defaults__", "__kwdefaults__"})
_TRACING = frozenset({"sys.settrace", "sys.setprofile", "sys.monitoring.register_callback"})
_SETTRACE = ways.traced_one_by_one.__code__
_RAW_MODULES = frozenset(
    {
        "_ctypes",
        "_interpchannels",
        "_interpreters",
        "_testbuffer",
        "_testcapi",
        "_testclinic",
        "_testinternalcapi",
        "_testlimitedcapi",
        "_xxinterpchannels",
        "_xxsubinterpreters",
        "ctypes",
    }
)
_FROM_TEXT = "code made of a text"
_MODULE = re.compile(r"/[\w./+@~ -]*\.py")
_PRIVATE_FOLDERS = ("/proc/", "/dev/mem", "/dev/fd/")


class RefusedError(RuntimeError):
    """Code under test asked for something that only its examiner needs."""


class Guard:
    """An audit hook. It can't be taken off again, and nobody but its maker gets hold of it."""

    def __init__(
        self, root: str, tell: Tell, *, site: str, tracing: bool, given: Iterable[str]
    ) -> None:
        """`site` is the folder of the exercise's packages, "" without any; `tracing` lets code
        trace itself, as some tests do. `given` are the author's own files: they may ask for frames,
        and make code of a text."""
        self._root = f"{root}/"
        self._given = frozenset(f"{root}/{path}" for path in given)
        self._tell = tell
        self._tracing = tracing
        self._site = (f"{site}/",) if site else ()
        self._libraries = (
            *(
                f"{os.path.dirname(path)}/"  # noqa: PTH120
                for path in (os.__file__, os.path.dirname(pytest.__file__))  # noqa: PTH120
            ),
            *self._site,
        )
        # Who makes classes out of text, for everybody.
        self._makers = tuple(
            f"{self._libraries[0]}{name}" for name in ("collections/__init__.py", "dataclasses.py")
        )
        self._trusted: dict[int, CodeType] = {}
        self._told = 0
        # Who may compile under the name of a file; by identity, so that a name is no way in.
        self._compilers = {
            cast("FunctionType", function).__code__
            for function in (memory._hold, memory.compile_test, rewrite._rewrite_test, ast.parse)
        }
        self._by_import = vars(_bootstrap)["_call_with_frames_removed"].__code__
        self._unmarshal = (
            vars(_bootstrap_external)["_compile_bytecode"].__code__,
            _bootstrap_external.SourceLoader.get_code.__code__,
        )
        self._rules = {
            **dict.fromkeys(_LOOKS, self._looks),
            **dict.fromkeys(_TRACING, self._traces),
            "sys.addaudithook": self._listens,
            "object.__getattr__": self._reads,
            "object.__setattr__": self._writes,
            "object.__delattr__": self._writes,
            "open": self._opens,
            "compile": self._compiles,
            "code.__new__": self._makes_code,
            "exec": self._executes,
            "marshal.loads": self._unmarshals,
            "marshal.load": self._unmarshals,
            "import": self._imports,
        }

    def begin(self) -> None:
        rules, busy, getframe, refuse = self._rules, set[int](), sys._getframe, self._refuse

        # Tests that trace other threads raise tens of thousands of events, so whoever asks for
        # what is free to all is let go first.
        def hear(event: str, arguments: tuple[Any, ...]) -> None:
            if event == "object.__getattr__" and arguments[1] not in _ATTRIBUTES:
                return
            rule = rules.get(event)
            if rule is None:
                return
            me = get_ident()
            if me in busy:
                return  # what a rule does itself
            busy.add(me)
            try:
                caller = getframe(1)
                what = rule(event, caller, arguments)
                if what:
                    refuse(what, caller)
            finally:
                busy.discard(me)

        sys.addaudithook(hear)

    def trust(self, code: CodeType) -> None:
        """Let this code, and all that is defined in it, ask for what it names."""
        self._trusted[id(code)] = code
        for each in code.co_consts:
            if isinstance(each, CodeType):
                self.trust(each)

    def _refuse(self, what: str, caller: FrameType) -> None:
        # What a package wanted and did not get is not the submission's doing.
        if self._told < _MOST_TOLD and not _starts(caller.f_code.co_filename, *self._site):
            self._told += 1
            self._tell("refused", what=what, where=self._place(caller))
        raise RefusedError(f"{what}: not to be had while code is graded")

    def _place(self, frame: FrameType | None) -> str:
        """The nearest line of the submission, for a person to look at."""
        while frame is not None and not _starts(frame.f_code.co_filename, self._root):
            frame = frame.f_back
        if frame is None:
            return ""
        return f"{_plain(frame.f_code.co_filename).removeprefix(self._root)}:{frame.f_lineno}"

    # --- rules: each answers with what was asked for that should not be, or "" ---

    def _is_library(self, frame: FrameType | None) -> bool:
        """Whether the code is the standard library's or pytest's. Its file's name can be believed
        because nobody else may compile under such a name."""
        if frame is None:
            return False
        return _starts(frame.f_code.co_filename, *self._libraries, "<frozen ")

    def _asks_itself(self, frame: FrameType, name: str) -> bool:
        """Whether a library asks in its own code, by that name, and keeps what it gets."""
        code, back = frame.f_code, frame.f_back
        if name not in code.co_names or not self._is_library(frame):
            return False
        if _starts(code.co_filename, self._libraries[1]):
            # pytest and coverage, as long as nobody else calls them for it.
            return self._is_library(back)
        asks = back.f_code if code.co_name in _FOR_OTHERS and back is not None else code
        if _starts(asks.co_filename, *self._site):
            return name not in _OF_ALL
        if not _starts(asks.co_filename, code.co_filename):
            return False
        code = asks
        file = code.co_filename.removeprefix(self._libraries[0])
        if name == "__code__":
            return file not in _SHOW_CODE
        functions = _HONEST.get(name, {}).get(file)
        return functions is not None and (not functions or code.co_name in functions)

    def _is_given(self, frame: FrameType) -> bool:
        """Whether it is the author's own code. Its file's name can be believed, as a library's."""
        return frame.f_code.co_filename in self._given

    def _looks(self, event: str, caller: FrameType, _: tuple[Any, ...]) -> str:
        name = _LOOKS[event]
        if name == "_getframe" and self._is_given(caller) and name in caller.f_code.co_names:
            return ""
        return "" if self._author_asks(caller, name) or self._asks_itself(caller, name) else event

    def _author_asks(self, caller: FrameType, name: str) -> bool:
        """Whether an author's test asks, in as many words: what it calls may be something else."""
        code = caller.f_code
        return id(code) in self._trusted and name in code.co_names

    def _reads(self, _: str, caller: FrameType, arguments: tuple[Any, ...]) -> str:
        name: str = arguments[1]
        if name not in _ATTRIBUTES or self._author_asks(caller, name):
            return ""
        if name == "__code__" and type(arguments[0]) is FunctionType:
            # How a library's function is written tells nothing.
            code = arguments[0].__code__
            if _starts(code.co_filename, *self._libraries):
                return ""
        return "" if self._asks_itself(caller, name) else name

    def _writes(self, _: str, caller: FrameType, arguments: tuple[Any, ...]) -> str:
        owner, name = arguments[0], arguments[1]
        if name not in _FUNCTION_PARTS or self._is_library(caller):
            return ""
        is_library = type(owner) is FunctionType and _starts(
            owner.__code__.co_filename, *self._libraries
        )
        return f"a change of {_plain(owner.__qualname__)}.{name}" if is_library else ""

    def _traces(self, _event: str, caller: FrameType, _arguments: tuple[Any, ...]) -> str:
        back = caller.f_back
        by_author = caller.f_code is _SETTRACE and back is not None and self._is_trusted(back)
        return "" if self._tracing or by_author else "tracing"

    def _is_trusted(self, frame: FrameType) -> bool:
        return id(frame.f_code) in self._trusted

    def _listens(self, _event: str, _caller: FrameType, _arguments: tuple[Any, ...]) -> str:
        return "an audit hook"

    def _opens(self, _event: str, _caller: FrameType, arguments: tuple[Any, ...]) -> str:
        path = arguments[0]
        if type(path) is int:
            return "the grader's descriptor" if path == _RESULTS_DESCRIPTOR else ""
        if not issubclass(type(path), str | bytes):
            return "a file by something that is no text"
        name = os.path.abspath(_plain(path))  # noqa: PTH100
        return name if name.startswith(_PRIVATE_FOLDERS) else ""

    def _compiles(self, _: str, caller: FrameType, arguments: tuple[Any, ...]) -> str:
        source, name = arguments[0], _plain(arguments[1])
        if caller.f_code in self._compilers:
            return ""
        if _is_line(name, source):
            return ""  # an error in a thread is shown with the line that raised it
        may = self._tracing or self._is_trusted(caller) or self._is_given(caller)
        if not may and not self._is_library(caller):
            return _FROM_TEXT
        if not name.startswith((*self._libraries, self._root, "<frozen ")):
            return ""
        is_import = (
            caller.f_code is self._by_import
            and _MODULE.fullmatch(name) is not None
            and _is_file(name, source)
        )
        return "" if is_import else f"code in the name of {name.removeprefix(self._root)}"

    def _executes(self, _: str, caller: FrameType, arguments: tuple[Any, ...]) -> str:
        """Code that is in no module is seen by neither ruff nor coverage, and is no shorter."""
        if self._tracing or self._is_trusted(caller) or self._is_given(caller):
            return ""
        made_up = _starts(arguments[0].co_filename, "<") and not _starts(
            arguments[0].co_filename, "<frozen "
        )
        makers = (*self._makers, *self._site)
        honest = self._is_library(caller) and _starts(caller.f_code.co_filename, *makers)
        return _FROM_TEXT if made_up and not honest else ""

    def _makes_code(self, _: str, caller: FrameType, arguments: tuple[Any, ...]) -> str:
        name = _plain(arguments[1])
        is_false = name.startswith((*self._libraries, self._root, "<frozen "))
        return f"code in the name of {name}" if is_false and not self._is_library(caller) else ""

    def _unmarshals(self, _: str, caller: FrameType, _arguments: tuple[Any, ...]) -> str:
        back = caller.f_back
        code = back.f_code if back is not None else None
        ours = caller.f_code is memory.unpack.__code__
        return "" if ours or (caller.f_code, code) == self._unmarshal else "marshalled code"

    def _imports(self, _event: str, caller: FrameType, arguments: tuple[Any, ...]) -> str:
        name, file = _plain(arguments[0]), _plain(arguments[1])
        # Under another name it is the same file.
        asked = {name, name.rpartition(".")[2], file.rpartition("/")[2].partition(".")[0]}
        if not asked & _RAW_MODULES:
            return ""
        if _starts(caller.f_code.co_filename, *self._site):
            # Not the submission's doing, and many packages get along without.
            raise ImportError(f"{name} is not to be had while code is graded", name=name)
        return f"the module {name}"


# While a rule looks at something, it asks unhindered. So it never calls anything of what it looks
# at: a text can be of a class whose methods are somebody else's.


def _plain(text: object) -> str:
    if issubclass(type(text), str):
        return str.__str__(text)
    if issubclass(type(text), bytes):
        return bytes.decode(text, "utf-8", "surrogateescape")  # type: ignore[arg-type]
    return ""


def _starts(text: str, *prefixes: str) -> bool:
    return str.startswith(text, prefixes)


def _is_line(name: str, source: object) -> bool:
    """Whether that is one line of the file, as C compiles it to underline what is wrong in it."""
    text = _plain(source).strip()
    if not text or "\n" in text:
        return False
    try:
        with open(name, encoding="utf-8") as stream:  # noqa: PTH123
            return any(text in line for line in stream)
    except (OSError, ValueError):
        return False


def _is_file(name: str, source: object) -> bool:
    try:
        with open(name, "rb") as stream:  # noqa: PTH123
            return type(source) is bytes and stream.read() == source
    except OSError:
        return False
