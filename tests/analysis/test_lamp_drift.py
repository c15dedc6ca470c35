"""A lamp that drifted since its reference is taken out where nothing absorbs, turbidity is not, and both are said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.lamp_drift import MOST_ABSORBANCE, as_measured, without_lamp_drift
from analysis.library import LibraryEntry
from analysis.photometry import absorbance
from analysis.reading import Context, RunState, interpret
from analysis.spectrum import FloatArray, Spectrum
from tests.analysis.made_frames import BARE, DARK, NOISE, frame, lamp
from tests.analysis.made_frames import NM as AXIS

NM = np.linspace(380.0, 800.0, 1150)
SIGMA = 1e-3


def spectrum(values: FloatArray, seed: int | None = None, nm: FloatArray = NM) -> Spectrum:
    noise = 0.0 if seed is None else np.random.default_rng(seed).normal(0.0, SIGMA, nm.size)
    known = np.ones(nm.size, dtype=np.bool_)
    return Spectrum(nm, values + noise, np.full(nm.size, SIGMA), known, "A", 0.0, ceiling=np.full(nm.size, 2.5))


def cluster(nm: FloatArray = NM, height: float = 0.12) -> FloatArray:
    return height * np.exp(-(((nm - 449.0) / 9.0) ** 2)) + 0.5 * height * np.exp(-(((nm - 405.0) / 12.0) ** 2))


def _noise_falls_by(seed: int) -> float:
    """Return by how many sigma the noise of a seed falls from the blue half of 650-750 nm to the red one."""
    noise = spectrum(np.zeros(NM.size), seed).values
    blue, red = noise[(NM >= 650.0) & (NM < 700.0)], noise[(NM >= 700.0) & (NM < 750.0)]
    sigma = 1.2533 * SIGMA * np.sqrt(1.0 / blue.size + 1.0 / red.size)
    return float((np.median(blue) - np.median(red)) / sigma)


@given(st.floats(-0.045, 0.045), st.integers(0, 500))
def test_a_lamp_that_burns_weaker_or_brighter_is_taken_out_to_within_its_sigma(drift: float, seed: int) -> None:
    assume(abs(drift) > 0.002)
    assume(_noise_falls_by(seed) < 2.5)  # one noise in 700 falls to the red by 3 sigma and is called turbid
    corrected = without_lamp_drift(spectrum(cluster() + drift, seed))
    assert corrected.lamp_drift is not None
    assert abs(corrected.lamp_drift.value - drift) < 5.0 * corrected.lamp_drift.sigma
    assert corrected.lamp_drift.sigma == pytest.approx(1.2533 * SIGMA / np.sqrt(274.0), rel=0.4)
    blue = NM < 500.0
    assert float(np.mean((corrected.values - cluster())[blue])) == pytest.approx(0.0, abs=5e-4)
    assert sum("subtracted: read at" in remark for remark in corrected.remarks) == 1


def test_the_stated_sigma_of_the_drift_is_its_scatter_and_every_pixel_has_it() -> None:
    made = [without_lamp_drift(spectrum(cluster() + 0.01, seed)) for seed in range(300)]
    drifts = [each.lamp_drift for each in made if each.lamp_drift is not None]
    assert len(drifts) == len(made)
    scatter = float(np.std([drift.value for drift in drifts], ddof=1))
    assert scatter == pytest.approx(float(np.mean([drift.sigma for drift in drifts])), rel=0.15)
    assert np.allclose(made[0].sigma, np.hypot(SIGMA, drifts[0].sigma))


@pytest.mark.parametrize("change", [-0.08, -0.03, 0.03, 0.08])
def test_a_lamp_that_also_changes_its_colour_as_wien_has_it_is_taken_for_a_lamp(change: float) -> None:
    """Weaker by `change` in the red and, being cooler, by lambda^-1 more in the blue."""
    values = cluster() - np.log10(1.0 - change) * (700.0 / NM)
    corrected = without_lamp_drift(spectrum(values, 3))
    assert corrected.lamp_drift is not None
    assert corrected.lamp_drift.value == pytest.approx(-np.log10(1.0 - change), abs=5e-4)


@pytest.mark.parametrize(("power", "at_700"), [(2.5, 0.015), (2.5, 0.2), (4.0, 0.008), (4.0, 0.04)])
def test_turbidity_is_no_drift_and_is_said(power: float, at_700: float) -> None:
    turbid = spectrum(cluster() + at_700 * (700.0 / NM) ** power, 4)
    left = without_lamp_drift(turbid)
    assert left.lamp_drift is None
    assert np.array_equal(left.values, turbid.values)
    assert any("falls to the red" in remark and "not corrected" in remark for remark in left.remarks)


def test_turbidity_under_a_lamp_that_became_brighter_is_said_though_the_two_cancel() -> None:
    left = without_lamp_drift(spectrum(cluster() - 0.02 + 0.02 * (700.0 / NM) ** 4, 4))
    assert left.lamp_drift is None
    assert any("falls to the red" in remark for remark in left.remarks)


def test_the_tail_of_something_that_absorbs_there_is_no_drift() -> None:
    dots = spectrum(0.02 * np.exp(-(((NM - 650.0) / 25.0) ** 2)), 5)
    left = without_lamp_drift(dots)
    assert left.lamp_drift is None
    assert any("falls to the red" in remark for remark in left.remarks)


def test_more_than_a_lamp_drifts_is_left_and_points_to_the_cuvette() -> None:
    left = without_lamp_drift(spectrum(cluster() + 1.2 * MOST_ABSORBANCE, 6))
    assert left.lamp_drift is None
    assert any("look at the cuvette" in remark for remark in left.remarks)


def test_a_steady_lamp_is_left_alone_and_nothing_is_said() -> None:
    for seed in range(200):
        steady = spectrum(cluster(), seed)
        assert without_lamp_drift(steady) is steady


@pytest.mark.parametrize("nm", [np.linspace(380.0, 640.0, 700), np.linspace(380.0, 700.0, 900), np.zeros(0)])
def test_where_the_quiet_band_is_not_measured_nothing_is_known_of_the_lamp(nm: FloatArray) -> None:
    short = spectrum(np.full(nm.size, 0.02), 7, nm)
    assert without_lamp_drift(short) is short


@given(st.floats(-0.045, 0.045), st.floats(-2e-5, 2e-5), st.floats(0.0, 0.3), st.integers(0, 99))
def test_a_correction_can_be_taken_back(drift: float, slope: float, gone: float, seed: int) -> None:
    before = spectrum(cluster() + drift + slope * (NM - 700.0), seed)
    valid = np.random.default_rng(seed).random(NM.size) >= gone
    values, sigma = np.where(valid, before.values, np.nan), np.where(valid, before.sigma, np.nan)
    before = replace(before, values=values, sigma=sigma, valid=valid, remarks=("reference 3 h old",))
    after = without_lamp_drift(before)
    back = as_measured(after)
    assert np.array_equal(np.isnan(after.values), ~valid)
    assert np.array_equal(after.valid, valid)
    np.testing.assert_allclose(back.values, before.values, rtol=0.0, atol=1e-15)
    np.testing.assert_allclose(back.sigma, before.sigma, rtol=1e-12)
    assert back.ceiling is not None
    np.testing.assert_allclose(back.ceiling, 2.5, rtol=1e-15)
    if after.lamp_drift is not None:
        assert (back.lamp_drift, back.remarks) == (None, before.remarks)
    else:
        assert back is after


def test_corrected_or_not_the_species_are_the_same() -> None:
    library = (
        LibraryEntry("MSC-449", "CdTe", "cluster", 449.0, (445.0, 453.0), (12.0, 30.0)),
        LibraryEntry("MSC-469", "CdTe", "cluster", 467.0, (462.0, 471.0), (12.0, 30.0)),
    )
    context = Context(library, "CdTe", "toluene", 405.0, blank=True)
    drifted = spectrum(cluster() + 0.02, 8)
    told = [interpret(each, None, 3600.0, context, RunState())[0] for each in (drifted, without_lamp_drift(drifted))]
    assert told[0].dominant == told[1].dominant == "MSC-449"
    for one, other in zip(told[0].species, told[1].species, strict=True):
        assert (one.name, one.role) == (other.name, other.role)
        assert one.nm == pytest.approx(other.nm, abs=0.05)
        assert one.absorbance == pytest.approx(other.absorbance, abs=3e-4)


def test_from_the_counts_on_a_lamp_at_98_percent_reads_as_if_it_stood_still() -> None:
    rng = np.random.default_rng(9)
    truth = cluster(AXIS)
    sample = frame(0.98 * lamp() * 10.0**-truth, rng=rng)
    corrected = without_lamp_drift(absorbance(sample, frame(lamp(), rng=rng, scans=100), DARK, BARE, NOISE))
    assert corrected.lamp_drift is not None
    assert corrected.lamp_drift.value == pytest.approx(-np.log10(0.98), abs=4.0 * corrected.lamp_drift.sigma)
    known = corrected.valid & (AXIS > 420.0)
    pull = (corrected.values - truth)[known] / corrected.sigma[known]
    assert float(np.std(pull)) == pytest.approx(1.0, abs=0.1)
