"""The aliquots of a run as curves: their colours, what a view makes of them, and what of it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from operator import is_
from time import perf_counter

import numpy as np
from PySide6.QtGui import QColor

from analysis.spectrum import Spectrum
from gui.overlay_layer import Curve
from gui.plot_axes import Range
from gui.plot_content import curve_of, drawn, species_names
from gui.plot_labels import height_at
from gui.plot_thinning import Choice
from gui.shown.run_times import without_t0
from gui.theme import Theme, series_colour
from station.curve_views import Plot, Treatment, View, spectrum_of, treated, treatment, with_step
from station.records import Aliquot
from station.run import Run
from station.schedule import continuous_place, continuous_span_s, place

PLOTS: tuple[Plot, Plot] = ("absorbance", "emission")
MOST_NORMALISED = 1.6  # times the newest curve: the others are compared with it
HEIGHT_NM: Range = (400.0, 715.0)  # where the height of a curve decides how far apart a stack stands

Drawn = dict[Plot, list[Curve]]
Named = dict[Plot, list[tuple[float, float]]]


class Series:
    """What is drawn of one run. `grey` is an earlier run that lies behind: all in ink3.

    An aliquot that is excluded or hidden is not drawn among the others, nor are all of thousands. Curves are made a few
    at a time with `work`.
    """

    def __init__(self, theme: Theme, *, grey: bool = False) -> None:
        self.theme = theme
        self.grey = grey
        self.run: Run | None = None
        self.aliquots: tuple[Aliquot, ...] = ()
        self.hidden: frozenset[int] = frozenset()
        self.masked: Range | None = None
        self.treatments: dict[Plot, Treatment] = {plot: Treatment() for plot in PLOTS}
        self.left_out: dict[Plot, list[int]] = {plot: [] for plot in PLOTS}
        self.most: dict[Plot, float] = dict.fromkeys(PLOTS, inf)
        self.noise: dict[Plot, float] = dict.fromkeys(PLOTS, 0.0)
        self.ranks: dict[int, int] = {}
        self.unlike: list[Aliquot] = []
        self.choice = Choice()
        self._by_number: dict[int, Aliquot] = {}
        self._heights: dict[Plot, dict[int, float]] = {plot: {} for plot in PLOTS}
        self._span_s = 0.0
        self._making: Iterator[None] | None = None
        self.made: Drawn = {plot: [] for plot in PLOTS}
        self.named: Named = {plot: [] for plot in PLOTS}

    # -- which aliquots ------------------------------------------------------------------------------------------

    def take(self, run: Run | None) -> tuple[Aliquot, ...] | None:
        """Show this run from now on; return the aliquots that are new at its end, None where all is other than it was.

        An aliquot is the one that was shown where everything that is drawn of it is.
        """
        aliquots = () if run is None else run.all_aliquots
        shown, count = self.aliquots, len(self.aliquots)
        same_plan = run is not None and self.run is not None and run.recipe.schedule_s == self.run.recipe.schedule_s
        grown = len(aliquots) >= count and same_plan and _same(aliquots[:count], shown)
        self.run, self.aliquots = run, aliquots
        if not grown:
            self._by_number = {aliquot.number: aliquot for aliquot in aliquots}
            self._heights = {plot: {} for plot in PLOTS}
            self.unlike, self.choice = [], Choice()
            self._span_s = 0.0
        new = aliquots[count:] if grown else aliquots
        if grown:
            self._by_number.update((aliquot.number, aliquot) for aliquot in new)
            if not all(map(is_, aliquots[:count], shown)):
                self._by_number.update((aliquot.number, aliquot) for aliquot in aliquots[:count])
        self._note_optics(new)
        self.choice.add(new)
        outgrown = self._outgrown(new)
        return new if grown and not outgrown else None

    def _note_optics(self, new: Sequence[Aliquot]) -> None:
        """Keep one aliquot of each optical set-up that emission was measured through."""
        for aliquot in new:
            known = self.unlike and self.unlike[-1].optics is aliquot.optics
            if known or aliquot.reading.emission is None:
                continue
            if all(aliquot.optics.of_emission != other.optics.of_emission for other in self.unlike):
                self.unlike.append(aliquot)

    def _outgrown(self, new: Sequence[Aliquot]) -> bool:
        """Return whether the colours of the continuous mode must reach further than they did."""
        times = [a.reaction_time_s for a in new if a.by_itself and a.reaction_time_s is not None]
        span_s = continuous_span_s(max(times, default=0.0))
        outgrown = bool(times) and span_s > self._span_s > 0.0
        self._span_s = max(self._span_s, span_s if times else 0.0)
        return outgrown

    def aliquot(self, number: int | None) -> Aliquot | None:
        """Return the aliquot with this number, or None."""
        return None if number is None else self._by_number.get(number)

    @property
    def newest(self) -> Aliquot | None:
        """Get the newest aliquot that counts."""
        return next((aliquot for aliquot in reversed(self.aliquots) if aliquot.excluded is None), None)

    def drawn_among(self, aliquot: Aliquot) -> bool:
        """Return whether an aliquot is drawn among the others."""
        return aliquot.excluded is None and aliquot.number not in self.hidden and self.choice.draws(aliquot)

    # -- what a view makes of them -------------------------------------------------------------------------------

    def look(self, view: View, chosen: Aliquot | None, cursor_nm: float | None) -> bool:
        """Look at the curves in this view from now on; return whether that draws anything otherwise than before."""
        before = dict(self.treatments)
        counting = [aliquot for aliquot in self.aliquots if aliquot.excluded is None]
        spoken = chosen or (next(iter(counting), None) if view == "difference" else self.newest)
        for plot in PLOTS:
            made = treatment(view, plot, counting, spoken, cursor_nm)
            if made.view == "stacked":
                among = [aliquot for aliquot in counting if self.drawn_among(aliquot)]
                made = with_step(made, [self._height(plot, aliquot) for aliquot in among], len(among))
            self.treatments[plot] = made
            self._settle_bounds(plot)
        return before != self.treatments

    def _settle_bounds(self, plot: Plot) -> None:
        """Set where a plot is cut, since what is weak grows without end where it is normalised, and its noise."""
        newest, view = self.newest, self.treatments[plot].view
        self.most[plot], self.noise[plot] = inf, 0.0
        spectrum = None if newest is None or view not in ("normalised", "derivative") else spectrum_of(newest, plot)
        shown = None if spectrum is None else self.shown(spectrum, plot, 0)
        if shown is not None and view == "normalised":
            self.most[plot] = MOST_NORMALISED * max(1.0, _sure_height(shown, self._mask(plot)))
        elif shown is not None and shown.valid.any():
            self.noise[plot] = float(np.median(shown.sigma[shown.valid]))

    def _height(self, plot: Plot, aliquot: Aliquot) -> float:
        """Return how high a spectrum surely reaches where clusters and dots are seen."""
        known = self._heights[plot]
        if aliquot.number not in known:
            spectrum = spectrum_of(aliquot, plot)
            known[aliquot.number] = 0.0 if spectrum is None else _sure_height(spectrum, self._mask(plot))
        return known[aliquot.number]

    def _mask(self, plot: Plot) -> Range | None:
        return self.masked if plot == "emission" else None

    def shown(self, spectrum: Spectrum, plot: Plot, rank: int) -> Spectrum | None:
        """Return a spectrum as the view draws it, or None where it cannot."""
        return treated(self.treatments[plot], drawn(spectrum, self._mask(plot)), rank)

    def rank(self, aliquot: Aliquot | None) -> int:
        """Return the place of an aliquot in a stack; the last one for what is not drawn in it."""
        last = max(0, len(self.ranks) - 1)
        return last if aliquot is None else self.ranks.get(aliquot.number, last)

    def curve(self, aliquot: Aliquot, plot: Plot) -> Curve | None:
        """Return the curve of an aliquot in its colour, or None where it has none or the view cannot draw it."""
        spectrum = spectrum_of(aliquot, plot)
        shown = None if spectrum is None else self.shown(spectrum, plot, self.rank(aliquot))
        return None if shown is None else curve_of(aliquot.number, shown, self.ink(aliquot))

    def ink(self, aliquot: Aliquot) -> QColor:
        """Return the colour of an aliquot: by its place in the ladder, grey where it does not count."""
        if self.grey or aliquot.excluded is not None:
            return QColor(self.theme.ink3)
        time_s = aliquot.reaction_time_s
        if time_s is None or self.run is None:
            return series_colour(without_t0(aliquot.number, self.run), self.theme)
        if aliquot.by_itself:
            return series_colour(continuous_place(time_s, self._span_s), self.theme)
        return series_colour(place(time_s, self.run.recipe.schedule_s), self.theme)

    # -- making curves -------------------------------------------------------------------------------------------

    @property
    def making(self) -> bool:
        """Get whether curves are still to be made."""
        return self._making is not None

    def begin(self) -> None:
        """Make every curve anew."""
        self.made = {plot: [] for plot in PLOTS}
        self.named = {plot: [] for plot in PLOTS}
        self.left_out = {plot: [] for plot in PLOTS}
        self.ranks = {a.number: rank for rank, a in enumerate(filter(self.drawn_among, self.aliquots))}
        self._making = self._make_all()

    def work(self, budget_s: float) -> bool:
        """Make curves for about `budget_s` seconds, at least those of one aliquot; return whether all are made."""
        until = perf_counter() + budget_s
        while self._making is not None:
            if next(self._making, self) is self:
                self._making = None
            elif perf_counter() >= until:
                return False
        return True

    def _make_all(self) -> Iterator[None]:
        index = 0
        while index < len(self.aliquots):
            for plot, (curve, named) in self.add(self.aliquots[index]).items():
                if curve is not None:
                    self.made[plot].append(curve)
                    self.named[plot].extend(named)
            index += 1
            yield

    def add(self, aliquot: Aliquot) -> dict[Plot, tuple[Curve | None, list[tuple[float, float]]]]:
        """Return, for each plot, the curve of one more aliquot and (nm, height) of the peaks named at it."""
        found: dict[Plot, tuple[Curve | None, list[tuple[float, float]]]] = {}
        if not self.drawn_among(aliquot):
            return found
        self.ranks.setdefault(aliquot.number, len(self.ranks))
        for plot in PLOTS:
            curve = self.curve(aliquot, plot)
            if curve is None and spectrum_of(aliquot, plot) is not None:
                self.left_out[plot].append(aliquot.number)
            found[plot] = (curve, [] if self.grey or plot == "emission" else _peaks(aliquot, curve))
        return found


def _same(ours: Sequence[Aliquot], shown: Sequence[Aliquot]) -> bool:
    """Return whether the same is drawn of all aliquots; most are the very same, only edited ones are made anew."""
    return all(map(is_, ours, shown)) or all(map(_alike, ours, shown))


def _alike(one: Aliquot, other: Aliquot) -> bool:
    return one is other or (
        one.number == other.number
        and one.reading is other.reading
        and one.reaction_time_s == other.reaction_time_s
        and (one.excluded is None) == (other.excluded is None)
        and one.optics is other.optics
    )


def _peaks(aliquot: Aliquot, curve: Curve | None) -> list[tuple[float, float]]:
    """Return (nm, height) of the named peaks on a curve, those not known left out."""
    if curve is None:
        return []
    names = species_names(aliquot.reading.findings, only_first=False)
    found = [(name.nm, height_at(curve, name.nm)) for name in names]
    return [(nm, value) for nm, value in found if value is not None]


def _sure_height(spectrum: Spectrum, masked: Range | None) -> float:
    nm = spectrum.wavelengths_nm
    inside = spectrum.valid & (nm >= HEIGHT_NM[0]) & (nm <= HEIGHT_NM[1])
    if masked is not None:
        inside &= (nm < masked[0]) | (nm > masked[1])
    return float(np.max(spectrum.values[inside] - 2.0 * spectrum.sigma[inside], initial=0.0))
