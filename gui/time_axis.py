"""The axis of reaction time: in h, or in min below 2 h; of the logarithm, or even where it spans little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log

import numpy as np

from analysis.spectrum import FloatArray
from analysis.wording import grouped
from gui.plot_axes import Measure, Tick

MINUTES_BELOW_S = 7200.0
LOG_FROM = 6.0  # times the first time that the last must be for a logarithm
PAD = 0.035  # of the axis to either side, so that a mark at its end is whole
NEAR = 0.02  # of the axis: so far beyond its ends a round number still has its tick
LATE = 1.05  # times the plan's end: an aliquot drawn so late still ends the axis itself
GROWS = 1.25  # an axis that its plan was too short for grows in such steps, so that it keeps still between them
LONE = 0.05  # of the axis to either side is the band of an aliquot that has no neighbour yet
ALONE = 1.5  # an axis with one time on it reaches so many times as far to either side
EVEN_H = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 6.0, 12.0, 24.0, 48.0, 96.0)
EVEN_MIN = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
LOG_H = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 96.0, 192.0)
LOG_MIN = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """A range of times in s; `log`: its ticks stand by their logarithm, and what is not after t0 at its left end."""

    low_s: float
    high_s: float
    log: bool

    @property
    def minutes(self) -> bool:
        """Get whether it speaks minutes."""
        return self.high_s < MINUTES_BELOW_S

    def at(self, time_s: float) -> float:
        """Return where a time stands, 0 (left end) to 1 (right end) within the range."""
        return float(self.places(np.array([time_s]))[0])

    def places(self, times_s: FloatArray) -> FloatArray:
        """Return where times of shape (points,) stand, each 0 to 1 within the range."""
        if not self.log:
            part = (times_s - self.low_s) / (self.high_s - self.low_s)
        else:
            least = np.maximum(times_s, self.low_s * 1e-3)
            part = np.log(least / self.low_s) / np.log(self.high_s / self.low_s)
            part = np.where(times_s <= 0.0, 0.0, part)
        return np.asarray(PAD + (1.0 - 2.0 * PAD) * part)

    def time_at(self, place: float) -> float:
        """Return the time in s that stands at a place."""
        part = (place - PAD) / (1.0 - 2.0 * PAD)
        if not self.log:
            return self.low_s + part * (self.high_s - self.low_s)
        return float(self.low_s * (self.high_s / self.low_s) ** part)

    def ticks(self, room_px: float, measure: Measure, gap_px: float) -> tuple[Tick, ...]:
        """Return the ticks (at times in s) that stand clear of each other, the unit on the last one."""
        unit, unit_s = ("min", 60.0) if self.minutes else ("h", 3600.0)
        values = self._values(unit_s, room_px, measure("00.0") + gap_px)
        kept: list[Tick] = []
        free_to = float("inf")
        for value in reversed(values):
            number = _bare(value)
            middle = self.at(value * unit_s) * room_px
            half = measure(number) / 2
            if middle + half + gap_px <= free_to or not kept:
                kept.insert(0, Tick(value * unit_s, number if kept else f"{number} {unit}"))
                free_to = middle - half
        return tuple(kept)

    def _values(self, unit_s: float, room_px: float, least_px: float) -> list[float]:
        """Return the round numbers within the range, in its unit."""
        low, high = self.low_s / unit_s, self.high_s / unit_s
        if self.log:
            beside = (high / low) ** NEAR
            numbers = LOG_MIN if unit_s == 60.0 else LOG_H
            return [value for value in numbers if low / beside <= value <= high * beside]
        per_unit = room_px * (1.0 - 2.0 * PAD) / (high - low)
        steps = EVEN_MIN if unit_s == 60.0 else EVEN_H
        step = next((one for one in steps if one * per_unit >= least_px), steps[-1])
        near = NEAR * (high - low)
        return [index * step for index in range(ceil((low - near) / step), floor((high + near) / step) + 1)]


def time_axis(times_s: Sequence[float] | FloatArray, planned_s: Sequence[float] = ()) -> TimeAxis:
    """Return the axis for some times and those that are planned; it grows in steps where the plan is outgrown."""
    known = np.asarray(times_s, dtype=np.float64)
    everything = np.concatenate((known, np.asarray(planned_s, dtype=np.float64)))
    after = everything[everything > 0.0]
    if not everything.size or not after.size:
        high = float(everything.max(initial=0.0))
        return TimeAxis(min(0.0, float(everything.min(initial=0.0))), max(high, 60.0), log=False)
    low, high = float(after.min()), float(after.max())
    if planned_s and high > max(planned_s) * LATE:
        high = max(planned_s) * GROWS ** ceil(round(log(high / max(planned_s), GROWS), 6))
    if high >= LOG_FROM * low:
        return TimeAxis(low, high, log=True)
    if high == low:
        return TimeAxis(0.0, high * ALONE, log=False)
    return TimeAxis(min(low, float(everything.min())), high, log=False)


def interval_words(earliest_s: float | None, latest_s: float) -> str:
    """Return when something happened, short: "1.5–2 h", "12–18 min", "before 0.5 h"."""
    unit, unit_s = ("min", 60.0) if latest_s < MINUTES_BELOW_S / 2 else ("h", 3600.0)
    late = _short(latest_s / unit_s)
    if earliest_s is None:
        return f"before {late} {unit}"
    early = _short(earliest_s / unit_s)
    return f"{late} {unit}" if early == late else f"{early}–{late} {unit}"


def _short(value: float) -> str:
    """Return a time as it was planned, without the seconds until the pipette was in: "1.5", "0.25"."""
    return _bare(round(value, 1 if value >= 1.0 else 2))


def halfway(places: FloatArray, low: float = 0.0, high: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return where the band of each place begins and ends: halfway to its neighbours; `places` rise.

    The first and the last reach as far outwards as inwards, a lone one as far as a band is seen well.
    """
    if places.size < 2:
        return np.maximum(low, places - LONE), np.minimum(high, places + LONE)
    middles = (places[1:] + places[:-1]) / 2.0
    first = max(low, 2.0 * places[0] - middles[0])
    last = min(high, 2.0 * places[-1] - middles[-1])
    return np.append(first, middles), np.append(middles, last)


def nearest(places: FloatArray, place: float) -> int:
    """Return the index of the place that is nearest; `places` rise and are not empty."""
    right = min(int(np.searchsorted(places, place)), places.size - 1)
    left = max(0, right - 1)
    return left if abs(float(places[left]) - place) <= abs(float(places[right]) - place) else right


def _bare(value: float) -> str:
    """Return a number without needless zeros: "0.5", "24"."""
    return grouped(round(value, 2), 2).rstrip("0").rstrip(".") if value != round(value) else grouped(value)
