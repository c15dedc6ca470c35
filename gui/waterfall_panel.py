"""One picture of the waterfall: rows of spectra as bands of colour, its axes and its colour bar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from gui.dress import Dress, Part, Text
from gui.plot_axes import Range, height_ticks, wavelength_ticks
from gui.plot_frame import Look, paint_hatch
from gui.theme import colour, heat_colour
from gui.time_axis import TimeAxis, halfway, nearest
from station.waterfall import Rows

STRIP_PX = 28.0
AXIS_PX = 26.0
TIMES_PX = 52.0  # left of the first picture, for the texts of the times
BESIDE_PX = 16.0  # left of the second one
BAR_PX = 10.0
BAR_TEXT_PX = 58.0
TICK_PX = 80.0  # between the numbers at the colour bar, at least
SHADES = 256


@dataclass(frozen=True, slots=True)
class PanelRoom:
    """Where a picture lies, with the strip of its title above it and its colour bar at the right."""

    picture: QRectF
    bar: QRectF
    strip: QRectF


def lay_out(panel: QRectF, dress: Dress, *, times: bool) -> PanelRoom:
    """Return the rooms of a picture; `times`: the texts of the time axis stand left of it."""
    grown = 1.0 + (dress.scale - 1.0) / 2.0
    left = panel.left() + round((TIMES_PX if times else BESIDE_PX) * grown)
    top = panel.top() + round(STRIP_PX * dress.scale)
    bottom = panel.bottom() - round(AXIS_PX * dress.scale)
    right = panel.right() - round((BAR_PX + BAR_TEXT_PX) * grown)
    picture = QRectF(left, top, max(1.0, right - left), max(1.0, bottom - top))
    bar = QRectF(right + 8, top, BAR_PX, picture.height())
    return PanelRoom(picture, bar, QRectF(left, panel.top(), panel.right() - 10 - left, top - panel.top()))


@cache
def shades() -> NDArray[np.uint32]:
    """Return the colours of 0 to the largest value as 0xAARRGGBB, even steps of lightness."""
    return np.array([heat_colour(place).rgba() for place in np.linspace(0.0, 1.0, SHADES)], dtype=np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class WaterfallPanel:
    """One kind of spectrum of a run, painted over time (downwards) and wavelength."""

    title: str
    short_title: str
    unit: str
    waits: str
    rows: Rows
    axis: TimeAxis
    room: PanelRoom
    dress: Dress
    least: float

    @property
    def shown(self) -> Range:
        """Get the wavelengths in sight."""
        return self.rows.shown

    @property
    def top(self) -> float:
        """Get the value that has the last colour, one that stands at the bar; what lies above it has it too."""
        needed = max(self.rows.top, self.least)
        ticks = height_ticks((0.0, needed), self.room.bar.height(), self.dress.scaled(TICK_PX), lambda _: True)
        step = ticks[1].at if len(ticks) > 1 else needed
        return ceil(needed / step * (1.0 - 1e-9)) * step

    def y(self, time_s: float) -> float:
        """Return the pixel of a time."""
        return self.room.picture.top() + self.axis.at(time_s) * self.room.picture.height()

    def x(self, nm: float) -> float:
        """Return the pixel of a wavelength."""
        low, high = self.shown
        return self.room.picture.left() + (nm - low) / (high - low) * self.room.picture.width()

    def nm_at(self, x: float) -> float:
        """Return the wavelength at a pixel."""
        low, high = self.shown
        return low + (x - self.room.picture.left()) / self.room.picture.width() * (high - low)

    def bands(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where the band of each row begins and ends, 0 (top) to 1: halfway to its neighbours."""
        return halfway(self.axis.places(self.rows.times_s))

    def row_at(self, y: float) -> int | None:
        """Return the row whose band is at a pixel, or None where there is none."""
        if not len(self.rows):
            return None
        place = (y - self.room.picture.top()) / self.room.picture.height()
        row = nearest(self.axis.places(self.rows.times_s), place)
        starts, ends = self.bands()
        return row if starts[row] <= place <= ends[row] else None

    def band_rect(self, row: int) -> QRectF:
        """Return the band of a row."""
        starts, ends = self.bands()
        area = self.room.picture
        top, bottom = (area.top() + float(edge[row]) * area.height() for edge in (starts, ends))
        return QRectF(area.left(), top, area.width(), max(1.0, bottom - top))

    # -- the picture -----------------------------------------------------------------------------------------------

    def image(self, ratio: float) -> QImage:
        """Return the bands, a device pixel high and a nanometre wide; clear where nothing is known.

        Its cost is that of its pixels, however many rows there are.
        """
        tall = max(1, round(self.room.picture.height() * ratio))
        places = (np.arange(tall) + 0.5) / tall
        starts, ends = self.bands()
        row = np.clip(np.searchsorted(starts, places, side="right") - 1, 0, max(0, len(self.rows) - 1))
        covered = (places >= starts[row]) & (places <= ends[row])
        values = self.rows.values(row)
        known = np.isfinite(values) & covered[:, None]
        part = np.where(known, values, 0.0) / self.top
        shade = np.clip(part * (SHADES - 1) + 0.5, 0, SHADES - 1).astype(np.uint8)
        pixels = np.where(known, shades()[shade], np.uint32(0)).astype(np.uint32)
        pixels = np.ascontiguousarray(pixels)
        picture = QImage(
            pixels.data, pixels.shape[1], tall, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied
        )
        return picture.copy()  # Qt keeps no hold of the array

    def paint(self, painter: QPainter, ratio: float) -> None:
        """Paint ground, hatch, bands and colour bar; texts are painted by whoever has `parts`."""
        theme, area = self.dress.theme, self.room.picture
        if len(self.rows):
            taken = self.band_rect(0).united(self.band_rect(len(self.rows) - 1)).intersected(area)
            paint_hatch(painter, taken, Look(theme, self.dress.scale, ratio))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(area, self.image(ratio))
            self._paint_bar(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), colour(theme.edge))

    def _paint_bar(self, painter: QPainter) -> None:
        bar = self.room.bar
        pixels = np.ascontiguousarray(shades()[::-1].reshape(-1, 1))
        picture = QImage(pixels.data, 1, SHADES, 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, picture)

    # -- texts -----------------------------------------------------------------------------------------------------

    def parts(self, said: str, *, times: bool) -> list[Part]:
        """Return the texts: title, what is said at the cursor, ticks of wavelengths, colours and (`times`) times."""
        parts = self._strip_parts(said)
        if not len(self.rows):
            dress, area = self.dress, self.room.picture
            room = QRectF(area.left() + 8, area.center().y() - 12, area.width() - 16, 24)
            return [*parts, Text(self.waits, room, dress.font(14), colour(dress.theme.ink2), "centre", may_elide=True)]
        return [*parts, *self._nm_parts(), *self._bar_parts(), *(self._time_parts() if times else ())]

    def _strip_parts(self, said: str) -> list[Part]:
        """Return title, unit and what is said; the unit's words give way first, then what is said is cut."""
        dress, theme, room = self.dress, self.dress.theme, self.room.strip
        left = room.left() + 6
        short = said.partition(": ")[2]
        beside = dress.width(short, 13, 500) + dress.scaled(10) if short else 0.0
        whole = left + dress.width(self.title, 14, 600) + beside < room.right()
        title = self.title if whole else self.short_title
        width = dress.width(title, 14, 600) + 1
        parts: list[Part] = [
            Text(title, QRectF(left, room.top(), width, room.height()), dress.font(14, 600), colour(theme.ink))
        ]
        left += width + dress.scaled(8)
        for words, unit in ((said, self.unit), (said, self.unit.partition(",")[0]), (said, ""), (short, ""), ("", "")):
            said_px = dress.width(words, 13, 500) + 1 if words else 0.0
            unit_px = dress.width(unit, 13) + 13 if unit else 0.0
            if left + unit_px + said_px <= room.right():
                if unit:
                    box = QRectF(left, room.top(), unit_px - 12, room.height())
                    parts.append(Text(unit, box, dress.font(13), colour(theme.ink2)))
                if words:
                    box = QRectF(room.right() - said_px, room.top(), said_px, room.height())
                    parts.append(Text(words, box, dress.font(13, 500), colour(theme.ink), "right"))
                break
        return parts

    def _nm_parts(self) -> list[Part]:
        dress, area = self.dress, self.room.picture
        ticks = wavelength_ticks(self.shown, area.width(), lambda text: dress.width(text, 12), dress.scaled(24))
        parts: list[Part] = []
        for tick in reversed(ticks):  # the one with the unit has its place first
            number = tick.text.removesuffix(" nm")
            width = dress.width(tick.text, 12) + 1
            left = self.x(tick.at) - dress.width(number, 12) / 2
            room = QRectF(left, area.bottom() + 5, width, dress.line(12))
            if not parts or room.right() + dress.scaled(6) <= parts[-1].room.left():
                parts.append(Text(tick.text, room, dress.font(12), colour(dress.theme.ink2)))
        return parts

    def _bar_parts(self) -> list[Part]:
        dress, bar = self.dress, self.room.bar
        line = dress.line(12)
        room_px = self.room.strip.right() + 8 - bar.right() - 4
        ticks = height_ticks(
            (0.0, self.top), bar.height(), dress.scaled(TICK_PX), lambda text: dress.width(text, 12) <= room_px
        )
        parts: list[Part] = []
        for tick in ticks:
            above = tick is ticks[-1] and self.rows.largest > self.top and tick.at > 0.999 * self.top
            text = f"≥ {tick.text}" if above and dress.width(f"≥ {tick.text}", 12) <= room_px else tick.text
            middle = bar.bottom() - tick.at / self.top * bar.height()
            middle = min(max(middle, bar.top() + line / 2 - 2), bar.bottom() - line / 2 + 2)
            room = QRectF(bar.right() + 4, middle - line / 2, dress.width(text, 12) + 1, line)
            parts.append(Text(text, room, dress.font(12), colour(dress.theme.ink2)))
        return parts

    def _time_parts(self) -> list[Part]:
        dress, area = self.dress, self.room.picture
        line = dress.line(12)
        parts: list[Part] = []
        for tick in self.axis.ticks(area.height(), lambda _: line * 0.8, dress.scaled(6)):
            width = dress.width(tick.text, 12) + 1
            top = min(self.y(tick.at) - line / 2, area.bottom() - line * 0.7)
            room = QRectF(area.left() - 10 - width, top, width, line)
            parts.append(Text(tick.text, room, dress.font(12), colour(dress.theme.ink2), "right"))
        return parts

    def paint_cursor(self, painter: QPainter, at: QPointF) -> None:
        """Paint the cross of the cursor."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        area, theme = self.room.picture, self.dress.theme
        for ink, shift in ((theme.window, 1.0), (theme.ink, 0.0)):
            painter.fillRect(QRectF(round(at.x()) + shift, area.top(), 1, area.height()), colour(ink, 0.8))
            painter.fillRect(QRectF(area.left(), round(at.y()) + shift, area.width(), 1), colour(ink, 0.8))
