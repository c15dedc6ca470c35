"""One plot: what stands still as one picture, the aliquots as another, and the live curve over both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsScene

from gui.overlay_layer import Curve, Mapping, OverlayLayer, curve_lines, draw_band, draw_curve, draw_lines
from gui.plot_axes import Range
from gui.plot_ceiling import paint_ceiling
from gui.plot_frame import (
    Caption,
    Look,
    Room,
    lay_out,
    paint_caption,
    paint_empty,
    paint_frame,
    paint_hatch,
    paint_reason,
    reason_rect,
)
from gui.plot_guards import GuardPlan, Guards, note_picture, paint_dashes, plan_guards, range_rect
from gui.plot_heights import Heights
from gui.plot_items import Item, blit
from gui.plot_labels import Label, PeakName, label_picture, paint_lines, plan_aside, plan_rows, room_above
from gui.theme import colour

CLEAR_PX = 4.0  # between what a live frame paints anew and the title, which it must not touch
BAND_OPACITY = 0.24
DIM_OPACITY = 0.65  # the palest aliquot still has a contrast of 2 to the ground, in both themes
BEHIND_OPACITY = 0.75  # of an earlier run: its grey keeps a contrast of 3 to the ground, in both themes


@dataclass(frozen=True, slots=True)
class Blind:
    """A range of wavelengths of which nothing is known, and why."""

    low_nm: float
    high_nm: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Focus:
    """The aliquot that is spoken of: its curve drawn bold, its peaks named; `alone` dims the others.

    `curve` is None where it is hidden or cannot be drawn. It is a `guest` where it is not drawn among the others.
    `ceiling` is the largest value that could have been measured.
    """

    curve: Curve | None
    peaks: tuple[PeakName, ...] = ()
    blind: tuple[Blind, ...] = ()
    alone: bool = False
    ceiling: Curve | None = None
    guest: bool = False


class PlotPanel:
    """One plot in a scene. `above`: a second scale above; `below`: a scale below; `aside`: names beside peaks.

    Names that are not aside stand in rows under the title.
    """

    def __init__(self, scene: QGraphicsScene, look: Look, *, above: bool, below: bool, aside: bool) -> None:
        self.look = look
        self.caption = Caption("")
        self.awaited = ""
        self.guards = Guards()
        self.unit = ""
        self.compact = False
        self._above, self._below, self._aside = above, below, aside
        self._layer, self._behind = OverlayLayer(), OverlayLayer()
        self._heights = Heights()
        self._focus: Focus | None = None
        self._live: Curve | None = None
        self._shown: Range = (360.0, 715.0)
        self._rect = QRectF(0, 0, 100, 100)
        self.room: Room = lay_out(self._rect, look, above=above, below=below)
        self.labels: tuple[Label, ...] = ()
        self.plan = GuardPlan((), ())
        self._picture = Item(self._paint_picture, 0)
        self._live_item = Item(self._paint_live, 1)
        self._strip = Item(self._paint_strip, 2)
        self._label_items: list[Item] = []
        self._bold: list[QPolygonF] = []
        self._image: QImage | None = None
        self._scene = scene
        for item in (self._picture, self._live_item, self._strip):
            scene.addItem(item)

    @property
    def layer(self) -> OverlayLayer:
        """Get the picture of the aliquots."""
        return self._layer

    @property
    def layers(self) -> tuple[OverlayLayer, OverlayLayer]:
        """Get the pictures of the aliquots and of what lies behind them."""
        return self._layer, self._behind

    @property
    def heights(self) -> Heights:
        """Get the heights: what is shown in any case, and what in none."""
        return self._heights

    @property
    def mapping(self) -> Mapping:
        """Get where wavelengths and heights lie now."""
        area = self.room.curves
        return Mapping(area.left(), area.top(), area.width(), area.height(), *self._shown, *self._heights.shown)

    @property
    def spoken_of(self) -> Focus | None:
        """Get the aliquot that is spoken of."""
        return self._focus

    @property
    def live(self) -> Curve | None:
        """Get the live curve."""
        return self._live

    @property
    def reason(self) -> str:
        """Get why the plot is empty, or nothing where a curve is drawn."""
        return self.awaited if self._live is None and not (len(self._layer) or len(self._behind)) else ""

    # -- what is shown -------------------------------------------------------------------------------------------

    def lay_out(self, rect: QRectF, look: Look, *, compact: bool, swapped: bool = False) -> None:
        """Take this rectangle of the scene, with this theme and scale of type; `compact` says less in little room.

        `swapped` puts eV below and nm above.
        """
        self._rect, self.look, self.compact = rect, look, compact
        self.room = lay_out(rect, look, above=self._above and not compact, below=self._below, swapped=swapped)
        self._picture.place(rect)
        self._live_item.place(self.room.curves)
        self._strip.place(self.room.strip.adjusted(0, 0, 0, -CLEAR_PX))
        above = room_above(look, one_line=self.compact) / self.room.curves.height()
        self._heights.free_above = 0.0 if self._aside else above
        self._heights.fit(self._shown)
        self._aim()

    def show_range(self, shown: Range) -> None:
        """Show these wavelengths; the heights follow where what is now in sight does not fit."""
        self._shown = shown
        self._heights.settle(shown)
        self._aim()

    def replace(self, curves: Sequence[Curve], named: Sequence[tuple[float, float]]) -> None:
        """Show these aliquots and no others; `named` are (nm, height) of all peaks that are ever named."""
        self._heights.replace(curves, named)
        self._layer.replace(curves)
        self._heights.fit(self._shown)
        self._aim()

    def append(self, curve: Curve, named: Sequence[tuple[float, float]]) -> None:
        """Show one more aliquot: one stroke into the picture, unless it needs other heights."""
        self._heights.add(curve, named)
        self._layer.append(curve)
        self._heights.settle(self._shown)
        self._aim()

    def put_behind(self, curves: Iterable[Curve]) -> None:
        """Show these curves behind all others."""
        curves = list(curves)
        self._heights.put_behind(curves)
        self._behind.replace(curves)
        self._heights.fit(self._shown)
        self._aim()

    def focus(self, focus: Focus | None) -> None:
        """Speak of this aliquot."""
        self._focus = focus
        if self._heights.put_guest(focus.curve if focus is not None and focus.guest else None):
            self._heights.settle(self._shown)
            self._aim()
        else:
            self.renew()

    def hold_live(self, live: Curve | None) -> None:
        """Hold the live curve as another view draws it, before the heights are fitted to what else that view draws."""
        self._live = live
        self._heights.put_live(live)

    def show_live(self, live: Curve | None, clock_s: float) -> None:
        """Show the newest live curve: nothing else is drawn for it unless it leaves the heights."""
        appeared = (live is None) != (self._live is None)
        self._live = live
        self._heights.put_live(live)
        if appeared:
            self._heights.settle(self._shown)
            self._aim()
        elif live is not None and self._heights.follow_live(self._shown, clock_s):
            self._aim()
        self._live_item.update()

    def say(self, caption: Caption) -> None:
        """Write this into the title strip; nothing else is painted for it."""
        if caption != self.caption:
            self.caption = caption
            self._strip.update()

    # -- pictures ------------------------------------------------------------------------------------------------

    def _aim(self) -> None:
        for layer in self.layers:
            layer.aim(self.mapping, self.look.ratio)
        self.renew()

    def refresh(self) -> None:
        """Take over a picture of the aliquots that has become sharp."""
        self._image = None
        self._picture.update()
        self._live_item.update()

    def renew(self) -> None:
        """Plan and paint what stands still anew at the next opportunity."""
        self._plan()
        self._strip.update()
        self.refresh()

    def _plan(self) -> None:
        """Decide where names and guards stand, and which lines make the bold curve."""
        mapping, focus = self.mapping, self._focus
        curve = None if focus is None else focus.curve
        self._bold = [] if curve is None else curve_lines(mapping, curve, ratio=self.look.ratio, bold=True)
        one_line = self.compact
        self.labels = ()
        if focus is not None and curve is not None:
            self.labels = self._labels(focus, curve, mapping)
        taken = [label.rect for label in self.labels]
        if self.reason:
            taken.append(reason_rect(self.room, self.reason, self.look))
        self.plan = GuardPlan((), ())
        if not one_line:
            self.plan = plan_guards(self.guards, mapping, self.look, self.unit, taken, curve)
        self._place_labels(one_line)

    def _labels(self, focus: Focus, curve: Curve, mapping: Mapping) -> tuple[Label, ...]:
        """Return the names at the peaks where they stand."""
        if not self._aside:
            return plan_rows(focus.peaks, curve, mapping, self.look, one_line=self.compact)
        hatched = self.guards.excitation
        taken = [range_rect(mapping, *hatched)] if hatched else []
        labels: list[Label] = []
        for peak in focus.peaks:
            label = plan_aside(peak, curve, mapping, self.look, taken, one_line=self.compact)
            if label is not None:
                labels.append(label)
                taken.append(label.rect)
        return tuple(labels)

    def _place_labels(self, one_line: bool) -> None:
        """Make the small pictures of labels and notes; they lie over the live curve."""
        for item in self._label_items:
            self._scene.removeItem(item)
        self._label_items = []
        pictures = [(label.rect, label_picture(label, self.look, one_line=one_line)) for label in self.labels]
        pictures += [(note.rect, note_picture(note, self.look)) for note in self.plan.notes]
        for rect, picture in pictures:
            item = Item(blit(picture, rect.topLeft() - QPointF(2, 0)), 2)
            item.place(rect.adjusted(-2, 0, 2, 0))
            self._scene.addItem(item)
            self._label_items.append(item)

    def _paint_picture(self, painter: QPainter) -> None:
        if self._image is None:
            self._image = self._compose()
        painter.drawImage(self._rect.topLeft(), self._image)

    def _compose(self) -> QImage:
        """Return the picture of everything but the live curve, the title and the names."""
        ratio, rect = self.look.ratio, self._rect
        image = QImage((rect.size() * ratio).toSize(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(image)
        painter.translate(-rect.topLeft())
        mapping, focus = self.mapping, self._focus
        paint_frame(painter, self.room, mapping, self.look)
        blind = () if focus is None else focus.blind
        areas = [(range_rect(mapping, b.low_nm, b.high_nm), b) for b in blind]
        hatched = self.guards.excitation
        for area in (*(area for area, _ in areas), *([range_rect(mapping, *hatched)] if hatched else [])):
            if area.width() > 0:
                paint_hatch(painter, area, self.look)
        if focus is not None and focus.ceiling is not None:
            taken = [label.rect for label in self.labels]
            paint_ceiling(painter, mapping, focus.ceiling, self.look, [area for area, _ in areas], taken)
        self._behind.draw(painter, mapping, BEHIND_OPACITY)
        self._layer.draw(painter, mapping, DIM_OPACITY if focus is not None and focus.alone else 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(mapping.rect)
        if focus is not None and focus.curve is not None:
            draw_band(painter, mapping, focus.curve, colour(focus.curve.colour.name(), BAND_OPACITY))
            draw_lines(painter, self._bold, focus.curve.colour)
        for area, why in areas:
            if area.width() > 0 and not self.compact:
                paint_reason(painter, area, why.reason, self.look)
        paint_lines(painter, self.labels, self.look)
        paint_dashes(painter, self.plan, self.look)
        if self.reason:
            paint_empty(painter, self.room, self.reason, self.look)
        painter.end()
        return image

    def _paint_strip(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_caption(painter, self.room, self.look, self.caption)

    def _paint_live(self, painter: QPainter) -> None:
        if self._live is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.room.curves)
        draw_curve(painter, self.mapping, self._live, ratio=self.look.ratio)
        if self._focus is not None and self._focus.curve is not None:
            draw_lines(painter, self._bold, self._focus.curve.colour)  # keeps its colour with its sample in the light
