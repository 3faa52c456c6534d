"""A shared store for tests, and limiters that use it."""

from turnstile import FixedWindow, ManualClock, SlidingWindow, TokenBucket

KINDS = {"fixed": FixedWindow, "sliding": SlidingWindow, "bucket": TokenBucket}


class SharedStore:
    """Keeps texts as the real one does; `writes` are what it was told to keep."""

    def __init__(self, **texts: str) -> None:
        self.texts = dict(texts)
        self.writes: list[tuple[str, str, int]] = []
        self.down: Exception | None = None

    def get(self, key: str) -> str | None:
        self._fail()
        return self.texts.get(key)

    def set(self, key: str, text: str, ttl: int) -> None:
        self._fail()
        self.texts[key] = text
        self.writes.append((key, text, ttl))

    def delete(self, key: str) -> None:
        self._fail()
        self.texts.pop(key, None)

    def _fail(self) -> None:
        if self.down is not None:
            raise self.down


def old(kind: str, limit: int, period: float, store=None, start: float = 0.0):
    """A limiter of an old class with its clock."""
    clock = ManualClock(start)
    backend = "memory" if store is None else "shared"
    return KINDS[kind](limit, period, "calls", backend, store, clock), clock
