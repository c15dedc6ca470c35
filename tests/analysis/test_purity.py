"""Purity numbers against spectra of which they are known, and their sigmas against what they scatter by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Purity, Role, Species
from analysis.purity import SHAPE_HEIGHT, SHAPE_WIDTH, Track, drift, followed, purity, tail
from analysis.spectrum import FloatArray, Quantity, Spectrum

NM = np.linspace(340.0, 1025.0, 2048)
HOUR = 3600.0


def lorentz_and_bell(centre_nm: float, fwhm_nm: float) -> FloatArray:
    """A third of a Lorentzian in a bell: no shape that the purity knows of."""
    u = 2.0 * (NM - centre_nm) / fwhm_nm
    return np.asarray(0.1 / (1.0 + u**2) + 0.9 * np.exp2(-(u**2)))


def spectrum(values: FloatArray, noise: float = 0.0, seed: int = 0) -> Spectrum:
    sigma = np.full(NM.size, max(noise, 1e-6))
    noisy = values + np.random.default_rng((427, seed)).normal(0.0, 1.0, NM.size) * noise
    return Spectrum(NM, noisy, sigma, np.ones(NM.size, dtype=np.bool_), "A", 0.0)


def species(name: str, role: Role, nm: float, fwhm_nm: float, height: float, sigma: float = 0.001) -> Species:
    return Species(name, role, nm, 0.1, fwhm_nm, height, sigma, 0.9, "fitted component", sigma_fwhm_nm=0.3)


FIRST, SECOND = species("MSC-449", "E1", 449.0, 18.0, 0.15), species("MSC-449", "E2", 405.0, 26.0, 0.09, 0.002)
CLEAN = 0.15 * lorentz_and_bell(449.0, 18.0) + 0.09 * lorentz_and_bell(405.0, 26.0)
FLAT = 0.02  # of the cuvette


def of(absorbance: Spectrum | None, found: tuple[Species, ...] = (FIRST, SECOND), **tracks: Track) -> Purity:
    answer = purity(absorbance, found, found[0], tuple(tracks.values()), tail(absorbance)[0])
    assert answer is not None
    return answer


def known(number: Quantity | None) -> Quantity:
    assert number is not None
    return number


def test_a_pure_cluster_has_an_empty_tail_and_a_deep_valley_whatever_the_cuvette() -> None:
    pure, lifted = of(spectrum(CLEAN)), of(spectrum(CLEAN + FLAT))
    assert known(pure.tail_ratio).value == pytest.approx(0.0, abs=0.01)
    assert known(lifted.tail_ratio).value == pytest.approx(known(pure.tail_ratio).value, abs=1e-9)
    assert known(lifted.valley_ratio).value == pytest.approx(known(pure.valley_ratio).value, abs=1e-9)
    assert known(pure.e2_ratio).value == pytest.approx(0.6)


def test_the_valley_is_what_stands_midway_over_the_ground_under_e1() -> None:
    at_427 = float(np.interp(427.0, NM, CLEAN)) / 0.15
    assert known(of(spectrum(CLEAN)).valley_ratio).value == pytest.approx(at_427, abs=0.02)
    prenucleation = 0.03 * lorentz_and_bell(430.0, 50.0)
    found = (FIRST, SECOND, species("PRE-430", "band", 430.0, 50.0, 0.03))
    filled = of(spectrum(CLEAN + prenucleation), found)
    assert known(filled.valley_ratio).value == pytest.approx(at_427 + 0.2, abs=0.03)


def test_dots_fill_the_tail() -> None:
    dotted = of(spectrum(CLEAN + 0.03 * lorentz_and_bell(505.0, 60.0)))
    assert known(dotted.tail_ratio).value == pytest.approx(0.2, abs=0.03)


def test_widths_and_splitting_are_energies_between_both_points() -> None:
    pure = of(spectrum(CLEAN))
    hc = 1239841.984
    assert known(pure.fwhm_nm).value == 18.0
    assert known(pure.fwhm_nm).sigma == pytest.approx(np.hypot(0.3, SHAPE_WIDTH * 18.0))
    unsaid = known(of(spectrum(CLEAN), (replace(FIRST, sigma_fwhm_nm=None), SECOND)).fwhm_nm)
    assert unsaid.sigma > SHAPE_WIDTH * 18.0
    assert known(pure.fwhm_mev).value == pytest.approx(hc / 440.0 - hc / 458.0)
    assert known(pure.fwhm_mev).sigma == pytest.approx(
        known(pure.fwhm_mev).value / 18.0 * known(pure.fwhm_nm).sigma, rel=0.02
    )
    assert known(pure.splitting_mev).value == pytest.approx(300.0, abs=0.5)
    assert known(pure.splitting_mev).sigma == pytest.approx(
        hc * (0.53**2 / 405.0**4 + 0.1**2 / 449.0**4) ** 0.5, rel=0.01
    )


def test_what_lies_behind_a_mask_or_was_not_found_cannot_be_told() -> None:
    whole = spectrum(CLEAN)
    masked = replace(whole, valid=whole.valid & (np.abs(NM - 427.0) > 4.0))
    assert of(masked).valley_ratio is None
    assert of(masked).tail_ratio is not None
    short = replace(whole, valid=NM < 480.0)
    assert of(short).tail_ratio is None
    alone = of(whole, (FIRST,))
    assert (alone.valley_ratio, alone.e2_ratio, alone.splitting_mev, alone.drift_nm_per_h) == (None,) * 4
    assert purity(None, (FIRST,), FIRST, (), None) is None
    assert purity(whole, (), None, (), None) is None
    assert tail(None) == (None, None)


def test_sigmas_of_tail_and_valley_are_what_they_scatter_by() -> None:
    pulls = []
    truth = of(spectrum(CLEAN + FLAT))
    for seed in range(300):
        rng = np.random.default_rng((449, seed))
        off = rng.normal(0.0, 0.003) + rng.normal(0.0, SHAPE_HEIGHT * 0.15)  # by noise, by the shape of the band
        measured = replace(FIRST, absorbance=0.15 + off, sigma=0.003)
        found = of(spectrum(CLEAN + FLAT, 1e-3, seed), (measured, SECOND))
        for name in ("tail_ratio", "valley_ratio", "e2_ratio"):
            number, exact = known(getattr(found, name)), known(getattr(truth, name))
            # The second exciton is drawn exactly here: what its own sigma adds is taken off again.
            sigma = number.sigma
            if name == "e2_ratio":
                sigma = (sigma**2 - (SECOND.sigma / measured.absorbance) ** 2) ** 0.5
            pulls.append((number.value - exact.value) / sigma)
    spread = np.std(np.reshape(pulls, (-1, 3)), axis=0)
    assert np.all((spread > 0.8) & (spread < 1.25)), spread


def test_a_cluster_stays_and_dots_move() -> None:
    rng = np.random.default_rng(3)
    found: list[float] = []
    for _ in range(300):
        tracks: tuple[Track, ...] = ()
        for hours in (0.5, 1.0, 1.5, 2.0, 4.0, 8.0):
            at = 449.0 + 0.2 * hours + rng.normal(0.0, 0.1)
            tracks = followed(tracks, (replace(FIRST, nm=at), SECOND), hours * HOUR)
        assert len(tracks) == 1
        slope = known(drift(tracks[0]))
        found.append((slope.value - 0.2) / slope.sigma)
    assert abs(np.mean(found)) < 0.2
    assert 0.8 < np.std(found) < 1.25


def test_a_slope_needs_three_readings_at_different_times() -> None:
    tracks: tuple[Track, ...] = ()
    for time_s in (HOUR, 2.0 * HOUR):
        tracks = followed(tracks, (FIRST,), time_s)
    assert drift(tracks[0]) is None
    third = known(drift(followed(tracks, (FIRST,), 3.0 * HOUR)[0]))
    assert third.value == 0.0
    assert third.sigma == pytest.approx(0.1 / 2.0**0.5)
    together = known(drift(followed(tracks, (FIRST,), 3.0 * HOUR)[0], wander_nm=0.1))
    assert together.sigma == pytest.approx((0.005 + 0.1**2 * 1.5) ** 0.5), "0.1 nm over the spread of 1, 2 and 3 h"
    at_once: tuple[Track, ...] = ()
    for _ in range(5):
        at_once = followed(at_once, (FIRST,), HOUR)
    assert drift(at_once[0]) is None
    assert followed(tracks, (FIRST,), None) == tracks


@given(
    height=st.floats(1e-6, 1e3),
    sigma=st.floats(1e-9, 1e3),
    nm=st.floats(200.0, 1100.0),
    split=st.floats(-50.0, 100.0),
    fwhm=st.floats(0.1, 500.0),
    lost=st.sets(st.integers(0, 2047), max_size=50),
)
def test_every_number_is_finite_or_none(
    height: float, sigma: float, nm: float, split: float, fwhm: float, lost: set[int]
) -> None:
    first = Species("X", "E1", nm, 0.1, fwhm, height, sigma, 0.9, "fitted component")
    second = replace(first, role="E2", nm=nm - split)
    valid = np.ones(NM.size, dtype=np.bool_)
    valid[list(lost)] = False
    answer = of(replace(spectrum(CLEAN), valid=valid), (first, second))
    for name in ("tail_ratio", "valley_ratio", "e2_ratio", "fwhm_nm", "fwhm_mev", "splitting_mev"):
        number = getattr(answer, name)
        assert number is None or (np.isfinite(number.value) and number.sigma >= 0.0)


def test_dots_have_no_tail_of_their_own() -> None:
    dots = species("QD", "band", 520.0, 40.0, 0.05)
    assert of(spectrum(0.05 * lorentz_and_bell(520.0, 40.0)), (dots,)).tail_ratio is None


def test_another_cluster_in_the_valley_leaves_open_what_the_shape_of_its_flank_does() -> None:
    lead, second = species("MSC-469", "E1", 469.0, 25.0, 0.115), species("MSC-469", "E2", 427.0, 27.0, 0.06)
    between = species("MSC-449", "E1", 449.0, 22.0, 0.08)
    away = np.abs(NM - 449.0) / 22.0
    flanks = {
        "bell": np.exp2(-((2.0 * away) ** 2)),
        "secant": np.cosh(np.minimum(1.7627 * away, 300.0)) ** -2.0,
        "mixed": lorentz_and_bell(449.0, 22.0),
    }
    for name, flank in flanks.items():
        own = 0.115 * np.exp2(-((2.0 * (NM - 469.0) / 25.0) ** 2)) + 0.06 * np.exp2(-((2.0 * (NM - 427.0) / 27.0) ** 2))
        values = own + 0.08 * flank
        exact = float(np.interp(448.0, NM, values)) / 0.115
        found = known(of(spectrum(values, 2e-4), (lead, between, second)).valley_ratio)
        assert abs(found.value - exact) < 2.0 * found.sigma, name
        assert 0.015 < found.sigma < 0.06
