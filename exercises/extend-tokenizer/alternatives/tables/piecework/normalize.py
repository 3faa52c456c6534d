"""What a text is made into before it is cut, so that like is cut alike."""

import unicodedata


def normalize(text: str) -> str:
    """Return the text in NFC, each run of white space one space, none at the ends."""
    return normalize_with_places(text)[0]


def normalize_with_places(text: str) -> tuple[str, list[int], list[int]]:
    """Return the normalised text, and where each of its characters starts and ends."""
    whole = unicodedata.normalize("NFC", text)
    result: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    begin = done = 0
    for stop in range(1, len(text) + 1):
        part = unicodedata.normalize("NFC", text[begin:stop])
        rest = unicodedata.normalize("NFC", text[stop:])
        if part + rest != whole[done:]:
            continue  # what follows belongs to this as well
        same = part == text[begin:stop]
        for offset, character in enumerate(part):
            start, end = (begin + offset, begin + offset + 1) if same else (begin, stop)
            if character.isspace():
                character = " "
                if not result:
                    continue
                if result[-1] == " ":
                    ends[-1] = end
                    continue
            result.append(character)
            starts.append(start)
            ends.append(end)
        begin, done = stop, done + len(part)
    if result and result[-1] == " ":
        for table in (result, starts, ends):
            table.pop()
    return "".join(result), starts, ends
