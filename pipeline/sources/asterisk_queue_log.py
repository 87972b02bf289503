"""Asterisk queue_log: the file `epoch|callid|queue|agent|EVENT|...` and the realtime table's CSV export, one row an event.

Parameters by event as in Asterisk's documentation of queue logs. Those of transfers are counted from the end, because
their beginnings differ by kind and version. An agent's technology, channel number and context are cut away:
`SIP/1001-0000002a`, `Local/1001@from-queue/n` and `Agent/1001` are all `1001`. The file writes seconds since 1970. The table
writes its server's local time, which is taken for the site's; a time that says its offset keeps it.

Rotation passes a name on to the next log, and a log on to the next name: what tells a log is its first event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import read_contracts
from pipeline.errors import RefusedFile
from pipeline.sources.dialect import Dialect, header_of
from pipeline.sources.expressions import agent_of_channel, epoch, instant, local_to_utc, states_offset
from pipeline.sources.feed import Feed, Field, Source
from pipeline.sources.plain_text import first_lines, plain_text
from pipeline.sources.reading import Staged, stage_delimited, stage_lines
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REALTIME = ("time", "callid", "queuename", "agent", "event")
DATA = ("data1", "data2", "data3", "data4", "data5")
LEFT = ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "WITHDRAW")
COMPLETED = ("COMPLETEAGENT", "COMPLETECALLER")
TRANSFERRED = ("BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER")
PAUSED = ("PAUSE", "PAUSEALL", "UNPAUSE", "UNPAUSEALL")
FIELDS_OF_A_LINE = 5
ANY = "[A-Za-z0-9]+"
"""Whatever stands before a slash here is a technology."""
TIME = "nullif(trim(f1), '')"
WRITTEN_TIME = re.compile(r"\d{9,11}(\.\d+)?|\d{4}-\d\d-\d\d[\d :.TZ+-]*")
ROTATED = re.compile(r"(\.\d{1,10}|-\d{8,14})?(\.gz|\.zst)?$")
"""What logrotate, and Asterisk itself, write behind a log's name."""


def source(timezone: str) -> Source:
    """`timezone`: of times without an offset."""
    title = "Asterisk queue_log, file or realtime table as CSV"
    return Source("asterisk_queue_log", title, (), partial(_read, timezone), timezone, _known_as)


def _read(timezone: str, sql: DuckDBPyConnection, path: Path, scratch: Path) -> Iterator[tuple[Staged, Feed]]:
    staged = _stage(sql, path, scratch)
    _locate(sql, timezone)
    yield staged, _feed()


def _known_as(path: Path, name: str) -> str:
    """`queue_log from 1777888800`, whatever number or day rotation has put behind the name, and packed or not."""
    lines = [[cell.strip(' "') for cell in re.split("[|,;\t]", line)] for line in first_lines(path)]
    head = [name.lower() for name in lines[0]] if lines else []
    at = head.index("time") if "time" in head else 0
    first = next((cells[at] for cells in lines if len(cells) > at and WRITTEN_TIME.fullmatch(cells[at])), None)
    return f"{ROTATED.sub('', name)} from {first}" if first else name


def _stage(sql: DuckDBPyConnection, path: Path, scratch: Path) -> Staged:
    text = plain_text(path, "utf-8", scratch)
    with text.open("rb") as raw:
        first = raw.readline(1000).decode("utf-8-sig", errors="replace").lower()
    if "|" in first or not all(name in first for name in REALTIME):
        return _stage_file(sql, text)
    return _stage_realtime(sql, text, path)


def _stage_file(sql: DuckDBPyConnection, text: Path) -> Staged:
    lines = stage_lines(sql, text)
    head = ", ".join(f"parts[{i}] as f{i}" for i in range(1, FIELDS_OF_A_LINE + 1))
    _restage(
        sql,
        f"select line, {head}, parts[{FIELDS_OF_A_LINE + 1}:] as data, len(parts) as width from ("
        f"select {lines.line} as line, string_split(rtrim(text, chr(13)), '|') as parts from {lines.table})",
    )
    return Staged({}, "stage", "stage.line", lines.rejects)


