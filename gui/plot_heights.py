"""The heights a plot shows: they follow what is in sight, and keep still while it fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from gui.overlay_layer import Curve
from gui.plot_axes import Envelope, Range, Summits, fills, fits, rounded, sure_extent

DETECTOR_NM = (150.0, 1200.0)
HEADROOM = 1.06  # a new range has this much more than it needs, so that the next aliquot finds it fitting
LIVE_CALM_S = 3.0  # so long the live curve must have been small before the range shrinks to it
MOST_FOR_NAMES = 0.5  # of the curves' height may stay free for the names over the peaks


class Heights:
    """What the curves of a plot need and what it shows of it. `least` is shown in any case, nothing above `most`.

    `free_above` is the share of the height that the names over the peaks take; 0 where they stand elsewhere.
    """

    def __init__(self) -> None:
        self.least: Range = (0.0, 1.0)
        self.most = inf
        self.free_above = 0.0
        self.shown: Range = (0.0, 1.0)
        self._curves, self._behind, self._summits = Envelope(*DETECTOR_NM), Envelope(*DETECTOR_NM), Summits()
        self._live: Curve | None = None
        self._guest: Curve | None = None
        self._calm_since_s: float | None = None

    def replace(self, curves: Iterable[Curve], named: Sequence[tuple[float, float]]) -> None:
        """Hold these curves and no others; `named` are (nm, height) of all peaks that are ever named."""
        self._curves, self._summits = Envelope(*DETECTOR_NM), Summits()
        for curve in curves:
            self.add(curve)
        self._summits.add(named)

    def add(self, curve: Curve, named: Sequence[tuple[float, float]] = ()) -> None:
        """Hold one more curve."""
        self._curves.add(curve.wavelengths_nm, curve.values, curve.sigma)
        self._summits.add(named)

    def put_behind(self, curves: Iterable[Curve]) -> None:
        """Hold these curves behind the others."""
        self._behind = Envelope(*DETECTOR_NM)
        for curve in curves:
            self._behind.add(curve.wavelengths_nm, curve.values, curve.sigma)

    def put_live(self, live: Curve | None) -> None:
        """Hold this live curve."""
        self._live = live

    def put_guest(self, guest: Curve | None) -> bool:
        """Hold a curve that is none of the others; return whether that is another one than before."""
        changed, self._guest = guest is not self._guest, guest
        return changed

    def fit(self, within: Range) -> None:
        """Show what these wavelengths need, and a little more."""
        self._calm_since_s = None
        self.shown = rounded(self._needed(within, HEADROOM))

    def settle(self, within: Range) -> None:
        """Change only where what is in sight does not fit or hardly fills what is shown."""
        needed = self._needed(within)
        if not (fits(self.shown, needed) and fills(self.shown, needed)):
            self.fit(within)

    def follow_live(self, within: Range, clock_s: float) -> bool:
        """Change for the live curve, at once to grow, after a while to shrink; return whether they did."""
        needed = self._needed(within)
        if fits(self.shown, needed):
            if fills(self.shown, needed):
                self._calm_since_s = None
                return False
            self._calm_since_s = clock_s if self._calm_since_s is None else self._calm_since_s
            if clock_s - self._calm_since_s < LIVE_CALM_S:
                return False
        self.fit(within)
        return True

    def _needed(self, within: Range, headroom: float = 1.0) -> Range:
        """Return the heights that what is in sight needs, with room for the names over the peaks."""
        low, high = self.least
        extents = [self._curves.within(within), self._behind.within(within)]
        for curve in (self._live, self._guest):
            if curve is not None:
                first, last = curve.wavelengths_nm.searchsorted(within)
                part = slice(max(0, int(first) - 1), int(last) + 1)
                extents.append(sure_extent(curve.values[part], curve.sigma[part]))
        for extent in extents:
            if extent is not None:
                low, high = min(low, extent[0] * headroom), max(high, extent[1] * headroom)
        high = min(high, max(self.most, self.least[1]))
        low = min(low, -0.03 * high)
        share, summit = min(MOST_FOR_NAMES, self.free_above), self._summits.within(within)
        if share and summit is not None:
            high = max(high, headroom * (min(summit, high) - low * share) / (1.0 - share))
        return (low, high) if high > low else (low, low + 1.0)
