"""Exports of ticket systems as their vendors write them: what is read of them, and what never is."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.commands.options import site_of
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.errors import UsageError
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.results import Results, open_results
from pipeline.settings import Privacy, Settings
from pipeline.sources import Site, find_source
from tests.tables import load_table

pytestmark = pytest.mark.usefixtures("facts_alone")


def deliver(
    warehouse: Warehouse, settings: Settings, folder: Path, source: str, files: dict[str, str]
) -> list[Account]:
    for name, text in files.items():
        (folder / name).write_text(text.strip() + "\n", "utf-8")
    bundle = find_source(source, site=site_of(settings))
    found = find_files([folder / name for name in files], bundle.suffixes)
    accounts = load_files(warehouse, settings, bundle, found)
    for account in accounts:
        assert account.error is None and not account.quarantined, account
    return accounts


def raw(folder: Path, source: str, files: dict[str, str], query: str) -> pd.DataFrame:
    """What a query finds in the warehouse after the files have been loaded."""
    settings = Settings(warehouse=folder / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        deliver(warehouse, settings, folder, source, files)
        return warehouse.sql.execute(query).df()


def published(folder: Path, source: str, files: dict[str, str], **sections: Any) -> Results:
    settings = Settings(warehouse=folder / "w.duckdb", **sections)
    with open_warehouse(settings) as warehouse:
        deliver(warehouse, settings, folder, source, files)
        build(warehouse, settings, [], lambda step: None)
    return open_results(settings.results)


HISTORIES = {
    "zendesk": """
ticket_id,field_name,updated,user_id,value
7,subject,2026-05-04 10:00:00,1,"Call Anna +41 44 668 18 00, anna@home.test"
7,status,2026-05-04 10:00:00,1,open
7,status,2026-05-04 11:00:00,1,open
""",
    "jira_service_management": """
issue_id,field_id,time,author_id,value
7,summary,2026-05-04 10:00:00,1,"Call Anna +41 44 668 18 00, anna@home.test"
7,status,2026-05-04 10:00:00,1,3
7,status,2026-05-04 11:00:00,1,3
""",
}


@pytest.mark.parametrize("source", HISTORIES)
def test_texts_of_customers_in_a_history_are_not_read(tmp_path: Path, source: str) -> None:
    found = raw(tmp_path, source, {"history.csv": HISTORIES[source]}, "select * from raw_ticket_events")
    assert found["field"].tolist() == ["status", "status"]
    assert "anna" not in found.to_csv().lower()


ZENDESK = {
    "tickets.csv": """
id,requester_id,assignee_id,status,created_at,group_id,organization_id,updated_at
7,396331237134,418284131934,open,2026-05-04 08:00:00,360006965034,370295712714,2026-05-04 10:00:00
8,396331237135,418284131934,open,2026-05-12 08:00:00,360006965034,370295712714,2026-05-12 10:00:00
""",
    "groups.csv": """
