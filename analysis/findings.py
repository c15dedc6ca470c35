"""The answers: peaks, species, emission, onset and findings. What may not exist is a type, not a NaN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.spectrum import Quantity, Unit

Definition = Literal["local maximum", "second-derivative minimum", "fitted component"]
Role = Literal["E1", "E2", "band"]
Zone = Literal[
    "none", "prenucleation", "MSC + prenucleation", "MSC", "MSC + QD", "second MSC + QD", "QD"
]  # one list everywhere; `None` beside it means: material unknown


@dataclass(frozen=True, slots=True)
class Peak:
    """A band found in a spectrum: position and width in nm, height over its local baseline in the spectrum's unit.

    `significance` is that of its bend over the noise alone. `definition` says which sense of the word "peak" the
    position has.
    """

    nm: float
    sigma_nm: float
    fwhm_nm: float
    height: float
    sigma_height: float
    significance: float
    definition: Definition
    sigma_fwhm_nm: float | None = None


@dataclass(frozen=True, slots=True)
class Species:
    """One absorbing species in one aliquot, or a band that no species in the library explains ("other").

    `absorbance` is the component's height over its local baseline as measured in the cuvette. `confidence` is
    0..1; `reasons` are sentences; `runner_up` is the next best name; `would_fit` are library names that
    a band without a name could be: of its material, or of any where that is unknown.
    """

    name: str
    role: Role
    nm: float
    sigma_nm: float
    fwhm_nm: float
    absorbance: float
    sigma: float
    confidence: float
    definition: Definition
    reasons: tuple[str, ...] = ()
    runner_up: str | None = None
    would_fit: tuple[str, ...] = ()
    sigma_fwhm_nm: float | None = None


@dataclass(frozen=True, slots=True)
class Purity:
    """How pure the dominant cluster is, each number with its sigma; None where it cannot be told.

    `tail_ratio`: absorbance at 490-520 nm (over that at 650-750 nm) over that of E1; `valley_ratio`: the valley between
    E1 and E2 over E1; `e2_ratio`: E2 over E1, constant for one species; `fwhm_nm`, `fwhm_mev` the width of E1;
    `splitting_mev` E2 - E1; `drift_nm_per_h` the movement of E1 over the run (a cluster stays, dots move to the red).
    """

    of: str
    tail_ratio: Quantity | None = None
    valley_ratio: Quantity | None = None
    e2_ratio: Quantity | None = None
    fwhm_nm: Quantity | None = None
    fwhm_mev: Quantity | None = None
    splitting_mev: Quantity | None = None
    drift_nm_per_h: Quantity | None = None


@dataclass(frozen=True, slots=True)
class InnerFilter:
    """By which factor emission is larger than what the cuvette lets out; None where it is refused, with the reason."""

    factor: Quantity | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sizing:
    """What the first exciton of dots says of them, or why it says nothing (`refused`, then all numbers are None).

    Diameter in nm, extinction coefficient in 1/(M cm), concentration of the undiluted flask in mol/l.
    """

    of: str
    diameter_nm: Quantity | None = None
    extinction_per_m_cm: Quantity | None = None
    concentration_m: Quantity | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """When to stop: the reading whose lower bound of the product's absorbance was best while it was still pure.

    `stop_now` is true from the reading on at which more is not to be gained; `best_s` and `best` are time and
    absorbance of the best reading so far, `yield_now` the share of the largest absorbance so far that is there now,
    `emitting` the probability that dots emit now. `sentence` is for the chemist and never an instruction how.
    `best` is as measured, unless `as_in` says otherwise ("as in a 10 mm cuvette"): what differs in path or dilution is
    compared as in one cuvette.
    """

    stop_now: bool
    best_s: float
    best: Quantity
    yield_now: Quantity
    emitting: float
    sentence: str
    as_in: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a run in one zone: from the first reading that shows it."""

    zone: Zone
    since_s: float | None


@dataclass(frozen=True, slots=True)
class Emission:
    """Emission of the sample after everything that only looks like it has been taken out.

    `present` None means not decidable; `reasons` then says why. `intensity` and `sigma` are the height of the band
    (or of what comes closest to one, which may be noise) in `unit`; `seen_from` is the intensity from which emission
    would be called present. `nm` and `fwhm_nm` exist only for a band that is present. `integral` is over 470-750 nm,
    in unit x nm, or over the part of it that was measured. `look_alikes` names what was excluded ("excitation line",
    "toluene Raman" ...). `ev` is the maximum of the band per unit of energy (with the Jacobian: not 1239.84 / nm),
    `fwhm_mev` its width there, between the two half heights. `intensity` and `integral` are as measured;
    `inner_filter` says by what the cuvette has weakened them.
    """

    present: bool | None
    intensity: float | None
    sigma: float | None
    unit: Unit
    seen_from: float | None
    nm: float | None
    sigma_nm: float | None
    fwhm_nm: float | None
    sigma_fwhm_nm: float | None
    integral: Quantity | None
    reasons: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    side_band_nm: float | None = None
    ev: Quantity | None = None
    fwhm_mev: Quantity | None = None
    response_corrected: bool = False
    inner_filter: InnerFilter | None = None


@dataclass(frozen=True, slots=True)
class Onset:
    """Quantum dots have begun to emit: the first reading that shows it and the interval in which it happened.

    `earliest_s` is the last reading without emission (None: none was taken without); `latest_s` the first with, or,
    where a rise was flagged before it was surely at the level, the time to come by which it is.
    `reason` is one sentence a chemist understands; `why`, `not_` are the banner's two lines.
    """

    reaction_time_s: float
    earliest_s: float | None
    latest_s: float
    nm: float | None
    intensity: Quantity | None
    reason: str
    why: str = ""
    not_: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that interpret() says of one measurement, given the run so far.

    `species` are ordered by absorbance, largest first. `dominant` is the name of the largest assigned species.
    `tail` is the mean absorbance at 490-520 nm above that at 650-750 nm; `purity` is that of the dominant species,
    `sizing` what its dots measure, or why they cannot be measured; `advice` is None while there is no product.
    `onset` is set from the reading that decided it onwards; `onset_state` is one of "watching",
    "not yet decidable", "flagged" and `onset_reason` its sentence. `zone` is that of the run so far,
    `zone_evidence` the sentences it rests on and `zone_path` the zones it went through. `remarks` are sentences
    that belong to the reading ("reference 3 h old").
    """

    reaction_time_s: float | None
    species: tuple[Species, ...]
    dominant: str | None
    emission: Emission | None
    tail: Quantity | None
    purity: Purity | None
    onset: Onset | None
    onset_state: Literal["watching", "not yet decidable", "flagged"]
    onset_reason: str
    zone: Zone | None
    zone_evidence: tuple[str, ...] = ()
    zone_path: tuple[Passage, ...] = ()
    sizing: Sizing | None = None
    advice: Advice | None = None
    remarks: tuple[str, ...] = ()
