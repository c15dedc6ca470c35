"""Wavelength and energy: eV beside nm, splittings and widths in meV, and the maximum of a band per unit of energy.

A number in nm is taken as a wavelength in vacuum unless `medium` says "air". Spectrometers are calibrated with lines in
air: the vacuum wavelength of 449 nm in air is 449.13 nm, so "air" gives energies 0.028 % (0.8 meV) smaller. What is
printed beside nm in the literature is 1239.84 / nm, as if it were vacuum: this is the default.
"""

from __future__ import annotations

from math import hypot, log, sqrt
from typing import Literal

import numpy as np

from analysis.spectrum import FloatArray, Quantity, Spectrum

Medium = Literal["vacuum", "air"]

HC_EV_NM = 1239.841984  # h c / e in eV nm; exact in the SI of 2019 (CODATA 2018: 1239.841 984 332...)
AIR_INDEX = 1.00028  # of standard air at 450 nm (Ciddor, Appl. Opt. 1996, 35, 1566); 1.00028 to 1.00029 at 400-700 nm
_FWHM_PER_SIGMA = 2.0 * sqrt(2.0 * log(2.0))
# By how far the Jacobian moves a maximum depends on the curvature there: 5.5 / FWHM^2 of a Gaussian, 8 / FWHM^2 of a
# Lorentzian band. A real band lies between or beside: this share of the movement is its sigma.
_SHAPE_SHARE = 0.15
_TOP = 0.8  # above this share of its height a band is a cubic: 0.1 meV are left of a Gaussian 40 nm wide
_FEWEST_PIXELS = 7


def ev(nm: float, medium: Medium = "vacuum") -> float:
    """Return the photon energy in eV of a wavelength in nm; raises ValueError unless it is above 0."""
    if not nm > 0.0:
        raise ValueError(f"A wavelength of {nm:g} nm has no energy; it must be above 0.")
    return HC_EV_NM / nm if medium == "vacuum" else HC_EV_NM / (AIR_INDEX * nm)


def wavelength_nm(energy_ev: float, medium: Medium = "vacuum") -> float:
    """Return the wavelength in nm, in vacuum or in air, of a photon energy in eV; raises ValueError unless above 0."""
    return ev(energy_ev, medium)  # the relation is its own inverse


def quantity_ev(nm: Quantity, medium: Medium = "vacuum") -> Quantity:
    """Return the energy in eV of a wavelength in nm that has a sigma."""
    value = ev(nm.value, medium)
    return Quantity(value, value * nm.sigma / nm.value)


def splitting_mev(upper_nm: Quantity, lower_nm: Quantity, medium: Medium = "vacuum") -> Quantity:
    """Return by how many meV the transition at `upper_nm` (the shorter wavelength, E2) lies above `lower_nm` (E1).

    449 and 405 nm: 300 meV. The sigmas are taken as independent.
    """
    upper, lower = quantity_ev(upper_nm, medium), quantity_ev(lower_nm, medium)
    return Quantity(1e3 * (upper.value - lower.value), 1e3 * hypot(upper.sigma, lower.sigma))


def fwhm_mev(nm: Quantity, fwhm_nm: Quantity, medium: Medium = "vacuum") -> Quantity:
    """Return the width in meV between the half heights of a symmetric band at nm -+ FWHM / 2.

    hc (1/l1 - 1/l2) with both points, not hc FWHM / l^2. Of emission it is the width before the Jacobian: that
    moves both points to the red alike and takes 0.5 % off a width of 45 nm at 515 nm. Raises ValueError where the
    band would reach 0 nm.
    """
    half = 0.5 * fwhm_nm.value
    short, long = nm.value - half, nm.value + half
    width = ev(short, medium) - ev(long, medium)
    by_nm = ev(short, medium) / short - ev(long, medium) / long
    by_fwhm = 0.5 * (ev(short, medium) / short + ev(long, medium) / long)
    return Quantity(1e3 * width, 1e3 * hypot(by_nm * nm.sigma, by_fwhm * fwhm_nm.sigma))


def width_mev(short_nm: Quantity, long_nm: Quantity, medium: Medium = "vacuum") -> Quantity:
    """Return hc (1/l1 - 1/l2) in meV between two measured half-height points, as of a band that is not symmetric."""
    return splitting_mev(short_nm, long_nm, medium)


