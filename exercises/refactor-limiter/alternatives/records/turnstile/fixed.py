"""Counts calls in windows that begin at whole multiples of the period."""

from turnstile.limiter import OldLimiter


class FixedWindow(OldLimiter):
    """At most `limit` in each window of `period` seconds."""

    algorithm = "fixed"
