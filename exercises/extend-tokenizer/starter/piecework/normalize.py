"""What a text is made into before it is cut, so that like is cut alike."""

import unicodedata


def normalize(text: str) -> str:
    """Return the text in NFC, each run of white space one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())
