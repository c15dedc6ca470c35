"""Where the lines of a set-up page stand: label, box, unit, and what is said beside or under the box."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont

from gui.actions import Act, cap
from gui.dress import GAP, Dress, Mark, Part, Text, key_cap, text_width, wrapped
from gui.marks import MarkName
from gui.shown.set_up import Line
from gui.theme import colour

LABEL = 168
BOX = 208
BOX_WIDEST = 460
BOX_TALL = 30
LEAST_BESIDE = 220
INSET = 10
_SIGNS: dict[str, MarkName] = {"stale": "triangle", "bad": "octagon"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its room (from the top of the page's content), its box, None where it has none, and its parts."""

    line: Line
    room: QRectF
    box: QRectF | None
    parts: tuple[Part, ...]


def place(line: Line, top: float, left: float, width: float, dress: Dress, *, current: bool) -> Placed:
    """Return a line placed in a column of this left and width; `current` is the line the cursor is on."""
    if line.kind == "head":
        return _head(line, top, left, width, dress)
    if line.kind == "say":
        return _say(line, top, left, width, dress)
    return _active(line, top, left, width, dress, current=current)


def _head(line: Line, top: float, left: float, width: float, dress: Dress) -> Placed:
    tall = dress.line(14) + 14
    at = QRectF(left, top + 10, width, dress.line(14))
    words = Text(line.label, at, dress.font(14, 600), colour(dress.theme.ink))
    return Placed(line, QRectF(left, top, width, tall), None, (words,))


def _label(dress: Dress, line: Line, width: float) -> tuple[float, bool]:
    """Return the width of the labels' column, and whether labels stand over their boxes where there is little room."""
    column = dress.scaled(LABEL)
    stacked = width < column + dress.scaled(BOX) + 40 or dress.width(line.label, 13, 500) > column - GAP
    return (0.0 if stacked else column), stacked


def _say(line: Line, top: float, left: float, width: float, dress: Dress) -> Placed:
    """Return a fact: its label where it has one, its words in as many lines as they need."""
    theme = dress.theme
    strong = line.tone in ("stale", "bad")
    made = dress.font(13, 600 if line.tone == "bad" else 400)
    ink = colour({"stale": theme.stale, "bad": theme.alarm, "quiet": theme.ink2}.get(line.tone, theme.ink))
    parts: list[Part] = []
    column, stacked = _label(dress, line, width) if line.label else (0.0, False)
    y = top + 2
    if line.label:
        at = QRectF(left, y, width if stacked else column - GAP, dress.line(13))
        parts.append(Text(line.label, at, dress.font(13), colour(theme.ink2)))
        y += dress.line(13) if stacked else 0.0
    x = left + column
    if strong:
        side = dress.scaled(12)
        parts.append(Mark(_SIGNS[line.tone], QRectF(x, y + (dress.line(13) - side) / 2, side, side), ink))
        x += side + 7
    for row in broken(line.value, made, left + width - x):
        parts.append(Text(row, QRectF(x, y, left + width - x, dress.line(13)), made, ink))
        y += dress.line(13)
    return Placed(line, QRectF(left, top, width, y - top + 4), None, tuple(parts))


def broken(text: str, made: QFont, width: float) -> list[str]:
    """Return a text in lines no wider than `width`; a word that is wider itself is broken wherever it must be."""
    rows: list[str] = []
    for row in wrapped(text, made, width):
        while text_width(row, made) > width and len(row) > 1:
            fitting = next(n for n in range(len(row) - 1, 0, -1) if n == 1 or text_width(row[:n], made) <= width)
            rows.append(row[:fitting])
            row = row[fitting:]
        rows.append(row)
    return rows


