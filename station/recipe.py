"""The recipe: what is weighed and set, and how an aliquot is diluted and measured."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3600.0
PAPER_SCHEDULE_S = tuple(hours * HOUR_S for hours in (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is weighed and set, and how an aliquot is diluted and measured.

    Amounts in mmol and ml, temperature in degrees Celsius, schedule in seconds since t0.
    `material` None means that no species can be named. `dilution` is exact: 50 ul into 5 ml is 101,
    not 100; None is not known, as in files that do not say.
    `false_alarm` is the largest share of runs of 6 h without dots in which the onset may be flagged all the same; it
    holds for a whole run, because a test whose threshold moves on the way keeps no promise. The same is true of
    `bright_counts_per_s`, the emission at which dots end up on this bench: 0.5 % of it is an onset.
    """

    name: str
    material: str | None = None
    solvent: str | None = None
    temperature_c: float | None = None
    cd_mmol: float | None = None
    te_mmol: float | None = None
    top_ml: float | None = None
    top_mmol: float | None = None
    oam_mmol: float | None = None
    volume_ml: float = 50.0
    degassed: bool | None = None
    dilution: float | None = 101.0
    schedule_s: tuple[float, ...] = PAPER_SCHEDULE_S
    source: str = ""
    false_alarm: float = 0.01
    bright_counts_per_s: float = 20_000.0

    @property
    def cd_te(self) -> float | None:
        """Get the ratio Cd:Te, or None where an amount is missing."""
        if self.cd_mmol is None or not self.te_mmol:
            return None
        return self.cd_mmol / self.te_mmol
