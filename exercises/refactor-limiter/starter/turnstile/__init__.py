"""Decides which calls the gateway lets through."""

from turnstile.bucket import TokenBucket
from turnstile.clock import ManualClock, SystemClock
from turnstile.decisions import (
    Decision,
    LimiterError,
    StateUnreadable,
    Step,
    StoreUnavailable,
    UnknownAlgorithm,
    add_algorithm,
    decide,
)
from turnstile.fixed import FixedWindow
from turnstile.gateway import Answer, Gateway, Request
from turnstile.limiter import Limiter, MemoryStore, Store
from turnstile.rules import Rule, read_rules
from turnstile.simulate import replay, simulate
from turnstile.sliding import SlidingWindow

__all__ = [
    "Answer",
    "Decision",
    "FixedWindow",
    "Gateway",
    "Limiter",
    "LimiterError",
    "ManualClock",
    "MemoryStore",
    "Request",
    "Rule",
    "SlidingWindow",
    "StateUnreadable",
    "Step",
    "Store",
    "StoreUnavailable",
    "SystemClock",
    "TokenBucket",
    "UnknownAlgorithm",
    "add_algorithm",
    "decide",
    "read_rules",
    "replay",
    "simulate",
]