id,name,created_at,updated_at,url
360006965034,Billing,2026-01-01 00:00:00,2026-01-01 00:00:00,https://z.test/360006965034.json
""",
}


def test_ids_of_groups_and_organisations_are_no_phones(tmp_path: Path) -> None:
    found = published(tmp_path, "zendesk", ZENDESK).frame("select queue, customer_group from fact_tickets")
    assert found["queue"].tolist() == ["Billing"] * 2
    assert found["customer_group"].tolist() == ["370295712714"] * 2


def test_a_file_may_hold_none_of_the_records_that_are_meant(tmp_path: Path) -> None:
    """Users who are all agents have no keys of customers, and no fault."""
    users = "id,role,email,name\n5,agent,jo@bank.test,Jo"
    assert len(raw(tmp_path, "zendesk", {"users.csv": users}, "from raw_directory")) == 1


def test_lines_are_counted_in_every_table_that_a_file_feeds(tmp_path: Path) -> None:
    comments = [{"id": n, "author": {}, "created": f"2026-05-04T1{n}:00:00Z", "body": "One\ntwo"} for n in range(3)]
    issues = [{"id": "1", "fields": {"created": "2026-05-04T08:00:00Z", "comment": {"comments": comments}}}]
    query = "select line from raw_messages order by line"
    found = raw(tmp_path, "jira_service_management", {"issues.json": json.dumps({"issues": issues})}, query)
    assert found["line"].tolist() == [2, 4, 6]
    users = "id,role,email,name\n5,agent,jo@bank.test,Jo\n6,end-user,anna@home.test,Anna"
    found = raw(tmp_path, "zendesk", {"users.csv": users}, "select line from raw_customer_keys")
    assert found["line"].tolist() == [3]


EVA, KIM, ROBOT = (
    {"accountId": name.lower(), "accountType": kind, "displayName": name}
    for name, kind in (("Eva", "atlassian"), ("Kim", "atlassian"), ("Bot", "app"))
)


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def block(kind: str, *inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "content": list(inner)}


NEWS = block("paragraph", {"type": "mention", "attrs": {"id": "kim", "text": "@Kim"}}, words(" any "), words("news?"))
ITEMS = [block("listItem", block("paragraph", words(item))) for item in ("card", "loan")]
DOCUMENT = block("doc", NEWS, block("bulletList", *ITEMS))


def issue(number: int, reporter: dict[str, str], *comments: tuple[dict[str, str], object]) -> dict[str, Any]:
    written = [
        {"id": f"{number}{n}", "author": author, "created": f"2026-05-04T1{n}:00:00Z", "body": body}
        for n, (author, body) in enumerate(comments)
    ]
    fields = {"created": "2026-05-04T08:00:00Z", "reporter": reporter, "comment": {"comments": written}}
    return {"id": str(number), "key": f"SUP-{number}", "fields": fields}


def test_whoever_reported_an_issue_is_its_customer(tmp_path: Path) -> None:
    issues = [issue(1, EVA, (EVA, DOCUMENT), (KIM, "Soon")), issue(2, ROBOT, (ROBOT, "Disk full"), (EVA, "Mended"))]
    query = "select author_role, agent, body from raw_messages order by message_id"
    found = raw(tmp_path, "jira_service_management", {"issues.json": json.dumps({"issues": issues})}, query)
    assert [tuple(row) for row in found.fillna("").to_numpy()] == [
        ("customer", "", "@Kim any news?\ncard\nloan"),
        ("agent", "Kim", "Soon"),
        ("automatic", "", "Disk full"),
        ("agent", "Eva", "Mended"),
    ]


def test_tickets_that_a_later_export_under_the_same_name_is_too_young_for_keep_their_letters(tmp_path: Path) -> None:
    """The first issue's second letter is of a time of which the later export speaks, of the third issue it was an error."""

    def on(day: int, number: int, *letters: int) -> dict[str, Any]:
        of = issue(number, EVA, *((EVA, "Hello") for _ in letters))
        of["fields"]["created"] = f"2026-05-{day:02d}T08:00:00Z"
        for comment, sent in zip(of["fields"]["comment"]["comments"], letters, strict=True):
            comment["created"] = f"2026-05-{sent:02d}T12:00:00Z"
        return of

    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for issues in ([on(1, 1, 1, 9), on(4, 3, 4, 8)], [on(4, 3, 4), on(7, 4, 7)]):
            text = json.dumps({"issues": issues})
            deliver(warehouse, settings, tmp_path, "jira_service_management", {"issues.json": text})
        found = warehouse.sql.execute("select conversation_id, day(sent_at) from raw_messages order by all").fetchall()
    assert found == [("1", 1), ("1", 9), ("3", 4), ("4", 7)]


TICKET = {
    "id": 7, "url": "u", "requester_id": 403, "assignee_id": None, "status": "new", "via": {"channel": "web", "source": {}},
    "created_at": "2026-05-04T08:00:00Z", "updated_at": "2026-05-04T08:00:00Z",
}  # fmt: skip
USER = {"id": 403, "name": "Jo", "role": "agent", "email": None, "created_at": "2026-05-04T08:00:00Z", "url": "u"}
GROUP = {
    "id": 9,
    "name": "Billing",
    "created_at": "2026-05-04T08:00:00Z",
    "updated_at": "2026-05-04T08:00:00Z",
    "url": "u",
}
COUNTS = """select (select count(*) from raw_tickets where channel = 'web'), (select count(*) from raw_tickets),
    (select count(*) from raw_directory where kind = 'user'), (select count(*) from raw_directory)"""


