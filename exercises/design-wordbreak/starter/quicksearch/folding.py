"""One form for all spellings of a text."""

import unicodedata


def fold(text: str) -> str:
    """Return the form in which texts are compared.

    Upper and lower case become one, and so do the ways in which Unicode can write the
    same letter.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def words_of(text: str) -> list[str]:
    """Return the folded words of a text: its runs of letters, digits and marks."""
    folded = fold(text)
    kept = (each if _is_of_a_word(each) else " " for each in folded)
    return "".join(kept).split()


def _is_of_a_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"
