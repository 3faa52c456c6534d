"""Pieces that stand for single bytes, for characters that have no piece."""

BYTE_PIECES = tuple(f"<0x{value:02X}>" for value in range(256))

_VALUES = {piece: value for value, piece in enumerate(BYTE_PIECES)}


def byte_pieces(character: str) -> list[str]:
    """Return the pieces for the bytes of a character in UTF-8."""
    # Python's texts can hold half a surrogate pair, which strict UTF-8 cannot.
    raw = character.encode("utf-8", "surrogatepass")
    return [BYTE_PIECES[value] for value in raw]


def byte_value(piece: str) -> int | None:
    """Return the byte that a piece stands for, if it stands for one."""
    return _VALUES.get(piece)


def text_of(raw: bytes) -> str:
    """Return the text that bytes are in UTF-8, with U+FFFD for what is none."""
    shown: list[str] = []
    start = 0
    while start < len(raw):
        try:
            shown.append(raw[start:].decode("utf-8", "surrogatepass"))
            break
        except UnicodeDecodeError as error:
            good, bad = start + error.start, start + error.end
            shown.append(raw[start:good].decode("utf-8", "surrogatepass"))
            shown.append("\ufffd")
            start = bad
    return "".join(shown)
