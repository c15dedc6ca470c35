"""One virtual bench: lamp, LED, room and cuvette, and the hand that places the cuvette."""

from __future__ import annotations

import numpy as np

from instruments.virtual import optics
from instruments.virtual.hand import Command, Hand
from instruments.virtual.samples import Liquid

NOMINAL_UV_MA = 20.0


class Bench:
    """What every detector and the LED driver have before them; its time is the hand's.

    `seed` makes every run repeatable; `incarnation` counts how often the process was started again, so that noise
    is never replayed while the cuvette stands as it stood. `probe_on` and `uv_on` are what the lights do; `scene`
    grows with every change of what stands in their way.
    """

    def __init__(self, *, seed: int = 0, incarnation: int = 0, hand: Hand | None = None) -> None:
        self.hand = Hand() if hand is None else hand
        self.seed = seed
        self.incarnation = incarnation
        self.scene = 0
        self.probe_on = False
        self.uv_on = False
        self.uv_ma = NOMINAL_UV_MA
        self.liquid: Liquid | None = None
        self._pour()

    def obey(self, command: Command) -> None:
        """Let the hand do `command`."""
        before = self.hand
        self.hand = before.after(command)
        if self.hand.sample is not before.sample:
            self._pour()
        if self.hand.placements != before.placements:
            self.scene += 1

    def switch_probe(self, on: bool) -> None:
        """Set the lamp, as the spectrometer's lamp line does."""
        self.probe_on = on
        self._testify(f"probe {'on' if on else 'off'}")

    def switch_uv(self, on: bool) -> None:
        """Set the LED, as its driver does."""
        self.uv_on = on
        self._testify(f"uv {'on' if on else 'off'}")

    def placing(self) -> tuple[float, float]:
        """Return how the cuvette happens to stand: its offset in absorbance, the share of the LED line it scatters."""
        if self.hand.sample is None or not self.hand.sample.handled:
            return 0.0, 1.0
        placing = np.random.default_rng((self.seed, 1_000_003, self.hand.placements))
        offset, scatter = placing.normal(0.0, (optics.PLACEMENT_SIGMA, optics.SCATTER_SIGMA))
        return float(offset), 1.0 + float(scatter)

    def _testify(self, line: str) -> None:
        if self.hand.witness is not None:
            with open(self.hand.witness, "a", encoding="utf-8") as logbook:
                logbook.write(line + "\n")

    def _pour(self) -> None:
        self.liquid = None if self.hand.sample is None else self.hand.sample.pour()
        self.scene += 1
