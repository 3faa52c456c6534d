"""What a tokenizer can tell about a text besides its ids."""

from dataclasses import dataclass
from typing import NamedTuple


class Piece(NamedTuple):
    """A piece, or a character on its way to one, and where it comes from."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Encoding:
    """The tokens of a text, side by side: id, piece and place of each.

    `spans` holds a pair (start, end) for each token, so that `text[start:end]` is
    what the token stands for in the text as it was given. README.md says what that
    is where it is not obvious.
    """

    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not len(self.ids) == len(self.pieces) == len(self.spans):
            raise ValueError("each token needs an id, a piece and a span")

    def __len__(self) -> int:
        return len(self.ids)
