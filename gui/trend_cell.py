"""One plot of the trend: where its parts lie, its texts, and its marks; painted once into the picture of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from analysis.spectrum import BoolArray, FloatArray
from analysis.wording import grouped
from gui.dress import Dress, Mark, Part, Text
from gui.overlay_layer import hairline, polygon
from gui.plot_axes import Range, Tick, height_ticks, rounded
from gui.shown.trend import Line, OnsetBand, TrendPlot
from gui.theme import colour
from gui.time_axis import TimeAxis
from gui.trend_marks import ARROW_PX, MARK_PX, paint_arrow, paint_cross, paint_shape, thinned

LEFT_PX = 52.0  # for the texts of the heights
RIGHT_PX = 10.0
STRIP_PX = 28.0
AXIS_PX = 22.0  # under the last plot of a column
BOTTOM_PX = 8.0
SMALL_PX = 1.5
SMALL_FROM_PX = 7.0  # marks that stand nearer together, on the average, are drawn small and without bars
LINE_STEP_PX = 6.0
NAMED_AT = 9  # marks along a line that its name is tried at, where it does not stand clear at its highest or its ends
MOST_TAKEN = 400
BAR_SIGMAS = 2.0
SIGN_PX = 12.0
HEADROOM = 1.08
UNDER_ZERO = 0.09  # of the range, so that a limit with its arrow stands clear of the axis


@dataclass(frozen=True, slots=True)
class CellRoom:
    """Where a plot lies: all of it, and its curves; `timed` where the texts of the time axis stand under it."""

    panel: QRectF
    curves: QRectF
    timed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The marks of one line in pixels, as many as are drawn; arrays of shape (marks,), in order of time."""

    line: Line
    numbers: FloatArray
    xs: FloatArray
    ys: FloatArray
    bars: FloatArray  # half their length in pixels
    below: BoolArray
    counts: BoolArray
    small: bool


def lay_out(panel: QRectF, dress: Dress, *, timed: bool) -> CellRoom:
    """Return the rooms of a plot in its panel."""
    scale = dress.scale
    left = panel.left() + round(max(LEFT_PX, dress.width("0.0000", 12) + 13))
    top = panel.top() + round(STRIP_PX * scale)
    bottom = panel.bottom() - round(AXIS_PX * scale if timed else BOTTOM_PX)
    return CellRoom(panel, QRectF(left, top, max(1.0, panel.right() - RIGHT_PX - left), max(1.0, bottom - top)), timed)


