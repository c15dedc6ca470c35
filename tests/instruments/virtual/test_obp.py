"""The firmware that speaks OBP, message by message, with what either back end of the driver sends."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.virtual.bench import Bench
from instruments.virtual.device import COMMAND_OUT, TimedOut
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Trouble
from instruments.virtual.models import MODELS, firmware
from instruments.virtual.models_obp import OBP_MODELS, fx, hr4, qepro, sr4, sts
from instruments.virtual.obp import ObpFirmware

HEADER = struct.Struct("<HHHHLL6xBB16sL")
ASK_FOR_ACK, ACK, NACK = 4, 2, 8
FLAGS, ERROR, NUMBER, REGARDING, CHECKSUM, IMMEDIATE = 2, 3, 4, 5, 6, 8


def message(device: ObpFirmware, number: int, payload: bytes = b"", flags: int = 0, regarding: int = 0) -> bytes:
    """Return a message of the host, as both back ends build it."""
    short, long = (payload, b"") if len(payload) <= 16 else (b"", payload)
    version, rest = device.model.version, len(long) + 20
    head = HEADER.pack(0xC0C1, version, flags, 0, number, regarding, 0, len(short), short, rest)
    return head + long + bytes(16) + b"\xc5\xc4\xc3\xc2"


def ask(device: ObpFirmware, number: int, payload: bytes = b"", flags: int = 0) -> tuple[tuple[int, ...], bytes]:
    """Return header and payload of the answer to a message."""
    device.write(COMMAND_OUT, message(device, number, payload, flags, regarding=77))
    answer = device.read(0x81, 1 << 16, 1.0)
    header = HEADER.unpack_from(answer)
    assert header[0] == 0xC0C1
    assert header[NUMBER] == number
    assert header[REGARDING] == 77
    assert answer[-4:] == b"\xc5\xc4\xc3\xc2"
    assert len(answer) == 44 + header[-1]
    return header, header[IMMEDIATE][: header[7]] if header[7] else answer[44:-20]


def one(name: str) -> tuple[ObpFirmware, Bench]:
    model = OBP_MODELS[name]()
    bench = Bench()
    return ObpFirmware(model, Eye(model.sensor, bench), lambda seconds: None), bench


@pytest.mark.parametrize("name", OBP_MODELS)
def test_it_tells_its_serial_number_and_leaves_nothing_behind(name: str) -> None:
    device, _ = one(name)
    _, serial = ask(device, 0x100)
    assert serial.decode("ascii") == device.model.serial
    assert not device.has_to_send
    with pytest.raises(TimedOut):
        device.read(0x81, 64, 0.1)


@pytest.mark.parametrize(
    ("name", "number", "size"),
    [
        ("QEPRO", 0x00100928, 32 + 1044 * 4),
        ("STS", 0x00101100, 1024 * 2),
        ("SR4", 0x00001C00, 32 + 3648 * 2),
        ("HR4", 0x00001C00, 32 + 3648 * 2),
        ("FX", 0x00101000, 2136 * 2),
    ],
)
def test_a_spectrum_has_the_length_of_its_model(name: str, number: int, size: int) -> None:
    device, _ = one(name)
    _, frame = ask(device, number)
    assert len(frame) == size


@pytest.mark.parametrize("name", ["QEPRO", "STS"])
@pytest.mark.parametrize("number", [0x00110410, 0x00310011])
def test_both_messages_for_the_lamp_reach_the_bench(name: str, number: int) -> None:
    device, bench = one(name)
    for on in (True, False):
        header, _ = ask(device, number, bytes((on,)), ASK_FOR_ACK)
        assert header[FLAGS] & ACK
        assert bench.probe_on is on


def test_the_qe_pro_cools_its_detector_and_tells_the_temperature_of_its_board() -> None:
    device, _ = one("QEPRO")
    ask(device, 0x00420011, struct.pack("<f", -20.0), ASK_FOR_ACK)
    assert struct.unpack("<f", ask(device, 0x00420004)[1])[0] == pytest.approx(-20.0)
    ask(device, 0x00420010, b"\x00", ASK_FOR_ACK)
    assert struct.unpack("<f", ask(device, 0x00420004)[1])[0] > 20.0
    assert ask(device, 0x00400000)[1] == b"\x01"
    assert struct.unpack("<f", ask(device, 0x00400001, b"\x00")[1])[0] > 20.0


@pytest.mark.parametrize("model", [qepro, sts, fx])
def test_stored_coefficients_are_told_one_by_one(model: object) -> None:
    name = {qepro: "QEPRO", sts: "STS", fx: "FX"}[model]  # type: ignore[index]
    device, bench = one(name)
    for count, each, stored in (
        (0x00180100, 0x00180101, device.model.wavelength),
        (0x00181100, 0x00181101, device.model.linearity),
    ):
        assert ask(device, count)[1] == bytes((len(stored),))
        told = [struct.unpack("<f", ask(device, each, bytes((i,)))[1])[0] for i in range(len(stored))]
        assert told == list(stored)
    assert ask(device, 0x00181101, b"\x63")[0][FLAGS] & NACK
    bench.obey(Trouble("no linearity"))
    assert ask(device, 0x00181100)[1] == b"\x00"


@pytest.mark.parametrize("model", [sr4, hr4])
def test_the_second_edition_tells_all_coefficients_at_once(model: object) -> None:
    device, bench = one({sr4: "SR4", hr4: "HR4"}[model])  # type: ignore[index]
    for number, stored in ((0x1100, device.model.wavelength), (0x1200, device.model.linearity)):
        told = struct.unpack(f"<{len(stored) + 1}f", ask(device, number)[1])
        assert told == (len(stored), *stored)
    bench.obey(Trouble("zero linearity"))
    assert set(struct.unpack("<9f", ask(device, 0x1200)[1])[1:]) == {0.0}


@pytest.mark.parametrize("name", OBP_MODELS)
def test_what_it_does_not_know_is_refused_with_the_reason(name: str) -> None:
    device, _ = one(name)
    header, payload = ask(device, 0x0ABCDEF0)
    assert header[FLAGS] & NACK
    assert (header[ERROR], payload) == (2, b"")
    header, _ = ask(device, 0x00110010 if device.model.version == 0x1100 else 0xC01, b"\x01", ASK_FOR_ACK)
    assert header[FLAGS] & NACK
    assert header[ERROR] == 6


def test_a_message_may_come_in_pieces_and_two_in_one() -> None:
    device, _ = one("FX")
    asked = message(device, 0x101)
    device.write(COMMAND_OUT, asked[:10])
    assert not device.has_to_send
    device.write(COMMAND_OUT, asked[10:] + asked)
    assert len(device.read(0x81, 64, 1.0)) == len(device.read(0x81, 64, 1.0)) == 64
    assert not device.has_to_send


def test_the_other_pair_of_endpoints_answers_for_itself() -> None:
    device, _ = one("STS")
    device.write(0x02, message(device, 0x101))
    with pytest.raises(TimedOut):
        device.read(0x81, 64, 0.1)
    assert len(device.read(0x82, 64, 0.1)) == 64


def test_a_spectrum_without_a_fault_carries_no_checksum_and_one_with_it_a_wrong_one() -> None:
    device, _ = one("STS")
    assert ask(device, 0x00101100)[0][CHECKSUM] == 0
    device.trouble("wrong md5")
    device.write(COMMAND_OUT, message(device, 0x00101100))
    answer = device.read(0x81, 1 << 16, 1.0)
    assert HEADER.unpack_from(answer)[CHECKSUM] == 1
    assert hashlib.md5(answer[:-20]).digest() != answer[-20:-4]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(MODELS)), st.lists(st.binary(max_size=80), max_size=4))
def test_no_bytes_of_a_host_stop_a_device(name: str, sent: list[bytes]) -> None:
    model = MODELS[name]()
    device = firmware(model, Eye(model.sensor, Bench()), lambda seconds: None)
    for data in sent:
        device.write(COMMAND_OUT, data)
    device.reset()
    assert not device.has_to_send
