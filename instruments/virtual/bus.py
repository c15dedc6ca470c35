"""A USB bus made of Python: a pyusb back end that the stock driver finds by name.

`seabreeze.use("pyseabreeze", pyusb_backend="virtual")` imports `usb.backend.virtual`; `attach` puts it there. Nothing
of seabreeze or pyusb is changed.
"""

from __future__ import annotations

import array
import errno
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Literal

import usb.backend
import usb.core

from instruments.virtual.device import Firmware, Gone, TimedOut, Wedged

_LIBUSB_ACCESS, _LIBUSB_NO_DEVICE, _LIBUSB_BUSY = -3, -4, -6
_LIBUSB_TIMEOUT = -7

Bar = Literal["forbidden", "busy"]


@dataclass(frozen=True, slots=True, eq=False)
class _Plugged:
    """One plugging-in of a device; a device that is plugged in again has another address, as on a real bus."""

    firmware: Firmware
    address: int


class Bus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb carries no types
    """The back end: everything pyusb asks of a bus, over the devices that are plugged in."""

    def __init__(self) -> None:
        self._plugged: list[_Plugged] = []
        self._plugs = 0
        self._barred: dict[Firmware, Bar] = {}

    def plug(self, firmware: Firmware) -> None:
        """Plug a device in; it gets the next address. One that is plugged in already stays as it is."""
        if any(device.firmware is firmware for device in self._plugged):
            return
        self._plugs += 1
        self._plugged.append(_Plugged(firmware, self._plugs))

    def unplug(self, firmware: Firmware) -> None:
        """Pull a device out; whoever holds it gets errno 19 from now on."""
        self._plugged = [device for device in self._plugged if device.firmware is not firmware]

    def bar(self, firmware: Firmware, bar: Bar | None) -> None:
        """Let nobody open a device, because this user may not or another program holds it; None: all may."""
        self._barred.pop(firmware, None)
        if bar is not None:
            self._barred[firmware] = bar

    def enumerate_devices(self) -> Iterator[_Plugged]:
        """Yield what is plugged in."""
        yield from tuple(self._plugged)

    def get_parent(self, dev: _Plugged) -> None:
        """Return None: no hub."""

    def get_device_descriptor(self, dev: _Plugged) -> SimpleNamespace:
        """Return a high-speed USB 2.0 device of its vendor and product."""
        model = dev.firmware.model
        return SimpleNamespace(
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x0200,
            bDeviceClass=0xFF,
            bDeviceSubClass=0,
            bDeviceProtocol=0,
            bMaxPacketSize0=64,
            idVendor=model.vendor,
            idProduct=model.product,
            bcdDevice=0x0002,
            iManufacturer=1,
            iProduct=2,
            iSerialNumber=0,
            bNumConfigurations=1,
            address=dev.address,
            bus=1,
            port_number=1,
            port_numbers=(1,),
            speed=3,
        )

    def get_configuration_descriptor(self, dev: _Plugged, config: int) -> SimpleNamespace:
        """Return the only configuration. Raises IndexError past it."""
        if config > 0:
            raise IndexError(config)
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=46,
            bNumInterfaces=1,
            bConfigurationValue=1,
            iConfiguration=0,
            bmAttributes=0x80,
            bMaxPower=250,
            extra_descriptors=b"",
        )

    def get_interface_descriptor(self, dev: _Plugged, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return the only interface. Raises IndexError past it."""
        if intf > 0 or alt > 0 or config > 0:
            raise IndexError(intf)
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=0,
            bAlternateSetting=0,
            bNumEndpoints=len(dev.firmware.model.endpoints),
            bInterfaceClass=0xFF,
            bInterfaceSubClass=0,
            bInterfaceProtocol=0,
            iInterface=0,
            extra_descriptors=b"",
        )

    def get_endpoint_descriptor(self, dev: _Plugged, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        """Return one bulk endpoint. Raises IndexError past the last."""
        address, packet = dev.firmware.model.endpoints[ep]
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=address,
            bmAttributes=2,
            wMaxPacketSize=packet,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=b"",
        )

    def open_device(self, dev: _Plugged) -> _Plugged:
        """Return the handle. Raises USBError 19 when it is gone, 13 when this user may not open it."""
        if self._barred.get(self._present(dev).firmware) == "forbidden":
            raise _usb_error("Access denied (insufficient permissions)", _LIBUSB_ACCESS, errno.EACCES)
        return dev

    def close_device(self, dev_handle: _Plugged) -> None:
        """Let the handle go."""

    def set_configuration(self, dev_handle: _Plugged, config_value: int) -> None:
        """Accept the only configuration. Raises USBError 16 when another program holds the device."""
        self._claim(dev_handle)

    def get_configuration(self, dev_handle: _Plugged) -> int:
        """Return the only configuration."""
        self._present(dev_handle)
        return 1

    def claim_interface(self, dev_handle: _Plugged, intf: int) -> None:
        """Accept the claim. Raises USBError 16 when another program holds the device."""
        self._claim(dev_handle)

    def release_interface(self, dev_handle: _Plugged, intf: int) -> None:
        """Accept the release."""

    def is_kernel_driver_active(self, dev_handle: _Plugged, intf: int) -> bool:
        """Return False: no kernel driver knows a spectrometer."""
        self._present(dev_handle)
        return False

    def detach_kernel_driver(self, dev_handle: _Plugged, intf: int) -> None:
        """There is none to detach."""

    def reset_device(self, dev_handle: _Plugged) -> None:
        """Reset the port: bytes that nobody has read are lost."""
        self._present(dev_handle).firmware.reset()

    def bulk_write(self, dev_handle: _Plugged, ep: int, intf: int, data: array.array[int], timeout: int) -> int:
        """Hand the bytes to the firmware and return how many they were."""
        firmware = self._present(dev_handle).firmware
        if not any(ep == address for address, _ in firmware.model.endpoints):
            raise _usb_error("Pipe error", -9, errno.EPIPE)
        firmware.write(ep, data.tobytes())
        return len(data)

    def bulk_read(self, dev_handle: _Plugged, ep: int, intf: int, buff: array.array[int], timeout: int) -> int:
        """Fill `buff` with what the firmware sends and return how many bytes came; `timeout` in ms."""
        device = self._present(dev_handle)
        if not any(ep == address for address, _ in device.firmware.model.endpoints):
            raise _usb_error("Pipe error", -9, errno.EPIPE)
        sent = self._answer(device, ep, len(buff), timeout * 1e-3)
        self._present(device)  # it may have been pulled out while it was read
        buff[: len(sent)] = array.array("B", sent)
        return len(sent)

    def _answer(self, device: _Plugged, endpoint: int, size: int, timeout_s: float) -> bytes:
        try:
            return device.firmware.read(endpoint, size, timeout_s)
        except TimedOut:
            self._present(device)
            raise usb.core.USBTimeoutError("Operation timed out", _LIBUSB_TIMEOUT, errno.ETIMEDOUT) from None
        except Gone:
            self.unplug(device.firmware)
        except Wedged:
            threading.Event().wait()
        return b""

    def _claim(self, device: _Plugged) -> None:
        if self._barred.get(self._present(device).firmware) == "busy":
            raise _usb_error("Resource busy", _LIBUSB_BUSY, errno.EBUSY)

    def _present(self, device: _Plugged) -> _Plugged:
        if device not in self._plugged:
            raise _usb_error("No such device (it may have been disconnected)", _LIBUSB_NO_DEVICE, errno.ENODEV)
        return device


NAME = "virtual"


def _usb_error(text: str, code: int, number: int) -> OSError:
    error: OSError = usb.core.USBError(text, code, number)
    return error


def attach(name: str = NAME) -> Bus:
    """Return this process's virtual bus, put where pyusb looks for the back end `name`.

    Under the name of a real back end ("libusb1") it takes that one's place for whoever asks for none by name.
    """
    kept = sys.modules.get(f"usb.backend.{NAME}")
    bus: Bus = Bus() if kept is None else kept.get_backend()
    for each in {NAME, name}:
        if f"usb.backend.{each}" not in sys.modules or each != NAME:
            module = ModuleType(f"usb.backend.{each}")
            module.__dict__["get_backend"] = lambda find_library=None: bus
            sys.modules[module.__name__] = module
            setattr(usb.backend, each, module)
    return bus
