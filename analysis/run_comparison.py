"""Several runs side by side: absorbance of the product by reaction time, and how their courses relate to the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.growth_curves import SEED
from analysis.kinetics import Course, Point
from analysis.spectrum import FloatArray, Interval, Quantity

SAME_TIME = 0.05  # of the time: readings nearer than that stand in one row
SAME_TIME_S = 60.0
PAIRS = 4000
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One run beside the first: ratios with 95 % intervals, None where either run does not show the number.

    `half_ratio` is its time of half growth over that of the first run, `largest_ratio` its largest absorbance over
    theirs as both would be in one cuvette at one dilution, `loss_ratio` its loss over theirs. `reason` says what about
    absorbances does not compare. The first run's own are None.
    """

    name: str
    of: str | None
    half_ratio: Interval | None
    largest_ratio: Interval | None
    loss_ratio: Interval | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs in one table: `rows` are reaction times (s) with each run's absorbance, None where it has no reading.

    Absorbances are as in a 10 mm cuvette at the first run's dilution; each at its own where one is not known.
    """

    runs: tuple[ComparedRun, ...]
    rows: tuple[tuple[float, tuple[Quantity | None, ...]], ...]


def compared(courses: Mapping[str, Course]) -> Comparison:
    """Return the comparison of some runs by name; the first is what the others are held against."""
    names = tuple(courses)
    if not names:
        return Comparison((), ())
    first = courses[names[0]]
    runs = [ComparedRun(names[0], first.of, None, None, None)]
    points = [first.points]
    for name in names[1:]:
        course = courses[name]
        scale = _scale(course, first)
        points.append(course.points if scale in (None, 1.0) else _times(course.points, scale))
        runs.append(
            ComparedRun(
                name,
                course.of,
                ratio(course.half_s, first.half_s),
                None if scale is None else ratio(_scaled(course.largest, scale), first.largest),
                ratio(course.loss_per_h, first.loss_per_h),
                _unlike(name, names[0], course, first),
            )
        )
    return Comparison(tuple(runs), tuple(_rows(points)))


def _scale(course: Course, first: Course) -> float | None:
    """Return what absorbances of a run are multiplied with to be at the first one's dilution; None: not known."""
    if course.diluted is None or first.diluted is None:
        return 1.0 if course.diluted is first.diluted else None
    return course.diluted / first.diluted


def _unlike(name: str, first_name: str, course: Course, first: Course) -> str:
    unknown = [each for each, of in ((name, course), (first_name, first)) if of.diluted is None]
    if len(unknown) == 1:
        return f"Absorbances do not compare: the dilution of {unknown[0]} is not known."
    return "The dilution of neither is known; they count as the same." if unknown else ""


def _times(points: tuple[Point, ...], scale: float) -> tuple[Point, ...]:
    return tuple(replace(point, value=scale * point.value, sigma=scale * point.sigma) for point in points)


def _scaled(number: Interval | None, scale: float) -> Interval | None:
    return None if number is None else Interval(scale * number.low, scale * number.value, scale * number.high)


def ratio(over: Interval | None, under: Interval | None) -> Interval | None:
    """Return the ratio of two independent numbers with its 95 % interval; None where one is missing or reaches 0.

    Each number is taken as a normal in its logarithm whose two halves are as wide as its interval says.
    """
    if over is None or under is None:
        return None
    bounds = (over.low, over.value, over.high, under.low, under.value, under.high)
    if not all(0.0 < each < np.inf for each in bounds):
        return None
    rng = np.random.default_rng(SEED)
    drawn = np.exp(_logarithms(rng, over) - _logarithms(rng, under))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(float(low), over.value / under.value, float(high))


def _logarithms(rng: np.random.Generator, number: Interval) -> FloatArray:
    unit = rng.normal(size=PAIRS)
    below, above = np.log(number.value / number.low) / Z95, np.log(number.high / number.value) / Z95
    return np.asarray(np.log(number.value) + unit * np.where(unit < 0.0, below, above))


def _rows(series: list[tuple[Point, ...]]) -> list[tuple[float, tuple[Quantity | None, ...]]]:
    """Return the readings of all runs by time; those of different runs that nearly coincide share a row."""
    every = sorted((point.reaction_time_s, run) for run, points in enumerate(series) for point in points)
    groups: list[dict[int, float]] = []
    for time_s, run in every:
        begun = min(groups[-1].values()) if groups else 0.0
        if groups and run not in groups[-1] and time_s - begun <= max(SAME_TIME * begun, SAME_TIME_S):
            groups[-1][run] = time_s
        else:
            groups.append({run: time_s})
    values = [{point.reaction_time_s: Quantity(point.value, point.sigma) for point in points} for points in series]
    return [
        (
            float(np.mean(list(group.values()))),
            tuple(values[run][group[run]] if run in group else None for run in range(len(series))),
        )
        for group in groups
    ]
