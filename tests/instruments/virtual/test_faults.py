"""What goes wrong at the virtual bench, and what the stock driver then sees: it does not know that it was meant."""

from __future__ import annotations

import errno
import warnings

import numpy as np
import pytest
import usb.core
from seabreeze.pyseabreeze.exceptions import SeaBreezeError
from seabreeze.pyseabreeze.transport import USBTransportDeviceInUse

from instruments.virtual.bench import Bench
from instruments.virtual.device import COMMAND_OUT, Wedged
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Burn, Dim, Hand, Kind, SwitchByHand, Trouble
from instruments.virtual.models import MODELS, firmware
from instruments.virtual.protocol_virtual import LedDriver
from tests.instruments.virtual.driver import bench, devices, opened

ON_A_BUS = ("FLAME-S", "USB4000", "QEPRO", "SR4")
BINARY = ("QEPRO", "STS", "SR4")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")]


@pytest.mark.parametrize("name", ON_A_BUS)
@pytest.mark.parametrize("kind", ["unplug", "unplug exposing", "unplug reading"])
def test_a_pulled_plug_is_errno_19_for_ever_and_a_new_device_after_it(name: str, kind: Kind) -> None:
    with bench(name) as rig:
        with opened(rig) as device:
            rig.obey(Trouble(kind))
            for _ in range(2):
                with pytest.raises(usb.core.USBError) as gone:
                    device.f.spectrometer.get_intensities()
                assert gone.value.errno == errno.ENODEV
        assert devices(rig) == []
        rig.obey(Trouble("replug"))
        with opened(rig) as again:
            assert again.serial_number == rig.serials[name]
            assert again.f.spectrometer.get_intensities().size == MODELS[name]().pixels


@pytest.mark.parametrize("name", ["FLAME-S", "QEPRO", "SR4"])
def test_another_one_plugged_in_has_another_serial_number(name: str) -> None:
    with bench(name) as rig:
        rig.obey(Trouble("unplug"))
        rig.obey(Trouble("replug other"))
        [other] = devices(rig)
        assert other.serial_number != rig.serials[name]
        rig.obey(Trouble("unplug"))
        rig.obey(Trouble("replug"))
        [same] = devices(rig)
        assert same.serial_number == rig.serials[name]


@pytest.mark.parametrize("name", ON_A_BUS)
def test_silence_is_a_timeout(name: str) -> None:
    with bench(name) as rig, opened(rig) as device:
        rig.obey(Trouble("silence"))
        with pytest.raises(usb.core.USBTimeoutError):
            device.f.spectrometer.get_intensities()
        assert device.f.spectrometer.get_intensities().size == MODELS[name]().pixels


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", ["wedge", "hang"])
def test_a_wedged_device_answers_nobody_whoever_carries_its_bytes(name: str, kind: Kind) -> None:
    model = MODELS[name]()
    eye = Eye(model.sensor, Bench())
    device = firmware(model, eye, lambda seconds: None)
    eye.bench.obey(Trouble(kind))
    if kind == "wedge":
        device.trouble("wedge")
    device.write(COMMAND_OUT, REQUESTS.get(name, b"\x09"))
    answers = 0x82 if name not in REQUESTS else 0x81
    with pytest.raises(Wedged):
        device.read(answers, 64, 1.0)


def request(version: int, number: int) -> bytes:
    """Return an OBP message without payload."""
    head = b"\xc1\xc0" + version.to_bytes(2, "little") + bytes(4) + number.to_bytes(4, "little")
    return head.ljust(40, b"\0") + (20).to_bytes(4, "little") + bytes(16) + b"\xc5\xc4\xc3\xc2"


REQUESTS = {
    "QEPRO": request(0x1100, 0x00100928),
    "STS": request(0x1100, 0x00101100),
    "FX": request(0x1100, 0x00101000),
    "SR4": request(0x2000, 0x00001C00),
    "HR4": request(0x2000, 0x00001C00),
}


@pytest.mark.parametrize("name", ON_A_BUS)
def test_a_short_frame_is_noticed_by_the_driver(name: str) -> None:
    with bench(name) as rig, opened(rig) as device:
        rig.obey(Trouble("short frame"))
        with pytest.raises((ValueError, SeaBreezeError, usb.core.USBTimeoutError)):
            device.f.spectrometer.get_intensities()


@pytest.mark.parametrize("name", ["QEPRO", "SR4"])
def test_two_scans_in_one_answer_pass_through_the_driver_as_one_long_array(name: str) -> None:
    with bench(name) as rig, opened(rig) as device:
        rig.obey(Trouble("long frame"))
        assert device.f.spectrometer.get_intensities().size == 2 * MODELS[name]().pixels


