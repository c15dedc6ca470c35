"""The recipe page as a whole: its columns, its foot, and which field lies next to which."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from gui.actions import Act, cap
from gui.dress import GAP, Dress, Mark, Part, Text, key_cap
from gui.marks import MarkName
from gui.recipe_layout import PlacedBox, Strip, strips
from gui.recipe_painting import moved
from gui.set_up_lines import broken
from gui.shown.recipe_fields import Field
from gui.shown.recipe_rows import Entry
from gui.theme import colour

LEAST_LEFT, LEAST_RIGHT, APART = 520, 286, 40
MOST_AIR = 12
WIDEST = 1180  # the eye finds a value in its row
BUTTON, BUTTON_TALL = 176, 44


@dataclass(frozen=True, slots=True)
class Content:
    """What the page shows: two columns, the state of the recipe with its sign, and the buttons of the foot."""

    left: tuple[Entry, ...]
    right: tuple[Entry, ...]
    sign: MarkName
    state: str
    presses: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The columns as they are placed: strips, their height, and where the line between the columns is."""

    strips: tuple[Strip, ...]
    tall: float
    split: float | None


def laid(content: Content, width: float, tall: float, dress: Dress) -> Page:
    """Return the columns beside each other, or one below the other where they have no room beside each other.

    What is left of `tall` is given to the rows, up to a comfortable distance.
    """
    if width < dress.scaled(LEAST_LEFT + LEAST_RIGHT) + APART:
        all_of_it = strips((*content.left, *content.right), 0.0, 0.0, width, dress)
        return Page(tuple(all_of_it), _bottom(all_of_it), None)
    width = min(width, dress.scaled(WIDEST))
    right_width = max(dress.scaled(LEAST_RIGHT), 0.34 * (width - APART))
    left_width = width - APART - right_width
    left = strips(content.left, 0.0, 0.0, left_width, dress)
    right = strips(content.right, left_width + APART, 0.0, right_width, dress)
    spare = [(tall - _bottom(column)) / max(1, sum(map(_is_row, column))) for column in (left, right)]
    air = max(0.0, min(dress.scaled(MOST_AIR), *spare))
    left, right = _aired(left, air), _aired(right, air)
    return Page((*left, *right), max(_bottom(left), _bottom(right)), left_width + APART / 2)


def _is_row(strip: Strip) -> bool:
    return bool(strip.boxes) or strip.rule


def _aired(column: list[Strip], air: float) -> list[Strip]:
    """Return a column whose rows stand further apart by `air`, their contents in their middle."""
    made, down = [], 0.0
    for strip in column:
        own = air if _is_row(strip) else 0.0
        at = down + own / 2
        room = strip.room.translated(0, down).adjusted(0, 0, 0, own)
        boxes = tuple(PlacedBox(box.field, box.room.translated(0, at), box.presses) for box in strip.boxes)
        zone = None if strip.zone is None else (strip.zone[0], strip.zone[1].translated(0, at))
        made.append(Strip(room, tuple(moved(part, 0, at) for part in strip.parts), boxes, zone, strip.rule))
        down += own
    return made


def _bottom(made: list[Strip]) -> float:
    return made[-1].room.bottom() if made else 0.0


def nearest(boxes: list[PlacedBox], current: PlacedBox, dx: int, dy: int) -> PlacedBox | None:
    """Return the field that lies next in a direction: as near as can be, and rather straight on than aside."""
    best: tuple[float, PlacedBox] | None = None
    here = current.room
    for box in boxes:
        there = box.room
        along, aside = (
            (_gap(here.left(), here.right(), there.left(), there.right(), dx), _apart_y(here, there))
            if dx
            else (_gap(here.top(), here.bottom(), there.top(), there.bottom(), dy), _apart_x(here, there))
        )
        if along is None or box is current or box.field.name == current.field.name:
            continue
        cost = along + 3.0 * aside + 0.05 * (abs(here.left() - there.left()) if dy else abs(here.top() - there.top()))
        if best is None or cost < best[0]:
            best = (cost, box)
    return None if best is None else best[1]


def _gap(low: float, high: float, other_low: float, other_high: float, by: int) -> float | None:
    """Return how far a span lies ahead, or None where it does not."""
    away = other_low - high if by > 0 else low - other_high
    return away if away >= -1.0 else None


def _apart_x(one: QRectF, other: QRectF) -> float:
    return max(0.0, other.left() - one.right(), one.left() - other.right())


def _apart_y(one: QRectF, other: QRectF) -> float:
    return max(0.0, other.top() - one.bottom(), one.top() - other.bottom())


