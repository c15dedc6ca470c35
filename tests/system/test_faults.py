"""What the C++ back end makes of a pulled plug, a device that is mute, a torn frame: the station outlives all of it."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from analysis.spectrum import FloatArray
from instruments.child import NoAnswer
from instruments.guard import Guard
from instruments.requests import ListDevices
from instruments.spectrometer import Busy, Disconnected, InstrumentError, Timeout
from instruments.virtual.hand import Fault, Witness
from tests.instruments.parents import alive, within
from tests.system.machine import Machine, address_of
from tests.system.processes import told_by

pytestmark = pytest.mark.system

SERIAL = "VIRT-FLMS00416"


class Reading:
    """A long scan under way in another thread."""

    def __init__(self, guard: Guard, exposure_s: float) -> None:
        guard.set_exposure(exposure_s)
        guard.scan()
        self._pool = ThreadPoolExecutor(1)
        self.scan: Future[FloatArray] = self._pool.submit(guard.scan)
        assert not within(0.15, self.scan.done)

    def ends_with(self, limit_s: float) -> BaseException | None:
        """Return what the scan ended with, at the latest after `limit_s`."""
        try:
            return self.scan.exception(limit_s)
        finally:
            self._pool.shutdown(wait=False)


def test_unplugged_in_the_middle_of_a_read_it_says_so_at_once_and_is_found_again(
    machine: Machine, guard: Guard
) -> None:
    plugged = machine.plug("FLAME-S")
    guard.open(address_of(plugged))
    guard.light("probe", True)
    reading = Reading(guard, 1.0)
    machine.usb.unplug(plugged)
    told = reading.ends_with(0.6)
    assert isinstance(told, Disconnected)
    assert "kept" in str(told)
    assert guard.light_state("probe") == "unknown"
    with pytest.raises(Disconnected, match=SERIAL):
        guard.restart()
    machine.plug("FLAME-S")
    assert guard.restart().serial == SERIAL
    assert guard.light_state("probe") == "off"
    assert guard.scan().shape == (2048,)


def test_unplugged_while_nothing_is_read_it_is_noticed_by_the_next_check(machine: Machine, guard: Guard) -> None:
    plugged = machine.plug("FLAME-S")
    guard.open(address_of(plugged))
    guard.check()
    machine.usb.unplug(plugged)
    with pytest.raises(Disconnected):
        guard.check()


def test_another_device_of_the_same_model_is_not_taken_for_it(machine: Machine, guard: Guard) -> None:
    plugged = machine.plug("FLAME-S")
    guard.open(address_of(plugged))
    machine.usb.unplug(plugged)
    with pytest.raises(Disconnected):
        guard.scan()
    other = machine.plug("FLAME-S", "VIRT-FLMS00999")
    with pytest.raises(Disconnected, match=SERIAL):
        guard.restart()
    assert guard.open(address_of(other)).serial == "VIRT-FLMS00999"
    assert guard.scan().shape == (2048,)


@pytest.mark.parametrize("fault", ["wedge", "silence"])
def test_a_device_that_never_answers_costs_its_process_in_time_and_not_the_station(
    machine: Machine, guard: Guard, tmp_path: Path, fault: Fault
) -> None:
    logbook = tmp_path / "lights"
    plugged = machine.plug("FLAME-S")
    machine.hand(Witness(str(logbook)))
    guard.open(address_of(plugged), lighting=machine.lighting)
    guard.set_exposure(0.02)
    guard.light("probe", True)
    guard.light("uv", True)
    guard.scan()
    guard.scan()
    first = guard.process_id or 0
    plugged.firmware.trouble(fault)
    begun = time.monotonic()
    told = []
    with ThreadPoolExecutor(1) as pool:
        scan = pool.submit(guard.scan)
        assert within(0.02 + 5.0, lambda: not alive(first))
        told.append(scan.exception(5.0))
    assert isinstance(told[0], Timeout)
    assert "both lights are off" in str(told[0]) or "may still be on" in str(told[0])
    assert time.monotonic() - begun < 0.02 + 5.0 + 3.0  # opened again
    assert guard.light_state("probe") == guard.light_state("uv") == "off"
    assert dict(line.split() for line in logbook.read_text().splitlines()) == {"probe": "off", "uv": "off"}
    assert guard.scan().shape == (2048,)


@pytest.mark.parametrize("fault", ["short frame", "wrong sync"])
def test_a_torn_frame_is_told_never_returned_and_the_next_one_is_whole(
    machine: Machine, guard: Guard, fault: Fault
) -> None:
    plugged = machine.plug("FLAME-S")
    guard.open(address_of(plugged))
    before = guard.scan()
    plugged.firmware.trouble(fault)
    with pytest.raises(InstrumentError, match="easure again") as told:
        guard.scan()
    assert not isinstance(told.value, Disconnected)  # although the driver says the same of a pulled plug
    after = guard.scan()
    assert np.median(after) == pytest.approx(np.median(before), abs=10)
    assert np.std(after[100:] - before[100:]) < 60  # nothing of the torn frame is left over


def test_looking_for_devices_after_a_pulled_plug_costs_the_process_at_most(machine: Machine, guard: Guard) -> None:
    """The driver frees the open handle twice when it looks at the bus again; the guard never asks it to."""
    plugged = machine.plug("FLAME-S")
    guard.open(address_of(plugged))
    machine.usb.unplug(plugged)
    with pytest.raises(Disconnected):
        guard.scan()
    machine.plug("FLAME-S")
    with suppress(NoAnswer):
        guard._told(ListDevices(real=True), 10.0)  # behind the guard's back
    assert guard.restart().serial == SERIAL
    assert guard.scan().shape == (2048,)


def test_the_guard_itself_looks_at_the_bus_only_with_nothing_open(machine: Machine, guard: Guard) -> None:
    plugged = machine.plug("FLAME-S")
    for _ in range(4):
        machine.plug("USB4000", "VIRT-USB4F0002") if _ == 0 else None
        guard.open(address_of(plugged))
        process_id = guard.process_id
        listed = [device.serial for device in guard.devices() if not device.virtual]
        assert listed == [SERIAL]
        machine.usb.unplug(plugged)
        with pytest.raises(Disconnected):
            guard.scan()
        assert guard.process_id == process_id
        guard.close()
        assert {device.serial for device in guard.devices() if not device.virtual} == {"VIRT-USB4F0002"}
        plugged = machine.plug("FLAME-S")


def test_a_killed_process_is_replaced_and_the_device_found_again(machine: Machine, guard: Guard) -> None:
    guard.open(address_of(machine.plug("FLAME-S")))
    reading = Reading(guard, 1.0)
    os.kill(guard.process_id or 0, signal.SIGKILL)
    told = reading.ends_with(4.0)
    assert isinstance(told, Timeout)
    guard.set_exposure(0.02)
    guard.scan()
    assert guard.scan().shape == (2048,)


def test_closed_to_this_user_it_is_named_and_why(machine: Machine) -> None:
    plugged = machine.plug("FLAME-S")
    machine.plug("USB4000")
    machine.usb.node(plugged).chmod(0)
    seen = told_by(_LISTING, SERIAL, unprivileged=True)
    assert "ocean:VIRT-USB4F0001  " in seen
    assert "this user may not open it" in seen
    assert "Disconnected No spectrometer told the serial number" in seen
    assert "This user may not open the spectrometer." in seen
    assert "udev rules" in seen


def test_the_bus_itself_shows_who_is_there_and_who_may_open_it(machine: Machine, guard: Guard) -> None:
    forbidden, held, free = (machine.plug(name) for name in ("FLAME-S", "USB4000", "QEPRO"))
    machine.usb.node(forbidden).chmod(0)
    guard.open(address_of(held))
    seen = [line.split("|") for line in told_by(_BUS, unprivileged=True).splitlines()]
    assert [(usb_id, name, may_open) for usb_id, name, may_open, _, _ in seen] == [
        ("2457:101e", forbidden.firmware.model.name, "False"),
        ("2457:1022", held.firmware.model.name, "True"),
        ("2457:4004", free.firmware.model.name, "True"),
    ]
    assert {driver for *_, driver, _ in seen} == {""}
    assert [bool(held_by) for *_, held_by in seen] == [False, True, False]


def test_held_by_another_program_it_is_not_opened_and_free_again_it_is(machine: Machine, guard: Guard) -> None:
    plugged = machine.plug("FLAME-S")
    other = Guard()
    try:
        other.open(address_of(plugged))
        with pytest.raises(Busy, match="Another program holds"):
            guard.open(address_of(plugged))
        (listed,) = (device for device in guard.devices() if not device.virtual)
        assert "another program holds it" in listed.obstacle
        assert other.scan().shape == (2048,)
    finally:
        other.close()
    assert guard.open(address_of(plugged)).serial == SERIAL


_LISTING = """
import sys
from instruments.child import NoAnswer
from instruments.guard import Guard
from instruments.spectrometer import InstrumentError

if __name__ == "__main__":
    guard = Guard()
    for device in guard.devices():
        print(device.address, device.model, device.obstacle, sep="  ")
    try:
        guard.open(f"ocean:{sys.argv[1]}")
    except InstrumentError as told:
        print(type(told).__name__, told)
    guard.close()
"""

_BUS = """
from instruments.usb_nodes import connected_nodes

for node in connected_nodes():
    print(node.usb_id, node.name, node.may_open, node.driver, node.held_by, sep="|")
"""
