"""The scheduled job's input: data/inbox/<source>/, one folder a source."""

from __future__ import annotations

import shlex
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.loading.accounts import Account, due_files
from pipeline.loading.files import InputFile, entries, find_files, known_as, visible_files
from pipeline.loading.load import digests_of
from pipeline.sources import Site, Source, check_site, find_source

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

BESIDE = ("pipeline.toml", "truth.json")
"""What lies beside the folders of the sample: its settings, and what was simulated."""


def find_sources(inbox: Path, site: Site = Site()) -> tuple[list[tuple[Source, Path]], list[Account]]:
    """The source of each folder, by its mapping.toml or its name, and the refusals of folders that nobody can read.

    A folder that is another one by a link is refused: its records would count twice. Raises UsageError for an inbox that is
    not there, or a site that cannot be.
    """
    check_site(site)
    if not inbox.is_dir():
        raise UsageError(
            f"{inbox}: no such inbox; make {inbox}/<source>/ and put log files there (`sources` lists them)"
        )
    folders = sorted(folder for folder in inbox.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    found: list[tuple[Source, Path]] = []
    refused: list[Account] = []
    places: dict[Path, Path] = {}
    for folder in folders:
        try:
            if (first := places.setdefault(folder.resolve(), folder)) != folder:
                raise UsageError(f"{folder}: is the folder {first} by another name")
            next(folder.iterdir(), None)  # a mapping can be read in a folder whose files cannot be listed
            found.append((_source_of(folder, site), folder))
        except UsageError as error:
            refused.append(Account(folder.name, folder.name, error=str(error)))
        except OSError as error:
            refused.append(Account(folder.name, folder.name, error=f"{folder}: cannot be read: {error}"))
    return found, refused


def _source_of(folder: Path, site: Site) -> Source:
    mapping = folder / "mapping.toml"
    if mapping.is_file():
        return find_source("csv", str(mapping))
    try:
        return find_source(folder.name, None, site)
    except UsageError as error:
        raise UsageError(f"{folder}: {error}; a folder of mapped files needs a mapping.toml in it") from None


def stray_files(inbox: Path) -> list[Path]:
    """Files that lie in the inbox itself, where no folder says their source."""
    known = (*BESIDE, ".")
    return sorted(file for file in inbox.iterdir() if file.is_file() and not file.name.startswith(known))


def odd_entries(inbox: Path, folders: list[Path]) -> list[Path]:
    """What is no file and no folder to go into, in the inbox itself and in the sources' folders."""
    beside = [path for path in inbox.iterdir() if not path.is_dir() and not path.name.startswith(".")]
    return sorted(path for path in chain(beside, *map(entries, folders)) if not path.is_file())


def unread_files(source: Source, folder: Path) -> list[Path]:
    """Files in a source's folder whose ending is none of those that the source reads."""
    read = {file.path for file in find_files([folder], source.suffixes)}
    return [file for file in visible_files(folder) if file not in read]


def new_files(warehouse: Warehouse, settings: Settings, source: Source, folder: Path) -> list[InputFile]:
    """The folder's files whose content was neither loaded nor undone under that name before, or that are due again."""
    known = {
        (row["name"], row["digest"])
        for row in warehouse.records("select name, digest from files where source = ?", [source.name])
    } - due_files(warehouse, source.name)
    files = known_as(source, find_files([folder], source.suffixes))
    return [file for name, file in files.items() if (name, _digest(file, source, settings)) not in known]


def undone_files(warehouse: Warehouse, settings: Settings, source: Source, folder: Path) -> list[tuple[InputFile, int]]:
    """The folder's files that an undone batch held, with its number: only `load_command` brings them back."""
    query = "select name, digest, batch_id from files where source = ? and is_undone"
    undone = {(row["name"], row["digest"]): int(row["batch_id"]) for row in warehouse.records(query, [source.name])}
    names = {name for name, _ in undone}
    files = known_as(source, find_files([folder], source.suffixes)) if names else {}
    digests = {name: _digest(file, source, settings) for name, file in files.items() if name in names}
    return [(files[key[0]], undone[key]) for key in digests.items() if key in undone]


def load_command(folder: Path, file: InputFile) -> str:
    """What loads a file of the inbox under the name that `run` gives it."""
    mapping = folder / "mapping.toml"
    how = ["--source", "csv", "--mapping", str(mapping)] if mapping.is_file() else ["--source", folder.name]
    return shlex.join(["load", str(file.path if file.name == file.path.name else folder), *how])


def _digest(file: InputFile, source: Source, settings: Settings) -> str | None:
    """None of a file that cannot be read: it is new, and the loader refuses it by name."""
    try:
        return digests_of(file.path, source, settings)[1]
    except OSError:
        return None
