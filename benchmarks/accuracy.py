"""How right Aliquot is: the figures of its accuracy on a bench of random bands, instruments and traps, beside peers.

    python benchmarks/accuracy.py [--figure NAME ...] [--quick] [--seed 4] [--processes 2] [--instruments]

Everything goes through the counts of scans (`accuracy_bench`), the course of reactions through the rate laws of the
virtual flask, bands and lights through shapes that no detector fits (`accuracy_shapes`). The definition of a figure
is the docstring of its function in `accuracy_score`. `--quick` takes about a minute a figure; `--instruments` repeats
the figures by lamp, source and pixels. Peers that are not installed are said to be so: `uv sync --group benchmarks`.
Exit code 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread is faster for single spectra, and two jobs run at once
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import accuracy_peers
from benchmarks.accuracy_bench import REFERENCE, InstrumentKind
from benchmarks.accuracy_cost import cost
from benchmarks.accuracy_files import files
from benchmarks.accuracy_jobs import JOBS, Task
from benchmarks.accuracy_score import FIGURES, Row

FULL = {"aliquots": 540, "off": 180, "blanks": 2000, "faint": 300, "pull": 200, "light pull": 150, "live": 364}
QUICK = {"aliquots": 54, "off": 36, "blanks": 300, "faint": 40, "pull": 40, "light pull": 40, "live": 28}
LEVELS = {
    "faint": (0.0, 0.0005, 0.0007, 0.001, 0.0013, 0.0017, 0.0022, 0.003, 0.004, 0.006, 0.01),
    "pull": (0.005, 0.01, 0.03, 0.1, 0.3, 1.0),
    "light pull": (100.0, 300.0, 1000.0, 5000.0, 20000.0),
}
INSTRUMENTS = {
    "tungsten, laser": InstrumentKind(lamp="tungsten", source="laser"),
    "tungsten, LED": InstrumentKind(lamp="tungsten", source="LED"),
    "deuterium-tungsten, laser": InstrumentKind(lamp="deuterium-tungsten", source="laser"),
    "deuterium-tungsten, LED": InstrumentKind(lamp="deuterium-tungsten", source="LED"),
    "3648 px": InstrumentKind(pixels=3648),
    "others (read noise 15-60, 2-6 e-/count, 1.0-2.5 nm, curved axis)": InstrumentKind(reference=False),
}
LIVE_WITH_DOTS = 7  # every seventh run of six hours has dots
EVERY = [*FIGURES, "files", "cost"]
SLOW_PEERS_EVERY = 9  # runs, blanks and readings: lmfit takes a tenth of a second for each


def tasks(job: str, kind: InstrumentKind, quick: bool) -> list[Task]:
    """Every task of a job."""
    count = (QUICK if quick else FULL)[job]
    present = tuple(name for name, peer in accuracy_peers.PEERS.items() if peer is not None)
    fast = tuple(name for name in present if name not in accuracy_peers.SLOW)
    made = []
    for number in range(count):
        seeing = present if (number + number // 18) % SLOW_PEERS_EVERY == 0 else fast  # 18 conditions in turn
        for level in LEVELS.get(job, (0.0,)):
            if job == "live":
                level = float(number % LIVE_WITH_DOTS == 0)
            watched = () if job in ("pull", "light pull", "live") else seeing
            off_nm, wider = (1.5, 1.2) if job == "off" else (0.0, 1.0)
            made.append(Task(job, number, kind, level, watched, off_nm, wider))
    return made


def run(job: str, kind: InstrumentKind, quick: bool, seed: int, processes: int) -> list[Any]:
    """Return what every task of a job found, in the order of the tasks."""
    listed = [(seed, task) for task in tasks(job, kind, quick)]
    if processes == 1:
        return [JOBS[job](*each) for each in listed]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return pool.starmap(JOBS[job], listed, chunksize=max(len(listed) // (16 * processes), 1))


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| figure | aim | Aliquot | peers, same spectra | |", "|---|---|---|---|---|"]
    for row in rows:
        mark = {True: "reached", False: "MISSED", None: ""}[row.passed]
        lines.append(f"| {row.figure} | {row.aim} | {row.aliquot} | {row.peers} | {mark} |")
    return "\n".join(lines)


def measured(chosen: Sequence[str], kind: InstrumentKind, options: argparse.Namespace) -> list[Row]:
    """Return the rows of the chosen figures; each job runs once, whatever figures are made of it."""
    rows: list[Row] = []
    done: dict[str, list[Any]] = {}
    for name in chosen:
        if name not in FIGURES:
            rows += files() if name == "files" else cost(options.seed)
            continue
        job, figure = FIGURES[name]
        if job not in done:
            done[job] = run(job, kind, options.quick, options.seed, options.processes)
        rows += figure(done[job])
        print(f"  {name} done", file=sys.stderr, flush=True)
    return rows


def by_instrument(options: argparse.Namespace) -> str:
    """The figures of Aliquot alone, an instrument a column, as a Markdown table; the sizes are those of --quick."""
    options.quick = True
    chosen = [name for name in options.figure if name in FIGURES]
    columns = {}
    for name, kind in INSTRUMENTS.items():
        print(name, file=sys.stderr, flush=True)
        columns[name] = {row.figure: row for row in measured(chosen, kind, options)}
    figures = list(dict.fromkeys(figure for column in columns.values() for figure in column))
    lines = ["| figure | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for figure in figures:
        cells = [column[figure].aliquot if figure in column else "" for column in columns.values()]
        lines.append(f"| {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Measure, print the table, compare with the aims."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figure", nargs="+", choices=EVERY, default=EVERY)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--instruments", action="store_true", help="the figures by lamp, source, pixels; smaller runs")
    parser.add_argument("--processes", type=int, choices=(1, 2), default=2)
    options = parser.parse_args()
    if options.instruments:
        print(by_instrument(options))
        return 0
    rows = measured(options.figure, InstrumentKind(), options)
    print(f"Reference instrument: {REFERENCE}\n")
    print(table(rows))
    missing = [name for name, peer in accuracy_peers.PEERS.items() if peer is None]
    if missing:
        print(f"\nNot installed: {', '.join(missing)} (uv sync --group benchmarks).")
    return 1 if any(row.passed is False for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
