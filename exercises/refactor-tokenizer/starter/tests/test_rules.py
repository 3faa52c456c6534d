from shelfmark import load_rules, reset_rules, tokenize

LINES = ["# of the branch in the harbour", "", "stop: vol, ed", "same: colour = color"]


def test_rules_are_loaded():
    assert load_rules(LINES) == 2
    assert tokenize("Colour, vol 2") == ["colour", "color", "2"]
    assert tokenize("color", query=True) == ["color"]


def test_stopwords_are_those_of_a_language():
    load_rules(LINES, "fr")
    assert tokenize("vol", "en") == ["vol"]
    assert tokenize("vol", "fr") == []


def test_lines_that_are_no_rules_are_skipped(capsys):
    assert load_rules(["stop: a,,b", "stop: vol", "same: one"]) == 1
    assert capsys.readouterr().out == (
        "rules: line 1 skipped: stop: a,,b\nrules: line 3 skipped: same: one\n"
    )
    load_rules(["?"], verbose=False)
    assert capsys.readouterr().out == ""


def test_rules_can_be_forgotten():
    load_rules(LINES)
    reset_rules()
    assert tokenize("colour vol") == ["colour", "vol"]
