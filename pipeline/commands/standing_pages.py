"""Whether the pages in a folder are still those that would be written: then `run` with nothing new leaves them as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata, resources
from importlib.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.results import Results
    from pipeline.settings import Settings

STAMP = ".written"
PRINTED = ".pdf"
"""Of files that are printed from the pages later: they change none."""
LIBRARIES = ("babel", "duckdb", "jinja2", "markupsafe", "numpy", "pandas", "plotly", "scipy")
"""Packages of which another version may write other pages."""


class Pages:
    """The report of a week (None: the last complete one) in a folder."""

    def __init__(
        self, results: Results, settings: Settings, week: str | None, languages: Sequence[str], folder: Path
    ) -> None:
        told = settings.model_dump_json(exclude={"privacy"})  # nothing of its key: the folder is served to others
        versions = [metadata.version(name) for name in LIBRARIES]
        self._asked = json.dumps([results.manifest, told, week, languages, versions], sort_keys=True)
        self._folder = folder

    def stand(self) -> bool:
        """Whether nothing that they are made of has changed since they were noted, nor a file in the folder."""
        stamp = self._folder / STAMP
        try:
            return stamp.read_text("utf-8") == self._digest()
        except FileNotFoundError:  # never noted, or others are writing here now
            return False

    def note(self) -> None:
        """They have just been written."""
        (self._folder / STAMP).write_text(self._digest(), "utf-8")

    def _digest(self) -> str:
        digest = hashlib.sha256(self._asked.encode())
        _add_code(digest, resources.files("pipeline"))
        for file in sorted(self._folder.rglob("*")):
            if file.is_file() and file.name != STAMP and file.suffix != PRINTED:
                found = file.stat()
                digest.update(f"{file.relative_to(self._folder)} {found.st_size} {found.st_mtime_ns}".encode())
        return digest.hexdigest()


def _add_code(digest: hashlib._Hash, part: Traversable) -> None:
    """Every file of the pipeline, or another version would leave the pages of this one."""
    for entry in sorted(part.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            _add_code(digest, entry)
        elif entry.is_file():
            digest.update(entry.name.encode() + entry.read_bytes())
