"""From chunks of bytes to lines of text."""

import codecs
import re

# A carriage return in last place may be the first half of an ending.
_ENDING = re.compile(r"\r\n|\n|\r(?!\Z)")


class LineReader:
    """Cuts the bytes of one connection into lines.

    Lines end in LF, CRLF or CR. What is no UTF-8 becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that this chunk completes, without their endings."""
        self._rest += self._decoder.decode(chunk)
        *lines, self._rest = _ENDING.split(self._rest)
        return lines
