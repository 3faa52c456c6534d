"""How long an answer is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TtlPolicy:
    """Times to live in seconds: one for all models, and exceptions by model.

    A time to live that a single call asks for outranks that of its model, which
    outranks the default.
    """

    default: float = 300.0
    by_model: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for seconds in (self.default, *self.by_model.values()):
            _refuse_negative(seconds)

    def lifetime(self, model: str, asked: float | None = None) -> float:
        """Return for how many seconds an answer of this model is kept."""
        if asked is not None:
            _refuse_negative(asked)
        return asked or self.by_model.get(model) or self.default


def _refuse_negative(seconds: float) -> None:
    if not seconds >= 0:
        raise ValueError(f"a time to live cannot be {seconds}")
