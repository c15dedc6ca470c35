"""A day and a night: the computer is kept awake, sleeps all the same, changes its clock, is left alone with UV on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

import pytest

from analysis.spectrum import FloatArray
from instruments.spectrometer import Channel
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.acquisition import Acquisition
from station.awake import HELD, Awake
from station.bench import Bench
from station.clock import VirtualClock
from station.clock_watch import Clocks
from station.cycle import SETTLE_S
from station.events import Event, LiveFrame, State, Status
from station.records import Mark
from station.vigil import Computer
from tests.station.bench_tools import ODE, QUICK, RECIPE, Heard

pytestmark = pytest.mark.slow

AT_TEN = Clocks(elapsed_s=5_000.0, awake_s=4_000.0, wall_s=1.7e9, zone="Europe/Berlin")


class Insomnia(Awake):
    """Keeps a computer awake that has no systems of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.holds, self.asked = False, 0

    def hold(self) -> None:
        self.holds = True

    def let_go(self) -> None:
        self.holds, self.asked = False, 0

    def told(self) -> tuple[bool | None, str]:
        """Answer at the second time of asking, as a system does."""
        self.asked += self.holds
        return (True, HELD) if self.asked > 1 else (None, "")


@dataclass
class Night:
    """A station on a computer whose clocks and screen the test holds."""

    folder: Path
    clock: VirtualClock = field(default_factory=VirtualClock)
    heard: list[Event | LiveFrame] = field(default_factory=list)
    clocks: Clocks = AT_TEN
    locked: bool | None = False
    awake: Insomnia = field(default_factory=Insomnia)

    def __post_init__(self) -> None:
        computer = Computer(self.awake, lambda: self.clocks, lambda: self.locked)
        bench = Bench(exposures=QUICK, sample=FlaskSample(ODE), pace="none")
        self.acquisition = Acquisition(self.clock, self.heard.append, self.folder, bench, computer=computer)

    def do(self, *steps: orders.Order) -> None:
        for step in steps:
            self.acquisition.obey(step)

    def second(self) -> None:
        """Let a second pass at rest."""
        self.clock.sleep(1.0)
        moved = replace(self.clocks, elapsed_s=self.clocks.elapsed_s + 1.0, awake_s=self.clocks.awake_s + 1.0)
        self.clocks = replace(moved, wall_s=self.clocks.wall_s + 1.0)
        self.acquisition._between_orders()

    def sleeps(self, seconds: float) -> None:
        """Close the lid for so long."""
        self.clock.sleep(seconds)
        self.clocks = replace(
            self.clocks, elapsed_s=self.clocks.elapsed_s + seconds, wall_s=self.clocks.wall_s + seconds
        )

    def now(self) -> Status:
        return [message.status for message in self.heard if isinstance(message, events.StatusChanged)][-1]

    def marks(self) -> list[Mark]:
        run = self.now().run
        return [] if run is None else list(run.marks)


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    built = Night(tmp_path)
    yield built
    built.do(orders.Stop())


def begun(night: Night) -> None:
    night.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE))
    night.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
    night.second()


def test_the_computer_is_kept_awake_while_a_run_is_open_and_no_longer(tmp_path: Path) -> None:
    night = Night(tmp_path)
    night.second()
    assert night.awake.told()[0] is None
    begun(night)
    assert night.now().kept_awake is None
    night.second()
    assert (night.now().kept_awake, night.now().awake) == (True, HELD)
    night.do(orders.Stop())
    assert night.awake.told()[0] is None


def test_after_a_sleep_the_gap_is_marked_and_dark_and_reference_are_stale(night: Night) -> None:
    begun(night)
    night.do(orders.Capture())
    night.sleeps(720.0)
    night.second()
    gap = night.marks()[-1]
    assert gap.kind == "gap"
    assert gap.note == "The computer slept for 12 min. Reaction times count it."
    assert night.now().state is State.LIVE
    night.do(orders.Capture())
    run = night.now().run
    assert run is not None
    before, after = run.aliquots
    assert before.reading.absorbance is not None
    assert after.reading.absorbance is not None
    assert not any("slept" in remark for remark in before.reading.absorbance.remarks)
    assert "dark from before the computer slept" in after.reading.absorbance.remarks
    assert "reference from before the computer slept" in after.reading.absorbance.remarks
    assert after.reaction_time_s is not None
    assert before.reaction_time_s is not None
    assert after.reaction_time_s - before.reaction_time_s > 720.0
    night.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
    run = night.now().run
    assert run is not None
    newest = run.aliquots[-1].reading.absorbance
    assert newest is not None
    assert not any("slept" in remark for remark in newest.remarks)


def test_after_a_sleep_the_instrument_is_opened_again_with_its_lights_off(night: Night) -> None:
    begun(night)
    process = night.acquisition._guard.process_id
    night.do(orders.SwitchUv(True))
    night.sleeps(10.0)
    night.second()
    assert night.acquisition._guard.process_id != process
    uv = night.now().uv
    assert uv is not None
    assert uv.state == "off"


