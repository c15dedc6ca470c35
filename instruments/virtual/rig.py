"""The whole virtual set-up of one process: bench, spectrometers on the bus, LED driver on its port."""

from __future__ import annotations

import time

from instruments.virtual import bus, protocol_virtual
from instruments.virtual.bench import Bench
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Command, Hand, Pace, Trouble, once
from instruments.virtual.models import MODELS, firmware


class Rig:
    """Set up at once and plugged in as `hand` left it; `models` are keys of `models.MODELS`, each at most once.

    All look at the same bench and hang on the same bus. `serials` tells the serial number of each model. `pace`
    "real" lets every exposure take its time, "none" lets it pass at once (the parent's clock is virtual).
    """

    def __init__(self, models: tuple[str, ...], *, pace: Pace, seed: int, incarnation: int, hand: Hand) -> None:
        devices = {name: MODELS[name]() for name in dict.fromkeys(models)}
        self.serials = {name: device.serial for name, device in devices.items()}
        self.bench = Bench(seed=seed, incarnation=incarnation, hand=hand)
        self._bus = bus.attach()
        wait = _sleep if pace == "real" else _pass
        self._firmwares = [
            firmware(device, Eye(device.sensor, self.bench, place), wait)
            for place, device in enumerate(devices.values())
        ]
        self._driver = protocol_virtual.LedDriver(self.bench)
        for place, one in enumerate(self._firmwares):
            if not hand.shows(place, "unplugged"):
                self._bus.plug(one)
        if hand.led_plugged:
            protocol_virtual.plug(self._driver)

    def obey(self, command: Command) -> None:
        """Let the hand do `command`, at the bench or at the plugs."""
        before = self.bench.hand
        self.bench.obey(command)
        if not isinstance(command, Trouble):
            return
        one = self._firmwares[command.device]
        fault = once(command.kind)
        if fault is not None:
            one.trouble(fault)
        match command.kind:
            case "unplug":
                self._bus.unplug(one)
            case "replug" if before.shows(command.device, "unplugged"):
                one.reset()
                self._bus.plug(one)
            case "unplug led":
                protocol_virtual.unplug()
            case "replug led":
                protocol_virtual.plug(self._driver)
            case _:
                pass


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


def _pass(seconds: float) -> None:
    del seconds
