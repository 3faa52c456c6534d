"""Takes tokens from a bucket that is filled again drop by drop."""

import json
import math

from turnstile.clock import SystemClock


class TokenBucket:
    """Up to `limit` at once; an empty bucket is full again after `period` seconds."""

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
            key = "bucket/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            tokens = self.limit
            at = now
            if text != None:
                state = json.loads(text)
                tokens = state["tokens"]
                at = state["at"]
                if now > at:
                    tokens = tokens + (now - at) * self.limit / self.period
                    if tokens > self.limit:
                        tokens = self.limit
                    at = now
            if tokens >= cost:
                if not dry:
                    left = round(tokens - cost, 6)
                    text = json.dumps({"tokens": left, "at": at})
                    if self.backend == "memory":
                        self.data[key] = text
                    else:
                        ttl = math.ceil((self.limit - left) * self.period / self.limit)
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
        """Return what a caller has left, in whole tokens."""
        try:
            now = self.clock.now()
            key = "bucket/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            if text == None:
                return self.limit
            state = json.loads(text)
            tokens = state["tokens"]
            if now > state["at"]:
                tokens = tokens + (now - state["at"]) * self.limit / self.period
                if tokens > self.limit:
                    tokens = self.limit
            return int(tokens)
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
            key = "bucket/%s/%s" % (self.name, who)
            if self.backend == "memory":
                text = self.data.get(key)
            else:
                text = self.client.get(key)
            state = json.loads(text)
            tokens = state["tokens"]
            if now > state["at"]:
                tokens = tokens + (now - state["at"]) * self.limit / self.period
            wait = (cost - tokens) * self.period / self.limit
            if state["at"] > now:
                wait = wait + (state["at"] - now)
            return wait
        except Exception as error:
            self.failures += 1
            return 0.0

    def reset(self, who):
        """Forget a caller."""
        try:
            key = "bucket/%s/%s" % (self.name, who)
            if self.backend == "memory":
                self.data.pop(key, None)
            else:
                self.client.delete(key)
        except:
            self.failures += 1
