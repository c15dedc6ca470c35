"""A button with its key on it: title, second line, cap, and every state of the bench, painted by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.actions import Act
from gui.dress import CORNER, GAP, Dress, Mark, Part, Text, cap_width, key_cap, paint, rounded
from gui.marks import MarkName
from gui.shown.bench import Button
from gui.theme import Theme, colour

_SIGNS: dict[str, MarkName] = {"bad": "octagon", "on": "dot"}


class KeyButton(QAbstractButton):
    """Paints one `Button`; never takes the focus, so that keys stay keys. `pressed_act` gets its act."""

    def __init__(
        self, button: Button, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._dress = dress
        self._shown = button
        self._title_px = 16.0
        self._number = 0
        self.clicked.connect(lambda: pressed_act(self._shown.act, self._number))
        self._name()

    @property
    def shown(self) -> Button:
        """Get what the button shows."""
        return self._shown

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def set_title_px(self, px: float) -> None:
        """Set the size of the title before scaling: 20 for Capture, 13 for the small row."""
        self._title_px = px
        self.update()

    def set_number(self, number: int) -> None:
        """Set the number that goes with the act: which of a list was chosen."""
        self._number = number

    def show_button(self, button: Button) -> None:
        """Show another title, second line or state."""
        if button != self._shown:
            self._shown = button
            self._name()
            self.update()

    def _name(self) -> None:
        """Tell readers of the screen, and the pointer, what the button says."""
        self.setText(self._shown.title)
        self.setAccessibleName(" ".join(filter(None, (self._shown.title, self._shown.second))))
        self.setToolTip(self._shown.reason or self._shown.second)

    def parts(self) -> list[Part]:
        """Return texts, mark and cap where they stand."""
        dress, shown = self._dress, self._shown
        ink, second_ink, edge = _inks(dress.theme, shown)
        pad = 16.0 if self.height() >= 64 else 12.0 if self._title_px > 13 else 10.0
        parts = key_cap(dress, shown.cap, self.width() - pad, self.height() / 2, ink, edge)
        right = self.width() - pad - (cap_width(dress, shown.cap) + GAP if shown.cap else 0.0)
        title_line, second_line = dress.line(self._title_px), dress.line(13)
        two = bool(shown.second) and title_line + second_line + 4 <= self.height()
        gap = min(8.0, (self.height() - title_line - second_line) / 4) if two else 0.0
        top = (self.height() - title_line - (second_line + gap if two else 0.0)) / 2
        left = pad
        sign = _SIGNS.get(shown.state) or ("triangle" if shown.state == "stale" and not two else None)
        if sign is not None:
            side = dress.scaled(14)
            parts.append(Mark(sign, QRectF(left, top + (title_line - side) / 2, side, side), _sign_ink(dress, shown)))
            left += side + 6
        parts.append(
            Text(shown.title, QRectF(left, top, right - left, title_line), dress.font(self._title_px, 600), ink)
        )
        if two:
            parts += self._second(top + title_line + gap, right, pad, second_ink)
        return parts

    def _second(self, top: float, right: float, left: float, ink: QColor) -> list[Part]:
        """Return the second line, with its triangle where it is stale."""
        dress, shown = self._dress, self._shown
        parts: list[Part] = []
        line = dress.line(13)
        strong = shown.state in ("stale", "bad", "on")
        if shown.state == "stale":
            side = dress.scaled(13)
            parts.append(Mark("triangle", QRectF(left, top + (line - side) / 2, side, side), ink))
            left += side + 5
        font = dress.font(13, 600 if strong else 400)
        room = QRectF(left, top, right - left, line)
        parts.append(Text(shown.second, room, font, ink, may_elide=shown.state == "disabled"))
        return parts

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, fill and parts."""
        painter = QPainter(self)
        room = QRectF(self.rect())
        self._paint_ground(painter, room)
        paint(painter, self.parts())
        painter.end()

    def _paint_ground(self, painter: QPainter, room: QRectF) -> None:
        """Paint the button's ground and border for its state, pointer and press."""
        theme, state = self._dress.theme, self._shown.state
        fill: QColor | None = colour(theme.raised)
        edge, width = colour(theme.line), 1.0
        if state == "primary":
            fill, edge = colour(theme.primary), colour(theme.primary)
        elif state == "bad":
            fill, edge, width = colour(theme.alarm_tint), colour(theme.alarm_fill), 2.0
        elif state == "on":
            edge, width = colour(theme.ink2), 2.0
        elif state == "armed":
            edge, width = colour(theme.accent), 2.0
        elif state == "disabled":
            fill = None
        elif state == "busy":
            edge = colour(theme.primary)
        if fill is not None and self.isDown():
            fill = fill.darker(112)
        elif self.underMouse() and state in ("ok", "stale", "primary"):
            edge = colour(theme.edge)
        rounded(painter, room, CORNER, fill, edge, width)
        if state == "busy":
            painter.save()
            painter.setClipRect(QRectF(room.left(), room.top(), room.width() * self._shown.fraction, room.height()))
            rounded(painter, room, CORNER, colour(theme.primary, 0.62 if theme.dark else 0.22), edge, width)
            painter.restore()


def _inks(theme: Theme, shown: Button) -> tuple[QColor, QColor, QColor]:
    """Return the colours of title, second line and key edge."""
    if shown.state == "primary":
        return colour(theme.primary_ink), colour(theme.primary_ink2), colour(theme.primary_edge)
    if shown.state == "disabled":
        return colour(theme.ink3), colour(theme.ink3), colour(theme.line)
    second = {"stale": theme.stale, "bad": theme.alarm, "on": theme.ink}.get(shown.state, theme.ink2)
    return colour(theme.ink), colour(second), colour(theme.edge)


def _sign_ink(dress: Dress, shown: Button) -> QColor:
    """Return the colour of the mark before the title."""
    theme = dress.theme
    return colour({"bad": theme.alarm, "stale": theme.stale}.get(shown.state, theme.ink))
