"""What buttons, health bar, banner and header say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.findings import Onset
from analysis.spectrum import Calibration, RawSpectrum, read_only, read_only_mask
from gui.actions import Act
from gui.shown import banner, bench, freshness, guards, header, health
from gui.shown.awaited import awaited
from gui.shown.notes import note
from station import events
from station.events import FaultText, Light, Progress, State, Status
from station.optics import Optics
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, CalibrationTaken
from station.run import Exposures
from tests.gui import stories

NOW_S = stories.T0_S + 1.2 * HOUR_S
QUIET = stories.status(2, now_s=NOW_S)


def frame(exposure_s: float, temperature_c: float | None = None) -> RawSpectrum:
    flat = read_only(np.ones(8))
    return RawSpectrum(flat, flat, flat, read_only_mask(np.zeros(8)), exposure_s, 20, 0.0, temperature_c)


def calibrated(status: Status, calibration: Calibration) -> Status:
    assert status.run is not None
    return replace(status, run=status.run.appended(CalibrationTaken("dark", calibration, NOW_S, "")))


# Buttons


def test_empty_plots_say_what_they_wait_for_until_there_is_a_reference() -> None:
    nothing = replace(stories.status(0, now_s=0.0), dark_at_s=None, reference_at_s=None)
    assert awaited(nothing) == ("no absorbance yet: D, then R", "no emission yet")
    assert awaited(replace(nothing, dark_at_s=0.0))[0] == "no absorbance yet: R"
    assert awaited(stories.status(0, now_s=0.0)) == ("", "")
    assert awaited(replace(nothing, instrument=None)) == ("", "")


def test_capture_names_the_next_aliquot_and_leads_through_it() -> None:
    button = bench.capture(QUIET, None, NOW_S)
    assert (button.title, button.second, button.cap, button.state) == (
        "Capture aliquot 3",
        "off, lamp, UV, off: about 7 s",
        "Space",
        "primary",
    )


def test_capture_that_is_not_possible_leads_to_what_is_missing() -> None:
    blocked = replace(QUIET, obstacles={"Capture": "reference first: press R"}, guidance="solvent cuvette in, then R")
    button = bench.capture(blocked, None, NOW_S)
    assert (button.state, button.second, button.reason) == (
        "disabled",
        "solvent cuvette in, then R",
        "reference first: press R",
    )
    lost = replace(blocked, state=State.FAULTED, obstacles={"Capture": "spectrometer not reached"})
    assert bench.capture(lost, None, NOW_S).second == "spectrometer not reached"


def test_capture_fills_while_an_aliquot_is_measured_and_esc_stops_it() -> None:
    measuring = replace(QUIET, state=State.MEASURING, obstacles={"Capture": "measuring: Esc stops it"})
    button = bench.capture(measuring, Progress("aliquot", "absorbance", 9, 20, 0.45, 3.0), NOW_S)
    assert (button.title, button.second, button.cap, button.state, button.fraction) == (
        "Absorbance, scan 9 of 20",
        "3 s left",
        "Esc",
        "busy",
        0.45,
    )


def test_a_wash_fills_the_same_place_and_says_that_it_is_one() -> None:
    button = bench.capture(
        replace(QUIET, state=State.MEASURING), Progress("wash", "room light", 2, 20, 0.1, 7.0), NOW_S
    )
    assert (button.title, button.cap, button.state) == ("Wash: room light, scan 2 of 20", "Esc", "busy")
    assert button.short_title == "Wash, 2 of 20"


def test_a_run_that_is_read_again_fills_it_and_esc_stops_that_too() -> None:
    button = bench.capture(QUIET, Progress("again", "Reading again", 1240, 8000, 0.155, 12.0), NOW_S)
    assert (button.title, button.second, button.cap) == ("Reading again", "1\u202f240 of 8\u202f000, 12 s left", "Esc")


def test_the_reference_stands_out_while_it_comes_next() -> None:
    soon_s = stories.T0_S + 1.5 * HOUR_S - 300.0
    old = replace(QUIET, reference_at_s=stories.T0_S + HOUR_S - 1700.0)
    assert bench.capture(old, None, soon_s).second == "solvent cuvette in, then R"
    assert bench.reference(old, None, soon_s).state == "armed"
    assert bench.reference(QUIET, None, soon_s).state == "ok"


def test_a_dark_fills_its_own_button_and_leaves_capture_alone() -> None:
    progress = Progress("dark", "dark", 3, 20, 0.2, 2.0)
    assert bench.dark(QUIET, progress, NOW_S).state == "busy"
    assert bench.capture(QUIET, progress, NOW_S).state == "primary"


@pytest.mark.parametrize(
    ("old_s", "state", "said"),
    [(540.0, "ok", "9 min old"), (3600.0, "ok", "60 min old"), (4440.0, "stale", "74 min old")],
)
def test_a_dark_is_stale_from_an_hour_on(old_s: float, state: str, said: str) -> None:
    button = bench.dark(replace(QUIET, dark_at_s=NOW_S - old_s), None, NOW_S)
    assert (button.state, button.second) == (state, said)


def test_a_dark_that_was_not_taken_says_so() -> None:
    assert bench.dark(replace(QUIET, dark_at_s=None), None, NOW_S).second == "not yet taken"


def test_another_exposure_or_temperature_makes_a_calibration_stale() -> None:
    exposures = Exposures()
    fresh = Calibration(frame(exposures.absorbance_s), frame(exposures.emission_s), frame(exposures.absorbance_s))
    assert freshness.dark(calibrated(QUIET, fresh), NOW_S) == ""
    other = replace(fresh, dark_absorbance=frame(0.050))
    assert freshness.dark(calibrated(QUIET, other), NOW_S) == "other exposure"
    assert freshness.reference(calibrated(QUIET, replace(fresh, reference=frame(0.050))), NOW_S) == "other exposure"


def test_a_light_out_of_reach_is_never_drawn_as_off() -> None:
    button = bench.uv(replace(QUIET, uv=Light("LED", "unknown", NOW_S)), NOW_S)
    assert (button.title, button.second, button.state) == ("UV MAY BE ON", "switch it off by hand", "bad")
    on = bench.uv(replace(QUIET, uv=Light("LED", "on", NOW_S - 6.0, NOW_S + 24.0)), NOW_S)
    assert (on.second, on.state) == ("ON 0:06, off at 0:30", "on")
    assert bench.uv(QUIET, NOW_S).second == "off"


def test_mark_says_the_last_mark_and_waits_for_a_number() -> None:
    assert bench.mark(QUIET, marking=False).second == "last: heat on"
    assert bench.mark(QUIET, marking=True).state == "armed"
    assert bench.mark(replace(QUIET, run=stories.run(0, t0=False)), marking=False).second == "no t0 yet"


def test_every_button_of_the_panel_bears_its_key() -> None:
    shown = bench.buttons(QUIET, None, NOW_S)
    assert [button.act for button in shown] == [
        Act.CAPTURE,
        Act.DARK,
        Act.REFERENCE,
        Act.UV,
        Act.MARK,
        Act.LIVE,
        Act.FOCUS,
        Act.UNDO,
    ]
    assert [button.cap for button in shown] == ["Space", "D", "R", "U", "M", "L", "F", "Ctrl+Z"]


# Health


def field(status: Status, name: str) -> health.Field:
    return next(found for found in health.fields(status, NOW_S) if found.name == name)


def test_a_healthy_bench_has_nothing_but_ticks_and_lights() -> None:
    fields = health.fields(QUIET, NOW_S)
    assert {f.health for f in fields} == {"ok", "on", "off"}
    assert [f.full for f in fields] == [
        "Virtual Flame-S pyseabreeze, 2\u202f048 px",
        "25 ms × 20, peak 82 %",
        "Dark, reference 9 min old",
        "Probe on 2 h 31 min",
        "UV off",
        "405 nm LED",
        "Corrected: dark, linearity, stray light",
        "ode-standard-2026-11-22 saved 13:16:41",
        "41 GB free",
    ]


def test_what_is_not_well_says_the_cure() -> None:
    assert field(replace(QUIET, peak=0.98), "exposure").full == "peak 98 %: shorten exposure"
    assert field(replace(QUIET, peak=0.98), "exposure").health == "bad"
    old = replace(QUIET, dark_at_s=NOW_S - 4440.0, reference_at_s=NOW_S - 4440.0)
    assert field(old, "calibration").full == "Dark, reference 74 min old, take again"
    assert field(replace(QUIET, uv=Light("LED", "unknown", 0.0)), "UV").full == "UV MAY BE ON: switch it off by hand"
    assert field(replace(QUIET, free_bytes=100_000_000), "room").health == "bad"
    assert field(replace(QUIET, unsaved=2), "file").full == "2 records in memory, saving is tried again"
    assert field(replace(QUIET, state=State.FAULTED), "device").health == "bad"
    assert field(replace(QUIET, instrument=None), "device").full == "No spectrometer: F5 looks again"


def test_one_stale_of_two_is_named_alone() -> None:
    old = replace(QUIET, reference_at_s=NOW_S - 4440.0)
    assert field(old, "calibration").full == "Reference 74 min old, take again"


# Banner


def test_nothing_is_shown_while_nothing_needs_an_answer() -> None:
    assert banner.banner(QUIET, "", None, "") is None


def test_the_onset_says_why_what_it_is_not_and_what_to_do() -> None:
    shown = banner.banner(stories.onset_status(NOW_S), stories.ADVICE, None, "")
    assert shown is not None
    assert shown.headline == "Quantum dots have begun to emit: 500 nm, between 1 h 30 and 2 h 00 min"
    assert [tag for tag, _ in shown.lines] == ["Why", "Not", "Now"]
    assert shown.lines[2][1] == stories.ADVICE
    assert [(words, cap) for _, words, cap in shown.answers] == [("Confirm", "Enter"), ("Dismiss", "Esc")]


def test_an_answered_onset_needs_no_banner() -> None:
    answered = replace(stories.onset_status(NOW_S), onset_answer="confirmed")
    assert banner.banner(answered, "", None, "") is None


def test_emission_from_the_first_aliquot_on_has_no_lower_end() -> None:
    first = Onset(1800.0, None, 1800.0, None, None, "emitting at or before the first aliquot")
    shown = banner.onset(first, "", "Esc")
    assert shown.headline == "Quantum dots have begun to emit before 30 min"
    assert shown.lines == (("Why", "emitting at or before the first aliquot"),)


def test_a_fault_comes_before_the_onset_until_it_is_hidden() -> None:
    both = replace(stories.onset_status(NOW_S), fault=stories.FAULT)
    first = banner.banner(both, "", None, "")
    then = banner.banner(both, "", stories.FAULT, "")
    assert first is not None
    assert then is not None
    assert (first.kind, then.kind) == ("fault", "onset")
    assert first.lines == (("Kept", stories.FAULT.kept), ("Now", stories.FAULT.now))


def test_while_a_measurement_has_esc_the_banner_does_not_claim_it() -> None:
    shown = banner.banner(stories.onset_status(NOW_S), "", None, "", esc_is_taken=True)
    assert shown is not None
    assert [cap for _, _, cap in shown.answers] == ["Enter", ""]


def test_a_fault_without_more_words_is_a_headline() -> None:
    assert banner.fault(FaultText("Disk full", "", ""), "Esc").lines == ()


# Header


def test_the_recipe_is_one_line_and_virtual_is_said() -> None:
    shown = header.bench(stories.run(0), virtual=True)
    assert shown.name == "ODE, standard"
    assert shown.recipe == "ODE · 100 °C · Cd:Te 1.2 · TOP 10 ml · OAM 37.4 mmol"
    assert shown.badge == "VIRTUAL SPECTROMETER"
    assert header.bench(stories.run(0), virtual=False).badge == ""
    assert header.recipe_line(Recipe("bare")) == ""


def test_review_says_so_and_names_the_file() -> None:
    shown = header.review(stories.run(2), "/runs/ode-standard.aliquot")
    assert shown.name == "Review: ode-standard.aliquot"
    assert shown.recipe.startswith("ODE, standard · ODE")


# Toasts


def test_what_needs_no_answer_is_said_once() -> None:
    aliquot: Aliquot = stories.aliquot(3)
    saved = note(events.AliquotTaken(aliquot, True))
    assert saved is not None
    assert saved.sentence == "Aliquot 4 saved, 14:06:41"
    assert saved.cap == "Ctrl+Z"
    kept = note(events.AliquotTaken(aliquot, False))
    assert kept is not None
    assert "memory" in kept.sentence
    assert note(events.MeasurementEnded("aliquot", True, "Aliquot 4 saved.")) is None
    why = note(events.MeasurementEnded("aliquot", True, "The disk is read-only. Aliquot 4 is kept."), saved=False)
    assert why is not None
    assert (why.sentence, why.sign) == ("The disk is read-only. Aliquot 4 is kept.", "triangle")
    stopped = note(events.MeasurementEnded("aliquot", False, "Stopped; nothing was recorded."))
    assert stopped is not None
    assert stopped.sign == "dash"
    refused = note(events.Refused("Capture", "dark first: press D"))
    assert refused is not None
    assert refused.sentence == "Dark first: press D"
    assert note(events.StatusChanged(QUIET)) is None


def test_an_aliquot_says_at_once_what_is_doubtful_about_it() -> None:
    aliquot: Aliquot = stories.aliquot(3)
    findings = aliquot.reading.findings
    assert findings is not None
    old = replace(findings, remarks=("dark 3 h old", "reference 3 h old"))
    stale = note(events.AliquotTaken(replace(aliquot, reading=replace(aliquot.reading, findings=old)), True))
    assert stale is not None
    assert (stale.second, stale.sign, stale.cap) == ("reference 3 h old", "triangle", "Ctrl+Z")
    repeated = note(events.AliquotTaken(replace(aliquot, note="aliquot 3 again, more dilute"), True))
    assert repeated is not None
    assert repeated.second == "aliquot 3 again, more dilute; both stay"


@pytest.mark.parametrize(
    ("done", "well", "sign"), [(True, True, "tick"), (True, False, "triangle"), (False, True, "dash")]
)
def test_a_wash_is_said_with_its_sign(done: bool, well: bool, sign: str) -> None:
    said = note(events.MeasurementEnded("wash", done, "Left: A449 0.012 ± 0.001: wash again, then W.", well))
    assert said is not None
    assert said.sign == sign


# Guards


def test_raman_lines_nearer_than_the_led_is_wide_are_drawn_as_one() -> None:
    lines = guards.raman(stories.run(1))
    assert [name for name, _ in lines] == ["toluene Raman"]
    assert lines[0][1] == pytest.approx(460.5, abs=2.0)
    dark_box = replace(stories.aliquot(0), optics=Optics(excitation=None))
    assert guards.raman(replace(stories.run(0), records=(dark_box,))) == ()


def test_the_level_of_emission_is_drawn_while_there_is_none() -> None:
    assert guards.seen_from(stories.run(2)) == 28.0
    assert guards.seen_from(stories.run(4)) is None
    assert guards.seen_from(None) is None
