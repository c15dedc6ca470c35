"""A cuvette that absorbs too much: how far to dilute it, and what becomes of the aliquot that is measured again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, isfinite, log10

import numpy as np

from analysis.findings import Species
from analysis.spectrum import Spectrum
from analysis.wording import grouped
from station.records import Aliquot
from station.run import Run
from station.schedule import ladder, next_due

MOST_A = 1.2  # at a named peak: beyond it stray light and the step of the converter eat into the height
WANTED_A = 0.5  # where a peak is to come: the relative noise of an absorbance is least between 0.3 and 0.9
LEAST_FOLD = 2.5  # also where even WANTED_A would be beyond the ceiling
ROW = (1, 2, 5)  # what pipettes and flasks make without arithmetic
FIRST_EXCITONS_NM = (
    430.0,
    700.0,
)  # where clusters and dots have their first band; more absorbs below it
NEAR_A = 0.3  # below the ceiling: as much light again is stray
DARK_TIMES = 2.0  # the ceiling: what lets nothing through is higher by nobody knows how much
BAND_PIXELS = 8  # beyond the ceiling: about 3 nm, one noisy pixel is no band
REPEATED_WITHIN_S = 1800.0  # the same vial is diluted again within this time; what comes later was drawn anew
KNOWN_WITHIN_NM = 0.7  # of a peak: the values that its height is taken from
OTHER = "other"


@dataclass(frozen=True, slots=True)
class TooStrong:
    """An aliquot that absorbs too much: where, how much (at least so much where `dark`), and what it comes to.

    `fold` is how many times more it is diluted, `dilution` what the next cuvette then has in all (None: that of this
    one is not known).
    """

    number: int
    drawn_at_s: float
    peak: str
    absorbance: float
    dark: bool
    fold: float
    dilution: float | None

    @property
    def to(self) -> str:
        """Get what to do: "dilute to 200×", or, where nobody knows how far it was diluted, "dilute 5× more"."""
        return f"dilute {factor(self.fold)} more" if self.dilution is None else f"dilute to {factor(self.dilution)}"

    @property
    def then(self) -> str:
        """Get what to do as the line that leads through the aliquot: "dilute to 200×, then Space"."""
        return f"{self.to}, then Space"

    @property
    def of(self) -> str:
        """Get what the aliquot that is measured again bears as its note."""
        return f"aliquot {self.number} again, more dilute: {self.peak} was too strong"

    @property
    def sentence(self) -> str:
        """Get what is too strong and what to do: "A449 is 1.31: dilute to 200× and press Space"."""
        height = "beyond what can be shown" if self.dark else grouped(self.absorbance, 2)
        return f"{self.peak} is {height}: {self.to} and press Space"


def factor(dilution: float) -> str:
    """Return a dilution as it is written on a vial: "200×", "1 000×", "2.5×"."""
    decimals = 0 if dilution >= 10.0 or dilution == round(dilution) else 1
    return f"{grouped(dilution, decimals)}×"


@lru_cache(maxsize=4)
def too_strong(aliquot: Aliquot) -> TooStrong | None:
    """Return that a named peak of this aliquot stands above MOST_A or the ceiling; None where all can be trusted.

    It is asked for ten times a second, and worked out once for each aliquot as it stands.
    """
    absorbance, findings = aliquot.reading.absorbance, aliquot.reading.findings
    found = None if absorbance is None or findings is None else strongest(absorbance, findings.species)
    if found is None:
        return None
    peak, height, dark = found
    likely = DARK_TIMES * height if dark else height
    diluted = aliquot.dilution
    wanted = _next_in_row(max(likely / WANTED_A, LEAST_FOLD) * (1.0 if diluted is None else diluted))
    fold = wanted if diluted is None else wanted / diluted
    dilution = None if diluted is None else wanted
    return TooStrong(aliquot.number, aliquot.drawn_at_s, peak, height, dark, fold, dilution)


def strongest(absorbance: Spectrum, species: Sequence[Species]) -> tuple[str, float, bool] | None:
    """Return what stands highest above MOST_A or the ceiling, None where nothing does.

    Its name ("A449"), its absorbance, and whether next to no light comes through, so that this is the least it can be.
    """
    if absorbance.unit != "A":
        return None
    heights = [(symbol(one), _height(absorbance, one.nm), False) for one in species if one.name != OTHER]
    strong = [(peak, height, dark) for peak, height, dark in heights if height is not None and height >= MOST_A]
    return max([*strong, *_beyond(absorbance)], key=lambda each: each[1], default=None)


def repeat(run: Run | None, now_s: float) -> TooStrong | None:
    """Return the newest aliquot where it is too strong and the next cuvette, by now, would be the same one diluted."""
    if run is None or not may_repeat(run, now_s):
        return None
    return too_strong(run.all_aliquots[-1])


def may_repeat(run: Run | None, now_s: float) -> bool:
    """Return whether what is captured now may be the newest aliquot once more.

    It is not any more once the next planned aliquot is due, or after REPEATED_WITHIN_S: nobody's new aliquot is taken
    for a dilution of an old one. A reading that came by itself was drawn by nobody and is repeated by nobody.
    """
    newest = run.all_aliquots[-1] if run is not None and run.all_aliquots else None
    if run is None or newest is None or newest.by_itself or newest.excluded is not None:
        return False
    left_s = due_in_s(run, now_s)
    return now_s - newest.measured_at_s <= REPEATED_WITHIN_S and (left_s is None or left_s > 0.0)


def words(run: Run | None) -> str:
    """Return what is too strong in the newest aliquot and what to do; nothing where it can be trusted."""
    newest = run.all_aliquots[-1] if run is not None and run.all_aliquots else None
    found = None if newest is None or newest.by_itself or newest.excluded is not None else too_strong(newest)
    return "" if found is None else found.sentence


def due_in_s(run: Run, now_s: float) -> float | None:
    """Return the seconds until the next planned aliquot is due, negative after it; None without t0 or a plan."""
    since_s, planned_s = run.reaction_time_s(now_s), _next_planned_s(run)
    return None if since_s is None or planned_s is None else planned_s - since_s


@lru_cache(maxsize=4)
def _next_planned_s(run: Run) -> float | None:
    """Return the reaction time of the next planned aliquot, worked out once for each run as it stands."""
    drawn = [a for a in run.all_aliquots if not a.by_itself]
    taken = [(a.number, a.reaction_time_s) for a in drawn if a.reaction_time_s is not None]
    due = next_due(ladder(run.recipe.schedule_s, taken))
    return None if due is None else due.planned_s


def _height(absorbance: Spectrum, nm: float) -> float | None:
    """Return the whole absorbance at a wavelength, background and all; None where nothing is known there."""
    near = absorbance.valid & (np.abs(absorbance.wavelengths_nm - nm) <= KNOWN_WITHIN_NM)
    return float(np.median(absorbance.values[near])) if np.any(near) else None


def _beyond(absorbance: Spectrum) -> tuple[tuple[str, float, bool], ...]:
    """Return the place of a band that lets next to nothing through: no peak is found where there are no values."""
    if absorbance.ceiling is None:
        return ()
    nm, highest = absorbance.wavelengths_nm, absorbance.ceiling
    with np.errstate(invalid="ignore"):
        dark = np.isfinite(highest) & ~(absorbance.values < highest - NEAR_A)
    dark &= (nm >= FIRST_EXCITONS_NM[0]) & (nm <= FIRST_EXCITONS_NM[1])
    if np.count_nonzero(dark) < BAND_PIXELS:
        return ()
    at = float(np.median(nm[dark]))
    return ((f"A{at:.0f}", float(np.median(highest[dark])), True),)


def symbol(species: Species) -> str:
    """Return the name of a band's height: A449 for MSC-449, else A and the band's own whole nanometre."""
    number = species.name.rpartition("-")[2]
    own = number.isdigit() and species.role != "E2"
    return f"A{number}" if own else f"A{species.nm:.0f}"


def _next_in_row(dilution: float) -> float:
    """Return the nearest of 1, 2, 5, 10, 20 ... by its ratio."""
    if not isfinite(dilution) or dilution <= 1.0:
        return 1.0
    power = floor(log10(dilution))
    row = [step * 10.0**power for step in (*ROW, 10)]
    return min(row, key=lambda each: abs(log10(each / dilution)))
