"""A guard whose real spectrometers are the virtual ones, plugged in and pulled at will: for what happens at a plug."""

from __future__ import annotations

from dataclasses import replace

from analysis.spectrum import FloatArray
from instruments.guard import Guard
from instruments.spectrometer import (
    BackendChoice,
    Channel,
    DeviceListing,
    Disconnected,
    InstrumentInfo,
    Lighting,
)
from instruments.usb_models import UsbNode
from instruments.virtual.hand import Pace

BEHIND = {"FLMS001": "virtual:FLAME-S", "FLMS002": "virtual:FLAME-S", "USB4F1": "virtual:USB4000"}


class PluggedBus(Guard):
    """Opens `ocean:SERIAL` while that serial number is plugged in; counts how often bus and driver were asked."""

    def __init__(self) -> None:
        super().__init__()
        self.plugged: set[str] = set()
        self.listings = self.looks = 0
        self._serial = ""

    def open(
        self,
        address: str,
        *,
        emission: str | None = None,
        lighting: Lighting | None = None,
        backend: BackendChoice = "auto",
        pace: Pace = "real",
        seed: int = 0,
    ) -> InstrumentInfo:
        self._serial = address.partition(":")[2]
        self._reach()
        behind = BEHIND[self._serial]
        second = None if emission is None else BEHIND[emission.partition(":")[2]]
        super().open(behind, emission=second, lighting=lighting, backend=backend, pace=pace, seed=seed)
        return self.info

    @property
    def info(self) -> InstrumentInfo:
        told = super().info
        return replace(told, address=f"ocean:{self._serial}", serial=self._serial, virtual=False)

    @property
    def emission_info(self) -> InstrumentInfo:
        return replace(super().emission_info, address=f"ocean:{self._serial}", serial=self._serial, virtual=False)

    def devices(self) -> tuple[DeviceListing, ...]:
        self.listings += 1
        return tuple(
            DeviceListing(f"ocean:{each}", "Flame-S", each, "x", virtual=False) for each in sorted(self.plugged)
        )

    def nodes(self) -> tuple[UsbNode, ...] | None:
        """Return what the bus shows by itself."""
        self.looks += 1
        return tuple(UsbNode("2457:1022", "Flame-S", each, each) for each in sorted(self.plugged))

    def check(self) -> None:
        self._reach()
        super().check()

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        self._reach()
        return super().scan(channel)

    def _reach(self) -> None:
        if self._serial not in self.plugged:
            raise Disconnected("The spectrometer was unplugged. Everything measured before is kept. Plug it in again.")
