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
    rules = NO_RULES
    for number, line in enumerate(lines, 1):
        if (found := _read(line)) is None:
            raise RuleError(number, line)
        rules = added(rules, found)
    return rules


def load_rules(lines: Iterable[str], lang: str = "en", verbose: bool = True) -> int:
    """Load rules for `tokenize`; return how many there were. Others are skipped."""
    count = 0
    for number, line in enumerate(lines, 1):
        found = _read(line)
        if found is None and verbose:
            print(f"rules: line {number} skipped: {line.strip()}")
        if found is None or found is NO_RULES:
            continue
        count += 1
        words = Rules(found.stopwords)
        _LOADED[lang] = added(_LOADED.get(lang, NO_RULES), words)
        _LOADED[None] = added(
            _LOADED.get(None, NO_RULES), Rules(synonyms=found.synonyms)
        )
    return count


def loaded_rules(lang: str) -> Rules:
    """Return what was loaded for a language."""
    return added(_LOADED.get(lang, NO_RULES), _LOADED.get(None, NO_RULES))


def reset_rules() -> None:
    """Forget all rules that were loaded."""
    _LOADED.clear()


def added(one: Rules, other: Rules) -> Rules:
    """Return the rules of both."""
    synonyms = dict(one.synonyms)
    for word, others in other.synonyms.items():
        synonyms[word] = tuple(dict.fromkeys((*synonyms.get(word, ()), *others)))
    return Rules(one.stopwords | other.stopwords, synonyms)


def _read(line: str) -> Rules | None:
    """Return the rule in a line, no rules for none, and nothing for what is wrong."""
    line = str(line).strip()  # of bytes as well, which are no rule
    if not line or line.startswith("#"):
        return NO_RULES
    kind, colon, rest = line.partition(":")
    kind = kind.strip().lower()
    if not colon or kind not in ("stop", "same"):
        return None
    words = [
        word.strip().lower() for word in rest.split("," if kind == "stop" else "=")
    ]
    if "" in words or (kind == "same" and len(words) < 2):
        return None
    if kind == "stop":
        return Rules(frozenset(words))
    return Rules(
        synonyms={word: tuple(w for w in words if w != word) for word in words}
    )


_LOADED: dict[str | None, Rules] = {}
