"""The whole virtual set-up of one process: bench, spectrometers on bus and network, LED driver on its port."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from instruments.virtual import bus, protocol_virtual
from instruments.virtual.bench import Bench
from instruments.virtual.device import Firmware
from instruments.virtual.eye import Eye
from instruments.virtual.hand import Command, Hand, Pace, Trouble, once
from instruments.virtual.models import MODELS, firmware
from instruments.virtual.network import NetworkPort

STRANGER = "USB2000PLUS"
"""The model of the spectrometer that stands there and may not be opened."""


class Rig:
    """Set up at once and plugged in as `hand` left it; `models` are keys of `models.MODELS`, each at most once.

    All look at the same bench; they hang on the same bus, or on the network if their model has no other cable.
    `serials` tells the serial number of each model, `network` where (host, port) one is reached that has no bus.
    `pace` "real" lets every exposure take its time, "none" lets it pass at once (the parent's clock is virtual).
    """

    def __init__(self, models: tuple[str, ...], *, pace: Pace, seed: int, incarnation: int, hand: Hand) -> None:
        devices = {name: MODELS[name]() for name in dict.fromkeys(models)}
        self.serials = {name: device.serial for name, device in devices.items()}
        self.bench = Bench(seed=seed, incarnation=incarnation, hand=hand)
        self.bench.scan_begins = self._count_scan
        self._closing = threading.Event()
        self._later: list[Trouble] = []
        self._bus = bus.attach()
        wait: Callable[[float], object] = self._closing.wait if pace == "real" else _pass
        self._firmwares = [
            firmware(device, Eye(device.sensor, self.bench, place), wait)
            for place, device in enumerate(devices.values())
        ]
        self._ports = {one: NetworkPort(one) for one in self._firmwares if not one.model.endpoints}
        stranger = replace(MODELS[STRANGER](), serial="VIRT-USB2+0002")
        self._stranger = firmware(stranger, Eye(stranger.sensor, self.bench, len(devices)), wait)
        self._driver = protocol_virtual.LedDriver(self.bench)
        for place, one in enumerate(self._firmwares):
            self._plug_as_the_hand_says(place, one)
        if hand.stranger:
            self._show_stranger()
        if hand.led_plugged:
            protocol_virtual.plug(self._driver)

    @property
    def firmwares(self) -> dict[str, Firmware]:
        """Get the device of each model, for whoever carries its bytes himself."""
        return dict(zip(self.serials, self._firmwares, strict=True))

    @property
    def network(self) -> dict[str, tuple[str, int]]:
        """Get the address of each model that is reached over the network."""
        return {name: self._ports[one].address for name, one in self.firmwares.items() if one in self._ports}

    def obey(self, command: Command) -> None:
        """Let the hand do `command`, at the bench or at the plugs."""
        if isinstance(command, Trouble) and command.after_scans > 0:
            self._later.append(command)
            return
        self.bench.obey(command)
        if not isinstance(command, Trouble):
            return
        one = self._firmwares[command.device]
        fault = once(command.kind)
        if fault is not None:
            one.trouble(fault)
        match command.kind:
            case "unplug" | "forbid" | "allow" | "claim" | "free":
                self._plug_as_the_hand_says(command.device, one)
            case "replug" | "replug other":
                self._pull(one)
                one.reset()
                one.trouble(None)
                self._plug_as_the_hand_says(command.device, one)
            case "unplug led":
                protocol_virtual.unplug()
            case "replug led":
                protocol_virtual.plug(self._driver)
            case "stranger" | "stranger gone":
                self._bus.unplug(self._stranger)
                if command.kind == "stranger":
                    self._show_stranger()

    def close(self) -> None:
        """Pull every plug and end what waits; returns when no thread of the bench is left."""
        self._closing.set()
        for one in (*self._firmwares, self._stranger):
            self._pull(one)
        protocol_virtual.unplug()

    def _count_scan(self) -> None:
        due = [trouble for trouble in self._later if trouble.after_scans <= 1]
        self._later = [
            replace(trouble, after_scans=trouble.after_scans - 1) for trouble in self._later if trouble.after_scans > 1
        ]
        for trouble in due:
            self.obey(replace(trouble, after_scans=0))

    def _plug_as_the_hand_says(self, place: int, one: Firmware) -> None:
        hand = self.bench.hand
        if hand.shows(place, "unplugged"):
            self._pull(one)
        elif one in self._ports:
            self._ports[one].plug()
        else:
            self._bus.plug(one)
        self._bus.bar(
            one, "forbidden" if hand.shows(place, "forbidden") else "busy" if hand.shows(place, "busy") else None
        )

    def _pull(self, one: Firmware) -> None:
        if one in self._ports:
            self._ports[one].unplug()
        else:
            self._bus.unplug(one)

    def _show_stranger(self) -> None:
        self._bus.plug(self._stranger)
        self._bus.bar(self._stranger, "forbidden")


def _pass(seconds: float) -> None:
    del seconds
