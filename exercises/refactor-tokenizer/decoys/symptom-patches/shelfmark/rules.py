"""Rules of the libraries: more stopwords, and words that mean the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


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
    book = _Book()
    for number, line in enumerate(lines, 1):
        if _is_rule(line) and not book.take(line):
            print(f"rules: line {number} skipped: {line.strip()}")
    return book.rules()


def load_rules(lines: Iterable[str], lang: str = "en", verbose: bool = True) -> int:
    """Load rules for `tokenize` to use; return how many there were.

        # comment
        stop: vol, ed
        same: colour = color

    Stopwords are for one language, words that mean the same for all. Lines that hold
    no rule are skipped.
    """
    book = _loaded.setdefault(lang, _Book(synonyms=_loaded_synonyms))
    loaded = 0
    for number, line in enumerate(lines, 1):
        if not _is_rule(line):
            continue
        if book.take(line):
            loaded += 1
        elif verbose:
            print(f"rules: line {number} skipped: {line.strip()}")
    return loaded


def loaded_rules(lang: str) -> Rules:
    """Return the rules that have been loaded for a language."""
    return _loaded.get(lang, _Book(synonyms=_loaded_synonyms)).rules()


def reset_rules() -> None:
    """Forget all rules that were loaded."""
    _loaded.clear()
    _loaded_synonyms.clear()


@dataclass
class _Book:
    """Rules that are being collected."""

    stopwords: set[str] = field(default_factory=set)
    synonyms: dict[str, list[str]] = field(default_factory=dict)

    def rules(self) -> Rules:
        """Return the rules as they are now."""
        synonyms = {word: tuple(others) for word, others in self.synonyms.items()}
        return Rules(frozenset(self.stopwords), synonyms)

    def take(self, line: str) -> bool:
        """Add the rule in a line; return whether there was one."""
        # Lines of a file that was opened as binary are no rules, and no errors either.
        kind, _, rest = str(line).partition(":")
        kind = kind.strip().lower()
        words = [word.strip().lower() for word in rest.split(_MARKS.get(kind))]
        if kind not in _MARKS or "" in words:
            return False
        if kind == "stop":
            self.stopwords.update(words)
        elif len(words) > 1:
            self._relate(words)
        else:
            return False
        return True

    def _relate(self, words: list[str]) -> None:
        for word in words:
            for other in words:
                others = self.synonyms.setdefault(word, [])
                if other != word and other not in others:
                    others.append(other)


# What stands between the words of a rule.
_MARKS = {"stop": ",", "same": "="}

# What the users of `tokenize` have loaded, the only state of this package but counters.
_loaded: dict[str, _Book] = {}
_loaded_synonyms: dict[str, list[str]] = {}


def _is_rule(line: str) -> bool:
    """Tell whether a line is neither empty nor a comment."""
    text = str(line).strip()
    return not text.startswith("#") and text != ""
