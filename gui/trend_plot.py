"""The trend: what was found against reaction time, as a column beside the spectra or in their place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.dress import Cap, Dress, Part, Text, cap_width, paint
from gui.shown.trend import OnsetBand, TrendPlot, onset_band, plots, said_of
from gui.theme import colour
from gui.time_axis import TimeAxis, time_axis
from gui.trend_cell import Cell, Placed, heights, lay_out
from gui.trend_marks import MARK_PX
from station.trend import NONE, Trends

LEAST_WIDTH = 300.0  # of one plot at scale 1
LEAST_HEIGHT = 104.0
COLUMNS, ROWS = 2, 4
REACH_PX = 12.0  # so near to a mark the pointer is on it
RING_PX = 7.0
FOOT_PX = 20.0


class TrendView(QWidget):
    """Plots every number of a run against time. `hovered` and `chosen` carry the number of an aliquot, or None.

    As many plots stand in it as have room, in columns of four; `turn` shows the next of them. `past` is for review,
    where an onset asks for no answer any more.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, dress: Dress, parent: QWidget | None = None, *, past: bool = False) -> None:
        super().__init__(parent)
        self._dress, self._past = dress, past
        self._trends = NONE
        self._planned_s: tuple[float, ...] = ()
        self._plots: tuple[TrendPlot, ...] = plots(NONE)
        self._page = 0
        self._selected: int | None = None
        self._hovered: int | None = None
        self._over: int | None = None
        self._cells: list[tuple[Cell, list[Placed]]] = []
        self._picture: QImage | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Trend")

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self._renew()

    def show_trends(self, trends: Trends, planned_s: Sequence[float] = ()) -> None:
        """Show the trends of a run; the time axis reaches over what is planned, so that it keeps still."""
        if trends is not self._trends or tuple(planned_s) != self._planned_s:
            self._trends, self._planned_s = trends, tuple(planned_s)
            self._plots = plots(trends)
            self.setAccessibleDescription("; ".join(self._spoken()))
            self._renew()

    def _spoken(self) -> list[str]:
        """Return what every plot says of the newest aliquot, for who cannot see them."""
        newest = self._trends.aliquots[-1].number if self._trends.aliquots else 0
        said = [(plot, said_of(plot, newest)) for plot in self._plots]
        return [f"{plot.title} {words} {plot.unit}" for plot, words in said if words]

    def select(self, number: int | None) -> None:
        """Ring the marks of an aliquot and say its numbers; None is the newest and rings none."""
        if number != self._selected:
            self._selected = number
            self._texts_anew()

    def hover(self, number: int | None) -> None:
        """Ring the marks of the aliquot under the pointer, here or in the ladder."""
        if number != self._hovered:
            self._hovered = number
            self._texts_anew()

    # -- pages -----------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Get how many columns and rows of plots have room."""
        columns = max(1, min(COLUMNS, int(self.width() // self._dress.scaled(LEAST_WIDTH))))
        rows = max(1, min(ROWS, int((self.height() - self._foot) // self._dress.scaled(LEAST_HEIGHT))))
        return columns, rows

    @property
    def _foot(self) -> float:
        """Get the height under the plots, where the page is said."""
        return round(self._dress.scaled(FOOT_PX))

    @property
    def pages(self) -> int:
        """Get how many pages the plots take."""
        columns, rows = self.shape
        return -(-len(self._plots) // (columns * rows))

    @property
    def page(self) -> int:
        """Get which page is shown, 0 the first."""
        return min(self._page, self.pages - 1)

    def turn(self) -> bool:
        """Show the next page; return False where there is none: then the first is the next."""
        more = self.page + 1 < self.pages
        self._page = self.page + 1 if more else 0
        self._renew()
        return more

    @property
    def shown(self) -> tuple[TrendPlot, ...]:
        """Get the plots of this page, column by column."""
        columns, rows = self.shape
        first = self.page * columns * rows
        return self._plots[first : first + columns * rows]

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _renew(self) -> None:
        """Lay out and draw everything anew at the next opportunity."""
        self._cells = []
        self._texts_anew()

    def _texts_anew(self) -> None:
        self._picture = None
        self.update()

    @property
    def axis(self) -> TimeAxis:
        """Get the time axis of all plots."""
        times = [one.times_s for one in self._trends.series]
        return time_axis(np.concatenate(times) if times else [], self._planned_s)

    @property
    def onset(self) -> OnsetBand | None:
        """Get the onset as it is drawn."""
        return onset_band(self._trends, past=self._past)

    def _laid_out(self) -> list[tuple[Cell, list[Placed]]]:
        """Return the plots of this page with their marks."""
        if self._cells:
            return self._cells
        columns, rows = self.shape
        axis, shown = self.axis, self.shown
        wide, tall = self.width() / columns, (self.height() - self._foot) / rows
        for index, plot in enumerate(shown):
            column, row = divmod(index, rows)
            last = row == rows - 1 or index == len(shown) - 1
            top, bottom = round(row * tall), round((row + 1) * tall)
            panel = QRectF(round(column * wide), top, round(wide), bottom - top)
            cell = Cell(plot, lay_out(panel, self._dress, timed=last), axis, heights(plot), self._dress)
            self._cells.append((cell, cell.placed()))
        return self._cells

    @property
    def _spoken_of(self) -> int | None:
        return self._selected if self._hovered is None else self._hovered

    def parts(self) -> list[Part]:
        """Return all texts and signs where they stand."""
        onset, number = self.onset, self._spoken_of
        found: list[Part] = []
        for cell, marks in self._laid_out():
            found += cell.parts(marks, onset, "" if number is None else said_of(cell.plot, number))
        return found + self._foot_parts()

    def _foot_parts(self) -> list[Part]:
        """Return what stands under the plots: what time counts from, what the bars are, and the page with its key."""
        dress, theme = self._dress, self._dress.theme
        ink = colour(theme.ink2)
        top, height = self.height() - self._foot, float(self._foot)
        right = self.width() - 10.0
        parts: list[Part] = []
        if self.pages > 1:
            parts.append(self._cap(right, QRectF(0, top, self.width(), height)))
            words = f"page {self.page + 1} of {self.pages}"
            width = dress.width(words, 12) + 1
            right -= dress.scaled(30) + width
            parts.append(Text(words, QRectF(right, top, width, height), dress.font(12), ink))
            right -= 12
        left = 14.0
        for words in (self._since(), "bars ± 2σ", "arrow: below detection"):
            width = dress.width(words, 12) + 1
            if words and left + width <= right:
                parts.append(Text(words, QRectF(left, top, width, height), dress.font(12), ink))
                left += width + dress.scaled(16)
        return parts

    def _cap(self, right: float, room: QRectF) -> Cap:
        """Return the cap of the key that turns the page."""
        dress, theme = self._dress, self._dress.theme
        label, width = cap(Act.TREND), cap_width(self._dress, cap(Act.TREND))
        box = QRectF(round(right - width), room.top() + 1, round(width), room.height() - 3)
        return Cap(Text(label, box, dress.font(12, 600), colour(theme.ink2), "centre"), box, colour(theme.edge))

    def _since(self) -> str:
        return "" if self._trends.since_t0 else f"since aliquot 1; no t0 yet: {cap(Act.MARK)}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture of all plots, and rings about the marks of the aliquot that is spoken of."""
        if self._picture is None:
            self._picture = self._compose()
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._picture)
        if self._spoken_of is not None:
            self._paint_rings(painter, self._spoken_of)
        painter.end()

    def _compose(self) -> QImage:
        ratio = self.devicePixelRatioF()
        image = QImage(
            max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)), QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(ratio)
        image.fill(colour(self._dress.theme.surface))
        painter = QPainter(image)
        onset = self.onset
        for cell, marks in self._laid_out():
            cell.paint(painter, marks, onset)
        paint(painter, self.parts())
        painter.end()
        return image

    def _paint_rings(self, painter: QPainter, number: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour(self._dress.theme.accent), 2.0))
        for cell, _ in self._laid_out():
            for at in self._places_of(cell, number):
                painter.drawEllipse(at, RING_PX, RING_PX)

    @staticmethod
    def _places_of(cell: Cell, number: int) -> list[QPointF]:
        """Return where the marks of an aliquot stand in a plot, those too that are not drawn for want of room."""
        found = []
        for line in cell.plot.lines:
            for index in np.flatnonzero(line.trend.numbers == number):
                found.append(QPointF(cell.x(float(line.trend.times_s[index])), cell.y(float(line.trend.values[index]))))
        return found

    # -- Qt --------------------------------------------------------------------------------------------------------

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Lay out anew."""
        self._renew()

    def event(self, event: QEvent) -> bool:
        """Draw sharp again on another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._texts_anew()
        return super().event(event)

    def _aliquot_at(self, at: QPointF) -> int | None:
        """Return the aliquot whose mark is nearest to a point, None where none is near."""
        best: tuple[float, int] | None = None
        for cell, marks in self._laid_out():
            if not cell.room.panel.contains(at):
                continue
            for one in marks:
                away = np.hypot(one.xs - at.x(), one.ys - at.y())
                if away.size and (best is None or away.min() < best[0]):
                    best = float(away.min()), int(one.numbers[int(np.argmin(away))])
        return best[1] if best is not None and best[0] <= REACH_PX + MARK_PX else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Speak of the aliquot under the pointer."""
        self._point_at(self._aliquot_at(event.position()))
        on_mark = self._over is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if on_mark else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, _event: QEvent) -> None:
        """Speak of none any more."""
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the aliquot under the pointer; a second press lets it go."""
        if event.button() is Qt.MouseButton.LeftButton:
            number = self._aliquot_at(event.position())
            self.chosen.emit(None if number == self._selected else number)

    def _point_at(self, number: int | None) -> None:
        if number != self._over:
            self._over = number
            self.hovered.emit(number)
            self.hover(number)
