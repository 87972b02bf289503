"""What sections of pipeline.toml are made of, and what several of them check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from pipeline.settings.key_errors import nearest

MOST = 1_000_000_000
"""No number of a setting is larger: what counts, draws or writes it would overflow somewhere."""
NUMBERS = (int, float, int | None, float | None)
VARIABLE, ELSEWHERE = re.compile(r"\$[A-Za-z_{]"), re.compile(r"\w*:")
OF_WINDOWS = re.compile(r"([A-Za-z]):[\\/](.*)")


def number(value: Any) -> Any:
    """Refuses yes and no, of which Pydantic makes 1 and 0."""
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def meant(cls, value: Any, info: ValidationInfo) -> Any:
        """Raises ValueError for what fits nothing: a blank text, and a blank or doubled name in a list or a table."""
        if isinstance(value, str) and value and not value.strip():
            raise ValueError(f"'{value}' says nothing")
        if isinstance(value, (list, tuple, dict)):
            refuse_odd([name for name in value if not isinstance(name, (dict, BaseModel))])
        is_number = cls.model_fields[info.field_name or ""].annotation in NUMBERS
        return number(value) if is_number else value


def refuse_odd(names: Sequence[Any]) -> None:
    """Raises ValueError for a name that is empty, has space around it, or stands twice."""
    for name in names:
        if isinstance(name, str) and (not name or name != name.strip()):
            raise ValueError(f"'{name}' {'has space around it' if name.strip() else 'is no name'}")
        if names.count(name) > 1:
            raise ValueError(f"'{name}' stands twice")


def checked_zone(name: str) -> str:
    """The name of a time zone; raises ValueError for another."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        meant = nearest(name, available_timezones()) or "e.g. Europe/Zurich, UTC"
        raise ValueError(f"no time zone '{name}'; {meant}") from None
    return name


def checked_path(value: Any) -> Any:
    """A path on this machine, `~` being the user's home; raises ValueError for another, or one with a variable in it."""
    if not isinstance(value, (str, Path)):
        return value
    text = str(value)
    if disk := OF_WINDOWS.match(text):
        there = f"/mnt/{disk[1].lower()}/{disk[2]}".replace("\\", "/")
        raise ValueError(f"'{text}' is a path of Windows; its Linux (WSL) has that at {there}")
    if "\\" in text:
        raise ValueError(f"'{text}': / is wanted between the parts of a path")
    if not text or ELSEWHERE.match(text):
        raise ValueError(f"'{text}': a path on this machine is wanted")
    if VARIABLE.search(text):
        raise ValueError(f"'{text}': variables are not put in; write the path, in which ~ is your home")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"'{text}': nobody's home is known by that name") from None


Zone = Annotated[str, AfterValidator(checked_zone)]
LocalPath = Annotated[Path, BeforeValidator(checked_path)]
