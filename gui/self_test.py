"""`--self-test`: whether this installation is whole, without a display, a network or a spectrometer."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.launch import Link

FRAMES = 5
PATIENCE_S = 60.0

Check = Callable[[Path], str]


def self_test(report: str | None) -> int:
    """Run every check; print one line each and a JSON report, also into the file `report`; return 0 or 1."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    results: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix="aliquot-self-test-") as folder:
        for name, check in CHECKS.items():
            begun = time.perf_counter()
            try:
                found, passed = check(Path(folder)), True
            except Exception as trouble:  # whatever is broken here is the answer
                found, passed = f"{type(trouble).__name__}: {trouble}", False
            seconds = round(time.perf_counter() - begun, 2)
            results[name] = {"passed": passed, "found": found, "seconds": seconds}
            _say(f"{'ok    ' if passed else 'FAILED'}  {name}: {found}  ({seconds} s)")
    passed = all(result["passed"] is True for result in results.values())
    text = json.dumps({"schema": "aliquot.self-test", "version": 1, "passed": passed, "checks": results}, indent=2)
    if report is not None:
        Path(report).write_text(text + "\n", encoding="utf-8")
    _say("The installation is whole." if passed else "The installation is not whole; see above.")
    return 0 if passed else 1


def _say(line: str) -> None:
    """Print, unless this is a windowed program that has no terminal."""
    if sys.stdout is not None:
        print(line, flush=True)


def versions(_folder: Path) -> str:
    """Name the program, Python and the libraries that matter."""
    from importlib.metadata import version

    import numpy
    import PySide6
    import scipy

    from station import __version__

    frozen = "frozen" if getattr(sys, "frozen", False) else "from source"
    libraries = f"PySide6 {PySide6.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}"
    where = f"Aliquot {__version__} {frozen}, Python {platform.python_version()}"
    return f"{where}, {libraries}, seabreeze {version('seabreeze')}"


def resources(_folder: Path) -> str:
    """Read what ships beside the code: species, reactions, fonts, icons."""
    from analysis.library import load_library
    from station.reactions import reactions
    from station.settings import library_text, resource_path

    species, known = load_library(library_text()), reactions()
    fonts = list(resource_path("fonts").glob("*.otf"))
    icons = list(resource_path("icons").glob("*.svg"))
    if not (species and known and fonts and icons):
        raise RuntimeError("a resource is missing")
    return f"{len(species)} species, {len(known)} reactions, {len(fonts)} fonts, {len(icons)} icons"


def driver(_folder: Path) -> str:
    """List devices through both back ends of the driver, in the instrument process."""
    from station.devices import devices as listed

    devices = listed()
    virtual = [device.address for device in devices if device.virtual]
    if len(virtual) < 2:
        raise RuntimeError(f"the virtual spectrometers are missing: {virtual}")
    return f"{len(devices) - len(virtual)} connected, virtual: {', '.join(virtual)}"


def measurement(folder: Path) -> str:
    """Measure the standard reaction through its own child process, and open the run file again."""
    from station import demo, figure
    from station.acquisition import Acquisition
    from station.clock import VirtualClock
    from station.evaluation import reevaluate
    from station.recipe import HOUR_S
    from station.store import read

    played = demo.reaction("ODE_std")
    played = replace(played, recipe=replace(played.recipe, schedule_s=(1 * HOUR_S, 2 * HOUR_S)))
    clock, path = VirtualClock(), folder / "self-test.aliquot"
    station = Acquisition(clock, lambda message: None, folder, replace(played.bench, pace="none"))
    live = demo.play_headless(played, station, clock, path)
    again = reevaluate(read(path))
    found, stored = live.aliquots[-1].reading.findings, again.aliquots[-1].reading.findings
    if found is None or found != stored:
        raise RuntimeError("the run file does not give back what was measured")
    cluster = next((species for species in found.species if species.role == "E1"), None)
    if cluster is None or abs(cluster.nm - 449.0) > 2.0 or found.onset is None:
        raise RuntimeError(f"449 nm and an onset were expected, found {found.species} and {found.onset}")
    pictures = figure.draw(again, folder / "self-test")
    if any(picture.stat().st_size < 5000 for picture in pictures):
        raise RuntimeError("a figure is empty")
    return f"{cluster.name} at {cluster.nm:.1f} nm, onset flagged, {len(pictures)} figures"


def window(folder: Path) -> str:
    """Paint the bench window on a live virtual spectrometer, and close it."""
    from PySide6.QtGui import QFontDatabase, QImageReader
    from PySide6.QtWidgets import QApplication

    from gui.app import dressed
    from gui.main_window import MainWindow

    app, dress = dressed("dark", 1.0)
    formats = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    if not {"png", "svg"} <= formats or not QFontDatabase.families():
        raise RuntimeError(f"image formats {sorted(formats)}, {len(QFontDatabase.families())} font families")
    with _running_station(folder) as (link, frames):
        shown = MainWindow(link, dress)
        shown.resize(1366, 768)
        shown.show()
        deadline = time.monotonic() + PATIENCE_S
        while len(frames) < FRAMES and time.monotonic() < deadline:
            QApplication.processEvents()
            time.sleep(0.005)
        picture = shown.grab().toImage()
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}
        shown.leave()
        while shown.isVisible() and time.monotonic() < deadline:
            QApplication.processEvents()
            time.sleep(0.005)
    app.processEvents()
    if len(frames) < FRAMES or len(colours) < 20:
        raise RuntimeError(f"{len(frames)} live frames, {len(colours)} colours in the window")
    return f"{len(frames)} live frames, {len(colours)} colours, {len(formats)} image formats"


@contextmanager
def _running_station(folder: Path) -> Iterator[tuple[Link, list[float]]]:
    """Yield a link to a live station and the list that grows with every live frame."""
    from gui.launch import Link
    from station import demo, orders
    from station.acquisition import Acquisition
    from station.clock import SystemClock
    from station.events import Event, LiveFrame, Mailbox

    mailbox, frames = Mailbox(), list[float]()

    def publish(message: Event | LiveFrame) -> None:
        if isinstance(message, LiveFrame) and message.absorbance is not None:
            frames.append(message.clock_s)
        mailbox.post(message)

    played = demo.reaction("ODE_std")
    station = Acquisition(SystemClock(), publish, folder, played.bench)
    station.start()
    for order in (orders.OpenInstrument(demo.ADDRESS), orders.TakeDark(), orders.TakeReference()):
        station.order(order)
    try:
        yield Link(station, mailbox), frames
    finally:
        station.order(orders.Stop())
        station.join(PATIENCE_S)


CHECKS: dict[str, Check] = {
    "versions": versions,
    "resources": resources,
    "driver": driver,
    "measurement": measurement,
    "window": window,
}
