"""Examples from the paper that was agreed with the publishers."""

from samples import merges, small, vocabulary

from piecework import Tokenizer


def test_a_name_comes_back():
    tokenizer = Tokenizer(vocabulary().with_bytes(), merges())
    assert tokenizer.decode(tokenizer.encode("Ngọc")) == "Ngọc"


def test_a_cat_is_found_where_it_is():
    assert small().trace("the cat, the cat").spans == (
        (0, 3),
        (3, 7),
        (7, 8),
        (8, 12),
        (12, 16),
    )


def test_a_name_in_two_lines_is_found():
    assert small().trace("the\n  cat").spans == ((0, 3), (3, 9))
