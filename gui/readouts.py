"""The three readouts: what can be read from two metres, parted by hairlines, without boxes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from analysis.wording import unbroken
from gui.anatomy import readout_height
from gui.dress import Dress, Mark, Part, Text, hairline, paint, text_width, wrapped
from gui.shown.readouts import Readout
from gui.theme import Theme, colour, font

VALUE_PX = 50
LEAST_VALUE_PX = 28
CLAUSES = (" · ", ", ")
_TRIANGLE = 13.0
URGENT = ("alarm", "ink", "stale")  # tones of a second line that takes the place of the first where there is one only


class Readouts(QWidget):
    """Paints up to three readouts, each in its third of the height."""

    def __init__(self, dress: Dress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._lines = 2
        self._shown: tuple[Readout, ...] = ()

    @property
    def shown(self) -> tuple[Readout, ...]:
        """Get what is shown, from the top."""
        return self._shown

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def set_lines(self, lines: int) -> None:
        """Set how many lines stand under a value: 2, or 1 where the second gives way."""
        self._lines = lines
        self.update()

    def show_readouts(self, shown: tuple[Readout, ...]) -> None:
        """Show other values; their places do not change. Only the thirds that changed are painted."""
        for index, readout in enumerate(shown):
            if index >= len(self._shown) or self._shown[index] != readout:
                self.update(self._third(index).toAlignedRect())
        self._shown = shown
        self.setAccessibleName("; ".join(f"{r.label}: {r.value}, {r.first}" for r in shown))

    def _third(self, index: int) -> QRectF:
        """Return the room of one readout."""
        height = self.height() / 3
        return QRectF(0, index * height, self.width(), height)

    def parts(self) -> list[Part]:
        """Return all texts and signs where they stand."""
        return [part for index, shown in enumerate(self._shown) for part in self._parts(index, shown)]

    def _parts(self, index: int, shown: Readout) -> list[Part]:
        dress, room = self._dress, self._third(index)
        spare = room.height() - readout_height(dress, self._lines)
        label, line = dress.line(13), dress.line(14)
        y = room.top() + 2.0 + (0.0 if index == 0 else min(8.0, max(0.0, spare / 2)))
        tall = min(dress.size(VALUE_PX), room.height() - label - 6)
        alone = label + tall + line + 8 > room.height()  # no room for a line: what is urgent stands over the value
        urgent = self._lines == 1 and shown.second_tone in URGENT
        top = QRectF(0, y, room.width(), label)
        parts = self._said(shown, top) if alone and urgent else [self._label(shown, top)]
        y += label + 3
        parts += self._value(shown, QRectF(0, y, room.width(), tall))
        y += tall + 3
        if not alone:
            at = QRectF(0, y, room.width(), line)
            parts += self._said(shown, at) if urgent else [self._first(shown, at)]
        if self._lines == 2 and shown.second:
            parts += self._second(shown, y + line + 4, room.bottom() - 6)
        return parts

    def _label(self, shown: Readout, room: QRectF) -> Text:
        """Return what is read out; of which aliquot gives way."""
        made = self._dress.font(13, 500)
        words = clauses_that_fit(shown.label, made, room.width(), CLAUSES[1:])
        return Text(words, room, made, colour(self._dress.theme.ink2))

    def _value(self, shown: Readout, room: QRectF) -> list[Part]:
        """Return the value, and the sign beside it."""
        dress, theme = self._dress, self._dress.theme
        side = room.height() * 0.7 if shown.sign else 0.0
        made = _value_font(dress, shown.value, room.width() - (side + 16 if side else 0.0), room.height())
        value = Text(shown.value, room, made, _ink(theme, shown.tone), even=":" in shown.value)
        if not shown.sign:
            return [value]
        ink = colour(theme.ink2 if shown.sign in ("flag-outline", "cross") else theme.alarm)
        return [value, Mark(shown.sign, QRectF(value.needs + 16, room.center().y() - side / 2, side, side), ink)]

    def _first(self, shown: Readout, room: QRectF) -> Text:
        """Return the line that matters; its last clauses give way, never a part of a number."""
        theme, made = self._dress.theme, self._dress.font(14, 500)
        ink = colour(theme.ink2 if shown.tone == "ink3" else theme.ink)
        return Text(clauses_that_fit(shown.first, made, room.width()), room, made, ink, may_elide=True)

    def _said(self, shown: Readout, room: QRectF) -> list[Part]:
        """Return what is urgent in the place of another line."""
        made, ink = self._dress.font(14, 600), _ink(self._dress.theme, shown.second_tone)
        stale = shown.second_tone == "stale"
        marked = self._triangle(ink, room.top(), room.height()) if stale else []
        at = room.adjusted(self._dress.scaled(_TRIANGLE) + 5 if stale else 0.0, 0, 0, 0)
        words = clauses_that_fit(shown.second, made, at.width(), (*CLAUSES, " and ") if stale else CLAUSES)
        return [*marked, Text(words, at, made, ink, may_elide=True)]

    def _second(self, shown: Readout, top: float, bottom: float) -> list[Part]:
        """Return the second line, on two lines of text where it is long and there is room."""
        dress = self._dress
        made = dress.font(13, 600 if shown.second_tone in URGENT else 400)
        ink = _ink(dress.theme, shown.second_tone)
        line = dress.line(13)
        marked = self._triangle(ink, top, line) if shown.second_tone == "stale" else []
        left = dress.scaled(_TRIANGLE) + 5 if marked else 0.0
        width = self.width() - left
        rows = wrapped(unbroken(shown.second), made, width)
        fitting = max(1, int((bottom - top) // line))
        if fitting == 1:
            rows = [clauses_that_fit(shown.second, made, width, CLAUSES[:1])]
        elif len(rows) > fitting:
            rows = [*rows[: fitting - 1], " ".join(rows[fitting - 1 :])]
        return marked + [
            Text(row, QRectF(left, top + n * line, width, line), made, ink, may_elide=n == fitting - 1)
            for n, row in enumerate(rows)
        ]

    def _triangle(self, ink: QColor, top: float, line: float) -> list[Part]:
        """Return the sign of what is stale at the beginning of a line."""
        side = self._dress.scaled(_TRIANGLE)
        return [Mark("triangle", QRectF(0, top + (line - side) / 2, side, side), ink)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint hairlines and readouts."""
        painter = QPainter(self)
        for index in range(1, len(self._shown)):
            y = round(self._third(index).top()) - 1
            line = colour(self._dress.theme.line)
            hairline(painter, QPointF(0, y), QPointF(self.width() - 1, y), line)
        paint(painter, self.parts())
        painter.end()


def clauses_that_fit(line: str, made: QFont, width: float, between_them: tuple[str, ...] = CLAUSES) -> str:
    """Return the line without those of its last clauses that have no room: a number is never cut."""
    for between in between_them:
        clauses = line.split(between)
        while len(clauses) > 1 and text_width(between.join(clauses), made) > width:
            clauses.pop()
        line = between.join(clauses)
    return line


def _value_font(dress: Dress, text: str, width: float, height: float) -> QFont:
    """Return the readout's font, smaller only where a long name, or the window's height, asks for it."""
    px = VALUE_PX
    while px > LEAST_VALUE_PX and (
        text_width(text, font(px, 600, scale=dress.scale)) > width or dress.size(px) > height + 0.5
    ):
        px -= 2
    return font(px, 600, scale=dress.scale)


def _ink(theme: Theme, tone: str) -> QColor:
    """Return the colour of a tone."""
    return colour(str(getattr(theme, tone)))
