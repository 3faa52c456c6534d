"""Counts calls in windows that begin at whole multiples of the period."""

import math

from turnstile.clock import SystemClock


class FixedWindow:
    """At most `limit` in each window of `period` seconds."""

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
            key = "fixed/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            window = int(now // self.period)
            count = 0
            if text != None:
                parts = text.split(":")
                if int(parts[0]) >= window:
                    window = int(parts[0])
                    count = int(parts[1])
            if count + cost <= self.limit:
                if not dry:
                    text = "%d:%d" % (window, count + cost)
                    if self.backend == "memory":
                        self.data[key] = text
                    else:
                        ttl = math.ceil((window + 1) * self.period - now)
                        if ttl < 1:
                            ttl = 1
                        self.client.set(key, text, ttl)
                return True
            else:
                return False
        except:
            # better let somebody in than keep everybody out
            self.failures += 1
            return True

    def remaining(self, who):
        """Return what a caller has left."""
        try:
            now = self.clock.now()
            key = "fixed/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            if text == None:
                return self.limit
            else:
                parts = text.split(":")
                if int(parts[0]) >= int(now // self.period):
                    return self.limit - int(parts[1])
                else:
                    return self.limit
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
            key = "fixed/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            return (int(text.split(":")[0]) + 1) * self.period - now
        except Exception as error:
            self.failures += 1
            return 0.0

    def reset(self, who):
        """Forget a caller."""
        try:
            key = "fixed/%s/%s" % (self.name, who)
            if self.backend == "memory":
                self.data.pop(key, None)
            else:
                self.client.delete(key)
        except:
            self.failures += 1
