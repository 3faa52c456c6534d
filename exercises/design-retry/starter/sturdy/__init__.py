"""Asks language models, and puts up with what their providers do."""

from sturdy.clock import Clock, ManualClock, SystemClock
from sturdy.errors import (
    BadReply,
    Exhausted,
    Failure,
    ModelError,
    Overloaded,
    Refused,
    Unavailable,
)
from sturdy.guard import Outcome, Policy, call, call_async
from sturdy.messages import Prompt, Reply
from sturdy.models import AsyncModel, Model, reply_of
from sturdy.waiting import seconds_to_wait

__all__ = [
    "AsyncModel",
    "BadReply",
    "Clock",
    "Exhausted",
    "Failure",
    "ManualClock",
    "Model",
    "ModelError",
    "Outcome",
    "Overloaded",
    "Policy",
    "Prompt",
    "Refused",
    "Reply",
    "SystemClock",
    "Unavailable",
    "call",
    "call_async",
    "reply_of",
    "seconds_to_wait",
]
