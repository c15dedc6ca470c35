"""A day and a night: the computer sleeps, its clock is set, it travels."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clock_watch import STEP_S, Clocks, ClockWatch, Happening, clocks_now

AT_TEN = Clocks(elapsed_s=5_000.0, awake_s=4_000.0, wall_s=1.7e9, zone="Europe/Berlin")


def later(*, passed_s: float = 1.0, asleep_s: float = 0.0, set_by_s: float = 0.0, zone: str = AT_TEN.zone) -> Clocks:
    return Clocks(
        AT_TEN.elapsed_s + passed_s, AT_TEN.awake_s + passed_s - asleep_s, AT_TEN.wall_s + passed_s + set_by_s, zone
    )


def happened(now: Clocks) -> tuple[Happening, ...]:
    watch = ClockWatch()
    assert watch.look(AT_TEN) == ()
    return watch.look(now)


def test_a_quiet_second_is_nothing() -> None:
    assert happened(later()) == ()


def test_a_long_exposure_between_two_looks_is_no_gap() -> None:
    assert happened(later(passed_s=65.0)) == ()


def test_a_sleeping_computer_is_a_gap_and_its_length_is_said() -> None:
    (gap,) = happened(later(passed_s=720.0, asleep_s=719.0))
    assert gap.kind == "gap"
    assert gap.seconds == pytest.approx(719.0)
    assert gap.sentence == "The computer slept for 12 min. Reaction times count it."


@pytest.mark.parametrize(("set_by_s", "way"), [(3600.0, "forward by 60 min"), (-5.0, "back by 5 s")])
def test_a_clock_that_was_set_is_said_with_its_direction(set_by_s: float, way: str) -> None:
    (step,) = happened(later(set_by_s=set_by_s))
    assert step.kind == "clock step"
    assert step.seconds == pytest.approx(set_by_s)
    assert f"set {way}" in step.sentence


def test_a_clock_set_during_sleep_is_both() -> None:
    assert [each.kind for each in happened(later(passed_s=60.0, asleep_s=50.0, set_by_s=60.0))] == ["gap", "clock step"]


def test_another_time_zone_names_both() -> None:
    (moved,) = happened(later(zone="Europe/London"))
    assert moved.kind == "time zone"
    assert "from Europe/Berlin to Europe/London" in moved.sentence


def test_a_zone_that_is_not_known_has_not_changed() -> None:
    assert happened(later(zone="")) == ()


def test_what_was_said_is_not_said_again() -> None:
    watch = ClockWatch()
    watch.look(AT_TEN)
    assert watch.look(later(set_by_s=10.0))
    assert watch.look(later(passed_s=2.0, set_by_s=10.0)) == ()


@given(st.floats(0.0, 1e5), st.floats(-1.9, 1.9))
def test_a_network_clock_that_is_nudged_is_no_step(passed_s: float, nudged_s: float) -> None:
    assert happened(later(passed_s=passed_s, set_by_s=nudged_s)) == ()


@given(st.floats(3.0, 1e6), st.floats(-1e6, 1e6))
def test_sleep_and_step_are_told_apart_whatever_their_sizes(asleep_s: float, set_by_s: float) -> None:
    kinds = [each.kind for each in happened(later(passed_s=asleep_s + 1.0, asleep_s=asleep_s, set_by_s=set_by_s))]
    assert kinds[0] == "gap"
    assert ("clock step" in kinds) == (abs(set_by_s) > STEP_S) or math.isclose(abs(set_by_s), STEP_S, rel_tol=1e-6)


def test_this_computer_has_not_slept_between_two_looks() -> None:
    watch = ClockWatch()
    watch.look(clocks_now())
    assert watch.look(clocks_now()) == ()
