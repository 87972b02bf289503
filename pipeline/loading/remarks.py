"""What of a delivery does not count, and what it leaves as it was, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading import namesakes
from pipeline.loading.admit import Candidates
from pipeline.loading.earlier import REST
from pipeline.loading.faults import AS_TEXT, TOLD_SHARE, Faults
from pipeline.loading.shapes import CUT

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


CURES = {
    "calls": ': call_id = ["Start", "No"] makes one of several columns, conversation_id = "No" joins the legs of a call',
    "tickets": ': ticket_id = ["Created", "No"] makes one of several columns, version = "Changed" tells which row is the newest, '
    'and system = "crm" keeps the ids of a second system apart',
}
"""What a mapping says where ids are not enough; the columns are examples."""

VERSIONED = ', or a mapping says what tells the newest: version = "Changed"'
CUT_TO = f"cut by a spreadsheet (4.15556E+09), counted as nobody: {AS_TEXT}"


def outdone(warehouse: Warehouse, contract: Contract, file_id: int, is_news: bool, is_mapped: bool) -> list[str]:
    """What the delivery's records take away from others of their id, and others from them. `is_news`: it is not read anew.
    `is_mapped`: by a mapping, which may mend that."""
    query = "select lay_as, name, admitted, duplicate, replaced from files where file_id = ?"
    file = warehouse.records(query, [file_id])[0]
    if not file["duplicate"] and not file["replaced"]:
        return []
    name = file["lay_as"] or file["name"]
    cure = f"; each row needs an id of its own{CURES.get(contract.name, '')}" if is_mapped else ""
    said = [_of_other_days(warehouse, contract, file_id, name, cure)]
    if file["duplicate"]:
        said.append(_of_one_file(warehouse, contract, file_id, name, cure))
    if file["duplicate"] and is_mapped:
        said.append(_alike(warehouse, contract, file_id, name))
    if file["duplicate"] and is_news:
        said.append(_by_the_greater_name(warehouse, contract, file_id, name, is_mapped))
    return said


def _of_other_days(warehouse: Warehouse, contract: Contract, file_id: int, name: str, cure: str) -> str:
    if not contract.begins_once:
        return ""
    sides = (f"lost.file_id = {file_id}", f"won.file_id = {file_id} and lost.file_id <> {file_id}")
    found = sum(_counted(warehouse, contract, f"{of_it} and {namesakes.of_other_days(contract)}") for of_it in sides)
    if not found:
        return ""
    return (
        f"{name}: {contract.name} that do not count, because others of another day bear their ids, here or in another file: "
        f"{found}{cure}"
    )


def _of_one_file(warehouse: Warehouse, contract: Contract, file_id: int, name: str, cure: str) -> str:
    found = _counted(warehouse, contract, f"lost.file_id = {file_id} and {namesakes.of_one_file(contract)}")
    if not found:
        return ""
    return (
        f"{name}: {contract.name} that do not count, because others of this file bear their ids and say something else: "
        f"{found}{cure}"
    )


def _alike(warehouse: Warehouse, contract: Contract, file_id: int, name: str) -> str:
    """Of calls alone, which may begin in one minute and be alike; a ticket or a judgement that stands there twice is one."""
    found = contract.name == "calls" and _counted(
        warehouse, contract, f"lost.file_id = {file_id} and {namesakes.alike(contract)}"
    )
    if not found:
        return ""
    return (
        f"{name}: calls that do not count, because others of this file are alike in all that is read: {found}; "
        'where each is a call of its own, call_id = { from = ["Date", "Time", "Phone"], nth = true } numbers them'
    )


def _counted(warehouse: Warehouse, contract: Contract, condition: str) -> int:
    return int(warehouse.value(f"select count(*) from {namesakes.contests(contract)} where {condition}"))


def _by_the_greater_name(warehouse: Warehouse, contract: Contract, file_id: int, name: str, is_mapped: bool) -> str:
    """Of some of its records another file's count instead, and say another thing.

    Those of a lower version of the source's own are outdone by right.
    """
    [found] = warehouse.records(
        f"""select count(*) as records, max(coalesce(files.lay_as, files.name)) as winner
        from {namesakes.contests(contract)} join files on files.file_id = won.file_id
        where lost.file_id = {file_id} and won.file_id <> lost.file_id and won.version = lost.version
            and {namesakes.differ(contract)} and not ({namesakes.of_other_days(contract)})"""
    )
    if not found["records"]:
        return ""
    return (
        f"{name}: {found['records']} of its {contract.name} say something else than {found['winner']}, "
        "whose name is the greater: what they say does not count; a correction must have the greater name, or the same name"
        f"{VERSIONED if is_mapped else ''}"
    )


def cut(warehouse: Warehouse, candidates: Candidates, name: str) -> list[str]:
    """Where a customer is a number that a spreadsheet has cut; asked while the records are staged."""
    said = []
    for column, kind in candidates.contract.columns.items():
        field = candidates.fields[column]
        if kind.type == "person" and field.lookup:
            found = warehouse.value(
                f"select count(*) from stage {field.lookup} "
                f"where regexp_full_match(trim(pseudonyms_{column}.spelling), '{CUT}')"
            )
            said += [f"{name}: {column}: {found} {CUT_TO}"] if found else []
    return said


def set_aside(faults: Faults, name: str) -> str:
    """What is wrong with more than a few records: all of one kind, such as the abandoned ones, may be among them."""
    if faults.records <= TOLD_SHARE * faults.read:
        return ""
    return f"{name}: {faults.records} of {faults.read} records do not count: {faults.commonest()}{faults.mended_by()}"


def gone(warehouse: Warehouse, contract: Contract, name: str, file_id: int, removed: int) -> str:
    """How many records of the deliveries before were taken out, because this one speaks of their time and lacks them."""
    if not removed or not contract.covers_span:
        return ""
    first = warehouse.value(f"select min({contract.instant}) from {contract.raw_table} where file_id = {file_id}")
    since = "" if contract.speaks_of else f" since {first:%Y-%m-%d}, where it begins now,"
    return (
        f"{name}: {removed} {contract.name} that this file had{since} are not in it any more and were taken out; "
        "if they are not gone, give each delivery a name of its own"
    )


def stays(warehouse: Warehouse, contract: Contract, name: str, before: list[int]) -> str:
    """How many dated records of the deliveries before are left, in which batch."""
    if not contract.instant:
        return ""
    left = warehouse.records(
        f"select batch_id, rows_read from files where digest = '{REST}' and list_contains(?, file_id) order by batch_id",
        [before],
    )
    if not left:
        return ""
    batches = ", ".join(str(row["batch_id"]) for row in left)
    records = sum(row["rows_read"] for row in left)
    why = "an export may hold only what has changed" if contract.speaks_of else "they are from before its first one now"
    return f"{name}: {records} older {contract.name} of this file stay (batch {batches}): {why}"
