"""The canonical tables, written once as TOML: columns, types, key, row rules.

A contract yields the warehouse table, the types a source must deliver, the row rules and the documentation.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ColumnType = Literal[
    "id", "label", "text", "agent", "person", "ref", "enum", "flag", "instant", "date", "seconds", "number", "integer"
]

SQL_TYPES: dict[str, str] = {
    "person": "BIGINT",
    "flag": "BOOLEAN",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "seconds": "DOUBLE",
    "number": "DOUBLE",
    "integer": "BIGINT",
}
LONGEST_S = 24 * 3600
"""A duration above a day is a fault of the clock that wrote it, unless the contract says that a row may last."""
LONGEST_LASTING_S = 10 * 365 * 24 * 3600
"""Above it nothing lasts: seconds since 1970 where a duration was meant. An interval cannot hold much more, nor infinity."""


class Column(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ColumnType
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    default: str | float | bool | None = None
    headings: tuple[str, ...] = ()
    """Of a column with a default: what files call it, in lower case; who leaves one unread is told."""
    words: tuple[str, ...] = ()
    """What files write into it, in lower case: a column that holds several of them and nothing else is one, whatever its name."""
    min: float | None = None
    sign: Literal["contract_number", "login", "password"] | None = None
    sign_in: str | None = None
    """Of a flag that the source does not give: whether the text of another column has such a thing, before it is masked."""
    dialled: dict[str, tuple[str, ...]] = {}
    """Of a person: words of another column of the row that tell that an agent dialled the number."""
    is_letter: bool = False
    """Of a text: what it quotes and its footer are no words of its writer, and are left out."""

    @property
    def sql_type(self) -> str:
        return SQL_TYPES.get(self.type, "VARCHAR")

    @property
    def is_identifier(self) -> bool:
        """Its values are masked wherever they would be shown."""
        return self.type in ("person", "text", "ref")


class Rule(BaseModel):
    """A condition that must not be false; NULL passes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    column: str
    check: str


class Contract(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    instant: str | None = None
    system: str = ""
    """Rows of mapped files belong to this one system unless their mappings name another: a ticket and its events meet."""
    rebuilds: Literal["own", "conversation", "stretch", "contact", "ticket", "all"] = "own"
    """What of the facts follows from a row anew: all, or from an instant on: its own, or when the first leg of its conversation,
    the stretch of an agent that it ends, or the contact or the ticket it belongs to began."""
    must_keep: bool = False
    """A file that lacks many of the records it had in the span it covers is refused."""
    is_whole: bool = False
    """Each delivery is the whole list: what it lacks goes. Of another table with an instant it speaks from its first one on."""
    speaks_of: str = ""
    """SQL of what alone a delivery speaks of, mostly a column: the tickets whose rows it has, and of no other one."""
    begins_once: bool = False
    """Its instant is a beginning, which stays: two rows of one key that are days apart are not the same."""
    may_last: str = "false"
    """SQL, true for a row whose durations may be longer than a day."""
    in_order: tuple[str, ...] = ()
    """Instants of a row that follow one another: in the hour that clocks show twice each is read so that they do."""
    is_series: bool = False
    """A row for each of the half-hours that follow one another: of two with one local time the later is the hour's second."""
    columns: dict[str, Column]
    rules: tuple[Rule, ...] = Field(default=())

    @property
    def raw_table(self) -> str:
        return f"raw_{self.name}"

    @property
    def duplicate_table(self) -> str:
        return f"duplicate_{self.name}"

    @property
    def covers_span(self) -> bool:
        return self.instant is not None and not self.is_whole

    def row_rules(self) -> list[Rule]:
        """The contract's own rules and those that follow from its types, in the order they are tried."""
        implied: list[Rule] = []
        for name, column in self.columns.items():
            if column.required:
                implied.append(Rule(name="missing", column=name, check=f"{name} is not null"))
            if column.type == "seconds":
                implied.append(Rule(name="negative", column=name, check=f"{name} >= 0"))
                implied.append(
                    Rule(name="longer_than_a_day", column=name, check=f"{name} <= {LONGEST_S} or {self.may_last}")
                )
                implied.append(Rule(name="longer_than_ten_years", column=name, check=f"{name} <= {LONGEST_LASTING_S}"))
            if column.type == "number":
                implied.append(Rule(name="not_finite", column=name, check=f"isfinite({name})"))
            if column.min is not None:
                implied.append(Rule(name="below_minimum", column=name, check=f"{name} >= {column.min}"))
        return [*implied, *self.rules]


@cache
def read_contracts() -> dict[str, Contract]:
    """All canonical tables by name."""
    folder = resources.files(__package__)
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {
        (name := file.name.removesuffix(".toml")): Contract(name=name, **tomllib.loads(file.read_text("utf-8")))
        for file in files
    }
