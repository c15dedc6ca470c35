"""The species library in force: the user's entries win by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.library import load_library
from station.settings import library_text, writable_folder

OWN = """
[[species]]
name = "MSC-449"
material = "CdTe"
kind = "cluster"
e1_nm = 450.5
e1_range_nm = [449.5, 451.5]
fwhm_range_nm = [12, 30]
emissive = false
source = "this laboratory"
"""


def own_species(text: str) -> None:
    folder = Path(os.environ["ALIQUOT_SETTINGS"])
    folder.mkdir(parents=True)
    (folder / "species.toml").write_text(text, encoding="utf-8")


def test_a_user_entry_takes_the_place_of_the_shipped_one_of_its_name() -> None:
    shipped = {entry.name: entry for entry in load_library(library_text())}
    own_species(OWN)
    entries = load_library(library_text())
    assert [entry.name for entry in entries].count("MSC-449") == 1
    in_force = {entry.name: entry for entry in entries}
    assert in_force.keys() == shipped.keys()
    assert in_force["MSC-449"].e1_nm == 450.5
    assert shipped["MSC-449"].e1_nm == 449.0


def test_entries_that_are_not_toml_are_said_with_their_file() -> None:
    own_species("[[species]\nname = ")
    with pytest.raises(ValueError, match=r"species\.toml is not TOML"):
        library_text()


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    assert writable_folder(tmp_path / "new" / "folder").is_dir()
    taken = tmp_path / "file"
    taken.write_text("here")
    with pytest.raises(OSError, match="Nothing was measured"):
        writable_folder(taken)
