"""What tells of a staged record who somebody is, hidden: identifiers become pseudonyms or stand-ins, texts are masked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading import customers, letters, privacy, record_names, shapes
from pipeline.sources.expressions import agent_of_channel
from pipeline.sources.feed import NOTHING, Field

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy

LOOKUPS = ("pseudonyms", "stand_ins")
"""What the tables of them are called, before the name of their column."""


def announcing(warehouse: Warehouse, contract: Contract, fields: dict[str, Field], table: str) -> set[str]:
    """The columns of text that announce a secret anywhere: in the others none is sought."""
    texts = {name: fields[name].text for name, column in contract.columns.items() if column.type == "text"}
    asked = {name: letters.announces_secrets(text) for name, text in texts.items() if text != NOTHING}
    return _where_any(warehouse, asked, table)


def signs(contract: Contract, fields: dict[str, Field], settings: Privacy, secret: set[str]) -> dict[str, Field]:
    """Flags that say what stands in a text, taken from it before it is masked, where the source does not give them."""
    found = {}
    for name, column in contract.columns.items():
        text = fields[column.sign_in].text if column.sign_in else NOTHING
        if column.sign and text != NOTHING and fields[name].text == NOTHING:
            none = f"case when {text} is not null then false end"
            is_there = letters.has(column.sign, letters.UNQUOTED, settings) if column.sign_in in secret else none
            found[name] = Field(is_there, NOTHING)
    return found


def protected(
    warehouse: Warehouse,
    contract: Contract,
    fields: dict[str, Field],
    table: str,
    settings: Privacy,
    key: bytes,
    secret: set[str],
) -> dict[str, Field]:
    """The fields with identifiers as pseudonyms and with phones and e-mails masked. An agent's name is bare in every source.

    `secret`: the columns of text in which secrets are sought.
    """
    types = {name: contract.columns[name].type for name in fields}
    told = {name: field for name, field in fields.items() if field.text != NOTHING and not field.is_opaque}
    told |= {name: replace(f, value=agent_of_channel(f.value)) for name, f in told.items() if types[name] == "agent"}

    def of(*kinds: str) -> dict[str, Field]:
        return {name: field for name, field in told.items() if types[name] in kinds}

    def masked_text(name: str, value: str) -> str:
        text = letters.OWN if contract.columns[name].is_letter else value
        return letters.masked(text, settings) if name in secret else privacy.masked(text, "text")

    persons = {name: _pseudonym(warehouse, name, field, table, settings, key) for name, field in of("person").items()}
    labels = of("label", "agent")
    stand_ins = {
        name: _stand_in(warehouse, name, labels[name], types[name], table, settings, key)
        for name in _suspicious(warehouse, labels, table)
    }
    texts = {name: replace(field, value=masked_text(name, field.value)) for name, field in of("text").items()}
    numbered = _numbered(warehouse, of("id", "ref"), table, settings)
    ids = {
        n: replace(f, value=privacy.id_stand_in(f.value, settings, key)) for n, f in of("id").items() if n in numbered
    }
    bare = {
        n: replace(f, value=record_names.without_numbers(f.value, "'[phone]'", settings))
        for n, f in of("ref").items()
        if n in numbered
    }
    hidden = _references(warehouse, of("ref") | bare, persons, table, settings)
    return fields | told | persons | stand_ins | texts | ids | hidden


def _pseudonym(warehouse: Warehouse, name: str, field: Field, table: str, settings: Privacy, key: bytes) -> Field:
    """Filled over distinct spellings: `pseudonyms_<name>`, with what records know the person by."""
    lookup = f"pseudonyms_{name}"
    spellings = f"select * from (select distinct {field.text} as spelling from {table}) where spelling is not null"
    warehouse.sql.execute(
        f"create or replace temp table {lookup} as select spelling, {customers.pseudonym('normal', key)} as pseudonym, "
        f"known_by from ({customers.normal_identifiers(spellings, settings)})"
    )
    return replace(field, value=f"{lookup}.pseudonym", lookup=f"left join {lookup} on {lookup}.spelling = {field.text}")


def _stand_in(
    warehouse: Warehouse, name: str, field: Field, column_type: str, table: str, settings: Privacy, key: bytes
) -> Field:
    """Filled over distinct values: `stand_ins_<name>`."""
    lookup = f"stand_ins_{name}"
    warehouse.sql.execute(
        f"create or replace temp table {lookup} as select clear, {privacy.stand_in('clear', column_type, settings, key)} as "
        f"shown from (select distinct {field.value} as clear from {table}) where clear is not null"
    )
    return replace(field, value=f"{lookup}.shown", lookup=f"left join {lookup} on {lookup}.clear = {field.value}")


def _references(
    warehouse: Warehouse, fields: dict[str, Field], persons: dict[str, Field], table: str, settings: Privacy
) -> dict[str, Field]:
    """Without the row's own customer; most systems name no recording so, and nothing is sought in theirs."""
    known = [(field.text, f"pseudonyms_{name}.known_by") for name, field in persons.items()]
    joined = " ".join([table, *(field.lookup for field in persons.values())])
    named = _where_any(warehouse, {n: privacy.names_person(f.value, known) for n, f in fields.items() if known}, joined)
    return {
        name: replace(field, value=privacy.masked_reference(field.value, known, settings)) if name in named else field
        for name, field in fields.items()
    }


def _suspicious(warehouse: Warehouse, fields: dict[str, Field], table: str) -> set[str]:
    """The columns with a value that may hold a phone or an e-mail: tried on distinct values, which are few."""
    if not fields:
        return set()
    distinct = " union all ".join(
        f"(select distinct '{name}' as name, {field.value} as v from {table})" for name, field in fields.items()
    )
    found = f"select distinct name from ({distinct}) where regexp_matches(v, '{shapes.SUSPICIOUS}')"
    return {name for (name,) in warehouse.sql.execute(found).fetchall()}


def _numbered(warehouse: Warehouse, fields: dict[str, Field], table: str, settings: Privacy) -> set[str]:
    """The names of records that hold somebody's telephone number: some systems make them of it."""
    return _where_any(warehouse, {n: record_names.holds_number(f.value, settings) for n, f in fields.items()}, table)


def _where_any(warehouse: Warehouse, conditions: dict[str, str], table: str) -> set[str]:
    """The names whose condition is true of any row."""
    if not conditions:
        return set()
    asked = ", ".join(f"coalesce(bool_or({condition}), false)" for condition in conditions.values())
    found = warehouse.sql.execute(f"select {asked} from {table}").fetchall()[0]
    return {name for name, is_found in zip(conditions, found, strict=True) if is_found}
