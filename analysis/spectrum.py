"""Raw frames, spectra and quantities: what every other module speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Unit = Literal["A", "counts/s", "a.u."]


def read_only(values: ArrayLike) -> FloatArray:
    """Return `values` as a float64 array that nobody can write to (a copy only where one is needed)."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def read_only_mask(values: ArrayLike) -> BoolArray:
    """Return `values` as a boolean array that nobody can write to."""
    array = np.array(values, dtype=np.bool_)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its standard uncertainty, in one unit that the name of the field tells."""

    value: float
    sigma: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A number between two bounds that hold it with 95 %, for what is skewed or has one bound only (then inf)."""

    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True)
class Detector:
    """What must be known of a spectrometer to read its counts.

    `full_scale_counts` is the count at which the converter saturates. `linearity` are the coefficients c0, c1 ...
    of the factor by which dark-subtracted counts are divided (empty: none, and `no_linearity` says why where the
    instrument knows). `dark_pixels` are the indices that no light reaches, `optical_pixels` the half-open range that
    sees light.
    """

    full_scale_counts: float
    linearity: tuple[float, ...] = ()
    dark_pixels: tuple[int, ...] = ()
    optical_pixels: tuple[int, int] | None = None
    no_linearity: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RawSpectrum:
    """The mean of some scans, in counts as the detector gave them: nothing subtracted, nothing corrected.

    `counts`, `scan_variance` and `saturated` have shape (pixels,). `scan_variance` is the sample variance of ONE
    scan in counts squared (NaN where `scans` is 1); the variance of the mean is `scan_variance / scans`.
    `saturated` is true where any of the scans reached full scale. `mid_exposure_s` is the station clock at the
    middle of the first to last scan, in seconds.
    """

    wavelengths_nm: FloatArray
    counts: FloatArray
    scan_variance: FloatArray
    saturated: BoolArray
    exposure_s: float
    scans: int
    mid_exposure_s: float
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ShortFrames:
    """A pair at a shorter exposure, both lights off and UV on, for the pixels that the long exposure saturates."""

    off: RawSpectrum
    on: RawSpectrum


@dataclass(frozen=True, slots=True, eq=False)
class EmissionFrames:
    """Three frames at the emission exposure: both lights off, UV on, both off again; perhaps a shorter pair.

    `uv_s` is for how many seconds UV was on for them, settling and discarded scans included.
    """

    off_before: RawSpectrum
    on: RawSpectrum
    off_after: RawSpectrum
    short: ShortFrames | None = None
    uv_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """All raw frames of one measurement; `emission` is None where no UV light could be switched."""

    absorbance: RawSpectrum
    emission: EmissionFrames | None


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What Dark and Reference have taken so far.

    `dark_absorbance` and `dark_emission` are the darks at the two exposures; `reference` the lamp through the
    solvent cuvette; `blank` the emission frames of that same cuvette.
    """

    dark_absorbance: RawSpectrum | None = None
    dark_emission: RawSpectrum | None = None
    reference: RawSpectrum | None = None
    blank: EmissionFrames | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """A spectrum with its uncertainty: absorbance (unit "A") or emission ("counts/s"; "a.u." in processed files).

    `values`, `sigma` and `valid` have shape (pixels,). A pixel of which nothing is known is NaN in `values` and
    `sigma` and false in `valid`, never 0. `ceiling` is, for absorbance, the largest value each pixel could have
    shown. `remarks` are sentences for the chemist ("reference 3 h old", "the room light changed").
    `room_drift` is, for emission, the difference of the two UV-off frames in the unit of `values` (None if unknown).
    `lamp_drift` is, for absorbance, what was subtracted from every pixel because the lamp had drifted since the
    reference (None: nothing was): adding it again gives back what was measured. `response_corrected` is true where
    emission was divided by the relative response of detector and optics.
    """

    wavelengths_nm: FloatArray
    values: FloatArray
    sigma: FloatArray
    valid: BoolArray
    unit: Unit
    mid_exposure_s: float
    ceiling: FloatArray | None = None
    room_drift: Quantity | None = None
    lamp_drift: Quantity | None = None
    response_corrected: bool = False
    remarks: tuple[str, ...] = ()
