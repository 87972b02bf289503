"""Which files are meant by paths and folders; of copies of one log, made while it grew, the longest counts."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.sources.packed import PACKED
from pipeline.sources.plain_text import length

if TYPE_CHECKING:
    from pipeline.sources.feed import Source

UNFINISHED = (".filepart", ".part", ".tmp", ".bak", ".old")
"""Copies on their way or put aside; a source may take names of any other ending, as those of rotated logs."""


@dataclass(frozen=True)
class InputFile:
    path: Path
    name: str
    """What identifies the file, unless its source knows better: loading the same source and name again replaces it."""


def find_files(paths: Iterable[Path], suffixes: tuple[str, ...]) -> list[InputFile]:
    """The files named, and those below the folders named, by name. Raises UsageError for a path that is not there."""
    found: dict[str, InputFile] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        members = [p for p in visible_files(path) if _is_read(p, suffixes)] if path.is_dir() else [path]
        for member in members:
            relative = member.relative_to(path).as_posix() if path.is_dir() else member.name
            if relative in found and found[relative].path.resolve() != member.resolve():
                raise UsageError(
                    f"{found[relative].path} and {member} would be one file, {relative}, and the second would replace the "
                    "first: give them different names, or load the folder that holds both"
                )
            found[relative] = InputFile(member, relative)
    return [found[name] for name in sorted(found)]


def visible_files(folder: Path) -> list[Path]:
    """The files below a folder that are meant: neither hidden nor in a hidden folder, no lock of Excel, no mapping."""
    return [path for path in entries(folder) if path.is_file() and not path.name.startswith(("~$", "mapping.toml"))]


def entries(folder: Path, above: frozenset[Path] = frozenset()) -> list[Path]:
    """Whatever lies below a folder and is not hidden, also through links; of folders only those that cannot be entered, or lead
    back to one `above`."""
    around = above | {folder.resolve()}
    found: list[Path] = []
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        is_way = path.is_dir() and os.access(path, os.R_OK | os.X_OK) and path.resolve() not in around
        found += entries(path, around) if is_way else [path]
    return sorted(found)


def _is_read(path: Path, suffixes: tuple[str, ...]) -> bool:
    """By the last ending: `calls.csv.filepart` is not whole yet, and its records would count before those of calls.csv."""
    packing = path.suffix.lower()
    ending = path.with_suffix("").suffix.lower() if packing in PACKED else packing
    return ending not in UNFINISHED and (not suffixes or not ending or not {ending, packing}.isdisjoint(suffixes))


def known_as(source: Source, files: list[InputFile]) -> dict[str, InputFile]:
    """The files by the name under which the warehouse knows each, of copies the longest."""
    copies: dict[str, list[InputFile]] = {}
    for file in files:
        copies.setdefault(source.known_as(file.path, file.name), []).append(file)
    longest = {name: _longest(several) for name, several in copies.items()}
    return dict(sorted(longest.items(), key=lambda item: item[1].name))


def _longest(copies: list[InputFile]) -> InputFile:
    """Of equally long ones a packed one: nothing writes to it any more."""
    if len(copies) == 1:
        return copies[0]
    return max(copies, key=lambda file: (length(file.path), file.path.suffix.lower() in PACKED, file.name))
