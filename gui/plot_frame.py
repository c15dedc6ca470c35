"""What stands still in a plot: ground, grid, axes, title, legend, hatches. Painted into a picture, not per frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from gui.overlay_layer import Mapping, hairline
from gui.plot_axes import Tick, energy_ticks, height_ticks, wavelength_ticks
from gui.theme import Theme, Weight, colour, font

AXIS_PX = 52.0  # left of the curves, for the texts of the heights
RIGHT_PX = 14.0
STRIP_PX = 28.0  # the title's, above the curves
BAND_PX = 26.0  # an axis with texts, above or below
PAD_TOP_PX = 5.0
PAD_BOTTOM_PX = 8.0
LEAST_TICK_PX = 34.0
HATCH_DEVICE_PX = 7.0
HATCH_OPACITY = 0.6  # thinner, and it is not seen on the dark ground
LABEL_GROUND = 0.84
REASON_FLAGS = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Look:
    """The theme, the scale of type, and device pixels per logical pixel."""

    theme: Theme
    scale: float = 1.0
    ratio: float = 1.0

    def font(self, px: float, weight: Weight = 400) -> QFont:
        """Return a font at the scale of type."""
        return font(px, weight, scale=self.scale)

    def width(self, text: str, px: float, weight: Weight = 400) -> float:
        """Return the width of a text in pixels."""
        return QFontMetricsF(self.font(px, weight)).horizontalAdvance(text)

    def px(self, length: float) -> float:
        """Return a length that grows with type."""
        return length * self.scale


def blank_picture(size: QSizeF, look: Look) -> QImage:
    """Return a clear picture for a text of this size and two pixels more to either side."""
    image = QImage(
        round((size.width() + 4) * look.ratio),
        round(size.height() * look.ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(look.ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


@dataclass(frozen=True, slots=True)
class Room:
    """Where the parts of a plot lie in logical pixels; `curves` starts below the title strip.

    `above` tells whether there is a second axis above, `below` whether texts stand below. In nm below and eV above,
    or `swapped`.
    """

    panel: QRectF
    curves: QRectF
    above: bool
    below: bool
    swapped: bool = False

    @property
    def strip(self) -> QRectF:
        """Get the strip of the title, between the top axis and the curves."""
        top = self.panel.top()
        return QRectF(self.curves.left(), top, self.curves.width(), self.curves.top() - top)


def lay_out(panel: QRectF, look: Look, *, above: bool, below: bool, swapped: bool = False) -> Room:
    """Return the room of a plot in its panel."""
    left = panel.left() + round(AXIS_PX * (1.0 + (look.scale - 1.0) / 2.0))
    top = panel.top() + round(look.px(BAND_PX) if above else PAD_TOP_PX) + round(look.px(STRIP_PX))
    bottom = panel.bottom() - round(look.px(BAND_PX) if below else PAD_BOTTOM_PX)
    right = panel.right() - RIGHT_PX
    return Room(panel, QRectF(left, top, right - left, max(1.0, bottom - top)), above, below, swapped)


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend; `band` where it has two sigma to either side."""

    text: str
    colour: QColor
    band: bool = False


@dataclass(frozen=True, slots=True)
class Caption:
    """What the title strip says: quantity, what follows from it in order of weight, and the legend.

    `reading` is true where the legend carries the values at the cursor: then the remarks give way to it.
    """

    title: str
    remarks: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    reading: bool = False

    @property
    def spoken(self) -> str:
        """Get all of it as a reader of the screen says it."""
        return ", ".join((self.title, *self.remarks, *(key.text for key in self.keys)))


def say(painter: QPainter, x: float, middle: float, text: str, in_font: QFont, ink: QColor) -> None:
    """Paint a text with the middle of its capitals at a height."""
    painter.setFont(in_font)
    painter.setPen(ink)
    painter.drawText(QPointF(x, middle + QFontMetricsF(in_font).capHeight() / 2), text)


def dashed(ink: str, look: Look) -> QPen:
    """Return a pen for dashed straight lines, one logical pixel wide; those few may be as wide as they look."""
    pen = QPen(QColor(ink))
    pen.setCosmetic(True)
    pen.setWidthF(max(1.0, round(look.ratio)))
    pen.setDashPattern([4.0, 3.0])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _say_all(painter: QPainter, texts: Sequence[tuple[float, str]], middle: float, look: Look) -> None:
    for x, text in texts:
        say(painter, x, middle, text, look.font(12), QColor(look.theme.ink2))


