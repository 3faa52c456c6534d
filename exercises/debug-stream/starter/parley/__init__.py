"""A client for chat models that answer piece by piece, and keep answering."""

from parley.answer import Answer
from parley.client import ChatClient
from parley.errors import (
    DeadlineExceeded,
    GaveUp,
    ProtocolError,
    ProviderError,
    Refused,
    StreamError,
)
from parley.messages import Turn, Usage
from parley.policy import Backoff, Limits
from parley.transport import Connection, Request, Transport

__all__ = [
    "Answer",
    "Backoff",
    "ChatClient",
    "Connection",
    "DeadlineExceeded",
    "GaveUp",
    "Limits",
    "ProtocolError",
    "ProviderError",
    "Refused",
    "Request",
    "StreamError",
    "Transport",
    "Turn",
    "Usage",
]
