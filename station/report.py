"""What was found, ready for JSON: no NaN, what is not known is None, every number with its unit in its name."""

from __future__ import annotations

import math
from typing import Any

from analysis.findings import Advice, Emission, Findings, InnerFilter, Onset, Purity, Sizing, Species
from analysis.kinetics import Course
from analysis.run_comparison import Comparison
from analysis.spectrum import Interval, Quantity, Spectrum
from station.band_energy import band_ev, band_mev
from station.course import course_reasons, emits, odd_aliquots
from station.records import Aliquot
from station.run import Run

Report = dict[str, Any]


def aliquot_report(aliquot: Aliquot) -> Report:
    """Return one aliquot with all that was found in it."""
    findings = aliquot.reading.findings
    emission = None if findings is None else findings.emission
    return {
        "number": aliquot.number,
        "reaction_time_s": finite(aliquot.reaction_time_s),
        "dilution": finite(aliquot.dilution),
        "path_mm": finite(aliquot.optics.path_mm),
        "excitation_nm": finite(aliquot.optics.excitation_nm),
        "long_pass_nm": finite(aliquot.optics.long_pass_nm),
        "uv_s": finite(aliquot.uv_s),
        **_corrections(aliquot.reading.absorbance, aliquot.reading.emission),
        "zone": None if findings is None else findings.zone,
        "species": [] if findings is None else [_species(species) for species in findings.species],
        "emission": _not_measured(aliquot.reading.emission) if emission is None else _emission(emission),
        **_beyond(findings),
        "remarks": [] if findings is None else list(findings.remarks),
    }


def onset_report(onset: Onset) -> Report:
    """Return when emission began."""
    return {
        "reaction_time_s": finite(onset.reaction_time_s),
        "earliest_s": finite(onset.earliest_s),
        "latest_s": finite(onset.latest_s),
        "reason": onset.reason,
        "why": onset.why,
        "not": onset.not_,
        "nm": finite(onset.nm),
    }


def course_report(course: Course, run: Run) -> Report:
    """Return how the cluster of a run came and went, and how emission grew, with 95 % intervals."""
    light = course.emission
    return {
        "of": course.of,
        "model": course.model or None,
        "start_s": interval(course.start_s),
        "half_s": interval(course.half_s),
        "tau_s": interval(course.tau_s),
        "power": interval(course.power),
        "max_s": interval(course.max_s),
        "largest": interval(course.largest),
        "loss_per_h": interval(course.loss_per_h),
        "emission_onset_s": None if light is None else interval(light.onset_s),
        "emission_rate_per_h": None if light is None else interval(light.rate_per_h),
        "emission_half_s": None if light is None else interval(light.half_s),
        "odd_aliquots": list(odd_aliquots(run, course)),
        "reasons": list(course_reasons(course, emits=emits(run))),
    }


def comparison_report(comparison: Comparison | None) -> Report | None:
    """Return several runs side by side: ratios to the first, and absorbance by reaction time; None for one run."""
    if comparison is None:
        return None
    return {
        "runs": [
            {
                "name": one.name,
                "of": one.of,
                "half_ratio": interval(one.half_ratio),
                "largest_ratio": interval(one.largest_ratio),
                "loss_ratio": interval(one.loss_ratio),
                "reason": one.reason or None,
            }
            for one in comparison.runs
        ],
        "rows": [
            {"reaction_time_s": finite(time_s), "absorbance": [quantity(each) for each in values]}
            for time_s, values in comparison.rows
        ],
    }


def quantity(of: Quantity | None) -> Report | None:
    """Return a number with its sigma, None where there is none."""
    return None if of is None else {"value": finite(of.value), "sigma": finite(of.sigma)}


def finite(value: float | None) -> float | None:
    """Return a number that JSON can say, None for one that is none."""
    return None if value is None or not math.isfinite(value) else float(value)


def interval(of: Interval | None) -> Report | None:
    """Return a number with the bounds that hold it with 95 %, None where there is none."""
    return None if of is None else {"low": finite(of.low), "value": finite(of.value), "high": finite(of.high)}


def _beyond(findings: Findings | None) -> Report:
    """Return what is said of an aliquot beyond its bands: tail, purity, sizes, advice."""
    return {
        "tail": None if findings is None else quantity(findings.tail),
        "purity": None if findings is None else _purity(findings.purity),
        "sizing": None if findings is None else _sizing(findings.sizing),
        "advice": None if findings is None else _advice(findings.advice),
    }


