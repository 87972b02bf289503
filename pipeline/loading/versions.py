"""Which of several deliveries of one record counts: the highest (source's version, file name, source, part of the file, line).

Names are held against each other without their endings: `W44 (1).csv` is the higher, though a space is lower than a point.

Winners are in raw_<table>, losers in duplicate_<table>, whatever the order in which files were loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading import stale

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

UNENDED = r"regexp_replace(f.name, '\.\w+(\.(gz|zst))?$', '')"


@dataclass(frozen=True)
class Outcome:
    """`replaced`: new rows known before. `removed`: of the records that the file `held` before, those it lacks."""

    replaced: int
    removed: int
    held: int


def take_out(warehouse: Warehouse, contract: Contract, file_ids: list[int], which: str = "true") -> None:
    """Move those of the files' rows that meet a condition out of the table, into `outgoing`."""
    sql = warehouse.sql
    going = f"file_id in ({', '.join(map(str, file_ids)) or 'null'}) and {which}"
    sql.execute("drop table if exists outgoing")
    sql.execute(f"create temp table outgoing as select * from {contract.raw_table} where {going}")
    for table in (contract.raw_table, contract.duplicate_table):
        sql.execute(f"delete from {table} where {going}")


def settle(warehouse: Warehouse, contract: Contract, file_id: int, last_id: int | None = None) -> Outcome:
    """After `take_out`, and with the new rows of the file, or of all up to the last one, in the raw table: let the winners stand,
    mark what that makes stale."""
    sql = warehouse.sql
    for name, way in (("incoming", ""), ("others", "not")):
        sql.execute(
            f"create or replace temp view {name} as select * from {contract.raw_table} "
            f"where file_id {way} between {file_id} and {last_id or file_id}"
        )
    _find_known(warehouse, contract)
    _find_contested(warehouse, contract)
    sql.execute(f"create or replace temp view moved as {_moved(contract)}")
    if contract.rebuilds != "all" or _tells_news(warehouse):
        stale.mark(warehouse, contract)
    removed, held = _removed(warehouse, contract), int(warehouse.value("select count(*) from outgoing"))
    _place(warehouse, contract)
    replaced = int(warehouse.value(f"select count(*) from incoming i semi join known k on {_keys(contract, 'i', 'k')}"))
    for name in ("moved", "incoming", "others"):
        sql.execute(f"drop view {name}")
    return Outcome(replaced, removed, held)


def withdraw(warehouse: Warehouse, contract: Contract, file_id: int) -> None:
    """Take a file's rows out; where they had won, the next best delivery takes their place."""
    take_out(warehouse, contract, [file_id])
    settle(warehouse, contract, file_id)
    recount(warehouse, contract)


def write_over(warehouse: Warehouse, contract: Contract, file_id: int) -> int:
    """Let the losers to a file's winners say what these say, so that nothing else is kept of them; gives how many they are."""
    said = ", ".join(f"{column} = won.{column}" for column in contract.columns if column not in contract.key)
    [[count]] = warehouse.sql.execute(
        f"update {contract.duplicate_table} as lost set {said} from {contract.raw_table} as won "
        f"where won.file_id = {file_id} and {_keys(contract, 'lost', 'won')}"
    ).fetchall()
    return int(count)


def recount(warehouse: Warehouse, contract: Contract) -> None:
    """Bring admitted and duplicate of every file of this table up to date: a new file may outdo an old one."""
    warehouse.sql.execute(
        f"""update files set admitted = coalesce(now_in.n, 0), duplicate = coalesce(lost.n, 0)
        from files f
        left join (select file_id, count(*) as n from {contract.raw_table} group by 1) now_in on now_in.file_id = f.file_id
        left join (select file_id, count(*) as n from {contract.duplicate_table} group by 1) lost on lost.file_id = f.file_id
        where files.file_id = f.file_id and f.contract = '{contract.name}'"""
    )


