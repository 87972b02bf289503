"""The service-level aim of each half-hour of the week, where queues have limits or targets of their own."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pipeline.settings import Settings
from pipeline.settings.service_levels import own_target
from pipeline.statistics.erlang import Limits

USUAL = 0.8
"""The target where none is set."""


class Aim(NamedTuple):
    """`target`: the share of the calls that is to be answered within their limits."""

    limits: Limits
    target: float


def aims(settings: Settings, calls: pd.DataFrame) -> dict[int, Aim]:
    """The aim of each slot (half-hour of the week). calls: a row per slot, queue and answer_within_s, with the number
    of `calls`, all by voice."""
    usual = usual_target(settings)
    own = [own_target(settings.service_levels, queue, "voice") for queue in calls["queue"]]
    aimed = calls.assign(target=[usual if target is None else target for target in own])
    return {int(slot): _aim(rows) for slot, rows in aimed.groupby("slot")}


def _aim(calls: pd.DataFrame) -> Aim:
    shares = calls["calls"] / calls["calls"].sum()
    limits = shares.groupby(calls["answer_within_s"]).sum()
    return Aim(limits.to_dict(), float((calls["target"] * shares).sum()))


def usual_target(settings: Settings) -> float:
    """The target of calls whose queue has none of its own."""
    return settings.targets.get("service_level", USUAL)


def goal(settings: Settings, target: float) -> dict[str, str]:
    """A label that says where the target of all half-hours comes from, unless it is the one set for all calls."""
    if abs(target - usual_target(settings)) > 1e-9:
        return {"goal": "several"}
    return {} if "service_level" in settings.targets else {"goal": "usual"}
