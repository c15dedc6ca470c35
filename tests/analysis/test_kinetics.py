"""Courses that are known, drawn by other means than the fit's, and what the kinetics makes of their aliquots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np
import pytest

from analysis.course_words import compared_sentence, course_sentences
from analysis.findings import Emission, Findings, Species
from analysis.kinetics import (
    Course,
    Point,
    absorbance_points,
    course,
    course_of_run,
    emission_growth,
    emission_points,
    first_cluster,
)
from analysis.run_comparison import compared, ratio
from analysis.spectrum import FloatArray, Interval, Quantity

HOUR = 3600.0
PAPER_H = np.array([0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0])
TWELVE_H = np.arange(1.0, 13.0) * 0.75


@dataclass(frozen=True)
class Truth:
    """A flask: induction, tau and loss in hours, Avrami's power, largest absorbance; stepped, not integrated."""

    start_h: float
    tau_h: float
    power: float
    loss_per_h: float
    largest: float = 0.15

    def curve(self, hours: FloatArray) -> FloatArray:
        return np.asarray(np.interp(hours, *self._stepped()))

    def _stepped(self) -> tuple[FloatArray, FloatArray]:
        at = np.linspace(0.0, 96.0, 20001)
        grown = -np.expm1(-((np.maximum(at - self.start_h, 0.0) / self.tau_h) ** self.power))
        decay = np.exp(-self.loss_per_h * (at[1] - at[0]))
        held = np.zeros(at.size)
        for i in range(1, at.size):
            held[i] = held[i - 1] * decay + (grown[i] - grown[i - 1]) * decay**0.5
        return at, held * self.largest / held.max()

    @property
    def half_h(self) -> float:
        at, held = self._stepped()
        top = int(np.argmax(held))
        return float(np.interp(0.5 * self.largest, held[: top + 1], at[: top + 1]))

    @property
    def top_h(self) -> float:
        at, held = self._stepped()
        return float(at[np.argmax(held)])


def aliquots(truth: Truth, hours: FloatArray, seed: int, wrong: int | None = None) -> tuple[Point, ...]:
    """Aliquots with their pipetting (3 %) and their spectrum's noise; what is below 0.003 is not found."""
    rng = np.random.default_rng((11, seed))
    exact = truth.curve(hours)
    drawn = exact * (1.0 + 0.03 * rng.normal(size=hours.size)) + 0.001 * rng.normal(size=hours.size)
    if wrong is not None:
        drawn[wrong] *= 0.8
    return tuple(
        Point(at * HOUR, float(a), hypot(0.001, 0.01 * a), i) if a > 0.003 else Point(at * HOUR, 0.0, 0.003, i)
        for i, (at, a) in enumerate(zip(hours, drawn, strict=True))
    )


def holds(interval: Interval | None, value: float) -> bool:
    assert interval is not None
    assert interval.low <= interval.value <= interval.high
    return interval.low <= value <= interval.high


RISES_AND_FALLS = Truth(start_h=0.4, tau_h=1.2, power=2.0, loss_per_h=0.25)
STAYS = Truth(start_h=1.0, tau_h=4.0, power=2.0, loss_per_h=0.0)


def test_a_cluster_that_comes_and_goes_has_all_its_numbers() -> None:
    found = course(aliquots(RISES_AND_FALLS, TWELVE_H, 0), of="MSC-449")
    assert holds(found.start_s, 0.4 * HOUR)
    assert holds(found.half_s, RISES_AND_FALLS.half_h * HOUR)
    assert holds(found.max_s, RISES_AND_FALLS.top_h * HOUR)
    assert holds(found.loss_per_h, 0.25)
    assert holds(found.largest, 0.15)
    assert found.odd == ()
    said = course_sentences(found)
    assert said[0].startswith("Induction ends at ")
    assert said[1].startswith("Half of the largest absorbance at 1 h ")
    assert said[2].startswith("MSC-449 is largest at 2 h ")
    assert said[4].startswith("It is lost at 0.2")
    assert len(said) == 5
    assert found.model == "Avrami growth, first-order loss"


def test_a_plateau_has_passed_no_maximum_and_says_from_when_on_one_may_be() -> None:
    found = course(aliquots(STAYS, PAPER_H, 1), of="MSC-449")
    assert found.max_s is None
    assert found.loss_per_h is None
    assert any(reason.startswith("No maximum passed: not before") for reason in found.reasons)
    assert any(reason.startswith("No loss shown: below") for reason in found.reasons)
    assert holds(found.half_s, STAYS.half_h * HOUR)


