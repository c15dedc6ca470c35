"""The vocabulary of the set-up pages: lines, what has been typed into them, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from analysis.wording import grouped
from gui import words
from gui.actions import Act, cap
from instruments.spectrometer import DeviceListing, LedCommands, SerialPort
from station.events import State, Status

Kind = Literal["head", "say", "choice", "field", "press"]
Tone = Literal["ok", "stale", "bad", "quiet"]
Typed = Mapping[str, str]
"""What stands in the fields and choices of a page: name -> text as it was typed or chosen."""

PAGES = ("Spectrometer", "Lights", "Optical set-up", "By itself", "Window", "Doctor")
DROPS = "Dark and reference have to be taken again after this."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page.

    "head" parts the page; "say" is a fact with its label; a "choice" goes through `options` with Left and Right; a
    "field" is typed into; a "press" does something at Enter. `name` is what it is called in `Typed`. `wrong` says what
    is wrong with the value, `beside` what is to be known of it. A press with `wrong` is not possible now. A field that
    holds a `number` gives the keys back when it is left alone; one with a unit always does.
    """

    kind: Kind
    label: str
    name: str = ""
    value: str = ""
    unit: str = ""
    beside: str = ""
    wrong: str = ""
    options: tuple[str, ...] = ()
    tone: Tone = "ok"
    number: bool = False

    @property
    def is_active(self) -> bool:
        """Get whether the cursor stops here."""
        return self.kind in ("choice", "field", "press")


@dataclass(frozen=True, slots=True)
class Offered:
    """What this computer and this program offer to choose from; nothing of it is touched before it is chosen."""

    devices: tuple[DeviceListing, ...] = ()
    ports: tuple[tuple[SerialPort, str], ...] = ()
    presets: tuple[LedCommands, ...] = ()


class Reading:
    """Reads typed texts; `wrong` collects, by name, why one cannot be used."""

    def __init__(self, typed: Typed) -> None:
        self.typed = typed
        self.wrong: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Return the text under a name, without space around it."""
        return self.typed.get(name, "").strip()

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return the number under a name, from `low` to `high`; None where there is none, with the reason."""
        found = self.number_or_none(name, low, high)
        if found is None:
            self.wrong.setdefault(name, f"a number from {words.amount(low)} to {bound(high)}")
        return found

    def number_or_none(self, name: str, low: float, high: float) -> float | None:
        """Return the number under a name, None where nothing is typed; the reason where it is no number."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = float(text.replace(words.MINUS, "-").replace(",", ".").replace(" ", ""))
        except ValueError:
            self.wrong[name] = f"{text!r} is no number"
            return None
        if not isfinite(value) or not low <= value <= high:
            self.wrong[name] = f"from {words.amount(low)} to {bound(high)}"
            return None
        return value


def bound(value: float) -> str:
    """Return a bound as it is said: from ten thousand on with thin spaces between thousands."""
    return grouped(value) if value >= 10_000.0 else words.amount(value)


def in_the_way(status: Status, order: str) -> str:
    """Return why an order is not possible now, or nothing."""
    if order in status.obstacles:
        return status.obstacles[order]
    return f"measuring: {cap(Act.LEAVE)} stops it" if status.state is State.MEASURING else ""


def shown_number(value: float | None) -> str:
    """Return a number as it stands in its field; nothing for none."""
    return "" if value is None else f"{value:.6g}"


def pressing(label: str, name: str, *, changed: bool, wrong: Mapping[str, str], drops: bool, first: str = "") -> Line:
    """Return the line that applies a page: possible where something has changed and nothing is wrong.

    `drops`: a change asks for new dark and reference, which is said before it is applied. `first` is what stands in
    the way at the station.
    """
    if first:
        return Line("press", label, name, wrong=first)
    if wrong:
        return Line("press", label, name, wrong="not while something above is wrong")
    if not changed:
        return Line("press", label, name, wrong="nothing has changed")
    return Line("press", label, name, beside=DROPS if drops else "", tone="stale" if drops else "ok")
