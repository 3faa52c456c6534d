"""Remembers when calls came, and counts those of the last `period` seconds."""

from turnstile.limiter import OldLimiter


class SlidingWindow(OldLimiter):
    """At most `limit` in any `period` seconds; a call that costs more counts as many."""

    algorithm = "sliding"
