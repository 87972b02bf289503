"""Mistakes in a TOML file of the user's, in words that help to mend them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Each mistake by its key; for a key that does not exist, which there are at its place."""
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the file'}: {_said(e, model)}" for e in error.errors())


def _said(mistake: Any, model: type[BaseModel]) -> str:
    if mistake["type"] != "extra_forbidden":
        return str(mistake["msg"]).removeprefix("Value error, ")
    *place, key = mistake["loc"]
    keys = list(_section_at(model, place).model_fields)
    return f"no such key; {nearest(str(key), keys) or 'there are ' + ', '.join(keys)}"


def _section_at(model: type[BaseModel], place: list[str | int]) -> type[BaseModel]:
    for step in place:
        field = model.model_fields.get(str(step))
        model = (section_of(field.annotation) if field else None) or model
    return model


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as tuple[Model, ...] or dict[str, Model]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := section_of(inner))), None)


def nearest(name: str, known: Iterable[str]) -> str:
    """The names that are spelled most alike, as a question; nothing where none is."""
    near = get_close_matches(name, list(known), n=3)
    return f"{' or '.join(near)}?" if near else ""
