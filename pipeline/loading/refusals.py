"""When a whole file is refused for what its records are, or are no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedFile
from pipeline.loading.faults import Faults
from pipeline.loading.versions import Outcome

if TYPE_CHECKING:
    from pipeline.settings import Admission


def refuse_if_mostly_bad(file: Path, faults: Faults, read: int, limits: Admission) -> None:
    """Raises RefusedFile for no records at all, and for more bad ones than both limits."""
    if read == 0:
        raise RefusedFile(f"{file}: holds no records")
    if faults.records > limits.bad_rows_allowed and faults.records / read > limits.bad_share_limit:
        raise RefusedFile(
            f"{file}: {faults.records} of {read} records are bad, more than the {limits.bad_share_limit:.0%} "
            f"allowed: {faults.summary()}; first: {faults.first()}{faults.mended_by()}"
        )


def refuse_if_shrunk(file: Path, outcome: Outcome, limits: Admission) -> None:
    """Raises RefusedFile for more lost records than both limits: half an export would take the other half out."""
    lost, held = outcome.removed, outcome.held
    if lost > limits.bad_rows_allowed and lost / held > limits.bad_share_limit:
        raise RefusedFile(
            f"{file}: lacks {lost} of the {held} records that it had from its first instant on, when it was last loaded, "
            f"more than the {limits.bad_share_limit:.0%} allowed; give another delivery another name; if they are truly "
            "gone, raise admission.bad_share_limit"
        )
