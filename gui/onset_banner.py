"""The banner over the plots: absent until something needs an answer, then it stays until it has one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act
from gui.dress import CORNER, GAP, Dress, Mark, Part, Text, paint, rounded, wrapped
from gui.key_button import KeyButton
from gui.marks import MarkName
from gui.shown.banner import Banner
from gui.shown.bench import Button
from gui.theme import colour

END_BLOCK, END_BLOCK_WIDEST = 56, 80
ANSWER = (132, 36)
ANSWER_RIGHT = 12
ANSWER_HIGHEST = 52
TAG = 40
LARGE_TYPE = 1.1
MOST_LINES = 5
MARGIN_LEFT = 16


class OnsetBanner(QWidget):
    """Paints one banner, with its answers as buttons at the right."""

    def __init__(self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._pressed_act = pressed_act
        self._shown: Banner | None = None
        self._whole = False
        self._answers: list[KeyButton] = []
        self.hide()

    @property
    def shown(self) -> Banner | None:
        """Get the banner, or None."""
        return self._shown

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        for answer in self._answers:
            answer.set_dress(dress)
        self._place_answers()
        self.update()

    def show_banner(self, shown: Banner | None) -> bool:
        """Show a banner or none; return whether its height may have changed."""
        if shown == self._shown:
            return False
        if shown is None or self._shown is None or shown.answers != self._shown.answers:
            self._make_answers(shown)
        if self._shown is None or shown is None or shown.kind != self._shown.kind:
            self._whole = False
        self._shown = shown
        self.setVisible(shown is not None)
        if shown is not None:
            self.setAccessibleName(". ".join((shown.headline, *(line for _, line in shown.lines))))
        self._place_answers()
        self.update()
        return True

    def toggle_why(self) -> None:
        """Show all lines where large type has put some of them away, or put them away again."""
        self._whole = not self._whole
        self.update()

    def _make_answers(self, shown: Banner | None) -> None:
        for answer in self._answers:
            answer.hide()
            answer.deleteLater()
        self._answers = []
        for act, words, key in () if shown is None else shown.answers:
            button = KeyButton(Button(act, words, cap=key), self._dress, self._pressed_act, self)
            button.set_title_px(15)
            button.show()
            self._answers.append(button)

    def _lines(self) -> tuple[tuple[str, str], ...]:
        """Return the lines that are shown at this size of type."""
        if self._shown is None:
            return ()
        short = self._dress.scale > LARGE_TYPE and not self._whole
        return self._shown.short_lines if short else self._shown.lines

    def _answer_size(self) -> tuple[float, float]:
        """Return the size of an answer's button."""
        needed = max((answer.needed_width for answer in self._answers), default=0.0)
        return max(ANSWER[0], needed), min(self._dress.scaled(ANSWER[1]), ANSWER_HIGHEST)

    def _block(self) -> float:
        """Return the width of the end block."""
        return min(self._dress.scaled(END_BLOCK), END_BLOCK_WIDEST)

    def _text_room(self, width: float) -> tuple[float, float]:
        """Return left and right of the text in a banner of this width."""
        block = 0.0 if self._shown is not None and self._shown.kind == "strip" else self._block()
        beside = len(self._answers) if self._shown is not None and self._shown.kind == "strip" else 1
        answers = beside * (self._answer_size()[0] + GAP)
        return block + MARGIN_LEFT, width - answers - ANSWER_RIGHT - MARGIN_LEFT

    def _rows(self, width: float) -> list[tuple[str, str]]:
        """Return the lines broken to the room they have, each with its tag or none."""
        left, right = self._text_room(width)
        made = self._dress.font(13)
        broken = [(tag, wrapped(line, made, right - left - self._indent(tag))) for tag, line in self._lines()]
        while sum(len(rows) for _, rows in broken) > MOST_LINES + 3 * self._whole:
            longest = max((rows for _, rows in broken), key=len)
            longest[-2:] = [" ".join(longest[-2:])]
        return [(tag if n == 0 else " " * len(tag), row) for tag, rows in broken for n, row in enumerate(rows)]

    def _indent(self, tag: str) -> float:
        """Return how far a line stands to the right of its tag."""
        return self._dress.scaled(TAG) if tag else 0.0

    def _headline(self, width: float) -> list[str]:
        """Return the headline: whole on one line, else its short form (on two lines where it must)."""
        left, right = self._text_room(width)
        if self._shown is None:
            return []
        made = self._dress.font(18 if self._shown.kind != "strip" else 15, 600)
        whole = wrapped(self._shown.headline, made, right - left)
        if len(whole) == 1 and (self._dress.scale <= LARGE_TYPE or self._whole):
            return whole
        return wrapped(self._shown.short, made, right - left)[:2]

    def height_for(self, width: int) -> int:
        """Return the height the banner needs in this width; 0 for none."""
        if self._shown is None:
            return 0
        dress = self._dress
        strip = self._shown.kind == "strip"
        text = len(self._headline(width)) * dress.line(15 if strip else 18) + 4
        text += len(self._rows(width)) * (dress.line(13) + 3)
        stacked = 1 if strip else len(self._answers)
        answers = stacked * self._answer_size()[1] + (stacked - 1) * 6
        least = 0 if strip else dress.scaled(102 if self._shown.kind == "onset" else 84)
        return round(max(text + 20, answers + 20, min(least, 102)))

    def parts(self) -> list[Part]:
        """Return the flag or exclamation, headline and lines where they stand."""
        if self._shown is None:
            return []
        dress, theme = self._dress, self._dress.theme
        left, right = self._text_room(self.width())
        parts: list[Part] = []
        strip = self._shown.kind == "strip"
        if not strip:
            side = self._block() / 2
            block = self._block()
            room = QRectF((block - side) / 2, (self.height() - side) / 2, side, side)
            name: MarkName = "flag" if self._shown.kind == "onset" else "exclamation"
            parts.append(Mark(name, room, colour(theme.alarm_ink)))
        px = 15 if strip else 18
        rows, headline = self._rows(self.width()), self._headline(self.width())
        head_line, line = dress.line(px), dress.line(13)
        tall = len(headline) * head_line + (4 if rows else 0) + len(rows) * (line + 3)
        y = max(6.0, (self.height() - tall) / 2)
        for text in headline:
            room = QRectF(left, y, right - left, head_line)
            parts.append(Text(text, room, dress.font(px, 600), colour(theme.ink), may_elide=True))
            y += head_line
        y += 4
        for tag, text in rows:
            indent = self._indent(tag)
            if tag.strip():
                at = QRectF(left, y, indent, line)
                parts.append(Text(tag, at, dress.font(13, 600), colour(theme.ink2)))
            at = QRectF(left + indent, y, right - left - indent, line)
            parts.append(Text(text, at, dress.font(13), colour(theme.ink), may_elide=True))
            y += line + 3
        return parts

    def _place_answers(self) -> None:
        """Put the answers at the right: one over the other, in a strip side by side."""
        width, height = self._answer_size()
        strip = self._shown is not None and self._shown.kind == "strip"
        count = len(self._answers)
        for index, answer in enumerate(self._answers):
            right = self.width() - ANSWER_RIGHT
            x, y = right - width, (self.height() - count * height - (count - 1) * 6) / 2 + index * (height + 6)
            if strip:
                x, y = right - (count - index) * width - (count - 1 - index) * GAP, (self.height() - height) / 2
            answer.setGeometry(round(x), round(y), round(width), round(height))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep the answers at the right."""
        self._place_answers()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, end block and parts."""
        if self._shown is None:
            return
        painter = QPainter(self)
        theme = self._dress.theme
        room = QRectF(self.rect())
        if self._shown.kind == "strip":
            rounded(painter, room, CORNER, colour(theme.raised), colour(theme.edge))
        else:
            rounded(painter, room, CORNER, colour(theme.alarm_tint), colour(theme.alarm_fill))
            block = QPainterPath()
            block.addRoundedRect(room, CORNER, CORNER)
            painter.setClipRect(QRectF(0, 0, self._block(), room.height()))
            painter.fillPath(block, colour(theme.alarm_fill))
            painter.setClipping(False)
        paint(painter, self.parts())
        painter.end()
