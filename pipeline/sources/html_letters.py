"""Letters that a file holds as HTML, as text: what tags, quoted blocks and names of signs hide is what people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.sources.letter_text import text_of_html
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TAGS = "a|b|blockquote|body|dd|div|dl|dt|em|font|h[1-6]|html|i|li|ol|p|pre|span|strong|table|td|th|tr|u|ul"
IS_HTML = rf"(?i)</(?:{TAGS})\s*>|<br\s*/?>|&(?:nbsp|amp|quot|lt|gt|#\d+|#x[\da-f]+);"
"""What hardly anybody types: a tag that ends, a broken line, the name of a sign."""
AT_ONCE = 10_000


def read_html(sql: DuckDBPyConnection, column: str) -> None:
    """Put in place of the HTML in a column of `stage` its text; other texts stay."""
    last = -1
    while rows := _next(sql, column, last):
        last = rows[-1][0]
        sql.execute(
            f"update stage set {column} = letter.text from "
            "(select unnest($1::bigint[]) as place, unnest($2::varchar[]) as text) letter where stage.rowid = letter.place",
            [[place for place, _ in rows], [text_of_html(html).strip() or None for _, html in rows]],
        )


def _next(sql: DuckDBPyConnection, column: str, last: int) -> list[tuple[int, str]]:
    return sql.execute(
        f"select rowid, {column} from stage where rowid > {last} and regexp_matches({column}, {quoted(IS_HTML)}) "
        f"order by rowid limit {AT_ONCE}"
    ).fetchall()
