"""Letters put together from the parts of letters.toml: customers of every temper, agents warm and cold."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

from pipeline.sample.written import Ticket


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    warmth: bool


class Composer:
    """Every method returns the text of one letter in the ticket's language. Who loses patience is drawn from `tempers`, which
    draw nothing else; `shares` tell how often, of the letters that could."""

    def __init__(self, shares: dict[str, float], tempers: Random) -> None:
        self._shares, self._tempers = shares, tempers
        self._parts: dict[str, Any] = tomllib.loads((files("pipeline.sample") / "letters.toml").read_text("utf-8"))

    def _of(self, ticket: Ticket) -> dict[str, Any]:
        parts: dict[str, Any] = self._parts[ticket.language]
        return parts

    def _name(self, ticket: Ticket) -> str:
        names = self._of(ticket)["names"]
        return str(names[int(ticket.customer.id[2:]) % len(names)])

    def _filled(self, ticket: Ticket, lines: list[str], **more: object) -> str:
        values = {"name": self._name(ticket), "agent": ticket.agent.name.split()[0], "number": ticket.id[2:], **more}
        return "\n".join(line.format_map(values) for line in lines if line)

    def _lost(self, ticket: Ticket, temper: str) -> list[str]:
        """Now and then a threat of the customer, or a rude word of the agent."""
        is_lost = self._tempers.random() < self._shares[temper]
        return [self._tempers.choice(self._of(ticket)[temper])] if is_lost else []

    def question(self, ticket: Ticket, rng: Random) -> str:
        of = self._of(ticket)
        lines = [rng.choice(of["hello"]), rng.choice(of["topics"][ticket.topic.name])]
        lines += [rng.choice(of["login"])] if rng.random() < 0.6 else []
        lines += [rng.choice(of["angry"])] if rng.random() < 0.15 else []
        lines += [rng.choice(of["abuse"])] if rng.random() < 0.02 else []
        return self._filled(ticket, [*lines, rng.choice(of["bye"])])

    def receipt(self, ticket: Ticket) -> str:
        return str(self._of(ticket)["receipt"])

    def ask(self, ticket: Ticket, rng: Random) -> str:
        of = self._of(ticket)
        return self._filled(ticket, [rng.choice(of["ask"]), rng.choice(of["cold_bye"])])

    def detail(self, ticket: Ticket, rng: Random) -> str:
        return self._filled(ticket, [rng.choice(self._of(ticket)["detail"])])

    def hurry(self, ticket: Ticket, rng: Random) -> str:
        of = self._of(ticket)
        lines = [rng.choice(of["complaint"] if rng.random() < 0.3 else of["hurry"])]
        lines += [rng.choice(of["abuse"])] if rng.random() < 0.15 else []
        return self._filled(ticket, [*lines, *self._lost(ticket, "threat")])

    def promise(self, ticket: Ticket, day: int, rng: Random) -> str:
        of = self._of(ticket)
        said = of["ordinals"].get(str(day), of["ordinals"]["any"]).format(day=day)
        return self._filled(ticket, [rng.choice(of["longer"]), of["promise"]], day=said)

    def again(self, ticket: Ticket, rng: Random) -> str:
        of = self._of(ticket)
        lines = [rng.choice(of["topics"][ticket.topic.name]), rng.choice(of["hurry"])]
        return self._filled(ticket, [*lines, *self._lost(ticket, "threat")])

    def thanks(self, ticket: Ticket, rng: Random) -> str:
        return self._filled(ticket, [rng.choice(self._of(ticket)["thanks"])])

    def answer(self, ticket: Ticket, is_warm: bool, rng: Random) -> Written:
        """The answer that solves a ticket. Some refuse, some send the customer to a page."""
        of = self._of(ticket)
        matter = self._matter(of, rng)
        if is_warm:
            feel = [rng.choice(of["warm_feel"])] if rng.random() < 0.8 else []
            tip = [rng.choice(of["warm_tip"])] if rng.random() < 0.5 else []
            lines = [
                rng.choice(of["warm_hello"]),
                *feel,
                rng.choice(of["warm_body"]),
                *matter,
                *tip,
                rng.choice(of["warm_bye"]),
            ]
        else:
            lines = [rng.choice(of["cold_hello"]), rng.choice(of["cold_body"]), *matter]
            lines += [*self._lost(ticket, "rude"), rng.choice(of["cold_bye"])]
        return Written(self._filled(ticket, lines), is_warm)

    @staticmethod
    def _matter(of: dict[str, Any], rng: Random) -> list[str]:
        """A refusal, the hint that the customer can do it alone, a link, or nothing of the kind."""
        draw = rng.random()
        if draw < 0.08:
            return [rng.choice(of["refuse"])]
        return [of["alone"]] if draw < 0.16 else [of["link"]] if draw < 0.24 else []
