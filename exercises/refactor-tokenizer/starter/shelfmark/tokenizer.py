"""Tokenizing titles for the index, and what people type to find them."""

import unicodedata

from shelfmark import tables

STATS = {"texts": 0, "words": 0, "terms": 0}


def tokenize(
    text,
    lang="en",
    query=False,
    lower=True,
    fold=False,
    stop=True,
    stem=True,
    positions=False,
    debug=False,
):
    """Return the terms of a title, or of a query.

    With positions, pairs of term and position. lang is "en", "fr" or "de"; for others
    nothing is known, which works as well. fold takes off accents. debug prints.
    """
    if text is None:
        return []
    out = []
    n = 0
    pos = 0
    i = 0
    if query == True:
        while i < len(text):
            if text[i].isalnum():
                j = i
                while j < len(text):
                    if text[j].isalnum() or unicodedata.category(text[j]) == "Mn":
                        j += 1
                    elif text[j] in "'\u2019-":
                        if j + 1 < len(text) and text[j + 1].isalnum():
                            j += 1
                        else:
                            break
                    else:
                        break
                w = text[i:j]
                i = j
                n += 1
                if "\u2019" in w:
                    w = w.replace("\u2019", "'")
                if lang == "fr":
                    if "'" in w:
                        head, tail = w.split("'", 1)
                        if head.lower() in tables.ELISIONS:
                            w = tail
                elif lang == "en":
                    if w.endswith("'s") or w.endswith("'S"):
                        w = w[:-2]
                w = w.replace("'", "")
                if lower:
                    w = w.lower()
                if stop and lang in tables.STOPWORDS:
                    if w in tables.STOPWORDS[lang]:
                        continue
                w = w.replace("-", "")
                han = True
                for c in w:
                    if not "\u4e00" <= c <= "\u9fff":
                        han = False
                if han and len(w) > 1:
                    for k in range(len(w) - 1):
                        out.append((w[k : k + 2], pos))
                else:
                    if fold:
                        t = ""
                        for c in unicodedata.normalize("NFKD", w):
                            if unicodedata.category(c) != "Mn":
                                t += tables.FOLDS.get(c, c)
                        w = t
                    if stem:
                        if lang == "en":
                            if len(w) > 4 and w.endswith("ies"):
                                w = w[:-3] + "y"
                            elif len(w) > 3 and w.endswith("s"):
                                if not w.endswith("ss") and not w.endswith("us"):
                                    w = w[:-1]
                        elif lang == "fr":
                            if len(w) > 4 and w.endswith("aux"):
                                w = w[:-3] + "al"
                            elif len(w) > 3 and (w.endswith("s") or w.endswith("x")):
                                w = w[:-1]
                        elif lang == "de":
                            if len(w) > 5:
                                for e in tables.GERMAN_ENDINGS:
                                    if w.endswith(e):
                                        w = w[: -len(e)]
                                        break
                    if len(w) > 1 or w.isdigit() or "\u4e00" <= w <= "\u9fff":
                        out.append((w, pos))
                pos += 1
            else:
                i += 1
        # "The Who", "To be or not to be"
        if stop and len(out) == 0:
            return tokenize(
                text, lang, query, lower, fold, False, stem, positions, debug
            )
    else:
        while i < len(text):
            if text[i].isalnum():
                j = i
                while j < len(text):
                    if text[j].isalnum() or unicodedata.category(text[j]) == "Mn":
                        j += 1
                    elif text[j] in "'\u2019-":
                        if j + 1 < len(text) and text[j + 1].isalnum():
                            j += 1
                        else:
                            break
                    else:
                        break
                w = text[i:j]
                i = j
                n += 1
                if "\u2019" in w:
                    w = w.replace("\u2019", "'")
                if lang == "fr":
                    if "'" in w:
                        head, tail = w.split("'", 1)
                        if head.lower() in tables.ELISIONS:
                            w = tail
                elif lang == "en":
                    if w.endswith("'s") or w.endswith("'S"):
                        w = w[:-2]
                w = w.replace("'", "")
                if lower:
                    w = w.lower()
                if stop and lang in tables.STOPWORDS:
                    if w in tables.STOPWORDS[lang]:
                        pos += 1
                        continue
                if "-" in w:
                    forms = w.split("-") + [w.replace("-", "")]
                else:
                    forms = [w]
                for f in forms:
                    han = True
                    for c in f:
                        if not "\u4e00" <= c <= "\u9fff":
                            han = False
                    if han and len(f) > 1:
                        pieces = []
                        for k in range(len(f) - 1):
                            pieces.append(f[k : k + 2])
                    else:
                        if stem:
                            if lang == "en":
                                if len(f) > 4 and f.endswith("ies"):
                                    f = f[:-3] + "y"
                                elif len(f) > 3 and f.endswith("s"):
                                    if not f.endswith("ss") and not f.endswith("us"):
                                        f = f[:-1]
                            elif lang == "fr":
                                if len(f) > 4 and f.endswith("aux"):
                                    f = f[:-3] + "al"
                                elif len(f) > 3 and (
                                    f.endswith("s") or f.endswith("x")
                                ):
                                    f = f[:-1]
                            elif lang == "de":
                                if len(f) > 5:
                                    for e in tables.GERMAN_ENDINGS:
                                        if f.endswith(e):
                                            f = f[: -len(e)]
                                            break
                        if fold:
                            t = ""
                            for c in unicodedata.normalize("NFKD", f):
                                if unicodedata.category(c) != "Mn":
                                    t += tables.FOLDS.get(c, c)
                            f = t
                        if len(f) > 1 or f.isdigit() or "\u4e00" <= f <= "\u9fff":
                            pieces = [f]
                        else:
                            pieces = []
                    for p in pieces:
                        out.append((p, pos))
                        if p in tables.SYNONYMS:
                            for s in tables.SYNONYMS[p]:
                                if not (s, pos) in out:
                                    out.append((s, pos))
                pos += 1
            else:
                i += 1
    STATS["texts"] += 1
    STATS["words"] += n
    STATS["terms"] += len(out)
    if debug:
        print("tokenize[%s] %d words, %d terms: %s" % (lang, n, len(out), text))
    if positions:
        return out
    else:
        return [x[0] for x in out]


def stats():
    """Return how many texts, words and terms there were since the program started."""
    return dict(STATS)
