"""The strip of photographs under the plots: each pair, ambient light and then UV, exactly over its aliquot's chip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act, cap
from gui.aliquot_list import AliquotList
from gui.dress import CHIP_CORNER, GAP, Dress, Mark, Part, Text, cap_width, key_cap, paint, rounded, wrapped
from gui.shown import photographs as shown
from gui.theme import colour
from gui.thumbnails import Thumbnails
from station.photographs import Pair
from station.records import PhotographTaken
from station.run import Run

APART = 4.0  # between the two of a pair
LEAST_PAIR = 76.0
SHAPE = 0.62  # width over height of a photograph where there is no chip to stand over
BROKEN = "cannot be shown"


@dataclass(frozen=True, slots=True)
class Placed:
    """One photograph, or the place where one is missing: whose it is, under which light, and where it stands."""

    number: int
    light: Literal["ambient", "UV"]
    taken: PhotographTaken | None
    room: QRectF


class PhotographStrip(QWidget):
    """Paints the photographs of a run. `add` opens the page that takes one, `select` selects an aliquot.

    Where the ladder is one colour bar, pairs stand side by side with their times, those about the selected one.
    """

    def __init__(
        self,
        dress: Dress,
        ladder: AliquotList,
        parent: QWidget,
        *,
        add: Callable[[], None] | None,
        select: Callable[[int | None], None],
    ) -> None:
        super().__init__(parent)
        self._dress = dress
        self._ladder = ladder
        self._add = add
        self._select = select
        self._run: Run | None = None
        self._selected: int | None = None
        self._enter_is_taken = False
        self._strip = shown.strip(None, None)
        self._thumbnails = Thumbnails(self.update, self)
        self.wanted = False
        self.hide()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_run(self, run: Run | None, selected: int | None, *, enter_is_taken: bool = False) -> None:
        """Show the photographs of a run; called often, paints only what has changed.

        While something else is answered with Enter (`enter_is_taken`), the key does not stand beside "Add".
        """
        if enter_is_taken != self._enter_is_taken:
            self._enter_is_taken = enter_is_taken
            self.update()
        if run is self._run and selected == self._selected:
            return
        self._run, self._selected = run, selected
        self._strip = shown.strip(run, selected)
        self.setAccessibleName(f"Photographs, {self._strip.second}")
        self.setAccessibleDescription(self._strip.said)
        self.update()

    def place(self, room: QRect | None) -> None:
        """Take this room; None: there is none, or nobody wants to see it."""
        self.setVisible(room is not None)
        if room is not None:
            self.setGeometry(room)

    # Places

    def _title(self) -> float:
        return round(self._dress.line(14) + 10)

    def placed(self) -> list[Placed]:
        """Return the photographs where they stand, and the places of those that are missing."""
        top, rooms = self._title(), self._ladder.chip_rooms()
        tall = self.height() - top
        found = [
            (number, QRectF(room.left(), top, room.width(), tall))
            for number, room in rooms.items()
            if number in self._strip.times
        ]
        if not rooms:
            foot = round(self._dress.line(12) + 4)
            found = [
                (number, QRectF(left, top, wide, tall - foot))
                for number, left, wide in self._side_by_side(max(LEAST_PAIR, 2 * SHAPE * (tall - foot)))
            ]
        placed: list[Placed] = []
        for number, room in found:
            half = (room.width() - APART) / 2
            pair = self._strip.pairs.get(number, Pair())
            left, right = QRectF(room), QRectF(room)
            left.setWidth(half)
            right.setLeft(room.right() - half)
            placed += [Placed(number, "ambient", pair.ambient, left), Placed(number, "UV", pair.uv, right)]
        return placed

    def _side_by_side(self, wide: float) -> list[tuple[int, float, float]]:
        """Return number, left and width of the pairs that have room: those with photographs, and the selected one."""
        spoken_of = shown.spoken_of(self._run, self._selected)
        known = [number for number in self._strip.numbers if number in self._strip.pairs or number == spoken_of]
        fit = max(1, int((self.width() + GAP) // (wide + GAP)))
        at = known.index(spoken_of) if spoken_of in known else 0
        first = min(max(0, at - fit // 2), max(0, len(known) - fit))
        return [(number, n * (wide + GAP), wide) for n, number in enumerate(known[first : first + fit])]

    # Painting

    def parts(self) -> list[Part]:
        """Return title, what is said of the selected aliquot, the key that adds one, and words on empty places."""
        dress, theme = self._dress, self._dress.theme
        ink2, tall = colour(theme.ink2), self._title() - 6
        wide = dress.width("Photographs", 14, 600) + 1
        parts: list[Part] = [Text("Photographs", QRectF(0, 0, wide, tall), dress.font(14, 600), colour(theme.ink))]
        right = float(self.width())
        add = self._add_room()
        if not add.isEmpty():
            parts.append(Text("Add", add, dress.font(13, 500), ink2))
            if not self._enter_is_taken:
                parts += key_cap(dress, cap(Act.CONFIRM), right, tall / 2, ink2, colour(theme.edge))
            right = add.left() - 16
        left = wide + 9
        said = dress.width(self._strip.said, 13) + 1
        if left + said <= right:
            parts.append(Text(self._strip.said, QRectF(right - said, 0, said, tall), dress.font(13), ink2))
            right -= said + 16
        second = dress.width(self._strip.second, 13) + 1
        if left + second <= right:
            parts.append(Text(self._strip.second, QRectF(left, 0, second, tall), dress.font(13), ink2))
        for each in self.placed():
            parts += self._words_on(each)
        return parts

    def _add_room(self) -> QRectF:
        """Return the room of the word that adds a photograph, with its key; empty where nothing can be added."""
        if self._add is None or not self._strip.numbers:
            return QRectF()
        wide = self._dress.width("Add", 13, 500) + 9 + cap_width(self._dress, cap(Act.CONFIRM))
        return QRectF(self.width() - wide, 0, wide, self._title() - 6)

    def _words_on(self, each: Placed) -> list[Part]:
        """Return what stands in a place without a picture, and under a pair its time where no chip says it."""
        dress, theme = self._dress, self._dress.theme
        parts: list[Part] = []
        if each.taken is None:
            parts.append(Text("–", each.room, dress.font(13), colour(theme.ink3), "centre"))
        elif self._is_broken(each):
            parts += self._broken(each.room)
        if each.light == "ambient" and not self._ladder.chip_rooms():
            room = QRectF(each.room.left(), each.room.bottom() + 3, 2 * each.room.width() + APART, dress.line(12))
            words = f"{each.number}: {self._strip.times[each.number]}"
            parts.append(Text(words, room, dress.font(12, 500), colour(theme.ink2), may_elide=True))
        return parts

    def _broken(self, room: QRectF) -> list[Part]:
        """Return the words on a picture whose bytes show nothing; a shape alone where they have no room."""
        dress, ink = self._dress, colour(self._dress.theme.ink2)
        rows, line = wrapped(BROKEN, dress.font(12), room.width() - 4), dress.line(12)
        if max(dress.width(row, 12) for row in rows) > room.width() - 2 or len(rows) * line > room.height():
            side = min(dress.scaled(14), room.width())
            at = QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)
            return [Mark("octagon", at, ink)]
        top = room.center().y() - len(rows) * line / 2
        return [
            Text(row, QRectF(room.left(), top + n * line, room.width(), line), dress.font(12), ink, "centre")
            for n, row in enumerate(rows)
        ]

    def _image(self, each: Placed) -> QImage | None:
        """Return the picture of a place in pixels of the screen; None while it is being decoded."""
        ratio = self.devicePixelRatioF()
        size = QSize(max(1, round(each.room.width() * ratio)), max(1, round(each.room.height() * ratio)))
        return None if each.taken is None else self._thumbnails.of(each.taken.picture, size)

    def _is_broken(self, each: Placed) -> bool:
        image = self._image(each)
        return image is not None and image.isNull()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pictures, a grey ground where one is missing or shows nothing, and the texts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        theme = self._dress.theme
        spoken_of = shown.spoken_of(self._run, self._selected)
        for each in self.placed():
            image = self._image(each)
            if each.taken is None:
                rounded(painter, each.room, CHIP_CORNER, None, colour(theme.line))
            elif image is None or image.isNull():
                rounded(painter, each.room, CHIP_CORNER, colour(theme.raised), colour(theme.line))
            else:
                inside = QPainterPath()
                inside.addRoundedRect(each.room, CHIP_CORNER, CHIP_CORNER)
                painter.save()
                painter.setClipPath(inside)
                painter.drawImage(each.room, image)
                painter.restore()
            if each.number == spoken_of and self._selected is not None:
                rounded(painter, each.room, CHIP_CORNER, None, colour(theme.accent), 2.0)
        paint(painter, self.parts())
        painter.end()

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the aliquot of a photograph; its words "Add" open the page."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._add is not None and self._add_room().contains(event.position()):
            self._add()
            return
        for each in self.placed():
            if each.room.contains(event.position()):
                self._select(None if each.number == self._selected else each.number)
                return
