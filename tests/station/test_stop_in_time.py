"""However the spectrometer hangs when the window is closed: the station ends in time and opens nothing again."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from instruments.child import Child
from instruments.guard import Guard
from instruments.requests import Answer, Check, Close, ListDevices, MoveHand, Open, Request, Scan, SwitchLight
from instruments.spectrometer import Disconnected, InstrumentError, LightChoice, Lighting
from instruments.virtual.hand import Kind, Trouble
from station import events, orders
from station.acquisition import Acquisition
from station.bench import Bench
from station.clock import SystemClock
from station.events import State
from station.run import Exposures
from tests.instruments.parents import alive, within
from tests.station.bench_tools import Heard

pytestmark = pytest.mark.slow

STOPPED_S = 3.5  # 3 s, and what a loaded machine takes
SOON_S = 20.0
BRIEF = Exposures(absorbance_s=0.01, absorbance_scans=4, emission_s=0.01, emission_scans=4)
BY_HAND = Lighting(LightChoice("by hand", "shutter"), LightChoice("by hand", "UV torch"))


class Hanging:
    """Lets the spectrometer hang as soon as the station asks this of it; `at_it` is set when it does."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.when: type[Request] | None = None
        self.kind: Kind = "hang"
        self.at_it = threading.Event()
        self.opened_after = 0
        self.processes: set[int] = set()
        self._ask = Child.ask
        patch.setattr(Child, "ask", lambda child, request, limit_s: self.ask(child, request, limit_s))

    def ask(self, child: Child, request: Request, limit_s: float) -> Answer:
        self.processes.add(child.process_id or 0)
        if self.at_it.is_set() and isinstance(request, Open):
            self.opened_after += 1
        elif self.when is not None and isinstance(request, self.when):
            request = self._hung(child, request)
            self.at_it.set()
        return self._ask(child, request, limit_s)

    def _hung(self, child: Child, request: Request) -> Request:
        if isinstance(request, Open):
            return replace(request, hand=request.hand.after(Trouble(self.kind)))
        if isinstance(request, ListDevices):
            os.kill(child.process_id or 0, signal.SIGSTOP)
        else:
            assert self._ask(child, MoveHand(Trouble(self.kind)), SOON_S).error is None
        return request


class Running:
    """A station in its own thread, as the window has it, with a virtual bench at the pace of a real one."""

    def __init__(self, folder: Path, hanging: Hanging) -> None:
        self.heard, self.hanging = Heard(), hanging
        self.acquisition = Acquisition(SystemClock(), self.heard.messages.append, folder, Bench(exposures=BRIEF))
        self.acquisition.start()

    @property
    def state(self) -> State | None:
        told = self.heard.all(events.StatusChanged)
        return told[-1].status.state if told else None

    def does(self, *steps: orders.Order) -> None:
        """Order this and wait until each is carried out."""
        for step in steps:
            self.acquisition.order(step).result(SOON_S)

    def opened(self, *, live: bool = False) -> None:
        self.does(orders.OpenInstrument("virtual:FLAME-S"), orders.ShowLive(live))
        assert self.state is (State.LIVE if live else State.IDLE)

    def hangs_at(self, request: type[Request], order: orders.Order | None = None, kind: Kind = "hang") -> None:
        """Let the spectrometer hang at such a request, and wait until it does."""
        self.hanging.kind, self.hanging.when = kind, request
        if order is not None:
            self.acquisition.order(order)
        assert self.hanging.at_it.wait(SOON_S)

    def stopped_s(self) -> float:
        """Stop; return how long that took."""
        begun = time.monotonic()
        self.acquisition.order(orders.Stop())
        assert self.acquisition.join(2.0 * SOON_S)
        return time.monotonic() - begun


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    built = Running(tmp_path, Hanging(monkeypatch))
    yield built
    assert built.stopped_s() < STOPPED_S  # at most once more


def ends_in_time(running: Running) -> None:
    """Tell that the station ends in time, opens nothing again and leaves no process."""
    assert running.stopped_s() < STOPPED_S
    assert running.heard.all(events.Stopped)
    assert running.hanging.opened_after == 0
    assert within(1.0, lambda: not any(map(alive, running.hanging.processes)))


def test_a_station_at_rest(running: Running) -> None:
    running.opened()
    ends_in_time(running)


@pytest.mark.parametrize("kind", ["hang", pytest.param("wedge", marks=pytest.mark.slow)])
def test_while_a_live_scan_hangs(running: Running, kind: Kind) -> None:
    running.opened(live=True)
    running.hangs_at(Scan, kind=kind)
    ends_in_time(running)


@pytest.mark.parametrize("request_", [Scan, SwitchLight])
def test_while_an_aliquot_hangs(running: Running, request_: type[Request]) -> None:
    running.opened()
    running.does(orders.TakeDark(), orders.TakeReference())
    running.hangs_at(request_, orders.Capture())
    ends_in_time(running)


def test_while_the_look_at_a_resting_spectrometer_hangs(running: Running) -> None:
    running.opened()
    running.hangs_at(Check)
    ends_in_time(running)


def test_while_an_opening_hangs(running: Running) -> None:
    running.hangs_at(Open, orders.OpenInstrument("virtual:FLAME-S"))
    ends_in_time(running)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_while_a_search_hangs(running: Running) -> None:
    running.hangs_at(ListDevices, orders.LookAgain())
    ends_in_time(running)


def test_while_the_letting_go_itself_hangs(running: Running) -> None:
    running.opened()
    running.hanging.when = Close
    ends_in_time(running)


def test_while_the_chemist_is_asked_for_a_light(running: Running) -> None:
    running.opened()
    running.does(orders.UseLighting(BY_HAND))
    running.acquisition.order(orders.TakeDark())
    assert within(SOON_S, lambda: running.heard.last(events.StatusChanged).status.hand_wanted is not None)
    ends_in_time(running)


def test_a_guard_that_was_given_up_opens_and_looks_for_nothing() -> None:
    guard = Guard()
    guard.open("virtual:FLAME-S", pace="none")
    guard.interrupt(for_good=True)
    assert within(2.0, lambda: not guard.answers)
    for again in (guard.restart, guard.devices, guard.check):
        with pytest.raises(InstrumentError):
            again()
    with pytest.raises(Disconnected, match="The program is ending"):
        guard.open("virtual:USB4000")
    assert guard.process_id is None
    guard.close()
