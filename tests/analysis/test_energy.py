"""nm beside eV: the numbers a chemist knows by heart, and the Jacobian for emission only."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import energy
from analysis.spectrum import FloatArray, Quantity, Spectrum, Unit, read_only, read_only_mask

NM = np.linspace(340.0, 1025.0, 2048)


def spectrum(values: FloatArray, sigma: float = 1.0, unit: Unit = "counts/s") -> Spectrum:
    whole = np.full(NM.shape, sigma)
    return Spectrum(read_only(NM), read_only(values), read_only(whole), read_only_mask(values < np.inf), unit, 0.0)


def gaussian(nm: float, fwhm_nm: float, height: float) -> FloatArray:
    return np.asarray(height * np.exp(-4.0 * np.log(2.0) * ((NM - nm) / fwhm_nm) ** 2))


def test_hc_is_that_of_codata() -> None:
    planck_js, light_m_s, charge_c = 6.62607015e-34, 299792458.0, 1.602176634e-19  # exact since 2019
    assert pytest.approx(planck_js * light_m_s / charge_c * 1e9, rel=1e-9) == energy.HC_EV_NM


def test_449_nm_in_vacuum_and_in_air() -> None:
    assert energy.ev(449.0) == pytest.approx(2.76134, abs=1e-5)
    assert energy.wavelength_nm(energy.ev(449.0, "air")) == pytest.approx(449.126, abs=2e-3)


@given(st.floats(200.0, 2000.0), st.sampled_from(["vacuum", "air"]))
def test_nm_to_ev_and_back(nm: float, medium: energy.Medium) -> None:
    assert energy.wavelength_nm(energy.ev(nm, medium), medium) == pytest.approx(nm, rel=1e-12)


@pytest.mark.parametrize("nm", [0.0, -405.0, float("nan")])
def test_what_is_no_wavelength_has_no_energy(nm: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        energy.ev(nm)


@pytest.mark.parametrize(("e2", "e1", "mev"), [(405, 449, 300), (424, 463, 246), (427, 469, 260)])
def test_splittings_of_the_clusters(e2: float, e1: float, mev: float) -> None:
    split = energy.splitting_mev(Quantity(e2, 0.3), Quantity(e1, 0.1))
    assert split.value == pytest.approx(mev, abs=0.6)
    assert split.sigma == pytest.approx(1e3 * np.hypot(1239.84 / e2**2 * 0.3, 1239.84 / e1**2 * 0.1), rel=1e-4)


def test_a_width_in_mev_takes_both_half_height_points() -> None:
    width = energy.fwhm_mev(Quantity(515.0, 0.5), Quantity(45.0, 1.0))
    assert width.value == pytest.approx(1239841.984 * (1 / 492.5 - 1 / 537.5), rel=1e-9)
    assert width.value > 1239841.984 * 45.0 / 515.0**2
    assert width == energy.fwhm_mev(Quantity(515.0, 0.5), Quantity(45.0, 1.0), "vacuum")
    ends = energy.width_mev(Quantity(492.5, 0.0), Quantity(537.5, 0.0))
    assert ends.value == pytest.approx(width.value, rel=1e-12)


@given(st.floats(430.0, 650.0), st.floats(10.0, 80.0))
def test_the_sigma_of_a_width_is_its_own_derivative(nm: float, fwhm: float) -> None:
    def width(at: float, wide: float) -> float:
        return energy.fwhm_mev(Quantity(at, 0.0), Quantity(wide, 0.0)).value

    by_nm, by_fwhm = width(nm + 0.01, fwhm) - width(nm, fwhm), width(nm, fwhm + 0.01) - width(nm, fwhm)
    stated = energy.fwhm_mev(Quantity(nm, 0.01), Quantity(fwhm, 0.01)).sigma
    assert stated == pytest.approx(np.hypot(by_nm, by_fwhm), rel=5e-3)


@pytest.mark.parametrize(("nm", "mev"), [(500.0, 7.2), (515.0, 6.6), (530.0, 6.1)])
def test_the_jacobian_moves_the_maximum_by_about_7_mev(nm: float, mev: float) -> None:
    stated = energy.emission_maximum_ev(Quantity(nm, 0.1), Quantity(45.0, 0.5))
    assert 1e3 * (energy.ev(nm) - stated.value) == pytest.approx(mev, abs=0.06)
    assert energy.wavelength_nm(stated.value) - nm == pytest.approx(1.4, abs=0.07)
    drawn = gaussian(nm, 45.0, 1.0)
    at_ev, per_ev, _ = energy.per_energy(spectrum(drawn))
    assert stated.value == pytest.approx(at_ev[np.argmax(per_ev)], abs=1e-3)


def test_the_sigma_of_the_maximum_holds_width_and_shape() -> None:
    certain = energy.emission_maximum_ev(Quantity(520.0, 0.0), Quantity(45.0, 0.0))
    lorentzian = 1.0 / (1.0 + ((NM - 520.0) / 22.5) ** 2)
    at_ev, per_ev, _ = energy.per_energy(spectrum(np.asarray(lorentzian)))
    miss = float(at_ev[np.argmax(per_ev)]) - certain.value
    assert 0.5 * certain.sigma < abs(miss) < 3.0 * certain.sigma
    assert energy.emission_maximum_ev(Quantity(520.0, 0.0), Quantity(45.0, 5.0)).sigma > 1.2 * certain.sigma


def test_absorbance_gets_no_jacobian() -> None:
    with pytest.raises(ValueError, match="without the Jacobian"):
        energy.per_energy(spectrum(gaussian(449.0, 18.0, 0.1), unit="A"))


def test_photons_are_neither_made_nor_lost_by_the_jacobian() -> None:
    band = spectrum(gaussian(520.0, 45.0, 1000.0))
    at_ev, per_ev, _ = energy.per_energy(band)
    assert np.all(np.diff(at_ev) > 0.0)
    assert np.trapezoid(per_ev, at_ev) == pytest.approx(np.trapezoid(band.values, NM), rel=1e-4)


def test_the_measured_maximum_has_a_true_sigma() -> None:
    random = np.random.default_rng(7)
    truth = energy.emission_maximum_ev(Quantity(523.0, 0.0), Quantity(40.0, 0.0)).value
    pulls = []
    for _ in range(200):
        noisy = gaussian(523.0, 40.0, 2000.0) + random.normal(0.0, 25.0, NM.size)
        found = energy.measured_maximum_ev(spectrum(noisy, 25.0), (470.0, 600.0))
        assert found is not None
        pulls.append((found.value - truth) / found.sigma)
    assert 0.8 < np.std(pulls) < 1.25
    assert abs(np.mean(pulls)) < 0.5


@pytest.mark.parametrize("within", [(540.0, 600.0), (519.0, 520.0)])
def test_where_no_maximum_lies_none_is_named(within: tuple[float, float]) -> None:
    assert energy.measured_maximum_ev(spectrum(gaussian(520.0, 40.0, 2000.0)), within) is None
