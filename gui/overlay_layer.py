"""The aliquots of one plot as pixels: one image, so that a live frame costs the same whether there are 8 or 1000."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr

from analysis.spectrum import FloatArray

FAR_PX = 20_000.0  # heights beyond this are drawn at it: the rasteriser walks every pixel it is told of
TANGENT_PX = 4.0  # over this length the direction of a curve is taken, so that noise does not fray a bold line


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where wavelengths and heights lie: a rectangle in logical pixels and the ranges it shows."""

    left: float
    top: float
    width: float
    height: float
    low_nm: float
    high_nm: float
    low: float
    high: float

    @property
    def rect(self) -> QRectF:
        """Get the rectangle."""
        return QRectF(self.left, self.top, self.width, self.height)

    def x(self, nm: float) -> float:
        """Return the pixel of a wavelength."""
        return self.left + (nm - self.low_nm) / (self.high_nm - self.low_nm) * self.width

    def nm(self, x: float) -> float:
        """Return the wavelength at a pixel."""
        return self.low_nm + (x - self.left) / self.width * (self.high_nm - self.low_nm)

    def y(self, value: float) -> float:
        """Return the pixel of a height."""
        return self.top + (self.high - value) / (self.high - self.low) * self.height

    def xs(self, nm: FloatArray) -> FloatArray:
        """Return the pixels of wavelengths."""
        scale = self.width / (self.high_nm - self.low_nm)
        return nm * scale + (self.left - self.low_nm * scale)

    def ys(self, values: FloatArray) -> FloatArray:
        """Return the pixels of heights, those far outside brought to the rim; NaN stays NaN."""
        scale = self.height / (self.high - self.low)
        return np.clip(values * -scale + (self.top + self.high * scale), -FAR_PX, FAR_PX)

    def meets(self, curve: Curve, rect: QRectF) -> bool:
        """Return whether a curve goes through a rectangle."""
        per_px = (self.high_nm - self.low_nm) / self.width
        sides = (rect.left() - self.left, rect.right() - self.left)
        first, last = np.searchsorted(curve.wavelengths_nm, [self.low_nm + side * per_px for side in sides])
        ys = self.ys(curve.values[first:last])
        return bool(np.any((ys >= rect.top()) & (ys <= rect.bottom())))

    def place_of(self, other: Mapping) -> QRectF:
        """Return where the picture that `other` shows lies here."""
        left, right = self.x(other.low_nm), self.x(other.high_nm)
        top, bottom = self.y(other.high), self.y(other.low)
        return QRectF(left, top, right - left, bottom - top)

    def shown(self, nm: FloatArray) -> slice:
        """Return the part of rising wavelengths that is in sight, with one more at either end."""
        first, last = np.searchsorted(nm, (self.low_nm, self.high_nm))
        return slice(max(0, int(first) - 1), int(last) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One spectrum as it is drawn: `values` and `sigma` NaN where nothing is known."""

    number: int
    wavelengths_nm: FloatArray
    values: FloatArray
    sigma: FloatArray
    colour: QColor


def runs(values: FloatArray) -> Iterator[tuple[int, int]]:
    """Yield the half-open index ranges over which values are known."""
    known = np.isfinite(values)
    if known.all():
        if known.size:
            yield 0, known.size
        return
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    for start, stop in edges.reshape(-1, 2):
        yield int(start), int(stop)


def polygon(xs: FloatArray, ys: FloatArray) -> QPolygonF:
    """Return points as Qt wants them, without a Python loop."""
    points = QPolygonF()
    points.resize(xs.size)
    if xs.size:
        memory: Any = VoidPtr(points.data(), xs.size * 16, True)  # type: ignore[call-arg, arg-type]
        view = np.frombuffer(memory, dtype=np.float64).reshape(-1, 2)
        view[:, 0] = xs
        view[:, 1] = ys
    return points


def hairline(colour: QColor) -> QPen:
    """Return a pen of one device pixel: an antialiased pen any wider is 65 times slower."""
    pen = QPen(colour)
    pen.setWidth(1)
    pen.setCosmetic(True)
    return pen


def draw_curve(painter: QPainter, mapping: Mapping, curve: Curve, *, ratio: float = 1.0, bold: bool = False) -> None:
    """Draw a curve one logical pixel wide, or two where it is bold, broken where nothing is known."""
    draw_lines(painter, curve_lines(mapping, curve, ratio=ratio, bold=bold), curve.colour)


def draw_lines(painter: QPainter, lines: Iterable[QPolygonF], colour: QColor) -> None:
    """Draw lines of one device pixel."""
    painter.setPen(hairline(colour))
    for line in lines:
        painter.drawPolyline(line)


def curve_lines(mapping: Mapping, curve: Curve, *, ratio: float, bold: bool) -> list[QPolygonF]:
    """Return the lines a curve is drawn as: as many side by side, one device pixel each, as make its width.

    `ratio` is device pixels per logical pixel.
    """
    part = mapping.shown(curve.wavelengths_nm)
    xs = mapping.xs(curve.wavelengths_nm[part])
    ys = mapping.ys(curve.values[part])
    count = max(1, round(ratio)) * (2 if bold else 1)
    lines = []
    for start, stop in runs(ys):
        lines += _side_by_side(xs[start:stop], ys[start:stop], count, ratio)
    return lines


def _side_by_side(xs: FloatArray, ys: FloatArray, count: int, ratio: float) -> list[QPolygonF]:
    """Return an unbroken stretch as `count` lines side by side; a lone point as a dash of one pixel."""
    if xs.size == 1:
        return [polygon(xs[0] + np.array((-0.5, 0.5)), ys[[0, 0]])]
    if count == 1:
        return [polygon(xs, ys)]
    across_x, across_y = _normals(xs, ys)
    shifts = [(line - (count - 1) / 2) / ratio for line in range(count)]
    return [polygon(xs + shift * across_x, ys + shift * across_y) for shift in shifts]


def _normals(xs: FloatArray, ys: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the direction across the curve at each point, as unit vectors."""
    reach = max(1, round(TANGENT_PX * (xs.size - 1) / max(1.0, float(xs[-1] - xs[0]))))
    at = np.arange(xs.size)
    before, after = np.maximum(at - reach, 0), np.minimum(at + reach, xs.size - 1)
    along_x, along_y = xs[after] - xs[before], ys[after] - ys[before]
    length = np.maximum(np.hypot(along_x, along_y), 1e-9)
    return -along_y / length, along_x / length


def draw_band(painter: QPainter, mapping: Mapping, curve: Curve, colour: QColor) -> None:
    """Fill two sigma to either side of a curve."""
    part = mapping.shown(curve.wavelengths_nm)
    xs = mapping.xs(curve.wavelengths_nm[part])
    upper = mapping.ys((curve.values + 2.0 * curve.sigma)[part])
    lower = mapping.ys((curve.values - 2.0 * curve.sigma)[part])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.setRenderHint(
        QPainter.RenderHint.Antialiasing, False
    )  # soft edges are not seen and cost three times as much
    for start, stop in runs(upper + lower):
        around = slice(start, stop)
        painter.drawPolygon(
            polygon(
                np.concatenate((xs[around], xs[around][::-1])),
                np.concatenate((upper[around], lower[around][::-1])),
            )
        )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


class OverlayLayer:
    """The picture of all aliquots, drawn once: one more aliquot is one more stroke.

    When the ranges change the old picture is stretched into them at once, and a new one is stroked in slices of a
    few milliseconds until it takes the old one's place. `strokes` counts the curves drawn since the start.
    """

    def __init__(self) -> None:
        self._curves: list[Curve] = []
        self._aim: Mapping | None = None
        self._ratio = 1.0
        self._front: tuple[Mapping, QImage] | None = None
        self._back: tuple[Mapping, QImage] | None = None
        self._done = 0
        self.strokes = 0

    def __len__(self) -> int:
        return len(self._curves)

    @property
    def curves(self) -> Sequence[Curve]:
        """Get the curves in the order in which they are drawn."""
        return self._curves

    @property
    def stale(self) -> bool:
        """Get whether a new picture is being stroked."""
        return self._back is not None

    def aim(self, mapping: Mapping, ratio: float) -> None:
        """Begin a new picture for these ranges and device pixels per logical pixel; nothing where they are in force."""
        if self._aim != mapping or self._ratio != ratio:
            self._aim, self._ratio = mapping, ratio
            self._begin(mapping)

    def replace(self, curves: Iterable[Curve]) -> None:
        """Show other curves from now on; the picture is begun anew."""
        self._curves = list(curves)
        self._front = None
        if self._aim is not None:
            self._begin(self._aim)

    def append(self, curve: Curve) -> None:
        """Draw one more curve into the picture."""
        self._curves.append(curve)
        if self._front is not None:
            self._stroke(self._front, [curve])
        elif self._back is None and self._aim is not None:
            self._begin(self._aim)

    def work(self, budget_s: float, now: Callable[[], float] = perf_counter) -> bool:
        """Stroke the new picture for about `budget_s` seconds (at least one curve); return whether it is done."""
        if self._back is None:
            return True
        until = now() + budget_s
        painter = self._painter(self._back)
        while self._done < len(self._curves):
            self._draw(painter, self._back[0], self._curves[self._done])
            self._done += 1
            if now() >= until:
                break
        painter.end()
        if self._done < len(self._curves):
            return False
        self._front, self._back = self._back, None
        return True

    def draw(self, painter: QPainter, mapping: Mapping, opacity: float = 1.0) -> None:
        """Paint the picture where its ranges lie in `mapping`, stretched while a new one is on its way."""
        if self._front is None:
            return
        drawn, image = self._front
        painter.save()
        painter.setClipRect(mapping.rect)
        painter.setOpacity(opacity)
        if drawn == mapping:
            painter.drawImage(QPointF(mapping.left, mapping.top), image)
        else:
            painter.drawImage(mapping.place_of(drawn), image, QRectF(image.rect()))
        painter.restore()

    def _begin(self, mapping: Mapping) -> None:
        """Take a clean sheet for a new picture; none where there is nothing to stroke."""
        if not self._curves:
            self._front = self._back = None
            return
        width = max(1, round(mapping.width * self._ratio))
        height = max(1, round(mapping.height * self._ratio))
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(self._ratio)
        image.fill(Qt.GlobalColor.transparent)
        self._back = (mapping, image)
        self._done = 0

    def _stroke(self, sheet: tuple[Mapping, QImage], curves: Iterable[Curve]) -> None:
        painter = self._painter(sheet)
        for curve in curves:
            self._draw(painter, sheet[0], curve)
        painter.end()

    def _painter(self, sheet: tuple[Mapping, QImage]) -> QPainter:
        painter = QPainter(sheet[1])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-sheet[0].left, -sheet[0].top)
        return painter

    def _draw(self, painter: QPainter, mapping: Mapping, curve: Curve) -> None:
        draw_curve(painter, mapping, curve, ratio=self._ratio)
        self.strokes += 1
