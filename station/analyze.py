"""What runs show, as JSON and as a table: computed again from raw counts where there are any, never from findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from analysis.kinetics import Course
from analysis.sizing import cluster_yield
from analysis.spectrum import Quantity
from station import store
from station.comparing import compared_optics
from station.course import compared_runs, compared_words, course_of, course_words, emission_unit
from station.evaluation import reevaluate
from station.excitation import excitation_words
from station.excitation_files import excitation_report
from station.placing import placement_report
from station.processed import RECIPE, ProcessedFiles, files_in, read_processed
from station.records import Aliquot, WavelengthChecked
from station.report import (
    Report,
    aliquot_report,
    comparison_report,
    course_report,
    finite,
    interval,
    onset_report,
)
from station.report_table import to_text
from station.run import Run, newest_findings
from station.settings import library_text

SCHEMA, VERSION = "aliquot.analyze", 1
CLUSTER = "MSC-449"  # the one whose formula, (CdTe)34, is known

__all__ = ["analyze", "read_run", "to_text"]


def analyze(
    paths: Sequence[Path], *, pl: Path | None, material: str | None, extinction: Quantity | None = None
) -> Report:
    """Return what the runs in some files show, ready for JSON (no NaN: what is not known is None).

    A path is a run file, a wide CSV of absorbance (`pl` is its emission) or a folder with absorbance.csv, pl.csv,
    excitation.csv, blank.csv and recipe.toml. `material` wins over the recipe's. `extinction` is the user's own
    coefficient of MSC-449 in 1/(M cm), without which no yield is told. Several runs are compared with the first. Raises
    StoreError, FormatError, or ValueError where `pl` does not go with one CSV file or the coefficient is too small.
    """
    if pl is not None and (len(paths) != 1 or paths[0].is_dir() or paths[0].suffix == store.SUFFIX):
        raise ValueError("An emission file goes with one absorbance CSV; give these two alone.")
    runs = [read_run(path, pl, material) for path in paths]
    courses = [course_of(run) for run in runs]
    named = dict(zip(_names(paths), courses, strict=True))
    comparison = compared_runs(named)
    report = comparison_report(comparison)
    if comparison is not None and report is not None:
        first = comparison.runs[0].name
        report["told"] = [compared_words(one, first) for one in comparison.runs[1:]]
    reports = [
        _run_report(path, run, course, extinction) for path, run, course in zip(paths, runs, courses, strict=True)
    ]
    return {"schema": SCHEMA, "version": VERSION, "runs": reports, "comparison": report}


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a name for every path, its own where that is the only one, else the whole path, each once."""
    stems = [path.stem for path in paths]
    names = [stem if stems.count(stem) == 1 else str(path) for stem, path in zip(stems, paths, strict=True)]
    return [name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, 1)]


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
    return reevaluate(replace(run, records=records).with_recipe(recipe))


def _run_report(path: Path, run: Run, course: Course, extinction: Quantity | None) -> Report:
    last = newest_findings(run)
    told = course_words(course, emission_unit(run))
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
        "onset": None if last is None or last.onset is None else onset_report(last.onset),
        "onset_answer": _answer(run),
        "onset_state": None if last is None else last.onset_state,
        "onset_reason": None if last is None else last.onset_reason,
        "false_alarm": run.recipe.false_alarm,
        "bright_counts_per_s": run.recipe.bright_counts_per_s,
        "yield_refused": _yield_refused(run, extinction),
        "course": course_report(course, run) | {"told": [list(each) for each in told]},
        "aliquots": [
            aliquot_report(aliquot) | {"cluster_yield": _cluster_yield(aliquot, run, extinction)}
            for aliquot in run.aliquots
        ],
    }


def _answer(run: Run) -> str | None:
    """Return what the chemist said of the onset, None where he has not."""
    answer = run.onset_answer
    return None if answer is None else "confirmed" if answer.confirmed else "dismissed"


def _wavelength(check: WavelengthChecked) -> Report:
    return {
        "standard": check.standard,
        "offset_nm": finite(check.offset_nm),
        "sigma_nm": finite(check.sigma_nm),
        "lines": check.lines,
    }


def _yield_refused(run: Run, extinction: Quantity | None) -> str | None:
    """Return why the user's own coefficient gives no yield in any aliquot; None where it does, or none was given."""
    if extinction is None or (run.recipe.te_mmol is not None and run.recipe.dilution is not None):
        return None
    missing = "dilution" if run.recipe.dilution is None else "te_mmol"
    return f"No yield of {CLUSTER}: the recipe does not say {missing}. Write it into {RECIPE} and analyse again."


def _cluster_yield(aliquot: Aliquot, run: Run, extinction: Quantity | None) -> Report | None:
    """Return the share of the tellurium in MSC-449 by the user's own coefficient; None without one or without it."""
    findings, te_mmol = aliquot.reading.findings, run.recipe.te_mmol
    found = () if findings is None else findings.species
    first = next((one for one in found if one.name == CLUSTER and one.role == "E1"), None)
    if extinction is None or first is None or te_mmol is None or aliquot.dilution is None:
        return None
    share = cluster_yield(
        Quantity(first.absorbance, first.sigma),
        extinction,
        te_mmol / run.recipe.volume_ml,
        path_mm=aliquot.optics.path_mm,
        diluted=aliquot.dilution,
    )
    return interval(share)
