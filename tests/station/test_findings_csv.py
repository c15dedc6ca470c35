"""The table of findings: one row an aliquot, every number beside its sigma, nothing where nothing is known."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from station.evaluation import reevaluate
from station.formats import findings_csv
from station.records import Aliquot, Reading
from tests.station.test_analyze import measured_run


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_aliquot_is_a_row_with_numbers_that_are_those_of_the_run(tmp_path: Path) -> None:
    run = reevaluate(measured_run())
    (path,) = findings_csv.write(tmp_path / "run", run)
    assert path.name == "run-findings.csv"
    rows = rows_of(path.read_text(encoding="utf-8"))
    assert [(row["Aliquot"], row["Reaction time (h)"], row["Emission"]) for row in rows] == [
        ("1", "1", "none"),
        ("2", "2", "none"),
        ("3", "4", "present"),
    ]
    findings = run.aliquots[2].reading.findings
    assert findings is not None
    first = next(one for one in findings.species if one.name == "MSC-449" and one.role == "E1")
    assert float(rows[2]["MSC-449 E1 (nm)"]) == pytest.approx(first.nm, rel=1e-6)
    assert float(rows[2]["MSC-449 E1 sigma (A)"]) == pytest.approx(first.sigma, rel=1e-3)
    assert float(rows[2]["Emission maximum per eV (eV)"]) == pytest.approx(1239.842 / 520.0, abs=0.02)
    assert rows[0]["Emission maximum (nm)"] == ""
    assert rows[2]["Spectral response"] == "uncorrected"
    assert "by your own procedure" in rows[2]["Advice"]


def test_what_could_not_be_read_is_a_row_of_empty_cells_and_no_file_is_written_over(tmp_path: Path) -> None:
    run = reevaluate(measured_run())
    last = run.records[-1]
    assert isinstance(last, Aliquot)
    blind = replace(run, records=(*run.records[:-1], replace(last, reading=Reading(None, None, None))))
    row = rows_of(findings_csv.table(blind))[-1]
    said = {"Aliquot": "3", "Reaction time (h)": "4", "Path (mm)": "10", "Dilution": "101"}
    assert {head: cell for head, cell in row.items() if cell} == said
    findings_csv.write(tmp_path / "run", run)
    with pytest.raises(FileExistsError, match="Nothing was written"):
        findings_csv.write(tmp_path / "run", blind)
    assert findings_csv.write(tmp_path / "none", replace(run, records=())) == ()
