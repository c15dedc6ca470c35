"""What a plot shows of an aliquot: curves, the names at its peaks, and where nothing is known and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from PySide6.QtGui import QColor

from analysis.findings import Findings, Species
from analysis.spectrum import BoolArray, FloatArray, Spectrum
from analysis.wording import grouped
from gui.marks import MarkName
from gui.overlay_layer import Curve
from gui.plot_labels import PeakName
from gui.plot_panel import Blind
from gui.shown import optics
from gui.words import nanometres
from station.comparing import compared_optics
from station.curves import DRAWN_NM, drawn_emission
from station.records import Aliquot

BLIND_LEAST_NM = 4.0  # a narrower gap is seen as a gap and needs no hatch
BLIND_MERGE_NM = 3.0
BELOW_FILTER = "below the filter"
TOO_DARK = "no light left"

OnsetSign = Literal["flag", "flag-outline", ""]


def drawn(spectrum: Spectrum, masked: tuple[float, float] | None = None) -> Spectrum:
    """Return a spectrum as it is drawn: emission as means over 2 nm, without what is masked (a range in nm)."""
    if spectrum.unit != "A":
        spectrum = drawn_emission(spectrum)
    if masked is None:
        return spectrum
    first, last = np.searchsorted(spectrum.wavelengths_nm, masked)
    values, sigma, valid = spectrum.values.copy(), spectrum.sigma.copy(), spectrum.valid.copy()
    values[first:last] = sigma[first:last] = np.nan
    valid[first:last] = False
    return replace(spectrum, values=values, sigma=sigma, valid=valid)


def curve_of(number: int, shown: Spectrum, colour: QColor) -> Curve:
    """Return a spectrum as a curve of this colour, broken where nothing is known."""
    return Curve(number, shown.wavelengths_nm, shown.values, shown.sigma, colour)


def blind_ranges(spectrum: Spectrum, saturated: BoolArray | None, otherwise: str) -> tuple[Blind, ...]:
    """Return the ranges of which nothing is known; "saturated" where most of it was, else `otherwise`."""
    nm = spectrum.wavelengths_nm
    edges = np.flatnonzero(np.diff(~spectrum.valid, prepend=False, append=False)).reshape(-1, 2)
    merged: list[tuple[int, int]] = []
    for start, stop in edges:
        if merged and nm[start] - nm[merged[-1][1] - 1] < BLIND_MERGE_NM:
            merged[-1] = (merged[-1][0], int(stop))
        else:
            merged.append((int(start), int(stop)))
    found = []
    for begin, end in merged:
        if nm[end - 1] - nm[begin] >= BLIND_LEAST_NM:
            was_full = saturated is not None and saturated[begin:end].mean() > 0.5
            found.append(Blind(_edge(nm, begin), _edge(nm, end), "saturated" if was_full else otherwise))
    return tuple(found)


def _edge(nm: FloatArray, index: int) -> float:
    """Return the wavelength between a pixel and the one before it, at the ends that of the pixel."""
    if index == 0 or index == nm.size:
        return float(nm[min(index, nm.size - 1)])
    return float(nm[index - 1] + nm[index]) / 2.0


def absorbance_blind(aliquot: Aliquot) -> tuple[Blind, ...]:
    """Return where an aliquot's absorbance is not known."""
    spectrum, frames = aliquot.reading.absorbance, aliquot.reading.frames
    if spectrum is None:
        return ()
    edge_nm = aliquot.optics.long_pass_nm
    saturated, otherwise = (None, "no data") if frames is None else (frames.absorbance.saturated, "lamp too weak")
    found = blind_ranges(spectrum, saturated, otherwise)
    if spectrum.ceiling is not None:
        lit = np.isfinite(spectrum.ceiling)  # where the lamp was strong enough, the sample lets nothing through
        found = tuple(
            _too_dark(blind, spectrum.wavelengths_nm, lit) if blind.reason == otherwise else blind for blind in found
        )
    if edge_nm is None:
        return found
    return tuple(
        replace(blind, reason=BELOW_FILTER) if blind.high_nm <= edge_nm + BLIND_MERGE_NM else blind for blind in found
    )


