"""Files of JSON objects, one a line, run together or in one array -> `stage`, one text column a path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedFile, wants_room
from pipeline.sources.dialect import LONGEST_LINE
from pipeline.sources.plain_text import plain_text
from pipeline.sources.reading import Staged, stage_lines
from pipeline.sql_text import file_literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def stage_json(sql: DuckDBPyConnection, path: Path, scratch: Path, paths: tuple[str, ...]) -> Staged:
    """One row an object; a path like `Queue.Name` is the column of that name, NULL where it is absent or empty.

    `is_object` is false for a record that is none.
    """
    text = plain_text(path, "utf-8", scratch)
    if not _is_one_a_line(text):
        return _stage_run_together(sql, text, path, paths)
    lines = stage_lines(sql, text)
    parsed = f"case when starts_with(ltrim(text), '{{') and json_valid(text) then {_parsed('text', paths)} end"
    _restage(sql, f"select {lines.line} as line, {parsed} as record from {lines.table}", paths)
    return Staged({}, "stage", "stage.line", lines.rejects)


def _is_one_a_line(text: Path) -> bool:
    """False for one JSON array, for objects run together as Kinesis Data Firehose writes them, and for indented JSON."""
    with text.open("rb") as raw:
        first = raw.readline(LONGEST_LINE).decode("utf-8-sig", errors="replace").strip()
    if first.startswith("[") or first == "{":
        return False
    try:
        _, end = json.JSONDecoder().raw_decode(first)
    except (ValueError, RecursionError):
        return True
    return not first[end:].lstrip().startswith("{")


def _stage_run_together(sql: DuckDBPyConnection, text: Path, path: Path, paths: tuple[str, ...]) -> Staged:
    """Objects without line breaks between them; a record's place in the file stands for its line."""
    import duckdb

    parsed = f"case when json_type(json) = 'OBJECT' then {_parsed('json', paths)} end"
    objects = f"read_json_objects({file_literal(text)}, format='auto')"
    try:
        _restage(sql, f"select row_number() over () as line, {parsed} as record from {objects}", paths)
    except duckdb.Error as error:
        if wants_room(error):
            raise
        reason = str(error).splitlines()[0].replace(str(text), path.name)
        raise RefusedFile(f"{path}: is neither one JSON object a line nor whole JSON: {reason}") from None
    return Staged({}, "stage", "stage.line", [])


def _restage(sql: DuckDBPyConnection, records: str, paths: tuple[str, ...]) -> None:
    """Put in place of `stage` the records, one column a path, what is empty as NULL."""
    columns = ", ".join(f"nullif(trim(record.{path}), '') as \"{path}\"" for path in paths)
    sql.execute("drop table if exists records")
    sql.execute(
        f"create temp table records as select line, record is not null as is_object, {columns} from ({records})"
    )
    sql.execute("drop table if exists stage")
    sql.execute("alter table records rename to stage")


def _parsed(text: str, paths: tuple[str, ...]) -> str:
    """One parse of the JSON for all paths."""
    shape: dict[str, str | dict[str, str]] = {}
    for path in paths:
        part, _, name = path.partition(".")
        if name:
            nested = shape.setdefault(part, {})
            assert isinstance(nested, dict)
            nested[name] = "VARCHAR"
        else:
            shape[part] = "VARCHAR"
    return f"from_json({text}, {quoted(json.dumps(shape))})"
