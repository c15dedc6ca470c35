"""The jobs of the accuracy bench: each is one run or one reading, told by a seed, and returns what was found and true.

A job is a plain function of (seed, task), so that the same seed gives the same spectra whatever else is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.findings import Findings, Species
from analysis.reading import RunState, interpret
from benchmarks import accuracy_peers as peers
from benchmarks.accuracy_bench import InstrumentKind, SetUp
from benchmarks.accuracy_live import ONSET_COUNTS_S, live_run
from benchmarks.accuracy_runs import (
    Chemistry,
    Truth,
    aliquots,
    as_written,
    blank,
    calm,
    left_by_cuvette,
    library,
    measure,
    reactions,
)

NEAR_NM = 8.0  # a peer's peak further from the truth is another peak
SEARCHED_NM = (438.0, 460.0)  # where a peer looks for a faint MSC-449: its published range and 7 to 10 nm beside it


@dataclass(frozen=True, slots=True)
class Task:
    """What a job needs: its kind, its number, the instrument, and what else it is about."""

    job: str
    number: int
    kind: InstrumentKind
    level: float = 0.0
    peers: tuple[str, ...] = ()
    off_nm: float = 0.0
    wider: float = 1.0
    material: str = "CdTe"


@dataclass(frozen=True, slots=True, eq=False)
class AliquotResult:
    """One aliquot: the truth, and what each tool found.

    `nm` are positions by tool and species (missing: not found), `names` the species by tool, `emits` the answer by
    tool, `light_nm` where its maximum is.
    """

    truth: Truth
    nm: dict[str, dict[str, float]]
    names: dict[str, frozenset[str]]
    emits: dict[str, bool | None]
    light_nm: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """One run of aliquots: condition, its zone after the paper, the zone found."""

    condition: str
    true_zone: str
    zone: str | None
    aliquots: tuple[AliquotResult, ...]


@dataclass(frozen=True, slots=True)
class LiveResult:
    """One run of six hours, in seconds: when dots pass the level (None: no dots), when each tool raised its flag.

    `light_at_flag` are the counts/s that the dots had then, `states` how often Aliquot could not decide.
    """

    crossing_s: float | None
    flag_s: dict[str, float | None]
    light_at_flag: dict[str, float]
    undecided: int
    traps: frozenset[str]


def generator(seed: int, task: Task) -> np.random.Generator:
    """The random numbers of one task."""
    about = sum(ord(letter) * 31**place for place, letter in enumerate(task.job)) % (1 << 31)
    return np.random.default_rng((seed, about, task.number, round(1e6 * task.level), round(10 * task.off_nm) % 997))


def first_bands(findings: Findings) -> dict[str, Species]:
    """What was named, by name, second excitons left out."""
    return {one.name: one for one in findings.species if one.role != "E2"}


def aliquot_run(seed: int, task: Task) -> RunResult:
    """Read one run of aliquots, the state carried, every tool on the same spectra."""
    rng = generator(seed, task)
    index = task.number % len(reactions())
    sign = 1.0 if rng.random() < 0.5 else -1.0
    set_up, readings = aliquots(rng, index, task.kind, off_nm=sign * task.off_nm, wider=task.wider)
    context, state = set_up.context(library(), task.material), RunState()
    own = tuple(entry for entry in library() if entry.material == task.material)
    results, findings = [], None
    for reading in readings:
        assert reading.absorbance is not None
        findings, state = interpret(reading.absorbance, reading.emission, reading.time_s, context, state)
        named = first_bands(findings)
        answer = findings.emission
        nm = {"Aliquot": {name: one.nm for name, one in named.items()}}
        names = {"Aliquot": frozenset(named)}
        emits = {"Aliquot": None if answer is None else answer.present}
        light = {"Aliquot": answer.nm} if answer is not None and answer.nm is not None else {}
        for tool in task.peers:
            detect = peers.PEERS[tool]
            if detect is None:
                continue
            seen = peers.found(detect(reading.absorbance))
            nm[tool] = _nearest(seen, reading.truth)
            names[tool] = frozenset(peers.named(seen, own))
        if reading.emission is not None:
            emits["threshold"] = peers.emits(reading.emission)
            light["threshold"] = peers.threshold(reading.emission)[2]
        results.append(AliquotResult(reading.truth, nm, names, emits, light))
    told = reactions()[index]
    zone = None if findings is None else findings.zone
    return RunResult(str(told["id"]), str(told["zone"]), zone, tuple(results))


def _nearest(seen: list[peers.Seen], truth: Truth) -> dict[str, float]:
    near = {}
    for name, nm in truth.nm.items():
        best = min((one.nm for one in seen), key=lambda at: abs(at - nm), default=np.inf)
        if abs(best - nm) <= NEAR_NM:
            near[name] = float(best)
    return near


def blank_reading(seed: int, task: Task) -> dict[str, int]:
    """Count what each tool finds in a cuvette that holds no species."""
    set_up, reading = blank(generator(seed, task), task.kind)
    assert reading.absorbance is not None
    context = set_up.context(library(), task.material)
    findings, _ = interpret(reading.absorbance, reading.emission, None, context, RunState())
    counts = {"Aliquot": len(findings.species), "emission": int(bool(findings.emission and findings.emission.present))}
    for tool in task.peers:
        detect = peers.PEERS[tool]
        if detect is not None:
            counts[tool] = len(peers.found(detect(reading.absorbance)))
    return counts


def faint_reading(seed: int, task: Task) -> tuple[float, dict[str, float]]:
    """Return the score of each tool for MSC-449 at A = `level` without traps; Aliquot's is 1 where it is named."""
    rng = generator(seed, task)
    set_up = SetUp(rng, task.kind, frozenset())
    chemistry = Chemistry(set_up.nm, rng, frozenset())
    absorbance = set_up.absorbance(chemistry.absorbance({"MSC-449": task.level}, None), calm(rng))
    findings, _ = interpret(absorbance, None, None, set_up.context(library(), task.material), RunState())
    scores = {"Aliquot": float(any(one.name == "MSC-449" and one.role != "E2" for one in findings.species))}
    for tool in task.peers:
        detect = peers.PEERS[tool]
        if detect is not None:
            near = [one.score for one in detect(absorbance) if SEARCHED_NM[0] <= one.nm <= SEARCHED_NM[1]]
            scores[tool] = max(near, default=0.0)
    return task.level, scores


