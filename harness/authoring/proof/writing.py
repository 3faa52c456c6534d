"""Rules about what the author wrote: the tests' text, the brief, the size, whose it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from harness.authoring.proof.finding import Finding
from harness.authoring.proof.subject import Subject
from scoring.changes import changed_lines, compare, text_lines
from scoring.parsing import parse
from scoring.trees import Tree, below

_NETWORK = {
    "aiohttp", "ftplib", "http.client", "http.server", "httpx", "imaplib", "poplib", "requests",
    "smtplib", "socket", "socketserver", "ssl", "urllib.request", "urllib3", "xmlrpc",
}  # fmt: skip
_LONGEST_SLEEP = 0.05
_MOST_SECONDS = 1.0

_SHARED_WORDS = 6
_DRAFT = re.compile(r"<!--\s*draft\b", re.I)
_PLACE = re.compile(r"[\w./-]+\.py\s*(?::|,? line )\s*\d+|\bline \d+")
_CODE = re.compile(r"`([^`\n]+)`")
_WORD = re.compile(r"[A-Za-z_]\w*")
_DOCUMENTS = (".md", ".rst", ".txt")

_LINES = (250, 900)
_MODULES = (4, 10)
_LICENCE_FILES = ("LICENSE", "LICENCE", "COPYING", "UNLICENSE")


# --- the tests' text ------------------------------------------------------------------------


def tests(subject: Subject) -> Finding:
    """Tests use public names only, no network and no waiting, and are quick.

    To be called when solutions were run: of each test the shortest time counts.
    """
    kit = subject.kit
    ours = below(kit.solution, kit.tests)
    problems: list[str] = []
    for path, content in sorted({**kit.hidden, **ours}.items()):
        if not path.endswith(".py"):
            continue
        try:
            tree = parse(content)
        except (SyntaxError, ValueError) as error:
            problems.append(f"{path} is no Python: {error}")
            continue
        if path in kit.hidden:
            problems += _not_public(path, tree, kit.packages, kit.api)
        # The visible tests of a real project are what they are.
        if path in kit.hidden or not subject.imported:
            problems += _outside(path, tree, imported=subject.imported)
    seconds = subject.best_seconds
    hidden = {id_: time for id_, time in seconds.items() if id_.startswith("hidden/")}
    visible = {id_: time for id_, time in seconds.items() if id_ not in hidden}
    for name, times in (("hidden tests", hidden), ("tests of the solution", visible)):
        slowest = max(times, key=lambda id_: times[id_], default="")
        # A real project's tests are what they are, as long as none of them waits.
        spent = times.get(slowest, 0.0) if subject.imported else sum(times.values())
        if spent >= _MOST_SECONDS:
            problems.append(
                f"the {name} take {sum(times.values()):.2f} s, of which {slowest} takes "
                f"{times[slowest]:.2f} s; it has to be less than {_MOST_SECONDS:g} s"
            )
    return Finding(
        f"{len(kit.hidden)} hidden files use the {len(kit.api)} public names; hidden tests take "
        f"{sum(hidden.values()):.2f} s, those of the solution {sum(visible.values()):.2f} s",
        {"files": len(kit.hidden), "public_names": len(kit.api)},
        tuple(problems),
    )


def _not_public(
    path: str, tree: ast.AST, packages: tuple[str, ...], api: tuple[str, ...]
) -> Iterator[str]:
    """Names of the packages that a hidden test uses, and that are not in `source.api`."""
    modules: dict[str, str] = {}
    for statement, name, local in _imports(tree):
        if name.partition(".")[0] not in packages:
            continue
        if isinstance(statement, ast.Import):
            modules[local] = name
        elif not _is_public(name, api):
            yield f"{path}:{statement.lineno} imports {name}, which is not in source.api"
    # Of `a.b.c` only the whole.
    parts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if node in parts:
            continue
        if isinstance(node, ast.Attribute) and (used := _used(node, modules)):
            if not _is_public(used, api) and not _leads_to(used, api):
                yield f"{path}:{node.lineno} uses {used}, which is not in source.api"
        elif isinstance(node, ast.Call) and _imported_by_text(node).partition(".")[0] in packages:
            yield f"{path}:{node.lineno} imports {_imported_by_text(node)!r} by its text"


def _used(node: ast.Attribute, modules: Mapping[str, str]) -> str:
    """What an attribute of an imported module is called outside of the file; "" for others."""
    dotted = _dotted(node)
    first = max((each for each in modules if dotted.startswith(f"{each}.")), default=None)
    return "" if first is None else modules[first] + dotted[len(first) :]


def _imported_by_text(call: ast.Call) -> str:
    """The module that a call of `import_module` or `__import__` names; "" for other calls."""
    if _dotted(call.func).rpartition(".")[2] not in {"import_module", "__import__"}:
        return ""
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _imports(tree: ast.AST) -> Iterator[tuple[ast.Import | ast.ImportFrom, str, str]]:
    """Import statements with each dotted name that they import, and what it is called here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, each.name, each.asname or each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                yield node, f"{node.module}.{each.name}", each.asname or each.name


