"""Why a file cannot be read, said with its path."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.errors import RefusedFile
from pipeline.sources.dialect import hidden_names


def refuse_unusual(path: Path) -> None:
    """Raises RefusedFile for what is no file, and for a name that no database can hold."""
    if not path.is_file():
        raise RefusedFile(f"{path}: not a regular file")
    if any("\ud800" <= sign <= "\udfff" for sign in path.name):
        encoding = sys.getfilesystemencoding()
        otherwise = "" if encoding == "utf-8" else ", or run with LC_ALL=C.UTF-8"
        raise RefusedFile(f"{path}: its name is no {encoding} text: give it another{otherwise}")


def refused(path: Path, refusal: RefusedFile) -> str:
    """What reads a file's text knows it by its name alone, or by that of a copy, which begins with it."""
    name, _, said = str(refusal).partition(": ")
    return f"{path}: {said}" if name.startswith(path.name) else str(refusal)


def failed(path: Path, error: Exception) -> str:
    """The first line of the error: others may quote the file."""
    return f"{path}: cannot be read: {hidden_names((str(error) or type(error).__name__).splitlines()[0])}"
