"""A day at the bench with faults at random moments: nothing lost, nothing mistaken, nothing left."""

from __future__ import annotations

import sys

import pytest

from benchmarks.soak import MOST_GROWTH_MB, soak
from station.events import State

FAULTS = 200  # five minutes of it; the whole day has 2 000: python -m benchmarks.soak


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="counts processes and memory in /proc")
def test_a_day_of_faults_loses_nothing_mistakes_nothing_and_leaves_nothing() -> None:
    day = soak(FAULTS, seed=20_261_122)
    print(day.summary())
    assert day.faults.total() == FAULTS
    assert len(day.acknowledged) > FAULTS // 10  # it was a day of work, not of waiting
    assert day.lost == []
    assert day.wrong == []
    assert day.growth_mb < MOST_GROWTH_MB
    assert day.left == 0
    assert day.state is State.LIVE