def foot_tall(content: Content, width: float, dress: Dress) -> float:
    """Return how tall the foot is: its words beside its buttons, or over them."""
    buttons = _buttons_width(content, dress)
    words, beside = _words_width(content, width, dress)
    rows = len(_rows(_state(content, beside=beside), words, dress))
    tall = rows * dress.line(13)
    if beside:
        return max(tall, _button_tall(dress)) + 12
    down = len(content.presses) if buttons > width else 1
    return tall + down * (_button_tall(dress) + GAP) + 10


def foot(content: Content, room: QRectF, dress: Dress, at: str) -> tuple[list[Part], list[PlacedBox]]:
    """Return the words and the buttons of the foot in its room; the button under the cursor has its key."""
    theme = dress.theme
    width, beside = _words_width(content, room.width(), dress)
    rows, line = _rows(_state(content, beside=beside), width, dress), dress.line(13)
    side = dress.scaled(12)
    inner = room.adjusted(0, 6, 0, -6)
    top = inner.center().y() - len(rows) * line / 2 if beside else inner.top()
    ink = colour(theme.stale if content.sign == "triangle" else theme.ink2)
    parts: list[Part] = [Mark(content.sign, QRectF(inner.left(), top + (line - side) / 2, side, side), ink)]
    for n, row in enumerate(rows):
        where = QRectF(inner.left() + side + 8, top + n * line, width - side - 8, line)
        parts.append(Text(row, where, dress.font(13), ink))
    boxes = _buttons(content, inner, dress, beside=beside)
    for n, box in enumerate(boxes):
        parts += _button(box, n, dress, numbered=len(boxes) > 1, current=box.field.name == at)
    return parts, boxes


def _button(box: PlacedBox, n: int, dress: Dress, *, numbered: bool, current: bool) -> list[Part]:
    """Return title and key of a button of the foot; the first is the one primary button."""
    theme, room = dress.theme, box.room.adjusted(12, 0, -12, 0)
    able = not box.field.wrong
    ink = theme.ink3 if not able else theme.primary_ink if n == 0 else theme.ink
    edge = theme.primary_edge if n == 0 and able else theme.edge
    made: list[Part] = [Text(box.field.value, room, dress.font(15, 600), colour(ink))]
    label = str(n + 1) if numbered else cap(Act.CONFIRM) if current else ""
    return made + key_cap(dress, label, room.right(), room.center().y(), colour(ink), colour(edge))


def _buttons(content: Content, inner: QRectF, dress: Dress, *, beside: bool) -> list[PlacedBox]:
    """Return the buttons of the foot from the right, or one under the other where they have no room."""
    tall, made = _button_tall(dress), []
    widths = [_button_width(field, dress) for field in content.presses]
    if not beside and _buttons_width(content, dress) > inner.width():
        y = inner.bottom() - len(widths) * tall - (len(widths) - 1) * GAP
        for field in content.presses:
            made.append(PlacedBox(field, QRectF(inner.left(), y, inner.width(), tall), True))
            y += tall + GAP
        return made
    x, y = inner.right(), inner.center().y() - tall / 2 if beside else inner.bottom() - tall
    for field, width in zip(reversed(content.presses), reversed(widths), strict=True):
        made.insert(0, PlacedBox(field, QRectF(x - width, y, width, tall), True))
        x -= width + GAP
    return made


def _button_tall(dress: Dress) -> float:
    return min(dress.scaled(BUTTON_TALL), 64.0)


def _button_width(field: Field, dress: Dress) -> float:
    key = dress.width(cap(Act.CONFIRM), 12, 600) + dress.scaled(12) + GAP
    return max(dress.scaled(BUTTON), dress.width(field.value, 15, 600) + key + 28)


def _buttons_width(content: Content, dress: Dress) -> float:
    return sum(_button_width(field, dress) for field in content.presses) + GAP * max(0, len(content.presses) - 1)


def _words_width(content: Content, width: float, dress: Dress) -> tuple[float, bool]:
    """Return the width of the foot's words, and whether they stand beside its buttons."""
    left = width - _buttons_width(content, dress) - 24
    return (left, True) if left >= dress.scaled(240) else (width, False)


def _state(content: Content, *, beside: bool) -> str:
    """Return the foot's words; where there is little room, all is well in one sentence."""
    first = content.state.partition(". ")[0]
    return content.state if beside or content.sign != "tick" else f"{first}."


def _rows(state: str, width: float, dress: Dress) -> list[str]:
    return broken(state, dress.font(13), width - dress.scaled(12) - 8)
