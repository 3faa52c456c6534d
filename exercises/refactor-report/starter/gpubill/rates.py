"""What machine time costs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rates:
    """The price list of a month.

    `hourly` is in cents by machine. A lab whose billed time in the month is above
    `discount_from` minutes pays `discount_percent` less.
    """

    hourly: Mapping[str, int]
    discount_from: int = 6000
    discount_percent: int = 10