def _active(line: Line, top: float, left: float, width: float, dress: Dress, *, current: bool) -> Placed:
    """Return a line with a box: a choice, a field, something to press."""
    ink2 = colour(dress.theme.ink2)
    parts: list[Part] = []
    column, stacked = (0.0, False) if line.kind == "press" else _label(dress, line, width)
    y, tall = top + 3, dress.scaled(BOX_TALL)
    if line.kind != "press":
        if stacked:
            parts.append(Text(line.label, QRectF(left, y, width, dress.line(13)), dress.font(13), ink2))
            y += dress.line(13) + 2
        else:
            parts.append(Text(line.label, QRectF(left, y, column - GAP, tall), dress.font(13), ink2))
    box = QRectF(left + column, y, min(_box_width(line, dress, current=current), width - column), tall)
    parts += _inside(line, box, dress, current=current)
    said, ink, sign = _beside(line, dress)
    bottom = box.bottom()
    if said:
        side = dress.scaled(12) + 7 if sign else 0.0
        at, rows = box.right() + 14 + side, wrapped(said, dress.font(13), width - (box.right() - left) - 14 - side)
        aside = len(rows) * dress.line(13) <= tall and left + width - at >= min(
            dress.scaled(LEAST_BESIDE), dress.width(said, 13) + 2
        )
        y = box.top() + (tall - len(rows) * dress.line(13)) / 2
        if not aside:
            at, y = box.left() + side, box.bottom() + 3
            rows = broken(said, dress.font(13), left + width - at)
        if sign:
            mark = dress.scaled(12)
            parts.append(Mark(sign, QRectF(at - side, y + (dress.line(13) - mark) / 2, mark, mark), ink))
        for row in rows:
            parts.append(Text(row, QRectF(at, y, left + width - at, dress.line(13)), dress.font(13), ink))
            y += dress.line(13)
        bottom = max(bottom, y)
    return Placed(line, QRectF(left, top, width, bottom - top + 3), box, tuple(parts))


def _box_width(line: Line, dress: Dress, *, current: bool) -> float:
    """Return the width that the box of a line needs."""
    least = dress.scaled(BOX)
    if line.kind == "press":
        key = dress.width(cap(Act.CONFIRM), 12, 600) + dress.scaled(12) + GAP if current else 0.0
        return max(dress.width(line.label, 14, 600) + 2 * INSET + key + 4, least)
    widest = max((dress.width(each, 14, 500) for each in (line.value, *line.options)), default=0.0)
    ends = 2 * dress.scaled(26) if line.kind == "choice" else dress.width(line.unit, 13) + GAP
    return min(max(least, widest + 2 * INSET + ends + 4), max(least, BOX_WIDEST))


def _inside(line: Line, box: QRectF, dress: Dress, *, current: bool) -> list[Part]:
    """Return what stands in a box."""
    theme = dress.theme
    ink, ink2 = colour(theme.ink), colour(theme.ink2)
    room = box.adjusted(INSET, 0, -INSET, 0)
    if line.kind == "press":
        able = colour(theme.ink3) if line.wrong else ink
        key = key_cap(dress, cap(Act.CONFIRM), box.right() - 6, box.center().y(), ink2, colour(theme.edge))
        return [Text(line.label, room, dress.font(14, 600), able), *(key if current and not line.wrong else ())]
    if line.kind == "choice":
        arrow = dress.scaled(16)
        middle = room.adjusted(arrow, 0, -arrow, 0)
        return [
            Text("‹", room.adjusted(0, 0, arrow - room.width(), 0), dress.font(16, 600), ink2, "centre"),
            Text(line.value, middle, dress.font(14, 500), ink, "centre", may_elide=True),
            Text("›", room.adjusted(room.width() - arrow, 0, 0, 0), dress.font(16, 600), ink2, "centre"),
        ]
    unit = dress.width(line.unit, 13)
    value = room.adjusted(0, 0, -unit - (GAP if line.unit else 0), 0)
    return [
        Text(line.value, value, dress.font(14, 500), ink, may_elide=True),
        Text(line.unit, QRectF(room.right() - unit, room.top(), unit + 1, room.height()), dress.font(13), ink2),
    ]


def _beside(line: Line, dress: Dress) -> tuple[str, QColor, MarkName | None]:
    """Return what is said beside a box, its colour and its sign: what is wrong before what is to be known."""
    theme = dress.theme
    if line.wrong and line.kind == "press":
        return line.wrong, colour(theme.ink3), None
    if line.wrong:
        return line.wrong, colour(theme.stale), "triangle"
    if line.tone == "stale":
        return line.beside, colour(theme.stale), "triangle" if line.beside else None
    return line.beside, colour(theme.ink2), None
