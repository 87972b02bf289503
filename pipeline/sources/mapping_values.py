"""What may stand as the value of a mapping's keys; one mistake is told once, whatever else could stand there."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError


def _offset(value: str) -> str:
    if not re.fullmatch(r"[+-]\d\d:\d\d", value):
        raise ValueError(f"'{value}' is no offset such as -05:00")
    return value


def _listed(value: Any) -> Any:
    """A text alone is a list of one."""
    texts = ([value] if value else []) if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise PydanticCustomError("texts", "no texts")
    return texts


def _spelled(value: Any) -> Any:
    """A number or a flag of TOML as the text that a file would hold."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


Sign = Annotated[str, Field(min_length=1, max_length=1)]
Decimal = Literal[".", ","]
Offset = Annotated[str, AfterValidator(_offset)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Constant = Annotated[str, BeforeValidator(_spelled)]
Words = Annotated[tuple[str, ...], Field(min_length=1)]
