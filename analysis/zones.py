"""The reaction zone of a run: which of clusters, prenucleation complex and quantum dots it holds, why, and since when.

A zone rests on the newest readings together, none of them alone: the newest two count once each, the two before them a
half and a quarter, so that what flickers in one reading changes nothing and what has gone is forgotten after two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings import Emission, Findings, Passage, Species, Zone
from analysis.wording import duration, grouped, plus_minus

FIRST, SECOND, PRENUCLEATION, DOTS, OTHER = "MSC-449", "MSC-469", "PRE-430", "QD", "other"
WEIGHTS = (1.0, 1.0, 0.5, 0.25)  # of the newest reading, the one before it ...
LOOKED_BACK = 16  # readings, for four with absorbance where emission is measured more often
BELIEVED = 0.4  # weighted share of the readings, times confidence, from which something is there
# The tallest species of the newest reading needs no second witness from this absorbance (ten times the smallest that
# an ideal instrument sees, 0.001) and this confidence.
CLEAR, CLEARLY_NAMED = 0.01, 0.8
CLEAR_LIGHT = 5.0  # emission this many times what would just be seen needs none either
BESIDE_DOTS = 0.3  # share of the dots' absorbance below which MSC-449 or MSC-469 no longer makes the zone
BESIDE_FIRST = 0.25  # share of MSC-449 below which MSC-469 may be no more than the red flank of the first
# Share of the clusters' absorbance below which the broad band at 430 nm may be no more than what lies between their two
# transitions, and share of that band below which clusters may be no more than its red flank.
BESIDE_CLUSTERS, BESIDE_PRENUCLEATION = 0.12, 0.15
# Faint light beside clusters is a trace, not a zone (paper, Fig. 4B: "only 449 nm MSC", "faint green emission at 23 and
# 24 hours"): below this many times what would just be seen, while the dots' own absorbance is not to be told
# from nothing: a tail at 490-520 nm not surely above this share of the clusters.
TRACE_LIGHT, TRACE_TAIL = 10.0, 0.02
TOLD = 3  # so many species have a sentence of their own
GAP = 1  # so many readings in a row may miss what is there all the same
LIGHT = "light"  # among the names of species: emission


@dataclass(frozen=True, slots=True)
class ZoneJudgement:
    """The zone of a run so far, the sentences it rests on, and the zones it went through."""

    zone: Zone
    evidence: tuple[str, ...]
    path: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """Since when a species (or LIGHT) has been seen; `missed` counts the newest readings that looked in vain."""

    name: str
    since_s: float | None
    missed: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    """What the newest readings hold together.

    `heights` are absorbances by name of what is believed (newest readings count most), `passed_over` names what was
    seen and is not believed. `emits` None: not known. `trace`: light that makes no zone.
    """

    heights: dict[str, float]
    passed_over: tuple[str, ...]
    emits: bool | None
    trace: bool


def zone(findings: Sequence[Findings]) -> Zone:
    """Return the zone of a run, its readings oldest first.

    Dots count when they emit, or when they absorb and emission is not known. Where their emission was looked for
    and is absent, a band beyond 500 nm alone makes no dots: emission and that tail come together (paper,
    identification rules). A run of unknown material has no zone; the caller knows the material.
    """
    return _name(_held(findings[-LOOKED_BACK:]))


def present(seen: tuple[Presence, ...], newest: Findings) -> tuple[Presence, ...]:
    """Return since when everything has been seen, with one more reading in it.

    What two readings miss begins anew when it comes again. A reading without absorbance misses no species, and one
    whose emission was not measured no light.
    """
    shown = {one.name for one in newest.species if one.role != "E2" and one.name != OTHER}
    absorbed = newest.tail is not None or bool(newest.species)
    light = None if newest.emission is None else newest.emission.present
    if light:
        shown.add(LIGHT)
    kept = []
    for one in seen:
        if one.name in shown and one.missed <= GAP:
            shown.discard(one.name)
            kept.append(one if not one.missed else Presence(one.name, one.since_s))
        elif one.name not in shown:
            looked = light is not None if one.name == LIGHT else absorbed
            kept.append(Presence(one.name, one.since_s, one.missed + 1) if looked else one)
    return (*kept, *(Presence(name, newest.reaction_time_s) for name in sorted(shown)))


def judge_zone(history: Sequence[Findings], seen: tuple[Presence, ...] | None = None) -> ZoneJudgement:
    """Return zone, evidence and path of a run, its readings oldest first; all but the newest have their `zone` set.

    `seen` is what `present` returns for the newest reading; it knows the readings that are no longer in the history.
    None: the history is the whole run.

    The path holds a zone from the first reading that shows it; one that a single reading shows is taken out again
    where the next returns to the zone before. Nothing is known of a run without readings: "none", without a word.
    """
    if not history:
        return ZoneJudgement("none", (), ())
    held = _held(history[-LOOKED_BACK:])
    named = _name(held)
    if seen is None:
        seen = ()
        for one in history:
            seen = present(seen, one)
    return ZoneJudgement(named, tuple(_evidence(history, held, seen)), _path(history, named))


def _name(held: _Held) -> Zone:
    heights = held.heights
    of_dots = heights.get(DOTS, 0.0)
    first, second = heights.get(FIRST, 0.0), heights.get(SECOND, 0.0)
    prenucleation = heights.get(PRENUCLEATION, 0.0)
    clusters = max((a for name, a in heights.items() if name not in (DOTS, PRENUCLEATION)), default=0.0)
    if (held.emits or (held.emits is None and DOTS in heights)) and not held.trace:
        if second > max(BESIDE_DOTS * of_dots, BESIDE_FIRST * first):
            return "second MSC + QD"
        other = max((a for name, a in heights.items() if name not in (FIRST, SECOND, DOTS, PRENUCLEATION)), default=0.0)
        return "MSC + QD" if first > BESIDE_DOTS * of_dots or other > of_dots else "QD"
    if prenucleation and clusters <= BESIDE_PRENUCLEATION * prenucleation:
        return "prenucleation"
    if clusters:
        return "MSC + prenucleation" if prenucleation > BESIDE_CLUSTERS * clusters else "MSC"
    return "none"


def _held(last: Sequence[Findings]) -> _Held:
    light = last[: -len(WEIGHTS) - 1 : -1]  # newest first
    absorbed = _with_absorbance(last)
    votes: dict[str, float] = {}
    height: dict[str, float] = {}
    newest: dict[str, float] = {}
    for age, (one, weight) in enumerate(zip(absorbed, WEIGHTS, strict=False)):
        for species in one.species:
            name = species.name
            if species.role == "E2" or name == OTHER:
                continue
            votes[name] = votes.get(name, 0.0) + weight * species.confidence
            if age < 2:  # what is there now: the newest reading counts twice
                newest[name] = newest.get(name, 0.0) + (2 - age) * species.absorbance
            elif name not in newest:
                height[name] = max(height.get(name, 0.0), species.absorbance)
    enough = BELIEVED * sum(WEIGHTS[: len(absorbed)])
    per_newest = 1.0 / (3.0 if len(absorbed) > 1 else 2.0)
    height.update((name, total * per_newest) for name, total in newest.items())
    sure = _tallest_if_clear(absorbed[0]) if absorbed else None
    believed = {name: height[name] for name, vote in votes.items() if vote >= enough or name == sure}
    passed_over = tuple(name for name in votes if name not in believed)
    emits = _emits(light)
    if emits is False and DOTS in believed and (glow := light[0].emission) is not None and glow.present:
        emits = True  # what absorbs as dots do needs no second witness to its light
    trace = emits is True and _is_trace(light[0], absorbed, believed)
    return _Held(believed, passed_over, emits, trace)


def _with_absorbance(last: Sequence[Findings]) -> Sequence[Findings]:
    """Return the newest readings whose absorbance was measured, newest first.

    Where the run measures a tail at all, a reading that has neither it nor a species had no absorbance.
    """
    newest_first = last[::-1]
    if all(one.tail is None for one in newest_first):
        return newest_first[: len(WEIGHTS)]
    return [one for one in newest_first if one.tail is not None or one.species][: len(WEIGHTS)]


def _tallest_if_clear(newest: Findings) -> str | None:
    shown = [one for one in newest.species if one.role != "E2" and one.name != OTHER]
    tallest = max(shown, key=lambda one: one.absorbance, default=None)
    if tallest is None or tallest.absorbance < CLEAR or tallest.confidence < CLEARLY_NAMED:
        return None
    return tallest.name


def _emits(newest_first: Sequence[Findings]) -> bool | None:
    """Return whether the readings emit by their weighted vote; None where no reading tells."""
    known = yes = 0.0
    for one, weight in zip(newest_first, WEIGHTS, strict=False):
        if one.emission is None or one.emission.present is None:
            continue
        if one.emission.present and _times_seen(one.emission) >= CLEAR_LIGHT and one is newest_first[0]:
            return True
        known += weight
        yes += weight if one.emission.present else 0.0
    return None if not known else yes >= BELIEVED * known


def _times_seen(emission: Emission) -> float:
    """Return how many times brighter a band is than what would just count; 0 where that is not known."""
    if emission.intensity is None or not emission.seen_from:
        return 0.0
    return emission.intensity / emission.seen_from


def _is_trace(newest: Findings, absorbed: Sequence[Findings], heights: dict[str, float]) -> bool:
    """Return whether what emits beside clusters is too little to make a zone; False where that is not told.

    The tail is the smaller of the newest two: what dots absorb stays, what a turbid cuvette scatters does not.
    """
    clusters = sum(a for name, a in heights.items() if name not in (DOTS, PRENUCLEATION))
    second = heights.get(SECOND, 0.0) > BESIDE_FIRST * heights.get(FIRST, 0.0)
    tails = [one.tail.value - 2.0 * one.tail.sigma for one in absorbed[:2] if one.tail is not None]
    light = newest.emission
    if DOTS in heights or second or clusters < CLEAR or light is None or not tails:
        return False
    return _times_seen(light) < TRACE_LIGHT and min(tails) < TRACE_TAIL * clusters


def _path(history: Sequence[Findings], now: Zone) -> tuple[Passage, ...]:
    """Return the zones so far: those of the reading before, with what the newest adds or takes back."""
    newest = Passage(now, history[-1].reaction_time_s)
    if len(history) == 1:
        return (newest,)
    before = history[-2]
    path = before.zone_path
    if not path:
        return (newest,)
    if path[-1].zone == now:
        return path
    if len(path) > 1 and path[-2].zone == now and (len(history) < 3 or history[-3].zone != before.zone):
        return path[:-1]  # the reading before stood alone with its zone: a flicker
    return (*path, newest)


def _evidence(history: Sequence[Findings], held: _Held, seen: tuple[Presence, ...]) -> list[str]:
    """Return what the zone rests on, tallest species first, then the light, then what is passed over."""
    said = []
    newest = history[-1]
    for name, _ in sorted(held.heights.items(), key=lambda item: -item[1])[:TOLD]:
        said.append(_species_words(name, _first_band(newest, name), _since(seen, name)))
    if not said:
        count = min(len(history), len(WEIGHTS))
        said.append(f"No species is seen in the last {count} readings." if count > 1 else "No species is seen.")
    said.append(_light_words(newest, held, _since(seen, LIGHT)))
    if held.passed_over:
        names = ", ".join(sorted(held.passed_over))
        said.append(
            f"Not counted, for too few of the last {min(len(history), len(WEIGHTS))} readings show it: {names}."
        )
    return said


def _species_words(name: str, band: Species | None, since: str) -> str:
    if band is None:
        return f"{name}{since}; not in the newest reading."
    return f"{name}{since}: {band.nm:.1f} nm, A = {plus_minus(band.absorbance, band.sigma)}."


def _light_words(newest: Findings, held: _Held, since: str) -> str:
    light = newest.emission
    if held.emits is None or light is None:
        return "Whether anything emits is not known."
    if not held.emits:
        once = " (one reading alone shows some)" if light.present else ""
        below = f" above {grouped(light.seen_from)} {light.unit}" if light.seen_from is not None else ""
        return f"No emission{below}{once}."
    amount = "" if light.intensity is None else f", {plus_minus(light.intensity, light.sigma or 0.0)} {light.unit}"
    at = "" if light.nm is None else f" at {light.nm:.0f} nm"
    if held.trace:
        return f"A trace of dots emits{since}{amount}{at}, too little to absorb: it makes no zone."
    return f"Dots emit{since}{amount}{at}."


def _first_band(one: Findings, name: str) -> Species | None:
    for species in one.species:
        if species.name == name and species.role != "E2":
            return species
    return None


def _since(seen: tuple[Presence, ...], name: str) -> str:
    """Return " since 1 h" for what is there; nothing where its time is not known."""
    since_s = next((one.since_s for one in seen if one.name == name), None)
    return "" if since_s is None else f" since {duration(since_s)}"
