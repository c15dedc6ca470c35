"""What chemists type for a dilution and for a time, understood as they write it on a vial or in a notebook."""

from __future__ import annotations

import re
from math import isfinite

from gui import words

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_VOLUME_ML = {"ul": 1e-3, "µl": 1e-3, "μl": 1e-3, "ml": 1.0, "l": 1000.0}
_VOLUME = rf"{_NUMBER}\s*(ul|µl|μl|ml|l)"
_DILUTED = re.compile(rf"{_VOLUME}\s*(into|in|to|\+|:|/)\s*{_VOLUME}", re.IGNORECASE)
_FACTOR = re.compile(rf"(?:1\s*[:/]\s*)?{_NUMBER}\s*[x×]?", re.IGNORECASE)
_SECONDS = {"h": 3600.0, "min": 60.0, "m": 60.0, "s": 1.0}
_PART = re.compile(rf"{_NUMBER}\s*(h|min|m|s)?\s*", re.IGNORECASE)
_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def number(text: str) -> float:
    """Return a number as it is typed, with a point or a comma."""
    return float(text.replace(",", "."))


def dilution(text: str) -> float | None:
    """Return by how much a flask is thinner in the cuvette: "101", "101x", "1:101", "50 ul into 5 ml" (101, not 100).

    None where the text says no dilution.
    """
    text = re.sub(r"(?<=\d)[ \u202f\u00a0](?=\d{3}(?!\d))", "", text.strip())
    mixed = _DILUTED.fullmatch(text)
    if mixed is not None:
        of_ml = number(mixed[1]) * _VOLUME_ML[mixed[2].lower()]
        into_ml = number(mixed[4]) * _VOLUME_ML[mixed[5].lower()]
        return None if of_ml <= 0.0 else 1.0 + into_ml / of_ml
    told = _FACTOR.fullmatch(text)
    found = None if told is None else number(told[1])
    return found if found is not None and isfinite(found) and found >= 1.0 else None


def duration_s(text: str) -> float | None:
    """Return a reaction time in s: "2 h 04 min", "2 h 4", "124 min", "1.5 h", "45 s"; None where it is none.

    A number without a unit after hours is minutes, after minutes seconds; alone it says nothing.
    """
    total, last, at = 0.0, "", 0
    text = text.strip().replace("\u202f", " ").replace("\u00a0", " ")
    before = text.startswith((words.MINUS, "-"))
    text = text.lstrip(f"{words.MINUS}- ")
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        unit = (part[2] or {"h": "min", "min": "s"}.get(last, "")).lower().replace("m", "min").replace("minin", "min")
        if not unit or (last and _SECONDS[unit] >= _SECONDS[last]):
            return None
        total += number(part[1]) * _SECONDS[unit]
        last, at = unit, part.end()
    return (-total if before else total) if last else None


def time_of_day(text: str) -> tuple[int, int, int] | None:
    """Return hour, minute and second of a time of day: "14:06", "14:06:41"; None where it is none."""
    told = _OF_DAY.fullmatch(text.strip())
    if told is None:
        return None
    hour, minute, second = int(told[1]), int(told[2]), int(told[3] or 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def spoken_duration(seconds: float) -> str:
    """Return a reaction time as it can be typed again, to the second: "2 h 04 min 05 s", "30 min", "0 s"."""
    whole = round(abs(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = [
        f"{hours} h" if hours else "",
        f"{minutes:02d} min" if hours else f"{minutes} min" if minutes else "",
        f"{rest:02d} s" if rest and (hours or minutes) else f"{rest} s" if rest or not (hours or minutes) else "",
    ]
    return f"{words.MINUS if seconds < 0 and whole else ''}{' '.join(filter(None, parts))}"
