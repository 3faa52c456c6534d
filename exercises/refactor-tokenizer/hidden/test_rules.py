import pytest

from shelfmark import (
    Language,
    RuleError,
    Rules,
    analyze,
    index_stages,
    language,
    load_rules,
    parse_rules,
    query_stages,
    stats,
    tokenize,
)


def texts(text, rules, stages=index_stages, name="en"):
    return [term.text for term in analyze(text, stages(language(name), rules))]


def test_rules_are_read():
    rules = parse_rules(
        [
            "# comment",
            "",
            " Stop : Vol ,ED",
            "same: Colour = color = hue",
            "same: hue=tint",
        ]
    )
    assert sorted(rules.stopwords) == ["ed", "vol"]
    assert {word: list(rules.synonyms[word]) for word in sorted(rules.synonyms)} == {
        "color": ["colour", "hue"],
        "colour": ["color", "hue"],
        "hue": ["colour", "color", "tint"],
        "tint": ["hue"],
    }


def test_no_lines_are_no_rules():
    for lines in ([], ["", "  # x"], iter([])):
        rules = parse_rules(lines)
        assert (sorted(rules.stopwords), dict(rules.synonyms)) == ([], {})


@pytest.mark.parametrize(
    "line",
    ["stop", "stop:", "stop: a,,b", "stop: ,", "same: a", "same: a =", "same: = a"]
    + ["same: a == b", "stopp: ed", "?", ": a", "a # comment"],
)
def test_a_line_that_is_no_rule_raises(line):
    lines = ["stop: vol", "", "# comment", f"  {line}\n", "stop:", "same: a = b"]
    with pytest.raises(RuleError) as caught:
        parse_rules(lines)
    assert caught.value.number == 4
    assert caught.value.line == f"  {line}\n"
    with pytest.raises(RuleError) as caught:
        parse_rules([line])
    assert caught.value.number == 1
    assert isinstance(caught.value, ValueError)


def test_rules_belong_to_the_stages_they_are_given_to():
    one = parse_rules(["stop: vol", "same: colour = color"])
    other = parse_rules(["stop: ed", "same: colour = hue"])
    text = "Colours vol ed"
    assert texts(text, one) == ["colour", "color", "ed"]
    assert texts(text, other) == ["colour", "hue", "vol"]
    assert texts(text, Rules()) == ["colour", "vol", "ed"]
    assert texts(text, one, name="nl") == ["colours", "ed"]


def test_rules_of_a_query():
    rules = parse_rules(["stop: vol", "same: colour = color"])
    assert texts("the colour vol", rules, query_stages) == ["colour"]
    assert texts("vol the", rules, query_stages) == ["vol", "the"]
    terms = analyze("a vol b2 c3", query_stages(language("en"), rules))
    assert [term[:2] for term in terms] == [("b2", 0), ("c3", 1)]


def test_words_that_mean_the_same_stand_together_once():
    rules = Rules(synonyms={"cat": ("tom", "kit"), "kit": ("cat",)})
    terms = analyze("cats kit-cat cat", index_stages(language("en"), rules))
    assert [tuple(term) for term in terms] == [
        ("cat", 0, 0, 4),
        ("tom", 0, 0, 4),
        ("kit", 0, 0, 4),
        ("kit", 1, 5, 12),
        ("cat", 1, 5, 12),
        ("cat", 1, 5, 12),
        ("tom", 1, 5, 12),
        ("kitcat", 1, 5, 12),
        ("cat", 2, 13, 16),
        ("tom", 2, 13, 16),
        ("kit", 2, 13, 16),
    ]


def test_rules_and_a_language_both_have_stopwords():
    made = Language("nl", stopwords=frozenset(["de"]))
    rules = Rules(frozenset(["vol"]))
    for stages in (index_stages, query_stages):
        terms = analyze("De boek vol", stages(made, rules))
        assert [term.text for term in terms] == ["boek"]


def test_reading_rules_changes_nothing_else(capsys):
    before = stats()
    load_rules(["same: a1 = b1"])
    parse_rules(["stop: vol", "same: colour = color", "same: a1 = c1"])
    with pytest.raises(RuleError):
        parse_rules(["stop: ed", "?"])
    assert stats() == before
    assert tokenize("colour vol ed a1") == ["colour", "vol", "ed", "a1", "b1"]
    assert dict(parse_rules(["stop: x"]).synonyms) == {}
    assert sorted(parse_rules(["same: a = b"]).stopwords) == []
    assert capsys.readouterr().out == ""


def test_loading_rules_does_not_change_those_that_were_read():
    rules = parse_rules(["same: colour = color"])
    load_rules(["stop: colour", "same: colour = hue"])
    assert texts("colour", rules) == ["colour", "color"]
