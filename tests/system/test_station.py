"""A whole station with the C++ back end: the same numbers as on the virtual bus, and a pulled plug in the middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.spectrum import Calibration, EmissionFrames, Frames, RawSpectrum
from instruments.guard import Guard
from instruments.virtual.hand import Advance, Command, Fill, Place
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.bench import Bench
from station.clock import SystemClock
from station.cycle import Cycle
from station.events import State
from station.recipe import Recipe
from station.store import read
from tests.instruments.parents import within
from tests.station.bench_tools import ODE
from tests.system.machine import Machine, address_of
from tests.system.station import SHORT, Heard

pytestmark = pytest.mark.system

DRAWN_S = 2.5 * 3600.0


def measured(guard: Guard, hand: Callable[[Command], None]) -> tuple[Calibration, Frames]:
    """Take darks, the reference of the solvent and one aliquot of the flask."""
    hand(Fill(FlaskSample(ODE)))
    hand(Advance(DRAWN_S))
    cycle = Cycle(guard, SystemClock(), SHORT)
    calibration = cycle.dark(Calibration())
    hand(Place("solvent"))
    calibration = cycle.reference(calibration)
    hand(Place("sample", DRAWN_S))
    return calibration, cycle.aliquot()


def frames_of(calibration: Calibration, frames: Frames) -> list[RawSpectrum]:
    """Return every averaged frame of a measurement, in its order."""
    emissions = [calibration.blank, frames.emission]
    taken = [calibration.dark_emission, calibration.dark_absorbance, calibration.reference, frames.absorbance]
    for emission in emissions:
        assert isinstance(emission, EmissionFrames)
        taken += [emission.off_before, emission.on, emission.off_after]
    return [frame for frame in taken if frame is not None]


def test_a_cycle_gives_the_numbers_that_the_virtual_bus_gives(machine: Machine, guard: Guard) -> None:
    """Back end, libusb, kernel and serial line are others; bench, seed and detector are the same."""
    guard.open(address_of(machine.plug("FLAME-S")), lighting=machine.lighting)
    over_usbfs = frames_of(*measured(guard, machine.hand))
    virtual = Guard()
    try:
        virtual.open("virtual:FLAME-S", pace="none", seed=1)
        over_virtual_bus = frames_of(*measured(virtual, virtual.hand))
    finally:
        virtual.close()
    assert len(over_usbfs) == len(over_virtual_bus) == 10
    for ours, theirs in zip(over_usbfs, over_virtual_bus, strict=True):
        np.testing.assert_array_equal(ours.wavelengths_nm, theirs.wavelengths_nm)
        assert (ours.exposure_s, ours.scans) == (theirs.exposure_s, theirs.scans)
        variance = (ours.scan_variance + theirs.scan_variance) / SHORT.absorbance_scans
        score = (ours.counts - theirs.counts)[21:] / np.sqrt(variance[21:])
        assert abs(float(np.median(score))) < 0.5  # the whole frame moves by 2 counts from scan to scan
        assert 0.9 < float(np.std(np.clip(score, -6, 6))) < 1.5  # Student's t with 6 degrees of freedom has 1.22


def test_a_run_goes_on_by_itself_when_the_plug_was_out_in_the_middle_of_an_aliquot(
    machine: Machine, tmp_path: Path
) -> None:
    plugged = machine.plug("FLAME-S")
    machine.hand(Fill(FlaskSample(ODE)))
    station = Heard(tmp_path, Bench(exposures=SHORT, lighting=machine.lighting))
    try:
        station.do(orders.OpenInstrument(address_of(plugged)), orders.NewRun(Recipe(name="ODE")))
        station.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        machine.hand(Place("sample", DRAWN_S))
        station.do(orders.Capture())
        lost = station.acquisition.order(orders.Capture())
        assert within(5.0, lambda: station.status.state is State.MEASURING)
        machine.usb.unplug(plugged)
        lost.result(10.0)
        assert station.status.state is State.FAULTED
        assert len(station.aliquots) == 1
        machine.plug("FLAME-S")
        assert within(10.0, lambda: station.status.state is State.LIVE)
        assert any(isinstance(message, events.Recovered) for message in station.messages)
        station.do(orders.Capture())
        assert [taken.aliquot.number for taken in station.aliquots] == [1, 2]
        assert all(taken.saved for taken in station.aliquots)
        path = station.status.run_path
        assert path is not None
    finally:
        station.close()
    assert not machine.bench.probe_on
    assert not machine.bench.uv_on
    run = read(Path(path))
    assert [aliquot.number for aliquot in run.aliquots] == [1, 2]
    assert run.set_up is not None
    assert (run.set_up.backend, run.set_up.serial, run.set_up.virtual) == ("cseabreeze", "VIRT-FLMS00416", False)
    first, second = (taken.aliquot.reading.absorbance for taken in station.aliquots)
    assert first is not None
    assert second is not None
    clear = first.valid & second.valid & (first.wavelengths_nm > 420) & (first.wavelengths_nm < 750)
    apart = (first.values - second.values)[clear] / np.hypot(first.sigma, second.sigma)[clear]
    assert abs(float(np.median(apart))) < 1.0
