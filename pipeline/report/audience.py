"""Who sees what: everything a report stands on, cut down to what one audience may know before any page is made."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from pipeline import zones
from pipeline.findings.record import GROUPS, Evidence, Finding, place
from pipeline.report.collect import Collected
from pipeline.report.collect_cases import Ledger
from pipeline.report.collect_figures import withhold_small, withhold_small_weeks
from pipeline.report.collect_pec import Warmth
from pipeline.settings import Profile

FEWEST_DIGITS, LONGEST = 4, 20
"""Of the number that stands for a person."""


def seen_by(data: Collected, profile: Profile, key: bytes) -> Collected:
    """`data` without the people, teams and records that the profile leaves out; `key` says who has which number.

    The centre's own figures stay whole. Without names there are no teams, nor findings of groups, of fewer than `smallest_team`,
    and no recordings.
    Records, references to them and examples out of the data are for those who see everybody by name.
    """
    teams = _teams(data, profile)
    alias = _aliases(data, profile, teams, key)
    is_open = profile.agents == "named" and not profile.teams
    fewest = max(profile.small_group, data.small_group)
    written = data.written and replace(
        data.written,
        agents=withhold_small(_people(data.written.agents, alias), fewest),
        teams=_of_teams(data.written.teams, teams),
    )
    lists = {name: _blanked(frame, alias) for name, frame in data.lists.items()}
    return replace(
        data,
        agents=withhold_small(_people(data.agents, alias), fewest),
        teams=_of_teams(data.teams, teams),
        lines=withhold_small_weeks(_lines(data, alias, teams, profile), fewest),
        exposure=_of_teams(data.exposure, teams | {""}),
        written=written,
        warmth=data.warmth and _warmth(data.warmth, alias, teams, is_open, key),
        ledger=data.ledger and _ledger(data.ledger, alias, fewest),
        findings=_findings(_of_enough(data.findings, profile, fewest), alias, teams, is_open),
        lists=lists if is_open else _without_letters(lists, data.timezone),
        listen=[row for row in data.listen if row["agent"] in alias] if is_open else [],
        names={called: data.names.get(a, a) if profile.agents == "named" else called for a, called in alias.items()},
        team_of={called: _shown_team(data, agent, teams) for agent, called in alias.items()},
        documents=data.documents if is_open else _without_examples(data.documents),
        small_group=fewest,
        has_records=is_open,
        teamless=_teamless(data, profile, teams),
    )


def _shown_team(data: Collected, agent: str, teams: set[str]) -> str:
    team = data.team_of.get(agent, "")
    return team if team in teams else ""


def _teams(data: Collected, profile: Profile) -> set[str]:
    """The teams that are shown: those of the profile, and without names only those too big to point at one person."""
    sizes = _sizes(data)
    fewest = 0 if profile.agents == "named" else profile.smallest_team
    return {team for team in _wanted(data, profile) if sizes.get(team, 0) >= fewest}


def _wanted(data: Collected, profile: Profile) -> set[str]:
    """The teams of the profile; without any, all there are."""
    return set(profile.teams) or set(_sizes(data)) - {""} | set(data.teams["team"].dropna())


def _sizes(data: Collected) -> Counter[str]:
    """How many people of each team have figures."""
    return Counter(data.team_of.get(agent, "") for agent in data.agents["agent"].dropna().unique())


def _teamless(data: Collected, profile: Profile, teams: set[str]) -> str:
    """Why no team is shown, if none is: each is too small, the profile's own have no figures, or the data know none."""
    if _wanted(data, profile) - teams:
        return "small_teams"
    return "own_teams" if profile.teams else data.teamless


def _aliases(data: Collected, profile: Profile, teams: set[str], key: bytes) -> dict[str, str]:
    """What each agent who is shown is called: the own id, or a number that those who come or go at most lengthen or shorten."""
    if profile.agents == "left_out":
        return {}
    everybody = set(data.names) | set(data.agents["agent"].dropna())
    numbers = _numbers(everybody, key, profile.name)
    called = {agent: agent if profile.agents == "named" else numbers[agent] for agent in everybody}
    shown = everybody if not profile.teams else {a for a in everybody if data.team_of.get(a) in teams}
    return {agent: called[agent] for agent in shown}


def _numbers(people: set[str], key: bytes, apart: str) -> dict[str, str]:
    """Each one's first digits of the own HMAC, as many as tell from everybody else's; another one for another `apart`."""
    digests = {one: hmac.digest(key, f"{apart} {one}".encode(), "sha256") for one in people}
    digits = {one: f"{int.from_bytes(digest, 'big') % 10**LONGEST:0{LONGEST}d}" for one, digest in digests.items()}
    shared = Counter(text[:n] for text in digits.values() for n in range(FEWEST_DIGITS, LONGEST))
    told = {
        one: next((n for n in range(FEWEST_DIGITS, LONGEST) if shared[text[:n]] == 1), LONGEST)
        for one, text in digits.items()
    }
    return {one: f"№ {digits[one][:n]}" for one, n in told.items()}


def _people(frame: pd.DataFrame, alias: dict[str, str]) -> pd.DataFrame:
    """By what they are called: in the order of their ids a list of numbers would tell who is who."""
    kept = frame[frame["agent"].isin(list(alias))]
    return kept.assign(agent=kept["agent"].map(alias)).sort_values("agent", kind="stable", ignore_index=True)


