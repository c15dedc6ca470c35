"""A spectrum as a sum of bands over a convex ground: bounded least squares with what is known beforehand.

Positions, widths, skew and tails of the bands are found by Gauss-Newton steps on a variable projection (Golub and
Pereyra 1973, in Kaufman's form); heights and the ground are solved for at every step under the condition that no
band is negative (Lawson and Hanson 1974). The ground is a sum of convex curves falling towards the red, so any
place where a spectrum bends down can only be a band.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.band_shapes import FREE, BandShape, Family, Scene, profile
from analysis.spectrum import BoolArray, FloatArray

STEPS = 12
PULL = 0.02  # of one sigma: a column held at zero that asks for less stays there
SETTLED = 0.01  # of chi^2: a step that gains less ends the fit
ROUGHLY = 1.0  # the same while families are still compared, which differ by tens


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

    `properties` has shape (bands, 4): position, log width, skew, tail. `coefficients` are those of the ground, then
    the heights. `residual` is whitened; `moves` are the whitened directions in which the fit could still give, and
    `give` their covariance. `strain` is, for each family, the cost of leaving what is known beforehand.
    """

    families: tuple[Family, ...]
    properties: FloatArray
    coefficients: FloatArray
    objective: float
    residual: FloatArray
    moves: FloatArray
    give: FloatArray
    strain: tuple[float, ...]
    bands: tuple[tuple[FittedBand, ...], ...]

    def of(self, name: str) -> tuple[FittedBand, ...] | None:
        """Return the bands of the family of that name, or None."""
        for family, bands in zip(self.families, self.bands, strict=True):
            if family.name == name:
                return bands
        return None


def _mixing(families: tuple[Family, ...]) -> FloatArray:
    """The matrix that turns non-negative coefficients into heights: a bounded ratio is a cone of two edges."""
    count = sum(len(family.bands) for family in families)
    mixing, at = np.eye(count), 0
    for family in families:
        if family.ratio is not None:
            low, high = family.ratio
            mixing[at : at + 2, at : at + 2] = ((1.0, 1.0), (low, high))
        at += len(family.bands)
    return mixing


def fit(
    data: Scene,
    families: tuple[Family, ...],
    start: FloatArray | None = None,
    near: FloatArray | None = None,
    settled: float = ROUGHLY,
) -> Fit:
    """Fit the heights, positions, widths and shapes of all families, and the ground, to a scene.

    `start` are properties of shape (bands, 4) to begin with, `near` coefficients of a fit like the one sought.
    """
    shapes = [band for family in families for band in family.bands]
    prior, mixing = _Prior.of(shapes), _mixing(families)
    target = data.values / data.sigma
    properties = prior.clipped(prior.centre.copy() if start is None else start)
    columns, slopes = _columns(data, properties, mixing)
    coefficients, passive = _nonnegative(columns, target, np.zeros(columns.shape[1]) if near is None else near)
    objective = _objective(columns, coefficients, target, prior, properties)
    for _ in range(STEPS if shapes else 0):
        step, promised = _step(columns, slopes, mixing, coefficients, passive, target, prior, properties)
        if promised < settled:
            break
        for shrink in (1.0, 0.4, 0.1):
            moved = prior.clipped(properties + shrink * step)
            new_columns, new_slopes = _columns(data, moved, mixing)
            new_coefficients, new_passive = _nonnegative(new_columns, target, coefficients)
            new_objective = _objective(new_columns, new_coefficients, target, prior, moved)
            if new_objective < objective:
                break
        gain = objective - new_objective
        if gain <= 0.0:
            break
        properties, columns, slopes = moved, new_columns, new_slopes
        coefficients, passive, objective = new_coefficients, new_passive, new_objective
        if gain < settled:
            break
    return _finish(data, families, properties, columns, slopes, coefficients, passive, objective, prior)


@dataclass(frozen=True, slots=True, eq=False)
class _Prior:
    centre: FloatArray
    weight: FloatArray
    low: FloatArray
    high: FloatArray

    @staticmethod
    def of(shapes: list[BandShape]) -> _Prior:
        rows = [
            (
                (s.nm, np.log(s.fwhm_nm), 0.5 * s.fwhm_nm / s.nm, min(s.tail_spread, 0.15)),
                (s.nm_spread, s.fwhm_log_spread, s.skew_spread, s.tail_spread),
                (s.nm_range[0], np.log(s.fwhm_range[0]), -0.45, 0.0),
                (s.nm_range[1], np.log(s.fwhm_range[1]), 0.45, 0.95),
            )
            for s in shapes
        ]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), 4, 4)
        spread = np.where(table[:, 1] > 0.0, table[:, 1], 1e-6)
        return _Prior(table[:, 0], 1.0 / spread**2, table[:, 2], table[:, 3])

    def clipped(self, properties: FloatArray) -> FloatArray:
        return np.clip(properties, self.low, self.high)


