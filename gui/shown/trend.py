"""The trend: which numbers stand in which plot, what each plot is called, and what is said of one aliquot in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gui import words
from gui.marks import MarkName
from gui.time_axis import interval_words
from station.trend import Trend, Trends, What

Shape = Literal["circle", "diamond", "triangle", "square"]
SHAPES: tuple[tuple[Shape, bool], ...] = (("circle", True), ("diamond", False), ("triangle", True), ("square", False))
NO_ALIQUOT = "with the first aliquot"
NOT_MEASURED = "was not measured"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One trend in a plot: what it is called there (nothing where it is alone), and by which shape it is told."""

    trend: Trend
    label: str
    shape: Shape
    filled: bool


@dataclass(frozen=True, slots=True, eq=False)
class TrendPlot:
    """One plot: title, unit with what belongs to it, its lines; `waits` is said where there are none.

    `from_zero`: its heights begin at zero; else they span at least `least`.
    """

    what: What
    title: str
    unit: str
    lines: tuple[Line, ...]
    waits: str
    from_zero: bool
    least: float


@dataclass(frozen=True, slots=True)
class OnsetBand:
    """The interval in which dots began to emit (s; None: from the beginning), its words and the shape of its flag."""

    earliest_s: float | None
    latest_s: float
    words: str
    sign: MarkName


_PLOTS: tuple[tuple[What, str, str, str, bool, float], ...] = (
    ("absorbance", "Absorbance", "A, fitted component", "no band is seen yet", True, 0.02),
    ("emission", "Emission", "", NO_ALIQUOT, True, 100.0),
    ("maximum", "Emission peak", "nm", "no emission is seen yet", False, 15.0),
    ("tail", "Tail", "A500", NO_ALIQUOT, True, 0.006),
    ("second band", "Second band", "A, E2", "no second band is seen yet", True, 0.02),
    ("place", "Band", "nm", "no band is seen yet", False, 15.0),
    ("integral", "Emission 470–750 nm", "", NO_ALIQUOT, True, 1000.0),
    ("width", "Emission FWHM", "nm", "no emission is seen yet", True, 20.0),
)
LEAST_AU = 1e-6  # of what is measured in arbitrary units nothing is known beforehand


def plots(trends: Trends) -> tuple[TrendPlot, ...]:
    """Return all plots in their order: four that lead through a reaction, then four more."""
    return tuple(_plot(trends, *row) for row in _PLOTS)


def _plot(trends: Trends, what: What, title: str, unit: str, waits: str, from_zero: bool, least: float) -> TrendPlot:
    lines = _lines(trends.of(what))
    if not unit:
        unit = lines[0].trend.unit if lines else "counts/s"
        least = LEAST_AU if unit.startswith("a.u.") else least
    if what in ("absorbance", "second band", "tail") and not trends.one_cuvette:
        unit = f"{unit}, as measured: cuvettes differ"
    if waits == NO_ALIQUOT and trends.aliquots:
        waits = NOT_MEASURED
    return TrendPlot(what, title, unit, lines, waits, from_zero, least)


def _lines(found: tuple[Trend, ...]) -> tuple[Line, ...]:
    """Return the largest four trends of a quantity in the order in which they were first seen."""
    largest = sorted(found, key=lambda one: -float(one.values.max(initial=0.0)))[: len(SHAPES)]
    kept = [one for one in found if any(one is each for each in largest)]
    several = len(kept) > 1 or any(one.of for one in kept)
    return tuple(
        Line(one, one.symbol if several else "", shape, filled)
        for one, (shape, filled) in zip(kept, SHAPES, strict=False)
    )


def onset_band(trends: Trends, *, past: bool = False) -> OnsetBand | None:
    """Return the onset that is up, or None; one that was answered, or is past, has the outline of a flag."""
    onset = trends.onset
    if onset is None:
        return None
    said = {None: "", True: "", False: ", dismissed"}[trends.onset_answer]
    when = interval_words(onset.earliest_s, onset.latest_s)
    sign: MarkName = "flag" if trends.onset_answer is None and not past else "flag-outline"
    return OnsetBand(onset.earliest_s, onset.latest_s, f"onset {when}{said}", sign)


def said_of(plot: TrendPlot, number: int) -> str:
    """Return what a plot says of one aliquot: "A449 0.183 ± 0.002, A469 < 0.003"; nothing where it says nothing.

    The largest is said first, limits last.
    """
    found: list[tuple[bool, float, str]] = []
    for line in plot.lines:
        at = (line.trend.numbers == number).nonzero()[0]
        if at.size:
            index = int(at[-1])
            words_of_it = " ".join(filter(None, (line.label, _number(line.trend, index))))
            found.append((bool(line.trend.below[index]), -float(line.trend.values[index]), words_of_it))
    return ", ".join(said for _, _, said in sorted(found))


def _number(trend: Trend, index: int) -> str:
    """Return one value as the bench says it."""
    value, sigma = float(trend.values[index]), float(trend.sigma[index])
    step = words.ABSORBANCE_STEP if trend.unit == "A" else words.NM_STEP if trend.unit == "nm" else 0.0
    if trend.below[index]:
        return words.below(0.0, value / words.DETECTION, step or words.RATE_STEP)
    return words.uncertain(value, sigma, step=step)
