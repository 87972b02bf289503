"""What people said of contacts: evaluators, each more or less lenient, and the customers who answered the survey."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from pipeline.sample.centre import Centre, Evaluator
from pipeline.sample.clock import DAY_S, instant, iso_week, local
from pipeline.sample.legs import Answer, Leg
from pipeline.sample.outcomes import logit, sigmoid


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the scorecard; scores run from 0 to `top`."""

    name: str
    top: int
    weight: int
    is_critical: bool = False


PEC = Criterion("pec", 1, 0)
IDENTIFICATION = Criterion("identification", 1, 1, is_critical=True)
SCORED = (Criterion("needs", 4, 2), Criterion("solution", 4, 3), Criterion("clarity", 4, 1))


@dataclass(frozen=True, slots=True)
class Mark:
    """One criterion of one judgement; `score` None: not applicable."""

    evaluation_id: str
    conversation_id: str
    evaluator: Evaluator
    evaluated_at: int
    criterion: Criterion
    score: float | None


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    survey_id: str
    conversation_id: str
    question: str
    score: int | None
    answered_at: int


def judged_whole(legs: list[Leg]) -> list[tuple[Leg, Answer]]:
    """Answered conversations of customers that one agent handled from end to end."""
    parts: defaultdict[str, int] = defaultdict(int)
    for leg in legs:
        parts[leg.link.conversation_id] += 1
    return [
        (leg, leg.answer)
        for leg in legs
        if leg.answer and leg.request.direction == "INBOUND" and parts[leg.link.conversation_id] == 1
    ]


def _half_points(log_odds: float, top: int, rng: Random) -> float:
    return round(2 * top * sigmoid(log_odds + rng.gauss(0, 0.6))) / 2


def _scores(
    answer: Answer, evaluator: Evaluator, absent_share: float, rng: Random
) -> Iterator[tuple[Criterion, float | None]]:
    done, lenient = answer.handling, evaluator.leniency
    yield PEC, float(rng.random() < sigmoid(logit(done.human) + lenient))
    yield IDENTIFICATION, float(rng.random() < (0.91 if answer.agent.is_hasty else 0.98))
    merits = (logit(done.human), 1.6 * done.is_resolved - 0.4, done.care + 0.8)
    for criterion, merit in zip(SCORED, merits, strict=True):
        is_absent = rng.random() < absent_share
        yield criterion, None if is_absent else _half_points(merit + 0.7 + lenient / 2, criterion.top, rng)


def _evaluated_at(leg: Leg, rng: Random) -> int:
    """Office hours of a working day in the week and a half after the contact."""
    day = local(leg.ended_at).date() + timedelta(days=rng.randint(1, 9))
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
    return instant(day, rng.randint(9 * 60, 17 * 60))


def draw_evaluations(centre: Centre, legs: list[Leg], rng: Random) -> list[Mark]:
    """Two or three contacts of each agent each week, drawn by lot, by evaluators drawn by lot; a few by two of them."""
    plan, marks, count = centre.plan["judgement"], [], 0
    weeks: defaultdict[tuple[str, str], list[tuple[Leg, Answer]]] = defaultdict(list)
    for leg, answer in judged_whole(legs):
        weeks[iso_week(leg.left_at), answer.agent.id].append((leg, answer))
    for _, contacts in sorted(weeks.items()):
        wanted = int(plan["contacts_a_week"] + rng.random())
        for leg, answer in rng.sample(contacts, min(wanted, len(contacts))):
            judges = 2 if rng.random() < plan["second_evaluator_share"] else 1
            for evaluator in rng.sample(centre.evaluators, judges):
                at, count = _evaluated_at(leg, rng), count + 1
                scores = list(_scores(answer, evaluator, plan["not_applicable_share"], rng))
                if at < centre.ends_at:  # later ones are not yet known
                    named = (f"q{count:05d}", leg.link.conversation_id, evaluator, at)
                    marks += [Mark(*named, criterion, score) for criterion, score in scores]
    return marks


def _satisfaction(leg: Leg, answer: Answer, rng: Random) -> int:
    done = answer.handling
    liking = 2.6 + 1.7 * (done.human - 0.5) + 1.4 * done.is_resolved - min(leg.wait_s, 300) / 300 + rng.gauss(0, 0.8)
    return min(5, max(1, round(liking)))


def draw_surveys(centre: Centre, legs: list[Leg], rng: Random) -> list[SurveyAnswer]:
    """Sheets that came back, about one in eight contacts of the new telephony; the dissatisfied answer more often."""
    plan, answers, count = centre.plan["judgement"], [], 0
    for leg, answer in judged_whole(legs):
        done = answer.handling
        share = plan["survey_share_resolved"] if done.is_resolved else plan["survey_share_unresolved"]
        at = leg.ended_at + 60 + int(rng.expovariate(3 / DAY_S))
        if leg.began_at < centre.changeover_at or rng.random() >= share or at >= centre.ends_at:
            continue
        count += 1
        settled = int(done.is_resolved if rng.random() < 0.92 else not done.is_resolved)
        for question, score, blank_share in (
            ("csat", _satisfaction(leg, answer, rng), 0.04),
            ("resolved", settled, 0.15),
        ):
            kept = None if rng.random() < blank_share else score
            answers.append(SurveyAnswer(f"s{count:05d}", leg.link.conversation_id, question, kept, at))
    return answers
