"""Bands and shoulders: where, how wide, how certain; nothing at ends, in gaps or in noise."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.baseline import sigma_from_scatter
from analysis.peaks import find_peaks
from analysis.spectrum import FloatArray, Spectrum, Unit

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
    assert 0.6 < float(np.std(pulls)) < 1.4
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


def test_one_hot_pixel_hides_no_band() -> None:
    made = spectrum(NM_2048, 0.05 * bell(NM_2048, 500.0, 30.0), 1e-3, 0)
    at = int(np.argmin(np.abs(NM_2048 - 500.0)))
    valid = made.valid.copy()
    valid[at] = False
    holed = replace(
        made, values=np.where(valid, made.values, np.nan), sigma=np.where(valid, made.sigma, np.nan), valid=valid
    )
    assert [round(peak.nm) for peak in find_peaks(holed)] == [500]


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


def read_table(path: Path) -> FloatArray:
    """The leading block of numbers of an instrument's CSV, as columns."""
    rows: list[list[float]] = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in list(csv.reader(stream))[1:]:
            try:
                numbers = [float(cell) for cell in row]
            except ValueError:
                break
            if rows and len(numbers) != len(rows[0]):
                break
            rows.append(numbers)
    return np.array(rows)


def processed(nm: FloatArray, values: FloatArray, unit: Unit) -> Spectrum:
    return Spectrum(nm, values, sigma_from_scatter(values, nm), np.isfinite(values), unit, 0.0)


@pytest.mark.parametrize("run", [2, 5, 6])
def test_real_cdse_aliquots_show_a_first_exciton_that_moves_smoothly(shared_data: Path, run: int) -> None:
    table = read_table(shared_data / "cdse-aliquots-imperial" / f"Run {run} UV-Vis.csv")
    track = []
    for column in table.T[1:]:
        peaks = [
            p for p in find_peaks(processed(table[:, 0], column, "A"), within_nm=(440.0, 600.0)) if p.fwhm_nm > 22.0
        ]
        track.append(max(peaks, key=lambda peak: peak.height).nm if peaks else np.nan)
    found = np.isfinite(track)
    assert found.mean() >= 0.97
    bend = np.diff(np.array(track)[found], 2)
    assert 1.4826 * np.median(np.abs(bend - np.median(bend))) / np.sqrt(6.0) < 0.6


@pytest.mark.parametrize("run", [2, 5, 6])
def test_real_cdse_emission_peaks_at_the_columns_maximum(shared_data: Path, run: int) -> None:
    table = read_table(shared_data / "cdse-aliquots-imperial" / f"Run {run} FL emission.csv")
    for column in table.T[1:]:
        strongest = max(find_peaks(processed(table[:, 0], column, "a.u.")), key=lambda peak: peak.height)
        assert strongest.nm == pytest.approx(table[int(np.argmax(column)), 0], abs=2.0)