def emission_maximum_ev(nm: Quantity, fwhm_nm: Quantity, medium: Medium = "vacuum") -> Quantity:
    """Return where emission per unit of energy is largest, in eV, from maximum and FWHM of the band per unit of nm.

    It is not 1239.84 / nm: per energy, the band is I(l) l^2 / hc. A Gaussian band with sigma s has its maximum where
    l^2 - l0 l - 2 s^2 = 0, about 2 s^2 / l0 to the red: 1.4 nm or 7 meV for a FWHM of 45 nm at 500-530 nm. The sigma
    holds those of both numbers and what the shape leaves open.
    """
    spread = fwhm_nm.value / _FWHM_PER_SIGMA
    root = sqrt(nm.value**2 + 8.0 * spread**2)
    at_nm = 0.5 * (nm.value + root)
    sigma_nm = sqrt(
        (0.5 * (1.0 + nm.value / root) * nm.sigma) ** 2
        + (4.0 * spread / root * fwhm_nm.sigma / _FWHM_PER_SIGMA) ** 2
        + (_SHAPE_SHARE * (at_nm - nm.value)) ** 2
    )
    return quantity_ev(Quantity(at_nm, sigma_nm), medium)


def per_energy(emission: Spectrum, medium: Medium = "vacuum") -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return energies in eV (ascending), emission per eV and its sigma, each of shape (pixels,): I(l) l^2 / hc.

    `emission` is per nm (pixels of equal width in nm), NaN where nothing is known. Raises ValueError for absorbance:
    it is a ratio at one wavelength, not a density, and gets no Jacobian.
    """
    if emission.unit == "A":
        raise ValueError("Absorbance is no density: it is drawn against eV as it is, without the Jacobian.")
    nm = emission.wavelengths_nm * (AIR_INDEX if medium == "air" else 1.0)
    jacobian = nm**2 / HC_EV_NM
    return HC_EV_NM / nm[::-1], (emission.values * jacobian)[::-1], (emission.sigma * jacobian)[::-1]


def measured_maximum_ev(
    emission: Spectrum, within_nm: tuple[float, float], medium: Medium = "vacuum"
) -> Quantity | None:
    """Return where measured emission per unit of energy is largest within some nm, in eV; None where it has no maximum.

    A cubic through what lies above 80 % of the tallest, weighted by sigma: no shape is assumed beyond it. None
    with fewer than seven pixels there, at the edge of `within_nm`, or without curvature. Raises ValueError for
    absorbance.
    """
    energy, values, sigma = per_energy(emission, medium)
    low, high = ev(within_nm[1], medium), ev(within_nm[0], medium)
    inside = emission.valid[::-1] & (energy >= low) & (energy <= high) & (sigma > 0.0)
    if np.count_nonzero(inside) < _FEWEST_PIXELS:
        return None
    at, height, weight = energy[inside], values[inside], sigma[inside] ** -2
    wide = max(5, at.size // 12)
    smooth = np.convolve(height, np.full(wide, 1.0 / wide), mode="same")
    tallest = int(np.argmax(smooth))
    below = np.flatnonzero(smooth < _TOP * smooth[tallest])
    first = int(np.max(below[below < tallest], initial=-1)) + 1
    last = int(np.min(below[below > tallest], initial=at.size))
    if last - first < _FEWEST_PIXELS:
        return None
    found = _top_of(at[first:last] - at[tallest], height[first:last], weight[first:last])
    return None if found is None else Quantity(float(at[tallest]) + found.value, found.sigma)


def _top_of(x: FloatArray, y: FloatArray, weight: FloatArray) -> Quantity | None:
    """Return the maximum of the cubic that fits best, with its sigma; None where it has none within `x`."""
    span = 0.5 * float(x[-1] - x[0])
    u = x / span
    design = np.stack((np.ones_like(u), u, u * u, u**3))
    covariance = np.linalg.inv((design * weight) @ design.T)
    _, slope, curvature, skew = (float(one) for one in covariance @ (design @ (weight * y)))
    under = curvature**2 - 3.0 * slope * skew
    if under <= 0.0 or curvature >= 0.0:
        return None
    place = slope / (sqrt(under) - curvature)  # the root of the derivative at which the cubic is a maximum
    if not u[0] < place < u[-1]:
        return None
    turn = 2.0 * (curvature + 3.0 * skew * place)
    gradient = -np.array([0.0, 1.0, 2.0 * place, 3.0 * place**2]) / turn
    return Quantity(place * span, span * float(np.sqrt(gradient @ covariance @ gradient)))
