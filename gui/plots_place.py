"""The place of the plots: the spectra, and the views that stand beside them or in their place, one key each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Act
from gui.anatomy import beside_the_plots
from gui.dress import Dress
from gui.shown import guards, run_times
from gui.theme import colour
from station.events import LiveFrame
from station.run import Run

if TYPE_CHECKING:
    from analysis.excitation_spectra import ExcitationReading
    from gui.background_run import BackgroundRun
    from gui.pair_view import PairView
    from gui.spectrum_plot import SpectraView
    from gui.trend_plot import TrendView
    from gui.waterfall import WaterfallView
    from station.trend import Trends

Shown = Literal["spectra", "trend", "waterfall", "pair"]
KEYS: dict[Act, Shown] = {Act.TREND: "trend", Act.WATERFALL: "waterfall", Act.PAIR: "pair"}


class PlotsPlace(QWidget):
    """Holds the views of a run. Their libraries are imported right after the first paint: the window is there at once.

    In a wide window the trend stands right of the others, else in their place. What is not to be seen is not drawn.
    `past` is for review, where an onset asks for no answer any more. `hovered` and `chosen` carry the number of the
    aliquot that is pointed at, or was pressed, in any of the views, or None; `said` a note of what is being read,
    `seen` the keys of the views that are to be seen.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    said = Signal(object)
    seen = Signal(object)

    def __init__(self, dress: Dress, parent: QWidget, *, past: bool = False) -> None:
        super().__init__(parent)
        self._dress = dress
        self._view: SpectraView | None = None
        self._trend: TrendView | None = None
        self._waterfall: WaterfallView | None = None
        self._pair: PairView | None = None
        self._trends: Trends | None = None
        self._excitations: tuple[ExcitationReading, ...] = ()
        self._shown: Shown = "spectra"
        self._trend_beside = True
        self._run: Run | None = None
        self._selected: int | None = None
        self._hovered: int | None = None
        self._painted = False
        self._past = past
        self._awaited = ("", "")
        self._hidden: frozenset[int] = frozenset()
        self._earlier: tuple[Run | None, str] = (None, "")
        self._background: BackgroundRun | None = None

    @property
    def view(self) -> SpectraView | None:
        """Get the spectra, or None before the first paint."""
        return self._view

    @property
    def trend(self) -> TrendView | None:
        """Get the trend, or None before it was first to be seen."""
        return self._trend

    @property
    def waterfall(self) -> WaterfallView | None:
        """Get the waterfall, or None before it was first to be seen."""
        return self._waterfall

    @property
    def pair(self) -> PairView | None:
        """Get the pair view, or None before it was first to be seen."""
        return self._pair

    @property
    def shown(self) -> Shown:
        """Get which view stands in the place of the plots."""
        return self._shown

    @property
    def lit(self) -> frozenset[Act]:
        """Get the keys of the views that are to be seen, the spectra's own left out."""
        beside = self._rooms()[1] is not None and self._trend_beside
        seen = {act for act, shown in KEYS.items() if shown == self._shown}
        return frozenset(seen | ({Act.TREND} if beside else set()))

    # -- keys ------------------------------------------------------------------------------------------------------

    def act(self, act: Act, number: int = 0) -> bool:
        """Do what a key, by its number, asks of the views; return whether it is one of theirs."""
        if self._view is None:
            return False
        if act is Act.BACKGROUND:
            self._background_run().toggle()
            return True
        if act not in KEYS:
            return self._view.act(act, number) if self._shown == "spectra" else act is Act.VIEW and self.leave()
        if act is Act.TREND:
            self._turn_trend()
        elif act is Act.WATERFALL and self._shown == "waterfall" and self._waterfall_view().turn():
            pass
        else:
            self._shown = "spectra" if self._shown == KEYS[act] else KEYS[act]
        self._place()
        return True

    def _turn_trend(self) -> None:
        """Show the trend, its next page, and after the last one none."""
        beside = self._rooms()[1] is not None
        standing = self._trend_beside if beside else self._shown == "trend"
        if standing and self._trend is not None and self._trend.turn():
            return
        if beside:
            self._trend_beside = not standing
        else:
            self._shown = "spectra" if standing else "trend"

    def leave(self) -> bool:
        """Esc: stop reading an earlier run, take the cursor away, or go back to the spectra; return whether it did."""
        if self._background is not None and self._background.stop():
            return True
        if self._shown == "spectra":
            return self._view is not None and self._view.release_cursor()
        self._shown = "spectra"
        self._place()
        return True

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        if self._view is not None:
            self._view.set_theme(dress.theme)
            self._view.set_scale(dress.scale)
        for view in (self._trend, self._waterfall, self._pair):
            if view is not None:
                view.set_dress(dress)
        self._place()
        self.update()

    def show_run(self, run: Run | None) -> None:
        """Show a run; where it only grew, only what is new is drawn."""
        if run is not self._run:
            self._run = run
            if self._view is not None:
                self._draw_run(self._view)

    def show_excitations(self, excitations: Sequence[ExcitationReading]) -> None:
        """Take the excitation spectra that belong to the run, for the pair view."""
        self._excitations = tuple(excitations)
        if self._pair is not None:
            self._pair.set_excitations(self._excitations)
            self._draw_others()

    @property
    def view_words(self) -> str:
        """Get how the curves are looked at: "As measured"; nothing before the first paint."""
        return "" if self._view is None else self._view.view_words

    def show_hidden(self, numbers: frozenset[int]) -> None:
        """Draw no curve of the aliquots with these numbers."""
        self._hidden = numbers
        if self._view is not None:
            self._view.set_hidden(numbers)

    def show_background(self, run: Run | None, name: str = "") -> None:
        """Draw an earlier run in grey behind all curves, with its name; None takes it away."""
        self._earlier = (run, name)
        if self._view is not None:
            self._view.show_background(run, name)

    def show_live(self, frame: LiveFrame | None) -> None:
        """Draw the live curves, or none."""
        if self._view is not None and (frame is None or self._shown == "spectra"):
            self._view.show_live(frame)

    def explain(self, absorbance: str, emission: str) -> None:
        """Say in the plots, as long as they have no curve, what they wait for."""
        self._awaited = (absorbance, emission)
        if self._view is not None:
            self._view.explain(absorbance, emission)

    def select(self, number: int | None) -> None:
        """Speak of an aliquot in every view; None is the newest."""
        self._selected = number
        for view in (self._view, self._trend, self._waterfall):
            if view is not None:
                view.select(number)
        self._draw_others()

    def hover(self, number: int | None) -> None:
        """Speak of the aliquot under the pointer in every view."""
        self._hovered = number
        for view in (self._view, self._trend, self._waterfall):
            if view is not None:
                view.hover(number)
        self._draw_others()

    def install(self) -> None:
        """Make the spectra; done by itself after the first paint."""
        if self._view is not None:
            return
        from gui.spectrum_plot import SpectraView

        view = SpectraView(self._dress.theme)
        view.setParent(self)
        view.set_scale(self._dress.scale)
        view.pointed.connect(self.hovered)
        self._view = view
        self._place()
        view.set_hidden(self._hidden)
        view.show_background(*self._earlier)
        self._draw_run(view)
        view.explain(*self._awaited)
        view.select(self._selected)

    # -- rooms -----------------------------------------------------------------------------------------------------

    def _rooms(self) -> tuple[QRect, QRect | None]:
        """Return the rooms of the plots and of the trend beside them."""
        return beside_the_plots(self.rect(), self._dress)

    def _place(self) -> None:
        """Give every view its room."""
        if self._view is None:
            return
        plots, beside = self._rooms()
        if beside is not None and self._shown == "trend":
            self._shown = "spectra"
        if beside is None or not self._trend_beside:
            plots, beside = self.rect(), None
        trend = plots if self._shown == "trend" else beside
        wanted: tuple[tuple[QWidget | None, QRect | None], ...] = (
            (self._view, plots if self._shown == "spectra" else None),
            (self._trend if trend is None else self._trend_view(), trend),
            (self._waterfall_view() if self._shown == "waterfall" else self._waterfall, self._room("waterfall", plots)),
            (self._pair_view() if self._shown == "pair" else self._pair, self._room("pair", plots)),
        )
        for view, room in wanted:
            if view is not None:
                if room is not None:
                    view.setGeometry(room)
                view.setVisible(room is not None)
        self._draw_others()
        self.seen.emit(self.lit)

    def _room(self, shown: Shown, plots: QRect) -> QRect | None:
        return plots if self._shown == shown else None

    def _trend_view(self) -> TrendView:
        """Return the trend, made when it is first to be seen."""
        if self._trend is None:
            from gui.trend_plot import TrendView

            self._trend = TrendView(self._dress, self, past=self._past)
            self._join(self._trend)
        return self._trend

    def _waterfall_view(self) -> WaterfallView:
        """Return the waterfall, made when it is first to be seen."""
        if self._waterfall is None:
            from gui.waterfall import WaterfallView

            self._waterfall = WaterfallView(self._dress, self, past=self._past)
            self._join(self._waterfall)
        return self._waterfall

    def _pair_view(self) -> PairView:
        """Return the pair view, made when it is first to be seen."""
        if self._pair is None:
            from gui.pair_view import PairView

            self._pair = PairView(self._dress, self)
            self._pair.set_excitations(self._excitations)
        return self._pair

    def _background_run(self) -> BackgroundRun:
        """Return what reads an earlier run, made when one is first asked for."""
        if self._background is None:
            from gui.background_run import BackgroundRun

            self._background = BackgroundRun(self, self.said.emit, self)
        return self._background

    def _join(self, view: TrendView | WaterfallView) -> None:
        """Let a view speak of the same aliquot as the others."""
        view.hovered.connect(self.hovered)
        view.hovered.connect(self.hover)
        view.chosen.connect(self.chosen)
        view.select(self._selected)

    # -- drawing ---------------------------------------------------------------------------------------------------

    def _draw_run(self, view: SpectraView) -> None:
        """Draw all of a run."""
        view.set_run(self._run)
        if self._past:
            view.show_onset(confirmed=True)
        self._set_guards(view)
        self._draw_others()

    def _draw_others(self) -> None:
        """Bring the views beside the spectra that are to be seen up to the run as it stands."""
        planned_s = () if self._run is None or self._past else self._run.recipe.schedule_s
        if self._trend is not None and not self._trend.isHidden():
            from station.trend import NONE, trends

            if self._trends is None or self._run is None or self._trends.aliquots is not self._run.all_aliquots:
                self._trends = trends(self._run, self._trends or NONE)
            self._trend.show_trends(self._trends, planned_s if self._trends.since_t0 else ())
        if self._waterfall is not None and not self._waterfall.isHidden():
            timed = self._run is not None and self._run.t0 is not None
            self._waterfall.show_run(self._run, planned_s if timed else ())
        if self._pair is not None and not self._pair.isHidden():
            number = self._selected if self._hovered is None else self._hovered
            schedule_s = () if self._run is None else self._run.recipe.schedule_s
            self._pair.show_aliquot(run_times.aliquot(self._run, number), schedule_s)

    def _set_guards(self, view: SpectraView) -> None:
        """Draw what only looks like emission, and from where on emission is seen."""
        view.set_guards(
            excitation_nm=None if self._run is None else self._run.optics.excitation_nm,
            raman=() if self._run is None else guards.raman(self._run),
            seen_from=guards.seen_from(self._run),
        )

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Give every view its room."""
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground of the plots until they are there."""
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.install)
        if self._view is None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), colour(self._dress.theme.surface))
            painter.end()
