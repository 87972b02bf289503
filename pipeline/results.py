"""Published files and their manifest: immutable Parquet, read by everybody; only manifest.json is ever replaced."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.engines.engine_config import NO_WAITING
from pipeline.engines.named import named
from pipeline.errors import NoData, Stopped
from pipeline.kpis import Catalogue
from pipeline.sql_text import file_literal

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
NO_WEEK = "0000-W00"
"""Names the file of a table without a row."""
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
        with self._still_there(), named(self._sql, tables):
            return self._sql.execute(sql).df()

    def run(self, sql: str, **tables: pd.DataFrame) -> None:
        """SQL that writes elsewhere: the published files stay as they are."""
        with self._still_there(), named(self._sql, tables):
            self._sql.execute(sql)

    @contextlib.contextmanager
    def _still_there(self) -> Iterator[None]:
        """Raises Stopped where a file is gone because newer results took the place of these: only the last few are kept."""
        import duckdb

        try:
            yield
        except (duckdb.IOException, FileNotFoundError):
            file = self.folder / MANIFEST
            if file.is_file() and json.loads(file.read_text("utf-8")) == self.manifest:
                raise
            raise Stopped(
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
        """Agents' names by their ids; who has none is named by the id. Behind those of namesakes stands what tells them apart."""
        return told_apart(self.document("agents"))


def told_apart(agents: list[dict[str, Any]]) -> dict[str, str]:
    """Names by agent, with the team where several are called alike, and with the id where their teams are, too."""
    names = {row["agent"]: row["name"] or row["agent"] for row in agents}
    namesakes = Counter(names.values())
    teams = {row["agent"]: row["team"] or "" for row in agents if namesakes[names[row["agent"]]] > 1}
    alike = Counter((names[agent], team) for agent, team in teams.items())
    for agent, team in teams.items():
        apart = [team, agent] if alike[names[agent], team] > 1 else [team]
        names[agent] += f" ({', '.join(filter(None, apart))})" if any(apart) else ""
    return names


def open_results(folder: Path) -> Results:
    """The newest published results; raises NoData when nothing has been published, Stopped where this version cannot read it."""
    file = folder / MANIFEST
    if not file.is_file():
        raise NoData(
            f"{folder}: nothing is published yet: `run` loads the inbox and publishes it, `make report` the sample"
        )
    try:
        manifest = json.loads(file.read_text("utf-8"))
    except ValueError:
        raise Stopped(f"{file}: is damaged; `build` or `run` writes it anew") from None
    if manifest.get("layout") != layout():
        raise Stopped(f"{folder}: published by another version of the pipeline; `build` or `run` first")
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
