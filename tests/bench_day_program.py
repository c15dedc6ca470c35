"""The bench window, nothing connected, over a flask that runs so many times faster than the clock on the wall.

    python -m tests.bench_day_program FOLDER PACE

It is the program's own window on the program's own station; only the clock and the exposures are quick.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from gui import app
from gui.launch import Link
from station import orders
from station.acquisition import Acquisition
from station.clock import PacedClock
from station.demo import ADDRESS, reaction
from station.events import Mailbox
from station.run import Exposures

STOPPED_WITHIN_S = 20.0


def main(folder: Path, pace: float) -> int:
    """Open the window and return its exit code."""
    mailbox = Mailbox()
    quick = Exposures(absorbance_scans=8, emission_scans=8)
    bench = replace(reaction("ODE_std").bench, pace="none", exposures=quick, material="CdTe")
    station = Acquisition(PacedClock(pace), mailbox.post, folder, bench)
    station.start()
    station.order(orders.LookAgain())
    try:
        return app.run(Link(station, mailbox), theme="dark", virtual=ADDRESS)
    finally:
        station.order(orders.Stop())
        station.join(STOPPED_WITHIN_S)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), float(sys.argv[2])))
