"""A course and a comparison in the words of the bench, each number with its 95 % interval."""

from __future__ import annotations

from math import isfinite

from analysis.kinetics import Course, EmissionGrowth
from analysis.run_comparison import ComparedRun
from analysis.spectrum import Interval
from analysis.wording import duration, grouped


def course_sentences(course: Course) -> tuple[str, ...]:
    """Return what a course says, one number a sentence, then the reasons for what it does not say."""
    of = course.of or "The product"
    numbers = (
        ("Induction ends at", course.start_s, time_words),
        ("Half of the largest absorbance at", course.half_s, time_words),
        (f"{of} is largest at", course.max_s, time_words),
        ("Its largest absorbance is", course.largest, _absorbance),
        ("It is lost at", course.loss_per_h, _per_hour),
    )
    said = [f"{start} {words(number)}." for start, number, words in numbers if number is not None]
    return (*said, *course.reasons, *(() if course.emission is None else _emission(course.emission)))


def compared_sentence(run: ComparedRun, first: str) -> str:
    """Return how a run relates to the first one, named by `first`."""
    ratios = (
        ("time of half growth", run.half_ratio),
        ("largest absorbance", run.largest_ratio),
        ("loss", run.loss_ratio),
    )
    said = [f"{name} × {_ratio(number)}" for name, number in ratios if number is not None]
    told = f"{run.name} against {first}: {', '.join(said) if said else 'no number that both show'}."
    return f"{told} {run.reason}" if run.reason else told


def time_words(interval: Interval) -> str:
    """Return a time with its bounds: "1 h 18 min (1 h 14 min to 1 h 22 min)"."""
    return f"{_spoken(interval.value)} ({_spoken(interval.low)} to {_spoken(interval.high)})"


def _spoken(seconds: float) -> str:
    """Return a time, from ten minutes on without its seconds."""
    if not isfinite(seconds):
        return "later"
    return duration(60.0 * round(seconds / 60.0) if seconds >= 600.0 else seconds)


def _emission(growth: EmissionGrowth) -> tuple[str, ...]:
    said = []
    if growth.onset_s is not None:
        said.append(f"The rise of the emission begins at {time_words(growth.onset_s)}.")
    if growth.rate_per_h is not None:
        rate = growth.rate_per_h
        said.append(
            f"It rises by {grouped(rate.value)} ({grouped(rate.low)} to {grouped(rate.high)}) per hour at most."
        )
    if growth.half_s is not None:
        said.append(f"Half of its end is reached at {time_words(growth.half_s)}.")
    return (*said, *growth.reasons)


def _absorbance(number: Interval) -> str:
    return f"{number.value:.3f} ({number.low:.3f} to {number.high:.3f})"


def _per_hour(number: Interval) -> str:
    return f"{number.value:.2g} ({number.low:.2g} to {number.high:.2g}) per hour"


def _ratio(number: Interval) -> str:
    return f"{number.value:.2f} ({number.low:.2f} to {number.high:.2f})"
