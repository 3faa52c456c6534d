"""What a text is made into before it is cut, so that like is cut alike."""

import unicodedata
from collections.abc import Iterable, Iterator

from piecework.encoding import Piece


def normalize(text: str) -> str:
    """Return the text in NFC, each run of white space one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def as_given(text: str) -> list[Piece]:
    """Return the characters of a text, each with its place."""
    return _in_place(text, 0)


def normalized(text: str) -> list[Piece]:
    """Return the characters of the normalised text with the places they come from."""
    return _spaced(_composed(text))


def _composed(text: str) -> Iterator[Piece]:
    """Yield the characters of the text in NFC."""
    for start, end in _clusters(text):
        before = text[start:end]
        after = unicodedata.normalize("NFC", before)
        if after == before:
            yield from _in_place(before, start)
        else:
            yield from (Piece(character, start, end) for character in after)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that NFC looks at one by one."""
    start = 0
    for position in range(1, len(text)):
        if not _joined(text[start:position], text[position]):
            yield start, position
            start = position
    if text:
        yield start, len(text)


def _joined(cluster: str, character: str) -> bool:
    """Tell whether NFC could make something of a character and those before it."""
    if unicodedata.combining(unicodedata.normalize("NFD", character)[0]):
        return True
    # Hangul is composed of characters none of which counts as combining.
    apart = (
        unicodedata.normalize("NFC", cluster),
        unicodedata.normalize("NFC", character),
    )
    return unicodedata.normalize("NFC", cluster + character) != "".join(apart)


def _spaced(characters: Iterable[Piece]) -> list[Piece]:
    """Return the characters with one space for each run of white space."""
    spaced: list[Piece] = []
    for character in characters:
        if not character.text.isspace():
            spaced.append(character)
        elif spaced and spaced[-1].text == " ":
            spaced[-1] = spaced[-1]._replace(end=character.end)
        elif spaced:
            spaced.append(character._replace(text=" "))
    if spaced and spaced[-1].text == " ":
        spaced.pop()
    return spaced


def _in_place(text: str, start: int) -> list[Piece]:
    """Return the characters of a text that stands at `start`."""
    return [Piece(character, at, at + 1) for at, character in enumerate(text, start)]
