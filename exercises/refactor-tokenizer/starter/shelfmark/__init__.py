"""How the catalogue of the city's libraries cuts titles into terms."""

from shelfmark.highlight import highlight
from shelfmark.index import Index
from shelfmark.rules import RuleError, Rules, load_rules, parse_rules, reset_rules
from shelfmark.stages import (
    Language,
    Stage,
    Term,
    analyze,
    index_stages,
    language,
    query_stages,
)
from shelfmark.tokenizer import stats, tokenize

__all__ = [
    "Index",
    "Language",
    "RuleError",
    "Rules",
    "Stage",
    "Term",
    "analyze",
    "highlight",
    "index_stages",
    "language",
    "load_rules",
    "parse_rules",
    "query_stages",
    "reset_rules",
    "stats",
    "tokenize",
]
