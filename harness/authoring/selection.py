"""Some of the tests of a module: the others are cut out, everything else of its text is kept.

Tests go by `function` or `Class::method`, as in a test id without its file and parameters.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator

from scoring.parsing import parse
from scoring.rewriting import Unreadable, decoded


def function_of(test_id: str) -> str:
    """`function` or `Class::method` of a test id."""
    return re.sub(r"\[.*", "", test_id.partition("::")[2], flags=re.DOTALL)


def file_of(test_id: str) -> str:
    return test_id.partition("::")[0]


def by_file(test_ids: Iterable[str]) -> dict[str, set[str]]:
    """The functions of test ids, by file."""
    files: dict[str, set[str]] = {}
    for id_ in test_ids:
        files.setdefault(file_of(id_), set()).add(function_of(id_))
    return files


def keep_tests(content: bytes, known: Collection[str], kept: Collection[str]) -> bytes:
    """A test module without those of its `known` tests that are not `kept`.

    A test that a class inherits is switched off in the class. Raises SyntaxError for what Python
    can't read.
    """
    gone = set(known) - set(kept)
    if not gone:
        return content
    try:
        text, encoding = decoded(content)
    except Unreadable as problem:
        raise SyntaxError(str(problem)) from None
    tree = parse(text)
    lines = list(io.StringIO(text, newline=""))
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    inherited = _inherited(tree, {each for each in kept if "::" in each})
    used = _used(tree, gone)

    def cuts_in(node: ast.stmt) -> Iterable[tuple[int, int, str]]:
        if isinstance(node, ast.ClassDef):
            named = _is_named(node, tree)
            return _cuts_in_class(node, gone, kept, inherited, lines, named)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in gone - used:
            return [(*_lines_of(node, lines), "")]
        return []

    cuts = [cut for block in _blocks(tree.body) for cut in _cuts_in_block(block, cuts_in)]
    for start, stop, instead in sorted(cuts, reverse=True):
        lines[start:stop] = [instead] if instead else []
    text = re.sub(r"\n{4,}", "\n\n\n", "".join(lines))
    for name in gone & used:
        # The rest of the module needs it; under another name it is no test.
        text = re.sub(rf"\b{name}\b", f"_{name}", text)
    return text.encode(encoding)


def _blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """The statements of a module, and those that it runs under some condition."""
    yield body
    for node in body:
        if isinstance(node, ast.If | ast.Try | ast.With):
            handlers = [each.body for each in getattr(node, "handlers", ())]
            inner = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
            for block in filter(None, [*inner, *handlers]):
                yield from _blocks(block)


def _cuts_in_block(
    block: list[ast.stmt], cuts_in: Callable[[ast.stmt], Iterable[tuple[int, int, str]]]
) -> Iterator[tuple[int, int, str]]:
    """What is cut out of statements; where nothing is left under a condition, `pass` is."""
    left = False
    for node in block:
        cuts = list(cuts_in(node))
        yield from cuts
        left = left or (0, node.end_lineno, "") not in [(0, *cut[1:]) for cut in cuts]
    if not left and block[0].col_offset:
        end = block[-1].end_lineno or block[-1].lineno
        yield end, end, f"{' ' * block[0].col_offset}pass\n"


def _used(tree: ast.Module, gone: Collection[str]) -> set[str]:
    """The names that are used by what stays, and by what that uses."""
    names: dict[str, set[str]] = {}
    waiting = [""]
    for node in tree.body:
        owner = ""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in gone:
            owner = node.name
        found = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        names[owner] = names.get(owner, set()) | found
    used: set[str] = set()
    while waiting:
        new = names.get(waiting.pop(), set()) - used
        used |= new
        waiting += new
    return used


def _cuts_in_class(
    node: ast.ClassDef,
    gone: Collection[str],
    kept: Collection[str],
    inherited: Collection[str],
    lines: list[str],
    named: bool,
) -> Iterator[tuple[int, int, str]]:
    """Slices of lines with what is to stand in their place."""
    ours, stay = _inside(node, gone), _inside(node, kept)
    if ours and not stay and not named:
        yield *_lines_of(node, lines), ""
        return
    for nested in node.body:
        if isinstance(nested, ast.ClassDef):
            yield from _cuts_in_class(nested, ours, stay, inherited, lines, True)
    mine = {each for each in ours if "::" not in each}
    defined = {
        each.name: each
        for each in node.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    cut = {name for name in mine if name in defined and name not in inherited}
    off = sorted(name for name in mine if name not in defined)
    indent = " " * node.body[0].col_offset
    for name in cut:
        yield *_lines_of(defined[name], lines), ""
    end = node.end_lineno or node.lineno
    if off:
        yield end, end, "\n" + "".join(f"{indent}{name} = None\n" for name in off)
    elif len(cut) == len(node.body):
        yield end, end, f"{indent}pass\n"


def _inside(node: ast.ClassDef, tests: Collection[str]) -> set[str]:
    """The tests of a class, as they are called in it."""
    return {each.partition("::")[2] for each in tests if each.startswith(f"{node.name}::")}


def _inherited(tree: ast.Module, kept: Collection[str]) -> set[str]:
    """Methods that a class needs of another one in the module."""
    classes = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}
    needed = set()
    for each in kept:
        owner, _, method = each.partition("::")
        node = classes.get(owner)
        if node is None or not any(getattr(part, "name", "") == method for part in node.body):
            needed.add(method)
    return needed


def _is_named(node: ast.ClassDef, tree: ast.Module) -> bool:
    """Whether anything else of the module uses the class."""
    return any(
        isinstance(each, ast.Name) and each.id == node.name
        for top in tree.body
        if top is not node
        for each in ast.walk(top)
    )


def _lines_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, lines: list[str]
) -> tuple[int, int]:
    """The lines of a definition with its decorators and the comments and blanks before it."""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1
    while first and (not lines[first - 1].strip() or lines[first - 1].lstrip().startswith("#")):
        if lines[first - 1].strip() and _indent(lines[first - 1]) < node.col_offset:
            break
        first -= 1
    return first, node.end_lineno or node.lineno


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def public_names(content: bytes, packages: Collection[str]) -> set[str]:
    """The dotted names of the packages that a test module uses."""
    try:
        tree = parse(content)
    except (SyntaxError, ValueError):
        return set()
    names: set[str] = set()
    bound: dict[str, str] = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                if top in packages:
                    bound[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            if module.partition(".")[0] in packages:
                names |= {f"{module}.{each.name}" for each in node.names if each.name != "*"}
    return names | {
        f"{bound[node.value.id]}.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in bound
    }
