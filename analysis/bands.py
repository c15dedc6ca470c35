"""A scene as a sum of bands over a convex ground: one joint bounded fit with what is known beforehand.

The fit is linear in heights and ground, and in small changes of positions, widths and shapes about nodes at which the
curves are kept; all of them are solved for together under Gaussian priors, and the nodes follow until they rest
(Gauss-Newton). Heights and the convex part of the ground are non-negative (block pivoting: Portugal, Judice and
Vicente 1994). The ground is a sum of convex curves falling towards the red, so any place where a spectrum bends down
can only be a band.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.band_shapes import BLUE, FREE, LOG_WIDTH, NM, PROPERTIES, RATIO, RED, SKEW, Family
from analysis.scene import Bins, Nodes
from analysis.spectrum import BoolArray, FloatArray

FARTHEST = np.array([0.3, 0.35, 0.2, 0.4, 0.4, 0.6])[
    :, None
]  # one step of position (widths), log width, skew, tails, ratio
LIMIT_SPREAD = np.array([0.1, 0.02, 0.02, 0.03, 0.03, 0.03])[:, None]  # how sharp the limits of these are
ASTRAY = np.array([0.3, 0.05, 0.05, 0.1, 0.1, 0.1])[:, None]  # beyond a limit: so little is cut off without a new fit
HELD = 1e7  # on a normalised diagonal: what holds a coefficient at zero
RIDGE = 1e-9
PULL = 0.02  # of one sigma: a coefficient held at zero that asks for less stays there
PIVOTS = 8
MOST_LAYOUTS = 64
ROUNDS = 6
ENOUGH = 2  # rounds, after which only what is still far from its nodes goes on
STEADY = 0.2  # of a height: what the prior of its moves may be off by
REACH, FAR = 1.0, 2.5  # steps: how far from its node a band may rest, and late
LEAST = 1e-5  # absorbance: a family that is not there could still move


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """Data of shape (bins,) and ground of shape (10, bins), in units of the noise, whose inverse is `weight`.

    `used` tells which bins of the axis these are (None: all).
    """

    target: FloatArray
    ground: FloatArray
    weight: FloatArray
    used: BoolArray | None
    axis: Bins


@dataclass(frozen=True, slots=True, eq=False)
class FittedBand:
    """One band as fitted: position, width, height and their sigma."""

    nm: float
    sigma_nm: float
    fwhm_nm: float
    sigma_fwhm_nm: float
    height: float
    sigma_height: float


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A sum of families that fits a scene. `objective` is chi^2 plus the cost of leaving what is known beforehand.

    `properties` and `sigma` have shape (6, bands), `heights` and `height_sigma` (families,); `owner` is the family
    of each band. `rows` are the whitened directions in which the fit could still give, shape (directions, bins), and
    `covariance` theirs; `residual` is whitened; `strain` (families,) the chi^2 of place and width of their first bands.
    """

    families: tuple[Family, ...]
    owner: NDArray[np.intp]
    properties: FloatArray
    sigma: FloatArray
    heights: FloatArray
    height_sigma: FloatArray
    objective: float
    rows: FloatArray
    covariance: FloatArray
    residual: FloatArray
    strain: FloatArray

    def bands(self, family: int) -> tuple[FittedBand, ...]:
        """Return the bands of one family."""
        return tuple(self._band(int(k), family) for k in np.flatnonzero(self.owner == family))

    def _band(self, k: int, family: int) -> FittedBand:
        (nm, log_width, *_, ratio), spread = self.properties[:, k].tolist(), self.sigma[:, k].tolist()
        height, sigma = float(self.heights[family]), float(self.height_sigma[family])
        fwhm = float(np.exp(log_width))
        return FittedBand(
            nm,
            spread[0],
            fwhm,
            fwhm * spread[1],
            ratio * height,
            float(np.hypot(ratio * sigma, height * spread[RATIO])),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """How the bands of some families lie side by side: whose each is, which properties are free, where rows add up."""

    owner: NDArray[np.intp]
    first: NDArray[np.intp]
    free: NDArray[np.intp]
    mixed: tuple[NDArray[np.intp], NDArray[np.intp]]

    @staticmethod
    def of(families: tuple[Family, ...], spread: FloatArray) -> _Layout:
        key = tuple(family.layout for family in families)
        known = _LAYOUTS.get(key)
        if known is None:
            sizes = [family.prior.shape[2] for family in families]
            owner = np.repeat(np.arange(len(families)), sizes)
            first = np.cumsum([0, *sizes])[:-1]
            known = _Layout(owner, first, np.flatnonzero(spread), (owner, np.arange(owner.size)))
            if len(_LAYOUTS) > MOST_LAYOUTS:
                _LAYOUTS.clear()
            _LAYOUTS[key] = known
        return known


_LAYOUTS: dict[tuple[bytes, ...], _Layout] = {}


class _Problem:
    """The families of one fit laid out side by side."""

    def __init__(self, data: Whitened, families: tuple[Family, ...]) -> None:
        self.data, self.families = data, families
        prior = (
            np.concatenate([family.prior for family in families], axis=2) if families else np.zeros((4, PROPERTIES, 0))
        )
        self.centre, spread, self.low, self.high = prior
        layout = _Layout.of(families, spread)
        self.owner, self.first, self.free, self._mixed = layout.owner, layout.first, layout.free, layout.mixed
        self.steps = data.axis.steps(self.centre)
        self._mixing = np.zeros((len(families), self.owner.size))
        self.precision = spread.ravel()[self.free] ** -2.0
        self.strict = self.precision
        self.aim = self.centre.ravel()[self.free]
        self.linear = data.ground.shape[0] + len(families)
        self.rows = np.empty((self.linear + self.free.size, data.target.size))
        self.rows[: data.ground.shape[0]] = data.ground
        self.farthest = FARTHEST.repeat(self.owner.size, axis=1)
        self.farthest[NM] *= np.exp(self.centre[LOG_WIDTH])
        self.tails = self.centre[BLUE].tolist()
        self._blocks = np.zeros(0)
        self._nodes: Nodes | None = None

    def place(self, properties: FloatArray) -> FloatArray:
        """Lay the rows of the nodes nearest to these properties; return the properties of the nodes."""
        if not self.families:
            return properties
        data, ground = self.data, self.data.ground.shape[0]
        nodes = data.axis.nodes(properties, self.steps, self.tails)
        if self._nodes is None or nodes.keys != self._nodes.keys:
            blocks = data.axis.blocks(nodes)
            blocks = blocks if data.used is None else blocks[:, :, data.used]
            self._blocks = blocks * data.weight
            self.rows[self.linear :] = self._blocks.reshape(-1, data.target.size)[self.free]
            self._nodes = nodes
        self._mixing[self._mixed] = properties[RATIO]
        self.rows[ground : self.linear] = self._mixing @ self._blocks[RATIO]
        base = properties.copy()
        base[:2], base[SKEW] = nodes.at, nodes.skew
        base[BLUE : RED + 1] = self.centre[BLUE : RED + 1]
        return base

    def strain(self, properties: FloatArray) -> FloatArray:
        """Return the chi^2 of place and width of the families' first bands, by what was known beforehand."""
        if not self.families:
            return np.zeros(0)
        spread = np.concatenate([family.prior[1, :2] for family in self.families], axis=1)
        astray = (properties - self.centre)[:2] / np.maximum(spread, 1e-6)
        return np.asarray((astray * astray).sum(axis=0)[self.first])


def fit(
    data: Whitened,
    families: tuple[Family, ...],
    start: FloatArray | None = None,
    heights: FloatArray | None = None,
    held: BoolArray | None = None,
    rounds: int = ROUNDS,
) -> Fit:
    """Fit the heights, positions, widths and shapes of all families, and the ground, to whitened data.

    `start` are properties of shape (6, bands) and `heights` (families,) to begin with.
    """
    of = _Problem(data, families)
    ground, linear, free = data.ground.shape[0], of.linear, of.free
    p = of.centre if start is None else np.minimum(np.maximum(start, of.low), of.high)
    h = np.full(len(families), 0.01) if heights is None else heights
    shut = np.zeros(of.rows.shape[0], dtype=np.bool_)
    if held is not None:
        shut[:ground] = held[:ground]
    scale = np.ones(of.rows.shape[0])
    for left in range(rounds - 1, -1, -1):
        base = of.place(p)
        gram, right = of.rows @ of.rows.T, of.rows @ data.target
        own = np.maximum(h, LEAST)[of.owner]
        moving = (own * p[RATIO])[None].repeat(PROPERTIES, axis=0)
        moving[RATIO] = own
        scale[linear:] = moving.ravel()[free]
        gram *= scale[:, None] * scale
        right *= scale
        precision, away = of.strict, of.aim - base.ravel()[free]
        gram.ravel()[:: right.size + 1][linear:] += precision
        right[linear:] += precision * away
        x, shut, factor = nonnegative(gram, right, linear, shut)
        moved = base.copy()
        moved.ravel()[free] += x[linear:]
        inside = np.minimum(np.maximum(moved, of.low), of.high)
        before, h = h, x[ground:linear]
        p = np.minimum(np.maximum(inside, p - of.farthest), p + of.farthest)
        late = rounds - left >= ENOUGH
        if left == 0 or not families or (late and _rests(of, p, base, h, before, FAR)):
            break
        outside = np.flatnonzero((np.abs(moved - inside) > ASTRAY).ravel()[free])
        if outside.size == 0 and _rests(of, p, base, h, before, REACH):
            break
        if outside.size:
            of.aim, of.strict = of.aim.copy(), of.strict.copy()
            of.aim[outside] = inside.ravel()[free[outside]]
            of.strict[outside] = LIMIT_SPREAD.repeat(of.owner.size, axis=1).ravel()[free[outside]] ** -2.0
    return _finished(of, p, h, x, scale, factor, precision, away)


def _rests(of: _Problem, p: FloatArray, base: FloatArray, h: FloatArray, before: FloatArray, reach: float) -> bool:
    """True where the curves at the nodes still do, and the priors of the moves were those of these heights."""
    near = np.abs(p[:2] - base[:2]) <= reach * of.steps
    return bool(near.all() and (reach > REACH or (np.abs(h - before) <= STEADY * np.maximum(h, 10.0 * LEAST)).all()))


def _finished(
    of: _Problem,
    p: FloatArray,
    h: FloatArray,
    x: FloatArray,
    scale: FloatArray,
    factor: tuple[FloatArray, FloatArray],
    precision: FloatArray,
    away: FloatArray,
) -> Fit:
    rows = of.rows * scale[:, None]
    residual = of.data.target - x @ rows
    astray = x[of.linear :] - away
    scaled, norm = factor
    covariance = np.asarray(np.linalg.inv(scaled) * (norm[:, None] * norm), dtype=np.float64)
    spread = np.sqrt(covariance.ravel()[:: covariance.shape[0] + 1])
    sigma = np.zeros(p.shape)
    sigma.ravel()[of.free] = spread[of.linear :]
    return Fit(
        families=of.families,
        owner=of.owner,
        properties=p,
        sigma=sigma,
        heights=h,
        height_sigma=spread[of.data.ground.shape[0] : of.linear],
        objective=float(residual @ residual + precision @ (astray * astray)),
        rows=rows,
        covariance=covariance,
        residual=residual,
        strain=of.strain(p),
    )


def nonnegative(
    gram: FloatArray, right: FloatArray, bound: int, held: BoolArray, pivots: int = PIVOTS
) -> tuple[FloatArray, BoolArray, tuple[FloatArray, FloatArray]]:
    """Minimise x G x / 2 - r x with x from the fourth to before `bound` non-negative, those `held` starting at zero.

    Returns x, which of it are held at zero, and the normalised matrix that was solved last with its norms.
    """
    size = right.size
    norm = 1.0 / np.sqrt(gram.ravel()[:: size + 1] + 1e-30)
    scaled = gram * (norm[:, None] * norm)
    diagonal = scaled.ravel()[:: size + 1]
    aim = right * norm
    shut = held.copy()
    diagonal[:] = 1.0 + RIDGE
    diagonal[shut] = HELD
    # What is free must not fall below zero, what is held must not pull by more than PULL: sense * x < least is wrong.
    sense, least = np.zeros(size), np.full(size, -1.0)
    sense[FREE:bound], least[FREE:bound] = 1.0, 0.0
    sense[shut], least[shut] = -HELD, -PULL
    for turn in range(pivots):
        x = np.linalg.solve(scaled, aim)
        wrong = np.flatnonzero(sense * x < least)
        if turn >= pivots // 2:
            wrong = wrong[~shut[wrong]]  # only shut any more: what swings to and fro stays shut
        if wrong.size == 0:
            break
        shut[wrong] ^= True
        now = shut[wrong]
        diagonal[wrong] = np.where(now, HELD, 1.0 + RIDGE)
        sense[wrong], least[wrong] = np.where(now, -HELD, 1.0), np.where(now, -PULL, 0.0)
    x[shut] = 0.0
    return x * norm, shut, (scaled, norm)
