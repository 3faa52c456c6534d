from tally import count


def test_case_makes_no_difference():
    assert count("The the") == {"the": 2}
