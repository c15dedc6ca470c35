"""Imported excitation spectra of a run, each beside the absorbance of the same aliquot."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from analysis.excitation_spectra import ExcitationReading, ExcitationTrack, read_excitation, track
from analysis.findings import Peak
from analysis.spectrum import Spectrum
from station.processed import files_in, read_excitations
from station.run import Run

SAME_TIME_S = 1.0  # reaction times of one aliquot in two files


def excitation_readings(path: Path, run: Run) -> tuple[ExcitationReading, ...]:
    """Return what the excitation spectra in a wide CSV file show, in order of time. Raises wide_csv.FormatError."""
    return tuple(
        read_excitation(spectrum, _absorbance(run, time_s), time_s) for _, time_s, spectrum in read_excitations(path)
    )


def excitations_of(path: Path, run: Run) -> tuple[ExcitationReading, ...]:
    """Return the excitation spectra in a run's folder; none where `path` is a file, or the folder holds none.

    Raises wide_csv.FormatError.
    """
    file = files_in(path).excitation if path.is_dir() else None
    return () if file is None else excitation_readings(file, run)


def excitation_report(path: Path | None, run: Run) -> dict[str, Any] | None:
    """Return the excitation maximum of every spectrum and how it moves, ready for JSON; None without a file."""
    if path is None:
        return None
    readings = excitation_readings(path, run)
    moved = track(readings)
    return {"file": path.name, "track": _track(moved), "spectra": [_reading(one) for one in readings]}


def _track(moved: ExcitationTrack) -> dict[str, Any]:
    return {
        "moved_nm": None if moved.moved_nm is None else moved.moved_nm.value,
        "moved_sigma_nm": None if moved.moved_nm is None else moved.moved_nm.sigma,
        "grows": moved.grows,
        "sentence": moved.sentence,
    }


def _reading(one: ExcitationReading) -> dict[str, Any]:
    per_absorbed = one.per_absorbed
    return {
        "reaction_time_s": one.reaction_time_s,
        "maximum": _peak(one.maximum),
        "tallest": _peak(one.tallest),
        "note": one.note,
        "wavelengths_nm": [float(nm) for nm in one.spectrum.wavelengths_nm],
        "over_absorptance": None if per_absorbed is None else [_finite(value) for value in per_absorbed.values],
        "over_absorptance_sigma": None if per_absorbed is None else [_finite(value) for value in per_absorbed.sigma],
    }


def _peak(band: Peak | None) -> dict[str, Any] | None:
    if band is None:
        return None
    return {"nm": band.nm, "sigma_nm": band.sigma_nm, "fwhm_nm": _finite(band.fwhm_nm), "definition": band.definition}


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _absorbance(run: Run, time_s: float | None) -> Spectrum | None:
    """Return the absorbance measured at a reaction time, or None."""
    if time_s is None:
        return None
    for aliquot in run.aliquots:
        at_s = aliquot.reaction_time_s
        if at_s is not None and abs(at_s - time_s) <= SAME_TIME_S and aliquot.reading.absorbance is not None:
            return aliquot.reading.absorbance
    return None
