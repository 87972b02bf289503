"""Writes published files and, when all are there, the manifest that names them; files that nobody names any more go."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.results import MANIFEST

KEPT_MANIFESTS = 3
"""The current one among them."""


class Publisher:
    """Writes files whose names carry a digest of their content, then the manifest that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.previous: dict[str, Any] = self.read(MANIFEST) or {}

    @property
    def is_whole(self) -> bool:
        """Whether something is published, and every file of it is there."""
        return bool(self.previous) and all((self.folder / name).is_file() for name in _named(self.previous))

    def read(self, name: str) -> Any:
        """A published JSON file; None where somebody took it away, or a loss of power tore it."""
        file = self.folder / name
        try:
            return json.loads(file.read_text("utf-8")) if file.is_file() else None
        except ValueError:
            return None

    def adopt(self, temporary: Path, relative: str) -> str:
        """Move a finished file into place as `<relative>-<digest><suffix>`; the same content is the same file."""
        digest = hashlib.sha256(temporary.read_bytes()).hexdigest()[:16]
        name = f"{relative}-{digest}{temporary.suffix}"
        self.place(temporary, name)
        return name

    def place(self, temporary: Path, name: str) -> None:
        """Move a finished file into place under a name that tells its content; a file of that name stays."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_file():
            temporary.unlink()
            return
        _sync(temporary)
        temporary.replace(target)

    def document(self, name: str, content: Any) -> str:
        """Write a JSON document."""
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, default=str)
        temporary = self.folder / f".{name}.json"
        temporary.write_text(text, "utf-8")
        return self.adopt(temporary, f"documents/{name}")

    def publish(self, manifest: dict[str, Any]) -> bool:
        """Make the manifest the current one, keep the last few, and remove files that none of them names.

        False, and nothing touched, when it says what the current one says.
        """
        temporary = self.folder / ".manifest.json"
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1), "utf-8")
        _sync(temporary)
        current = self.folder / MANIFEST
        if current.is_file() and current.read_bytes() == temporary.read_bytes():
            temporary.unlink()
            return False
        self._keep(current)
        temporary.replace(current)
        self._remove_unnamed()
        return True

    def withdraw(self) -> None:
        """Nothing is published any more: the warehouse holds nothing that could be."""
        (self.folder / MANIFEST).unlink(missing_ok=True)

    def _keep(self, current: Path) -> None:
        if not current.is_file():
            return
        for age in range(KEPT_MANIFESTS - 2, 0, -1):
            older = self.folder / f"manifest.{age}.json"
            if older.is_file():
                older.replace(self.folder / f"manifest.{age + 1}.json")
        copy = self.folder / ".manifest.1.json"
        copy.write_bytes(current.read_bytes())
        _sync(copy)
        copy.replace(self.folder / "manifest.1.json")

    def _remove_unnamed(self) -> None:
        manifests = (self.read(file.name) for file in self.folder.glob("manifest*.json"))
        named = {name for manifest in manifests if manifest for name in _named(manifest)}
        for file in self.folder.rglob("*"):
            relative = file.relative_to(self.folder).as_posix()
            if file.is_file() and not relative.startswith("manifest") and relative not in named:
                file.unlink()


def _named(manifest: dict[str, Any]) -> Iterable[str]:
    yield manifest["definitions"]
    yield from manifest["documents"].values()
    for files in manifest["tables"].values():
        yield from files.values()


def _sync(file: Path) -> None:
    with file.open("rb") as content:
        os.fsync(content.fileno())
