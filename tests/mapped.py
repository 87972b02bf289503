"""An export and its mapping in, through the real load: what the table of the warehouse holds, or why it went to quarantine."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Admission, Privacy, Settings
from pipeline.sources import find_source

KEY = "a key for tests"
CALLS = """
table = "calls"
timezone = "UTC"
[columns]
call_id = "id"
offered_at = "at"
outcome = "outcome"
"""


def load(
    folder: Path,
    mapping: str,
    content: str | bytes | None,
    name: str = "rows.csv",
    admission: Admission = Admission(),
    **privacy: Any,
) -> tuple[Account, list[dict[str, Any]], list[tuple[Any, ...]]]:
    """The account, the rows of the table in the order of the file, and (line, column, rule) of what is in quarantine."""
    (folder / "export.toml").write_text(mapping, "utf-8")
    if content is not None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    source = find_source("csv", str(folder / "export.toml"))
    settings = Settings(warehouse=folder / "w.duckdb", privacy=Privacy(key=KEY, **privacy), admission=admission)
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))[0]
        contract = mapping.split('table = "')[1].split('"')[0]
        rows = warehouse.records(f"select * from raw_{contract} order by line")
        bad = warehouse.sql.execute("select line, column_name, rule from quarantine order by line").fetchall()
    return account, rows, bad


@cache
def each(mapping: str, head: str, rows: tuple[str, ...], column: str, mark: str = ",") -> dict[str, Any]:
    """What becomes of each row in one column, all in one file: the value, or the rule that sent it to quarantine."""
    lines = [f"id{mark}{head}", *(f"{number}{mark}{row}" for number, row in enumerate(rows))]
    with TemporaryDirectory() as folder:
        account, found, bad = load(
            Path(folder), mapping, "\n".join(lines) + "\n", admission=Admission(bad_share_limit=1)
        )
    assert account.error is None, account.error
    values = {row["line"]: row[column] for row in found} | {line: rule for line, _, rule in bad}
    return {row: values[line] for line, row in enumerate(rows, 2)}


def became(column: str, spelling: str, texts: list[str], text: str, extra: str = "", zone: str = "UTC") -> Any:
    """What becomes of one of the texts that one file has in one column."""
    mapping = CALLS.replace('"UTC"', f'"{zone}"').replace("[columns]", f"{extra}\n[columns]")
    told = f"{column} = {spelling}\n"
    mapping = mapping.replace('offered_at = "at"\n', told) if column == "offered_at" else mapping + told
    rows = {other: f'2026-05-04 10:00;answered;"{other}"' for other in texts}
    read = mapping + '[reader]\ndelimiter = ";"\n'
    return each(read, "at;outcome;x", tuple(rows.values()), column, mark=";")[rows[text]]
