"""A run placed among the conditions of the paper: the nearest one, how far it is, and what came out differently."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt

from analysis.findings import Zone
from analysis.wording import between, duration, listed

# One step of an axis is what changed the outcome in the paper, or the smallest step it took; a distance is in steps.
# Amounts and the ratio count by doublings, as the paper varied them; the first doubling ends where its first amount
# above none is (5 mmol TOP, 6 mmol OAM in 50 ml).
TOP_MMOL, OAM_MMOL = 5.0, 6.0
TEMPERATURE_C = 25.0  # half a step of the paper: 50, 100 and 150 degrees make three zones
# Aromatic or aliphatic decides (octane does as octadecene, not as toluene): a full step; another of the same kind half.
OTHER_KIND, SAME_KIND = 1.0, 0.5
AROMATIC = frozenset({"toluene", "benzene", "xylene"})
ALIPHATIC = frozenset({"ODE", "octadecene", "octane", "hexane", "decane", "dodecane", "hexadecane", "octadecane"})
_SAME_NAME = {"1-octadecene": "ODE", "octadecene": "ODE", "n-octane": "octane", "n-hexane": "hexane"}
FAR = 1.0  # steps from which the nearest condition is no longer a neighbour
_EQUAL = 0.05  # steps: 21.2 and 21.7 mmol TOP are 10 ml both


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run lies in the paper's coordinates; amounts in mmol for 50 ml, None where the recipe does not say."""

    solvent: str | None = None
    top_mmol: float | None = None
    oam_mmol: float | None = None
    cd_te: float | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the paper: its place, the zone it ended in, and between which aliquots light came (if stated)."""

    name: str
    title: str
    figure: str
    place: Place
    zone: Zone
    onset_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: its zone, and between which reading times dots began to emit (None: none did, or unknown)."""

    zone: Zone | None = None
    onset_s: tuple[float | None, float] | None = None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One coordinate in which a run is not where the paper was: both in words, and how many steps lie between."""

    axis: str
    run: str
    paper: str
    steps: float


@dataclass(frozen=True, slots=True)
class Placement:
    """The nearest condition of the paper and what lies between it and the run.

    `distance` is the root of the squared steps of all axes that are known, `unknown` names the others. `also` are
    the names of conditions at the same place. `sentences` say it all; the first names the condition.
    """

    nearest: Condition
    also: tuple[str, ...]
    distance: float
    deviations: tuple[Deviation, ...]
    unknown: tuple[str, ...]
    zone_differs: bool | None
    sentences: tuple[str, ...]


def placement(run: Place, conditions: Sequence[Condition], outcome: Outcome = Outcome()) -> Placement | None:
    """Return where a run lies among some conditions; None where no coordinate of it is known.

    The distance is Euclidean in steps (constants above). Equal distances: the condition whose zone the run shares, else
    the first. Raises ValueError where there are no conditions, or an amount is below 0.
    """
    if not conditions:
        raise ValueError("There are no conditions to place a run among.")
    unknown = tuple(axis for axis, value in _coordinates(run).items() if value is None)
    if len(unknown) == len(_coordinates(run)):
        return None
    measured = [(_deviations(run, one.place), one) for one in conditions]
    distances = [sqrt(sum(each.steps**2 for each in apart)) for apart, _ in measured]
    least = min(distances)
    near = [index for index, distance in enumerate(distances) if distance <= least + _EQUAL]
    best = next((index for index in near if conditions[index].zone == outcome.zone), near[0])
    apart = tuple(each for each in measured[best][0] if each.steps > _EQUAL)
    nearest = conditions[best]
    return Placement(
        nearest=nearest,
        also=tuple(conditions[index].name for index in near if index != best),
        distance=distances[best],
        deviations=apart,
        unknown=unknown,
        zone_differs=None if outcome.zone is None else outcome.zone != nearest.zone,
        sentences=tuple(_sentences(nearest, distances[best], apart, unknown, outcome)),
    )


def _coordinates(place: Place) -> dict[str, str | float | None]:
    return {
        "solvent": place.solvent,
        "TOP": place.top_mmol,
        "OAM": place.oam_mmol,
        "Cd:Te": place.cd_te,
        "temperature": place.temperature_c,
    }


def _deviations(run: Place, paper: Place) -> tuple[Deviation, ...]:
    """Return the steps along every axis that both places know."""
    found = []
    if run.solvent is not None and paper.solvent is not None:
        found.append(Deviation("solvent", run.solvent, paper.solvent, _solvent_steps(run.solvent, paper.solvent)))
    amounts = (("TOP", run.top_mmol, paper.top_mmol, TOP_MMOL), ("OAM", run.oam_mmol, paper.oam_mmol, OAM_MMOL))
    for axis, here, there, first in amounts:
        if here is not None and there is not None:
            if here < 0.0:
                raise ValueError(f"{axis} of {here:g} mmol is below 0.")
            steps = abs(log2(1.0 + here / first) - log2(1.0 + there / first))
            found.append(Deviation(axis, f"{here:g} mmol", f"{there:g} mmol", steps))
    if run.cd_te is not None and paper.cd_te is not None:
        if not run.cd_te > 0.0:
            raise ValueError(f"Cd:Te of {run.cd_te:g} is not above 0.")
        found.append(Deviation("Cd:Te", f"{run.cd_te:g}", f"{paper.cd_te:g}", abs(log2(run.cd_te / paper.cd_te))))
    if run.temperature_c is not None and paper.temperature_c is not None:
        steps = abs(run.temperature_c - paper.temperature_c) / TEMPERATURE_C
        found.append(Deviation("temperature", f"{run.temperature_c:g} °C", f"{paper.temperature_c:g} °C", steps))
    return tuple(found)


def _solvent_steps(run: str, paper: str) -> float:
    here, there = (_SAME_NAME.get(name.strip().lower(), name.strip()) for name in (run, paper))
    if here.lower() == there.lower():
        return 0.0
    kinds = (AROMATIC, ALIPHATIC)
    alike = any({here.lower(), there.lower()} <= {name.lower() for name in kind} for kind in kinds)
    return SAME_KIND if alike else OTHER_KIND


def _sentences(
    nearest: Condition, distance: float, apart: Sequence[Deviation], unknown: Sequence[str], outcome: Outcome
) -> list[str]:
    near = "Nearest condition of the paper" if distance < FAR else "No condition of the paper is near; the nearest"
    away = f"{distance:.1f} steps away" if apart or unknown or distance >= 0.05 else "the same condition"
    said = [f"{near}: {nearest.title} (Fig. {nearest.figure}), {away}."]
    if apart:
        words = [f"{one.axis} {one.run} instead of {one.paper}" for one in apart]
        said.append(f"Different here: {listed(words)}.")
    if unknown:
        said.append(f"Not compared, for the recipe does not say it: {listed(unknown)}.")
    if outcome.zone is not None and outcome.zone != nearest.zone:
        said.append(f"Its zone in the paper is {nearest.zone}; this run shows {outcome.zone}.")
    if nearest.onset_s is not None and outcome.onset_s is not None:
        said.append(_onset_words(nearest.onset_s, outcome.onset_s))
    return said


def _onset_words(paper: tuple[float, float], run: tuple[float | None, float]) -> str:
    """Return how the onset of a run compares with the paper's: earlier, later, or not to be told apart."""
    earliest, latest = run
    here = f"by {duration(latest)}" if earliest is None else between(earliest, latest)
    word = "as"
    if latest <= paper[0]:
        word = "earlier than"
    elif earliest is not None and earliest >= paper[1]:
        word = "later than"
    return f"Dots begin to emit {here}, {word} in the paper ({between(*paper)})."
