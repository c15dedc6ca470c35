"""One spectrometer for absorbance and one for emission, and lights switched in every way a station can."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from instruments.guard import Guard
from instruments.led_commands import VIRTUAL_LED
from instruments.spectrometer import (
    NO_LIGHT,
    BadSetting,
    Channel,
    Disconnected,
    InstrumentError,
    LightChoice,
    Lighting,
    LightUnreachable,
    SerialPort,
    Timeout,
)
from instruments.virtual.hand import Trouble
from instruments.virtual.protocol_virtual import URL

pytestmark = pytest.mark.slow

CHANNELS: tuple[Channel, ...] = ("absorbance", "emission")
LED = LightChoice("serial", port=SerialPort(URL), commands=VIRTUAL_LED, current_ma=20.0, most_ma=100.0)


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    yield guard
    guard.close()


@pytest.fixture
def two(guard: Guard) -> Guard:
    guard.open("virtual:FLAME-S", emission="virtual:QEPRO", pace="none", seed=1)
    return guard


def kill(guard: Guard) -> None:
    """Let the instrument process die."""
    os.kill(guard.process_id or 0, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


def test_each_of_two_spectrometers_has_its_own_pixels_exposure_and_temperature(two: Guard) -> None:
    assert two.info.model == "Flame-S"
    assert two.emission_info.address == "virtual:QEPRO"
    assert (two.info.uv, two.info.probe) == (two.emission_info.uv, two.emission_info.probe)
    assert two.scan().shape == two.info.wavelengths_nm.shape
    assert two.scan("emission").shape == two.emission_info.wavelengths_nm.shape
    assert two.info.wavelengths_nm.size != two.emission_info.wavelengths_nm.size
    assert two.temperatures().detector_c is None
    assert two.temperatures("emission").detector_c is not None
    with pytest.raises(BadSetting):
        two.set_cooling(-10.0)
    two.set_cooling(-10.0, "emission")
    assert two.set_exposure(0.03) == pytest.approx(0.03)
    assert two.set_exposure(0.5, "emission") == pytest.approx(0.5)
    two.check()


def test_both_are_set_again_when_their_process_is_replaced(two: Guard) -> None:
    two.set_cooling(-10.0, "emission")
    two.set_exposure(0.05)
    two.set_exposure(0.4, "emission")
    two.light("probe", True)
    for channel in CHANNELS:
        two.scan(channel)
    before = [two.scan(channel) for channel in CHANNELS]
    cold_c = two.temperatures("emission").detector_c
    kill(two)
    with pytest.raises(Timeout):
        two.scan("emission")
    two.light("probe", True)
    for channel in CHANNELS:
        two.scan(channel)
    for channel, held in zip(CHANNELS, before, strict=True):
        assert np.median(two.scan(channel)) == pytest.approx(np.median(held), rel=0.05)
    assert two.temperatures("emission").detector_c == pytest.approx(cold_c, abs=1.0)


def test_a_detector_is_cooled_again_to_what_it_was_set_when_it_comes_back(guard: Guard) -> None:
    guard.open("virtual:QEPRO", pace="none")
    guard.set_cooling(-20.0)
    guard.close()  # as it is let go to look for what was pulled out
    guard.open("virtual:FLAME-S", pace="none")
    guard.open("virtual:QEPRO", pace="none")
    assert guard.temperatures().detector_c == pytest.approx(-20.0, abs=1.0)


def test_one_of_two_pulled_out_is_noticed_and_both_come_back_with_it(two: Guard) -> None:
    two.hand(Trouble("unplug", device=1))
    with pytest.raises(Disconnected):
        two.check()
    with pytest.raises(Disconnected):
        two.restart()
    assert two.process_id is None  # nothing holds the other one meanwhile
    two.hand(Trouble("replug", device=1))
    assert two.restart().model == "Flame-S"
    assert two.scan("emission").shape == two.emission_info.wavelengths_nm.shape


def test_with_one_spectrometer_both_channels_are_the_same(guard: Guard) -> None:
    guard.open("virtual:FLAME-S", emission="virtual:FLAME-S", pace="none")
    assert guard.emission_info is guard.info
    guard.set_exposure(0.05, "emission")
    assert guard.scan("absorbance").shape == guard.scan("emission").shape == (2048,)


def test_a_back_end_that_cannot_reach_the_instrument_is_said(guard: Guard) -> None:
    with pytest.raises(BadSetting, match="pyseabreeze"):
        guard.open("virtual:FLAME-S", backend="cseabreeze", pace="none")
    assert guard.open("virtual:FLAME-S", backend="pyseabreeze", pace="none").backend == "pyseabreeze"


def test_lights_that_the_station_does_not_switch_are_named_and_left_alone(guard: Guard) -> None:
    lighting = Lighting(probe=LightChoice("steady", "HL-2000"), uv=LightChoice("by hand", "torch"))
    info = guard.open("virtual:FLAME-S", lighting=lighting, pace="none")
    assert (info.probe, info.probe_kind, info.uv, info.uv_kind) == ("HL-2000", "steady", "torch", "by hand")
    for role in ("probe", "uv"):
        with pytest.raises(InstrumentError, match="Nothing was switched"):
            guard.light(role, True)
        guard.light(role, False)


def test_no_light_at_all_is_told(guard: Guard) -> None:
    nothing = LightChoice("none")
    info = guard.open("virtual:FLAME-S", lighting=Lighting(nothing, nothing), pace="none")
    assert (info.probe, info.probe_kind, info.uv, info.uv_kind) == (NO_LIGHT, "none", NO_LIGHT, "none")
    assert guard.light_state("probe") == guard.light_state("uv") == "off"


def test_the_probe_may_hang_on_a_serial_driver_and_uv_on_the_lamp_line(guard: Guard) -> None:
    info = guard.open("virtual:FLAME-S", lighting=Lighting(LED, LightChoice("lamp line")), pace="none")
    assert (info.probe_kind, info.uv_kind) == ("serial", "lamp line")
    for role in ("probe", "uv"):
        guard.light(role, True)
        assert guard.light_state(role) == "on"
    guard.hand(Trouble("unplug led"))
    with pytest.raises(LightUnreachable):
        guard.light("probe", False)
    assert (guard.light_state("probe"), guard.light_state("uv")) == ("unknown", "on")


def test_one_lamp_line_does_not_switch_both_lights(guard: Guard) -> None:
    line = LightChoice("lamp line")
    with pytest.raises(BadSetting, match="lamp line"):
        guard.open("virtual:FLAME-S", lighting=Lighting(line, line), pace="none")
    info = guard.open("virtual:FLAME-S", emission="virtual:USB4000", lighting=Lighting(line, line), pace="none")
    assert (info.probe_kind, info.uv_kind) == ("lamp line", "lamp line")
