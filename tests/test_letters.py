"""Letters in, messages and threads out: who wrote what, when, to whom it belongs; nothing private stays."""

from pathlib import Path

import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import UsageError
from pipeline.loading import delivery
from pipeline.loading import load as load_module
from pipeline.loading.accounts import Account
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.results import Results, open_results
from pipeline.settings import Privacy, Settings
from pipeline.settings.tickets import Tickets
from pipeline.sources import Site, find_source
from tests.tables import figure, written_files

pytestmark = pytest.mark.usefixtures("facts_alone")

HOUSE = ("@bank.test", "help@other.test")
QUESTION = b"""From anna@home.test Mon May  4 10:00:00 2026
From: Anna <anna@home.test>
To: support@bank.test
Message-ID: <q1@home.test>
Date: Mon, 4 May 2026 12:00:00 +0200
Subject: Contract 12345-AB
Content-Type: text/plain; charset=utf-8

Hello, my contract number is: KA-778899, login: anna77, password: s3cret!
Call me at +41 44 668 18 00 or anna@home.test.
"""
RECEIPT = b"""From noreply@bank.test Mon May  4 10:00:05 2026
From: noreply@bank.test
To: anna@home.test
Message-ID: <r1@bank.test>
In-Reply-To: <q1@home.test>
Auto-Submitted: auto-replied
Date: Mon, 4 May 2026 10:00:05 +0000
Subject: Re: Contract

We have received your request.
"""
ANSWER = (
    "From ivan@bank.test Mon May  4 13:00:00 2026\n"
    + """From: Ivan <ivan@bank.test>
To: Anna <anna@home.test>
Message-ID: <a1@bank.test>
References: <q1@home.test> <r1@bank.test>
Date: Mon, 4 May 2026 16:00:00 +0300
Subject: =?koi8-r?B?z9TXxdQ=?=
Content-Type: text/html; charset=windows-1251
Content-Transfer-Encoding: 8bit

<html><style>p {}</style><p>Добрый день, Анна!</p><p>Готово.</p><blockquote>my contract</blockquote></html>
"""
)
THANKS = b"""From anna@home.test Mon May  4 14:00:00 2026
From: anna@home.test
To: support@bank.test
Message-ID: <q2@home.test>
References: <q1@home.test> <a1@bank.test>
Date: Mon, 4 May 2026 14:00:00 +0000

Thank you!
> quoted
On Mon, Ivan <ivan@bank.test> wrote:
my contract number is: KA-778899
"""


def settings_in(folder: Path) -> Settings:
    tickets = Tickets(own_addresses=HOUSE)
    return Settings(warehouse=folder / "w.duckdb", tickets=tickets, privacy=Privacy(key="test"))


def load(folder: Path, **files: bytes) -> list[Account]:
    settings = settings_in(folder)
    source = find_source("letters", site=Site(HOUSE))
    (folder / "mail").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / "mail" / name.replace("__", ".")).write_bytes(content)
    with open_warehouse(settings) as warehouse:
        return load_files(warehouse, settings, source, find_files([folder / "mail"], source.suffixes))


def mbox() -> bytes:
    return b"\n".join([QUESTION, RECEIPT, ANSWER.encode("cp1251"), THANKS])


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("letters")
    [account] = load(folder, box__mbox=mbox())
    assert (account.rows_read, account.admitted, account.error) == (4, 4, None)
    with open_warehouse(settings_in(folder)) as warehouse:
        rows = warehouse.records("select * from raw_messages order by sent_at")
        build(warehouse, settings_in(folder), [], lambda step: None)
    assert [row["author_role"] for row in rows] == ["customer", "automatic", "agent", "customer"]
    assert [str(row["sent_at"]) for row in rows] == [
        "2026-05-04 10:00:00", "2026-05-04 10:00:05", "2026-05-04 13:00:00", "2026-05-04 14:00:00",
    ]  # fmt: skip
    assert {row["conversation_id"] for row in rows} == {"q1/home.test"}
    assert len({row["customer_key"] for row in rows}) == 1
    assert (
        rows[2]["agent"] == "ivan"
        and rows[2]["body"] == "Добрый день, Анна!\nГотово."
        and rows[2]["subject"] == "ответ"
    )
    assert rows[3]["body"] == "Thank you!"
    assert rows[0]["has_contract_number"] and rows[0]["has_login"] and rows[0]["has_password"]
    assert not rows[2]["has_contract_number"]
    return open_results(settings_in(folder).results)


