"""A real terminal behind the instrument process: whatever becomes of the process, the LED goes dark."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals on Windows", allow_module_level=True)

from instruments.guard import Guard
from instruments.led_commands import VIRTUAL_LED
from instruments.spectrometer import InstrumentError, LightChoice, Lighting, LightUnreachable, SerialPort
from tests.instruments.serial_box import SerialBox

pytestmark = pytest.mark.slow


class GoesDark(SerialBox):
    """A driver of the virtual LED's language that tells when its LED has gone off."""

    def __init__(self, link: Path) -> None:
        self.dark = threading.Event()
        super().__init__(link, self.virtual_led)

    def virtual_led(self, line: str) -> bytes:
        if line == "ID?":
            return b"Aliquot virtual LED\r\n"
        answer = self.obey(line.replace("MA", "CURR"))
        if line == "OFF":
            self.dark.set()
        return answer


@pytest.fixture
def box(tmp_path: Path) -> Iterator[GoesDark]:
    with GoesDark(tmp_path / "ttyLED") as box:
        yield box


@pytest.fixture
def guard(box: GoesDark) -> Iterator[Guard]:
    guard = Guard()
    uv = LightChoice("serial", "365 nm", SerialPort(box.port), VIRTUAL_LED, current_ma=10.0, most_ma=20.0)
    guard.open("virtual:FLAME-S", lighting=Lighting(uv=uv), pace="none")
    yield guard
    guard.close()


def test_it_is_made_safe_at_opening_and_darkened_at_closing(box: GoesDark, guard: Guard) -> None:
    assert box.heard == b"ID?\nOFF\n"
    assert (guard.info.uv, guard.info.uv_kind) == ("365 nm", "serial")
    guard.light("uv", True)
    assert (box.lit, box.level) == (True, "10")
    guard.close()
    assert not box.lit
    assert guard.light_state("uv") == "off"


def test_a_process_that_is_told_to_go_darkens_it_first(box: GoesDark, guard: Guard) -> None:
    guard.light("uv", True)
    box.dark.clear()
    assert guard.process_id is not None
    os.kill(guard.process_id, signal.SIGTERM)
    assert box.dark.wait(5.0)
    assert not box.lit


def test_a_process_that_was_killed_leaves_it_to_the_next_one(box: GoesDark, guard: Guard) -> None:
    guard.light("uv", True)
    assert guard.process_id is not None
    os.kill(guard.process_id, signal.SIGKILL)
    with pytest.raises(InstrumentError):
        guard.light("probe", True)
    assert not box.lit
    assert guard.light_state("uv") == "off"


def test_a_driver_that_was_pulled_out_is_in_doubt_until_it_is_back(box: GoesDark, guard: Guard) -> None:
    guard.light("uv", True)
    box.unplug()
    with pytest.raises(LightUnreachable, match="Switch it off by hand"):
        guard.light("uv", False)
    assert guard.light_state("uv") == "unknown"
    box.plug()
    guard.light("uv", False)
    assert guard.light_state("uv") == "off"
    assert not box.lit
