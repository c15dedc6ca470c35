"""A day at the bench with the keyboard alone, on a real X server: from the first dark to the run in review."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar
from xml.etree import ElementTree

import pytest

from station.records import Aliquot, CalibrationTaken, OnsetAnswered, Record, WashChecked
from station.run import Run
from station.store import StoreError, read
from tests.test_real_window import ROOT, display, wait_until

__all__ = ["display"]  # the fixture of the other window test

PACE = 240.0  # half an hour of the flask in 7.5 s
HALF_HOUR_S = 1800.0 / PACE
ENDS_S = 60.0
LINES_TO_SAVE = 12  # of the figure's page, from its first choice to the line that saves
Kind = TypeVar("Kind", bound=Record)

pytestmark = [
    pytest.mark.window,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="drives an X server"),
]


class Keyboard:
    """Types on one X server, and takes pictures of what stands there."""

    def __init__(self, environment: dict[str, str], pictures: Path) -> None:
        self._environment, self._pictures = environment, pictures

    def _xdo(self, *words: str) -> str:
        command = ["xdotool", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def window(self, name: str) -> str:
        """Return the newest window of this name, or nothing."""
        found = self._xdo("search", "--onlyvisible", "--name", name).split()
        return found[-1] if found else ""

    def focus(self, name: str, of: subprocess.Popen[bytes]) -> None:
        """Wait for the window of this name and give it the keyboard, as a window manager would."""
        wait_until(lambda: bool(self.window(name)) or of.poll() is not None, f"the window {name!r}")
        assert of.poll() is None, "the program has ended"
        self._xdo("windowfocus", "--sync", self.window(name))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as a hand does."""
        for key in keys:
            self._xdo("key", key)
            time.sleep(0.35)

    def picture(self, name: str) -> None:
        """Keep a picture of the screen; one that shows a window is no small file."""
        path = self._pictures / f"{name}.png"
        subprocess.run(["import", "-window", "root", str(path)], env=self._environment, check=True)
        assert path.stat().st_size > 20_000, f"{name}: the screen is nearly empty"


@contextmanager
def program(environment: dict[str, str], log: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of this project with these words; it has nothing to complain about and ends by itself."""
    command = [sys.executable, *words]
    with log.open("w") as said, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said) as it:
        try:
            yield it
            assert it.wait(timeout=ENDS_S) == 0
        finally:
            it.kill()
    complaints = [line for line in log.read_text().splitlines() if not line.startswith("PulseAudio")]
    assert complaints == [], "the window had something to complain about; a machine without sound is none"


def stored(folder: Path) -> Run | None:
    """Return the run in this folder as it stands on disk, None while there is none."""
    for path in folder.glob("*.aliquot"):
        try:
            return read(path)
        except StoreError:
            return None
    return None


def records(folder: Path, kind: type[Kind]) -> list[Kind]:
    run = stored(folder)
    return [] if run is None else [record for record in run.records if isinstance(record, kind)]


def taken(folder: Path, kind: str) -> bool:
    return any(record.kind == kind for record in records(folder, CalibrationTaken))


def has_aliquots(folder: Path, count: int) -> bool:
    return len(records(folder, Aliquot)) == count


def until(true: Callable[[], bool], what: str, keyboard: Keyboard, *keys: str) -> None:
    """Wait for something, pressing these keys meanwhile: what is asked once has to be answered."""

    def so_or_asked() -> bool:
        if true():
            return True
        keyboard.press(*keys)
        return False

    wait_until(so_or_asked, what)


def test_a_day_with_the_keyboard_alone(display: str, tmp_path: Path) -> None:
    out, pictures = tmp_path / "runs", Path(os.environ.get("ALIQUOT_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    environment |= {"ALIQUOT_RUNS": str(out), "ALIQUOT_SETTINGS": str(tmp_path / "settings")}
    keyboard = Keyboard(environment, pictures)
    words = ("-m", "tests.bench_day_program", str(out), str(PACE))
    with program(environment, tmp_path / "bench.log", *words) as bench:
        keyboard.focus("Aliquot", bench)
        time.sleep(2.0)
        keyboard.picture("1-nothing-connected")
        # Nothing is connected: the virtual spectrometer, as it is offered, then the dark.
        until(lambda: taken(out, "dark"), "the dark", keyboard, "i", "d")
        # What is said of UV before its first use is read and acknowledged.
        until(lambda: taken(out, "reference"), "the reference", keyboard, "r", "Return")
        keyboard.press("m", "1")
        wait_until(lambda: (run := stored(out)) is not None and run.t0 is not None, "heat on")
        began = time.monotonic()
        for number in range(1, 5):
            time.sleep(max(0.0, began + number * HALF_HOUR_S - time.monotonic()))
            if number == 3:
                keyboard.press("a")  # drawn now, measured a little later
            keyboard.press("space")
            wait_until(partial(has_aliquots, out, number), f"aliquot {number}")
            if number == 1:
                until(lambda: bool(records(out, WashChecked)), "the washed cuvette", keyboard, "w")
        keyboard.picture("2-four-aliquots")
        while not records(out, OnsetAnswered) and len(records(out, Aliquot)) < 8:
            keyboard.press("Return")
            if not records(out, OnsetAnswered):
                time.sleep(HALF_HOUR_S)
                keyboard.press("space")
        assert [answer.confirmed for answer in records(out, OnsetAnswered)] == [True]
        keyboard.picture("3-onset-confirmed")
        keyboard.press("g")
        keyboard.press(*["Down"] * LINES_TO_SAVE, "Return")
        keyboard.focus("Save the figure", bench)  # proposed beside the run, under its name
        keyboard.press("Return")
        wait_until(lambda: any(out.glob("*.svg")), "the figure")
        keyboard.focus("Aliquot", bench)
        keyboard.picture("4-figure")
        keyboard.press("Escape", "ctrl+q")
        keyboard.focus("Close while recording", bench)
        keyboard.press("s")
    figure = ElementTree.parse(next(out.glob("*.svg"))).getroot()
    assert figure.tag.endswith("}svg")
    assert sum(each.tag.endswith("}path") for each in figure.iter()) > 20, "curves, axes and letters"
    run = stored(out)
    assert run is not None
    assert [aliquot.number for aliquot in run.aliquots][:4] == [1, 2, 3, 4]
    third = run.aliquots[2]
    assert third.measured_at_s > third.drawn_at_s
    path = next(out.glob("*.aliquot"))
    with program(environment, tmp_path / "review.log", "main.py", "review", str(path), "--theme", "light") as review:
        keyboard.focus("Review", review)
        time.sleep(2.0)
        keyboard.press("Left", "Left")
        keyboard.picture("5-review")
        keyboard.press("ctrl+q")
