"""Numbers and times as they are spoken at the bench."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.wording import between, duration, grouped, listed, plus_minus, time_label, unbroken


@pytest.mark.parametrize(
    ("value", "sigma", "words"),
    [
        (1840.3, 27.8, "1\u202f840 ± 28"),
        (6.2, 9.1, "6 ± 9"),
        (0.0123, 0.00104, "0.0123 ± 0.0010"),
        (18432.0, 812.0, "18\u202f400 ± 800"),
        (-0.2, 1.0, "−0.2 ± 1.0"),
        (-0.02, 1.0, "0.0 ± 1.0"),
        (5.0, 99.7, "0 ± 100"),
        (250.0, float("nan"), "250"),
    ],
)
def test_sigma_has_one_figure_or_two_where_it_starts_with_1_or_2(value: float, sigma: float, words: str) -> None:
    assert plus_minus(value, sigma) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30.0, "30 s"), (90.0, "1 min 30 s"), (1800.0, "30 min"), (7440.0, "2 h 04 min"), (86400.0, "24 h 00 min")],
)
def test_a_time_is_spoken_with_its_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_time_as_a_label_is_in_one_unit() -> None:
    times_s = (1800.0, 86400.0, 1800.36, 30.0, 899.0, -0.001)
    assert [time_label(time_s, decimals=4) for time_s in times_s[:3]] == ["0.5 h", "24 h", "0.5001 h"]
    assert [time_label(time_s) for time_s in times_s] == ["0.5 h", "24 h", "0.5 h", "30 s", "899 s", "0 s"]
    assert [time_label(time_s, "min", 0) for time_s in (600.0, 3600.0)] == ["10 min", "60 min"]


def test_two_times_share_their_unit() -> None:
    assert between(5400.0, 7200.0) == "between 1 h 30 and 2 h 00 min"
    assert between(1800.0, 3600.0) == "between 30 min and 1 h 00 min"


def test_a_list_reads_as_a_sentence() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert grouped(-1234567.0) == "−1\u202f234\u202f567"


@pytest.mark.parametrize(
    "number", ["19\u202f240 ± 50 counts/s", "0.171 ± 0.012", "2 h 04 min", "1.4 ± 0.3 %", "504 nm", "31 ± 6 uM", "2 h"]
)
def test_a_number_is_not_parted_from_its_sigma_and_unit_at_the_end_of_a_line(number: str) -> None:
    words = unbroken(f"at 3 places {number} since then").split(" ")
    assert number.replace(" ", "\u00a0") in words
    assert words[:3] == ["at", "3", "places"]


@given(st.floats(-1.0e6, 1.0e6), st.floats(1.0e-5, 1.0e5))
def test_what_is_written_is_within_sigma_of_what_was_found(value: float, sigma: float) -> None:
    written, spread = plus_minus(value, sigma).replace("\u202f", "").replace("−", "-").split(" ± ")
    assert abs(float(written) - value) <= 0.5 * sigma
    assert float(spread) == pytest.approx(sigma, rel=0.35)
