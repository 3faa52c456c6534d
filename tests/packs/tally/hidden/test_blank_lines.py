from tally import count


def test_empty_text_has_no_words():
    assert count("") == {}


def test_blank_lines_between_words():
    assert count("a\n \n\nb  c") == {"a": 1, "b": 1, "c": 1}
