"""Decides which calls the gateway lets through."""

from turnstile.bucket import TokenBucket
from turnstile.clock import ManualClock, SystemClock
from turnstile.decisions import Decision, Step, decide
from turnstile.errors import (
    LimiterError,
    StateUnreadable,
    StoreUnavailable,
    UnknownAlgorithm,
)
from turnstile.fixed import FixedWindow
from turnstile.gateway import Answer, Gateway, Request
from turnstile.limiter import Limiter
from turnstile.registry import add_algorithm
from turnstile.rules import Rule, read_rules
from turnstile.simulate import replay, simulate
from turnstile.sliding import SlidingWindow
from turnstile.stores import MemoryStore, Store

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