def test_a_thread_is_a_ticket_with_its_clocks(thread: Results) -> None:
    [ticket] = thread.frame("select agent, first_reply_s from fact_tickets").itertuples(index=False)
    assert tuple(ticket) == ("ivan", 3 * 3600)
    assert figure(thread, "acknowledgement_p50")["value"] == 5
    assert figure(thread, "identity_given")["value"] == 1
    assert figure(thread, "tickets_created")["value"] == 1
    for kpi in ("first_reply_p50", "solved_in_time"):
        assert figure(thread, kpi)["why"] == "not_yet", kpi


def test_nothing_private_stays(thread: Results, tmp_path: Path) -> None:
    load(tmp_path, box__mbox=mbox())
    (tmp_path / "mail" / "box.mbox").unlink()
    for file in written_files(tmp_path):
        content = file.read_bytes()
        for private in (b"668", b"anna@home", b"s3cret", b"778899", b"12345-AB"):
            assert private not in content, (file, private)


AUTHORS = {
    "customer": ("From: anna@home.test", "customer", None),
    "agent": ("From: ivan@bank.test", "agent", "ivan"),
    "form of the house": ("From: wordpress@bank.test\nReply-To: Anna <anna@home.test>", "customer", None),
    "form that wants no answer": ("From: noreply@bank.test\nReply-To: anna@home.test", "customer", None),
    "agent, answers to the desk": ("From: ivan@bank.test\nReply-To: help@other.test", "agent", "ivan"),
    "agent, answers to a desk outside": ("From: ivan@bank.test\nReply-To: bank@desk.test", "agent", "ivan"),
    "customer with two addresses": ("From: anna@home.test\nReply-To: anna@work.test", "customer", None),
    "asks for no automatic answer": ("From: ivan@bank.test\nX-Auto-Response-Suppress: All", "agent", "ivan"),
    "answers by itself": ("From: anna@home.test\nX-Autoreply: yes", "automatic", None),
    "wants no answer": ("From: no-reply@shop.test\nReply-To: anna@home.test", "automatic", None),
}


def test_who_wrote_a_letter(tmp_path: Path) -> None:
    """All to Anna, whose the letter is whoever wrote it; but for the shop's."""
    rest = "To: anna@home.test\nDate: Mon, 4 May 2026 12:00:00 +0200\nMessage-ID: <{}@x>\n\nHello\n"
    heads = enumerate(head for head, _, _ in AUTHORS.values())
    load(tmp_path, **{f"{n}__eml": f"{head}\n{rest.format(n)}".encode() for n, head in heads})
    with open_warehouse(settings_in(tmp_path)) as warehouse:
        rows = warehouse.records(
            "select author_role, agent, customer_key from raw_messages join files using (file_id) order by files.name"
        )
    assert [(row["author_role"], row["agent"]) for row in rows] == [
        (role, agent) for _, role, agent in AUTHORS.values()
    ]
    assert len({row["customer_key"] for row in rows[:-1]}) == 1


def test_a_folder_of_single_letters(tmp_path: Path) -> None:
    accounts = load(tmp_path, a__eml=QUESTION.split(b"\n", 1)[1], b__eml=THANKS.split(b"\n", 1)[1], notes__pdf=b"%PDF")
    assert [(account.file, account.admitted) for account in accounts] == [("a.eml", 1), ("b.eml", 1)]


