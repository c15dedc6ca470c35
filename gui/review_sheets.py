"""What P, G and C do in review: the strip of photographs, the figure for a manuscript, and the clipboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from gui.actions import Act
from gui.aliquot_list import AliquotList
from gui.anatomy import Anatomy, under_the_plots
from gui.dress import Dress
from gui.figure_page import FigurePage
from gui.photographs import PhotographStrip
from gui.plots_place import PlotsPlace
from gui.shown.figure import Subject
from gui.shown.notes import Note, refused


class ReviewSheets:
    """Keeps strip and sheet of a review window. `subject` gives what is reviewed, `placed` puts every part in its room.

    `select` selects an aliquot, `say` says a note in a toast.
    """

    def __init__(
        self,
        dress: Dress,
        parent: QWidget,
        plots: PlotsPlace,
        ladder: AliquotList,
        *,
        subject: Callable[[], Subject],
        act: Callable[[Act, int], None],
        select: Callable[[int | None], None],
        say: Callable[[Note], None],
        placed: Callable[[], None],
    ) -> None:
        self._dress, self._plots, self._subject = dress, plots, subject
        self._say, self._placed = say, placed
        self.photographs = PhotographStrip(dress, ladder, parent, add=None, select=select)
        self.figure = FigurePage(dress, parent, subject=subject, pressed_act=act, say=say)

    @property
    def lit(self) -> frozenset[Act]:
        """Get the keys of what is to be seen."""
        return frozenset({Act.PHOTOS}) if self.photographs.wanted else frozenset()

    def show(self, selected: int | None) -> None:
        """Speak of an aliquot; None is the newest."""
        self.photographs.show_run(self._subject().run, selected)

    def act(self, act: Act, number: int) -> bool:
        """Do what a key asks of strip and sheet; return whether it was theirs."""
        if act is Act.FIGURE:
            self.figure.close() if self.figure.is_open else self.figure.open()
        elif act is Act.PHOTOS:
            self._turn_photographs()
        elif act is Act.COPY:
            self.figure.copy_seen(self._plots)
        elif act is Act.LEAVE:
            return self._leave()
        elif self.figure.is_open:
            return self._on_sheet(act, number)
        else:
            return False
        return True

    def _on_sheet(self, act: Act, number: int) -> bool:
        """Do what a key means while the sheet is open; return whether it is one of its keys."""
        match act:
            case Act.UP | Act.DOWN:
                self.figure.go(-1 if act is Act.UP else 1)
            case Act.EARLIER | Act.LATER:
                self.figure.step(-1 if act is Act.EARLIER else 1)
            case Act.CONFIRM:
                self.figure.confirm()
            case Act.CHOOSE:
                self.figure.choose(number)
            case _:
                return False
        return True

    def _leave(self) -> bool:
        """Esc: give the keys back, stop what is drawn, put the sheet away; return whether there was anything."""
        if self.figure.editing:
            self.figure.end_edit()
        elif self.figure.is_open:
            self.figure.close()
        else:
            return self.figure.stop()
        return True

    def _turn_photographs(self) -> None:
        """Open the strip of photographs, or close it."""
        self.photographs.wanted = not self.photographs.wanted
        self._placed()
        if self.photographs.wanted and self.photographs.isHidden():
            self.photographs.wanted = False
            self._say(refused("no room for photographs: a larger window, or smaller type"))

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.photographs.set_dress(dress)
        self.figure.set_dress(dress)

    def place(self, rooms: Anatomy, window_height: int) -> QRect:
        """Put strip and sheet into their rooms and return the one that is left for the plots."""
        wanted = self.photographs.wanted
        plots, strip = under_the_plots(rooms.plots, self._dress, window_height, rooms.ladder, wanted=wanted)
        self.photographs.place(strip)
        self.figure.place(rooms.plots if rooms.ladder is None else rooms.plots.united(rooms.ladder))
        return plots
