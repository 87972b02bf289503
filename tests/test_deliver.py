"""What leaves the house: a letter that mail programs can show, sent by SMTP; pages on paper."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.commands.paper import print_pages
from pipeline.commands.post import send_all
from pipeline.errors import NoData, PipelineError
from pipeline.report import collect_for
from pipeline.report import mail as mailing
from pipeline.report.answers import TOLD, in_short
from pipeline.report.collect import Collected
from pipeline.report.mail import letter
from pipeline.report.monday import waiting
from pipeline.report.tiles import tile
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Mail, Profile, Settings
from tests.simulated import EVIL, collect_once, settings_in

LINK = "https://reports.example/weekly/"


def addressed(home: Path, **more: object) -> Settings:
    said = {"sender": "quality@example.com", "to": ("head@example.com", "lead@example.com"), "link": LINK, **more}
    post = Mail(**said)
    return settings_in(home).model_copy(update={"mail": post})


@pytest.fixture
def without_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "_png", lambda chart: None)


@pytest.mark.usefixtures("without_picture")
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_letter_says_it_in_words_and_in_a_table(data: Collected, home: Path, language: str) -> None:
    message = message_from_bytes(letter(data, Words(language), addressed(home)).as_bytes(), policy=policy.default)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    level = tile(data, Words(language), "service_level")
    assert message["To"] == "head@example.com, lead@example.com" and data.week[-2:].lstrip("0") in message["Subject"]
    for body in (text, html):
        assert f"{LINK}{data.week}/{language}/index.html" in body and Words(language)("mail.more_records") in body
        assert data.catalogue["service_level"].title[language] in body
        assert level.target and level.target in body
    assert "<script" not in html and "<svg" not in html and "<link" not in html and EVIL not in html
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.usefixtures("without_picture")
def test_a_letter_says_of_which_weeks_a_finding_is(data: Collected, home: Path) -> None:
    message = message_from_bytes(letter(data, Words("en"), addressed(home)).as_bytes(), policy=policy.default)
    days = in_short(data, Words("en"))[1].said[0].days
    assert days and all(f" ({days})" in message.get_body((kind,)).get_content() for kind in ("plain", "html"))


@pytest.mark.usefixtures("without_picture")
def test_a_letter_says_what_speed_costs_and_who_waits(data: Collected, home: Path) -> None:
    message = message_from_bytes(letter(data, Words("en"), addressed(home)).as_bytes(), policy=policy.default)
    told = {answer.question: [said.text for said in answer.said] for answer in in_short(data, Words("en"))}
    assert 1 <= len(told["cost"]) <= TOLD and told["next"] == [call.text for call in waiting(data, Words("en"))] != []
    body = " ".join(message.get_body(("plain",)).get_content().split())
    assert all(" ".join(text.split()) in body for text in (*told["cost"], *told["next"]))


@pytest.mark.parametrize(("whom", "said"), [({}, None), ({"agent": "a001"}, ["answer.ask"])])
def test_a_letter_about_a_person_says_that_it_is_no_verdict(
    data: Collected, whom: dict[str, str], said: list[str] | None
) -> None:
    nobody = next(f for f in data.findings if f.kind in ("nobody", "nobody_else"))
    of_some = replace(data, findings=[replace(nobody, whom=whom, verdict="worse")])
    told = {answer.question: [one.text for one in answer.said] for answer in in_short(of_some, Words("en"))}
    assert told.get("sure") == (said and [Words("en")(key) for key in said])


@pytest.mark.usefixtures("without_picture")
def test_a_letter_says_once_that_nothing_can_be_judged_yet(data: Collected, home: Path) -> None:
    young = replace(data, findings=[], history=data.history[-3:])
    message = message_from_bytes(letter(young, Words("en"), addressed(home)).as_bytes(), policy=policy.default)
    for kind in ("plain", "html"):
        body = " ".join(message.get_body((kind,)).get_content().split())
        assert "too few weeks to say" not in body and body.count("Not known yet: too few earlier weeks") == 1
    assert "Average speed of answer: 0:" in message.get_body(("plain",)).get_content()


@pytest.mark.usefixtures("without_picture")
def test_the_same_week_is_the_same_letter(data: Collected, home: Path) -> None:
    first, second = (letter(data, Words("en"), addressed(home)).as_bytes() for _ in range(2))
    assert first == second


@pytest.mark.usefixtures("without_picture")
def test_a_corrected_letter_is_another_one(data: Collected, home: Path) -> None:
    corrected = replace(data, is_simulated=not data.is_simulated)
    first, second = (letter(of, Words("en"), addressed(home)) for of in (data, corrected))
    assert first["Message-ID"] != second["Message-ID"] and first["Date"] == second["Date"]


@pytest.mark.usefixtures("without_picture")
def test_a_link_of_any_words_can_be_followed(data: Collected, home: Path) -> None:
    message = letter(data, Words("en"), addressed(home, link="https://reports.example:8443/Отчёты 2026"))
    link = "https://reports.example:8443/%D0%9E%D1%82%D1%87%D1%91%D1%82%D1%8B%202026/"
    assert f'href="{link}{data.week}/en/index.html"' in message.get_body(("html",)).get_content()
    assert f" {link}{data.week}" in message.get_body(("plain",)).get_content()


@pytest.mark.usefixtures("without_picture")
def test_a_letter_names_no_place_that_nobody_serves(data: Collected, home: Path) -> None:
    message = letter(data, Words("en"), addressed(home, link=""))
    for kind in ("plain", "html"):
        body = message.get_body((kind,)).get_content()
        assert "index.html" not in body and "Everything" not in body


@pytest.mark.browser
def test_a_letter_holds_a_picture_where_one_can_be_drawn(data: Collected, home: Path) -> None:
    pytest.importorskip("kaleido", reason="kaleido is not installed")
    message = letter(data, Words("en"), addressed(home))
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    if not pictures:
        pytest.skip("no Chromium that kaleido finds")
    assert pictures[0].get_content().startswith(b"\x89PNG") and len(pictures[0].get_content()) > 10_000
    assert f"cid:{pictures[0]['Content-ID'].strip('<>')}" in message.get_body(("html",)).get_content()


def test_a_letter_for_a_profile_must_have_one() -> None:
    with pytest.raises(ValidationError, match="no profile everyone"):
        Settings(mail=Mail(profile="everyone"))


@pytest.mark.usefixtures("without_picture")
def test_a_letter_says_what_its_readers_may_know(
    results: Results, home: Path, data: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.report.collect", collect_once)
    settings = addressed(home, profile="all").model_copy(update={"profiles": (Profile(name="all", agents="left_out"),)})
    seen = collect_for(results, settings, None, settings.mail.profile)
    message = letter(seen, Words("en"), settings)
    text = " ".join(part.get_content() for part in message.walk() if not part.is_multipart())
    assert f"{LINK}all/{data.week}/en/index.html" in text and seen.names == {} and "records" not in text
    assert not [name for name in data.names.values() if name in text]


class Postman(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender needs."""

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.letters.append(body)  # type: ignore[attr-defined]
            elif verb == b"RCPT" and b"nobody" in line:
                self._say("550 no such user")
                continue
            self._say("221 bye" if verb == b"QUIT" else "250 fine")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server() -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postman) as opened:
        opened.letters = []  # type: ignore[attr-defined]
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield opened
        opened.shutdown()


