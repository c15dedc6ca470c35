"""The set-up page in the place of the plots: tabs, lines under a cursor, and one field to type into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.actions import MORE_ABOVE, MORE_BELOW, Act, cap
from gui.dress import CHIP_CORNER, CORNER, Dress, Part, Text, cap_width, hairline, key_cap, paint, rounded
from gui.number_fields import takes_numbers
from gui.set_up_lines import Placed, place
from gui.shown.set_up import PAGES, Line
from gui.theme import colour

PAD = 16
TABS_TALL = 44
FOOT = 22
LONGEST = 1000  # characters of a field
SHORT = ("Device", "Lights", "Optics", "By itself", "Window", "Doctor")
TYPES = f"{cap(Act.CONFIRM)}: type a value"


class Chosen(Protocol):
    """What the page tells of: a tab, a line that is pressed or stepped through, a text that is typed, the way out."""

    def turn(self, page: int) -> None:
        """Show another page."""

    def take(self, name: str, by: int) -> None:
        """Take the option before or after in a choice."""

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now."""

    def press(self, name: str) -> None:
        """Do what a line says."""


@dataclass(frozen=True, slots=True)
class Tabs:
    """What a sheet is called, its pages in order, and their short words for where there is little room."""

    title: str
    words: tuple[str, ...]
    short: tuple[str, ...]


SET_UP = Tabs("Set-up", PAGES, SHORT)


