"""An absorbance spectrum as the detector of species sees it: bins, their noise, the ground, no lines of the lamp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.band_shapes import LOG_WIDTH, PROPERTIES, ground_curves, profile
from analysis.spectrum import BoolArray, FloatArray, Spectrum

FIT_NM = (386.0, 712.0)  # below it the lamps are dark and the next bands in the UV begin
FINE_NM, COARSE_NM, COARSE_FROM_NM = 2.0, 5.0, 602.0  # a sixth of the narrowest cluster, of the narrowest dots
FEWEST = 30  # bins
DEEP_UV_NM, DEEP_UV_CELLS = (355.0, 392.0), 12  # where clusters are looked for one by one
RED_END = 20  # bins, whose median is the level of the red end
RIPPLE = 1.0e-4  # absorbance: the residual structure of lamps and fibres between reference and sample
FOURTH = np.array([-1.0, 4.0, -6.0, 4.0, -1.0]) / 6.0  # differences
CALM = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0  # smoothing
LINE_SIGMAS = 4.0
LINE_SHARE = 0.03  # of the absorbance: a band of 12 nm has fourth differences of 1.2 % of its height
LINE_REACH = 1  # bins on either side of a spoilt one
# Nodes: curves a step apart differ by less than 0.1 % of their height from what is interpolated between them.
STEP_NM, BROAD_STEP_NM, STEP_LOG = 0.5, 2.0, 0.1
BROAD = 3.5  # log of 33 nm
ASTRAY_NM = 0.02  # a bin whose pixels lie so close to its centre is not moved
REMEMBERED = 4  # axes
MOST_NODES = 4000  # of one axis


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """The nodes nearest to some bands: their keys, and position and log width of shape (2, bands); their skew."""

    keys: list[tuple[float, float, float]]
    at: FloatArray
    skew: FloatArray


class Bins:
    """The bins of one wavelength axis, and what follows from them alone: the ground, the curves at the nodes.

    Bands between the nodes are interpolated along their slopes.
    """

    def __init__(self, wavelengths_nm: FloatArray) -> None:
        self.wavelengths_nm = wavelengths_nm.copy()
        self.order = slice(None, None, -1 if wavelengths_nm[0] > wavelengths_nm[-1] else 1)
        ascending = self.wavelengths_nm[self.order]
        first, end = np.searchsorted(ascending, FIT_NM)
        self.pixels = slice(int(first), int(end))
        self.nm = ascending[self.pixels]
        fine = np.arange(FIT_NM[0], COARSE_FROM_NM, FINE_NM)
        starts = np.unique(np.searchsorted(self.nm, np.append(fine, np.arange(COARSE_FROM_NM, FIT_NM[1], COARSE_NM))))
        self.starts = starts[starts < self.nm.size]
        counts = np.diff(np.append(self.starts, self.nm.size))
        self.centres = np.add.reduceat(self.nm, self.starts) / counts if self.nm.size else np.zeros(0)
        deep = np.searchsorted(ascending, np.linspace(*DEEP_UV_NM, DEEP_UV_CELLS + 1))
        self.deep_uv = slice(int(deep[0]), int(deep[-1]))
        self.deep_cells = np.unique(deep[:-1] - deep[0])[: max(int(deep[-1] - deep[0]), 1)]
        self._grounds: dict[tuple[int, int], FloatArray] = {}
        self._curves: dict[tuple[float, float, float], FloatArray] = {}
        self.templates: dict[int, tuple[object, FloatArray]] = {}

    def ground(self, start: int, stop: int) -> FloatArray:
        """Return the ground where the bins from `start` to before `stop` were measured."""
        if (start, stop) not in self._grounds:
            self._grounds[start, stop] = ground_curves(self.centres[start:stop])
        return self._grounds[start, stop]

    def steps(self, centre: FloatArray) -> FloatArray:
        """Return the distance of the nodes in nm and log width, shape (2, bands), for bands about `centre`."""
        steps = np.full((2, centre.shape[1]), STEP_LOG)
        steps[0] = np.where(centre[LOG_WIDTH] > BROAD, BROAD_STEP_NM, STEP_NM)
        return steps

    def nodes(self, properties: FloatArray, steps: FloatArray, tails: list[float]) -> Nodes:
        """Return the nodes nearest to bands of these properties, shape (6, bands)."""
        number = np.rint(properties[:2] / steps)
        at = number * steps
        nm, log_width = at.tolist()
        keys = list(zip(nm, log_width, tails, strict=True))
        return Nodes(keys, at, 0.5 * np.exp(at[1]) / at[0])

    def blocks(self, nodes: Nodes) -> FloatArray:
        """Return slopes and curves at the nodes, shape (6, bands, bins)."""
        result = np.empty((PROPERTIES, len(nodes.keys), self.centres.size))
        for k, key in enumerate(nodes.keys):
            block = self._curves.get(key)
            if block is None:
                if len(self._curves) >= MOST_NODES:
                    self._curves.clear()
                properties = np.array([nodes.at[0, k], nodes.at[1, k], nodes.skew[k], key[2], key[2]])[:, None]
                block = self._curves[key] = profile(self.centres, properties)[:, 0]
            result[:, k] = block
        return result


_REMEMBERED: list[Bins] = []  # what follows from the axis alone: it changes no answer, only how soon it is there


def bins_of(wavelengths_nm: FloatArray) -> Bins:
    """Return the bins of an axis, ascending or descending."""
    for known in _REMEMBERED:
        if np.array_equal(known.wavelengths_nm, wavelengths_nm):
            return known
    made = Bins(wavelengths_nm)
    _REMEMBERED.insert(0, made)
    del _REMEMBERED[REMEMBERED:]
    return made


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Binned data of shape (bins,), and the ground of shape (10, bins), the first three rows free in sign.

    `variance` is that of noise alone; `level` the absorbance over the red end, smoothed, for errors that grow with it.
    `used` tells which bins of the axis these are (None: all).
    """

    wavelengths_nm: FloatArray
    values: FloatArray
    variance: FloatArray
    level: FloatArray
    ground: FloatArray
    used: BoolArray | None
    axis: Bins


