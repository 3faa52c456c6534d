"""What is printed: the list of lights, and notices to mariners."""

from typing import Protocol

from seamark.marks import Mark


class Readable(Protocol):
    """A register, or whatever else has its marks."""

    def items(self, prefix: str = "") -> list[tuple[str, str]]:
        """Return the keys with a prefix and their values, in order."""


def light_list(marks: Readable, prefix: str = "") -> list[str]:
    """Return a line for each mark that shines, from north to south."""
    found = [Mark.from_text(text) for _, text in marks.items(prefix)]
    shining = [mark for mark in found if mark.light]
    shining.sort(key=lambda mark: (-mark.latitude, mark.longitude, mark.name))
    return [f"{mark.name:<20} {mark.position}  {mark.light}" for mark in shining]


def notices(before: Readable, after: Readable, prefix: str = "") -> list[str]:
    """Return what mariners have to be told: a line for each mark that has changed."""
    old, new = dict(before.items(prefix)), dict(after.items(prefix))
    lines = []
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            continue
        was = Mark.from_text(old[key]) if key in old else None
        now = Mark.from_text(new[key]) if key in new else None
        lines.append(f"{key}: {_what_happened(was, now)}")
    return lines


def _what_happened(was: Mark | None, now: Mark | None) -> str:
    if now is None:
        return "withdrawn"
    if was is None:
        return f"established in {now.position}"
    changes = []
    if was.position != now.position:
        changes.append(f"moved to {now.position}")
    if was.light != now.light:
        changes.append(f"light is now {now.light}" if now.light else "light put out")
    if (was.name, was.kind) != (now.name, now.kind):
        changes.append(f"is now the {now.kind} {now.name}")
    return ", ".join(changes) or "corrected"
