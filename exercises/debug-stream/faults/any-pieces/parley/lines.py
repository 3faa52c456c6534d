"""From chunks of bytes to lines of text."""

import re

_ENDING = re.compile(r"\r\n|\n|\r")


class LineReader:
    """Cuts the bytes of one connection into lines.

    Lines end in LF, CRLF or CR. What is no UTF-8 becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._rest = ""
        self._after_return = False

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that this chunk completes, without their endings."""
        text = chunk.decode("utf-8", errors="replace")
        if not text:
            return []
        if self._after_return:
            text = text.removeprefix("\n")  # the line has ended already
        self._after_return = text.endswith("\r")
        self._rest += text
        *lines, self._rest = _ENDING.split(self._rest)
        return lines
