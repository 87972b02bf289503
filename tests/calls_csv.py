"""A small export of calls, its mapping, and rows of it with one field changed: what tests break and load."""

from pathlib import Path
from typing import Any

from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Admission, Settings
from pipeline.sources import find_source

MAPPING = """
table = "calls"
timezone = "Europe/Zurich"
ambiguous = "quarantine"
[columns]
call_id = "id"
offered_at = "offered"
answered_at = "answered"
ended_at = "ended"
wait_s = "wait"
talk_s = "talk"
outcome = "outcome"
agent = "agent"
customer_key = "phone"
is_resolved = "resolved"
"""
HEADER = "id,offered,answered,ended,wait,talk,outcome,agent,phone,resolved,note\n"
GOOD = ["g1,2026-05-04 10:00:00,2026-05-04 10:00:20,2026-05-04 10:05:00,20,280,answered,ann,+41 44 668 18 00,true,\n",
        "g2,2026-05-04 10:01:00,,2026-05-04 10:02:00,60,,abandoned,,,,\n"]  # fmt: skip
TEXT = (HEADER + "".join(GOOD)).encode()


def row(**changed: str) -> str:
    fields = {
        "id": "b1", "offered": "2026-05-04 11:00:00", "answered": "2026-05-04 11:00:20", "ended": "2026-05-04 11:05:00",
        "wait": "20", "talk": "280", "outcome": "answered", "agent": "bob", "phone": "+41446681801", "resolved": "true", "note": "",
    } | changed  # fmt: skip
    return ",".join(fields.values()) + "\n"


def load(
    folder: Path, content: bytes, name: str = "calls.csv", mapping: str = MAPPING, admission: Admission = Admission()
) -> tuple[Account, list[dict[str, Any]]]:
    """The account of one file and its quarantine, with the other sources' accounting rule checked."""
    (folder / name).write_bytes(content)
    (folder / "m.toml").write_text(mapping, "utf-8")
    settings = Settings(warehouse=folder / "work" / "w.duckdb", admission=admission)
    source = find_source("csv", str(folder / "m.toml"))
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))[0]
        quarantine = warehouse.records("select line, column_name, rule, value, records from quarantine order by line")
    assert account.rows_read == account.admitted + sum(account.quarantined.values()) + account.duplicate
    return account, quarantine
