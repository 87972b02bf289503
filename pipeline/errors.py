"""What can go wrong in ways a user can mend, and the exit code each one ends the command with."""

from __future__ import annotations

import errno
import os

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class PipelineError(Exception):
    """An error whose message is meant for the user: no traceback is shown."""

    exit_code = 1


class UsageError(PipelineError):
    """The command, the settings or a mapping say something that cannot be."""

    exit_code = 2


class Stopped(PipelineError):
    """A check or a refusal stopped the work; what was published stays."""

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
