"""The whole simulated centre: who is there, what was planned, what happened and what people said of it."""

from dataclasses import dataclass
from random import Random

from pipeline.sample.arrivals import spontaneous
from pipeline.sample.centre import Centre, read_centre
from pipeline.sample.judgements import Mark, SurveyAnswer, draw_evaluations, draw_surveys
from pipeline.sample.legs import Leg, Presence
from pipeline.sample.people import Agent, draw_agents, draw_customers
from pipeline.sample.queueing import Floor
from pipeline.sample.rota import Shift, draw_rota
from pipeline.sample.tickets import draw_tickets, judge_letters
from pipeline.sample.written import Ticket


@dataclass(frozen=True, slots=True)
class World:
    """What a simulation leaves: `legs` and `presences` in order of ending, `shifts` as planned."""

    seed: int
    centre: Centre
    agents: list[Agent]
    shifts: list[Shift]
    legs: list[Leg]
    presences: list[Presence]
    marks: list[Mark]
    answers: list[SurveyAnswer]
    tickets: list[Ticket]


def stream(seed: int, part: str) -> Random:
    """Random numbers of one part, so that a change in one part leaves the others as they are."""
    return Random(f"{seed}/{part}")


def simulate(seed: int, weeks: int, calls_per_week: float, agents: int) -> World:
    """`weeks` ISO weeks from 2026-08-03 on with about `calls_per_week` calls, repeats included."""
    centre = read_centre(weeks, calls_per_week)
    team = draw_agents(centre, agents, stream(seed, "agents"))
    shifts = draw_rota(centre, team, stream(seed, "rota"))
    customers = draw_customers(centre, stream(seed, "customers"))
    calls = spontaneous(centre, customers, stream(seed, "arrivals"))
    floor = Floor(centre, shifts, calls, seed).run()
    marks = draw_evaluations(centre, floor.legs, stream(seed, "evaluations"))
    answers = draw_surveys(centre, floor.legs, stream(seed, "surveys"))
    tickets = draw_tickets(centre, team, customers, stream(seed, "tickets"), stream(seed, "tempers"))
    marks += judge_letters(centre, tickets, centre.evaluators, stream(seed, "letters judged"))
    return World(seed, centre, team, shifts, floor.legs, floor.presences, marks, answers, tickets)
