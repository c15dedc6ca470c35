"""The course of a run: induction, growth and loss of a cluster, growth of emission, each number with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.findings import Findings
from analysis.growth_curves import (
    AVRAMI,
    AVRAMI_AND_LOSS,
    LOG_LOGISTIC,
    Family,
    Posterior,
    posterior,
    wrong_chance,
)
from analysis.sizing import PATH_MM, to_one_cuvette
from analysis.spectrum import FloatArray, Interval
from analysis.wording import duration

ENOUGH, SPARSE = 6, 8  # readings for any number; fewer than SPARSE cannot tell growth from loss
ABSENT = 0.003  # absorbance that a cluster which is not found may still have
FOUND_SIGMAS = 5.0
MOST = 48  # readings that are fitted one by one; more are averaged in steps of equal width in sqrt(t)
ODD_CHANCE = 0.5
NO_LOSS = 0.03  # of the run's length: losses slower than this are none
FALLEN = 0.03  # of the maximum: what has fallen by less has not passed it
SURE = 0.975
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Point:
    """One reading of a course: seconds since t0, value and sigma; `index` is that of the reading in its run."""

    reaction_time_s: float
    value: float
    sigma: float
    index: int = 0


@dataclass(frozen=True, slots=True)
class EmissionGrowth:
    """How emission grew: where its steepest rise meets 0, that rise per hour, half of its end where it levels off."""

    onset_s: Interval | None = None
    rate_per_h: Interval | None = None
    half_s: Interval | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How one species came and went, `of` by name, with 95 % intervals; None where the run does not show it.

    `start_s` is the end of induction, `half_s` when half of the largest absorbance was reached, `tau_s` and `power`
    are Avrami's (or t50 and the slope of a log-logistic), `max_s` and `largest` the maximum, `loss_per_h` its loss in
    first order. `odd` are the indices of readings that stand off, `reasons` the sentences for these and for what is
    None, `model` the name of the curve. `fit` is None where there were too few readings. Absorbances are as in a 10 mm
    cuvette at the dilution `diluted` (None: not known, and taken as one).
    """

    of: str | None
    points: tuple[Point, ...]
    model: str = ""
    start_s: Interval | None = None
    half_s: Interval | None = None
    tau_s: Interval | None = None
    power: Interval | None = None
    max_s: Interval | None = None
    largest: Interval | None = None
    loss_per_h: Interval | None = None
    odd: tuple[int, ...] = ()
    emission: EmissionGrowth | None = None
    reasons: tuple[str, ...] = ()
    fit: Posterior | None = None
    diluted: float | None = None


def course_of_run(
    findings: Sequence[Findings], of: str | None = None, cuvettes: Sequence[tuple[float, float | None]] = ()
) -> Course:
    """Return the course of a run from its readings: of the species `of`, or of the first cluster it shows.

    `cuvettes` has path in mm and dilution (None: not known) of each reading; without it all are one 10 mm cuvette.
    Takes up to a second: for review, or beside a live run in its own time. Readings without a time count for nothing.
    """
    name = of or first_cluster(findings)
    diluted = next((by for _, by in cuvettes if by is not None), None)
    scales = [to_one_cuvette(path_mm, by, diluted) for path_mm, by in cuvettes]
    absorbing = () if name is None else absorbance_points(findings, name, scales)
    found = replace(course(absorbing, emission_points(findings), of=name), diluted=diluted)
    if absorbing and any(scale != 1.0 for scale in scales):
        by = "" if diluted in (None, 1.0) else f" diluted {diluted:g} times"
        found = replace(found, reasons=(f"Absorbances as in a {PATH_MM:g} mm cuvette{by}.", *found.reasons))
    return found


def course(points: Sequence[Point], emission: Sequence[Point] = (), *, of: str | None = None) -> Course:
    """Return the course that some readings show; they are sorted by time, and t0 is their zero."""
    own = tuple(sorted(points, key=lambda point: point.reaction_time_s))
    light = emission_growth(emission) if emission else None
    found = [point for point in own if point.value > FOUND_SIGMAS * point.sigma]
    known = len([point for point in own if point.reaction_time_s > 0.0])
    if known < ENOUGH or len(found) < 3:
        what = of or "a cluster"
        reason = f"{known} readings; a course takes {ENOUGH}." if known < ENOUGH else f"Too little of {what} was seen."
        return Course(of, own, emission=light, reasons=(reason,))
    return _fitted(of, own, light) if known >= SPARSE else _sparse(of, own, light)