def heights(plot: TrendPlot) -> Range:
    """Return the range of heights a plot needs, with rounded ends so that it keeps still."""
    low, high = float("inf"), float("-inf")
    for line in plot.lines:
        trend = line.trend
        if trend.values.size:
            reach = BAR_SIGMAS * trend.sigma if plot.from_zero else 0.0 * trend.sigma
            high = max(high, float(np.max(trend.values + reach)))
            low = min(low, float(np.min(trend.values - reach)))
    if low > high:
        return (-UNDER_ZERO * plot.least, plot.least) if plot.from_zero else (0.0, 1.0)
    if plot.from_zero:
        top = rounded((0.0, max(high * HEADROOM, plot.least)))[1]
        return min(-UNDER_ZERO * top, low), top
    half = max((high - low) * HEADROOM, plot.least) / 2.0
    step = plot.least / 3.0
    middle = (low + high) / 2.0
    return floor((middle - half) / step) * step, ceil((middle + half) / step) * step


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One plot in its room, with its axes."""

    plot: TrendPlot
    room: CellRoom
    axis: TimeAxis
    shown: Range
    dress: Dress

    def x(self, time_s: float) -> float:
        """Return the pixel of a time."""
        return self.room.curves.left() + self.axis.at(time_s) * self.room.curves.width()

    def y(self, value: float) -> float:
        """Return the pixel of a height."""
        low, high = self.shown
        return self.room.curves.bottom() - (value - low) / (high - low) * self.room.curves.height()

    @property
    def height_ticks(self) -> tuple[Tick, ...]:
        """Get the ticks of the heights; none where nothing stands by them."""
        if not self.plot.lines:
            return ()
        room_px = self.room.curves.left() - self.room.panel.left() - 12
        spacing = min(self.dress.scaled(34), max(self.dress.scaled(18), self.room.curves.height() / 3.2))
        ticks = height_ticks(
            self.shown, self.room.curves.height(), spacing, lambda text: self.dress.width(text, 12) <= room_px
        )
        if self.shown[1] < 1e6 or all(self.dress.width(tick.text, 12) <= room_px for tick in ticks):
            return ticks
        return tuple(Tick(tick.at, f"{grouped(tick.at / 1e6, 1)} M" if tick.at else "0") for tick in ticks)

    @property
    def time_ticks(self) -> tuple[Tick, ...]:
        """Get the ticks of the time axis."""
        return self.axis.ticks(self.room.curves.width(), lambda text: self.dress.width(text, 12), self.dress.scaled(14))

    def placed(self) -> list[Placed]:
        """Return the marks of every line."""
        return [self._placed(line) for line in self.plot.lines]

    def _placed(self, line: Line) -> Placed:
        trend, area = line.trend, self.room.curves
        low, high = self.shown
        order = np.argsort(trend.times_s, kind="stable")
        xs = area.left() + self.axis.places(trend.times_s[order]) * area.width()
        ys = area.bottom() - (trend.values[order] - low) / (high - low) * area.height()
        spread = float(xs[-1] - xs[0]) if xs.size else 0.0
        small = xs.size > 12 and spread / xs.size < SMALL_FROM_PX
        kept = thinned(xs, ys, ~trend.counts[order]) if small else np.arange(xs.size)
        chosen = order[kept]
        bars = BAR_SIGMAS * trend.sigma[chosen] / (high - low) * area.height()
        return Placed(
            line,
            trend.numbers[chosen],
            xs[kept],
            np.clip(ys[kept], area.top() - 4, area.bottom() + 4),
            bars,
            trend.below[chosen],
            trend.counts[chosen],
            small,
        )

    # -- texts -----------------------------------------------------------------------------------------------------

    def parts(self, marks: Sequence[Placed], onset: OnsetBand | None, said: str) -> list[Part]:
        """Return the texts of the plot: ticks, title, the names at its lines, the onset's words.

        `said` is what is said of the aliquot that is spoken of; it takes the place of the unit where both have no room.
        """
        dress, theme = self.dress, self.dress.theme
        parts = self._tick_parts()
        strip = self._strip(said)
        parts += strip
        if not self.plot.lines:
            height = dress.line(13)
            middle = self.room.curves.center().y() - height / 2
            room = QRectF(self.room.curves.left() + 8, middle, self.room.curves.width() - 8, height)
            parts.append(Text(self.plot.waits, room, dress.font(13), colour(theme.ink2), may_elide=True))
        taken = [self._ink_of(part) for part in parts if isinstance(part, Text)]
        taken += [room for one in marks for room in _marked(one)]
        taken += [room for one in marks for room in _along(one)]
        parts += self._names(marks, taken)
        if onset is not None and self.plot.what == "emission":
            parts += self._onset_parts(onset, taken)
        return parts

    def _tick_parts(self) -> list[Part]:
        dress, curves = self.dress, self.room.curves
        ink2, line = colour(dress.theme.ink2), dress.line(12)
        parts: list[Part] = []
        right = curves.left() - 6
        for tick in self.height_ticks:
            width = dress.width(tick.text, 12) + 1
            top = min(self.y(tick.at), curves.bottom() - 2) - line / 2
            parts.append(Text(tick.text, QRectF(right - width, top, width, line), dress.font(12), ink2, "right"))
        if self.room.timed:
            top = curves.bottom() + 4
            for tick in self.time_ticks:
                number = tick.text.partition(" ")[0]
                width = dress.width(tick.text, 12) + 1
                left = self.x(tick.at) - dress.width(number, 12) / 2
                left = min(left, self.room.panel.right() - 2 - width)
                parts.append(Text(tick.text, QRectF(left, top, width, line), dress.font(12), ink2))
        return parts

    def _strip(self, said: str) -> list[Part]:
        """Return title, unit and what is said: the unit gives way, then what is said is cut to its first number."""
        dress, theme = self.dress, self.dress.theme
        left, right = self.room.curves.left() + 6, self.room.curves.right()
        top, height = self.room.panel.top(), round(STRIP_PX * dress.scale)
        title, unit = self.plot.title, self.plot.unit
        wide = dress.width(title, 14, 600) + 1
        parts: list[Part] = [
            Text(title, QRectF(left, top, wide, height), dress.font(14, 600), colour(theme.ink)),
        ]
        left += wide + dress.scaled(8)
        first = said.partition(", ")[0]
        for words, beside in (
            (said, unit),
            (said, unit.partition(",")[0]),
            (first, unit.partition(",")[0]),
            (first, ""),
        ):
            said_px = dress.width(words, 13, 500) + 1 if words else 0.0
            beside_px = dress.width(beside, 13) + 1 if beside else 0.0
            if left + beside_px + (12 if words and beside else 0) + said_px <= right:
                if beside:
                    parts.append(Text(beside, QRectF(left, top, beside_px, height), dress.font(13), colour(theme.ink2)))
                if words:
                    room = QRectF(right - said_px, top, said_px, height)
                    parts.append(Text(words, room, dress.font(13, 500), colour(theme.ink), "right"))
                break
        return parts

    def _names(self, marks: Sequence[Placed], taken: list[QRectF]) -> list[Part]:
        """Return the names of the lines, each where it stands clear: by its highest mark, its ends, or along it."""
        dress, curves = self.dress, self.room.curves
        line = dress.line(12)
        parts: list[Part] = []
        for one in marks:
            if not one.line.label or not one.xs.size:
                continue
            width = dress.width(one.line.label, 12, 600) + 1
            seen = np.flatnonzero(~one.below) if not one.below.all() else np.arange(one.xs.size)
            top, last = int(np.argmin(one.ys[seen])), seen.size - 1
            along = np.linspace(last, 0, min(last + 1, NAMED_AT)).astype(int).tolist()
            for at in dict.fromkeys((top, max(0, top - 1), min(last, top + 1), last, 0, *along)):
                index = int(seen[at])
                places = _around(float(one.xs[index]), float(one.ys[index]), width, line)
                free = [room for room in places if curves.contains(room) and not _meets(_wider(room), taken)]
                if free:
                    taken.append(free[0])
                    ink = colour(dress.theme.ink)
                    parts.append(Text(one.line.label, free[0], dress.font(12, 600), ink))
                    break
        return parts

    def _onset_parts(self, onset: OnsetBand, taken: list[QRectF]) -> list[Part]:
        """Return flag and words of the onset beside its band, on the side and in the row where they stand clear."""
        dress, curves = self.dress, self.room.curves
        ink = colour(dress.theme.alarm if onset.sign == "flag" else dress.theme.ink2)
        side, line = dress.scaled(SIGN_PX), dress.line(12)
        width = side + 4 + dress.width(onset.words, 12) + 1
        band = self.band(onset)
        for top in np.arange(curves.top() + 2, curves.bottom() - line, line / 2):
            for left in (band.right() + 6, band.left() - 6 - width):
                room = QRectF(left, float(top), width, line)
                if curves.contains(room) and not _meets(room, taken):
                    sign = QRectF(left, room.center().y() - side / 2, side, side)
                    text = room.adjusted(side + 4, 0, 0, 0)
                    return [Mark(onset.sign, sign, ink), Text(onset.words, text, dress.font(12), ink)]
        return []

    @staticmethod
    def _ink_of(text: Text) -> QRectF:
        width = min(text.needs, text.room.width())
        left = text.room.right() - width if text.side == "right" else text.room.left()
        return QRectF(left, text.room.top(), width, text.room.height())

    def band(self, onset: OnsetBand) -> QRectF:
        """Return the grey band of an onset: as wide as its interval, and never less than two pixels."""
        curves = self.room.curves
        left = curves.left() if onset.earliest_s is None else self.x(onset.earliest_s)
        right = max(self.x(onset.latest_s), left + 2.0)
        return QRectF(left, curves.top(), right - left, curves.height()).intersected(curves)

    # -- the picture -----------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, marks: Sequence[Placed], onset: OnsetBand | None) -> None:
        """Paint ground, grid, the onset's band and the marks; texts are painted by whoever has `parts`."""
        theme, curves = self.dress.theme, self.room.curves
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(self.room.panel, colour(theme.surface))
        line = colour(theme.line, 0.6 if theme.dark else 0.75)
        if onset is not None:
            painter.fillRect(self.band(onset), colour(theme.ink3, 0.26))
        for tick in self.time_ticks if self.plot.lines else ():
            painter.fillRect(QRectF(round(self.x(tick.at)), curves.top(), 1, curves.height()), line)
        for tick in self.height_ticks:
            painter.fillRect(QRectF(curves.left(), round(self.y(tick.at)), curves.width(), 1), line)
        painter.fillRect(QRectF(curves.left(), curves.bottom(), curves.width(), 1), colour(theme.edge))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(curves.adjusted(-MARK_PX - 2, -MARK_PX - 1, MARK_PX + 2, MARK_PX + 2))
        for one in marks:
            self._paint_line(painter, one)
        for one in marks:
            self._paint_marks(painter, one)
        painter.setClipping(False)

    def _paint_line(self, painter: QPainter, one: Placed) -> None:
        """Join the marks that count and are no limits."""
        joined = ~one.below & one.counts
        ink = colour(self.dress.theme.ink2, 0.55 if one.small else 1.0)
        pen = hairline(ink) if one.small else QPen(ink, 1.0)
        if not one.line.filled:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.drawPolyline(polygon(one.xs[joined], one.ys[joined]))

    def _paint_marks(self, painter: QPainter, one: Placed) -> None:
        theme = self.dress.theme
        ink, surface = colour(theme.ink), colour(theme.surface)
        for x, y, bar, below, counts in zip(one.xs, one.ys, one.bars, one.below, one.counts, strict=True):
            at = QPointF(float(x), float(y))
            if not counts:
                paint_cross(painter, at, colour(theme.ink3))
            elif one.small and not below:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                painter.drawEllipse(at, SMALL_PX, SMALL_PX)
            else:
                if bar > MARK_PX:
                    painter.setPen(QPen(colour(theme.ink2), 1.0))
                    painter.drawLine(QLineF(at.x(), at.y() - bar, at.x(), at.y() + bar))
                radius = 2.0 if one.small else MARK_PX
                paint_shape(
                    painter, one.line.shape, at, radius, QPen(ink, 1.0), ink if _full(one, bool(below)) else surface
                )
                if below and not one.small:
                    paint_arrow(painter, at, QPen(ink, 1.0))


