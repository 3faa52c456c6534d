"""Mistakes that are not ours: each knows what to say, what to type next, and its exit code."""

from __future__ import annotations

import errno

_REFUSALS = frozenset({
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE,
})  # fmt: skip


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


def is_refusal(error: OSError) -> bool:
    """Whether it is the machine that refuses: rights, room, descriptors."""
    return error.errno in _REFUSALS


def problem_with(error: OSError) -> type[EnvironmentProblem] | type[WorkspaceProblem]:
    """Whose problem it is that a file can't be had: the machine's, or that of what is there."""
    return EnvironmentProblem if is_refusal(error) else WorkspaceProblem
