"""The two lights: what is written to which port, and what is known of a light that does not answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from instruments.led_commands import VIRTUAL_LED
from instruments.lights import LampLine
from instruments.serial_led import SerialLed
from instruments.spectrometer import Disconnected, InstrumentError, LightChoice, LightUnreachable, SerialPort
from instruments.virtual import protocol_virtual
from instruments.virtual.bench import Bench
from instruments.virtual.protocol_virtual import URL, LedDriver

CHOICE = LightChoice("serial", port=SerialPort(URL), commands=VIRTUAL_LED)


class ListeningDriver(LedDriver):
    """An LED driver that keeps every byte it was sent and may give itself another name or fall silent."""

    def __init__(self, bench: Bench, says: bytes | None = None) -> None:
        super().__init__(bench)
        self.heard = b""
        self.says = says

    def take(self, data: bytes) -> bytes:
        self.heard += data
        return super().take(data) if self.says is None else self.says


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def driver(bench: Bench) -> Iterator[ListeningDriver]:
    driver = ListeningDriver(bench)
    protocol_virtual.plug(driver)
    yield driver
    protocol_virtual.unplug()


def test_nothing_is_written_before_the_light_is_switched(driver: ListeningDriver) -> None:
    SerialLed(CHOICE)
    assert driver.heard == b""


def test_the_driver_names_itself_before_the_first_command(driver: ListeningDriver, bench: Bench) -> None:
    led = SerialLed(CHOICE)
    led.switch(True)
    assert driver.heard == b"ID?\nON\n"
    assert bench.uv_on
    led.switch(False)
    assert driver.heard == b"ID?\nON\nOFF\n"
    assert not bench.uv_on


@pytest.mark.parametrize("says", [b"Arduino\n", b"", b"ID?\n"])
def test_what_does_not_name_itself_is_sent_no_command(driver: ListeningDriver, bench: Bench, says: bytes) -> None:
    driver.says = says
    with pytest.raises(LightUnreachable, match="It may still be on"):
        SerialLed(CHOICE).switch(True)
    assert driver.heard == b"ID?\n"
    assert not bench.uv_on


@pytest.mark.parametrize("says", [b"?\n", b""])
def test_a_driver_that_refuses_or_falls_silent_is_unreachable(driver: ListeningDriver, says: bytes) -> None:
    led = SerialLed(CHOICE)
    led.switch(True)
    driver.says = says
    with pytest.raises(LightUnreachable, match="by hand"):
        led.switch(False)
    driver.says = None
    led.switch(False)
    assert driver.heard.endswith(b"ID?\nOFF\n")


def test_closing_switches_off_and_never_raises(driver: ListeningDriver, bench: Bench) -> None:
    led = SerialLed(CHOICE)
    led.switch(True)
    led.close()
    assert not bench.uv_on
    protocol_virtual.unplug()
    led.close()


def test_a_light_that_was_let_go_stays_dark_whoever_still_asks(driver: ListeningDriver, bench: Bench) -> None:
    led, lamp = SerialLed(CHOICE), LampLine(bench.switch_probe)
    for light in (led, lamp):
        light.switch(True)
        light.close()
        with pytest.raises(LightUnreachable):
            light.switch(True)
    assert not bench.uv_on
    assert not bench.probe_on


def test_the_led_driver_knows_its_four_lines_and_nothing_else(bench: Bench) -> None:
    driver = LedDriver(bench)
    assert driver.take(b"ID?\n") == b"Aliquot virtual LED\n"
    assert driver.take(b"MA 10\nO") == b"OK\n"
    assert driver.take(b"N\n") == b"OK\n"
    assert (bench.uv_on, bench.uv_ma) == (True, 10.0)
    for nonsense in (b"on\n", b"MA\n", b"MA -3\n", b"MA 5000\n", b"\n", b"\xff\n"):
        assert driver.take(nonsense) == b"?\n"
    assert (bench.uv_on, bench.uv_ma) == (True, 10.0)


def test_a_lamp_line_that_fails_is_unreachable_but_a_missing_spectrometer_is_disconnected() -> None:
    def fails(on: bool) -> None:
        raise InstrumentError("no answer.")

    def gone(on: bool) -> None:
        raise Disconnected("gone.")

    with pytest.raises(LightUnreachable):
        LampLine(fails).switch(True)
    with pytest.raises(Disconnected):
        LampLine(gone).switch(True)
    LampLine(fails).close()
    LampLine(gone).close()
