"""JSON of any make -> CSV, as a mapping will read it: one row an object, whose columns are named by the whole way to them.

`{"id": 7, "queue": {"name": "Sales"}, "tags": ["a", "b"]}` has the columns `id`, `queue.name` and `tags`, the last being `a;b`.
Of `"metrics": [{"name": "talk", "value": 9}]` there is `metrics.talk`, too. A text that is an object of JSON itself is read on.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from pipeline.errors import RefusedFile
from pipeline.sources.dialect import hidden_names, one_line
from pipeline.sources.json_lists import begins_a_list, items_of
from pipeline.sources.json_tables import Row, document_of, read_documents
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.packed import CHUNK, unpacked_name
from pipeline.sources.parquet_files import BETWEEN
from pipeline.sources.plain_text import NOT_UTF8, plain_text

SUFFIXES = (".json", ".jsonl", ".ndjson")
LABELS = ("name", "key")
"""What an object calls its `value` by: the first that it has."""
ANY_NAME = "*"
"""A step of the way to rows: objects under numbers, dates or ids, as PHP writes lists."""
NUMBERED = {"id", "value"}
"""What may be called by its id: among other names, as of the changes of a history, ids are of one object each."""


def is_json(path: Path) -> bool:
    return Path(unpacked_name(path)).suffix.lower() in SUFFIXES


def json_as_csv(path: Path, scratch: Path, mapping: Mapping) -> tuple[Path, list[str]]:
    """The objects to which `[reader] rows` leads as CSV, with the columns that the mapping names; and the names in the file.

    Raises RefusedFile for what is no JSON or no text of the mapping's encoding, and where the way leads to no object.
    """
    text = plain_text(path, mapping.reader.encoding, scratch)
    _refuse_another_encoding(text, path)
    copy, steps = scratch / f"{path.name}.csv", mapping.reader.rows.split(".") if mapping.reader.rows else []
    spellings = {name for others in mapping.renamed.values() for name in others}
    has = _names(text, path, steps)
    sought = mapping.wanted | spellings
    alike = {*map(one_line, sought)}
    names = sorted({name for name in sought if _is_told(name, has)} | {name for name in has if one_line(name) in alike})
    with copy.open("w", encoding="utf-8", errors="replace", newline="") as out:
        write = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n", quoting=csv.QUOTE_ALL)
        write.writeheader()
        write.writerows(_rows(_documents(text, path), steps))
    return copy, [*dict.fromkeys([*has, *names])]


def _refuse_another_encoding(text: Path, path: Path) -> None:
    """All names of one length would be the same otherwise."""
    try:
        with text.open(encoding="utf-8") as whole:
            while whole.read(CHUNK):
                pass
    except UnicodeDecodeError:
        raise RefusedFile(f"{path}: {NOT_UTF8}") from None


def _names(text: Path, path: Path, steps: list[str]) -> dict[str, bool]:
    """The names in the rows, and whether anything ever stands there."""
    has: dict[str, bool] = {}
    for row in _rows(_documents(text, path), steps):
        has |= {name: has.get(name, False) or value != "" for name, value in row.items()}
    if not has:
        at_top = dict.fromkeys(name for one in _rows(_documents(text, path), []) for name in one)
        astray = f'[reader] rows = "{".".join(steps)}" leads to no object in {hidden_names(", ".join(at_top))}'
        raise RefusedFile(f"{path}: holds no records{f': {astray}' if at_top else ''}")
    return has


def under_numbers(names: list[str]) -> str:
    """What of a mapping reads objects that a file has under numbers; nothing where it has none."""
    ways = [
        (name.split("."), place) for name in names for place, step in enumerate(name.split(".")[:-1]) if step.isdigit()
    ]
    if not ways:
        return ""
    steps, place = ways[0]
    rows = [*steps[:place], ANY_NAME]
    return f'; objects under numbers are rows by [reader] rows = "{".".join(rows)}": {".".join([*rows, *steps[place + 1 :]])}'


def further_down(names: list[str], sought: Set[str]) -> str:
    """What of a mapping reads objects below the top of a document; nothing where those sought do not stand there together."""
    ways = [{name.removesuffix(f".{one}") for name in names if name.endswith(f".{one}")} for one in sought]
    way = min(set[str].intersection(*ways), default="") if ways else ""
    if not way:
        return ""
    return (
        f'; objects further down are rows by [reader] rows = "{way}", their columns begin with it: {way}.{min(sought)}'
    )


def _is_told(name: str, has: dict[str, bool]) -> bool:
    """Whether some row has it, or has nothing at a place on the way to it: `"queue": null` tells of `queue.name`."""
    parts = name.split(".")
    on_the_way = (".".join(parts[:length]) for length in range(1, len(parts)))
    return name in has or any(has.get(place) is False for place in on_the_way)


def _rows(item: Any, steps: list[str], above: Row | None = None, name: str = "") -> Iterator[Row]:
    """The objects at the end of the steps, with the fields of those on the way; of a list each, and at ANY_NAME each whatever
    it is called."""
    if isinstance(item, (list, Iterator)):
        for one in item:
            yield from _rows(one, steps, above, name)
    elif isinstance(item, dict) and steps[:1] == [ANY_NAME]:
        called = [part for part in item.values() if isinstance(part, (dict, list))]
        beside = {key: part for key, part in item.items() if not isinstance(part, (dict, list))}
        yield from _rows(called, steps[1:], (above or {}) | _flat(beside, name), _joined(name, ANY_NAME))
    elif isinstance(item, dict):
        own = (above or {}) | _flat({key: part for key, part in item.items() if key not in steps[:1]}, name)
        if steps:
            yield from _rows(item.get(steps[0]), steps[1:], own, _joined(name, steps[0]))
        else:
            yield own


def _flat(value: Any, name: str) -> Row:
    """The texts in a value by the way to them; those of a list in one, with BETWEEN between them."""
    if isinstance(value, dict):
        return {k: text for key, part in value.items() for k, text in _flat(part, _joined(name, key)).items()}
    if isinstance(value, list):
        ones = [_labelled(one, name) | _flat(one, name) for one in value]
        keys = dict.fromkeys(key for one in ones for key in one) or {name: None}
        return {key: BETWEEN.join(one[key] for one in ones if one.get(key)) for key in keys}
    if isinstance(value, bool):
        return {name: str(value).lower()}
    if isinstance(value, str) and value.startswith("{"):
        return {name: value} | _within(value, name)
    return {name: "" if value is None else str(value)}


def _within(text: str, name: str) -> Row:
    """What is told in a text that is an object of JSON itself, as systems keep attributes that they only pass on."""
    try:
        inner = document_of(text)
    except json.JSONDecodeError:
        return {}
    return _flat(inner, name)


def _labelled(one: Any, name: str) -> Row:
    """The value of an object in a list by what the object calls it."""
    if not isinstance(one, dict) or "value" not in one:
        return {}
    labels = ("id",) if one.keys() == NUMBERED else LABELS
    label = next((one[key] for key in labels if one.get(key)), None)
    return _flat(one["value"], _joined(name, str(label))) if label else {}


def _joined(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key


def _documents(text: Path, path: Path) -> Iterator[Any]:
    """One a line or in a list, read as they are wanted, or where the first line is none of its own, the whole."""
    if begins_a_list(text):
        yield from items_of(text, str(path))
        return
    with text.open(encoding="utf-8-sig", errors="replace", newline="\n") as lines:
        try:
            document_of(next((line for line in lines if line.strip()), ""))
        except json.JSONDecodeError:
            yield from read_documents(text, str(path))
            return
        lines.seek(0)
        for number, line in enumerate(lines, 1):
            try:
                yield document_of(line) if line.strip() else []
            except json.JSONDecodeError as error:
                raise RefusedFile(f"{path}: line {number}: is no JSON: {error.msg}") from None
