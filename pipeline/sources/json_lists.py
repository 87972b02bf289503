"""A JSON document that is one list: its objects, read as they are wanted. The whole would take six times its size in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from pipeline.sources.json_tables import read_documents
from pipeline.sources.packed import CHUNK

DECODER = json.JSONDecoder(parse_int=str)
FIRST, NEXT, END = (re.compile(signs) for signs in (r"\s*\[\s*(?=[{[])", r"\s*,\s*(?=[{[])", r"\s*\]\s*\Z"))
"""What stands before the first object, before each other, and behind the last."""


def begins_a_list(text: Path) -> bool:
    with text.open(encoding="utf-8-sig", errors="replace") as source:
        return source.read(CHUNK).lstrip().startswith("[")


def items_of(text: Path, name: str) -> Iterator[Any]:
    """Where not all are objects, what is left is read with the whole. Raises RefusedFile naming the line that is no JSON."""
    count = 0
    try:
        with text.open(encoding="utf-8-sig", errors="replace") as source:
            for item in _objects(source):
                count += 1
                yield item
    except (json.JSONDecodeError, RecursionError):
        documents = (one if isinstance(one, list) else [one] for one in read_documents(text, name))
        yield from islice(chain.from_iterable(documents), count, None)


def _objects(source: TextIO) -> Iterator[Any]:
    """Of what is not whole yet, twice as much is read, so that a large object is not tried too often."""
    held, at, before = "", 0, FIRST
    while True:
        try:
            begin = before.match(held, at)
            item, end = DECODER.raw_decode(held, begin.end() if begin else len(held))
        except json.JSONDecodeError:
            if more := source.read(max(CHUNK, len(held))):
                held, at = held[at:] + more, 0
            elif before is NEXT and END.match(held, at):
                return
            else:
                raise
        else:
            at, before = end, NEXT
            yield item
