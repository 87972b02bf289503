"""Letters of tickets in, written contacts out: whose they are, what counts for nothing, abuse apart."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.errors import NoData
from pipeline.pec.score import Scorer
from pipeline.pec.situations import situation_of
from pipeline.pec.store import score_new
from pipeline.pec.talk import incident_of, letters_of
from pipeline.pec.wording import wordings
from pipeline.results import Results, open_results
from pipeline.settings import Settings
from tests.tables import figure, load_table, publish, publish_under

pytestmark = pytest.mark.usefixtures("facts_alone")

WARM = "Hello Emma, I am so sorry, I fixed it myself and will write tomorrow. Tom"
NAMES = ("Emma", "Lena", "Olga", "Karl", "Hans", "Rita")
WORDS = ("the leaking pipe", "a lost parcel", "your garden plan")
TICKETS = "ticket_id  created_at        status\n" + "\n".join(f"t{n}  2026-05-04 10:{n:02d}  solved" for n in range(24))


def letters() -> str:
    rows = ["message_id  conversation_id  author_role  agent  sent_at           body"]
    for n in range(24):
        template = WARM.replace("Emma", NAMES[n % len(NAMES)]).replace("sorry,", f"sorry about no. {n},")
        own = template if n < 21 else f"{WARM} about {WORDS[n - 21]}"
        abuse = "You are idiots" if n == 3 else "My line is dead"
        rows.append(f"q{n}  t{n}  customer  -    2026-05-04 10:{n:02d}  {abuse}")
        rows.append(f"a{n}  t{n}  agent     tom  2026-05-04 11:{n:02d}  {own}")
    return "\n".join(rows)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    marks = "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score\n"
    marks += "1  t3  eve  2026-05-05 10:00  pec  0\n2  t4  eve  2026-05-05 10:00  pec  1\n3  t4  bo  2026-05-05 11:00  pec  0"
    folder: Path = tmp_path_factory.mktemp("joined")
    return publish(folder, tickets=TICKETS, messages=letters(), evaluations=marks)


def test_words_that_went_out_twenty_times_get_no_credit(results: Results) -> None:
    scores = results.frame("select ticket_id, score from fact_pec order by ticket_id").set_index("ticket_id")["score"]
    assert scores["t0"] == 0.5 and scores["t22"] > 0.9 and len(scores) == 24


def test_names_numbers_and_greetings_make_no_own_wording() -> None:
    texts = [
        "Hello Emma, I fixed it myself and will write to 17. Tom",
        "Good evening Lena, I fixed it myself and will write to 4.",
    ]
    others = ["Hello Emma, I mended it myself and will write to 17. Tom", "Yes, Emma.", "No, Lena."]
    signs = wordings(Scorer().read([*texts, *others]))
    assert signs[0] == signs[1] and len(set(signs)) == 4


def test_abuse_is_counted_and_kept_apart(results: Results) -> None:
    assert figure(results, "abuse_exposure", agent="tom")["value"] == pytest.approx(1 / 24)
    assert figure(results, "pec_rate")["n"] == 2
    parts = [figure(results, "pec_calm", **of)[["numerator", "denominator"]].tolist() for of in ({"agent": "tom"}, {})]
    assert parts == [[0.5, 1], [6, 12]], "contacts, as of pec_rate: two judged ones stand for tom's 24"


def test_a_ticket_with_the_customers_letters_alone_is_exposure_without_a_score(tmp_path: Path) -> None:
    alone = "message_id  conversation_id  author_role  sent_at  body\nq  t1  customer  2026-05-04 10:10  You are idiots"
    results = publish(tmp_path, tickets=TICKETS, messages=alone)
    assert results.frame("select ticket_id, is_abusive from fact_pec where score is null").values.tolist() == [
        ["t1", True]
    ]
    assert figure(results, "abuse_exposure")[["numerator", "denominator"]].tolist() == [1, 1]


def test_where_nobody_abuses_the_calm_rate_is_the_rate(tmp_path: Path) -> None:
    """A contact on which two evaluators disagree is half a yes in both; a call has no letters that would tell of abuse."""
    marks = "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score\n"
    marks += "1  t1  eve  2026-05-05 10:00  pec  1\n2  t1  bo  2026-05-05 10:00  pec  0\n3  t2  eve  2026-05-05 11:00  pec  0"
    tables = {"tickets": TICKETS, "messages": letters(), "evaluations": marks}
    call = "call_id  offered_at        talk_s  outcome   agent\nc        2026-05-04 10:00  60      answered  tom"
    written = publish(tmp_path / "written", calls=call, **tables)
    rates = [figure(written, kpi)[["numerator", "denominator"]].tolist() for kpi in ("pec_rate", "pec_calm")]
    assert rates == [[6, 24], [6, 24]], "of calls nothing was judged"
    tables["evaluations"] += "\n4  c   eve  2026-05-05 12:00  pec  1"
    spoken = publish(tmp_path / "spoken", calls=call, **tables)
    assert [figure(spoken, kpi)["n"] for kpi in ("pec_rate", "pec_calm")] == [3, 2]
    assert figure(spoken, "pec_rate")["denominator"] == pytest.approx(25)


def test_two_verdicts_of_one_contact_are_one_mean(results: Results) -> None:
    judged = results.frame("select ticket_id, verdict, verdicts from fact_pec where verdict is not null order by 1")
    assert judged.values.tolist() == [["t3", 0.0, 1], ["t4", 0.5, 2]]


def test_a_warehouse_from_before_a_feature_gains_its_column(tmp_path: Path) -> None:
    with open_warehouse(Settings(warehouse=tmp_path / "w.duckdb")) as warehouse:
        score_new(warehouse, None, lambda step: None)
        every = warehouse.sql.execute("select * from letter_scores").description
        warehouse.sql.execute("alter table letter_scores drop column greeting")
        load_table(warehouse, Settings(), tmp_path, "messages", letters())
        assert score_new(warehouse, None, lambda step: None) == 48
        assert {name for name, *_ in every} == {
            row["column_name"] for row in warehouse.records("describe letter_scores")
        }


DIRECTORY = """
kind  entry_id  role
user  7         customer
user  8         agent
"""
BY_NUMBER = f"""
message_id  conversation_id  author_id  sent_at           body
q           t1               7          2026-05-04 10:10  This is outrageous, you idiot; I will go to another bank and complain
a           t1               8          2026-05-04 11:00  {WARM}
"""


@pytest.fixture(scope="module")
def by_number(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Letters whose writers the directory knows, delivered after the letters were read."""
    folder: Path = tmp_path_factory.mktemp("by_number")
    settings = Settings(warehouse=folder / "w.duckdb")
    publish_under(settings, folder, tickets=TICKETS, messages=BY_NUMBER)
    publish_under(settings, folder, directory=DIRECTORY)
    return settings


