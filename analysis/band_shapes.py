"""What a band may look like, and the ground it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray

LN2 = float(np.log(2.0))
PROPERTIES = 6
FREE = 3  # curves of the ground that may have either sign
NM, LOG_WIDTH, SKEW, BLUE, RED, RATIO = range(PROPERTIES)  # of a band
SKEW_LIMIT, TAIL_LIMIT = 0.45, 0.95
TAIL_CENTRE = 0.15  # Lorentzian share of a band before anything is known, where it is free


@dataclass(frozen=True, slots=True)
class BandShape:
    """What one band may be: centre and spread of each property, and hard limits of position and width.

    With u the distance from the maximum in half widths, a band is a bell in u * exp(-skew * tanh u): a positive skew
    stretches the red side, smoothly. `tail` is the Lorentzian share, that of either side by itself. Before anything
    is known a band is a bell in energy, whose skew in nm is fwhm / 2 / nm. A spread of 0 holds the property at its
    centre. `ratio` and its spread are the height over that of the family's first band (the first has 1 and 0),
    within `ratio_range`.
    """

    nm: float
    nm_spread: float
    nm_range: tuple[float, float]
    fwhm_nm: float
    fwhm_log_spread: float
    fwhm_range: tuple[float, float]
    skew_spread: float = 0.0
    tail_spread: float = 0.0
    ratio: float = 1.0
    ratio_spread: float = 0.0
    ratio_range: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Bands that come and go together (E1 and E2 of one species); the first leads.

    `prior` has shape (4, 6, bands): centre, spread, lower and upper limit of position, log width, skew, blue and red
    tail, ratio; `layout` tells which of them are free.
    """

    name: str
    prior: FloatArray
    layout: bytes

    @staticmethod
    def of(name: str, *shapes: BandShape) -> Family:
        """Return the family of these bands."""
        prior = np.stack([_rows(shape) for shape in shapes], axis=2)
        return Family(name, prior, (prior[1] > 0.0).tobytes())

    def moved(self, offset_nm: float, width_factor: float) -> Family:
        """Return the family where this run has its bands: all of them shifted, and wider by a factor."""
        prior = self.prior.copy()
        prior[[0, 2, 3], NM] += offset_nm
        prior[0, LOG_WIDTH] = np.clip(
            prior[0, LOG_WIDTH] + np.log(width_factor), prior[2, LOG_WIDTH], prior[3, LOG_WIDTH]
        )
        return Family(self.name, prior, self.layout)


def _rows(shape: BandShape) -> FloatArray:
    tail = TAIL_CENTRE if shape.tail_spread > 0.0 else 0.0
    (low, high), (slim, wide) = shape.nm_range, np.log(shape.fwhm_range)
    least, most = shape.ratio_range
    return np.array(
        [
            [shape.nm, np.log(shape.fwhm_nm), 0.5 * shape.fwhm_nm / shape.nm, tail, tail, shape.ratio],
            [shape.nm_spread, shape.fwhm_log_spread, shape.skew_spread, *2 * [shape.tail_spread], shape.ratio_spread],
            [low, slim, -SKEW_LIMIT, 0.0, 0.0, least],
            [high, wide, SKEW_LIMIT, TAIL_LIMIT, TAIL_LIMIT, most],
        ]
    )


def ground_curves(wavelengths_nm: FloatArray) -> FloatArray:
    """Return what lies under the bands, shape (10, points), of about unit height.

    First, free in sign: the cuvette's offset, a slope, and 1 / wavelength, as a lamp shows whose temperature moves
    (Wien's law). Then convex curves that fall to the red: the feet of all bands further in the UV, and scatter.
    """
    start = float(wavelengths_nm.min())
    along = (wavelengths_nm - start) / (float(wavelengths_nm.max()) - start)
    decays = [np.exp(-(wavelengths_nm - start) / length) for length in (7.0, 14.0, 28.0, 60.0)]
    flanks = [_flank(wavelengths_nm, start - 0.43 * fwhm, fwhm) for fwhm in (30.0, 55.0)]
    scatter = (start / wavelengths_nm) ** 4
    lamp = start / wavelengths_nm
    return np.stack([np.ones_like(along), along - 0.5, lamp, *decays, *flanks, scatter])


def _flank(wavelengths_nm: FloatArray, centre_nm: float, fwhm_nm: float) -> FloatArray:
    """The convex foot of a bell whose inflection lies before the first wavelength: bands further in the UV."""
    curve = np.exp(-4.0 * LN2 * ((wavelengths_nm - centre_nm) / fwhm_nm) ** 2)
    return np.asarray(curve / float(curve.max()))


def profile(wavelengths_nm: FloatArray, properties: FloatArray) -> FloatArray:
    """Return the slopes of unit-height bands and the bands themselves, shape (6, bands, points).

    `properties` has shape (5 or 6, bands). The first five rows are the derivatives by position, log width, skew and
    both tails, the last one is the band.
    """
    centre, log_width, skew, blue, red = properties[:RATIO, :, None]
    half = 0.5 * np.exp(log_width)
    u = (wavelengths_nm - centre) / half
    lean = np.tanh(u)
    level = 1.0 - lean * lean
    stretch = np.exp(-skew * lean)
    t = u * stretch
    square = t * t
    bell, lorentz = np.exp(-LN2 * square), 1.0 / (1.0 + square)
    side = 0.5 + 0.5 * lean
    foot = lorentz - bell
    tail = blue + (red - blue) * side
    slope = -2.0 * t * ((1.0 - tail) * LN2 * bell + tail * lorentz * lorentz)
    along = slope * stretch * (skew * u * level - 1.0) - 0.5 * (red - blue) * level * foot
    result = np.empty((PROPERTIES, *u.shape))
    result[NM] = along / half
    result[LOG_WIDTH] = along * u
    result[SKEW] = -slope * lean * t
    result[BLUE] = foot * (1.0 - side)
    result[RED] = foot * side
    result[RATIO] = bell + tail * foot
    return result
