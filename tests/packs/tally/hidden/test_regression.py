import pytest

from tally import count


@pytest.mark.parametrize("number", [1, 2, 3])
def test_counts_repeated_words(number):
    assert count(" ".join(["a"] * number)) == {"a": number}
