"""Marking in a title what somebody has searched for."""

import unicodedata

from shelfmark import tables
from shelfmark.tokenizer import tokenize


def highlight(text, query, lang="en", before="[", after="]"):
    """Return the title with marks around the words that the query asks for.

    Whole words are marked. Accents do not matter.
    """
    wanted = tokenize(query, lang, True, True, True)
    res = ""
    i = 0
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
            word = w
            i = j
            found = False
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
            w = w.lower()
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
                    for k in range(len(f) - 1):
                        if f[k : k + 2] in wanted:
                            found = True
                else:
                    if lang == "en":
                        if len(f) > 4 and f.endswith("ies"):
                            f = f[:-3] + "y"
                        elif len(f) > 3 and f.endswith("s"):
                            if not f.endswith("ss") and not f.endswith("us"):
                                f = f[:-1]
                    elif lang == "fr":
                        if len(f) > 4 and f.endswith("aux"):
                            f = f[:-3] + "al"
                        elif len(f) > 3 and (f.endswith("s") or f.endswith("x")):
                            f = f[:-1]
                    elif lang == "de":
                        if len(f) > 5:
                            for e in tables.GERMAN_ENDINGS:
                                if f.endswith(e):
                                    f = f[: -len(e)]
                                    break
                    t = ""
                    for c in unicodedata.normalize("NFKD", f):
                        if unicodedata.category(c) != "Mn":
                            t += tables.FOLDS.get(c, c)
                    f = t
                    if f in wanted:
                        found = True
            if found:
                res += before + word + after
            else:
                res += word
        else:
            res += text[i]
            i += 1
    return res
