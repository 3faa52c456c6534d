"""What goes to the model and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Request:
    """One question to a model, asked on behalf of a tenant.

    `params` are the sampling parameters, such as temperature or seed; the order
    in which they are given means nothing.
    """

    tenant: str
    model: str
    prompt: str
    params: Mapping[str, Scalar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.tenant:
            raise ValueError("a request needs a tenant")
        if not self.model:
            raise ValueError("a request needs a model")


@dataclass(frozen=True)
class Response:
    """A model's answer and the tokens that the provider bills for it."""

    text: str
    tokens: int = 0

    def __post_init__(self) -> None:
        if self.tokens < 0:
            raise ValueError("an answer cannot cost fewer than 0 tokens")


def weight(request: Request, response: Response) -> int:
    """Return how much of the byte budget this answer takes up."""
    return len(request.prompt) + len(response.text)
