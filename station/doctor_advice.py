"""What the doctor says: how it stands with a spectrometer, and what to do about it on this system."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from instruments.back_ends import BackEnd
from instruments.usb_models import NOBODY_KNOWN, UsbNode

System = Literal["Linux", "Windows", "macOS"]
Condition = Literal[
    "ready",
    "open here",
    "held",
    "forbidden",
    "other driver",
    "no driver",
    "unknown model",
    "no back end",
    "not listed",
]

_WINUSB = (
    "An administrator opens the Device Manager, right-clicks the spectrometer and chooses Update driver, Browse my "
    "computer, Let me pick, 'Universal Serial Bus devices', 'WinUSB Device'."
)
_LIBUSB: dict[System, str] = {
    "Linux": "Install libusb 1.0 (Debian and Ubuntu: libusb-1.0-0; Fedora: libusb1), then look again.",
    "Windows": "IT puts libusb-1.0.dll (64 bit, from libusb.info) into C:\\Windows\\System32, then look again.",
    "macOS": "Install libusb (with Homebrew: brew install libusb), then look again.",
}


def words(condition: Condition, node: UsbNode, back_ends: Sequence[BackEnd]) -> str:
    """Return how it stands with a spectrometer, in one line."""
    match condition:
        case "ready":
            return "Ready: this program can open it."
        case "open here":
            return "Open in this program."
        case "held":
            by = f" ({node.held_by})" if node.held_by not in ("", NOBODY_KNOWN) else ""
            return f"Ready, but open in another program{by}. Two programs cannot share one spectrometer."
        case "forbidden":
            return "Plugged in, but this user may not open it."
        case "other driver":
            return f"Bound to the driver {node.driver}, through which this program cannot reach it."
        case "no driver":
            return "Plugged in, but Windows has bound no driver to it."
        case "unknown model":
            return "Plugged in, but the driver does not know this model."
        case "no back end":
            return f"Plugged in, but {_missing(node, back_ends)}."
        case "not listed":
            return "Plugged in and allowed, but the driver does not find it."


def advice(condition: Condition, system: System) -> tuple[str, ...]:
    """Return what to do, each a sentence or two; empty where nothing needs doing."""
    match condition:
        case "ready" | "open here":
            return ()
        case "held":
            return ("Close the other program (OceanView, a notebook, another Aliquot), then look again.",)
        case "forbidden":
            return (
                "Install the udev rule: `doctor --install-udev` shows the commands and asks first, or IT runs them.",
                "Unplug the spectrometer and plug it in again, then look again.",
                "Over SSH, or without a session at the screen, the rule gives nothing: sit at this computer.",
            )
        case "other driver" if system == "Windows":
            return (
                "This is normal where OceanView is installed: OceanView goes on working with its own driver.",
                f"To use the spectrometer here: {_WINUSB} OceanView finds it again once its driver is picked likewise.",
            )
        case "other driver":
            return ("Unplug the spectrometer and plug it in again. If the driver takes it again, IT blacklists it.",)
        case "no driver":
            return (f"Bind WinUSB, which is part of Windows, to it: {_WINUSB}",)
        case "unknown model":
            return ("Use another spectrometer, or look for a newer version of this program.",)
        case "no back end":
            return (_LIBUSB[system],)
        case "not listed":
            return ("Unplug the spectrometer, wait 5 s, plug it in at the computer itself, not at a hub, look again.",)


def nothing_found(system: System, *, asked: bool) -> tuple[str, ...]:
    """Return what to do where no spectrometer is there, or where the bus cannot be asked."""
    if not asked:
        return (
            "This system shows no USB bus (a container, Linux under Windows): run the program on the computer itself.",
            "Or hand the USB device over to this system, then look again.",
        )
    return (
        "Plug the spectrometer in, at the computer itself and not at a hub; some models need their own power supply.",
        "Try another cable and another socket: some cables carry power only.",
        *(("In a virtual machine, hand the USB device over to it.",) if system == "Linux" else ()),
        "Then look again. Until then everything can be tried on a virtual spectrometer.",
    )


def _missing(node: UsbNode, back_ends: Sequence[BackEnd]) -> str:
    model = node.model
    needed = [end for end in back_ends if model is not None and end.name in model.back_ends]
    return " and ".join(f"it needs {end.name}, which cannot run here ({end.detail})" for end in needed)
