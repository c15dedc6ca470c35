"""What counts as emission, and what only looks like it. The shapes here are not those the detector fits."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.baseline import sigma_from_scatter
from analysis.earlier_light import EarlierLight
from analysis.emission import completed, judge, judge_in_run
from analysis.emission_light import LEVEL_COUNTS_PER_S, Bench
from analysis.findings import Emission
from analysis.look_alikes import raman_nm
from analysis.matched_band import corrected
from analysis.solvent_raman import RAMAN_SHIFTS, canonical
from analysis.spectrum import FloatArray, Quantity, Spectrum

NM = np.linspace(340.0, 1025.0, 2048)
READ_NOISE = 60.0  # counts/s in a pixel, of 100 ms x 20 scans


def skewed(centre_nm: float, fwhm_nm: float, skew: float = 0.1) -> FloatArray:
    """A log-normal band, steeper in the blue: Siano and Metzler's shape for emission."""
    inside = np.maximum(1.0 + 2.0 * skew * (NM - centre_nm) / fwhm_nm, 1.0e-9)
    return np.asarray(np.exp(-np.log(2.0) * (np.log(inside) / skew) ** 2))


def lorentz(centre_nm: float, fwhm_nm: float) -> FloatArray:
    return np.asarray(1.0 / (1.0 + (2.0 * (NM - centre_nm) / fwhm_nm) ** 2))


def scattered(height: float) -> FloatArray:
    """What a more turbid cuvette leaves of the LED's line after the blank: line, wing."""
    line = 0.9 * np.exp(-0.5 * ((NM - 405.6) / 5.0) ** 2) + 0.1 * lorentz(405.6, 8.0)
    return np.asarray(height * (line + 0.01 * np.exp(-np.abs(NM - 405.6) / 25.0)))


def measured(light: FloatArray, seed: int = 0, *, room: Quantity | None = None) -> Spectrum:
    sigma = np.sqrt(READ_NOISE**2 + 2.0 * np.abs(light))
    noise = np.random.default_rng(seed).normal(0.0, 1.0, NM.size) * sigma
    known = np.ones(NM.size, dtype=np.bool_)
    drift = Quantity(12.0, 20.0) if room is None else room
    return Spectrum(NM, light + noise, sigma, known, "counts/s", 0.0, room_drift=drift)


def judged(light: FloatArray, seed: int = 0, *, second_cluster: bool = False, room: Quantity | None = None) -> Emission:
    spectrum = measured(light, seed, room=room)
    return judge(spectrum, excitation_nm=405.0, solvent="toluene", blank=True, second_cluster=second_cluster)


NOTHING = np.zeros(NM.size)


def test_an_empty_cuvette_emits_nothing_and_says_from_where_emission_would_be_seen() -> None:
    answers = [judged(NOTHING, seed) for seed in range(100)]
    assert [answer.present for answer in answers] == [False] * 100
    assert all(answer.seen_from is not None and 100.0 <= answer.seen_from < 300.0 for answer in answers)
    assert np.median([answer.sigma for answer in answers if answer.sigma is not None]) < 15.0


@pytest.mark.parametrize(("nm", "fwhm_nm"), [(500.0, 45.0), (532.0, 38.0), (547.0, 45.0), (607.0, 42.0)])
def test_bright_dots_are_found_where_they_are(nm: float, fwhm_nm: float) -> None:
    answer = judged(20_000.0 * skewed(nm, fwhm_nm) + scattered(30_000.0))
    assert answer.present is True
    assert answer.intensity == pytest.approx(20_000.0, rel=0.03)
    assert answer.nm == pytest.approx(nm, abs=0.8)
    assert answer.fwhm_nm == pytest.approx(fwhm_nm, rel=0.05)


def test_emission_at_three_times_the_level_is_found_with_a_true_uncertainty() -> None:
    answers = [judged(300.0 * skewed(515.0, 45.0), seed) for seed in range(60)]
    assert sum(answer.present is True for answer in answers) >= 58
    heights = np.array([answer.intensity for answer in answers if answer.intensity is not None])
    stated = np.median([answer.sigma for answer in answers if answer.sigma is not None])
    assert np.mean(heights) == pytest.approx(300.0, abs=20.0)
    assert 0.3 < np.std(heights) / stated < 1.3  # sigma also carries what a look-alike could add, and none is there
    off = [(a.nm - 515.0) / a.sigma_nm for a in answers if a.nm is not None and a.sigma_nm is not None]
    assert 0.5 < np.std(off) < 1.6


