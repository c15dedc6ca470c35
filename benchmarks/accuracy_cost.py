"""What interpret() costs, as a ratio to one numpy.convolve of 2048 points, 61 taps: CPU time, interleaved, medians."""

from __future__ import annotations

from statistics import median
from time import process_time_ns

import numpy as np

from analysis.reading import RunState, interpret
from benchmarks.accuracy_bench import InstrumentKind
from benchmarks.accuracy_runs import aliquots, library
from benchmarks.accuracy_score import Row

LIMIT, AIM = 25.0, 15.0
RUNS = (0, 2, 7, 15, 17)  # of the paper's conditions: two clusters and dots, one cluster, the complex, dots alone
ROUNDS = 15


def cost(seed: int) -> list[Row]:
    """Both spectra, 2048 pixels, the run's state carried: median over the aliquots of five runs of the paper."""
    at = np.random.default_rng(seed)
    points, taps = at.normal(size=2048), np.ones(61) / 61.0
    readings = []
    for index in RUNS:
        set_up, listed = aliquots(np.random.default_rng((seed, index)), index, InstrumentKind())
        state = RunState()
        for reading in listed:
            context = set_up.context(library())
            readings.append((reading, context, state))
            _, state = interpret(reading.absorbance, reading.emission, reading.time_s, context, state)
    ratios, spent_us, unit_us = [], [], []
    for reading, context, state in readings:
        mine, theirs = [], []
        for _ in range(ROUNDS):
            begin = process_time_ns()
            interpret(reading.absorbance, reading.emission, reading.time_s, context, state)
            middle = process_time_ns()
            for _ in range(20):
                np.convolve(points, taps, mode="same")
            mine.append(middle - begin)
            theirs.append((process_time_ns() - middle) / 20.0)
        ratios.append(median(mine) / median(theirs))
        spent_us.append(median(mine) / 1e3)
        unit_us.append(median(theirs) / 1e3)
    typical, late = median(ratios), float(np.quantile(ratios, 0.95))
    said = f"{typical:.1f} x, p95 {late:.1f} x ({median(spent_us):.0f} us; convolve {median(unit_us):.0f} us)"
    return [Row("cost of interpret(), 2048 px", f"{LIMIT:g} x, better {AIM:g} x", said, "", typical <= LIMIT)]
