import pytest

from shelfmark import reset_rules


@pytest.fixture(autouse=True)
def no_rules():
    """Let each test begin without rules, and leave none behind."""
    reset_rules()
    yield
    reset_rules()
