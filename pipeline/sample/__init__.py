"""A simulated call centre whose truth is known, written as the files a real one would deliver."""

import json
from pathlib import Path
from typing import Any

from pipeline.sample.truth import tell_truth
from pipeline.sample.world import simulate, stream
from pipeline.sample.write_contact_records import write_contact_records
from pipeline.sample.write_queue_log import write_queue_log
from pipeline.sample.write_tables import write_tables
from pipeline.sample.write_tickets import write_tickets

__all__ = ["write_sample"]


def write_sample(
    out: Path, seed: int = 20261123, *, weeks: int = 16, calls_per_week: float = 1875, agents: int = 40
) -> dict[str, Any]:
    """Simulates a centre from 2026-08-03 on and writes its files below `out`, one folder a source; returns the truth.

    The same arguments give the same bytes. The truth is also written, as truth.json; its shape is that of `tell_truth`.
    """
    world = simulate(seed, weeks, calls_per_week, agents)
    counts = {"evaluation_marks": len(world.marks), "survey_answers": len(world.answers)}
    counts |= write_contact_records(
        out / "amazon_connect_ctr", world.centre, world.legs, stream(seed, "contact records")
    )
    counts |= write_queue_log(out / "asterisk_queue_log", world, stream(seed, "queue log"))
    counts |= write_tickets(out, world.tickets)
    write_tables(out, world, stream(seed, "tables"))
    truth = tell_truth(world, counts)
    (out / "truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return truth
