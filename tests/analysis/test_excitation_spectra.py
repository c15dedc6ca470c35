"""Excitation spectra over absorptance, and the maximum that moves with growing dots."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.excitation_spectra import ExcitationReading, absorptance, read_excitation, track
from analysis.spectrum import FloatArray, Spectrum, Unit, read_only, read_only_mask

NM = np.arange(380.0, 601.0)


def band(nm: float, height: float, fwhm_nm: float) -> FloatArray:
    return np.asarray(height * np.exp(-4.0 * np.log(2.0) * ((NM - nm) / fwhm_nm) ** 2))


def spectrum(values: FloatArray, sigma: float, unit: Unit, seed: int | None = None, nm: FloatArray = NM) -> Spectrum:
    noise = 0.0 if seed is None else np.random.default_rng(seed).normal(0.0, sigma, nm.size)
    whole = np.full(nm.shape, sigma)
    return Spectrum(read_only(nm), read_only(values + noise), read_only(whole), read_only_mask(nm > 0), unit, 0.0)


def dots(nm: float) -> FloatArray:
    """What dots with their first exciton at `nm` absorb: a band and the rise to the blue."""
    return np.asarray(band(nm, 0.05, 40.0) + 0.06 / (1.0 + np.exp((NM - nm + 35.0) / 18.0)))


def reading(nm: float, time_s: float | None, seed: int) -> ExcitationReading:
    light = 1000.0 * (1.0 - 10.0 ** -dots(nm))
    return read_excitation(spectrum(np.asarray(light), 0.5, "a.u.", seed), None, time_s)


def test_what_absorbs_and_emits_alike_is_flat_over_absorptance() -> None:
    absorbs = dots(510.0)
    glows = np.asarray(740.0 * (1.0 - 10.0**-absorbs))
    one = read_excitation(spectrum(glows, 0.01, "a.u."), spectrum(absorbs, 1e-5, "A"), 0.0)
    assert one.per_absorbed is not None
    assert one.overlaid is not None
    assert np.allclose(one.per_absorbed.values[one.per_absorbed.valid], 1.0, atol=2e-3)
    assert np.allclose(one.overlaid.values, 1.0 - 10.0**-absorbs, atol=1e-6)


def test_light_that_dark_clusters_take_is_missing_at_their_band() -> None:
    cluster = band(449.0, 0.15, 18.0)
    glows = np.asarray(740.0 * (1.0 - 10.0 ** -dots(510.0)))
    one = read_excitation(spectrum(glows, 0.01, "a.u."), spectrum(dots(510.0) + cluster, 1e-4, "A"), 0.0)
    assert one.per_absorbed is not None
    at_449, at_500 = one.per_absorbed.values[np.searchsorted(NM, (449.0, 500.0))]
    assert at_449 < 0.5 * at_500


def test_where_nothing_is_absorbed_nothing_is_divided() -> None:
    one = read_excitation(spectrum(dots(510.0), 1e-3, "a.u.", 1), spectrum(dots(510.0), 1e-3, "A", 2), 0.0)
    assert one.per_absorbed is not None
    assert not one.per_absorbed.valid[NM > 590.0].any()
    assert np.isnan(one.per_absorbed.values[~one.per_absorbed.valid]).all()


def test_absorptance_is_unknown_outside_what_was_measured() -> None:
    half = spectrum(np.full(100, 1.0), 1e-3, "A", nm=np.linspace(400.0, 500.0, 100))
    share, sigma = absorptance(half, NM)
    assert share[NM == 450.0] == pytest.approx(0.9)
    assert sigma[NM == 450.0] == pytest.approx(np.log(10.0) * 0.1 * 1e-3)
    assert np.isnan(share[NM > 500.0]).all()
    with pytest.raises(ValueError, match="Only absorbance"):
        absorptance(spectrum(dots(510.0), 1e-3, "a.u."), NM)


def test_the_maximum_moves_from_474_to_beyond_520_nm_as_in_the_paper() -> None:
    places = [474.0, 490.0, 505.0, 522.0]
    readings = [reading(nm, 3600.0 * (2 + 4 * index), index) for index, nm in enumerate(places)]
    for one, nm in zip(readings, places, strict=True):
        assert one.maximum is not None
        assert one.maximum.nm == pytest.approx(nm, abs=4.0)
        assert one.maximum.sigma_nm > 0.0
    moved = track(readings)
    assert moved.grows is True
    assert moved.moved_nm is not None
    assert moved.moved_nm.value == pytest.approx(48.0, abs=4.0)
    assert "at 2 h" in moved.sentence
    assert "what emits grows" in moved.sentence


def test_a_maximum_that_stays_is_no_growth() -> None:
    stays = track([reading(500.0, 3600.0 * hour, hour) for hour in (1, 2, 4)])
    assert stays.grows is False
    assert "does not move" in stays.sentence


def test_without_time_or_band_nothing_is_said_of_growth() -> None:
    alone = track([reading(500.0, None, 1), reading(520.0, None, 2)])
    assert alone.grows is None
    assert alone.moved_nm is None
    cut = NM[NM <= 450.0]
    ends_early = read_excitation(spectrum(np.linspace(1.0, 0.1, cut.size), 1e-3, "a.u.", 3, cut), None, 60.0)
    none = track([ends_early])
    assert none.first is None
    assert none.sentence == "No excitation maximum: no band is seen."
    assert track([]).sentence == "No excitation maximum: no spectrum was given."


def test_a_spectrum_that_ends_before_the_first_transition_shows_no_maximum() -> None:
    cut = NM <= 450.0
    light = 1000.0 * (1.0 - 10.0 ** -dots(520.0))
    one = read_excitation(spectrum(light[cut], 0.5, "a.u.", 1, NM[cut]), None, 60.0)
    assert one.maximum is None
    assert one.note == "it ends at 450 nm, where the sample is still excited"
    # and where the source itself fades, the absorbance tells
    faded = spectrum(light[cut] * np.linspace(1.0, 0.02, NM[cut].size), 0.5, "a.u.", 1, NM[cut])
    told = read_excitation(faded, spectrum(dots(520.0), 1e-3, "A"), 60.0)
    assert told.maximum is None
    assert told.note == "it ends at 450 nm, where the sample still absorbs"


def test_the_tallest_band_is_told_whatever_it_is_of() -> None:
    lamp = np.asarray(band(430.0, 500.0, 50.0) + band(510.0, 120.0, 40.0))
    one = read_excitation(spectrum(lamp, 0.5, "a.u.", 1), None, 60.0)
    assert one.tallest is not None
    assert one.maximum is not None
    assert one.tallest.nm == pytest.approx(430.0, abs=1.0)
    assert one.maximum.nm == pytest.approx(510.0, abs=4.0)


def test_ripples_of_the_lamp_are_no_maximum() -> None:
    light = 1000.0 * (1.0 - 10.0 ** -dots(500.0)) + band(545.0, 4.0, 8.0)
    one = read_excitation(spectrum(np.asarray(light), 0.5, "a.u.", 1), None, 60.0)
    assert one.maximum is not None
    assert one.maximum.nm == pytest.approx(500.0, abs=4.0)


def test_absorbance_is_no_excitation_spectrum() -> None:
    with pytest.raises(ValueError, match="not absorbance"):
        read_excitation(spectrum(dots(500.0), 1e-3, "A"), None, 0.0)
