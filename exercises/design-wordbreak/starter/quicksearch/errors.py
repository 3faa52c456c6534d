"""What can be wrong with a text that is to be taken apart."""


class SegmenterError(Exception):
    """A text can't be taken apart."""


class Unsplittable(SegmenterError):
    """A text that is not made of known words.

    `position` is the furthest place up to which it is: the longest beginning of the
    text that known words can be put together to, 0 if there is none.
    """

    def __init__(self, text: str, position: int) -> None:
        super().__init__(f"no known words after {text[:position]!r}")
        self.text = text
        self.position = position


class TooLong(SegmenterError):
    """A text that is longer than the segmenter is willing to read."""

    def __init__(self, length: int, max_length: int) -> None:
        super().__init__(f"{length} characters, of at most {max_length}")
        self.length = length
        self.max_length = max_length
