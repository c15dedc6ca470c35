"""How long the cuvette in the holder has been under UV, as far as the station knows."""

from __future__ import annotations

from dataclasses import dataclass

from station.cycle import SETTLE_S


@dataclass(slots=True)
class UvTime:
    """Counts the seconds: by the clock where a hand switches UV, else by exposures, which no pace of a clock changes.

    After `cuvette_is_done` the next UV falls on another cuvette, and the count begins again.
    """

    seconds: float = 0.0
    _since_s: float | None = None
    _by_clock: bool = False
    _cuvette_is_done: bool = False

    def begin(self, *, by_clock: bool) -> None:
        """Count what comes now in this way, unless UV is on already."""
        if self._since_s is None:
            self._by_clock = by_clock

    def note(self, now_s: float, *, on: bool) -> None:
        """Take in whether UV is on at this time of the station's clock."""
        was_on = self._since_s is not None
        if self._since_s is not None and self._by_clock:
            self.seconds += now_s - self._since_s
        elif on and not was_on and self._cuvette_is_done:
            self.seconds, self._cuvette_is_done = 0.0, False
        self._since_s = now_s if on else None
        if not was_on:
            self.expose(SETTLE_S)

    def expose(self, seconds: float) -> None:
        """Add an exposure, or the settling before it, if UV is on and not counted by the clock."""
        if self._since_s is not None and not self._by_clock:
            self.seconds += seconds

    def cuvette_is_done(self) -> None:
        """Know that the cuvette in the holder was measured."""
        self._cuvette_is_done = True