def test_a_wrong_sync_byte_is_not_noticed_by_the_driver() -> None:
    with bench("FLAME-S") as rig, opened(rig) as device:
        rig.obey(Trouble("wrong sync"))
        assert device.f.spectrometer.get_intensities().size == 2048


@pytest.mark.parametrize("name", BINARY)
def test_after_a_corrupt_header_every_read_fails_until_the_device_is_opened_again(name: str) -> None:
    with bench(name) as rig:
        with opened(rig) as device:
            rig.obey(Trouble("corrupt header"))
            for _ in range(5):
                with pytest.raises((SeaBreezeError, AssertionError, usb.core.USBTimeoutError)):
                    device.f.spectrometer.get_intensities()
        with opened(rig) as again:
            assert again.f.spectrometer.get_intensities().size == MODELS[name]().pixels


@pytest.mark.parametrize("name", BINARY)
def test_a_refused_spectrum_is_a_timeout_and_the_next_one_comes(name: str) -> None:
    with bench(name) as rig, opened(rig) as device:
        rig.obey(Trouble("nack spectrum"))
        with pytest.raises(usb.core.USBTimeoutError):
            device.f.spectrometer.get_intensities()
        assert device.f.spectrometer.get_intensities().size == MODELS[name]().pixels


@pytest.mark.parametrize("name", ["FLAME-S", *BINARY])
def test_a_refused_command_is_swallowed_and_the_old_exposure_stays(name: str) -> None:
    with bench(name) as rig, opened(rig) as device:
        spectrometer = device.f.spectrometer
        rig.bench.switch_probe(True)
        spectrometer.set_integration_time_micros(20_000)
        spectrometer.get_intensities()
        before = np.max(spectrometer.get_intensities())
        rig.obey(Trouble("nack command"))
        spectrometer.set_integration_time_micros(10_000)
        spectrometer.get_intensities()
        assert np.max(spectrometer.get_intensities()) > 0.9 * before
        spectrometer.set_integration_time_micros(10_000)
        spectrometer.get_intensities()
        assert np.max(spectrometer.get_intensities()) < 0.7 * before


@pytest.mark.parametrize("name", BINARY)
def test_a_wrong_checksum_is_only_a_warning(name: str) -> None:
    with bench(name) as rig, opened(rig) as device:
        rig.obey(Trouble("wrong md5"))
        with pytest.warns(UserWarning, match="checksums differ"):
            device.f.spectrometer.get_intensities()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            device.f.spectrometer.get_intensities()


@pytest.mark.parametrize("name", ON_A_BUS)
def test_a_forbidden_device_is_errno_13_until_it_is_allowed(name: str) -> None:
    with bench(name) as rig:
        rig.obey(Trouble("forbid"))
        with pytest.raises(usb.core.USBError) as denied:
            devices(rig)
        assert denied.value.errno == errno.EACCES
        rig.obey(Trouble("allow"))
        assert len(devices(rig)) == 1


@pytest.mark.parametrize("name", ON_A_BUS)
def test_a_device_that_another_program_holds_is_in_use_until_it_lets_go(name: str) -> None:
    with bench(name) as rig:
        [device] = devices(rig)
        rig.obey(Trouble("claim"))
        with pytest.raises(USBTransportDeviceInUse):
            device.open()
        rig.obey(Trouble("free"))
        device.close()
        with opened(rig) as again:
            assert again.serial_number == rig.serials[name]


@pytest.mark.parametrize(("kind", "stored"), [("zero linearity", {0.0}), ("no linearity", set())])
@pytest.mark.parametrize("name", ["FLAME-S", "USB2000PLUS"])
def test_a_memory_can_hold_no_linearity_or_nothing_but_zeros(name: str, kind: Kind, stored: set[float]) -> None:
    with bench(name) as rig:
        rig.obey(Trouble(kind))
        with opened(rig) as device:
            if stored:
                assert set(device.f.nonlinearity_coefficients.get_nonlinearity_coefficients()) == stored
            else:
                with pytest.raises(ValueError, match="float"):
                    device.f.nonlinearity_coefficients.get_nonlinearity_coefficients()
        rig.obey(Trouble("mend linearity"))
        with opened(rig) as device:
            assert 0.8 < device.f.nonlinearity_coefficients.get_nonlinearity_coefficients()[0] < 1.1


def test_trouble_waits_for_its_scan_and_finds_its_device() -> None:
    with bench("FLAME-S", "USB4000") as rig:
        first, second = devices(rig)
        first.open()
        second.open()
        rig.obey(Trouble("unplug", device=1, after_scans=3))
        for _ in range(2):
            first.f.spectrometer.get_intensities()
            assert not rig.bench.hand.states
        with pytest.raises(usb.core.USBError):
            second.f.spectrometer.get_intensities()
        first.f.spectrometer.get_intensities()
        first.close()
        second.close()


