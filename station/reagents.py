"""What goes into the flask and what is done with an aliquot: reagents by volume, degassing, dilution."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neat:
    """A neat liquid: its density in g/ml, its molar mass in g/mol, and how much of its mass is the reagent (1: all)."""

    g_per_ml: float
    g_per_mol: float
    purity: float = 1.0

    @property
    def mmol_per_ml(self) -> float:
        """Get how much of the reagent a ml of the liquid holds, in mmol."""
        return 1000.0 * self.g_per_ml * self.purity / self.g_per_mol


CD_OLEATE_M, CHALCOGEN_M = 0.6, 1.0  # mol/l: the paper's stocks of Cd(oleate)2 and TOPTe
TOP_NEAT = Neat(0.831, 370.6, 0.97)  # trioctylphosphine 97 %: 2.17 mmol/ml
OAM_NEAT = Neat(0.813, 267.5, 0.70)  # oleylamine, technical, 70 %: 2.13 mmol/ml


@dataclass(frozen=True, slots=True)
class Reagent:
    """What the flask gets of a reagent: so many ml of a stock of `mmol_per_ml` (mol/l), or of a neat liquid.

    `weighed_mmol` is an amount that was weighed or is told by itself, with or without a volume; it then counts. None is
    not known.
    """

    ml: float | None = None
    mmol_per_ml: float | None = None
    neat: Neat | None = None
    weighed_mmol: float | None = None

    @property
    def strength(self) -> float | None:
        """Get how much a ml holds, in mmol, or None where it is not known."""
        if self.mmol_per_ml is not None:
            return self.mmol_per_ml
        if self.neat is not None:
            return self.neat.mmol_per_ml
        return self.weighed_mmol / self.ml if self.weighed_mmol is not None and self.ml else None

    @property
    def mmol(self) -> float | None:
        """Get the amount in mmol, or None where it is not known."""
        if self.weighed_mmol is not None:
            return self.weighed_mmol
        strength = self.strength
        return None if self.ml is None or strength is None else self.ml * strength

    def by_volume(self, usual: Reagent) -> Reagent:
        """Return this as a volume of a stock or liquid; what it does not say is that of the `usual` one."""
        told = self.strength
        if self.neat is not None or told is None:
            stock = Reagent(mmol_per_ml=self.mmol_per_ml, neat=self.neat) if told is not None else usual
        else:
            stock = Reagent(mmol_per_ml=told)
        ml, strength = self.ml, stock.strength
        if ml is None and self.weighed_mmol is not None and strength:
            ml = self.weighed_mmol / strength
        return Reagent(ml, stock.mmol_per_ml, stock.neat)


@dataclass(frozen=True, slots=True)
class Degassing:
    """The flask under vacuum before the reaction: so many minutes (0: not at all) at so many torr; None: not known."""

    minutes: float | None = None
    torr: float | None = None

    @property
    def done(self) -> bool:
        """Get whether the flask was degassed at all."""
        return self.minutes is None or self.minutes > 0.0


@dataclass(frozen=True, slots=True)
class Dilution:
    """How an aliquot is diluted: so many ul of it into so many ml of a diluent (None: which one is not known)."""

    aliquot_ul: float = 50.0
    into_ml: float = 5.0
    diluent: str | None = None

    @property
    def factor(self) -> float:
        """Get by how much the flask is thinner in the cuvette; 50 ul into 5 ml is 101, not 100."""
        return 1.0 + 1000.0 * self.into_ml / self.aliquot_ul

    @classmethod
    def by(cls, factor: float) -> Dilution:
        """Return the dilution of a factor that is told by itself, as 50 ul of the aliquot are diluted."""
        return cls(50.0, 0.05 * (factor - 1.0))


PAPER_DILUTION = Dilution()  # 50 ul into 5 ml
