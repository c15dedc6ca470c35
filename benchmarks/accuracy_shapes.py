"""Band shapes of the accuracy bench, drawn at random for every run: none of them is a shape that the detector fits."""

from __future__ import annotations

import numpy as np
from scipy.special import erfcx, voigt_profile

from analysis.spectrum import FloatArray

EV_NM = 1239.841984
KINDS = ("split", "skewed", "log-normal", "Voigt", "energy", "tails")


def split_bell(nm: FloatArray, centre_nm: float, fwhm_nm: float, red_over_blue: float) -> FloatArray:
    """Two halves of Gaussians, 1 at the centre; the red half is `red_over_blue` times as wide as the blue one."""
    blue = fwhm_nm / (1.0 + red_over_blue) / 1.17741
    off = nm - centre_nm
    return np.asarray(np.exp(-0.5 * (off / np.where(off < 0.0, blue, blue * red_over_blue)) ** 2))


class Shape:
    """One random band shape in photon energy or nm: `at(nm, centre, fwhm)` is 1 at its maximum, which is the centre."""

    __slots__ = ("kind", "skew", "toward_blue")

    def __init__(self, rng: np.random.Generator, kinds: tuple[str, ...] = KINDS) -> None:
        self.kind = str(rng.choice(kinds))
        self.skew = float(rng.uniform(0.0, 1.0))
        self.toward_blue = bool(rng.random() < 0.7)

    def at(self, nm: FloatArray, centre_nm: float, fwhm_nm: float) -> FloatArray:
        """Return the band over `nm`, shape (pixels,)."""
        ev, centre_ev = EV_NM / nm, EV_NM / centre_nm
        fwhm_ev = EV_NM * fwhm_nm / centre_nm**2
        off = (ev - centre_ev) * (1.0 if self.toward_blue else -1.0)
        if self.kind == "split":
            ratio = 1.0 + 0.35 * self.skew
            return split_bell(nm, centre_nm, fwhm_nm, 1.0 / ratio if self.toward_blue else ratio)
        if self.kind == "skewed":
            return _skewed(off, fwhm_ev, 0.25 + 0.35 * self.skew)
        if self.kind == "log-normal":
            return _log_normal(off, fwhm_ev, 0.05 + 0.20 * self.skew)
        if self.kind == "Voigt":
            return _voigt(off, fwhm_ev, 0.1 + 0.3 * self.skew)
        if self.kind == "tails":
            eta = 0.05 + 0.20 * self.skew
            lorentz = 1.0 / (1.0 + (2.0 * off / fwhm_ev) ** 2)
            return np.asarray(eta * lorentz + (1.0 - eta) * np.exp(-2.7726 * (off / fwhm_ev) ** 2))
        return np.asarray(np.exp(-2.7726 * (off / fwhm_ev) ** 2))


_GRID = np.linspace(-4.0, 8.0, 2401)


def _normalised(values: FloatArray) -> tuple[float, float, float]:
    """Return top, its place and full width on the grid, places interpolated."""
    top = int(np.argmax(values))
    left, mid, right = values[top - 1 : top + 2]
    place = 0.5 * (left - right) / (left - 2.0 * mid + right)
    half = np.flatnonzero(values >= 0.5 * mid)
    first, last = int(half[0]), int(half[-1])
    step = float(_GRID[1] - _GRID[0])
    low = _GRID[first] - step * (values[first] - 0.5 * mid) / (values[first] - values[first - 1])
    high = _GRID[last] + step * (values[last] - 0.5 * mid) / (values[last] - values[last + 1])
    return float(mid), float(_GRID[top] + place * step), float(high - low)


def _emg(x: FloatArray, tail: float) -> FloatArray:
    """Gaussian of sigma 1 convolved with an exponential of length `tail`, without its factor."""
    z = (1.0 / tail - x) / np.sqrt(2.0)
    safe = np.maximum(z, -25.0)
    return np.asarray(np.exp(-0.5 * x**2) * np.where(z > -25.0, erfcx(safe), 0.0))


def _skewed(off_ev: FloatArray, fwhm_ev: float, tail: float) -> FloatArray:
    tail = 2.0 * tail
    top, place, width = _normalised(_emg(_GRID, tail))
    return _emg(np.clip(off_ev / fwhm_ev * width + place, -30.0, 30.0), tail) / top


def _log_normal(off_ev: FloatArray, fwhm_ev: float, spread: float) -> FloatArray:
    """Log-normal in energy above an origin; its mode at zero."""
    scale = fwhm_ev / (2.0 * np.sinh(1.17741 * spread))
    inside = np.maximum(1.0 + off_ev / scale, 1e-9)
    return np.asarray(np.exp(-0.5 * (np.log(inside) / spread) ** 2))


def _voigt(off_ev: FloatArray, fwhm_ev: float, lorentz: float) -> FloatArray:
    """Voigt profile whose Lorentz part has the share `lorentz` of the full width (Olivero and Longbothum 1977)."""
    wide = lorentz * fwhm_ev
    gauss = np.sqrt(max((fwhm_ev - 0.5346 * wide) ** 2 - 0.2166 * wide**2, 1e-12)) / 2.35482
    profile = voigt_profile(off_ev, gauss, 0.5 * wide)
    return np.asarray(profile / float(voigt_profile(0.0, gauss, 0.5 * wide)))


def rise(nm: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The crowd of higher transitions to the blue: 1 at 350 nm, nothing of it left beyond its edge."""
    if rng.random() < 0.5:
        return np.asarray(np.exp(-(nm - 350.0) / rng.uniform(15.0, 32.0)))
    edge, soft = rng.uniform(355.0, 380.0), rng.uniform(7.0, 14.0)
    step = 1.0 / (1.0 + np.exp(np.clip((nm - edge) / soft, -50.0, 50.0)))
    return np.asarray(step * (1.0 + np.exp((350.0 - edge) / soft)))
