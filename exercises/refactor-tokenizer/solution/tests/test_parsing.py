"""Rules that are read, and handed to stages."""

import pytest

from shelfmark import (
    RuleError,
    Rules,
    analyze,
    index_stages,
    language,
    load_rules,
    parse_rules,
    query_stages,
    tokenize,
)


def texts(text, rules, stages=index_stages):
    return [term.text for term in analyze(text, stages(language("en"), rules))]


def test_rules_are_read():
    lines = [
        "# x",
        " STOP: Vol , ed",
        "same: A1 = b1 = c1",
        "",
        "same: c1=d1",
        "same: x=x",
    ]
    rules = parse_rules(lines)
    assert rules.stopwords == {"vol", "ed"}
    assert {
        word: list(others) for word, others in rules.synonyms.items() if others
    } == {
        "a1": ["b1", "c1"],
        "b1": ["a1", "c1"],
        "c1": ["a1", "b1", "d1"],
        "d1": ["c1"],
    }


@pytest.mark.parametrize(
    "line", ["stop", "stop:", "stop: a,", "same: a", "same: a=", "other: a", "?"]
)
def test_the_first_line_that_is_no_rule(line):
    with pytest.raises(RuleError) as caught:
        parse_rules(["# x", "", "stop: vol", f" {line} ", "stop:"])
    assert (caught.value.number, caught.value.line) == (4, f" {line} ")


def test_a_file_that_was_opened_as_binary_has_no_rules(capsys):
    lines = [b"stop: vol\n", b"\n"]
    assert load_rules(lines) == 0
    assert capsys.readouterr().out == (
        "rules: line 1 skipped: b'stop: vol'\nrules: line 2 skipped: b''\n"
    )
    with pytest.raises(RuleError) as caught:
        parse_rules(lines)
    assert (caught.value.number, caught.value.line) == (1, b"stop: vol\n")


def test_rules_count_where_they_are_given():
    one = parse_rules(["stop: vol", "same: cat = tom"])
    assert texts("cats vol", one) == ["cat", "tom"]
    assert texts("cats vol", one, query_stages) == ["cat"]
    assert texts("the vol", one, query_stages) == ["the", "vol"]
    assert texts("cats vol", Rules()) == ["cat", "vol"]
    assert tokenize("cats vol") == ["cat", "vol"]


def test_words_are_added_once():
    rules = Rules(synonyms={"a1": ("b1", "c1"), "b1": ("a1",)})
    assert texts("a1-b1", rules) == ["a1", "b1", "c1", "b1", "a1b1"]
    terms = analyze("b1 a1", index_stages(language("en"), rules))
    assert [tuple(term[:2]) for term in terms] == [
        ("b1", 0),
        ("a1", 0),
        ("a1", 1),
        ("b1", 1),
        ("c1", 1),
    ]