@pytest.mark.parametrize(
    ("record", "expected"),
    [(TICKET, [1, 1, 0, 0]), (USER, [0, 0, 1, 1]), (GROUP, [0, 0, 0, 1])],
    ids=["ticket", "user", "group"],
)
@pytest.mark.parametrize("is_list", [False, True], ids=["line", "list"])
def test_bare_records_go_where_their_names_say(
    tmp_path: Path, record: dict[str, object], expected: list[int], is_list: bool
) -> None:
    text = json.dumps([record] if is_list else record)
    assert raw(tmp_path, "zendesk", {"records.jsonl": text}, COUNTS).iloc[0].tolist() == expected


@pytest.mark.parametrize(
    "nested",
    ["[" * 200_000, '{"issues":[{"id":1,"x":' + '{"a":' * 3_000 + "1" + "}" * 3_000 + "}]}"],
    ids=["list", "object"],
)
def test_a_document_nested_beyond_measure_stops_no_other(tmp_path: Path, nested: str) -> None:
    (tmp_path / "deep.json").write_text(nested, "utf-8")
    (tmp_path / "ticket.json").write_text(json.dumps(TICKET), "utf-8")
    settings, source = Settings(warehouse=tmp_path / "w.duckdb"), find_source("zendesk")
    with open_warehouse(settings) as warehouse:
        accounts = load_files(warehouse, settings, source, find_files([tmp_path], source.suffixes))
    assert [(account.file, account.admitted, bool(account.error)) for account in accounts] == [
        ("deep.json", 0, True), ("ticket.json", 1, False),
    ]  # fmt: skip
    assert "deep.json: " in str(accounts[0].error)


def test_a_number_of_thousands_of_digits_is_a_text_like_any_other(tmp_path: Path) -> None:
    text = json.dumps(TICKET | {"subject": "?"}).replace('"?"', "9" * 5_000)
    assert raw(tmp_path, "zendesk", {"records.jsonl": text}, COUNTS).iloc[0].tolist() == [1, 1, 0, 0]


