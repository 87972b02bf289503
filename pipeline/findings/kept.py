"""A cache for what several findings ask of a centre: computed once, and kept as long as the centre."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from pipeline.findings.centre import Centre

Answer = TypeVar("Answer")


def kept(ask: Callable[[Centre], Answer]) -> Callable[[Centre], Answer]:
    """The question with its answer cached; callers must not change the answer."""

    @wraps(ask)
    def asked(centre: Centre) -> Answer:
        if ask not in centre.answers:
            centre.answers[ask] = ask(centre)
        answer: Answer = centre.answers[ask]
        return answer

    return asked
