"""From chunks of bytes to lines of text."""

_LF, _CR = b"\n"[0], b"\r"[0]


class LineReader:
    """Cuts the bytes of one connection into lines.

    Lines end in LF, CRLF or CR. No letter's bytes contain one of those, so only whole
    lines are decoded. What is no UTF-8 becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that this chunk completes, without their endings."""
        lines = []
        for byte in chunk:
            if byte == _LF and self._after_cr:
                self._after_cr = False
                continue
            self._after_cr = byte == _CR
            if byte in (_LF, _CR):
                lines.append(self._line.decode("utf-8", errors="replace"))
                self._line.clear()
            else:
                self._line.append(byte)
        return lines
