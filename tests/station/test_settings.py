"""The species library in force: the user's entries win by material and name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.library import LibraryEntry, load_library
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


def in_force() -> dict[tuple[str, str], LibraryEntry]:
    return {(entry.material, entry.name): entry for entry in load_library(library_text())}


def test_a_user_entry_takes_the_place_of_the_shipped_one_of_its_name() -> None:
    shipped = in_force()
    own_species(OWN)
    entries = in_force()
    assert entries.keys() == shipped.keys()
    assert entries["CdTe", "MSC-449"].e1_nm == 450.5
    assert shipped["CdTe", "MSC-449"].e1_nm == 449.0


def test_a_user_entry_of_a_material_of_its_own_stands_beside_all_others() -> None:
    shipped = in_force()
    own_species(OWN.replace("CdTe", "HgTe"))
    assert in_force().keys() == shipped.keys() | {("HgTe", "MSC-449")}
    assert in_force()["CdTe", "MSC-449"] == shipped["CdTe", "MSC-449"]


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    own_species("\ufeff" + OWN)
    assert in_force()["CdTe", "MSC-449"].source == "this laboratory"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[species]\nname = ", r"species\.toml is not used: The species library cannot be read"),
        (OWN.replace("450.5", '"450.5"'), r"MSC-449 in the library: e1_nm is '450\.5', which is no number"),
        (OWN.replace("material", "materials"), "material is missing; is materials meant for it"),
        (OWN.replace("[[species]]", ""), r"name stands in no entry; write \[\[species\]\] over each"),
    ],
)
def test_entries_that_cannot_be_used_are_said_with_their_file_and_field(text: str, says: str) -> None:
    own_species(text)
    with pytest.raises(ValueError, match=says) as told:
        library_text()
    assert str(Path(os.environ["ALIQUOT_SETTINGS"]) / "species.toml") in str(told.value)
    assert "move it away to use the shipped species" in str(told.value)


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    assert writable_folder(tmp_path / "new" / "folder").is_dir()
    taken = tmp_path / "file"
    taken.write_text("here")
    with pytest.raises(OSError, match="Nothing was measured"):
        writable_folder(taken)
