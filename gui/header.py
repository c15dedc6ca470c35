"""The header: icon, run, recipe in one line, the virtual badge, the keys at the right; and UV, while it is on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.anatomy import WIDE_FROM
from gui.dress import CORNER, GAP, MARGIN, Cap, Dress, Mark, Part, Text, cap_width, key_cap, paint, rounded
from gui.shown.header import Header
from gui.shown.uv import UvSign
from gui.theme import app_icon, colour

ICON_SIDE = 20
COLUMNS_APART = 24
INSTEAD = ((Act.WATERFALL, "Waterfall"), (Act.PAIR, "Pair"))  # named while they stand in the place of the curves
LEAST_RECIPE = 40.0  # in less nothing of it can be read
SIGN_PX = 20  # what is dangerous is read from two metres
_SIGN_SIDE = 16.0


class HeaderBar(QWidget):
    """Paints the header; the words at its right can be clicked and do what their key does."""

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._shown = Header("Aliquot")
        self._uv: UvSign | None = None
        self._lit: frozenset[Act] = frozenset()
        self._view = ""
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

    def show_lit(self, lit: frozenset[Act]) -> None:
        """Raise the words of the views that are to be seen."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def show_view(self, words: str) -> None:
        """Say how the curves are looked at."""
        if words != self._view:
            self._view = words
            self.update()

    @property
    def uv(self) -> UvSign | None:
        """Get what is said of UV, or None while it is off."""
        return self._uv

    def show_uv(self, sign: UvSign | None) -> None:
        """Say that UV is on or may be on; the header stands over whatever covers the window."""
        if sign != self._uv:
            self._uv = sign
            self.setAccessibleDescription("" if sign is None else f"{sign.words} {sign.second}")
            self.raise_()
            self.update()

    def _sign_room(self, right: float) -> QRectF:
        """Return the room of the UV sign, which ends at `right`; empty while there is none."""
        sign, dress = self._uv, self._dress
        if sign is None:
            return QRectF(right, 0, 0, 0)
        side, key = dress.scaled(_SIGN_SIDE), cap_width(dress, sign.cap)
        words = dress.width(sign.words, SIGN_PX, 600) + (10 + dress.width(sign.second, 14, 600) if sign.second else 0)
        width = 12 + side + 8 + words + (10 + key if key else 0) + 12
        tall = min(dress.scaled(34), self.height() - 4.0)
        return QRectF(round(right - width), round((self.height() - tall) / 2), round(width), round(tall))

    def _sign_parts(self, room: QRectF) -> list[Part]:
        """Return shape, words and key of the UV sign: the ground is ink, the letters are the window's."""
        sign, dress, theme = self._uv, self._dress, self._dress.theme
        if sign is None:
            return []
        ink = colour(theme.alarm_ink if sign.bad else theme.window)
        side, left = dress.scaled(_SIGN_SIDE), room.left() + 12
        middle = room.center().y()
        parts: list[Part] = [
            Mark("octagon" if sign.bad else "dot", QRectF(left, middle - side / 2, side, side), ink),
        ]
        left += side + 8
        width = dress.width(sign.words, SIGN_PX, 600) + 1
        parts.append(Text(sign.words, QRectF(left, 0, width, self.height()), dress.font(SIGN_PX, 600), ink))
        left += width + 9
        if sign.second:
            width = dress.width(sign.second, 14, 600) + 1
            parts.append(Text(sign.second, QRectF(left, 0, width, self.height()), dress.font(14, 600), ink))
        return parts + key_cap(dress, sign.cap, room.right() - 10, self.height() / 2, ink, ink)

    def _words(self) -> tuple[tuple[Act, str], ...]:
        """Return what stands at the right; all but the keys give way to larger type."""
        other = "Light" if self._dress.theme.dark else "Dark"
        first = next(((act, word) for act, word in INSTEAD if act in self._lit), (Act.VIEW, self._view))
        view = (first, (Act.TREND, "Trend"), (Act.PHOTOS, "Photos")) if self._view else ()
        theme = ((Act.THEME, f"{other} window"),) if self.width() >= WIDE_FROM or not view else ()
        more = () if self._dress.scale > 1.1 else (*view, *theme)
        offer = ((Act.RECIPE, "Recipe"),) if self._shown.offers_recipe and self._dress.scale < 1.6 else ()
        return (*offer, *more, (Act.KEYS, "Keys"))

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
            parts.append(Text(word, room, dress.font(13, 500), ink if act in self._lit else ink2))
            parts += key_cap(dress, cap(act), room.right(), height / 2, ink2, colour(theme.edge))
        end = rooms[0][2].left() - COLUMNS_APART
        sign = self._sign_room(end)
        parts += self._sign_parts(sign)
        end = sign.left() - (COLUMNS_APART if self._uv is not None else 0)
        left = MARGIN + dress.scaled(ICON_SIDE) + 10
        badge = self._shown.badge if dress.scale <= 1.1 else self._shown.short_badge
        badge_width = dress.width(badge, 12, 600) + dress.scaled(14) if badge else 0.0
        name_room = max(0.0, end - left - (badge_width + 12 if badge else 0.0))
        name_width = min(dress.width(self._shown.name, 16, 600) + 1, name_room)
        name = Text(self._shown.name, QRectF(left, 0, name_width, height), dress.font(16, 600), ink, may_elide=True)
        parts.append(name)
        left += name_width + 12
        recipe = self._shown.recipe if dress.scale <= 1.1 else ""
        room_left = end - left - (badge_width + 14 if badge else 0)
        if recipe and room_left >= LEAST_RECIPE:
            width = min(dress.width(recipe, 13) + 1, room_left)
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
        for act, _, room in self._key_rooms():
            if act in self._lit:
                box = room.adjusted(-8, 5, 6, -5)
                rounded(painter, box, CORNER, colour(self._dress.theme.raised), colour(self._dress.theme.edge))
        if self._uv is not None:
            theme = self._dress.theme
            ground = colour(theme.alarm_fill if self._uv.bad else theme.ink)
            rounded(painter, self._sign_room(self._key_rooms()[0][2].left() - COLUMNS_APART), CORNER, ground)
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
