"""The HTML report: one scorecard in, one self-contained page out.

Nothing is measured here; the page shows what the scorecard says. Its text comes from untrusted
code, so everything is escaped, characters that hide or reorder text are spelled out, and the page
carries a Content-Security-Policy that allows neither scripts nor the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from pygments.lexer import Lexer
from pygments.lexers.configs import IniLexer, TOMLLexer
from pygments.lexers.data import JsonLexer, YamlLexer
from pygments.lexers.python import PythonLexer
from pygments.lexers.sql import SqlLexer
from pygments.styles import get_style_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from harness.resources import cache_folder, packaged_templates
from scoring.model import (
    DiffFile,
    DiffLine,
    FileCoverage,
    LintFinding,
    MutantResult,
    Scorecard,
)
from scoring.terms import TestResult

THEMES = {"light": get_style_by_name("xcode"), "dark": get_style_by_name("github-dark")}

# What stands out in code, as few kinds as help reading: each word marked costs its bytes twice,
# in the diff and in the reference. Of kinds that share a class the first gives the colour.
SHADES: dict[_TokenType, str] = {
    Comment: "c",
    String: "s",
    Keyword: "k",
    Operator.Word: "k",
    Number: "n",
    Name.Class: "d",
    Name.Function: "d",
    Name.Decorator: "d",
}

# Lexers are named here, not looked up: what is installed must not change the page, and a hostile
# file name must not pick a slow one.
LEXERS: dict[str, type[Lexer]] = {
    ".cfg": IniLexer,
    ".ini": IniLexer,
    ".json": JsonLexer,
    ".py": PythonLexer,
    ".pyi": PythonLexer,
    ".sql": SqlLexer,
    ".toml": TOMLLexer,
    ".yaml": YamlLexer,
    ".yml": YamlLexer,
}
LONGEST_TEXT = 20_000
LONGEST_LINE = 1_000
MOST_LINES = 20  # of a mutant; it never has more than a few

# Controls other than tab and newline, lone surrogates, and what is invisible or reorders text.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


@dataclass(frozen=True)
class DiffRow:
    """A line of the diff as shown: its anchor, the word at its edge, the findings below it."""

    line: DiffLine
    code: Markup
    id: str = ""
    edge: str = ""
    findings: Sequence[LintFinding] = ()


@dataclass(frozen=True)
class HunkView:
    """A hunk's rows, and the line numbers just before them on its old and its new side."""

    rows: Sequence[DiffRow]
    old: int
    new: int


@dataclass(frozen=True)
class DiffView:
    """A changed file with its rows ready to print."""

    file: DiffFile
    hunks: Sequence[HunkView]


@dataclass(frozen=True)
class MutantView:
    """A mutant with the lines that differ ready to print."""

    mutant: MutantResult
    original: Sequence[Markup]
    mutated: Sequence[Markup]


def render(scorecard: Scorecard) -> str:
    """One attempt's report as a complete HTML page; the same scorecard gives the same bytes."""
    diff = _annotated(scorecard)
    reference = scorecard.reference
    changes = reference.diff if reference else ()
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            card=scorecard,
            diff=diff,
            mutants=[_slip(mutant) for mutant in scorecard.mutants],
            line_ids={
                row.id for view in diff for hunk in view.hunks for row in hunk.rows if row.id
            },
            reference_diff=[_plain(file) for file in changes if file not in scorecard.diff],
            shared_changes=[file for file in changes if file in scorecard.diff],
            review=_markdown(reference.review) if reference else "",
            syntax_css=syntax_css,
        )
    )


def anchor(*parts: object) -> str:
    """The id of something on the page: `anchor("src/store.py", 12)` is `src/store.py:12`."""
    return quote(":".join(str(part) for part in parts), safe="/:", errors="replace")


def visible(text: str) -> str:
    """The text with hidden characters spelled out, and cut where it goes on for ever."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]} … {len(text) - LONGEST_TEXT} more characters"
    return UNSEEN.sub(lambda found: _spelled(ord(found[0])), text)


def _spelled(code: int) -> str:
    return chr(0x2400 + code) if code < 0x20 else f"\\u{code:04x}"


def paint(path: str, lines: Iterable[str], within: str = "") -> list[Markup]:
    """Each line of code as HTML; plain where a lexer would lose or change a character.

    `within` are the quotes of a string that began before these lines.
    """
    texts = [_one_line(line) for line in lines]
    lexer = LEXERS.get(PurePosixPath(path).suffix.lower())
    if lexer and texts:
        lexed = _lex(lexer(stripnl=False), [within, *texts])[1:]
        if ["".join(text for _, text in row) for row in lexed] == texts:
            return [Markup("").join(_shaded(*run) for run in row) for row in lexed]
    return [escape(text) for text in texts]


def syntax_css(theme: str) -> Markup:
    """The rules for the classes that painted code has."""
    colours = {
        name: THEMES[theme].style_for_token(kind)["color"]
        for kind, name in reversed(SHADES.items())
    }
    return Markup("").join(
        Markup(".code .{}{{color:#{}}}").format(name, colour)
        for name, colour in sorted(colours.items())
        if colour
    )


def _lex(lexer: Lexer, texts: Sequence[str]) -> list[list[tuple[str, str]]]:
    """For each line its runs of text of one class; "" is for text like any other."""
    rows: list[list[tuple[str, str]]] = [[]]
    for kind, value in lexer.get_tokens("\n".join(texts)):
        shade = _shade(kind)
        for number, piece in enumerate(value.split("\n")):
            if number:
                rows.append([])
            if not piece:
                continue
            last, before = rows[-1][-1] if rows[-1] else (None, "")
            if last == shade:
                rows[-1][-1] = (shade, before + piece)
            else:
                rows[-1].append((shade, piece))
    return rows[: len(texts)]


@cache
def _shade(kind: _TokenType) -> str:
    if kind in SHADES:
        return SHADES[kind]
    return _shade(kind.parent) if kind.parent else ""


def _shaded(shade: str, text: str) -> Markup:
    if not shade or not text.strip():
        return escape(text)
    return Markup("<i class={}>{}</i>").format(shade, text)


def _one_line(text: str) -> str:
    if len(text) > LONGEST_LINE:
        text = f"{text[:LONGEST_LINE]} … {len(text) - LONGEST_LINE} more characters"
    return visible(text).replace("\n", "␊")


def _annotated(card: Scorecard) -> list[DiffView]:
    """The candidate's diff, source before tests, each line with what was found on it."""
    coverage = {entry.path: entry for entry in card.coverage}
    pointed, taken = _pointed_at(card), set[str]()
    views = []
    for file in sorted(card.diff, key=lambda file: file.role == "test"):
        hunks = []
        for hunk in _plain(file).hunks:
            rows = []
            for row in hunk.rows:
                line, name = row.line.new, anchor(file.path, row.line.new)
                if line is None or name in taken or name not in pointed:
                    rows.append(row)
                    continue
                taken.add(name)
                found = [each for each in card.lint if (each.path, each.line) == (file.path, line)]
                edge = _edge(coverage.get(file.path), line)
                rows.append(DiffRow(row.line, row.code, name, edge, found))
            hunks.append(replace(hunk, rows=rows))
        views.append(DiffView(file, hunks))
    return views


