"""Known lines tell how far the wavelength axis is off; no lamp, another lamp and saturated lines tell nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.spectrum import Detector, FloatArray, RawSpectrum, Spectrum, read_only, read_only_mask
from analysis.wavelength_check import Standard, line_centre, load_standards, offset_by_bands, offset_by_lines

LINES_TOML = Path(__file__).resolve().parents[2] / "resources" / "lines.toml"
STANDARDS = {each.name: each for each in load_standards(LINES_TOML.read_text(encoding="utf-8"))}
NM = np.linspace(340.0, 1020.0, 2048)
DETECTOR = Detector(65_535.0)
# Neon, NIST Atomic Spectra Database, Ne I, air
NEON: tuple[float, ...] = (585.249, 594.483, 597.553, 603.0, 607.434, 609.616, 614.306, 616.359, 621.728, 626.65)
NEON += (630.479, 633.443)
NEON += (638.299, 640.225, 650.653, 653.288, 659.895, 667.828, 671.704, 692.947, 703.241, 717.394, 724.517, 743.89)


def bells(at: tuple[float, ...], fwhm_nm: float, heights: FloatArray | float = 1.0) -> FloatArray:
    light = np.zeros(NM.size)
    for nm, height in zip(at, np.broadcast_to(heights, len(at)), strict=True):
        light += height * np.exp(-4.0 * np.log(2.0) * ((NM - nm) / fwhm_nm) ** 2)
    return light


def lamp(at: tuple[float, ...], offset_nm: float = 0.0, seed: int = 0, peak: float = 30_000.0) -> RawSpectrum:
    """A lamp's lines of different brightness on an axis that names every wavelength `offset_nm` too high."""
    random = np.random.default_rng(seed)
    heights = peak * 10.0 ** random.uniform(-1.2, 0.0, len(at))
    light = bells(tuple(nm + offset_nm for nm in at), 1.5, heights)
    counts = 1500.0 + light + 10.0 * random.standard_normal(NM.size)
    full = read_only_mask(counts >= 65_535.0)
    counts = np.minimum(counts, 65_535.0)
    return RawSpectrum(read_only(NM), read_only(counts), read_only(np.full(NM.size, 100.0)), full, 0.1, 10, 0.0)


def filter_of(standard: Standard, offset_nm: float, seed: int) -> Spectrum:
    random = np.random.default_rng(seed)
    at = tuple(nm + offset_nm for nm in standard.nm)
    values = 0.4 * bells(at, 6.0) + 0.001 * random.standard_normal(NM.size)
    known = read_only_mask(NM > 390.0)
    return Spectrum(read_only(NM), read_only(values), read_only(np.full(NM.size, 0.001)), known, "A", 0.0)


@settings(max_examples=30, deadline=None)
@given(offset_nm=st.floats(-4.0, 4.0), seed=st.integers(0, 10_000))
def test_the_offset_of_the_axis_is_found_within_its_uncertainty(offset_nm: float, seed: int) -> None:
    found = offset_by_lines(lamp(STANDARDS["Hg/Ar"].nm, offset_nm, seed), DETECTOR, STANDARDS["Hg/Ar"])
    assert found.nm.value == pytest.approx(offset_nm, abs=4.0 * found.nm.sigma)
    assert found.nm.sigma < 0.1
    assert found.lines >= 8


@settings(max_examples=20, deadline=None)
@given(offset_nm=st.floats(-3.0, 3.0), seed=st.integers(0, 10_000))
def test_the_bands_of_holmium_tell_it_too(offset_nm: float, seed: int) -> None:
    found = offset_by_bands(filter_of(STANDARDS["holmium"], offset_nm, seed), STANDARDS["holmium"])
    assert found.nm.value == pytest.approx(offset_nm, abs=4.0 * found.nm.sigma)
    assert found.lines >= 4


@pytest.mark.parametrize("offset_nm", [-2.0, 0.0, 1.4])
@pytest.mark.parametrize("seed", range(5))
def test_another_lamp_is_refused(offset_nm: float, seed: int) -> None:
    with pytest.raises(ValueError, match=r"agree with Hg/Ar: another lamp.*Nothing was recorded"):
        offset_by_lines(lamp(NEON, offset_nm, seed), DETECTOR, STANDARDS["Hg/Ar"])


def test_no_lamp_and_a_lamp_without_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="No line stands out"):
        offset_by_lines(lamp((600.0,), peak=0.0), DETECTOR, STANDARDS["Hg/Ar"])
    white = lamp((600.0,), peak=0.0)
    white = replace(white, counts=read_only(white.counts + 30_000.0 * np.exp(-(((NM - 600.0) / 120.0) ** 2))))
    with pytest.raises(ValueError, match="Nothing was recorded"):
        offset_by_lines(white, DETECTOR, STANDARDS["Hg/Ar"])


def test_saturated_lines_are_said_to_be_so() -> None:
    with pytest.raises(ValueError, match=r"lines saturate\. Nothing was recorded\. Hold the lamp further away"):
        offset_by_lines(lamp(STANDARDS["Hg/Ar"].nm, peak=3.0e6), DETECTOR, STANDARDS["Hg/Ar"])


def test_holmium_glass_is_not_taken_for_the_solution() -> None:
    glass = Standard("glass", "bands", (361.0, 418.5, 446.0, 453.4, 460.0, 536.4, 637.5), "")
    with pytest.raises(ValueError, match="another lamp or filter"):
        offset_by_bands(filter_of(glass, 0.0, 1), STANDARDS["holmium"])


def test_an_empty_holder_is_no_filter() -> None:
    empty = Standard("nothing", "bands", (), "")
    with pytest.raises(ValueError, match="No band stands out"):
        offset_by_bands(filter_of(empty, 0.0, 1), STANDARDS["holmium"])


def test_the_lists_name_their_sources() -> None:
    assert set(STANDARDS) == {"Hg/Ar", "holmium"}
    assert all(each.source and each.nm == tuple(sorted(each.nm)) for each in STANDARDS.values())
    with pytest.raises(ValueError, match="not whole"):
        load_standards("[[standard]]\nname = 'Hg'")
    with pytest.raises(ValueError, match="there are lines and bands"):
        load_standards("[[standard]]\nname = 'Hg'\nkind = 'stars'\nnm = [1.0]\nsource = 'x'")


@given(at_nm=st.floats(395.0, 415.0), fwhm_nm=st.floats(1.2, 15.0), seed=st.integers(0, 1000))
def test_the_excitation_line_is_found_where_it_lies(at_nm: float, fwhm_nm: float, seed: int) -> None:
    noise = 20.0 * np.random.default_rng(seed).standard_normal(NM.size)
    values, variance = 6000.0 * bells((at_nm,), fwhm_nm) + noise, np.full(NM.size, 400.0)
    found = line_centre(NM, values, variance, NM > 0, 405.0)
    assert found is not None
    assert found.value == pytest.approx(at_nm, abs=max(5.0 * found.sigma, 0.05))


def test_without_a_line_or_with_its_top_cut_off_there_is_no_centre() -> None:
    noise = 20.0 * np.random.default_rng(1).standard_normal(NM.size)
    variance = np.full(NM.size, 400.0)
    assert line_centre(NM, noise, variance, NM > 0, 405.0) is None
    line = noise + 6000.0 * bells((405.0,), 12.0)
    assert line_centre(NM, line, variance, np.abs(NM - 405.0) > 2.0, 405.0) is None
    assert line_centre(NM, line, variance, NM > 500.0, 405.0) is None
