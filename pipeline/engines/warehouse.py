"""The DuckDB file: one owner at a time, bounded memory, transactions, the tables of the contracts and of the accounts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.contracts import read_contracts
from pipeline.engines.engine_config import engine_config
from pipeline.engines.lock import locked
from pipeline.engines.minute_files import MINUTE_FILES
from pipeline.engines.named import named
from pipeline.errors import PipelineError
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from pipeline.settings import Settings

ACCOUNT_TABLES = """
create table if not exists batches (
    batch_id integer primary key, source varchar, loaded_at timestamp, status varchar, reason varchar);
create table if not exists files (
    file_id integer primary key, batch_id integer, source varchar, name varchar, contract varchar, digest varchar,
    rows_read bigint, admitted bigint, duplicate bigint, quarantined bigint, replaced bigint, removed bigint,
    is_undone boolean, part varchar, lay_as varchar, content varchar, due_at timestamp, left_out bigint,
    is_to_minute boolean);
alter table files add column if not exists part varchar;
alter table files add column if not exists lay_as varchar;
alter table files add column if not exists content varchar;
alter table files add column if not exists due_at timestamp;
alter table files add column if not exists left_out bigint;
alter table files add column if not exists is_to_minute boolean;
create table if not exists quarantine (
    file_id integer, line bigint, column_name varchar, rule varchar, value varchar, records bigint);
update files set due_at = timestamp '1970-01-01'
    where due_at is null and file_id in (select file_id from quarantine where rule = 'in_the_future');
create table if not exists stale (mark bigint, from_at timestamp, reason varchar);
create sequence if not exists stale_mark;
create table if not exists facts_about (name varchar primary key, value varchar);
create table if not exists check_results (
    batch_id integer, table_name varchar, check_name varchar, severity varchar, outcome varchar, observed varchar,
    failing varchar, title_en varchar, title_ru varchar);
