"""Reads the events that a run wrote. They come from a process that ran code of a stranger, so every
field is checked for its type, and what matters is believed only from the lane that vouches for it.

A line begins with its lane: `a` is the recorder's, which somebody who has a hold of pytest could
use as well; `b` is that of whoever started pytest, whom nobody reaches. Lines without a lane come
from a run that is not graded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from scoring.terms import Outcome, TestResult

# Exit codes of a session that ran whole: all passed, some failed, nothing to run.
_WHOLE = (0, 1, 5)
_OUTCOMES = frozenset(get_args(Outcome))
_MOST_SECONDS = 1e6


@dataclass(frozen=True)
class LineCoverage:
    """Lines and (from, to) branches of one file that ran or didn't."""

    executed: frozenset[int]
    missing: frozenset[int]
    executed_branches: tuple[tuple[int, int], ...]
    missing_branches: tuple[tuple[int, int], ...]


@dataclass
class Told:
    """What a run told of itself before it ended.

    `importing` names the package whose import had begun and not ended; `done` says that the run
    came to its end, `stopped` why pytest gave up before it did; `returned` has the tests that the
    examiner saw return.
    """

    results: dict[str, TestResult] = field(default_factory=dict)
    collected: tuple[str, ...] = ()
    not_collected: dict[str, str] = field(default_factory=dict)
    import_problem: str = ""
    importing: str = ""
    coverage: dict[str, LineCoverage] = field(default_factory=dict)
    done: bool = False
    stopped: str = ""
    returned: set[str] = field(default_factory=set)
    tampered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)


def read_events(channel: bytes, *, vouched: bool = False) -> Told:
    """Everything that was told, in order; lines that say nothing we know are passed over.

    Where outcomes have to be `vouched` for, a test has passed only if its examiner saw it return.
    """
    told = Told()
    for lane, event in _objects(channel):
        if not _hear_test(told, event) and lane != b"a":
            _hear_examiner(told, event)
            _hear_rest(told, event)
    if vouched:
        for id_, result in told.results.items():
            if result.outcome in {"passed", "xpassed"} and id_ not in told.returned:
                unseen = replace(result, outcome="error", message="nobody saw it come to its end")
                told.results[id_] = unseen
    return told


def _hear_test(told: Told, event: Mapping[str, Any]) -> bool:
    """What the recorder tells."""
    match event:
        case {"event": "collected", "ids": list(ids)}:
            told.collected = tuple(map(_text, ids))
        case {"event": "not collected", "path": str(path), "traceback": str(traceback)}:
            told.not_collected[_text(path)] = _text(traceback)
        case {"event": "test", "id": str(id_), "outcome": str(outcome)}:
            told.results[_text(id_)] = _result(_text(id_), outcome, event)
        case _:
            return False
    return True


def _hear_examiner(told: Told, event: Mapping[str, Any]) -> None:
    """What was seen while the author's tests ran."""
    match event:
        case {"event": "ran", "id": str(id_), "how": "returned"}:
            told.returned.add(_text(id_))
        case {"event": "tampered", "what": str(what)}:
            told.tampered.append(_text(what))
        case {"event": "refused", "what": str(what), "where": str(where)}:
            told.refused.append(_text(f"{what} ({where})" if where else what))
        case {"event": "claimed", "what": str(what)}:
            told.claimed.append(_text(what))


def _hear_rest(told: Told, event: Mapping[str, Any]) -> None:
    """What is told by whoever started pytest."""
    match event:
        case {"event": "importing", "package": str(package)}:
            told.importing = _text(package)
        case {"event": "imported"}:
            told.importing = ""
        case {"event": "not imported", "package": str(package), "message": str(message)}:
            told.importing = ""
            told.import_problem = _text(f"{package} can't be imported: {message}")
        case {"event": "coverage", "files": dict(files)}:
            told.coverage = {str(path): _coverage(facts) for path, facts in files.items()}
        case {"event": "broken", "why": str(why)}:
            told.stopped = _text(f"the run broke: {why}")
        case {"event": "done"}:
            code = event.get("code", 0)
            told.done = code in _WHOLE
            told.stopped = "" if told.done else f"pytest stopped early (exit code {code!s:.9})"


def _objects(channel: bytes) -> Iterable[tuple[bytes, dict[str, Any]]]:
    for line in channel.split(b"\n"):
        lane = line[:1] if line[:1] in {b"a", b"b", b"c"} else b""
        try:
            event = json.loads(line[len(lane) :])
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield lane, event


def _result(id_: str, outcome: str, event: Mapping[str, Any]) -> TestResult:
    return TestResult(
        id=id_,
        outcome=next((known for known in _OUTCOMES if known == outcome), "error"),
        seconds=_seconds(event.get("seconds")),
        message=_text(event.get("message", "")),
        where=_text(event.get("where", "")),
        traceback=_text(event.get("traceback", "")),
    )


def _seconds(value: Any) -> float:
    """0 for what is no sane number: NaN, infinity and 10**400 are JSON to Python too."""
    sane = isinstance(value, int | float) and 0 <= value < _MOST_SECONDS
    return round(float(value), 4) if sane else 0.0


def _text(value: Any) -> str:
    """Text that UTF-8 can hold; lone surrogates are shown."""
    return str(value).encode("utf-8", "backslashreplace").decode()


def _coverage(facts: Any) -> LineCoverage:
    def numbers(key: str) -> frozenset[int]:
        return frozenset(int(line) for line in facts[key])

    def pairs(key: str) -> tuple[tuple[int, int], ...]:
        return tuple((int(start), int(end)) for start, end in facts[key])

    try:
        return LineCoverage(
            numbers("executed_lines"),
            numbers("missing_lines"),
            pairs("executed_branches"),
            pairs("missing_branches"),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return LineCoverage(frozenset(), frozenset(), (), ())
