"""Mistakes in a TOML file of the user's, in words that help to mend them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pipeline.errors import UsageError

WANTED = {
    "greater_than": "more than {gt:g}", "greater_than_equal": "{ge:g} or more", "less_than_equal": "{le:g} or less",
    "too_short": "at least {min_length}", "string_too_short": "at least {min_length} character",
    "string_too_long": "at most {max_length} character",
    "literal_error": "{expected}", "string_pattern_mismatch": "something",
    "finite_number": "a finite number", "int": "a whole number", "float": "a number", "bool": "true or false",
    "string_type": "text in quotes",
    "texts": "text in quotes or a list of such",
    "path": "a path in quotes", "date": "a day such as 2026-12-24",
    "dict": "a table in braces", "model": "a table in braces", "tuple": "a list",
}  # fmt: skip
"""By the kind of a mistake, or what its name begins with."""
SINGLE = "; text with a backslash needs single quotes"
QUOTED = '; words with signs other than A to Z, digits, - and _ need quotes: { "Статус" = ["Новый"] }'
BARE = "; text needs quotes, true and false small letters"
HINTS = {"Unescaped '\\'": SINGLE, "Invalid hex value": SINGLE, "key part": QUOTED, "Invalid value (at line": BARE}
"""By what is said of a text that is no TOML."""
BROKEN_KEY = re.compile(r"after a key .*\(at line (\d+), column (\d+)\)")
REST_OF_KEY = re.compile(r"""[^"',:#={}\[\]]+=""")
"""What follows where a key has been taken for ended, if it goes on to its sign."""
LONGEST_VALUE = 60
NOT_SHOWN = ("key", "[key]")
"""A secret, and a name that stands in the place already."""


def not_toml(file: Path, text: bytes, error: ValueError) -> UsageError:
    """What is wrong with the text of a file, and how what its message is of is written."""
    hint = next((hint for said, hint in HINTS.items() if said in str(error)), "")
    if place := BROKEN_KEY.search(str(error)):
        line, column = map(int, place.groups())
        stands = text.decode("utf-8-sig").split("\n")[line - 1]
        hint = QUOTED if REST_OF_KEY.match(stands, column - 1) else ""
    return UsageError(f"{file}: not valid TOML: {error}{hint}")


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Each mistake by its key, with what stands there and what to write; for a key that does not exist, which there are at its
    place. What follows from a mistake further inside is none of its own."""
    mistakes = error.errors()
    inside = {mistake["loc"][:depth] for mistake in mistakes for depth in range(1, len(mistake["loc"]))}
    return "; ".join(_told(mistake, model) for mistake in mistakes if mistake["loc"] not in inside)


def _told(mistake: Any, model: type[BaseModel]) -> str:
    steps = [str(step) for step in mistake["loc"] if step != "[key]"]
    place, kind, value = ".".join(steps), mistake["type"], mistake["input"]
    if kind == "extra_forbidden":
        fields = _section_at(model, mistake["loc"][:-1]).model_fields
        keys = [field.alias or name for name, field in fields.items()]
        return f"{place}: no such key; {nearest(steps[-1], keys) or 'there are ' + ', '.join(keys)}"
    if kind == "missing":
        return f"{place}: has to be said"
    if kind == "tuple_type" and isinstance(value, dict):
        return f"{place}: [[{place}]] in double brackets is wanted"
    wanted = WANTED.get(kind) or WANTED.get(kind.partition("_")[0])
    if wanted is None:
        return ": ".join(filter(None, (place, str(mistake["msg"]).removeprefix("Value error, "))))
    stands = place if mistake["loc"][-1] in NOT_SHOWN else f"{place} = {_shown(value)}"
    return f"{stands}: {wanted.format_map(mistake.get('ctx', {}))} {_example(mistake, model)}is wanted"


def _example(mistake: Any, model: type[BaseModel]) -> str:
    if mistake["type"] == "tuple_type":
        return f"such as [{_shown(mistake['input'])}] "
    if mistake["type"] not in ("string_pattern_mismatch", "dict_type", "model_type"):
        return ""
    examples = [field.examples for field in _fields_on_the_way(model, mistake["loc"]) if field.examples]
    return f"such as {examples[-1][0]} " if examples else ""


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _fields_on_the_way(model: type[BaseModel], place: Iterable[str | int]) -> Iterator[FieldInfo]:
    for step in place:
        if field := model.model_fields.get(str(step)):
            yield field
            model = section_of(field.annotation) or model


def _section_at(model: type[BaseModel], place: Iterable[str | int]) -> type[BaseModel]:
    for field in _fields_on_the_way(model, place):
        model = section_of(field.annotation) or model
    return model


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as tuple[Model, ...] or dict[str, Model]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := section_of(inner))), None)


def require_known(key: str, kind: str, name: str, known: Collection[str], otherwise: str) -> None:
    """Raises UsageError for a name under `key` that is none of the known; `otherwise` helps where none is spelled alike."""
    if name not in known:
        raise UsageError(f"{key}: no {kind} '{name}'; {nearest(name, known) or otherwise}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The names that are spelled most alike, as a question; nothing where none is."""
    near = get_close_matches(name, list(known), n=3)
    return f"{' or '.join(near)}?" if near else ""
