"""What is plugged in and pulled out while the station stands there: noticed within 3 s, resumed, never mistaken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from instruments.spectrometer import DeviceListing
from station import events, looking, orders
from station.events import State, Status
from station.looking import AT_MOST_S, to_open
from tests.station.bench_tools import RECIPE, Station, station
from tests.station.plugged_bus import PluggedBus

pytestmark = pytest.mark.slow

NOTICED_S = 3.0


class Bench:
    """A station beside a bus with plugs."""

    def __init__(self, built: Station) -> None:
        self.station = built
        self.bus = PluggedBus()
        built.acquisition._guard = built.acquisition._connection._guard = self.bus

    @property
    def serial(self) -> str | None:
        """Get the serial number of what is open."""
        info = self.now().instrument
        return None if info is None else info.serial

    def now(self) -> Status:
        return self.station.heard.last(events.StatusChanged).status

    def wait(self, seconds: float) -> None:
        """Let time pass in the rhythm of a station at rest."""
        for _ in range(round(seconds / 0.5)):
            self.station.clock.sleep(0.5)
            self.station.acquisition._between_orders()

    def do(self, *steps: orders.Order) -> None:
        self.station.do(*steps)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with station(tmp_path, begun=False) as built:
        beside = Bench(built)
        monkeypatch.setattr(looking, "connected_nodes", beside.bus.nodes)
        yield beside


def test_where_nothing_is_connected_the_bus_is_looked_at_and_the_driver_hardly_ever_asked(bench: Bench) -> None:
    bench.do(orders.LookAgain())
    bench.wait(600.0)
    assert bench.bus.looks >= 290
    assert bench.bus.listings <= 1 + 4 + 600 / AT_MOST_S


def test_the_only_spectrometer_that_is_plugged_in_is_opened_by_itself(bench: Bench) -> None:
    bench.do(orders.LookAgain())
    assert bench.now().state is State.DISCONNECTED
    bench.bus.plugged = {"FLMS001"}
    bench.wait(NOTICED_S)
    assert bench.now().state is State.LIVE
    assert bench.serial == "FLMS001"


def test_of_two_the_one_of_last_time_is_opened_else_none(bench: Bench) -> None:
    bench.do(orders.LookAgain())
    bench.bus.plugged = {"FLMS001", "USB4F1"}
    bench.wait(NOTICED_S)
    assert bench.now().state is State.DISCONNECTED
    assert [each.serial for each in bench.station.heard.last(events.DevicesFound).devices] == ["FLMS001", "USB4F1"]
    bench.do(orders.OpenInstrument("ocean:USB4F1"), orders.Stop())
    assert bench.station.acquisition._connection.bench.last == ("ocean:USB4F1", None)


def test_nothing_is_listed_while_one_is_open(bench: Bench) -> None:
    bench.bus.plugged = {"FLMS001"}
    bench.do(orders.LookAgain())
    listings = bench.bus.listings
    bench.bus.plugged = {"FLMS001", "USB4F1"}
    bench.wait(10.0)
    assert bench.bus.listings == listings
    assert bench.serial == "FLMS001"


def test_pulled_out_at_rest_it_is_noticed_and_back_again_the_run_goes_on(bench: Bench) -> None:
    bench.bus.plugged = {"FLMS001"}
    bench.do(orders.LookAgain(), orders.NewRun(RECIPE), orders.TakeDark(), orders.TakeReference(), orders.Capture())
    bench.do(orders.ShowLive(False))
    assert bench.now().state is State.IDLE
    bench.bus.plugged = set()
    bench.wait(NOTICED_S)
    assert bench.now().state is State.FAULTED
    fault = bench.now().fault
    assert fault is not None
    assert fault.kept == "aliquot 1 and every record before."
    bench.bus.plugged = {"FLMS001"}
    bench.wait(NOTICED_S)
    assert bench.now().state is State.IDLE
    assert bench.now().fault is None
    bench.do(orders.Capture())
    assert bench.station.heard.last(events.AliquotTaken).aliquot.number == 2


def test_another_spectrometer_is_offered_and_the_run_stays(bench: Bench) -> None:
    bench.bus.plugged = {"FLMS001"}
    bench.do(orders.LookAgain(), orders.NewRun(RECIPE), orders.TakeDark(), orders.TakeReference(), orders.Capture())
    bench.bus.plugged = {"FLMS002"}
    bench.wait(NOTICED_S)
    bench.wait(20.0)
    status = bench.now()
    assert status.state is State.FAULTED
    assert status.fault is not None
    assert status.fault.now.endswith("Connected is Flame-S FLMS002; opened, it begins a run of its own.")
    assert status.run is not None
    assert len(status.run.aliquots) == 1
    bench.do(orders.LookAgain())
    assert bench.now().state is State.FAULTED
    bench.do(orders.OpenInstrument("ocean:FLMS002"))
    run = bench.now().run
    assert run is not None
    assert run.aliquots == ()


def test_a_bus_that_cannot_be_listed_is_asked_less_and_less_often(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from instruments.spectrometer import Timeout

    bench.do(orders.LookAgain())
    asked: list[float] = []

    def silent() -> tuple[DeviceListing, ...]:
        asked.append(bench.station.clock.now_s())
        raise Timeout("The bus does not answer. Nothing was changed.")

    monkeypatch.setattr(bench.bus, "devices", silent)
    monkeypatch.setattr(looking, "connected_nodes", lambda: None)
    bench.wait(300.0)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(AT_MOST_S, abs=2.0)


def test_two_spectrometers_are_both_waited_for() -> None:
    one, two = (DeviceListing(f"ocean:{each}", "Flame-S", each, "x", virtual=False) for each in ("A", "B"))
    held = ("ocean:A", "ocean:B")
    assert to_open((one,), held, (None, None)) is None
    assert to_open((one, two), held, (None, None)) == held
    assert to_open((one, two), (None, None), held) == held


def test_what_may_not_be_opened_and_what_is_virtual_is_never_opened_by_itself() -> None:
    virtual = DeviceListing("virtual:FLAME-S", "Flame-S", "V", "x", virtual=True)
    forbidden = DeviceListing("", "Flame-S", "", "none", virtual=False, obstacle="this user may not open it")
    assert to_open((virtual, forbidden), (None, None), (None, None)) is None