def _purity(purity: Purity | None) -> Report | None:
    if purity is None:
        return None
    return {
        "of": purity.of,
        "tail_ratio": quantity(purity.tail_ratio),
        "valley_ratio": quantity(purity.valley_ratio),
        "e2_ratio": quantity(purity.e2_ratio),
        "fwhm_nm": quantity(purity.fwhm_nm),
        "fwhm_mev": quantity(purity.fwhm_mev),
        "splitting_mev": quantity(purity.splitting_mev),
        "drift_nm_per_h": quantity(purity.drift_nm_per_h),
    }


def _sizing(sizing: Sizing | None) -> Report | None:
    if sizing is None:
        return None
    return {
        "of": sizing.of,
        "diameter_nm": quantity(sizing.diameter_nm),
        "extinction_per_m_cm": quantity(sizing.extinction_per_m_cm),
        "concentration_m": quantity(sizing.concentration_m),
        "refused": sizing.refused or None,
    }


def _advice(advice: Advice | None) -> Report | None:
    if advice is None:
        return None
    return {
        "stop_now": advice.stop_now,
        "best_s": finite(advice.best_s),
        "best": quantity(advice.best),
        "yield_now": quantity(advice.yield_now),
        "emitting": finite(advice.emitting),
        "sentence": advice.sentence,
        "as_in": advice.as_in or None,
    }


def _corrections(absorbance: Spectrum | None, emission: Spectrum | None) -> Report:
    """Return what was done to the spectra: the drift that was subtracted, and whether emission is response-corrected.

    None where nothing was subtracted, and where no counts tell.
    """
    drift = None if absorbance is None else absorbance.lamp_drift
    counted = emission is not None and emission.unit == "counts/s"
    return {
        "lamp_drift": None if drift is None else finite(drift.value),
        "lamp_drift_sigma": None if drift is None else finite(drift.sigma),
        "response_corrected": emission.response_corrected if emission is not None and counted else None,
    }


def _species(species: Species) -> Report:
    return {
        "name": species.name,
        "role": species.role,
        "nm": finite(species.nm),
        "sigma_nm": finite(species.sigma_nm),
        "ev": quantity(band_ev(species)),
        "absorbance": finite(species.absorbance),
        "sigma": finite(species.sigma),
        "fwhm_nm": finite(species.fwhm_nm),
        "sigma_fwhm_nm": finite(species.sigma_fwhm_nm),
        "fwhm_mev": quantity(band_mev(species)),
        "definition": species.definition,
        "confidence": finite(species.confidence),
        "runner_up": species.runner_up,
        "would_fit": list(species.would_fit),
        "reasons": list(species.reasons),
    }


def _emission(emission: Emission) -> Report:
    integral = emission.integral or Quantity(math.nan, math.nan)
    return {
        "present": emission.present,
        "intensity": finite(emission.intensity),
        "sigma": finite(emission.sigma),
        "unit": emission.unit,
        "nm": finite(emission.nm),
        "sigma_nm": finite(emission.sigma_nm),
        "ev": quantity(emission.ev),
        "fwhm_nm": finite(emission.fwhm_nm),
        "sigma_fwhm_nm": finite(emission.sigma_fwhm_nm),
        "fwhm_mev": quantity(emission.fwhm_mev),
        "integral": finite(integral.value),
        "integral_sigma": finite(integral.sigma),
        "seen_from": finite(emission.seen_from),
        "side_band_nm": finite(emission.side_band_nm),
        "inner_filter": _inner_filter(emission.inner_filter),
        "reasons": list(emission.reasons),
        "look_alikes": list(emission.look_alikes),
    }


def _inner_filter(found: InnerFilter | None) -> Report | None:
    return None if found is None else {"factor": quantity(found.factor), "reason": found.reason}


def _not_measured(spectrum: Spectrum | None) -> Report:
    """Return the emission of an aliquot of which none was measured: not decidable."""
    unit = "a.u." if spectrum is None else spectrum.unit
    nothing = Emission(None, None, None, unit, None, None, None, None, None, None, ("No emission was measured.",))
    return _emission(nothing)
