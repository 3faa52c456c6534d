"""Which tests are a candidate's own doing: new ones, and those of the starter that they changed."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from fnmatch import fnmatch

from scoring.parsing import parse
from scoring.trees import Tree, below

# What pytest takes for a module of tests.
_TEST_FILES = ("test_*.py", "*_test.py")


def written_tests(
    starter: Tree, submission: Tree, folders: Iterable[str], ids: Iterable[str]
) -> frozenset[str]:
    """Those of the test ids that the submission added or changed.

    An untouched test of the starter tells what it told before, unless something that tests lean
    on changed: where a file in the test folders that is no module of tests differs, every test
    counts. In a changed file only the changed tests do, if nothing else in it changed.
    """
    names = tuple(folders)
    before, after = below(starter, names), below(submission, names)
    touched = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    if not all(map(_is_test_file, touched)):
        return frozenset(ids)
    changed = {
        path: _changed_names(before.get(path), after[path]) for path in touched if path in after
    }
    return frozenset(id_ for id_ in ids if _is_among(id_, changed))


def file_of(test_id: str) -> str:
    """The path of the file that a test is in."""
    return test_id.partition("::")[0]


def _is_test_file(path: str) -> bool:
    return any(fnmatch(path.rpartition("/")[2], pattern) for pattern in _TEST_FILES)


def _is_among(test_id: str, changed: dict[str, frozenset[str] | None]) -> bool:
    path, _, rest = test_id.partition("::")
    if path not in changed:
        return False
    names = changed[path]
    # `TestWords::test_count[A a]` is in the class, `test_count[A a]` in the function.
    return names is None or rest.partition("::")[0].partition("[")[0] in names


def _changed_names(before: bytes | None, after: bytes) -> frozenset[str] | None:
    """Names of the top-level tests that differ; None where more than tests may differ."""
    if before is None:
        return None
    try:
        old_tests, old_rest = _parts(before)
        new_tests, new_rest = _parts(after)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if old_rest != new_rest:
        return None
    return frozenset(name for name, dumps in new_tests.items() if old_tests.get(name) != dumps)


def _parts(content: bytes) -> tuple[dict[str, list[str]], list[str]]:
    """A module's tests by name (the last of a name is the one that runs), and all else."""
    tests: dict[str, list[str]] = {}
    rest = []
    for node in parse(content).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and (
            node.name.lower().startswith("test")
        ):
            tests.setdefault(node.name, []).append(ast.dump(node))
        else:
            rest.append(ast.dump(node))
    return tests, rest
