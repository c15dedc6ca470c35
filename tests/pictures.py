"""Takes the pictures of docs/images: the real window on a real station with the virtual bench, without a display.

    python -m tests.pictures [FOLDER] [NAME ...]

Every picture is a moment of the standard reaction in the words of the bench; nothing in it is drawn for the picture.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ALIQUOT_SETTINGS"] = tempfile.mkdtemp(prefix="aliquot-pictures-")
os.environ["ALIQUOT_RUNS"] = os.environ["ALIQUOT_SETTINGS"]

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme as themes
from gui.actions import Act
from gui.bench_keys import FLASK_HEATED_S
from gui.dress import Dress
from gui.main_window import MainWindow
from gui.remembered import Remembered
from gui.review_window import ReviewWindow
from gui.set_up import WINDOW
from station import demo, orders
from station.acquisition import Acquisition
from station.clock import VirtualClock
from station.course import course_of
from station.evaluation import reevaluate
from station.events import Mailbox
from station.recipe import HOUR_S
from station.store import read

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
BEGAN = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=1)))
BENCH, DESK = (1366, 768), (1920, 1080)
PREVIEW_MS = 6000  # the first figure of a session takes its library
SETTLE_MS = 350  # pictures of curves are stroked in slices, thumbnails and previews come a moment later


@dataclass
class Direct:
    """The station as the window sees it, in one thread: an order is carried out when it is given."""

    station: Acquisition
    mailbox: Mailbox

    @property
    def clock(self) -> VirtualClock:
        clock = self.station.clock
        assert isinstance(clock, VirtualClock)
        return clock

    def order(self, order: orders.Order) -> None:
        self.station.obey(order)


class Scene:
    """A bench window on a reaction that stands still where the script puts it."""

    def __init__(self, folder: Path, dress: Dress, size: tuple[int, int]) -> None:
        played = demo.reaction("ODE_std")
        mailbox = Mailbox()
        bench = replace(played.bench, pace="none")
        self.station = Acquisition(VirtualClock(BEGAN), mailbox.post, folder, bench)
        self.link = Direct(self.station, mailbox)
        remembered = Remembered(folder)
        remembered.note_uv_read()
        themes.apply(_app(), dress.theme, dress.scale)
        self.window = MainWindow(self.link, dress, remembered=remembered)
        self.window.resize(*size)
        self.window.show()
        self.do(orders.OpenInstrument(demo.ADDRESS), orders.NewRun(played.recipe))
        self.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        self.fresh_s = 0.0

    def do(self, *steps: orders.Order) -> None:
        """Have orders carried out, and the window hear of it."""
        for step in steps:
            self.station.obey(step)
        self.window.bridge.empty()

    def to(self, hours: float) -> None:
        """Let the reaction go on to this time since heat on."""
        run = self.station.session.run
        assert run is not None
        now_s = run.reaction_time_s(self.link.clock.now_s()) or 0.0
        self.link.clock.sleep(hours * HOUR_S - now_s + 0.5)
        self.window.refresh()

    def draw_aliquots(self, *hours: float) -> None:
        """Take aliquots at these times, dark and reference fresh before each."""
        for each in hours:
            self.to(each - 1.0 / 60.0)
            if each * HOUR_S - self.fresh_s > HOUR_S:
                self.do(orders.TakeDark(), orders.TakeReference())
                self.fresh_s = each * HOUR_S
            self.to(each)
            self.do(orders.Capture(self.link.clock.now_s()))

    def press(self, *acts: Act) -> None:
        """Press keys."""
        settle()
        for act in acts:
            self.window.act(act)
            settle(PREVIEW_MS if act is Act.FIGURE else 0)
            self.window.bridge.empty()

    def close(self) -> None:
        """Lights off, file closed, window gone."""
        self.station.obey(orders.Stop())
        self.window.bridge.stop()
        self.window.hide()
        self.window.deleteLater()


@contextmanager
def scene(
    theme: themes.Theme, size: tuple[int, int], *, scale: float = 1.0, reaction: str = "ODE_std"
) -> Iterator[Scene]:
    """Yield a scene, closed afterwards."""
    with tempfile.TemporaryDirectory(prefix="aliquot-pictures-") as folder:
        made = Scene(Path(folder), Dress(theme, scale), size)
        try:
            yield made
        finally:
            made.close()


def settle(milliseconds: int = SETTLE_MS) -> None:
    """Let everything be drawn that is drawn later."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def grab(window: QWidget, path: Path) -> None:
    """Write a picture of a window once everything in it has been drawn."""
    settle()
    if not window.grab().save(str(path)):
        raise OSError(f"{path} cannot be written.")


def quiet(name: str, theme: themes.Theme, size: tuple[int, int], folder: Path, *acts: Act, scale: float = 1.0) -> None:
    """One hour and twelve minutes: one cluster, no emission."""
    with scene(theme, size, scale=scale) as made:
        made.draw_aliquots(0.5, 1.0)
        made.to(1.2)
        made.window.panels.toast.hide()
        made.press(*acts)
        grab(made.window, folder / f"{name}.png")