def test_what_a_customer_known_by_the_directory_wrote_is_a_customers(by_number: Settings) -> None:
    results = open_results(by_number.results)
    assert results.frame("select is_abusive, is_threatening from fact_pec").values.tolist() == [[True, True]]
    letters = results.frame("select message_id, score is not null as is_scored, insult from fact_letters order by 1")
    assert letters.astype(object).where(letters.notna(), None).values.tolist() == [["a", True, None], ["q", False, 1]]


def test_talks_and_incidents_know_writers_by_the_directory(by_number: Settings) -> None:
    results = open_results(by_number.results)
    with open_warehouse(by_number) as warehouse:
        words = [row["words"] for row in incident_of(warehouse, results, "t1") if row["what"] == "words"]
        [letter] = letters_of(warehouse, results, "8", "2026-W19", 5)
    assert words == ["This is outrageous, you idiot; I will go to another bank and complain"]
    assert (letter["situation"], letter["lacks"]) == ("An angry complaint", "Gives a concrete next step")
    assert letter["found"].endswith("Speaks to the person by name; Signs with an own name")


def test_a_talk_is_of_own_letters_and_what_is_warm_is_not_called_cold(tmp_path: Path) -> None:
    """Tom sent one letter twenty times, and two of his own; ann wrote a warm one, and eve five, four of which ask."""
    called = "Dear Emma, I am sorry you had to wait, I called the branch myself and will call you tomorrow. Tom"
    checked = "Good morning Emma, I understand how annoying this is, I checked it myself and paid it back. Ann"
    sent = [*[("tom", WARM)] * 20, ("tom", "The request has been processed"), ("tom", called), ("ann", checked)]
    asked = [f"{word}, {word}? Thank you, Emma, for the {word}" for word in ("Photo", "Form", "Letter", "Card")]
    sent += [("eve", body) for body in [*asked, "It is done"]]
    rows = [f"a{n}  t{n}  agent  {who}  2026-05-04 11:{n:02d}  {body}" for n, (who, body) in enumerate(sent)]
    messages = "\n".join(["message_id  conversation_id  author_role  agent  sent_at  body", *rows])
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    results = publish_under(settings, tmp_path, tickets=TICKETS, messages=messages)
    with open_warehouse(settings) as warehouse:
        talks = {who: letters_of(warehouse, results, who, "2026-W19", 3) for who in ("tom", "ann", "eve")}
        of_few = [row["found"] for row in letters_of(warehouse, results, "eve", "2026-W19", 5) if row["kind"] == "all"]
        with pytest.raises(NoData, match=r"by eve@bank\.example in 2026-W19; eve\?$"):
            letters_of(warehouse, results, "eve@bank.example", "2026-W19", 5)
    assert of_few[:2] == ["Speaks to the person by name: in 4 of 5 letters", "Asks a question back: in 4 of 5 letters"]
    assert "colleagues" not in str(of_few) and "Feels with the customer" not in str(of_few)
    habits = {who: [row["found"] for row in rows if row["kind"] == "all"] for who, rows in talks.items()}
    assert habits["tom"] == habits["ann"] == []
    assert [habits["eve"][n] for n in (0, 1, -1)] == [
        "Speaks to the person by name: in 4 of 5 letters, in 67% of 3 of colleagues",
        "Asks a question back: in 4 of 5 letters, in 0% of 3 of colleagues",
        "Feels with the customer: in 0 of 5 letters, in 67% of 3 of colleagues",
    ]
    talks.pop("eve")
    shown = {who: [(letter["kind"], letter["message_id"]) for letter in letters] for who, letters in talks.items()}
    assert shown == {"tom": [("coldest", "a20"), ("warmest", "a21")], "ann": [("warmest", "a22")]}


