"""What one measurement takes: exposures found by the light, two spectrometers, warmth, and seconds under UV."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.spectrum import Calibration, FloatArray
from instruments.virtual.hand import Advance, Dim, Place
from instruments.virtual.standards import HolmiumCell, LineLamp
from station.cycle import SETTLE_S, Cycle
from station.evaluation import Evaluation
from station.exposure_search import STEPS, WINDOW, search
from station.optics import Excitation, Optics
from station.recipe import Recipe
from station.run import Exposures
from station.sample import Sample
from station.settings import library_text
from tests.station.eye_bench import USB4000, EyeBench

OPTICS = Optics()
ALL = np.ones(512, dtype=np.bool_)


def cycle_of(bench: EyeBench, exposures: Exposures | None = None) -> Cycle:
    return Cycle(bench, bench.clock, exposures or Exposures())


# Exposures


@given(
    rate=st.floats(1e2, 1e8),
    start_s=st.floats(0.001, 10.0),
    pedestal=st.floats(0.0, 5000.0),
    seed=st.integers(0, 100),
)
def test_whatever_the_light_the_exposure_is_found_in_a_few_scans_or_the_nearest_is_told(
    rate: float, start_s: float, pedestal: float, seed: int
) -> None:
    random, asked = np.random.default_rng(seed), []
    shape = np.exp(-(((np.arange(512.0) - 200.0) / 80.0) ** 2))

    def peek(exposure_s: float) -> FloatArray:
        asked.append(exposure_s)
        light = rate * exposure_s * shape
        return np.clip(pedestal + light + np.sqrt(625.0 + light) * random.standard_normal(512), 0.0, 65_535.0)

    found = search(peek, ALL, 65_535.0, (0.001, 2.0), start_s)
    assert len(asked) <= STEPS
    assert all(0.001 <= each <= 2.0 for each in asked)
    reachable_s = 0.78 * 65_535.0 / rate
    if 0.0015 < reachable_s < 1.4:
        assert WINDOW[0] <= found.full <= WINDOW[1]
    elif reachable_s > 3.0:
        assert found.exposure_s == 2.0
        assert found.full < WINDOW[0]
    elif reachable_s < 0.0007:
        assert found.exposure_s == 0.001
        assert found.full > WINDOW[1]


@pytest.mark.parametrize("start_s", [0.001, 0.025, 0.5])
def test_the_probes_exposure_fills_the_detector_to_four_fifths(start_s: float) -> None:
    bench = EyeBench()
    found = cycle_of(bench, Exposures(absorbance_s=start_s)).find_exposures(OPTICS).exposures
    counts = cycle_of(bench, found).aliquot().absorbance
    assert 0.70 <= float(np.sort(counts.counts)[-3]) / 65_535.0 <= 0.86
    assert not np.any(counts.saturated)
    assert bench.lit == {"probe": "off", "uv": "off"}


def test_emission_is_exposed_for_what_is_beside_the_line_and_the_line_gets_a_short_exposure() -> None:
    bench = EyeBench()
    result = cycle_of(bench).find_exposures(OPTICS)
    found = result.exposures
    assert found.emission_s == pytest.approx(2.0, abs=1e-5), "solvent emits next to nothing: the longest there is"
    assert any("beside the excitation line at most" in remark for remark in result.remarks)
    assert found.emission_short_s is not None
    assert found.emission_scans == 4
    frames = cycle_of(bench, found).aliquot().emission
    assert frames is not None
    assert frames.short is not None
    assert np.any(frames.on.saturated)
    assert not np.any(frames.short.on.saturated)
    assert 0.70 <= float(np.sort(frames.short.on.counts)[-3]) / 65_535.0 <= 0.86


def test_with_a_bright_band_the_band_sets_the_exposure() -> None:
    bench = EyeBench()
    bench.do(Advance(86_400.0), Place("sample"), Dim("uv", 5.0))
    result = cycle_of(bench).find_exposures(OPTICS)
    assert result.remarks == ()
    assert result.exposures.emission_s < 1.0


def test_a_lamp_that_gives_no_light_has_no_exposure_and_nothing_is_changed() -> None:
    bench = EyeBench()
    bench.do(Dim("probe", 0.0))
    with pytest.raises(ValueError, match=r"The lamp gives \d % of full scale at .* Nothing was changed"):
        cycle_of(bench).find_exposures(OPTICS)
    assert bench.lit == {"probe": "off", "uv": "off"}


def test_a_lamp_too_bright_for_the_shortest_exposure_is_told() -> None:
    bench = EyeBench()
    bench.do(Dim("probe", 200.0))
    result = cycle_of(bench).find_exposures(OPTICS)
    assert any("the lamp saturates at the shortest exposure, 1 ms" in remark for remark in result.remarks)


# Frames


def test_the_line_that_saturates_is_read_from_the_short_pair_on_the_whole_way() -> None:
    bench = EyeBench()
    exposures = Exposures(emission_s=2.0, emission_scans=4, emission_short_s=0.4)
    cycle = cycle_of(bench, exposures)
    calibration = cycle.reference(cycle.dark(Calibration()))
    bench.do(Advance(7200.0), Place("sample"))
    evaluation = Evaluation(Recipe("r"), bench.set_up(), library_text())
    reading = evaluation.read(cycle.aliquot(), calibration, Sample(1, 7200.0, 101.0))
    assert reading.emission is not None
    line = np.abs(reading.emission.wavelengths_nm - 405.0) < 5.0
    assert np.all(reading.emission.valid[line])
    assert any("are full at 2000 ms are read at 400 ms" in each for each in reading.emission.remarks)


def test_a_second_spectrometer_measures_emission_on_its_own_axis_with_its_own_noise() -> None:
    bench = EyeBench(second=USB4000)
    cycle = cycle_of(bench)
    calibration = cycle.reference(cycle.dark(Calibration()))
    bench.do(Advance(86_400.0), Place("sample"))
    evaluation = Evaluation(Recipe("r", material="CdTe", solvent="ODE"), bench.set_up(), library_text())
    reading = evaluation.read(cycle.aliquot(), calibration, Sample(1, 86_400.0, 101.0))
    assert reading.absorbance is not None
    assert reading.emission is not None
    assert reading.absorbance.values.size == 2048
    assert reading.emission.values.size == 3840
    assert reading.light_doubts == ()
    assert calibration.blank is not None
    noise = evaluation.emission_noise(calibration, calibration.blank)
    assert noise.read_counts == pytest.approx(USB4000.read_noise_counts, rel=0.05)
    assert noise.variance_per_count == pytest.approx(USB4000.shot_variance, rel=0.15)
    assert reading.findings is not None
    assert reading.findings.emission is not None
    assert reading.findings.emission.present


def test_without_a_blank_a_second_spectrometer_is_read_by_its_dark_and_the_frames_themselves() -> None:
    bench = EyeBench(second=USB4000)
    cycle = cycle_of(bench)
    calibration = replace(cycle.reference(cycle.dark(Calibration())), blank=None)
    evaluation = Evaluation(Recipe("r"), bench.set_up(), library_text())
    frames = cycle.aliquot()
    assert evaluation.spectra(frames, calibration)[1] is not None
    assert evaluation.light_doubts(frames, calibration) == ()
    assert evaluation.spectra(frames, replace(calibration, dark_emission=None))[1] is None
    assert evaluation.light_doubts(frames, replace(calibration, dark_emission=None)) == ()


def test_a_uv_light_switched_by_hand_is_not_asked_for_again_and_again() -> None:
    bench = EyeBench()
    bench.info = bench.emission_info = replace(bench.info, uv_kind="by hand")
    result = cycle_of(bench).find_exposures(OPTICS)
    assert result.exposures.emission_s == Exposures().emission_s
    assert result.remarks == ("UV is switched by hand: the exposure for emission stays as it was",)


def test_each_frame_keeps_its_warmth_and_a_dark_of_another_one_is_stale() -> None:
    bench = EyeBench(warmth_c=21.0)
    cycle = cycle_of(bench)
    calibration = cycle.reference(cycle.dark(Calibration()))
    assert calibration.dark_absorbance is not None
    assert calibration.dark_absorbance.temperature_c == 21.0
    evaluation = Evaluation(Recipe("r"), bench.set_up(), library_text())
    bench.warmth_c = 22.9
    frames = cycle.aliquot()
    findings = evaluation.read(frames, calibration, Sample(1, None, 101.0)).findings
    assert findings is not None
    assert not any("°C" in each for each in findings.remarks)
    bench.warmth_c = 23.4
    absorbance = evaluation.absorbance(cycle.aliquot().absorbance, calibration)
    assert absorbance is not None
    assert "dark taken at 21.0 °C, this at 23.4 °C" in absorbance.remarks
    assert "reference taken at 21.0 °C, this at 23.4 °C" in absorbance.remarks


@pytest.mark.parametrize("short_s", [None, 0.02])
def test_the_seconds_under_uv_are_those_of_the_frames_with_uv(short_s: float | None) -> None:
    bench = EyeBench()
    exposures = Exposures(emission_s=0.1, emission_scans=20, emission_short_s=short_s)
    emission = cycle_of(bench, exposures).aliquot().emission
    assert emission is not None
    expected_s = SETTLE_S + 21 * 0.1 + (0.0 if short_s is None else SETTLE_S + 21 * short_s)
    assert emission.uv_s == pytest.approx(expected_s)


def test_short_frames_take_their_time_in_the_forecast() -> None:
    plain = Exposures()
    assert replace(plain, emission_short_s=0.01).seconds(3) == pytest.approx(plain.seconds(3) + 2 * 0.01 * 20)
    assert replace(plain, emission_short_s=0.01).seconds(1) == plain.seconds(1)


# Wavelength


@pytest.mark.parametrize("standard", ["Hg/Ar", "holmium"])
def test_the_axis_is_compared_with_what_stands_in_the_holder(standard: str) -> None:
    bench = EyeBench(sample=LineLamp() if standard == "Hg/Ar" else HolmiumCell())
    cycle = cycle_of(bench)
    bench.do(Place("solvent"))
    calibration = cycle.reference(cycle.dark(Calibration()))
    bench.do(Place("sample"))
    evaluation = Evaluation(Recipe("r"), bench.set_up(), library_text())
    found = evaluation.wavelength_offset(standard, cycle.wavelength(standard), calibration)
    assert found.nm.value == pytest.approx(0.0, abs=3.0 * found.nm.sigma)
    with pytest.raises(ValueError, match="no list of lines for 'neon'"):
        evaluation.wavelength_offset("neon", cycle.wavelength(standard), calibration)
    other = "holmium" if standard == "Hg/Ar" else "Hg/Ar"
    with pytest.raises(ValueError, match="Nothing was recorded"):
        evaluation.wavelength_offset(other, cycle.wavelength(other), calibration)


def test_a_filter_without_dark_and_reference_is_not_read() -> None:
    bench = EyeBench(sample=HolmiumCell())
    evaluation = Evaluation(Recipe("r"), bench.set_up(), library_text())
    with pytest.raises(ValueError, match="D, then R"):
        evaluation.wavelength_offset("holmium", cycle_of(bench).wavelength("holmium"), Calibration())


def test_a_filter_hides_absorbance_below_its_edge_and_says_so() -> None:
    bench = EyeBench()
    cycle = cycle_of(bench)
    calibration = cycle.reference(cycle.dark(Calibration()))
    evaluation = Evaluation(Recipe("r"), bench.set_up(), library_text())
    evaluation.optics = Optics(Excitation("laser", 405.0), long_pass_nm=420.0)
    absorbance = evaluation.absorbance(cycle.aliquot().absorbance, calibration)
    assert absorbance is not None
    assert not np.any(absorbance.valid[absorbance.wavelengths_nm < 420.0])
    assert np.any(absorbance.valid[absorbance.wavelengths_nm < 425.0])
    assert "below the long-pass filter (420 nm) absorbance is not known" in absorbance.remarks
