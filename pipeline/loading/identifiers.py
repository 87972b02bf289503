"""What tells of a staged record who somebody is, hidden: identifiers become pseudonyms or stand-ins, texts are masked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading import customers, letters, privacy, record_names, shapes
from pipeline.loading.keys import pads
from pipeline.sources.expressions import agent_of_channel
from pipeline.sources.feed import NOTHING, Field

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy


def signs(contract: Contract, fields: dict[str, Field], settings: Privacy) -> dict[str, Field]:
    """Flags that say what stands in a text, taken from it before it is masked, where the source does not give them."""
    found = {}
    for name, column in contract.columns.items():
        text = fields[column.sign_in].text if column.sign_in else NOTHING
        if column.sign and text != NOTHING and fields[name].text == NOTHING:
            found[name] = Field(letters.has(column.sign, letters.without_quotes(text), settings), NOTHING)
    return found


def protected(
    warehouse: Warehouse, contract: Contract, fields: dict[str, Field], table: str, settings: Privacy, key: bytes
) -> dict[str, Field]:
    """The fields with identifiers as pseudonyms and with phones and e-mails masked. An agent's name is bare in every source."""
    types = {name: contract.columns[name].type for name in fields}
    told = {name: field for name, field in fields.items() if field.text != NOTHING}
    clear = {name: field.value for name, field in told.items() if not field.is_opaque}
    clear |= {name: agent_of_channel(value) for name, value in clear.items() if types[name] == "agent"}
    persons = [(field.text, f"pseudonyms_{name}.known_by") for name, field in told.items() if types[name] == "person"]
    suspicious = _suspicious(warehouse, {n: v for n, v in clear.items() if types[n] in ("label", "agent")}, table)
    numbered = _numbered(warehouse, {n: v for n, v in clear.items() if types[n] in ("id", "ref")}, table, settings)

    def hidden(name: str, value: str) -> str:
        if types[name] == "person":
            return _pseudonym_lookup(warehouse, name, fields[name].text, table, settings, key)
        if types[name] == "text":
            own = letters.own_words(value) if contract.columns[name].is_letter else value
            return letters.masked(own, settings)
        if types[name] == "ref":
            whole = record_names.without_numbers(value, "'[phone]'", settings) if name in numbered else value
            return privacy.masked_reference(whole, persons, settings)
        if name in suspicious:
            return privacy.stand_in(value, types[name], settings, key)
        return privacy.id_stand_in(value, settings, key) if name in numbered else value

    return fields | {name: replace(fields[name], value=hidden(name, value)) for name, value in clear.items()}


def _pseudonym_lookup(warehouse: Warehouse, name: str, text: str, table: str, settings: Privacy, key: bytes) -> str:
    """Fill `pseudonyms_<name>` over distinct spellings; SQL that looks one up."""
    outer, inner = pads(key)
    lookup = f"pseudonyms_{name}"
    spellings = f"select * from (select distinct {text} as spelling from {table}) where spelling is not null"
    warehouse.sql.execute(f"drop table if exists {lookup}")
    warehouse.sql.execute(
        f"create temp table {lookup} as select spelling, {customers.pseudonym('normal')} as pseudonym, known_by "
        f"from ({customers.normal_identifiers(spellings, settings)})",
        [outer, inner],
    )
    return f"{lookup}.pseudonym"


def _suspicious(warehouse: Warehouse, values: dict[str, str], table: str) -> set[str]:
    """The columns with a value that may hold a phone or an e-mail: tried on distinct values, which are few."""
    if not values:
        return set()
    distinct = " union all ".join(
        f"(select distinct '{name}' as name, {value} as v from {table})" for name, value in values.items()
    )
    found = f"select distinct name from ({distinct}) where regexp_matches(v, '{shapes.SUSPICIOUS}')"
    return {name for (name,) in warehouse.sql.execute(found).fetchall()}


def _numbered(warehouse: Warehouse, values: dict[str, str], table: str, settings: Privacy) -> set[str]:
    """The names of records that hold somebody's telephone number: some systems make them of it."""
    if not values:
        return set()
    asked = ", ".join(
        f"coalesce(bool_or({record_names.holds_number(value, settings)}), false)" for value in values.values()
    )
    found = warehouse.sql.execute(f"select {asked} from {table}").fetchall()[0]
    return {name for name, is_found in zip(values, found, strict=True) if is_found}
