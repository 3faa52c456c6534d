"""How a text is cut into words, which no piece ever crosses."""

import re

# Stands for a space at the front of a piece, and for the start of the text.
MARK = "\u2581"

# Letters, digits and underscores stay together; any other character stands alone.
# Both take the space before them along. A space that nobody takes is a word as well.
_WORD = re.compile(r" ?\w+| ?[^\w ]| ")


def split_words(text: str) -> list[str]:
    """Return the words of a text, which put together are the text again."""
    return _WORD.findall(text)
