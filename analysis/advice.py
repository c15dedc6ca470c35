"""When to stop: the best lower bound of the product's absorbance while the chance that dots emit is below 5 %.

Live: stop as soon as the product's absorbance falls with 95 % certainty, or emission has begun, whichever is first.
It says when, never how: to stop a reaction is the chemist's own procedure.

The chance that dots emit is Bayes' rule for one reading, height normal about 0 or about the level of an onset, with a
prior of one in ten (8 of the paper's 18 flasks emit within a day, most of them in its second half). What cannot be
decided keeps the prior and so never counts as pure.

Readings through different cuvettes compare as what a 10 mm cuvette shows at the dilution that the run began with
(Beer and Lambert: A is proportional to path over dilution). Every absorbance in here is that.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import exp, hypot, isfinite, sqrt

from analysis.emission_light import LEVEL_COUNTS_PER_S
from analysis.findings import Advice, Emission, Species
from analysis.matched_band import PRESENT_SIGMAS
from analysis.sizing import PATH_MM, PIPETTING, relative_yield, to_one_cuvette
from analysis.spectrum import Quantity, Spectrum
from analysis.wording import duration, plus_minus

PRIOR = 0.1
PURE_BELOW = 0.05
CUVETTE_SHARE = 0.1  # of the level of an onset: what emission may be off beyond its sigma, by cuvette and lamp
LOWER = 1.645  # 95 %, one side
FALLS = 3.2  # sigmas: in 95 of 100 plateaus of a day no walking slope goes so low (simulated, 24 to 288 readings)
RECENT_SHARE = 0.25  # of the time since t0: over it a slope is taken, over three readings at least
WANDERS = 0.02  # of the largest absorbance, over that time: lamp and cuvette do as much, and it is no loss worth a stop
WRONG_SHARE = 0.1  # of the absorbance: how far the last reading is trusted until another one confirms it
SEEN_SIGMAS, BELIEVED = 5.0, 0.4
ABSENT = 0.003  # absorbance that a product which is not found may still have
SAME_NM = 6.0  # a band so near the product's place, under another name, is no proof that the product is gone
POINTS = 48
BY_ONSET = "Dots emit"  # how advice begins that rests on the onset
_PURE, _UNKNOWN, _EMITTING = 2, 1, 0  # how far a reading may be believed to be pure


@dataclass(frozen=True, slots=True)
class Harvest:
    """What the run has shown of its product; `Harvest()` starts a run. Never changed, always replaced.

    `points` are (reaction time in s, absorbance, sigma) of at most POINTS readings: beyond that the two nearest in
    time become their weighted mean. `best` is the reading with the best lower bound among the purest so far, `largest`
    the largest absorbance, all as in a 10 mm cuvette at the dilution `diluted` (None: none known so far). `rescaled`:
    at least one reading was measured otherwise. `stopped` says why more is not to be gained ("": it is).
    """

    product: str | None = None
    nm: float = 0.0
    points: tuple[tuple[float, float, float], ...] = ()
    purity: int = -1
    best_s: float = 0.0
    best: Quantity = field(default_factory=lambda: Quantity(0.0, 0.0))
    largest: Quantity = field(default_factory=lambda: Quantity(0.0, 0.0))
    stopped: str = ""
    diluted: float | None = None
    rescaled: bool = False


def advise(
    harvest: Harvest,
    species: tuple[Species, ...],
    absorbance: Spectrum | None,
    emission: Emission | None,
    reaction_time_s: float | None,
    *,
    flagged: bool,
    dismissed: bool = False,
    path_mm: float = 10.0,
    diluted: float | None = None,
    product: str | None = None,
    level: float = LEVEL_COUNTS_PER_S,
) -> tuple[Advice | None, Harvest]:
    """Take one reading in and return the advice, None while there is no product, and what the next one needs.

    `species` are as measured, through `path_mm`; `diluted` is the whole volume over the aliquot's (1: no pipette stands
    between flask and cuvette; None: not known, but one does). `flagged`: the onset has been flagged; `dismissed`:
    what was flagged is none, the chemist says. `product` names it (None: the first cluster that the run shows),
    `level` is the emission in counts/s that counts as an onset. Readings without a time since t0, or from before it,
    say nothing.
    """
    if reaction_time_s is None or not 0.0 <= reaction_time_s < float("inf"):
        return None, harvest
    if harvest.diluted is None and diluted is not None:
        harvest = replace(harvest, diluted=diluted)
    scale = to_one_cuvette(path_mm, diluted, harvest.diluted)
    if scale != 1.0:
        harvest = harvest if harvest.rescaled else replace(harvest, rescaled=True)
        species = tuple(replace(one, absorbance=scale * one.absorbance, sigma=scale * one.sigma) for one in species)
    harvest = _chosen(harvest, species, product)
    if harvest.product is None:
        return None, harvest
    emits = flagged and not dismissed
    emitting = 1.0 if emits else emission_chance(emission, level)
    now = _amount(harvest, species, absorbance, scale)
    if now is not None:
        now = Quantity(now.value, hypot(now.sigma, PIPETTING * now.value if diluted != 1.0 else 0.0))
        harvest = _gathered(harvest, now, reaction_time_s, emitting)
    if not harvest.points:
        return None, harvest
    before = "" if dismissed and harvest.stopped == BY_ONSET else harvest.stopped
    stopped = before or _stop(harvest, flagged=emits)
    if stopped != harvest.stopped:
        harvest = replace(harvest, stopped=stopped)
    return _advice(harvest, now or _last(harvest), emitting, emission, flagged=flagged), harvest


def emission_chance(emission: Emission | None, level: float = LEVEL_COUNTS_PER_S) -> float:
    """Return the probability that dots emit at the level of an onset or above, 0..1, given one reading."""
    if emission is None or emission.present is None or emission.intensity is None or emission.sigma is None:
        return PRIOR
    if emission.unit != "counts/s":
        level = PRESENT_SIGMAS * emission.sigma
    sigma = hypot(emission.sigma, CUVETTE_SHARE * level)
    height = emission.intensity if emission.present or emission.side_band_nm is None else 0.0
    if not (sigma > 0.0 and isfinite(height)):
        return PRIOR
    log_ratio = min(max(level * (height - 0.5 * level) / sigma**2, -50.0), 50.0)
    return 1.0 / (1.0 + (1.0 - PRIOR) / PRIOR * exp(-log_ratio))


def falling(points: tuple[tuple[float, float, float], ...]) -> Quantity | None:
    """Return the slope of the absorbance per hour over the last quarter of the time, None below three points.

    The last point counts with what a wrong aliquot may be off, so that one alone ends nothing that it does not dwarf.
    """
    if len(points) < 3:
        return None
    since = (1.0 - RECENT_SHARE) * points[-1][0]
    total = of_t = of_a = of_tt = of_ta = 0.0
    for count, (time_s, value, sigma) in enumerate(reversed(points)):
        if count >= 3 and time_s < since:
            break
        spread = hypot(sigma, WRONG_SHARE * points[-2][1]) if count == 0 else sigma
        t, weight = (time_s - points[-1][0]) / 3600.0, spread**-2.0
        total, of_t, of_a = total + weight, of_t + weight * t, of_a + weight * value
        of_tt, of_ta = of_tt + weight * t * t, of_ta + weight * t * value
    spread = total * of_tt - of_t**2
    if spread <= 1e-9 * total * of_tt or of_tt == 0.0:
        return None
    return Quantity((total * of_ta - of_t * of_a) / spread, sqrt(total / spread))


def _chosen(harvest: Harvest, species: tuple[Species, ...], product: str | None) -> Harvest:
    """Return the harvest with the run's product; the first one named stands once it was seen twice."""
    if len(harvest.points) >= 2:
        return harvest
    seen = [
        one
        for one in species
        if one.role == "E1"
        and (product is None or one.name == product)
        and one.confidence >= BELIEVED
        and one.absorbance > SEEN_SIGMAS * one.sigma > 0.0
    ]
    best = max(seen, key=lambda one: one.absorbance, default=None)
    if best is None or best.name == harvest.product:
        return harvest
    if harvest.product is not None and best.absorbance <= harvest.largest.value:
        return harvest
    return Harvest(best.name, best.nm, diluted=harvest.diluted, rescaled=harvest.rescaled)


