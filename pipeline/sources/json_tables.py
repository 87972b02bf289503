"""JSON documents -> CSV tables: one row an object of a list, nested objects as dotted columns, parents' fields beside them."""

from __future__ import annotations

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.errors import RefusedFile

Row = dict[str, str]


def read_documents(text: Path, name: str) -> list[Any]:
    """The documents of a file: one, or one a line. Raises RefusedFile naming the line that is no JSON, or no UTF-8."""
    content = _decoded(text, name)
    try:
        return [document_of(content)]
    except json.JSONDecodeError as whole:
        documents = []
        for number, line in enumerate(content.split("\n"), 1):
            if line.strip():
                try:
                    documents.append(document_of(line))
                except json.JSONDecodeError as error:
                    at = whole.lineno if number == 1 else number
                    raise RefusedFile(f"{name}: line {at}: is no JSON: {error.msg}") from None
        if not documents:
            raise RefusedFile(f"{name}: line 1: empty, JSON was expected") from None
        return documents


def _decoded(text: Path, name: str) -> str:
    content = text.read_bytes()
    try:
        return content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line, place = error.object[: error.start].count(b"\n") + 1, len(content) - len(error.object) + error.start + 1
        raise RefusedFile(f"{name}: line {line}: byte {place} of the file is not UTF-8, as JSON is") from None


def document_of(text: str) -> Any:
    """Whole numbers as they are spelled: of any length. What is nested deeper than can be read counts as no JSON."""
    try:
        return json.loads(text, parse_int=str)
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None


def rows_at(documents: list[Any], path: str, is_meant: Callable[[set[str]], bool]) -> Iterator[Row]:
    """The objects at a path such as `issues[].changelog.histories[].items[]`, flattened.

    Fields of the lists above are named by the list: `issues.key`, `histories.created`. Documents that are lists themselves, or
    objects of one, do not say of which: `is_meant` tells by the names in them whether it is the first of the path.
    """
    steps = [step.strip(".") for step in path.split("[]") if step.strip(".")]
    bare = [item for document in documents for item in _bare(document, steps[0])]
    named = [document for document in documents if isinstance(document, dict)]
    if is_meant({name for item in bare for name in item}):
        named.append({steps[0]: bare})
    for document in named:
        yield from _below(document, steps, {})


def _bare(document: Any, first: str) -> list[dict[str, Any]]:
    if isinstance(document, list):
        return [item for item in document if isinstance(item, dict)]
    return [document] if isinstance(document, dict) and first not in document and "id" in document else []


def _below(value: Any, steps: list[str], above: Row) -> Iterator[Row]:
    for part in steps[0].split("."):
        value = value.get(part) if isinstance(value, dict) else None
    for item in value if isinstance(value, list) else []:
        own = flat(item) if isinstance(item, dict) else {"value": str(item)}
        if len(steps) == 1:
            yield above | own
        else:
            name = steps[0].rpartition(".")[2]
            yield from _below(item, steps[1:], above | {f"{name}.{key}": text for key, text in own.items()})


def flat(item: dict[str, Any], prefix: str = "") -> Row:
    """Scalars of an object by dotted name, and rich texts as plain ones; lists are left out."""
    row: Row = {}
    for key, value in item.items():
        if isinstance(value, dict) and value.get("type") == "doc":
            row[f"{prefix}{key}"] = plain(value)
        elif isinstance(value, dict):
            row |= flat(value, f"{prefix}{key}.")
        elif value is not None and not isinstance(value, list):
            row[f"{prefix}{key}"] = str(value).lower() if isinstance(value, bool) else str(value)
    return row


def plain(node: dict[str, Any]) -> str:
    """The words of a node of Atlassian's document format: those of a paragraph in one line, paragraphs in lines of their own."""
    if node.get("type") == "hardBreak":
        return "\n"
    inner = [child for child in node.get("content") or [] if isinstance(child, dict)]
    is_line = any(child.get("type") == "text" for child in inner)
    own = node.get("text") or (node.get("attrs") or {}).get("text") or ""
    return str(own) + ("" if is_line else "\n").join(map(plain, inner))


def write_rows(rows: list[Row], file: Path, wanted: set[str]) -> Path:
    """The wanted columns of the rows; via.channel is also known as via_channel, as connectors spell it in tables."""

    def known_as(name: str) -> str:
        return name if name in wanted else name.replace(".", "_")

    rows = [{known_as(name): text for name, text in row.items()} for row in rows]
    met = dict.fromkeys(chain.from_iterable(rows))  # in the order in which they come
    names = [name for name in met if name in wanted]
    with file.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return file
