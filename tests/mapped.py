"""An export and its mapping in, through the real load: what the table of the warehouse holds, or why it went to quarantine."""

from pathlib import Path
from typing import Any

from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Privacy, Settings
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
    folder: Path, mapping: str, content: str | bytes | None, name: str = "rows.csv", **privacy: Any
) -> tuple[Account, list[dict[str, Any]], list[tuple[Any, ...]]]:
    """The account, the rows of the table in the order of the file, and (line, column, rule) of what is in quarantine."""
    (folder / "export.toml").write_text(mapping, "utf-8")
    if content is not None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    source = find_source("csv", str(folder / "export.toml"))
    settings = Settings(warehouse=folder / "w.duckdb", privacy=Privacy(key=KEY, **privacy))
    with open_warehouse(settings) as warehouse:
        account = load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))[0]
        contract = mapping.split('table = "')[1].split('"')[0]
        rows = warehouse.records(f"select * from raw_{contract} order by line")
        bad = warehouse.sql.execute("select line, column_name, rule from quarantine order by line").fetchall()
    return account, rows, bad


def one(folder: Path, column: str, spelling: str, text: str, extra: str = "", zone: str = "UTC") -> Any:
    """What becomes of one text in one column: the value, or the rule that sent it to quarantine."""
    mapping = CALLS.replace('"UTC"', f'"{zone}"').replace("[columns]", f"{extra}\n[columns]")
    mapping = mapping if column in ("offered_at",) else f"{mapping}{column} = {spelling or chr(34) + 'x' + chr(34)}\n"
    mapping = mapping.replace('offered_at = "at"', f"offered_at = {spelling}") if column == "offered_at" else mapping
    rows = f'id;at;outcome;x\n1;2026-05-04 10:00;answered;"{text}"\n'
    _, found, bad = load(folder, mapping + '[reader]\ndelimiter = ";"\n', rows)
    return found[0][column] if found else bad[0][2]
