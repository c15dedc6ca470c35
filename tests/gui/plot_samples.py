"""Plain shapes to draw: spectra as an ODE standard reaction might give them, made of bells on a slope."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.findings import Emission, Findings, Onset, Species
from analysis.spectrum import FloatArray, Spectrum, read_only, read_only_mask
from station.events import LiveFrame
from station.optics import Optics
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, Reading
from station.run import Run

NM = read_only(np.linspace(340.0, 1025.0, 2048))
LAMP_FROM_NM = 374.0
# hours, A449, A469, tail, emission in counts/s, its nm
REACTION = (
    (0.5, 0.003, 0.0, 0.0, 0.0, 480.0),
    (1.0, 0.094, 0.0, 0.0, 0.0, 480.0),
    (1.5, 0.161, 0.0, 0.002, 0.0, 480.0),
    (2.0, 0.183, 0.001, 0.014, 1840.0, 500.0),
    (4.0, 0.118, 0.012, 0.045, 6100.0, 511.0),
    (8.0, 0.050, 0.074, 0.050, 12500.0, 521.0),
    (23.0, 0.005, 0.128, 0.045, 20500.0, 531.0),
    (24.0, 0.001, 0.131, 0.045, 21100.0, 532.0),
)


def bell(centre_nm: float, fwhm_nm: float) -> FloatArray:
    """A Gaussian of height 1 on the pixels."""
    return np.asarray(np.exp(-4.0 * np.log(2.0) * ((NM - centre_nm) / fwhm_nm) ** 2))


def absorbance_spectrum(a449: float, a469: float, tail: float, seed: int, noise: float = 0.0004) -> Spectrum:
    """Two clusters with their second bands on a rise to the violet, nothing known where the lamp is weak."""
    sigma = noise + 0.004 * np.exp(-(NM - LAMP_FROM_NM) / 8.0)
    shape = (
        a449 * (bell(449.0, 18.0) + 0.72 * bell(405.0, 34.0))
        + a469 * (bell(469.0, 19.0) + 0.7 * bell(427.0, 34.0))
        + tail * bell(505.0, 70.0)
        + (0.03 + 0.6 * a449 + 0.9 * a469) * np.exp(-(NM - LAMP_FROM_NM) / 18.0)
    )
    values = shape + sigma * np.random.default_rng(seed).standard_normal(NM.size)
    valid = NM >= LAMP_FROM_NM
    hidden = np.where(valid, 1.0, np.nan)
    return Spectrum(NM, read_only(values * hidden), read_only(sigma * hidden), read_only_mask(valid), "A", 0.0)


def emission_spectrum(rate: float, nm: float, seed: int, noise: float = 9.0) -> Spectrum:
    """One band, counting noise, and the line of the excitation at 405 nm."""
    clean = rate * bell(nm, 46.0) + 40_000.0 * bell(405.0, 8.0)
    sigma = np.sqrt(noise**2 + 0.3 * clean)
    values = clean + sigma * np.random.default_rng(seed + 100).standard_normal(NM.size)
    return Spectrum(NM, read_only(values), read_only(sigma), read_only_mask(np.ones(NM.size)), "counts/s", 0.0)


def species(name: str, role: str, nm: float, absorbance: float) -> Species:
    """A species that was found."""
    return Species(name, role, nm, 0.14, 18.0, absorbance, 0.002, 0.95, "fitted component")  # type: ignore[arg-type]


def findings(a449: float, a469: float, rate: float, nm: float) -> Findings:
    """What such an aliquot says."""
    found = []
    if a449 > 0.01 and a449 > 0.5 * a469:
        found += [species("MSC-449", "E1", 449.1, a449), species("MSC-449", "E2", 405.2, 0.7 * a449)]
    if a469 > 0.01:
        found += [species("MSC-469", "E1", 469.0, a469), species("MSC-469", "E2", 427.1, 0.7 * a469)]
    seen = rate > 30.0
    emission = Emission(
        present=seen,
        intensity=rate,
        sigma=9.0,
        unit="counts/s",
        seen_from=28.0,
        nm=nm if seen else None,
        sigma_nm=0.4 if seen else None,
        fwhm_nm=46.0 if seen else None,
        sigma_fwhm_nm=2.0 if seen else None,
        integral=None,
    )
    onset = Onset(7200.0, 5400.0, 7200.0, nm, None, "emission after none") if seen else None
    dominant = max(found, key=lambda s: s.absorbance).name if found else None
    return Findings(
        reaction_time_s=None,
        species=tuple(sorted(found, key=lambda s: -s.absorbance)),
        dominant=dominant,
        emission=emission,
        tail=None,
        purity=None,
        onset=onset,
        onset_state="flagged" if seen else "watching",
        onset_reason="",
        zone="MSC",
    )


@lru_cache(maxsize=64)
def aliquot(number: int) -> Aliquot:
    """The aliquot with this number of the reaction; later numbers repeat the last one with other noise."""
    hours, a449, a469, tail, rate, nm = REACTION[min(number, len(REACTION)) - 1]
    reading = Reading(
        absorbance_spectrum(a449, a469, tail, number),
        emission_spectrum(rate, nm, number),
        findings(a449, a469, rate, nm),
    )
    return Aliquot(
        number, hours * HOUR_S, hours * HOUR_S + 120.0, "2026-11-16T14:08:41", hours * HOUR_S, 101.0, Optics(), reading
    )


def run_of(count: int) -> Run:
    """A run with the first aliquots of the reaction."""
    return Run(
        Recipe("ODE, standard", "CdTe"), None, "", "2026-11-16T12:00:00", tuple(aliquot(n) for n in range(1, count + 1))
    )


def live_frame(number: int, seed: int = 7, clock_s: float = 0.0) -> LiveFrame:
    """Single scans of the sample in aliquot `number`: the same shapes with more noise."""
    _, a449, a469, tail, rate, nm = REACTION[number - 1]
    return LiveFrame(
        absorbance_spectrum(a449, a469, tail, seed, 0.0012), emission_spectrum(rate, nm, seed, 14.0), 0.82, clock_s
    )
