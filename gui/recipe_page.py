"""The recipe page: two columns of fields and what follows, a foot with the way on; worked by arrows and Enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.actions import Act, cap
from gui.choice_list import ChoiceList
from gui.dress import Dress, Part, Text, hairline, key_cap, paint
from gui.number_fields import takes_numbers
from gui.recipe_layout import PlacedBox, Strip
from gui.recipe_painting import moved, paint_box, paint_strip
from gui.recipe_place import Content, Page, foot, foot_tall, laid, nearest
from gui.theme import colour

TITLE_TALL = 40
PAD = 16


class Chosen(Protocol):
    """What the page tells of: a text that is typed and ended, an option that is taken, a button, the way out."""

    def type(self, name: str, text: str) -> None:
        """Take what stands in a field now."""

    def ended(self, name: str) -> None:
        """A field is left, with what stands in it."""

    def take(self, name: str, option: int) -> None:
        """Take an option of a choice."""

    def press(self, name: str) -> None:
        """Do what a button says."""


class RecipePage(QWidget):
    """Paints the page. What has no room is reached with the cursor or the wheel; title and foot stay."""

    def __init__(self, dress: Dress, chosen: Chosen, pressed_act: Callable[[Act, int], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._dress, self._chosen, self._pressed_act = dress, chosen, pressed_act
        self._content = Content((), (), "dash", "", ())
        self._at, self._editing, self._choosing = "", "", ""
        self._offset = 0.0
        self._laid: Page | None = None
        self.field = QLineEdit(self)
        self.field.setMaxLength(80)
        self.field.setFont(dress.font(15, 500))
        self.field.hide()
        self.field.installEventFilter(self)
        self.field.textEdited.connect(lambda text: self._chosen.type(self._editing, text))
        self.list = ChoiceList(dress, self._take, self)
        self.hide()

    # What it shows

    @property
    def at(self) -> str:
        """Get the name of the field under the cursor."""
        return self._at

    @property
    def editing(self) -> bool:
        """Get whether a field is being typed into, or chosen for."""
        return bool(self._editing or self._choosing)

    @property
    def content(self) -> Content:
        """Get what is shown."""
        return self._content

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.field.setFont(dress.font(15, 500))
        self.list.set_dress(dress)
        self.list.hide()
        self._choosing, self._laid = "", None
        self._arrange()

    def show_content(self, content: Content) -> None:
        """Show the page; the cursor stays in its field where that is still there."""
        if content == self._content:
            return
        self._content = content
        self._laid = None
        names = [box.field.name for box in self.boxes()]
        if self._at not in names:
            self._at = names[-1] if names else ""
        if self._editing and self._editing not in names:
            self.end_edit()
        self.setAccessibleDescription(content.state)
        self._arrange()

    def begin_at(self, name: str) -> None:
        """Put the cursor into a field and show it."""
        self._at = name
        box = self._box(name)
        if box is not None:
            words = (box.field.says, box.field.value, box.field.unit, box.field.said)
            self.setAccessibleName(f"Recipe, {' '.join(filter(None, words))}")
        self._show_cursor()
        self._arrange()

    def type_into(self, name: str, text: str | None = None) -> None:
        """Begin to type into a field, in the place of what stands in it, or with `text` as its first letters."""
        box = self._box(name)
        if box is None:
            return
        self.begin_at(name)
        self._editing = name
        self.field.setText(box.field.value if text is None else text)
        if text is None:
            self.field.selectAll()
        else:
            self._chosen.type(name, text)
        numbers = "." in name or bool(box.field.unit)
        takes_numbers(self.field, numbers)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight if numbers else Qt.AlignmentFlag.AlignLeft)
        self.field.setAccessibleName(" ".join(filter(None, (box.field.says, box.field.unit))))
        self._arrange()
        self.field.show()
        self.field.setFocus()

    # Keys

    def go(self, by: int) -> None:
        """Up or Down: the field above or below; in an open list the option before or after."""
        self._move(0, by)

    def step(self, by: int) -> None:
        """Left or Right: the field beside; in an open list the option before or after."""
        self._move(by, 0)

    def _move(self, dx: int, dy: int) -> None:
        if self._choosing:
            self.list.go(dx or dy)
            return
        self.end_edit()
        boxes, current = self.boxes(), self._box(self._at)
        found = nearest(boxes, current, dx, dy) if current is not None else None
        if found is None:
            self._scroll(dy * self._view().height() * 0.7)
        elif dy and self._far(found, dy):
            self._scroll(dy * self._view().height() * 0.7)  # what stands between two fields is read, not passed over
        else:
            self.begin_at(found.field.name)
        self._arrange()

    def _far(self, box: PlacedBox, dy: int) -> bool:
        """Return whether a field is further than the eye can follow: more than a page away."""
        if box.field in self._content.presses:
            return self._offset + self._view().height() < self._page().tall - 1
        away = box.room.bottom() - self._offset - self._view().height() if dy > 0 else self._offset - box.room.top()
        return away > 0.7 * self._view().height()

    def confirm(self) -> None:
        """Enter: go on to the next field, take the option, open the list, press the button, or begin to type."""
        if self._choosing:
            self._take(self.list.at)
        elif self._editing:
            self._go_on(self._editing, typing=False)
        else:
            box = self._box(self._at)
            if box is None:
                return
            if box.presses:
                self._chosen.press(box.field.name)
            elif box.field.options:
                self._open_list(box)
            else:
                self.type_into(box.field.name)

    def choose(self, number: int) -> None:
        """A number: the button at the foot with this number, or the first figure of the field under the cursor."""
        presses = self._content.presses
        box = self._box(self._at)
        if len(presses) > 1 and number <= len(presses):
            self._chosen.press(presses[number - 1].name)
        elif box is not None and not box.presses and (box.field.unit or "." in box.field.name):
            self.type_into(box.field.name, str(number))

    def end_edit(self) -> None:
        """Give the keys back to the window; what was typed stays in the page."""
        if self._choosing:
            self._choosing = ""
            self.list.hide()
        if self._editing:
            name, self._editing = self._editing, ""
            self.field.hide()
            self.window().setFocus()
            self._chosen.ended(name)
            self._arrange()

    def _go_on(self, name: str, *, typing: bool, by: int = 1) -> None:
        """Leave a field for the one after it."""
        names = [box.field.name for box in self.boxes()]
        following = names[min(len(names) - 1, max(0, names.index(name) + by))] if name in names else self._at
        self.end_edit()
        self.begin_at(following if self._box(following) is not None else self._at)
        box = self._box(self._at)
        if typing and box is not None and not box.presses and not box.field.options:
            self.type_into(self._at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Tab go on to the next field instead of leaving the page."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self._editing:
            by = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()), 0)
            if by:
                self._go_on(self._editing, typing=True, by=by)
                return True
        return super().eventFilter(watched, event)

    def _open_list(self, box: PlacedBox) -> None:
        self._choosing = box.field.name
        options = box.field.options
        at = options.index(box.field.value) if box.field.value in options else 0
        room = QRectF(PAD, 2, self.width() - 2 * PAD, self.height() - 4)
        self.list.offer(options, at, self.shown_room(box), room)
        self.update()

    def _take(self, option: int) -> None:
        name, self._choosing = self._choosing, ""
        self.list.hide()
        self._chosen.take(name, option)
        self._arrange()

    # Places

    def _page(self) -> Page:
        if self._laid is None:
            self._laid = laid(self._content, self.width() - 2 * PAD, self._view().height(), self._dress)
        return self._laid

    def boxes(self) -> list[PlacedBox]:
        """Return all fields in the page's own coordinates, the buttons of the foot below everything."""
        page = self._page()
        down = page.tall + 24 - self._foot_room().top()
        buttons = [PlacedBox(each.field, each.room.translated(0, down), True) for each in self.buttons]
        return [*(box for strip in page.strips for box in strip.boxes), *buttons]

    def _box(self, name: str) -> PlacedBox | None:
        return next((box for box in self.boxes() if box.field.name == name), None)

    def shown_room(self, box: PlacedBox) -> QRectF:
        """Return where a field of the columns stands in the widget."""
        return box.room.translated(PAD, self._view().top() - self._offset)

    def _view(self) -> QRectF:
        """Return the room of the columns, between title and foot."""
        top = self._title_tall() + 1
        return QRectF(0, top, self.width(), max(1.0, self._foot_room().top() - top - 1))

    @property
    def buttons(self) -> list[PlacedBox]:
        """Get the buttons of the foot where they stand in the widget."""
        return self._foot()[1]

    def _title_tall(self) -> float:
        return min(self._dress.scaled(TITLE_TALL), 64.0)

    def _foot(self) -> tuple[list[Part], list[PlacedBox]]:
        return foot(self._content, self._foot_room(), self._dress, self._at)

    def _foot_room(self) -> QRectF:
        tall = foot_tall(self._content, self.width() - 2 * PAD, self._dress)
        return QRectF(PAD, self.height() - tall, self.width() - 2 * PAD, tall)

    def _show_cursor(self) -> None:
        """Move the page as little as shows the field under the cursor, and what is said under it."""
        found = [n for n, s in enumerate(self._page().strips) if any(b.field.name == self._at for b in s.boxes)]
        if not found:
            return
        strips, first = self._page().strips, found[0]
        top = strips[first].room.top()
        after = strips[first + 1] if first + 1 < len(strips) else None
        last = after if after is not None and not after.boxes and strips[first].boxes[0].field.said else strips[first]
        tall = self._view().height()
        above = strips[first - 1].room.top() if first and not strips[first - 1].boxes else top
        self._offset = max(min(self._offset, above if top > 0 else 0.0), last.room.bottom() - tall)
        self._offset = min(self._offset, top)

    def _scroll(self, by: float) -> None:
        most = max(0.0, self._page().tall - self._view().height())
        self._offset = min(most, max(0.0, self._offset + by))

    def _arrange(self) -> None:
        """Put the field over its box, and paint again."""
        self._offset = min(self._offset, max(0.0, self._page().tall - self._view().height()))
        box = self._box(self._editing) if self._editing else None
        if box is not None:
            room = self.shown_room(box)
            room.setWidth(max(room.width(), self._dress.scaled(88)))
            self.field.setGeometry(room.toAlignedRect())
        self.update()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the field under the cursor in sight."""
        self._laid = None
        self._show_cursor()
        self._arrange()

    # Painting

    def _shown(self) -> list[tuple[Strip, float]]:
        """Return the strips that have room whole, with how far they are moved down."""
        view = self._view()
        down = view.top() - self._offset
        return [
            (strip, down)
            for strip in self._page().strips
            if strip.room.top() + down >= view.top() - 0.5 and strip.room.bottom() + down <= view.bottom() + 0.5
        ]

    def parts(self) -> list[Part]:
        """Return title, what is in sight of the columns, and foot, where they stand."""
        parts: list[Part] = self._title()
        hidden = self._box(self._editing) if self._editing else None
        for strip, down in self._shown():
            for part in strip.parts:
                if hidden is None or not hidden.room.contains(part.room.center()):
                    parts.append(moved(part, PAD, down))
        return parts + self._foot()[0]

    def _title(self) -> list[Part]:
        dress, theme, tall = self._dress, self._dress.theme, self._title_tall()
        ink2 = colour(theme.ink2)
        right = float(self.width() - PAD)
        caps = key_cap(dress, cap(Act.LEAVE), right, tall / 2, ink2, colour(theme.edge))
        left = caps[0].room.left() - 6 - dress.width("Close", 13, 500) - 1
        close = Text("Close", QRectF(left, 0, dress.width("Close", 13, 500) + 1, tall), dress.font(13, 500), ink2)
        title = QRectF(PAD, 0, dress.width("Recipe", 20, 600) + 2, tall)
        parts: list[Part] = [Text("Recipe", title, dress.font(20, 600), colour(theme.ink)), close, *caps]
        room = QRectF(title.right() + 12, 0, left - 24 - title.right() - 12, tall)
        more = [words for words in self._more() if words and dress.width(words, 12) <= room.width()]
        return parts + [Text(words, room, dress.font(12), ink2, "right") for words in more[:1]]

    def _more(self) -> tuple[str, str]:
        """Return where the page goes on, in words and, for little room, by its keys alone."""
        above, below = self._offset > 1.0, self._offset + self._view().height() < self._page().tall - 1.0
        ways = [(word, cap(act)) for word, act, more in (("above", Act.UP, above), ("below", Act.DOWN, below)) if more]
        return ", ".join(f"more {word} {key}" for word, key in ways), " ".join(key for _, key in ways)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, the hairlines, the boxes and all parts."""
        painter = QPainter(self)
        theme, view = self._dress.theme, self._view()
        painter.fillRect(self.rect(), colour(theme.window))
        page, line = self._page(), colour(theme.line)
        if page.split is not None:
            x = PAD + page.split
            hairline(painter, QPointF(x, view.top() + 4), QPointF(x, view.bottom()), line)
        hairline(painter, QPointF(0, view.bottom()), QPointF(self.width(), view.bottom()), line)
        for strip, down in self._shown():
            paint_strip(painter, strip, PAD, down, self._dress, self._at)
        for n, button in enumerate(self.buttons):
            fill = theme.raised if n else theme.window if button.field.wrong else theme.primary
            paint_box(painter, button, button.room, colour(fill), self._dress, self._at)
        paint(painter, self.parts())
        painter.end()

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Do with a click what the keys do."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        at, view = event.position(), self._view()
        self.end_edit()
        if at.y() < self._title_tall() and at.x() > self.width() - PAD - self._dress.scaled(90):
            self._pressed_act(Act.LEAVE, 0)
            return
        found = [box for box in self.buttons if box.room.contains(at)]
        if view.contains(at):
            found = [b for s, _ in self._shown() for b in s.boxes if self.shown_room(b).contains(at)]
        if found:
            self.begin_at(found[0].field.name)
            self.confirm()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move the page."""
        self.end_edit()
        self._scroll(-48.0 if event.angleDelta().y() > 0 else 48.0)
        self._arrange()
