"""A run that grows: what is carried over from one aliquot to the next is what would be worked out anew."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analysis.spectrum import Calibration
from station.optics import Optics
from station.recipe import Recipe
from station.records import (
    Aliquot,
    AliquotEdited,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    Reading,
    RecipeChanged,
    Record,
    Undone,
    WavelengthChecked,
)
from station.run import Run

VIEWS = (
    "standing",
    "recipe",
    "all_aliquots",
    "aliquots",
    "marks",
    "photographs",
    "t0",
    "ended_s",
    "calibration",
    "optics",
    "lights",
    "wavelength_check",
    "onset_answer",
    "next_number",
)
RECIPE = Recipe(name="a run")


def record(kind: str, run: Run, clock_s: float) -> Record | None:
    """Return a record of this kind that can follow in the run, None where none can."""
    last = run.last_undoable()
    told: dict[str, Record | None] = {
        "aliquot": aliquot(run.next_number, clock_s),
        "again": aliquot(run.all_aliquots[0].number, clock_s) if run.all_aliquots else None,
        "mark": Mark("heat on", clock_s, ""),
        "undo": None if last is None else Undone(last, clock_s, ""),
        "exclude": edited(run.all_aliquots[-1].number, clock_s) if run.all_aliquots else None,
        "optics": OpticsChanged(Optics(path_mm=clock_s + 1.0), clock_s, ""),
        "lights": LightsChanged("lamp", "UV", clock_s, ""),
        "recipe": RecipeChanged(replace(RECIPE, name=f"at {clock_s}"), clock_s, ""),
        "dark": CalibrationTaken("dark", Calibration(), clock_s, ""),
        "lines": WavelengthChecked("Hg/Ar", 0.1, 0.1, 3, clock_s, ""),
        "answer": OnsetAnswered(True, clock_s, ""),
    }
    return told[kind]


def edited(number: int, clock_s: float) -> AliquotEdited:
    return AliquotEdited(number, "x", "", "spilt", 5.0, clock_s - 1.0, clock_s, "")


def aliquot(number: int, clock_s: float) -> Aliquot:
    optics = Optics(path_mm=1.0 + number)
    return Aliquot(number, clock_s - 2.0, clock_s, "", None, 101.0, optics, Reading(None, None, None), by_itself=True)


KINDS = ("aliquot", "aliquot", "aliquot", "again", "mark", "undo", "exclude", "optics", "lights", "recipe", "dark")


@given(
    st.lists(st.tuples(st.sampled_from((*KINDS, "lines", "answer")), st.sets(st.sampled_from(VIEWS))), max_size=25),
)
def test_what_is_carried_over_is_what_would_be_worked_out_anew(steps: list[tuple[str, set[str]]]) -> None:
    run = Run(RECIPE, None, "", "")
    for clock_s, (kind, looked_at) in enumerate(steps):
        for view in looked_at:
            getattr(run, view)
        after = record(kind, Run(RECIPE, None, "", "", run.records), float(clock_s))
        if after is None:
            continue
        run = run.appended(after)
        fresh = Run(RECIPE, None, "", "", run.records)
        for view in VIEWS:
            assert repr(getattr(run, view)) == repr(getattr(fresh, view)), view
