"""Files of text -> the temporary table `stage`: one row a record, every field as the file spells it, lines counted.

Physical lines are counted beside records, because an unclosed quote can swallow the rows behind it without an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedFile
from pipeline.sources.dialect import LONGEST_LINE, Dialect, Header, header_of, hidden_names
from pipeline.sources.no_records import has_empty_rows, take_empty_rows, take_headers
from pipeline.sources.plain_text import count_lines, signs_in
from pipeline.sources.rejects import Reject, breaks_in, without_blanks
from pipeline.sql_text import file_literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pipeline.sources.lines import Lines

SPACES = "\t\u00a0\u2007\u202f"
"""What web pages and office programs put around a value, and nobody sees."""
AS_TEXT = '="'
"""What tells a spreadsheet that a value is text, with a quote behind the value: `="101"`."""
MOST_TOLD = 10_000
"""Bytes of a rejected record that DuckDB gives."""
PIECES = 16 * LONGEST_LINE
"""Bytes that DuckDB holds of a file unless told otherwise, a quarter of them a piece."""
AT_ONCE = 4 * PIECES
"""The same of a sound file: rows of a piece with fewer than 122,880 are copied once more to keep their order. Others are read in
smaller pieces: an open quote takes the rest of its piece with it."""


@dataclass(frozen=True)
class Staged:
    """What was read: `columns` maps the file's names to columns of `stage`.

    `table` is the SQL to select from, `line` the SQL of a row's physical line in the file, `besides` what to
    say of the file's parts, `headers` the lines taken out because they repeat the header, `words` what stands in the first rows
    of a text by column, in lower case.
    """

    columns: dict[str, str]
    table: str
    line: str
    rejects: list[Reject]
    besides: str = ""
    headers: int = 0
    words: dict[str, set[str]] = field(default_factory=dict)

    @property
    def of_headers(self) -> list[str]:
        """What to say of those lines."""
        return [f"lines that repeat the header, and are no records: {self.headers}"] if self.headers else []


def stage_delimited(sql: DuckDBPyConnection, text: Path, dialect: Dialect, wanted: set[str], multiline: bool) -> Staged:
    """Stage the wanted columns of a delimited file with a header, whatever the case of their names.

    `multiline`: the target has free text, so a line break inside a quoted field is expected. Raises RefusedFile for a wanted
    column that the header names twice.
    """
    header, folded = header_of(text, dialect), {name.casefold() for name in wanted}
    _refuse_doubled(text, dialect, header, folded)
    every = [f"f{i}" for i in range(len(header.names))]
    columns = {name: column for name, column in zip(header.names, every, strict=True) if name}
    dialect = replace(dialect, delimiter=header.delimiter)
    reader = _reader(text, every, dialect, header=True)
    in_large = _reader(text, every, dialect, header=True, buffer=AT_ONCE)
    around = [sign for sign in signs_in(text, (*SPACES, AS_TEXT)) if sign != header.delimiter]
    read = [column for name, column in columns.items() if name.casefold() in folded] or every[:1]
    rows = _stage(sql, in_large, _trimmed(read, around))
    is_sound = not _rejects(sql, header.names) and rows + header.height == count_lines(text)
    if is_sound and not has_empty_rows(sql, read):
        line = f"stage.rowid - {first_rowid(sql)} + {1 + header.height}"
        return Staged(columns, "stage", line, [], headers=take_headers(sql, columns, read))
    rows = _stage(sql, reader, _trimmed(every, around))
    rejects, begin = _rejects(sql, header.names), first_rowid(sql)
    lines, rejects = _located(sql, text, header, rejects, rows, begin, multiline)
    take_empty_rows(sql, every)
    headers = take_headers(sql, columns, read)
    return replace(_staged_with_lines(sql, columns, lines, rejects, begin), headers=headers)


def _refuse_doubled(text: Path, dialect: Dialect, header: Header, folded: set[str]) -> None:
    names = header.names
    if twice := sorted({name for name in names if names.count(name) > 1 and name.casefold() in folded}):
        raise RefusedFile(
            f"{text.name}: line {dialect.above + 1}: column named twice: {hidden_names(', '.join(twice))}; "
            f'names of your own: [reader] skip = {dialect.above + header.height} and names = ["…", "…"], one for each column'
        )


def _located(
    sql: DuckDBPyConnection, text: Path, header: Header, rejects: list[Reject], rows: int, begin: int, multiline: bool
) -> tuple[Lines, list[Reject]]:
    """The line at which each row of `stage` begins, and all that is none of them."""
    from pipeline.sources import lines as physical  # with numpy, which no other way to here needs
    from pipeline.sources.lost import accounted

    every, first = [f"f{i}" for i in range(len(header.names))], 1 + header.height
    heights = physical.heights_of(sql, every, rows, begin)
    ends, blanks = physical.line_ends(text)
    rejects = accounted(physical.placed(rejects, ends), heights, ends, blanks, first)
    lines = physical.locate(heights, rejects, blanks, first)
    if not multiline:
        swallowed = _take_swallowed(sql, every, header.delimiter, len(every), begin)
        rejects += [Reject(int(lines[row]), int(heights[row]), None, "unclosed_quote") for row in swallowed]
    return lines, rejects


def stage_lines(sql: DuckDBPyConnection, text: Path) -> Staged:
    """Stage a file line by line into column `text`; empty lines are no records."""
    rows = _stage(sql, _reader(text, ["text"], Dialect("\x01", ""), header=False), ["text"])
    if rows == 0:
        raise RefusedFile(f"{text.name}: line 1: empty, records were expected")
    from pipeline.sources import lines as physical
    from pipeline.sources.lost import accounted

    heights, rejects = physical.one_each(rows), _rejects(sql, ["text"])
    if rejects or _may_lack_a_line(sql, text, rows):
        ends = physical.line_ends(text)[0]
        rejects = accounted(physical.placed(rejects, ends), heights, ends, physical.none(), first=1)
    lines = physical.locate(heights, rejects, physical.none(), first=1)
    staged = _staged_with_lines(sql, {"text": "text"}, lines, rejects)
    sql.execute("delete from stage where text is null or ltrim(text) = ''")
    return staged


def _may_lack_a_line(sql: DuckDBPyConnection, text: Path, rows: int) -> bool:
    """Is enough of the file in no row for a line that the reader cannot hold? Cheaper than to count its lines."""
    read = sql.execute("select coalesce(sum(strlen(text)), 0) from stage").fetchone()
    return text.stat().st_size - rows - (int(read[0]) if read else 0) > LONGEST_LINE


def first_rowid(sql: DuckDBPyConnection) -> int:
    """Of `stage`, from where its rows are numbered: inside a transaction DuckDB does not begin with 0."""
    found = sql.execute("select coalesce(min(rowid), 0) from stage").fetchone()
    return int(found[0]) if found else 0


def _reader(text: Path, names: list[str], dialect: Dialect, header: bool, buffer: int = PIECES) -> str:
    escape = dialect.escape or dialect.quote
    columns = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
    return (
        f"read_csv({file_literal(text)}, columns={columns}, auto_detect=false, header={header}, "
        f"delim={quoted(dialect.delimiter or '')}, quote={quoted(dialect.quote)}, escape={quoted(escape)}, "
        f"strict_mode={header}, null_padding=false, max_line_size={LONGEST_LINE}, buffer_size={buffer}, "
        f"store_rejects=true, rejects_table='stage_rejects', rejects_scan='stage_scans')"
    )


def _trimmed(columns: list[str], around: list[str]) -> list[str]:
    """Once for all that is read from a field: without the spaces around it, plain ones and those of the file, nor a spreadsheet's
    mark of a text, NULL where nothing is left."""
    spaces = [sign for sign in around if sign != AS_TEXT]
    at_an_end = [f"ends_with({{0}}, {quoted(sign)}) or starts_with({{0}}, {quoted(sign)})" for sign in spaces]
    may_be_padded = " or ".join(["ends_with({0}, ' ') or {0} < '!'", *at_an_end])
    signs = quoted("".join([" ", *spaces]))
    cases = f"when {may_be_padded} then nullif(trim({{0}}, {signs}), '')"
    if AS_TEXT in around:
        is_marked = f"starts_with({{0}}, '{AS_TEXT}') and ends_with({{0}}, '\"')"
        cases += f" when {is_marked} then nullif(trim({{0}}[3:-2], {signs}), '')"
    return [f"case {cases.format(c)} else {c} end as {c}" for c in columns]


def _stage(sql: DuckDBPyConnection, reader: str, columns: list[str]) -> int:
    for table in ("stage", "stage_rejects", "stage_scans"):
        sql.execute(f"drop table if exists {table}")
    sql.execute(f"create temp table stage as select {', '.join(columns)} from {reader}")
    count = sql.execute("select count(*) from stage").fetchone()
    return int(count[0]) if count else 0


def _rejects(sql: DuckDBPyConnection, names: list[str]) -> list[Reject]:
    """What the reader rejected; `line` is still the byte at which the record begins.

    To DuckDB it begins with the empty lines above it, and with half of a line break of Windows. Of an open quote that runs on
    beyond what it reads at once it tells the record before.
    """
    breaks = "chr(13) || chr(10)"
    is_whole = f"strlen(csv_line) < {MOST_TOLD}"
    is_before = (
        f"error_type = 'UNQUOTED VALUE' and {is_whole} and byte_position > line_byte_position + strlen(csv_line)"
    )
    above = (
        f"case when {is_before} then strlen(csv_line) + 2 else length(csv_line) - length(ltrim(csv_line, {breaks})) end"
    )
    found = sql.execute(
        f"select line_byte_position - 1 + coalesce({above}, 0), "
        f"any_value(1 + {breaks_in([without_blanks(f'trim(csv_line, {breaks})')])}), min(column_idx), "
        "lower(replace(cast(min(error_type) as varchar), ' ', '_')), min(line) from stage_rejects group by 1 order by 1"
    ).fetchall()
    return [
        Reject(int(byte), int(height or 1), names[index - 1] if index and index <= len(names) else None, rule, ordinal)
        for byte, height, index, rule, ordinal in found
    ]


def _take_swallowed(sql: DuckDBPyConnection, columns: list[str], delimiter: str, width: int, begin: int) -> list[int]:
    """Take out of `stage` the rows with a field of several lines that holds as many delimiters as a whole record."""
    suspicious = " or ".join(
        f"(contains({c}, chr(10)) and length({c}) - length(replace({c}, '{delimiter}', '')) >= {width - 1})"
        for c in columns
    )
    rows = [row for (row,) in sql.execute(f"select rowid - {begin} from stage where {suspicious}").fetchall()]
    sql.execute(f"delete from stage where {suspicious}")
    return rows


def _staged_with_lines(
    sql: DuckDBPyConnection, columns: dict[str, str], lines: Lines, rejects: list[Reject], begin: int = 0
) -> Staged:
    sql.execute("drop table if exists stage_lines")
    sql.register("stage_lines_frame", {"line": lines})
    sql.execute(
        f'create temp table stage_lines as select row_number() over () - 1 + {begin} as "row", line from stage_lines_frame'
    )
    sql.unregister("stage_lines_frame")
    return Staged(columns, "stage join stage_lines on stage_lines.row = stage.rowid", "stage_lines.line", rejects)
