"""Absorbance over emission, one wavelength axis: the aliquots as pixels, the newest bold, the live curve over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui import plot_speaking
from gui.actions import Act
from gui.overlay_layer import Curve
from gui.plot_axes import Range
from gui.plot_content import OnsetSign, curve_of
from gui.plot_cursor import Cursors, Place
from gui.plot_frame import Look
from gui.plot_guards import Guards
from gui.plot_hand import Hand
from gui.plot_panel import PlotPanel
from gui.plot_pointing import nearest
from gui.plot_series import PLOTS, Series
from gui.plot_speaking import Beside
from gui.plot_strokes import Strokes
from gui.plot_wavelengths import Wavelengths
from gui.theme import Theme
from station.curve_views import Plot, View, after
from station.events import LiveFrame
from station.records import Aliquot
from station.run import Run

GAP_PX = 8.0
ABSORBANCE_SHARE = 0.59
COMPACT_BELOW_PX = 400.0  # both plots in less than this at scale 1 say less
READ_EVERY_S = 0.25  # the live value at the cursor changes no faster than it can be read


class SpectraView(QWidget):
    """Both plots of the bench. Wavelengths move together: by drag, wheel and keys, back by a double click.

    Heights follow what is in sight by themselves, and keep still while it fits. `pointed` carries the number of the
    aliquot whose curve is under the pointer, or None.
    """

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(theme, 1.0, self.devicePixelRatioF())
        self._series = Series(theme)
        self._earlier = Series(theme, grey=True)
        self._earlier_name = ""
        self._view: View = "as measured"
        self._selected: int | None = None
        self._hovered: int | None = None
        self._sign: OnsetSign = "flag"
        self._guards = Guards()
        self._frame: LiveFrame | None = None
        self._swapped = False
        self._read_at_s = 0.0
        self._canvas: Any = pg.GraphicsView(self, background=theme.window)
        self._canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a click gives the focus to this widget instead
        scene = self._canvas.scene()
        self._absorbance = PlotPanel(scene, self._look, above=True, below=False, aside=False)
        self._emission = PlotPanel(scene, self._look, above=False, below=True, aside=True)
        self.cursors = Cursors(scene, self._look)
        self.wavelengths = Wavelengths(scene, self)
        self.wavelengths.moved.connect(self._moved)
        self._hand = Hand(self._canvas.viewport(), self._point, self._click, self.wavelengths.show_usual, self)
        self.strokes = Strokes(dict(zip(PLOTS, self.panels, strict=True)), self)
        self.strokes.made.connect(self._describe)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumSize(320, 200)
        self.setAccessibleName("Absorbance and photoluminescence")
        self._describe()
        self.wavelengths.show_usual()

    @property
    def panels(self) -> tuple[PlotPanel, PlotPanel]:
        """Get the plots of absorbance and of emission."""
        return self._absorbance, self._emission

    # -- what is shown -------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._look = Look(theme, self._look.scale, self._look.ratio)
        self._series.theme = self._earlier.theme = theme
        self._canvas.setBackground(theme.window)
        self._lay_out()
        self._make(self._series, self._earlier)
        if self._frame is not None:
            self.show_live(self._frame)

    def set_scale(self, scale: float) -> None:
        """Set type to a scale of 1 to 2."""
        self._look = Look(self._look.theme, scale, self._look.ratio)
        self._lay_out()

    def set_run(self, run: Run | None) -> None:
        """Show the aliquots of a run; where they only grew at the end, only the new ones are drawn."""
        before = self._series.run
        new = self._series.take(run)
        answer = None if run is None else run.onset_answer
        self._sign = "flag" if answer is None else "flag-outline" if answer.confirmed else ""
        if new is None:
            if before is None or run is None or before.started_wall != run.started_wall:
                for panel in self.panels:
                    panel.replace((), ())
            self._look_anew()
            self._make(self._series)
            return
        for aliquot in () if self._series.making else new:
            for plot, (curve, named) in self._series.add(aliquot).items():
                if curve is not None:
                    self._panel(plot).append(curve, named)
        unsettled = self._view == "stacked" or any(made.why_not for made in self._series.treatments.values())
        if new and unsettled and self._look_anew():
            self._make(self._series, self._earlier)
        else:
            self._describe()
            self.strokes.catch_up()

    def show_background(self, run: Run | None, name: str = "") -> None:
        """Draw an earlier run in grey behind all curves, with its name in the legend; None takes it away."""
        self._earlier_name = "" if run is None else name
        self._earlier.take(run)
        self._make(self._earlier)

    def show_view(self, view: View) -> None:
        """Look at the curves as measured, shifted, normalised, stacked, as differences or bent."""
        self._view = view
        if self._look_anew():
            self._make(self._series, self._earlier)

    def set_hidden(self, numbers: frozenset[int]) -> None:
        """Draw no curve of the aliquots with these numbers."""
        if numbers != self._series.hidden:
            self._series.hidden = numbers
            self._look_anew()
            self._make(self._series)

    def act(self, act: Act, number: int = 0) -> bool:
        """Do what a key, by its number, asks of the curves; return whether it is one of theirs."""
        match act:
            case Act.VIEW:
                self.show_view(after(self._view))
            case Act.CURSOR:
                self.move_cursor(-1.0 if number == 1 else 1.0)
            case Act.RANGE:
                self.wavelengths.turn(number)
            case Act.ENERGY:
                self.swap_axes()
            case _:
                return False
        return True

    @property
    def view_words(self) -> str:
        """Get how the curves are looked at: "As measured"."""
        return plot_speaking.VIEW_WORDS[self._view]

    def show_live(self, frame: LiveFrame | None) -> None:
        """Show the newest live spectra, or none."""
        appeared = (frame is None) != (self._frame is None)
        self._frame = frame
        clock_s = 0.0 if frame is None else frame.clock_s
        for plot in PLOTS:
            self._panel(plot).show_live(self._live_curve(plot), clock_s)
        due = self.cursors.nm is not None and abs(clock_s - self._read_at_s) >= READ_EVERY_S
        if appeared or due:
            self._read_at_s = clock_s
            self._say()
        self.strokes.catch_up()

    def _live_curve(self, plot: Plot) -> Curve | None:
        """Return the live spectrum as the view draws it."""
        frame, series = self._frame, self._series
        spectrum = None if frame is None else frame.absorbance if plot == "absorbance" else frame.emission
        shown = None if spectrum is None else series.shown(spectrum, plot, series.rank(series.newest))
        return None if shown is None else curve_of(0, shown, QColor(self._look.theme.ink))

    def select(self, number: int | None) -> None:
        """Speak of the aliquot with this number and dim the others; None speaks of the newest and dims none."""
        if number == self._selected:
            return
        self._selected = number
        if self._view in ("difference", "normalised") and self._look_anew():
            self._make(self._series, self._earlier)
        else:
            self._describe()

    def hover(self, number: int | None) -> None:
        """Speak of this aliquot as long as the pointer is on it."""
        if number != self._hovered:
            self._hovered = number
            self._describe()

    def explain(self, absorbance: str, emission: str) -> None:
        """Say in the plots, as long as they have no curve, what they wait for."""
        for panel, said in zip(self.panels, (absorbance, emission), strict=True):
            if said != panel.awaited:
                panel.awaited = said
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
        self._guards = guards
        if guards.excitation != self._series.masked:
            self._series.masked = self._earlier.masked = guards.excitation
            self._make(self._series, self._earlier)
        else:
            self._describe()

    # -- the cursor ----------------------------------------------------------------------------------------------

    def move_cursor(self, step_nm: float) -> None:
        """Put the cursor so much further; the first time it stands at the first named peak in sight."""
        first_nm = plot_speaking.place_for_cursor(self._spoken_of()[0], self.shown_range)
        self.cursors.step(step_nm, first_nm, self.shown_range)
        self._cursor_was_put()

    def release_cursor(self) -> bool:
        """Take the cursor away; return whether there was one."""
        stood = self.cursors.put_nm is not None
        if stood:
            self.cursors.put_nm = None
            self._cursor_was_put()
        return stood

    def _cursor_was_put(self) -> None:
        if self._view == "normalised" and self._look_anew():
            self._make(self._series, self._earlier)
        self._show_cursor()

    def _point(self, at: QPointF | None) -> None:
        """Follow the pointer: the cursor under it, and the curve that it is on."""
        panel = next((p for p in self.panels if at is not None and p.room.curves.contains(at)), None)
        number = self.cursors.pointer_nm = None
        if at is not None and panel is not None:
            self.cursors.pointer_nm = panel.mapping.nm(at.x())
            number = nearest(panel.layer.curves, panel.mapping, at)
        if number != self._hovered:
            self.hover(number)
            self.pointed.emit(number)
        self._show_cursor()

    def _click(self, at: QPointF) -> None:
        """Put the cursor where it was clicked; a click on it takes it away."""
        self._point(at)
        self.cursors.click(self._absorbance.mapping)
        self._cursor_was_put()

    def _show_cursor(self) -> None:
        """Draw the cursor and say the values at it."""
        self.cursors.show(tuple(Place(panel.room, panel.mapping) for panel in self.panels), self._look)
        self._say()

    # -- wavelengths ---------------------------------------------------------------------------------------------

    @property
    def shown_range(self) -> Range:
        """Get the wavelengths in sight."""
        return self.wavelengths.shown

    def show_range(self, low_nm: float, high_nm: float) -> None:
        """Show these wavelengths in both plots."""
        self.wavelengths.show(low_nm, high_nm)

    def swap_axes(self) -> None:
        """Put eV below and nm above, or back."""
        self._swapped = not self._swapped
        self._lay_out()

    def _moved(self) -> None:
        shown = self.shown_range
        for panel in self.panels:
            panel.show_range(shown)
        if self.cursors.nm is not None:
            self._show_cursor()
        self.strokes.pause()
        self.strokes.catch_up()

    # -- drawing -------------------------------------------------------------------------------------------------

    def _panel(self, plot: Plot) -> PlotPanel:
        return self._absorbance if plot == "absorbance" else self._emission

    def _look_anew(self) -> bool:
        """Settle what the view means for these aliquots; return whether all curves change by it."""
        chosen = self._series.aliquot(self._selected)
        changed = self._series.look(self._view, chosen, self.cursors.put_nm)
        self._earlier.treatments = dict(self._series.treatments)
        return changed

    def _make(self, *several: Series) -> None:
        """Draw all curves of these series anew."""
        self._set_least()
        for plot in PLOTS:
            self._panel(plot).hold_live(self._live_curve(plot))
        self.strokes.make(*several)
        self._describe()
        if self._frame is not None:
            self.show_live(self._frame)

    def _spoken_of(self) -> tuple[Aliquot | None, bool]:
        """Return the aliquot that is spoken of and whether the others are dimmed for it."""
        for number in (self._hovered, self._selected):
            aliquot = self._series.aliquot(number)
            if aliquot is not None:
                return aliquot, True
        return self._series.newest, False

    def _set_least(self) -> None:
        """Set the heights that either plot shows in any case."""
        aliquot, _ = self._spoken_of()
        for plot in PLOTS:
            panel = self._panel(plot)
            panel.unit = plot_speaking.unit_of(aliquot, plot)
            panel.heights.least = plot_speaking.least(self._series, plot, panel.unit)
            panel.heights.most = self._series.most[plot]

    def _describe(self) -> None:
        """Say everything there is to say of the aliquot that is spoken of."""
        aliquot, alone = self._spoken_of()
        findings = None if aliquot is None else aliquot.reading.findings
        present = findings is not None and findings.emission is not None and findings.emission.present
        self._set_least()
        own = self._series.treatments["emission"].view in ("as measured", "shifted")
        seen_from = None if present or not own else self._guards.seen_from
        self._emission.guards = Guards(self._guards.excitation_nm, self._guards.lines, seen_from)
        self._say()
        for plot in PLOTS:
            short = self._panel(plot).compact
            focus = plot_speaking.focus_of(self._series, aliquot, plot, alone=alone, short=short, sign=self._sign)
            self._panel(plot).focus(focus)

    def _say(self) -> None:
        """Write the titles, with the values at the cursor."""
        aliquot, _ = self._spoken_of()
        frame, theme = self._frame, self._look.theme
        ink, grey = QColor(theme.ink), QColor(theme.ink3)
        for plot in PLOTS:
            panel = self._panel(plot)
            live = None if frame is None else frame.absorbance if plot == "absorbance" else frame.emission
            beside = Beside(live, ink, self._earlier_name, grey)
            short, at_nm = panel.compact, self.cursors.nm
            panel.say(plot_speaking.caption(self._series, aliquot, plot, short=short, beside=beside, cursor_nm=at_nm))
        captions = (panel.caption for panel in self.panels)
        self.setAccessibleDescription(". ".join(each.spoken for each in captions))

    # -- Qt ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Give both plots their rooms."""
        self._canvas.setGeometry(self.rect())
        self._look = Look(self._look.theme, self._look.scale, self.devicePixelRatioF())
        width, height = float(self.width()), float(self.height())
        upper = round((height - GAP_PX) * ABSORBANCE_SHARE)
        rooms = (QRectF(0, 0, width, upper), QRectF(0, upper + GAP_PX, width, height - upper - GAP_PX))
        compact = height / self._look.scale < COMPACT_BELOW_PX
        for panel, rect in zip(self.panels, rooms, strict=True):
            panel.lay_out(rect, self._look, compact=compact, swapped=self._swapped)
        self.wavelengths.lay_out([panel.room.curves for panel in self.panels])
        self._describe()
        self._show_cursor()
        self.strokes.catch_up()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._lay_out()
        return super().event(event)
