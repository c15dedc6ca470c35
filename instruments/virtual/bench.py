"""One virtual bench: lamp, LED, room and cuvette, and the hand that places the cuvette."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from instruments.spectrometer import Role
from instruments.virtual import optics
from instruments.virtual.hand import Command, Hand, SwitchByHand
from instruments.virtual.samples import Liquid

NOMINAL_UV_MA = 20.0


class Bench:
    """What every detector and the LED driver have before them; its time is the hand's.

    `seed` makes every run repeatable; `incarnation` counts how often the process was started again, so that noise
    is never replayed while the cuvette stands as it stood. `probe_on` and `uv_on` are what the lines of the two
    lights say, `probe_level` and `uv_level` how brightly they then shine. `scene` grows with every change of what
    stands in their way. `scan_begins` is called by every detector before it exposes.
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
        self.scan_begins: Callable[[], None] = _nothing
        self._pour()

    def obey(self, command: Command) -> None:
        """Let the hand do `command`."""
        before = self.hand
        self.hand = before.after(command)
        if self.hand.sample is not before.sample:
            self._pour()
        if (self.hand.placements, self.hand.offsets_nm) != (before.placements, before.offsets_nm):
            self.scene += 1
        if isinstance(command, SwitchByHand):
            self._testify(command.role, command.on)

    def switch_probe(self, on: bool) -> None:
        """Set the lamp, as the spectrometer's lamp line does."""
        self.probe_on = on
        self._testify("probe", on)

    def switch_uv(self, on: bool) -> None:
        """Set the LED, as its driver does."""
        self.uv_on = on
        self._testify("uv", on)

    @property
    def probe_level(self) -> float:
        """Get how brightly the probe shines into the cuvette, 1 as usual; what leaks past it never goes out."""
        lit = self.probe_on or self.hand.steady_probe or "probe" in self.hand.by_hand
        return self.hand.share("probe") * (1.0 if lit else self.hand.share("leak"))

    @property
    def uv_level(self) -> float:
        """Get how brightly the LED shines into the cuvette, 1 as usual."""
        lit = self.uv_on or "uv" in self.hand.by_hand
        return self.hand.share("uv") * self.uv_ma / NOMINAL_UV_MA if lit else 0.0

    def placing(self) -> tuple[float, float]:
        """Return how the cuvette happens to stand: its offset in absorbance, the share of the LED line it scatters."""
        if self.hand.sample is None or not self.hand.sample.handled:
            return 0.0, 1.0
        placing = np.random.default_rng((self.seed, 1_000_003, self.hand.placements))
        offset, scatter = placing.normal(0.0, (optics.PLACEMENT_SIGMA, optics.SCATTER_SIGMA))
        return float(offset), 1.0 + float(scatter)

    def _testify(self, role: Role, on: bool) -> None:
        if self.hand.witness is not None:
            with open(self.hand.witness, "a", encoding="utf-8") as logbook:
                logbook.write(f"{role} {'on' if on else 'off'}\n")

    def _pour(self) -> None:
        self.liquid = None if self.hand.sample is None else self.hand.sample.pour()
        self.scene += 1


def _nothing() -> None:
    pass
