"""Mistakes that are not ours: each knows what to say, what to type next, and its exit code."""

from __future__ import annotations


class WorksampleError(Exception):
    """A mistake or a missing thing, told as `error:` with one or more `tip:` lines."""

    exit_code = 70

    def __init__(self, message: str, *tips: str) -> None:
        super().__init__(message)
        self.message = message
        self.tips = tips


class UsageProblem(WorksampleError):
    """The command line asks for something that does not exist or does not fit."""

    exit_code = 2


class WorkspaceProblem(WorksampleError):
    """A workspace or an exercise is missing, damaged, in the way or in use."""

    exit_code = 3


class EnvironmentProblem(WorksampleError):
    """The machine lacks something: git, a folder that can be written."""

    exit_code = 4
