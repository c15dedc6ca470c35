"""The firmware, byte by byte: what leaves on which endpoint, and when."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from instruments.virtual.bench import Bench
from instruments.virtual.device import COMMAND_OUT, TimedOut
from instruments.virtual.eye import Eye
from instruments.virtual.models_ooi import (
    CONTROL_IN,
    OOI_MODELS,
    SPECTRUM_IN,
    SPECTRUM_IN_FIRST,
    OoiModel,
    flame_s,
    usb4000,
)
from instruments.virtual.ooi import OoiFirmware


def plugged(model: OoiModel) -> tuple[OoiFirmware, Bench, list[float]]:
    """Return firmware, its bench, and the seconds it has waited."""
    bench = Bench(seed=5)
    waited: list[float] = []
    return OoiFirmware(model, Eye(model.sensor, bench), waited.append), bench, waited


@pytest.mark.parametrize("name", OOI_MODELS)
def test_every_slot_holds_at_most_14_characters_and_a_nul(name: str) -> None:
    firmware, _, _ = plugged(OOI_MODELS[name]())
    for slot in range(18):
        firmware.write(COMMAND_OUT, bytes((0x05, slot)))
        reply = firmware.read(CONTROL_IN, 17, 1.0)
        assert len(reply) == 17
        assert reply[:2] == bytes((0x05, slot))
        assert 0 in reply[2:]


def test_the_flame_sends_4097_bytes_on_one_endpoint() -> None:
    firmware, _, waited = plugged(flame_s())
    firmware.write(COMMAND_OUT, b"\x09")
    frame = firmware.read(SPECTRUM_IN, 8192, 1.0)
    assert len(frame) == 2048 * 2 + 1
    assert frame[-1] == 0x69
    assert waited == [0.1]
    with pytest.raises(TimedOut):
        firmware.read(SPECTRUM_IN, 8192, 0.3)


def test_the_usb4000_sends_2048_bytes_on_86_and_5633_on_82() -> None:
    firmware, _, _ = plugged(usb4000())
    firmware.write(COMMAND_OUT, b"\x09")
    first = firmware.read(SPECTRUM_IN_FIRST, 2048, 1.0)
    rest = firmware.read(SPECTRUM_IN, 8192, 1.0)
    assert (len(first), len(rest)) == (2048, 5633)
    assert rest[-1] == 0x69
    counts = np.frombuffer(first + rest[:-1], dtype="<u2")
    assert counts.shape == (3840,)
    assert np.median(counts[22:3670]) == pytest.approx(1_116 * 61_000 / 65_535, abs=20)


@pytest.mark.parametrize("name", OOI_MODELS)
def test_status_names_pixels_lamp_and_high_speed(name: str) -> None:
    firmware, bench, _ = plugged(OOI_MODELS[name]())
    firmware.write(COMMAND_OUT, struct.pack("<BI", 0x02, 25_000))
    firmware.write(COMMAND_OUT, struct.pack("<BH", 0x03, 1))
    firmware.write(COMMAND_OUT, b"\xfe")
    status = struct.unpack("<HLBBBBBBBBBB", firmware.read(CONTROL_IN, 16, 1.0))
    assert status[:3] == (firmware.model.pixels, 25_000, 1)
    assert status[10] == 0x80
    assert bench.probe_on


def test_the_first_frame_after_a_change_takes_the_old_time() -> None:
    firmware, _, waited = plugged(flame_s())
    firmware.write(COMMAND_OUT, struct.pack("<BI", 0x02, 300_000))
    for _ in range(2):
        firmware.write(COMMAND_OUT, b"\x09")
        firmware.read(SPECTRUM_IN, 8192, 1.0)
    assert waited == [pytest.approx(0.1), pytest.approx(0.3)]


def test_an_exposure_longer_than_the_patience_of_the_reader_times_out_and_the_next_read_has_it() -> None:
    firmware, _, waited = plugged(flame_s())
    firmware.write(COMMAND_OUT, b"\x09")
    with pytest.raises(TimedOut):
        firmware.read(SPECTRUM_IN, 8192, 0.05)
    assert len(firmware.read(SPECTRUM_IN, 8192, 0.5)) == 4097
    assert waited == [0.05, 0.1]


def test_a_reset_drops_what_was_not_read_but_not_the_lamp() -> None:
    firmware, bench, _ = plugged(flame_s())
    firmware.write(COMMAND_OUT, struct.pack("<BH", 0x03, 1))
    firmware.write(COMMAND_OUT, b"\x05\x00")
    firmware.reset()
    with pytest.raises(TimedOut):
        firmware.read(CONTROL_IN, 17, 0.1)
    assert bench.probe_on


def test_the_fpga_tells_a_flame_from_a_usb2000plus() -> None:
    firmware, _, _ = plugged(flame_s())
    firmware.write(COMMAND_OUT, b"\x6b\x04")
    assert firmware.read(CONTROL_IN, 3, 1.0) == b"\xfe\x00\x30"
