"""The relative spectral response of detector and optics: by what emission is divided to be in proportion to photons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray

STEP_NM = 2.0  # about what a 25 to 50 um slit resolves: what changes faster in a response is noise
DOTS_NM = (480.0, 650.0)  # where dots emit (500 to 607 nm in the paper), their flanks included: has to be known
LEAST_RELATIVE = 0.01  # below it noise would be multiplied a hundredfold: nothing is known there
FEWEST_POINTS = 8


@dataclass(frozen=True, slots=True)
class Response:
    """Counts per photon against nm (ascending), relative to their mean where dots emit; `name` is where it is from.

    Photons, not watts: a CCD counts photons, and the integral of a corrected emission is in proportion to them.
    """

    name: str
    nm: tuple[float, ...]
    relative: tuple[float, ...]

    @property
    def is_sound(self) -> bool:
        """Get whether it is such a table, wherever it was kept: as many numbers as wavelengths, which rise."""
        nm, relative = np.array(self.nm), np.array(self.relative)
        if nm.shape != relative.shape or nm.size < FEWEST_POINTS:
            return False
        positive = (relative > 0.0) & (relative < np.inf)
        return bool(np.all(np.isfinite(nm)) and np.all(np.diff(nm) > 0.0) and np.all(positive))

    def at(self, wavelengths_nm: FloatArray) -> FloatArray:
        """Return the response of every pixel, shape (pixels,); NaN outside what is known and where hardly any is."""
        found = np.interp(wavelengths_nm, self.nm, self.relative, left=np.nan, right=np.nan)
        return np.where(found >= LEAST_RELATIVE, found, np.nan)


def response_by_lamp(name: str, nm: FloatArray, irradiance: FloatArray, counts: FloatArray, *, watts: bool) -> Response:
    """Return the response by a lamp of known irradiance per nm and what this spectrometer counted of it, dark off.

    All of shape (points,). `watts`: irradiance is a power per nm, in any unit; a photon of lambda carries hc/lambda, so
    that photons go as irradiance x lambda. Else it is photons per nm already. Counts per pixel hold the width of the
    pixel, and so does emission: the ratio is per nm. Raises ValueError as `response_of` does.
    """
    photons = irradiance * nm if watts else irradiance
    with np.errstate(divide="ignore", invalid="ignore"):
        return response_of(name, nm, counts / photons)


def response_by_factor(name: str, nm: FloatArray, factor: FloatArray) -> Response:
    """Return the response by the factors that counts are to be multiplied by; both of shape (points,).

    Raises ValueError as `response_of` does.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return response_of(name, nm, 1.0 / factor)


def response_of(name: str, nm: FloatArray, relative: FloatArray) -> Response:
    """Return a relative response as it is used: means over 2 nm, 1 where dots emit; both of shape (points,).

    Raises ValueError, in words, where fewer than eight points are numbers above zero, or they do not cover 480-650 nm.
    """
    known = np.isfinite(nm) & np.isfinite(relative) & (relative > 0.0)
    nm, relative = nm[known], relative[known]
    if nm.size < FEWEST_POINTS:
        raise ValueError(f"only {nm.size} of its points are numbers above zero; {FEWEST_POINTS} are needed")
    if nm.min() > DOTS_NM[0] or nm.max() < DOTS_NM[1]:
        raise ValueError(f"it does not cover {DOTS_NM[0]:.0f} to {DOTS_NM[1]:.0f} nm, where dots emit")
    step = np.floor((nm - nm.min()) / STEP_NM).astype(np.intp)
    count = np.bincount(step)
    full = count > 0
    nm, relative = (np.bincount(step, each)[full] / count[full] for each in (nm, relative))
    emitting = (nm >= DOTS_NM[0]) & (nm <= DOTS_NM[1])
    if np.count_nonzero(emitting) < FEWEST_POINTS // 2:
        raise ValueError(f"it has hardly a point from {DOTS_NM[0]:.0f} to {DOTS_NM[1]:.0f} nm, where dots emit")
    relative = relative / float(np.mean(relative[emitting]))  # 1 there: counts/s stay what they were
    six_figures = (tuple(float(f"{value:.6g}") for value in each) for each in (nm, relative))
    return Response(name, *six_figures)
