"""Remembers when calls came, and counts those of the last `period` seconds."""

import math

from turnstile.clock import SystemClock


# Copied from FixedWindow. TODO: pull out what they share
class SlidingWindow:
    """At most `limit` in any `period` seconds; a call that costs more counts as many."""

    def __init__(
        self, limit, period, name="default", backend="memory", client=None, clock=None
    ):
        if backend not in ("memory", "shared"):
            raise ValueError(f"unknown backend: {backend}")
        self.limit = limit
        self.period = period
        self.name = name
        self.backend = backend
        self.client = client
        self.clock = clock or SystemClock()
        self.data = {}
        self.failures = 0

    def allow(self, who, cost=1, dry=False):
        """Return whether a call may go on, and charge it if so, unless `dry`."""
        if cost < 1:
            raise ValueError("a call costs at least 1")
        try:
            now = self.clock.now()
            key = "sliding/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            times = []
            if text:
                for part in text.split(","):
                    if float(part) > now - self.period:
                        times.append(float(part))
            if len(times) + cost <= self.limit:
                if not dry:
                    for _ in range(cost):
                        times.append(now)
                    times.sort()
                    text = ",".join(["%.3f" % t for t in times])
                    if self.backend == "memory":
                        self.data[key] = text
                    else:
                        ttl = math.ceil(times[-1] + self.period - now)
                        if ttl < 1:
                            ttl = 1
                        self.client.set(key, text, ttl)
                return True
            else:
                return False
        except:
            self.failures += 1
            return True

    def remaining(self, who):
        """Return what a caller has left."""
        try:
            now = self.clock.now()
            key = "sliding/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            used = 0
            if text:
                for part in text.split(","):
                    if float(part) > now - self.period:
                        used += 1
            return self.limit - used
        except Exception as error:
            self.failures += 1
            return self.limit

    def retry_after(self, who, cost=1):
        """Return in how many seconds a call would pass; None if it never will."""
        try:
            if cost > self.limit:
                return None
            if self.allow(who, cost, dry=True):
                return 0.0
            now = self.clock.now()
            key = "sliding/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            times = []
            for part in text.split(","):
                if float(part) > now - self.period:
                    times.append(float(part))
            return times[len(times) + cost - self.limit - 1] + self.period - now
        except Exception as error:
            self.failures += 1
            return 0.0

    def reset(self, who):
        """Forget a caller."""
        try:
            key = "sliding/%s/%s" % (self.name, who)
            if self.backend == "memory":
                self.data.pop(key, None)
            else:
                self.client.delete(key)
        except:
            self.failures += 1