def test_growth_that_is_not_over_has_no_half() -> None:
    slow = Truth(start_h=0.0, tau_h=30.0, power=2.0, loss_per_h=0.0)
    found = course(aliquots(slow, TWELVE_H, 2), of="MSC-449")
    assert found.half_s is None
    assert any(reason.startswith("Growth has not levelled off") for reason in found.reasons)


@pytest.mark.slow
def test_the_aliquot_with_a_dilution_a_fifth_off_is_named_and_moves_nothing() -> None:
    right = course(aliquots(STAYS, TWELVE_H, 3), of="MSC-449")
    off = course(aliquots(STAYS, TWELVE_H, 3, wrong=9), of="MSC-449")
    assert right.odd == ()
    assert off.odd == (9,)
    [sentence] = [reason for reason in off.reasons if "stands off" in reason]
    assert sentence.startswith("The aliquot at 7 h 30 min stands off by −")
    assert right.half_s is not None
    assert holds(off.half_s, right.half_s.value)


def test_fewer_than_six_readings_make_no_course() -> None:
    found = course(aliquots(STAYS, PAPER_H, 4)[:5], of="MSC-449")
    assert (found.half_s, found.largest, found.fit) == (None, None, None)
    assert found.reasons == ("5 readings; a course takes 6.",)
    assert course(()).reasons == ("0 readings; a course takes 6.",)
    nothing = tuple(Point(at * HOUR, 0.0, 0.003) for at in PAPER_H)
    assert course(nothing, of="MSC-449").reasons == ("Too little of MSC-449 was seen.",)


def test_six_readings_have_a_log_logistic_growth_alone() -> None:
    hours = np.array([0.5, 2.0, 4.0, 6.0, 9.0, 12.0])
    found = course(aliquots(STAYS, hours, 5), of="MSC-449")
    assert found.model == "log-logistic growth"
    assert holds(found.half_s, STAYS.half_h * HOUR)
    assert (found.start_s, found.max_s, found.loss_per_h) == (None, None, None)


@pytest.mark.slow
def test_the_same_run_has_the_same_course() -> None:
    own = aliquots(STAYS, PAPER_H, 6)
    assert course(own).half_s == course(tuple(reversed(own))).half_s


@pytest.mark.slow
def test_intervals_hold_the_truth_in_nine_of_ten_courses_at_least() -> None:
    rng = np.random.default_rng(12)
    held: dict[str, list[bool]] = {"start": [], "half": [], "largest": [], "max": [], "loss": []}
    for seed in range(40):
        truth = Truth(
            start_h=rng.uniform(0.0, 1.0),
            tau_h=float(np.exp(rng.uniform(np.log(0.6), np.log(3.0)))),
            power=rng.uniform(1.0, 3.0),
            loss_per_h=float(rng.choice([0.0, 0.05, 0.2, 0.5])),
            largest=rng.uniform(0.05, 0.2),
        )
        wrong = int(rng.integers(TWELVE_H.size)) if rng.random() < 0.25 else None
        found = course(aliquots(truth, TWELVE_H, 100 + seed, wrong), of="MSC-449")
        last_h = float(TWELVE_H[-1])
        for name, interval, exact in (
            ("start", found.start_s, truth.start_h * HOUR),
            ("half", found.half_s, truth.half_h * HOUR),
            ("largest", found.largest, float(truth.curve(np.linspace(0.0, last_h, 2000)).max())),
            ("max", found.max_s, truth.top_h * HOUR if truth.loss_per_h else np.inf),
            ("loss", found.loss_per_h, truth.loss_per_h),
        ):
            if interval is not None:
                held[name].append(interval.low <= exact <= interval.high)
    assert min(len(each) for each in held.values()) >= 15
    assert all(np.mean(each) >= 0.9 for each in held.values()), {n: np.mean(each) for n, each in held.items()}


