"""The species library: every shipped entry is whole and cited; one that cannot be used says why, by entry and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.library import LibraryEntry, load_library

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "resources" / "species.toml").read_text(encoding="utf-8")
LIBRARY = load_library(SHIPPED)
WHOLE = """
[[species]]
name = "X"
material = "CdTe"
kind = "cluster"
e1_nm = 449
e1_range_nm = [445, 450]
fwhm_range_nm = [10, 30]
"""


def of(material: str) -> dict[str, LibraryEntry]:
    return {entry.name: entry for entry in LIBRARY if entry.material == material}


def test_the_library_cites_every_entry() -> None:
    for entry in LIBRARY:
        assert entry.source
        assert entry.e1_range_nm[0] <= entry.e1_nm <= entry.e1_range_nm[1]
        assert (entry.e2_nm is None) == (entry.e2_range_nm is None)
        assert all(entry.e1_range_nm[0] <= nm <= entry.e1_range_nm[1] for nm in entry.reported_nm)
        assert entry.reported_nm or entry.kind == "dots"


@pytest.mark.parametrize("nm", [371, 374, 417, 420, 430, 445, 449, 450, 460, 463, 470, 480, 483, 491, 506, 550])
def test_every_reported_position_of_cdte_is_in_it(nm: float) -> None:
    assert any(nm in entry.reported_nm for entry in LIBRARY if entry.material == "CdTe")


def test_the_second_excitons_of_the_papers_clusters_are_known() -> None:
    first, second = of("CdTe")["MSC-449"], of("CdTe")["MSC-469"]
    assert (first.e2_nm, second.e2_range_nm) == (405.0, (424.0, 427.0))
    assert of("CdTe")["PRE-430"].kind == "prenucleation"
    assert all(of("CdTe")[name].tentative for name in ("MSC-480", "MSC-550"))


def test_what_is_only_recalled_is_tentative_unless_another_source_carries_it() -> None:
    for entry in LIBRARY:
        sources = entry.source.split(";")
        if all("recalled" in source for source in sources[:1]):
            assert entry.tentative, entry.name


def test_other_compounds_are_in_it_each_with_clusters_of_its_own() -> None:
    assert {entry.material for entry in LIBRARY} >= {"CdTe", "CdSe", "CdS", "ZnSe", "ZnTe"}
    assert {"MSC-360", "MSC-415", "QD"} <= of("CdSe").keys()
    assert {"MSC-311", "MSC-322", "MSC-360"} <= of("CdS").keys()
    assert of("ZnSe")["dMSC-345"].e2_nm == 328.0


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("e1_nm", '"449"', r"species X in the library: e1_nm is '449', which is no number"),
        ("e1_nm", "true", "e1_nm is True, which is no number"),
        ("e1_nm", "nan", "e1_nm is nan, which is no number"),
        ("e1_nm", "549", "X in the library contradicts itself: e1_nm is 549, e1_range_nm 445-450"),
        ("e1_nm", "2.76\ne1_range_nm = [2.7, 2.8]", "e1_nm = 2.76; give it in nm"),
        ("e1_range_nm", "[450, 445]", r"e1_range_nm is \[450, 445\], which runs backwards"),
        ("e1_range_nm", "450", "e1_range_nm is 450, which is no range of two numbers"),
        ("fwhm_range_nm", "[0, 20]", "width of 0 nm or less; correct fwhm_range_nm"),
        ("kind", '"MSC"', 'kind is "MSC"; it is one of cluster, prenucleation, dots'),
        ("material", "5", "material is 5; write it between quotation marks"),
        ("name", '" "', r"without a name \(entry 1\) in the library: name is empty; fill it in"),
        ("tentative", '"yes"', "tentative is 'yes'; write true or false"),
        ("reported_nm", "449", r"reported_nm is 449, which is no list"),
        ("e2_nm", "455", "e2_nm 455 at or beyond e1_nm 449"),
        ("e2_nm", "405\ne2_range_nm = [424, 427]", "contradicts itself: e2_nm is 405, e2_range_nm 424-427"),
        ("fwhm_nm", "20", "fwhm_nm is no field of an entry; is fwhm_range_nm meant"),
    ],
)
def test_a_chemists_slip_is_told_by_entry_and_field(field: str, written: str, says: str) -> None:
    kept = [
        line
        for line in WHOLE.splitlines()
        if not line.startswith(f"{field} =") and not (line.startswith("e1_range") and "e1_range" in written)
    ]
    with pytest.raises(ValueError, match=says):
        load_library("\n".join([*kept, f"{field} = {written}"]))


def test_a_missing_field_and_a_misspelt_one_are_told() -> None:
    with pytest.raises(ValueError, match="X in the library: e1_nm is missing; add it"):
        load_library(WHOLE.replace("e1_nm = 449\n", ""))
    with pytest.raises(ValueError, match="e1_nm is missing; is E1_nm meant for it"):
        load_library(WHOLE.replace("e1_nm = 449\n", "E1_nm = 449\n"))


@pytest.mark.parametrize("text", ["[[species]\n", "e1_nm = 449,5"])
def test_what_is_no_toml_is_told_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read: .*line 1"):
        load_library(text)


def test_single_brackets_are_told() -> None:
    with pytest.raises(ValueError, match=r"write \[\[species\]\] over each"):
        load_library(WHOLE.replace("[[species]]", "[species]"))


def test_a_name_given_twice_in_a_material_is_refused_and_in_two_materials_is_not() -> None:
    with pytest.raises(ValueError, match="names X of CdTe twice"):
        load_library(WHOLE + WHOLE)
    assert len(load_library(WHOLE + WHOLE.replace("CdTe", "CdSe"))) == 2
