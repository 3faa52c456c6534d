from tally import count


def test_upper_and_lower_case_are_one_word():
    assert count("The the THE") == {"the": 3}
