"""Calls of a contact centre, made by DuckDB: more calls are a longer history of the same centre, the same numbers the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

TYPES = {
    "call_id": "VARCHAR", "offered": "TIMESTAMP", "answered": "TIMESTAMP", "ended": "TIMESTAMP", "agent": "VARCHAR",
    "queue": "VARCHAR", "topic": "VARCHAR", "phone": "VARCHAR", "wait": "DOUBLE", "talk": "DOUBLE", "hold": "DOUBLE",
    "wrap": "DOUBLE", "outcome": "VARCHAR", "resolved": "BOOLEAN",
}  # fmt: skip
CALLS = """
copy (
    with drawn as (
        select i,
            (hash(i, 1) % 1000003 + 0.5) / 1000003 as u1, (hash(i, 2) % 1000003 + 0.5) / 1000003 as u2,
            (hash(i, 3) % 1000003 + 0.5) / 1000003 as u3, (hash(i, 4) % 1000003 + 0.5) / 1000003 as u4,
            (hash(i, 5) % 1000003 + 0.5) / 1000003 as u5, (hash(i, 6) % 1000003 + 0.5) / 1000003 as u6,
            (hash(i, 8) % 1000003 + 0.5) / 1000003 as u7,
            i // {a_week} as week_no, i % {a_week} * 6 // {a_week} as day_no
        from range({first}, {last}) t(i)
    ), placed as (
        select *,
            timestamp '{monday}' + to_days(cast(week_no * 7 + day_no as integer))
                + to_seconds(floor(3600 * (7 + 13 * (u1 + u2) / 2))) as offered,
            floor(-ln(u3) * 40) as wait, floor(-ln(u4) * 300) as patience,
            floor(exp(5.4 + 0.6 * sqrt(-2 * ln(u5)) * cos(6.2831853 * u6))) as talk, hash(i, 7) as h
        from drawn
    ), ended as (
        select *, wait > patience as lost, least(wait, patience) as waited from placed
    )
    select 'C' || i as call_id, offered, case when not lost then offered + to_seconds(waited) end as answered,
        offered + to_seconds(waited + case when lost then 0 else talk end) as ended,
        case when not lost then 'agent ' || lpad(cast(h % {agents} as varchar), 4, '0') end as agent,
        'queue ' || h % {agents} % 8 as queue, 'topic ' || h // 7 % 12 as topic,
        '+4144' || lpad(cast(cast(floor({customers} * u7 * u7) as bigint) as varchar), 7, '0') as phone,
        cast(waited as integer) as wait, case when not lost then cast(talk as integer) end as talk,
        case when not lost then h // 11 % 31 end as hold, case when not lost then h // 13 % 46 end as wrap,
        case when lost then 'abandoned' else 'answered' end as outcome,
        case when not lost then h // 17 % 4 <> 0 end as resolved
    from ended
) to '{file}' (header)
"""
PEOPLE = """
copy (
    select 'agent ' || lpad(cast(i as varchar), 4, '0') as agent, 'Agent ' || i as name, 'team ' || lpad(cast(i % {teams} as varchar), 2, '0') as team,
        timestamp '2015-01-01' as valid_from
    from range({agents}) t(i)
) to '{file}' (header)
"""
MAPPINGS = {
    "calls": {
        "call_id": "call_id", "offered_at": "offered", "answered_at": "answered", "ended_at": "ended", "agent": "agent",
        "queue": "queue", "topic": "topic", "customer_key": "phone", "wait_s": "wait", "talk_s": "talk", "hold_s": "hold",
        "wrap_s": "wrap", "outcome": "outcome", "is_resolved": "resolved",
    },
    "agents": {name: name for name in ("agent", "name", "team", "valid_from")},
}  # fmt: skip
MONDAY = "2015-01-05"
"""Ten years and more before now: nothing may be offered in the future."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Centre:
    """Ten million calls a year unless said otherwise, with an agent for every 96 calls a week."""

    calls_a_week: int = 192_000

    @property
    def agents(self) -> int:
        return self.calls_a_week // 96

    @property
    def customers(self) -> int:
        return self.calls_a_week * 13

    def write_calls(self, file: Path, calls: int, first: int = 0) -> Path:
        """A CSV of that many calls from the `first` on, unless it is there."""
        return self._write(CALLS, file, first=first, last=first + calls, a_week=self.calls_a_week, monday=MONDAY)

    def write_people(self, file: Path) -> Path:
        """A CSV of the agents, twenty a team."""
        return self._write(PEOPLE, file, teams=max(1, self.agents // 20))

    def _write(self, sql: str, file: Path, **numbers: object) -> Path:
        if not file.exists():
            with duckdb.connect() as connection:
                connection.execute(sql.format(file=file, agents=self.agents, customers=self.customers, **numbers))
        return file


def write_mapping(folder: Path, table: str) -> Path:
    """The mapping that reads the columns of the CSV of a table."""
    listed = "\n".join(f'{name} = "{column}"' for name, column in MAPPINGS[table].items())
    file = folder / f"{table}.toml"
    file.write_text(f'table = "{table}"\ntimezone = "Europe/Zurich"\n[columns]\n{listed}\n', "utf-8")
    return file
