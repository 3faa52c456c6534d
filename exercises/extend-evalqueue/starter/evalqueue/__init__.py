"""The queue of evaluations that teams share."""

from evalqueue.clock import Clock, ManualClock, SystemClock
from evalqueue.errors import (
    JournalDamaged,
    LeaseLost,
    QueueError,
    ResultConflict,
    UnknownJob,
    WrongState,
)
from evalqueue.jobs import Job, Lease, State
from evalqueue.queue import EvalQueue
from evalqueue.report import summary, timeline
from evalqueue.shares import Shares
from evalqueue.storage import FileStorage, MemoryStorage, Storage

__all__ = [
    "Clock",
    "EvalQueue",
    "FileStorage",
    "Job",
    "JournalDamaged",
    "Lease",
    "LeaseLost",
    "ManualClock",
    "MemoryStorage",
    "QueueError",
    "ResultConflict",
    "Shares",
    "State",
    "Storage",
    "SystemClock",
    "UnknownJob",
    "WrongState",
    "summary",
    "timeline",
]