def test_an_aliquot_that_a_sleep_cut_in_two_is_measured_again_and_comes_after_the_gap(night: Night) -> None:
    begun(night)
    scan, scans = night.acquisition._guard.scan, 0

    def scan_and_sleep(channel: Channel = "absorbance") -> FloatArray:
        nonlocal scans
        scans += 1
        if scans == 12:
            night.sleeps(720.0)
        return scan(channel)

    with mock.patch.object(night.acquisition._guard, "scan", scan_and_sleep):
        night.do(orders.Capture())
    told = [message.sentence for message in night.heard if isinstance(message, events.Recovered)]
    assert told == ["The computer slept meanwhile. Everything measured before is kept. The measurement is repeated."]
    run = night.now().run
    assert run is not None
    kinds = [record.kind if isinstance(record, Mark) else type(record).__name__ for record in run.records]
    assert kinds[-2:] == ["gap", "Aliquot"]
    (aliquot,) = run.aliquots
    assert aliquot.reading.absorbance is not None
    assert "dark from before the computer slept" in aliquot.reading.absorbance.remarks


def test_a_dark_that_a_sleep_cut_in_two_is_taken_again_after_the_gap_and_is_not_stale(night: Night) -> None:
    begun(night)
    scan, scans = night.acquisition._guard.scan, 0

    def scan_and_sleep(channel: Channel = "absorbance") -> FloatArray:
        nonlocal scans
        scans += 1
        if scans == 5:
            night.sleeps(720.0)
        return scan(channel)

    with mock.patch.object(night.acquisition._guard, "scan", scan_and_sleep):
        night.do(orders.ShowLive(False), orders.TakeDark())
    run = night.now().run
    assert run is not None
    kinds = [record.kind if isinstance(record, Mark) else type(record).__name__ for record in run.records]
    assert kinds[-2:] == ["gap", "CalibrationTaken"]
    assert night.now().state is State.IDLE
    night.do(orders.Capture())
    run = night.now().run
    assert run is not None
    newest = run.aliquots[-1].reading.absorbance
    assert newest is not None
    assert "dark from before the computer slept" not in newest.remarks
    assert "reference from before the computer slept" in newest.remarks


def test_a_clock_that_was_set_is_a_mark_and_moves_no_reaction_time(night: Night) -> None:
    begun(night)
    process = night.acquisition._guard.process_id
    night.do(orders.Capture())
    night.clocks = replace(night.clocks, wall_s=night.clocks.wall_s - 3600.0, zone="Europe/London")
    night.second()
    assert [mark.kind for mark in night.marks()] == ["heat on", "clock step", "time zone"]
    night.do(orders.Capture())
    run = night.now().run
    assert run is not None
    first, second = (aliquot.reaction_time_s for aliquot in run.aliquots)
    assert first is not None
    assert second is not None
    assert 0.0 < second - first < 60.0
    assert night.acquisition._guard.process_id == process


def test_what_the_station_marked_is_not_taken_back_by_undo(night: Night) -> None:
    begun(night)
    night.do(orders.SetMark("cool"))
    night.sleeps(60.0)
    night.second()
    night.do(orders.Undo())
    assert [mark.kind for mark in night.marks()] == ["heat on", "gap"]


@pytest.mark.parametrize(("locked", "state"), [(True, "off"), (False, "on"), (None, "on")])
def test_uv_by_hand_goes_off_when_the_screen_is_locked(night: Night, locked: bool | None, state: str) -> None:
    begun(night)
    night.do(orders.SwitchUv(True))
    night.second()
    night.locked = locked
    night.second()
    uv = night.now().uv
    assert uv is not None
    assert uv.state == state


def test_esc_at_rest_switches_uv_off(night: Night) -> None:
    begun(night)
    night.do(orders.SwitchUv(True), orders.Cancel())
    uv = night.now().uv
    assert uv is not None
    assert uv.state == "off"


def test_uv_is_summed_for_the_cuvette_and_begins_again_with_the_next(night: Night) -> None:
    begun(night)
    night.do(orders.Capture())
    first_s = night.now().uv_s
    assert first_s >= QUICK.emission_s * QUICK.emission_scans
    night.do(orders.SwitchUv(True))
    for _ in range(5):
        night.second()
    night.do(orders.SwitchUv(False))
    assert night.now().uv_s == pytest.approx(5.0, abs=0.1)
    night.do(orders.Capture())
    run = night.now().run
    assert run is not None
    frames = run.aliquots[-1].reading.frames
    assert frames is not None
    assert frames.emission is not None
    assert run.aliquots[-1].uv_s == pytest.approx(5.0 + frames.emission.uv_s, abs=0.01)


class Fast(VirtualClock):
    """The flask's time runs 600 times faster than the exposures, as in a demonstration."""

    def passed(self, seconds: float) -> None:
        super().passed(600.0 * seconds)


def test_the_seconds_under_uv_are_those_of_the_exposures_at_any_pace_of_the_clock(tmp_path: Path) -> None:
    heard = Heard()
    station = Acquisition(Fast(), heard.messages.append, tmp_path, Bench(exposures=QUICK, pace="none"))
    for order in (orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(RECIPE), orders.TakeDark()):
        station.obey(order)
    station.obey(orders.TakeReference())
    station.obey(orders.Capture())
    taken = heard.last(events.AliquotTaken).aliquot
    station.obey(orders.Stop())
    assert taken.uv_s == pytest.approx(SETTLE_S + (QUICK.emission_scans + 1) * QUICK.emission_s, rel=1e-3)
