"""Six hours at five minutes of the accuracy bench: flasks with and without dots, trouble that comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from analysis.synthesis import Flask
from benchmarks.accuracy_bench import Disturbance, InstrumentKind, Room, SetUp
from benchmarks.accuracy_runs import (
    Chemistry,
    Reading,
    dark_flask,
    draw_traps,
    left_by_cuvette,
    measure,
    reactions,
    varied,
)

CADENCE_S, LAST_S = 300.0, 6.0 * 3600.0
ONSET_COUNTS_S = 100.0  # 0.5 % of a bright end state of 20 000
WITH_DOTS = ("ODE_std", "ODE_undegassed", "octane", "CdTe_4.8", "CdTe_2.4", "T_150")


@dataclass(frozen=True, slots=True, eq=False)
class LiveRun:
    """One run; `crossing_s` is when the dots' light passes 100 counts/s (None: there are no dots at all)."""

    set_up: SetUp
    chemistry: Chemistry
    crossing_s: float | None
    readings: Iterator[Reading]


class Trouble:
    """The traps of one run over its readings: each that was drawn comes and goes in its own way."""

    def __init__(self, rng: np.random.Generator, traps: frozenset[str], times_s: np.ndarray) -> None:
        self.rng, self.traps, self.count = rng, traps, times_s.size
        n = times_s.size
        begin, span = int(rng.integers(0, n)), int(rng.integers(6, n))
        ramp = np.clip((np.arange(n) - begin) / span, 0.0, 1.0)
        self.turbid = ramp * 10.0 ** rng.uniform(-2.0, -1.0) if "turbid" in traps else np.zeros(n)
        self.power = float(rng.uniform(2.0, 4.0))
        self.bubbles = (rng.random(n) < 0.05) & ("bubble" in traps)
        walk = np.cumsum(rng.normal(0.0, 1.0, n)) / np.sqrt(n)
        self.lamp = walk * (0.03 if "lamp drift" in traps else 0.001)
        self.lamp_k = walk * (15.0 if "lamp drift" in traps else 0.3)
        self.raman = float(rng.normal(0.0, 0.15)) if "Raman left" in traps else 0.0
        self.mercury = self._switched("mercury light" in traps)
        self.white = self._switched("white light" in traps)

    def _switched(self, there: bool) -> list[Room]:
        """Light that is switched a few times; one time in two in the middle of a measurement."""
        rng, rooms = self.rng, []
        level = float(10.0 ** rng.uniform(1.3, 3.5)) if there else 0.0
        on = bool(rng.random() < 0.5)
        moments = set(rng.integers(1, self.count, int(rng.integers(1, 5))).tolist()) if there else set()
        for at in range(self.count):
            now = level * on
            if at in moments:
                on = not on
                then = level * on
                if rng.random() < 0.5:
                    rooms.append(Room(now, now if rng.random() < 0.5 else then, then))
                    continue
                now = then
            rooms.append(Room(now, now, now))
        return rooms

    def at(self, number: int) -> Disturbance:
        """What is wrong in one reading."""
        wrong = Disturbance(
            turbid=float(self.turbid[number]),
            turbid_power=self.power,
            lamp=float(self.lamp[number]),
            lamp_k=float(self.lamp_k[number]),
            arc=float(0.5 * self.lamp[number]),
            raman=self.raman,
            mercury=self.mercury[number],
            white=self.white[number],
        )
        if self.bubbles[number]:
            offset = float(self.rng.choice([-1.0, 1.0, 1.0]) * 10.0 ** self.rng.uniform(-2.3, -1.2))
            wrong = replace(wrong, offset=offset, line=float(10.0 ** self.rng.uniform(0.0, 1.0)))
        return wrong


def live_run(rng: np.random.Generator, kind: InstrumentKind, *, dots: bool, absorbing: bool) -> LiveRun:
    """Draw a run of six hours; without dots it may be any flask of the paper with its dots taken out."""
    names = [str(each["id"]) for each in reactions()]
    traps = draw_traps(rng)
    set_up = SetUp(rng, kind, traps)
    chemistry = Chemistry(set_up.nm, rng, traps)
    flask, pace, crossing_s = varied(0, rng), 1.0, None
    for _ in range(50):
        index = names.index(str(rng.choice(WITH_DOTS))) if dots else int(rng.integers(0, len(names)))
        flask, pace = varied(index, rng), float(rng.uniform(0.7, 1.6))
        crossing_s = _crossing(set_up, chemistry, flask, pace) if dots else None
        if not dots or (crossing_s is not None and 1200.0 < crossing_s < 0.9 * LAST_S):
            break
    times_s = np.arange(0.0, LAST_S + 1.0, CADENCE_S)
    trouble = Trouble(rng, traps, times_s)

    def read() -> Iterator[Reading]:
        for number, time_s in enumerate(times_s):
            contents = flask.composition(float(time_s) * pace)
            if not dots:
                contents = dark_flask(contents)
            diluted = max(float(rng.normal(1.0, 0.05 if "dilution" in traps else 0.01)), 0.5)
            wrong = trouble.at(number)
            yield measure(
                set_up, chemistry, contents, float(time_s), traps, wrong, diluted=diluted, absorbing=absorbing
            )

    return LiveRun(set_up, chemistry, crossing_s, read())


def _crossing(set_up: SetUp, chemistry: Chemistry, flask: Flask, pace: float) -> float | None:
    """When the top of what the dots send to the detector passes the level of onset; None: not within the run."""
    times_s = np.arange(0.0, LAST_S + 1.0, 60.0)

    def top(time_s: float) -> float:
        contents = flask.composition(time_s * pace)
        light = chemistry.light_per_mm * contents.qd_te_mm * contents.qd_brightness
        if light < 0.5 * ONSET_COUNTS_S:
            return light
        true = chemistry.absorbance(chemistry.heights(contents, 1.0), contents)
        return float(np.max(chemistry.light(contents, 1.0) * left_by_cuvette(set_up, true)))

    before = 0.0
    for time_s in times_s:
        now = top(float(time_s))
        if now >= ONSET_COUNTS_S:
            share = (ONSET_COUNTS_S - before) / max(now - before, 1e-9)
            return float(time_s - 60.0 * (1.0 - share))
        before = now
    return None
