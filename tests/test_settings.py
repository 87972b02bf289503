"""pipeline.toml: each mistake in it is an error that names the file, the key and what is wanted."""

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.errors import PipelineError, UsageError
from pipeline.loading.keys import KEY_VARIABLE, find_key
from pipeline.settings import Privacy, Settings, read_settings
from pipeline.settings.key_errors import section_of

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("timezon = 'UTC'", "timezon: no such key; timezone"),
        ("colour = 'red'", "colour: no such key; there are timezone, queue_timezones, source_timezones, "),
        ("[privacy]\nphone_country = '41'", "privacy.phone_country: no such key; phone_country_code?"),
        ("[[profiles]]\nname = 'a'\nteam = ['Rigi']", "profiles.0.team: no such key; teams?"),
        ("[[scorecards]]\nname = 'a'\ncriteria = { weight = { wait = 1 } }",
         "scorecards.0.criteria.weight.wait: no such key; weight?"),
        ("[privacy]\nkey = ''", "privacy.key: String should have at least 1 character"),
        ("[privacy]\ncontract_number = '('", "privacy.contract_number: '(' is no regular expression (missing ): (); e.g. '"),
        ("timezone = 'Europe/Zuerich'", "timezone: no time zone 'Europe/Zuerich'; e.g. Europe/Zurich, UTC"),
        ("queue_timezones = { a = 'Europe' }", "queue_timezones: no time zone 'Europe'"),
        ("[[schedules]]\nname = 'a'\nhours = {}\nholidays = 'CH-XX'",
         "schedules.0.holidays: no holidays of 'CH-XX': Entity `CH` does not have subdivision XX"),
        ("[[schedules]]\nname = 'a'\nhours = {}\ntimezone = 'Mars'", "schedules.0.timezone: no time zone 'Mars'"),
        ("[targets]\nservice_levl = 0.8", "targets: no KPI 'service_levl'; service_level"),
        ("[targets]\nspeed_of_light = 1", "targets: no KPI 'speed_of_light'; KPIS.md lists them"),
        ("[targets]\nservice_level = 80", "targets.service_level = 80: a share from 0 to 1 is wanted: 0.8?"),
        ("[targets]\nabandonment = -0.1", "targets.abandonment = -0.1: a share from 0 to 1 is wanted"),
        ("[engine]\nmemory_limit = 'lots'", "engine.memory_limit: String should match pattern"),
        ("[report]\nlanguages = []", "report.languages: "),
        ("[parameters]\nanswer_within_s = 1e300", "parameters.answer_within_s: "),
        ("[regulation]\noff = ['oficial_channel']", "regulation.off: no KPI 'oficial_channel'; official_channel?"),
        ("[regulation]\noff = ['answered_logged']", "regulation.off: calls_per_staffed_hour needs answered_logged"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_key(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as error:
        read_settings(file)
    assert str(error.value).startswith(f"{file}: {says}")


def test_targets_of_shares_and_of_seconds(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text("[targets]\nservice_level = 0.8\nasa = 30\n", "utf-8")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())  # as some editors save it
    assert read_settings(file).targets == {"service_level": 0.8, "asa": 30}


def test_the_list_of_settings_has_every_key_with_its_default() -> None:
    text = re.findall(r"```toml\n(.*?)```", (ROOT / "SETTINGS.md").read_text("utf-8"), re.S)[0]
    lists = {"schedules", "sla", "scorecards", "profiles"}
    listed = tomllib.loads(text)
    assert Settings(**{name: value for name, value in listed.items() if name not in lists}) == Settings()
    assert Settings(**listed)
    everything = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M))
    for name, field in Settings.model_fields.items():
        assert name in everything
        section = section_of(field.annotation)
        keys = everything[name][0] if name in lists else everything[name]
        assert section is None or set(keys) == set(section.model_fields), name


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text("inbox = 'in'\n[pec]\nlexicons = 'words'\n[engine]\nexchange = 'shared'\n", "utf-8")
    read = read_settings(file)
    assert (read.inbox, read.pec.lexicons) == (tmp_path / "in", tmp_path / "words")
    assert read.engine.exchange == str(tmp_path / "shared")
    file.write_text("[engine]\nexchange = 's3://bucket/shared'\n", "utf-8")
    assert read_settings(file).engine.exchange == "s3://bucket/shared"


def test_a_key_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    made = find_key(tmp_path / "w.duckdb", Privacy())
    [file] = tmp_path.iterdir()
    assert len(made) == 64 and find_key(tmp_path / "w.duckdb", Privacy()) == made and file.stat().st_mode & 0o77 == 0
    file.write_text("")
    with pytest.raises(PipelineError, match=r"w\.duckdb\.key: is empty"):
        find_key(tmp_path / "w.duckdb", Privacy())
