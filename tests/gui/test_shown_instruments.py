"""What health bar, buttons and plots say of devices, lights, optics, sleep and wavelengths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.spectrum import Calibration, Quantity
from gui import plot_content
from gui.dress import Dress
from gui.health_bar import HealthBar
from gui.shown import bench, findings_rows, freshness, health, notes, optics, run_rows
from gui.theme import DARK
from instruments.spectrometer import Temperatures
from station import events
from station.events import Light, Status
from station.optics import Excitation, Optics
from station.recipe import HOUR_S
from station.records import CalibrationTaken, Mark
from station.run import Exposures
from tests.gui import stories
from tests.gui.test_shown_bench import frame

NOW_S = stories.T0_S + 1.2 * HOUR_S
QUIET = stories.status(2, now_s=NOW_S)
FILTERED = Optics(Excitation("laser", 366.0), 400.0, "front face")


def field(status: Status, name: str) -> health.Field:
    return next(found for found in health.fields(status, NOW_S) if found.name == name)


# Health


def test_the_device_says_back_end_and_pixels_and_all_of_it_on_the_tip() -> None:
    info = replace(stories.INFO, notes=("no linearity correction: the stored coefficients are all zero",))
    status = replace(QUIET, instrument=info, emission_instrument=replace(stories.INFO, model="QE Pro", serial="QEP1"))
    device = field(status, "device")
    assert (device.full, device.short) == (
        "Virtual Flame-S pyseabreeze, 2\u202f048 px + QE Pro",
        "Virtual Flame-S + QE Pro",
    )
    for words in ("FLMS00416", "QEP1", "the stored coefficients are all zero"):
        assert words in device.more
    assert field(status, "corrections").full.endswith("; no linearity correction")


def test_exposures_of_both_are_on_the_tip() -> None:
    assert field(QUIET, "exposure").more == (
        "Absorbance 25 ms × 20, emission 100 ms × 20; lamp peak 82 % of full scale"
    )


def test_a_steady_lamp_counts_its_warm_up_down() -> None:
    probe = field(replace(QUIET, warm_up_ends_s=NOW_S + 700.0), "Probe")
    assert (probe.health, probe.full) == ("stale", "Lamp warming up: 12 min")
    assert field(replace(QUIET, warm_up_ends_s=NOW_S - 1.0), "Probe").full == "Probe on 2 h 31 min"


def test_uv_says_the_seconds_of_the_cuvette() -> None:
    assert field(replace(QUIET, uv_s=12.2), "UV").full == "UV off, cuvette 12 s"
    lit = replace(QUIET, uv=Light("LED", "on", NOW_S - 6.0, NOW_S + 24.0), uv_s=18.0)
    assert (field(lit, "UV").full, field(lit, "UV").short) == ("UV ON 6 s, cuvette 18 s", "UV ON")
    assert bench.uv(replace(QUIET, uv_s=12.2), NOW_S).second == "off, cuvette 12 s"


def test_uv_that_is_on_stays_in_the_health_bar_whatever_gives_way(qapp: object) -> None:
    bar = HealthBar(Dress(DARK, 2.0))
    bar.resize(900, 48)
    lit = replace(QUIET, uv=Light("LED", "on", NOW_S - 6.0, NOW_S + 24.0), kept_awake=True)
    bar.show_fields(health.fields(lit, NOW_S))
    assert "UV ON" in [shown.full for shown in bar.shown]


def test_the_optical_set_up_is_said() -> None:
    assert field(QUIET, "optics").full == "405 nm LED"
    filtered = field(replace(QUIET, optics=FILTERED), "optics")
    assert filtered.full == "366 nm laser, long-pass 400 nm, front face"
    assert filtered.more == "Optical set-up: 366 nm laser, long-pass 400 nm, front face, 10 mm"


@pytest.mark.parametrize(
    ("checked", "line", "said"),
    [
        (Quantity(0.31, 0.05), None, "Wavelengths +0.31 ± 0.05 nm"),
        (None, Quantity(-1.2, 0.2), "Excitation \u22121.20 ± 0.20 nm"),
        (Quantity(0.31, 0.05), Quantity(-1.2, 0.2), "Wavelengths +0.31 ± 0.05 nm"),
    ],
)
def test_offsets_are_said_with_their_sigma(checked: Quantity | None, line: Quantity | None, said: str) -> None:
    found = field(replace(QUIET, wavelength_offset_nm=checked, excitation_offset_nm=line), "wavelength")
    assert found.full == said
    assert ("never applied" in found.more) is (checked is not None)
    assert ("excitation line" in found.more) is (line is not None)


def test_a_computer_that_may_fall_asleep_says_the_cure() -> None:
    assert "awake" not in [found.name for found in health.fields(QUIET, NOW_S)]
    assert field(replace(QUIET, kept_awake=True, awake="kept"), "awake").full == "Awake"
    asleep = field(replace(QUIET, kept_awake=False, awake="the computer may fall asleep (no logind)"), "awake")
    assert (asleep.health, asleep.full) == ("stale", "May fall asleep: switch sleeping off")
    assert "no logind" in asleep.more


# Freshness


def test_what_was_taken_before_the_computer_slept_is_stale() -> None:
    assert QUIET.run is not None
    for slept_s, said in ((NOW_S - 600.0, ""), (NOW_S - 60.0, "from before sleep")):
        slept = replace(QUIET, run=QUIET.run.appended(Mark("gap", slept_s, "", "The computer slept for 4 min.")))
        assert freshness.dark(slept, NOW_S) == said
        assert freshness.reference(slept, NOW_S) == said


def test_a_reference_of_a_lamp_that_was_not_warm_is_stale() -> None:
    warming = replace(QUIET, warm_up_ends_s=NOW_S + 60.0)
    assert freshness.reference(warming, NOW_S) == "lamp not warm"
    assert freshness.dark(warming, NOW_S) == ""
    assert bench.reference(warming, None, NOW_S).state == "stale"


def test_two_degrees_away_now_is_stale() -> None:
    assert QUIET.run is not None
    exposures = Exposures()
    taken = Calibration(frame(exposures.absorbance_s, -10.0), frame(exposures.emission_s, -10.0))
    run = QUIET.run.appended(CalibrationTaken("dark", taken, NOW_S, ""))
    for detector_c, said in ((-10.5, ""), (-7.5, "2.5 °C away"), (None, "")):
        status = replace(QUIET, run=run, temperatures=Temperatures(detector_c))
        assert freshness.dark(status, NOW_S) == said


# Marks of the station


def test_what_the_station_has_noticed_is_said_as_it_is_and_is_not_the_chemists_last_mark() -> None:
    slept = Mark("gap", NOW_S, "", "The computer slept for 4 min. Reaction times count it.")
    said = notes.note(events.Marked(slept))
    assert said == notes.Note("The computer slept for 4 min. Reaction times count it.", sign="triangle")
    assert QUIET.run is not None
    assert bench.mark(replace(QUIET, run=QUIET.run.appended(slept)), marking=False).second == "last: heat on"


# Plots and findings


def test_emission_of_different_set_ups_on_one_axis_is_said() -> None:
    same = [stories.aliquot(index) for index in (2, 3)]
    assert "405 nm LED" in plot_content.emission_remarks(same[-1], same)
    assert not any("compare" in words for words in plot_content.emission_remarks(same[-1], same))
    mixed = [same[0], replace(same[1], optics=FILTERED)]
    remarks = plot_content.emission_remarks(mixed[-1], mixed)
    assert remarks[1] == "different optical set-ups, heights of emission do not compare"
    assert "366 nm laser, long-pass 400 nm, front face" in remarks
    assert stories.run(0).aliquots == ()
    run = stories.run(2)
    run = run.appended(replace(stories.aliquot(3), number=3, optics=FILTERED))
    assert any("do not compare" in row.label for row in run_rows.run_rows(run))


def test_what_lies_below_the_filter_is_hatched_with_the_word() -> None:
    aliquot = stories.aliquot(3)
    assert [blind.reason for blind in plot_content.absorbance_blind(aliquot)] == ["no data"]
    filtered = replace(aliquot, optics=replace(FILTERED, long_pass_nm=372.0))
    assert [blind.reason for blind in plot_content.absorbance_blind(filtered)] == [plot_content.BELOW_FILTER]


def test_where_the_sample_lets_nothing_through_the_hatch_says_so_and_not_that_the_lamp_is_weak() -> None:
    aliquot = stories.aliquot(3)
    spectrum = aliquot.reading.absorbance
    assert spectrum is not None
    nm = spectrum.wavelengths_nm
    black = (nm > 430.0) & (nm < 445.0)
    for ceiling, said in ((np.full(nm.size, 2.0), plot_content.TOO_DARK), (np.full(nm.size, np.nan), "no data")):
        dark = replace(spectrum, valid=spectrum.valid & ~black, ceiling=ceiling)
        found = plot_content.absorbance_blind(replace(aliquot, reading=replace(aliquot.reading, absorbance=dark)))
        assert [blind.reason for blind in found if 425.0 < blind.low_nm < 435.0] == [said]


@pytest.mark.parametrize("corrected", [False, True])
def test_the_plot_of_emission_says_whether_it_is_corrected_for_the_response(corrected: bool) -> None:
    aliquot = stories.aliquot(3)
    spectrum = aliquot.reading.emission
    assert spectrum is not None
    reading = replace(aliquot.reading, emission=replace(spectrum, unit="counts/s", response_corrected=corrected))
    said = plot_content.emission_remarks(replace(aliquot, reading=reading))
    assert ("response corrected" in said, "response uncorrected" in said) == (corrected, not corrected)


def test_an_aliquot_says_its_optics_its_uv_seconds_and_the_doubts_about_its_lights() -> None:
    aliquot = stories.aliquot(3)
    doubted = replace(aliquot, uv_s=12.0, reading=replace(aliquot.reading, light_doubts=("UV did not light.",)))
    rows = {row.label: row.value for row in findings_rows.aliquot_rows(doubted)}
    assert rows["Optics"] == "405 nm LED"
    assert rows["Under UV"] == "12 s"
    assert "UV did not light." in rows
    assert optics.beyond(FILTERED) == "long-pass 400 nm, front face"


def test_a_doubt_among_the_findings_begins_as_a_sentence_and_stands_once() -> None:
    aliquot, doubt = stories.aliquot(3), "the lamp did not light: no more light than in the dark"
    findings = aliquot.reading.findings
    assert findings is not None
    found = replace(findings, remarks=(doubt, *findings.remarks))
    doubted = replace(aliquot, reading=replace(aliquot.reading, findings=found, light_doubts=(doubt,)))
    labels = [row.label for row in findings_rows.aliquot_rows(doubted)]
    assert [label for label in labels if label.lower() == doubt.lower()] == [doubt.capitalize()]
