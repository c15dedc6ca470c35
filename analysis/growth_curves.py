"""Curves of growth and loss, and how well a series of aliquots knows them: draws from the posterior, seeded.

The product is generated as Avrami's 1 - exp(-((t - t0) / tau)^n) (M. Avrami, J. Chem. Phys. 1939, 7, 1103) and lost
in first order: dA/dt = a dX/dt - k A, integrated over X by Gauss and Legendre. Where readings are sparse a log-logistic
a / (1 + (t50 / t)^m) stands in for it.

Each reading scatters by its own sigma and by the pipette, and one in thirty is an aliquot that went wrong: it
has a normal of a quarter of its height instead. Draws come from an affine-invariant ensemble (J. Goodman and
J. Weare, Commun. Appl. Math. Comput. Sci. 2010, 5, 65), whose intervals are skewed as the data make them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.sizing import PIPETTING
from analysis.spectrum import FloatArray

SEED = 449
WRONG, WRONG_SHARE = 1.0 / 30.0, 0.25
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_NODES, _WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS
_WALKERS, _STARTS, _SETTLING, _STEPS, _EVERY = 64, 2048, 400, 320, 8
# A walker so far behind in log density joins those in front (never fewer than _FRONT) at every so many first steps.
_LEFT_BEHIND, _FRONT, _REJOIN = 12.0, 16, 40

Curve = Callable[["Natural", FloatArray], FloatArray]  # of the draws, at times (n,), to values (draws, n)


@dataclass(frozen=True, slots=True, eq=False)
class Natural:
    """What draws of parameters mean: each of shape (draws,), times in s, the loss per s, heights as the data's."""

    height: FloatArray
    start_s: FloatArray
    tau_s: FloatArray
    power: FloatArray
    loss_per_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A curve, with the box its parameters lie in and the prior of its power, a normal in the logarithm.

    Parameters, nearly independent of each other for the data: ln height, ln time of half growth, ln steepness there,
    and then (as far as the curve has them) induction as a share of that time and ln loss. Times are in units of the
    last reading's, heights in units of the largest one; `low`, `high`, `centre` and `spread` have shape (parameters,),
    an infinite spread is a flat prior. `power` is centre and spread of the logarithm and the bounds.
    """

    name: str
    curve: Curve
    low: FloatArray
    high: FloatArray
    centre: FloatArray
    spread: FloatArray
    power: tuple[float, float, float, float]
    half_share: float  # of (t - t0) / tau, where growth is half done: ln 2 of Avrami, 1 of a log-logistic


def _generated_and_lost(by: Natural, times: FloatArray) -> FloatArray:
    after = np.maximum(times - by.start_s[:, None], 0.0)
    power = by.power[:, None]
    share = -np.expm1(-np.minimum((after / by.tau_s[:, None]) ** power, 700.0))
    made = np.minimum(share[:, :, None] * _NODES, 1.0 - 1e-12)
    at = by.tau_s[:, None, None] * (-np.log1p(-made)) ** (1.0 / power)[:, :, None]
    kept = np.exp(-by.loss_per_s[:, None, None] * np.maximum(after[:, :, None] - at, 0.0)) @ _WEIGHTS
    return np.asarray(by.height[:, None] * share * kept)


def _generated(by: Natural, times: FloatArray) -> FloatArray:
    after = np.maximum(times - by.start_s[:, None], 0.0)
    return np.asarray(
        by.height[:, None] * -np.expm1(-np.minimum((after / by.tau_s[:, None]) ** by.power[:, None], 700.0))
    )


def _log_logistic(by: Natural, times: FloatArray) -> FloatArray:
    later = by.power[:, None] * (np.log(np.maximum(times, 1e-9)) - np.log(by.tau_s[:, None]))
    return np.asarray(by.height[:, None] / (1.0 + np.exp(np.clip(-later, -700.0, 700.0))))


def _family(
    name: str, curve: Curve, power: tuple[float, float, float, float], half_share: float, parameters: int
) -> Family:
    low, high, centre, spread = np.array(_BOX[:parameters]).T
    return Family(name, curve, low, high, centre, spread, power, half_share)


# Low, high, centre, spread. The height over the largest reading: a loss that outruns growth by far would hide a product
# several times what is seen. What lies below 0 of the induction counts as 0: growth from the first moment on.
_FLAT = float("inf")
_BOX = (
    (np.log(0.5), np.log(20.0), 0.3, 0.8),
    (np.log(0.005), np.log(10.0), 0.0, _FLAT),
    (np.log(0.5), np.log(50.0), 0.0, _FLAT),
    (-0.1, 0.97, 0.0, _FLAT),
    (np.log(0.01), np.log(300.0), 0.0, _FLAT),
)
# Avrami's n lies between 1 and 4, at a half where diffusion leads; a log-logistic is about twice as steep.
_AVRAMI_N, _SLOPE = (np.log(1.6), 0.5, 0.5, 5.0), (np.log(3.0), 0.7, 0.5, 12.0)
_LN2 = float(np.log(2.0))
AVRAMI_AND_LOSS = _family("Avrami growth, first-order loss", _generated_and_lost, _AVRAMI_N, _LN2, 5)
AVRAMI = _family("Avrami growth", _generated, _AVRAMI_N, _LN2, 4)
LOG_LOGISTIC = _family("log-logistic growth", _log_logistic, _SLOPE, 1.0, 3)


def _natural(family: Family, parameters: FloatArray) -> Natural:
    """Return what the parameters mean, in their own units."""
    half = np.exp(parameters[:, 1])
    waited = np.maximum(parameters[:, 3], 0.0) if parameters.shape[1] > 3 else np.zeros(len(parameters))
    power = np.exp(parameters[:, 2]) * (1.0 - waited)
    return Natural(
        height=np.exp(parameters[:, 0]),
        start_s=waited * half,
        tau_s=half * (1.0 - waited) / family.half_share ** (1.0 / power),
        power=power,
        loss_per_s=np.exp(parameters[:, 4]) if parameters.shape[1] > 4 else np.zeros(len(parameters)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Draws of a family's parameters, shape (draws, parameters), and the units of time (s) and height they are in."""

    family: Family
    draws: FloatArray
    unit_s: float
    unit: float

    def curves(self, times_s: FloatArray, most: int = 400) -> FloatArray:
        """Return the curves of at most so many draws at these times, shape (draws, times), in the data's own unit."""
        some = self.draws[:: max(len(self.draws) // most, 1)][:most]
        return np.asarray(self.unit * self.family.curve(_natural(self.family, some), times_s / self.unit_s))

    def natural(self) -> Natural:
        """Return what all draws mean, in seconds and in the data's own unit."""
        by = _natural(self.family, self.draws)
        return Natural(
            self.unit * by.height,
            self.unit_s * by.start_s,
            self.unit_s * by.tau_s,
            by.power,
            by.loss_per_s / self.unit_s,
        )


def posterior(family: Family, times_s: FloatArray, values: FloatArray, sigma: FloatArray) -> Posterior:
    """Return what a series allows; all arrays of shape (readings,), the largest value and time above 0.

    The same series gives the same draws. Takes 0.1-0.5 s: for a run as a whole, not for every reading.
    """
    unit_s, unit = float(times_s.max()), float(values.max())
    times, heights, spread_of = times_s / unit_s, values / unit, np.maximum(sigma / unit, 1e-6)

    def log_density(parameters: FloatArray) -> FloatArray:
        centre, spread, least, most = family.power
        inside = np.flatnonzero(np.all((parameters > family.low) & (parameters < family.high), axis=1))
        power = _natural(family, parameters[inside]).power
        inside = inside[(power > least) & (power < most)]
        chosen = parameters[inside]
        by = _natural(family, chosen)
        prior = -0.5 * np.sum(((chosen - family.centre) / family.spread) ** 2, axis=1)
        prior -= 0.5 * ((np.log(by.power) - centre) / spread) ** 2
        density = np.full(len(parameters), -np.inf)
        density[inside] = prior + log_likelihood(family.curve(by, times), heights, spread_of).sum(axis=1)
        return density

    return Posterior(family, _drawn(family, log_density), unit_s, unit)


def log_likelihood(curve: FloatArray, values: FloatArray, sigma: FloatArray) -> FloatArray:
    """Return the logarithm of the likelihood of each reading, shape (draws, readings)."""
    good = sigma**2 + (PIPETTING * curve) ** 2
    wrong = sigma**2 + (WRONG_SHARE * curve) ** 2
    miss = (values - curve) ** 2
    right = np.log(1.0 - WRONG) - 0.5 * (np.log(good) + miss / good)
    return np.asarray(np.logaddexp(right, np.log(WRONG) - 0.5 * (np.log(wrong) + miss / wrong)))


def wrong_chance(curve: FloatArray, values: FloatArray, sigma: FloatArray) -> FloatArray:
    """Return for each reading the probability that its aliquot went wrong, given the curve: shape (readings,)."""
    good = sigma**2 + (PIPETTING * curve) ** 2
    wrong = sigma**2 + (WRONG_SHARE * curve) ** 2
    miss = (values - curve) ** 2
    log_odds = np.log(WRONG / (1.0 - WRONG)) - 0.5 * (np.log(wrong / good) + miss / wrong - miss / good)
    return np.asarray((1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0)))).mean(axis=0))


