"""A recorded run: the same plots, ladder and readouts as at the bench, and its findings in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from analysis.kinetics import Course
from gui import theme as themes
from gui.actions import Act, install
from gui.aliquot_list import AliquotList
from gui.anatomy import anatomy, readout_height
from gui.dress import GAP, Dress
from gui.findings_table import FindingsTable
from gui.header import HeaderBar
from gui.keys_card import KeysCard
from gui.plots_place import PlotsPlace
from gui.readouts import Readouts
from gui.review_sheets import ReviewSheets
from gui.shown import findings_rows, header, ladder, readouts, run_rows, run_times
from gui.shown.figure import Subject
from gui.shown.notes import Note
from gui.toast import Toast
from station.run import Run

LEAST_SIZE = (1024, 640)
USUAL_SIZE = (1366, 768)
UNCHANGED = Note("Review changes nothing", "open the run at the bench", sign="dash")


class ReviewWindow(QWidget):
    """Shows one run; Left and Right select one of its aliquots, Esc none. Nothing here changes the file.

    `course` is how the run's cluster came and went (None: not computed).
    """

    def __init__(self, run: Run, path: str, dress: Dress, course: Course | None = None) -> None:
        super().__init__()
        self._run = run
        self._course = course
        self._dress = dress
        self._selected: int | None = None
        self._hidden: frozenset[int] = frozenset()
        self.header = HeaderBar(dress, self.act, self)
        self.plots = PlotsPlace(dress, self, past=True)
        self.ladder = AliquotList(dress, self)
        self.readouts = Readouts(dress, self)
        self.findings = FindingsTable(dress, self)
        self.keys = KeysCard(dress, "review", self)
        self.toast = Toast(dress, self)
        self.sheets = ReviewSheets(
            dress,
            self,
            self.plots,
            self.ladder,
            subject=lambda: Subject(self._run, self._hidden, path),
            act=self.act,
            select=self.select,
            say=self.toast.say,
            placed=self.place,
        )
        self.ladder.hovered.connect(self.plots.hover)
        self.ladder.chosen.connect(self.select)
        self.plots.chosen.connect(self.select)
        self.plots.hovered.connect(self.ladder.point)
        self.plots.said.connect(self.toast.say)
        self.plots.seen.connect(self._show_views)
        self.setWindowTitle(f"{PurePath(path).name} · Review")
        self.setWindowIcon(themes.app_icon())
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*USUAL_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        install(self, "review", self.act)
        self.header.show_header(header.review(run, path))
        self._show_ladder()
        self.plots.show_run(run)
        self.select(None)

    @property
    def selected(self) -> int | None:
        """Get the number of the aliquot that is selected, or None while the newest is spoken of."""
        return self._selected

    def select(self, number: int | None) -> None:
        """Show an aliquot alone; None speaks of the newest and dims none."""
        self._selected = number
        aliquot = run_times.aliquot(self._run, self._selected)
        self.ladder.select(self._selected)
        self.sheets.show(self._selected)
        self.plots.select(self._selected)
        findings = None if aliquot is None else aliquot.reading.findings
        onset = None if findings is None else findings.onset
        answer = self._run.onset_answer
        said: readouts.OnsetAnswer = "past" if answer is None else "confirmed" if answer.confirmed else "dismissed"
        self.readouts.show_readouts(
            (
                readouts.reviewed(self._run, aliquot),
                readouts.cluster(aliquot),
                readouts.emission(aliquot, onset, said),
            )
        )
        of = "" if aliquot is None else findings_rows.called(aliquot)
        sections = (("Run", run_rows.run_rows(self._run, self._course)), (of, findings_rows.aliquot_rows(aliquot)))
        self.findings.show_sections(sections if number is None else sections[::-1])

    def act(self, act: Act, number: int = 0) -> None:
        """Do what a key or a word of the header asks for."""
        match act:
            case Act.LEAVE if not self.keys.isHidden():
                self.keys.hide()
            case _ if self.sheets.act(act, number):
                pass
            case Act.EARLIER | Act.LATER:
                self._step(-1 if act is Act.EARLIER else 1)
            case Act.UP | Act.DOWN:
                self.findings.go(-1 if act is Act.UP else 1)
            case Act.KEYS:
                self.keys.toggle()
            case Act.LEAVE:
                self._leave()
            case Act.QUIT:
                self.close()
            case Act.THEME:
                theme = themes.other_room(self._dress.theme)
                self.set_dress(replace(self._dress, theme=theme))
            case Act.LARGER | Act.SMALLER:
                self.set_dress(self._dress.stepped(larger=act is Act.LARGER))
            case Act.HIDE:
                self._hide()
            case Act.EXCLUDE | Act.ALIQUOT:
                self.toast.say(UNCHANGED)
            case _:
                self.plots.act(act, number)
                self.header.show_view(self.plots.view_words)

    def _show_views(self, lit: frozenset[Act]) -> None:
        """Say in the header which views are to be seen, and how the curves are looked at."""
        self.header.show_view(self.plots.view_words)
        self.header.show_lit(lit | self.sheets.lit)

    def _show_ladder(self) -> None:
        """Show what was taken, and what is hidden of it."""
        self.ladder.show_ladder(ladder.Ladder(ladder.standing(self._run, self._hidden, planned=False)))

    def _hide(self) -> None:
        """Hide the curve of the aliquot that is spoken of, or show it again."""
        aliquot = run_times.aliquot(self._run, self._selected)
        if aliquot is not None:
            self._hidden ^= {aliquot.number}
            self._show_ladder()
            self.plots.show_hidden(self._hidden)

    def _leave(self) -> None:
        """Esc: one thing at a time, what stands over the plots, then what is selected, then the window."""
        if self.plots.leave():
            return
        elif self._selected is not None:
            self.select(None)
        else:
            self.close()

    def _step(self, step: int) -> None:
        """Select the aliquot before or after the one that is spoken of."""
        numbers = [aliquot.number for aliquot in self._run.all_aliquots]
        if not numbers:
            return
        spoken_of = run_times.aliquot(self._run, self._selected)
        at = len(numbers) if spoken_of is None else numbers.index(spoken_of.number)
        self.select(numbers[min(len(numbers) - 1, max(0, at + step))])

    def set_dress(self, dress: Dress) -> None:
        """Show the window in another theme or size of type."""
        self._dress = dress
        app = QApplication.instance()
        if isinstance(app, QApplication):
            themes.apply(app, dress.theme, dress.scale)
        for part in (self.header, self.plots, self.ladder, self.readouts, self.findings, self.keys):
            part.set_dress(dress)
        self.toast.set_dress(dress)
        self.sheets.set_dress(dress)
        self.place()
        self.update()

    def place(self) -> None:
        """Put every part into its room: readouts at their least height, the findings under them."""
        rooms = anatomy(self.width(), self.height(), self._dress, panel=False)
        for widget, room in ((self.header, rooms.header), (self.ladder, rooms.ladder), (self.plots, rooms.plots)):
            if room is not None:
                widget.setGeometry(room)
        self.plots.setGeometry(self.sheets.place(rooms, self.height()))
        self.header.show_lit(self.plots.lit | self.sheets.lit)
        column = rooms.readouts
        tall = 3 * (readout_height(self._dress, rooms.readout_lines) + 12)
        self.readouts.setGeometry(column.left(), column.top(), column.width(), tall)
        self.readouts.set_lines(rooms.readout_lines)
        top = column.top() + tall + 8
        self.findings.setGeometry(QRect(column.left(), top, column.width(), column.bottom() + 1 - top))
        self.keys.set_room(self.rect().adjusted(0, rooms.header.height(), 0, 0))
        self.toast.place(QPoint(rooms.plots.right() + 1 - GAP, rooms.plots.bottom() + 1 - GAP))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep every part in its room."""
        self.place()
