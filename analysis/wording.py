"""Numbers, durations and lists in the words of the bench, the same in every sentence the analysis writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import floor, isfinite, log10
from typing import Literal

_BEFORE_A_UNIT = re.compile(
    r"(?<=\d) (?=(?:±|%|°C|nm|meV|eV|h|min|s|uM|µM|counts/s|mmol)(?![a-z]))|(?<=±) (?=\d)|(?<=\d h) (?=\d\d min)"
)
UNIT_S = {"s": 1.0, "min": 60.0, "h": 3600.0}
NO_BREAK = "\u00a0"
THIN_SPACE = "\u202f"  # the narrow no-break space: groups thousands and is never broken at the end of a line


def grouped(value: float, decimals: int = 0) -> str:
    """Return a number with a thin space between thousands and a true minus sign ("−1 840")."""
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN_SPACE)
    return f"−{text}" if value < 0 and any(digit in text for digit in "123456789") else text


def plus_minus(value: float, sigma: float) -> str:
    """Return "value ± sigma", sigma to one figure, or two where it starts with 1 or 2 ("1 840 ± 28").

    A sigma of 0, or one that is not finite, is left out.
    """
    if not isfinite(sigma) or sigma <= 0.0:
        return grouped(value, 0 if abs(value) >= 100.0 else 3)
    power = floor(log10(sigma))
    figures = 2 if sigma / 10.0**power < 2.95 else 1
    decimals = figures - 1 - power
    shown = round(sigma, decimals)
    return f"{grouped(round(value, decimals), max(decimals, 0))} ± {grouped(shown, max(decimals, 0))}"


def unbroken(text: str) -> str:
    """Return a text whose numbers keep their sigma and their unit when it is broken into lines."""
    return _BEFORE_A_UNIT.sub(NO_BREAK, text)


def duration(seconds: float) -> str:
    """Return a time as it is spoken: "2 h 04 min", "45 min", "30 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def time_label(seconds: float, unit: Literal["s", "min", "h"] | None = None, decimals: int = 2) -> str:
    """Return a time since t0 as columns and legends are named: "0.5 h" from a quarter of an hour on, else "30 s".

    `unit` is the one that several labels share.
    """
    shown = unit or ("h" if abs(seconds) >= UNIT_S["h"] / 4.0 else "s")
    text = f"{seconds / UNIT_S[shown]:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return f"{'0' if text == '-0' else text} {shown}"


def between(earlier_s: float, later_s: float) -> str:
    """Return two times, the unit they share said once: "between 1 h 30 and 2 h 00 min"."""
    early, late = duration(earlier_s), duration(later_s)
    if early.endswith(" min") and late.endswith(" min") and " h " in early and " h " in late:
        early = early.removesuffix(" min")
    return f"between {early} and {late}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence: "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
