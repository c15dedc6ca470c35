"""The lights of the station: lamp line, virtual LED and hand keep one contract, and each its own promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from instruments.guard import Guard
from instruments.led_commands import VIRTUAL_LED
from instruments.lights import ByHand, LampLine, light_source
from instruments.serial_led import SerialLed
from instruments.spectrometer import (
    BadSetting,
    Disconnected,
    InstrumentError,
    LightChoice,
    LightUnreachable,
    Role,
    SerialPort,
)
from instruments.virtual import protocol_virtual
from instruments.virtual.bench import Bench
from instruments.virtual.hand import Trouble, Witness
from instruments.virtual.protocol_virtual import URL, LedDriver
from tests.instruments.light_contract import LightSourceContract

CHOICE = LightChoice("serial", port=SerialPort(URL), commands=VIRTUAL_LED)


class ListeningDriver(LedDriver):
    """An LED driver that keeps every byte it was sent."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.heard = b""

    def take(self, data: bytes) -> bytes:
        self.heard += data
        return super().take(data)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def driver(bench: Bench) -> Iterator[ListeningDriver]:
    driver = ListeningDriver(bench)
    protocol_virtual.plug(driver)
    yield driver
    protocol_virtual.unplug()


class VirtualLed:
    def __init__(self, driver: LedDriver, bench: Bench) -> None:
        self._driver, self._bench = driver, bench
        self.source = SerialLed(CHOICE)

    def is_lit(self) -> bool:
        return self._bench.uv_on

    def cut_off(self) -> None:
        protocol_virtual.unplug()

    def bring_back(self) -> None:
        protocol_virtual.plug(self._driver)


class TestVirtualLed(LightSourceContract):
    @pytest.fixture
    def light(self, driver: ListeningDriver, bench: Bench) -> VirtualLed:
        return VirtualLed(driver, bench)


class Chemist:
    """Does what he is asked while he is there, and keeps the sentences."""

    def __init__(self) -> None:
        self.source = ByHand("UV lamp", self.ask)
        self.asked: list[str] = []
        self.there = True
        self.lit = False

    def ask(self, sentence: str) -> None:
        self.asked.append(sentence)
        if not self.there:
            raise LightUnreachable("Nobody has confirmed it. The UV lamp may still be on. Switch it off by hand.")
        self.lit = sentence.startswith("Switch on")

    def is_lit(self) -> bool:
        return self.lit

    def cut_off(self) -> None:
        self.there = False

    def bring_back(self) -> None:
        self.there = True


class TestByHand(LightSourceContract):
    @pytest.fixture
    def light(self) -> Chemist:
        return Chemist()


class GuardedLight:
    """A light of the virtual bench, switched through the instrument process and the stock driver on the bus."""

    def __init__(self, guard: Guard, role: Role, logbook: Path) -> None:
        self._guard, self._role, self._logbook = guard, role, logbook
        self._name = getattr(guard.info, role)

    @property
    def source(self) -> GuardedLight:
        return self

    @property
    def name(self) -> str:
        return str(self._name)

    def switch(self, on: bool) -> None:
        if on:
            self._guard.info  # noqa: B018 - raises where nothing is open
        self._guard.light(self._role, on)

    def close(self) -> None:
        self._guard.close()

    def is_lit(self) -> bool:
        """Ask the photodiode on the bench."""
        states = dict(line.split() for line in self._logbook.read_text(encoding="utf-8").splitlines())
        return states.get(self._role) == "on"

    def cut_off(self) -> None:
        self._guard.hand(Trouble("unplug"))

    def bring_back(self) -> None:
        self._guard.hand(Trouble("replug"))
        self._guard.restart()


class TestLampLineOnTheVirtualBus(LightSourceContract):
    @pytest.fixture
    def light(self, tmp_path: Path) -> Iterator[GuardedLight]:
        guard, logbook = Guard(), tmp_path / "lights"
        logbook.touch()
        guard.open("virtual:FLAME-S", pace="none")
        guard.hand(Witness(str(logbook)))
        yield GuardedLight(guard, "probe", logbook)
        with suppress(InstrumentError):
            guard.close()


def test_the_virtual_driver_is_set_to_its_current_before_it_is_first_on(driver: ListeningDriver, bench: Bench) -> None:
    led = light_source(
        LightChoice("serial", port=SerialPort(URL), commands=VIRTUAL_LED, current_ma=10, most_ma=20), None
    )
    assert led is not None
    led.switch(True)
    assert driver.heard == b"ID?\nMA 10\nON\n"
    assert bench.uv_ma == 10.0


def test_the_process_switches_the_kinds_that_are_its_own_and_no_other(bench: Bench) -> None:
    assert isinstance(light_source(LightChoice("lamp line"), bench.switch_probe), LampLine)
    assert isinstance(light_source(CHOICE, None), SerialLed)
    assert light_source(LightChoice("lamp line"), None) is None
    for kind in ("by hand", "steady", "none"):
        assert light_source(LightChoice(kind), bench.switch_probe) is None
    with pytest.raises(BadSetting, match="No serial port"):
        light_source(LightChoice("serial", commands=VIRTUAL_LED), None)


def test_a_light_keeps_the_name_the_chemist_gave_it(bench: Bench) -> None:
    for choice in (
        LightChoice("lamp line", name="HL-2000"),
        LightChoice("serial", "405 nm", SerialPort(URL), VIRTUAL_LED),
    ):
        light = light_source(choice, bench.switch_probe)
        assert light is not None
        assert light.name == choice.name


def test_the_led_driver_knows_its_four_lines_and_nothing_else(bench: Bench) -> None:
    driver = LedDriver(bench)
    assert driver.take(b"ID?\n") == b"Aliquot virtual LED\n"
    assert driver.take(b"MA 10\nO") == b"OK\n"
    assert driver.take(b"N\n") == b"OK\n"
    assert (bench.uv_on, bench.uv_ma) == (True, 10.0)
    for nonsense in (b"on\n", b"MA\n", b"MA -3\n", b"MA 5000\n", b"MA .\n", b"\n", b"\xff\n"):
        assert driver.take(nonsense) == b"?\n"
    assert (bench.uv_on, bench.uv_ma) == (True, 10.0)
    assert driver.take(b"MA 12.5\n") == b"OK\n"
    assert bench.uv_ma == 12.5


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


def test_the_chemist_is_not_asked_for_what_he_has_just_confirmed() -> None:
    chemist = Chemist()
    for on in (False, False, True, True, False):
        chemist.source.switch(on)
    assert chemist.asked == [
        "Switch off by hand, if it is on: UV lamp. Then confirm.",
        "Switch on by hand: UV lamp. Then confirm.",
        "Switch off by hand: UV lamp. Then confirm.",
    ]


def test_what_the_chemist_did_not_confirm_is_asked_again() -> None:
    chemist = Chemist()
    chemist.source.switch(True)
    chemist.cut_off()
    with pytest.raises(LightUnreachable, match="may still be on"):
        chemist.source.switch(False)
    chemist.bring_back()
    chemist.source.switch(False)
    assert chemist.asked[-1] == "Switch off by hand, if it is on: UV lamp. Then confirm."


def test_a_light_known_to_be_off_is_let_go_without_a_question() -> None:
    chemist = Chemist()
    chemist.source.switch(False)
    chemist.source.close()
    assert len(chemist.asked) == 1