def _amount(
    harvest: Harvest, species: tuple[Species, ...], absorbance: Spectrum | None, scale: float
) -> Quantity | None:
    """Return the product's absorbance; about 0 where it is gone, None where this reading cannot tell.

    What may be overlooked was measured in this cuvette: it counts by `scale`.
    """
    for one in species:
        if one.name == harvest.product and one.role != "E2":
            return Quantity(one.absorbance, one.sigma) if 0.0 < one.sigma < float("inf") else None
    if absorbance is None or any(abs(one.nm - harvest.nm) < SAME_NM for one in species):
        return None
    first, last = absorbance.wavelengths_nm.searchsorted((harvest.nm - SAME_NM, harvest.nm + SAME_NM))
    known = absorbance.valid[first:last]
    return Quantity(0.0, scale * ABSENT) if known.size and bool(known.all()) else None


def _gathered(harvest: Harvest, now: Quantity, time_s: float, emitting: float) -> Harvest:
    """Return the harvest with one more reading in it."""
    points = [*harvest.points, (time_s, now.value, now.sigma)]
    if len(points) > 1 and points[-2][0] > time_s:
        points.sort()
    if len(points) > POINTS:
        gaps = [later[0] - earlier[0] for earlier, later in pairwise(points)]
        nearest = gaps.index(min(gaps)) + 1
        points[nearest - 1 : nearest + 1] = [_mean(points[nearest - 1], points[nearest])]
    known = emitting < PRIOR or emitting > PRIOR
    purity = _PURE if emitting < PURE_BELOW else (_EMITTING if known else _UNKNOWN)
    lower = now.value - LOWER * now.sigma
    better = purity > harvest.purity or (
        purity == harvest.purity and lower > harvest.best.value - LOWER * harvest.best.sigma
    )
    largest = now if now.value > harvest.largest.value else harvest.largest
    if not better:
        purity, time_s, now = harvest.purity, harvest.best_s, harvest.best
    return replace(harvest, points=tuple(points), purity=purity, best_s=time_s, best=now, largest=largest)


