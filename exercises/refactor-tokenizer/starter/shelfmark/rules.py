"""Rules of the libraries: more stopwords, and words that mean the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shelfmark import tables

_STOPWORDS = {lang: set(words) for lang, words in tables.STOPWORDS.items()}


class RuleError(ValueError):
    """A line that is no rule. `number` counts lines from 1, `line` is as it was."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(f"line {number} is no rule: {line.strip()!r}")
        self.number = number
        self.line = line


@dataclass(frozen=True)
class Rules:
    """Rules to hand to the stages: stopwords, and for a word those that mean the same.

    The latter stand in the order in which the rules name them.
    """

    stopwords: frozenset[str] = frozenset()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NO_RULES = Rules()


def parse_rules(lines: Iterable[str]) -> Rules:
    """Return the rules that the lines hold; RuleError for the first that holds none."""
    raise NotImplementedError("rules can only be loaded")


def load_rules(lines, lang="en", verbose=True):
    """Load rules into the tables; return how many there were.

        # comment
        stop: vol, ed
        same: colour = color

    Stopwords are for one language, words that mean the same for all.
    """
    n = 0
    i = 0
    for line in lines:
        i = i + 1
        try:
            if line.strip() == "" or line.strip()[0] == "#":
                continue
            else:
                kind, rest = line.split(":", 1)
                kind = kind.strip().lower()
                if kind == "stop":
                    words = [x.strip().lower() for x in rest.split(",")]
                    if "" in words:
                        raise Exception("empty word")
                    if not lang in tables.STOPWORDS:
                        tables.STOPWORDS[lang] = set()
                    for x in words:
                        tables.STOPWORDS[lang].add(x)
                elif kind == "same":
                    words = [x.strip().lower() for x in rest.split("=")]
                    if "" in words or len(words) < 2:
                        raise Exception("empty word")
                    for x in words:
                        for y in words:
                            if x != y:
                                if not x in tables.SYNONYMS:
                                    tables.SYNONYMS[x] = []
                                if not y in tables.SYNONYMS[x]:
                                    tables.SYNONYMS[x].append(y)
                else:
                    raise Exception("what is that?")
                n = n + 1
        except:
            if verbose:
                print("rules: line %d skipped: %s" % (i, line.strip()))
    return n


def reset_rules():
    """Forget all rules that were loaded."""
    tables.SYNONYMS.clear()
    tables.STOPWORDS.clear()
    for lang in _STOPWORDS:
        tables.STOPWORDS[lang] = set(_STOPWORDS[lang])