def _too_dark(blind: Blind, nm: FloatArray, lit: BoolArray) -> Blind:
    inside = (nm > blind.low_nm) & (nm < blind.high_nm)
    return replace(blind, reason=TOO_DARK) if np.any(inside) and lit[inside].mean() > 0.5 else blind


def emission_blind(aliquot: Aliquot, masked: tuple[float, float] | None) -> tuple[Blind, ...]:
    """Return where an aliquot's emission is not known, the excitation left out: it has a hatch of its own."""
    spectrum, frames = aliquot.reading.emission, aliquot.reading.frames
    if spectrum is None:
        return ()
    saturated = None if frames is None or frames.emission is None else frames.emission.on.saturated
    found = blind_ranges(spectrum, saturated, "no data")
    if masked is None:
        return found
    return tuple(blind for blind in found if blind.high_nm < masked[0] or blind.low_nm > masked[1])


def species_names(findings: Findings | None, *, only_first: bool) -> tuple[PeakName, ...]:
    """Return the names at the peaks of an absorbance, the dominant species first, its E1 before its E2."""
    if findings is None:
        return ()
    ordered = sorted(findings.species, key=lambda s: (s.role == "E2", s.name != findings.dominant, -s.absorbance))
    kept = [species for species in ordered if not (only_first and species.role == "E2")]
    return tuple(PeakName(s.nm, _species_name(s), nanometres(s.nm, s.sigma_nm)) for s in kept)


def _species_name(species: Species) -> str:
    name = "Unassigned" if species.name == "other" else species.name
    return name if species.role == "band" else f"{name} {species.role}"


def emission_name(findings: Findings | None, sign: OnsetSign) -> tuple[PeakName, ...]:
    """Return the name at the emission peak, flagged from the onset on; nothing where none is present.

    An onset that was dismissed has no sign: nobody is asked about it any more.
    """
    if findings is None or findings.emission is None:
        return ()
    emission = findings.emission
    if not emission.present or emission.nm is None:
        return ()
    flag: MarkName | None = None if findings.onset is None else sign or None
    name = "QD emission" if findings.onset is not None else "Emission"
    return (PeakName(emission.nm, name, nanometres(emission.nm, emission.sigma_nm or 0.0), flag),)


def absorbance_remarks(aliquot: Aliquot | None, *, short: bool) -> tuple[str, ...]:
    """Return what the title says of the cuvette: "after 101× dilution" (without "after" where short), "10 mm"."""
    if aliquot is None:
        return ()
    dilution, path = aliquot.dilution, f"{_bare(aliquot.optics.path_mm)} mm"
    if dilution is None:
        return ("dilution not known", path)
    diluted = "undiluted" if dilution == 1.0 else f"{'' if short else 'after '}{_bare(dilution)}× dilution"
    return diluted, path


def emission_remarks(aliquot: Aliquot | None, beside: Sequence[Aliquot] = ()) -> tuple[str, ...]:
    """Return what the title says of the emission: unit, other set-ups `beside` it, its light, what was done to it."""
    if aliquot is None or aliquot.reading.emission is None:
        return ("counts/s",)
    calibration = aliquot.reading.calibration
    blank = calibration is not None and calibration.blank is not None
    emission = aliquot.reading.emission
    response = "response corrected" if emission.response_corrected else "response uncorrected"
    compared = (compared_optics(beside) or "").partition(":")[0]
    return (
        aliquot.reading.emission.unit,
        *((f"{compared[:1].lower()}{compared[1:]}",) if compared else ()),
        optics.emission(aliquot.optics),
        *(("blank subtracted",) if blank else ()),
        *((response, f"{DRAWN_NM:.0f} nm means") if emission.unit == "counts/s" else ()),
    )


def _bare(value: float) -> str:
    return grouped(value, 0 if value == round(value) else 1)
