"""Local times of records as UTC. In the hour that clocks show twice in autumn the times of one record tell which it was."""

from __future__ import annotations

from pipeline.contracts import Contract
from pipeline.sources.expressions import Ambiguous, local_to_utc
from pipeline.sources.feed import Field, LocalTime


def located(contract: Contract, fields: dict[str, Field]) -> str:
    """SQL: the steps from `parsed`, with local times and is_utc_<name>, to `located`."""
    local = {name: field.local for name, field in fields.items() if field.local}
    in_order = {n: local[n] for n in contract.in_order if n in local and local[n].ambiguous != "quarantine"}
    if contract.is_series and contract.instant in local and local[contract.instant].ambiguous == "first":
        return _of_a_series(contract, contract.instant, local[contract.instant])
    if len(in_order) < 2:
        return f"located as (select * {_replacing([_read(n, n, how, how.ambiguous) for n, how in local.items()])} from parsed)"
    read = [_read(n, n, how, "first" if n in in_order else how.ambiguous) for n, how in local.items()]
    kept = ", ".join(f"{name} as local_{name}" for name in in_order)
    return (
        f"first_read as (select * {_replacing(read)}, {kept} from parsed), "
        f"compared as (select *, {_is_second(in_order)} as is_second from first_read), "
        f"located as (select * {_replacing(_in_order(in_order))} from compared)"
    )


def _of_a_series(contract: Contract, instant: str, how: LocalTime) -> str:
    """SQL: as `located`. A later line with the key of an earlier one is the hour's second time; at other times both are one."""
    of_one_key = ", ".join(name for name in contract.key if name != "source")
    turned = f"row_number() over (partition by {of_one_key}, is_utc_{instant} order by line) as turn"
    read = {name: local_to_utc(instant, how.zone, name) for name in ("first", "second")}
    value = f"case when is_utc_{instant} then {instant} when turn = 1 then {read['first']} else {read['second']} end"
    numbered = f"numbered as (select *, {turned} from parsed)"
    return f"{numbered}, located as (select * {_replacing([f'{value} as {instant}'])} from numbered)"


def _replacing(values: list[str]) -> str:
    return f"replace ({', '.join(values)})" if values else ""


def _read(name: str, local: str, how: LocalTime, ambiguous: Ambiguous) -> str:
    return f"case when is_utc_{name} then {name} else {local_to_utc(local, how.zone, ambiguous)} end as {name}"


def _is_second(in_order: dict[str, LocalTime]) -> str:
    """SQL: a record that began in the hour's second time: it ends after the hour, or nothing tells and the mapping says so.

    Not where a clock was set back within the record. The second reading is computed of few: of long records.
    """
    names = list(in_order)
    start, how = names[0], in_order[names[0]]
    second = local_to_utc(f"local_{start}", how.zone, "second")
    set_back = " or ".join(f"coalesce({_is_before(names[:i], name)}, false)" for i, name in enumerate(names) if i)
    last = f"greatest({', '.join(names)})"
    may_be = "true" if how.ambiguous == "second" else f"{last} >= {start} + interval 30 minutes"
    tells = "true" if how.ambiguous == "second" else f"{last} >= {second}"
    return f"case when is_utc_{start} or {set_back} then false when {may_be} then {second} > {start} and {tells} else false end"


def _in_order(in_order: dict[str, LocalTime]) -> list[str]:
    """SQL: what would come before what it follows is read as the hour's second time, and so is a record that began in it."""
    names, values = list(in_order), []
    for i, (name, how) in enumerate(in_order.items()):
        moved = f"is_second or {_is_before(names[:i], name)}" if i else "is_second"
        second = local_to_utc(f"local_{name}", how.zone, "second")
        values.append(f"case when not is_utc_{name} and ({moved}) then {second} else {name} end as {name}")
    return values


def _is_before(names: list[str], name: str) -> str:
    return f"{name} < greatest({', '.join(names)})"
