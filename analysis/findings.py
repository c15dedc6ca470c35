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

    `significance` is height / sigma_height. `definition` says which sense of the word "peak" the position has.
    """

    nm: float
    sigma_nm: float
    fwhm_nm: float
    height: float
    sigma_height: float
    significance: float
    definition: Definition


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


@dataclass(frozen=True, slots=True)
class Emission:
    """Emission of the sample after everything that only looks like it has been taken out.

    `present` None means not decidable; `reasons` then says why. `intensity` and `sigma` are the height of the band
    (or of what comes closest to one, which may be noise) in `unit`; `seen_from` is the intensity from which emission
    would be called present. `nm` and `fwhm_nm` exist only for a band that is present. `integral` is over 470-750 nm,
    in unit x nm, or over the part of it that was measured. `look_alikes` names what was excluded ("excitation line",
    "toluene Raman" ...).
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


@dataclass(frozen=True, slots=True)
class Onset:
    """Quantum dots have begun to emit: the first reading that shows it and the interval in which it happened.

    `earliest_s` is the last reading without emission (None: none was taken without); `latest_s` the first with.
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
    `tail` is the mean absorbance at 490-520 nm above that at 650-750 nm; `purity` is tail / A of the dominant species.
    `onset` is set from the reading that decided it onwards; `onset_state` is one of "watching",
    "not yet decidable", "flagged" and `onset_reason` its sentence. `zone` is that of the run so far.
    `remarks` are sentences that belong to the reading ("reference 3 h old").
    """

    reaction_time_s: float | None
    species: tuple[Species, ...]
    dominant: str | None
    emission: Emission | None
    tail: Quantity | None
    purity: Quantity | None
    onset: Onset | None
    onset_state: Literal["watching", "not yet decidable", "flagged"]
    onset_reason: str
    zone: Zone | None
    remarks: tuple[str, ...] = ()
