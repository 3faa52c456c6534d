"""What is said to the provider, and what its events mean."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from parley.errors import ProtocolError
from parley.sse import Event

T = TypeVar("T")


@dataclass(frozen=True)
class Turn:
    """Something that was said in a conversation, by the user or by the model."""

    role: str
    text: str


@dataclass(frozen=True)
class Token:
    """A few letters of the answer."""

    text: str


@dataclass(frozen=True)
class Usage:
    """What the provider will bill."""

    input: int
    output: int


@dataclass(frozen=True)
class Done:
    """The end of the answer: "stop" if all is said, "length" if it was cut off."""

    reason: str


@dataclass(frozen=True)
class Trouble:
    """The provider breaks off, and says whether to come again."""

    message: str
    retry: bool


Piece = Token | Usage | Done | Trouble


def body_of(model: str, turns: Sequence[Turn]) -> str:
    """Return the body of a request for the next turn of a conversation."""
    if not turns:
        raise ValueError("a conversation needs at least one turn")
    return json.dumps(
        {"model": model, "turns": [asdict(turn) for turn in turns], "stream": True}
    )


def piece_of(event: Event) -> Piece | None:
    """Return what an event means, None for a kind that is not known here."""
    try:
        return _read(event)
    except (ValueError, TypeError, KeyError) as error:
        raise ProtocolError(
            f"cannot read event {event.kind!r}: {event.data!r}"
        ) from error


def _read(event: Event) -> Piece | None:
    match event.kind:
        case "token":
            return Token(_field(event, "text", str))
        case "usage":
            return Usage(_field(event, "input", int), _field(event, "output", int))
        case "done":
            return Done(_field(event, "reason", str))
        case "error":
            return Trouble(
                _field(event, "message", str), retry=_field(event, "retry", bool)
            )
    return None


def _field(event: Event, name: str, _kind: type[T]) -> T:
    value: Any = json.loads(event.data)[name]
    return value
