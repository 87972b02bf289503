"""Service level against staffing by Erlang A: how many people each half-hour needs.

All agents are one pool: they take each other's queues when their own is quiet. Where queues are closed to each other,
the pools are smaller and the model is too favourable; where that shows, it says neither that people are missing nor
that they suffice. Where queues have limits or targets of their own, a half-hour's follow from its calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.findings.aims import Aim, aims, goal
from pipeline.findings.centre import Centre
from pipeline.findings.record import Figure, Finding, Records, Verdict
from pipeline.findings.typical_week import HALF_HOUR_S, clock, half_hours, limits_of_calls, slot_of_week, waiting_calls
from pipeline.kpis.definition import KNOWN_SHARE
from pipeline.statistics.erlang import agents_for, mixed_service_level, patience

LOWER = 1.64
"""Standard errors of a one-sided 95 % lower limit."""
FAVOURABLE = 0.01
"""Excess of the model's share answered in time over the seen one, from which the page says so."""
MISFIT = 0.08
"""The excess from which nothing is said about people: one pool under a swinging load has five points, closed queues
sixteen."""
ENDLESS_S = 4 * 3600
"""No call waits longer than this: more patient callers are as if they never gave up."""


def find(centre: Centre) -> list[Finding]:
    slots = half_hours(centre)
    return [] if slots.empty else _staffing(centre, slots)


def _staffing(centre: Centre, slots: pd.DataFrame) -> list[Finding]:
    of_slot = aims(centre.settings, limits_of_calls(centre))
    slots = wanted(slots, [of_slot[slot] for slot in slots["slot"]])
    if slots.empty:
        return []
    figures = _figures(slots)
    missed = figures["told"].value - figures["seen"].value
    if missed >= MISFIT:
        return [
            centre.state("staffing", "untold", "service_level", 1.0, figures, _calls(centre, slots, slots.iloc[:0]))
        ]
    short = short_of(slots).sort_values(["gap", "slot"], ascending=[False, True])
    worst = short.head(1)
    figures |= {
        "short": Figure(len(short), "count", n=len(slots)),
        "hours": Figure(float(short["gap"].sum()) / 2, "h"),
        "gap": Figure(float(worst["gap"].iloc[0]) if len(worst) else 0.0, "per_hour"),
    }
    labels = {"slot": clock(int(worst["slot"].iloc[0])) if len(worst) else ""}
    labels |= {"bias": "favourable"} if missed >= FAVOURABLE else {}
    labels |= goal(centre.settings, figures["target"].value)
    weight, records = 10 * len(short) / len(slots), _calls(centre, slots, short)
    found = centre.state("staffing", verdict_on(short), "service_level", weight, figures, records, labels=labels)
    return [replace(found, parts=_parts(short))]


def _parts(short: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Each half-hour that is short of people, the shortest first."""
    told = short.assign(slot=short["slot"].map(clock), seen=short["met"] / short["calls"])
    return tuple(told[["slot", "people", "wanted", "gap", "calls", "seen", "told"]].to_dict("records"))


def _figures(slots: pd.DataFrame) -> dict[str, Figure]:
    """The figures of all half-hours together, weighted by their calls, or by the people who were there."""
    calls, there_s = slots["calls"].sum(), (slots["agents"] * slots["weeks"]).sum() * HALF_HOUR_S
    return {
        "slots": Figure(len(slots), "count"),
        "seen": Figure(float(slots["met"].sum() / calls), "share", n=int(calls)),
        "told": Figure(float((slots["told"] * slots["calls"]).sum() / calls), "share"),
        "target": Figure(float((slots["target"] * slots["calls"]).sum() / calls), "share"),
        "occupancy": Figure(min(1.0, float((slots["handle_s"] * slots["answered"]).sum() / there_s)), "share"),
    }


def verdict_on(short: pd.DataFrame) -> Verdict:
    return "seen" if len(short) else "no_detectable_change"


def _calls(centre: Centre, slots: pd.DataFrame, short: pd.DataFrame) -> Records:
    """The calls of all half-hours considered, first those of half-hours short of people."""
    slot = f"cast({slot_of_week(centre)} as varchar)"
    counts = f"{waiting_calls(centre)} and {slot} in (select slot from slots)"
    keys = {"slots": slots[["slot"]], "short": short[["slot"]]}
    return Records("fact_calls", counts, f"{slot} in (select slot from short)", keys=keys)


def wanted(slots: pd.DataFrame, aimed: Sequence[Aim]) -> pd.DataFrame:
    """The half-hours with Erlang A's share answered in time (told), the people clearly needed for each one's target
    (wanted), and how many more these are than were there (gap).

    People are needed for the load's lower limit: calls arrive at random, and the spread of their length is about its
    mean. None where nobody gave up, where the waits before giving up are unknown, or where no number of people can
    ensure the target (all calls, or none).
    """
    gives_up = _patience_s(slots)
    slots = slots.assign(limits=[aim.limits for aim in aimed], target=[aim.target for aim in aimed])
    slots = slots[(slots["target"] > 0) & (slots["target"] < 1)]
    if not 0 < gives_up < float("inf"):
        return slots.iloc[:0]
    gives_up = min(gives_up, ENDLESS_S)
    rate = slots["offered"] / HALF_HOUR_S
    seen = zip(rate, slots["handle_s"], slots["agents"], slots["limits"], strict=True)
    told = [mixed_service_level(r, h, gives_up, max(1, round(a)), limits) for r, h, a, limits in seen]
    surely = rate * (1 - LOWER * np.sqrt(2 / slots["calls"])).clip(lower=0)
    asked = zip(surely, slots["handle_s"], slots["limits"], slots["target"], strict=True)
    people = [agents_for(r, h, gives_up, limits, target) if r else 0 for r, h, limits, target in asked]
    return slots.assign(told=told, wanted=people, gap=people - slots["people"])


def _patience_s(slots: pd.DataFrame) -> float:
    """Mean patience; NaN where waits of all calls, or of abandoned ones, are unknown: an unrecorded wait is not zero."""
    whole = slots[["calls", "waits", "abandoned", "abandoned_waits", "wait_s"]].sum()
    if whole["waits"] < KNOWN_SHARE * whole["calls"] or whole["abandoned_waits"] < KNOWN_SHARE * whole["abandoned"]:
        return float("nan")
    return patience(float(whole["abandoned"] / whole["calls"]), float(whole["wait_s"] / whole["waits"]))


def short_of(slots: pd.DataFrame) -> pd.DataFrame:
    """Half-hours that need at least half a person more; a person there for part of the half-hour counts as whole."""
    return slots[slots["gap"] >= 0.5]
