"""The reaction zone of a run: what its newest readings hold together, why it is named so, and the zones before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Emission, Findings, Role, Species, Zone
from analysis.spectrum import Quantity
from analysis.zones import Presence, ZoneJudgement, judge_zone, present, zone

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
def test_the_zone_is_named_after_what_the_newest_readings_hold(expected: Zone, run: list[Findings]) -> None:
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


def through(run: Sequence[Findings], every_s: float = 3600.0) -> list[ZoneJudgement]:
    """What is judged after each reading of a run, one an hour, each told what was judged before."""
    history: list[Findings] = []
    judged = []
    for index, one in enumerate(run):
        timed = replace(one, reaction_time_s=(index + 1) * every_s)
        judged.append(judge_zone((*history, timed)))
        history.append(replace(timed, zone=judged[-1].zone, zone_path=judged[-1].path))
    return judged


def path(judged: ZoneJudgement) -> list[tuple[Zone, float | None]]:
    return [(one.zone, None if one.since_s is None else one.since_s / 3600.0) for one in judged.path]


@given(st.lists(st.sampled_from([findings for _, run in CASES for findings in run]), min_size=1, max_size=7))
def test_every_run_has_exactly_one_zone_and_says_why(run: list[Findings]) -> None:
    last = through(run)[-1]
    assert last.zone == zone(run)
    assert last.zone in {name for name, _ in CASES}
    assert last.path[-1].zone == last.zone
    assert zone(run) == zone(run[-4:])
    assert last.evidence
    assert all(sentence.endswith(".") for sentence in last.evidence)


STEADY: dict[Zone, Findings] = {
    "none": aliquot(DARK),
    "prenucleation": aliquot(DARK, PRE_430=0.06),
    "MSC + prenucleation": aliquot(DARK, MSC_449=0.06, PRE_430=0.03),
    "MSC": aliquot(DARK, MSC_449=0.12),
    "MSC + QD": aliquot(BRIGHT, MSC_449=0.17, QD=0.02),
    "second MSC + QD": aliquot(BRIGHT, MSC_469=0.12, QD=0.04),
    "QD": aliquot(BRIGHT, QD=0.2),
}


@pytest.mark.parametrize("at", range(2, 8))
@pytest.mark.parametrize("name", ["PRE-430", "MSC-469", "MSC-449", "QD", "light", "dark", "missed"])
@pytest.mark.parametrize("steady", STEADY)
def test_what_flickers_in_one_reading_changes_neither_zone_nor_path(steady: Zone, name: str, at: int) -> None:
    clean = STEADY[steady]
    run = [clean] * 8
    assert clean.emission is not None
    if name == "light":
        run[at] = replace(clean, emission=replace(clean.emission, present=True))
    elif name == "dark":
        run[at] = replace(clean, emission=replace(clean.emission, present=False))
    elif name == "missed":
        run[at] = replace(clean, species=clean.species[1:])
    elif name not in {one.name for one in clean.species}:
        run[at] = replace(clean, species=(*clean.species, species(name, 0.009)))
    last = through(run)[-1]
    assert last.zone == steady
    assert path(last) == [(steady, 1.0)]


def lit(counts_s: float, tail: float, **heights: float) -> Findings:
    one = aliquot(BRIGHT, **heights)
    assert one.emission is not None
    light = replace(one.emission, intensity=counts_s, sigma=5.0, nm=520.0)
    return replace(one, emission=light, tail=Quantity(tail, 2e-4))


def test_a_faint_trace_beside_the_pure_cluster_is_told_and_makes_no_zone() -> None:
    dark = [aliquot(DARK, MSC_449=0.25)] * 5
    last = through([*dark, lit(124.0, 7e-4, MSC_449=0.29), lit(130.0, 7e-4, MSC_449=0.29)])[-1]
    assert last.zone == "MSC"
    assert path(last) == [("MSC", 1.0)]
    assert any("trace of dots emits since 6 h" in sentence and "130" in sentence for sentence in last.evidence)


def test_a_turbid_cuvette_and_the_red_flank_of_the_cluster_make_no_dots_of_a_trace() -> None:
    dark = [aliquot(DARK, MSC_449=0.22, MSC_469=0.03)] * 3
    early, turbid = lit(300.0, 2e-3, MSC_449=0.22, MSC_469=0.03), lit(304.0, 0.018, MSC_449=0.22, MSC_469=0.03)
    assert through([*dark, early, turbid])[-1].zone == "MSC"
    assert through([*dark, turbid, turbid])[-1].zone == "MSC + QD"


@pytest.mark.parametrize(
    "late",
    [
        lit(1400.0, 2.7e-3, MSC_449=0.28),  # bright before the dots' own band is seen
        lit(300.0, 0.02, MSC_449=0.28),  # the tail tells of dots
        lit(300.0, 2e-3, MSC_449=0.28, QD=0.01),  # so does their band
        replace(lit(300.0, 0.0, MSC_449=0.28), tail=None),  # whether they absorb is not known: the light decides
    ],
    ids=["bright", "tail", "band", "no tail known"],
)
def test_dots_beside_the_cluster_are_no_trace(late: Findings) -> None:
    assert through([*[aliquot(DARK, MSC_449=0.25)] * 5, late, late])[-1].zone == "MSC + QD"


def test_on_a_bench_ten_times_dimmer_a_tenth_of_the_light_is_no_trace() -> None:
    def dimmer(reading: Findings) -> Findings:
        assert reading.emission is not None
        light = reading.emission
        return replace(reading, emission=replace(light, intensity=0.1 * (light.intensity or 0.0), seen_from=10.0))

    dark = [dimmer(aliquot(DARK, MSC_449=0.25))] * 5
    bright, faint = (dimmer(lit(counts, 2.7e-3, MSC_449=0.28)) for counts in (1400.0, 130.0))
    assert through([*dark, bright, bright])[-1].zone == "MSC + QD"
    assert through([*dark, faint, faint])[-1].zone == "MSC"


def test_dots_whose_light_saturates_are_known_by_their_band() -> None:
    blind = aliquot(UNKNOWN, QD=0.1)
    last = through([blind] * 3)[-1]
    assert last.zone == "QD"
    assert "Whether anything emits is not known." in last.evidence


def test_the_path_of_the_standard_in_octadecene() -> None:
    run = [
        aliquot(DARK),
        aliquot(DARK, MSC_449=0.11),
        aliquot(DARK, MSC_449=0.20),
        lit(1040.0, 2.5e-3, MSC_449=0.21, MSC_469=0.02),
        lit(7400.0, 0.013, MSC_449=0.15, MSC_469=0.03, QD=0.01),
        lit(14000.0, 0.026, MSC_449=0.09, MSC_469=0.13, QD=0.02),
        lit(19000.0, 0.03, MSC_469=0.17, QD=0.025),
    ]
    last = through(run)[-1]
    assert path(last) == [("none", 1.0), ("MSC", 2.0), ("MSC + QD", 4.0), ("second MSC + QD", 6.0)]
    assert last.evidence[0].startswith("MSC-469 since 4 h 00 min: 469.0 nm, A = 0.170")
    assert any(sentence.startswith("Dots emit since 4 h 00 min, 19") for sentence in last.evidence)


def test_the_flask_at_150_degrees_goes_from_clusters_to_dots() -> None:
    run = [
        aliquot(DARK, MSC_449=0.02),
        lit(10000.0, 0.015, MSC_449=0.11, QD=0.015),
        lit(24000.0, 0.025, MSC_449=0.07, QD=0.04),
        lit(54000.0, 0.05, QD=0.08),
        lit(50000.0, 0.06, QD=0.08, MSC_480=0.006, MSC_550=0.006),
    ]
    # that one reading misses the clusters does not end them: it could be a flicker
    assert path(through(run)[-1]) == [("MSC", 1.0), ("MSC + QD", 2.0), ("QD", 5.0)]


def test_since_when_is_told_over_long_runs_too() -> None:
    run = [aliquot(DARK)] * 37 + [aliquot(DARK, MSC_449=0.05)] * 250
    run[100] = aliquot(DARK)  # missed once
    last = through(run, 60.0)[-1]
    assert last.evidence[0].startswith("MSC-449 since 38 min:")


def test_what_is_seen_too_rarely_is_named_as_not_counted() -> None:
    run = [aliquot(DARK, MSC_449=0.1)] * 3 + [aliquot(DARK, MSC_449=0.1, PRE_430=0.02)]
    last = through(run)[-1]
    assert last.zone == "MSC"
    assert last.evidence[-1] == "Not counted, for too few of the last 4 readings show it: PRE-430."


def test_a_run_without_readings_has_no_word() -> None:
    assert judge_zone(()) == ZoneJudgement("none", (), ())


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (aliquot(DARK, PRE_430=0.12, MSC_449=0.015), "prenucleation"),
        (aliquot(DARK, PRE_430=0.12, MSC_449=0.04), "MSC + prenucleation"),
        (aliquot(DARK, PRE_430=0.02, MSC_449=0.25), "MSC"),
        (aliquot(DARK, PRE_430=0.06, MSC_449=0.25), "MSC + prenucleation"),
    ],
)
def test_the_flank_of_a_tall_band_is_no_species_of_its_own(run: Findings, expected: Zone) -> None:
    assert through([run] * 4)[-1].zone == expected


def test_readings_of_emission_alone_take_nothing_back() -> None:
    both = lit(19000.0, 0.03, MSC_469=0.17, QD=0.025)
    light_alone = replace(both, species=(), tail=None)
    last = through([both, both, *[light_alone] * 9])[-1]
    assert last.zone == "second MSC + QD"
    assert path(last) == [("second MSC + QD", 1.0)]
    seen_and_gone = replace(both, species=())  # absorbance was measured and shows nothing
    assert through([both, both, *[seen_and_gone] * 4])[-1].zone == "QD"


def test_the_first_light_of_dots_that_have_absorbed_for_long_counts_at_once() -> None:
    absorbing = aliquot(DARK, MSC_469=0.025, QD=0.01)
    assert through([absorbing] * 4)[-1].zone == "MSC"
    first_light = aliquot(BRIGHT, MSC_469=0.025, QD=0.01)
    assert through([*[absorbing] * 4, first_light])[-1].zone == "second MSC + QD"


def test_since_when_is_exact_though_the_readings_of_a_long_run_are_thinned_out() -> None:
    run = [aliquot(DARK)] * 41 + [aliquot(DARK, MSC_449=0.05)] * 60 + [aliquot(DARK)] * 2
    run += [aliquot(DARK, MSC_449=0.05)] * 61 + [aliquot(UNKNOWN)] * 3  # emission alone
    seen: tuple[Presence, ...] = ()
    told = []
    for index, one in enumerate(run):
        tail = Quantity(0.0, 0.001) if index < 164 else None
        seen = present(seen, replace(one, reaction_time_s=(index + 1) * 60.0, tail=tail))
        told.append({each.name: each.since_s for each in seen})
    assert told[100]["MSC-449"] == 42 * 60.0
    assert told[-1]["MSC-449"] == 104 * 60.0, "two readings in a row looked in vain, so it began anew"
    assert [each.missed for each in seen] == [0], "a reading without absorbance misses nothing"
    thinned = [replace(one, reaction_time_s=(index + 1) * 60.0) for index, one in enumerate(run)][-20:-3]
    assert judge_zone(thinned, seen).evidence[0].startswith("MSC-449 since 1 h 44 min")