def first_run(
    name: str, theme: themes.Theme, size: tuple[int, int], folder: Path, *acts: Act, scale: float = 1.0
) -> None:
    """The four cards of the first run, the last of them next."""
    with scene(theme, size, scale=scale) as made:
        heated_s = made.link.clock.now_s() - FLASK_HEATED_S
        made.do(orders.Undo(), orders.SetMark("heat on", "the virtual flask", heated_s))
        made.window.ease.show_first_run()
        made.do(orders.ShowLive(True))
        made.station._step()  # what the station's thread does between two orders: a live frame
        made.window.bridge.empty()
        made.window.panels.toast.hide()
        made.press(*acts)
        grab(made.window, folder / f"{name}.png")


def own_page(
    name: str, theme: themes.Theme, size: tuple[int, int], folder: Path, *acts: Act, scale: float = 1.0
) -> None:
    """The window's own page of the set-up, a command typed."""
    with scene(theme, size, scale=scale) as made:
        pages = made.window.panels.set_up
        pages.open_at(WINDOW)
        pages.type("command", "/usr/local/bin/relay off --run '{run}' --at {time}")
        made.window.panels.toast.hide()
        made.press(*acts)
        grab(made.window, folder / f"{name}.png")


def onset(name: str, theme: themes.Theme, size: tuple[int, int], folder: Path, *acts: Act, scale: float = 1.0) -> None:
    """Two hours: the onset has just been flagged."""
    with scene(theme, size, scale=scale) as made:
        made.draw_aliquots(0.5, 1.0, 1.5, 2.0)
        made.to(2.0 + 4.0 / 60.0)
        made.window.panels.toast.hide()
        made.press(*acts)
        grab(made.window, folder / f"{name}.png")


def day(name: str, theme: themes.Theme, size: tuple[int, int], folder: Path, *acts: Act, scale: float = 1.0) -> None:
    """Twenty-four hours: the onset long confirmed."""
    with scene(theme, size, scale=scale) as made:
        made.draw_aliquots(0.5, 1.0, 1.5, 2.0)
        made.press(Act.CONFIRM)
        made.draw_aliquots(4.0, 8.0, 23.0, 24.0)
        made.to(24.0 + 4.0 / 60.0)
        made.window.panels.toast.hide()
        made.press(*acts)
        grab(made.window, folder / f"{name}.png")


def review(name: str, theme: themes.Theme, size: tuple[int, int], folder: Path, *acts: Act, scale: float = 1.0) -> None:
    """The same run at the desk afterwards."""
    with scene(theme, BENCH) as made:
        made.draw_aliquots(0.5, 1.0, 1.5, 2.0)
        made.press(Act.CONFIRM)
        made.draw_aliquots(4.0, 8.0, 23.0, 24.0)
        path = made.station.session.path
        assert path is not None
        run = reevaluate(read(path))
    themes.apply(_app(), theme, scale)
    window = ReviewWindow(run, str(path), Dress(theme, scale), course_of(run))
    window.resize(*size)
    window.show()
    settle()
    for act in acts:
        window.act(act)
    grab(window, folder / f"{name}.png")
    window.close()


Take = Callable[..., None]
PICTURES: dict[str, tuple[Take, themes.Theme, tuple[int, int], float, tuple[Act, ...]]] = {
    "bench-light-quiet": (quiet, themes.LIGHT, BENCH, 1.0, ()),
    "bench-dark-onset": (onset, themes.DARK, BENCH, 1.0, ()),
    "bench-light-150-percent": (onset, themes.LIGHT, BENCH, 1.5, ()),
    "bench-dark-24h": (day, themes.DARK, DESK, 1.0, (Act.PHOTOS,)),
    "trend-light": (day, themes.LIGHT, BENCH, 1.0, (Act.TREND,)),
    "waterfall-dark": (day, themes.DARK, BENCH, 1.0, (Act.WATERFALL,)),
    "pair-light": (day, themes.LIGHT, BENCH, 1.0, (Act.PAIR,)),
    "recipe-dark": (quiet, themes.DARK, BENCH, 1.0, (Act.RECIPE,)),
    "aliquot-light": (onset, themes.LIGHT, BENCH, 1.0, (Act.ALIQUOT,)),
    "figure-light": (day, themes.LIGHT, BENCH, 1.0, (Act.FIGURE,)),
    "keys-dark": (quiet, themes.DARK, BENCH, 1.0, (Act.KEYS,)),
    "first-run-dark": (first_run, themes.DARK, BENCH, 1.0, ()),
    "window-page-light-high-contrast": (own_page, themes.LIGHT_CONTRAST, BENCH, 1.0, ()),
    "bench-dark-onset-high-contrast": (onset, themes.DARK_CONTRAST, BENCH, 1.0, ()),
    "set-up-dark": (quiet, themes.DARK, BENCH, 1.0, (Act.SET_UP,)),
    "set-up-light": (quiet, themes.LIGHT, BENCH, 1.0, (Act.SET_UP,)),
    "review-dark": (review, themes.DARK, BENCH, 1.0, ()),
    "review-light": (review, themes.LIGHT, BENCH, 1.0, ()),
}


def _app() -> QApplication:
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])


def main(arguments: list[str]) -> None:
    """Take all pictures, or those that are named."""
    app = _app()
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in arguments[1:] or PICTURES:
        take, theme, size, scale, acts = PICTURES[name]
        take(name, theme, size, folder, *acts, scale=scale)
        print(folder / f"{name}.png")
    app.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
