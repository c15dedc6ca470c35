"""Clocks: what stands still, what is paced, what counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from station.clock import PacedClock, SystemClock, VirtualClock


def test_a_virtual_day_takes_no_time_and_wall_time_follows() -> None:
    clock = VirtualClock()
    morning = clock.wall()
    clock.sleep(86_400.0)
    assert clock.now_s() == 86_400.0
    assert clock.wall() - morning == timedelta(days=1)


def test_a_virtual_clock_counts_what_an_instrument_took() -> None:
    clock = VirtualClock()
    clock.passed(0.1)
    assert clock.now_s() == pytest.approx(0.1)


def test_the_system_clock_never_steps_back_and_ignores_what_passed() -> None:
    clock = SystemClock()
    before = clock.now_s()
    clock.passed(3600.0)
    assert before <= clock.now_s() < before + 60.0
    assert clock.wall().tzinfo is not None


def test_a_change_of_pace_is_continuous() -> None:
    clock = PacedClock(600.0)
    before = clock.now_s()
    clock.set_pace(1.0)
    after = clock.now_s()
    assert before <= after < before + 600.0  # less than a real second at the old pace


def test_a_clock_cannot_stand_still_or_run_backwards() -> None:
    with pytest.raises(ValueError, match="above zero"):
        PacedClock().set_pace(0.0)
