"""What may be told of the hidden run of an exercise that is to stay a secret.

Code under test is handed what the hidden tests pass to it. It could carry that out wherever it has
a say: in the text of an error and the name of its type, in the name of a class, in a path that it
asks for, in the time it takes. So none of these is told, unless the candidate's own files say the
same. Which tests pass is told, since that is what a score is about.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from scoring.changes import text_lines
from scoring.runner import SuiteRun
from scoring.trees import Tree, printable

_NOT_IMPORTED = "the source can't be imported where the hidden tests run"
# What follows these words was up to the code under test.
_CHOSEN = ("/dev/fd/", "/proc/", "a change of ", "code in the name of ", "the module ")
_PLACE = re.compile(r"(.+):(\d+)", re.S)
_OUT_OF_TURN = " was called out of turn"
_RENAMED = ".__name__"


def discreet(
    hidden: SuiteRun, own: SuiteRun, submission: Tree, test_ids: Collection[str]
) -> SuiteRun:
    """The hidden run without anything that the code under test could have written itself.

    Why the source can't be imported is told in the words of the `own` run, which knows no secret.
    Deeds are told as far as they are named by the `submission` or are `test_ids`.
    """
    words = {word for content in submission.values() for word in re.findall(rb"\w+", content)}
    return replace(
        hidden,
        results={
            id_: replace(each, message="", where="", traceback="", seconds=0.0)
            for id_, each in hidden.results.items()
        },
        not_collected=dict.fromkeys(hidden.not_collected, ""),
        import_problem=hidden.import_problem and (own.import_problem or _NOT_IMPORTED),
        # Neither the text of an error nor an exit code.
        ending=hidden.ending.partition(":")[0].partition(" (")[0],
        tampered=tuple(_tampered(each, submission, test_ids) for each in hidden.tampered),
        refused=tuple(dict.fromkeys(_refused(each, submission) for each in hidden.refused)),
        claimed=tuple(dict.fromkeys(_claimed(each, words) for each in hidden.claimed)),
    )


def _tampered(what: str, submission: Tree, test_ids: Collection[str]) -> str:
    if what.endswith(_OUT_OF_TURN) and what.removesuffix(_OUT_OF_TURN) not in test_ids:
        return f"a test{_OUT_OF_TURN}"
    if what.endswith(" forged results"):
        return "forged results"
    module = what.removesuffix(_RENAMED).replace(".", "/")
    if what.endswith(_RENAMED) and not {f"{module}.py", f"{module}/__init__.py"} & {*submission}:
        return f"a module's {_RENAMED.removeprefix('.')}"
    return what


def _refused(deed: str, submission: Tree) -> str:
    what, _, where = deed.removesuffix(")").rpartition(" (")
    what = (what or deed).partition(" (")[0]
    for words in _CHOSEN:
        if what.startswith(words):
            what = f"{words}…"
    place = _PLACE.fullmatch(where)
    if place is None:
        return what
    lines = {printable(path): text_lines(content) for path, content in submission.items()}
    is_theirs = int(place[2]) <= len(lines.get(place[1], ()))
    return f"{what} ({where})" if is_theirs else what


def _claimed(deed: str, words: set[bytes]) -> str:
    """The names of two classes, where the submission has such words."""
    names = deed.split(" == ")
    plain = {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int"}
    plain |= {"list", "set", "str", "tuple", "NoneType"}
    return " == ".join(
        name if name in plain or {*name.encode().split(b".")} - {b"<locals>"} <= words else "…"
        for name in names
    )
