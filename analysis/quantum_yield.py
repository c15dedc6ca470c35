"""Relative quantum yield of emission as an interval: against a reference dye, photons counted, never a bare number."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, inf, isfinite, log, sqrt

import numpy as np

from analysis.energy import HC_EV_NM
from analysis.spectrum import Interval, Quantity, Spectrum

LARGEST = 0.1  # absorbance at the excitation above which emission no longer follows what is absorbed
PHOTONS_NM = (470.0, 750.0)
REFRACTIVE_INDEX = {"toluene": 1.497, "ethanol": 1.361, "water": 1.333}  # at 20 C, sodium D (CRC Handbook)
_BOUND = 1.959964  # standard deviations of 95 %
_LN10 = log(10.0)
_LEAST_SHARE = 0.9  # of the pixels within the band must be known


@dataclass(frozen=True, slots=True)
class Glow:
    """A cuvette as a quantum yield needs it: photons of its emission, absorbance where it is excited, its solvent.

    `photons` is an integral in the unit of the set-up, of any scale that sample and reference share; `set_up` is any
    word for slit, light and geometry, the same for both. `response_corrected`: divided by the detector's response.
    """

    photons: Quantity
    absorbance: Quantity
    refractive_index: float
    response_corrected: bool
    set_up: str = ""


@dataclass(frozen=True, slots=True)
class QuantumYield:
    """The quantum yield, 0 to 1, between bounds that hold it with 95 %, or why there is none.

    `apparent`: something in the cuvette absorbs and does not emit, so that the dots' own yield is larger.
    """

    interval: Interval | None
    apparent: bool
    reason: str


def photons(
    emission: Spectrum, within_nm: tuple[float, float] = PHOTONS_NM, *, per_watt: bool = False
) -> Quantity | None:
    """Return the photons of emission within some nm, in its unit x nm; None where less than 90 % of them are known.

    Counts of a CCD are proportional to photons once they are corrected for its response; what is calibrated in watts
    (`per_watt`) counts photons of red light too low and is multiplied by l / hc. Raises ValueError for absorbance.
    """
    if emission.unit == "A":
        raise ValueError("Absorbance emits no photons; give the emission.")
    nm = emission.wavelengths_nm
    inside = (nm >= within_nm[0]) & (nm <= within_nm[1])
    known = inside & emission.valid
    covered = nm[known]
    if known.sum() < max(2.0, _LEAST_SHARE * inside.sum()) or np.ptp(covered) < _LEAST_SHARE * np.ptp(within_nm):
        return None
    weight = covered / HC_EV_NM if per_watt else np.ones_like(covered)
    width = weight * np.gradient(covered)
    total = float(width @ emission.values[known])
    return Quantity(total, float(np.sqrt(np.sum((width * emission.sigma[known]) ** 2))))


def relative_quantum_yield(
    sample: Glow, reference: Glow, reference_yield: Quantity, *, mixture: bool = False
) -> QuantumYield:
    """Return the quantum yield of a sample against a reference of known yield, as an interval.

    Phi = Phi_r (F / F_r) (1 - 10^-A_r) / (1 - 10^-A) (n^2 / n_r^2). The absorptance below the line makes it skewed as
    soon as its sigma passes 10 % of it (van Dam et al., arXiv 1711.06200): mean and sigma mislead. The bounds are those
    of the ratio of two normal numbers (Fieller, J. R. Stat. Soc. B 1954, 16, 175), the absorptance of the sample
    below the line and all else above it; an absorptance not to be told from 0 leaves the upper bound at 1. `mixture`
    labels the yield "apparent". Refused above A = 0.1, uncorrected for the response, or across set-ups.
    """
    refused = _refusal(sample, reference)
    if refused:
        return QuantumYield(None, mixture, f"No quantum yield: {refused}")
    absorbed_r, absorbed = _absorptance(reference.absorbance), _absorptance(sample.absorbance)
    numbers = (sample.photons, reference.photons, reference_yield, absorbed_r)
    if any(not isfinite(one.value) or one.value <= 0.0 for one in (*numbers, absorbed)):
        return QuantumYield(None, mixture, "No quantum yield: a light or an absorbance is not above 0.")
    above = (
        reference_yield.value
        * sample.photons.value
        / reference.photons.value
        * absorbed_r.value
        * (sample.refractive_index / reference.refractive_index) ** 2
    )
    share = hypot(*(one.sigma / one.value for one in numbers))
    low, high = _fieller(Quantity(above, above * share), absorbed)
    if low > 1.0:
        return QuantumYield(None, mixture, "No quantum yield: more photons than were absorbed; the reference fits not.")
    value = above / absorbed.value
    interval = Interval(max(low, 0.0), min(value, 1.0), min(high, 1.0))
    name = "Apparent quantum yield (something absorbs that does not emit)" if mixture else "Quantum yield"
    spread = absorbed.sigma / absorbed.value
    skewed = f"; skewed, for the absorptance is known to {100 * spread:.0f} % only" if spread > 0.1 else ""
    return QuantumYield(interval, mixture, f"{name} {100 * interval.low:.1f} to {100 * interval.high:.1f} %{skewed}.")


def _refusal(sample: Glow, reference: Glow) -> str:
    for name, glow in (("sample", sample), ("reference", reference)):
        if glow.absorbance.value > LARGEST:
            return (
                f"the {name} absorbs {glow.absorbance.value:.2f} at the excitation, above {LARGEST:g}, "
                "where emission no longer follows absorption; dilute it."
            )
        if not glow.response_corrected:
            return f"the emission of the {name} is not corrected for the response of the spectrometer."
        if not glow.refractive_index > 0.0:
            return f"the refractive index of the {name}'s solvent is not known."
    if sample.set_up != reference.set_up:
        return "sample and reference were measured with different set-ups; measure both with one."
    return ""


def _absorptance(absorbance: Quantity) -> Quantity:
    """Return 1 - 10^-A, the share of the light that is absorbed."""
    passed = 10.0**-absorbance.value
    return Quantity(1.0 - passed, _LN10 * passed * absorbance.sigma)


def _fieller(above: Quantity, below: Quantity) -> tuple[float, float]:
    """Return the 95 % bounds of a ratio of two independent normal numbers, both above 0; the upper may be infinite."""
    ratio = above.value / below.value
    spread_above, spread_below = above.sigma / above.value, below.sigma / below.value
    rest = 1.0 - (_BOUND * spread_below) ** 2  # below 0: the denominator may be 0, and any large ratio is possible
    if abs(rest) < 1e-9:
        return ratio * 0.5 * (1.0 - (_BOUND * spread_above) ** 2), inf
    under = spread_above**2 * rest + spread_below**2
    if under < 0.0:
        return 0.0, inf
    low = ratio * (1.0 - _BOUND * sqrt(under)) / rest
    return low, ratio * (1.0 + _BOUND * sqrt(under)) / rest if rest > 0.0 else inf
