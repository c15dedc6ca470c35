"""The rows of the table of faults that a cable can bring, lived through once more over the C++ back end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from instruments.virtual.hand import Kind, Place, Trouble, once
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.bench import Bench
from station.events import State
from station.recipe import Recipe
from station.store import read
from tests.faults.rows import PLAYED, Played
from tests.faults.said import ACTS, sentences
from tests.instruments.parents import within
from tests.station.bench_tools import ODE
from tests.system.machine import Machine, address_of
from tests.system.station import SHORT, Heard
from tests.system.usb_plugs import Plugged

pytestmark = pytest.mark.system

ROWS = [row for row in PLAYED if row.cpp]
DRAWN_S = 2.5 * 3600.0
DURING_S = 0.3  # after the key was pressed, a plug is pulled


class Hand:
    """Pulls and pushes the plug of one spectrometer, and troubles what is in it."""

    def __init__(self, machine: Machine, plugged: Plugged) -> None:
        self._machine = machine
        self._plugged = plugged

    def does(self, kind: Kind) -> None:
        """Let this go wrong, or mend it."""
        if kind == "unplug":
            self._machine.usb.unplug(self._plugged)
        elif kind in ("unplug exposing", "unplug reading"):
            threading.Timer(DURING_S, self._machine.usb.unplug, (self._plugged,)).start()
        elif kind == "replug":
            self._plugged = self._machine.plug("FLAME-S")
        elif fault := once(kind):
            self._plugged.firmware.trouble(fault)
        else:
            self._machine.hand(Trouble(kind))


def stored(station: Heard) -> list[int]:
    """Return the numbers of the aliquots that are on disk."""
    path = station.status.run_path
    assert path is not None
    return [aliquot.number for aliquot in read(Path(path)).aliquots]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_fault_is_said_everything_is_kept_and_the_run_goes_on(row: Played, machine: Machine, tmp_path: Path) -> None:
    plugged = machine.plug("FLAME-S")
    station = Heard(tmp_path, Bench(exposures=SHORT, lighting=machine.lighting, sample=FlaskSample(ODE)))
    try:
        station.do(orders.OpenInstrument(address_of(plugged)), orders.NewRun(Recipe(name="ODE")))
        station.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        machine.hand(Place("sample", DRAWN_S))
        station.do(orders.Capture())
        assert stored(station) == [1]
        before = len(station.messages)

        if row.act == "rest":
            station.do(orders.ShowLive(False))
        hand = Hand(machine, plugged)
        for kind in row.trouble:
            hand.does(kind)
        if row.act != "rest":
            station.do(ACTS[row.act])
        assert within(4.0, lambda: any(row.reads in told for told in sentences(station.messages[before:])))
        numbers = [1, 2] if row.recorded and row.act == "Space" else [1]
        assert stored(station) == numbers

        for kind in row.mended:
            hand.does(kind)
        assert within(15.0, lambda: station.status.state in (State.LIVE, State.IDLE))
        station.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        assert stored(station) == [*numbers, numbers[-1] + 1]
        assert station.status.fault is None
        assert [taken.saved for taken in station.messages if isinstance(taken, events.AliquotTaken)].count(False) == 0
    finally:
        station.close()
    assert not machine.bench.probe_on
    assert not machine.bench.uv_on