@pytest.mark.usefixtures("without_picture")
def test_letters_are_sent_over_one_connection(data: Collected, home: Path, server: socketserver.TCPServer) -> None:
    settings = addressed(home, host="127.0.0.1", port=server.server_address[1], security="none")
    send_all(settings.mail, [letter(data, Words(language), settings) for language in ("en", "ru")])
    sent = [message_from_bytes(body, policy=policy.default) for body in server.letters]  # type: ignore[attr-defined]
    assert [message["From"] for message in sent] == ["quality@example.com"] * 2
    assert all(datetime.now(UTC) - message["Date"].datetime < timedelta(minutes=1) for message in sent)


@pytest.mark.usefixtures("without_picture")
def test_what_the_server_refuses_is_said(data: Collected, home: Path, server: socketserver.TCPServer) -> None:
    port = server.server_address[1]
    post = Mail(sender="a@example.com", to=("nobody@example.com",), host="127.0.0.1", port=port, security="none")
    settings = settings_in(home).model_copy(update={"mail": post})
    with pytest.raises(PipelineError, match=r"0 of 1 letters sent.*no such user"):
        send_all(post, [letter(data, Words("en"), settings)])
    messages = [letter(data, Words(language), addressed(home)) for language in ("en", "ru")]
    del messages[1]["To"]
    messages[1]["To"] = "nobody@example.com"
    with pytest.raises(PipelineError, match=r"1 of 2 letters sent.*no such user"):
        send_all(post, messages)
    messages[1].replace_header("To", "nobody@example.com, lead@example.com")
    with pytest.raises(PipelineError, match=r"2 letters sent, but refused for nobody@example.com$"):
        send_all(post, messages)
    server.shutdown()
    server.server_close()
    with pytest.raises(PipelineError, match=f"127.0.0.1:{port}"):
        send_all(post, [])


def test_paper_without_pages_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoData, match="write the report first"):
        print_pages(tmp_path)


@pytest.mark.parametrize(
    ("does", "says"), [("sleep 9", "within 0.1 seconds"), ("echo no display >&2; exit 1", "no display")]
)
def test_a_browser_that_does_not_print_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, says: str
) -> None:
    browser = tmp_path / "chromium"
    browser.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    browser.chmod(0o755)
    (tmp_path / "page.html").touch()
    monkeypatch.setattr("pipeline.commands.paper.shutil.which", lambda name: str(browser))
    monkeypatch.setattr("pipeline.commands.paper.WAIT_S", 0.1 if "sleep" in does else 60)
    with pytest.raises(PipelineError, match=f"page.html: .*chromium did not print it.*{says}") as error:
        print_pages(tmp_path)
    assert error.value.exit_code == 1


@pytest.mark.browser
def test_a_page_becomes_a_pdf(tmp_path: Path) -> None:
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("no Chromium at /usr/bin: nothing was printed")
    (tmp_path / "page.html").write_text("<!doctype html><title>t</title><p>text", "utf-8")
    assert [file.read_bytes()[:5] for file in print_pages(tmp_path)] == [b"%PDF-"]
