"""Where the rows of the recipe page stand: labels, boxes, what follows, and what is wrong under its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from gui.dress import GAP, Dress, Mark, Part, Text, wrapped
from gui.set_up_lines import broken
from gui.shown.recipe_fields import Field
from gui.shown.recipe_rows import Box, Cell, Columns, Entry, Grid, Halves, Head, Label, Note, Row, Value, ZoneLine
from gui.theme import colour

BOX_TALL = 28
ROW_AIR = 3
INSET = 9
APART = 12
PAIR_APART = 20
_SHARES: Mapping[Grid, tuple[float, ...]] = {
    "table": (0.27, 0.23, 0.23, 0.27),
    "pair": (0.19, 0.27, 0.24, 0.3),
    "third": (1 / 3, 1 / 3, 1 / 3),
    "neat": (0.16, 0.28, 0.28, 0.28),
    "seen": (0.22, 0.78),
    "named": (0.12, 0.66, 0.22),
}


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A field in its box, in the coordinates of the column."""

    field: Field
    room: QRectF
    presses: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of the page that is shown whole or not at all: its room, its texts, its boxes and marks."""

    room: QRectF
    parts: tuple[Part, ...] = ()
    boxes: tuple[PlacedBox, ...] = ()
    zone: tuple[str, QRectF] | None = None
    rule: bool = False


def strips(entries: tuple[Entry, ...], left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    """Return the strips of a column that begins at `top`, one below the other."""
    made: list[Strip] = []
    for entry in entries:
        placed = _placed(entry, left, top, width, dress)
        made += placed
        top = placed[-1].room.bottom() if placed else top
    return made


def _placed(entry: Entry, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    match entry:
        case Head():
            return _head(entry, left, top, width, dress)
        case Halves():
            return _halves(entry, left, top, width, dress)
        case Columns():
            return _columns(entry, left, top, width, dress)
        case ZoneLine():
            return _zone(entry, left, top, width, dress)
        case Row():
            return _row(entry, left, top, width, dress)


def _head(head: Head, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    theme, tall = dress.theme, dress.line(14)
    y, own = top + 8, dress.width(head.text, 14, 600) + 2
    parts: list[Part] = [Text(head.text, QRectF(left, y, own, tall), dress.font(14, 600), colour(theme.ink))]
    rest = left + own + APART
    if head.beside and dress.width(head.beside, 13) <= left + width - rest:
        beside = QRectF(rest, y, left + width - rest, tall)
        parts.append(Text(head.beside, beside, dress.font(13), colour(theme.ink2)))
    return [Strip(QRectF(left, top, width, tall + 12), tuple(parts))]


def _halves(halves: Halves, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    """Return two halves beside each other where every row of them has its room, else one after the other."""
    beside = [(*one, *other) for one, other in zip(halves.left, halves.right, strict=True)]
    if all(_fits_grid(cells, "pair", width, dress) for cells in beside):
        (x, _), _, (other_x, _), _ = _grid("pair", left, width)
        y, tall = top + 8, dress.line(14)
        font, ink = dress.font(14, 600), colour(dress.theme.ink)
        rooms = QRectF(x, y, other_x - x - APART, tall), QRectF(other_x, y, left + width - other_x, tall)
        head = tuple(Text(words, room, font, ink) for words, room in zip(halves.heads, rooms, strict=True))
        made = [Strip(QRectF(left, top, width, tall + 12), head)]
        rows: tuple[Entry, ...] = tuple(Row(cells, grid="pair") for cells in beside)
        return made + strips(rows, left, made[0].room.bottom(), width, dress)
    stacked: list[Entry] = []
    for words, cells in zip(halves.heads, (halves.left, halves.right), strict=True):
        stacked += [Head(words), *(Row(pair) for pair in cells)]
    return strips(tuple(stacked), left, top, width, dress)


def _columns(columns: Columns, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    """Return the heads of columns where the grid stands; numbers end where their boxes' numbers end."""
    cells: tuple[Cell, ...] = (Label(columns.words[0]), *(Box(Field("", "", "100", "ml")) for _ in columns.words[1:]))
    if not _fits_grid(cells, columns.grid, width, dress):
        return []
    tall, made, ink = dress.line(13), [], colour(dress.theme.ink2)
    for index, (word, (x, wide)) in enumerate(zip(columns.words, _grid(columns.grid, left, width), strict=True)):
        room = QRectF(x, top + 2, wide - (INSET if index else 0), tall)
        made.append(Text(word, room, dress.font(13), ink, "right" if index else "left"))
    return [Strip(QRectF(left, top, width, tall + 5), tuple(made), rule=True)]


