"""The sheet of the manuscript figure: its settings, its preview, its file, and its way to the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from gui import words
from gui.actions import Act, cap
from gui.clipboard import in_one
from gui.drawing import Drawing
from gui.dress import Dress
from gui.lines_sheet import LinesSheet
from gui.plots_place import PlotsPlace
from gui.set_up_page import Tabs
from gui.shown import figure as shown
from gui.shown.figure import Subject, Wanted
from gui.shown.notes import Note, refused
from gui.shown.set_up import Line
from gui.side_picture import PICTURE_PAGE, SidePicture
from station.figure_style import MM_PER_IN, FigureStyle, Telling
from station.figure_table import Column, kinetics_table, spectra_table
from station.run import Run

TABS = Tabs("Figure", ("Figure", "Preview"), ("Fig.", "View"))
RESTS_MS = 250  # after the last change, before the preview is drawn again
SLOW_MS = 500  # from here on it is said that something is being drawn
LEAST_DPI = 40.0
SAVING, COPYING = "Saving", "Copying"


class FigurePage(LinesSheet):
    """A sheet over plots and ladder. `subject` gives what is drawn, `say` says a note in a toast.

    What has been chosen stays for the next time.
    """

    page: SidePicture
    pages = len(TABS.words)

    def __init__(
        self,
        dress: Dress,
        parent: QWidget,
        *,
        subject: Callable[[], Subject],
        pressed_act: Callable[[Act, int], None],
        say: Callable[[Note], None],
    ) -> None:
        self._parent, self._subject, self._say = parent, subject, say
        self._typed = shown.typed()
        self._number = 0
        self._families: tuple[str, ...] = ()
        self._doing = ""
        self._drawn: tuple[Run, FigureStyle, int] | None = None
        self._drawing = Drawing(self.refresh, parent)
        self._preview = Drawing(self._tell_preview, parent)
        self._rest = QTimer(parent)
        self._rest.setSingleShot(True)
        self._rest.setInterval(RESTS_MS)
        self._rest.timeout.connect(self.draw_preview)
        self._slow = QTimer(parent)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._tell_slow)
        self.page = SidePicture(dress, self, pressed_act, parent, TABS)

    def open(self) -> None:
        """Show the page as it was left."""
        self.turn(0)
        self.page.show()
        self.page.raise_()
        self._rest.start(0)
        if self.page.picture.isNull():
            self.page.show_picture(None, shown.waits(self._subject(), self._wanted()[0]))

    def close(self) -> None:
        """Put the page away; what is being drawn is stopped."""
        self.page.end_edit()
        self.page.hide()
        self._let_preview_go()
        self._rest.stop()
        self.stop()

    def stop(self) -> bool:
        """Stop what is being saved or copied; return whether anything was."""
        if not self._drawing.under_way:
            return False
        self._drawing.stop()
        self._say(Note(f"{self._doing} stopped. Nothing was written.", sign="dash"))
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show what follows from the newest status and from what has been chosen."""
        if not self.is_open:
            return
        stopping = self.page.at == shown.STOP
        self.page.show_lines(self._number, self._lines())
        if stopping and not self._drawing.under_way:
            self.page.stand_at(shown.SAVE if self._doing == SAVING else shown.COPY)
        wanted, _ = self._wanted()
        run = self._subject().run
        asked = None if wanted is None or run is None else (run, wanted.style, self.page.picture_size().width())
        if asked is not None and self._drawn != asked and not self._rest.isActive() and not self._preview.under_way:
            self._rest.start()

    # Keys

    def place(self, room: QRect) -> None:
        """Take this room."""
        self.page.setGeometry(room)
        self.refresh()

    # What the page tells of

    def turn(self, page: int) -> None:
        """Show the settings, or the preview alone."""
        self.page.end_edit()
        self._number = page
        self.page.show_lines(page, self._lines())
        self.refresh()

    def take(self, name: str, by: int) -> None:
        """Take the option before or after; after the last comes the first."""
        line = next(line for line in self._lines() if line.name == name)
        at = line.options.index(line.value) if line.value in line.options else -1 if by > 0 else 0
        self.type(name, line.options[(at + by) % len(line.options)])

    def type(self, name: str, text: str) -> None:
        """Keep what has been typed or chosen; the preview follows when nothing more is."""
        self._typed[name] = text
        self._let_preview_go()
        self._rest.start()
        self.refresh()

    def press(self, name: str) -> None:
        """Do what a line says."""
        if name == shown.SAVE:
            self._ask_file()
        elif name == shown.COPY:
            self.copy()
        elif name == shown.STOP:
            self.stop()

    # What is drawn

    def _wanted(self) -> tuple[Wanted | None, dict[str, str]]:
        return shown.read(self._typed, self._subject(), self._families)

    def _lines(self) -> tuple[Line, ...]:
        if self._number == PICTURE_PAGE:
            return ()
        busy = (self._doing, *self._drawing.told) if self._drawing.under_way else None
        return shown.lines(self._typed, self._subject(), self._families, busy)

    def draw_preview(self) -> None:
        """Draw the preview in the room that the page has for it, unless it is there already."""
        wanted, _ = self._wanted()
        run, size = self._subject().run, self.page.picture_size()
        if not self.is_open or wanted is None or run is None or size.width() < 1:
            return
        style, dpi = wanted.style, max(LEAST_DPI, size.width() * MM_PER_IN / wanted.style.width_mm)
        asked = (run, style, size.width())
        if self._drawn == asked:
            return
        self._drawn = asked
        know = not self._families

        def work(tell: Telling) -> tuple[bytes, tuple[str, ...]]:
            from station.figure import render
            from station.figure_type import families

            return render(run, style, "png", dpi=dpi, tell=tell), families() if know else ()

        self._preview.begin(work, self._show_preview, self._no_preview)
        self._tell_preview()

    def _let_preview_go(self) -> None:
        """Stop the preview that is being drawn; the next one begins anew."""
        if self._preview.under_way:
            self._preview.stop()
            self._drawn = None

    def _show_preview(self, made: tuple[bytes, tuple[str, ...]]) -> None:
        data, families = made
        self._families = self._families or families
        image = QImage.fromData(data)
        wanted, subject = self._wanted()[0], self._subject()
        if wanted is not None and subject.run is not None and not image.isNull():
            numbers = wanted.style.numbers
            count = len(subject.run.aliquots if numbers is None else numbers)
            pixels = (image.width(), image.height())
            self.page.show_picture(image, shown.size_words(pixels, wanted.style.width_mm, count))
        self.refresh()

    def _no_preview(self, words: str) -> None:
        self.page.show_picture(None, words)

    def _tell_preview(self) -> None:
        """Say how far the preview is; the one before stays in sight meanwhile."""
        if self._preview.under_way and self.page.picture.isNull():
            done, phase = self._preview.told
            self.page.show_picture(None, f"Drawing {phase or 'the figure'}, {words.percent(done)}")

    # The file

    def _ask_file(self) -> None:
        """Ask where the figure goes; the system's own dialog asks before it lets a file be replaced."""
        wanted, _ = self._wanted()
        if wanted is None:
            return
        proposed = shown.file_name(self._subject(), wanted)
        kind = wanted.kind.upper()
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save the figure", proposed, f"{kind} (*.{wanted.kind})")
        if name:
            self.save(Path(name))

    def save(self, chosen: Path) -> None:
        """Write the figure to the file that was chosen; one that gets an ending here replaces nothing."""
        wanted, _ = self._wanted()
        run = self._subject().run
        if wanted is None or run is None:
            return
        ends = chosen.suffix.lower() == f".{wanted.kind}"
        path = chosen if ends else chosen.with_name(f"{chosen.name}.{wanted.kind}")

        def work(tell: Telling) -> Path:
            from station.figure import write

            write(run, wanted.style, path, wanted.kind, dpi=wanted.dpi, replaces=ends, tell=tell)
            return path

        self._doing = SAVING
        self._drawing.begin(work, self._saved, self._not_done)
        self.refresh()

    def _saved(self, path: Path) -> None:
        self._say(Note(f"Figure saved: {path.name}", str(path.parent)))

    def _not_done(self, words: str) -> None:
        self._say(Note(words, sign="triangle"))

    # The clipboard

    def copy(self) -> None:
        """Copy the figure as a picture (PNG and SVG), and its spectra as a table."""
        wanted, _ = self._wanted()
        run = self._subject().run
        if wanted is None or run is None or not run.aliquots:
            self._say(refused("no figure to copy: an aliquot first" if wanted is not None else "a setting is wrong"))
            return

        def work(tell: Telling) -> tuple[bytes, bytes, tuple[Column, ...]]:
            from station.figure import render

            png = render(run, wanted.style, "png", tell=lambda done, phase: tell(0.5 * done, phase))
            svg = render(run, wanted.style, "svg", tell=lambda done, phase: tell(0.5 + 0.5 * done, phase))
            return png, svg, spectra_table(run, wanted.style)

        self._doing = COPYING
        self._drawing.begin(work, self._copied, self._not_done)
        self._slow.start()
        self.refresh()

    def _copied(self, made: tuple[bytes, bytes, tuple[Column, ...]]) -> None:
        png, svg, table = made
        QApplication.clipboard().setMimeData(in_one(QImage.fromData(png), table, svg))
        self._say(Note("Copied: the figure as a picture, its spectra as a table"))

    def copy_seen(self, plots: PlotsPlace) -> None:
        """Copy the figure; where another view is in sight, or the curves are not as measured, copy what is seen."""
        from gui.plot_speaking import VIEW_WORDS

        if self.is_open or (plots.shown == "spectra" and plots.view_words in ("", VIEW_WORDS["as measured"])):
            self.copy()
        else:
            self._copy_screen(plots.grab().toImage(), kinetics=plots.shown == "trend")

    def _copy_screen(self, seen: QImage, *, kinetics: bool) -> None:
        """Copy what is on the screen as a picture, with the numbers behind it: kinetics, or the spectra."""
        subject = self._subject()
        shown_ones = dict(self._typed, which=shown.SHOWN)
        wanted, _ = shown.read(shown_ones, subject, self._families)
        style = FigureStyle() if wanted is None else wanted.style
        table = () if subject.run is None else (kinetics_table if kinetics else spectra_table)(subject.run, style)
        QApplication.clipboard().setMimeData(in_one(seen, table))
        numbers = "kinetics" if kinetics else "spectra as measured"
        self._say(Note(f"Copied: what is shown as a picture, {numbers} as a table"))

    def _tell_slow(self) -> None:
        """Say that a figure is being drawn where no page says it."""
        if self._drawing.under_way and not self.is_open:
            self._say(Note("Drawing the figure to copy it", "stops it", cap(Act.LEAVE), sign="dot"))
