"""What comes next for this aliquot: solvent and R, drawn and Space, diluted, washed; never more than a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.spectrum import Calibration, Frames, Quantity, RawSpectrum, read_only, read_only_mask
from station.events import Continuous, State, Status
from station.lead import BEFORE_S, TRUSTED_S, Step, drawn_words, step
from station.recipe import HOUR_S, Recipe
from station.records import Mark, WashChecked
from station.run import Exposures, Run
from tests.station.test_strength import aliquot

T0_S = 500.0
CYCLE = "off, lamp, UV, off: about 8 s"
DUE_S = T0_S + 2 * HOUR_S


def bench(*, heights: tuple[float, ...] = (0.2,), now_s: float = DUE_S, reference_old_s: float = 600.0) -> Status:
    """A bench whose aliquots, a planned one each half hour, were measured a minute after they were drawn."""
    run = Run(Recipe("ODE", schedule_s=(1.5 * HOUR_S, 2 * HOUR_S, 4 * HOUR_S)), None, "", "")
    run = run.appended(Mark("heat on", T0_S, ""))
    for n, height in enumerate(heights):
        drawn_s = T0_S + (3 + n) * 0.5 * HOUR_S
        taken = aliquot(height, number=1 + n, drawn_s=drawn_s)
        run = run.appended(replace(taken, reaction_time_s=drawn_s - T0_S))
    return Status(State.LIVE, None, run, None, Exposures(), reference_at_s=now_s - reference_old_s, guidance=CYCLE)


def washed(status: Status, left: float) -> Status:
    flat = read_only([1.0])
    frame = RawSpectrum(flat, flat, flat, read_only_mask([False]), 0.1, 1, 0.0)
    record = WashChecked(Frames(frame, None), Calibration(), Quantity(left, 1e-4), None, "", DUE_S, "")
    assert status.run is not None
    return replace(status, run=status.run.appended(record))


def test_long_before_the_next_aliquot_it_is_the_cycle() -> None:
    assert step(bench(), DUE_S - BEFORE_S - 1.0) == Step("cycle", CYCLE)


def test_before_a_planned_aliquot_an_old_reference_comes_first_and_then_the_sample() -> None:
    old = bench(reference_old_s=1800.0 + 2 * TRUSTED_S)
    soon_s = DUE_S - 300.0
    assert step(old, soon_s).line == "solvent cuvette in, then R"
    assert step(old, DUE_S + 300.0).what == "reference", "also when it is late"
    fresh = replace(old, reference_at_s=soon_s)
    assert step(fresh, soon_s).line == "A when drawn; sample in, then Space"
    assert step(fresh, DUE_S).line == "sample in, then Space"


def test_a_reference_that_is_stale_for_whatever_reason_comes_first() -> None:
    assert step(bench(), DUE_S, stale="2.3 °C away").what == "reference"
    assert step(bench(), DUE_S).what == "measure"


def test_a_reference_just_before_the_last_aliquot_is_trusted_for_the_next() -> None:
    last_s = T0_S + 1.5 * HOUR_S + 60.0
    assert step(replace(bench(), reference_at_s=last_s - TRUSTED_S + 1.0), DUE_S).what == "measure"
    assert step(replace(bench(), reference_at_s=last_s - TRUSTED_S), DUE_S).what == "reference"


@pytest.mark.parametrize(("ago_s", "said"), [(14.0, "14 s"), (60.0, "1 min"), (299.0, "4 min"), (5400.0, "1 h 30 min")])
def test_one_that_was_drawn_waits_and_the_minutes_are_counted(ago_s: float, said: str) -> None:
    drawn = replace(bench(), drawn_at_s=DUE_S - 3000.0)
    assert step(drawn, DUE_S - 3000.0 + ago_s).line == f"drawn {said} ago: sample in, then Space"
    assert step(drawn, DUE_S - 3000.0 + ago_s, stale="74 min old").line == f"drawn {said} ago: solvent in, then R"
    assert drawn_words(drawn) == "Aliquot 2 drawn at 1:10:00"
    assert drawn_words(bench()) == ""


def test_without_a_t0_one_that_was_drawn_has_no_reaction_time() -> None:
    drawn = replace(bench(), drawn_at_s=DUE_S, run=Run(Recipe("ODE"), None, "", ""))
    assert drawn_words(drawn) == "Aliquot 1 drawn"
    assert step(drawn, DUE_S + 1.0).what == "measure"


def test_after_one_that_is_too_strong_the_same_is_diluted() -> None:
    strong = bench(heights=(0.2, 1.5))
    at_s = DUE_S + 120.0
    assert step(strong, at_s) == Step("dilute", "dilute to 200×, then Space", "dilute to 200×")
    assert step(replace(strong, dilution=500.0), at_s).line == "at 500× in, then Space"
    assert step(replace(strong, drawn_at_s=at_s), at_s).what == "measure", "another was drawn"
    assert step(strong, at_s + 2 * HOUR_S).what != "dilute"


def test_another_dilution_is_said_where_it_will_be_used() -> None:
    told = replace(bench(), dilution=1000.0)
    assert step(told, DUE_S).line == "sample at 1\u202f000× in, then Space"
    assert step(told, DUE_S - 2 * BEFORE_S).line == f"at 1\u202f000×: {CYCLE}"


def test_a_cuvette_that_is_not_clean_is_washed_again_first() -> None:
    assert step(washed(bench(), 0.02), DUE_S).what == "wash"
    assert step(washed(bench(), 0.0), DUE_S).what == "measure"


def test_what_is_not_ready_or_goes_by_itself_is_not_led() -> None:
    strong = bench(heights=(0.2, 1.5))
    for other in (
        replace(strong, reference_at_s=None),
        replace(strong, state=State.MEASURING),
        replace(strong, state=State.DISCONNECTED),
        replace(strong, continuous=Continuous(60.0, 0.0, 1.0, 1.0)),
        replace(strong, run=None),
    ):
        assert step(other, DUE_S + 60.0, stale="old") == Step("cycle", CYCLE)
