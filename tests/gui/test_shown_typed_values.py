"""What chemists type for a dilution and for a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.shown import typed_values


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("101", 101.0),
        ("101x", 101.0),
        ("101 ×", 101.0),
        ("1:101", 101.0),
        ("50 ul into 5 ml", 101.0),
        ("50 µl in 5 ml", 101.0),
        ("50ul+5ml", 101.0),
        ("0,05 ml into 5,0 ml", 101.0),
        ("1", 1.0),
        ("2.5", 2.5),
        ("1 000x", 1000.0),
    ],
)
def test_a_dilution_is_understood_as_it_is_written_on_a_vial(text: str, factor: float) -> None:
    assert typed_values.dilution(text) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("text", ["", "much", "0.5", "-3", "50 ul", "0 ul into 5 ml", "50 into 5"])
def test_what_is_no_dilution_is_none(text: str) -> None:
    assert typed_values.dilution(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 h 04 min", 7440.0),
        ("2h4", 7440.0),
        ("124 min", 7440.0),
        ("1.5 h", 5400.0),
        ("45 s", 45.0),
        ("2 min 30", 150.0),
        ("2 h 04 min 05 s", 7445.0),
        ("−5 min", -300.0),
        ("3 m", 180.0),
    ],
)
def test_a_reaction_time_is_understood_as_it_is_said(text: str, seconds: float) -> None:
    assert typed_values.duration_s(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "2", "2 min 3 h", "soon", "14:06", "2 h 3 h", "5 s 3"])
def test_what_is_no_reaction_time_is_none(text: str) -> None:
    assert typed_values.duration_s(text) is None


def test_a_time_of_day_has_hours_and_minutes() -> None:
    assert typed_values.time_of_day(" 14:06 ") == (14, 6, 0)
    assert typed_values.time_of_day("9:05:41") == (9, 5, 41)
    for text in ("24:00", "12:60", "1406", "", "2 h 04 min"):
        assert typed_values.time_of_day(text) is None


@given(seconds=st.integers(-100_000, 1_000_000))
def test_what_stands_in_the_field_is_understood_again(seconds: int) -> None:
    assert typed_values.duration_s(typed_values.spoken_duration(seconds)) == seconds
