"""What an exercise needs beside the standard library: distributions by name and version."""

from __future__ import annotations

from collections.abc import Iterable

# Of pip's and uv's many ways to say what to install, the one that runs nothing of an author's.
_EXPECTED = "a name with versions is expected, like 'attrs>=23.1'"


def plain_requirements(texts: Iterable[str]) -> tuple[str, ...]:
    """Requirements in one spelling, sorted, each once.

    Raises ValueError for anything but a name with extras, versions and a marker: no address, no
    path and no option is one.
    """
    texts = list(texts)
    if not texts:
        return ()
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    plain = set()
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            raise ValueError(f"'{text}' is no requirement; {_EXPECTED}") from None
        if requirement.url:
            raise ValueError(f"'{text}' names an address; {_EXPECTED}")
        requirement.name = canonicalize_name(requirement.name)
        plain.add(str(requirement))
    return tuple(sorted(plain))