def _dotted(node: ast.AST) -> str:
    """`a.b.c` as text; "" for what is no chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def _is_public(name: str, api: tuple[str, ...]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in api)


def _leads_to(name: str, api: tuple[str, ...]) -> bool:
    return any(each.startswith(f"{name}.") for each in api)


def _outside(path: str, tree: ast.AST, *, imported: bool) -> Iterator[str]:
    """Network and sleep."""
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    imports = list(_imports(tree))
    sleeps = {"time.sleep"}
    # On a loop whose clock jumps, to sleep takes no time.
    if not any(name.partition(".")[0] == "virtual_time" for _, name, _ in imports):
        sleeps.add("asyncio.sleep")
    for statement, name, local in imports:
        if any(name == each or name.startswith(f"{each}.") for each in _NETWORK):
            yield f"{path}:{statement.lineno} imports {name}: tests have no network"
        if name in sleeps:
            sleeps.add(local)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args and _dotted(node.func) in sleeps):
            continue
        given = node.args[0]
        seconds = given.value if isinstance(given, ast.Constant) else None
        if isinstance(given, ast.Name):
            seconds = constants.get(given.id)
        if isinstance(seconds, int | float) and seconds > _LONGEST_SLEEP:
            yield f"{path}:{node.lineno} sleeps {seconds:g} s; {_LONGEST_SLEEP:g} s is the most"
        elif not isinstance(seconds, int | float) and not imported:
            yield f"{path}:{node.lineno} sleeps for a time that can't be read here"


# --- the brief ------------------------------------------------------------------------------


def brief(subject: Subject) -> Finding:
    """Nobody fails for what was never asked, and nobody is told where to look."""
    kit = subject.kit
    text = kit.starter["BRIEF.md"].decode("utf-8", "replace")
    asked, documented = _normalised(text), _normalised(_documents(kit.starter))
    problems = []
    from_brief = 0
    for requirement in kit.requirements:
        words = _normalised(requirement.asks)
        from_brief += words in asked
        if words not in asked and words not in documented:
            problems.append(
                f"{requirement.name} asks {requirement.asks!r}: "
                "neither the brief nor a document of the starter says so"
            )
    if _DRAFT.search(text):
        problems.append("BRIEF.md is a draft: rewrite it, then take the mark out")
    problems += _told_too_much(subject, text)
    problems += _shared_words(subject, text)
    number = len(kit.requirements)
    return Finding(
        f"{from_brief} of {number} requirements quote the brief"
        + (f", {number - from_brief} a document of the starter" if from_brief < number else ""),
        {"requirements": number, "from_brief": from_brief},
        tuple(problems),
    )


def _normalised(text: str) -> str:
    return " ".join(text.replace("\n>", "\n").split())


def _documents(starter: Tree) -> str:
    return "\n".join(
        content.decode("utf-8", "replace")
        for path, content in sorted(starter.items())
        if path.endswith(_DOCUMENTS) and path != "BRIEF.md"
    )


def _told_too_much(subject: Subject, text: str) -> Iterator[str]:
    """Places, hidden tests and names of the solution in the brief."""
    kit = subject.kit
    for place in sorted(set(_PLACE.findall(text))):
        yield f"the brief names a place: {place}"
    hidden = {path.rpartition("/")[2] for path in kit.hidden}
    hidden |= {id_.split("::")[1].partition("[")[0] for id_ in kit.baseline.hidden if "::" in id_}
    # What stands in code marks, or could be nothing but a name.
    marked = {word for code in _CODE.findall(text) for word in _WORD.findall(code)}
    words = marked | {word for word in _WORD.findall(text) if "_" in word.strip("_")}
    for name in sorted(hidden):
        if name in words or (name.endswith(".py") and name in text):
            yield f"the brief names the hidden test {name}"
    for name in sorted(words & _secrets(subject)):
        yield f"the brief names {name}, which only the answer knows or which has to be found"


def _secrets(subject: Subject) -> set[str]:
    """Names that the solution brings along, and functions that it changes.

    What a module of the starter is called is there for all to see. Members of a public class are as
    public as the class, unless they begin with an underscore.
    """
    kit = subject.kit
    public = {part for name in kit.api for part in name.split(".")}
    names: set[str] = set()
    functions: set[str] = set()
    starter = subject.source(kit.starter)
    before = {word for content in starter.values() for word in _names(content)}
    before |= {PurePosixPath(path).stem for path in starter}
    lines = {
        each.path: changed_lines(each)
        for each in compare(kit.starter, kit.reference, kit.packages, kit.tests)
        if each.role == "source"
    }
    for path, content in subject.source(kit.reference).items():
        if path not in lines:
            continue
        names |= _names(content) - before
        for owner, node in _functions(content):
            open_to_all = owner in public and not node.name.startswith("_")
            touched = any(
                node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines[path]
            )
            if open_to_all:
                public |= {node.name}
                public |= {each.arg for each in [*node.args.args, *node.args.kwonlyargs]}
            elif touched:
                functions.add(node.name)
    public |= _parameters(subject.source(kit.reference), public)
    return (names | functions) - public


def _parameters(source: Tree, public: set[str]) -> set[str]:
    """Parameters of public functions, and fields and initialiser's parameters of public classes."""
    found: set[str] = set()
    for content in source.values():
        for owner, node in _functions(content):
            if (owner == "" and node.name in public) or (
                owner in public and node.name == "__init__"
            ):
                found |= {each.arg for each in [*node.args.args, *node.args.kwonlyargs]}
        for each in ast.walk(_parsed(content)):
            if isinstance(each, ast.ClassDef) and each.name in public:
                found |= {
                    line.target.id
                    for line in each.body
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
                }
    return found


