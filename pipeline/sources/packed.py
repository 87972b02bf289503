"""Files packed by gzip, zstd or zip, read as what is in them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import RefusedFile

PACKED = (".gz", ".zst", ".zip")
NO_TEXT = (".xlsx", ".xls", ".parquet", *PACKED)
CHUNK = 1 << 22
UNSOUND = ("ZstdError", "BadZipFile")
"""What libraries that are imported late raise for what they cannot unpack."""


def opener_of(path: Path) -> Callable[..., Any] | None:
    openers: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".zst": _open_zst, ".zip": _open_zip}
    return openers.get(path.suffix.lower())


def unpacked_name(path: Path) -> str:
    """The name of what is packed in a file, of an archive that of its first file; else the file's own."""
    if path.suffix.lower() == ".zip":
        return next(iter(_members(path)), path.stem)
    return path.stem if path.suffix.lower() in PACKED else path.name


def refuse_unlike(path: Path) -> None:
    """Raises RefusedFile for an archive of several files, of which nobody says which is meant, or of one that is no text."""
    names = _members(path) if path.suffix.lower() == ".zip" else []
    if len(names) > 1:
        raise RefusedFile(f"{path}: an archive of {len(names)} files: unpack those that are meant")
    if names and names[0].lower().endswith(NO_TEXT):
        raise RefusedFile(f"{path}: an archive of a file that is no text: unpack it")


def read(source: Any, most: int = CHUNK) -> bytes:
    """Raises OSError for what cannot be unpacked."""
    try:
        data: bytes = source.read(most)
    except Exception as error:
        if isinstance(error, zlib.error) or type(error).__name__ in UNSOUND:
            raise OSError(str(error)) from None
        raise
    return data


def _members(path: Path) -> list[str]:
    """The files in an archive but those that a Macintosh adds; none of a damaged one, as is said when it is read."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
    except (BadZipFile, OSError):
        return []
    return [name for name in names if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")]


def _open_zip(path: Path, mode: str) -> Any:
    from zipfile import BadZipFile, ZipFile

    try:
        return ZipFile(path).open(unpacked_name(path))
    except (BadZipFile, KeyError, RuntimeError) as error:  # no archive, an empty one, one with a password
        raise OSError(str(error)) from None


def _open_zst(path: Path, mode: str) -> BinaryIO:
    import zstandard

    try:
        stream: BinaryIO = zstandard.open(path, mode)
    except zstandard.ZstdError as error:
        raise OSError(str(error)) from None
    return stream
