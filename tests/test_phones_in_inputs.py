"""Numbers of people, wherever an export has them, are not kept: each has a stand-in, the same in every table."""

from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests import mapped
from tests.calls_csv import GOOD, HEADER, MAPPING, load, row
from tests.tables import written_files


def test_no_phone_is_kept_of_good_or_bad_records(tmp_path: Path) -> None:
    bad = row(talk="-1", phone="+41446681802", note="+41446681803") + row(
        id="z", phone="0041446681804", agent="call +41446681805"
    )
    load(tmp_path, (HEADER + "".join(GOOD) + bad + "short +41446681806\n").encode())
    for file in written_files(tmp_path / "work"):
        assert b"44668180" not in file.read_bytes().replace(b" ", b""), file


def test_numbers_that_are_names_stay_apart_without_being_told(tmp_path: Path) -> None:
    """Agents by telephone number and queues by hotline: each has a stand-in of its own, the same in every file."""
    rows = [row(id=name, agent=f"079 - 200 - 00 - {n}") for name, n in (("a", 11), ("b", 12), ("c", 11))]
    (tmp_path / "calls.csv").write_text(HEADER + "".join(rows), "utf-8")
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    source = find_source("csv", str(tmp_path / "m.toml"))
    with open_warehouse(settings) as warehouse:
        load_files(warehouse, settings, source, find_files([tmp_path / "calls.csv"], source.suffixes))
        agents = [r["agent"] for r in warehouse.records("select agent from raw_calls order by call_id")]
    assert len(set(agents)) == 2 and agents[0] == agents[2] and not any("200" in agent for agent in agents)


@pytest.mark.parametrize("number", ["0792000035", "+41792000035", "0792000035-0446681800"])
def test_a_record_named_by_somebodys_number_has_one_name_without_it_in_every_table(tmp_path: Path, number: str) -> None:
    named = f"{number}_20261028173641_146"
    calls = (HEADER + row(id=named, phone=number) + row(id="1699999999.123")).encode()
    evaluations = f"e,c,who,at,what,score\ne1,{named},x,2026-05-05 10:00:00,pec,1\n"
    (tmp_path / "e.csv").write_text(evaluations, "utf-8")
    columns = {"evaluation_id": "e", "conversation_id": "c", "evaluator": "who", "evaluated_at": "at", "criterion": "what", "score": "score"}  # fmt: skip
    (tmp_path / "e.toml").write_text(
        'table = "evaluations"\ntimezone = "UTC"\n[columns]\n' + "".join(f'{k} = "{v}"\n' for k, v in columns.items()),
        "utf-8",
    )
    load(tmp_path, calls, f"{number}.csv")
    settings, source = Settings(warehouse=tmp_path / "work" / "w.duckdb"), find_source("csv", str(tmp_path / "e.toml"))
    with open_warehouse(settings) as warehouse:
        load_files(warehouse, settings, source, find_files([tmp_path / "e.csv"], source.suffixes))
        ids = [r["call_id"] for r in warehouse.records("select call_id from raw_calls order by line")]
        judged = warehouse.value("select conversation_id from raw_evaluations")
    assert (
        ids == [judged, "1699999999.123"]
        and judged.endswith("_20261028173641_146")
        and not any(part[1:] in judged for part in number.split("-"))
    )


def test_agents_of_one_name_in_two_domains(tmp_path: Path) -> None:
    """Of the house's domain the name alone, as systems write it that know no addresses; of another one with a sign, always the same."""
    addresses = (
        "Anna.Meier@Bank.ch",
        "Anna.Meier@partner.com",
        "Anna.Meier@other.com",
        "Anna.Meier",
        "ben@partner.com",
        "Anna.Meier@PARTNER.com",
    )
    text = "id,at,outcome,who\n" + "".join(f"{n},2026-05-04 10:00,answered,{who}\n" for n, who in enumerate(addresses))
    found = {}
    for domains in ((), ("@bank.ch",)):
        folder = tmp_path / str(len(domains))
        folder.mkdir()
        settings = {"agent_domains": domains}
        found[domains] = [
            row["agent"] for row in mapped.load(folder, mapped.CALLS + 'agent = "who"\n', text, **settings)[1]
        ]
    assert found[()] == ["Anna.Meier"] * 4 + ["ben", "Anna.Meier"]
    house, partner, other, bare, ben, again = found["@bank.ch",]
    assert house == bare == "Anna.Meier" and partner == again and len({house, partner, other, ben}) == 4
    assert partner.startswith("Anna.Meier ") and partner.split()[1] == ben.split()[1] and "partner" not in partner


@pytest.mark.parametrize(
    ("customer", "reference", "kept"),
    [
        ("+7 495 549-48-28", "rec/20261116-84955494828.wav", "rec/20261116-[phone].wav"),
        ("8 (495) 549-48-28", "rec/20261116-140512_74955494828.wav", "rec/20261116-140512_[phone].wav"),
        ("+74955494828", "in-4955494828-1699999999.12.wav", "in-[phone]-1699999999.12.wav"),
        ("74955494828", "0074955494828/+74955494828", "[phone]/[phone]"),
        ("+74955494828", "rec 8 (495) 549-48-28.wav", "rec [phone].wav"),
        ("+74955494828", "rec/20261116-84955494829-+41446681800.wav", "rec/20261116-84955494829-[phone].wav"),
        ("+41446681800", "rec/20261116-0041446681800.wav", "rec/20261116-[phone].wav"),
        ("Eva <Eva@Home.test>", "eva@home.test/7", "[e-mail]/7"),
        ("eva@home.test", "mail?of=Eva%40Home.test", "[e-mail]"),
        ("kunde 7", "rec/20261116-84955494828.wav", "rec/20261116-84955494828.wav"),
        ("", "rec/20261116-140512.wav", "rec/20261116-140512.wav"),
    ],
)
def test_a_recordings_name_leads_there_without_its_customers_number(
    tmp_path: Path, customer: str, reference: str, kept: str
) -> None:
    """However the number is written in either; days and counters stay."""
    mapping = mapped.CALLS + 'customer_key = "who"\nrecording_ref = "rec"\nsource_ref = "rec"\n'
    text = f"id,at,outcome,who,rec\n1,2026-05-04 10:00,answered,{customer},{reference}\n"
    [row] = mapped.load(tmp_path, mapping, text, phone_country_code="7", phone_trunk_prefix="8")[1]
    assert (row["recording_ref"], row["source_ref"]) == (kept, kept)
