"""The ladder under the plots: a chip for every aliquot taken and planned, or one colour bar where they are many."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from analysis.wording import grouped
from gui.actions import Act, cap
from gui.colour_bar import PALE, ColourBar
from gui.dress import CHIP_CORNER, GAP, Dress, Mark, Part, Text, paint, rounded, text_width
from gui.shown.ladder import Chip, Ladder
from gui.theme import Weight, colour, series_colour

WIDEST_CHIP = 200.0
SWATCH = 4.0
SWATCH_SELECTED = 8.0
DUE_BESIDE = 132.0
_ROUNDING = 4.0  # of a chip's room: what its first line leaves at the right, and whole pixels
LEAST_NAME = 56.0  # of a name that is cut off; less says nothing
DUE_MOST = 0.45  # of the ladder's width
_LEFT = 10.0
_RIGHT = 5.0


class AliquotList(QWidget):
    """Paints the ladder. `hovered` and `chosen` carry the number of an aliquot, or None."""

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, dress: Dress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self._dress = dress
        self._ladder = Ladder()
        self._chips: tuple[Chip, ...] = ()
        self._bar = ColourBar()
        self._selected: int | None = None
        self._hovered: int | None = None

    @property
    def shown(self) -> tuple[Chip, ...]:
        """Get the chips; none where there are more than 16."""
        return self._chips

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_ladder(self, ladder: Ladder) -> None:
        """Show another ladder; called often, paints only what has changed."""
        if ladder == self._ladder:
            return
        self._ladder, self._chips = ladder, ladder.chips
        said = [chip.spoken for chip in self._chips]
        if not said and ladder.bar is not None:
            due = [] if ladder.due is None else [ladder.due.spoken]
            said = [f"{grouped(int((ladder.bar.numbers > 0).sum()))} aliquots", *due]
        self.setAccessibleName("; ".join(said))
        self.update()

    def select(self, number: int | None) -> None:
        """Draw an aliquot as selected."""
        self._selected = number
        self.update()

    # Places

    @property
    def as_bar(self) -> bool:
        """Get whether the ladder is one colour bar: more than 16 rungs, or chips too narrow for their times."""
        if not self._chips:
            return self._ladder.bar is not None and len(self._ladder.bar.numbers) > 0
        room = self._chip_width() - self._text_left() - _RIGHT - _ROUNDING
        return any(self._dress.width(chip.time, 16, 600) > room for chip in self._chips)

    def _chip_width(self) -> float:
        """Return the width of a chip."""
        count = max(1, len(self._chips))
        return min(WIDEST_CHIP * self._dress.scale, (self.width() - GAP * (count - 1)) / count)

    def _text_left(self) -> float:
        """Return where the text of a chip begins; narrow chips have less air."""
        return 20.0 if self._chip_width() >= 96 else 16.0

    def _room(self, index: int) -> QRectF:
        """Return the room of a chip."""
        width = self._chip_width()
        return QRectF(round(index * (width + GAP)), 0, round(width), self.height())

    def chip_rooms(self) -> dict[int, QRectF]:
        """Return the room of the chip of every aliquot; nothing while the ladder is one colour bar."""
        if self.as_bar:
            return {}
        taken = ((chip.aliquot, self._room(index)) for index, chip in enumerate(self._chips))
        return {number: room for number, room in taken if number is not None}

    def _bar_room(self) -> QRectF:
        """Return the room of the bar, left of what is due next."""
        due = self._due_beside()
        return QRectF(0, 0, self.width() - (0.0 if due is None else due[1].width() + 2 * GAP), self.height())

    def _due_beside(self) -> tuple[str, QRectF] | None:
        """Return the second line of what is due next and its room beside the bar; None where it has none."""
        due, dress = self._ladder.due, self._dress
        if due is None:
            return None
        for words in (due.value, due.short_value, ""):
            sign = dress.scaled(18) if words and due.state == "late" else 0.0
            needs = max(dress.width(due.time, 16, 600), dress.width(words, 13, 600) + sign) + 2 * _LEFT + 4
            wide = round(max(needs, min(dress.scaled(DUE_BESIDE), DUE_MOST * self.width())))
            if wide <= DUE_MOST * self.width():
                return words, QRectF(self.width() - wide, 0, wide, self.height())
        return None

    # What is painted

    def parts(self) -> list[Part]:
        """Return all texts and signs where they stand."""
        bar, due = self._ladder.bar, self._ladder.due
        if self.as_bar and bar is not None:
            at = self._due_beside()
            beside = [] if due is None or at is None else self._chip_parts(due, at[1], at[0])
            found = [number for number in (self._selected, self._hovered) if number is not None]
            marked = tuple((number, self._bar_words(number)) for number in dict.fromkeys(found))
            return [*self._bar.parts(bar, self._dress, self._bar_room(), marked=marked), *beside]
        taken = [chip for chip in self._chips if chip.state in ("taken", "newest") and not chip.hidden]
        named = all(self._fits(chip, chip.value) for chip in taken)
        return [
            part
            for index, chip in enumerate(self._chips)
            for part in self._chip_parts(chip, self._room(index), self._second(chip, named=named))
        ]

    def _bar_words(self, number: int) -> str:
        """Return what is printed under the bar for an aliquot: its number, time, name and state."""
        standing = self._ladder.standing
        chip = None if standing is None else standing.chip(number)
        if chip is None:
            return ""
        extra = f"excluded: {chip.value}" if chip.state == "excluded" else chip.value
        return " · ".join(filter(None, (f"{grouped(number)}: {chip.time}", chip.name, extra)))

    def _name(self, chip: Chip) -> str:
        """Return the name of an aliquot where some of it can be read beside the note mark, else nothing."""
        note = self._dress.scaled(12) + 4 if chip.note else 0.0
        room = self._chip_width() - self._chip_left(chip) - 10 - note
        readable = min(self._dress.scaled(LEAST_NAME), self._dress.width(chip.name, 16, 600))
        return chip.name if room >= readable else ""

    def _time_beside(self, chip: Chip) -> bool:
        """Return whether name and time stand side by side in the first line."""
        room = self._chip_width() - self._chip_left(chip) - 10 - self._after_time(chip)
        return self._dress.width(f"{chip.time} {chip.name}", 16, 600) <= room

    def _second(self, chip: Chip, *, named: bool) -> str:
        """Return the second line a chip has room for: heights are named on all chips or on none."""
        if chip.state == "excluded":
            return chip.value
        choices = [chip.value, chip.short_value]
        if chip.state in ("taken", "newest") and not named:
            choices = [chip.short_value]
        if self._name(chip) and not self._time_beside(chip):
            choices = [*(f"{chip.time} · {words}" for words in choices), chip.time]
        return next((words for words in choices if self._fits(chip, words)), "")

    def _fits(self, chip: Chip, words: str) -> bool:
        """Return whether a chip has room for a second line."""
        sign = self._dress.scaled(13) + 5 if chip.state == "late" else 0.0
        weight: Weight = 600 if chip.state == "late" else 500 if chip.state == "next" else 400
        room = self._chip_width() - self._chip_left(chip) - _RIGHT
        return self._dress.width(words, 13, weight) + sign <= room

    def _chip_left(self, chip: Chip) -> float:
        """Return where the text of a chip begins: after the swatch, or further left without one."""
        return self._text_left() if chip.aliquot is not None else min(_LEFT + 2, self._text_left())

    def _after_time(self, chip: Chip) -> float:
        """Return how much of the first line number and note mark take."""
        number = "" if chip.number is None or self._dress.scale > 1.1 else grouped(chip.number)
        note = self._dress.scaled(12) + 4 if chip.note else 0.0
        return note + (self._dress.width(number, 12) + 9 if number else 0.0)

    def _chip_parts(self, chip: Chip, room: QRectF, value: str) -> list[Part]:
        """Return the texts of one chip: name or time, number, and the second line as far as there is room."""
        dress = self._dress
        left, right = room.left() + self._chip_left(chip), room.right() - _RIGHT
        first, second = dress.line(16), dress.line(13)
        two = bool(value) and first + second <= room.height()
        top = room.top() + (room.height() - first - (second + 2 if two else 0)) / 2
        parts = self._first_line(chip, QRectF(left, top, right - left, first), two_lines=two)
        if two:
            parts += self._value(chip, value, QRectF(left, top + first + 2, right - left, second))
        return parts

    def _first_line(self, chip: Chip, room: QRectF, *, two_lines: bool) -> list[Part]:
        """Return name or time at the left, the signs and the number at the right as far as there is room."""
        dress, theme = self._dress, self._dress.theme
        reached = chip.state not in ("planned", "excluded")
        ink = colour(theme.ink if reached else theme.ink3)
        made = QFont(dress.font(16, 600))
        made.setStrikeOut(chip.state == "excluded")
        words = f"{chip.time} {chip.name}" if chip.name and self._time_beside(chip) else self._name(chip) or chip.time
        needs = text_width(words, made) + 1
        parts: list[Part] = []
        right = room.right() - 2
        note = dress.scaled(12)
        least = room.left() + needs + 6
        if chip.state == "late" and not two_lines and least + note <= right:
            parts.append(
                Mark("triangle", QRectF(right - note, room.center().y() - note / 2, note, note), colour(theme.stale))
            )
            right -= note + 4
        number = "" if chip.number is None or dress.scale > 1.1 else grouped(chip.number)
        wide = dress.width(number, 12) + 1
        if number and least + wide + (note + 4 if chip.note else 0.0) <= right:
            at = QRectF(right - wide, room.top(), wide, room.height())
            parts.append(Text(number, at, dress.font(12), colour(theme.ink3), "right"))
            right -= wide + 4
        named = bool(self._name(chip))
        if chip.note and (named or least + note <= right):
            parts.append(
                Mark("note", QRectF(right - note, room.center().y() - note / 2, note, note), colour(theme.ink2))
            )
            right -= note + 4
        at = QRectF(room.left(), room.top(), min(needs, right - room.left()), room.height())
        return [Text(words, at, made, ink, may_elide=named), *parts]

    def _value(self, chip: Chip, value: str, room: QRectF) -> list[Part]:
        """Return the second line of a chip, with the triangle of a late one; a reason gives way at its end."""
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
        made = dress.font(13, 500 if chip.state == "next" else 400)
        return [Text(value, room, made, colour(tone), may_elide=chip.state == "excluded")]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint grounds, swatches and texts."""
        painter = QPainter(self)
        bar, standing = self._ladder.bar, self._ladder.standing
        if self.as_bar and bar is not None and standing is not None:
            marked = tuple(number for number in (self._selected, self._hovered) if number is not None)
            self._bar.paint(painter, bar, self._dress, self._bar_room(), marked=marked, hidden=standing.hidden)
            beside = self._due_beside()
            if self._ladder.due is not None and beside is not None:
                self._paint_ground(painter, self._ladder.due, beside[1])
        else:
            for index, chip in enumerate(self._chips):
                self._paint_ground(painter, chip, self._room(index))
        paint(painter, self.parts())
        painter.end()

    def _paint_ground(self, painter: QPainter, chip: Chip, room: QRectF) -> None:
        """Paint the ground, the border and the swatch of a chip."""
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
            self._paint_swatch(painter, chip, room, SWATCH_SELECTED if selected else SWATCH)

    def _paint_swatch(self, painter: QPainter, chip: Chip, room: QRectF, wide: float) -> None:
        """Paint the colour of the curve: pale where the aliquot does not count, a ring where the curve is hidden."""
        theme = self._dress.theme
        left = room.left() + (_LEFT if self._text_left() > 20 else 6.0) - (wide - SWATCH) / 2
        ink = series_colour(chip.place, theme)
        if chip.state == "excluded":
            ink.setAlphaF(PALE)
        inset = room.height() * 0.2
        swatch = QRectF(left, room.top() + inset, wide, room.height() - 2 * inset)
        if chip.hidden:
            side = 9.0
            swatch = QRectF(swatch.center().x() - side / 2, swatch.center().y() - side / 2, side, side)
            rounded(painter, swatch, side / 2, None, ink, 2.0)
        else:
            rounded(painter, swatch, 2.0, ink)

    def point(self, number: int | None) -> None:
        """Draw an aliquot as pointed at: its curve is under the pointer."""
        if number != self._hovered:
            self._hovered = number
            self.update()

    # The pointer

    def _number_at(self, at: QPointF) -> int | None:
        """Return the aliquot at a place."""
        bar = self._ladder.bar
        if self.as_bar and bar is not None:
            return bar.number_at(self._bar.at(self._bar_room(), at.x()))
        for index, chip in enumerate(self._chips):
            if self._room(index).contains(at):
                return chip.aliquot
        return None

    def event(self, event: QEvent) -> bool:
        """Say all there is to say of the rung under the pointer, where it is asked for by resting or by What's This."""
        if isinstance(event, QHelpEvent) and event.type() in (QEvent.Type.ToolTip, QEvent.Type.WhatsThis):
            QToolTip.showText(event.globalPos(), self.told(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def told(self, at: QPointF) -> str:
        """Return all there is to say of the rung at a place, and which keys go with it; nothing between two."""
        number, standing = self._number_at(at), self._ladder.standing
        chip = next((chip for i, chip in enumerate(self._chips) if self._room(i).contains(at)), None)
        if number is not None and standing is not None:
            chip = standing.chip(number)
        if chip is None or chip.aliquot is None:
            return "" if chip is None else chip.spoken
        acts = ((Act.ALIQUOT, "its card"), (Act.HIDE, "hides its curve"), (Act.EXCLUDE, "excludes it"))
        keys = ", ".join(f"{cap(act)} {words}" for act, words in acts)
        return f"{chip.spoken}\nA click selects it: {keys}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Thicken the curve under the pointer."""
        self._set_hovered(self._number_at(event.position()))
        taken = self._hovered is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if taken else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, _event: QEvent) -> None:
        """Let all curves be equal again."""
        self._set_hovered(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the aliquot under the pointer; a second press lets it go."""
        if event.button() is Qt.MouseButton.LeftButton:
            number = self._number_at(event.position())
            self.chosen.emit(None if number == self._selected else number)

    def _set_hovered(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            self.hovered.emit(number)
            self.update()
