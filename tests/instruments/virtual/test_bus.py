"""The virtual bus and the network as the stock driver finds them: who hangs there, and who may open it."""

from __future__ import annotations

import socket
import threading

import numpy as np
import pytest

from instruments.virtual.hand import Kind, Trouble
from instruments.virtual.models import MODELS
from tests.instruments.virtual.driver import bench, devices, opened

NAMES = {
    "FLAME-S": "FLAMES",
    "USB4000": "USB4000",
    "USB2000PLUS": "USB2000PLUS",
    "HR4000": "HR4000",
    "HR2000PLUS": "HR2000PLUS",
    "MAYA2000PRO": "MAYA2000PRO",
    "NIRQUEST512": "NIRQUEST512",
    "QEPRO": "QEPRO",
    "STS": "STS",
    "SR4": "SR4",
    "HR4": "HR4",
    "FX": "FX",
}
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # the driver leaves its own open


@pytest.mark.parametrize("name", MODELS)
def test_the_driver_opens_it_twice_and_knows_who_it_is(name: str) -> None:
    with bench(name) as rig:
        for _ in range(2):
            with opened(rig) as device:
                assert device.model == NAMES[name]
                assert device.serial_number == rig.serials[name]


@pytest.mark.parametrize("name", [name for name in MODELS if name != "FX"])
def test_looking_at_the_bus_leaves_what_is_open_open(name: str) -> None:
    with bench(name) as rig:
        [device] = devices(rig)
        device.open()
        again = devices(rig)
        assert len(again) == 1
        del again
        assert device.is_open
        assert device.f.spectrometer.get_intensities().size == MODELS[name]().pixels
        device.close()


def test_all_models_of_the_bus_stand_side_by_side_before_one_bench() -> None:
    names = tuple(name for name in MODELS if name not in ("FX", "USB2000PLUS"))
    with bench(*names) as rig:
        found = devices(rig)
        assert [device.model for device in found] == [NAMES[name] for name in names]
        assert [device.serial_number for device in found] == [rig.serials[name] for name in names]
        rig.bench.switch_probe(True)
        for device in found[:2]:
            device.open()
            assert np.max(device.f.spectrometer.get_intensities()) > 60_000
            device.close()


def test_the_lamp_line_of_a_flame_is_heard_by_the_bench() -> None:
    with bench("FLAME-S") as rig, opened(rig) as device:
        device.f.continuous_strobe.set_enable(True)
        assert rig.bench.probe_on
        device.f.continuous_strobe.set_period_micros(1_000)
        device.f.continuous_strobe.set_enable(False)
        assert not rig.bench.probe_on


def test_the_nirquest_cools_its_detector() -> None:
    with bench("NIRQUEST512") as rig, opened(rig) as device:
        cooler = device.f.thermo_electric
        assert cooler.read_temperature_degrees_celsius() == pytest.approx(22.0)
        cooler.set_temperature_setpoint_degrees_celsius(-15.0)
        cooler.enable_tec(True)
        assert cooler.read_temperature_degrees_celsius() == pytest.approx(-15.0)


def test_a_spectrometer_on_the_network_listens_on_the_loopback_interface_alone_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with bench("FX", pace="real") as rig:
        [(host, port)] = rig.network.values()
        assert host == "127.0.0.1"
        assert port > 0
        with opened(rig) as device:
            device.f.spectrometer.set_integration_time_micros(6_000)
            assert device.f.spectrometer.get_intensities().size == 2136
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize("kind", ["silence", "wedge", "hang"])
def test_a_network_device_that_keeps_silent_still_ends_with_its_bench(kind: Kind) -> None:
    before = set(threading.enumerate())
    with bench("FX", pace="real") as rig:
        rig.obey(Trouble(kind))
        [address] = rig.network.values()
        with socket.create_connection(address, timeout=5.0) as held:
            held.sendall(SPECTRUM_REQUEST)
            held.settimeout(0.2)
            with pytest.raises(TimeoutError):
                held.recv(64)
            rig.close()
            held.settimeout(5.0)
            assert held.recv(64) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5.0)
    assert set(threading.enumerate()) == before


SPECTRUM_REQUEST = b"\xc1\xc0\x00\x11" + bytes(4) + b"\x00\x10\x10\x00" + bytes(28) + b"\x14" + bytes(19)
SPECTRUM_REQUEST += b"\xc5\xc4\xc3\xc2"


def test_a_second_spectrometer_that_nobody_may_open_stands_beside_the_good_one() -> None:
    with bench("FLAME-S") as rig:
        rig.obey(Trouble("stranger"))
        with pytest.raises(OSError, match="Access denied") as denied:
            devices(rig)
        assert denied.value.errno == 13
        rig.obey(Trouble("stranger gone"))
        assert len(devices(rig)) == 1