class SetUpPage(QWidget):
    """Paints one page of a sheet. Lines that have no room are reached with the cursor or the wheel."""

    def __init__(
        self,
        dress: Dress,
        chosen: Chosen,
        pressed_act: Callable[[Act, int], None],
        parent: QWidget,
        tabs: Tabs = SET_UP,
    ) -> None:
        super().__init__(parent)
        self._pages = tabs
        self._dress = dress
        self._chosen = chosen
        self._pressed_act = pressed_act
        self._page = 0
        self._lines: tuple[Line, ...] = ()
        self._at = ""
        self._first = 0
        self._editing = ""
        self.field = QLineEdit(self)
        self.field.setMaxLength(LONGEST)
        self.field.hide()
        self.field.textEdited.connect(lambda text: self._chosen.type(self._editing, text))
        self.hide()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Get the lines that are shown."""
        return self._lines

    @property
    def at(self) -> str:
        """Get the name of the line under the cursor."""
        return self._at

    @property
    def editing(self) -> bool:
        """Get whether a field is being typed into: keys are letters then."""
        return bool(self._editing)

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.field.setFont(dress.font(14, 500))
        self._arrange()

    def show_lines(self, page: int, lines: tuple[Line, ...]) -> None:
        """Show a page; the cursor stays on its line, or at its place where that line has gone."""
        if (page, lines) == (self._page, self._lines):
            return
        turned = page != self._page
        before = [line.name for line in self._lines if line.is_active]
        names = [line.name for line in lines if line.is_active]
        gone = self._at not in names
        at = before.index(self._at) if self._at in before and not turned else 0
        self._page, self._lines = page, lines
        if turned or gone:
            self._at = names[min(at, len(names) - 1)] if names else ""
            self._first = 0 if turned else self._first
        if self._editing not in names:
            self.end_edit()
        self.setAccessibleName(f"{self._pages.title}, {self._pages.words[page]}")
        self.setAccessibleDescription(". ".join(f"{x.label} {x.value}{x.unit} {x.wrong}".strip() for x in lines))
        self._arrange()

    # Keys

    def go(self, by: int) -> None:
        """Move the cursor to the line before or after; where there is none, the page itself moves."""
        self.end_edit()
        names = [line.name for line in self._lines if line.is_active]
        at = names.index(self._at) + by if self._at in names else -1
        if 0 <= at < len(names):
            self._at = names[at]
            self._show_cursor()
        else:
            self._scroll(by)
        self._arrange()

    def stand_at(self, name: str) -> None:
        """Put the cursor on a line; where there is no such line it stays."""
        if any(line.is_active and line.name == name for line in self._lines):
            self.end_edit()
            self._at = name
            self._show_cursor()
            self._arrange()

    def step(self, by: int) -> None:
        """Take the option before or after in the choice under the cursor."""
        line = self._line()
        if line is not None and line.kind == "choice":
            self._chosen.take(line.name, by)

    def confirm(self) -> None:
        """Enter: end typing, begin to type, take the next option, or press."""
        line = self._line()
        if self._editing:
            self.end_edit()
            self.go(1)
        elif line is None:
            return
        elif line.kind == "field":
            self._edit(line)
        elif line.kind == "choice":
            self._chosen.take(line.name, 1)
        elif not line.wrong:
            self._chosen.press(line.name)

    def end_edit(self) -> None:
        """Give the keys back to the window; what was typed stays in the page."""
        if self._editing:
            self._editing = ""
            self.field.hide()
            self.window().setFocus()
            self.update()

    def _edit(self, line: Line) -> None:
        self._editing = line.name
        takes_numbers(self.field, line.number or bool(line.unit))
        self.field.setText(line.value)
        self.field.selectAll()
        self._arrange()
        self.field.show()
        self.field.setFocus()

    def _line(self) -> Line | None:
        return next((line for line in self._lines if line.is_active and line.name == self._at), None)

    # Places

    def _placed(self, first: int) -> list[Placed]:
        """Return the lines that have room, from the first that is in sight."""
        room = self._room()
        found: list[Placed] = []
        y = room.top()
        for line in self._lines[first:]:
            current = line.is_active and line.name == self._at
            placed = place(line, y, room.left(), room.width(), self._dress, current=current)
            if placed.room.bottom() > room.bottom() and found:
                break
            found.append(placed)
            y = placed.room.bottom()
        return found

    def _room(self) -> QRectF:
        """Return the room of the lines, between tabs and foot."""
        top = self._tabs_tall() + 2
        return QRectF(PAD, top, self.width() - 2 * PAD, self.height() - top - self._dress.scaled(FOOT))

    def _tabs_tall(self) -> float:
        return min(self._dress.scaled(TABS_TALL), 64.0)

    def _show_cursor(self) -> None:
        """Move the page as little as shows the line under the cursor, its section's head with it where that fits."""
        if not self._lines:
            return
        index = next((n for n, line in enumerate(self._lines) if line.is_active and line.name == self._at), 0)
        active = [n for n, line in enumerate(self._lines) if line.is_active]
        if active and index == active[0]:
            self._first = 0
        self._first = min(self._first, max(0, index - 1))
        while index >= self._first + len(self._placed(self._first)):
            self._first += 1

    def _scroll(self, by: int) -> None:
        last = self._first + len(self._placed(self._first)) >= len(self._lines)
        if by < 0 or not last:
            self._first = min(max(0, self._first + by), max(0, len(self._lines) - 1))

    def _arrange(self) -> None:
        """Put the field over its box, and paint again."""
        box = next((p.box for p in self._placed(self._first) if p.line.name == self._editing and p.box), None)
        if self._editing and box is not None:
            self.field.setGeometry(box.toAlignedRect())
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the line under the cursor in sight."""
        self._show_cursor()
        self._arrange()

    # Painting

    def _tabs(self) -> list[tuple[QRectF, str, str]]:
        """Return room, word and key of every tab, and of the way out; closed tabs lose their words first, then all."""
        dress, tall = self._dress, self._tabs_tall()
        bare = tuple(word if n == self._page else "" for n, word in enumerate(self._pages.short))
        full, short, none = self._pages.words, self._pages.short, ("",) * len(bare)
        for words, out in ((full, "Close"), (short, "Close"), (bare, "Close"), (bare, ""), (none, "")):
            px = 15 if words is full else 13
            widths = [
                dress.width(word, px, 600) + (6 if word else 0) + cap_width(dress, str(n))
                for n, word in enumerate(words, 1)
            ]
            close = dress.width(out, 13, 500) + (6 if out else 0) + cap_width(dress, cap(Act.LEAVE))
            apart = min(dress.scaled(24), (self.width() - 2 * PAD - sum(widths) - close - 2) / len(widths))
            if apart >= 8:
                break
        rooms, left = [], float(PAD)
        for n, (word, width) in enumerate(zip(words, widths, strict=True), 1):
            rooms.append((QRectF(left, 0, width, tall), word, str(n)))
            left += width + apart
        rooms.append((QRectF(self.width() - PAD - close, 0, close, tall), out, cap(Act.LEAVE)))
        return rooms

    def parts(self) -> list[Part]:
        """Return tabs, lines and foot where they stand."""
        dress, theme = self._dress, self._dress.theme
        parts: list[Part] = []
        tabs = self._tabs()
        px = 15 if tabs[0][1] == self._pages.words[0] else 13
        for n, (room, word, key) in enumerate(tabs):
            here = n == self._page
            ink = colour(theme.ink if here else theme.ink2)
            size, weight = (13, 500) if n == len(self._pages.words) else (px, 600)
            made = dress.font(size, 600 if weight == 600 else 500)
            parts.append(Text(word, QRectF(room.left(), 0, room.width(), room.height()), made, ink))
            parts += key_cap(dress, key, room.right(), room.center().y(), ink, colour(theme.edge))
        placed = self._placed(self._first)
        for each in placed:
            hidden = self._editing and each.line.name == self._editing
            parts += [part for part in each.parts if not (hidden and _is_value(part, each))]
        above, below = self._first > 0, self._first + len(placed) < len(self._lines)
        chosen = self._line()
        types = chosen is not None and chosen.kind == "field" and not self._editing  # a digit alone turns to its page
        said = (TYPES if types else "", MORE_ABOVE if above else "", MORE_BELOW if below else "")
        if any(said):
            foot = QRectF(PAD, self.height() - dress.scaled(FOOT), self.width() - 2 * PAD, dress.scaled(FOOT))
            words = ", ".join(filter(None, said))
            if dress.width(words, 12) > foot.width():
                words = ", ".join(filter(None, said[1:]))
            parts.append(Text(words, foot, dress.font(12), colour(theme.ink2)))
        return parts

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, the tab that is open, the boxes and all parts."""
        painter = QPainter(self)
        theme, tall = self._dress.theme, self._tabs_tall()
        painter.fillRect(self.rect(), colour(theme.surface))
        hairline(painter, QPointF(0, tall), QPointF(self.width() - 1, tall), colour(theme.line))
        here = self._tabs()[self._page][0]
        painter.fillRect(QRectF(here.left(), tall - 2, here.width(), 3), colour(theme.accent))
        for each in self._placed(self._first):
            if each.box is None:
                continue
            current = each.line.name == self._at
            press = each.line.kind == "press"
            able = not (press and each.line.wrong)
            fill = colour(theme.raised) if press and able else None
            edge = theme.accent if current else theme.edge if able and not press else theme.line
            corner = CORNER if press else CHIP_CORNER
            rounded(painter, each.box, corner, fill, colour(edge), 2.0 if current else 1.0)
        paint(painter, self.parts())
        painter.end()

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Do with a click what the keys do."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        at = event.position()
        for n, (room, _, _) in enumerate(self._tabs()):
            if room.adjusted(-4, 0, 4, 0).contains(at):
                self._pressed_act(Act.LEAVE, 0) if n == len(self._pages.words) else self._chosen.turn(n)
                return
        for each in self._placed(self._first):
            if each.box is not None and each.box.contains(at):
                self.end_edit()
                self._at = each.line.name
                if each.line.kind == "choice":
                    self._chosen.take(each.line.name, -1 if at.x() < each.box.left() + each.box.width() / 3 else 1)
                else:
                    self.confirm()
                self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move the page by a line."""
        self.end_edit()
        self._scroll(-1 if event.angleDelta().y() > 0 else 1)
        self._arrange()


def _is_value(part: Part, placed: Placed) -> bool:
    """Return whether a part is the value that the field covers while it is typed into."""
    return isinstance(part, Text) and placed.box is not None and placed.box.contains(part.room.center())
