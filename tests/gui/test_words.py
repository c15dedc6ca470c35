"""Numbers and times are said as a chemist writes them, and never claim a figure that is not known."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.wording import THIN_SPACE
from gui import words

positive = st.floats(1e-6, 1e6, allow_nan=False)


def test_a_measured_value_carries_its_sigma_and_unit() -> None:
    assert words.nanometres(449.08, 0.11) == "449.1 ± 0.1 nm"
    assert words.absorbance(0.1834, 0.0021) == "0.183 ± 0.002"
    assert words.rate(1840.3, 27.9) == f"1{THIN_SPACE}840 ± 28 counts/s"
    assert words.rate(0.512, 0.013, "a.u.") == "0.512 ± 0.013 a.u."


def test_sigma_has_two_figures_only_where_it_starts_with_one_or_two() -> None:
    assert words.uncertain(100.0, 14.0) == "100 ± 14"
    assert words.uncertain(100.0, 28.0) == "100 ± 28"
    assert words.uncertain(100.0, 3.2) == "100 ± 3"
    assert words.uncertain(1234.0, 340.0) == f"1{THIN_SPACE}200 ± 300"


def test_no_figure_is_finer_than_the_instrument_knows() -> None:
    assert words.nanometres(449.0512, 0.0031) == "449.1 ± 0.1 nm"


def test_what_is_below_detection_is_never_zero() -> None:
    assert words.absorbance(0.0004, 0.001) == "< 0.003"
    assert words.absorbance(-0.002, 0.001) == "< 0.003"
    assert words.absorbance(0.0, 0.00001) == "< 0.001"
    assert words.absorbance(0.00126, 0.00028) == "< 0.003", "not 0.001 ± 0.001, which reads as nothing"


def test_what_is_not_known_is_said_in_words() -> None:
    assert words.uncertain(float("nan"), 1.0) == "not yet decidable"


@given(value=st.floats(-1e6, 1e6), sigma=positive)
def test_rounding_moves_a_value_by_less_than_its_sigma(value: float, sigma: float) -> None:
    text = words.uncertain(value, sigma).replace(THIN_SPACE, "").replace(words.MINUS, "-")
    shown_value, shown_sigma = (float(part) for part in text.split(" ± "))
    assert abs(shown_value - value) <= 0.51 * sigma
    assert shown_sigma == pytest.approx(sigma, rel=0.35)


@given(value=st.floats(-1.0, 3.0), sigma=st.floats(1e-5, 0.1))
def test_an_absorbance_is_either_a_number_above_zero_or_a_limit(value: float, sigma: float) -> None:
    text = words.absorbance_alone(value, sigma)
    assert float(text.removeprefix("< ")) > 0.0 or value >= words.DETECTION * sigma


@given(st.floats(0, 200 * 3600))
def test_a_clock_reads_back(seconds: float) -> None:
    hours, minutes, rest = (int(part) for part in words.clock(seconds).split(":"))
    assert 3600 * hours + 60 * minutes + rest == int(seconds)
    assert minutes < 60
    assert rest < 60


def test_times_are_said_as_on_the_bench() -> None:
    assert words.clock(7447) == "2:04:07"
    assert words.clock(-5) == "−0:00:05"
    assert words.moment(7440) == "2 h 04 min"
    assert words.moment(7199.8) == "2 h 00 min"
    assert words.moment(-59.2) == f"{words.MINUS}59 s"
    assert words.moment(-0.2) == "0 s"
    assert [words.moment(seconds) for seconds in (42, 93, 1800, 3599, 7190)] == [
        "42 s",
        "1.5 min",
        "30 min",
        "59.9 min",
        "1 h 59 min",
    ]
    assert words.wait(6960) == "1 h 56 min"
    assert words.wait(1040) == "17 min 20 s"
    assert words.age(74 * 60) == "74 min"
    assert words.age(20.9) == "20 s"
    assert words.age(9060) == "2 h 31 min"
    assert words.short_clock(6.2) == "0:06"


def test_the_ladder_speaks_hours_and_in_short_runs_minutes() -> None:
    assert [words.ladder_time(s, False) for s in (1800, 3600, 5400, 86400)] == [
        "0.5 h",
        "1 h",
        "1.5 h",
        "24 h",
    ]
    assert words.ladder_time(1800, True) == "30 min"
    assert [words.ladder_time(seconds, False) for seconds in (0, 1.2, 120)] == ["0 h", "1 s", "2 min"]
    assert [words.ladder_time(s, False) for s in (42, 93, 900, 2000, 5000)] == [
        "42 s",
        "1.5 min",
        "0.25 h",
        "33.3 min",
        "1.38 h",
    ]
    assert words.ladder_time(-93, False) == f"{words.MINUS}1.5 min"


@given(seconds=st.floats(0, 200 * 3600), in_minutes=st.booleans())
def test_a_reaction_time_is_never_rounded_up_past_the_clock(seconds: float, in_minutes: bool) -> None:
    unit_s = {"s": 1.0, "min": 60.0, "h": 3600.0}
    number, unit = words.ladder_time(seconds, in_minutes).replace(THIN_SPACE, "").split(" ")
    assert float(number) * unit_s[unit] <= seconds + 0.5 + 1e-6
    spoken = words.moment(seconds).split(" ")
    said_s = sum(float(value) * unit_s[unit] for value, unit in zip(spoken[::2], spoken[1::2], strict=True))
    assert said_s <= seconds + 0.5 + 1e-6


def test_an_interval_says_the_unit_once() -> None:
    assert words.interval(5400, 7200) == "between 1 h 30 and 2 h 00 min"
    assert words.interval(1800, 3600) == "between 30 min and 1 h 00 min"
    assert words.interval(None, 1800) == "before 30 min"


@given(st.lists(st.integers(1, 99), max_size=30))
def test_drawn_together_numbers_name_each_once(values: list[int]) -> None:
    found: list[int] = []
    for part in filter(None, words.numbers(values).split(", ")):
        first, _, last = part.partition(words.EN_DASH)
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(set(values))


def test_lists_counts_and_sizes() -> None:
    assert words.numbers((1, 2, 3, 4)) == "1–4"
    assert words.counted(1, "aliquot") == "1 aliquot"
    assert words.counted(23, "aliquot") == "23 aliquots"
    assert words.percent(0.823) == "82 %"
    assert words.size(41_900_000_000) == "41 GB"
    assert words.amount(10.0) == "10"
    assert words.amount(37.4) == "37.4"
    assert words.time_of_day("2026-11-16T14:08:41+01:00") == "14:08:41"
    assert words.time_of_day("unknown") == "unknown"


@given(st.integers(0, 10**15))
def test_a_size_has_a_number_and_a_unit(count: int) -> None:
    assert re.fullmatch(rf"[\d{THIN_SPACE}]+ (GB|MB)", words.size(count))
