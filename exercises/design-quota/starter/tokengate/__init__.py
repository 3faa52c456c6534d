"""The gate between our teams and a contract for model tokens."""

from tokengate.clock import ManualClock, SystemClock
from tokengate.contract import Contract
from tokengate.errors import (
    AlreadySettled,
    Denied,
    HoldExpired,
    KeyReused,
    OutOfTokens,
    QuotaError,
    UnknownHold,
    UnknownTeam,
)
from tokengate.gateway import Gateway
from tokengate.messages import Completion, Prompt
from tokengate.meter import Meter
from tokengate.quota import Hold, QuotaBook, Receipt, Standing
from tokengate.statement import statement

__all__ = [
    "AlreadySettled",
    "Completion",
    "Contract",
    "Denied",
    "Gateway",
    "Hold",
    "HoldExpired",
    "KeyReused",
    "ManualClock",
    "Meter",
    "OutOfTokens",
    "Prompt",
    "QuotaBook",
    "QuotaError",
    "Receipt",
    "Standing",
    "SystemClock",
    "UnknownHold",
    "UnknownTeam",
    "statement",
]