def light(hours: FloatArray, end: float, seed: int) -> tuple[Point, ...]:
    rng = np.random.default_rng((13, seed))
    exact = end * -np.expm1(-(np.maximum(hours - 2.0, 0.0) / 1.5))
    noisy = exact * (1.0 + 0.03 * rng.normal(size=hours.size)) + 20.0 * rng.normal(size=hours.size)
    return tuple(
        Point(at * HOUR, float(y), hypot(20.0, 0.01 * y), i) for i, (at, y) in enumerate(zip(hours, noisy, strict=True))
    )


@pytest.mark.slow
def test_emission_that_levels_off_has_onset_rate_and_half() -> None:
    growth = emission_growth(light(TWELVE_H, 20_000.0, 0))
    assert growth.onset_s is not None
    assert growth.onset_s.value == pytest.approx(2.0 * HOUR, abs=0.25 * HOUR)
    assert holds(growth.half_s, (2.0 + 1.5 * np.log(2.0)) * HOUR)
    assert growth.rate_per_h is not None
    said = course_sentences(replace(known(STAYS, 9), emission=growth))
    assert any(sentence.startswith("The rise of the emission begins at 1 h") for sentence in said)
    assert said[-1].startswith("Half of its end is reached at 3 h")
    assert growth.rate_per_h.value == pytest.approx(20_000.0 / 1.5, rel=0.4)


def test_emission_that_still_grows_has_no_half() -> None:
    hours = np.arange(1.0, 11.0) * 0.3
    growth = emission_growth(light(hours, 20_000.0, 1))
    assert growth.half_s is None
    assert growth.reasons[0].startswith("Emission has not levelled off by 3 h")
    assert emission_growth(light(TWELVE_H[:5], 2e4, 2)).onset_s is None


def findings(hours: float | None, a449: float, a469: float = 0.0, intensity: float | None = 0.0) -> Findings:
    found = [
        Species(name, "E1", nm, 0.1, 18.0, a, 0.002, 0.9, "fitted component")
        for name, nm, a in (("MSC-449", 449.0, a449), ("MSC-469", 469.0, a469))
        if a > 0.0
    ]
    emission = None
    if intensity is not None:
        emission = Emission(intensity > 100.0, intensity, 20.0, "counts/s", 100.0, None, None, None, None, None)
    at = None if hours is None else hours * HOUR
    return Findings(at, tuple(found), None, emission, Quantity(0.0, 0.001), None, None, "watching", "", None)


def test_a_run_is_read_by_its_first_cluster_and_what_is_missing_is_nothing() -> None:
    run = [findings(None, 0.1), *(findings(at, STAYS.curve(np.array([at]))[0]) for at in TWELVE_H[2:])]
    run += [findings(20.0, 0.0, 0.2)]
    assert first_cluster(run) == "MSC-449"
    points = absorbance_points(run, "MSC-449")
    assert [point.index for point in points] == list(range(1, 12))
    assert points[-1].value == 0.0
    assert len(emission_points(run)) == 11
    assert course_of_run(run).of == "MSC-449"
    assert course_of_run(run, "MSC-469").of == "MSC-469"
    assert course_of_run([]).of is None


def test_a_reading_without_absorbance_is_left_out() -> None:
    run = [findings(1.0, 0.1), replace(findings(2.0, 0.0), tail=None)]
    assert len(absorbance_points(run, "MSC-449")) == 1


@pytest.mark.slow
def test_runs_are_compared_by_time_and_by_their_ratios() -> None:
    fast = replace(STAYS, start_h=0.5, tau_h=2.0, largest=0.075)
    both = compared({"50 mmol": known(STAYS, 7), "25 mmol": known(fast, 8)})
    first, second = both.runs
    assert first.half_ratio is None
    assert holds(second.half_ratio, fast.half_h / STAYS.half_h)
    assert holds(second.largest_ratio, 0.5)
    assert second.loss_ratio is None
    assert compared_sentence(second, "50 mmol").startswith("25 mmol against 50 mmol: time of half growth × 0.")
    assert compared_sentence(first, "50 mmol") == "50 mmol against 50 mmol: no number that both show."
    assert [time_s for time_s, _ in both.rows] == pytest.approx(list(PAPER_H * HOUR))
    assert all(len(values) == 2 for _, values in both.rows)
    assert compared({}).rows == ()


def known(truth: Truth, seed: int) -> Course:
    return course(aliquots(truth, PAPER_H, seed), of="MSC-449")


