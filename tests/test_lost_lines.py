"""Rows read = lines of the file, also where a quote left open swallows thousands of them or a line fills the reader's memory."""

from pathlib import Path

import duckdb
import pytest

from pipeline.sources.dialect import Dialect
from pipeline.sources.reading import Staged, stage_delimited, stage_lines
from tests.calls_csv import HEADER, load, row

TOO_LONG = "x" * 33_000_000


def lines(count: int, *opened: int) -> list[str]:
    """Of a file of calls with its header, where a quote opens in some of them: the first has number 2."""
    return [HEADER, *(row(id=f"c{n}", note='"open' if n in opened else "") for n in range(2, count + 2))]


def staged(path: Path, content: str) -> tuple[Staged, list[tuple[str, int]]]:
    path.write_text(content, "utf-8", newline="")
    sql = duckdb.connect()
    found = stage_delimited(sql, path, Dialect(","), {"id"}, multiline=False)
    return found, sql.execute(f"select {found.columns['id']}, {found.line} from {found.table} order by 2").fetchall()


def test_a_file_that_a_quote_swallows_is_refused_with_all_its_records_counted(tmp_path: Path) -> None:
    account, _ = load(tmp_path, "".join(lines(800, 200)).encode())
    assert account.error is not None
    assert "602 of 800 records are bad" in account.error


def test_what_a_quote_swallows_is_in_the_account(tmp_path: Path) -> None:
    account, quarantine = load(tmp_path, "".join(lines(800, 700)).encode())
    assert (account.rows_read, account.admitted, account.quarantined) == (800, 698, {"unquoted_value": 102})
    assert [(q["line"], q["records"]) for q in quarantine] == [(700, 102)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_open_quote_has_what_it_swallowed_and_rows_between_have_their_lines(tmp_path: Path, end: str) -> None:
    written = lines(1200, 300, 600, 900)
    written[99] = "short\n"
    found, rows = staged(tmp_path / "calls.csv", "".join(written).replace("\n", end))
    assert [(r.line, r.records) for r in found.rejects] == [(100, 1), (300, 301), (900, 302)]
    assert [line for _, line in rows] == [*range(2, 100), *range(101, 300), *range(601, 900)]
    assert all(name == f"c{line}" for name, line in rows)


def test_blank_lines_among_the_swallowed_are_nobodys(tmp_path: Path) -> None:
    written = lines(400, 200)
    written[249] = "\n" + written[249]
    found, rows = staged(tmp_path / "calls.csv", "".join(written))
    assert (len(rows), sum(r.records for r in found.rejects)) == (198, 202)


def test_an_open_quote_takes_the_rest_of_a_small_piece_of_the_file(tmp_path: Path) -> None:
    records = [f"{n},{'x' * 100_000}\n" for n in range(2, 202)]
    records[8] = records[8].replace(",", ',"')
    found, rows = staged(tmp_path / "calls.csv", "".join(["id,note\n", *records]))
    swallowed = sum(reject.records for reject in found.rejects)
    assert len(rows) + swallowed == 200
    assert swallowed <= 80


def test_a_line_that_fills_the_readers_memory_is_a_record_of_its_own(tmp_path: Path) -> None:
    written = lines(20)
    written[4] = row(id="c5", note=TOO_LONG)
    found, rows = staged(tmp_path / "calls.csv", "".join(written))
    assert [(r.line, r.records, r.rule) for r in found.rejects] == [(5, 1, "line_size_over_maximum")]
    assert rows == [(f"c{n}", n) for n in range(2, 22) if n != 5]


def test_likewise_in_a_file_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    path.write_text(f"a\n\n{TOO_LONG}\nb\n")
    sql = duckdb.connect()
    found = stage_lines(sql, path)
    assert [(r.line, r.rule) for r in found.rejects] == [(3, "line_size_over_maximum")]
    assert sql.execute(f"select text, {found.line} from {found.table}").fetchall() == [("a", 1), ("b", 4)]
