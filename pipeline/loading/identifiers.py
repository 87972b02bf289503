"""What tells of a staged record who somebody is, hidden: identifiers become pseudonyms or stand-ins, texts are masked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading import customers, letters, privacy, record_names, shapes
from pipeline.sources.expressions import agent_of_channel
from pipeline.sources.feed import NOTHING, Field
from pipeline.sql_text import holds, quoted

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy

LOOKUPS = ("pseudonyms", "stand_ins")
"""What the tables of them are called, before the name of their column."""


Fields = dict[str, Field]


@dataclass(frozen=True)
class Hiding:
    """Hides what rows of a table tell of somebody, by the kinds of the contract's columns."""

    warehouse: Warehouse
    contract: Contract
    table: str
    settings: Privacy
    key: bytes = field(repr=False)

    def hide(self, fields: Fields) -> Fields:
        """The fields with identifiers as pseudonyms and with phones and e-mails masked, and flags for what texts said before
        they were. An agent's name is bare in every source."""
        secret = self._announcing(fields)
        fields = fields | self._signs(fields, secret)
        told = {name: field for name, field in fields.items() if field.text != NOTHING and not field.is_opaque}
        agents = {name: replace(f, value=agent_of_channel(f.value)) for name, f in self._of(told, "agent").items()}
        labels = self._of(told, "label") | agents
        persons = {
            name: self._pseudonym(name, field, self._dialled(name, fields))
            for name, field in self._of(told, "person").items()
        }
        stand_ins = {name: self._stand_in(name, labels[name]) for name in self._suspicious(labels)}
        texts = {name: self._masked(name, field, name in secret) for name, field in self._of(told, "text").items()}
        return fields | told | agents | persons | stand_ins | texts | self._records(told, persons)

    def _of(self, fields: Fields, kind: str) -> Fields:
        return {name: field for name, field in fields.items() if self.contract.columns[name].type == kind}

    def _announcing(self, fields: Fields) -> set[str]:
        """The columns of text that announce a secret anywhere: in the others none is sought."""
        texts = {name: field.text for name, field in self._of(fields, "text").items() if field.text != NOTHING}
        return self._where_any({name: letters.announces_secrets(text) for name, text in texts.items()})

    def _signs(self, fields: Fields, secret: set[str]) -> Fields:
        """Flags that say what stands in a text, taken from it before it is masked, where the source does not give them."""
        found = {}
        for name, column in self.contract.columns.items():
            text = fields[column.sign_in].text if column.sign_in else NOTHING
            if column.sign and text != NOTHING and fields[name].text == NOTHING:
                none = f"case when {text} is not null then false end"
                is_there = (
                    letters.has(column.sign, letters.UNQUOTED, self.settings) if column.sign_in in secret else none
                )
                found[name] = Field(is_there, NOTHING)
        return found

    def _masked(self, name: str, field: Field, is_secret: bool) -> Field:
        text = letters.OWN if self.contract.columns[name].is_letter else field.value
        return replace(field, value=letters.masked(text, self.settings) if is_secret else privacy.masked(text, "text"))

    def _dialled(self, name: str, fields: Fields) -> str:
        """SQL, true for rows in which an agent dialled the person's number; nothing where nobody dials an outside line first."""
        asked = self.contract.columns[name].dialled if self.settings.phone_outside_line else {}
        said = (f"{fields[column].value} in ({', '.join(map(quoted, words))})" for column, words in asked.items())
        return " and ".join(f"coalesce({one}, false)" for one in said)

    def _pseudonym(self, name: str, field: Field, dialled: str) -> Field:
        """Filled over distinct spellings: `pseudonyms_<name>`, with what records know the person by."""
        lookup = f"pseudonyms_{name}"
        rows = {False: f"not ({dialled})", True: dialled} if dialled else {False: "true"}
        known = (self._pseudonyms(field.text, is_dialled, which) for is_dialled, which in rows.items())
        self.warehouse.sql.execute(f"create or replace temp table {lookup} as {' union all '.join(known)}")
        alike = f" and {lookup}.is_dialled = ({dialled})" if dialled else ""
        join = f"left join {lookup} on {lookup}.spelling = {field.text}{alike}"
        return replace(field, value=f"{lookup}.pseudonym", lookup=join)

    def _pseudonyms(self, text: str, is_dialled: bool, which: str) -> str:
        """SQL: those of the distinct spellings in these rows."""
        distinct = f"select distinct {text} as spelling from {self.table} where {which}"
        spellings = f"select * from ({distinct}) where spelling is not null"
        return (
            f"select spelling, {customers.pseudonym('normal', self.key)} as pseudonym, known_by, {is_dialled} as is_dialled "
            f"from ({customers.normal_identifiers(spellings, self.settings, is_dialled)})"
        )

    def _stand_in(self, name: str, field: Field) -> Field:
        """Filled over distinct values: `stand_ins_<name>`."""
        lookup = f"stand_ins_{name}"
        kind = self.contract.columns[name].type
        self.warehouse.sql.execute(
            f"create or replace temp table {lookup} as "
            f"select clear, {privacy.stand_in('clear', 'hidden', kind, self.settings, self.key)} as shown "
            f"from (select clear, {privacy.masked('clear', kind)} as hidden "
            f"from (select distinct {field.value} as clear from {self.table}) where clear is not null)"
        )
        return replace(field, value=f"{lookup}.shown", lookup=f"left join {lookup} on {lookup}.clear = {field.value}")

    def _suspicious(self, fields: Fields) -> set[str]:
        """The columns with a value that may hold a phone or an e-mail: tried on distinct values, which are few."""
        if not fields:
            return set()
        distinct = " union all ".join(
            f"(select distinct '{name}' as name, {field.value} as v from {self.table})"
            for name, field in fields.items()
        )
        found = f"select distinct name from ({distinct}) where {holds('v', shapes.SUSPICIOUS)}"
        with self.warehouse.in_steps():  # else every row would be tried, below the distinct
            return {name for (name,) in self.warehouse.sql.execute(found).fetchall()}

    def _records(self, told: Fields, persons: Fields) -> Fields:
        """The names of records without telephone numbers, of which some systems make them, and references without the row's
        own customer."""
        ids, refs = self._of(told, "id"), self._of(told, "ref")
        tried = {name: record_names.holds_number(field.value, self.settings) for name, field in (ids | refs).items()}
        numbered = self._where_any(tried)
        signed = {
            name: replace(field, value=privacy.id_stand_in(field.value, self.settings, self.key))
            for name, field in ids.items()
            if name in numbered
        }
        bare = {
            name: replace(field, value=record_names.without_numbers(field.value, "'[phone]'", self.settings))
            for name, field in refs.items()
            if name in numbered
        }
        return signed | self._without_persons(refs | bare, persons)

    def _without_persons(self, refs: Fields, persons: Fields) -> Fields:
        """Most systems name no recording by its customer, and nothing is sought in theirs."""
        known = [(field.text, f"pseudonyms_{name}.known_by") for name, field in persons.items()]
        tried = {name: privacy.names_person(field.value, known) for name, field in refs.items() if known}
        named = self._where_any(tried, " ".join(field.lookup for field in persons.values()))
        hidden = {
            name: replace(refs[name], value=privacy.masked_reference(refs[name].value, known, self.settings))
            for name in named
        }
        return refs | hidden

    def _where_any(self, conditions: dict[str, str], joins: str = "") -> set[str]:
        """The names whose condition is true of any row."""
        if not conditions:
            return set()
        asked = ", ".join(f"coalesce(bool_or({condition}), false)" for condition in conditions.values())
        found = self.warehouse.sql.execute(f"select {asked} from {self.table} {joins}").fetchall()[0]
        return {name for name, is_found in zip(conditions, found, strict=True) if is_found}
