"""Files of the inbox that are not loaded, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings
    from pipeline.sources import Source


def say_unread(warehouse: Warehouse, settings: Settings, folders: list[tuple[Source, Path]]) -> None:
    """Which files of the inbox are not loaded, and why."""
    from pipeline.loading.inbox import load_command, odd_entries, stray_files, undone_files, unread_files

    said = [f"{file} lies beside the sources' folders and is not read" for file in stray_files(settings.inbox)]
    said += [
        f"{path} is not read: no file, and no folder to go into (a pipe, a link that leads nowhere or back, no permission)"
        for path in odd_entries(settings.inbox, [folder for _, folder in folders])
    ]
    for source, folder in folders:
        takes = " ".join(source.suffixes) or "whole files"
        said += [
            f"{file} is not read: {source.name} takes {takes}{_truly(file)}" for file in unread_files(source, folder)
        ]
        said += [
            f"{file.path} is passed over, batch {batch} was undone; to load it again: `{load_command(folder, file)}`"
            for file, batch in undone_files(warehouse, settings, source, folder)
        ]
    for line in said:
        print(f"warning: {line}", file=sys.stderr)


def _truly(file: Path) -> str:
    """What such a file is: what systems write under the names of old workbooks and of logs."""
    from pipeline.sources.plain_text import what_is

    return f"; it is {what_is(file)}" if file.suffix.lower() in (".xls", ".log") else ""
