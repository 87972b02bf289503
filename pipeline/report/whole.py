"""Files and folders that take the place of older ones whole: killed anywhere, either the old one stands there or the new."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

ASIDE = ".old"


def put_file(place: Path, content: str | bytes) -> None:
    fresh = place.with_name(f".{place.name}")
    _write(fresh, content)
    fresh.replace(place)


def put_folder(place: Path, files: Mapping[str, str | bytes]) -> None:
    """A new folder in place of the old one, so that nothing of an earlier writing stays behind."""
    fresh, old = place.with_name(f".{place.name}"), place.with_name(f".{place.name}{ASIDE}")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, content in files.items():
        _write(fresh / name, content)
    if place.is_dir():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _write(file: Path, content: str | bytes) -> None:
    """An error names the file: of a full disk Python's own says nothing of where."""
    try:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error


def heal(folder: Path) -> None:
    """What a killed run had put aside below the folder comes back, unless the new one was in its place already."""
    for old in folder.glob(f"*/.*{ASIDE}"):
        place = old.with_name(old.name[1:].removesuffix(ASIDE))
        if place.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(place)