def test_readings_of_one_run_never_share_a_row() -> None:
    one = Course("MSC-449", tuple(Point(at, 0.1, 0.01) for at in (3600.0, 3610.0)))
    other = Course("MSC-449", (Point(3650.0, 0.2, 0.01),))
    rows = compared({"a": one, "b": other}).rows
    assert [[None if each is None else each.value for each in values] for _, values in rows] == [
        [0.1, None],
        [0.1, 0.2],
    ]


def test_a_ratio_needs_two_numbers_above_zero() -> None:
    number = Interval(1.0, 2.0, 4.0)
    assert ratio(number, None) is None
    assert ratio(number, Interval(0.0, 1.0, 2.0)) is None
    assert ratio(number, Interval(1.0, 1.0, float("inf"))) is None
    same = ratio(number, number)
    assert same is not None
    assert same.value == 1.0
    assert 0.3 < same.low < 0.45
    assert 2.2 < same.high < 3.3


def test_what_had_grown_before_the_first_aliquot_has_no_time_of_growth() -> None:
    flat = course([Point(hours * HOUR, 0.15, 0.001, i) for i, hours in enumerate(PAPER_H)], of="MSC-449")
    assert (flat.half_s, flat.tau_s, flat.start_s, flat.power) == (None, None, None, None)
    assert any("had grown before the first aliquot at 30 min" in reason for reason in flat.reasons)
    assert not any("not before 2" in reason for reason in flat.reasons), "no time before the first aliquot is told"
    assert flat.largest is not None
    assert flat.largest.value == pytest.approx(0.15, rel=0.05)
    sparse = course([Point(hours * HOUR, 0.15, 0.001, i) for i, hours in enumerate(PAPER_H[:6])], of="MSC-449")
    assert sparse.half_s is None


def test_a_time_that_may_lie_before_the_first_aliquot_reaches_back_to_t0() -> None:
    early = Truth(start_h=0.0, tau_h=0.75, power=1.2, loss_per_h=0.0)
    found = course(aliquots(early, PAPER_H, 3), of="MSC-449").half_s
    assert found is not None
    assert found.low == 0.0 or found.low >= 0.5 * HOUR
    assert holds(found, early.half_h * HOUR)


def test_emission_that_was_there_from_the_first_aliquot_has_no_onset() -> None:
    light = emission_growth([Point(hours * HOUR, 5000.0, 20.0, i) for i, hours in enumerate(PAPER_H)])
    assert (light.onset_s, light.rate_per_h, light.half_s) == (None, None, None)
    assert light.reasons == ("Emission had grown before the first aliquot at 30 min.",)


@pytest.mark.slow
def test_aliquots_in_another_cuvette_or_dilution_lie_on_the_same_course() -> None:
    heights = STAYS.curve(TWELVE_H)
    cuvettes = [(10.0, 101.0) if i < 5 else (2.0, 51.0) for i in range(12)]
    run = [
        findings(at, height * (path / 10.0) * (101.0 / by))
        for at, height, (path, by) in zip(TWELVE_H, heights, cuvettes, strict=True)
    ]
    found = course_of_run(run, cuvettes=cuvettes)
    assert found.diluted == 101.0
    assert [point.value for point in found.points] == pytest.approx(list(heights))
    assert found.odd == ()
    assert "Absorbances as in a 10 mm cuvette diluted 101 times." in found.reasons
    assert not course_of_run(run[:3], cuvettes=[(10.0, 101.0)] * 3).reasons[0].startswith("Absorbances")


def test_runs_of_other_dilutions_compare_as_flasks_and_unknown_ones_do_not() -> None:
    one = replace(known(STAYS, 7), diluted=101.0)
    half = replace(known(STAYS, 7), diluted=51.0)
    second = compared({"a": one, "b": half}).runs[1]
    assert second.largest_ratio is not None
    assert second.largest_ratio.value == pytest.approx(51.0 / 101.0)
    first, other = (values for values in zip(*(row[1] for row in compared({"a": one, "b": half}).rows), strict=True))
    assert [q.value * 51.0 / 101.0 for q in first if q is not None] == pytest.approx([q.value for q in other if q])
    unknown = compared({"a": one, "b": replace(half, diluted=None)}).runs[1]
    assert unknown.largest_ratio is None
    assert unknown.half_ratio is not None
    assert "the dilution of b is not known" in compared_sentence(unknown, "a")
