"""The reaction zone of a run, from the species and the emission of its last two aliquots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Emission, Findings, Role, Species, Zone
from analysis.zones import zone

DARK, BRIGHT, UNKNOWN = False, True, None
NM = {"MSC-449": 449.0, "MSC-469": 469.0, "PRE-430": 430.0, "QD": 520.0, "MSC-480": 480.0, "MSC-550": 550.0}


def species(name: str, absorbance: float, confidence: float = 0.9, role: Role = "E1") -> Species:
    nm = NM.get(name, 600.0)
    return Species(name, role, nm, 0.2, 18.0, absorbance, 0.001, confidence, "fitted component")


def aliquot(present: bool | None, **heights: float) -> Findings:
    """Findings of one aliquot: absorbance by species (MSC_449=0.1) and whether it emits."""
    found = tuple(species(name.replace("_", "-"), height) for name, height in heights.items())
    emission = Emission(present, 1.0, 1.0, "counts/s", 100.0, None, None, None, None, None)
    return Findings(None, found, None, emission, None, None, None, "watching", "", None)


CASES: list[tuple[Zone, list[Findings]]] = [
    ("none", [aliquot(DARK), aliquot(DARK)]),
    ("prenucleation", [aliquot(DARK, PRE_430=0.05), aliquot(DARK, PRE_430=0.06)]),
    ("MSC + prenucleation", [aliquot(DARK, MSC_449=0.05, PRE_430=0.03), aliquot(DARK, MSC_449=0.06, PRE_430=0.03)]),
    ("MSC", [aliquot(DARK, MSC_449=0.10), aliquot(DARK, MSC_449=0.12)]),
    ("MSC", [aliquot(DARK), aliquot(DARK, MSC_449=0.02)]),
    ("MSC + QD", [aliquot(DARK, MSC_449=0.15), aliquot(BRIGHT, MSC_449=0.17)]),
    ("MSC + QD", [aliquot(UNKNOWN, MSC_449=0.15, QD=0.02), aliquot(UNKNOWN, MSC_449=0.15, QD=0.03)]),
    ("second MSC + QD", [aliquot(BRIGHT, MSC_469=0.12, QD=0.05), aliquot(BRIGHT, MSC_469=0.12, QD=0.05)]),
    ("second MSC + QD", [aliquot(BRIGHT, MSC_469=0.06, MSC_449=0.04), aliquot(BRIGHT, MSC_469=0.12)]),
    ("QD", [aliquot(BRIGHT, QD=0.2), aliquot(BRIGHT, QD=0.22)]),
    ("QD", [aliquot(BRIGHT, QD=0.2, MSC_480=0.02, MSC_550=0.02), aliquot(BRIGHT, QD=0.2, MSC_480=0.02)]),
    ("QD", [aliquot(BRIGHT, QD=0.2, MSC_449=0.01), aliquot(BRIGHT, QD=0.2, MSC_449=0.01)]),
]


@pytest.mark.parametrize(("expected", "run"), CASES, ids=[f"{i} {name}" for i, (name, _) in enumerate(CASES)])
def test_the_zone_is_named_after_what_the_last_two_aliquots_hold(expected: Zone, run: list[Findings]) -> None:
    assert zone(run) == expected


def test_a_tail_without_emission_makes_no_dots() -> None:
    assert zone([aliquot(DARK, MSC_449=0.10, QD=0.01), aliquot(DARK, MSC_449=0.10, QD=0.01)]) == "MSC"


def test_earlier_aliquots_do_not_count() -> None:
    early = [aliquot(DARK, PRE_430=0.05)] * 3
    assert zone([*early, aliquot(BRIGHT, QD=0.2), aliquot(BRIGHT, QD=0.2)]) == "QD"


def test_a_doubtful_name_in_one_aliquot_makes_no_zone() -> None:
    doubtful = Findings(
        None, (species("MSC-469", 0.01, 0.4),), None, None, None, None, None, "watching", "", None
    )  # fmt: skip
    assert zone([aliquot(DARK, MSC_449=0.1), doubtful]) == "MSC"
    assert zone([aliquot(DARK), doubtful]) == "none"


def test_the_second_exciton_and_bands_without_a_name_are_no_species_of_their_own() -> None:
    second = Findings(
        None,
        (species("MSC-449", 0.08, 0.9, "E2"), species("other", 0.3)),
        None,
        None,
        None,
        None,
        None,
        "watching",
        "",
        None,
    )
    assert zone([second, second]) == "none"


@given(st.lists(st.sampled_from([findings for _, run in CASES for findings in run]), max_size=6))
def test_every_run_has_exactly_one_zone(run: list[Findings]) -> None:
    assert zone(run) in {name for name, _ in CASES}
    assert zone(run) == zone(run[-2:])
