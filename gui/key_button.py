"""A button with its key on it: title, second line, cap, and every state of the bench, painted by itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.actions import Act
from gui.dress import CORNER, GAP, Dress, Mark, Part, Text, cap_width, key_cap, paint, rounded, text_width, wrapped
from gui.marks import MarkName
from gui.shown.bench import Button
from gui.theme import Theme, colour

PAD_LARGE, PAD, PAD_SMALL, PAD_TIGHT = 16.0, 12.0, 10.0, 6.0
TIGHT_PX = (13.0, 12.0)  # of a title that has no room at its own size
AIR = 4.0
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
        self._lines = 2
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

    def set_lines(self, lines: int) -> None:
        """Set how many lines there are: 2, or 1 where the second gives way."""
        self._lines = lines
        self.update()

    @property
    def needed_width(self) -> float:
        """Get the width in which nothing is cut."""
        dress, shown = self._dress, self._shown
        words = max(dress.width(shown.title, self._title_px, 600), dress.width(shown.second, 13, 600))
        key = cap_width(dress, shown.cap)
        return words + 2 * PAD + (key + GAP if key else 0.0) + 2

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
        pad, side, apart = self._airs()
        parts = key_cap(dress, shown.cap, self.width() - pad, self.height() / 2, ink, edge)
        right = self._text_right(pad)
        title_line, second_line = dress.line(self._title_px), dress.line(13)
        rows = self._second_rows(right - pad, self.height() - title_line)
        tall = len(rows) * second_line
        gap = min(8.0, max(0.0, (self.height() - title_line - tall) / 4)) if rows else 0.0
        top = (self.height() - title_line - tall - gap) / 2
        left = pad
        sign = self._sign(shown_below=bool(rows))
        if sign is not None:
            at = QRectF(left, top + (title_line - side) / 2, side, side)
            parts.append(Mark(sign, at, _sign_ink(dress, shown)))
            left += side + apart
        title_room = QRectF(left, top, right - left, title_line)
        title = self._title(title_room.width())
        busy = shown.state == "busy"  # a phase has whatever words the station has for it
        sizes = (self._title_px, *(px for px in TIGHT_PX if px < self._title_px and not busy))
        title_px = next((px for px in sizes if dress.width(title, px, 600) <= title_room.width()), sizes[-1])
        parts.append(Text(title, title_room, dress.font(title_px, 600), ink, may_elide=busy))
        return parts + self._second(rows, top + title_line + gap, right, pad, second_ink)

    def _airs(self) -> tuple[float, float, float]:
        """Return the room at both ends, the side of a sign and the room after it: less where it is narrow."""
        shown = self._shown
        pad = PAD_LARGE if self._title_px >= 20 else PAD if self._title_px > 13 else PAD_SMALL
        usual, tight = (pad, self._dress.scaled(14), 6.0), (PAD_TIGHT, self._dress.scaled(11), 4.0)
        short = shown.short_second or shown.second
        for second, airs in ((shown.second, usual), (shown.second, tight), (short, usual)):
            if airs[0] + self._needs(second, airs[1] + airs[2]) <= self._text_right(airs[0]):
                return airs
        return tight

    def _needs(self, second: str, sign: float) -> float:
        """Return the width of title and second line; `sign` is that of a sign and the room after it."""
        shown = self._shown
        shortest = shown.short_title if shown.state == "busy" else ""
        title = self._dress.width(shortest or shown.title, self._title_px, 600)
        title += sign if self._sign(shown_below=self._lines > 1) else 0.0
        if shown.state == "disabled" or self._lines < 2:
            return title
        return max(title, (sign if shown.state == "stale" else 0.0) + text_width(second, self._second_font()))

    def _text_right(self, pad: float) -> float:
        """Return where texts end: before the key cap."""
        cap = cap_width(self._dress, self._shown.cap)
        return self.width() - pad - (cap + min(GAP, pad / 2 + 1) if cap else 0.0)

    def _sign(self, *, shown_below: bool) -> MarkName | None:
        """Return the sign before the title; a stale one stands in the second line where there is one."""
        if self._shown.state == "stale":
            return None if shown_below else "triangle"
        return _SIGNS.get(self._shown.state)

    def _title(self, width: float) -> str:
        """Return the title, or its short form where it has no room."""
        shown = self._shown
        fits = self._dress.width(shown.title, self._title_px, 600) <= width
        return shown.title if fits or not shown.short_title else shown.short_title

    def _second_font(self) -> QFont:
        """Return the font of the second line: bold where it is not the usual."""
        return self._dress.font(13, 600 if self._shown.state in ("stale", "bad", "on") else 400)

    def _second_rows(self, width: float, height: float) -> list[str]:
        """Return the second line as far as there is room: a reason may take two lines, none where none fits."""
        line = self._dress.line(13)
        if not self._shown.second or self._lines < 2 or line + AIR > height:
            return []
        if self._shown.state != "disabled":
            shown = self._shown
            side = self._dress.scaled(13) + 5 if shown.state == "stale" else 0.0
            for words in (shown.second, shown.short_second, shown.second.partition(", ")[0]):
                if words and text_width(words, self._second_font()) + side <= width:
                    return [words]
            return [] if shown.state == "stale" else [shown.short_second or shown.second.partition(", ")[0]]
        rows = wrapped(self._shown.second, self._second_font(), width)
        fitting = int((height - AIR) // line)
        return rows if len(rows) <= fitting else [*rows[: fitting - 1], " ".join(rows[fitting - 1 :])]

    def _second(self, rows: list[str], top: float, right: float, left: float, ink: QColor) -> list[Part]:
        """Return the second line, with its triangle where it is stale."""
        dress = self._dress
        parts: list[Part] = []
        line = dress.line(13)
        if rows and self._shown.state == "stale":
            side = dress.scaled(13)
            parts.append(Mark("triangle", QRectF(left, top + (line - side) / 2, side, side), ink))
            left += side + 5
        for n, row in enumerate(rows):
            room = QRectF(left, top + n * line, right - left, line)
            parts.append(Text(row, room, self._second_font(), ink, may_elide=self._shown.state == "disabled"))
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
        edge, width = colour(theme.edge if theme.high_contrast else theme.line), 1.0
        if state == "primary":
            fill, edge = colour(theme.primary), colour(theme.edge if theme.high_contrast else theme.primary)
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
