"""The floor as a discrete-event simulation: calls wait in one line, agents come, pause, ring, talk, wrap up and go."""

import hashlib
import heapq
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from pipeline.sample.arrivals import Link, Request
from pipeline.sample.centre import Centre
from pipeline.sample.desks import Desk, Idle
from pipeline.sample.legs import Answer, Leg, Presence, Ring
from pipeline.sample.line import Line, Waiting, draw_exit
from pipeline.sample.outcomes import after_contact, after_loss, handle
from pipeline.sample.rota import Break, Shift


class Floor:
    """Runs the days of a centre once; afterwards `legs` and `presences` hold what happened."""

    def __init__(self, centre: Centre, shifts: list[Shift], requests: list[Request], seed: int) -> None:
        self.centre, self.seed, self.rng = centre, seed, Random(f"{seed}/floor")
        self.legs: list[Leg] = []
        self.presences: list[Presence] = []
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._line, self._idle = Line(), Idle()
        self._now = self._planned = self._named = 0
        self._expect(sorted(requests, key=lambda request: request.at))
        for shift in shifts:
            if shift.is_kept:
                self._plan(shift.starts_at + round(self.rng.gauss(20, 70)), partial(self._log_in, shift))

    def run(self) -> "Floor":
        while self._events:
            self._now, _, act = heapq.heappop(self._events)
            act()
        return self

    def _plan(self, at: int, act: Callable[[], None]) -> None:
        self._planned += 1
        heapq.heappush(self._events, (at, self._planned, act))

    def _expect(self, requests: list[Request]) -> None:
        """Calls that would begin after the last day are not part of the sample."""
        for request in requests:
            if request.at < self.centre.ends_at:
                self._plan(request.at, partial(self._arrive, request))

    def _new_id(self, at: int) -> str:
        """As the system of the time names calls: instant and counter, or a UUID."""
        self._named += 1
        if at < self.centre.changeover_at:
            return f"{at}.{self._named}"
        return str(uuid.UUID(bytes=hashlib.sha256(f"{self.seed}/{self._named}".encode()).digest()[:16], version=4))

    # Calls come and are lost

    def _arrive(self, request: Request) -> None:
        name = self._new_id(self._now)
        link = request.link or Link(name, name)
        if request.direction == "INBOUND" and not self.centre.is_open(self._now):
            self._refuse(request, link)
            return
        menu_s = self.rng.randint(14, 45) if request.direction == "INBOUND" else 0
        self._plan(self._now + menu_s, partial(self._enqueue, request, link, self._now))

    def _refuse(self, request: Request, link: Link) -> None:
        at, outcome = self._now, "refused_closed"
        self.legs.append(Leg(link, request, at, at, at + 9, outcome, 0, 0, (), None, False, None))
        self._expect(after_loss(self.centre, request, outcome, at, self.rng))

    def _enqueue(self, request: Request, link: Link, began_at: int, is_transferred_in: bool = False) -> None:
        position = self._line.next_position(request.topic.queue)
        exit_at, exit_as = draw_exit(self.centre, request, self._now, self.rng)
        waiting = Waiting(link, request, began_at, self._now, position, exit_at, exit_as, is_transferred_in)
        if is_transferred_in:  # has waited before, and goes first
            self._line.put_first(waiting)
        else:
            self._line.join(waiting)
        self._plan(exit_at, partial(self._lose, waiting))
        self._match()

    def _lose(self, waiting: Waiting) -> None:
        if waiting.is_gone:
            return
        waiting.is_gone = True
        place = 1 if waiting.desk else self._line.leave(waiting)
        bred = after_loss(self.centre, waiting.request, waiting.exit_as, self._now, self.rng)
        next_id = None
        if waiting.exit_as == "callback_requested" and self._now >= self.centre.changeover_at:
            next_id = self._new_id(self._now)  # the call-back hangs on the call that asked for it
            bred = [replace(bred[0], link=Link(next_id, waiting.link.conversation_id, waiting.link.id))]
        self._write(waiting, waiting.exit_as, min(place, waiting.position), None, next_id)
        self._expect(bred)
        if waiting.desk:
            self._free(waiting.desk)

    # Calls are answered

    def _match(self) -> None:
        while self._idle and self._line:
            waiting = self._line.take_first()
            self._ring(waiting, self._idle.take_for(waiting.queue, self._now))

    def _ring(self, waiting: Waiting, desk: Desk) -> None:
        plan, waiting.desk = self.centre.plan["waiting"], desk
        if waiting.request.direction == "INBOUND" and self.rng.random() < plan["no_answer_share"]:
            self._plan(self._now + plan["no_answer_s"], partial(self._miss, waiting, desk))
            return
        ring_s = min(13, 2 + int(self.rng.expovariate(1 / 3)))
        self._plan(self._now + ring_s, partial(self._connect, waiting, desk, ring_s))

    def _miss(self, waiting: Waiting, desk: Desk) -> None:
        """The agent let it ring: the call goes back to the head of the line."""
        if not waiting.is_gone:
            waiting.rings.append(Ring(desk.agent, self._now, self.centre.plan["waiting"]["no_answer_s"]))
            waiting.desk = None
            self._line.put_first(waiting)
            self._free(desk)

    def _connect(self, waiting: Waiting, desk: Desk, ring_s: int) -> None:
        if waiting.is_gone:
            return
        waiting.is_gone, request = True, waiting.request
        handling = handle(self.centre, request, desk.agent, self._now, self.rng)
        ended_at = self._now + handling.talk_s + handling.hold_s
        next_id = self._pass_on(waiting, ended_at) if handling.ended_by == "transfer" else None
        self._write(waiting, "answered", 0, Answer(desk.agent, ring_s, handling), next_id)
        if next_id is None:
            self._expect(after_contact(self.centre, request, handling, ended_at, self.rng))
        self._plan(ended_at + handling.wrap_s, partial(self._free, desk))

    def _pass_on(self, waiting: Waiting, ended_at: int) -> str:
        """A transferred call enters the line again; the old telephony keeps its name, the new one links two records."""
        is_old = waiting.began_at < self.centre.changeover_at
        name = waiting.link.id if is_old else self._new_id(self._now)
        link = Link(name, waiting.link.conversation_id, waiting.link.id)
        self._plan(ended_at, partial(self._enqueue, waiting.request, link, ended_at, True))
        return name

    def _write(
        self, waiting: Waiting, outcome: str, left_position: int, answer: Answer | None, next_id: str | None
    ) -> None:
        self.legs.append(Leg(
            waiting.link, waiting.request, waiting.began_at, waiting.queued_at, self._now, outcome, waiting.position,
            left_position, tuple(waiting.rings), answer, waiting.is_transferred_in, next_id,
        ))  # fmt: skip

    # Agents

    def _log_in(self, shift: Shift) -> None:
        desk = Desk(shift, self._now, self._now)
        for pause in shift.breaks:
            self._plan(pause.starts_at, partial(self._want_break, desk, pause))
        leaves_at = max(shift.ends_at + self.rng.randint(-20, 90), self._now + 1)
        self._plan(leaves_at, partial(self._end_shift, desk))
        self._free(desk)

    def _want_break(self, desk: Desk, pause: Break) -> None:
        desk.due_break = pause
        if self._idle.remove(desk):
            self._free(desk)

    def _end_shift(self, desk: Desk) -> None:
        desk.is_over = True
        if self._idle.remove(desk):
            self._free(desk)

    def _free(self, desk: Desk) -> None:
        """What an agent does next who has nothing in hand: go home, have the break due, or wait for a call."""
        if desk.is_over:
            self.presences.append(Presence(desk.agent, "logged_in", "", desk.logged_in_at, self._now))
        elif pause := desk.due_break:
            desk.due_break = None
            ends_at = self._now + pause.ends_at - pause.starts_at + round(self.rng.gauss(30, 45))
            self.presences.append(Presence(desk.agent, "break", pause.reason, self._now, ends_at))
            self._plan(ends_at, partial(self._free, desk))
        else:
            desk.idle_since = self._now
            self._idle.add(desk)
            self._match()
