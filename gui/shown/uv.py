"""What every view says of the UV light, and which orders may switch it on."""

from __future__ import annotations

from dataclasses import dataclass

from gui import words
from gui.actions import Act, cap
from instruments.spectrometer import NO_LIGHT
from station import orders
from station.events import State, Status

HURTS = "405 and 366 nm hurt eyes and skin: close the lid, wear goggles. This program is no interlock."


@dataclass(frozen=True, slots=True)
class UvSign:
    """The sign in the header of every window: words, a second line, the key that ends it; `bad`: out of reach."""

    words: str
    second: str = ""
    cap: str = ""
    bad: bool = False


def sign(status: Status, now_s: float) -> UvSign | None:
    """Return what every view says while UV is on or may be on; None while it is off or is not there."""
    light = status.uv
    if light is None or light.state == "off":
        return None
    if light.state == "unknown":
        asked = status.state is State.MEASURING and status.hand_wanted is not None
        return UvSign("UV MAY BE ON", "as asked for by hand" if asked else "switch it off by hand", bad=True)
    left = "" if light.off_at_s is None else f"off in {words.short_clock(max(0.0, light.off_at_s - now_s) + 0.999)}"
    return UvSign("UV ON", left, cap(Act.LEAVE))


def cuvette(status: Status) -> str:
    """Return how long the cuvette in the holder has been under UV: "cuvette 12 s", or nothing."""
    return f"cuvette {words.age(status.uv_s)}" if status.uv_s >= 1.0 else ""


def may_light(order: orders.Order, status: Status) -> bool:
    """Return whether an order can lead to UV being switched on: by the key, by a measurement, by a choice of lights."""
    if isinstance(order, orders.UseLighting):
        return order.lighting.uv.kind != "none"
    there = status.uv is not None and status.uv.name != NO_LIGHT
    lights = (
        orders.Capture
        | orders.TakeReference
        | orders.CheckWash
        | orders.ContinueRun
        | orders.FindExposures
        | orders.StartContinuous
    )
    return there and (isinstance(order, lights) or order == orders.SwitchUv(True))


def warning(by_hand_s: float) -> tuple[str, ...]:
    """Return what is said before UV is switched on for the first time, one sentence a line."""
    return (
        "405 and 366 nm hurt eyes and skin, also where they are hardly seen.",
        "Close the lid over the cuvette and wear goggles made for UV before the light goes on.",
        "This program is no interlock: it cannot know whether the lid is closed.",
        f"{cap(Act.LEAVE)} switches UV off, whatever is shown. By hand it goes off by itself after {by_hand_s:.0f} s.",
    )
