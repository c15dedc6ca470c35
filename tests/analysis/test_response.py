"""Emission divided by the response of detector and optics is in proportion to photons, or says that it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.photometry import emission
from analysis.response import Response, response_by_factor, response_by_lamp, response_of
from analysis.spectrum import EmissionFrames, FloatArray, ShortFrames
from tests.analysis.made_frames import BARE, NM, NOISE, PIXELS, frame

GRID = np.linspace(340.0, 900.0, 281)


def sensitivity(nm: FloatArray) -> FloatArray:
    return 0.15 + np.exp(-(((nm - 560.0) / 160.0) ** 2))


def dots(nm: FloatArray) -> FloatArray:
    return np.exp(-(((nm - 530.0) / 22.0) ** 2))


def frames(seen: FloatArray, seed: int = 0, exposure_s: float = 0.1) -> EmissionFrames:
    rng = np.random.default_rng(seed)
    before, on, after = (frame(net, rng=rng, exposure_s=exposure_s) for net in (0 * seen, seen, 0 * seen))
    return EmissionFrames(before, on, after)


def response() -> Response:
    return response_of("lamp.csv", GRID, 7.0 * sensitivity(GRID))


def test_a_band_on_a_falling_response_comes_back_where_it_is_in_shape_and_place() -> None:
    light = 40_000.0 * np.exp(-(((NM - 640.0) / 60.0) ** 2))
    spectrum = emission(frames(0.1 * light * sensitivity(NM)), None, BARE, NOISE, response=response())
    assert spectrum.response_corrected
    scale = light / np.mean(sensitivity(GRID)[(GRID >= 480.0) & (GRID <= 650.0)]) ** -1
    pull = ((spectrum.values - scale) / spectrum.sigma)[spectrum.valid & (NM > 480.0)]
    assert abs(float(np.mean(pull))) < 0.3
    assert float(np.std(pull)) == pytest.approx(1.0, abs=0.1)
    raw = emission(frames(0.1 * light * sensitivity(NM)), None, BARE, NOISE)
    assert not raw.response_corrected
    tops = [NM[np.argmax(np.convolve(each.values, np.ones(25) / 25, "same"))] for each in (raw, spectrum)]
    assert tops == pytest.approx([631.0, 640.0], abs=3.0)


@pytest.mark.parametrize("watts", [True, False])
def test_a_lamp_of_known_watts_is_counted_in_photons(watts: bool) -> None:
    """The same lamp told in W/nm or in photons/nm gives the same response: W / nm x lambda goes as photons."""
    photons = 1.0 + (GRID / 500.0) ** 3
    told = photons / GRID if watts else photons
    found = response_by_lamp("lamp", GRID, told, photons * sensitivity(GRID), watts=watts)
    assert np.allclose(found.relative, response().relative, rtol=1e-5)
    mistaken = response_by_lamp("lamp", GRID, told, photons * sensitivity(GRID), watts=not watts)
    assert not np.allclose(mistaken.relative, response().relative, rtol=0.05)


def test_a_file_of_factors_is_the_inverse_of_the_response() -> None:
    assert np.allclose(response_by_factor("f", GRID, 3.0 / sensitivity(GRID)).relative, response().relative, rtol=1e-5)


def test_where_the_response_is_not_known_or_hardly_there_emission_is_not_known() -> None:
    part = response_of("part", GRID[GRID > 450.0], np.where(GRID > 700.0, 1e-4, 1.0)[GRID > 450.0])
    spectrum = emission(frames(1000.0 * dots(NM)), None, BARE, NOISE, response=part)
    assert not spectrum.valid[(NM < 450.0) | (NM > 704.0)].any()
    assert spectrum.valid[(NM > 452.0) & (NM < 698.0)].all()
    assert np.array_equal(np.isnan(spectrum.values), ~spectrum.valid)


def test_counts_per_second_stay_what_they_were_where_dots_emit() -> None:
    known = (GRID >= 480.0) & (GRID <= 650.0)
    assert float(np.mean(np.array(response().relative)[known])) == pytest.approx(1.0, abs=1e-4)


@given(st.floats(0.05, 20.0), st.integers(0, 50))
def test_a_flat_response_of_any_height_changes_nothing(height: float, seed: int) -> None:
    made = frames(900.0 * dots(NM), seed)
    flat = response_of("flat", GRID, np.full(GRID.size, height))
    plain, corrected = emission(made, made, BARE, NOISE), emission(made, made, BARE, NOISE, response=flat)
    assert np.allclose(plain.values, corrected.values, rtol=1e-5, atol=1e-9, equal_nan=True)
    assert np.allclose(plain.sigma, corrected.sigma, rtol=1e-5, equal_nan=True)


def test_what_is_read_from_the_short_exposure_and_the_rooms_change_are_the_same_pixels_with_a_response() -> None:
    rng = np.random.default_rng(3)
    light = 90_000.0 * dots(NM)
    full = light > 60_000.0
    long = [frame(net, rng=rng, exposure_s=1.0, saturated=full & (net > 0)) for net in (0 * light, light, 0 * light)]
    pair = ShortFrames(*(frame(0.1 * net, rng=rng, exposure_s=0.1) for net in (0 * light, light)))
    made = EmissionFrames(long[0], replace(long[1], counts=np.minimum(long[1].counts, 61_400.0)), long[2], pair)
    plain, corrected = (emission(made, None, BARE, NOISE, response=each) for each in (None, response()))
    assert any("are read at 100 ms" in remark for remark in plain.remarks)
    assert plain.remarks == corrected.remarks
    assert np.array_equal(plain.valid, corrected.valid)
    assert np.allclose(corrected.values, plain.values / response().at(NM), rtol=1e-9, equal_nan=True)
    changed = replace(made, off_after=frame(300.0 * dots(NM), rng=rng, exposure_s=1.0))
    for each in (None, response()):
        assert "the room light changed" in emission(changed, None, BARE, NOISE, response=each).remarks


@pytest.mark.parametrize(
    ("nm", "relative", "why"),
    [
        (GRID[:5], np.ones(5), "only 5 of its points"),
        (GRID, np.where(GRID < 350.0, 1.0, 0.0), "only 5 of its points"),
        (GRID[100:], np.ones(181), "does not cover 480 to 650 nm, where dots emit"),
        (GRID[:130], np.ones(130), "does not cover 480 to 650 nm, where dots emit"),
        (GRID, np.where((GRID > 470.0) & (GRID < 660.0), np.nan, 1.0), "hardly a point from 480 to 650 nm"),
    ],
)
def test_what_is_no_response_is_refused_in_words(nm: FloatArray, relative: FloatArray, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        response_of("bad", nm, relative)


def test_a_table_that_was_tampered_with_is_not_sound() -> None:
    good = response()
    assert good.is_sound
    assert not Response("x", good.nm, good.relative[:-1]).is_sound
    assert not Response("x", good.nm[::-1], good.relative).is_sound
    assert not Response("x", good.nm, (*good.relative[:-1], -1.0)).is_sound
    assert not Response("x", (*good.nm[:-1], float("nan")), good.relative).is_sound
    assert len(good.nm) < PIXELS
