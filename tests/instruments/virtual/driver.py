"""The stock driver over a virtual bench in this process, bound by its own arguments alone."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from instruments.virtual.hand import Hand, Pace
from instruments.virtual.rig import Rig

_NO_NETWORK = "203.0.113.9"  # an adapter that no machine has: the driver then skips its search of one second


@contextmanager
def bench(*models: str, hand: Hand | None = None, pace: Pace = "none") -> Iterator[Rig]:
    """Set a bench up and take it down again, whatever the driver left open."""
    rig = Rig(models, pace=pace, seed=1, incarnation=0, hand=Hand() if hand is None else hand)
    try:
        yield rig
    finally:
        rig.close()


def devices(rig: Rig) -> list[Any]:
    """Return what the driver lists, on the bus and on the network."""
    from seabreeze.pyseabreeze import SeaBreezeAPI
    from seabreeze.pyseabreeze.devices import SeaBreezeDevice
    from seabreeze.pyseabreeze.transport import IPv4Transport, IPv4TransportHandle

    found = []
    for model, address in rig.network.items():
        IPv4Transport.devices_ip_port[address] = model
        try:
            found.append(SeaBreezeDevice(IPv4TransportHandle(*address)))
        finally:
            del IPv4Transport.devices_ip_port[address]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Skipping IPv4 discovery", category=UserWarning)
        warnings.filterwarnings("ignore", message="unclosed <socket", category=ResourceWarning)
        return [*found, *SeaBreezeAPI(pyusb_backend="virtual", network_adapter=_NO_NETWORK).list_devices()]


@contextmanager
def opened(rig: Rig, number: int = 0) -> Iterator[Any]:
    """Open a device and close it again."""
    device = devices(rig)[number]
    device.open()
    try:
        yield device
    finally:
        device.close()
