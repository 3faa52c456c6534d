"""What is known about languages and letters."""

ENGLISH_STOPWORDS = frozenset(
    ("the", "a", "an", "and", "or", "of", "to", "in", "on", "not", "be", "who")
)
FRENCH_STOPWORDS = frozenset(
    ("le", "la", "les", "un", "une", "des", "de", "du", "et", "en", "au")
)
GERMAN_STOPWORDS = frozenset(
    ("der", "die", "das", "ein", "eine", "und", "von", "zu", "im", "am")
)
FRENCH_ELISIONS = frozenset(("l", "d", "j", "n", "s", "c", "m", "t", "qu"))
GERMAN_ENDINGS = ("ern", "em", "en", "er", "es", "e", "n", "s")

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
