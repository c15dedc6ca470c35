"""A run keeps the library it was measured with, and is read again with that one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from station.evaluation import reevaluate
from station.run import Run
from station.settings import library_text
from station.store import RunFile, read
from tests.station.test_analyze import measured_run

OWN = """
[[species]]
name = "OURS-449"
material = "HgTe"
kind = "cluster"
e1_nm = 449
e1_range_nm = [447, 451]
e2_nm = 405
e2_range_nm = [404, 406]
fwhm_range_nm = [10, 30]
source = "this laboratory"
"""


def named(run: Run) -> set[str]:
    findings = [aliquot.reading.findings for aliquot in run.aliquots]
    return {species.name for found in findings if found is not None for species in found.species}


def test_review_names_species_by_the_library_of_the_run_and_not_by_todays(tmp_path: Path) -> None:
    own = Path(os.environ["ALIQUOT_SETTINGS"]) / "species.toml"
    own.parent.mkdir(parents=True)
    own.write_text(OWN, encoding="utf-8")
    made = measured_run()
    run = replace(made.with_recipe(replace(made.recipe, material="HgTe")), library=library_text())
    RunFile.create(tmp_path / "run.aliquot", run).close()
    own.unlink()

    kept = read(tmp_path / "run.aliquot")
    assert kept.library == run.library != library_text()
    assert "OURS-449" in named(reevaluate(kept))
    assert named(reevaluate(kept, library=library_text())) == {"other"}, "today's library has no such material"
