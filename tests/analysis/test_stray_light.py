"""What an instrument can show: a black sample reads the ceiling of its stray light, and what comes near it is said."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.photometry import absorbance
from analysis.spectrum import FloatArray, RawSpectrum, Spectrum
from analysis.stray_light import TYPICAL_SHARE
from tests.analysis.made_frames import BARE, DARK, NM, NOISE, PIXELS, frame, lamp

FLAT = np.full(PIXELS, 50000.0)
QUIET = replace(NOISE, read_counts=0.01, variance_per_count=1e-6)


def seen(light: FloatArray, truth: FloatArray, share: float) -> tuple[RawSpectrum, RawSpectrum]:
    """Sample and reference of a spectrometer that scatters `share` of its mean light onto every pixel."""
    stray = share * float(np.mean(light))
    return frame(light * 10.0**-truth + stray), frame(light + stray)


def near(spectrum: Spectrum) -> str:
    return next((remark for remark in spectrum.remarks if "what can be shown" in remark), "")


@pytest.mark.parametrize(
    ("share", "truth", "reads"), [(0.001, 2.0, 1.96), (0.001, 3.0, 2.70), (0.01, 2.0, 1.70), (0.01, 3.0, 1.96)]
)
def test_near_the_ceiling_absorbance_reads_too_low_and_that_is_said(share: float, truth: float, reads: float) -> None:
    sample, reference = seen(FLAT, np.full(PIXELS, truth), share)
    spectrum = absorbance(sample, reference, DARK, BARE, QUIET, stray_share=share)
    assert spectrum.ceiling is not None
    assert float(np.nanmedian(spectrum.values)) == pytest.approx(reads, abs=0.01)
    assert float(np.nanmedian(spectrum.ceiling)) == pytest.approx(-np.log10(share), abs=0.01)
    assert f"stray light {100 * share:.2g} %, set" in near(spectrum) if truth - reads > 0.05 else not near(spectrum)


def test_where_there_is_less_lamp_the_same_stray_light_lowers_the_ceiling() -> None:
    reference = frame(lamp())
    spectrum = absorbance(reference, reference, DARK, BARE, QUIET, stray_share=0.001)
    assert spectrum.ceiling is not None
    strong, weak = np.argmax(lamp()), np.argmin(np.abs(NM - 420.0))
    lower = np.log10(lamp()[strong] / lamp()[weak])
    assert spectrum.ceiling[strong] - spectrum.ceiling[weak] == pytest.approx(lower, abs=1e-6)


def test_the_ceiling_is_the_lower_one_of_noise_and_stray_light() -> None:
    reference = frame(lamp())
    at = np.argmax(lamp())
    ceilings = [absorbance(reference, reference, DARK, BARE, NOISE, stray_share=s).ceiling for s in (1e-6, 0.01)]
    by_noise = -np.log10(3.0 * NOISE.read_counts * np.sqrt(2.0 / 20.0) / lamp()[at])
    by_stray = -np.log10(0.01 * np.mean(lamp()) / lamp()[at])
    assert [float(each[at]) for each in ceilings if each is not None] == pytest.approx([by_noise, by_stray], abs=1e-6)


@given(st.floats(1e-4, 5e-3))
def test_below_a_long_pass_filter_the_stray_light_is_measured(share: float) -> None:
    light = np.where(NM < 450.0, 0.0, lamp())
    sample, reference = seen(light, np.where(NM > 600.0, 6.0, 0.1), share)
    spectrum = absorbance(sample, reference, DARK, BARE, QUIET, long_pass_nm=450.0)
    assert spectrum.ceiling is not None
    red = NM > 620.0
    reads = -np.log10(share * np.mean(light) / (light + share * np.mean(light)))
    assert np.allclose(spectrum.ceiling[red], reads[red], atol=0.01)
    assert "measured below the filter" in near(spectrum)
    assert not spectrum.valid[NM < 450.0].any()


@pytest.mark.parametrize("edge_nm", [410.0, 450.0, 500.0])
@pytest.mark.parametrize("width_nm", [80.0, 170.0])
def test_light_below_the_edge_of_a_filter_that_is_not_there_is_no_stray_light(edge_nm: float, width_nm: float) -> None:
    light = 50000.0 * np.exp(-(((NM - 620.0) / width_nm) ** 2)) + 5.0
    spectrum = absorbance(frame(0.7 * light), frame(light), DARK, BARE, QUIET, long_pass_nm=edge_nm)
    assert spectrum.ceiling is not None
    at = np.argmax(light)
    assert spectrum.ceiling[at] >= -np.log10(TYPICAL_SHARE * np.mean(light) / light[at]) - 1e-6


def test_where_the_noise_hides_the_light_the_noise_is_named_and_not_the_stray_light() -> None:
    truth = np.where(np.abs(NM - 600.0) < 30.0, 5.0, 0.2)
    spectrum = absorbance(frame(lamp() * 10.0**-truth), frame(lamp()), DARK, BARE, NOISE, stray_share=1e-5)
    (said,) = (remark for remark in spectrum.remarks if "dilute" in remark)
    assert re.fullmatch(r"absorbance at 57\d to 6[23]\d nm is lost in the noise; dilute more or shorten the path", said)


def test_without_any_word_of_it_stray_light_is_assumed_and_called_so() -> None:
    band = 2.3 * np.exp(-(((NM - 620.0) / 30.0) ** 2))
    spectrum = absorbance(frame(lamp() * 10.0**-band), frame(lamp()), DARK, BARE, QUIET)
    at = np.argmax(lamp())
    assert spectrum.ceiling is not None
    assert spectrum.ceiling[at] == pytest.approx(-np.log10(TYPICAL_SHARE * np.mean(lamp()) / lamp()[at]), abs=1e-6)
    assert "stray light 0.1 %, assumed" in near(spectrum)
    assert "dilute more or shorten the path" in near(spectrum)
    where = [float(word) for word in near(spectrum).replace(" nm", "").split() if word.replace(".", "").isdigit()][:2]
    assert 590.0 < where[0] < 620.0 < where[1] < 650.0


def test_pixels_darker_than_the_assumed_stray_light_show_that_there_is_less() -> None:
    truth = np.where(np.abs(NM - 600.0) < 30.0, 3.6, 0.2)
    spectrum = absorbance(frame(lamp() * 10.0**-truth), frame(lamp()), DARK, BARE, QUIET)
    dark = np.abs(NM - 600.0) < 20.0
    assert spectrum.ceiling is not None
    assert np.nanmax(spectrum.ceiling[dark]) > 3.5
    assert "by the darkest pixels" in near(spectrum)


def test_pixels_that_see_nothing_at_all_are_no_proof_of_little_stray_light() -> None:
    covered = lamp()
    covered[:64] = 0.0
    spectrum = absorbance(frame(covered), frame(covered), DARK, BARE, NOISE)
    at = np.argmax(covered)
    assert spectrum.ceiling is not None
    assert spectrum.ceiling[at] == pytest.approx(-np.log10(TYPICAL_SHARE * np.mean(covered) / covered[at]), abs=1e-6)


@given(st.floats(0.0, 0.5), st.integers(0, 300))
def test_an_aliquot_that_is_diluted_as_usual_is_never_told_to_be_diluted_more(height: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = height * np.exp(-(((NM - 449.0) / 12.0) ** 2))
    spectrum = absorbance(frame(lamp() * 10.0**-truth, rng=rng), frame(lamp(), rng=rng), DARK, BARE, NOISE)
    assert near(spectrum) == ""


@given(st.floats(1e-4, 2e-2), st.floats(0.0, 6.0), st.integers(0, 100))
def test_no_value_stands_above_its_ceiling(share: float, truth: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sample = frame(lamp() * 10.0**-truth, rng=rng)
    spectrum = absorbance(sample, frame(lamp(), rng=rng), DARK, BARE, NOISE, stray_share=share)
    assert spectrum.ceiling is not None
    assert np.all(spectrum.values[spectrum.valid] <= spectrum.ceiling[spectrum.valid])
