"""The ladder under the plots: a chip for every aliquot taken and planned, or one colour bar where they are many."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.dress import CHIP_CORNER, GAP, Dress, Mark, Part, Text, paint, rounded
from gui.shown.ladder import MOST_CHIPS, Chip
from gui.theme import Weight, colour, series_colour

WIDEST_CHIP = 200.0
SWATCH = 4.0
SWATCH_SELECTED = 8.0
_LEFT = 10.0


class AliquotList(QWidget):
    """Paints the ladder. `hovered` and `chosen` carry the number of an aliquot, or None."""

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, dress: Dress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self._dress = dress
        self._chips: tuple[Chip, ...] = ()
        self._selected: int | None = None
        self._hovered: int | None = None

    @property
    def shown(self) -> tuple[Chip, ...]:
        """Get the chips."""
        return self._chips

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show other chips."""
        if chips != self._chips:
            self._chips = chips
            self.setAccessibleName("; ".join(f"{chip.time}: {chip.value}" for chip in chips))
            self.update()

    def select(self, number: int | None) -> None:
        """Draw an aliquot as selected."""
        self._selected = number
        self.update()

    @property
    def as_bar(self) -> bool:
        """Get whether the ladder is one colour bar: more than 16 rungs, or chips too narrow for their times."""
        if len(self._chips) > MOST_CHIPS:
            return True
        room = self._chip_width() - self._text_left() - 4
        return any(self._dress.width(chip.time, 16, 600) > room for chip in self._chips)

    def _chip_width(self) -> float:
        """Return the width of a chip."""
        count = max(1, len(self._chips))
        return min(WIDEST_CHIP * self._dress.scale, (self.width() - GAP * (count - 1)) / count)

    def _text_left(self) -> float:
        """Return where the text of a chip begins; narrow chips have less air."""
        return 24.0 if self._chip_width() >= 96 else 16.0

    def _room(self, index: int) -> QRectF:
        """Return the room of a chip, or of its part of the bar."""
        if self.as_bar:
            width = self.width() / len(self._chips)
            return QRectF(index * width, 0, width, self.height())
        width = self._chip_width()
        return QRectF(round(index * (width + GAP)), 0, round(width), self.height())

    def parts(self) -> list[Part]:
        """Return all texts and signs where they stand."""
        if self.as_bar:
            return self._bar_parts()
        taken = [chip for chip in self._chips if chip.aliquot is not None]
        named = all(self._fits(chip, chip.value) for chip in taken)
        return [
            part
            for index, chip in enumerate(self._chips)
            for part in self._chip_parts(chip, self._room(index), self._second(chip, named=named))
        ]

    def _second(self, chip: Chip, *, named: bool) -> str:
        """Return the second line a chip has room for: heights are named on all chips or on none."""
        choices = (chip.value, chip.short_value)
        if chip.aliquot is not None and not named:
            choices = (chip.short_value, "")
        return next((words for words in choices if self._fits(chip, words)), "")

    def _fits(self, chip: Chip, words: str) -> bool:
        """Return whether a chip has room for a second line."""
        sign = self._dress.scaled(13) + 5 if chip.state == "late" else 0.0
        weight: Weight = 600 if chip.state == "late" else 500
        room = self._chip_width() - self._chip_left(chip) - 6
        return self._dress.width(words, 13, weight) + sign <= room

    def _chip_left(self, chip: Chip) -> float:
        """Return where the text of a chip begins: after the swatch, or further left without one."""
        return self._text_left() if chip.aliquot is not None else min(_LEFT + 2, self._text_left())

    def _chip_parts(self, chip: Chip, room: QRectF, value: str) -> list[Part]:
        """Return the texts of one chip: time, number, and the second line as far as there is room."""
        dress, theme = self._dress, self._dress.theme
        reached = chip.aliquot is not None or chip.state in ("next", "late")
        ink = colour(theme.ink if reached else theme.ink3)
        left = room.left() + self._chip_left(chip)
        right = room.right() - 6
        first, second = dress.line(16), dress.line(13)
        two = bool(value) and first + second <= room.height()
        top = room.top() + (room.height() - first - (second + 2 if two else 0)) / 2
        time_width = dress.width(chip.time, 16, 600) + 1
        parts: list[Part] = [Text(chip.time, QRectF(left, top, time_width, first), dress.font(16, 600), ink)]
        number = "" if chip.number is None else str(chip.number)
        number_width = dress.width(number, 12) + 1
        if number and dress.scale <= 1.1 and left + time_width + number_width + 6 <= right:
            at = QRectF(right - number_width - 2, top, number_width, first)
            parts.append(Text(number, at, dress.font(12), colour(theme.ink3), "right"))
        if two:
            parts += self._value(chip, value, QRectF(left, top + first + 2, right - left, second))
        return parts

    def _value(self, chip: Chip, value: str, room: QRectF) -> list[Part]:
        """Return the second line of a chip, with the triangle of a late one."""
        dress, theme = self._dress, self._dress.theme
        if chip.state == "late":
            side = dress.scaled(13)
            sign = Mark(
                "triangle",
                QRectF(room.left(), room.center().y() - side / 2, side, side),
                colour(theme.stale),
            )
            return [sign, Text(value, room.adjusted(side + 5, 0, 0, 0), dress.font(13, 600), colour(theme.stale))]
        tone = theme.ink if chip.state == "next" else theme.ink3 if chip.aliquot is None else theme.ink2
        return [Text(value, room, dress.font(13, 500 if chip.state == "next" else 400), colour(tone))]

    def _bar_parts(self) -> list[Part]:
        """Return the times under the bar's ticks, as many as stand clear of each other."""
        dress, theme = self._dress, self._dress.theme
        parts: list[Part] = []
        free_from = 0.0
        line = dress.line(12)
        top = min(self._bar_bottom() + 6, self.height() - line)
        for index, chip in enumerate(self._chips):
            middle, width = self._room(index).center().x(), dress.width(chip.time, 12, 500) + 1
            left = min(max(0.0, middle - width / 2), self.width() - width)
            if left < free_from:
                continue
            ink = colour(theme.ink2 if chip.aliquot is not None else theme.ink3)
            parts.append(Text(chip.time, QRectF(left, top, width, line), dress.font(12, 500), ink))
            free_from = left + width + 10
        return parts

    def _bar_bottom(self) -> float:
        """Return where the colour bar ends and its ticks begin."""
        return self.height() - self._dress.line(12) - 8

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint grounds, swatches and texts."""
        painter = QPainter(self)
        bar = self.as_bar
        for index, chip in enumerate(self._chips):
            if bar:
                self._paint_segment(painter, chip, self._room(index))
            else:
                self._paint_chip(painter, chip, self._room(index))
        paint(painter, self.parts())
        painter.end()

    def _paint_chip(self, painter: QPainter, chip: Chip, room: QRectF) -> None:
        theme = self._dress.theme
        selected = chip.aliquot is not None and chip.aliquot in (self._selected, self._hovered)
        fill = colour(theme.surface) if chip.aliquot is not None else None
        edge: QColor | None = None
        width = 1.0
        if selected:
            edge, width = colour(theme.accent), 2.0
        elif chip.state == "newest":
            edge = colour(theme.ink2)
        elif chip.state in ("next", "late"):
            edge = colour(theme.accent if chip.state == "next" else theme.stale)
        elif chip.state == "planned":
            edge = colour(theme.line)
        rounded(painter, room, CHIP_CORNER, fill, edge, width)
        if chip.aliquot is not None:
            wide = SWATCH_SELECTED if selected else SWATCH
            left = room.left() + (_LEFT if self._text_left() > 20 else 6.0) - (wide - SWATCH) / 2
            inset = room.height() * 0.2
            swatch = QRectF(left, room.top() + inset, wide, room.height() - 2 * inset)
            rounded(painter, swatch, 2.0, series_colour(chip.place, theme))

    def _paint_segment(self, painter: QPainter, chip: Chip, room: QRectF) -> None:
        theme = self._dress.theme
        selected = chip.aliquot is not None and chip.aliquot in (self._selected, self._hovered)
        top = 0.0 if selected else 4.0
        part = QRectF(room.left() + 0.5, top, room.width() - 1, self._bar_bottom() - top)
        if chip.aliquot is None:
            edge = {"next": theme.accent, "late": theme.stale}.get(chip.state, theme.line)
            rounded(painter, part, 1.0, None, colour(edge))
        else:
            edge_ink = colour(theme.accent) if selected else None
            rounded(painter, part, 1.0, series_colour(chip.place, theme), edge_ink, 2.0)
        tick = QRectF(round(room.center().x()), self._bar_bottom() + 1, 1, 4)
        painter.fillRect(tick, colour(theme.edge))

    def _aliquot_at(self, event: QMouseEvent) -> int | None:
        """Return the aliquot under the pointer."""
        for index, chip in enumerate(self._chips):
            if self._room(index).contains(event.position()):
                return chip.aliquot
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Thicken the curve under the pointer."""
        self._set_hovered(self._aliquot_at(event))
        taken = self._hovered is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if taken else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, _event: QEvent) -> None:
        """Let all curves be equal again."""
        self._set_hovered(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the aliquot under the pointer; a second press lets it go."""
        if event.button() is Qt.MouseButton.LeftButton:
            number = self._aliquot_at(event)
            self.chosen.emit(None if number == self._selected else number)

    def _set_hovered(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            self.hovered.emit(number)
            self.update()