def _zone(line: ZoneLine, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    side = dress.scaled(26)
    x = left + side + 10
    made, font = [], dress.font(28, 600)
    y = top + 2
    for index, words in enumerate(wrapped(line.words, font, width - side - 10)):
        room = QRectF(x, y, left + width - x, dress.line(28))
        mark = QRectF(left, y + (dress.line(28) - side) / 2, side, side)
        text = Text(words, room, font, colour(dress.theme.ink))
        made.append(
            Strip(QRectF(left, y, width, dress.line(28)), (text,), zone=(line.zone, mark) if index == 0 else None)
        )
        y += dress.line(28)
    return made


def _grid(grid: Grid, left: float, width: float) -> list[tuple[float, float]]:
    """Return the (left, width) of a grid's columns."""
    shares = _SHARES[grid]
    inner, x, made = width - APART * (len(shares) - 1), left, []
    for index, share in enumerate(shares):
        aside = PAIR_APART if grid == "pair" and index == 2 else 0.0  # the second pair stands a little away
        made.append((x + aside, share * inner - aside))
        x += share * inner + APART
    return made


def _fits_grid(cells: tuple[Cell, ...], grid: Grid, width: float, dress: Dress) -> bool:
    """Return whether the cells have the room they need in the columns of their grid."""
    if grid == "free":
        return False
    rooms = _grid(grid, 0.0, width)
    for index, cell in enumerate(cells):
        room = rooms[index][1] if index < len(cells) - 1 else width - rooms[index][0]
        if _least(cell, dress) > room + 0.5:
            return False
    return True


def _least(cell: Cell, dress: Dress) -> float:
    """Return the least width a cell can stand in."""
    match cell:
        case Label(text, strong):
            return dress.width(text, 14 if strong else 13, 600 if strong else 400) + 1
        case Value(text, unit):
            return dress.width(text, 15, 600) + dress.width(unit, 13) + INSET + 9
        case Note(text, _):
            return min(dress.scaled(120), dress.width(text, 13) + 2)
        case Box():
            field = cell.field
            ends = 2 * INSET + (dress.width(field.unit, 13) + 6 if field.unit else 0.0) + 2
            needed = dress.width(field.value, 15, 600 if cell.presses else 500) + ends
            if cell.fits:
                return max(dress.scaled(44), needed)
            least = dress.scaled(74) if _counts(field) else dress.scaled(110)
            own = dress.width(field.says, 13) + 1 if cell.over else 0.0
            return max(least, own, needed if _counts(field) else 0.0)


def _counts(field: Field) -> bool:
    """Return whether a field holds a number, which is never cut."""
    return "." in field.name or bool(field.unit)


def _row(row: Row, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    """Return a row in its grid, or in as many lines as it needs; what is wrong with its fields stands under it."""
    if _fits_grid(row.cells, row.grid, width, dress):
        columns = _grid(row.grid, left, width)
        rooms = [columns[index] for index in range(len(row.cells))]
        if row.grid == "named" or not isinstance(row.cells[-1], Box):
            rooms[-1] = (rooms[-1][0], left + width - rooms[-1][0])
        lines = [list(zip(row.cells, rooms, strict=True))]
    else:
        lines = [_spread(line, left, width, dress) for line in _lines(row.cells, width, dress)]
    made: list[Strip] = []
    for index, line in enumerate(lines):
        made += _strip(line, left, top, width, dress, rule=row.rule and index == len(lines) - 1)
        top = made[-1].room.bottom()
    return made


def _lines(cells: tuple[Cell, ...], width: float, dress: Dress) -> list[list[Cell]]:
    """Return cells in lines that hold their least widths; a label stays with what it names where that fits."""
    lines: list[list[Cell]] = [[]]
    used = 0.0
    for index, cell in enumerate(cells):
        needed = _least(cell, dress) + (APART if lines[-1] else 0.0)
        with_next = needed
        if isinstance(cell, Label) and index + 1 < len(cells):
            with_next += APART + _least(cells[index + 1], dress)
        if lines[-1] and used + with_next > width:
            lines.append([])
            used, needed = 0.0, _least(cell, dress)
        lines[-1].append(cell)
        used += needed
    return lines


def _spread(line: list[Cell], left: float, width: float, dress: Dress) -> list[tuple[Cell, tuple[float, float]]]:
    """Return the cells of a line with (left, width): what can grow shares what is left."""
    least = [min(width, _least(cell, dress)) for cell in line]
    growing = [isinstance(cell, Note | Value) or (isinstance(cell, Box) and not cell.fits) for cell in line]
    spare = max(0.0, width - sum(least) - APART * (len(line) - 1)) / max(1, sum(growing))
    made, x = [], left
    for cell, wide, grows in zip(line, least, growing, strict=True):
        own = wide + (spare if grows else 0.0)
        made.append((cell, (x, own)))
        x += own + APART
    return made


def _strip(
    line: list[tuple[Cell, tuple[float, float]]], left: float, top: float, width: float, dress: Dress, *, rule: bool
) -> list[Strip]:
    """Return a line of cells; one of words alone is a strip a line, so that none is too tall to be shown."""
    tall = max(_tall(cell, wide, dress) for cell, (_, wide) in line)
    boxed = any(isinstance(cell, Box | Value) for cell, _ in line)
    air = ROW_AIR if boxed or rule else 1
    if len(line) == 1 and isinstance(line[0][0], Note):
        return _words(line[0][0], left, top, width, dress, rule=rule)
    parts: list[Part] = []
    boxes: list[PlacedBox] = []
    for cell, (x, wide) in line:
        texts, placed = _cell(cell, QRectF(x, top + air, wide, tall), dress)
        parts += texts
        boxes += placed
    room = QRectF(left, top, width, tall + 2 * air)
    made = [Strip(room, tuple(parts), tuple(boxes), rule=rule)]
    for box in boxes:
        if box.field.said:
            made += _said(box, left, made[-1].room.bottom(), width, dress)
    return made


def _tall(cell: Cell, wide: float, dress: Dress) -> float:
    match cell:
        case Box():
            return dress.scaled(BOX_TALL) + (dress.line(13) + 2 if cell.over else 0.0)
        case Note(text, strong):
            return len(broken(text, _note_font(strong, dress), wide)) * dress.line(13)
        case _:
            return dress.line(14)


def _note_font(strong: bool, dress: Dress) -> QFont:
    return dress.font(13, 500 if strong else 400)


def _cell(cell: Cell, room: QRectF, dress: Dress) -> tuple[list[Part], list[PlacedBox]]:
    """Return the texts and the box of a cell."""
    theme = dress.theme
    ink, ink2 = colour(theme.ink), colour(theme.ink2)
    match cell:
        case Label(text, strong):
            return [
                Text(text, room, dress.font(14 if strong else 13, 600 if strong else 400), ink if strong else ink2)
            ], []
        case Value(text, unit):
            return _value(text, unit, room, dress), []
        case Note(text, strong):
            made, line = _note_font(strong, dress), dress.line(13)
            rows = broken(text, made, room.width())
            y = room.center().y() - len(rows) * line / 2
            at = [QRectF(room.left(), y + n * line, room.width(), line) for n in range(len(rows))]
            return [Text(row, where, made, ink if strong else ink2) for row, where in zip(rows, at, strict=True)], []
        case Box():
            return _box(cell, room, dress)


def _value(text: str, unit: str, room: QRectF, dress: Dress) -> list[Part]:
    """Return what follows: its number ends where the numbers in boxes end, its unit beside it."""
    theme = dress.theme
    wide = dress.width(unit, 13) + 1 if unit else 0.0
    number = QRectF(room.left(), room.top(), max(0.0, room.width() - wide - INSET - (6 if unit else 0)), room.height())
    made: list[Part] = [Text(text, number, dress.font(15, 600), colour(theme.ink), "right")]
    if unit:
        where = QRectF(number.right() + 6, room.top(), wide, room.height())
        made.append(Text(unit, where, dress.font(13), colour(theme.ink2)))
    return made


def _box(cell: Box, room: QRectF, dress: Dress) -> tuple[list[Part], list[PlacedBox]]:
    """Return a box with its value, and its unit; over it its words."""
    theme, field = dress.theme, cell.field
    parts: list[Part] = []
    if cell.over:
        above = QRectF(room.left(), room.top(), room.width(), dress.line(13))
        parts.append(Text(field.says, above, dress.font(13), colour(theme.ink2)))
    tall = dress.scaled(BOX_TALL)
    box = QRectF(room.left(), room.bottom() - tall, room.width(), tall)
    if not cell.over:
        box.moveTop(room.center().y() - tall / 2)
    inside = box.adjusted(INSET, 0, -INSET, 0)
    ink = colour(theme.ink3 if field.quiet else theme.ink)
    if cell.presses or cell.fits:
        made = dress.font(15, 600 if cell.presses else 500)
        parts.append(Text(field.value, inside, made, ink, "left" if field.unit else "centre"))
    elif _counts(field):
        unit = dress.width(field.unit, 13) + 1 if field.unit else 0.0
        number = inside.adjusted(0, 0, -unit - (5 if field.unit else 0), 0)
        parts.append(Text(field.value, number, dress.font(15, 500), ink, "right"))
        if field.unit:
            where = QRectF(inside.right() - unit, box.top(), unit, tall)
            parts.append(Text(field.unit, where, dress.font(13), colour(theme.ink2)))
    else:
        words = inside.adjusted(0, 0, -dress.scaled(18) if field.options else 0, 0)
        parts.append(Text(field.value, words, dress.font(15, 500), ink, may_elide=True))
    return parts, [PlacedBox(field, box, cell.presses)]


def _words(note: Note, left: float, top: float, width: float, dress: Dress, *, rule: bool) -> list[Strip]:
    made, line = _note_font(note.strong, dress), dress.line(13)
    ink = colour(dress.theme.ink if note.strong else dress.theme.ink2)
    rows, found = broken(note.text, made, width), []
    for index, row in enumerate(rows):
        room = QRectF(left, top, width, line + (4 if index == len(rows) - 1 else 0))
        words = Text(row, QRectF(left, top, width, line), made, ink)
        found.append(Strip(room, (words,), rule=rule and index == len(rows) - 1))
        top = room.bottom()
    return found


def _said(box: PlacedBox, left: float, top: float, width: float, dress: Dress) -> list[Strip]:
    """Return what is wrong with a field under its row, with the sign that goes with it."""
    theme, field = dress.theme, box.field
    ink, side = colour(theme.stale), dress.scaled(12)
    x = box.room.left() if left + width - box.room.left() >= dress.scaled(200) else left
    words = ": ".join(filter(None, (field.says, field.said)))
    found: list[Strip] = []
    for index, row in enumerate(broken(words, dress.font(13), left + width - x - side - GAP)):
        tall = dress.line(13)
        room = QRectF(x + side + 6, top, left + width - x - side - 6, tall)
        sign = (Mark("triangle", QRectF(x, top + (tall - side) / 2, side, side), ink),) if index == 0 else ()
        found.append(Strip(QRectF(left, top, width, tall + 2), (*sign, Text(row, room, dress.font(13), ink))))
        top += tall + 2
    return found
