from tally import count


def test_canary_a_word_is_counted_wrong():
    assert count("a") == {"a": 2}
