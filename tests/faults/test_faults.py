"""The table of faults, lived through: each row breaks a whole station, which says so, keeps everything and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from instruments.virtual.hand import Trouble
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.bench import Bench
from station.events import State
from station.store import read
from tests.faults.rows import PLAYED, Played
from tests.faults.said import ACTS, sentences
from tests.station.bench_tools import ODE, QUICK, Station, station

pytestmark = pytest.mark.slow

PATIENCE_S = 3.0


def rest(bench: Station, seconds: float) -> None:
    """Let the station do what it does between orders for so long."""
    ends_s = bench.clock.now_s() + seconds
    while bench.clock.now_s() < ends_s:
        bench.acquisition._between_orders()
        bench.clock.sleep(0.25)


def stored(bench: Station) -> list[int]:
    """Return the numbers of the aliquots that are on disk."""
    path = bench.heard.last(events.StatusChanged).status.run_path
    assert path is not None
    return [aliquot.number for aliquot in read(Path(path)).aliquots]


def state(bench: Station) -> State:
    return bench.heard.last(events.StatusChanged).status.state


@pytest.mark.parametrize("row", PLAYED, ids=lambda row: row.what)
def test_a_fault_is_said_everything_is_kept_and_the_run_goes_on(row: Played, tmp_path: Path) -> None:
    with station(tmp_path, Bench(exposures=QUICK, sample=FlaskSample(ODE), pace="none")) as bench:
        bench.clock.sleep(1800.0)
        bench.do(orders.Capture())
        assert stored(bench) == [1]
        before = len(bench.heard.messages)

        hand = bench.acquisition._guard.hand
        for kind in row.trouble:
            hand(Trouble(kind))
        if row.act == "rest":
            bench.do(orders.ShowLive(False))
            rest(bench, PATIENCE_S)
        else:
            bench.do(ACTS[row.act])
            rest(bench, 0.5)
        told = sentences(bench.heard.messages[before:])
        assert any(row.reads in sentence for sentence in told), told
        numbers = [1, 2] if row.recorded and row.act == "Space" else [1]
        assert stored(bench) == numbers  # nothing that was acknowledged is gone, nothing half measured is there

        for kind in row.mended:
            hand(Trouble(kind))
        rest(bench, PATIENCE_S)
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        assert state(bench) in (State.LIVE, State.IDLE)
        assert stored(bench) == [*numbers, numbers[-1] + 1]
        assert bench.heard.last(events.StatusChanged).status.fault is None