"""
BOOKKEEPING = "source varchar, file_id integer, line bigint, version bigint"


class Warehouse:
    """An open warehouse. `sql` is the connection; every write goes through `transaction`.

    `models`: SQL of the database of models' tables. DuckDB names the warehouse's own after its file, which may be any name.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> None:
        self.sql = connection
        self.path = path
        self.scratch = scratch
        own = str(self.value("select current_database()")).replace('"', '""')
        self.own, self.models = f'"{own}"', f'"{own} models"'

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block is kept, or nothing of it."""
        self.sql.execute("begin transaction")
        try:
            yield
        except BaseException:
            self.sql.execute("rollback")
            raise
        self.sql.execute("commit")

    @contextlib.contextmanager
    def in_steps(self) -> Iterator[None]:
        """Statements of nested SELECTs are computed step by step: DuckDB would otherwise push a filter on a step's result into
        the steps below, and compute each value again in every branch that uses it."""
        self.sql.execute("set disabled_optimizers = 'filter_pushdown'")
        try:
            yield
        finally:  # by a connection of its own: that of a failed statement takes no other, and would hide why it failed
            self.sql.cursor().execute("set disabled_optimizers = ''")

    def value(self, query: str, parameters: list[Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        rows = self.sql.execute(query, parameters or []).fetchall()
        return rows[0][0] if rows else None

    def records(self, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        cursor = self.sql.execute(query, parameters or [])
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def filled(self, tables: list[str]) -> set[str]:
        """Those of the tables that have a row."""
        asked = self.sql.execute(f"select {', '.join(f'exists (from {name})' for name in tables)}").fetchone() or ()
        return {name for name, is_filled in zip(tables, asked, strict=True) if is_filled}

    def named(self, **tables: pd.DataFrame) -> contextlib.AbstractContextManager[None]:
        """A block whose statements may name the frames."""
        return named(self.sql, tables)

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        """The answer to SQL; `tables` are frames it may name."""
        with self.named(**tables):
            return self.sql.execute(sql).df()

    def note(self, told: dict[str, str]) -> None:
        places = ", ".join(["(?, ?)"] * len(told))
        parts = [part for pair in told.items() for part in pair]
        self.sql.execute(f"insert or replace into facts_about values {places}", parts)

    def noted(self, name: str) -> str | None:
        text: str | None = self.value("select value from facts_about where name = ?", [name])
        return text

    def begin_models(self) -> None:
        """An empty database for the tables of models, beside the warehouse: a file, because DuckDB lets go of the pages of files
        more readily than of temporary tables. It begins anew each time, so no log of it is kept. What is not in the warehouse is
        looked for there."""
        file = self.scratch / "models.duckdb"
        self.sql.execute(f"detach database if exists {self.models}")
        file.unlink(missing_ok=True)
        self.sql.execute(f"attach {quoted(str(file))} as {self.models} (recovery_mode no_wal_writes)")
        self.sql.execute(f"set search_path = {quoted(f'{self.own}.main,{self.models}.main')}")

    def write_anew(self) -> None:
        """The file without its free blocks, in which what was deleted or written over still stands; closes the warehouse."""
        fresh, name = self.scratch / self.path.name, f'{self.own[:-1]} fresh"'
        self.sql.execute("checkpoint")
        self.sql.execute(f"attach {quoted(str(fresh))} as {name}")
        self.sql.execute(f"copy from database {self.own} to {name}")
        self.sql.execute(f"detach {name}")
        self.sql.close()
        fresh.replace(self.path)

    def mark_stale(self, from_at: datetime | None, reason: str) -> None:
        """Facts from `from_at` on (None: all) no longer follow from the warehouse."""
        self.sql.execute("insert into stale values (nextval('stale_mark'), ?, ?)", [from_at, reason])


@contextlib.contextmanager
def open_warehouse(settings: Settings) -> Iterator[Warehouse]:
    """Open (or make) the warehouse and hold its lock; raises Stopped naming the holder when somebody else has it."""
    import duckdb

    path = settings.warehouse
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_name(path.name + ".lock")):
        is_new = not path.exists()
        scratch = _fresh_folder(path.with_name(path.name + ".scratch"))
        try:
            connection = duckdb.connect(str(path), config=engine_config(settings.engine, scratch))
        except (duckdb.IOException, duckdb.SerializationException) as error:
            raise PipelineError(f"{path}: cannot be opened as a warehouse: {str(error).splitlines()[0]}") from None
        try:
            connection.execute("set TimeZone = 'UTC'")
            warehouse = Warehouse(connection, path, scratch)
            with warehouse.transaction():
                connection.execute(ACCOUNT_TABLES)
                _create_tables(connection, set() if is_new else _columns(connection))
                _tell_minutes(warehouse)
            yield warehouse
        finally:
            connection.close()
            _remove_folder(scratch)


def _columns(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(table, column) of all that is there: the first question of its kind takes a third of the time of opening."""
    found = connection.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall()
    return {(str(table), str(column)) for table, column in found}


def _create_tables(connection: duckdb.DuckDBPyConnection, known: set[tuple[str, str]]) -> None:
    """The tables of the contracts; a column that a contract has gained since is added to what is `known` to be there."""
    tables = {table for table, _ in known}
    for contract in read_contracts().values():
        columns = {name: column.sql_type for name, column in contract.columns.items()}
        listed = ", ".join(f"{name} {sql_type}" for name, sql_type in columns.items())
        for table in (contract.raw_table, contract.duplicate_table):
            if table not in tables:
                connection.execute(f"create table {table} ({BOOKKEEPING}, {listed})")
            for name in columns if table in tables else ():
                if (table, name) not in known:
                    connection.execute(f"alter table {table} add column {name} {columns[name]}")


def _tell_minutes(warehouse: Warehouse) -> None:
    """Of files in the books without it, whether their calls are written to the minute."""
    if warehouse.value("select exists (select 1 from files where is_to_minute is null)"):
        warehouse.sql.execute(f"update files set is_to_minute = file_id in ({MINUTE_FILES}) where is_to_minute is null")


def _fresh_folder(path: Path) -> Path:
    """An empty folder: what a killed run left in it goes."""
    _remove_folder(path)
    path.mkdir()
    return path


def _remove_folder(path: Path) -> None:
    import shutil

    shutil.rmtree(path, ignore_errors=True)
