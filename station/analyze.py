"""What runs show, as JSON and as a table: computed again from raw counts where there are any, never from findings."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from analysis.findings import Emission, Onset, Species
from analysis.spectrum import Quantity, Spectrum
from analysis.wording import THIN_SPACE, plus_minus, time_label
from station import store
from station.comparing import compared_optics
from station.evaluation import reevaluate
from station.excitation import excitation_words
from station.excitation_files import excitation_report
from station.placing import placement_report
from station.processed import ProcessedFiles, files_in, read_processed
from station.run import Aliquot, Run, WavelengthChecked
from station.settings import library_text

SCHEMA, VERSION = "aliquot.analyze", 1
WIDTH = 100
_COLUMNS = (("", 2), ("time", 8), ("species (nm)", 38), ("emission", 29), ("zone", 18))
_PLAIN = str.maketrans({THIN_SPACE: " ", "−": "-"})  # what every terminal can show

Report = dict[str, Any]


def analyze(paths: Sequence[Path], *, pl: Path | None, material: str | None) -> Report:
    """Return what the runs in some files show, ready for JSON (no NaN: what is not known is None).

    A path is a run file, a wide CSV of absorbance (`pl` is its emission) or a folder with absorbance.csv, pl.csv,
    excitation.csv, blank.csv and recipe.toml. `material` wins over the recipe's. Raises StoreError, FormatError, or
    ValueError where `pl` does not go with one CSV file.
    """
    if pl is not None and (len(paths) != 1 or paths[0].is_dir() or paths[0].suffix == store.SUFFIX):
        raise ValueError("An emission file goes with one absorbance CSV; give these two alone.")
    runs = [_run_report(path, read_run(path, pl, material)) for path in paths]
    return {"schema": SCHEMA, "version": VERSION, "runs": runs}


def read_run(path: Path, pl: Path | None, material: str | None) -> Run:
    """Return the run in a file or folder with spectra and findings as of now. Raises as `analyze` does."""
    if path.is_dir():
        return read_processed(files_in(path), library_text(), material)
    if path.suffix != store.SUFFIX:
        return read_processed(ProcessedFiles(path, pl), library_text(), material)
    run = store.read(path)
    records = tuple(
        replace(record, reading=replace(record.reading, findings=None)) if isinstance(record, Aliquot) else record
        for record in run.records
    )
    recipe = replace(run.recipe, material=material or run.recipe.material)
    return reevaluate(replace(run, recipe=recipe, records=records))


def to_text(report: Report) -> str:
    """Return the table of findings for a terminal, at most 100 columns wide."""
    return "\n\n".join("\n".join(_run_lines(run)) for run in report["runs"]).translate(_PLAIN)


def _run_report(path: Path, run: Run) -> Report:
    last = run.aliquots[-1].reading.findings if run.aliquots else None
    check = run.wavelength_check
    return {
        "path": str(path),
        "name": run.recipe.name,
        "material": run.recipe.material,
        "excitation": excitation_words(run),
        "different_optics": compared_optics(run.aliquots),
        "wavelength_check": None if check is None else _wavelength(check),
        "zone": None if last is None else last.zone,
        "zone_evidence": [] if last is None else list(last.zone_evidence),
        "zone_path": [] if last is None else [asdict(passage) for passage in last.zone_path],
        "placement": placement_report(run),
        "excitation_spectra": excitation_report(files_in(path).excitation if path.is_dir() else None, run),
        "onset": None if last is None or last.onset is None else _onset(last.onset),
        "onset_state": None if last is None else last.onset_state,
        "onset_reason": None if last is None else last.onset_reason,
        "aliquots": [_aliquot(aliquot) for aliquot in run.aliquots],
    }


def _wavelength(check: WavelengthChecked) -> Report:
    return {
        "standard": check.standard,
        "offset_nm": _finite(check.offset_nm),
        "sigma_nm": _finite(check.sigma_nm),
        "lines": check.lines,
    }


def _onset(onset: Onset) -> Report:
    return {
        "reaction_time_s": _finite(onset.reaction_time_s),
        "earliest_s": _finite(onset.earliest_s),
        "latest_s": _finite(onset.latest_s),
        "reason": onset.reason,
        "why": onset.why,
        "nm": _finite(onset.nm),
    }


def _aliquot(aliquot: Aliquot) -> Report:
    findings = aliquot.reading.findings
    emission = None if findings is None else findings.emission
    return {
        "number": aliquot.number,
        "reaction_time_s": _finite(aliquot.reaction_time_s),
        "dilution": _finite(aliquot.dilution),
        "path_mm": _finite(aliquot.optics.path_mm),
        "excitation_nm": _finite(aliquot.optics.excitation_nm),
        "long_pass_nm": _finite(aliquot.optics.long_pass_nm),
        "uv_s": _finite(aliquot.uv_s),
        **_corrections(aliquot.reading.absorbance, aliquot.reading.emission),
        "zone": None if findings is None else findings.zone,
        "species": [] if findings is None else [_species(species) for species in findings.species],
        "emission": _not_measured(aliquot.reading.emission) if emission is None else _emission(emission),
        "remarks": [] if findings is None else list(findings.remarks),
    }


def _corrections(absorbance: Spectrum | None, emission: Spectrum | None) -> Report:
    """Return what was done to the spectra: the drift that was subtracted, and whether emission is response-corrected.

    None where nothing was subtracted, and where no counts tell.
    """
    drift = None if absorbance is None else absorbance.lamp_drift
    counted = emission is not None and emission.unit == "counts/s"
    return {
        "lamp_drift": None if drift is None else _finite(drift.value),
        "lamp_drift_sigma": None if drift is None else _finite(drift.sigma),
        "response_corrected": emission.response_corrected if emission is not None and counted else None,
    }


def _species(species: Species) -> Report:
    return {
        "name": species.name,
        "role": species.role,
        "nm": _finite(species.nm),
        "sigma_nm": _finite(species.sigma_nm),
        "absorbance": _finite(species.absorbance),
        "sigma": _finite(species.sigma),
        "fwhm_nm": _finite(species.fwhm_nm),
        "definition": species.definition,
        "confidence": _finite(species.confidence),
        "runner_up": species.runner_up,
        "would_fit": list(species.would_fit),
        "reasons": list(species.reasons),
    }


def _emission(emission: Emission) -> Report:
    integral = emission.integral or Quantity(math.nan, math.nan)
    return {
        "present": emission.present,
        "intensity": _finite(emission.intensity),
        "sigma": _finite(emission.sigma),
        "unit": emission.unit,
        "nm": _finite(emission.nm),
        "sigma_nm": _finite(emission.sigma_nm),
        "fwhm_nm": _finite(emission.fwhm_nm),
        "integral": _finite(integral.value),
        "integral_sigma": _finite(integral.sigma),
        "seen_from": _finite(emission.seen_from),
        "side_band_nm": _finite(emission.side_band_nm),
        "reasons": list(emission.reasons),
        "look_alikes": list(emission.look_alikes),
    }


def _not_measured(spectrum: Spectrum | None) -> Report:
    """Return the emission of an aliquot of which none was measured: not decidable."""
    unit = "a.u." if spectrum is None else spectrum.unit
    nothing = Emission(None, None, None, unit, None, None, None, None, None, None, ("No emission was measured.",))
    return _emission(nothing)


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _run_lines(run: Report) -> Iterator[str]:
    """Yield the lines of one run: its name, the table, zone and onset."""
    yield from textwrap.wrap(run["path"] if run["name"] in run["path"] else f"{run['path']} ({run['name']})", WIDTH)
    yield _row([name for name, _ in _COLUMNS])
    for aliquot in run["aliquots"]:
        cells = [
            [f"{aliquot['number']:>2}"],
            ["?" if aliquot["reaction_time_s"] is None else time_label(aliquot["reaction_time_s"])],
            _species_lines(aliquot["species"]),
            _emission_lines(aliquot["emission"]),
            [aliquot["zone"] or "unknown"],
        ]
        for line in zip_longest(*cells, fillvalue=""):
            yield _row(line)
    if not run["aliquots"]:
        yield "no aliquots"
    if run["different_optics"] is not None:
        yield from textwrap.wrap(f"{run['different_optics']}.", WIDTH)
    zone = f"{run['zone'] or 'unknown, the material is not known'}."
    yield from textwrap.wrap(" ".join((f"Zone: {zone}", *run["zone_evidence"])), WIDTH)
    if len(run["zone_path"]) > 1:
        passages = [_passage(passage) for passage in run["zone_path"]]
        yield from textwrap.wrap(f"Zones so far: {', '.join(passages)}.", WIDTH)
    if run["placement"] is not None:
        yield from textwrap.wrap(" ".join(run["placement"]["sentences"]), WIDTH)
    if run["excitation_spectra"] is not None:
        yield from textwrap.wrap(str(run["excitation_spectra"]["track"]["sentence"]), WIDTH)
    yield from textwrap.wrap(f"Onset: {_onset_words(run)}", WIDTH)


def _passage(passage: Mapping[str, Any]) -> str:
    since_s = passage["since_s"]
    return str(passage["zone"]) if since_s is None else f"{passage['zone']} from {time_label(since_s)}"


def _onset_words(run: Report) -> str:
    if run["onset"] is not None:
        return str(run["onset"]["reason"])
    return str(run["onset_reason"] or "not yet decidable.")


def _row(cells: Sequence[str]) -> str:
    return " ".join(f"{cell:<{width}}" for cell, (_, width) in zip(cells, _COLUMNS, strict=True)).rstrip()


def _species_lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return lines that name every species with its transitions, and what a band without a name would fit."""
    by_name: dict[str, list[str]] = {}
    for species in found:
        role = "" if species["role"] == "band" else f"{species['role']} "
        fits = f" would fit {' or '.join(species['would_fit'])}" if species["would_fit"] else ""
        by_name.setdefault(species["name"], []).append(role + _nanometres(species) + fits)
    width = dict(_COLUMNS)["species (nm)"]
    cells = [f"{'unassigned' if name == 'other' else name} {', '.join(places)}" for name, places in by_name.items()]
    return [line for cell in cells for line in textwrap.wrap(cell, width, subsequent_indent="  ")] or ["none"]


def _nanometres(species: Mapping[str, Any]) -> str:
    """Return a place in nm; no spectrometer's own scale is known better than 0.1 nm."""
    if species["nm"] is None:
        return "?"
    return f"{species['nm']:.1f} ± {max(species['sigma_nm'] or 0.0, 0.1):.1f}"


def _emission_lines(emission: Mapping[str, Any]) -> list[str]:
    if emission["present"] is None:
        return ["not yet decidable"]
    if not emission["present"]:
        return ["none"]
    amount = f"{_with_sigma(emission['intensity'], emission['sigma'])} {emission['unit']}"
    return [f"{emission['nm']:.0f} nm, {amount}"] if emission["nm"] is not None else [amount]


def _with_sigma(value: float | None, sigma: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:g}" if sigma is None else plus_minus(value, sigma)
