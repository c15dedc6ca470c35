"""The contract of every spectrometer, by the C++ back end and by pyusb over stock libusb, both on device files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from instruments.guard import Guard
from instruments.spectrometer import NO_LIGHT, BackendChoice, InstrumentError
from instruments.virtual.hand import SwitchByHand, Trouble
from tests.instruments.contracts import SpectrometerContract, Stand
from tests.system.machine import Machine, address_of

pytestmark = pytest.mark.system


class Opened:
    """A model that stays open over the tests of one class; one that was let go or pulled out is opened again."""

    def __init__(self, model: str, serial: str | None, backend: BackendChoice) -> None:
        self._model, self._serial, self._backend = model, serial, backend
        self.machine = Machine()
        self.guard = Guard()
        self.plugged = self.machine.plug(model, serial)

    def stand_up(self) -> None:
        """Plug it in and open it if need be, and leave it in the dark at 0.1 s."""
        self.machine.hand(Trouble("lamp mended"))
        self.machine.hand(SwitchByHand("probe", False))
        try:
            self.guard.light("probe", False)
            self.guard.set_exposure(0.1)
            self.guard.scan()
        except InstrumentError:
            if self.plugged.pulled:
                self.plugged = self.machine.plug(self._model, self._serial)
            self.guard.open(address_of(self.plugged), backend=self._backend)

    def shine(self) -> None:
        """Light the lamp, by its line where the model has one."""
        if self.guard.info.probe == NO_LIGHT:
            self.machine.hand(SwitchByHand("probe", True))
        else:
            self.guard.light("probe", True)

    def dazzle(self) -> None:
        """Light a brighter one."""
        self.machine.hand(Trouble("lamp bright"))
        self.shine()

    def close(self) -> None:
        """Put everything away."""
        self.guard.close()
        self.machine.close()


class OverUsbfs(SpectrometerContract):
    """A model on the machine's bus, opened by a guard whose process has nothing but Linux before it."""

    model: ClassVar[str]
    backend: ClassVar[BackendChoice]
    told: ClassVar[str]
    pixels: ClassVar[int]
    full_scale_counts: ClassVar[float] = 65_535.0
    serial: ClassVar[str | None] = None

    @pytest.fixture(scope="class")
    @classmethod
    def opened(cls, umockdev: None) -> Iterator[Opened]:
        opened = Opened(cls.model, cls.serial, cls.backend)
        with pytest.MonkeyPatch.context() as environment:
            for name, value in opened.machine.usb.environment.items():
                environment.setenv(name, value)
            yield opened
            opened.close()

    @pytest.fixture
    def stand(self, opened: Opened) -> Stand:
        opened.stand_up()
        return Stand(
            spectrometer=opened.guard,
            model=self.told,
            backend=self.backend,
            pixels=self.pixels,
            full_scale_counts=self.full_scale_counts,
            exposure_s=0.02,
            shine=opened.shine,
            dazzle=opened.dazzle,
            unplug=lambda: opened.machine.usb.unplug(opened.plugged),
        )


class TestFlameS(OverUsbfs):
    model, backend, told, pixels = "FLAME-S", "cseabreeze", "Flame-S", 2048
    serial = "FLMS00416"  # by which alone cseabreeze's USB2000+ is known for a Flame-S


class TestUsb4000(OverUsbfs):
    model, backend, told, pixels = "USB4000", "cseabreeze", "USB4000", 3648


class TestHr4000(OverUsbfs):
    model, backend, told, pixels = "HR4000", "cseabreeze", "HR4000", 3648
    full_scale_counts = 16_383.0


class TestQePro(OverUsbfs):
    model, backend, told, pixels = "QEPRO", "cseabreeze", "QE Pro", 1044
    full_scale_counts = 200_000.0


class TestFlameSByPyusb(OverUsbfs):
    model, backend, told, pixels = "FLAME-S", "pyseabreeze", "Flame-S", 2048


class TestSr4ByPyusb(OverUsbfs):
    model, backend, told, pixels = "SR4", "pyseabreeze", "Ocean SR4", 3648
