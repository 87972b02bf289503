"""Published files and their manifest: immutable Parquet, read by everybody; only manifest.json is ever replaced."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.engines.engine_config import NO_WAITING
from pipeline.errors import NoData
from pipeline.kpis import Catalogue
from pipeline.sources.expressions import file_literal

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
NO_WEEK = "0000-W00"
"""Names the file of a table without a row."""
KEPT_MANIFESTS = 3
"""The current one among them."""
DECIDING = ("models", "kpis", "building", "statistics", ".")
WRITTEN_IN = (".py", ".sql", ".toml")
"""Parts of the pipeline that decide which columns, figures and documents are published; "." are its modules of no part."""


class Results:
    """The published results as one manifest names them, through views of an in-memory DuckDB."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        import duckdb

        self.folder = folder
        self.manifest = manifest
        self.catalogue = Catalogue(**json.loads((folder / manifest["definitions"]).read_text("utf-8")))
        self._sql = duckdb.connect(config=NO_WAITING | {"memory_limit": "1GB"})
        with contextlib.suppress(duckdb.InvalidInputException):  # in a notebook without ipywidgets there is none to set
            self._sql.execute("set enable_progress_bar = false")
        self._sql.execute("set parquet_metadata_cache = true")  # a published file never changes
        for table, files in manifest["tables"].items():
            self._view(table, list(files.values()))

    def _view(self, table: str, files: list[str]) -> None:
        paths = ", ".join(file_literal(self.folder / file) for file in files)
        self._sql.execute(f"create view {table} as select * from read_parquet([{paths}])")

    @property
    def weeks(self) -> list[str]:
        """The weeks that have published figures, oldest first."""
        return sorted(week for week in self.manifest["tables"].get("kpi_values", {}) if week > NO_WEEK)

    @property
    def last_complete_week(self) -> str:
        week: str | None = self.manifest["last_complete_week"]
        if week is None:
            raise NoData("no complete week is published yet")
        return week

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        """The answer to SQL over the published tables; `tables` are frames the SQL may name."""
        with self._named(tables):
            return self._sql.execute(sql).df()

    def run(self, sql: str, **tables: pd.DataFrame) -> None:
        """SQL that writes elsewhere: the published files stay as they are."""
        with self._named(tables):
            self._sql.execute(sql)

    @contextlib.contextmanager
    def _named(self, tables: dict[str, pd.DataFrame]) -> Iterator[None]:
        for name, table in tables.items():
            self._sql.register(name, table)
        try:
            with self._still_there():
                yield
        finally:
            for name in tables:
                self._sql.unregister(name)

    @contextlib.contextmanager
    def _still_there(self) -> Iterator[None]:
        """Raises NoData where a file is gone because newer results took the place of these: only the last few are kept."""
        import duckdb

        try:
            yield
        except (duckdb.IOException, FileNotFoundError):
            file = self.folder / MANIFEST
            if file.is_file() and json.loads(file.read_text("utf-8")) == self.manifest:
                raise
            raise NoData(
                "newer results have been published and these removed: ask again, in Python after `refresh()`"
            ) from None

    @property
    def tables(self) -> list[str]:
        return sorted(self.manifest["tables"])

    def has(self, table: str) -> bool:
        return table in self.manifest["tables"]

    def document(self, name: str) -> Any:
        """A published JSON document: checks, account, agents."""
        with self._still_there():
            return json.loads((self.folder / self.manifest["documents"][name]).read_text("utf-8"))

    @property
    def names(self) -> dict[str, str]:
        """Agents' names by their ids; who has none is named by the id."""
        return {row["agent"]: row["name"] or row["agent"] for row in self.document("agents")}


def open_results(folder: Path) -> Results:
    """The newest published results; raises NoData when nothing has been published, or nothing that this version understands."""
    file = folder / MANIFEST
    if not file.is_file():
        raise NoData(
            f"{folder}: nothing is published yet: `run` loads the inbox and publishes it, `make report` the sample"
        )
    manifest = json.loads(file.read_text("utf-8"))
    if manifest.get("layout") != layout():
        raise NoData(f"{folder}: published by another version of the pipeline; `build` or `run` first")
    return Results(folder, manifest)


@cache
def layout() -> str:
    """Tells what one version publishes from what another does, by a digest of the files that decide it."""
    digest = hashlib.sha256()
    for part in DECIDING:
        files = resources.files("pipeline").joinpath(part).iterdir()
        for file in sorted((file for file in files if file.name.endswith(WRITTEN_IN)), key=lambda file: file.name):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


class Publisher:
    """Writes files whose names carry a digest of their content, then the manifest that names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / MANIFEST
        self.previous: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}

    @property
    def is_whole(self) -> bool:
        """Whether something is published, and every file of it is there."""
        return bool(self.previous) and all((self.folder / name).is_file() for name in _named(self.previous))

    def read(self, name: str) -> Any:
        """A published JSON file; None where somebody took it away."""
        file = self.folder / name
        return json.loads(file.read_text("utf-8")) if file.is_file() else None

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
        copy.replace(self.folder / "manifest.1.json")

    def _remove_unnamed(self) -> None:
        named = {
            name for file in self.folder.glob("manifest*.json") for name in _named(json.loads(file.read_text("utf-8")))
        }
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