def _pointed_at(card: Scorecard) -> set[str]:
    """Anchors of the lines that something on the page links to."""
    places: list[tuple[str, int | None]] = [
        *((each.path, each.line) for each in (*card.lint, *card.lint_left)),
        *((each.path, each.line) for each in card.mutants),
        *((each.path, each.line) for each in card.complexity),
        *((each.path, line) for each in card.coverage for line in (*each.not_run, *each.partial)),
    ]
    tests = (*card.own_tests, *card.regression, *(t for r in card.requirements for t in r.tests))
    return {
        *(anchor(path, line) for path, line in places),
        *(test.where for test in tests if test.where),
        *(advice.anchor for advice in card.advice),
    }


def _plain(file: DiffFile) -> DiffView:
    """Highlights the old and the new side of each hunk on their own: both are whole code."""
    hunks = []
    for hunk in file.hunks:
        was = [line for line in hunk.lines if line.kind != "+"]
        now = [line for line in hunk.lines if line.kind != "-"]
        old = iter(paint(file.path, (line.text for line in was), hunk.within[0]))
        new = iter(paint(file.path, (line.text for line in now), hunk.within[1]))
        rows = []
        for line in hunk.lines:
            before = next(old) if line.kind != "+" else None
            after = next(new) if line.kind != "-" else None
            rows.append(DiffRow(line, after or before or Markup("")))
        first_old = next((line.old for line in was if line.old), 1)
        first_new = next((line.new for line in now if line.new), 1)
        hunks.append(HunkView(rows, first_old - 1, first_new - 1))
    return DiffView(file, hunks)


def _slip(mutant: MutantResult) -> MutantView:
    before, after = (
        paint(mutant.path, text.split("\n")[:MOST_LINES])
        for text in (mutant.original, mutant.mutated)
    )
    return MutantView(mutant, before, after)


def _edge(coverage: FileCoverage | None, line: int) -> str:
    if coverage and line in coverage.not_run:
        return "not run"
    return "partly" if coverage and line in coverage.partial else ""


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
        return url.lower().startswith(("https://", "http://"))


def _markdown(text: str) -> Markup:
    """The author's prose as HTML: no raw HTML, no pictures, headings below the page's own."""
    markdown = _Markdown("commonmark", {"html": False}).enable("table").disable("image")
    tokens = markdown.parse(visible(text))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 3)}"
    return Markup(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S704 - escaped


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@dataclass(frozen=True)
class ListedTest:
    """A line in a list of tests: one test, or the passed cases of one that has parameters."""

    test: TestResult
    id: str
    cases: int
    seconds: float


def _listed(tests: Sequence[TestResult]) -> list[ListedTest]:
    """The tests to list, those that did not pass first and each on its own."""
    passed: dict[tuple[str, str | None], list[TestResult]] = {}
    for test in tests:
        if test.outcome == "passed":
            passed.setdefault((test.id.partition("[")[0], test.was), []).append(test)
    return [
        *(ListedTest(t, t.id, 1, t.seconds) for t in tests if t.outcome != "passed"),
        *(
            ListedTest(cases[0], cases[0].id if len(cases) == 1 else name, len(cases), seconds)
            for (name, _), cases in passed.items()
            for seconds in [sum(case.seconds for case in cases)]
        ),
    ]


def _moment(text: str) -> str:
    """An ISO time in UTC to the minute; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment.tzinfo else text


def _number(value: float) -> str:
    """One decimal where there is something to say: 60, 4.3."""
    return f"{value:.1f}".removesuffix(".0")


class _CompiledTemplates(FileSystemBytecodeCache):
    """Keeps templates compiled, where there is room for them; nothing depends on it."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(packaged_templates()),
        bytecode_cache=_CompiledTemplates(str(cache_folder() / "templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {
        "clock": _clock,
        "listed": _listed,
        "moment": _moment,
        "number": _number,
    }
    environment.globals |= {"anchor": anchor}
    return environment
