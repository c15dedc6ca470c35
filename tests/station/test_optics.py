"""The optical set-up is part of the run and of every reading; what was measured through two is no one series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.lamp_drift import as_measured
from analysis.response import response_of
from analysis.spectrum import Frames, RawSpectrum, Spectrum, read_only, read_only_mask
from instruments.virtual.hand import Advance, Place, Shift
from station.comparing import compared_optics
from station.cycle import Cycle
from station.evaluation import reevaluate
from station.events import State
from station.excitation import excitation_offset, excitation_words
from station.obstacles import guidance, obstacles
from station.optics import Corrections, Excitation, Optics
from station.recipe import Recipe
from station.records import Aliquot, Mark, OpticsChanged, Reading, WavelengthChecked
from station.run import Exposures
from station.session import Session
from station.settings import library_text
from station.store import StoreError, read
from tests.station.eye_bench import USB4000, EyeBench

LASER = Optics(Excitation("laser", 405.0, power_mw=4.5), long_pass_nm=420.0)


class Bench:
    """A session with an open run on a bench of one eye, dark and reference taken, a flask of two hours in it."""

    def __init__(self, folder: Path, *, second: bool = False) -> None:
        self.eye = EyeBench(second=USB4000 if second else None)
        self.session = Session(self.eye.clock, folder)
        self.cycle = Cycle(self.eye, self.eye.clock, Exposures(emission_scans=8, absorbance_scans=8))
        self.begin()
        self.calibrate()

    def begin(self, optics: Optics | None = None) -> None:
        set_up = replace(self.eye.set_up(), exposures=self.cycle.exposures, optics=optics or Optics())
        self.session.begin(Recipe("run", material="CdTe", solvent="ODE"), set_up, library_text())

    def calibrate(self) -> None:
        self.eye.do(Place("solvent"))
        self.session.calibrated("dark", self.cycle.dark(self.session.calibration))
        self.session.calibrated("reference", self.cycle.reference(self.session.calibration))

    def aliquot(self) -> Aliquot:
        self.eye.do(Advance(7200.0), Place("sample"))
        return self.session.add_aliquot(self.cycle.aliquot(), self.eye.clock.now_s())

    @property
    def refused(self) -> dict[str, str]:
        return dict(obstacles(State.LIVE, self.session, has_uv=True, uv_reachable=True))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_change_of_optics_is_recorded_and_asks_for_new_dark_and_reference(bench: Bench) -> None:
    first = bench.aliquot()
    bench.session.use_optics(LASER)
    assert bench.session.calibration.dark_absorbance is None
    assert bench.refused["Capture"] == "dark first: press D"
    assert guidance(bench.session, Exposures(), has_uv=True) == "optics changed: nothing in the light, then D"
    bench.calibrate()
    assert "optics changed" not in guidance(bench.session, Exposures(), has_uv=True)
    second = bench.aliquot()
    assert (first.optics, second.optics) == (Optics(), LASER)
    bench.session.close()
    (path,) = bench.session.folder.glob("*.aliquot")
    run = reevaluate(read(path))
    assert [type(record) for record in run.records].count(OpticsChanged) == 1
    assert run.optics == LASER
    for taken, optics in zip(run.aliquots, (Optics(), LASER), strict=True):
        assert taken.optics == optics
        assert taken.reading.absorbance is not None
        hidden = taken.reading.absorbance.wavelengths_nm < 420.0
        assert np.any(taken.reading.absorbance.valid[hidden]) == (optics == Optics())


def test_the_same_optics_again_change_nothing(bench: Bench) -> None:
    held = bench.session.calibration
    bench.session.use_optics(Optics())
    assert bench.session.calibration is held


def test_dark_and_reference_go_into_the_next_run_only_through_the_same_optics(bench: Bench) -> None:
    held = bench.session.calibration
    bench.begin()
    assert bench.session.calibration is held
    bench.begin(LASER)
    assert bench.session.calibration.dark_absorbance is None


def test_exposures_that_do_not_fit_ask_for_new_dark_and_reference(bench: Bench) -> None:
    held = bench.session.calibration
    bench.session.use_exposures(bench.cycle.exposures)
    assert bench.session.calibration is held
    bench.session.use_exposures(replace(bench.cycle.exposures, emission_short_s=0.01))
    assert bench.session.calibration.dark_absorbance is None
    assert guidance(bench.session, Exposures(), has_uv=True).startswith("exposures changed: ")


def test_undo_passes_over_what_the_station_has_marked_itself(bench: Bench) -> None:
    bench.aliquot()
    bench.session.mark_by_station("gap", "the computer slept for 2 h 04 min")
    bench.session.use_optics(LASER)
    assert bench.session.undo().startswith("Aliquot 1 taken back")
    run = bench.session.run
    assert run is not None
    assert [mark.kind for mark in run.marks] == ["gap"]
    assert bench.session.undo() == "Nothing to take back."
    with pytest.raises(ValueError, match="no mark 'gap'"):
        bench.session.mark("gap", "")
    with pytest.raises(ValueError, match="not 'note'"):
        bench.session.mark_by_station("note", "")


def test_what_was_taken_before_the_computer_slept_is_stale_live_and_in_review(bench: Bench) -> None:
    before = bench.aliquot()
    bench.eye.clock.sleep(60.0)
    bench.session.mark_by_station("gap", "the computer slept for 1 min")
    after = bench.aliquot()
    run = bench.session.run
    assert run is not None
    for first, second in ((before, after), reevaluate(run).aliquots):
        for aliquot, stale in ((first, False), (second, True)):
            assert aliquot.reading.findings is not None
            told = "dark from before the computer slept" in aliquot.reading.findings.remarks
            assert told == stale


def test_a_reading_keeps_its_seconds_under_uv_and_those_before(bench: Bench) -> None:
    own = bench.aliquot()
    frames = own.reading.frames
    assert frames is not None
    assert frames.emission is not None
    assert own.uv_s == frames.emission.uv_s > 0.8
    assert bench.session.add_aliquot(frames, 1.0, 31.5).uv_s == 31.5


def test_a_doubtful_reference_is_said_on_every_reading_with_it_in_the_next_run_and_in_review_too(bench: Bench) -> None:
    note = "the lamp was still warming up"
    bench.session.calibrated("reference", bench.cycle.reference(bench.session.calibration), note)
    bench.session.calibrated("dark", bench.cycle.dark(bench.session.calibration))
    first = bench.aliquot()
    bench.begin()
    second = bench.aliquot()
    run = bench.session.run
    assert run is not None
    for taken in (first, second, *reevaluate(run).aliquots):
        assert taken.reading.findings is not None
        assert f"reference: {note}" in taken.reading.findings.remarks
    bench.session.calibrated("reference", bench.cycle.reference(bench.session.calibration))
    third = bench.aliquot()
    assert third.reading.findings is not None
    assert not any(note in each for each in third.reading.findings.remarks)


def test_a_run_goes_on_only_with_the_spectrometers_that_measured_it(tmp_path: Path) -> None:
    bench = Bench(tmp_path, second=True)
    bench.aliquot()
    path = bench.session.path
    assert path is not None
    bench.session.close()
    with pytest.raises(StoreError, match="emission of the run was measured with S2, and S1 is open for it"):
        bench.session.resume(path, "S1")
    with pytest.raises(StoreError, match="measured with S1, and S9 is open"):
        bench.session.resume(path, "S9", "S2")
    bench.session.resume(path, "S1", "S2")
    run = bench.session.run
    assert run is not None
    assert run.aliquots[0].reading.emission is not None
    assert run.aliquots[0].reading.emission.values.size == 3840
    bench.session.close()


# How counts are read

FLAT = response_of("lamp.csv", np.linspace(300.0, 1000.0, 351), np.linspace(0.5, 1.5, 351))


def dimmed(frames: Frames, dark: RawSpectrum | None, share: float) -> Frames:
    """The frames as they are when the lamp has come down to this share of itself."""
    assert dark is not None
    lamp = frames.absorbance
    return replace(frames, absorbance=replace(lamp, counts=dark.counts + share * (lamp.counts - dark.counts)))


def test_a_drift_of_the_lamp_is_taken_out_unless_the_chemist_leaves_it_in_and_the_counts_are_kept(bench: Bench) -> None:
    bench.eye.do(Advance(7200.0), Place("sample"))
    frames = dimmed(bench.cycle.aliquot(), bench.session.calibration.dark_absorbance, 0.97)
    held = bench.session.calibration
    taken = [bench.session.add_aliquot(frames, bench.eye.clock.now_s())]
    bench.session.use_optics(Optics(corrections=Corrections(lamp_drift=False)))
    assert bench.session.calibration is held, "dark and reference fit: the light goes the same way"
    taken.append(bench.session.add_aliquot(frames, bench.eye.clock.now_s()))
    path = bench.session.path
    assert path is not None
    bench.session.close()
    stored = read(path)
    assert stored.calibration.reference is not None
    for corrected, left in (taken, reevaluate(stored).aliquots):
        one, other = corrected.reading.absorbance, left.reading.absorbance
        assert one is not None
        assert other is not None
        assert one.lamp_drift is not None
        assert one.lamp_drift.value == pytest.approx(-np.log10(0.97), abs=0.004)
        assert other.lamp_drift is None
        assert np.allclose(as_measured(one).values, other.values, atol=1e-14, equal_nan=True)
        assert corrected.reading.findings is not None
        assert left.reading.findings is not None
        assert any("subtracted: read at" in remark for remark in corrected.reading.findings.remarks)
        assert not any("subtracted" in remark for remark in left.reading.findings.remarks)
        names = [[each.name for each in x.reading.findings.species] for x in (corrected, left) if x.reading.findings]
        assert names[0] == names[1]
        assert corrected.reading.frames is not None
        assert np.array_equal(corrected.reading.frames.absorbance.counts, frames.absorbance.counts)


def test_a_stray_light_that_is_set_lowers_the_ceiling_and_changes_no_value(bench: Bench) -> None:
    bench.session.use_optics(Optics(corrections=Corrections(stray_percent=2.0)))
    stray = bench.aliquot().reading.absorbance
    bench.session.use_optics(Optics(corrections=Corrections(stray_percent=0.01)))
    run = bench.session.run
    assert run is not None
    assert stray is not None
    frames = run.aliquots[-1].reading.frames
    assert frames is not None
    clean = bench.session.add_aliquot(frames, bench.eye.clock.now_s()).reading.absorbance
    assert clean is not None
    assert stray.ceiling is not None
    assert clean.ceiling is not None
    assert np.nanmedian(clean.ceiling - stray.ceiling) > 0.5
    assert np.allclose(clean.values[stray.valid], stray.values[stray.valid])


def test_emission_is_divided_by_the_response_in_force_now_and_in_review(bench: Bench) -> None:
    raw = bench.aliquot()
    bench.session.use_optics(Optics(corrections=Corrections(response=FLAT)))
    assert raw.reading.frames is not None
    corrected = bench.session.add_aliquot(raw.reading.frames, bench.eye.clock.now_s())
    path = bench.session.path
    assert path is not None
    bench.session.close()
    for before, after in ((raw, corrected), reevaluate(read(path)).aliquots):
        one, other = before.reading.emission, after.reading.emission
        assert one is not None
        assert other is not None
        assert (one.response_corrected, other.response_corrected) == (False, True)
        expected = one.values / FLAT.at(one.wavelengths_nm)
        assert np.allclose(other.values, expected, equal_nan=True)
        assert np.count_nonzero(other.valid) > 1000
    sentence = compared_optics((raw, corrected))
    assert sentence is not None
    assert "aliquot 1 response uncorrected / aliquot 2 response by lamp.csv" in sentence


def test_the_station_names_the_corrections_in_effect(bench: Bench) -> None:
    assert bench.session.corrections == ("dark", "linearity", "lamp drift")
    bench.session.use_optics(Optics(corrections=Corrections(lamp_drift=False, response=FLAT)))
    assert bench.session.corrections == ("dark", "linearity", "response")


def test_how_absorbance_is_read_parts_no_series_of_emission() -> None:
    read_by = [Corrections(), Corrections(stray_percent=0.1), Corrections(lamp_drift=False)]
    assert compared_optics([aliquot(n, Optics(corrections=each)) for n, each in enumerate(read_by)]) is None


# Wavelength


def test_each_run_reports_where_its_excitation_lies(bench: Bench) -> None:
    run = bench.session.run
    assert run is not None
    assert excitation_offset(run) is None
    for _ in range(2):
        bench.aliquot()
    run = bench.session.run
    assert run is not None
    offset = excitation_offset(run)
    assert offset is not None
    assert offset.value == pytest.approx(0.1, abs=3.0 * offset.sigma + 0.01), "the virtual LED emits at 405.1 nm"
    assert excitation_words(run) is not None
    assert str(excitation_words(run)).startswith("LED 405 nm, measured 405.1")


def test_an_axis_that_is_off_shows_in_the_excitation_and_is_never_corrected(bench: Bench) -> None:
    bench.eye.do(Shift(-0.8))
    bench.calibrate()
    taken = bench.aliquot()
    run = bench.session.run
    assert run is not None
    offset = excitation_offset(run)
    assert offset is not None
    assert offset.value == pytest.approx(0.9, abs=0.05)
    assert taken.reading.absorbance is not None
    assert np.array_equal(taken.reading.absorbance.wavelengths_nm, bench.eye.info.wavelengths_nm)


def test_a_check_of_the_axis_is_recorded_and_nothing_else(bench: Bench) -> None:
    frame = bench.cycle.wavelength("Hg/Ar")
    with pytest.raises(ValueError, match="No line stands out"):
        bench.session.check_wavelength("Hg/Ar", frame)
    run = bench.session.run
    assert run is not None
    assert run.wavelength_check is None
    light = sum(
        20_000.0 * np.exp(-4.0 * np.log(2.0) * ((frame.wavelengths_nm - nm - 0.4) / 1.5) ** 2)
        for nm in (404.6565, 435.8335, 546.075, 576.961, 579.067, 696.5431, 763.5106, 912.2967)
    )
    lit = replace(frame, counts=read_only(frame.counts + light))
    checked = bench.session.check_wavelength("Hg/Ar", lit)
    assert checked.offset_nm == pytest.approx(0.4, abs=3.0 * checked.sigma_nm)
    run = bench.session.run
    assert run is not None
    assert run.wavelength_check == checked
    assert isinstance(run.records[-1], WavelengthChecked)


# Different set-ups on one axis


def aliquot(number: int, optics: Optics, *, emission: bool = True) -> Aliquot:
    nm = read_only(np.array([500.0, 501.0]))
    spectrum = Spectrum(nm, nm, nm, read_only_mask([True, True]), "counts/s", 0.0)
    return Aliquot(number, 0.0, 0.0, "", None, 1.0, optics, Reading(None, spectrum if emission else None, None))


def test_pl_of_different_set_ups_is_said_to_be_so_and_how_they_differ() -> None:
    taken = [aliquot(1, Optics()), aliquot(2, Optics()), aliquot(3, LASER), aliquot(4, Optics())]
    assert compared_optics(taken) == (
        "Different optical set-ups, heights of emission do not compare: "
        "aliquots 1–2, 4 LED 405 nm, no filter / aliquot 3 laser 405 nm (4.5 mW), 420 nm long-pass"
    )


def test_absorbance_alone_compares_through_any_excitation() -> None:
    assert compared_optics([aliquot(1, Optics()), aliquot(2, LASER, emission=False)]) is None
    assert compared_optics([]) is None


set_ups = st.builds(
    Optics,
    st.none() | st.builds(Excitation, st.sampled_from(["LED", "laser"]), st.sampled_from([366.0, 405.0])),
    st.sampled_from([None, 420.0]),
    st.sampled_from(["90 degrees", "front face"]),
    st.sampled_from([4.0, 10.0]),
    st.sampled_from([None, 25.0]),
)


@given(st.lists(set_ups, min_size=1, max_size=8))
def test_it_is_said_exactly_when_two_set_ups_differ_and_names_every_aliquot(several: list[Optics]) -> None:
    sentence = compared_optics([aliquot(number, optics) for number, optics in enumerate(several, 1)])
    assert (sentence is None) == (len(set(several)) == 1)
    if sentence is not None:
        assert sentence.count(" / ") == len(set(several)) - 1


def test_a_mark_of_the_station_is_never_time_zero(bench: Bench) -> None:
    run = bench.session.run
    assert run is not None
    assert run.appended(Mark("gap", 0.0, "")).t0 is None
