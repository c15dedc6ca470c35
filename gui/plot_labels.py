"""The names at the peaks of one aliquot: planned beside or over the curves, painted once into small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from gui.marks import MarkName, paint
from gui.overlay_layer import Curve, Mapping, hairline
from gui.peak_labels import Wish, place_labels
from gui.plot_frame import LABEL_GROUND, Look, blank_picture
from gui.theme import colour

ROW_PX = 40.0
LINE_PX = 19.0  # from one line of a label to the next
TOP_PX = 8.0  # between the title strip and the first row
ASIDE_PX = 54.0  # from an emission peak to its label
FLAG_PX = 15.0
NEAR_NM = 1.5  # the height at a peak is the mean of the curve so near to it


@dataclass(frozen=True, slots=True)
class PeakName:
    """What is said of a peak: its place, a name and a value; `flag` is a mark that goes before the name."""

    nm: float
    name: str
    value: str
    flag: MarkName | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A label with its place: the rectangle of its text and the line from it to the peak."""

    peak: PeakName
    rect: QRectF
    line: QLineF


def height_at(curve: Curve, nm: float) -> float | None:
    """Return the height of a curve at a wavelength, or None where it is not known."""
    near = np.abs(curve.wavelengths_nm - nm) <= NEAR_NM
    known = curve.values[near & np.isfinite(curve.values)]
    return float(known.mean()) if known.size else None


def label_size(peak: PeakName, look: Look, *, one_line: bool) -> tuple[float, float]:
    """Return width and height of a label's text in pixels."""
    name, value = look.width(peak.name, 13, 600), look.width(peak.value, 13)
    flag = look.px(FLAG_PX + 5) if peak.flag else 0.0
    if one_line:
        return flag + name + look.px(10) + value, look.px(LINE_PX)
    return flag + max(name, value), look.px(2 * LINE_PX - 4)


def room_above(look: Look, *, one_line: bool) -> float:
    """Return the pixels that one row of labels takes from the top of the curves."""
    return look.px(TOP_PX + (LINE_PX if one_line else 2 * LINE_PX) + 4)


def plan_rows(
    peaks: Sequence[PeakName], curve: Curve, mapping: Mapping, look: Look, *, one_line: bool
) -> tuple[Label, ...]:
    """Return labels in rows under the title, each right of a hairline that goes down to its peak."""
    shown: list[tuple[PeakName, Wish]] = []
    for peak in peaks:
        value = height_at(curve, peak.nm)
        if value is not None and mapping.low_nm <= peak.nm <= mapping.high_nm:
            width, height = label_size(peak, look, one_line=one_line)
            shown.append((peak, Wish(mapping.x(peak.nm), mapping.y(value) - 5, width, height)))
    area = mapping.rect.adjusted(0, look.px(TOP_PX), -2, 0)
    labels = []
    for placed in place_labels([wish for _, wish in shown], area, look.px(ROW_PX)):
        peak, wish = shown[placed.index]
        x = round(wish.x) + 0.5
        labels.append(Label(peak, placed.rect, QLineF(x, placed.line_top, x, max(wish.y, placed.line_top))))
    return tuple(labels)


def plan_aside(
    peak: PeakName, curve: Curve, mapping: Mapping, look: Look, taken: Sequence[QRectF], *, one_line: bool
) -> Label | None:
    """Return a label beside a peak, right of it where there is room, or None where there is none."""
    value = height_at(curve, peak.nm)
    if value is None or not mapping.low_nm <= peak.nm <= mapping.high_nm:
        return None
    x, y = mapping.x(peak.nm), max(mapping.top, mapping.y(value))
    width, height = label_size(peak, look, one_line=one_line)
    area = mapping.rect.adjusted(2, 2, -2, -2)
    free = [
        (rect, line)
        for away in (ASIDE_PX, 2 * ASIDE_PX, 4 * ASIDE_PX)
        for rect, line in _beside(x, y, look.px(away), width, height, area.top(), look)
        if area.contains(rect) and not any(rect.intersects(other) for other in taken)
    ]
    clear = [(rect, line) for rect, line in free if not mapping.meets(curve, rect)]
    for rect, line in clear or free:
        return Label(peak, rect, line)
    return None


def _beside(
    x: float, y: float, away: float, width: float, height: float, top: float, look: Look
) -> list[tuple[QRectF, QLineF]]:
    """Return places for a label beside a peak, with the line to it, the best first."""
    places = []
    for at in (max(top, y + 2), max(top, y - height - 2)):
        for side, left, end in ((1, x + away, x + away - 5), (-1, x - away - width, x - away + 5)):
            line = QLineF(x + side * look.px(6), y + 1, end, at + look.px(LINE_PX / 2))
            places.append((QRectF(left, at, width, height), line))
    return places


def paint_lines(painter: QPainter, labels: Sequence[Label], look: Look) -> None:
    """Paint the lines from labels to peaks."""
    for label in labels:
        painter.setPen(hairline(_flag_colour(label.peak, look) if label.peak.flag else QColor(look.theme.ink3)))
        painter.drawLine(label.line)


def label_picture(label: Label, look: Look, *, one_line: bool) -> QImage:
    """Return a label's text on its ground, as large as its rectangle and two pixels more to either side."""
    size = label.rect.size()
    image = blank_picture(size, look)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 0, size.width() + 4, size.height()), colour(look.theme.surface, LABEL_GROUND))
    _write(painter, label.peak, look, one_line=one_line)
    painter.end()
    return image


def _write(painter: QPainter, peak: PeakName, look: Look, *, one_line: bool) -> None:
    """Paint flag, name and value of a label from the corner of its picture."""
    x, middle = 2.0, look.px(LINE_PX / 2 - 1)
    if peak.flag:
        side = look.px(FLAG_PX)
        paint(painter, peak.flag, QRectF(x, middle - side / 2, side, side), _flag_colour(peak, look))
        x += look.px(FLAG_PX + 5)
    for px_weight, text, ink in (
        (600, peak.name, look.theme.ink),
        (400, peak.value, look.theme.ink2),
    ):
        in_font = look.font(13, 600 if px_weight == 600 else 400)
        metrics = QFontMetricsF(in_font)
        painter.setFont(in_font)
        painter.setPen(QColor(ink))
        painter.drawText(QPointF(x, middle + metrics.capHeight() / 2), text)
        if one_line:
            x += metrics.horizontalAdvance(text) + look.px(10)
        else:
            middle += look.px(LINE_PX - 2)


def _flag_colour(peak: PeakName, look: Look) -> QColor:
    """Return the colour of a label's flag: alarm while it is new, ink2 once it is confirmed."""
    return QColor(look.theme.alarm if peak.flag == "flag" else look.theme.ink2)
