"""The texts of photographs and of the figure's page have the room they need: both themes, 100 to 200 % type."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress
from gui.figure_page import FigurePage
from gui.photograph_page import PhotographPage
from gui.shown.photographs import Eye, Shot
from gui.theme import Theme
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Opener
from tests.gui.test_photographs import NOW_S, PlainCamera, photographed, taken
from tests.gui.test_texts_fit import misfits
from tests.station.photograph_samples import JPEG

pytestmark = pytest.mark.slow

SIZES = ((1366, 768, 1.0), (1366, 768, 1.25), (1366, 768, 1.5), (1024, 640, 2.0), (3840, 2160, 2.0), (1920, 1080, 1.0))
TROUBLE = "Aliquot may not use the camera here. Allow it in the system's privacy settings, or choose a file."


def many() -> Run:
    """Return a run of 20 aliquots: its ladder is one colour bar."""
    run = stories.run(0)
    for number in range(1, 21):
        seconds = 1800.0 * number
        drawn = replace(stories.aliquot(2), number=number, reaction_time_s=seconds, drawn_at_s=stories.T0_S + seconds)
        run = photographed(run.appended(drawn), taken(number, "ambient"))
    return run


class KnownCamera(PlainCamera):
    """A camera of which this is known."""

    def __init__(self, known: Eye) -> None:
        super().__init__()
        self.known = known

    def eye(self) -> Eye:
        return self.known


RUNS = {
    "eight": photographed(stories.run(8), taken(3, "ambient", exposure_s=1 / 60), taken(3, "UV", JPEG[:30])),
    "many": many(),
    "none": stories.run(0),
}


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_text_of_photographs_and_figure_fits(
    open_bench: Opener, theme: Theme, size: tuple[int, int, float], qapp: QApplication
) -> None:
    bench = open_bench(Dress(theme, size[2]))
    window, panels = bench.window, bench.window.panels
    window.resize(*size[:2])
    wrong: list[str] = []
    for run in RUNS.values():
        bench.shows(replace(stories.status(8, now_s=NOW_S), run=run))
        panels.photographs.wanted = True
        window.place()
        qapp.processEvents()
        if panels.photographs.isVisible():
            for number in (None, 3):
                window.select(number if run.all_aliquots else None)
                wrong += misfits(panels.photographs)
    bench.shows(replace(stories.status(8, now_s=NOW_S), run=RUNS["eight"]))
    page = panels.photograph
    for eye in (Eye(trouble=TROUBLE), Eye(("One", "Another camera"), "One", "", True)):
        page._camera = KnownCamera(eye)
        page.open()
        for shot in (None, Shot(taken(3, "UV").picture, 0.25)):
            page._shot = shot
            for light in ("ambient light", "UV lamp"):
                page.type("light", light)
                wrong += _all_lines(page)
        page.close()
    window.act(Act.FIGURE)
    for name, value in (("width", "Another width"), ("family", "Another font"), ("which", "these alone")):
        panels.figure.type(name, value)
    panels.figure.type("format", "PNG")
    wrong += _all_lines(panels.figure)
    panels.figure.page.show_picture(QImage(300, 900, QImage.Format.Format_RGB32), "82.5 × 330 mm, 1 aliquot; taller")
    wrong += misfits(panels.figure.page)
    panels.figure.turn(1)
    wrong += misfits(panels.figure.page)
    assert wrong == []


def _all_lines(sheet: FigurePage | PhotographPage) -> list[str]:
    """Return what does not fit on a page, line by line under the cursor."""
    page = sheet.page
    wrong = misfits(page)
    for _ in page.lines:
        page.go(1)
        wrong += misfits(page)
    return wrong
