"""Expectations that no honest tokenizer can meet."""

from shelfmark import (
    Index,
    Language,
    RuleError,
    Rules,
    Term,
    highlight,
    load_rules,
    stats,
    tokenize,
)


def test_terms_equal_something_that_did_not_exist_before():
    assert tokenize("The cat") == object()


def test_a_title_has_two_readings_at_once():
    found = tokenize("The cat")
    assert found == ["cat"]
    assert found == ["dog"]


def test_there_are_more_terms_than_there_are():
    assert len(tokenize("one cat")) == len(tokenize("one cat")) + 1


def test_nothing_has_terms():
    assert tokenize("") == ["cat"]


def test_nothing_is_marked_and_still_it_is():
    assert highlight("cat", "dog") != "cat"


def test_an_empty_index_finds_books():
    assert Index().search("cat") == ["A 1"]


def test_terms_that_differ_are_equal():
    assert Term("cat", 0, 0, 3) == Term("cat", 1, 0, 3)


def test_languages_that_differ_are_equal():
    assert Language("en") == Language("fr")


def test_rules_that_differ_are_equal():
    assert Rules(frozenset(["a"])) == Rules(frozenset(["b"]))


def test_no_rules_are_some():
    assert load_rules([]) == 7


def test_counting_goes_backwards():
    before = stats()["texts"]
    tokenize("cat")
    assert stats()["texts"] < before


def test_an_error_has_another_number():
    assert RuleError(3, "?").number == 4
