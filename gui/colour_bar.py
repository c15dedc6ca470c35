"""The ladder of many aliquots as one colour bar: its strip, the reaction times under it, and what is selected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter, QPixmap

from gui.dress import Dress, Mark, Part, Text, rounded
from gui.readouts import CLAUSES, clauses_that_fit
from gui.shown.ladder_bar import Bar, Tick
from gui.theme import Theme, colour, series_colour

TOP = 5.0
PALE = 0.28  # of an aliquot that does not count
SEGMENT = 3.0  # from this width on each aliquot has a stretch of its own
LEAST_MARKED = 6.0
CROSS_FROM = 12.0
_APART = 10.0


class ColourBar:
    """Draws a bar into a room. Its strip is kept as a picture until bar, room or theme change."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None

    def strip(self, dress: Dress, room: QRectF) -> QRectF:
        """Return the room of the strip: over its ticks and times."""
        return QRectF(room.left(), room.top() + TOP, room.width(), room.height() - dress.line(12) - 8 - TOP)

    def at(self, room: QRectF, x: float) -> float:
        """Return the place along the bar, 0 to 1, of a pixel."""
        return (x - room.left()) / max(1.0, room.width())

    def stretch(self, bar: Bar, dress: Dress, room: QRectF, number: int | None) -> QRectF | None:
        """Return the room of an aliquot on the strip, wide enough to be seen; None where it is not on the bar."""
        ends = None if number is None else bar.stretch(number)
        if ends is None:
            return None
        strip = self.strip(dress, room)
        left, right = (strip.left() + end * strip.width() for end in ends)
        wide = max(LEAST_MARKED, right - left)
        middle = min(max((left + right) / 2, strip.left() + wide / 2), strip.right() - wide / 2)
        return QRectF(middle - wide / 2, strip.top(), wide, strip.height())

    def parts(self, bar: Bar, dress: Dress, room: QRectF, *, marked: tuple[tuple[int, str], ...]) -> list[Part]:
        """Return the times that stand clear of each other, those of the `marked` aliquots first, and the crosses."""
        theme = dress.theme
        parts: list[Part] = []
        taken: list[QRectF] = []
        for number, words in marked:
            stretch = self.stretch(bar, dress, room, number)
            if stretch is not None:
                words = clauses_that_fit(words, dress.font(12, 600), room.width() - 2, CLAUSES[:1])
                said = _label(dress, room, stretch.center().x(), words, colour(theme.ink), strong=True)
                _add(said, parts, taken)
        for tick in _clear_first(bar.ticks):
            ink = colour(theme.ink2 if tick.reached else theme.ink3)
            _add(_label(dress, room, room.left() + tick.at * room.width(), tick.words, ink), parts, taken)
        for number in sorted(bar.excluded):
            stretch = self.stretch(bar, dress, room, number)
            if stretch is not None and stretch.width() >= CROSS_FROM:
                side = min(stretch.width() - 2, dress.scaled(11))
                at = QRectF(stretch.center().x() - side / 2, stretch.center().y() - side / 2, side, side)
                parts.append(Mark("cross", at, colour(theme.ink2)))
        return parts

    def paint(
        self,
        painter: QPainter,
        bar: Bar,
        dress: Dress,
        room: QRectF,
        *,
        marked: tuple[int, ...],
        hidden: frozenset[int],
    ) -> None:
        """Paint the strip, its ticks, and frames around the marked aliquots."""
        strip = self.strip(dress, room)
        painter.drawPixmap(
            QPointF(round(strip.left()), round(strip.top())), self._picture(painter, bar, dress, strip, hidden)
        )
        for tick in bar.ticks:
            x = round(room.left() + tick.at * room.width())
            painter.fillRect(QRectF(min(x, room.right() - 1), strip.bottom() + 2, 1, 4), colour(dress.theme.edge))
        for number in marked:
            stretch = self.stretch(bar, dress, room, number)
            if stretch is not None:
                rounded(painter, stretch.adjusted(-2, -3, 2, 3), 2.0, None, colour(dress.theme.accent), 2.0)

    def _picture(self, painter: QPainter, bar: Bar, dress: Dress, strip: QRectF, hidden: frozenset[int]) -> QPixmap:
        """Return the strip as a picture at the resolution of the screen."""
        ratio = painter.device().devicePixelRatio()
        key = (bar, dress.theme, strip.width(), strip.height(), ratio, hidden)
        if self._kept is None or self._kept[0] != key:
            made = QPixmap((QSizeF(strip.width(), strip.height()) * ratio).toSize())
            made.setDevicePixelRatio(ratio)
            made.fill(colour(dress.theme.window))
            inner = QPainter(made)
            _draw(inner, bar, dress.theme, strip.width(), strip.height(), hidden)
            inner.end()
            self._kept = (key, made)
        return self._kept[1]