def _mean(a: tuple[float, float, float], b: tuple[float, float, float]) -> tuple[float, float, float]:
    of_a, of_b = a[2] ** -2.0, b[2] ** -2.0
    total = of_a + of_b
    return (of_a * a[0] + of_b * b[0]) / total, (of_a * a[1] + of_b * b[1]) / total, total**-0.5


def _last(harvest: Harvest) -> Quantity:
    return Quantity(harvest.points[-1][1], harvest.points[-1][2])


def _stop(harvest: Harvest, *, flagged: bool) -> str:
    if flagged:
        return BY_ONSET
    slope = falling(harvest.points)
    if slope is None or slope.value >= -FALLS * slope.sigma:
        return ""
    window_h = RECENT_SHARE * harvest.points[-1][0] / 3600.0
    if -slope.value * window_h < WANDERS * harvest.largest.value:
        return ""
    return f"{harvest.product} falls, by {plus_minus(-slope.value, slope.sigma)} per hour"


def _advice(harvest: Harvest, now: Quantity, emitting: float, emission: Emission | None, *, flagged: bool) -> Advice:
    largest = harvest.largest
    share = None if now == largest else relative_yield(now, largest)
    return Advice(
        stop_now=bool(harvest.stopped),
        best_s=harvest.best_s,
        best=harvest.best,
        yield_now=share or Quantity(1.0 if largest.value > 0.0 else 0.0, 0.0),
        emitting=emitting,
        sentence=_sentence(harvest, emission, flagged=flagged),
        as_in=_as_in(harvest) if harvest.rescaled else "",
    )


def _as_in(harvest: Harvest) -> str:
    diluted = "" if harvest.diluted in (None, 1.0) else f" diluted {harvest.diluted:g} times"
    return f"as in a {PATH_MM:g} mm cuvette{diluted}"


def _sentence(harvest: Harvest, emission: Emission | None, *, flagged: bool) -> str:
    name = harvest.product
    best = f"{plus_minus(harvest.best.value, harvest.best.sigma)} at {duration(harvest.best_s)}"
    if harvest.rescaled:
        best += f", {_as_in(harvest)}"
    if harvest.purity == _PURE:
        word = f"Best without emission: {name} {best}."
    elif harvest.purity == _UNKNOWN:
        word = f"Best by absorbance alone: {name} {best}; whether dots emit was not decidable."
    else:
        word = f"No reading of {name} was without emission; the most of it: {best}."
    if harvest.stopped:
        return f"{harvest.stopped}: stop the reaction now by your own procedure. {word}"
    if emission is not None and emission.present and not flagged:
        return f"Emission seen; the next aliquot decides. {word}"
    return f"Nothing speaks for stopping yet. {word}"