def _stage_realtime(sql: DuckDBPyConnection, text: Path, path: Path) -> Staged:
    header = header_of(text, Dialect())
    names, delimiter = header.names, header.delimiter
    known = {name.lower(): name for name in names}
    data = [known[name] for name in DATA if name in known]
    if not data and "data" not in known:
        raise RefusedFile(f"{path}: line 1: column data, or data1 to data5, is missing")
    wanted = {known[name] for name in REALTIME} | set(data) | ({known["data"]} if "data" in known else set())
    staged = stage_delimited(sql, text, Dialect(delimiter), wanted, multiline=False)
    column = {name: f"stage.{staged.columns[original]}" for name, original in known.items() if original in wanted}
    head = ", ".join(f"{column[name]} as f{i}" for i, name in enumerate(REALTIME, 1))
    # The last of data1 to data5 has all that is left of the parameters, and those that are not there are empty.
    listed = ", ".join(f"coalesce({column[name.lower()]}, '')" for name in data or ["data"])
    values = f"string_split(rtrim(concat_ws('|', {listed}), '|'), '|')"
    _restage(
        sql, f"select {staged.line} as line, {head}, {values} as data, {FIELDS_OF_A_LINE} as width from {staged.table}"
    )
    return Staged({}, "stage", "stage.line", staged.rejects)


def _restage(sql: DuckDBPyConnection, query: str) -> None:
    sql.execute("drop table if exists events")
    sql.execute(f"create temp table events as {query} order by line")
    sql.execute("drop table stage")
    sql.execute("alter table events rename to stage")


def _locate(sql: DuckDBPyConnection, timezone: str) -> None:
    """Give the events of `stage` their instant in UTC, `happened`."""
    said = f"case when contains({TIME}, '-') then {instant(TIME)} else {epoch(TIME)} end"
    is_local = f"contains({TIME}, '-') and not {states_offset(TIME)}"
    located = f"case when {is_local} then {local_to_utc('said', timezone, 'first')} else said end"
    _restage(sql, f"select * exclude (said), {located} as happened from (select *, {said} as said from stage)")


def _feed() -> Feed:
    event = "nullif(upper(trim(f5)), '')"
    call, queue, agent = (_present(f"f{i}") for i in (2, 3, 4))
    fields = {
        "event_id": Field(_digest(call, queue, _agent(agent), event), "f1"),
        "happened_at": Field("happened", TIME),
        "call_id": Field(f"case when {call} not in ('MANAGER', 'REALTIME') then {call} end", call),
        "queue": Field(queue, queue),
        "agent": Field(_agent(agent), agent),
        "event": Field(_known_event(event), event),
        "customer_key": _text(f"case when {event} = 'ENTERQUEUE' then {_data(2)} end"),
        "entry_point": _text(f"case when {event} = 'DID' then {_data(1)} end"),
        "wait_s": _number(
            f"case when {event} in ({_words((*COMPLETED, 'CONNECT'))}) then {_data(1)} "
            f"when {event} in ({_words(LEFT)}) then {_data(3)} "
            f"when {event} = 'EXITWITHKEY' then {_data(4)} when {event} in ({_words(TRANSFERRED)}) then {_from_end(3)} end"
        ),
        "talk_s": _number(
            f"case when {event} in ({_words(COMPLETED)}) then {_data(2)} "
            f"when {event} in ({_words(TRANSFERRED)}) then {_from_end(2)} end"
        ),
        "reason": _text(f"case when {event} in ({_words((*PAUSED, 'ADDMEMBER', 'EXITWITHKEY'))}) then {_data(1)} end"),
    }
    return Feed("queue_events", fields, malformed=(("not_an_event", f"width < {FIELDS_OF_A_LINE}"),))


def _present(column: str) -> str:
    """NONE is the log's word for nothing."""
    return f"nullif(nullif(trim({column}), 'NONE'), '')"


def _data(position: int) -> str:
    return f"nullif(trim(data[{position}]), '')"


def _from_end(position: int) -> str:
    return f"nullif(trim(data[-{position}]), '')"


def _text(text: str) -> Field:
    return Field(text, text)


def _number(text: str) -> Field:
    return Field(f"try_cast({text} as double)", text)


def _agent(text: str) -> str:
    return f"case when contains({text}, '/') then {agent_of_channel(text, ANY)} else regexp_replace({text}, '@[^@]*$', '') end"


def _known_event(event: str) -> str:
    known = _words(read_contracts()["queue_events"].columns["event"].values)
    return f"case when {event} in ({known}) then {event} end"


def _digest(*parts: str) -> str:
    """The same for an event in the file and in the realtime table, which also writes microseconds and empty data."""
    second = "epoch_us(date_trunc('second', happened))"
    listed = ", ".join(f"coalesce({part}, '')" for part in parts)
    return f"md5(concat_ws('|', {second}, {listed}, rtrim(array_to_string(data, '|'), '|')))"


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, words))
