"""The findings of a run and of one of its aliquots, as rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.findings import Emission, Findings, Onset, Species
from analysis.wording import listed
from gui import words
from gui.shown import optics
from station.comparing import compared_optics
from station.run import Aliquot, Run


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what, its value, and a note; a row without a value is a sentence over the whole width."""

    label: str
    value: str = ""
    note: str = ""


def run_rows(run: Run) -> tuple[Row, ...]:
    """Return what is said of the whole run: zone and onset, in words."""
    findings = run.aliquots[-1].reading.findings if run.aliquots else None
    if findings is None:
        return (Row("Zone", "not yet decidable"),)
    zone = findings.zone if findings.zone is not None else "not named: the recipe names no material"
    different = compared_optics(run.aliquots)
    said = (Row(different),) if different else ()
    return (Row("Zone", zone), *_onset_rows(findings, findings.onset, run), *said)


def _onset_rows(findings: Findings, onset: Onset | None, run: Run) -> tuple[Row, ...]:
    """Return when emission began, with its reason, or why nothing is said."""
    if onset is None:
        none = "none" if findings.onset_state == "watching" else "not yet decidable"
        return (Row("Onset", none), Row(findings.onset_reason))
    answer = run.onset_answer
    said = "" if answer is None else "confirmed" if answer.confirmed else "dismissed"
    return (Row("Onset", words.interval(onset.earliest_s, onset.latest_s), said), Row(onset.reason))


def aliquot_rows(aliquot: Aliquot | None) -> tuple[Row, ...]:
    """Return what is said of one aliquot: species, emission, tail, remarks."""
    findings = None if aliquot is None else aliquot.reading.findings
    if aliquot is None or findings is None:
        return ()
    rows = [row for species in findings.species for row in _species_rows(species)]
    if not findings.species:
        rows.append(Row("Species", "none"))
    rows += _emission_rows(findings.emission)
    if findings.tail is not None:
        rows.append(Row("Tail", words.absorbance(findings.tail.value, findings.tail.sigma), "490–520 nm"))
    rows.append(Row("Dilution", f"{words.amount(aliquot.dilution)}×", f"{words.amount(aliquot.optics.path_mm)} mm"))
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
    if species.would_fit:
        return place, Row(f"would fit {listed(species.would_fit[:3], 'or')}")
    return (place,)


def _emission_rows(emission: Emission | None) -> list[Row]:
    """Return emission with its place and width."""
    if emission is None:
        return [Row("QD emission", "not measured")]
    if emission.present is None:
        return [Row("QD emission", "not yet decidable"), *(Row(reason) for reason in emission.reasons[:1])]
    known = emission.intensity is not None and emission.sigma is not None
    height = words.rate(emission.intensity or 0.0, emission.sigma or 0.0, emission.unit) if known else ""
    if not emission.present:
        return [Row("QD emission", "none", height)]
    where = "seen" if emission.nm is None else words.nanometres(emission.nm, emission.sigma_nm or 0.0)
    return [Row("QD emission", where, height)]
