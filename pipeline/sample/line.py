"""The line: calls that wait for an agent, whose turn it is, and when each leaves if nobody answers."""

from dataclasses import dataclass, field
from random import Random

from pipeline.sample.arrivals import Link, Request
from pipeline.sample.centre import Centre
from pipeline.sample.desks import Desk
from pipeline.sample.legs import Ring

AGENT_MADE_PATIENCE_S = 3 * 86_400


@dataclass(slots=True)
class Waiting:
    """A call in the line; if nobody answers it leaves at `exit_at` as `exit_as`. `desk` is the one that rings now."""

    link: Link
    request: Request
    began_at: int
    queued_at: int
    position: int
    exit_at: int
    exit_as: str
    is_transferred_in: bool
    rings: list[Ring] = field(default_factory=list)
    desk: Desk | None = None
    is_gone: bool = False

    @property
    def queue(self) -> str:
        return self.request.topic.queue


class Line:
    """Calls of all queues in the order they came; those that have waited before go first."""

    def __init__(self) -> None:
        self._calls: dict[str, Waiting] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def next_position(self, queue: str) -> int:
        return 1 + sum(other.queue == queue for other in self._calls.values())

    def join(self, waiting: Waiting) -> None:
        self._calls[waiting.link.id] = waiting

    def put_first(self, waiting: Waiting) -> None:
        self._calls = {waiting.link.id: waiting, **self._calls}

    def take_first(self) -> Waiting:
        return self._calls.pop(next(iter(self._calls)))

    def leave(self, waiting: Waiting) -> int:
        """The place at which the call gives up."""
        place = 1 + list(self._calls).index(waiting.link.id)
        del self._calls[waiting.link.id]
        return place


def draw_exit(centre: Centre, request: Request, at: int, rng: Random) -> tuple[int, str]:
    """When and how a call that joins the line at an instant leaves it if nobody answers."""
    plan = centre.plan["waiting"]
    if request.direction != "INBOUND":
        return at + AGENT_MADE_PATIENCE_S, "abandoned"
    mean_s = plan["impatient_s"] if rng.random() < plan["impatient_share"] else plan["patience_s"]
    exits = [(1 + rng.expovariate(1 / mean_s), "abandoned"), (plan["overflow_s"], "overflowed")]
    for offer, outcome in (("callback", "callback_requested"), ("voicemail", "voicemail")):
        if rng.random() < plan[f"{offer}_share"] and request.address and request.channel == "VOICE":
            exits.append((plan[f"{offer}_offer_s"] + rng.randint(4, 15), outcome))
    after_s, how = min(exits)
    return at + int(after_s), how
