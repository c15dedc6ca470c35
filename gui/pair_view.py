"""The pair view: absorbance, emission and excitation of one aliquot in one frame, each divided by its own height."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from analysis.excitation_spectra import ExcitationReading
from analysis.spectrum import Spectrum
from gui import words
from gui.dress import Dress, Part, Text, paint
from gui.overlay_layer import Curve, Mapping, curve_lines, draw_band, draw_lines, hairline, polygon, runs
from gui.peak_labels import Wish, place_labels
from gui.plot_axes import Range, energy_ticks, height_ticks, wavelength_ticks
from gui.plot_content import absorbance_blind
from gui.plot_frame import Look, paint_hatch
from gui.shown import pair as shown
from gui.shown.pair import CurveKey, Style
from gui.theme import colour, series_colour
from station.pair import Pair, PairPeak, pair
from station.records import Aliquot
from station.schedule import place

SHOWN_NM: Range = (360.0, 715.0)
LEFT_PX, RIGHT_PX = 52.0, 14.0
ENERGY_PX, STRIP_PX, AXIS_PX, KEY_PX = 26.0, 28.0, 26.0, 20.0
SAMPLE_PX = 26.0  # the piece of line before what is said of it
ENERGY_FROM_PX = 330.0  # lower, at scale 1, and the axis of energies gives way
VISIBLE_NM = 400.0
MOST = 2.0  # dots absorb ever more to the blue: beyond twice their first band the curve is cut
BELOW_ZERO = 0.05
FILL, BAND = 0.13, 0.24
LABEL_LINE_PX, LABEL_ROW_PX = 18.0, 42.0


class PairView(QWidget):
    """Paints one aliquot; None is said in words."""

    def __init__(self, dress: Dress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._aliquot: Aliquot | None = None
        self._pair: Pair | None = None
        self._excitations: tuple[ExcitationReading, ...] = ()
        self._ink = colour(dress.theme.ink)
        self._place = 0.0
        self._picture: QImage | None = None
        self.setAccessibleName("Absorbance and emission of one aliquot")

    @property
    def pair(self) -> Pair | None:
        """Get what is shown, or None."""
        return self._pair

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self._renew()

    def set_excitations(self, excitations: Sequence[ExcitationReading]) -> None:
        """Take the excitation spectra of the run; each is drawn with the aliquot of its time."""
        self._excitations, self._aliquot = tuple(excitations), None

    def show_aliquot(self, aliquot: Aliquot | None, planned_s: Sequence[float] = ()) -> None:
        """Show an aliquot in the colour of its place in the ladder."""
        if aliquot is self._aliquot and (aliquot is not None or self._pair is None):
            return
        self._aliquot = aliquot
        self._pair = None if aliquot is None else pair(aliquot, self._excitations)
        time_s = None if aliquot is None else aliquot.reaction_time_s
        self._place = 0.5 if time_s is None else place(time_s, planned_s)
        spoken = () if self._pair is None else (shown.title(self._pair), *(key.words for key in self.keys))
        self.setAccessibleDescription("; ".join(spoken))
        self._renew()

    def _renew(self) -> None:
        self._picture = None
        self.update()

    # -- rooms -----------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[CurveKey, ...]:
        """Get what stands under the frame."""
        return () if self._pair is None else shown.keys(self._pair)

    def _key_rooms(self) -> list[tuple[CurveKey, str, QRectF]]:
        """Return what stands under the frame with its rooms, from the widget's lower edge: two rows at most.

        Where they do not do, each entry says less.
        """
        keys = self.keys
        tall = round(self._dress.scaled(KEY_PX))
        for said in ([key.words for key in keys], [key.short for key in keys], [key.name for key in keys]):
            rows = self._flowed(said)
            if all(row < 2 and left + width <= self.width() for row, left, width in rows):
                break
        top = self.height() - 6 - (rows[-1][0] + 1) * tall if rows else self.height()
        return [
            (key, text, QRectF(left, top + row * tall, width, tall))
            for key, text, (row, left, width) in zip(keys, said, rows, strict=True)
        ]

    def _flowed(self, said: Sequence[str]) -> list[tuple[int, float, float]]:
        """Return row, left edge and width of entries that stand beside each other as far as there is room."""
        first = self._dress.scaled(LEFT_PX) if self._dress.scale <= 1.25 else 16.0
        left, row = first, 0
        found: list[tuple[int, float, float]] = []
        for text in said:
            width = SAMPLE_PX + 8 + self._dress.width(text, 13) + 1
            if found and left + width > self.width() - RIGHT_PX:
                left, row = first, row + 1
            found.append((row, left, width))
            left += width + 24
        return found

    @property
    def with_energy(self) -> bool:
        """Get whether there is room for the axis of energies."""
        return self.height() / self._dress.scale >= ENERGY_FROM_PX

    @property
    def frame(self) -> QRectF:
        """Get the rectangle of the curves."""
        dress = self._dress
        rooms = self._key_rooms()
        bottom = (rooms[0][2].top() if rooms else self.height() - 6.0) - round(dress.scaled(AXIS_PX))
        left = round(LEFT_PX * (1.0 + (dress.scale - 1.0) / 2.0))
        top = round(dress.scaled(ENERGY_PX if self.with_energy else 4.0) + dress.scaled(STRIP_PX))
        return QRectF(left, top, max(1.0, self.width() - RIGHT_PX - left), max(1.0, bottom - top))

    @property
    def mapping(self) -> Mapping:
        """Get where wavelengths and heights lie: 1 stands under a row of names."""
        area = self.frame
        names = min(0.4, (self._dress.scaled(LABEL_ROW_PX) + 10) / area.height())
        return Mapping(
            area.left(), area.top(), area.width(), area.height(), *SHOWN_NM, -BELOW_ZERO, self._top() / (1.0 - names)
        )

    def _top(self) -> float:
        """Return how high absorbance goes in the visible, at least 1: the rise to the violet may be cut."""
        curve = None if self._pair is None else self._pair.curve("absorbance")
        if curve is None:
            return 1.0
        nm, values = curve.spectrum.wavelengths_nm, curve.spectrum.values
        seen = values[(nm >= VISIBLE_NM) & (nm <= SHOWN_NM[1]) & curve.spectrum.valid]
        highest = float(np.percentile(seen, 99.0)) if seen.size else 1.0
        return min(MOST, max(1.0, highest))

    def _height(self, peak: PairPeak) -> float | None:
        """Return the height of a curve at one of its bands, or None where it is not known."""
        curve = None if self._pair is None else self._pair.curve(peak.of)
        if curve is None:
            return None
        near = np.abs(curve.spectrum.wavelengths_nm - peak.nm.value) <= 1.5
        known = curve.spectrum.values[near & curve.spectrum.valid]
        return float(known.mean()) if known.size else None

    # -- texts -----------------------------------------------------------------------------------------------------

    def parts(self) -> list[Part]:
        """Return all texts where they stand."""
        dress, theme, area = self._dress, self._dress.theme, self.frame
        if self._pair is None:
            room = QRectF(area.left(), area.center().y() - 14, area.width(), 28)
            return [Text("with the first aliquot", room, dress.font(14), colour(theme.ink2), "centre", may_elide=True)]
        parts: list[Part] = [*self._tick_parts(), *self._strip_parts()]
        for _, said, room in self._key_rooms():
            parts.append(Text(said, room.adjusted(SAMPLE_PX + 8, 0, 0, 0), dress.font(13), colour(theme.ink2)))
        for _, name, value in self._labels():
            parts += [name, value]
        return [*parts, *self._factor_parts(parts)]

    def _factor_parts(self, others: Sequence[Part]) -> list[Part]:
        """Return by how much the tail is enlarged, over its highest point, unless something else stands there."""
        tail = None if self._pair is None else self._pair.tail
        if tail is None or not tail.spectrum.valid.any():
            return []
        dress, spectrum, mapping = self._dress, tail.spectrum, self.mapping
        top = int(np.nanargmax(spectrum.values))
        text = f"× {tail.factor}"
        width, line = dress.width(text, 12, 600) + 1, dress.line(12)
        high = float(spectrum.values[top] + 2.0 * spectrum.sigma[top])
        room = QRectF(mapping.x(float(spectrum.wavelengths_nm[top])) + 4, mapping.y(high) - line - 3, width, line)
        if not self.frame.contains(room) or any(room.intersects(one.room) for one in others):
            return []
        return [Text(text, room, dress.font(12, 600), colour(dress.theme.ink))]

    def _strip_parts(self) -> list[Part]:
        """Return title and, as far as there is room, that heights are normalised and what is missing."""
        dress, theme, area = self._dress, self._dress.theme, self.frame
        if self._pair is None:
            return []
        tall = dress.scaled(STRIP_PX)
        left, top = area.left() + 8, area.top() - tall
        name = shown.title(self._pair)
        width = min(dress.width(name, 14, 600) + 1, area.right() - left)
        parts: list[Part] = [
            Text(name, QRectF(left, top, width, tall), dress.font(14, 600), colour(theme.ink), may_elide=True)
        ]
        left += width + dress.scaled(8)
        why = shown.missing(self._pair)
        for said in ("; ".join(filter(None, ("each curve divided by its own height", why))), why, "normalised"):
            wide = dress.width(said, 13) + 1
            if said and left + wide <= area.right():
                parts.append(Text(said, QRectF(left, top, wide, tall), dress.font(13), colour(theme.ink2)))
                break
        return parts

    def _tick_parts(self) -> list[Part]:
        """Return the texts of wavelengths below, energies above and heights at the left."""
        dress, area, mapping = self._dress, self.frame, self.mapping
        ink2, line = colour(dress.theme.ink2), dress.line(12)

        def measure(text: str) -> float:
            return dress.width(text, 12)

        nm = wavelength_ticks(SHOWN_NM, area.width(), measure, dress.scaled(24))
        ev = energy_ticks(SHOWN_NM, area.width(), measure, dress.scaled(20)) if self.with_energy else ()
        parts: list[Part] = []
        for ticks, top, unit in ((nm, area.bottom() + 5, " nm"), (ev, 6.0, " eV")):
            for tick in ticks:
                left = mapping.x(tick.at) - measure(tick.text.removesuffix(unit)) / 2
                width = measure(tick.text) + 1
                left = max(4.0, min(left, self.width() - 4 - width))
                room = QRectF(left, top, width, line)
                if not parts or not parts[-1].room.adjusted(-4, 0, 4, 0).intersects(room):
                    parts.append(Text(tick.text, room, dress.font(12), ink2))
        for at, text in self._heights():
            width = measure(text) + 1
            room = QRectF(area.left() - 8 - width, mapping.y(at) - line / 2, width, line)
            parts.append(Text(text, room, dress.font(12), ink2, "right"))
        return parts

    def _heights(self) -> list[tuple[float, str]]:
        """Return the ticks of the heights, none above 1."""
        area, mapping = self.frame, self.mapping
        ticks = height_ticks((mapping.low, mapping.high), area.height(), self._dress.scaled(64), lambda _: True)
        return [(tick.at, tick.text) for tick in ticks if tick.at <= self._top() + 1e-9]

    def _labels(self) -> list[tuple[QLineF, Text, Text]]:
        """Return hairline, name and value of every band that found room, tallest first."""
        if self._pair is None:
            return []
        dress, theme, mapping = self._dress, self._dress.theme, self.mapping
        line = dress.scaled(LABEL_LINE_PX)
        wishes: list[tuple[PairPeak, Wish, str]] = []
        for peak in self._pair.peaks:
            height = self._height(peak)
            if height is None or not SHOWN_NM[0] <= peak.nm.value <= SHOWN_NM[1]:
                continue
            said = words.nanometres(peak.nm.value, peak.nm.sigma)
            wide = max(dress.width(peak.name, 13, 600), dress.width(said, 13)) + 2
            y = max(mapping.y(height) - 5, self.frame.top() + 2 * line + 10)
            wishes.append((peak, Wish(mapping.x(peak.nm.value), y, wide, 2 * line - 4), said))
        area = self.frame.adjusted(0, 4, -2, 0)
        found = []
        for placed in place_labels([wish for _, wish, _ in wishes], area, dress.scaled(LABEL_ROW_PX)):
            peak, wish, said = wishes[placed.index]
            rect, x = placed.rect, round(wish.x) + 0.5
            name = Text(
                peak.name, QRectF(rect.left(), rect.top(), rect.width(), line), dress.font(13, 600), colour(theme.ink)
            )
            below = QRectF(rect.left(), rect.top() + line - 2, rect.width(), line)
            value = Text(said, below, dress.font(13), colour(theme.ink2))
            found.append((QLineF(x, placed.line_top, x, max(wish.y, placed.line_top)), name, value))
        return found

    # -- the picture -----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture."""
        if self._picture is None:
            self._picture = self._compose()
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._picture)
        painter.end()

    def _compose(self) -> QImage:
        ratio = self.devicePixelRatioF()
        image = QImage(
            max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)), QImage.Format.Format_RGB32
        )
        image.setDevicePixelRatio(ratio)
        image.fill(colour(self._dress.theme.surface))
        painter = QPainter(image)
        if self._pair is not None:
            self._paint_frame(painter, ratio)
            painter.setClipRect(self.frame)
            self._paint_curves(painter, self._pair, ratio)
            painter.setClipping(False)
            self._paint_labels(painter)
            for key, _, room in self._key_rooms():
                self._paint_sample(painter, key.style, room, ratio)
        paint(painter, self.parts())
        painter.end()
        return image

    def _paint_frame(self, painter: QPainter, ratio: float) -> None:
        """Paint hatch, grid and axes."""
        dress, theme, area, mapping = self._dress, self._dress.theme, self.frame, self.mapping
        if self._aliquot is not None:
            for blind in absorbance_blind(self._aliquot):
                left, right = (
                    min(max(mapping.x(nm), area.left()), area.right()) for nm in (blind.low_nm, blind.high_nm)
                )
                if right > left:
                    paint_hatch(painter, QRectF(left, area.top(), right - left, area.height()), Look(theme, 1.0, ratio))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        line = colour(theme.line, 0.6 if theme.dark else 0.75)
        for tick in wavelength_ticks(SHOWN_NM, area.width(), lambda text: dress.width(text, 12), dress.scaled(24)):
            painter.fillRect(QRectF(round(mapping.x(tick.at)), area.top(), 1, area.height()), line)
        for at, _ in self._heights():
            painter.fillRect(QRectF(area.left(), round(mapping.y(at)), area.width(), 1), line)
        painter.fillRect(QRectF(area.left(), area.bottom(), area.width(), 1), colour(theme.edge))
        if self.with_energy:
            painter.fillRect(QRectF(area.left(), round(dress.scaled(ENERGY_PX)), area.width(), 1), line)

    def _ink_of(self, style: Style) -> QColor:
        """Return the colour of a line: absorbance has that of the aliquot, the others are told by their drawing."""
        theme = self._dress.theme
        if style in ("bold", "thin"):
            return series_colour(self._place, theme)
        return colour(theme.ink if style == "filled" else theme.ink2)

    def _paint_curves(self, painter: QPainter, pair_shown: Pair, ratio: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in sorted(pair_shown.curves, key=lambda one: one.of == "absorbance"):
            self._paint_curve(painter, curve.spectrum, shown.STYLES[curve.of], ratio)
        if pair_shown.tail is not None:
            self._paint_curve(painter, pair_shown.tail.spectrum, "thin", ratio)

    def _paint_curve(self, painter: QPainter, spectrum: Spectrum, style: Style, ratio: float) -> None:
        """Paint one curve: bold with its band, filled down to zero, dashed, or thin with its band."""
        ink, mapping = self._ink_of(style), self.mapping
        curve = Curve(0, spectrum.wavelengths_nm, spectrum.values, spectrum.sigma, ink)
        if style == "filled":
            self._fill(painter, curve, mapping)
        if style in ("bold", "thin"):
            draw_band(painter, mapping, curve, colour(ink.name(), BAND))
        lines = curve_lines(mapping, curve, ratio=ratio, bold=style == "bold")
        if style != "dashed":
            draw_lines(painter, lines, ink)
            return
        pen = hairline(ink)
        pen.setDashPattern([6.0, 4.0])
        painter.setPen(pen)
        for line in lines:
            painter.drawPolyline(line)

    def _fill(self, painter: QPainter, curve: Curve, mapping: Mapping) -> None:
        """Fill the ground under a curve down to zero."""
        xs, ys = mapping.xs(curve.wavelengths_nm), mapping.ys(curve.values)
        zero = mapping.y(0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(curve.colour.name(), FILL))
        for start, stop in runs(ys):
            along = np.concatenate((xs[start:stop], xs[stop - 1 : stop], xs[start : start + 1]))
            painter.drawPolygon(polygon(along, np.concatenate((ys[start:stop], [zero, zero]))))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_labels(self, painter: QPainter) -> None:
        """Paint hairlines and the ground of the names."""
        theme = self._dress.theme
        for line, name, value in self._labels():
            painter.setPen(hairline(colour(theme.ink3)))
            painter.drawLine(line)
            painter.fillRect(name.room.united(value.room).adjusted(-2, 0, 2, -3), colour(theme.surface, 0.84))

    def _paint_sample(self, painter: QPainter, style: Style, room: QRectF, ratio: float) -> None:
        """Paint the piece of line before what is said of a curve."""
        middle, ink = round(room.center().y()) + 0.5, self._ink_of(style)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if style == "filled":
            painter.fillRect(QRectF(room.left(), middle, SAMPLE_PX, 6), colour(ink.name(), 2 * FILL))
        pen = hairline(ink)
        if style == "dashed":
            pen.setDashPattern([6.0, 4.0])
        painter.setPen(pen)
        for shift in (0.0, 1.0 / ratio) if style == "bold" else (0.0,):
            painter.drawLine(QLineF(room.left(), middle + shift, room.left() + SAMPLE_PX, middle + shift))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Lay out anew."""
        self._renew()

    def event(self, event: QEvent) -> bool:
        """Draw sharp again on another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._renew()
        return super().event(event)
