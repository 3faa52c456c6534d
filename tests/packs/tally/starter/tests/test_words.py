from tally import count


def test_counts_a_word():
    assert count("a") == {"a": 1}


def test_counts_a_word_that_comes_again():
    assert count("a b a") == {"a": 2, "b": 1}


def test_counts_over_lines():
    assert count("a\nb") == {"a": 1, "b": 1}


def test_an_empty_line_is_no_word():
    assert count("a\n\nb") == {"a": 1, "b": 1}
