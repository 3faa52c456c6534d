"""The tables of the tokenizer. Rules are loaded into them as well, see rules.py."""

STOPWORDS = {
    "en": {"the", "a", "an", "and", "or", "of", "to", "in", "on", "not", "be", "who"},
    "fr": {"le", "la", "les", "un", "une", "des", "de", "du", "et", "en", "au"},
    "de": {"der", "die", "das", "ein", "eine", "und", "von", "zu", "im", "am"},
}

# What stands before an apostrophe in French and is no part of the word.
ELISIONS = {"l", "d", "j", "n", "s", "c", "m", "t", "qu"}

# Letters that do not come apart into a letter and a mark.
FOLDS = {
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
}

GERMAN_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")

SYNONYMS = {}