def test_a_trace_is_no_onset_and_the_reason_says_how_weak() -> None:
    answers = [judged(50.0 * skewed(530.0, 45.0), seed) for seed in range(20)]
    assert not any(answer.present for answer in answers)
    assert any("trace" in answer.reasons[0] for answer in answers)


CONFUSERS = {
    "a turbid cuvette": scattered(40_000.0),
    "a clearer cuvette than the blank's": scattered(-20_000.0),
    "the side band of the LED in a turbid cuvette": scattered(40_000.0) + 80.0 * skewed(563.0, 60.0),
    "more toluene Raman than in the blank": 400.0 * lorentz(459.3, 13.0) + 300.0 * lorentz(462.2, 13.0),
    "less toluene Raman than in the blank": -400.0 * lorentz(459.3, 13.0) - 300.0 * lorentz(462.2, 13.0),
    "blue autofluorescence of the amine": 400.0 * skewed(445.0, 75.0, 0.25),
    "a fluorescent tube": 300.0 * (lorentz(546.1, 1.5) + lorentz(435.8, 1.5) + lorentz(611.0, 2.5)),
}


@pytest.mark.parametrize("light", CONFUSERS.values(), ids=CONFUSERS.keys())
def test_what_only_looks_like_emission_is_none(light: FloatArray) -> None:
    assert not any(judged(light, seed).present for seed in range(15))


@pytest.mark.parametrize("light", CONFUSERS.values(), ids=CONFUSERS.keys())
def test_dots_show_through_what_only_looks_like_emission(light: FloatArray) -> None:
    answer = judged(light + 2_000.0 * skewed(515.0, 45.0))
    assert answer.present is True
    assert answer.nm == pytest.approx(515.0, abs=3.0)
    assert answer.intensity == pytest.approx(2_000.0, rel=0.15)


def test_raman_is_looked_for_where_the_source_puts_it() -> None:
    answer = judged(600.0 * lorentz(459.6, 8.0))
    assert "toluene Raman" in answer.look_alikes
    assert any(reason.startswith("Left out: toluene Raman") for reason in answer.reasons)


def test_a_white_lamp_that_is_switched_on_meanwhile_leaves_the_question_open() -> None:
    room = 150.0 * (0.8 * skewed(452.0, 22.0) + skewed(560.0, 100.0, 0.2))
    answer = judged(room, room=Quantity(300.0, 20.0))
    assert answer.present is None
    assert answer.reasons[0].startswith("The room light changed during the emission scan")
    assert judged(room + 5_000.0 * skewed(505.0, 45.0), room=Quantity(300.0, 20.0)).present is True


def test_without_a_blank_emission_is_not_decidable() -> None:
    spectrum = measured(2_000.0 * skewed(515.0, 45.0))
    answer = judge(spectrum, excitation_nm=405.0, solvent="toluene", blank=False)
    assert answer.present is None
    assert "Blank first" in answer.reasons[0]


def test_a_saturated_band_is_not_decidable_and_a_saturated_line_does_not_matter() -> None:
    spectrum = measured(2_000.0 * skewed(515.0, 45.0))
    for low, high, answer in ((505.0, 525.0, None), (400.0, 411.0, True)):
        lost = np.abs(NM - 0.5 * (low + high)) < 0.5 * (high - low)
        hidden = replace(
            spectrum,
            values=np.where(lost, np.nan, spectrum.values),
            sigma=np.where(lost, np.nan, spectrum.sigma),
            valid=~lost,
        )
        assert judge(hidden, excitation_nm=405.0, solvent="toluene", blank=True).present is answer


