"""A serial LED driver over a real terminal: what is written to which port, and what is believed of its answers."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import serial

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals on Windows", allow_module_level=True)

import fcntl
import termios

from instruments import serial_led
from instruments.serial_led import SerialLed
from instruments.spectrometer import BadSetting, LedCommands, LightChoice, LightUnreachable, SerialPort
from tests.instruments.light_contract import LightSourceContract
from tests.instruments.serial_box import SerialBox

BENCH_LED = LedCommands(
    "Bench LED", "ID?", "Bench LED 365", on="ON", off="OFF", accepted="OK", level="CURR {mA}", manual="this test"
)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SerialBox]:
    monkeypatch.setattr(
        serial_led, "ANSWER_LIMIT_S", 0.15
    )  # a mute driver is waited for; the bench does not need 0.5 s
    with SerialBox(tmp_path / "ttyLED") as box:
        yield box


def choice(box: SerialBox, commands: LedCommands = BENCH_LED) -> LightChoice:
    return LightChoice("serial", port=SerialPort(box.port), commands=commands)


class LedOnTerminal:
    def __init__(self, box: SerialBox) -> None:
        self._box = box
        self.source = SerialLed(choice(box))

    def is_lit(self) -> bool:
        return self._box.lit

    def cut_off(self) -> None:
        self._box.unplug()

    def bring_back(self) -> None:
        self._box.plug()


class TestLedOnTerminal(LightSourceContract):
    @pytest.fixture
    def light(self, box: SerialBox) -> LedOnTerminal:
        return LedOnTerminal(box)


def refused(led: SerialLed, on: bool = True) -> str:
    """Return the sentence with which the light refuses to be switched."""
    with pytest.raises(LightUnreachable) as caught:
        led.switch(on)
    return str(caught.value)


def test_nothing_is_written_before_the_light_is_switched(box: SerialBox) -> None:
    SerialLed(choice(box))
    assert box.heard == b""


def test_the_driver_names_itself_before_the_first_command(box: SerialBox) -> None:
    led = SerialLed(choice(box))
    led.switch(True)
    led.switch(False)
    assert box.heard == b"ID?\nON\nOFF\n"


def test_the_level_is_set_once_before_the_light_is_first_on(box: SerialBox) -> None:
    led = SerialLed(replace(choice(box), current_ma=12.5, most_ma=20.0))
    led.switch(False)
    for on in (True, False, True):
        led.switch(on)
    assert box.heard == b"ID?\nOFF\nCURR 12.5\nON\nOFF\nON\n"
    assert box.level == "12.5"


def test_a_driver_that_came_back_is_asked_its_name_and_told_its_level_again(box: SerialBox) -> None:
    led = SerialLed(replace(choice(box), current_ma=8.0, most_ma=20.0))
    led.switch(True)
    box.unplug()
    refused(led, on=False)
    box.plug()
    box.heard = b""
    led.switch(True)
    assert box.heard == b"ID?\nCURR 8\nON\n"


def test_a_level_the_driver_refuses_keeps_the_light_dark(box: SerialBox) -> None:
    commands = replace(BENCH_LED, level="LEVEL {mA}")
    sentence = refused(SerialLed(replace(choice(box, commands), current_ma=8.0, most_ma=20.0)))
    assert "it answered '?' to 'LEVEL 8'" in sentence
    assert not box.lit


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"", "does not answer"),
        (b"Arduino\r\n", "says 'Arduino'"),
        (b"ID?\r\n", "says 'ID?'"),
        (b"Bench LE", "breaks off"),
        (b"\x00\xff\r\n", "says"),
        (b"\r\n\r\n", "does not answer"),
        (b"x" * 10_000, "breaks off"),
    ],
)
def test_what_does_not_name_itself_is_sent_no_command(box: SerialBox, answer: bytes, word: str) -> None:
    box.script = lambda line: answer
    sentence = refused(SerialLed(choice(box)))
    assert word in sentence
    assert "Switch it off by hand" in sentence
    assert sentence.isprintable()
    assert len(sentence.replace(box.port, "")) < 250
    assert box.heard == b"ID?\n"


def test_a_driver_that_starts_anew_when_its_port_is_opened_is_asked_again_on_the_same_port(
    box: SerialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = serial.serial_for_url

    def counted(name: str, *arguments: Any, **settings: Any) -> serial.Serial:
        opened.append(name)
        return real(name, *arguments, **settings)

    monkeypatch.setattr(serial, "serial_for_url", counted)
    box.script = lambda line: b""
    led = SerialLed(choice(box))
    assert "does not answer" in refused(led, on=False)
    box.script = box.obey
    box.say(b"Bench LED ready\r\n")
    led.switch(True)
    assert box.heard == b"ID?\nID?\nON\n"
    assert box.lit
    assert opened == [box.port]


def test_a_driver_that_never_answers_leaves_its_port_free_in_the_end(box: SerialBox) -> None:
    box.script = lambda line: b""
    led = SerialLed(choice(box))
    refused(led)
    led.close()
    box.script = box.obey
    SerialLed(choice(box)).switch(True)
    assert box.lit


@pytest.mark.parametrize("junk", [b"booting...\r\nready\r\n", b"\xff\xfe\n", b"\r\r\n\n", b"OK\n"])
def test_what_was_under_way_before_the_name_is_passed_over(box: SerialBox, junk: bytes) -> None:
    box.script = lambda line: (junk if line == "ID?" else b"") + box.obey(line)
    SerialLed(choice(box)).switch(True)
    assert box.lit


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b"\n\r"])
def test_an_answer_may_end_in_any_way_a_driver_ends_it(box: SerialBox, end: bytes) -> None:
    box.script = lambda line: box.obey(line).replace(b"\r\n", end)
    led = SerialLed(choice(box))
    led.switch(True)
    led.switch(False)
    assert box.heard == b"ID?\nON\nOFF\n"


def test_each_line_ends_as_the_driver_wants_it(box: SerialBox) -> None:
    led = SerialLed(choice(box, replace(BENCH_LED, line_end="CR LF")))
    led.switch(True)
    assert box.heard == b"ID?\r\nON\r\n"


@pytest.mark.parametrize(
    ("answer", "word"),
    [(b"", "does not answer 'OFF'"), (b"ERR 3\r\n", "it answered 'ERR 3'"), (b"O", "breaks off"), (b"OKAY\n", "OKAY")],
)
def test_any_answer_but_consent_leaves_the_light_in_doubt(box: SerialBox, answer: bytes, word: str) -> None:
    led = SerialLed(choice(box))
    led.switch(True)
    box.script = lambda line: answer
    assert word in refused(led, on=False)
    box.script = box.obey
    led.switch(False)
    assert box.heard.endswith(b"ID?\nOFF\n")


def test_words_left_over_from_before_are_no_answer(box: SerialBox) -> None:
    led = SerialLed(choice(box))
    led.switch(True)
    box.script = lambda line: b"ERR\r\n"
    box.say(b"OK\r\n")
    assert "ERR" in refused(led, on=False)


def test_a_driver_that_answers_no_command_names_itself_after_each(box: SerialBox) -> None:
    box.script = lambda line: box.obey(line) if line == "ID?" else box.obey(line)[:0]
    led = SerialLed(choice(box, replace(BENCH_LED, accepted="")))
    led.switch(True)
    assert box.lit
    assert box.heard == b"ID?\nON\nID?\n"
    box.script = lambda line: b""
    assert "does not answer 'OFF'" in refused(led, on=False)


def test_a_port_held_by_another_program_is_said(box: SerialBox) -> None:
    held = os.open(box.port, os.O_RDWR | os.O_NOCTTY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "another program holds this port" in refused(SerialLed(choice(box)))
        assert box.heard == b""
    finally:
        os.close(held)
    SerialLed(choice(box)).switch(True)


def test_a_port_that_is_not_there_is_said(tmp_path: Path) -> None:
    led = SerialLed(LightChoice("serial", port=SerialPort(str(tmp_path / "ttyNone")), commands=BENCH_LED))
    assert "there is no such port" in refused(led)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("0403:6001:a10kx3", "0403:6001:b20zz9"),
        ("0403:6001:a10kx3", ""),
        ("", "2341:0043:55736"),
        ("0403:6001:", "0403:6015:"),
    ],
)
def test_another_device_behind_the_port_is_written_nothing(
    box: SerialBox, monkeypatch: pytest.MonkeyPatch, then: str, now: str
) -> None:
    monkeypatch.setattr(serial_led, "usb_id_behind", {box.port: now}.__getitem__)
    led = SerialLed(replace(choice(box), port=SerialPort(box.port, then)))
    sentence = refused(led)
    assert (then or "no USB device") in sentence
    assert (now or "no USB device") in sentence
    assert "Nothing was written. Choose the port again." in sentence
    assert box.heard == b""


def test_a_device_that_was_exchanged_while_in_use_is_noticed_before_a_word_is_written(
    box: SerialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = ["0403:6001:a10kx3"]
    monkeypatch.setattr(serial_led, "usb_id_behind", lambda name: behind[-1])
    led = SerialLed(replace(choice(box), port=SerialPort(box.port, behind[-1])))
    led.switch(True)
    box.unplug()
    refused(led, on=False)
    behind.append("2341:0043:55736")
    box.plug()
    box.heard = b""
    assert "2341:0043:55736" in refused(led, on=False)
    assert box.heard == b""


@pytest.mark.parametrize("name", ["", "  ", "hwgrep://0403", "spy:///dev/ttyUSB0?file=log", "socket://lab:2000"])
def test_what_is_not_the_name_of_one_port_is_not_opened(name: str) -> None:
    with pytest.raises(BadSetting):
        SerialLed(LightChoice("serial", port=SerialPort(name), commands=BENCH_LED))


def test_it_is_switched_off_although_another_thread_hangs_in_it(
    box: SerialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    led = SerialLed(choice(box))
    led.switch(False)
    hangs, goes_on = threading.Event(), threading.Event()
    answers = serial_led._answers

    def hanging(port: Any) -> Iterator[str]:
        if not hangs.is_set():
            hangs.set()
            goes_on.wait(10.0)
        return answers(port)

    def switch_on() -> None:
        with suppress(LightUnreachable):
            led.switch(True)

    monkeypatch.setattr(serial_led, "_answers", hanging)
    stuck = threading.Thread(target=switch_on)
    stuck.start()
    assert hangs.wait(5.0)
    led.close()
    assert box.heard.endswith(b"ON\nOFF\n")
    assert not box.lit
    goes_on.set()
    stuck.join(5.0)
    assert not stuck.is_alive()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (termios.error(errno.EIO, "Input/output error"), "the driver is gone"),
        (serial.SerialException("device reports readiness to read (device disconnected?)"), "the driver is gone"),
        (PermissionError(errno.EACCES, "Permission denied"), "may not open this port"),
        (
            serial.SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)"),
            "another program holds this port",
        ),
        (
            serial.SerialException("could not open port 'COM9': FileNotFoundError(2, 'The system cannot find')"),
            "there is no such port",
        ),
        (serial.SerialTimeoutException("Write timeout"), "Write timeout"),
        (ValueError(), "ValueError"),
    ],
    ids=str,
)
def test_what_the_system_says_of_a_port_is_put_into_words(
    box: SerialBox, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(serial, "serial_for_url", fails)
    assert words in refused(SerialLed(choice(box)))