def _draw(painter: QPainter, bar: Bar, theme: Theme, width: float, height: float, hidden: frozenset[int]) -> None:
    """Draw every aliquot on a stretch of its own, or, where they are too many, the one that each column stands for."""
    count = len(bar.numbers)
    stretches = bar.edges[1:] - bar.edges[:-1]
    if count and float(stretches.min()) * width >= SEGMENT:
        for index in range(count):
            left, right = float(bar.edges[index]) * width, float(bar.edges[index + 1]) * width
            _piece(painter, bar, theme, index, QRectF(left + 0.5, 0, right - left - 1, height), hidden)
        end = float(bar.edges[-1]) * width
        _to_come(painter, theme, QRectF(end, 0, width - end, height))
        return
    for x in range(int(width)):
        index_here = bar.index_at((x + 0.5) / width)
        if index_here is None:
            _to_come(painter, theme, QRectF(x, 0, 1, height))
        else:
            _piece(painter, bar, theme, index_here, QRectF(x, 0, 1, height), hidden)


def _piece(painter: QPainter, bar: Bar, theme: Theme, index: int, room: QRectF, hidden: frozenset[int]) -> None:
    """Draw one aliquot: pale where it does not count, as a low line where it is hidden, empty where it is planned."""
    number = int(bar.numbers[index])
    if number == 0:
        _to_come(painter, theme, room)
        return
    ink = series_colour(bar.place(index), theme)
    if number in bar.excluded:
        ink.setAlphaF(PALE)
    if number in hidden:
        room = QRectF(room.left(), room.bottom() - 4, room.width(), 4)
    painter.fillRect(room, ink)


def _to_come(painter: QPainter, theme: Theme, room: QRectF) -> None:
    """Draw what is still to come: the two edges of the strip."""
    for y in (room.top(), room.bottom() - 1):
        painter.fillRect(QRectF(room.left(), y, room.width(), 1), colour(theme.ink3))


def _clear_first(ticks: tuple[Tick, ...]) -> list[Tick]:
    """Return ticks in the order in which they get their room: the ends, then from the left."""
    return [*ticks[:1], *ticks[1:][-1:], *ticks[1:-1]]


def _label(dress: Dress, room: QRectF, middle: float, words: str, ink: QColor, *, strong: bool = False) -> Text:
    """Return a time under the bar, moved inwards where it would leave it."""
    made = dress.font(12, 600 if strong else 500)
    width = dress.width(words, 12, 600 if strong else 500) + 1
    left = min(max(room.left(), middle - width / 2), room.right() - width)
    return Text(words, QRectF(left, room.bottom() - dress.line(12), width, dress.line(12)), made, ink)


def _add(label: Text, parts: list[Part], taken: list[QRectF]) -> None:
    """Add a label where it stands clear of those that are there."""
    wide = label.room.adjusted(-_APART, 0, _APART, 0)
    if not any(wide.intersects(other) for other in taken):
        parts.append(label)
        taken.append(label.room)
