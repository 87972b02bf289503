"""Where DuckDB and Spark leave Parquet for each other: a folder that both see, or a store by its URL (s3://, gs://, hdfs://, abfs://).

What is handed over is named by its content: what Spark has already been given is not written again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.sql_text import file_literal, quoted

if TYPE_CHECKING:
    import duckdb

SCHEME = "://"
BATCH = 100_000
"""Rows that are written to a store at once."""


class Exchange(Protocol):
    """Names are of files that DuckDB hands over and of folders that Spark leaves."""

    def place(self, name: str) -> str:
        """Where Spark finds or leaves it."""
        ...

    def begin(self, kept: set[str]) -> None:
        """Remove all but these names."""
        ...

    def has(self, name: str) -> bool: ...

    def put(self, sql: duckdb.DuckDBPyConnection, query: str, name: str) -> None:
        """The answer to a query, as a Parquet file."""
        ...

    def see(self, sql: duckdb.DuckDBPyConnection, folder: str, view: str) -> None:
        """What Spark left in a folder, as a view in DuckDB."""
        ...


def open_exchange(place: str) -> Exchange:
    return Store(place) if SCHEME in place else Folder(Path(place).resolve())


class Folder:
    """A folder under one path for this process and the cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, name: str) -> str:
        return str(self.folder / name)

    def begin(self, kept: set[str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            if old.name not in kept:
                shutil.rmtree(old) if old.is_dir() else old.unlink()

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def put(self, sql: duckdb.DuckDBPyConnection, query: str, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{name}"
        sql.execute(f"copy ({query}) to {quoted(str(unfinished))} (format parquet)")
        unfinished.rename(self.folder / name)

    def see(self, sql: duckdb.DuckDBPyConnection, folder: str, view: str) -> None:
        parts = f"{file_literal(self.folder / folder)} || '/*.parquet'"
        sql.execute(f"create or replace temp view {view} as select * from read_parquet({parts})")


class Store:
    """A store that both reach by a URL, each with its own credentials."""

    def __init__(self, url: str) -> None:
        from pyarrow import fs

        self.url = url.rstrip("/")
        self.files, self.root = fs.FileSystem.from_uri(self.url)

    def place(self, name: str) -> str:
        return f"{self.url}/{name}"

    def begin(self, kept: set[str]) -> None:
        from pyarrow import fs

        self.files.create_dir(self.root, recursive=True)
        for old in self.files.get_file_info(fs.FileSelector(self.root)):
            if old.base_name not in kept:
                remove = self.files.delete_file if old.is_file else self.files.delete_dir
                remove(old.path)

    def has(self, name: str) -> bool:
        from pyarrow import fs

        return bool(self.files.get_file_info(f"{self.root}/{name}").type != fs.FileType.NotFound)

    def put(self, sql: duckdb.DuckDBPyConnection, query: str, name: str) -> None:
        from pyarrow import parquet

        reader: Any = sql.sql(query).to_arrow_reader(BATCH)
        self.files.create_dir(self.root, recursive=True)
        unfinished = f"{self.root}/.{name}"
        with parquet.ParquetWriter(unfinished, reader.schema, filesystem=self.files) as writer:
            for batch in reader:
                writer.write_batch(batch)
        self.files.move(unfinished, f"{self.root}/{name}")

    def see(self, sql: duckdb.DuckDBPyConnection, folder: str, view: str) -> None:
        from pyarrow import dataset

        sql.register(view, dataset.dataset(f"{self.root}/{folder}", filesystem=self.files, format="parquet"))