def paint_frame(painter: QPainter, room: Room, mapping: Mapping, look: Look) -> None:
    """Paint ground, grid and axes of a plot."""
    theme = look.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(room.panel, QColor(theme.surface))
    heights = heights_ticks(room, mapping, look)
    _grid(painter, room, mapping, look, lower_ticks(room, mapping, look), heights)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _height_texts(painter, room, mapping, look, heights)
    if room.below:
        middle = room.curves.bottom() + look.px(BAND_PX / 2) + 1
        _say_all(painter, scale_texts(room, mapping, look, energy=room.swapped), middle, look)
    if room.above:
        middle = room.panel.top() + look.px(BAND_PX) / 2 + 1
        _say_all(painter, scale_texts(room, mapping, look, energy=not room.swapped), middle, look)


def lower_ticks(room: Room, mapping: Mapping, look: Look) -> tuple[Tick, ...]:
    """Return the ticks of the lower axis; the grid stands on them."""
    return ev_ticks(mapping, look) if room.swapped else nm_ticks(mapping, look)


def scale_texts(room: Room, mapping: Mapping, look: Look, *, energy: bool) -> list[tuple[float, str]]:
    """Return the texts of a scale in eV or in nm and where each begins."""
    ticks = ev_ticks(mapping, look) if energy else nm_ticks(mapping, look)
    return texts_along(room, mapping, look, ticks, unit_last=not energy)


def nm_ticks(mapping: Mapping, look: Look) -> tuple[Tick, ...]:
    """Return the ticks of the wavelength axis."""
    shown = (mapping.low_nm, mapping.high_nm)
    return wavelength_ticks(shown, mapping.width, lambda t: look.width(t, 12), look.px(24.0))


def ev_ticks(mapping: Mapping, look: Look) -> tuple[Tick, ...]:
    """Return the ticks of the energy axis."""
    shown = (mapping.low_nm, mapping.high_nm)
    return energy_ticks(shown, mapping.width, lambda t: look.width(t, 12), look.px(20.0))


def heights_ticks(room: Room, mapping: Mapping, look: Look) -> tuple[Tick, ...]:
    """Return the ticks of the quantity."""
    room_px = room.curves.left() - room.panel.left() - 10.0
    shown = (mapping.low, mapping.high)
    spacing_px = min(look.px(LEAST_TICK_PX), max(look.px(16.0), mapping.height / 3.5))
    return height_ticks(shown, mapping.height, spacing_px, lambda t: look.width(t, 12) <= room_px)


def _grid(
    painter: QPainter,
    room: Room,
    mapping: Mapping,
    look: Look,
    along: Sequence[Tick],
    heights: Sequence[Tick],
) -> None:
    """Paint the grid and the axis line, each one logical pixel, on whole pixels."""
    line = colour(look.theme.line, 0.6 if look.theme.dark else 0.75)
    curves = room.curves
    top = room.panel.top() + (round(look.px(BAND_PX)) if room.above else PAD_TOP_PX)
    for tick in along:
        painter.fillRect(QRectF(round(mapping.x(tick.at)), top, 1, curves.bottom() - top), line)
    for tick in heights:
        painter.fillRect(QRectF(curves.left(), round(mapping.y(tick.at)), curves.width(), 1), line)
    if room.above:
        painter.fillRect(QRectF(curves.left(), top, curves.width(), 1), line)
    painter.fillRect(QRectF(curves.left(), curves.bottom(), curves.width(), 1), QColor(look.theme.edge))


def _height_texts(painter: QPainter, room: Room, mapping: Mapping, look: Look, heights: Sequence[Tick]) -> None:
    """Paint the texts of the heights, right-aligned before the curves."""
    in_font, ink = look.font(12), QColor(look.theme.ink2)
    for tick in heights:
        middle = min(mapping.y(tick.at), room.curves.bottom() - QFontMetricsF(in_font).capHeight() / 2 + 2)
        say(painter, room.curves.left() - 8 - look.width(tick.text, 12), middle, tick.text, in_font, ink)


def texts_along(
    room: Room, mapping: Mapping, look: Look, ticks: Sequence[Tick], *, unit_last: bool
) -> list[tuple[float, str]]:
    """Return the texts of ticks along the wavelengths and where each begins.

    The one with the unit has its number on the tick where the panel has room for it; a text it would meet is
    left out.
    """
    placed: list[tuple[float, str]] = []
    at_unit = len(ticks) - 1 if unit_last else 0
    for index, tick in enumerate(ticks):
        number = tick.text.removesuffix(" nm").removesuffix(" eV") if index == at_unit else tick.text
        x = mapping.x(tick.at) - look.width(number, 12) / 2
        x = max(room.panel.left() + 4, min(x, room.panel.right() - 4 - look.width(tick.text, 12)))
        placed.append((x, tick.text))
    beside = at_unit - 1 if unit_last else at_unit + 1
    if 0 <= beside < len(placed):
        (first, text), (second, _) = sorted((placed[at_unit], placed[beside]))
        if first + look.width(text, 12) + look.px(4) > second:
            del placed[beside]
    return placed