def first_cluster(findings: Sequence[Findings]) -> str | None:
    """Return the name of the cluster that most readings show among those seen first; None where there is none."""
    seen: dict[str, int] = {}
    for one in findings:
        for species in one.species:
            if species.role == "E1" and species.absorbance > FOUND_SIGMAS * species.sigma:
                seen[species.name] = seen.get(species.name, 0) + 1
    return next((name for name, count in seen.items() if count >= min(2, max(seen.values()))), None)


def absorbance_points(findings: Sequence[Findings], name: str, scales: Sequence[float] = ()) -> tuple[Point, ...]:
    """Return the absorbance of a species in every reading that can tell it; where it is missing it is 0 +- 0.003.

    `scales`: what each reading is multiplied with, to be as in one cuvette (empty: all were measured in one).
    """
    points = []
    for index, one in enumerate(findings):
        at = one.reaction_time_s
        if at is None or at < 0.0 or (one.tail is None and not one.species):
            continue  # no time, or no absorbance
        here = next((each for each in one.species if each.name == name and each.role != "E2"), None)
        value, sigma = (0.0, ABSENT) if here is None else (here.absorbance, here.sigma)
        scale = scales[index] if scales else 1.0
        points.append(Point(at, scale * value, scale * sigma, index))
    return tuple(points)


def emission_points(findings: Sequence[Findings]) -> tuple[Point, ...]:
    """Return the height of the emission in every reading in which it could be judged."""
    return tuple(
        Point(one.reaction_time_s, one.emission.intensity, one.emission.sigma, index)
        for index, one in enumerate(findings)
        if one.reaction_time_s is not None
        and one.reaction_time_s >= 0.0
        and one.emission is not None
        and one.emission.present is not None
        and one.emission.intensity is not None
        and one.emission.sigma is not None
    )


def emission_growth(points: Sequence[Point]) -> EmissionGrowth:
    """Return how emission grew; every number None where fewer than six readings, or fewer than three with light."""
    own = sorted(points, key=lambda point: point.reaction_time_s)
    bright = [point for point in own if point.value > FOUND_SIGMAS * point.sigma]
    if len(own) < ENOUGH or len(bright) < 3 or own[-1].reaction_time_s <= 0.0:
        return EmissionGrowth(reasons=("Emission was seen in too few readings for a course.",))
    top = max(range(len(own)), key=lambda i: own[i].value)
    rise = own[: top + 1] if top + 1 >= ENOUGH else own
    fit = _posterior_of(AVRAMI, rise)
    times_s = _grid(fit.unit_s)
    curves = fit.curves(times_s)
    slopes = np.gradient(curves, times_s, axis=1)
    at = np.argmax(slopes, axis=1)
    rows = np.arange(len(curves))
    steepest = slopes[rows, at]
    half = _half_times(times_s, curves)
    levels = (
        _within(half, fit.unit_s)
        and np.quantile(curves[:, -1] / curves[:, times_s <= fit.unit_s].max(axis=1), 0.9) < 1.25
    )
    if _before_all(half, rise):
        return EmissionGrowth(reasons=(f"Emission had grown before {_first_words(rise)}.",))
    return EmissionGrowth(
        onset_s=_since_first(np.maximum(times_s[at] - curves[rows, at] / steepest, 0.0), rise),
        rate_per_h=_interval(steepest * HOUR_S),
        half_s=_since_first(half, rise) if levels else None,
        reasons=() if levels else (f"Emission has not levelled off by {duration(fit.unit_s)}.",),
    )


