"""The HTML report: one scorecard in, one self-contained page out.

Nothing is measured here; the page shows what the scorecard says. Its text comes from untrusted
code, so everything is escaped, characters that hide or reorder text are spelled out, and the page
carries a Content-Security-Policy that allows neither scripts nor the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
from pygments.token import STANDARD_TYPES, _TokenType

from harness.resources import cache_folder, packaged_templates
from scoring.model import (
    DiffFile,
    DiffLine,
    FileCoverage,
    LintFinding,
    MutantResult,
    Scorecard,
)

THEMES = {"light": get_style_by_name("xcode"), "dark": get_style_by_name("github-dark")}
PLAIN = {None, "", "000", "000000", "e6edf3"}  # the themes' own text colour: needs no markup

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
class DiffView:
    """A changed file with its rows ready to print."""

    file: DiffFile
    hunks: Sequence[Sequence[DiffRow]]


@dataclass(frozen=True)
class MutantView:
    """A mutant with the lines that differ ready to print."""

    mutant: MutantResult
    original: Sequence[Markup]
    mutated: Sequence[Markup]


def render(scorecard: Scorecard) -> str:
    """One attempt's report as a complete HTML page; the same scorecard gives the same bytes."""
    painter = Painter()
    diff = _annotated(scorecard, painter)
    reference = scorecard.reference
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            card=scorecard,
            diff=diff,
            mutants=[_slip(mutant, painter) for mutant in scorecard.mutants],
            line_ids={row.id for view in diff for hunk in view.hunks for row in hunk if row.id},
            reference_diff=[_plain(file, painter) for file in reference.diff] if reference else [],
            review=_markdown(reference.review) if reference else "",
            syntax=painter,
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


class Painter:
    """Highlights code line by line and knows the CSS rules for what it used."""

    def __init__(self) -> None:
        self._colours: dict[str, dict[str, str]] = {}

    def paint(self, path: str, lines: Iterable[str]) -> list[Markup]:
        """Each line as HTML; plain where a lexer would lose or change a character."""
        texts = [_one_line(line) for line in lines]
        lexer = LEXERS.get(PurePosixPath(path).suffix.lower())
        if lexer and texts:
            lexed = self._lex(lexer(stripnl=False), texts)
            if ["".join(text for _, text in row) for row in lexed] == texts:
                return [Markup("").join(self._span(*token) for token in row) for row in lexed]
        return [escape(text) for text in texts]

    def css(self, theme: str) -> Markup:
        rules = {name: colours[theme] for name, colours in sorted(self._colours.items())}
        return Markup("").join(
            Markup(".code .{}{{color:#{}}}").format(name, colour)
            for name, colour in rules.items()
            if colour
        )

    @staticmethod
    def _lex(lexer: Lexer, texts: Sequence[str]) -> list[list[tuple[_TokenType, str]]]:
        rows: list[list[tuple[_TokenType, str]]] = [[]]
        for kind, value in lexer.get_tokens("\n".join(texts)):
            for number, piece in enumerate(value.split("\n")):
                if number:
                    rows.append([])
                if piece:
                    rows[-1].append((kind, piece))
        return rows[: len(texts)]

    def _span(self, kind: _TokenType, text: str) -> Markup:
        while kind not in STANDARD_TYPES and kind.parent:
            kind = kind.parent
        colours = {name: style.style_for_token(kind)["color"] for name, style in THEMES.items()}
        if not text.strip() or all(colour in PLAIN for colour in colours.values()):
            return escape(text)
        name = STANDARD_TYPES[kind]
        self._colours[name] = {theme: colour or "" for theme, colour in colours.items()}
        return Markup('<span class="{}">{}</span>').format(name, text)


def _one_line(text: str) -> str:
    if len(text) > LONGEST_LINE:
        text = f"{text[:LONGEST_LINE]} … {len(text) - LONGEST_LINE} more characters"
    return visible(text).replace("\n", "␊")


def _annotated(card: Scorecard, painter: Painter) -> list[DiffView]:
    """The candidate's diff, source before tests, each line with what was found on it."""
    coverage = {entry.path: entry for entry in card.coverage}
    taken: set[str] = set()
    views = []
    for file in sorted(card.diff, key=lambda file: file.role == "test"):
        hunks = []
        for hunk in _plain(file, painter).hunks:
            rows = []
            for row in hunk:
                line, name = row.line.new, anchor(file.path, row.line.new)
                if line is None or name in taken:
                    rows.append(row)
                    continue
                taken.add(name)
                found = [each for each in card.lint if (each.path, each.line) == (file.path, line)]
                edge = _edge(coverage.get(file.path), line)
                rows.append(DiffRow(row.line, row.code, name, edge, found))
            hunks.append(rows)
        views.append(DiffView(file, hunks))
    return views


def _plain(file: DiffFile, painter: Painter) -> DiffView:
    """Highlights the old and the new side of each hunk on their own: both are whole code."""
    hunks = []
    for hunk in file.hunks:
        old = iter(painter.paint(file.path, (line.text for line in hunk.lines if line.kind != "+")))
        new = iter(painter.paint(file.path, (line.text for line in hunk.lines if line.kind != "-")))
        rows = []
        for line in hunk.lines:
            before = next(old) if line.kind != "+" else None
            after = next(new) if line.kind != "-" else None
            rows.append(DiffRow(line, after or before or Markup("")))
        hunks.append(rows)
    return DiffView(file, hunks)


def _slip(mutant: MutantResult, painter: Painter) -> MutantView:
    before, after = (
        painter.paint(mutant.path, text.split("\n")[:MOST_LINES])
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
    environment.filters |= {"clock": _clock, "moment": _moment, "number": _number}
    environment.globals |= {"anchor": anchor}
    return environment
