"""What the readouts say, from the words alone."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Emission, Species
from analysis.spectrum import Quantity
from gui.shown import readouts
from station.events import Continuous
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, AliquotEdited, Reading
from station.run import Run
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
    assert shown.second == "with dots: tail/A449 0.080 ± 0.010 · best at 1 h 30 min · steady ±0.2 nm/h"
    best = readouts.cluster(stories.aliquot(2))
    assert (best.second, best.second_tone) == ("pure: tail/A449 0.080 ± 0.010 · steady ±0.2 nm/h", "ink2")
    assert readouts.cluster(stories.aliquot(7)).first.startswith("469.0 ± 0.1 nm · A469 0.131")


def test_more_that_is_not_to_be_gained_is_said_before_a_flag_and_never_with_a_colour() -> None:
    falls = replace(stories.advice(2), stop_now=True)
    said = replace(stories.findings(3), advice=falls, onset=None)
    shown = readouts.cluster(stories.aliquot(3, said=said))
    assert shown.second == "Stop the reaction now by your own procedure · best 0.161 ± 0.006 at 1 h 30 min"
    assert (shown.second_tone, shown.sign) == ("ink", "")
    flagged = readouts.cluster(stories.aliquot(3, said=replace(stories.findings(3), advice=stories.advice(3))))
    assert "Stop" not in flagged.second, "the banner says it"
    dismissed = readouts.cluster(stories.aliquot(3, said=replace(stories.findings(3), advice=falls)))
    assert dismissed.second.startswith("Stop"), "for another reason than the onset that was dismissed"
    other = readouts.cluster(stories.aliquot(7))
    assert other.second == "with dots: tail/A469 0.080 ± 0.010 · steady ±0.2 nm/h", (
        "the best is of MSC-449, which is no longer dominant"
    )


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


# What the whole bench says


def said(
    run: Run,
    selected: int | None = None,
    *,
    continuous: Continuous | None = None,
    too_strong: str = "",
    drawn_at_s: float | None = None,
) -> tuple[readouts.Readout, ...]:
    status = replace(stories.status(0, now_s=NOW_S), run=run)
    status = replace(status, continuous=continuous, too_strong=too_strong, drawn_at_s=drawn_at_s)
    return readouts.bench(status, selected, NOW_S, WALL)


def edited(run: Run, number: int, *, name: str = "", excluded: str | None = None) -> Run:
    drawn_at_s = run.all_aliquots[number - 1].drawn_at_s
    return run.appended(AliquotEdited(number, name, "", excluded, 101.0, drawn_at_s, NOW_S, ""))


def by_themselves(count: int) -> Run:
    run = stories.run(0)
    for index in range(count):
        run = run.appended(replace(stories.aliquot(1), number=index + 1, by_itself=True))
    return run


def test_with_an_aliquot_selected_all_three_say_of_which() -> None:
    clock, cluster, emission = said(edited(stories.run(4), 2, name="before add"), 2)
    assert clock.second == "Aliquot 2 before add drawn at 1 h 00 min, measured 2 min later"
    assert cluster.label == "Dominant cluster, aliquot 2"
    assert emission.label == "Quantum-dot emission, aliquot 2"


def test_an_excluded_aliquot_that_is_selected_says_so() -> None:
    _, cluster, _ = said(edited(stories.run(4), 2, excluded="bubble"), 2)
    assert cluster.label == "Dominant cluster, aliquot 2, excluded"
    assert cluster.value == "MSC-449"


def test_an_excluded_aliquot_is_taken_and_said_not_to_count() -> None:
    assert said(edited(stories.run(8), 7, excluded="bubble"))[0].first == "All 8 aliquots taken, 1 excluded"


def test_the_continuous_mode_says_which_reading_it_is_and_when_the_next_one_comes() -> None:
    mode = Continuous(10.0, NOW_S + 7.0, 10.0, 1.0)
    assert said(by_themselves(3), continuous=mode)[0].first == "reading 3 · next in 7 s"
    assert said(stories.run(0), continuous=mode)[0].first == "first reading in 7 s"
    assert said(by_themselves(3), 2, continuous=mode)[1].label == "Dominant cluster, reading 2"
    assert said(by_themselves(3))[0].first.startswith("Aliquot 4"), "the plan goes on where the mode has ended"
    without = said(stories.run(0, t0=False), continuous=mode)[0]
    assert without.first == "first reading in 7 s · no t0 yet: M"


def test_what_is_too_strong_is_said_where_the_number_is_doubtful_with_its_sign() -> None:
    strong = "A449 is 1.31: dilute to 200× and press Space"
    cluster = said(stories.run(4), too_strong=strong)[1]
    assert (cluster.second, cluster.second_tone) == (strong, "stale")
    assert said(stories.run(4), 2, too_strong=strong)[1].second_tone == "ink2", "it is said of the newest alone"
    mode = Continuous(10.0, NOW_S + 7.0, 10.0, 1.0, "beyond the ceiling: shorten the path to about 0.2 mm")
    assert said(by_themselves(2), continuous=mode)[1].second.startswith("Beyond the ceiling: shorten the path")


def test_what_is_drawn_and_waits_to_be_measured_is_said() -> None:
    assert said(stories.run(4), drawn_at_s=NOW_S - 190.0)[0].second == "Aliquot 5 drawn 3 min ago, not yet measured"


def test_a_cluster_is_pure_only_where_dots_were_looked_for_and_none_stand_beside_it() -> None:
    unseen = replace(stories.findings(2), emission=None)
    assert readouts.cluster(stories.aliquot(2, said=unseen)).second.startswith("tail/A449")
    second = replace(stories.species(3)[0], name="MSC-469", nm=469.0, absorbance=0.02)
    mixed = replace(stories.findings(2), species=(*stories.species(2), second))
    assert readouts.cluster(stories.aliquot(2, said=mixed)).second.startswith("beside MSC-469: tail/A449")


def test_a_cluster_that_moves_is_not_called_steady() -> None:
    moving = replace(stories.purity(2), drift_nm_per_h=Quantity(1.2, 0.1))
    shown = readouts.cluster(stories.aliquot(2, said=replace(stories.findings(2), purity=moving)))
    assert shown.second.endswith("moves +1.2 ± 0.1 nm/h")
    unknown = replace(stories.purity(2), drift_nm_per_h=Quantity(0.0, 5.0))
    assert "nm/h" not in readouts.cluster(stories.aliquot(2, said=replace(stories.findings(2), purity=unknown))).second
