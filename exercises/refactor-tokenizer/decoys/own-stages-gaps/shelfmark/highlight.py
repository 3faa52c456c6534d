"""Marking in a title what somebody has searched for."""

from shelfmark.rules import NO_RULES
from shelfmark.stages import analyze, choose_index_stages, language
from shelfmark.tokenizer import tokenize

# A title is shown as it is, so nothing of it is dropped or added.
_LEFT_OUT = ("stop", "short", "synonyms")


def highlight(
    text: str, query: str, lang: str = "en", before: str = "[", after: str = "]"
) -> str:
    """Return the title with marks around the words that the query asks for.

    Whole words are marked. Accents do not matter.
    """
    wanted = frozenset(tokenize(query, lang, query=True, fold=True))
    stages = choose_index_stages(language(lang), NO_RULES, _LEFT_OUT)
    terms = analyze(text, stages)
    places = {(term.start, term.end) for term in terms if term.text in wanted}
    shown = ""
    done = 0
    for start, end in sorted(places):
        shown += text[done:start] + before + text[start:end] + after
        done = end
    return shown + text[done:]
