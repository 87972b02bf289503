"""Two deliveries that share a call, and what became of them."""

from pipeline.engines.warehouse import Warehouse
from pipeline.loading.accounts import Account

FIRST = """
call_id  offered_at        wait_s  talk_s  outcome   agent
a        2026-05-04 10:00  5       60      answered  ann
b        2026-05-04 10:05  5       60      answered  bob
"""
SECOND = """
call_id  offered_at        wait_s  talk_s  outcome   agent
b        2026-05-04 10:05  5       300     answered  bob
c        2026-05-04 10:09  5       60      answered  cid
"""


def nothing(step: str) -> None:
    pass


def talk_by_call(warehouse: Warehouse) -> dict[str, float]:
    return {row["call_id"]: row["talk_s"] for row in warehouse.records("select call_id, talk_s from raw_calls")}


def account(loaded: Account) -> tuple[int, int, int, int, int]:
    return loaded.rows_read, loaded.admitted, loaded.duplicate, loaded.replaced, loaded.removed
