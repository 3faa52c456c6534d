"""Splitting and counting."""


def count(text: str) -> dict[str, int]:
    """How often each word occurs."""
    counts: dict[str, int] = {}
    for line in text.split("\n"):
        for word in split(line):
            counts[word] = counts.get(word, 0) + 1
    return counts


def split(line: str) -> list[str]:
    """The words of a line."""
    return line.lower().split()
