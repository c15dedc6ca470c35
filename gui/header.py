"""The header: icon, the run's name, its recipe in one line, the virtual badge, and the keys at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.dress import GAP, MARGIN, Cap, Dress, Part, Text, cap_width, key_cap, paint
from gui.shown.header import Header
from gui.theme import app_icon, colour

ICON_SIDE = 20
COLUMNS_APART = 24


class HeaderBar(QWidget):
    """Paints the header; the words at its right can be clicked and do what their key does."""

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._shown = Header("Aliquot")
        self._icon = app_icon()
        self._pressed_act = pressed_act

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_header(self, shown: Header) -> None:
        """Show another run, recipe or badge."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(" ".join(filter(None, (shown.name, shown.recipe, shown.badge))))
            self.update()

    def _words(self) -> tuple[tuple[Act, str], ...]:
        """Return what stands at the right; the theme gives way to larger type."""
        other = "Light" if self._dress.theme.dark else "Dark"
        theme = () if self._dress.scale > 1.1 else ((Act.THEME, f"{other} window"),)
        return (*theme, (Act.KEYS, "Keys"))

    def _key_rooms(self) -> list[tuple[Act, str, QRectF]]:
        """Return the rooms of the words at the right, from the left."""
        dress, right = self._dress, float(self.width() - MARGIN)
        rooms: list[tuple[Act, str, QRectF]] = []
        for act, word in reversed(self._words()):
            width = dress.width(word, 13, 500) + GAP + cap_width(dress, cap(act)) + 1
            rooms.insert(0, (act, word, QRectF(right - width, 0.0, width, float(self.height()))))
            right -= width + COLUMNS_APART
        return rooms

    def parts(self) -> list[Part]:
        """Return texts and caps where they stand; the recipe gives way first, then the badge's second word."""
        dress, theme, height = self._dress, self._dress.theme, float(self.height())
        ink, ink2 = colour(theme.ink), colour(theme.ink2)
        parts: list[Part] = []
        rooms = self._key_rooms()
        for act, word, room in rooms:
            parts.append(Text(word, room, dress.font(13, 500), ink2))
            parts += key_cap(dress, cap(act), room.right(), height / 2, ink2, colour(theme.edge))
        end = rooms[0][2].left() - COLUMNS_APART
        left = MARGIN + dress.scaled(ICON_SIDE) + 10
        badge = self._shown.badge if dress.scale <= 1.1 else self._shown.short_badge
        badge_width = dress.width(badge, 12, 600) + dress.scaled(14) if badge else 0.0
        name_room = max(0.0, end - left - (badge_width + 12 if badge else 0.0))
        name_width = min(dress.width(self._shown.name, 16, 600) + 1, name_room)
        name = Text(self._shown.name, QRectF(left, 0, name_width, height), dress.font(16, 600), ink, may_elide=True)
        parts.append(name)
        left += name_width + 12
        recipe = self._shown.recipe if dress.scale <= 1.1 else ""
        if recipe:
            room_left = end - left - (badge_width + 14 if badge else 0)
            width = min(dress.width(recipe, 13) + 1, max(0.0, room_left))
            parts.append(Text(recipe, QRectF(left, 0, width, height), dress.font(13), ink2, may_elide=True))
            left += width + 14
        if badge:
            tall = dress.scaled(18)
            room = QRectF(round(left), round((height - tall) / 2), round(badge_width), round(tall))
            parts.append(Cap(Text(badge, room, dress.font(12, 600), ink2, "centre"), room, colour(theme.edge)))
        return parts

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint icon and parts."""
        painter = QPainter(self)
        side = round(self._dress.scaled(ICON_SIDE))
        at = QPointF(MARGIN, (self.height() - side) / 2).toPoint()
        self._icon.paint(painter, at.x(), at.y(), side, side)
        paint(painter, self.parts())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Do what the key of a clicked word does."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        for act, _, room in self._key_rooms():
            if room.contains(event.position()):
                self._pressed_act(act, 0)
                return
