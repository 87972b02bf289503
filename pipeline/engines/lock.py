"""One process at a time writes a warehouse; another is told who that is."""

from __future__ import annotations

import contextlib
import getpass
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import Stopped


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file `path`; raises Stopped naming who holds it already."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    holder = path.with_name(path.name + ".holder")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = holder.read_text("utf-8") if holder.is_file() else "another process"
        raise Stopped(f"{path.with_suffix('')}: in use by {who}") from None
    try:
        holder.write_text(f"{_user()}, process {os.getpid()}", "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _user() -> str:
    """By number where it has no name, as in a container that is run as any user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