def test_a_process_started_again_finds_every_trouble_that_stays() -> None:
    hand = Hand()
    for trouble in (Trouble("forbid", device=1), Trouble("stranger"), Trouble("zero linearity"), Trouble("wedge")):
        hand = hand.after(trouble)
    with bench("FLAME-S", "USB4000", hand=hand) as rig:
        assert hand.states == {(1, "forbidden"), (0, "zero linearity")}
        with pytest.raises(usb.core.USBError):
            devices(rig)
        for mended in (Trouble("allow", device=1), Trouble("stranger gone")):
            rig.obey(mended)
        assert len(devices(rig)) == 2


def level(eye: Eye) -> float:
    """Return the mean counts between 600 and 650 nm above the pedestal, at 10 ms."""
    nm = eye.sensor.wavelengths_nm
    return float(np.mean(eye.expose(0.01)[(nm > 600) & (nm < 650)])) - eye.sensor.pedestal_counts


@pytest.mark.parametrize(
    ("kind", "mended", "on", "off"),
    [
        ("lamp dead", "lamp mended", 0.0, 0.0),
        ("lamp dim", "lamp mended", 0.3, 0.0),
        ("block", "unblock", 0.01, 0.0),
        ("light leak", "leak closed", 1.0, 0.02),
    ],
)
def test_what_can_be_wrong_with_the_probe(kind: Kind, mended: Kind, on: float, off: float) -> None:
    eye = Eye(MODELS["FLAME-S"]().sensor, Bench())
    eye.bench.switch_probe(True)
    usual = level(eye)
    eye.bench.obey(Trouble(kind))
    assert level(eye) / usual == pytest.approx(on, abs=0.01, rel=0.1)
    eye.bench.switch_probe(False)
    assert level(eye) / usual == pytest.approx(off, abs=0.01)
    eye.bench.obey(Trouble(mended))
    assert level(eye) / usual == pytest.approx(0.0, abs=0.01)
    eye.bench.switch_probe(True)
    assert level(eye) == pytest.approx(usual, rel=0.01)


def test_a_lamp_that_is_too_bright_saturates_where_the_usual_one_does_not() -> None:
    eye = Eye(MODELS["FLAME-S"]().sensor, Bench())
    eye.bench.switch_probe(True)
    assert np.max(eye.expose(0.025)) < 65_535
    eye.bench.obey(Trouble("lamp bright"))
    assert np.sum(eye.expose(0.025) == 65_535) > 500


def test_room_light_and_a_dead_led_are_seen_in_the_frames() -> None:
    eye = Eye(MODELS["FLAME-S"]().sensor, Bench())
    nm = eye.sensor.wavelengths_nm
    green = np.abs(nm - 546.1) < 2.0

    def tube() -> float:
        return float(np.mean(eye.expose(1.0)[green]))

    usual = tube()
    eye.bench.obey(Trouble("room bright"))
    assert tube() > usual + 500
    eye.bench.obey(Trouble("room as before"))
    assert tube() == pytest.approx(usual, abs=30)
    eye.bench.switch_uv(True)
    assert np.max(eye.expose(0.1)) > 6_000
    eye.bench.obey(Trouble("led dead"))
    assert np.max(eye.expose(0.1)) < 4_000


def test_a_steady_lamp_burns_whatever_the_line_says_and_a_hand_reaches_what_no_line_does() -> None:
    eye = Eye(MODELS["QEPRO"]().sensor, Bench())
    dark = level(eye)
    eye.bench.obey(Burn(True))
    steady = level(eye)
    assert steady > dark + 10_000
    eye.bench.switch_probe(True)
    assert level(eye) == pytest.approx(steady, rel=0.01)
    eye.bench.switch_probe(False)
    eye.bench.obey(Burn(False))
    assert level(eye) == pytest.approx(dark, abs=50)
    eye.bench.obey(SwitchByHand("probe", True))
    assert level(eye) == pytest.approx(steady, rel=0.01)
    eye.bench.obey(SwitchByHand("probe", False))
    eye.bench.obey(SwitchByHand("uv", True))
    assert np.max(eye.expose(0.1)) > 15_000
    eye.bench.obey(Dim("uv", 0.0))
    assert np.max(eye.expose(0.1)) < 6_000


def test_a_mute_led_driver_takes_everything_in_and_does_nothing() -> None:
    with bench("FLAME-S") as rig:
        driver = LedDriver(rig.bench)
        assert driver.take(b"ON\n") == b"OK\n"
        rig.obey(Trouble("mute led"))
        assert driver.take(b"OFF\nID?\n") == b""
        assert rig.bench.uv_on
        rig.obey(Trouble("mend led"))
        assert driver.take(b"OFF\n") == b"OK\n"
        assert not rig.bench.uv_on
