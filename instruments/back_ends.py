"""Which back ends of the driver this installation has. They are loaded to see whether they can be, never started."""

from __future__ import annotations

import importlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

_LIBUSBS = (  # name, file names, on Cygwin, a function it must have; as pyusb looks for them, in its order
    ("libusb 1.0", ("usb-1.0", "libusb-1.0", "usb"), "cygusb-1.0.dll", "libusb_init"),
    ("libusb 0.1", ("usb-0.1", "usb", "libusb0"), "cygusb0.dll", "usb_init"),
)


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
    from usb.libloader import LibraryException, load_locate_library

    for name, files, on_cygwin, function in _LIBUSBS:
        with suppress(LibraryException):
            library = load_locate_library(files, on_cygwin, name, check_symbols=(function,))
            return BackEnd("pyseabreeze", True, f"through {name} ({getattr(library, '_name', '') or 'loaded'})")
    return BackEnd("pyseabreeze", False, "there is no libusb on this computer")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
