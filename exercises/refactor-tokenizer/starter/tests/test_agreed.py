"""Examples from the agreement of the three libraries."""

import pytest

from shelfmark import Language, RuleError, analyze, index_stages, parse_rules


def test_without_stages_there_are_words():
    assert analyze("Anna's cat", ()) == [("Anna's", 0, 0, 6), ("cat", 1, 7, 10)]


def test_a_language_of_ones_own():
    dutch = Language("nl", stopwords=frozenset(["de"]))
    terms = analyze("De avonden", index_stages(dutch))
    assert [term.text for term in terms] == ["avonden"]


def test_a_line_that_is_no_rule():
    with pytest.raises(RuleError) as caught:
        parse_rules(["stop: vol", "stopp: ed"])
    assert caught.value.number == 2
