"""What a mapping file may say of a canonical column."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.sources import expressions as sql_of
from pipeline.sources.mapping_values import Decimal, Texts, Words

ANY_OTHER = "*"
"""Among a column's words: whatever else the file says there."""


class MappedColumn(BaseModel):
    """Where a canonical column comes from: `source_columns` of the file (joined by a space) and how to read them.

    `sum`: numbers, each read on its own and then added.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    source_columns: Texts = Field(alias="from", default=())
    sum: tuple[str, ...] = ()
    less: Texts = ()
    """Of numbers: what is taken off, each read on its own; an empty one is nothing."""
    plus: str = ""
    """Of an instant: the column with the time that passed until it since the one in `from`, in `unit`."""
    minus: str = ""
    """Of an instant: the column with the time that passed from it until the one in `from`, in `unit`."""
    split: str = ""
    """What stands between several values in one field, of which one is taken."""
    take: Literal["first", "last", "before_last"] = "first"
    down: bool = False
    """An empty field has what stands above it: of a report by groups only the first row names its own."""
    above: dict[str, Words] = {}
    """Read in this row or the nearest above in which these columns of the file have one of these words: a group's title."""
    formats: Texts = Field(alias="format", default=())
    unit: Literal["s", "ms", "ns", "min", "h", "d", "hh:mm:ss", "hh:mm", "words"] = "s"
    decimal: Decimal | None = None
    values: dict[str, str] = {}
    """Words of the file and what they become; "" is an empty field, and a word that becomes it says nothing."""
    where: dict[str, Words] = {}
    """Read only in records in which these columns of the file have one of these words, in whatever case; "" is an empty field,
    "*" any other, "Agent: *" any that begins so."""
    otherwise: Texts = Field(alias="else", default=())
    """The columns that are read in all other records, in the same way; beside `row` where no other row says anything."""
    row: dict[str, str] = {}
    """Read in another row of the file, of which `where` is asked then: column of that row = column of this one, alike in both."""
    differ: tuple[str, ...] = ()
    """Read only in records in which these two columns of the file say different things."""
    nth: bool = False
    """Rows of the file that are alike in these columns are numbered: each bears an id of its own."""
    opaque: bool = False
    """A number made by the source system: no phone, however long it is."""

    @model_validator(mode="before")
    @classmethod
    def only_names(cls, entry: Any) -> Any:
        return {"from": entry} if isinstance(entry, (str, list)) else entry

    @model_validator(mode="after")
    def from_or_sum(self) -> MappedColumn:
        if bool(self.source_columns) == bool(self.sum):
            raise ValueError("needs either from or sum")
        if self.split and self.sum:
            raise ValueError("split needs from, not sum")
        if self.take != "first" and not self.split:
            raise ValueError("take needs split")
        if (self.sum or self.less) and self.values:
            raise ValueError("values cannot stand beside sum or less; words for nothing are null under [reader]")
        if self.otherwise and not ((self.where or self.row) and self.source_columns):
            raise ValueError(f"else = {[*self.otherwise]} needs from and where, or row")
        for key, columns in {"less": self.less, "otherwise": self.otherwise}.items():
            if key in self.model_fields_set and not columns:
                raise ValueError(f"{type(self).model_fields[key].alias or key} names no column")
        if self.nth and self.model_fields_set - {"source_columns", "nth", "opaque"}:
            raise ValueError("nth stands beside from and opaque alone")
        if self.row and self.model_fields_set & {"sum", "less", "plus", "minus", "differ", "nth", "down"}:
            raise ValueError("row cannot stand beside sum, less, plus, minus, differ, nth or down")
        if self.above and self.model_fields_set - {"source_columns", "above", "split", "take", "values", "opaque"}:
            raise ValueError("above stands beside from, split, take, values and opaque alone")
        if self.plus and self.minus:
            raise ValueError("needs plus or minus, not both")
        if len(self.differ) not in (0, 2):
            raise ValueError("differ needs two columns")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return self.sum or self.source_columns

    @property
    def read_columns(self) -> set[str]:
        """Every column of the file that its value depends on."""
        several = {
            *self.names,
            *self.less,
            *self.where,
            *self.otherwise,
            *self.differ,
            *self.row,
            *self.row.values(),
            *self.above,
        }
        return several | ({self.passed} if self.passed else set())

    @property
    def passed(self) -> str:
        """The column with the time between the instant and the one in `from`."""
        return self.plus or self.minus

    @property
    def epoch(self) -> str | None:
        """The format of instants that are counted from 1970 on."""
        return next((name for name in self.formats if name in sql_of.EPOCHS), None)
