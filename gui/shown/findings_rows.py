"""The findings of one aliquot, as rows of a table."""

from __future__ import annotations

from dataclasses import replace

from analysis.findings import Emission, Species
from analysis.spectrum import Spectrum
from analysis.wording import grouped, listed
from gui import words
from gui.shown import measures_rows, optics
from gui.shown.measures_rows import Row
from station.records import Aliquot


def called(aliquot: Aliquot) -> str:
    """Return what an aliquot is called in a head: "Aliquot 4, after cooling"."""
    of = "Reading" if aliquot.by_itself else "Aliquot"
    return ", ".join(filter(None, (f"{of} {grouped(aliquot.number)}", aliquot.name)))


def said_rows(aliquot: Aliquot) -> tuple[Row, ...]:
    """Return what the chemist said of an aliquot: why it does not count, and the note."""
    excluded = aliquot.excluded
    return (
        *(() if excluded is None else (Row("Excluded", excluded or "no reason given", sign="cross"),)),
        *((Row(f"Note: {aliquot.note}"),) if aliquot.note else ()),
    )


def aliquot_rows(aliquot: Aliquot | None) -> tuple[Row, ...]:
    """Return what is said of one aliquot: by the chemist, then species, emission, tail, remarks.

    What was measured of one that does not count is struck through.
    """
    if aliquot is None:
        return ()
    found = measured_rows(aliquot)
    if aliquot.excluded is not None:
        found = tuple(replace(row, struck=bool(row.value)) for row in found)
    return (*said_rows(aliquot), *found)


def measured_rows(aliquot: Aliquot) -> tuple[Row, ...]:
    """Return what was measured of an aliquot."""
    findings = aliquot.reading.findings
    if findings is None:
        return ()
    rows = [row for species in findings.species for row in _species_rows(species)]
    if not findings.species:
        rows.append(Row("Species", "none"))
    rows += _emission_rows(findings.emission, aliquot.reading.emission)
    if findings.tail is not None:
        rows.append(Row("Tail", words.absorbance(findings.tail.value, findings.tail.sigma), "490–520 nm"))
    rows += measures_rows.purity_rows(findings.purity)
    rows += measures_rows.sizing_rows(findings.sizing, aliquot.dilution)
    diluted = "not known" if aliquot.dilution is None else f"{words.amount(aliquot.dilution)}×"
    rows.append(Row("Dilution", diluted, f"{words.amount(aliquot.optics.path_mm)} mm"))
    rows.append(Row("Optics", optics.spoken(aliquot.optics).partition(",")[0], optics.beyond(aliquot.optics)))
    if aliquot.uv_s > 0.0:
        rows.append(Row("Under UV", words.age(aliquot.uv_s), "this cuvette"))
    said = dict.fromkeys((*aliquot.reading.light_doubts, *findings.remarks))  # a doubt stands among the remarks too
    rows += [Row(words.capital(sentence)) for sentence in said]
    return tuple(rows)


def _species_rows(species: Species) -> tuple[Row, ...]:
    """Return place and height of one band."""
    name = species.name if species.role == "band" else f"{species.name} {species.role}"
    height = words.absorbance(species.absorbance, species.sigma)
    place = Row(name, words.nanometres(species.nm, species.sigma_nm), f"A {height}")
    fits = (Row(f"would fit {listed(species.would_fit[:3], 'or')}"),) if species.would_fit else ()
    return (place, *measures_rows.band_rows(species), *fits)


def _emission_rows(emission: Emission | None, spectrum: Spectrum | None) -> list[Row]:
    """Return emission with place, energy, width and integral, and what is and is not taken out of it."""
    if emission is None:
        return [Row("QD emission", "not measured")]
    if emission.present is None:
        return [Row("QD emission", "not yet decidable"), *(Row(reason) for reason in emission.reasons[:1])]
    known = emission.intensity is not None and emission.sigma is not None
    height = words.rate(emission.intensity or 0.0, emission.sigma or 0.0, emission.unit) if known else ""
    if not emission.present:
        return [Row("QD emission", "none", height)]
    where = "seen" if emission.nm is None else words.nanometres(emission.nm, emission.sigma_nm or 0.0)
    return [Row("QD emission", where, height), *measures_rows.light_rows(emission, spectrum)]