def _full(one: Placed, below: bool) -> bool:
    return one.line.filled and not below


def _marked(one: Placed) -> list[QRectF]:
    """Return the rooms of the marks with their bars and arrows; of thousands an even choice."""
    step = 1 + one.xs.size // MOST_TAKEN
    rooms = []
    for x, y, bar, below in zip(one.xs[::step], one.ys[::step], one.bars[::step], one.below[::step], strict=True):
        up = 5.0 if one.small else max(5.0, float(bar))
        rooms.append(QRectF(x - 5, y - up, 10, up + (max(up, ARROW_PX + 1) if below else up)))
    return rooms


def _wider(room: QRectF) -> QRectF:
    """Return the room that a name must have free: a hair about it."""
    return room.adjusted(-2, 0, 2, 0)


def _around(x: float, y: float, width: float, height: float) -> tuple[QRectF, ...]:
    """Return where a name may stand beside a mark, the best first."""
    gap = 9.0
    return (
        QRectF(x + gap, y - height + 4, width, height),
        QRectF(x - width / 2, y - height - gap + 2, width, height),
        QRectF(x - gap - width, y - height + 4, width, height),
        QRectF(x + gap, y, width, height),
        QRectF(x - width / 2, y + gap - 2, width, height),
        QRectF(x - gap - width, y, width, height),
    )


def _along(one: Placed) -> list[QRectF]:
    """Return small rooms along the line that joins the marks, which names keep clear of."""
    joined = ~one.below & one.counts
    if np.count_nonzero(joined) < 2:
        return []
    xs = np.arange(float(one.xs[joined][0]), float(one.xs[joined][-1]), LINE_STEP_PX)
    ys = np.interp(xs, one.xs[joined], one.ys[joined])
    return [QRectF(x - 1, y - 1, 2, 2) for x, y in zip(xs, ys, strict=True)]


def _meets(room: QRectF, taken: Sequence[QRectF]) -> bool:
    return any(room.intersects(other) for other in taken)
