"""A response cache in front of a paid language model."""

from respcache.cache import ResponseCache
from respcache.clock import ManualClock, SystemClock
from respcache.expiry import TtlPolicy
from respcache.ledger import Charge, UsageLedger
from respcache.messages import Request, Response
from respcache.stats import Snapshot

__all__ = [
    "Charge",
    "ManualClock",
    "Request",
    "Response",
    "ResponseCache",
    "Snapshot",
    "SystemClock",
    "TtlPolicy",
    "UsageLedger",
]
