"""The whole virtual set-up of one process: bench, spectrometer on the bus, LED driver on its port."""

from __future__ import annotations

import time

from instruments.virtual import bus, protocol_virtual
from instruments.virtual.bench import Bench
from instruments.virtual.hand import Command, Hand, Pace, Trouble
from instruments.virtual.models import MODELS
from instruments.virtual.ooi import Firmware


class Rig:
    """Set up at once and plugged in as `hand` left it; `model` is a key of `models.MODELS`.

    `pace` "real" lets every exposure take its time, "none" lets it pass at once (the parent's clock is virtual).
    """

    def __init__(self, model: str, *, pace: Pace, seed: int, incarnation: int, hand: Hand) -> None:
        device = MODELS[model]()
        self.serial = device.serial
        self.bench = Bench(device.sensor, seed=seed, incarnation=incarnation, hand=hand)
        self._bus = bus.attach()
        self._firmware = Firmware(device, self.bench, _sleep if pace == "real" else _pass)
        self._driver = protocol_virtual.LedDriver(self.bench)
        if hand.plugged:
            self._bus.plug(self._firmware)
        if hand.led_plugged:
            protocol_virtual.plug(self._driver)

    def obey(self, command: Command) -> None:
        """Let the hand do `command`, at the bench or at the plugs."""
        before = self.bench.hand
        self.bench.obey(command)
        match command:
            case Trouble("wedge" | "silence" | "short frame" as fault):
                self._firmware.trouble(fault)
            case Trouble("unplug"):
                self._bus.unplug(self._firmware)
            case Trouble("replug") if not before.plugged:
                self._firmware.reset()
                self._bus.plug(self._firmware)
            case Trouble("unplug led"):
                protocol_virtual.unplug()
            case Trouble("replug led"):
                protocol_virtual.plug(self._driver)
            case _:
                pass


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def _pass(seconds: float) -> None:
    del seconds