def _fitted(of: str | None, points: tuple[Point, ...], light: EmissionGrowth | None) -> Course:
    """Return the course by Avrami growth and loss."""
    fit = _posterior_of(AVRAMI_AND_LOSS, points)
    times_s = _grid(fit.unit_s)
    curves = fit.curves(times_s)
    inside = times_s <= fit.unit_s
    half, top = _half_times(times_s, curves), _maximum_times(times_s, curves)
    by = fit.natural()
    loss = by.loss_per_s * HOUR_S
    reasons = []
    left = curves[:, np.flatnonzero(inside)[-1]] / curves[:, inside].max(axis=1)
    passed = _within(top, fit.unit_s) and float(np.quantile(left, SURE)) < 1.0 - FALLEN
    if not passed:
        least = _at_least(top)
        when = f": not before {duration(least)}" if least > _first_s(points) else ""
        reasons.append(f"No maximum passed{when}.")
    lost = float(np.quantile(loss, 1.0 - SURE)) * fit.unit_s / HOUR_S > NO_LOSS
    if not lost:
        reasons.append(f"No loss shown: below {np.quantile(loss, 0.95):.2g} per hour.")
    grown, why = _grown(half, fit, points)
    reasons += why
    odd, said = _odd(fit, points)
    return Course(
        of,
        points,
        model=fit.family.name,
        start_s=None if _before_all(half, points) else _interval(by.start_s),
        half_s=_since_first(half, points) if grown else None,
        tau_s=_interval(by.tau_s) if grown else None,
        power=None if _before_all(half, points) else _interval(by.power),
        max_s=_interval(top) if passed else None,
        largest=_interval(curves[:, inside].max(axis=1)),
        loss_per_h=_interval(loss) if lost else None,
        odd=odd,
        emission=light,
        reasons=(*reasons, *said),
        fit=fit,
    )


def _sparse(of: str | None, points: tuple[Point, ...], light: EmissionGrowth | None) -> Course:
    """Return the course by a log-logistic curve through the readings up to the largest one."""
    top = max(range(len(points)), key=lambda i: points[i].value)
    rise = points[: top + 1]
    if len(rise) < 4:
        return Course(of, points, emission=light, reasons=("Too few readings on the rise for a course.",))
    fit = _posterior_of(LOG_LOGISTIC, rise)
    by = fit.natural()
    half = by.tau_s
    grown, why = _grown(half, fit, rise)
    reasons = [f"{len(points)} readings: log-logistic growth alone; induction, maximum and loss take {SPARSE}.", *why]
    curves = fit.curves(np.array([fit.unit_s]))
    odd, said = _odd(fit, rise)
    return Course(
        of,
        points,
        model=fit.family.name,
        half_s=_since_first(half, rise) if grown else None,
        tau_s=_since_first(half, rise) if grown else None,
        power=None if _before_all(half, rise) else _interval(by.power),
        largest=_interval(curves[:, 0]),
        odd=odd,
        emission=light,
        reasons=(*reasons, *said),
        fit=fit,
    )


def _first_s(points: Sequence[Point]) -> float:
    """Return the time of the first reading after t0: what any curve did before it, no reading tells."""
    return min((point.reaction_time_s for point in points if point.reaction_time_s > 0.0), default=0.0)


def _first_words(points: Sequence[Point]) -> str:
    return f"the first aliquot at {duration(_first_s(points))}"


def _before_all(draws: FloatArray, points: Sequence[Point]) -> bool:
    """Return whether a time lies, more likely than not, before the first reading: its number is then the prior's."""
    return float(np.median(draws)) < _first_s(points)


def _since_first(draws: FloatArray, points: Sequence[Point]) -> Interval:
    """Return a time with its interval, which reaches back to t0 where it may lie before the first reading."""
    found = _interval(draws)
    return replace(found, low=0.0) if found.low < _first_s(points) else found


def _grown(half: FloatArray, fit: Posterior, points: Sequence[Point]) -> tuple[bool, list[str]]:
    """Return whether half of the growth lies among the readings, and the sentence where it does not."""
    if _before_all(half, points):
        return False, [f"Half of it had grown before {_first_words(points)}: when, and from when on, is not told."]
    if _within(half, fit.unit_s):
        return True, []
    return False, [f"Growth has not levelled off: half of it not before {duration(_at_least(half))}."]


