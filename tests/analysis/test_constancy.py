"""What the places of a cluster over the run say of its name: dots move, a cluster stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.constancy import weighed
from analysis.findings import Species
from analysis.library import load_library
from analysis.purity import Track, followed
from analysis.reading import Context, RunState, Spectrum, interpret

ROOT = Path(__file__).resolve().parent.parent.parent
HOUR_S = 3600.0
CLUSTER = Species("MSC-449", "E1", 449.0, 0.3, 18.0, 0.1, 0.001, 0.9, "fitted component")
DOTS = replace(CLUSTER, name="QD", role="band", nm=520.0, fwhm_nm=45.0)


def run(lead: Species, nm_per_h: float, hours: tuple[float, ...], seed: int = 0) -> Species:
    """The species as the last of these readings shows it."""
    rng = np.random.default_rng(seed)
    tracks: tuple[Track, ...] = ()
    for h in hours:
        one = replace(lead, nm=lead.nm + nm_per_h * (h - hours[0]) + rng.normal(0.0, lead.sigma_nm))
        tracks = followed(tracks, (one,), h * HOUR_S)
        [found] = weighed((one,), tracks)
    return found


def test_a_band_that_moves_as_dots_do_loses_confidence_and_says_why() -> None:
    found = run(CLUSTER, 3.0, (1.0, 1.5, 2.0, 2.5, 3.0))
    assert found.confidence == pytest.approx(0.45)
    assert found.reasons[-1].startswith("moves by 3.") or found.reasons[-1].startswith("moves by 2.")
    assert found.reasons[-1].endswith("nm/h: dots move, a cluster stays")


def test_a_cluster_that_stands_gains_confidence_and_says_since_when() -> None:
    found = run(CLUSTER, 0.0, (1.0, 1.5, 2.0, 2.5, 3.0))
    assert found.confidence == pytest.approx(0.95)
    assert found.reasons[-1].startswith("has stood at 449.")
    assert found.reasons[-1].endswith(" nm since 1 h")


@pytest.mark.parametrize("hours", [(1.0, 1.5), (1.0, 1.02, 1.04)], ids=["two readings", "three in two minutes"])
def test_too_few_readings_or_too_short_a_time_say_nothing(hours: tuple[float, ...]) -> None:
    found = run(CLUSTER, 0.0, hours)
    assert (found.confidence, found.reasons) == (CLUSTER.confidence, ())


def test_dots_may_move() -> None:
    assert run(DOTS, 3.0, (1.0, 2.0, 3.0, 4.0)).reasons == ()


def test_few_clusters_at_rest_are_said_to_move() -> None:
    moving = sum(
        any("moves" in reason for reason in run(CLUSTER, 0.0, (0.5, 1.0, 1.5, 2.0, 4.0, 8.0), seed).reasons)
        for seed in range(200)
    )
    assert moving == 0
    standing = sum(bool(run(CLUSTER, 0.0, (0.5, 1.0, 1.5, 2.0, 4.0, 8.0), seed).reasons) for seed in range(200))
    assert standing > 190


def test_the_second_exciton_shares_the_confidence_of_the_first() -> None:
    second = replace(CLUSTER, role="E2", nm=405.0)
    tracks: tuple[Track, ...] = ()
    for h in (1.0, 2.0, 3.0):
        tracks = followed(tracks, (CLUSTER, second), h * HOUR_S)
    first, shoulder = weighed((CLUSTER, second), tracks)
    assert first.confidence == shoulder.confidence == pytest.approx(0.95)
    assert shoulder.reasons == ()


@pytest.mark.parametrize(("nm_per_h", "said"), [(3.0, "dots move, a cluster stays"), (0.0, "has stood at 449.")])
def test_a_run_read_one_aliquot_after_the_other_says_whether_its_cluster_stays(nm_per_h: float, said: str) -> None:
    library = load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))
    context = Context(library, "CdTe", "toluene", 405.0, blank=True)
    nm = np.linspace(380.0, 760.0, 1600)
    known, sigma = np.ones(nm.size, dtype=np.bool_), np.full(nm.size, 4e-4)
    state, rng = RunState(), np.random.default_rng(1)
    for number in range(5):
        e1 = (449.0 if nm_per_h == 0.0 else 446.0) + nm_per_h * 0.4 * number
        second = 0.08 * np.exp2(-((2.0 * (nm - e1 + 44.0) / 26.0) ** 2))
        truth = 0.15 * np.exp2(-((2.0 * (nm - e1) / 19.0) ** 2)) + second
        spectrum = Spectrum(nm, truth + rng.normal(0.0, sigma), sigma, known, "A", 0.0)
        findings, state = interpret(spectrum, None, (1.0 + 0.4 * number) * HOUR_S, context, state)
    lead = next(one for one in findings.species if one.name == "MSC-449" and one.role == "E1")
    assert any(said in reason for reason in lead.reasons), lead.reasons
    assert (lead.confidence > 0.96) is (nm_per_h == 0.0)
