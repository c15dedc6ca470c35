"""All keys on a card, grouped, made from the table in actions.py, and what is to be known of UV."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from gui.actions import Act, Key, Place, cap, keys_of
from gui.card import PAD, Card
from gui.dress import Dress, Part, Text, cap_width, key_cap, wrapped
from gui.shown.uv import HURTS
from gui.theme import colour

COLUMN_GAP = 28
AFTER_CAP = 12
UNDER_TITLE = 8
MOST_COLUMNS = 3
LEAST_WORDS = 150  # px of a line of words, before scaling
ROW_AIR, HEAD_AIR = 7, 10
GROUPS: tuple[tuple[str, tuple[Act, ...]], ...] = (
    (
        "Measure",
        (
            *(Act.CAPTURE, Act.DARK, Act.REFERENCE, Act.DRAWN, Act.DILUTION, Act.WASH),
            *(Act.UV, Act.MARK, Act.LIVE, Act.UNDO, Act.LOOK_AGAIN, Act.VIRTUAL, Act.SET_UP),
        ),
    ),
    ("Run", (Act.RECIPE, Act.ALIQUOT, Act.EXCLUDE, Act.PHOTOS, Act.REVIEW, Act.FIGURE, Act.COPY)),
    (
        "Look",
        (
            *(Act.EARLIER, Act.LATER, Act.VIEW, Act.TREND, Act.WATERFALL, Act.PAIR, Act.BACKGROUND, Act.HIDE),
            *(Act.CURSOR, Act.RANGE, Act.ENERGY, Act.FOCUS, Act.WHY),
        ),
    ),
)
WINDOW = "Window"  # the group of all other keys


@dataclass(frozen=True, slots=True)
class Entry:
    """A head (no cap) or a key, with its words broken into rows and its height in pixels."""

    cap: str
    rows: tuple[str, ...]
    tall: float


Column = list[Entry]


def grouped_keys(place: Place) -> list[tuple[str, list[Key]]]:
    """Return the keys of a window in their groups, none left out."""
    keys = {key.act: key for key in keys_of(place)}
    found = [(name, [keys.pop(act) for act in acts if act in keys]) for name, acts in GROUPS]
    return [(name, held) for name, held in (*found, (WINDOW, list(keys.values()))) if held]


class KeysCard(Card):
    """Covers the window with the keys that work in it; ? turns its pages and closes it, as do Esc and a click."""

    def __init__(self, dress: Dress, place: Place, parent: QWidget) -> None:
        super().__init__(dress, parent)
        self._place: Place = place
        self._page = 0
        self.setAccessibleName("Keys")
        said = (f"{key.cap}: {key.says}" for _, keys in grouped_keys(place) for key in keys)
        self.setAccessibleDescription(". ".join((*said, HURTS)))

    def toggle(self) -> None:
        """Show the card, its next page, or put it away after the last."""
        self._page = 0 if self.isHidden() else self._page + 1
        self.setVisible(self._page < len(self._pages()))
        self.raise_()
        self.update()

    def _uv_rows(self) -> list[str]:
        """Return what is to be known of UV, in lines."""
        return wrapped(HURTS, self._dress.font(13), self._inner())

    def _inner(self) -> float:
        """Return the width inside the card."""
        return min(self._dress.scaled(1230), self.width() - 16.0) - 2 * PAD

    def _caps(self) -> float:
        return max(cap_width(self._dress, key.cap) for key in keys_of(self._place))

    def _columns(self) -> int:
        """Return how many columns have room beside each other."""
        one = self._caps() + AFTER_CAP + self._dress.scaled(LEAST_WORDS) + COLUMN_GAP
        return max(1, min(MOST_COLUMNS, int((self._inner() + COLUMN_GAP) // one)))

    def _column_width(self) -> float:
        count = self._columns()
        return (self._inner() - (count - 1) * COLUMN_GAP) / count

    def _entries(self) -> list[Entry]:
        """Return heads and keys in their order, broken to the width of a column."""
        dress, width = self._dress, self._column_width() - self._caps() - AFTER_CAP
        line, least = dress.line(13), dress.scaled(22) + 4
        found: list[Entry] = []
        for name, keys in grouped_keys(self._place):
            found.append(Entry("", (name,), dress.line(14) + HEAD_AIR))
            for key in keys:
                rows = tuple(wrapped(key.says, dress.font(13), width))
                found.append(Entry(key.cap, rows, max(least, len(rows) * line + ROW_AIR)))
        return found

    def _free(self) -> float:
        """Return the height that the columns may have."""
        dress = self._dress
        under = len(self._uv_rows()) * dress.line(13) + 8
        return self.height() - 2 * PAD - dress.line(20) - UNDER_TITLE - under

    def _pages(self) -> list[list[Column]]:
        """Return the pages, each some columns; where one page has room for all, its columns are of about one height."""
        entries, count, free = self._entries(), self._columns(), self._free()
        if len(flowed(entries, free)) <= count:
            whole, step = sum(entry.tall for entry in entries), self._dress.line(13)
            heights = [whole / count + n * step for n in range(int(free / step))]
            even = next((tall for tall in heights if len(flowed(entries, tall)) <= count), free)
            return [flowed(entries, min(even, free))]
        columns = flowed(entries, free)
        return [columns[first : first + count] for first in range(0, len(columns), count)]

    def size_wanted(self) -> tuple[float, float]:
        """Return width and height that the page and the words on UV take."""
        dress, pages = self._dress, self._pages()
        tallest = max(sum(entry.tall for entry in column) for page in pages for column in page)
        under = len(self._uv_rows()) * dress.line(13) + 8
        return self._inner() + 2 * PAD, 2 * PAD + dress.line(20) + UNDER_TITLE + tallest + under

    def parts(self) -> list[Part]:
        """Return title, heads, caps and words where they stand."""
        dress, theme, card, pages = self._dress, self._dress.theme, self.card(), self._pages()
        ink = colour(theme.ink)
        title = QRectF(card.left() + PAD, card.top() + PAD, card.width() - 2 * PAD, dress.line(20))
        parts: list[Part] = [Text("Keys", title, dress.font(20, 600), ink)]
        page = min(self._page, len(pages) - 1)
        if len(pages) > 1:
            parts += self._pages_part(title, page, len(pages))
        left = title.left()
        for column in pages[page]:
            parts += self._column(column, left, title.bottom() + UNDER_TITLE)
            left += self._column_width() + COLUMN_GAP
        top = card.bottom() - PAD - len(self._uv_rows()) * dress.line(13)
        for line, said in enumerate(self._uv_rows()):
            at = QRectF(title.left(), top + line * dress.line(13), title.width(), dress.line(13))
            parts.append(Text(said, at, dress.font(13), ink))
        return parts

    def _pages_part(self, title: QRectF, page: int, of: int) -> list[Part]:
        """Return which page this is, at the right of the title, and the key to the next."""
        dress, theme = self._dress, self._dress.theme
        then = "close" if page + 1 == of else "next page"
        key = f"{page + 1} of {of}, {then}: {cap(Act.KEYS)}"
        return [Text(key, title, dress.font(13), colour(theme.ink2), "right")]

    def _column(self, column: Column, left: float, y: float) -> list[Part]:
        """Return one column's heads, caps and words."""
        dress, theme, caps = self._dress, self._dress.theme, self._caps()
        width, line = self._column_width(), dress.line(13)
        parts: list[Part] = []
        for entry in column:
            if not entry.cap:
                at = QRectF(left, y + HEAD_AIR - 4, width, dress.line(14))
                parts.append(Text(entry.rows[0], at, dress.font(14, 600), colour(theme.ink)))
            else:
                middle = y + entry.tall / 2
                parts += key_cap(dress, entry.cap, left + caps, middle, colour(theme.ink), colour(theme.edge))
                top = middle - len(entry.rows) * line / 2
                for n, row in enumerate(entry.rows):
                    at = QRectF(left + caps + AFTER_CAP, top + n * line, width - caps - AFTER_CAP, line)
                    parts.append(Text(row, at, dress.font(13), colour(theme.ink2)))
            y += entry.tall
        return parts


def flowed(entries: list[Entry], height: float) -> list[Column]:
    """Return entries in columns no higher than this; a head never ends a column, and one entry is always taken."""
    columns: list[Column] = [[]]
    for n, entry in enumerate(entries):
        used = sum(each.tall for each in columns[-1])
        with_next = entry.tall + (entries[n + 1].tall if not entry.cap and n + 1 < len(entries) else 0.0)
        if columns[-1] and used + with_next > height + 0.5:
            columns.append([])
        columns[-1].append(entry)
    return columns
