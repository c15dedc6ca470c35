"""The cursor: a dashed line through both plots, and its wavelength and energy on their axes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsScene

from analysis.energy import ev
from analysis.wording import grouped
from gui.overlay_layer import Mapping
from gui.plot_frame import BAND_PX, Look, Room, dashed
from gui.plot_items import Item
from gui.theme import colour

TAG_PAD_PX = 6.0
LINE_ROOM_PX = 3.0
CLICK_PX = 4.0


@dataclass(frozen=True, slots=True)
class Place:
    """What a cursor needs to know of one plot."""

    room: Room
    mapping: Mapping


class Cursor:
    """One vertical line in each plot, with its wavelength below and its energy above where `tagged`."""

    def __init__(self, scene: QGraphicsScene, look: Look, *, tagged: bool) -> None:
        self._look = look
        self._tagged = tagged
        self._places: tuple[Place, ...] = ()
        self._nm: float | None = None
        self.tags: tuple[tuple[str, QRectF], ...] = ()
        self._items = (Item(self._paint_upper, 1.5), Item(self._paint_lower, 1.5), Item(self._paint_tags, 3))
        self._tag_item = self._items[2]
        for item in self._items:
            item.setVisible(False)
            scene.addItem(item)

    @property
    def nm(self) -> float | None:
        """Get the wavelength at which it stands, or None while it is not shown."""
        return self._nm

    def show(self, nm: float | None, places: tuple[Place, ...], look: Look) -> None:
        """Stand at a wavelength; None, or one that is out of sight, takes it away."""
        self._nm, self._places, self._look = nm, places, look
        mapping = places[0].mapping
        seen = nm is not None and mapping.low_nm <= nm <= mapping.high_nm
        self.tags = self._planned(nm) if seen and nm is not None and self._tagged else ()
        for item in self._items:
            item.setVisible(seen)
        if not seen or nm is None:
            return
        x = round(mapping.x(nm))
        for item, place in zip(self._items[:2], places, strict=True):
            curves = place.room.curves
            item.place(QRectF(x - LINE_ROOM_PX, curves.top(), 2 * LINE_ROOM_PX + 1, curves.height()))
            item.update()
        room = QRectF()
        for _, rect in self.tags:
            room = room.united(rect.adjusted(-1, -1, 1, 1))
        self._tag_item.place(room)
        self._tag_item.update()

    def _planned(self, nm: float) -> tuple[tuple[str, QRectF], ...]:
        """Return the words on the axes and where they stand, each where there is such an axis."""
        upper, lower = self._places[0].room, self._places[-1].room
        wavelength, energy = f"{grouped(nm, 1)} nm", f"{grouped(ev(nm), 3)} eV"
        below, above = (energy, wavelength) if lower.swapped else (wavelength, energy)
        look, x = self._look, self._places[0].mapping.x(nm)
        tags = []
        both = below if upper.above else f"{below}, {above}"
        middles = [(both, lower, lower.curves.bottom() + look.px(BAND_PX / 2) + 1)]
        if upper.above:
            middles.append((above, upper, upper.panel.top() + look.px(BAND_PX) / 2 + 1))
        for text, room, middle in middles:
            width = look.width(text, 12, 600) + 2 * TAG_PAD_PX
            left = min(max(room.panel.left() + 2, x - width / 2), room.panel.right() - 2 - width)
            high = look.px(18.0)
            tags.append((text, QRectF(round(left), round(middle - high / 2), round(width), round(high))))
        return tuple(tags)

    def _paint_upper(self, painter: QPainter) -> None:
        self._line(painter, self._places[0])

    def _paint_lower(self, painter: QPainter) -> None:
        self._line(painter, self._places[-1])

    def _line(self, painter: QPainter, place: Place) -> None:
        if self._nm is None:
            return
        curves = place.room.curves
        painter.setPen(dashed(self._look.theme.accent, self._look))
        x = round(place.mapping.x(self._nm)) + 0.5
        painter.drawLine(QPointF(x, curves.top()), QPointF(x, curves.bottom()))

    def _paint_tags(self, painter: QPainter) -> None:
        theme, in_font = self._look.theme, self._look.font(12, 600)
        half = QFontMetricsF(in_font).capHeight() / 2
        for text, rect in self.tags:
            painter.setPen(QColor(theme.accent))
            painter.setBrush(colour(theme.raised))
            painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setFont(in_font)
            painter.setPen(QColor(theme.ink))
            painter.drawText(QPointF(rect.left() + TAG_PAD_PX, rect.center().y() + half), text)


class Cursors:
    """The cursor under the pointer, and the one that was put somewhere and stays there."""

    def __init__(self, scene: QGraphicsScene, look: Look) -> None:
        self.pointer_nm: float | None = None
        self.put_nm: float | None = None
        self.line = Cursor(scene, look, tagged=True)
        self._put_line = Cursor(scene, look, tagged=False)

    @property
    def nm(self) -> float | None:
        """Get the wavelength that is spoken of: under the pointer, else where the cursor was put."""
        return self.put_nm if self.pointer_nm is None else self.pointer_nm

    def step(self, step_nm: float, first_nm: float, shown: tuple[float, float]) -> None:
        """Go so much further within what is in sight; the first time stand at `first_nm`."""
        at_nm = first_nm if self.put_nm is None else self.put_nm + step_nm
        self.pointer_nm, self.put_nm = None, min(shown[1], max(shown[0], at_nm))

    def click(self, mapping: Mapping) -> None:
        """Stay where the pointer is; a click on a cursor that stays takes it away."""
        nm, put = self.pointer_nm, self.put_nm
        if nm is not None:
            again = put is not None and abs(mapping.x(put) - mapping.x(nm)) <= CLICK_PX
            self.pointer_nm, self.put_nm = None, None if again else nm

    def show(self, places: tuple[Place, ...], look: Look) -> None:
        """Draw both."""
        self.line.show(self.nm, places, look)
        self._put_line.show(None if self.pointer_nm is None else self.put_nm, places, look)
