"""The parts of the bench window and the rooms they stand in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from gui.actions import Act
from gui.aliquot_card import AliquotCard
from gui.aliquot_list import AliquotList
from gui.anatomy import PLOTS_LEAST, anatomy, under_the_plots, under_the_readouts
from gui.bench_panel import BenchPanel
from gui.camera import SystemCamera
from gui.desk import Desk
from gui.dress import GAP, Dress
from gui.figure_page import FigurePage
from gui.first_run import FirstRun
from gui.hand_prompt import HandPrompt
from gui.happened import Happened
from gui.header import HeaderBar
from gui.health_bar import HealthBar
from gui.health_sheet import HealthSheet
from gui.keys_card import KeysCard
from gui.no_spectrometer import NoSpectrometer
from gui.onset_banner import OnsetBanner
from gui.photograph_page import PhotographPage
from gui.photographs import PhotographStrip
from gui.plots_place import PlotsPlace
from gui.readouts import Readouts
from gui.recipe_sheet import RecipeSheet
from gui.set_up import SetUp
from gui.sheets import Sheets
from gui.shown.figure import Subject
from gui.toast import Toast
from gui.uv_card import UvCard
from station.orders import Order


class Panels:
    """Makes the parts as children of the window.

    `pressed_act` gets what their buttons ask for, `answered` what those of the banner do; `send` sends an order of the
    set-up, which is drawn from `desk`.
    """

    def __init__(
        self,
        window: QWidget,
        dress: Dress,
        pressed_act: Callable[[Act, int], None],
        *,
        answered: Callable[[Act, int], None],
        offers_virtual: bool,
        desk: Desk,
        send: Callable[[Order], None],
    ) -> None:
        self._window = window
        self._dress = dress
        self.header = HeaderBar(dress, pressed_act, window)
        self.plots = PlotsPlace(dress, window)
        self.no_spectrometer = NoSpectrometer(dress, pressed_act, window, offers_virtual=offers_virtual)
        self.no_spectrometer.hide()
        self.ladder = AliquotList(dress, window)
        self.readouts = Readouts(dress, window)
        self.happened = Happened(dress, window)
        self.bench = BenchPanel(dress, pressed_act, window)
        self.health = HealthBar(dress, window)
        self.banner = OnsetBanner(dress, answered, window)
        self.toast = Toast(dress, window)
        self.set_up = SetUp(dress, desk, window, pressed_act=pressed_act, send=send, say=self.toast.say)
        select = self.ladder.chosen.emit
        self.aliquot = AliquotCard(
            dress, desk, window, pressed_act=pressed_act, send=send, say=self.toast.say, select=select
        )
        self.recipe = RecipeSheet(dress, desk, window, pressed_act=pressed_act, send=send, say=self.toast.say)
        self.photograph = PhotographPage(
            dress, desk, window, camera=SystemCamera(), pressed_act=pressed_act, send=send, say=self.toast.say
        )
        self.photographs = PhotographStrip(dress, self.ladder, window, add=self._add_photograph, select=select)
        self.state = HealthSheet(dress, self.health, window, pressed_act=pressed_act, set_up_for=self._set_up_for)
        subject = lambda: Subject(desk.status.run, desk.hidden, desk.status.run_path)  # noqa: E731
        self.figure = FigurePage(dress, window, subject=subject, pressed_act=pressed_act, say=self.toast.say)
        self.sheets = Sheets(
            {
                Act.FIGURE: self.figure,
                Act.PHOTOS: self.photograph,
                Act.ALIQUOT: self.aliquot,
                Act.RECIPE: self.recipe,
                Act.HEALTH: self.state,
                Act.SET_UP: self.set_up,
            }
        )
        self.health.pressed = self.state.clicked
        self.prompt = HandPrompt(dress, pressed_act, window)
        self.first_run = FirstRun(dress, desk, window, pressed_act=pressed_act, offers_virtual=offers_virtual)
        self.keys = KeysCard(dress, "bench", window)
        self.uv_card = UvCard(dress, pressed_act, window)
        self.ladder.hovered.connect(self.plots.hover)
        self.plots.hovered.connect(self.ladder.point)
        self.plots.chosen.connect(self.ladder.chosen)
        self.plots.said.connect(self.toast.say)

    def end_typing(self) -> None:
        """Give the keys back from whichever field has them; what was typed counts as if Enter had been pressed."""
        if self.bench.choices.typing:
            self.bench.choices.give()
        self.sheets.end_edit()
        self._window.setFocus()

    def keep_warning_in_front(self) -> None:
        """Keep the warning of UV over whatever page was opened under it: Enter and Esc answer it first."""
        if not self.uv_card.isHidden():
            self.uv_card.raise_()
            self.toast.raise_()

    def _set_up_for(self, field: str) -> None:
        """Open the page of the set-up that a field of the health bar belongs to, in the place of any other sheet."""
        if self.sheets.open_one is not None:
            self.sheets.open_one.close()
        self.set_up.open_for(field)

    @property
    def lit(self) -> frozenset[Act]:
        """Get the keys of what is to be seen beside or in the place of the spectra."""
        return self.plots.lit | ({Act.PHOTOS} if self.photographs.wanted else frozenset())

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale of every part."""
        self._dress = dress
        for part in (self.header, self.plots, self.no_spectrometer, self.ladder, self.readouts, self.happened):
            part.set_dress(dress)
        for other in (self.bench, self.health, self.banner, self.toast, self.sheets, self.photographs):
            other.set_dress(dress)
        for cover in (self.prompt, self.first_run, self.keys, self.uv_card):
            cover.set_dress(dress)

    def copy(self) -> None:
        """Copy what is in sight: what the doctor found, the view in the place of the spectra, or the figure."""
        if self.set_up.is_open:
            self.set_up.copy()
        else:
            self.figure.copy_seen(self.plots)

    def _add_photograph(self) -> None:
        """Open the page that takes a photograph."""
        self.sheets.toggle(Act.PHOTOS)

    def turn_photographs(self) -> None:
        """Put away the page that takes a photograph, or else open the strip of photographs or close it."""
        if self.photograph.is_open:
            self.photograph.close()
        else:
            self.photographs.wanted = not self.photographs.wanted

    def place(self, width: int, height: int, *, focus: bool) -> None:
        """Put every part into its room; while a banner stands, the plots give way to it."""
        rooms = anatomy(width, height, self._dress, focus=focus)
        tall = self.banner.height_for(rooms.plots.width(), rooms.plots.height() - PLOTS_LEAST - GAP)
        if tall:
            rooms = anatomy(width, height, self._dress, banner_height=tall, focus=focus)
        self.header.setGeometry(rooms.header)
        for widget, room in ((self.ladder, rooms.ladder), (self.health, rooms.health)):
            widget.setVisible(room is not None)
            if room is not None:
                widget.setGeometry(room)
        plots, strip = under_the_plots(rooms.plots, self._dress, height, rooms.ladder, wanted=self.photographs.wanted)
        self.plots.setGeometry(plots)
        self.photographs.place(strip)
        self.no_spectrometer.setGeometry(rooms.plots)
        self.sheets.place(rooms.plots if rooms.ladder is None else rooms.plots.united(rooms.ladder))
        upper, under = under_the_readouts(rooms.readouts, self._dress, rooms.readout_lines)
        self.readouts.setGeometry(upper)
        self.happened.setVisible(under is not None)
        if under is not None:
            self.happened.setGeometry(under)
        self.readouts.set_lines(rooms.readout_lines)
        if rooms.banner is not None:
            self.banner.setGeometry(rooms.banner)
        self.bench.place(rooms)
        if rooms.capture is not None:
            below = (rooms.small or rooms.rows)[-1].bottom()
            self.prompt.place(QRect(rooms.capture.topLeft(), QPoint(rooms.capture.right(), below)))
        under_header = self._window.rect().adjusted(0, rooms.header.height(), 0, 0)
        self.first_run.set_room(under_header)
        self.keys.set_room(under_header)
        self.uv_card.set_room(under_header)
        above_axis = round(self._dress.line(12)) + 2 * GAP
        self.toast.place(QPoint(rooms.plots.right() + 1 - GAP, plots.bottom() + 1 - GAP - above_axis))
