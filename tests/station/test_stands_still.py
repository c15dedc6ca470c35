"""An instrument process that stands still while nothing is ordered: noticed, replaced and said by the whole station."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from station import events, orders
from station.events import State
from tests.instruments.parents import within
from tests.station.test_stop_in_time import Hanging, Running

NOTICED_S = 8.0  # six unanswered beats, its end, and an opening; 4.5 s on a machine with nothing else to do

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="signals")]


@pytest.mark.parametrize("live", [False, True])
def test_it_is_noticed_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, live: bool) -> None:
    running = Running(tmp_path, Hanging(monkeypatch))
    try:
        running.opened(live=live)
        running.does(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        stood_still = running.acquisition._guard.process_id or 0
        os.kill(stood_still, signal.SIGSTOP)
        assert within(NOTICED_S, lambda: bool(running.heard.all(events.Recovered)))
        assert "did not answer" in running.heard.last(events.Faulted).fault.headline
        assert "both lights are off" in running.heard.last(events.Faulted).fault.headline
        running.does(orders.Capture())
        assert running.heard.last(events.AliquotTaken).aliquot.number == 1
        assert running.state is (State.LIVE if live else State.IDLE)
        assert running.acquisition._guard.process_id not in (None, stood_still)
    finally:
        running.stopped_s()
