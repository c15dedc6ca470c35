"""What may be said to an LED driver: its commands are checked, and numbers put into them, before a port is opened."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from instruments.spectrometer import BadSetting, LedCommands, LightChoice

LONGEST_LINE = 64  # bytes, without the line's end
BAUDS = (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600)
MOST_MA = 10_000.0  # no driver of a single LED goes beyond
_FINEST = Decimal("0.001")
_PERCENT, _MILLIAMPERE = "{percent}", "{mA}"
_MARK = re.compile(f"{re.escape(_PERCENT)}|{re.escape(_MILLIAMPERE)}")

VIRTUAL_LED = LedCommands(
    "Aliquot virtual LED",
    "ID?",
    "Aliquot virtual LED",
    on="ON",
    off="OFF",
    accepted="OK",
    level="MA {mA}",
    manual="the driver on the virtual bench of this program",
)

PRESETS = {preset.name: preset for preset in (VIRTUAL_LED,)}
"""The drivers this program knows by name. One is added only with the public manual its lines are taken from."""


def check_choice(choice: LightChoice) -> tuple[str, ...]:
    """Return a sentence for everything in the choice of a serial light that cannot be used, its commands included."""
    if choice.kind != "serial":
        return ()
    return tuple(_choice_faults(choice))


def lines(choice: LightChoice) -> tuple[str, str, str]:
    """Return what is written for the level (empty: nothing), for on and for off, numbers filled in. Raises BadSetting.

    The numbers are cut, never rounded up, to thousandths of a percent or of a mA. Without the number of its level a
    driver stays as bright as it is set.
    """
    faults = check_choice(choice)
    if faults or choice.commands is None:
        raise BadSetting(" ".join(faults) or "This light is not switched by commands. Nothing was written.")
    commands = choice.commands
    return _filled(_level(choice), choice), _filled(commands.on, choice), commands.off


def _faults(commands: LedCommands) -> Iterator[str]:
    needed = {"name": commands.name, "identity": commands.identity, "identify": commands.identify}
    for what, text in {**needed, "on": commands.on, "off": commands.off}.items():
        if not text.strip():
            yield f"The LED driver's '{what}' is empty. Fill it in from the driver's manual."
    if commands.identity != commands.identity.strip():
        yield "The LED driver's 'identity' begins or ends with a space, which no answer does. Take it away."
    for what in ("name", "identify", "identity", "on", "off", "accepted", "level"):
        yield from _line_faults(what, getattr(commands, what))
    for what in ("on", "level"):
        plain = _MARK.sub("", getattr(commands, what))  # both at once: taking one away may leave the other behind
        if "{" in plain or "}" in plain:
            yield f"The LED driver's '{what}' holds braces: only {_PERCENT} and {_MILLIAMPERE} are filled in."
    for what in ("identify", "off"):
        if set(getattr(commands, what)) & set("{}"):
            yield f"The LED driver's '{what}' holds braces, but no number belongs there."
    if commands.on and commands.on == commands.off:
        yield "The LED driver is switched on and off by the same line. The light would never be known to be off."
    if commands.baud not in BAUDS:
        yield f"{commands.baud} is no baud rate. There are {', '.join(map(str, BAUDS))}."


def _line_faults(what: str, text: str) -> Iterator[str]:
    if not (text.isascii() and text.isprintable()):
        yield f"The LED driver's '{what}' holds a character that is not printable ASCII. Write it in plain letters."
    elif len(text) > LONGEST_LINE:
        yield f"The LED driver's '{what}' is {len(text)} characters long; a line holds at most {LONGEST_LINE}."


def _choice_faults(choice: LightChoice) -> Iterator[str]:
    if choice.port is None or not choice.port.name.strip():
        yield "No serial port is chosen for this light. Choose one by its name."
    if choice.commands is None:
        yield "No LED driver is chosen for this light. Choose one, or write its commands."
        return
    yield from _faults(choice.commands)
    templates = _level(choice) + choice.commands.on
    if _PERCENT in templates:
        yield from _range_faults("brightness", "%", choice.percent, 100.0)
    if _MILLIAMPERE in templates:
        most_ma = choice.most_ma
        if most_ma is None or not 0 < most_ma <= MOST_MA:
            yield f"The most current of this light is not set: a number above 0 and up to {MOST_MA:g} mA."
        else:
            yield from _range_faults("current", "mA", choice.current_ma, most_ma)
    for what in ("on", "level"):
        filled = _filled(getattr(choice.commands, what), choice)
        if len(filled) > LONGEST_LINE >= len(getattr(choice.commands, what)):
            yield f"The LED driver's '{what}' is {len(filled)} characters long with its number; at most {LONGEST_LINE}."


def _level(choice: LightChoice) -> str:
    """Return the template of the level; empty where the chemist has not set its number."""
    template = "" if choice.commands is None else choice.commands.level
    needs = {_PERCENT: choice.percent, _MILLIAMPERE: choice.current_ma}
    return "" if any(mark in template and value is None for mark, value in needs.items()) else template


def _range_faults(what: str, unit: str, value: float | None, most: float) -> Iterator[str]:
    if value is None:
        yield f"The {what} of this light is not set; the driver's commands need it."
    elif not math.isfinite(value) or not float(_FINEST) <= value <= most:
        yield f"A {what} of {value:g} {unit} is outside {float(_FINEST):g} to {most:g} {unit}. Nothing was switched."


def _filled(template: str, choice: LightChoice) -> str:
    """Return the line with its numbers; the place of one that is not set, or beyond all bounds, is left as it is."""
    for mark, value in ((_PERCENT, choice.percent), (_MILLIAMPERE, choice.current_ma)):
        if value is not None and abs(value) <= MOST_MA:
            template = template.replace(mark, _plain(value))
    return template


def _plain(value: float) -> str:
    """Return a number as a driver reads it: digits and at most one point, no exponent, cut to thousandths."""
    cut = Decimal(repr(float(value))).quantize(_FINEST, rounding=ROUND_DOWN)
    text = f"{cut:f}".rstrip("0").rstrip(".")
    return text or "0"