def _drawn(family: Family, log_density: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Return draws of an ensemble that starts where the best of many random starts are."""
    rng = np.random.default_rng(SEED)
    flat = ~np.isfinite(family.spread)
    starts = rng.uniform(family.low, family.high, (_STARTS, family.low.size))
    spread = np.where(flat, 1.0, family.spread)
    normal = np.clip(rng.normal(family.centre, spread, starts.shape), family.low + 1e-6, family.high - 1e-6)
    starts = np.where(flat, starts, normal)
    density = np.concatenate([log_density(part) for part in np.array_split(starts, 8)])
    order = np.argsort(-density)[:_WALKERS]
    walkers, density = starts[order], density[order]
    half = _WALKERS // 2
    kept = []
    for step in range(_SETTLING + _STEPS):
        for own, others in ((slice(None, half), slice(half, None)), (slice(half, None), slice(None, half))):
            stretch = (1.0 + rng.random(half)) ** 2 / 2.0  # density 1 / sqrt(z) between 1/2 and 2
            partner = walkers[others][rng.integers(half, size=half)]
            proposed = partner + stretch[:, None] * (walkers[own] - partner)
            there = log_density(proposed)
            gain = (family.low.size - 1) * np.log(stretch) + there - np.maximum(density[own], -1e300)
            taken = np.log(rng.random(half)) < gain
            walkers[own][taken] = proposed[taken]
            density[own][taken] = there[taken]
        if step < 0.6 * _SETTLING and step % _REJOIN == _REJOIN - 1:
            behind = density < min(density.max() - _LEFT_BEHIND, np.partition(density, -_FRONT)[-_FRONT])
            joined = rng.choice(np.flatnonzero(~behind), size=int(behind.sum()))
            aside = 0.01 * (family.high - family.low) * rng.normal(size=(joined.size, family.low.size))
            walkers[behind] = walkers[joined] + aside
            density[behind] = log_density(walkers[behind])
        if step >= _SETTLING and step % _EVERY == 0:
            kept.append(walkers.copy())
    return np.concatenate(kept)
