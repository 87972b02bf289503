"""What can go wrong in ways a user can mend, and the exit code each one ends the command with."""

from __future__ import annotations

import errno
import os

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
OF_THE_MACHINE = ("IOException", "OutOfMemoryException")
"""Errors of DuckDB, which is not imported for their sake: no room on the disk or in memory, a file that cannot be read."""


class PipelineError(Exception):
    """An error whose message is meant for the user: no traceback is shown."""

    exit_code = 1


class UsageError(PipelineError):
    """The command, the settings or a mapping say something that cannot be."""

    exit_code = 2


class Stopped(PipelineError):
    """A check, a refusal or results that cannot be read stopped the work; what was published stays."""

    exit_code = 3


class NoData(PipelineError):
    """Nothing is published for the period asked for."""

    exit_code = 4


class PassedOver(PipelineError):
    """A file that is known and holds nothing of use."""


class RefusedFile(Stopped):
    """One file cannot be loaded at all; the others go on."""


class LacksColumns(RefusedFile):
    """The file has not the columns that its mapping names."""


def wants_room(error: Exception) -> bool:
    """No memory or no disk is left: no fault of the file that is being read. DuckDB's errors are told by what they say."""
    return type(error).__name__ == "OutOfMemoryException" or any(os.strerror(n) in str(error) for n in NO_ROOM)


def is_foreseen(error: Exception) -> bool:
    """A PipelineError or what the machine refuses: one line says it. Anything else is a fault of ours and wants its traceback."""
    of_machine = isinstance(error, OSError) or type(error).__name__ in OF_THE_MACHINE or wants_room(error)
    return isinstance(error, PipelineError) or of_machine


def exit_code(error: Exception) -> int:
    return error.exit_code if isinstance(error, PipelineError) else PipelineError.exit_code
