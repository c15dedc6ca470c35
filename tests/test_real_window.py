"""The real window on a real X server: it paints, takes an aliquot by the Space key and closes cleanly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.store import StoreError, read

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 90.0

pytestmark = [
    pytest.mark.window,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="drives an X server"),
]


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """Yield the name of an X server of the test's own, 1366x768."""
    needed = [tool for tool in ("Xvfb", "xdotool", "import") if shutil.which(tool) is None]
    if needed:
        reason = f"not installed: {', '.join(needed)} (Debian: xvfb xdotool imagemagick)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with (tmp_path / "xvfb.log").open("w") as log, subprocess.Popen(command, pass_fds=(writing,), stderr=log) as server:
        os.close(writing)
        with os.fdopen(reading) as answer:
            name = f":{answer.readline().strip()}"
        try:
            yield name
        finally:
            server.terminate()


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait for something the program does, and fail with its name if it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, f"not seen within {PATIENCE_S:.0f} s: {what}"
        time.sleep(0.2)


def aliquots(folder: Path) -> int:
    """Return the number of aliquots in the run file of this folder, 0 while there is none."""
    for path in folder.glob("*.aliquot"):
        try:
            run = read(path)
        except StoreError:
            return 0
        return len(run.aliquots) if run.t0 is not None else -1
    return -1


def test_the_window_paints_takes_an_aliquot_by_space_and_closes(display: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "ALIQUOT_RUNS": str(out)}
    environment["ALIQUOT_SETTINGS"] = str(tmp_path / "settings")  # a chemist who has never used UV here
    # The flask runs no faster than the clock, so that the first planned aliquot is half an hour away.
    command = [sys.executable, "main.py", "demo", "--speed", "1", "--out", str(out)]
    log = tmp_path / "window.log"
    with (
        log.open("w") as said,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said) as window,
    ):
        try:
            wait_until(lambda: aliquots(out) == 0, "dark, reference and heat on in the run file")

            def xdo(*words: str) -> str:
                done = subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, check=False)
                return done.stdout.strip()

            wait_until(lambda: bool(xdo("search", "--onlyvisible", "--name", "Aliquot")), "the window")
            found = xdo("search", "--onlyvisible", "--name", "Aliquot").split()[-1]
            xdo("windowfocus", "--sync", found, "key", "space")

            def taken() -> bool:
                xdo("key", "Return")  # what is said of UV before its first use is read and acknowledged
                return aliquots(out) == 1

            wait_until(taken, "an aliquot in the run file after Space and Enter")
            picture = tmp_path / "window.png"
            subprocess.run(["import", "-window", "root", str(picture)], env=environment, check=True)
            assert picture.stat().st_size > 30_000, "the window is nearly empty"
            window.terminate()
            assert window.wait(timeout=PATIENCE_S) == 0
        finally:
            window.kill()
    # Qt's sound library says that no sound server answers; the window itself says "sound off".
    said_there = [line for line in log.read_text().splitlines() if not line.startswith("PulseAudioService:")]
    assert said_there == [], "the window had something to complain about"
    assert aliquots(out) == 1