def _lines(data: Collected, alias: dict[str, str], teams: set[str], profile: Profile) -> pd.DataFrame:
    """Weeks of the people and teams that are shown; without names none in which few of a team were at work."""
    people, of_teams = (data.lines[data.lines["cut"] == cut] for cut in ("agent", "team"))
    of_teams = _of_teams(of_teams, teams)
    if profile.agents != "named":
        at_work = people[people["n"] > 0].assign(team=people["agent"].map(data.team_of))
        size = at_work.groupby(["team", "period"])["agent"].nunique()
        keys = pd.MultiIndex.from_frame(of_teams[["team", "period"]])
        is_small = size.reindex(keys).fillna(0).to_numpy() < profile.smallest_team
        of_teams = of_teams.assign(value=of_teams["value"].mask(is_small))
    return pd.concat([_people(people, alias), of_teams], ignore_index=True)


def _of_teams(frame: pd.DataFrame, teams: set[str]) -> pd.DataFrame:
    return frame[frame["team"].isin(list(teams))].reset_index(drop=True) if "team" in frame else frame


def _blanked(frame: pd.DataFrame, alias: dict[str, str]) -> pd.DataFrame:
    """Every row stays; who is not shown is not named."""
    return frame.assign(agent=frame["agent"].map(alias))


def _without_letters(lists: dict[str, pd.DataFrame], zone: str) -> dict[str, pd.DataFrame]:
    """Nothing to read for who may not open it, and of the other lists no records."""
    return {name: _without_records(name, frame, zone) for name, frame in lists.items() if name != "letters"}


def _without_records(name: str, frame: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Entries of a list with a midnight (naive UTC) in place of the instant, and without what leads to the contact."""
    instants = {
        column: frame[column]
        .map(lambda at: _midnight(at, zone, is_due=name == "promises"), na_action="ignore")
        .astype(frame[column].dtype)
        for column in ("since", "last_at")
    }
    return frame.assign(**instants, source=None, conversation_id=None, source_ref=None)


def _midnight(at: datetime, zone: str, is_due: bool) -> datetime:
    """That with which the day of an instant begins; of what is due then, that with which the day ends."""
    within = at - timedelta(microseconds=is_due)
    day = (within + zones.offset_at(zone, within)).date()
    return zones.midnight(day + timedelta(days=is_due), zone)


def _ledger(ledger: Ledger, alias: dict[str, str], fewest: int) -> Ledger:
    laid = ledger.laid
    laid = laid and replace(laid, agents=_people(laid.agents[laid.agents["answered"] >= fewest], alias))
    return replace(ledger, agents=withhold_small(_people(ledger.agents, alias), fewest), laid=laid)


def _warmth(warmth: Warmth, alias: dict[str, str], teams: set[str], is_open: bool, key: bytes) -> Warmth:
    contacts = _blanked(warmth.contacts, alias)
    contacts = contacts.assign(team=contacts["team"].where(contacts["team"].isin(list(teams))))
    verdicts = _blanked(warmth.verdicts, alias)
    if not is_open:
        numbers = _numbers(set(verdicts["evaluator"].dropna()), key, "Evaluator")
        verdicts = verdicts.assign(evaluator=verdicts["evaluator"].map(numbers))
    return replace(warmth, contacts=contacts, letters=_blanked(warmth.letters, alias), verdicts=verdicts)


def _of_enough(found: Sequence[Finding], profile: Profile, fewest: int) -> list[Finding]:
    """None of a person on fewer than `fewest` records; without names none that tells something of a group of few people."""
    of_people = [f for f in found if f.kind != "person" or (f.figures["value"].n or fewest) >= fewest]
    group = 0 if profile.agents == "named" else profile.smallest_team
    return [f for f in of_people if all(f.figures[size].value >= group for size in _sizes_told(f))]


def _sizes_told(finding: Finding) -> list[str]:
    """Figures that count the people of each group; one that could not be compared, or is of the centre, has none."""
    return [size for size in GROUPS.get(finding.kind, ()) if size in finding.figures]


def _findings(found: Sequence[Finding], alias: dict[str, str], teams: set[str], is_open: bool) -> list[Finding]:
    kept = [
        f for f in found if f.whom.get("agent", None) in {None, *alias} and f.whom.get("team", None) in {None, *teams}
    ]
    if is_open:
        return kept
    return sorted((_untold(f, alias) for f in kept), key=place)


def _untold(finding: Finding, alias: dict[str, str]) -> Finding:
    """Without its records, and of an agent by what the agent is called."""
    whom = {part: alias[name] if part == "agent" else name for part, name in finding.whom.items()}
    return replace(finding, whom=whom, evidence=Evidence())


def _without_examples(documents: dict[str, object]) -> dict[str, object]:
    """Checks and quarantine without values out of the data: an example may be somebody's name."""
    checks = [check | {"observed": "", "failing": ""} for check in documents["checks"]]  # type: ignore[attr-defined]
    account = documents["account"] | {  # type: ignore[operator]
        "quarantine": [rule | {"first_value": None} for rule in documents["account"]["quarantine"]]  # type: ignore[index]
    }
    return documents | {"checks": checks, "account": account}
