"""Absorbance over emission, one wavelength axis: the aliquots as pixels, the newest bold, the live curve over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from analysis.spectrum import Spectrum
from gui.overlay_layer import Curve
from gui.plot_axes import Range
from gui.plot_content import (
    OnsetSign,
    absorbance_blind,
    absorbance_remarks,
    curve_of,
    emission_blind,
    emission_name,
    emission_remarks,
    species_names,
    without_t0,
)
from gui.plot_frame import Caption, Look
from gui.plot_guards import Guards
from gui.plot_labels import PeakName, height_at
from gui.plot_panel import Focus, PlotPanel
from gui.theme import Theme, series_colour
from station.events import LiveFrame
from station.records import Aliquot
from station.run import Run
from station.schedule import place

USUAL_NM: Range = (360.0, 715.0)
REACH_NM: Range = (180.0, 1150.0)
NARROWEST_NM = 5.0
GAP_PX = 8.0
ABSORBANCE_SHARE = 0.59
AT_ONCE = 16  # so few aliquots are stroked within one frame; more in slices
SLICE_S = 0.004  # for each of the two plots
COMPACT_BELOW_PX = 400.0  # both plots in less than this at scale 1 say less
REST_MS = 40  # without a further move before a new picture is stroked
LEAST_A: Range = (-0.01, 0.05)
LEAST_RATE: Range = (-150.0, 200.0)  # holds the noise of a quiet aliquot: twice its sigma either way
LEAST_AU: Range = (0.0, 0.0)


class SpectraView(QWidget):
    """Both plots of the bench. Wavelengths move together: drag, wheel, + and -, Shift with the arrows, 0 to go back.

    Heights follow what is in sight by themselves, and keep still while it fits.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(theme, 1.0, self.devicePixelRatioF())
        self._run: Run | None = None
        self._aliquots: list[Aliquot] = []
        self._selected: int | None = None
        self._hovered: int | None = None
        self._sign: OnsetSign = "flag"
        self._guards = Guards()
        self._canvas: Any = pg.GraphicsView(self, background=theme.window)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click gives the focus to this widget instead
        self._canvas.viewport().installEventFilter(self)
        scene = self._canvas.scene()
        self._absorbance = PlotPanel(scene, self._look, energy=True, wavelengths=False, aside=False)
        self._emission = PlotPanel(scene, self._look, energy=False, wavelengths=True, aside=True)
        self._absorbance.least, self._absorbance.unit = LEAST_A, "A"
        self._emission.least, self._emission.unit = LEAST_RATE, "counts/s"
        self._boxes: tuple[Any, Any] = (self._box(), self._box())
        self._boxes[1].setXLink(self._boxes[0])
        self._boxes[0].sigXRangeChanged.connect(self._moved)
        self._stroking = QTimer(self)
        self._stroking.setInterval(0)
        self._stroking.timeout.connect(self._stroke_on)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self._stroking.start)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(320, 200)
        self._describe()
        self.show_range(*USUAL_NM)

    def _box(self) -> Any:
        """Return a view box that lets the wavelengths be moved with the mouse, and draws nothing."""
        box = pg.ViewBox(enableMouse=True, enableMenu=False)
        box.setMouseEnabled(x=True, y=False)
        box.disableAutoRange()
        box.setLimits(xMin=REACH_NM[0], xMax=REACH_NM[1], minXRange=NARROWEST_NM)
        self._canvas.scene().addItem(box)
        return box

    @property
    def panels(self) -> tuple[PlotPanel, PlotPanel]:
        """Get the plots of absorbance and of emission."""
        return self._absorbance, self._emission

    # -- what is shown -------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._look = Look(theme, self._look.scale, self._look.ratio)
        self._canvas.setBackground(theme.window)
        self._lay_out()
        self._show_all_again()

    def set_scale(self, scale: float) -> None:
        """Set type to a scale of 1 to 2."""
        self._look = Look(self._look.theme, scale, self._look.ratio)
        self._lay_out()

    def set_run(self, run: Run | None) -> None:
        """Show the aliquots of a run; where they only grew at the end, only the new ones are drawn."""
        aliquots = [] if run is None else list(run.aliquots)
        shown = self._aliquots
        grown = len(aliquots) >= len(shown) and all(a is b for a, b in zip(aliquots, shown, strict=False))
        same_plan = run is not None and self._run is not None and run.recipe == self._run.recipe
        answer = None if run is None else run.onset_answer
        self._run = run
        self._sign = "flag-outline" if answer is not None and answer.confirmed else "flag"
        if grown and same_plan:
            for aliquot in aliquots[len(shown) :]:
                self.add_aliquot(aliquot)
            self._describe()
            return
        self._aliquots = aliquots
        self._show_all_again()

    def add_aliquot(self, aliquot: Aliquot) -> None:
        """Draw one more aliquot; it is the one spoken of from now on."""
        if any(aliquot is shown for shown in self._aliquots):
            return
        self._aliquots.append(aliquot)
        for panel, curve, named in self._drawn(aliquot):
            if curve is not None:
                panel.append(curve, named)
        self._describe()
        self._catch_up()

    def show_live(self, frame: LiveFrame | None) -> None:
        """Show the newest live spectra, or none."""
        masked = self._guards.excitation
        clock_s = 0.0 if frame is None else frame.clock_s
        absorbance = None if frame is None else frame.absorbance
        emission = None if frame is None else frame.emission
        self._absorbance.show_live(self._live(absorbance, None), clock_s)
        self._emission.show_live(self._live(emission, masked), clock_s)
        self._catch_up()

    def _live(self, spectrum: Spectrum | None, masked: Range | None) -> Curve | None:
        if spectrum is None:
            return None
        return curve_of(0, spectrum, QColor(self._look.theme.ink), masked)

    def select(self, number: int | None) -> None:
        """Speak of the aliquot with this number and dim the others; None speaks of the newest and dims none."""
        if number != self._selected:
            self._selected = number
            self._describe()

    def hover(self, number: int | None) -> None:
        """Speak of this aliquot as long as the pointer is on it."""
        if number != self._hovered:
            self._hovered = number
            self._describe()

    def explain(self, absorbance: str, emission: str) -> None:
        """Say in the plots, as long as they have no curve, what they wait for."""
        for panel, words in zip(self.panels, (absorbance, emission), strict=True):
            if words != panel.awaited:
                panel.awaited = words
                panel.renew()

    def show_onset(self, *, confirmed: bool) -> None:
        """Draw the flag at the emission as new or as confirmed."""
        self._sign = "flag-outline" if confirmed else "flag"
        self._describe()

    def set_guards(
        self, *, excitation_nm: float | None, raman: Sequence[tuple[str, float]], seen_from: float | None
    ) -> None:
        """Show where something only looks like emission, and from how much emission is seen (None: not shown).

        `raman` are (words, nm). The excitation is hatched, and the emission curves are broken there.
        """
        guards = Guards(excitation_nm, tuple(raman), seen_from)
        if guards == self._guards:
            return
        masked_anew = guards.excitation_nm != self._guards.excitation_nm
        self._guards = guards
        if masked_anew:
            self._show_all_again()
        else:
            self._describe()

    # -- wavelengths ---------------------------------------------------------------------------------------------

    @property
    def shown_range(self) -> Range:
        """Get the wavelengths in sight."""
        low, high = self._boxes[0].viewRange()[0]
        return float(low), float(high)

    def show_range(self, low_nm: float, high_nm: float) -> None:
        """Show these wavelengths in both plots."""
        self._boxes[0].setXRange(low_nm, high_nm, padding=0)

    def show_usual(self) -> None:
        """Show 360 to 715 nm."""
        self.show_range(*USUAL_NM)

    def zoom_by(self, factor: float) -> None:
        """Show `factor` times as wide a range about the same middle."""
        low, high = self.shown_range
        half = (high - low) / 2.0 * factor
        self.show_range((low + high) / 2.0 - half, (low + high) / 2.0 + half)

    def pan_by(self, share: float) -> None:
        """Move by a share of the range in sight, to longer wavelengths where it is positive."""
        low, high = self.shown_range
        step = (high - low) * share
        self.show_range(low + step, high + step)

    def _moved(self) -> None:
        shown = self.shown_range
        for panel in self.panels:
            panel.show_range(shown)
        self._stroking.stop()
        self._catch_up()

    # -- drawing -------------------------------------------------------------------------------------------------

    def _show_all_again(self) -> None:
        """Draw every aliquot anew."""
        curves: dict[PlotPanel, list[Curve]] = {panel: [] for panel in self.panels}
        names: dict[PlotPanel, list[tuple[float, float]]] = {panel: [] for panel in self.panels}
        for aliquot in self._aliquots:
            for panel, curve, named in self._drawn(aliquot):
                if curve is not None:
                    curves[panel].append(curve)
                    names[panel].extend(named)
        self._describe()
        for panel in self.panels:
            panel.replace(curves[panel], names[panel])
        self._catch_up()

    def _drawn(self, aliquot: Aliquot) -> tuple[tuple[PlotPanel, Curve | None, list[tuple[float, float]]], ...]:
        """Return, for each plot, the curve of an aliquot and (nm, height) of the peaks named at it."""
        absorbance, emission = self._curves(aliquot)
        names = species_names(aliquot.reading.findings, only_first=False)
        return (
            (self._absorbance, absorbance, _heights(absorbance, names)),
            (self._emission, emission, []),
        )

    def _curves(self, aliquot: Aliquot) -> tuple[Curve | None, Curve | None]:
        """Return the curves of an aliquot in the colour of its place in the ladder."""
        if aliquot.reaction_time_s is None or self._run is None:
            where = without_t0(aliquot.number, self._run)
        else:
            where = place(aliquot.reaction_time_s, self._run.recipe.schedule_s)
        ink = series_colour(where, self._look.theme)
        absorbance, emission = aliquot.reading.absorbance, aliquot.reading.emission
        return (
            None if absorbance is None else curve_of(aliquot.number, absorbance, ink),
            None if emission is None else curve_of(aliquot.number, emission, ink, self._guards.excitation),
        )

    def _spoken_of(self) -> tuple[Aliquot | None, bool]:
        """Return the aliquot that is spoken of and whether the others are dimmed for it."""
        for number in (self._hovered, self._selected):
            for aliquot in self._aliquots:
                if aliquot.number == number:
                    return aliquot, True
        return (self._aliquots[-1] if self._aliquots else None), False

    def _describe(self) -> None:
        """Say everything there is to say of the aliquot that is spoken of."""
        aliquot, alone = self._spoken_of()
        masked = self._guards.excitation
        unit = "counts/s"
        present: bool | None = False
        absorbance, emission = None, None
        if aliquot is not None:
            absorbance, emission = self._foci(aliquot, alone, masked)
            findings = aliquot.reading.findings
            present = findings is not None and findings.emission is not None and findings.emission.present
            if aliquot.reading.emission is not None:
                unit = aliquot.reading.emission.unit
        said = absorbance_remarks(aliquot, short=self._absorbance.compact)
        self._absorbance.caption = Caption("Absorbance A", said)
        self._emission.caption = Caption("Photoluminescence", emission_remarks(aliquot, self._aliquots))
        self._emission.unit = unit
        self._emission.least = LEAST_RATE if unit == "counts/s" else LEAST_AU
        self._emission.guards = Guards(
            self._guards.excitation_nm, self._guards.lines, None if present else self._guards.seen_from
        )
        self._absorbance.focus(absorbance)
        self._emission.focus(emission)

    def _foci(self, aliquot: Aliquot, alone: bool, masked: Range | None) -> tuple[Focus | None, Focus | None]:
        """Return what either plot says of an aliquot, None where it has no such spectrum."""
        first, second = self._curves(aliquot)
        findings = aliquot.reading.findings
        absorbance, emission = None, None
        if first is not None:
            names = species_names(findings, only_first=self._absorbance.compact)
            absorbance = Focus(first, names, absorbance_blind(aliquot), alone)
        if second is not None:
            names = emission_name(findings, self._sign)
            emission = Focus(second, names, emission_blind(aliquot, masked), alone)
        return absorbance, emission

    def _catch_up(self) -> None:
        """Stroke new pictures: few aliquots at once, many in slices when the wavelengths rest."""
        for panel in self.panels:
            if panel.layer.stale and len(panel.layer) <= AT_ONCE:
                panel.layer.work(1.0)
                panel.renew()
        if any(panel.layer.stale for panel in self.panels) and not self._stroking.isActive():
            self._resting.start()

    def _stroke_on(self) -> None:
        """Stroke for a few milliseconds at the new pictures."""
        for panel in self.panels:
            if panel.layer.stale and panel.layer.work(SLICE_S):
                panel.renew()
        if not any(panel.layer.stale for panel in self.panels):
            self._stroking.stop()

    # -- Qt ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Give both plots their rooms."""
        self._canvas.setGeometry(self.rect())
        ratio = self.devicePixelRatioF()
        self._look = Look(self._look.theme, self._look.scale, ratio)
        width, height = float(self.width()), float(self.height())
        upper = round((height - GAP_PX) * ABSORBANCE_SHARE)
        rooms = (QRectF(0, 0, width, upper), QRectF(0, upper + GAP_PX, width, height - upper - GAP_PX))
        for panel, box, rect in zip(self.panels, self._boxes, rooms, strict=True):
            panel.lay_out(rect, self._look, compact=height / self._look.scale < COMPACT_BELOW_PX)
            box.setGeometry(panel.room.curves)
        self._describe()
        self._catch_up()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._lay_out()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.show_usual()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(0.8)
            case Qt.Key.Key_Minus:
                self.zoom_by(1.25)
            case Qt.Key.Key_0:
                self.show_usual()
            case Qt.Key.Key_Left if shift:
                self.pan_by(-0.1)
            case Qt.Key.Key_Right if shift:
                self.pan_by(0.1)
            case _:
                super().keyPressEvent(event)


def _heights(curve: Curve | None, names: Sequence[PeakName]) -> list[tuple[float, float]]:
    """Return (nm, height) of named peaks on a curve, those not known left out."""
    if curve is None:
        return []
    found = [(name.nm, height_at(curve, name.nm)) for name in names]
    return [(nm, value) for nm, value in found if value is not None]
