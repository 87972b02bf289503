"""What several findings ask of a centre: worked out once, and kept as long as the centre is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from pipeline.findings.centre import Centre

Answer = TypeVar("Answer")


def kept(ask: Callable[[Centre], Answer]) -> Callable[[Centre], Answer]:
    """The same question, whose answer is kept. Who asks must not change the answer."""

    @wraps(ask)
    def asked(centre: Centre) -> Answer:
        if ask not in centre.answers:
            centre.answers[ask] = ask(centre)
        answer: Answer = centre.answers[ask]
        return answer

    return asked