def test_the_weak_band_at_480_is_possibly_the_469_species_and_kept_out() -> None:
    alone = judged(250.0 * skewed(480.0, 26.0), second_cluster=True)
    assert alone.present is False
    assert alone.side_band_nm == pytest.approx(480.0, abs=5.0)
    beside = judged(18_000.0 * skewed(532.0, 38.0) + 700.0 * lorentz(480.0, 18.0), second_cluster=True)
    assert beside.present is True
    assert beside.nm == pytest.approx(532.0, abs=1.0)
    assert beside.side_band_nm == pytest.approx(480.0, abs=5.0)
    assert judged(18_000.0 * skewed(532.0, 38.0), second_cluster=True).side_band_nm is None


def test_the_integral_is_that_of_what_was_measured() -> None:
    light = 5_000.0 * skewed(540.0, 45.0)
    whole = judged(light).integral
    assert whole is not None
    inside = (NM >= 470.0) & (NM <= 750.0)
    assert whole.value == pytest.approx(float(np.trapezoid(light[inside], NM[inside])), abs=4.0 * whole.sigma)
    half = replace(measured(light), valid=NM < 540.0)
    cut = judge(half, excitation_nm=405.0, solvent="toluene", blank=True).integral
    assert cut is not None
    assert 0.3 < cut.value / whole.value < 0.6


def test_nothing_is_said_of_a_range_that_was_not_measured() -> None:
    blue = replace(measured(NOTHING), valid=NM < 480.0)
    answer = judge(blue, excitation_nm=405.0, solvent=None, blank=True)
    assert answer.present is None
    assert answer.intensity is None


BENCH = Bench(405.0, "toluene", True)
GLOW = 400.0 * skewed(468.0, 85.0, 0.3)  # of amine and phosphine: there from the start


def begun(light: FloatArray, bench: Bench = BENCH) -> EarlierLight:
    """What a run knows after its first four readings."""
    earlier = None
    for number in range(4):
        _, earlier = judge_in_run(measured(light, number), bench, reaction_time_s=60.0 * number, earlier=earlier)
    assert earlier is not None
    return earlier


def test_what_shines_from_the_start_is_no_emission_of_dots_and_hides_none() -> None:
    earlier = begun(GLOW)
    for seed in range(10, 20):
        same, _ = judge_in_run(measured(1.03 * GLOW, seed), BENCH, reaction_time_s=3600.0, earlier=earlier)
        assert same.present is False
        dots = measured(1.03 * GLOW + 300.0 * skewed(508.0, 40.0), seed)
        answer, _ = judge_in_run(dots, BENCH, reaction_time_s=3600.0, earlier=earlier)
        assert answer.present is True
        assert answer.nm == pytest.approx(508.0, abs=5.0)
        assert answer.intensity == pytest.approx(300.0, abs=70.0)


def test_light_of_another_set_up_is_not_taken_off() -> None:
    dots = 3000.0 * skewed(510.0, 40.0)
    earlier = replace(begun(0.02 * dots), set_up="other", values=begun(NOTHING).values + 1000.0)
    answer, anew = judge_in_run(measured(dots), BENCH, reaction_time_s=9000.0, earlier=earlier)
    assert answer.intensity == pytest.approx(3000.0, rel=0.05)
    assert anew is earlier  # a bright reading is not how a run began
    dark, anew = judge_in_run(measured(NOTHING), BENCH, reaction_time_s=9000.0, earlier=earlier)
    assert dark.present is False
    assert anew is earlier  # nor is a late one
    _, anew = judge_in_run(measured(NOTHING), BENCH, reaction_time_s=600.0, earlier=earlier)
    assert anew is not None
    assert anew.set_up == BENCH.set_up


def test_a_band_that_fills_the_converter_is_emission_of_unknown_height() -> None:
    bench = replace(BENCH, full_counts_per_s=65_535.0)
    clipped = replace(measured(NOTHING), values=np.minimum(150_000.0 * skewed(520.0, 45.0), 65_535.0))
    answer, _ = judge_in_run(clipped, bench)
    assert answer.present is True
    assert answer.intensity is None
    assert answer.reasons[0].startswith("The emission is saturated at ")


def test_where_absorbance_is_unknown_a_weak_band_at_480_nm_may_be_the_469_species_own() -> None:
    weak, _ = judge_in_run(measured(400.0 * skewed(480.0, 26.0)), BENCH, second_cluster=None)
    assert weak.present is False
    assert weak.side_band_nm == pytest.approx(480.0, abs=5.0)
    bright, _ = judge_in_run(measured(9_000.0 * skewed(480.0, 36.0)), BENCH, second_cluster=None)
    assert bright.present is True


