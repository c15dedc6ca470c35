"""A signal from outside ends the program, whichever of its windows is open."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import app
from gui import theme as themes
from gui.dress import Dress
from gui.review_opening import ReviewOpening
from gui.review_window import ReviewWindow
from station import events, orders
from tests.gui import stories
from tests.gui.conftest import Opener

SIGNALS = (signal.SIGTERM, signal.SIGINT)
TOO_LONG_S = 8.0


@pytest.fixture(autouse=True)
def handlers(qapp: QApplication) -> Iterator[None]:
    """Put the handlers of the test run back."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def send_soon(number: signal.Signals) -> None:
    """Send a signal while the event loop waits, as another process does."""
    sender = threading.Timer(0.3, os.kill, (os.getpid(), number))
    sender.daemon = True
    sender.start()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_a_review(qapp: QApplication, number: signal.Signals) -> None:
    patience = QTimer()
    patience.setSingleShot(True)
    patience.timeout.connect(qapp.quit)
    patience.start(round(1000 * TOO_LONG_S))
    send_soon(number)
    began = time.monotonic()
    assert app.review(stories.run(1), Path("ode.aliquot")) == 0
    assert time.monotonic() - began < TOO_LONG_S


def test_a_signal_ends_bench_and_review_windows_alike(qapp: QApplication, qtbot: QtBot, open_bench: Opener) -> None:
    bench = open_bench()
    opening = ReviewOpening(Dress(themes.DARK))
    opening.windows.append(ReviewWindow(stories.run(1), "ode.aliquot", Dress(themes.DARK)))
    opening.windows[0].show()
    app.heed_signals(qapp, opening.close, bench.window.leave)
    send_soon(signal.SIGTERM)
    qtbot.waitUntil(lambda: opening.windows[0].isHidden())
    assert bench.link.orders == [orders.Stop()]
    bench.link.mailbox.post(events.Stopped())
    qtbot.waitUntil(lambda: bench.window.isHidden())


def test_a_run_that_is_still_being_read_opens_no_window_after_closing(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "torn.aliquot"
    path.write_bytes(b"not a run")
    opening = ReviewOpening(Dress(themes.DARK))
    with qtbot.assertNotEmitted(opening.refused, wait=300):
        opening.open(str(path))
        opening.close()
    assert opening.windows == []
