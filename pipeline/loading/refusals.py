"""When a whole file is refused for what its records are, or are no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedFile
from pipeline.loading.faults import Faults
from pipeline.loading.versions import Outcome

if TYPE_CHECKING:
    from pipeline.settings import Admission


LEAVERS = 1
"""So many may always go from a list that is whole each time, however short it is."""


def refuse_if_mostly_bad(file: Path, faults: Faults, limits: Admission, is_whole: bool) -> None:
    """Raises RefusedFile for no records at all, for none that is sound, and for more bad ones than both limits.

    One bad record alone is not refused: a letter is a file, and would be every day. A list that is whole each time is.
    """
    read = faults.read
    if read == 0:
        raise RefusedFile(f"{file}: holds no records")
    if faults.records > limits.bad_rows_allowed and faults.records / read > limits.bad_share_limit:
        raise RefusedFile(
            f"{file}: {faults.records} of {read} records are bad, more than the {limits.bad_share_limit:.0%} "
            f"allowed: {_why(faults)}"
        )
    if not faults.sound and (read > 1 or is_whole):
        raise RefusedFile(f"{file}: none of {read} records is sound: {_why(faults)}")


def refuse_if_unmeant(file: Path, left_out: int, read: int, usual: float | None, limits: Admission) -> None:
    """Raises RefusedFile where `only` and `except` leave out many more rows than they ever did, or all of the first file.

    `usual`: the greatest share among the source's other files.
    """
    rows = left_out + read
    known = usual is not None or not read
    if known and left_out > limits.bad_rows_allowed and left_out / rows - (usual or 0) > limits.bad_share_limit:
        earlier = f", of files before at most {usual:.0%}" if usual is not None else ""
        raise RefusedFile(
            f"{file}: only and except leave out {left_out} of {rows} rows{earlier}: the file may have another word for what is "
            "meant; if it is right, raise admission.bad_share_limit"
        )


def refuse_if_list_shrunk(file: Path, held: int, sound: int, limits: Admission) -> None:
    """Raises RefusedFile for a whole list that is shorter than it was by more than the share: records are counted, not compared,
    for some systems date all of them anew each time."""
    lost = held - sound
    if lost > LEAVERS and lost / held > limits.bad_share_limit:
        raise RefusedFile(
            f"{file}: has {sound} sound records and had {held} when it was last loaded, over {limits.bad_share_limit:.0%} fewer; "
            "if they are truly gone, undo the batch that brought them, or raise admission.bad_share_limit"
        )


def _why(faults: Faults) -> str:
    return f"{faults.summary()}; first: {faults.first()}{faults.mended_by()}"


def refuse_if_shrunk(file: Path, outcome: Outcome, limits: Admission) -> None:
    """Raises RefusedFile for more lost records than both limits: half an export would take the other half out."""
    lost, held = outcome.removed, outcome.held
    if lost > limits.bad_rows_allowed and lost / held > limits.bad_share_limit:
        raise RefusedFile(
            f"{file}: lacks {lost} of the {held} records that it had from its first instant on, when it was last loaded, "
            f"more than the {limits.bad_share_limit:.0%} allowed; give another delivery another name; if they are truly "
            "gone, raise admission.bad_share_limit"
        )