def _functions(
    content: bytes,
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions with the name of the class around them, "" for those at module level."""

    def inside(
        node: ast.AST, owner: str
    ) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield owner, child
                yield from inside(child, "<local>")
            elif isinstance(child, ast.ClassDef):
                yield from inside(child, child.name)
            else:
                yield from inside(child, owner)

    yield from inside(_parsed(content), "")


def _parsed(content: bytes) -> ast.AST:
    try:
        return parse(content)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _names(content: bytes) -> set[str]:
    """Every identifier that a file uses."""
    found: set[str] = set()
    for node in ast.walk(_parsed(content)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.alias(name=name):
                found.update(name.split("."))
    return found


def _shared_words(subject: Subject, text: str) -> Iterator[str]:
    """Runs of words that the brief has in common with what the solution adds."""
    kit = subject.kit
    told = _runs(text)
    for path, content in sorted(subject.source(kit.solution).items()):
        before = set(text_lines(kit.starter.get(path, b"")))
        block: list[str] = []
        for line in [*text_lines(content), ""]:
            if line not in before and line.strip():
                block.append(line)
                continue
            if shared := _runs("\n".join(block)) & told:
                yield f"the brief shares {' '.join(min(shared))!r} with the solution's {path}"
            block = []


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {
        tuple(words[start : start + _SHARED_WORDS])
        for start in range(len(words) - _SHARED_WORDS + 1)
    }


# --- size, licence and origin ---------------------------------------------------------------


def size(subject: Subject) -> Finding:
    """Small enough to be read, large enough to be searched; and it is known whose it is."""
    kit, manifest = subject.kit, subject.manifest
    modules: Mapping[str, bytes] = subject.source(kit.starter)
    lines = sum(content.count(b"\n") for content in modules.values())
    problems = []
    wrong = []
    if not _LINES[0] <= lines <= _LINES[1]:
        wrong.append(f"the starter has {lines} lines of source, not {_LINES[0]} to {_LINES[1]}")
    if not _MODULES[0] <= len(modules) <= _MODULES[1]:
        wrong.append(f"the starter has {len(modules)} modules, not {_MODULES[0]} to {_MODULES[1]}")
    waived = ""
    if manifest.scaffold:
        waived = "any size will do, as long as exercise.toml says scaffold = true"
    elif subject.imported:
        waived = "any size will do, since it comes from a real project"
    else:
        problems += wrong
    origin = ", ".join(manifest.authors)
    if manifest.provenance is not None:
        origin = f"{manifest.provenance.repository} {manifest.provenance.commit:.12}"
        if not any(
            path.rpartition("/")[2].partition(".")[0].upper() in _LICENCE_FILES
            for path in kit.starter
        ):
            problems.append("the starter has no licence file, so nobody may pass it on")
    if manifest.license.lower() in {"unknown", "none", "todo", "?"}:
        problems.append(f"license is {manifest.license!r}: say under which it may be passed on")
    return Finding(
        f"{lines} lines in {len(modules)} modules; {manifest.license}; {origin}",
        {"lines": lines, "modules": len(modules), "license": manifest.license, "origin": origin},
        tuple(problems),
        waived if wrong else "",
    )
