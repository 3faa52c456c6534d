"""The plan of a GPU cluster."""

from gpuplan.cooling import advice
from gpuplan.errors import DuplicateJob, OverCapacity, PlanError, UnknownJob
from gpuplan.model import Booking, Job, Step
from gpuplan.planner import Planner
from gpuplan.records import dump, load
from gpuplan.report import chart, utilisation, work
from gpuplan.timeline import Timeline

__all__ = [
    "Booking",
    "DuplicateJob",
    "Job",
    "OverCapacity",
    "PlanError",
    "Planner",
    "Step",
    "Timeline",
    "UnknownJob",
    "advice",
    "chart",
    "dump",
    "load",
    "utilisation",
    "work",
]
