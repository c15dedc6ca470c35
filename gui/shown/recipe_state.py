"""What the foot of the recipe page says: whether all is filled in, and what Ready asks."""

from __future__ import annotations

from analysis.wording import listed
from gui import words
from gui.marks import MarkName
from gui.shown.recipe import Meant
from station.records import (
    STATION_MARKS,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OpticsChanged,
    RecipeChanged,
    WavelengthChecked,
)
from station.run import Run

READY, CHANGE, NEW = "ready", "change", "new"
FILLED_IN = "Everything filled in. It can still be changed during the run; each change is recorded."
_OF_THE_BENCH = CalibrationTaken | LightsChanged | OpticsChanged | RecipeChanged | WavelengthChecked


def holds_nothing(run: Run | None) -> bool:
    """Return whether nothing of a reaction is recorded in a run: dark and reference at most."""
    if run is None:
        return True
    kept = (record for _, record in run.standing if not isinstance(record, _OF_THE_BENCH))
    return all(isinstance(record, Mark) and record.kind in STATION_MARKS for record in kept)


def state(now: Meant, run: Run | None, *, asking: bool) -> tuple[MarkName, str]:
    """Return the sign and the sentence for the recipe as it stands; `asking`: Ready was pressed in a run."""
    if asking and run is not None:
        held = words.counted(len(run.all_aliquots), "aliquot")
        of_it = f"The open run holds {held}. " if run.all_aliquots else "The open run holds marks. "
        return "dash", f"{of_it}Change its recipe from now on, or close it, whole, and begin another?"
    if now.wrong:
        count = len(now.wrong)
        return "triangle", f"{words.counted(count, 'field')} marked. What is right is kept meanwhile."
    if now.missing:
        return "dash", f"Not filled in: {listed(now.missing)}. It stays unknown, and can be said later."
    return "tick", FILLED_IN