def test_a_document_that_is_not_utf8_is_refused_with_the_place(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + json.dumps(TICKET | {"subject": "K?the"}, indent=1).encode().replace(b"?", b"\xe4")
    (tmp_path / "ticket.json").write_bytes(text)
    settings, source = Settings(warehouse=tmp_path / "w.duckdb"), find_source("zendesk")
    with open_warehouse(settings) as warehouse:
        [account] = load_files(warehouse, settings, source, find_files([tmp_path / "ticket.json"], source.suffixes))
    line, place = text.partition(b"\xe4")[0].count(b"\n") + 1, text.index(b"\xe4") + 1
    assert account.error and account.error.endswith(f": line {line}: byte {place} of the file is not UTF-8, as JSON is")


@pytest.mark.parametrize("letter", ["\u2028", "\u0085"])
def test_only_a_line_feed_ends_a_line_of_json(tmp_path: Path, letter: str) -> None:
    records = [TICKET | {"subject": f"a{letter}b"}, TICKET | {"id": 8}]
    text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    assert raw(tmp_path, "zendesk", {"records.jsonl": text}, COUNTS).iloc[0].tolist() == [2, 2, 0, 0]


def test_a_channel_that_is_not_known_is_not_unofficial(tmp_path: Path) -> None:
    named = ",via_channel\n7,1,,new,2026-05-04 08:00:00,web\n8,1,,new,2026-05-12 08:00:00,\n"
    tickets = {"tickets.csv": "id,requester_id,assignee_id,status,created_at" + named}
    results = published(tmp_path, "zendesk", tickets, tickets={"official_channels": ("web",)})
    found = results.frame("select is_official from fact_tickets order by ticket_id")["is_official"]
    assert found.astype(object).where(found.notna(), None).tolist() == [True, None]


UPDATES = """
number,incident_state,sys_mod_count,sys_updated_at,opened_at,closed_at,priority
INC1,New,0,2026-05-04 10:00:00,2026-05-04 10:00:00,,5 - Planning
INC1,In Progress,1,2026-05-04 11:00:00,2026-05-04 10:00:00,,5 - Planning
INC1,On Hold,2,2026-05-04 12:00:00,2026-05-04 10:00:00,,5 - Planning
INC1,Canceled,3,2026-05-04 15:00:00,2026-05-04 10:00:00,2026-05-04 15:00:00,5 - Planning
INC2,New,0,11-05-2026 10:00:30,11-05-2026 10:00:30,,4 - Low
INC3,New,0,12/05/2026 10:00,12/05/2026 10:00,,4 - Low
INC4,New,0,13-05-2026 10:00,13-05-2026 10:00,,4 - Low
"""


def test_todays_states_and_dates_of_servicenow(tmp_path: Path) -> None:
    results = published(tmp_path, "servicenow_events", {"log.csv": UPDATES})
    columns = "status, priority, agent_work_s, on_hold_s, created_at"
    found = results.frame(f"select {columns} from fact_tickets order by ticket_id")
    assert found.iloc[0].tolist()[:4] == ["closed", "low", 2 * 3600, 3 * 3600]
    assert found["created_at"].astype(str).tolist() == [
        "2026-05-04 10:00:00", "2026-05-11 10:00:30", "2026-05-12 10:00:00", "2026-05-13 10:00:00",
    ]  # fmt: skip


def test_what_zendesk_says_a_field_was_before_is_kept(tmp_path: Path) -> None:
    change = {"id": 70, "event_type": "Change", "status": "open", "previous_value": "on-hold"}
    given = {"id": 71, "event_type": "Change", "assignee_id": "5", "previous_value": None}
    created = {"id": 69, "event_type": "Create", "status": "new"}
    audit = {
        "id": 1,
        "ticket_id": 7,
        "timestamp": 1777888800,
        "updater_id": 5,
        "child_events": [created, change, given],
    }
    text = json.dumps({"ticket_events": [audit]})
    query = "select field, coalesce(value_before, '') as before from raw_ticket_events order by event_id"
    found = raw(tmp_path, "zendesk", {"events.json": text}, query).values.tolist()
    assert found == [["status", ""], ["status", "hold"], ["agent", ""]]


@pytest.mark.parametrize(("tickets", "tables"), [([TICKET], ["tickets"]), ([], [""])], ids=["beside tickets", "alone"])
def test_measures_that_zendesk_computed_are_said_to_be_passed_over(
    tmp_path: Path, tickets: list[dict[str, object]], tables: list[str]
) -> None:
    document = {"tickets": tickets, "metric_sets": [{"id": 1, "ticket_id": 7, "reopens": 0}]}
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        accounts = deliver(warehouse, settings, tmp_path, "zendesk", {"tickets.json": json.dumps(document)})
    said = "tickets.json: passed over: metric_sets[]: times are computed from the changes of tickets"
    assert [(a.table, a.error, a.passed_over) for a in accounts] == [(table, None, said) for table in tables]


@pytest.mark.parametrize("ending", [".xlsx", ".parquet", ".XLSX"])
def test_a_vendors_table_may_be_a_workbook_or_parquet(tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame(
        {
            "Ticket ID": [1, 2],
            "Status": ["Open", "Closed"],
            "Created time": pd.to_datetime(["2026-05-04 09:00", "2026-05-04 10:00"]),
        }
    )
    file = tmp_path / f"tickets{ending}"
    if ending == ".parquet":
        frame.to_parquet(file)
    else:
        frame.to_excel(file, index=False, engine="xlsxwriter")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        bundle = find_source("freshdesk_csv")
        (account,) = load_files(warehouse, settings, bundle, find_files([file], bundle.suffixes))
        found = warehouse.sql.execute("select ticket_id, status, created_at from raw_tickets order by 1").df()
    assert account.error is None
    assert found["status"].tolist() == ["open", "closed"] and found["created_at"].dt.hour.tolist() == [9, 10]


def test_a_table_that_is_none_of_the_formats_own_is_said_to_want_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "pages.csv").write_text("Issue key,Created\nSUP-1,03/Nov/26 11:09 AM\n")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        bundle = find_source("jira_service_management")
        (account,) = load_files(warehouse, settings, bundle, find_files([tmp_path / "pages.csv"], bundle.suffixes))
    assert account.error and account.error.endswith("any other table is loaded by a mapping: MAPPINGS.md")


def rating(ticket: int, score: str, hour: int) -> dict[str, object]:
    at = f"2026-05-04T{hour}:00:00Z"
    return {"id": 100 * ticket + hour, "ticket_id": ticket, "score": score, "created_at": at, "updated_at": at}


def test_of_zendesks_ratings_the_last_answer_to_each_ticket_counts(tmp_path: Path) -> None:
    ratings = [
        rating(7, "offered", 10),
        rating(7, "good", 11),
        rating(7, "bad", 12),
        rating(8, "good", 10),
        rating(9, "unoffered", 10),
    ]
    found = raw(
        tmp_path,
        "zendesk",
        {"ratings.json": json.dumps({"satisfaction_ratings": ratings})},
        "select conversation_id, question, score, hour(answered_at) from raw_surveys order by 1",
    )
    assert found.values.tolist() == [["7", "csat", 1, 12], ["8", "csat", 5, 10]]


@pytest.mark.parametrize("name", ["organizations", "ticket_audits"])
def test_lists_of_zendesks_api_that_tell_nothing_more_are_passed_over(tmp_path: Path, name: str) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    files = {f"{name}.json": json.dumps({name: [{"id": 1, "created_at": "2026-01-01T00:00:00Z"}]})}
    with open_warehouse(settings) as warehouse:
        (account,) = deliver(warehouse, settings, tmp_path, "zendesk", files)
    assert account.error is None and account.passed_over and f"passed over: {name}[]: " in account.passed_over


SUMMER_AND_WINTER = """
Ticket ID,Status,Created time,Contact ID
1,Open,2026-07-06 09:00:00,7
2,Open,2026-01-12 09:00:00,7
3,Open,2026-01-12T09:00:00Z,7
"""


@pytest.mark.parametrize(
    ("zones", "hours"), [({}, [9, 9, 9]), ({"freshdesk_csv": "Europe/Berlin"}, [7, 8, 9])], ids=["utc", "berlin"]
)
def test_times_without_an_offset_are_of_the_zone_that_the_settings_name(
    tmp_path: Path, zones: dict[str, str], hours: list[int]
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb", source_timezones=zones)
    with open_warehouse(settings) as warehouse:
        deliver(warehouse, settings, tmp_path, "freshdesk_csv", {"tickets.csv": SUMMER_AND_WINTER})
        found = warehouse.sql.execute("select hour(created_at) from raw_tickets order by ticket_id").fetchall()
    assert [hour for (hour,) in found] == hours


def test_a_zone_of_a_format_that_wants_none_is_refused() -> None:
    with pytest.raises(UsageError, match=r"source_timezones: zendesk_api is none of the formats"):
        find_source("letters", site=Site(source_timezones={"zendesk_api": "Europe/Berlin"}))


CALLS = "call_id  offered_at        talk_s  outcome   customer_key   channel\n" + "".join(
    f"c{n}       2026-05-{day} 10:00  300     answered  +4179555000{n}  voice\n"
    for n, day in enumerate(("04", "04", "04", "30"))
)
FRESHDESK = {
    "tickets.csv": """
Ticket ID,Status,Source,Created time,Contact ID,Email,Work phone,Mobile phone
1,Closed,Phone,2026-05-04 10:06:00,900,k0@home.test,,+41795550000
2,Closed,Outbound Email,2026-05-05 08:00:00,901,k1@home.test,+41795550001,
3,Closed,Phone,2026-05-06 10:00:00,902,k2@home.test,,+41795550002
4,Closed,Feedback Widget,2026-05-07 10:00:00,901,k1@home.test,,+41795550001
"""
}
ENTERED = "id,requester_id,submitter_id,assignee_id,status,created_at,via_channel"
ZENDESK_LOGGED = {
    "tickets.csv": f"""
{ENTERED}
1,900,7,7,closed,2026-05-04 10:06:00,voice
2,901,7,7,closed,2026-05-05 08:00:00,web
3,902,7,7,closed,2026-05-06 10:00:00,voice
4,901,901,7,closed,2026-05-07 10:00:00,web
5,7,7,7,closed,2026-05-07 10:00:00,web
""",
    "users.csv": """
id,role,email,name,phone
7,agent,anna@bank.test,Anna,
900,end-user,k0@home.test,K,+41795550000
901,end-user,k1@home.test,K,+41795550001
902,end-user,k2@home.test,K,+41795550002
""",
}


@pytest.mark.parametrize(
    ("source", "files"), [("freshdesk_csv", FRESHDESK), ("zendesk", ZENDESK_LOGGED)], ids=["freshdesk", "zendesk"]
)
def test_what_an_agent_enters_is_no_return_of_the_customer(tmp_path: Path, source: str, files: dict[str, str]) -> None:
    """1 is the record of a call, 2 is written to the customer; 3 is a call that nobody else recorded, and 4 is the customer's own."""
    settings = Settings(warehouse=tmp_path / "w.duckdb", privacy=Privacy(phone_country_code="41"))
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", CALLS)
        deliver(warehouse, settings, tmp_path, source, files)
        build(warehouse, settings, [], lambda step: None)
    results = open_results(settings.results)
    query = "select conversation_id, {} from fact_contacts where {} order by 1"
    made = results.frame(query.format("is_customer_made", "is_written")).set_index("conversation_id")[
        "is_customer_made"
    ]
    assert made.head(4).tolist() == [False, False, True, True] and made.tail(1).all()
    back = results.frame(query.format("return_after_s / 3600 as hours", "not is_written"))["hours"]
    assert back.round().fillna(-1).tolist() == [-1, 72, 48, -1]


def moved(number: int, category: str, *statuses: str) -> dict[str, Any]:
    """An issue that went from one status to the next, one every hour, its last one of that category."""
    histories = [
        {"id": f"{number}{n}", "created": f"2026-05-04T1{n}:00:00Z", "items": [{"field": "status", "fromString": a, "toString": b}]}
        for n, (a, b) in enumerate(zip(("Waiting for support", *statuses), statuses, strict=False))
    ]  # fmt: skip
    one = issue(number, EVA)
    one["fields"]["status"] = {"name": statuses[-1], "statusCategory": {"key": category}}
    return one | {"changelog": {"histories": histories}}


ISSUES = (
    moved(1, "done", "Resolved", "Erledigt"),
    moved(2, "done", "Resolved", "Waiting for support", "Declined"),
    moved(3, "done", "Erledigt", "Waiting for support", "Resolved"),
    moved(4, "indeterminate", "Erledigt", "Bei der Fachabteilung"),
    moved(5, "done", "Geprüft", "Resolved"),
)


def test_the_category_of_a_status_tells_what_a_name_of_ones_own_means(tmp_path: Path) -> None:
    files = {"issues.json": json.dumps({"issues": ISSUES})}
    results = published(tmp_path, "jira_service_management", files)
    found = results.frame("select status, is_solved, reopens from fact_tickets order by ticket_id")
    assert [tuple(row) for row in found.to_numpy()] == [
        ("solved", True, 0), ("closed", True, 1), ("solved", True, 1), ("open", False, 1), ("solved", True, 0),
    ]  # fmt: skip


def test_an_issue_that_an_agent_raises_for_a_customer_is_the_agents(tmp_path: Path) -> None:
    by_eva, by_portal, own = issue(1, KIM), issue(2, KIM), issue(3, EVA)
    for raised, creator in ((by_eva, EVA), (by_portal, ROBOT), (own, EVA)):
        raised["fields"]["creator"] = creator
    text = json.dumps({"issues": [by_eva, by_portal, own]})
    query = "select opened_by from raw_tickets order by ticket_id"
    found = raw(tmp_path, "jira_service_management", {"issues.json": text}, query)["opened_by"]
    assert found.fillna("").tolist() == ["agent", "", ""]


BY_EITHER_NAME = """
number,{state},sys_mod_count,{updated},opened_at,resolved_at,closed_at,sys_updated_by,assigned_to
INC1,New,0,2026-05-04 09:00:00,2026-05-04 09:00:00,,,ann,
INC1,Resolved,1,2026-05-04 11:00:00,2026-05-04 09:00:00,2026-05-04 11:00:00,,ann,ann
"""


@pytest.mark.parametrize(
    ("state", "updated"), [("incident_state", "sys_updated_at"), ("state", "sys_updated_on")], ids=["log", "table"]
)
def test_servicenows_columns_are_known_by_both_their_names(tmp_path: Path, state: str, updated: str) -> None:
    text = BY_EITHER_NAME.format(state=state, updated=updated)
    found = raw(
        tmp_path, "servicenow_events", {"log.csv": text},
        "select value, happened_at from raw_ticket_events where field = 'status' order by happened_at",
    )  # fmt: skip
    assert [(row.value, row.happened_at.hour) for row in found.itertuples()] == [("new", 9), ("solved", 11)]
