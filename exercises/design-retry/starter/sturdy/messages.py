"""What a model is asked, and what it says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    """One question, with room for so many tokens of answer."""

    text: str
    max_tokens: int = 256

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a prompt needs words")
        if self.max_tokens < 1:
            raise ValueError("an answer needs room for at least one token")


@dataclass(frozen=True)
class Reply:
    """A model's answer, and the tokens that are billed for it."""

    text: str
    tokens: int = 0

    def __post_init__(self) -> None:
        if self.tokens < 0:
            raise ValueError("an answer cannot cost fewer than 0 tokens")

    def shortened(self, letters: int) -> "Reply":
        """Return the reply with at most that many letters, an ellipsis included."""
        if letters < 1:
            raise ValueError("there has to be room for the ellipsis")
        if len(self.text) <= letters:
            return self
        return Reply(self.text[: letters - 1].rstrip() + "…", self.tokens)
