"""The Anonymous Bank call log of 1999 (Technion SEE laboratory): tab-separated, one row a call, local time of Israel.

The key is line and call id together. Instants are the entry and the durations, not the clock columns: clocks of calls
that cross midnight start again at 0:00, and some VRU times are negative (they count as none). Customer 0 is unknown,
NO_SERVER means that no agent is known. Two customers (6.02E+11, 3.27E+11) were cut by a spreadsheet before the log was
published; its known figures take each for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedFile
from pipeline.sources.dialect import Dialect
from pipeline.sources.feed import Feed, Field, LocalTime, Source
from pipeline.sources.plain_text import plain_text
from pipeline.sources.reading import Staged, stage_delimited

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ZONE = "Asia/Jerusalem"
COLUMNS = (
    "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time", "q_start",
    "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
)  # fmt: skip
OUTCOMES = {"AGENT": "answered", "HANG": "abandoned", "PHANTOM": "no_call"}


def source() -> Source:
    return Source("technion_bank", "Anonymous Bank call log, 1999 (Technion SEE)", (".txt", ".gz", ".zst"), _read)


def _read(sql: DuckDBPyConnection, path: Path, scratch: Path) -> Iterator[tuple[Staged, Feed]]:
    staged = _stage(sql, path, scratch)
    yield staged, _feed(staged)


def _stage(sql: DuckDBPyConnection, path: Path, scratch: Path) -> Staged:
    text = plain_text(path, "utf-8", scratch)
    staged = stage_delimited(sql, text, Dialect(delimiter="\t", quote=""), set(COLUMNS), multiline=False)
    missing = [name for name in COLUMNS if name not in staged.columns]
    if missing:
        raise RefusedFile(f"{path}: line 1: column {', '.join(missing)} is missing")
    return staged


def _feed(staged: Staged) -> Feed:
    c = {name: f"nullif(trim({staged.columns[name]}), '')" for name in COLUMNS}
    local = LocalTime(ZONE)
    offered = _clock(c, "vru_entry")
    seconds = {name: f"try_cast({c[name]} as double)" for name in ("vru_time", "q_time", "ser_time")}
    in_menu_s = f"greatest(0, {seconds['vru_time']})"
    was_answered = f"{c['outcome']} = 'AGENT'"
    was_queued = f"({was_answered} or {seconds['q_time']} > 0)"
    left_queue = f"({offered} + to_seconds({in_menu_s} + {seconds['q_time']}))"
    server = f"nullif({c['server']}, 'NO_SERVER')"
    outcome = " ".join(f"when '{raw}' then '{canonical}'" for raw, canonical in OUTCOMES.items())
    call, customer = f"{c['vru+line']} || '/' || {c['call_id']}", f"replace(nullif({c['customer_id']}, '0'), 'E+', 'E')"

    def of_answered(value: str) -> str:
        return f"case when {was_answered} then {value} end"

    return Feed(
        "calls",
        {
            "call_id": Field(call, call),
            "queue": Field("'bank'", "'bank'"),
            "topic": Field(c["type"], c["type"]),
            "customer_key": Field(customer, customer),
            "agent": Field(server, server),
            "offered_at": Field(offered, c["vru_entry"], local),
            "queued_at": Field(f"case when {was_queued} then {offered} + to_seconds({in_menu_s}) end", "null", local),
            "answered_at": Field(of_answered(left_queue), of_answered(c["q_time"]), local),
            "ended_at": Field(f"{left_queue} + to_seconds({seconds['ser_time']})", c["q_time"], local),
            "ivr_s": Field(in_menu_s, c["vru_time"]),
            "wait_s": Field(seconds["q_time"], c["q_time"]),
            "talk_s": Field(of_answered(seconds["ser_time"]), of_answered(c["ser_time"])),
            "outcome": Field(f"case {c['outcome']} {outcome} end", c["outcome"]),
        },
    )


def _clock(columns: dict[str, str], name: str) -> str:
    return f"try_strptime({columns['date']} || ' ' || {columns[name]}, '%y%m%d %H:%M:%S')"
