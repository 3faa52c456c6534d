"""Run calls in threads that take turns at every line of a package.

    calls = (lambda: store.put("a"), lambda: store.put("b"))
    for lines in range(80):
        interleave(*calls, package="storage", switch_after=lines)

    for seed in range(30):
        interleave(*calls, package="storage", seed=seed)

A thread stops before each line of the package and waits for its turn. There are two
ways to say whose turn it is:

`switch_after=n`: the first call runs n lines, then the others run as far as they
    get, then the first goes on. Most races need only one switch in the wrong place,
    and a loop over n tries each place once.
`seed=n`: anybody may be next at every line, in an order drawn from the seed.

The code under test needs no change and no sleeps. The same number gives the same
order, so a race found once is found again; but where threads of a seed wait for one
lock, the system says who gets it. A thread hands on its turn when it waits for a
condition, an event or a future. One that waits for a plain lock cannot: when nothing
has moved for PATIENCE seconds, one of those that are ready takes the turn.

A thread has room for one trace function only. Where a debugger or a coverage tool
has set its own, that one stays, and the calls run as ordinary threads between which
Python switches as often as it can. Right code passes either way, but then a race may
go unnoticed.
"""

import random
import sys
import threading
from collections.abc import Callable
from typing import Any

PATIENCE = 0.0001

# Events and futures wait in there, too.
_WAITING = threading.Condition.wait.__code__

Choice = Callable[[list[int]], int]


def interleave(
    *calls: Callable[[], Any],
    package: str,
    switch_after: int = 0,
    seed: int | None = None,
    limit: float = 2.0,
) -> list[Any]:
    """Run each call in a thread; return what they returned, in the calls' order.

    For a call that raised, the exception stands in its place. Calls that have not
    ended after `limit` seconds are an AssertionError.
    """
    choose = _one_switch(switch_after) if seed is None else random.Random(seed).choice
    taken = sys.gettrace() is not None or threading.gettrace() is not None
    turns = None if taken else _Turns(len(calls), choose)
    results: list[Any] = [None] * len(calls)

    def run(me: int) -> None:
        if turns is not None:
            turns.take(me)
            sys.settrace(_tracer(package, turns, me))
        try:
            results[me] = calls[me]()
        except BaseException as error:
            results[me] = error
        finally:
            if turns is not None:
                sys.settrace(None)
                turns.leave(me)

    threads = [
        threading.Thread(target=run, args=(me,), daemon=True)
        for me in range(len(calls))
    ]
    interval = sys.getswitchinterval()
    # With turns, whoever runs keeps the interpreter until it waits for something, so
    # that a thread which is only slow is not mistaken for one that waits.
    sys.setswitchinterval(1e-6 if taken else 0.1)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(limit)
    finally:
        sys.setswitchinterval(interval)
    stuck = [me for me, thread in enumerate(threads) if thread.is_alive()]
    assert not stuck, f"calls {stuck} had not ended after {limit} s"
    return results


def _one_switch(lines: int) -> Choice:
    """Return a choice that favours the first call for some lines, then the others."""
    left = lines

    def choose(ready: list[int]) -> int:
        nonlocal left
        left -= 1
        return ready[0] if left >= 0 else ready[-1]

    return choose


def _tracer(package: str, turns: "_Turns", me: int) -> Callable[..., Any]:
    """Return a trace function that waits for a turn before each line of the package."""

    def on_line(_frame: Any, event: str, _arg: Any) -> Any:
        if event == "line":
            turns.take(me)
        return on_line

    def on_call(frame: Any, _event: str, _arg: Any) -> Any:
        if frame.f_code is _WAITING:
            turns.leave(me)
        module = frame.f_globals.get("__name__", "")
        return on_line if module.partition(".")[0] == package else None

    return on_call


class _Turns:
    """Decides which one of several threads may go on."""

    def __init__(self, players: int, choose: Choice) -> None:
        self._choose = choose
        self._lock = threading.Lock()
        self._handed_on = threading.Condition(self._lock)
        self._missing = set(range(players))  # have not come to the start yet
        self._ready: set[int] = set()  # wait for their turn
        self._turn: int | None = None
        self._moves = 0

    def take(self, me: int) -> None:
        """Offer the turn to everybody who is ready; return when it is this one's."""
        with self._lock:
            self._missing.discard(me)
            self._ready.add(me)
            if self._turn in (None, me):
                self._next()
            while self._turn != me:
                moves = self._moves
                idle = not self._handed_on.wait(PATIENCE) and moves == self._moves
                if idle and self._turn not in self._ready:
                    self._next()  # whose turn it is waits for something else
            self._ready.discard(me)

    def leave(self, me: int) -> None:
        """Hand on the turn, and stay out until the next `take`, if there is one."""
        with self._lock:
            if self._turn == me:
                self._turn = None
                self._next()

    def _next(self) -> None:
        if self._ready and not self._missing:
            before, self._turn = self._turn, self._choose(sorted(self._ready))
            self._moves += 1
            if self._turn != before:
                self._handed_on.notify_all()
