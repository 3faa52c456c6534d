"""A small index of titles, as the reading rooms use it."""

from shelfmark.tokenizer import tokenize


class Index:
    """Titles by term. The shelf mark of a book is its key."""

    def __init__(self, lang="en", fold=True):
        self._lang = lang
        self._fold = fold
        self._terms = {}
        self._titles = {}

    def __len__(self):
        return len(self._titles)

    def add(self, mark, title):
        """Take a book in. One that has this mark already is replaced."""
        if mark in self._titles:
            self.remove(mark)
        self._titles[mark] = title
        for term in tokenize(title, self._lang, fold=self._fold):
            self._terms.setdefault(term, {})[mark] = True

    def remove(self, mark):
        """Take a book out; return whether it was there."""
        if mark not in self._titles:
            return False
        del self._titles[mark]
        for marks in self._terms.values():
            marks.pop(mark, None)
        return True

    def search(self, query):
        """Return the marks of books, those with most terms of the query first."""
        hits = {}
        for term in tokenize(query, self._lang, query=True, fold=self._fold):
            for mark in self._terms.get(term, ()):
                hits[mark] = hits.get(mark, 0) + 1
        return sorted(hits, key=lambda mark: (-hits[mark], mark))