def paint_caption(painter: QPainter, room: Room, look: Look, caption: Caption) -> None:
    """Paint title, remarks and legend into the strip."""
    theme = look.theme
    middle = room.curves.top() - look.px(STRIP_PX) / 2 - 2
    x = room.curves.left() + 8
    say(painter, x, middle, caption.title, look.font(14, 600), QColor(theme.ink))
    remarks, keys = fitted_caption(room, look, caption)
    if remarks:
        at = x + look.width(caption.title, 14, 600) + look.px(8)
        say(painter, at, middle, remarks, look.font(13), QColor(theme.ink2))
    x = room.curves.right() - 9
    for key in reversed(keys):
        x -= look.width(key.text, 12)
        say(painter, x, middle, key.text, look.font(12), QColor(theme.ink2))
        x -= 30
        if key.band:
            painter.fillRect(QRectF(x, round(middle) - 4, 24, 8), colour(key.colour.name(), 0.24))
        painter.fillRect(QRectF(x, round(middle) - (1 if key.band else 0), 24, 2 if key.band else 1), key.colour)
        x -= 16


def fitted_caption(room: Room, look: Look, caption: Caption) -> tuple[str, tuple[Key, ...]]:
    """Return the remarks and the legend as far as they fit beside the title: remarks give way from their end.

    The legend gives way where not even the first remark fits beside it; values at the cursor give way last.
    """
    free = room.curves.width() - 17 - look.width(caption.title, 14, 600) - look.px(8)
    for keys, remarks in _choices(caption):
        text = ", ".join(remarks)
        taken = sum(look.width(key.text, 12) + 46 for key in keys)
        if (look.width(text, 13) if text else 0.0) + taken <= free:
            return text, keys
    return "", ()


def _choices(caption: Caption) -> Iterator[tuple[tuple[Key, ...], tuple[str, ...]]]:
    """Yield what the strip may say, the most welcome first."""
    remarks, keys = caption.remarks, caption.keys
    shorter = [remarks[:count] for count in range(len(remarks), 0, -1)]
    if caption.reading:
        yield from ((keys[:count], said) for count in range(len(keys), 0, -1) for said in (*shorter, ()))
    elif not remarks:
        yield keys, ()
    yield from (((keys if with_keys else ()), said) for with_keys in (True, False) for said in shorter)


def paint_hatch(painter: QPainter, rect: QRectF, look: Look) -> None:
    """Hatch a range of which nothing is known, within what may be painted anyway."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, colour(look.theme.window, 0.59))
    painter.setPen(hairline(colour(look.theme.ink3, HATCH_OPACITY)))
    step = HATCH_DEVICE_PX / look.ratio
    start = rect.left() - rect.height()
    lines = [
        QLineF(start + index * step, rect.bottom(), start + index * step + rect.height(), rect.top())
        for index in range(int((rect.width() + rect.height()) / step) + 2)
    ]
    painter.drawLines(lines)
    painter.restore()


def paint_reason(painter: QPainter, rect: QRectF, text: str, look: Look) -> None:
    """Write why a range is hatched: across it where it fits, else upright, at its lower end."""
    in_font = look.font(12)
    metrics = QFontMetricsF(in_font)
    wide, high = metrics.horizontalAdvance(text) + 8, metrics.height()
    painter.save()
    if wide <= rect.width():
        box = QRectF(rect.center().x() - wide / 2, rect.bottom() - 8 - high, wide, high)
    elif wide <= rect.height() - 12:
        painter.translate(max(rect.left() + high / 2, rect.center().x()), rect.bottom() - 6)
        painter.rotate(-90)
        box = QRectF(0, -high / 2, wide, high)
    else:
        painter.restore()
        return
    painter.fillRect(box, colour(look.theme.surface, LABEL_GROUND))
    painter.setFont(in_font)
    painter.setPen(QColor(look.theme.ink2))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def reason_rect(room: Room, text: str, look: Look) -> QRectF:
    """Return the place in the middle of the curves of the words that say why there are none."""
    metrics = QFontMetricsF(look.font(14))
    return metrics.boundingRect(room.curves, REASON_FLAGS, text).adjusted(-6, -2, 6, 2).intersected(room.curves)


def paint_empty(painter: QPainter, room: Room, text: str, look: Look) -> None:
    """Write in the middle of an empty plot why it is empty."""
    box = reason_rect(room, text, look)
    painter.fillRect(box, colour(look.theme.surface, LABEL_GROUND))
    painter.setFont(look.font(14))
    painter.setPen(QColor(look.theme.ink2))
    painter.drawText(box, REASON_FLAGS, text)
