"""What interpret() costs, as a ratio to one numpy.convolve of 2048 points, 61 taps: CPU time, interleaved, medians."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import process_time_ns

import numpy as np

from analysis.reading import Context, RunState, interpret
from benchmarks.accuracy_bench import InstrumentKind
from benchmarks.accuracy_live import LAST_S, live_run
from benchmarks.accuracy_runs import Reading, aliquots, library
from benchmarks.accuracy_score import Row

LIMIT, AIM = 25.0, 15.0
RUNS = (0, 2, 7, 15, 17)  # of the paper's conditions: two clusters and dots, one cluster, the complex, dots alone
ROUNDS = 15
LATE_S = 3000.0  # before the end of six hours


def _readings(seed: int) -> Iterator[tuple[Reading, Context, RunState]]:
    """Every aliquot of five runs of the paper, and the last of six hours at five minutes, with the state before it."""
    runs = [aliquots(np.random.default_rng((seed, index)), index, InstrumentKind()) for index in RUNS]
    long = live_run(np.random.default_rng((seed, 6)), InstrumentKind(), dots=True, absorbing=True)
    for set_up, listed in [*runs, (long.set_up, long.readings)]:
        context, state = set_up.context(library()), RunState()
        for reading in listed:
            if listed is not long.readings or reading.time_s > LAST_S - LATE_S:
                yield reading, context, state
            _, state = interpret(reading.absorbance, reading.emission, reading.time_s, context, state)


def cost(seed: int) -> list[Row]:
    """Both spectra, 2048 pixels, state carried: median over aliquots; apart, the end of a run of six hours."""
    points, taps = np.random.default_rng(seed).normal(size=2048), np.ones(61) / 61.0
    ratios, late, spent_us, unit_us = [], [], [], []
    for reading, context, state in _readings(seed):
        mine, theirs = [], []
        for _ in range(ROUNDS):
            begin = process_time_ns()
            interpret(reading.absorbance, reading.emission, reading.time_s, context, state)
            middle = process_time_ns()
            for _ in range(20):
                np.convolve(points, taps, mode="same")
            mine.append(middle - begin)
            theirs.append((process_time_ns() - middle) / 20.0)
        ratio = median(mine) / median(theirs)
        if reading.time_s > LAST_S - LATE_S and len(state.history) > 20:
            late.append(ratio)
            continue
        ratios.append(ratio)
        spent_us.append(median(mine) / 1e3)
        unit_us.append(median(theirs) / 1e3)
    typical, most = median(ratios), float(np.quantile(ratios, 0.95))
    said = f"{typical:.1f} x, p95 {most:.1f} x ({median(spent_us):.0f} us; convolve {median(unit_us):.0f} us); "
    said += f"after 70 readings {median(late):.1f} x"
    passed = max(typical, median(late)) <= LIMIT
    return [Row("cost of interpret(), 2048 px", f"{LIMIT:g} x, better {AIM:g} x", said, "", passed)]