SAID = """
None of that helped, I am fed up and angry     angry_complaint
That helped, have a nice day                   thanks
None of that helped.                           -
Thanks for the quick answer, it does not work  acknowledgement
It is not a complaint, you helped me           thanks
Спасибо большое, всё работает                  thanks
Спасибо большое, но интернет не работает       no_connection
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_a_situation_is_what_the_customer_says_and_thanks_come_last(line: str) -> None:
    text, name = line.rsplit("  ", 1)
    found = situation_of(text)
    assert (found.name if found else "-") == name.strip()


@pytest.mark.parametrize(
    ("body", "is_abusive"), [("If this is not solved I will complain to the ombudsman", False), ("You idiots", True)]
)
def test_who_announces_a_complaint_is_no_incident(tmp_path: Path, body: str, is_abusive: bool) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    letter = f"message_id  conversation_id  author_role  sent_at  body\nq  t1  customer  2026-05-04 10:10  {body}"
    results = publish_under(settings, tmp_path, tickets=TICKETS, messages=letter)
    assert results.frame("select is_abusive from fact_letters").values.tolist() == [[is_abusive]]
    with open_warehouse(settings) as warehouse, nullcontext() if is_abusive else pytest.raises(NoData):
        assert "words" in {row["what"] for row in incident_of(warehouse, results, "t1")}


def read_letter(warehouse: Warehouse, settings: Settings, folder: Path, table: str, text: str) -> list[dict[str, Any]]:
    """The scores after one more delivery."""
    load_table(warehouse, settings, folder, table, text)
    score_new(warehouse, None, lambda step: None)
    return warehouse.records("select message_id, role from letter_scores order by 1")


def test_a_letter_that_is_empty_now_or_another_persons_is_read_anew(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    turned = DIRECTORY.replace("customer", "x").replace("agent", "customer").replace("x", "agent")
    with open_warehouse(settings) as warehouse:
        assert read_letter(warehouse, settings, tmp_path, "messages", BY_NUMBER) == []
        steps = ((DIRECTORY, "customer", "agent"), (turned, "agent", "customer"), (DIRECTORY, "customer", "agent"))
        for directory, *roles in steps:
            scores = read_letter(warehouse, settings, tmp_path, "directory", directory)
            assert scores == [{"message_id": "a", "role": roles[1]}, {"message_id": "q", "role": roles[0]}]
        emptied = read_letter(warehouse, settings, tmp_path, "messages", BY_NUMBER.replace(WARM, "-"))
        assert [row["message_id"] for row in emptied] == ["q"]
        assert warehouse.records("select distinct message_id from letter_hits") == [{"message_id": "q"}]


def test_words_are_of_the_letters_and_customers_of_their_own_system(tmp_path: Path) -> None:
    """Two systems number their tickets and letters alike."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    processed = "It has been processed. Tom"
    for system, question, answer in (("crm", "Idiots, this is outrageous", WARM), ("desk", "Thank you", processed)):
        ticket = f"ticket_id  created_at  status  customer_key\nt1  2026-05-04 10:10  solved  of {system}"
        rows = f"""
        message_id  conversation_id  author_role  agent  sent_at           body
        q           t1               customer     -      2026-05-04 10:10  {question}
        a           t1               agent        tom    2026-05-04 11:00  {answer}
        """
        with open_warehouse(settings) as warehouse:
            for table, text in (("tickets", ticket), ("messages", rows)):
                load_table(warehouse, settings, tmp_path / system, table, text, system=system, name=f"{system}.csv")
    results = publish_under(settings, tmp_path)
    with open_warehouse(settings) as warehouse:
        letters = {letter["source"]: letter for letter in letters_of(warehouse, results, "tom", "2026-W19", 5)}
        incident = [(row["what"], row["source"]) for row in incident_of(warehouse, results, "t1")]
    assert "Feels with" in letters["crm"]["found"] and "Feels with" not in letters["desk"]["found"]
    assert [letters[system]["situation"] for system in ("crm", "desk")] == ["An angry complaint", ""]
    assert incident == [("contact", "crm"), ("words", "crm")]
