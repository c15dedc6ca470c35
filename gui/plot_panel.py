"""One plot: what stands still as one picture, the aliquots as another, and the live curve over both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from gui.overlay_layer import Curve, Mapping, OverlayLayer, curve_lines, draw_band, draw_curve, draw_lines
from gui.plot_axes import Envelope, Range, fills, fits, rounded, sure_extent
from gui.plot_frame import (
    Caption,
    Key,
    Look,
    Room,
    lay_out,
    paint_empty,
    paint_frame,
    paint_hatch,
    paint_reason,
    reason_rect,
)
from gui.plot_guards import GuardPlan, Guards, note_picture, paint_dashes, plan_guards, range_rect
from gui.plot_labels import (
    Label,
    PeakName,
    label_picture,
    paint_lines,
    plan_aside,
    plan_rows,
    room_above,
)
from gui.theme import colour

DETECTOR_NM = (150.0, 1200.0)
BAND_OPACITY = 0.24
DIM_OPACITY = 0.65  # the palest aliquot still has a contrast of 2 to the ground, in both themes
LIVE_CALM_S = 3.0  # so long the live curve must have been small before the range shrinks to it
HEADROOM = 1.06  # a new range has this much more than it needs, so that the next aliquot finds it fitting


@dataclass(frozen=True, slots=True)
class Blind:
    """A range of wavelengths of which nothing is known, and why."""

    low_nm: float
    high_nm: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Focus:
    """The aliquot that is spoken of: its curve drawn bold, its peaks named; `alone` dims the others."""

    curve: Curve
    peaks: tuple[PeakName, ...] = ()
    blind: tuple[Blind, ...] = ()
    alone: bool = False


class PlotPanel:
    """One plot in a scene. `energy`: eV above; `wavelengths`: nm below; `aside`: names beside peaks, not in rows."""

    def __init__(self, scene: QGraphicsScene, look: Look, *, energy: bool, wavelengths: bool, aside: bool) -> None:
        self.look = look
        self.caption = Caption("")
        self.awaited = ""
        self.guards = Guards()
        self.unit = ""
        self.least: Range = (0.0, 1.0)
        self.compact = False
        self._energy, self._wavelengths, self._aside = energy, wavelengths, aside
        self._layer = OverlayLayer()
        self._envelope = Envelope(*DETECTOR_NM)
        self._tallest: list[tuple[float, float]] = []
        self._focus: Focus | None = None
        self._live: Curve | None = None
        self._calm_since_s: float | None = None
        self._shown: Range = (360.0, 715.0)
        self._heights: Range = (0.0, 1.0)
        self._rect = QRectF(0, 0, 100, 100)
        self.room: Room = lay_out(self._rect, look, energy=energy, wavelengths=wavelengths)
        self.labels: tuple[Label, ...] = ()
        self.plan = GuardPlan((), ())
        self._picture = _Item(self._paint_picture, 0)
        self._live_item = _Item(self._paint_live, 1)
        self._label_items: list[_Item] = []
        self._bold: list[QPolygonF] = []
        self._image: QImage | None = None
        self._scene = scene
        scene.addItem(self._picture)
        scene.addItem(self._live_item)

    @property
    def layer(self) -> OverlayLayer:
        """Get the picture of the aliquots."""
        return self._layer

    @property
    def mapping(self) -> Mapping:
        """Get where wavelengths and heights lie now."""
        area = self.room.curves
        return Mapping(area.left(), area.top(), area.width(), area.height(), *self._shown, *self._heights)

    @property
    def reason(self) -> str:
        """Get why the plot is empty, or nothing where a curve is drawn."""
        return self.awaited if self._live is None and not len(self._layer) else ""

    # -- what is shown -------------------------------------------------------------------------------------------

    def lay_out(self, rect: QRectF, look: Look, *, compact: bool) -> None:
        """Take this rectangle of the scene, with this theme and scale of type; `compact` says less in little room."""
        self._rect, self.look, self.compact = rect, look, compact
        energy = self._energy and not self.compact
        self.room = lay_out(rect, look, energy=energy, wavelengths=self._wavelengths)
        self._picture.place(rect)
        self._live_item.place(self.room.curves)
        self._heights = rounded(self._needed(HEADROOM))
        self._aim()

    def show_range(self, shown: Range) -> None:
        """Show these wavelengths; the heights follow where what is now in sight does not fit."""
        self._shown = shown
        self._settle()
        self._aim()

    def replace(self, curves: Iterable[Curve], named: Sequence[tuple[float, float]]) -> None:
        """Show these aliquots and no others; `named` are (nm, height) of all peaks that are ever named."""
        curves = list(curves)
        self._envelope = Envelope(*DETECTOR_NM)
        for curve in curves:
            self._envelope.add(curve.wavelengths_nm, curve.values, curve.sigma)
        self._tallest = list(named)
        self._layer.replace(curves)
        self._heights = rounded(self._needed(HEADROOM))
        self._aim()

    def append(self, curve: Curve, named: Sequence[tuple[float, float]]) -> None:
        """Show one more aliquot: one stroke into the picture, unless it needs other heights."""
        self._envelope.add(curve.wavelengths_nm, curve.values, curve.sigma)
        self._tallest.extend(named)
        self._layer.append(curve)
        self._settle()
        self._aim()

    def focus(self, focus: Focus | None) -> None:
        """Speak of this aliquot."""
        self._focus = focus
        self.renew()

    def show_live(self, live: Curve | None, clock_s: float) -> None:
        """Show the newest live curve: nothing else is drawn for it unless it leaves the heights."""
        appeared = (live is None) != (self._live is None)
        self._live = live
        if appeared:
            self._settle()
            self._aim()
            return
        if live is not None and self._live_needs_other_heights(clock_s):
            self._aim()
        self._live_item.update()

    def _live_needs_other_heights(self, clock_s: float) -> bool:
        """Return whether the heights were changed for the live curve: at once to grow, after a while to shrink."""
        needed = self._needed()
        if not fits(self._heights, needed):
            change = True
        elif fills(self._heights, needed):
            change, self._calm_since_s = False, None
        else:
            self._calm_since_s = clock_s if self._calm_since_s is None else self._calm_since_s
            change = clock_s - self._calm_since_s >= LIVE_CALM_S
        if change:
            self._calm_since_s = None
            self._heights = rounded(self._needed(HEADROOM))
        return change

    # -- heights -------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Change the heights where what is in sight does not fit them or hardly fills them."""
        needed = self._needed()
        if not (fits(self._heights, needed) and fills(self._heights, needed)):
            self._heights = rounded(self._needed(HEADROOM))

    def _needed(self, headroom: float = 1.0) -> Range:
        """Return the heights that what is in sight needs, with room for the names over the peaks."""
        low, high = self.least
        extents = [self._envelope.within(self._shown)]
        if self._live is not None:
            part = self.mapping.shown(self._live.wavelengths_nm)
            extents.append(sure_extent(self._live.values[part], self._live.sigma[part]))
        for extent in extents:
            if extent is not None:
                low, high = min(low, extent[0] * headroom), max(high, extent[1] * headroom)
        low = min(low, -0.03 * high)
        if not self._aside:
            share = room_above(self.look, one_line=self.compact) / self.room.curves.height()
            share = min(0.5, share)
            for nm, value in self._tallest:
                if self._shown[0] <= nm <= self._shown[1]:
                    high = max(high, headroom * (value - low * share) / (1.0 - share))
        return (low, high) if high > low else (low, low + 1.0)

    # -- pictures ------------------------------------------------------------------------------------------------

    def _aim(self) -> None:
        self._layer.aim(self.mapping, self.look.ratio)
        self.renew()

    def renew(self) -> None:
        """Paint what stands still anew at the next opportunity."""
        self._image = None
        self._plan()
        self._picture.update()
        self._live_item.update()

    def _plan(self) -> None:
        """Decide where names and guards stand, and which lines make the bold curve."""
        mapping, focus = self.mapping, self._focus
        self._bold = [] if focus is None else curve_lines(mapping, focus.curve, ratio=self.look.ratio, bold=True)
        one_line = self.compact
        self.labels = ()
        taken: list[QRectF] = []
        if focus is not None and not self._aside:
            self.labels = plan_rows(focus.peaks, focus.curve, mapping, self.look, one_line=one_line)
        elif focus is not None:
            hatched = self.guards.excitation
            taken = [range_rect(mapping, *hatched)] if hatched else []
            for peak in focus.peaks:
                label = plan_aside(peak, focus.curve, mapping, self.look, taken, one_line=one_line)
                if label is not None:
                    self.labels = (*self.labels, label)
                    taken.append(label.rect)
        taken = [label.rect for label in self.labels]
        if self.reason:
            taken.append(reason_rect(self.room, self.reason, self.look))
        curve = None if focus is None else focus.curve
        self.plan = GuardPlan((), ())
        if not one_line:
            self.plan = plan_guards(self.guards, mapping, self.look, self.unit, taken, curve)
        self._place_labels(one_line)

    def _place_labels(self, one_line: bool) -> None:
        """Make the small pictures of labels and notes; they lie over the live curve."""
        for item in self._label_items:
            self._scene.removeItem(item)
        self._label_items = []
        pictures = [(label.rect, label_picture(label, self.look, one_line=one_line)) for label in self.labels]
        pictures += [(note.rect, note_picture(note, self.look)) for note in self.plan.notes]
        for rect, picture in pictures:
            item = _Item(_blit(picture, rect.topLeft() - QPointF(2, 0)), 2)
            item.place(rect.adjusted(-2, 0, 2, 0))
            self._scene.addItem(item)
            self._label_items.append(item)

    def _paint_picture(self, painter: QPainter) -> None:
        if self._image is None:
            self._image = self._compose()
        painter.drawImage(self._rect.topLeft(), self._image)

    def _compose(self) -> QImage:
        """Return the picture of everything but the live curve and the names."""
        ratio, rect = self.look.ratio, self._rect
        size = (rect.size() * ratio).toSize()
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.translate(-rect.topLeft())
        mapping, focus = self.mapping, self._focus
        paint_frame(painter, self.room, mapping, self.look, self._full_caption())
        blind = [] if focus is None else [(range_rect(mapping, b.low_nm, b.high_nm), b) for b in focus.blind]
        hatched = self.guards.excitation
        masked = range_rect(mapping, *hatched) if hatched else QRectF()
        for area in (*(area for area, _ in blind), masked):
            if area.width() > 0:
                paint_hatch(painter, area, self.look)
        self._layer.draw(painter, mapping, DIM_OPACITY if focus is not None and focus.alone else 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(mapping.rect)
        if focus is not None:
            draw_band(painter, mapping, focus.curve, colour(focus.curve.colour.name(), BAND_OPACITY))
            draw_lines(painter, self._bold, focus.curve.colour)
        for area, why in blind:
            if area.width() > 0 and not self.compact:
                paint_reason(painter, area, why.reason, self.look)
        paint_lines(painter, self.labels, self.look)
        paint_dashes(painter, self.plan, self.look)
        if self.reason:
            paint_empty(painter, self.room, self.reason, self.look)
        painter.end()
        return image

    def _full_caption(self) -> Caption:
        """Return the caption with the legend of what is drawn."""
        keys: tuple[Key, ...] = ()
        if not (self.compact or self._aside):
            if self._focus is not None:
                curve = self._focus.curve
                keys = (Key(f"aliquot {curve.number} ± 2σ", curve.colour, band=True),)
            if self._live is not None:
                keys = (*keys, Key("live", self._live.colour))
        return Caption(self.caption.title, self.caption.remarks, keys)

    def _paint_live(self, painter: QPainter) -> None:
        if self._live is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.room.curves)
        draw_curve(painter, self.mapping, self._live, ratio=self.look.ratio)
        if self._focus is not None:
            draw_lines(painter, self._bold, self._focus.curve.colour)  # keeps its colour with its sample in the light


class _Item(QGraphicsItem):
    """A rectangle of the scene that something paints."""

    def __init__(self, painted_by: Callable[[QPainter], None], depth: float) -> None:
        super().__init__()
        self._painted_by = painted_by
        self._rect = QRectF()
        self.setZValue(depth)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def place(self, rect: QRectF) -> None:
        """Take this rectangle of the scene."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self._painted_by(painter)


def _blit(image: QImage, at: QPointF) -> Callable[[QPainter], None]:
    return lambda painter: painter.drawImage(at, image)
