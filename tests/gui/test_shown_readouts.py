"""What the readouts say, from the words alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Emission, Species
from gui.shown import readouts
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, Reading
from tests.gui import stories

NOW_S = stories.T0_S + 2 * HOUR_S + 247.0
WALL = stories.StillClock(NOW_S).wall()
BAND = Species("other", "band", 512.0, 0.3, 30.0, 0.041, 0.002, 0.2, "local maximum", would_fit=("CdSe-513",))


def with_emission(found: Emission | None) -> Aliquot:
    return stories.aliquot(3, said=replace(stories.findings(3), emission=found, onset=None))


def test_the_clock_names_its_zero_and_what_is_due() -> None:
    shown = readouts.clock(stories.run(4), NOW_S, WALL)
    assert shown.label == "Since heat on, h:min:s"
    assert shown.value == "2:04:07"
    assert shown.first == "Aliquot 5 of 8 due at 4 h, in 1 h 55 min"
    assert shown.second == "Aliquot 4 drawn at 2 h 00 min, measured 2 min later"


def test_without_t0_the_clock_is_the_time_of_day_and_says_which_key() -> None:
    shown = readouts.clock(stories.run(0, t0=False), NOW_S, WALL)
    assert shown.label == "Time of day"
    assert shown.value == WALL.strftime("%H:%M:%S")
    assert shown.first == "no t0 yet: M"
    assert readouts.clock(None, NOW_S, WALL).first == "no run is open"


def test_a_late_aliquot_is_said_to_be_late() -> None:
    late_s = stories.T0_S + 4 * HOUR_S + 360.0
    assert readouts.clock(stories.run(4), late_s, WALL).first == "Aliquot 5 of 8 was due 6 min ago"
    assert readouts.clock(stories.run(4), late_s - 330.0, WALL).first == "Aliquot 5 of 8 due at 4 h, now"


def test_a_plan_that_is_done_says_so() -> None:
    assert readouts.clock(stories.run(8), NOW_S, WALL).first == "All 8 aliquots taken"
    unplanned = Recipe("free", schedule_s=())
    assert readouts.clock(stories.run(0, recipe=unplanned), NOW_S, WALL).first == "0 aliquots, nothing planned"
    skipped = Recipe("skipped", schedule_s=tuple(HOUR_S * hours for hours in (0.5, 1.0, 1.5, 2.0, 2.2)))
    assert readouts.clock(stories.run(8, recipe=skipped), NOW_S, WALL).first == "8 of 9 aliquots taken"


def test_the_dominant_cluster_carries_place_height_and_purity() -> None:
    shown = readouts.cluster(stories.aliquot(3))
    assert shown.value == "MSC-449"
    assert shown.first == "449.1 ± 0.1 nm · A449 0.183 ± 0.002"
    assert shown.second == "tail/A449 0.080 ± 0.010 · best at 1 h 30 min"
    best = readouts.cluster(stories.aliquot(2))
    assert (best.second, best.second_tone) == ("tail/A449 0.080 ± 0.010", "ink2")
    assert readouts.cluster(stories.aliquot(7)).first.startswith("469.0 ± 0.1 nm · A469 0.131")


def test_more_that_is_not_to_be_gained_is_said_before_a_flag_and_never_with_a_colour() -> None:
    falls = replace(stories.advice(2), stop_now=True)
    said = replace(stories.findings(3), advice=falls, onset=None)
    shown = readouts.cluster(stories.aliquot(3, said=said))
    assert shown.second == "Stop the reaction now by your own procedure · best 0.161 ± 0.006 at 1 h 30 min"
    assert (shown.second_tone, shown.sign) == ("ink", "")
    flagged = readouts.cluster(stories.aliquot(3, said=replace(stories.findings(3), advice=falls)))
    assert "Stop" not in flagged.second
    other = readouts.cluster(stories.aliquot(7))
    assert other.second == "tail/A469 0.080 ± 0.010", "the best is of MSC-449, which is no longer dominant"


def test_before_the_first_aliquot_nothing_is_claimed() -> None:
    for shown in (readouts.cluster(None), readouts.emission(None, None, None)):
        assert (shown.value, shown.tone, shown.first) == ("–", "ink3", "no aliquot yet")


def test_an_aliquot_without_bands_says_none_and_not_zero() -> None:
    shown = readouts.cluster(stories.aliquot(0))
    assert (shown.value, shown.tone) == ("none", "ink2")
    assert "0" not in shown.first


def test_a_band_of_unknown_material_is_unassigned_with_what_it_would_fit() -> None:
    said = replace(stories.findings(3), species=(BAND,), dominant=None, zone=None)
    shown = readouts.cluster(stories.aliquot(3, said=said))
    assert shown.value == "unassigned"
    assert shown.first == "512.0 ± 0.3 nm · A512 0.041 ± 0.002"
    assert shown.second == "would fit CdSe-513"


def test_what_was_not_measured_is_a_question_and_not_a_zero() -> None:
    blind = replace(stories.aliquot(3), reading=Reading(None, None, None))
    assert readouts.cluster(blind).value == "?"
    assert readouts.emission(blind, None, None).value == "–"


def test_no_emission_says_how_little_was_seen() -> None:
    shown = readouts.emission(stories.aliquot(1), None, None)
    assert (shown.value, shown.tone, shown.sign) == ("none", "ink2", "")
    assert shown.first == "3 ± 9 counts/s · seen from 28"
    assert shown.second == "Watching since heat on"


def test_emission_that_cannot_be_decided_says_why() -> None:
    undecided = replace(stories.found_emission(1), present=None, reasons=("There is no blank.",))
    shown = readouts.emission(with_emission(undecided), None, None)
    assert (shown.value, shown.first, shown.second) == ("?", "not yet decidable", "There is no blank.")


def test_the_onset_is_flagged_in_red_until_it_is_answered() -> None:
    new = readouts.emission(stories.aliquot(3), stories.ONSET, None)
    assert (new.value, new.sign, new.second_tone) == ("500 nm", "flag", "alarm")
    assert new.first == "1\u202f840 ± 28 counts/s · FWHM 46 ± 2 nm · 2.474 ± 0.005 eV"
    assert new.second == "Onset between 1 h 30 and 2 h 00 min"
    confirmed = readouts.emission(stories.aliquot(3), stories.ONSET, "confirmed")
    assert (confirmed.sign, confirmed.second_tone) == ("flag-outline", "ink2")
    dismissed = readouts.emission(stories.aliquot(3), stories.ONSET, "dismissed")
    assert (dismissed.sign, dismissed.second_tone) == ("", "ink2")


def test_review_says_which_aliquot_it_is() -> None:
    run = stories.run(8)
    shown = readouts.reviewed(run, run.aliquots[3])
    assert (shown.label, shown.value, shown.first) == ("Aliquot 4, 4 of 8", "2:00:00", "since heat on")
    assert readouts.reviewed(stories.run(0), None).first == "this run has no aliquots"


@given(present=st.sampled_from([True, False, None]), nm=st.none() | st.floats(400, 700))
def test_a_red_flag_stands_only_for_an_onset_without_an_answer(present: bool | None, nm: float | None) -> None:
    found = replace(stories.found_emission(3), present=present, nm=nm)
    aliquot = with_emission(found)
    assert readouts.emission(aliquot, None, None).sign == ""
    assert readouts.emission(aliquot, stories.ONSET, None).sign == "flag"