@pytest.mark.parametrize("nm", [520.0, 587.0, 630.0])
def test_a_band_as_narrow_as_a_lamps_line_is_none_of_dots(nm: float) -> None:
    answer = judged(800.0 * lorentz(nm, 4.0))
    assert answer.present is False
    assert answer.intensity is not None
    assert answer.intensity < 100.0  # it adds nothing to an onset


def test_a_white_lamp_is_known_by_its_blue_chip_where_no_off_frames_tell() -> None:
    white = 300.0 * (0.8 * skewed(450.0, 21.0) + skewed(565.0, 95.0, 0.2))
    unknown = replace(measured(white), room_drift=None)
    answer = judge(unknown, excitation_nm=405.0, solvent="toluene", blank=True)
    assert answer.present is not True


def test_the_level_is_half_a_percent_of_the_bright_end_state() -> None:
    weak = measured(60.0 * skewed(515.0, 42.0))
    sharp = replace(weak, values=60.0 * skewed(515.0, 42.0) + 0.1 * (weak.values - 60.0 * skewed(515.0, 42.0)))
    sharp = replace(sharp, sigma=0.1 * weak.sigma)
    assert judge_in_run(sharp, BENCH)[0].present is False
    assert judge_in_run(sharp, replace(BENCH, bright_counts_per_s=8_000.0))[0].present is True


def test_a_spectrum_may_be_read_from_either_end() -> None:
    spectrum = measured(2_000.0 * skewed(515.0, 45.0))
    turned = replace(
        spectrum,
        wavelengths_nm=spectrum.wavelengths_nm[::-1],
        values=spectrum.values[::-1],
        sigma=spectrum.sigma[::-1],
        valid=spectrum.valid[::-1],
    )
    assert judge_in_run(turned, BENCH)[0] == judge_in_run(spectrum, BENCH)[0]


def test_whole_numbers_are_read_like_any_others() -> None:
    nm = np.arange(400, 760)
    light = np.rint(5_000.0 * np.exp(-(((nm - 520.0) / 26.0) ** 2))).astype(np.int64)
    spectrum = Spectrum(nm, light, np.full(nm.size, 20), np.ones(nm.size, dtype=np.bool_), "counts/s", 0.0)  # type: ignore[arg-type]
    answer, _ = judge_in_run(spectrum, BENCH)
    assert answer.present is True
    assert answer.nm == pytest.approx(520.0, abs=0.3)


def test_a_band_has_its_maximum_per_energy_with_the_jacobian_and_its_inner_filter() -> None:
    answer = judged(5_000.0 * skewed(515.0, 45.0))
    flat = np.full(NM.size, 0.04)
    known = np.ones(NM.size, dtype=np.bool_)
    absorbance = Spectrum(NM, flat, np.full(NM.size, 1.0e-4), known, "A", 0.0)
    whole = completed(answer, absorbance, 405.0)
    assert whole.ev is not None
    assert whole.fwhm_mev is not None
    assert whole.inner_filter is not None
    assert answer.nm is not None
    assert whole.ev.value == pytest.approx(1239.842 / answer.nm - 0.0067, abs=0.001)
    assert whole.fwhm_mev.value == pytest.approx(1e3 * 1239.842 * 45.0 / 515.0**2, rel=0.06)
    assert whole.inner_filter.factor is not None
    assert whole.inner_filter.factor.value == pytest.approx(10.0**0.04, rel=0.01)
    assert completed(judged(NOTHING), absorbance, 405.0).ev is None


def test_solvent_raman_follows_the_source_and_solvents_have_several_names() -> None:
    stretch = RAMAN_SHIFTS["toluene"][0]
    assert raman_nm(405.0, stretch) == pytest.approx(462.2, abs=0.1)
    assert raman_nm(400.0, stretch) == pytest.approx(455.7, abs=0.1)
    assert raman_nm(410.0, stretch) == pytest.approx(468.8, abs=0.1)
    assert canonical("1-Octadecene") == "ODE"
    assert canonical("n-hexane") == "hexane"
    assert canonical("Water") == "water"
    assert canonical("glycerol") is None


