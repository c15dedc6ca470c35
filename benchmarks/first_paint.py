"""What the window costs until it is painted for the first time, beside a bare QWidget: CPU of whole processes.

    python benchmarks/first_paint.py [--rounds 9]

Both start Python, import, show and paint once; the program's window with everything that a start at the bench imports,
its station made but not started (that is another process). User and system time as the kernel counts them, the two
interleaved, medians; the first round, which compiles, does not count. Goal: at most 5 times. Exit code 1 where it is
missed by more than half, or where the window loads scipy, h5py, matplotlib or seabreeze.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
GOAL = 5.0
HEAVY = ("scipy", "h5py", "matplotlib", "seabreeze")

PAINTED = """
import os, resource, sys
from PySide6.QtCore import QEvent, QObject, QTimer

class Painted(QObject):
    # A timer of 0 ms that starts with the window's own paint event runs when all of it is painted, and before the
    # one that then makes the plots.
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, tell)
        return False

def tell():
    used = resource.getrusage(resource.RUSAGE_SELF)
    loaded = sorted({name.partition('.')[0] for name in sys.modules} & set(sys.argv[1].split()))
    print(1000.0 * (used.ru_utime + used.ru_stime), *loaded, flush=True)
    os._exit(0)

def show(app, window):
    painted = Painted(app)
    window.installEventFilter(painted)
    window.show()
    app.exec()
"""
BARE = """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
window = QWidget()
window.resize(1366, 768)
show(app, window)
"""
WINDOW = """
from pathlib import Path
from gui import app as program
from gui.launch import Link
from gui.main_window import MainWindow
from gui.remembered import Remembered
from station.acquisition import Acquisition
from station.clock import SystemClock
from station.demo import ADDRESS, reaction
from station.events import Mailbox
from station.settings_file import load_settings
mailbox = Mailbox()
settings, _ = load_settings()
folder = Path(sys.argv[2])
station = Acquisition(SystemClock(), mailbox.post, folder, reaction("ODE_std").bench, settings=settings)
app, dress = program.dressed("dark", 1.0)
window = MainWindow(Link(station, mailbox), dress, virtual=ADDRESS, remembered=Remembered(folder))
show(app, window)
"""


def cpu_ms(program: str, folder: str) -> tuple[float, tuple[str, ...]]:
    """CPU milliseconds of one process until its window is painted, and which of the heavy libraries it has loaded."""
    code, names = PAINTED + program, " ".join(HEAVY)
    env = {**os.environ, "PYTHONPYCACHEPREFIX": folder}  # compiled once, as in any installation
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", code, names, folder],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    ms, *loaded = done.stdout.split()
    return float(ms), tuple(loaded)


def main() -> int:
    """Measure, print, and compare with the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=9)
    bare: list[float] = []
    window: list[float] = []
    loaded: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        cpu_ms(BARE, folder), cpu_ms(WINDOW, folder)
        for _ in range(parser.parse_args().rounds):
            bare.append(cpu_ms(BARE, folder)[0])
            ms, heavy = cpu_ms(WINDOW, folder)
            window.append(ms)
            loaded.update(heavy)
    ratio = median(window) / median(bare)
    print(f"{'bare QWidget':>14}  {median(bare):7.0f} ms CPU")
    print(f"{'window':>14}  {median(window):7.0f} ms CPU")
    print(f"{'window / bare':>14}  {ratio:7.2f} x   goal {GOAL} x")
    print(f"{'loaded':>14}  {', '.join(sorted(loaded)) or 'none of ' + ', '.join(HEAVY)}")
    return 0 if ratio <= 1.5 * GOAL and not loaded else 1


if __name__ == "__main__":
    raise SystemExit(main())
