"""Marking in a title what somebody has searched for."""

from shelfmark.stages import Settings, language, words
from shelfmark.tokenizer import tokenize


def highlight(text, query, lang="en", before="[", after="]"):
    """Return the title with marks around the words that the query asks for."""
    wanted = set(tokenize(query, lang, query=True, fold=True))
    settings = Settings(language(lang), fold=True, short=True)
    for word in reversed(words(text)):
        if wanted.intersection(settings.title_terms(settings.start(word.text))):
            marked = before + word.text + after
            text = text[: word.start] + marked + text[word.end :]
    return text
