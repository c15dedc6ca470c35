"""Which back ends of the driver this installation has. They are looked for, not started."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Literal

_LIBUSBS = ("libusb1", "libusb0", "openusb")  # in the order in which pyusb takes them


@dataclass(frozen=True, slots=True)
class BackEnd:
    """One back end of the driver: whether it can run here, and through what, or why not."""

    name: Literal["cseabreeze", "pyseabreeze"]
    present: bool
    detail: str


def back_ends() -> tuple[BackEnd, BackEnd]:
    """Return what there is of cseabreeze and of pyseabreeze."""
    return _cseabreeze(), _pyseabreeze()


def _cseabreeze() -> BackEnd:
    try:
        importlib.import_module("seabreeze.cseabreeze._wrapper")
    except (ImportError, OSError) as error:
        return BackEnd("cseabreeze", False, _one_line(error))
    return BackEnd("cseabreeze", True, "with its own USB library")


def _pyseabreeze() -> BackEnd:
    try:
        importlib.import_module("seabreeze.pyseabreeze")
    except (ImportError, OSError) as error:
        return BackEnd("pyseabreeze", False, _one_line(error))
    for name in _LIBUSBS:
        backend = importlib.import_module(f"usb.backend.{name}").get_backend()
        if backend is not None:
            library = getattr(getattr(backend, "lib", None), "_name", "") or name
            return BackEnd("pyseabreeze", True, f"through {library}")
    return BackEnd("pyseabreeze", False, "there is no libusb on this computer")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
