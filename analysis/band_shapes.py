"""What a band may look like, and the ground it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray

LN2 = float(np.log(2.0))
FREE = 3  # columns of the ground that may have either sign


@dataclass(frozen=True, slots=True)
class BandShape:
    """What one band may be: centre and spread of each property, and hard limits of position and width.

    With u the distance from the maximum in half widths, a band is a bell in u * exp(-skew * tanh u): a positive skew
    stretches the red side, smoothly. `tail` is the Lorentzian share. Before anything is known a band is a bell in
    energy, whose skew in nm is fwhm / 2 / nm. A spread of 0 holds the property at its centre.
    """

    nm: float
    nm_spread: float
    nm_range: tuple[float, float]
    fwhm_nm: float
    fwhm_log_spread: float
    fwhm_range: tuple[float, float]
    skew_spread: float = 0.0
    tail_spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Family:
    """Bands that come and go together (E1 and E2 of one species); the first leads.

    `ratio` bounds the height of the second band over that of the first.
    """

    name: str
    bands: tuple[BandShape, ...]
    ratio: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Binned data, shape (bins,), and the whitened ground, shape (bins, columns), first three columns free in sign."""

    wavelengths_nm: FloatArray
    values: FloatArray
    sigma: FloatArray
    ground: FloatArray


def ground_columns(wavelengths_nm: FloatArray) -> FloatArray:
    """Return what lies under the bands, shape (bins, 10), of about unit height.

    First, free in sign: the cuvette's offset, a slope, and 1 / wavelength, as a lamp shows whose temperature moves
    (Wien's law). Then convex curves that fall to the red: the feet of all bands further in the UV, and scatter.
    """
    start = float(wavelengths_nm.min())
    along = (wavelengths_nm - start) / (float(wavelengths_nm.max()) - start)
    decays = [np.exp(-(wavelengths_nm - start) / length) for length in (7.0, 14.0, 28.0, 60.0)]
    flanks = [_flank(wavelengths_nm, start - 0.43 * fwhm, fwhm) for fwhm in (30.0, 55.0)]
    scatter = (start / wavelengths_nm) ** 4
    lamp = start / wavelengths_nm
    return np.column_stack([np.ones_like(along), along - 0.5, lamp, *decays, *flanks, scatter])


def _flank(wavelengths_nm: FloatArray, centre_nm: float, fwhm_nm: float) -> FloatArray:
    """The convex foot of a bell whose inflection lies before the first wavelength: bands further in the UV."""
    curve = np.exp(-4.0 * LN2 * ((wavelengths_nm - centre_nm) / fwhm_nm) ** 2)
    return curve / float(curve.max())


def scene(wavelengths_nm: FloatArray, values: FloatArray, sigma: FloatArray) -> Scene:
    """Return the data with their ground, whitened by sigma."""
    return Scene(wavelengths_nm, values, sigma, ground_columns(wavelengths_nm) / sigma[:, None])


def profile(wavelengths_nm: FloatArray, properties: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return unit-height bands of shape (bands, bins) and their derivatives of shape (bands, 4, bins)."""
    centre, log_width, skew, tail = (properties[:, k, None] for k in range(4))
    half = 0.5 * np.exp(log_width)
    u = (wavelengths_nm[None, :] - centre) / half
    lean = np.tanh(u)
    stretch = np.exp(-skew * lean)
    t = u * stretch
    bell, lorentz = np.exp(-LN2 * t**2), 1.0 / (1.0 + t**2)
    curve = (1.0 - tail) * bell + tail * lorentz
    slope = -2.0 * t * ((1.0 - tail) * LN2 * bell + tail * lorentz**2)
    along = slope * stretch * (1.0 - skew * u * (1.0 - lean**2))
    return curve, np.stack([-along / half, -along * u, -slope * lean * t, lorentz - bell], axis=1)