def count_replaced(warehouse: Warehouse, contract: Contract, file_id: int, last_id: int) -> None:
    """After `settle`: in the books how many rows of each of these files were known before; under new names none was removed."""
    warehouse.sql.execute(
        f"""update files set removed = 0, replaced = (
            select count(*) from {contract.raw_table} r semi join known k on {_keys(contract, "r", "k")}
            where r.file_id = files.file_id)
        where file_id between {file_id} and {last_id}"""
    )


def _keys(contract: Contract, left: str, right: str) -> str:
    return " and ".join(f"{left}.{column} is not distinct from {right}.{column}" for column in contract.key)


def _find_known(warehouse: Warehouse, contract: Contract) -> None:
    """Temp table of the keys of incoming rows that the warehouse had already."""
    key = ", ".join(contract.key)
    warehouse.sql.execute("drop table if exists known")
    warehouse.sql.execute(
        f"create temp table known as select {key} from "
        f"(select {key} from others union all select {key} from outgoing) k semi join incoming i on {_keys(contract, 'k', 'i')}"
    )


def _removed(warehouse: Warehouse, contract: Contract) -> int:
    return int(warehouse.value(f"select count(*) from outgoing o anti join incoming i on {_keys(contract, 'o', 'i')}"))


def _tells_news(warehouse: Warehouse) -> bool:
    """Whether a row comes or goes that is not there once more, word for word: many exports name the same things every time."""
    said = "select * exclude (file_id, line) from {}".format
    known, now = (f"{said(first)} union all by name {said('others')}" for first in ("outgoing", "incoming"))
    return bool(warehouse.value(
        f"select exists (({said('incoming')}) except ({known})) or exists (({said('outgoing')}) except ({now}))"
    ))  # fmt: skip


def _find_contested(warehouse: Warehouse, contract: Contract) -> None:
    """Temp table of the keys that more than one delivery claims, or whose winner has just gone."""
    key = ", ".join(contract.key)
    warehouse.sql.execute("drop table if exists contested")
    warehouse.sql.execute(
        f"""create temp table contested as
        select {key} from incoming group by {key} having count(*) > 1
        union
        (select {key} from known k semi join others o on {_keys(contract, "k", "o")})
        union
        (select {key} from {contract.duplicate_table} d semi join incoming i on {_keys(contract, "d", "i")})
        union
        (select {key} from {contract.duplicate_table} d anti join {contract.raw_table} r on {_keys(contract, "d", "r")})"""
    )


def _place(warehouse: Warehouse, contract: Contract) -> None:
    sql = warehouse.sql
    if not warehouse.value("select 1 from contested limit 1"):
        return
    sql.execute("drop table if exists ranked")
    sql.execute(
        f"""create temp table ranked as
        select p.*, row_number() over (
            partition by {", ".join(f"p.{column}" for column in contract.key)}
            order by p.version desc, {UNENDED} desc, f.name desc, f.source desc, f.part desc, f.file_id desc,
                p.line desc) as place
        from (select * from {contract.raw_table} union all by name select * from {contract.duplicate_table}) p
        semi join contested c on {_keys(contract, "p", "c")}
        join files f on f.file_id = p.file_id"""
    )
    for table in (contract.raw_table, contract.duplicate_table):
        sql.execute(f"delete from {table} as t using contested c where {_keys(contract, 't', 'c')}")
    sql.execute(f"insert into {contract.raw_table} by name select * exclude (place) from ranked where place = 1")
    sql.execute(f"insert into {contract.duplicate_table} by name select * exclude (place) from ranked where place > 1")


def _moved(contract: Contract) -> str:
    """SQL: the incoming, outgoing and contested rows."""
    return (
        f"select * from incoming union all by name select * from outgoing "
        f"union all by name select r.* from {contract.raw_table} r semi join contested c on {_keys(contract, 'r', 'c')} "
        f"union all by name select d.* from {contract.duplicate_table} d semi join contested c on {_keys(contract, 'd', 'c')}"
    )