def _columns(data: Scene, properties: FloatArray, mixing: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Whitened columns of ground and bands, shape (bins, columns), and the bands' slopes, shape (bands, 4, bins)."""
    curves, slopes = profile(data.wavelengths_nm, properties)
    return np.hstack([data.ground, (curves / data.sigma).T @ mixing]), slopes / data.sigma


def _objective(
    columns: FloatArray, coefficients: FloatArray, target: FloatArray, prior: _Prior, properties: FloatArray
) -> float:
    residual = target - columns @ coefficients
    return float(residual @ residual + np.sum(prior.weight * (properties - prior.centre) ** 2))


def _nonnegative(columns: FloatArray, target: FloatArray, near: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Least squares with all but the first three coefficients non-negative; also which of them are not held at 0.

    The search starts from `near`, any coefficients that keep the condition: those of the step before, or zeros.
    """
    norms = np.sqrt(np.einsum("ij,ij->j", columns, columns)) + 1e-300
    scaled = columns / norms
    gram = scaled.T @ scaled
    gram.flat[:: norms.size + 1] += 1e-9
    right = scaled.T @ target
    free = np.arange(norms.size) < FREE
    passive, x = free | (near > 0.0), near * norms
    tolerance = max(PULL, 1e-7 * float(np.max(np.abs(right))))
    for _ in range(6 * norms.size):
        index = np.flatnonzero(passive)
        trial = np.zeros(norms.size)
        trial[index] = np.linalg.solve(gram[index[:, None], index], right[index])
        blocked = np.flatnonzero((trial <= 0.0) & passive & ~free)
        if blocked.size:
            travel = x[blocked] / np.maximum(x[blocked] - trial[blocked], 1e-300)
            reach = float(travel.min())
            x = x + reach * (trial - x)
            passive[blocked[travel <= reach + 1e-9]] = False
            x[~passive] = 0.0
            continue
        x = trial
        pull = np.where(passive, -np.inf, right - gram @ x)
        if float(pull.max()) <= tolerance:
            break
        passive[int(np.argmax(pull))] = True
    return x / norms, passive


def _step(
    columns: FloatArray,
    slopes: FloatArray,
    mixing: FloatArray,
    coefficients: FloatArray,
    passive: BoolArray,
    target: FloatArray,
    prior: _Prior,
    properties: FloatArray,
) -> tuple[FloatArray, float]:
    """The Gauss-Newton step, and the gain that it promises."""
    bands = properties.shape[0]
    heights = mixing @ coefficients[-bands:]
    jacobian = (slopes * heights[:, None, None]).reshape(4 * bands, target.size).T
    basis, _ = np.linalg.qr(columns[:, passive])
    jacobian = jacobian - basis @ (basis.T @ jacobian)
    residual = target - columns @ coefficients
    weight = prior.weight.ravel()
    normal = jacobian.T @ jacobian + np.diag(weight)
    pull = jacobian.T @ residual - weight * (properties - prior.centre).ravel()
    # A property at its limit that is pulled outwards stays there.
    flat, low, high = properties.ravel(), prior.low.ravel(), prior.high.ravel()
    index = np.flatnonzero(~(((flat <= low) & (pull < 0.0)) | ((flat >= high) & (pull > 0.0))))
    step = np.zeros(flat.size)
    step[index] = np.linalg.solve(normal[index[:, None], index], pull[index])
    return step.reshape(bands, 4), float(step @ pull)


def _finish(
    data: Scene,
    families: tuple[Family, ...],
    properties: FloatArray,
    columns: FloatArray,
    slopes: FloatArray,
    coefficients: FloatArray,
    passive: BoolArray,
    objective: float,
    prior: _Prior,
) -> Fit:
    count, grounds = properties.shape[0], data.ground.shape[1]
    heights = _mixing(families) @ coefficients[grounds:]
    curves, _ = profile(data.wavelengths_nm, properties)
    apart = np.hstack([data.ground, (curves / data.sigma).T])
    moving = (slopes * heights[:, None, None]).reshape(4 * count, data.values.size).T
    used = passive.copy()
    used[grounds:] = heights > 0.0
    norms = np.sqrt(np.einsum("ij,ij->j", apart, apart)) + 1e-300
    moves = np.hstack([apart / norms * used, moving])
    held = np.concatenate([np.where(used, 1e-9, 1.0), prior.weight.ravel()])
    ratios = _ratio_rows(families, heights, norms, moves.shape[1], grounds)
    give = np.linalg.inv(moves.T @ moves + ratios.T @ ratios + np.diag(held))
    variance = np.diag(give)
    height_sigma = np.sqrt(variance[grounds : norms.size]) / norms[grounds:]
    shape_sigma = np.sqrt(variance[norms.size :]).reshape(count, 4)
    flat = [
        FittedBand(
            nm=float(properties[k, 0]),
            sigma_nm=float(shape_sigma[k, 0]),
            fwhm_nm=float(np.exp(properties[k, 1])),
            sigma_fwhm_nm=float(np.exp(properties[k, 1]) * shape_sigma[k, 1]),
            height=float(heights[k]),
            sigma_height=float(height_sigma[k]),
        )
        for k in range(count)
    ]
    away = np.sum(prior.weight * (properties - prior.centre) ** 2, axis=1)
    bands, strain, at = [], [], 0
    for family in families:
        end = at + len(family.bands)
        bands.append(tuple(flat[at:end]))
        strain.append(float(np.sum(away[at:end])))
        at = end
    residual = data.values / data.sigma - columns @ coefficients
    return Fit(
        families,
        properties,
        coefficients,
        objective,
        residual,
        moves,
        give,
        tuple(strain),
        tuple(bands),
    )


def _ratio_rows(
    families: tuple[Family, ...], heights: FloatArray, norms: FloatArray, width: int, grounds: int
) -> FloatArray:
    """The bounds on height ratios as observations of a uniform distribution's centre and spread."""
    rows, at = np.zeros((len(families), width)), 0
    for k, family in enumerate(families):
        if family.ratio is not None and heights[at] > 0.0:
            low, high = family.ratio
            spread = (high - low) / np.sqrt(12.0) * heights[at]
            rows[k, grounds + at] = -0.5 * (low + high) / spread / norms[grounds + at]
            rows[k, grounds + at + 1] = 1.0 / spread / norms[grounds + at + 1]
        at += len(family.bands)
    return rows


def with_family(
    data: Scene, known: Fit, family: Family, at: tuple[float, float] | None = None, afresh: str | None = None
) -> Fit:
    """Fit again with one family more; `at` is position and width (nm) at which its leading band starts.

    The family called `afresh` starts again from what was known of it before the fit.
    """
    shapes = _Prior.of(list(family.bands))
    start = shapes.centre.copy()
    if at is not None:
        start[0, 0], start[0, 1] = at[0], np.log(at[1])
    before = known.properties
    if afresh is not None:
        everything = _Prior.of([band for f in known.families for band in f.bands]).centre
        rows = np.repeat([f.name == afresh for f in known.families], [len(f.bands) for f in known.families])
        before = np.where(rows[:, None], everything, before)
    near = np.concatenate([known.coefficients, np.zeros(start.shape[0])])
    return fit(data, (*known.families, family), np.vstack([before, start]), near)


def exchanged(data: Scene, known: Fit, names: tuple[str, ...], families: tuple[Family, ...]) -> Fit:
    """Fit again with `families` in the place of those of the given names; all others start from where they are."""
    stay = [family.name not in names for family in known.families]
    rows = np.repeat(stay, [len(family.bands) for family in known.families])
    shapes = [band for family in families for band in family.bands]
    start = np.vstack([known.properties[rows], _Prior.of(shapes).centre])
    ground = known.coefficients[: data.ground.shape[1]]
    near = np.concatenate([ground, known.coefficients[data.ground.shape[1] :][rows], np.zeros(len(shapes))])
    kept = tuple(family for family in known.families if family.name not in names)
    return fit(data, (*kept, *families), start, near)


def polished(data: Scene, known: Fit) -> Fit:
    """Fit the same families again until nothing moves any more."""
    return fit(data, known.families, known.properties, known.coefficients, SETTLED)


def without_family(data: Scene, known: Fit, name: str) -> Fit:
    """Fit again without the family of that name."""
    return exchanged(data, known, (name,), ())


def evidence(known: Fit, atoms: FloatArray) -> FloatArray:
    """Return how many sigma of each whitened atom (bins, atoms) the residual holds, the fit giving way to it.

    This is the score test: its square is the gain to be expected from adding the atom.
    """
    along = known.moves.T @ atoms
    full = np.einsum("ij,ij->j", atoms, atoms)
    left = full - np.einsum("ij,ij->j", along, known.give @ along)
    usable = left > 1e-3 * full
    return np.where(usable, (known.residual @ atoms) / np.sqrt(np.where(usable, left, 1.0)), 0.0)