def test_letters_of_a_folder_go_in_together_and_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is new, one has no date, one is there already, two are copies of one letter, of which the last by name says more."""
    alone: list[str] = []
    deliver = delivery.deliver
    monkeypatch.setattr(load_module, "deliver", lambda of: alone.append(of.name) or deliver(of))
    question, thanks = (letter.split(b"\n", 1)[1] for letter in (QUESTION, THANKS))
    load(tmp_path, known__eml=question.replace(b"<q1@", b"<q3@"))
    accounts = load(
        tmp_path, a__eml=question, b__eml=thanks, c__eml=thanks.replace(b"<q2@", b"<q4@").replace(b"Date:", b"X-Date:"),
        z__eml=thanks.replace(b"Thank you", b"Thanks a lot"),
    )  # fmt: skip
    found = {a.file: (a.rows_read, a.admitted, a.duplicate, a.quarantined, a.is_unchanged) for a in accounts}
    assert found == {
        "a.eml": (1, 1, 0, {}, False),
        "b.eml": (1, 0, 1, {}, False),
        "c.eml": (1, 0, 0, {"missing": 1}, False),
        "known.eml": (1, 1, 0, {}, True),
        "z.eml": (1, 1, 0, {}, False),
    }
    assert alone == ["known.eml", "c.eml"]
    with open_warehouse(settings_in(tmp_path)) as warehouse:
        rows = warehouse.records("select name, line, body from raw_messages join files using (file_id) order by name")
    assert [(row["name"], row["line"], row["body"].split()[0]) for row in rows] == [
        ("a.eml", 1, "Hello,"), ("known.eml", 1, "Hello,"), ("z.eml", 1, "Thanks"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is no mbox"), (b"hello", "is no mbox"), (b"PK\x03\x04", "is no mbox")],
    ids=["empty", "text", "zip"],
)
def test_what_is_no_mbox_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    [account] = load(tmp_path, box__mbox=content)
    assert account.error and said in account.error


@pytest.mark.parametrize(
    ("date", "told"),
    [
        (b"yesterday", {"missing": 1, "not_a_time": 1}),
        (b"Fri, 31 Dec 9999 23:59:59 -0500", {"missing": 1, "not_a_time": 1}),
        (b"4 May 99999999999999999999 14:00:00 +0000", {"missing": 2}),
    ],
)
def test_a_letter_with_an_impossible_date_goes_to_quarantine(tmp_path: Path, date: bytes, told: dict[str, int]) -> None:
    broken = THANKS.replace(b"Mon, 4 May 2026 14:00:00 +0000", date).replace(b"<q2@", b"<q3@")
    undated = THANKS.replace(b"Date:", b"X-Date:").replace(b"<q2@", b"<q4@")
    [account] = load(tmp_path, box__mbox=b"\n".join([QUESTION, broken, undated]))
    assert account.admitted == 1 and account.quarantined == told


def test_broken_headers_and_charsets_lose_no_letter(tmp_path: Path) -> None:
    odd = QUESTION.replace(b"utf-8", b"x-unheard-of").replace(
        b"Subject: Contract 12345-AB", b"Subject: =?utf-8?Q?=ZZ?="
    )
    bare = b"From x Mon May  4 10:00:00 2026\nFrom: \nDate: Mon, 4 May 2026 12:00:00 +0200\n\n\xff\xfe\x00 text\n"
    [account] = load(tmp_path, box__mbox=b"\n".join([odd, bare]))
    assert (account.rows_read, account.admitted) == (2, 2)


def test_a_letter_nested_beyond_measure_costs_no_other(tmp_path: Path) -> None:
    opened = THANKS.replace(b"From: ", b"From: " + b"(" * 9_000).replace(b"<q2@", b"<q3@")
    parts = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2_000))
    boxes = THANKS.replace(b"Date:", b"MIME-Version: 1.0\nDate:").replace(b"\n\nThank", b"\n" + parts + b"\nThank")
    [account] = load(tmp_path, box__mbox=b"\n".join([QUESTION, opened, boxes.replace(b"<q2@", b"<q4@")]))
    assert (account.error, account.rows_read, account.admitted) == (None, 3, 3)


def test_without_addresses_of_the_house_nobody_can_be_told() -> None:
    with pytest.raises(UsageError, match="own_addresses"):
        find_source("letters")


def test_an_html_letter_is_read_to_its_end(tmp_path: Path) -> None:
    """What looks like the beginning of an entity or a tag is text, where nothing more comes."""
    head = (
        "From: anna@home.test\nDate: Mon, 4 May 2026 12:00:00 +0200\nContent-Type: text/html\nMessage-ID: <{}@x>\n\n{}"
    )
    bodies = ["I have had enough and go to AT&T", "Hello<br>I go to AT&T", "Hello<br>it is 3 < 4", "<p>Hello</p>I go"]
    load(tmp_path, **{f"{n}__eml": head.format(n, body).encode() for n, body in enumerate(bodies)})
    with open_warehouse(settings_in(tmp_path)) as warehouse:
        rows = warehouse.records("select body from raw_messages order by message_id")
    assert [row["body"] for row in rows] == [bodies[0], "Hello\nI go to AT&T", "Hello\nit is 3 < 4", "Hello\nI go"]
