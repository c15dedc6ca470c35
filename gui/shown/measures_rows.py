"""What was measured of bands, purity, dots and light, as rows of a table: each number with its sigma and unit."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from analysis.findings import Emission, Purity, Sizing, Species
from analysis.spectrum import Quantity, Spectrum
from gui import words
from station.band_energy import band_ev


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what, its value, and a note; a row without a value is a sentence over the whole width.

    `struck` is what was measured and does not count; `sign` stands before the label.
    """

    label: str
    value: str = ""
    note: str = ""
    struck: bool = False
    sign: Literal["", "cross"] = ""


def band_rows(species: Species) -> tuple[Row, ...]:
    """Return energy and width of a band."""
    energy = band_ev(species)
    if energy is None or not isfinite(species.fwhm_nm):
        return ()
    return (Row("", words.electronvolts(energy), f"FWHM {words.width(species.fwhm_nm, species.sigma_fwhm_nm)}"),)


def purity_rows(purity: Purity | None) -> tuple[Row, ...]:
    """Return how pure the dominant species is."""
    if purity is None:
        return ()
    found = (
        _row("Tail / E1", purity.tail_ratio, purity.of, step=0.001),
        _row("Valley / E1", purity.valley_ratio, purity.of, step=0.01),
        _row("E2 / E1", purity.e2_ratio, purity.of, step=0.01),
        _row("FWHM", purity.fwhm_mev, purity.of, "meV", 1.0),
        _row("E2 − E1", purity.splitting_mev, purity.of, "meV", 1.0),
        _row("Drift", purity.drift_nm_per_h, "since t0", "nm/h", 0.01),
    )
    return tuple(row for row in found if row is not None)


def sizing_rows(sizing: Sizing | None, dilution: float | None) -> tuple[Row, ...]:
    """Return what dots measure, or why they are not measured; without a dilution the flask is not known."""
    if sizing is None:
        return ()
    found = (
        _row("Diameter", sizing.diameter_nm, sizing.of, "nm", 0.01),
        _row("Extinction", sizing.extinction_per_m_cm, "per M and cm", "", 1.0),
        _row("In the flask", _micromolar(sizing.concentration_m), sizing.of, "µM", 0.01)
        or (Row("In the flask", "not known", "no dilution") if sizing.diameter_nm and dilution is None else None),
    )
    refused = (Row(sizing.refused),) if sizing.refused else ()
    return (*(row for row in found if row is not None), *refused)


def light_rows(emission: Emission, spectrum: Spectrum | None) -> tuple[Row, ...]:
    """Return energy, width and integral of emission that is present, and what it is and is not corrected for."""
    rows: list[Row] = []
    if emission.fwhm_nm is not None:
        mev = emission.fwhm_mev
        also = "" if mev is None else words.uncertain(mev.value, mev.sigma, "meV", 1.0)
        rows.append(Row("PL FWHM", words.width(emission.fwhm_nm, emission.sigma_fwhm_nm), also))
    if emission.ev is not None:
        rows.append(Row("PL energy", words.electronvolts(emission.ev), "per eV"))
    if emission.integral is not None:
        step = 1.0 if emission.unit == "counts/s" else 0.0
        number = words.uncertain(emission.integral.value, emission.integral.sigma, "", step)
        rows.append(Row("PL integral", number, f"{emission.unit} nm"))
    within = emission.inner_filter
    if within is not None:
        factor = _row("Inner filter", within.factor, "not corrected for", "×", 0.001)
        rows.append(Row(within.reason) if factor is None else factor)
    if spectrum is not None and spectrum.unit == "counts/s":
        rows.append(Row("Response", "corrected" if spectrum.response_corrected else "uncorrected"))
    return tuple(rows)


def _micromolar(of: Quantity | None) -> Quantity | None:
    return None if of is None else Quantity(1e6 * of.value, 1e6 * of.sigma)


def _row(label: str, of: Quantity | None, note: str, unit: str = "", step: float = 0.0) -> Row | None:
    return None if of is None else Row(label, words.uncertain(of.value, of.sigma, unit, step), note)
