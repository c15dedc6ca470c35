"""The course of a run in words and numbers: how its cluster came and went, how emission grew; several runs compared."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10

from analysis.kinetics import Course, course_of_run
from analysis.run_comparison import ComparedRun, Comparison, compared
from analysis.spectrum import Interval
from analysis.wording import duration, grouped
from station.run import Run

Told = tuple[str, str, str]
"""What it is, its value, and the interval that holds it with 95 %."""

_FINE_BELOW_S = 600.0  # below it seconds are told
_PER_SIGMA = 3.92  # sigmas in a 95 % interval


def course_of(run: Run) -> Course:
    """Return the course of a run from the findings of its aliquots. Takes up to a second; those without count not.

    Aliquots in different cuvettes, or diluted otherwise, count as in one.
    """
    told = [(aliquot, found) for aliquot in run.aliquots if (found := aliquot.reading.findings) is not None]
    cuvettes = [(aliquot.optics.path_mm, aliquot.dilution) for aliquot, _ in told]
    return course_of_run([found for _, found in told], cuvettes=cuvettes)


def odd_aliquots(run: Run, course: Course) -> tuple[int, ...]:
    """Return the numbers of the aliquots that stand off the course."""
    numbers = [aliquot.number for aliquot in run.aliquots if aliquot.reading.findings is not None]
    return tuple(numbers[index] for index in course.odd)


def course_words(course: Course, unit: str) -> tuple[Told, ...]:
    """Return what a course tells, a line for every number that it has; the rest is in its `reasons`.

    `unit` is that of the run's emission.
    """
    light = course.emission
    found = (
        _time("Induction ends", course.start_s),
        _time("Half grown", course.half_s),
        _time("Maximum", course.max_s),
        _number("Largest A", course.largest),
        _number("Loss", course.loss_per_h, "per h"),
        None if light is None else _time("PL begins", light.onset_s),
        None if light is None else _number("PL grows by", light.rate_per_h, f"{unit} per h"),
        None if light is None else _time("PL half grown", light.half_s),
    )
    return tuple(told for told in found if told is not None)


def course_reasons(course: Course, *, emits: bool = True) -> tuple[str, ...]:
    """Return the sentences that say why a course lacks a number, each once; none of a cluster there is not.

    `emits` is false where no aliquot emits: then there is no growth of emission to speak of.
    """
    of_light = course.emission.reasons if course.emission is not None and emits else ()
    return tuple(dict.fromkeys((*(course.reasons if course.of is not None else ()), *of_light)))


def compared_runs(runs: Mapping[str, Course]) -> Comparison | None:
    """Return several runs side by side by name, the first being what the others are held against; None for one."""
    return compared(runs) if len(runs) > 1 else None


def compared_words(one: ComparedRun, first: str) -> str:
    """Return how a run relates to the first: "B beside A: half grown after 0.52 (0.45–0.61) of the time ..."."""
    ratios = (
        ("half grown after", one.half_ratio, "times the time"),
        ("largest A", one.largest_ratio, "times theirs"),
        ("loss", one.loss_ratio, "times theirs"),
    )
    told = [
        f"{what} {number[1]} ({number[2]}) {of}"
        for what, ratio, of in ratios
        if (number := _number(what, ratio)) is not None
    ]
    said = f"{one.name} beside {first}: {', '.join(told) or 'no number that both runs show'}."
    return f"{said} {one.reason}" if one.reason else said


def emits(run: Run) -> bool:
    """Return whether emission is present in any aliquot of a run."""
    found = (aliquot.reading.findings for aliquot in run.aliquots)
    return any(one is not None and one.emission is not None and one.emission.present for one in found)


def emission_unit(run: Run) -> str:
    """Return the unit of a run's emission."""
    found = (aliquot.reading.emission for aliquot in run.aliquots)
    return next((spectrum.unit for spectrum in found if spectrum is not None), "counts/s")


def _time(what: str, at_s: Interval | None) -> Told | None:
    """Return a time with its interval: "2 h 04 min", "1 h 50 to 2 h 20 min"."""
    if at_s is None:
        return None
    value, low, high = (_spoken(each, at_s.high) for each in (at_s.value, at_s.low, at_s.high))
    if low.endswith(" min") and high.endswith(" min") and (" h " in low or " h " not in high):
        low = low.removesuffix(" min")
    return what, value, f"{low} to {high}"


def _spoken(seconds: float, longest_s: float) -> str:
    fine = 1.0 if longest_s < _FINE_BELOW_S else 60.0
    return duration(round(seconds / fine) * fine)


def _number(what: str, of: Interval | None, unit: str = "") -> Told | None:
    """Return a number with its interval, with as many figures as the interval leaves."""
    if of is None:
        return None
    width = max((of.high - of.low) / _PER_SIGMA, 1e-12)
    power = floor(log10(width))
    decimals = -power + (width / 10.0**power < 2.95)
    value, low, high = (grouped(round(each, decimals), max(decimals, 0)) for each in (of.value, of.low, of.high))
    return what, f"{value} {unit}".rstrip(), f"{low}–{high}"