def _posterior_of(family: Family, points: Sequence[Point]) -> Posterior:
    times_s, values, sigma = _merged(points)
    return posterior(family, times_s, values, sigma)


def _merged(points: Sequence[Point]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return times, values and sigmas, each step's weighted mean where there are more than MOST readings."""
    table = np.array([(point.reaction_time_s, point.value, point.sigma) for point in points])
    if len(table) > MOST:
        steps = np.floor(np.sqrt(table[:, 0] / table[:, 0].max()) * (MOST - 1)).astype(np.intp)
        weight: FloatArray = table[:, 2] ** -2.0
        total = np.bincount(steps, weight)
        full = total > 0.0
        means = [np.bincount(steps, weight * table[:, k])[full] / total[full] for k in (0, 1)]
        return means[0], means[1], np.asarray(1.0 / np.sqrt(total[full]))
    return table[:, 0], table[:, 1], table[:, 2]


def _odd(fit: Posterior, points: Sequence[Point]) -> tuple[tuple[int, ...], list[str]]:
    """Return the indices of the readings that more likely went wrong than not, and a sentence for each."""
    times_s, values, sigma = (
        np.array([getattr(point, name) for point in points]) for name in ("reaction_time_s", "value", "sigma")
    )
    curves = fit.curves(times_s)
    wrong = [i for i, chance in enumerate(wrong_chance(curves, values, sigma)) if chance > ODD_CHANCE]
    expected = np.median(curves, axis=0)
    sentences = []
    for i in wrong:
        off = 100.0 * (values[i] / expected[i] - 1.0)
        when = duration(points[i].reaction_time_s)
        sentences.append(
            f"The aliquot at {when} stands off by {off:+.0f} %, as a wrong dilution does; it counts little."
        )
    return tuple(points[i].index for i in wrong), [sentence.replace("-", "−") for sentence in sentences]


def _grid(unit_s: float) -> FloatArray:
    """Times from t0 to the last reading, and on to four times that: what lies further is not told by this run."""
    return np.concatenate([np.linspace(0.0, 1.0, 161), np.geomspace(1.02, 4.0, 30)]) * unit_s


def _half_times(times_s: FloatArray, curves: FloatArray) -> FloatArray:
    """Return when each curve first reaches half of its largest value, between grid points along a line."""
    half = 0.5 * curves.max(axis=1)
    after = np.maximum(np.argmax(curves >= half[:, None], axis=1), 1)
    rows = np.arange(len(curves))
    early, late = curves[rows, after - 1], curves[rows, after]
    share = np.clip((half - early) / np.maximum(late - early, 1e-300), 0.0, 1.0)
    return np.asarray(times_s[after - 1] + share * (times_s[after] - times_s[after - 1]))


def _maximum_times(times_s: FloatArray, curves: FloatArray) -> FloatArray:
    """Return when each curve is largest; infinite where it still rises at the end of the grid."""
    top = np.argmax(curves, axis=1)
    middle = np.clip(top, 1, times_s.size - 2)
    rows = np.arange(len(curves))
    before, here, after = curves[rows, middle - 1], curves[rows, middle], curves[rows, middle + 1]
    left, right = times_s[middle] - times_s[middle - 1], times_s[middle + 1] - times_s[middle]
    rise, fall = (here - before) / left, (here - after) / right  # a parabola through three points
    sharp = rise + fall
    shift = np.where(sharp > 0.0, 0.5 * (rise * right - fall * left) / np.where(sharp > 0.0, sharp, 1.0), 0.0)
    return np.where(top >= times_s.size - 1, np.inf, times_s[middle] + np.clip(shift, -left, right))


def _within(draws: FloatArray, last_s: float) -> bool:
    return bool(np.mean(draws < last_s) >= SURE)


def _at_least(draws: FloatArray) -> float:
    """Return what 95 % of the draws exceed."""
    return float(np.sort(draws)[int(0.05 * draws.size)])


def _interval(draws: FloatArray) -> Interval:
    low, value, high = np.quantile(draws, (1.0 - SURE, 0.5, SURE))
    return Interval(float(low), float(value), float(high))
