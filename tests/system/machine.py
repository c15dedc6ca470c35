"""A machine on whose USB bus virtual spectrometers stand, and the bench before them: all a station sees is Linux."""

from __future__ import annotations

import os
import pty
import threading
import tty
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from instruments.led_commands import VIRTUAL_LED
from instruments.spectrometer import LightChoice, Lighting, SerialPort
from instruments.virtual.bench import NOMINAL_UV_MA, Bench
from instruments.virtual.device import Firmware, Model
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Command
from instruments.virtual.models import MODELS, firmware
from instruments.virtual.protocol_virtual import LedDriver
from tests.system.usb_plugs import Plugged, UsbPlugs, Wait

_UNLIKE_A_GUARDS = 1_000_000


class Machine:
    """USB sockets, the virtual bench behind them, and an LED driver on a serial line; `close` puts all away."""

    def __init__(self, seed: int = 1) -> None:
        self.bench = Bench(seed=seed, incarnation=_UNLIKE_A_GUARDS)  # the same cuvette, never the same noise
        self.usb = UsbPlugs()
        self._led: LedLine | None = None

    def plug(self, name: str, serial: str | None = None) -> Plugged:
        """Plug in a model of `models.MODELS`, or its twin with another serial number; it looks at the bench."""
        model = MODELS[name]() if serial is None else twin(MODELS[name](), serial)

        def built(wait: Wait) -> Firmware:
            return firmware(model, Eye(model.sensor, self.bench), wait)

        return self.usb.plug(built)

    def hand(self, command: Command) -> None:
        """Let the hand do something at the bench."""
        self.bench.obey(command)

    @property
    def lighting(self) -> Lighting:
        """Get the lights that stand here: the lamp line, and an LED on its serial driver."""
        if self._led is None:
            self._led = LedLine(LedDriver(self.bench))
        port = SerialPort(self._led.port)
        uv = LightChoice("serial", port=port, commands=VIRTUAL_LED, current_ma=NOMINAL_UV_MA, most_ma=100.0)
        return Lighting(uv=uv)

    def close(self) -> None:
        """Put everything away."""
        self.usb.close()
        if self._led is not None:
            self._led.close()


class LedLine:
    """A serial line (a pseudo-terminal) with an LED driver at its other end."""

    def __init__(self, driver: LedDriver) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        self._driver = driver
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while data := os.read(self._ours, 256):
                os.write(self._ours, self._driver.take(data))

    def close(self) -> None:
        """Pull the line out."""
        os.close(self._theirs)
        os.close(self._ours)


def twin(model: Model, serial: str) -> Model:
    """Return the same model with another serial number in its memory."""
    slots = getattr(model, "slots", None)
    if slots is None:
        return replace(model, serial=serial)
    return replace(model, serial=serial, slots=slots | {0: serial})  # type: ignore[call-arg]  # of the OOI models


def address_of(plugged: Plugged) -> str:
    """Return the address by which a station opens a device."""
    return f"ocean:{plugged.firmware.model.serial}"


def node_of(machine: Machine, plugged: Plugged) -> Path:
    """Return the device file of a device as it lies in the testbed."""
    return machine.usb.node(plugged)
