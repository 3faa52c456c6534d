"""Ways to a frame that raise no audit event, or that a hook would make unsafe: closed here."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any

# What `signal.signal` calls.
_C_MODULE = importlib.import_module("_signal")

Asked = tuple[int, Any]


def close_ways() -> None:
    """Has signal handlers called without the frame that was interrupted, and tracing begin in one
    thread at a time: Python 3.11 can't do with two at once while somebody listens to the first."""
    setter = _setter()
    next(setter)
    set_handler = setter.send

    def guarded(number: int, handler: Any, /) -> Any:
        answer, error = set_handler((number, handler))
        if error is not None:
            raise error
        return answer

    vars(_C_MODULE)["signal"] = guarded
    sys.settrace = traced_one_by_one


def _setter() -> Generator[tuple[Any, BaseException | None], Asked, None]:
    """The one that was there, out of reach in a frame of its own."""
    real = vars(_C_MODULE)["signal"]
    theirs: dict[int, tuple[Any, Any]] = {}
    answer: tuple[Any, BaseException | None] = None, None
    while True:
        number, handler = yield answer
        try:
            given = _without_frame(handler) if callable(handler) else handler
            before = real(number, given)
        except (OSError, TypeError, ValueError) as error:
            answer = None, error
            continue
        kept = theirs.get(number)
        answer = (kept[1] if kept is not None and kept[0] is before else before), None
        theirs[number] = given, handler


def _without_frame(handler: Callable[[int, None], Any]) -> Callable[[int, object], Any]:
    return lambda number, _frame: handler(number, None)


_lock = threading.Lock()
_settrace = sys.settrace


def traced_one_by_one(function: Any) -> None:
    """`sys.settrace`, one thread at a time."""
    with _lock:
        _settrace(function)
