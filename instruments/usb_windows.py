"""What Windows knows of the USB devices that are plugged in: one function asks SetupAPI, another reads its answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from instruments.usb_models import VENDORS, UsbNode

_INSTANCE = re.compile(r"USB\\VID_(?P<vendor>[0-9A-F]{4})&PID_(?P<product>[0-9A-F]{4})(?P<part>&MI_[0-9A-F]{2})?\\(.*)")
_COMPOSITE = "usbccgp"  # Windows' own parent of a device with several parts; the parts carry the drivers


@dataclass(frozen=True, slots=True)
class SetupAnswer:
    """What SetupAPI says of one present USB device; `service` is the driver bound to it ("" none)."""

    instance_id: str
    service: str
    maker: str
    description: str


def nodes(answers: Iterable[SetupAnswer]) -> tuple[UsbNode, ...]:
    """Return the spectrometers among what SetupAPI has answered; a device with several parts counts once."""
    found: dict[str, UsbNode] = {}
    for answer in answers:
        match = _INSTANCE.fullmatch(answer.instance_id.upper())
        if match is None or match["vendor"].lower() not in VENDORS or answer.service.lower() == _COMPOSITE:
            continue
        usb_id = f"{match['vendor']}:{match['product']}".lower()
        own = match[4] if match["part"] is None and "&" not in match[4] else ""  # Windows makes up a place with &
        maker = f" ({answer.maker})" if answer.maker and answer.service else ""
        node = UsbNode(usb_id, answer.description, own, answer.instance_id, driver=answer.service + maker)
        found.setdefault(f"{usb_id} {match[4] if match['part'] is None else match['part']}", node)
    return tuple(found.values())


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _PRESENT_OF_ALL_CLASSES = 0x2 | 0x4  # DIGCF_PRESENT | DIGCF_ALLCLASSES
    _DESCRIPTION, _SERVICE, _MAKER = 0x0, 0x4, 0xB  # SPDRP_DEVICEDESC, SPDRP_SERVICE, SPDRP_MFG
    _NO_HANDLE = ctypes.c_void_p(-1).value
    _TEXT_BYTES = 2048

    class _DevInfoData(ctypes.Structure):
        """SP_DEVINFO_DATA."""

        _fields_ = (
            ("cbSize", wintypes.DWORD),
            ("ClassGuid", ctypes.c_byte * 16),
            ("DevInst", wintypes.DWORD),
            ("Reserved", ctypes.c_size_t),
        )

    def setup_answers() -> tuple[SetupAnswer, ...]:
        """Return what SetupAPI says of every USB device that is plugged in. Needs no rights. Raises OSError."""
        api = ctypes.WinDLL("setupapi", use_last_error=True)
        api.SetupDiGetClassDevsW.restype = ctypes.c_void_p
        api.SetupDiGetClassDevsW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR, wintypes.HWND, wintypes.DWORD)
        devices = api.SetupDiGetClassDevsW(None, "USB", None, _PRESENT_OF_ALL_CLASSES)
        if devices in (None, _NO_HANDLE):
            raise ctypes.WinError(ctypes.get_last_error())
        handle = ctypes.c_void_p(devices)
        try:
            answers: list[SetupAnswer] = []
            data = _DevInfoData()
            data.cbSize = ctypes.sizeof(data)
            while api.SetupDiEnumDeviceInfo(handle, wintypes.DWORD(len(answers)), ctypes.byref(data)):
                instance = ctypes.create_unicode_buffer(_TEXT_BYTES)
                api.SetupDiGetDeviceInstanceIdW(handle, ctypes.byref(data), instance, wintypes.DWORD(_TEXT_BYTES), None)
                service, maker, description = (
                    _property(api, handle, data, number) for number in (_SERVICE, _MAKER, _DESCRIPTION)
                )
                answers.append(SetupAnswer(instance.value, service, maker, description))
            return tuple(answers)
        finally:
            api.SetupDiDestroyDeviceInfoList(handle)

    def _property(api: ctypes.WinDLL, devices: ctypes.c_void_p, data: _DevInfoData, number: int) -> str:
        """Return one text that the registry holds of a device, "" where it holds none."""
        text = ctypes.create_unicode_buffer(_TEXT_BYTES // 2)
        told = api.SetupDiGetDeviceRegistryPropertyW(
            devices, ctypes.byref(data), wintypes.DWORD(number), None, text, wintypes.DWORD(_TEXT_BYTES), None
        )
        return text.value if told else ""

else:

    def setup_answers() -> tuple[SetupAnswer, ...]:
        """Return nothing: SetupAPI is part of Windows."""
        return ()
