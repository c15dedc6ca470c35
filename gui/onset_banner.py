"""The banner over the plots: absent until something needs an answer, then it stays until it has one."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from analysis.wording import unbroken
from gui.actions import Act, cap
from gui.dress import CORNER, GAP, Dress, Mark, Part, Text, cap_width, key_cap, paint, rounded, wrapped
from gui.key_button import KeyButton
from gui.marks import MarkName
from gui.shown.banner import Banner, Kind
from gui.shown.bench import Button
from gui.spoken import announce
from gui.theme import colour

END_BLOCK, END_BLOCK_WIDEST = 56, 80
ANSWER = (132, 36)
ANSWER_RIGHT = 12
ANSWER_HIGHEST = 52
TAG = 40
LARGE_TYPE = 1.1
MOST_ROWS = 3  # beside the headline, until Y asks for all
USUAL_TALL = {"onset": 102, "fault": 84, "doubt": 84, "strip": 0}
NOT = "Not"  # the line that ends with how often the test is wrong: that is said wherever the line is
AIR = 20
BETWEEN = 6
LEAST_TEXT = 200  # with less beside them, the answers go under the text
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

    @property
    def kind(self) -> Kind | None:
        """Get which kind of banner is shown, None where none is."""
        return None if self._shown is None else self._shown.kind

    @property
    def takes_enter(self) -> bool:
        """Get whether Enter answers the banner."""
        return self._shown is not None and any(key == cap(Act.CONFIRM) for _, _, key in self._shown.answers)

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
            self.setAccessibleName(". ".join((shown.headline, *(f"{tag}: {line}" for tag, line in shown.lines))))
            self.setAccessibleDescription(". ".join(f"{words}: {key}" for _, words, key in shown.answers))
            announce(self, self.accessibleName(), at_once=True)
        self._place_answers()
        self.update()
        return True

    def toggle_why(self) -> None:
        """Show all that there is to say, or what fits into the usual height again."""
        self._whole = not self._whole and self._has_more()
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

    @property
    def _strip(self) -> bool:
        return self.kind == "strip"

    def _under(self, width: float) -> bool:
        """Return whether the answers stand under the text: in a narrow banner with large type."""
        return not self._strip and self._beside(width)[1] - self._beside(width)[0] < self._dress.scaled(LEAST_TEXT)

    def _beside(self, width: float) -> tuple[float, float]:
        """Return left and right of the text where the answers stand at its right."""
        block = 0.0 if self._strip else self._block()
        beside = len(self._answers) if self._strip else 1
        answers = beside * (self._answer_size()[0] + GAP)
        return block + MARGIN_LEFT, width - answers - ANSWER_RIGHT - MARGIN_LEFT

    def _text_room(self, width: float) -> tuple[float, float]:
        """Return left and right of the text in a banner of this width."""
        left, right = self._beside(width)
        return (left, width - ANSWER_RIGHT) if self._under(width) else (left, right)

    def _rows(self, width: float, most: int) -> tuple[list[tuple[str, str]], bool]:
        """Return the lines broken into at most so many rows, each with its tag or none, and whether that is all.

        Every line has one row, those that need more have what is left over, the last line first.
        """
        left, right = self._text_room(width)
        made, lines = self._dress.font(13), [(tag, unbroken(line)) for tag, line in self._lines()]
        shown = [line for line in lines if line[0] != "Kept" or len(lines) <= most][: max(0, most - 1)]
        if most:
            shown += [line for line in lines[-1:] if line not in shown]
        rooms = [right - left - self._indent(tag) for tag, _ in shown]
        needs = [len(wrapped(line, made, room)) for (_, line), room in zip(shown, rooms, strict=True)]
        given = [1] * len(shown)
        for n in reversed(range(len(shown))):
            given[n] += max(0, min(needs[n] - 1, most - sum(given)))
        rows: list[tuple[str, str]] = []
        for (tag, line), room, count in zip(shown, rooms, given, strict=True):
            broken = leading(line, made, room, count, keeps_end=tag == NOT)
            rows += [(tag if n == 0 else " " * len(tag), row) for n, row in enumerate(broken)]
        return rows, len(shown) == len(lines) and all(need <= had for need, had in zip(needs, given, strict=True))

    def _indent(self, tag: str) -> float:
        """Return how far a line stands to the right of its tag."""
        return self._dress.scaled(TAG) if tag else 0.0

    def _headline(self, width: float) -> list[str]:
        """Return the headline: whole on one line, else its short form (on two lines where it must)."""
        left, right = self._text_room(width)
        if self._shown is None:
            return []
        made = self._dress.font(self._px(width), 600)
        right -= 0.0 if self._strip else cap_width(self._dress, cap(Act.WHY)) + GAP
        whole = wrapped(self._shown.headline, made, right - left)
        if len(whole) == 1 and (self._dress.scale <= LARGE_TYPE or self._whole):
            return whole
        return wrapped(unbroken(self._shown.short), made, right - left)[:2]

    def _px(self, width: float) -> int:
        """Return the size of the headline's type, before scaling."""
        return 15 if self._strip or self._under(width) else 18

    def _below(self) -> float:
        """Return the height of the answers under the text, 0 where they stand beside it."""
        return 2 * BETWEEN + self._answer_size()[1] if self._under(self.width()) else 0.0

    def _tall(self, width: float, most: int) -> float:
        """Return the height with at most so many rows under the headline."""
        dress = self._dress
        text = len(self._headline(width)) * dress.line(self._px(width))
        rows = len(self._rows(width, most)[0])
        text += (4 + rows * (dress.line(13) + 3)) if rows else 0.0
        tall = self._answer_size()[1]
        if self._under(width):
            return text + 2 * BETWEEN + 2 * BETWEEN + tall
        stacked = 1 if self._strip else len(self._answers)
        return max(text + AIR, stacked * tall + (stacked - 1) * BETWEEN + AIR)

    def _most(self, width: float, height: float) -> int:
        """Return how many rows there is room for in this height, up to three; as many as there are where Y asks."""
        wanted = 40 if self._whole else MOST_ROWS
        return next((most for most in range(wanted, 0, -1) if self._tall(width, most) <= height + 1), 0)

    def height_for(self, width: int, height: int = 10_000) -> int:
        """Return the height the banner takes in this width, no more than `height`; 0 for none."""
        if self._shown is None:
            return 0
        least = min(self._dress.scaled(USUAL_TALL[self._shown.kind]), 102.0)
        return int(max(self._tall(width, self._most(width, height)), least))

    def parts(self) -> list[Part]:
        """Return the flag or exclamation, headline and lines where they stand."""
        if self._shown is None:
            return []
        dress, theme, width = self._dress, self._dress.theme, float(self.width())
        left, right = self._text_room(width)
        parts: list[Part] = []
        if not self._strip:
            side = self._block() / 2
            room = QRectF((self._block() - side) / 2, (self.height() - self._below() - side) / 2, side, side)
            name: MarkName = "flag" if self._shown.kind == "onset" else "exclamation"
            parts.append(Mark(name, room, colour(theme.alarm_ink)))
        rows, headline = self._rows(width, self._most(width, self.height()))[0], self._headline(width)
        px, line = self._px(width), dress.line(13)
        tall = len(headline) * dress.line(px) + (4 + len(rows) * (line + 3) if rows else 0)
        y = max(BETWEEN, (self.height() - self._below() - tall) / 2)
        more = self._whole or (not self._strip and self._has_more())
        key = cap_width(dress, cap(Act.WHY)) + GAP if more else 0.0
        if more:
            needs = max(dress.width(text, px, 600) for text in headline)
            parts += self._more(right, y + dress.line(px) / 2, right - left - needs)
        for text in headline:
            room = QRectF(left, y, right - left - key, dress.line(px))
            parts.append(Text(text, room, dress.font(px, 600), colour(theme.ink), may_elide=True))
            y += dress.line(px)
        return parts + self._row_parts(rows, y + 4, left, right)

    def _has_more(self) -> bool:
        """Return whether there is more to say than the usual height has room for."""
        most = self._most(self.width(), self.height())
        return self._shown is not None and (self._lines() != self._shown.lines or not self._rows(self.width(), most)[1])

    def _more(self, right: float, middle: float, room: float) -> list[Part]:
        """Return the key that shows all, at the right of the headline, with its word where that has room."""
        dress, theme = self._dress, self._dress.theme
        key = key_cap(dress, cap(Act.WHY), right, middle, colour(theme.ink2), colour(theme.edge))
        word, of_key = "Less" if self._whole else "More", cap_width(dress, cap(Act.WHY)) + GAP
        width = dress.width(word, 13, 500) + 1
        if of_key + width + GAP > room:
            return key
        at = QRectF(right - of_key - width, middle - dress.line(13) / 2, width, dress.line(13))
        return [Text(word, at, dress.font(13, 500), colour(theme.ink2)), *key]

    def _row_parts(self, rows: list[tuple[str, str]], y: float, left: float, right: float) -> list[Part]:
        """Return the rows from `y` on, each with its tag at the left."""
        dress, theme, line = self._dress, self._dress.theme, self._dress.line(13)
        parts: list[Part] = []
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
        """Put the answers at the right, one over the other; side by side in a strip, and under a narrow text."""
        width, height = self._answer_size()
        count, right, foot = len(self._answers), self.width() - ANSWER_RIGHT, self.height() - BETWEEN - height
        under = self._under(self.width())
        for answer in self._answers:
            answer.set_title_px(13 if under else 15)
        if under:
            left, needs = float(ANSWER_RIGHT), [answer.needed_width for answer in self._answers]
            share = (right - left - (count - 1) * GAP) / max(1.0, sum(needs))
            for answer, need in zip(self._answers, needs, strict=True):
                answer.setGeometry(round(left), round(foot), round(need * share), round(height))
                left += need * share + GAP
            return
        for index, answer in enumerate(self._answers):
            x, y = right - width, (self.height() - count * height - (count - 1) * BETWEEN) / 2
            y += index * (height + BETWEEN)
            if self._strip:
                x = right - (count - index) * width - (count - 1 - index) * GAP
                y = (self.height() - height) / 2
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
            painter.setClipRect(QRectF(0, 0, self._block(), room.height() - self._below()))
            painter.fillPath(block, colour(theme.alarm_fill))
            painter.setClipping(False)
        paint(painter, self.parts())
        painter.end()


def leading(text: str, made: QFont, width: float, rows: int, *, keeps_end: bool = False) -> list[str]:
    """Return as many clauses of a text as fit into so many rows of this width; what is left out shows as "…".

    With `keeps_end` the last sentence stays, and what is left out is before it. Where not even the first clause fits,
    the last row is longer than the width.
    """
    whole = wrapped(text, made, width)
    if len(whole) <= rows:
        return whole
    start, _, end = text.rpartition(". ") if keeps_end else (text, "", "")
    ends = [found.start() for found in re.finditer(r"(?<=\.) |(?=[;,] )", start)]
    for at in reversed(ends):
        said = start[:at].rstrip()
        said = f"{said} … {end}" if end else said if said.endswith(".") else f"{said} …"
        broken = wrapped(said, made, width)
        if len(broken) <= rows:
            return broken
    return leading(text, made, width, rows) if end else [*whole[: rows - 1], " ".join(whole[rows - 1 :])]