@given(st.floats(-20.0, 40.0), st.floats(0.1, 5.0))
def test_looking_in_many_places_only_ever_costs(significance: float, more: float) -> None:
    assert 0.0 <= corrected(significance) <= max(significance, 0.0)
    assert corrected(significance + more) >= corrected(significance)


@settings(max_examples=25, deadline=None)
@given(st.floats(490.0, 640.0), st.floats(32.0, 60.0), st.floats(600.0, 50_000.0), st.integers(0, 999))
def test_any_band_of_dots_is_found_near_its_place(nm: float, fwhm_nm: float, height: float, seed: int) -> None:
    answer = judged(height * skewed(nm, fwhm_nm), seed)
    assert answer.present is True
    assert answer.sigma_nm is not None
    assert answer.sigma_nm < 5.0
    assert answer.nm == pytest.approx(nm, abs=1.0 + 4.0 * answer.sigma_nm)


def processed(nm: FloatArray, values: FloatArray) -> Emission:
    known = np.isfinite(values)
    sigma = np.where(known, np.nan, np.nan)
    sigma[known] = sigma_from_scatter(values[known], nm[known])
    return judge(Spectrum(nm, values, sigma, known, "a.u.", 0.0), excitation_nm=None, solvent=None, blank=True)


def test_a_processed_file_shows_emission_only_at_a_maximum_inside_its_range() -> None:
    nm = np.arange(470.0, 601.0)
    noise = np.random.default_rng(1).normal(0.0, 0.3, nm.size)
    tail = 57.0 * np.exp(-(nm - 470.0) / 20.0)
    band = 100.0 * np.exp(-(((nm - 545.0) / 22.0) ** 2))
    assert processed(nm, tail + noise).present is False
    assert processed(nm, 100.0 * np.exp(-(((nm - 605.0) / 22.0) ** 2)) + noise).present is False
    answer = processed(nm, tail + band + noise)
    assert answer.present is True
    assert answer.nm == pytest.approx(545.0, abs=1.0)
    assert answer.unit == "a.u."


def columns(path: Path) -> list[tuple[str, FloatArray, FloatArray]]:
    """The columns of a real wide CSV (time in the name), ascending in nm; rows that hold no numbers are notes."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    table = []
    for row in rows:
        try:
            table.append([float(cell) if cell.strip() else np.nan for cell in row[: len(head)]])
        except ValueError:
            continue
    array = np.array([row for row in table if len(row) == len(head) and np.isfinite(row[0])])
    array = array[np.argsort(array[:, 0])]
    return [(name, array[:, 0], array[:, index]) for index, name in enumerate(head) if index > 0]


@pytest.mark.parametrize("run", [2, 5, 6])
def test_real_cdse_emission_is_found_at_the_files_own_maxima(run: int, shared_data: Path) -> None:
    for name, nm, values in columns(shared_data / "cdse-aliquots-imperial" / f"Run {run} FL emission.csv"):
        answer = processed(nm, values)
        assert answer.present is True, name
        assert answer.nm == pytest.approx(nm[np.nanargmax(values)], abs=2.0), name


@pytest.mark.parametrize("run", [5, 6])
def test_the_same_aliquots_in_counts_agree_with_the_files(run: int, shared_data: Path) -> None:
    real = columns(shared_data / "cdse-aliquots-imperial" / f"Run {run} FL emission.csv")
    largest = max(float(np.nanmax(values)) for _, _, values in real)
    for seed, (name, nm, values) in enumerate(real):
        known = np.isfinite(values)
        light = np.interp(NM, nm[known], values[known]) * 20_000.0 / largest
        inside = np.isfinite(np.interp(NM, nm[known], values[known], left=np.nan, right=np.nan))
        spectrum = replace(measured(light, seed), valid=inside)
        answer = judge(spectrum, excitation_nm=405.0, solvent=None, blank=True)
        assert answer.present is True, name
        # the first bands, at 476 nm, stand on a blue slope that may be their own or the solution's
        assert answer.nm == pytest.approx(nm[np.nanargmax(values)], abs=4.0), name
        assert answer.intensity is not None
        assert answer.intensity > LEVEL_COUNTS_PER_S
