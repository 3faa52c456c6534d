"""What goes to the model and what comes back."""

from dataclasses import dataclass

BYTES_A_TOKEN = 4


@dataclass(frozen=True)
class Prompt:
    """A question to the model, and how many tokens its answer may have at most."""

    team: str
    text: str
    max_tokens: int

    def __post_init__(self) -> None:
        if not self.team:
            raise ValueError("a prompt needs a team")
        if self.max_tokens < 1:
            raise ValueError(f"an answer cannot have {self.max_tokens} tokens")

    @property
    def most_tokens(self) -> int:
        """The tokens that this can cost at most, question and answer."""
        return estimate(self.text) + self.max_tokens


@dataclass(frozen=True)
class Completion:
    """The model's answer and the tokens that the provider bills, question included."""

    text: str
    tokens: int


def estimate(text: str) -> int:
    """Return about how many tokens a text has, rather too many than too few."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_A_TOKEN) + 1