def pull_reading(seed: int, task: Task) -> tuple[float, float | None, float | None]:
    """Return level and (found - true) / sigma of position and height of MSC-449 alone at that level, without traps."""
    rng = generator(seed, task)
    set_up = SetUp(rng, task.kind, frozenset())
    chemistry = Chemistry(set_up.nm, rng, frozenset())
    absorbance = set_up.absorbance(chemistry.absorbance({"MSC-449": task.level}, None), calm(rng))
    findings, _ = interpret(absorbance, None, None, set_up.context(library(), task.material), RunState())
    one = first_bands(findings).get("MSC-449")
    if one is None:
        return task.level, None, None
    position = (one.nm - chemistry.e1["MSC-449"]) / one.sigma_nm
    return task.level, position, (one.absorbance - task.level) / one.sigma


def light_pull(seed: int, task: Task) -> tuple[float, float | None, float | None]:
    """Return level and (found - true) / sigma of intensity and maximum of the dots' light, without traps."""
    rng = generator(seed, task)
    set_up = SetUp(rng, task.kind, frozenset())
    chemistry = Chemistry(set_up.nm, rng, frozenset())
    flask = as_written(0).composition(3600.0 * float(rng.uniform(2.0, 24.0)))
    true = chemistry.absorbance(chemistry.heights(flask, 1.0), flask)
    chemistry.light_per_mm *= task.level / float(np.max(chemistry.light(flask, 1.0) * left_by_cuvette(set_up, true)))
    reading = measure(set_up, chemistry, flask, 0.0, frozenset(), calm(rng))
    context = set_up.context(library(), task.material)
    findings, _ = interpret(reading.absorbance, reading.emission, None, context, RunState())
    one = findings.emission
    if one is None or not one.present or one.intensity is None or not one.sigma:
        return task.level, None, None
    pull = (one.intensity - reading.truth.emission_counts_s) / one.sigma
    where = None if one.nm is None or not one.sigma_nm else (one.nm - reading.truth.emission_nm) / one.sigma_nm
    return task.level, pull, where


def live_reading(seed: int, task: Task) -> LiveResult:
    """Watch one run of six hours; `level` above 0: with dots. Every other run has emission alone."""
    rng = generator(seed, task)
    run = live_run(rng, task.kind, dots=task.level > 0.0, absorbing=task.number % 2 == 0)
    context, state = run.set_up.context(library(), task.material), RunState()
    flag: dict[str, float | None] = {"Aliquot": None, "threshold": None, "three in a row": None}
    light: dict[str, float] = {}
    undecided = row = 0
    for reading in run.readings:
        findings, state = interpret(reading.absorbance, reading.emission, reading.time_s, context, state)
        undecided += findings.onset_state == "not yet decidable"
        assert reading.emission is not None
        above = peers.emits(reading.emission)
        row = row + 1 if above else 0
        raised = {"Aliquot": findings.onset is not None, "threshold": above, "three in a row": row >= 3}
        for tool, now in raised.items():
            if now and flag[tool] is None:
                flag[tool] = reading.time_s
                light[tool] = reading.truth.emission_counts_s
        if all(at is not None for at in flag.values()):
            break
    return LiveResult(run.crossing_s, flag, light, undecided, next(iter([reading.truth.traps])))


LEVELS = {"onset": ONSET_COUNTS_S}
JOBS = {
    "aliquots": aliquot_run,
    "off": aliquot_run,
    "blanks": blank_reading,
    "faint": faint_reading,
    "pull": pull_reading,
    "light pull": light_pull,
    "live": live_reading,
}
