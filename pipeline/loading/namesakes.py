"""Records that another one outdoes though they are none of its deliveries: they bear its id. All as SQL over `lost` and `won`."""

from __future__ import annotations

from pipeline.contracts import Contract

APART_S = 24 * 3600
"""A corrected start moves by an hour or a zone's offset."""


def contests(contract: Contract) -> str:
    """The records that do not count, beside the one of the same key that does."""
    key = " and ".join(f"lost.{column} is not distinct from won.{column}" for column in contract.key)
    return f"{contract.duplicate_table} lost join {contract.raw_table} won on {key}"


def differ(contract: Contract, but: tuple[str, ...] = ()) -> str:
    """True where the two say different things."""
    compared = (name for name, column in contract.columns.items() if column.type not in but)
    return f"({' or '.join(f'lost.{name} is distinct from won.{name}' for name in compared)})"


def of_other_days(contract: Contract) -> str:
    """True of two that began more than a day apart and differ in more than their times, which may have been corrected."""
    if not contract.begins_once:
        return "false"
    apart = f"abs(epoch(lost.{contract.instant}) - epoch(won.{contract.instant})) > {APART_S}"
    return f"({apart} and {differ(contract, but=('instant', 'date'))})"


def of_one_file(contract: Contract) -> str:
    """True of two of one file, version and day, such as legs of a call under its id: a delivery does not correct itself."""
    is_same = "lost.file_id = won.file_id and lost.version = won.version"
    return f"({is_same} and {differ(contract)} and not {of_other_days(contract)})"


def alike(contract: Contract) -> str:
    """True of two of one file that say the same: a row that stands there twice, or two records of one minute."""
    return f"(lost.file_id = won.file_id and not {differ(contract)})"
