"""The recipe: what is weighed and set, and how an aliquot is diluted and measured; and all that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from station.reagents import PAPER_DILUTION, Degassing, Dilution, Reagent

HOUR_S = 3600.0
PAPER_SCHEDULE_S = tuple(hours * HOUR_S for hours in (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is weighed and set, and how an aliquot is diluted and measured.

    Volumes in ml, temperature in degrees Celsius, schedule in seconds since t0; None is not known.
    `material` None means that no species can be named. `topte` is the stock of the chalcogen (TOPSe, where selenides
    are made). The solvent fills the flask up to `volume_ml`. `aliquot_ml` is what is drawn each time, `diluted` how it
    is diluted before it is measured. `photo_lamp_nm` is the lamp under which it is photographed. `remind_s` is how long
    before an aliquot is due the station says so (None: it does not).
    `false_alarm` is the largest share of runs of 6 h without dots in which the onset may be flagged all the same; it
    holds for a whole run, because a test whose threshold moves on the way keeps no promise. The same is true of
    `bright_counts_per_s`, the emission at which dots end up on this bench: 0.5 % of it is an onset.
    """

    name: str
    material: str | None = None
    solvent: str | None = None
    temperature_c: float | None = None
    cd_oleate: Reagent | None = None
    topte: Reagent | None = None
    top: Reagent | None = None
    oam: Reagent | None = None
    volume_ml: float = 50.0
    degassing: Degassing | None = None
    atmosphere: str | None = None
    aliquot_ml: float | None = None
    diluted: Dilution | None = PAPER_DILUTION
    photo_lamp_nm: float | None = None
    schedule_s: tuple[float, ...] = PAPER_SCHEDULE_S
    remind_s: float | None = 120.0
    source: str = ""
    false_alarm: float = 0.01
    bright_counts_per_s: float = 20_000.0

    @property
    def reagents(self) -> tuple[Reagent | None, ...]:
        """Get what goes into the flask beside the solvent: Cd(oleate)2, chalcogen, TOP, OAM."""
        return (self.cd_oleate, self.topte, self.top, self.oam)

    @property
    def says_nothing(self) -> bool:
        """Get whether nothing is said of the flask, as of a run that was begun without a recipe."""
        return self.solvent is None and not any(self.reagents)

    @property
    def cd_mmol(self) -> float | None:
        """Get the amount of Cd(oleate)2 in mmol."""
        return None if self.cd_oleate is None else self.cd_oleate.mmol

    @property
    def te_mmol(self) -> float | None:
        """Get the amount of the chalcogen in mmol."""
        return None if self.topte is None else self.topte.mmol

    @property
    def top_ml(self) -> float | None:
        """Get the volume of TOP that is added, in ml."""
        return None if self.top is None else self.top.ml

    @property
    def top_mmol(self) -> float | None:
        """Get the amount of TOP that is added, in mmol, without that of the chalcogen's stock."""
        return None if self.top is None else self.top.mmol

    @property
    def oam_mmol(self) -> float | None:
        """Get the amount of oleylamine in mmol."""
        return None if self.oam is None else self.oam.mmol

    @property
    def cd_te(self) -> float | None:
        """Get the ratio Cd:Te, or None where an amount is missing."""
        if self.cd_mmol is None or not self.te_mmol:
            return None
        return self.cd_mmol / self.te_mmol

    @property
    def te_mm(self) -> float | None:
        """Get the concentration of the chalcogen in the flask in mmol/l, or None where it is not known."""
        return None if self.te_mmol is None or not self.volume_ml else 1000.0 * self.te_mmol / self.volume_ml

    @property
    def solvent_ml(self) -> float | None:
        """Get the balance that the solvent makes up, in ml: below zero where the reagents do not fit into the volume.

        None where the volume of a reagent is not known.
        """
        parts = [None if reagent is None else reagent.ml for reagent in self.reagents]
        known = [ml for ml in parts if ml is not None]
        return self.volume_ml - sum(known) if len(known) == len(parts) else None

    @property
    def degassed(self) -> bool | None:
        """Get whether the flask was degassed, or None where it is not known."""
        return None if self.degassing is None else self.degassing.done

    @property
    def dilution(self) -> float | None:
        """Get by how much an aliquot is diluted: 101 for 50 ul into 5 ml; None where it is not known."""
        return None if self.diluted is None else self.diluted.factor
