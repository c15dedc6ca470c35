"""The guard: what happens to reads that never return, to pulled plugs, and to lights whose keeper dies."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from instruments.guard import Guard
from instruments.led_commands import VIRTUAL_LED
from instruments.spectrometer import (
    NO_LIGHT,
    BadSetting,
    Disconnected,
    InstrumentError,
    LightChoice,
    Lighting,
    LightUnreachable,
    SerialPort,
    Timeout,
)
from instruments.virtual.hand import Fill, Place, Trouble, Witness
from instruments.virtual.samples import KnownTransmittance
from tests.instruments.parents import alive, within

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    guard.open("virtual:FLAME-S", pace="none", seed=1)
    yield guard
    guard.close()


def led_at(port: str) -> LightChoice:
    """Return the virtual LED driver as it would be chosen on that port."""
    return LightChoice("serial", port=SerialPort(port), commands=VIRTUAL_LED, current_ma=20.0, most_ma=100.0)


@pytest.mark.slow
def test_a_wedged_read_is_ended_in_time_and_the_bench_stands_as_it_stood(guard: Guard, tmp_path: Path) -> None:
    logbook = tmp_path / "lights"
    guard.hand(Witness(str(logbook)))
    guard.set_exposure(0.02)
    guard.hand(Fill(KnownTransmittance(0.25)))
    guard.hand(Place("sample", 60.0))
    guard.light("probe", True)
    guard.scan()
    before = guard.scan()
    guard.light("uv", True)
    first = guard.process_id or 0
    guard.hand(Trouble("wedge"))
    begun = time.monotonic()
    with pytest.raises(Timeout, match="Measure again"):
        guard.scan()
    assert time.monotonic() - begun < 0.02 + 5.0 + 3.0  # ended within exposure + 5 s, then opened again
    assert not alive(first)
    assert guard.light_state("probe") == guard.light_state("uv") == "off"
    assert logbook.read_text().split()[:8] == ["probe", "on", "uv", "on", "uv", "off", "probe", "off"]
    guard.light("probe", True)
    guard.scan()
    after = guard.scan()
    peak = np.abs(guard.info.wavelengths_nm - 620) < 5
    assert np.mean(after[peak]) == pytest.approx(np.mean(before[peak]), rel=0.005)


def test_opening_the_same_instrument_again_finds_what_stood_in_the_holder(guard: Guard) -> None:
    guard.hand(Fill(KnownTransmittance(0.1)))
    guard.hand(Place("sample"))
    guard.open("virtual:FLAME-S", pace="none", seed=1)
    guard.set_exposure(0.025)
    guard.light("probe", True)
    guard.scan()
    assert np.max(guard.scan()) < 12_000


def test_a_dead_process_is_noticed_and_replaced(guard: Guard) -> None:
    os.kill(guard.process_id or 0, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    with pytest.raises(Timeout):
        guard.scan()
    assert guard.scan().shape == (2048,)


def test_a_light_that_cannot_be_reached_is_unknown_until_it_answers_again(guard: Guard) -> None:
    guard.light("uv", True)
    guard.hand(Trouble("unplug led"))
    with pytest.raises(LightUnreachable, match="by hand"):
        guard.light("uv", False)
    assert guard.light_state("uv") == "unknown"
    guard.hand(Trouble("replug led"))
    guard.light("uv", False)
    assert guard.light_state("uv") == "off"


def test_a_led_driver_that_is_not_there_leaves_absorbance_possible() -> None:
    guard = Guard()
    try:
        guard.open("virtual:FLAME-S", pace="none", lighting=Lighting(uv=led_at("virtual://elsewhere")))
        assert guard.light_state("uv") == "unknown"
        guard.light("probe", True)
        with pytest.raises(LightUnreachable):
            guard.light("uv", True)
    finally:
        guard.close()


def test_without_a_uv_light_nothing_is_switched_and_the_rest_works() -> None:
    guard = Guard()
    try:
        assert guard.open("virtual:FLAME-S", pace="none", lighting=Lighting()).uv == NO_LIGHT
        guard.light("uv", False)
        with pytest.raises(InstrumentError, match="no UV light"):
            guard.light("uv", True)
        assert guard.light_state("uv") == "off"
        guard.light("probe", True)
        assert guard.scan().shape == (2048,)
    finally:
        guard.close()


@posix
def test_a_light_whose_keeper_has_died_may_be_on(guard: Guard) -> None:
    guard.light("uv", True)
    os.kill(guard.process_id or 0, signal.SIGKILL)
    assert within(2.0, lambda: guard.light_state("uv") == "unknown")
    assert guard.light_state("probe") == "off"
    with pytest.raises(Timeout, match="both lights are off"):
        guard.scan()
    assert guard.light_state("uv") == "off"


@posix
@pytest.mark.slow
def test_what_is_not_opened_again_may_still_be_on(guard: Guard) -> None:
    guard.light("probe", True)
    guard.light("uv", True)
    guard.hand(Trouble("unplug led"))
    os.kill(guard.process_id or 0, signal.SIGKILL)
    with pytest.raises(Timeout, match=r"the UV light may still be on. Switch off by hand"):
        guard.scan()
    assert guard.light_state("uv") == "unknown"
    assert guard.light_state("probe") == "off"
    guard.light("probe", True)
    guard.hand(Trouble("unplug"))
    os.kill(guard.process_id or 0, signal.SIGKILL)
    with pytest.raises(Disconnected):
        guard.scan()
    assert guard.light_state("probe") == guard.light_state("uv") == "unknown"
    guard.close()
    assert guard.light_state("uv") == "unknown"
    guard.open("virtual:FLAME-S", pace="none", seed=1)
    assert guard.light_state("probe") == guard.light_state("uv") == "off"


def test_the_hand_reaches_no_real_instrument() -> None:
    guard = Guard()
    try:
        with pytest.raises(Disconnected, match="NOSUCH"):
            guard.open("ocean:NOSUCH")
        with pytest.raises(InstrumentError, match="virtual bench"):
            guard.hand(Place("sample"))
    finally:
        guard.close()


@pytest.mark.parametrize("address", ["virtual:HR9000", "ocean:", "FLMS00416", ""])
def test_an_address_that_is_none_is_told(address: str) -> None:
    guard = Guard()
    try:
        with pytest.raises(BadSetting):
            guard.open(address)
    finally:
        guard.close()


def test_nothing_open_is_told_and_close_never_raises() -> None:
    guard = Guard()
    with pytest.raises(Disconnected):
        _ = guard.info
    with pytest.raises(Disconnected):
        guard.restart()
    guard.close()
    guard.close()


@pytest.mark.slow
def test_both_virtual_spectrometers_are_listed_as_virtual() -> None:
    guard = Guard()
    try:
        listed = {device.address: device for device in guard.devices() if device.virtual}
        assert set(listed) == {"virtual:FLAME-S", "virtual:USB4000"}
        for address, device in listed.items():
            info = guard.open(address, pace="none")
            assert (info.model, info.serial, info.backend) == (device.model, device.serial, device.backend)
        assert {device.address for device in guard.devices() if device.virtual} == set(listed)
    finally:
        guard.close()


@pytest.mark.slow
def test_an_exposure_takes_its_time_at_real_pace() -> None:
    guard = Guard()
    try:
        guard.open("virtual:FLAME-S")
        guard.set_exposure(0.2)
        guard.scan()
        begun = time.perf_counter()
        guard.scan()
        assert time.perf_counter() - begun >= 0.2
    finally:
        guard.close()


@linux
def test_the_process_is_lean_and_starts_within_a_second() -> None:
    begun = time.perf_counter()
    guard = Guard()
    try:
        guard.open("virtual:FLAME-S", pace="none")
        assert time.perf_counter() - begun < 3.0  # 0.5 s where nothing else runs
        loaded = Path(f"/proc/{guard.process_id}/maps").read_text()
        assert "numpy" in loaded
        for heavy in ("PySide6", "scipy", "matplotlib"):
            assert f"site-packages/{heavy}/" not in loaded
    finally:
        guard.close()


@linux
def test_closing_leaves_no_process(guard: Guard) -> None:
    process_id = guard.process_id or 0
    assert alive(process_id)
    guard.close()
    assert not alive(process_id)
