"""What is dialled before a number in another country."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.settings import Privacy

EVERYWHERE = "00"
BY_TRUNK = {"8": "810"}
"""By a country's trunk prefix: the former Soviet Union."""
BY_COUNTRY = {"1": "011", "61": "0011", "81": "010"}
"""By its code: North America, Australia, Japan, as in ITU-T's list of dialling procedures (E.164, annexed)."""


def prefixes(privacy: Privacy) -> tuple[str, ...]:
    """The longest first, so that 0011 is not taken for 00."""
    own = BY_TRUNK.get(privacy.phone_trunk_prefix) or BY_COUNTRY.get(privacy.phone_country_code)
    return (own, EVERYWHERE) if own else (EVERYWHERE,)
