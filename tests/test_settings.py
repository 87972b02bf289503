"""pipeline.toml: each mistake in it is an error that names the file, the key and what is wanted."""

import re
import tomllib
from pathlib import Path

import pytest

from pipeline.contracts import read_contracts
from pipeline.engines.warehouse import open_warehouse
from pipeline.errors import UsageError
from pipeline.loading.keys import KEY_VARIABLE, find_key, told_of_key, warehouse_key
from pipeline.settings import Privacy, Settings
from pipeline.settings.key_errors import section_of
from pipeline.settings.service_levels import ServiceLevel
from pipeline.settings_file import read_settings

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
        ("[privacy]\nkey = ''", "privacy.key: at least 1 character is wanted"),
        ("[privacy]\ncontract_number = '('", "privacy.contract_number: '(' is no regular expression (missing ): (); e.g. '"),
        ("timezone = 'Europe/Zuerich'", "timezone: no time zone 'Europe/Zuerich'; Europe/Zurich or "),
        ("queue_timezones = { a = 'Europe' }", "queue_timezones.a: no time zone 'Europe'; Europe/"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = ['08:00-12:00'] }\nholidays = 'CH-XX'",
         "schedules.0.holidays: no holidays of 'CH-XX': Entity `CH` does not have subdivision XX"),
        ("[[schedules]]\nname = 'a'\nhours = {}\ntimezone = 'Mars'", "schedules.0.timezone: no time zone 'Mars'"),
        ("[targets]\nservice_levl = 0.8", "targets: no KPI 'service_levl'; service_level"),
        ("[targets]\nspeed_of_light = 1", "targets: no KPI 'speed_of_light'; KPIS.md lists them"),
        ("[targets]\nservice_level = 80", "targets.service_level = 80: a share from 0 to 1 is wanted: 0.8?"),
        ("[targets]\nabandonment = -0.1", "targets.abandonment = -0.1: a share from 0 to 1 is wanted"),
        ("[engine]\nmemory_limit = 'lots'", "engine.memory_limit = \"lots\": something such as \"600MB\" is wanted"),
        ("[engine]\nthreads = 0", "engine.threads = 0: 1 or more is wanted"),
        ("[engine]\nthreads = 100_000_000", "engine.threads = 100000000: 1024 or less is wanted"),
        ("[targets]\naht = inf", "targets.aht = Infinity: a finite number is wanted"),
        ("[targets]\naht = nan", "targets.aht = NaN: a finite number is wanted"),
        ("[targets]\naht = 1e100", "targets.aht = 1e+100: 1e+09 or less is wanted"),
        ("[costs]\nhour = 1e400", "costs.hour = Infinity: a finite number is wanted"),
        ("[report]\nsmall_group = 1_000_000_000_000_000", "report.small_group = 1000000000000000: 1e+09 or less is wanted"),
        ("[report]\nsmall_group = inf", "report.small_group = Infinity: a finite number is wanted"),
        ("[privacy]\nphone_national_digits = 10", "privacy: phone_national_digits needs phone_country_code"),
        ("[privacy]\nphone_outside_line = '9'", "privacy: phone_outside_line needs phone_country_code, and phone_trunk_prefix or"),
        ("[privacy]\nphone_country_code = '+41'", "privacy.phone_country_code = \"+41\": something such as \"41\" is wanted"),
        ("[[profiles]]\nname = 'Everyone'", "profiles.0.name = \"Everyone\": something such as \"everyone\" is wanted"),
        ("[mail]\nto = 'a@b.ch'", "mail.to = \"a@b.ch\": a list such as [\"a@b.ch\"] is wanted"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = '08:00-12:00' }",
         "schedules.0.hours.mon = \"08:00-12:00\": a list such as [\"08:00-12:00\"] is wanted"),
        ("[[schedules]]\nname = 'a'\nhours = { monday = [] }", "schedules.0.hours.monday: 'mon', 'tue', "),
        ("[[schedules]]\nname = 'a'\nhours = { mon = ['08:60-12:00'] }", "schedules.0.hours: '08:60-12:00' is no stretch of a day"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = ['08:00-12:00', '11:00-13:00'] }",
         "schedules.0.hours: mon 08:00-12:00 and mon 11:00-13:00 overlap"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = ['00:00-02:00'], sun = ['22:00-02:00'] }",
         "schedules.0.hours: sun 22:00-02:00 and mon 00:00-02:00 overlap"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = ['00:00-24:00', '12:00-13:00'] }",
         "schedules.0.hours: mon 00:00-24:00 and mon 12:00-13:00 overlap"),
        ("[[schedules]]\nname = 'a'", "schedules.0.hours: has to be said"),
        ("[sla]\nname = 'a'", "sla: [[sla]] in double brackets is wanted"),
        ("[[sla]]\nname = 'a'\ntargets = { first_reply = 60 }",
         "sla.0.targets.first_reply = 60: a table in braces such as { any = 480 } is wanted"),
        ("[[sla]]\nname = 'a'\ntargets = { first_reply = { any = -60 } }",
         "sla.0.targets.first_reply.any = -60: 1 or more is wanted"),
        ("[[sla]]\nname = 'a'\ntargets = { first_reply = { any = 100_000_000_000_000_000_000 } }",
         "sla.0.targets.first_reply.any = 100000000000000000000: 5.256e+06 or less is wanted"),
        ("[[scorecards]]\nname = 'a'\ncriteria = { needs = { min = 5, max = 1 } }",
         "scorecards.0.criteria.needs: min = 5 is not below max = 1"),
        ("queue_timezones = { '' = 'UTC' }", "queue_timezones: '' is no name"),
        ("warehouse = '$HOME/w.duckdb'", "warehouse: '$HOME/w.duckdb': variables are not put in"),
        ("warehouse = '~nobody-here/w.duckdb'", "warehouse: '~nobody-here/w.duckdb': nobody's home"),
        ("warehouse = 'md:w'", "warehouse: 'md:w': a path on this machine is wanted"),
        ("inbox = 'C:\\Logs\\in'", "inbox: 'C:\\Logs\\in' is a path of Windows; its Linux (WSL) has that at /mnt/c/Logs/in"),
        ("inbox = 'D:/in'", "inbox: 'D:/in' is a path of Windows; its Linux (WSL) has that at /mnt/d/in"),
        ("inbox = '\\\\server\\logs'", "inbox: '\\\\server\\logs': / is wanted between the parts of a path"),
        ('inbox = "C:\\Users"', "not valid TOML: Invalid hex value (at line 1, column 14); text with a backslash needs single"),
        ("timezone = Europe/Zurich", "not valid TOML: Invalid value (at line 1, column 12); text needs quotes"),
        ("warehouse = 'a?b/w.duckdb'", "warehouse = "),
        ("warehouse = '.'", "warehouse = "),
        ("inbox = ''", "inbox: '': a path on this machine is wanted"),
        ("inbox = 'in'\nreports = 'in/reports'", "reports = "),
        ("[engine]\nexchange = ''", "engine.exchange: '': a path"),
        ("[engine]\nmemory_limit = '0MB'", "engine.memory_limit = \"0MB\": something such as \"600MB\" is wanted"),
        ("[parameters]\nanswer_within_s = true", "parameters.answer_within_s = true: a number is wanted"),
        ("[targets]\nservice_level = true", "targets.service_level = true: a number is wanted"),
        ("[targets]\ncsat = 10", "targets.csat = 10: 1 to 5 is wanted"),
        ("[tickets]\nrobots = ['a', 'a']", "tickets.robots: 'a' stands twice"),
        ("[tickets]\nurgent = [' urgent']", "tickets.urgent: ' urgent' has space around it"),
        ("[tickets]\nown_addresses = ['support@']", "tickets.own_addresses: 'support@' is no address; '@support' is all of"),
        ("[privacy]\nagent_domains = ['anna@bank.test']", "privacy.agent_domains: 'anna@bank.test' is no domain such as"),
        ("[privacy]\nphone_country_code = '00'", "privacy.phone_country_code = \"00\": something such as \"41\" is wanted"),
        ("[privacy]\ncontract_number = '.*'", "privacy.contract_number: '.*' fits a text without any sign"),
        ("[report]\ntitle = ' '", "report.title: ' ' says nothing"),
        ("[mail]\nto = ['head']", "mail.to: 'head' is no address such as head@bank.example"),
        ("[mail]\nlink = 'reports'", "mail.link: 'reports' is no address such as https://"),
        ("[mail]\nhost = 'smtp.bank.test:25'", "mail.host: 'smtp.bank.test:25' is no name such as smtp.bank.example"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = [] }", "schedules.0.hours: at no time open"),
        ("[[schedules]]\nname = 'a'\nhours = { mon = ['8:00-9:00'] }\n" * 2, "schedules: two are named a and have no valid_from"),
        ("[[sla]]\nname = 'a'\ntargets = { first_reply = { any = 5 } }\n" * 2, "sla: 'a' stands twice"),
        ("[[sla]]\nname = 'a'\ntargets = { first_reply = { High = 5, high = 6 } }", "sla.0.targets: 'high' stands twice"),
        ("[[scorecards]]\nname = 'a'\ncriteria = {}", "scorecards.0.criteria: one criterion with a weight"),
        ("[targets]\naht = -5", "targets.aht = -5: 0 or more is wanted"),
        ("[tickets]\nown_addresses = ['bank.test']", "tickets.own_addresses: 'bank.test' is no address; '@bank.test' is all of"),
        ("[checks]\ncalls_volume = 'warn'", "checks: no check 'calls_volume'; calls_volume_low or"),
        ("[pec]\nlexicons = 'nowhere'", "pec.lexicons: there is no folder "),
        ("[mail]\nprofile = 'x'", "mail.profile: there is no profile x"),
        ("[costs]\ncurrency = 5", "costs.currency = 5: text in quotes is wanted"),
        ("[report]\nlanguages = []", "report.languages = []: at least 1 is wanted"),
        ("[report]\nlanguages = ['de']", "report.languages.0 = \"de\": 'en' or 'ru' is wanted"),
        ("[parameters]\nanswer_within_s = 1e300", "parameters.answer_within_s = 1e+300: 86400 or less is wanted"),
        ("[[service_levels]]\nanswer_within_s = 60", "service_levels.0: a queue or a channel is wanted; what holds for all"),
        ("[[service_levels]]\nqueue = 'vip'", "service_levels.0: answer_within_s or a target is wanted"),
        ("[[service_levels]]\nqueue = 'vip'\ntarget = 90", "service_levels.0.target = 90: 1 or less is wanted"),
        ("[[service_levels]]\nchannel = 'chatt'\ntarget = 0.9", "service_levels.0.channel = \"chatt\": 'voice', 'chat', "),
        ("[[service_levels]]\nqueue = 'vip'\nchannel = 'chat'\ntarget = 0.9\n" * 2, "service_levels: two are of vip / chat"),
        ("[regulation]\noff = ['oficial_channel']", "regulation.off: no published rule 'oficial_channel'; official_channel?"),
        ("[regulation]\noff = ['offered']", "regulation.off: no published rule 'offered'; there are taken_up_in_time, longer_"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_key(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as error:
        read_settings(file)
    assert str(error.value).startswith(f"{file}: {says}")


def test_a_mistake_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text("[report]\nlanguages = ['de']\n[mail]\nport = 0\n", "utf-8")
    with pytest.raises(UsageError) as error:
        read_settings(file)
    assert (
        str(error.value)
        == f"{file}: report.languages.0 = \"de\": 'en' or 'ru' is wanted; mail.port = 0: 1 or more is wanted"
    )


def test_hours_that_meet_do_not_overlap(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    hours = "mon = ['13:00-22:00', '08:00-13:00', '22:00-24:00'], tue = ['00:00-24:00'], sun = ['20:00-08:00']"
    file.write_text(f"[[schedules]]\nname = 'a'\nhours = {{ {hours} }}\n", "utf-8")
    assert read_settings(file).schedules[0].minutes("sun") == [(20 * 60, 32 * 60)]


def test_targets_of_shares_and_of_seconds(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text("[targets]\nservice_level = 0.8\nasa = 30\n", "utf-8")
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())  # as some editors save it
    assert read_settings(file).targets == {"service_level": 0.8, "asa": 30}


def test_the_list_of_settings_has_every_key_with_its_default() -> None:
    text = re.findall(r"```toml\n(.*?)```", (ROOT / "SETTINGS.md").read_text("utf-8"), re.S)[0]
    lists = {"service_levels", "schedules", "sla", "scorecards", "profiles"}
    listed = tomllib.loads(text)
    assert Settings(**{name: value for name, value in listed.items() if name not in lists}) == Settings()
    assert Settings(**listed)
    everything = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M))
    for name, field in Settings.model_fields.items():
        assert name in everything
        section = section_of(field.annotation)
        keys = everything[name][0] if name in lists else everything[name]
        assert section is None or set(keys) == set(section.model_fields), name


def test_each_channel_that_a_call_can_have_may_have_a_service_level() -> None:
    channels = read_contracts()["calls"].columns["channel"].values
    assert [ServiceLevel(channel=channel, target=0.9).name for channel in channels] == list(channels)


def test_paths_are_relative_to_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.toml"
    (tmp_path / "words").mkdir()
    file.write_text(
        "inbox = 'in'\nreports = '~/pages'\n[pec]\nlexicons = 'words'\n[engine]\nexchange = 'shared'\n", "utf-8"
    )
    read = read_settings(file)
    assert (read.inbox, read.reports, read.pec.lexicons) == (tmp_path / "in", Path.home() / "pages", tmp_path / "words")
    assert read.engine.exchange == str(tmp_path / "shared")
    file.write_text("[engine]\nexchange = 's3://bucket/shared'\n", "utf-8")
    assert read_settings(file).engine.exchange == "s3://bucket/shared"


def test_a_key_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    made, origin = find_key(tmp_path / "w.duckdb", Privacy())
    [file] = tmp_path.iterdir()
    assert len(made) == 64 and origin == str(file) and file.stat().st_mode & 0o77 == 0
    assert find_key(tmp_path / "w.duckdb", Privacy()) == (made, origin)
    file.write_text("")
    with pytest.raises(UsageError, match=r"w\.duckdb\.key: is empty"):
        find_key(tmp_path / "w.duckdb", Privacy())


def test_a_warehouse_is_loaded_with_the_key_it_was_begun_with_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        monkeypatch.setenv(KEY_VARIABLE, "one of many")
        assert warehouse_key(warehouse, settings) == warehouse_key(warehouse, settings) == b"one of many"
        monkeypatch.setenv(KEY_VARIABLE, "another")
        with pytest.raises(
            UsageError, match=rf"^{KEY_VARIABLE} is not the pseudonym key .* {KEY_VARIABLE} or in .*\.key"
        ):
            warehouse_key(warehouse, settings)
        monkeypatch.delenv(KEY_VARIABLE)
        with pytest.raises(UsageError, match=rf"^{KEY_VARIABLE} is not set and there is no .*w\.duckdb\.key"):
            warehouse_key(warehouse, settings)
        assert not (tmp_path / "w.duckdb.key").exists()


@pytest.mark.parametrize(("key", "says"), [("   ", "is blank"), (" 1234567 ", "is shorter than 8 signs")])
def test_a_key_that_can_be_guessed_begins_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, says: str
) -> None:
    """A warehouse that was begun with one goes on."""
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(UsageError, match=f"^{KEY_VARIABLE} {says}: "):
        find_key(tmp_path / "w.duckdb", Privacy())
    assert find_key(tmp_path / "w.duckdb", Privacy(), is_begun=True) == (key.encode(), KEY_VARIABLE)
    monkeypatch.setenv(KEY_VARIABLE, "12345678")
    assert find_key(tmp_path / "w.duckdb", Privacy()) == (b"12345678", KEY_VARIABLE)


def test_pages_are_signed_anew_once_they_are_of_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "one of many")
    real = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(real) as warehouse:
        warehouse_key(warehouse, real)
        simulated = told_of_key(warehouse, real.model_copy(update={"is_simulated": True}))
        assert simulated != told_of_key(warehouse, real)
        monkeypatch.delenv(KEY_VARIABLE)
        assert told_of_key(warehouse, real)["pages_signature"] not in ("", simulated["pages_signature"])
