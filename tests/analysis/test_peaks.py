"""Bands and shoulders: where, how wide, how certain; nothing at ends, in gaps or in noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.baseline import sigma_from_scatter
from analysis.findings import Peak
from analysis.library import load_library
from analysis.peaks import find_peaks, first_exciton
from analysis.species import Adaptation, assign
from analysis.spectrum import FloatArray, Spectrum, Unit
from station.formats import wide_csv

PIXEL = np.arange(2048)
NM_2048 = 340.45 + 0.3815 * PIXEL - 2.11e-5 * PIXEL**2 - 1.37e-9 * PIXEL**3
NM_CSV = np.arange(350.0, 650.0, 1.2)
NM_PL = np.arange(430.0, 700.0, 1.0)


def spectrum(nm: FloatArray, values: FloatArray, sigma: float, seed: int, unit: Unit = "A") -> Spectrum:
    noisy = values + np.random.default_rng(seed).normal(0.0, sigma, nm.size)
    return Spectrum(nm, noisy, np.full(nm.size, sigma), np.ones(nm.size, dtype=np.bool_), unit, 0.0)


def bell(nm: FloatArray, centre: float, fwhm: float) -> FloatArray:
    return np.asarray(np.exp(-4.0 * np.log(2.0) * ((nm - centre) / fwhm) ** 2))


def lorentz(nm: FloatArray, centre: float, fwhm: float) -> FloatArray:
    return np.asarray(1.0 / (1.0 + (2.0 * (nm - centre) / fwhm) ** 2))


@pytest.mark.parametrize(("nm", "sigma"), [(NM_2048, 1e-3), (NM_CSV, 3e-4)])
@pytest.mark.parametrize("fwhm", [14.0, 20.0, 28.0, 45.0])
def test_an_isolated_band_is_found_once_where_it_is(nm: FloatArray, sigma: float, fwhm: float) -> None:
    pulls = []
    for seed in range(25):
        centre = 470.0 + 0.37 * seed
        peaks = find_peaks(spectrum(nm, 0.05 * bell(nm, centre, fwhm), sigma, seed))
        assert len(peaks) == 1
        peak = peaks[0]
        assert peak.definition == "local maximum"
        assert peak.nm == pytest.approx(centre, abs=1.0)
        assert peak.fwhm_nm == pytest.approx(fwhm, rel=0.2)
        assert peak.height == pytest.approx(0.05, rel=0.25)
        pulls.append((peak.nm - centre) / peak.sigma_nm)
    assert 0.45 < float(np.std(pulls)) < 1.4, "a symmetric band is surer than its sigma, which allows for asymmetry"
    assert abs(float(np.mean(pulls))) < 0.6


@pytest.mark.parametrize("shape", [bell, lorentz])
def test_a_shoulder_on_a_steep_rise_is_found_by_its_bend(shape: object) -> None:
    profile = bell if shape is bell else lorentz
    rise = 0.6 * np.exp(-(NM_CSV - 400.0) / 45.0)
    found = []
    for seed in range(20):
        peaks = find_peaks(
            spectrum(NM_CSV, rise + 0.05 * profile(NM_CSV, 505.0, 34.0), 2e-4, seed), within_nm=(430.0, 640.0)
        )
        strongest = max(peaks, key=lambda peak: peak.height)
        assert strongest.definition == "second-derivative minimum"
        found.append(strongest.nm)
    assert float(np.median(found)) == pytest.approx(505.0, abs=1.0)
    assert float(np.std(found)) < 1.0


def test_two_bands_are_two() -> None:
    values = 0.08 * bell(NM_2048, 449.0, 18.0) + 0.06 * bell(NM_2048, 520.0, 40.0)
    peaks = find_peaks(spectrum(NM_2048, values, 1e-3, 1))
    assert [round(peak.nm / 2.0) for peak in peaks] == [224, 260] or [round(peak.nm) for peak in peaks] == [449, 520]


@pytest.mark.parametrize("nm", [NM_2048, NM_CSV])
def test_noise_alone_and_noise_on_a_convex_ground_give_no_peak(nm: FloatArray) -> None:
    false = 0
    for seed in range(60):
        ground = 0.3 * np.exp(-(nm - 340.0) / 30.0) + 0.02 * (500.0 / nm) ** 4
        false += len(find_peaks(spectrum(nm, 0.0 * nm, 1e-3, seed)))
        false += len(find_peaks(spectrum(nm, ground, 1e-3, seed + 1000)))
    assert false <= 1


@pytest.mark.parametrize("centre", [350.0, 353.6, 645.0, 649.0])
def test_nothing_is_reported_within_three_points_of_an_end(centre: float) -> None:
    made = spectrum(NM_CSV, bell(NM_CSV, centre, 20.0), 1e-4, 0)
    for peak in find_peaks(made):
        assert NM_CSV[3] <= peak.nm <= NM_CSV[-4]


def test_nothing_is_reported_beside_pixels_that_say_nothing() -> None:
    made = spectrum(NM_2048, bell(NM_2048, 500.0, 30.0), 1e-3, 0)
    gap = (NM_2048 > 498.0) & (NM_2048 < 530.0)
    holed = replace(
        made,
        values=np.where(gap, np.nan, made.values),
        sigma=np.where(gap, np.nan, made.sigma),
        valid=~gap,
    )
    for peak in find_peaks(holed):
        assert not 497.0 < peak.nm < 531.0


def test_wherever_the_gap_lies_nothing_is_reported_in_it_or_within_three_pixels_of_it() -> None:
    values = 0.05 * bell(NM_2048, 449.0, 18.0) + 0.08 * bell(NM_2048, 520.0, 40.0) + 0.1 * bell(NM_2048, 405.0, 26.0)
    made = spectrum(NM_2048, values, 2e-4, 0)
    random = np.random.default_rng(11)
    for _ in range(60):
        first, length = int(random.integers(60, 600)), int(random.integers(3, 60))
        valid = np.ones(NM_2048.size, dtype=np.bool_)
        valid[first : first + length] = False
        holed = replace(
            made, values=np.where(valid, made.values, np.nan), sigma=np.where(valid, made.sigma, np.nan), valid=valid
        )
        for peak in find_peaks(holed):
            assert not NM_2048[first - 3] <= peak.nm <= NM_2048[first + length + 2]
            assert np.isfinite([peak.sigma_nm, peak.fwhm_nm, peak.height, peak.sigma_height]).all()


def test_one_hot_pixel_hides_no_band() -> None:
    made = spectrum(NM_2048, 0.05 * bell(NM_2048, 500.0, 30.0), 1e-3, 0)
    at = int(np.argmin(np.abs(NM_2048 - 500.0)))
    valid = made.valid.copy()
    valid[at] = False
    holed = replace(
        made, values=np.where(valid, made.values, np.nan), sigma=np.where(valid, made.sigma, np.nan), valid=valid
    )
    assert [round(peak.nm) for peak in find_peaks(holed)] == [500]


def test_a_file_that_states_no_noise_and_one_without_a_known_pixel_are_read() -> None:
    silent = replace(spectrum(NM_CSV, bell(NM_CSV, 500.0, 30.0), 0.0, 0), sigma=np.zeros(NM_CSV.size))
    assert 500.0 in [pytest.approx(peak.nm, abs=0.01) for peak in find_peaks(silent)]
    nothing = np.full(NM_CSV.size, np.nan)
    assert find_peaks(replace(silent, values=nothing, sigma=nothing, valid=np.zeros(NM_CSV.size, np.bool_))) == ()


def test_order_of_the_file_does_not_matter() -> None:
    made = spectrum(NM_CSV, 0.1 * bell(NM_CSV, 500.0, 30.0), 1e-3, 0)
    turned = replace(
        made,
        wavelengths_nm=made.wavelengths_nm[::-1],
        values=made.values[::-1],
        sigma=made.sigma[::-1],
        valid=made.valid[::-1],
    )
    assert find_peaks(turned) == find_peaks(made)


@pytest.mark.parametrize("seed", [115, 230])  # of 400, those in which both flanks are found on one side of the band
def test_a_band_in_the_noise_has_a_width_above_zero(seed: int) -> None:
    nm = np.linspace(340.0, 1025.0, 2048)
    noise = np.random.default_rng(seed).normal(0.0, 5e-4, nm.size)
    values = 0.005 / (1.0 + (2.0 * (nm - 449.0) / 18.0) ** 2) + noise
    made = Spectrum(nm, values, np.full(nm.size, 5e-4), np.ones(nm.size, dtype=np.bool_), "A", 0.0)
    widths = [peak.fwhm_nm for peak in find_peaks(made)]
    assert widths
    assert min(widths) > 0.0


def test_a_skewed_emission_band_gives_its_maximum() -> None:
    energy = 1239.84 / NM_PL
    values = (
        5000.0 * np.exp(-0.5 * ((energy - 1239.84 / 530.0) / 0.07) ** 2) * np.where(energy < 1239.84 / 530.0, 1.0, 1.0)
    )
    values += 800.0 * bell(NM_PL, 590.0, 90.0)
    peaks = find_peaks(spectrum(NM_PL, values, 20.0, 3, "counts/s"))
    strongest = max(peaks, key=lambda peak: peak.height)
    assert strongest.nm == pytest.approx(float(NM_PL[np.argmax(values)]), abs=1.0)
    assert strongest.definition == "local maximum"


# --- the stated sigma is true ----------------------------------------------------------------------------------------
# Shapes that the code does not know, on ground that falls as scatter and rises to the blue. True is, for a local
# maximum, where the noiseless sum is highest; for a second-derivative minimum, where it bends most; for height and
# width, the band's own.

FINE = np.arange(380.0, 620.0, 0.02)


def voigt(nm: FloatArray, centre: float, fwhm: float, random: np.random.Generator) -> FloatArray:
    share = random.uniform(0.15, 0.5)
    return share * lorentz(nm, centre, fwhm) + (1.0 - share) * bell(nm, centre, fwhm)


def halves(nm: FloatArray, centre: float, fwhm: float, random: np.random.Generator) -> FloatArray:
    blue = fwhm * random.uniform(0.87, 1.13)
    return np.where(nm < centre, bell(nm, centre, blue), bell(nm, centre, 2.0 * fwhm - blue))


def tailed(nm: FloatArray, centre: float, fwhm: float, random: np.random.Generator) -> FloatArray:
    """A Gaussian smeared by an exponential to one side, by summing."""
    slip = fwhm * random.uniform(0.05, 0.3) * random.choice([-1.0, 1.0])
    steps = np.linspace(0.05, 5.0, 50)
    made = np.sum([np.exp(-x) * bell(nm, centre + slip * x, 0.85 * fwhm) for x in steps], axis=0)
    return np.asarray(made / made.max())


def plain(nm: FloatArray, centre: float, fwhm: float, _random: np.random.Generator) -> FloatArray:
    return bell(nm, centre, fwhm)


SHAPES: tuple[Callable[[FloatArray, float, float, np.random.Generator], FloatArray], ...] = (
    plain,
    voigt,
    halves,
    tailed,
)


def pulls_of(height: float, seed: int) -> list[float]:
    """(found - true) / sigma of place, height and width of one random band of this height."""
    shape = SHAPES[seed % len(SHAPES)]
    random = np.random.default_rng((seed, 7))
    centre, fwhm = random.uniform(435.0, 545.0), random.uniform(14.0, 30.0)
    scatter, rise, slope = 0.005 * random.uniform(), height * random.uniform(), height * random.uniform(-0.3, 0.3)

    def at(nm: FloatArray) -> tuple[FloatArray, FloatArray]:
        band = height * shape(nm, centre, fwhm, np.random.default_rng(seed))
        ground = scatter * (500.0 / nm) ** 4 + rise * np.exp(-(nm - 345.0) / 30.0) + slope * (nm - 480.0) / 100.0
        return band, band + ground

    (band, total), (_, measured) = at(FINE), at(NM_2048)
    sigma = 5e-4 * np.hypot(1.0, 2.0 * measured)
    noisy = measured + np.random.default_rng((seed, 3)).normal(size=NM_2048.size) * sigma
    known = np.ones(NM_2048.size, dtype=np.bool_)
    peaks = find_peaks(Spectrum(NM_2048, noisy, sigma, known, "A", 0.0))
    own = float(FINE[band.argmax()])
    peak = min(peaks, key=lambda each: abs(each.nm - own))
    inside = np.abs(FINE - own) < 0.4 * fwhm
    bend = np.gradient(np.gradient(total, FINE), FINE)
    true = FINE[inside][total[inside].argmax() if peak.definition == "local maximum" else bend[inside].argmin()]
    above = FINE[band > 0.5 * band.max()]
    assert peak.sigma_fwhm_nm is not None
    return [
        (peak.nm - float(true)) / peak.sigma_nm,
        (peak.height - float(band.max())) / peak.sigma_height,
        (peak.fwhm_nm - float(above[-1] - above[0])) / peak.sigma_fwhm_nm,
    ]


@pytest.mark.parametrize("height", [0.005, 0.02, 0.1, 0.3, 1.0])
@pytest.mark.slow
def test_the_stated_sigmas_are_true_for_shapes_that_the_code_does_not_know(height: float) -> None:
    pulls = np.array([pulls_of(height, seed) for seed in range(200)])
    place, tall, wide = np.sqrt(np.mean(pulls**2, axis=0))
    assert 0.8 < place < 1.25
    assert 0.75 < tall < 1.3, "a Voigt tail under the flank of a scattering ground hides up to 4 %"
    assert 0.8 < wide < 1.25


@pytest.mark.parametrize("height", [0.01, 0.05, 0.3])
def test_the_stated_sigma_of_a_shoulder_is_true_against_where_the_spectrum_bends_most(height: float) -> None:
    pulls = []
    for seed in range(90):
        shape = (plain, voigt, tailed)[seed % 3]
        random = np.random.default_rng((seed, 21))
        centre, fwhm, fall = random.uniform(470.0, 540.0), random.uniform(20.0, 36.0), random.uniform(35.0, 60.0)

        def at(nm: FloatArray) -> FloatArray:
            band = shape(nm, centre, fwhm, np.random.default_rng(seed))  # noqa: B023  # called within this turn alone
            return height * (band + 4.0 * np.exp(-(nm - centre + 40.0) / fall))  # noqa: B023

        peaks = find_peaks(spectrum(NM_2048, at(NM_2048), 3e-4, seed))
        peak = min(peaks, key=lambda each: abs(each.nm - centre))
        if peak.definition == "local maximum":  # a wiggle of the noise at a faint one
            continue
        inside = np.abs(FINE - centre) < 0.4 * fwhm
        bend = np.gradient(np.gradient(at(FINE), FINE), FINE)
        pulls.append((peak.nm - float(FINE[inside][bend[inside].argmin()])) / peak.sigma_nm)
    assert len(pulls) > 80
    assert 0.7 < float(np.sqrt(np.mean(np.square(pulls)))) < 1.3


# --- real files ------------------------------------------------------------------------------------------------------


def processed(nm: FloatArray, values: FloatArray, unit: Unit) -> Spectrum:
    known = np.isfinite(values)
    return Spectrum(nm, values, sigma_from_scatter(values, nm), known, unit, 0.0)


def columns(shared_data: Path, name: str, unit: Unit) -> list[Spectrum]:
    table = wide_csv.read(shared_data / "cdse-aliquots-imperial" / name)
    return [processed(table.wavelengths_nm, column, unit) for column in table.values]


def test_real_cdse_aliquots_show_a_first_exciton_that_moves_smoothly(shared_data: Path) -> None:
    found, rough = [], []
    for run in (2, 5, 6):
        firsts = [first_exciton(find_peaks(each)) for each in columns(shared_data, f"Run {run} UV-Vis.csv", "A")]
        found += [first is not None and 440.0 < first.nm < 560.0 for first in firsts]
        track = np.array([first.nm for first in firsts if first is not None])
        assert np.all(np.diff(track) > -0.5), "dots grow"
        bend = np.diff(track, 2)
        rough.append(1.4826 * float(np.median(np.abs(bend - np.median(bend)))) / np.sqrt(6.0))
    assert len(found) == 52
    assert np.mean(found) >= 0.97
    assert max(rough) < 0.5, "nm"


def test_a_ripple_of_the_baseline_is_no_first_exciton() -> None:
    def band(nm: float, height: float) -> Peak:
        return Peak(nm, 0.1, 30.0, height, 0.1 * height, 10.0, "second-derivative minimum")

    first = band(530.0, 0.17)
    assert first_exciton((band(407.0, 0.02), first, band(668.0, 0.001))) is first
    assert first_exciton((band(449.0, 0.15), band(520.0, 0.01))) == band(520.0, 0.01)
    assert first_exciton((band(310.0, 2.0), first)) is first, "what absorbs in the deep UV is no measure of it"
    assert first_exciton(()) is None


def test_real_cdse_spectra_of_another_instrument_show_their_first_exciton(shared_data: Path) -> None:
    firsts = []
    for number in range(2, 10):
        text = (shared_data / "jasco" / f"CdSe{number}.csv").read_text(encoding="latin-1")
        lines = text.split("XYDATA\n")[-1].splitlines() if "XYDATA\n" in text else text.splitlines()[1:]
        pairs = [line.split(",") for line in lines if line[:1].isdigit()]
        nm, values = np.array(pairs, dtype=np.float64).T
        values[values > 4.0] = np.nan  # where the instrument shows 7
        first = first_exciton(find_peaks(processed(nm, values, "A")))
        assert first is not None
        firsts.append(first.nm)
    assert firsts == sorted(firsts), "sample by sample, the dots are larger"
    assert (round(firsts[0]), round(firsts[-1])) == (531, 567)


def test_real_cdse_emission_peaks_at_the_columns_maximum(shared_data: Path) -> None:
    every = [each for run in (2, 5, 6) for each in columns(shared_data, f"Run {run} FL emission.csv", "a.u.")]
    assert len(every) == 50
    for each in every:
        maximum = float(each.wavelengths_nm[np.argmax(each.values)])
        strongest = max(find_peaks(each), key=lambda peak: peak.height)
        assert strongest.nm == pytest.approx(maximum, abs=2.0)


def test_no_cluster_of_another_compound_is_named_in_real_cdse(shared_data: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "resources" / "species.toml").read_text(encoding="utf-8")
    library = load_library(text)
    own = {entry.name for entry in library if entry.material == "CdSe"} | {"other"}
    for run in (2, 5, 6):
        adaptation = Adaptation()
        for each in columns(shared_data, f"Run {run} UV-Vis.csv", "A"):
            species, adaptation = assign(each, library, "CdSe", adaptation)
            assert {one.name for one in species} <= own
            assert not any(one.name.startswith("MSC-4") for one in species), "hot injection makes dots"
