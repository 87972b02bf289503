"""Within what time calls are to be answered, and how many of them, where that is otherwise for a queue or a channel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator

from pipeline.settings.section import Section

CHANNELS = {
    "ru": {"voice": "телефон", "chat": "чат", "video": "видео", "email": "эл. почта", "messenger": "мессенджер"}
}
"""Words for channels where a language does not call them as the settings do; pages use the same."""


class ServiceLevel(Section):
    """What holds for the calls of a queue, of a channel, or of a channel within a queue, in place of
    `[parameters] answer_within_s` and of `[targets] service_level`."""

    queue: str | None = Field(default=None, min_length=1)
    channel: Literal["voice", "chat", "video", "email", "messenger"] | None = None
    answer_within_s: float | None = Field(default=None, gt=0, le=86400)
    target: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def says_what_of_what(self) -> ServiceLevel:
        if not self.name:
            raise ValueError("a queue or a channel is wanted; what holds for all stands in [parameters] and [targets]")
        if self.answer_within_s is None and self.target is None:
            raise ValueError("answer_within_s or a target is wanted")
        return self

    @property
    def name(self) -> str:
        return self.named("en")

    def named(self, language: str) -> str:
        channel = CHANNELS.get(language, {}).get(self.channel or "", self.channel)
        return " / ".join(filter(None, (self.queue, channel)))

    @property
    def rank(self) -> tuple[bool, bool]:
        """Of two that fit a call the larger counts."""
        return self.queue is not None, self.channel is not None

    def fits(self, queue: str | None, channel: str | None) -> bool:
        return self.queue in (None, queue) and self.channel in (None, channel)

    def overrules(self, other: ServiceLevel) -> bool:
        """Whether calls that the other fits have this one's limit."""
        queues, channels = {self.queue, other.queue} - {None}, {self.channel, other.channel} - {None}
        return self.rank > other.rank and len(queues) < 2 and len(channels) < 2


def limits(levels: Iterable[ServiceLevel], general: float) -> list[ServiceLevel]:
    """Those that say another time than the general one, or say that one where another would hold; by name, for their order in the
    file means nothing."""
    told = [one for one in levels if one.answer_within_s is not None]
    others = [one for one in told if one.answer_within_s != general]
    meant = [one for one in told if one in others or any(map(one.overrules, others))]
    return sorted(meant, key=lambda one: (one.name, one.rank))


def other_limits(levels: Iterable[ServiceLevel], general: float, language: str = "en") -> str:
    """In words, behind the general limit, whose unit is theirs: " (chat: 60, vip: 30)"; empty where there are none."""
    told = ", ".join(f"{one.named(language)}: {one.answer_within_s:g}" for one in limits(levels, general))
    return f" ({told})" if told else ""


def own_target(levels: Iterable[ServiceLevel], queue: str | None, channel: str | None) -> float | None:
    """The target of the most particular that fits and says one; None where none does. A queue or channel of None: of any."""
    fitting = [one for one in levels if one.target is not None and one.fits(queue, channel)]
    return max(fitting, key=lambda one: one.rank).target if fitting else None