def prepare(spectrum: Spectrum, from_nm: float = FIT_NM[0]) -> Scene | None:
    """Bin an absorbance spectrum for the fit, from a wavelength on; None where fewer than 30 bins were measured."""
    if spectrum.wavelengths_nm.size < FEWEST:
        return None
    bins = bins_of(spectrum.wavelengths_nm)
    if bins.starts.size < FEWEST:
        return None
    valid = spectrum.valid[bins.order][bins.pixels]
    values, sigma = spectrum.values[bins.order][bins.pixels], spectrum.sigma[bins.order][bins.pixels]
    whole = bool(valid.all())
    if not whole:
        values, sigma = np.where(valid, values, 0.0), np.where(valid, sigma, np.inf)
    weight = 1.0 / (sigma * sigma)
    total = np.add.reduceat(weight, bins.starts)
    full = total > 0.0
    if from_nm > FIT_NM[0]:
        full &= bins.centres >= from_nm
    measured = np.flatnonzero(full)
    if measured.size < FEWEST:
        return None
    start, stop = int(measured[0]), int(measured[-1]) + 1
    total = np.maximum(total, 1e-300)
    means = np.add.reduceat(weight * values, bins.starts) / total
    if not whole:
        means = _recentred(means, np.add.reduceat(weight * bins.nm, bins.starts) / total, bins, full)
    means, variance, full = means[start:stop], 1.0 / total[start:stop] + RIPPLE**2, full[start:stop]
    calm = np.convolve(means, CALM, mode="same")
    calm[:2], calm[-2:] = means[:2], means[-2:]
    level = np.abs(calm - float(np.sort(means[-RED_END:])[RED_END // 2]))
    clean = full & ~_lines(means, variance, level)
    centres, ground = bins.centres[start:stop], bins.ground(start, stop)
    if clean.all():
        if centres.size == bins.centres.size:
            return Scene(centres, means, variance, level, ground, None, bins)
    elif np.count_nonzero(clean) < FEWEST:
        return None
    else:
        centres, means, variance, level, ground = (
            centres[clean], means[clean], variance[clean], level[clean], ground[:, clean]
        )  # fmt: skip
    used = np.zeros(bins.centres.size, dtype=np.bool_)
    used[start:stop] = clean
    return Scene(centres, means, variance, level, ground, used, bins)


def steepest_rise(spectrum: Spectrum) -> float:
    """Return by how many sigma absorbance rises to the red anywhere in the deep UV: else no maximum is there."""
    bins = bins_of(spectrum.wavelengths_nm)
    valid = spectrum.valid[bins.order][bins.deep_uv]
    if np.count_nonzero(valid) < DEEP_UV_CELLS:
        return 0.0
    values, sigma = spectrum.values[bins.order][bins.deep_uv], spectrum.sigma[bins.order][bins.deep_uv]
    if not valid.all():
        values, sigma = np.where(valid, values, 0.0), np.where(valid, sigma, np.inf)
    weight = 1.0 / (sigma * sigma)
    total = np.add.reduceat(weight, bins.deep_cells)
    full = total > 0.0
    total = total[full]
    mean = np.add.reduceat(weight * values, bins.deep_cells)[full] / total
    if mean.size < 2:
        return 0.0
    spread = np.sqrt(1.0 / total[1:] + 1.0 / total[:-1])
    return float(((mean[1:] - mean[:-1]) / spread).max())


def _recentred(means: FloatArray, at_nm: FloatArray, bins: Bins, full: BoolArray) -> FloatArray:
    """Move the mean of a bin with missing pixels to the bin's centre along the slope; empty ones are interpolated."""
    astray = np.abs(at_nm - bins.centres) > ASTRAY_NM
    if not astray.any():
        return means
    known = np.flatnonzero(full)
    moved = means.copy()
    for k in np.flatnonzero(astray & full):
        at = int(np.searchsorted(known, k))
        left, right = known[max(at - 1, 0)], known[min(at + 1, known.size - 1)]
        slope = (means[right] - means[left]) / (at_nm[right] - at_nm[left])
        moved[k] += slope * (bins.centres[k] - at_nm[k])
    if known.size < full.size:
        moved[~full] = np.interp(bins.centres[~full], bins.centres[known], moved[known])
    return moved


def _lines(values: FloatArray, variance: FloatArray, level: FloatArray) -> BoolArray:
    """Bins that a line of the lamp has spoilt: structure much narrower than any band."""
    bend = np.convolve(values, FOURTH, mode="valid")
    spread = np.convolve(variance, FOURTH * FOURTH, mode="valid")
    odd = np.abs(bend) > LINE_SIGMAS * np.sqrt(spread) + LINE_SHARE * level[2:-2]
    spoilt = np.zeros(values.size, dtype=np.bool_)
    if odd.any():
        for at in np.flatnonzero(odd):
            spoilt[at + 2 - LINE_REACH : at + 3 + LINE_REACH] = True
    return spoilt
