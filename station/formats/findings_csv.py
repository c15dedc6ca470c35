"""The findings of a run for a spreadsheet: one row an aliquot, every number beside its sigma, the unit in the head."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from analysis.findings import Emission, Findings, Purity, Sizing, Species
from analysis.spectrum import Quantity
from station.band_energy import band_ev
from station.recipe import HOUR_S
from station.records import Aliquot
from station.run import Run

Cell = tuple[str, str]
"""The head of a column, and what stands in it."""


def write(stem: Path, run: Run) -> tuple[Path, ...]:
    """Write STEM-findings.csv and return its path; nothing for a run without aliquots.

    A column is there where any aliquot has something in it; a cell without a number is empty: it is not known. Raises
    FileExistsError before writing where the file exists.
    """
    if not run.aliquots:
        return ()
    path = stem.with_name(f"{stem.name}-findings.csv")
    if path.exists():
        raise FileExistsError(f"{path} exists already. Nothing was written. Choose another name.")
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(table(run))
    return (path,)


def table(run: Run) -> str:
    """Return the table as CSV (RFC 4180)."""
    rows = [dict(_cells(aliquot)) for aliquot in run.aliquots]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, heads, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _cells(aliquot: Aliquot) -> Iterator[Cell]:
    """Yield the cells of one aliquot, those that hold something."""
    yield "Aliquot", str(aliquot.number)
    if aliquot.reaction_time_s is not None:
        yield "Reaction time (h)", f"{aliquot.reaction_time_s / HOUR_S:.6g}"
    yield "Path (mm)", f"{aliquot.optics.path_mm:g}"
    if aliquot.dilution is not None:
        yield "Dilution", f"{aliquot.dilution:g}"
    findings = aliquot.reading.findings
    if findings is None:
        return
    if findings.zone is not None:
        yield "Zone", findings.zone
    if findings.dominant is not None:
        yield "Dominant species", findings.dominant
    yield from _species(findings.species)
    yield from _number("Tail 490-520 nm", "A", findings.tail)
    if findings.purity is not None:
        yield from _purity(findings.purity)
    if findings.emission is not None:
        yield from _emission(findings.emission)
    if findings.sizing is not None:
        yield from _sizing(findings.sizing)
    yield from _advice(findings)


def _species(found: tuple[Species, ...]) -> Iterator[Cell]:
    unnamed = 0
    for one in found:
        unnamed += one.name == "other"
        name = f"unassigned {unnamed}" if one.name == "other" else one.name
        name = name if one.role == "band" else f"{name} {one.role}"
        place = Quantity(one.nm, one.sigma_nm)
        yield from _number(name, "nm", place)
        yield from _number(name, "eV", band_ev(one))
        yield from _number(name, "A", Quantity(one.absorbance, one.sigma))
        yield from _number(f"{name} FWHM", "nm", Quantity(one.fwhm_nm, one.sigma_fwhm_nm or 0.0))


def _purity(purity: Purity) -> Iterator[Cell]:
    yield from _number("Tail / E1", "", purity.tail_ratio)
    yield from _number("Valley / E1", "", purity.valley_ratio)
    yield from _number("E2 / E1", "", purity.e2_ratio)
    yield from _number("FWHM of E1", "meV", purity.fwhm_mev)
    yield from _number("E2 - E1", "meV", purity.splitting_mev)
    yield from _number("Drift of E1", "nm/h", purity.drift_nm_per_h)


def _emission(emission: Emission) -> Iterator[Cell]:
    yield "Emission", {True: "present", False: "none", None: "not yet decidable"}[emission.present]
    if emission.intensity is not None:
        yield from _number("Emission", emission.unit, Quantity(emission.intensity, emission.sigma or 0.0))
    if emission.nm is not None:
        yield from _number("Emission maximum", "nm", Quantity(emission.nm, emission.sigma_nm or 0.0))
    yield from _number("Emission maximum per eV", "eV", emission.ev)
    if emission.fwhm_nm is not None:
        yield from _number("Emission FWHM", "nm", Quantity(emission.fwhm_nm, emission.sigma_fwhm_nm or 0.0))
    yield from _number("Emission FWHM", "meV", emission.fwhm_mev)
    yield from _number("Emission integral", f"{emission.unit} nm", emission.integral)
    if emission.unit == "counts/s":
        yield "Spectral response", "corrected" if emission.response_corrected else "uncorrected"
    if emission.inner_filter is not None:
        yield from _number("Inner filter, not corrected for", "times", emission.inner_filter.factor)


def _sizing(sizing: Sizing) -> Iterator[Cell]:
    yield from _number("Diameter of dots", "nm", sizing.diameter_nm)
    yield from _number("Extinction of dots", "1/(M cm)", sizing.extinction_per_m_cm)
    yield from _number("Dots in the flask", "mol/l", sizing.concentration_m)


def _advice(findings: Findings) -> Iterator[Cell]:
    advice = findings.advice
    if advice is not None:
        yield from _number("Relative yield", "", advice.yield_now)
        yield "Advice", advice.sentence


def _number(head: str, unit: str, of: Quantity | None) -> Iterator[Cell]:
    """Yield a number and its sigma; nothing where there is none, no sigma where it is not known."""
    if of is None or of.value != of.value:
        return
    behind = f" ({unit})" if unit else ""
    yield f"{head}{behind}", f"{of.value:.7g}"
    yield f"{head} sigma{behind}", f"{of.sigma:.4g}" if of.sigma > 0.0 else ""
