"""The tables other systems export: one folder each, a CSV and the mapping that says what its columns mean."""

from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from random import Random

from pipeline.sample.centre import Centre
from pipeline.sample.clock import instant, local_text, utc_text
from pipeline.sample.files import typed, write_csv
from pipeline.sample.judgements import Mark, SurveyAnswer
from pipeline.sample.legs import Presence
from pipeline.sample.people import Agent
from pipeline.sample.rota import Shift
from pipeline.sample.world import World

DAY_FIRST, DAY_FIRST_SHORT = "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M"

KINDS = {
    "holiday": "Feiertag",
    "outage": "Störung",
    "campaign": "Kampagne",
    "release": "Umstellung",
    "other": "Sonstiges",
}
QUESTIONS = {"csat": "Satisfaction (1-5)", "resolved": "Was it settled? (0/1)"}


def _agents(path: Path, agents: list[Agent]) -> None:
    minutes = "%Y-%m-%d %H:%M"
    write_csv(path, ["Agent ID", "Name", "Team", "Hired", "Experience", "Valid from", "Valid to"], (
        (agent.id, agent.name, stay.team.name, agent.hired_on.strftime("%d.%m.%Y"),
         "yes" if agent.has_experience else "no", local_text(stay.from_at, minutes),
         local_text(stay.to_at, minutes) if stay.to_at else "")
        for agent in agents for stay in agent.stays
    ))  # fmt: skip


def _skills(path: Path, centre: Centre, agents: list[Agent]) -> None:
    """Every topic was attested once, long ago: half of them without success."""
    at = local_text(instant(centre.days[0] - timedelta(days=20), 600), "%Y-%m-%d %H:%M")
    write_csv(path, ["Agent ID", "Skill", "Result", "By", "Confirmed"], (
        (agent.id, topic.name, "confirmed" if topic.name in agent.skills else "not yet", "trainer", at)
        for agent in agents for topic in centre.topics
    ))  # fmt: skip


def _moods(path: Path, world: World) -> None:
    """Most employees answer on Fridays; the pushed team's answers fall."""
    rng, centre = Random(f"{world.seed}/moods"), world.centre
    plan, push = centre.plan["moods"], centre.plan["push"]
    rows = []
    for friday in (day for day in centre.days if day.isoweekday() == 5):
        at = instant(friday, 900)
        for agent in (agent for agent in world.agents if rng.random() < plan["answer_share"]):
            is_pushed = agent.team_at(at).name == push["team"] and at >= instant(push["from"])
            mood = rng.gauss(plan["mean"] + (plan["pushed"] if is_pushed else 0), plan["spread"])
            rows.append((agent.id, local_text(at, "%Y-%m-%d %H:%M"), min(5, max(1, round(mood)))))
    write_csv(path, ["Agent ID", "Answered", "Mood (1-5)"], rows)


def _agent_states(path: Path, centre: Centre, presences: list[Presence]) -> None:
    """The old telephony has its agents' states in the queue log."""
    new = [presence for presence in presences if presence.starts_at >= centre.changeover_at]
    new.sort(key=lambda p: (p.starts_at, p.agent.id))
    write_csv(path, ["Agent", "Status", "Reason", "Date", "Start", "End"], (
        (p.agent.id, "Logged in" if p.state == "logged_in" else "Break", p.reason,
         *local_text(p.starts_at, DAY_FIRST).split(), local_text(p.ends_at, "%H:%M:%S"))
        for p in new
    ))  # fmt: skip


def _planned_shifts(path: Path, shifts: list[Shift]) -> None:
    rows = []
    for shift in shifts:
        stretches = [("Telefon", shift.starts_at, shift.ends_at)]
        stretches += [("Pause", pause.starts_at, pause.ends_at) for pause in shift.breaks]
        for activity, starts_at, ends_at in stretches:
            instants = local_text(starts_at, DAY_FIRST_SHORT), local_text(ends_at, DAY_FIRST_SHORT)
            rows.append((shift.agent.id, activity, *instants))
    write_csv(path, ["Mitarbeiter", "Tätigkeit", "Von", "Bis"], rows, delimiter=";")


def _evaluations(path: Path, marks: list[Mark]) -> None:
    header = ["Evaluation", "Contact", "Evaluator", "Evaluated", "Criterion", "Score", "Maximum", "Weight", "Critical"]
    write_csv(path, header, (
        (m.evaluation_id, m.conversation_id, m.evaluator.id, local_text(m.evaluated_at, DAY_FIRST_SHORT),
         m.criterion.name, "" if m.score is None else f"{m.score:.1f}".replace(".", ","), m.criterion.top,
         m.criterion.weight, "ja" if m.criterion.is_critical else "nein")
        for m in marks
    ), delimiter=";")  # fmt: skip


def _surveys(path: Path, answers: list[SurveyAnswer]) -> None:
    write_csv(path, ["response", "contact", "question", "answer", "answered"], (
        (a.survey_id, a.conversation_id, QUESTIONS[a.question], "" if a.score is None else a.score,
         utc_text(a.answered_at, "%Y-%m-%d %H:%M:%S"))
        for a in answers
    ))  # fmt: skip


def _customer_keys(path: Path, world: World, rng: Random) -> None:
    """Phones, e-mail and account of every customer who called or wrote, spelled as the clerks typed them."""
    rows = []
    callers, writers = {leg.request.customer for leg in world.legs}, {ticket.customer for ticket in world.tickets}
    for customer in sorted(callers | writers, key=lambda customer: customer.id):
        keys = [typed(phone, rng) for phone in (customer.phone, customer.second_phone) if phone]
        rows += [(key, customer.id) for key in [*keys, customer.email, customer.id]]
    write_csv(path, ["key", "customer"], rows)


def _events(path: Path, centre: Centre) -> None:
    shown = [event for event in centre.events if instant(event.starts.date()) < centre.ends_at]
    write_csv(path, ["Art", "Titel", "Team", "Von", "Bis"], (
        (KINDS[e.kind], e.title, e.team, e.starts.strftime(DAY_FIRST_SHORT), e.ends.strftime(DAY_FIRST_SHORT)) for e in shown
    ), delimiter=";", encoding="latin-1")  # fmt: skip


def write_tables(out: Path, world: World, rng: Random) -> None:
    """Writes agents, skills, moods, agent_states, planned_shifts, evaluations, surveys, customer_keys and events below `out`."""
    for mapping in (files("pipeline.sample") / "mappings").iterdir():
        folder = out / mapping.name.removesuffix(".toml")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mapping.toml").write_bytes(mapping.read_bytes())
    _agents(out / "agents" / "agents.csv", world.agents)
    _skills(out / "skills" / "skills.csv", world.centre, world.agents)
    _moods(out / "moods" / "moods.csv", world)
    _agent_states(out / "agent_states" / "agent_states.csv", world.centre, world.presences)
    _planned_shifts(out / "planned_shifts" / "planned_shifts.csv", world.shifts)
    _evaluations(out / "evaluations" / "evaluations.csv", world.marks)
    _surveys(out / "surveys" / "surveys.csv", world.answers)
    _customer_keys(out / "customer_keys" / "customer_keys.csv", world, rng)
    _events(out / "events" / "events.csv", world.centre)
