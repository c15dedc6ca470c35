"""One measurement after the other, as the station gives them to interpret(): the paper's reactions in small."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.advice import Harvest
from analysis.baseline import sigma_from_scatter
from analysis.findings import Findings
from analysis.library import LibraryEntry, load_library
from analysis.reading import HISTORY, Context, RunState, interpret
from analysis.spectrum import FloatArray, Quantity, Spectrum, Unit

ROOT = Path(__file__).resolve().parents[2]
NM = np.linspace(340.0, 1025.0, 2048)
HOUR = 3600.0
UNITS: tuple[Unit, ...] = ("counts/s", "a.u.")


@cache
def library() -> tuple[LibraryEntry, ...]:
    return load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))


def context(material: str | None = "CdTe", *, blank: bool = True) -> Context:
    return Context(library(), material, "ODE", 405.0, blank)


def bell(centre_nm: float, fwhm_nm: float) -> FloatArray:
    """Neither Gauss nor Lorentz: a squared hyperbolic secant."""
    reach = np.clip(1.7627 * (NM - centre_nm) / fwhm_nm, -300.0, 300.0)
    return np.asarray(np.cosh(reach) ** -2.0)


def absorbance(a449: float = 0.0, a469: float = 0.0, dots: float = 0.0, pre: float = 0.0, seed: int = 0) -> Spectrum:
    values = a449 * (bell(449.0, 18.0) + 0.6 * bell(405.0, 26.0)) + a469 * (bell(469.0, 19.0) + 0.6 * bell(427.0, 26.0))
    values = values + dots * bell(512.0, 50.0) + pre * bell(430.0, 50.0) + 0.1 * np.exp(-(NM - 340.0) / 25.0)
    sigma = np.full(NM.size, 5.0e-4)
    noise = np.random.default_rng((449, seed)).normal(0.0, 5.0e-4, NM.size)
    return Spectrum(NM, values + noise, sigma, np.ones(NM.size, dtype=np.bool_), "A", 0.0)


def emission(height: float = 0.0, nm: float = 500.0, seed: int = 0) -> Spectrum:
    light = height * bell(nm, 45.0) + 2.0e4 * np.exp(-0.5 * ((NM - 405.0) / 5.0) ** 2)
    sigma = np.sqrt(60.0**2 + 2.0 * light)
    noise = np.random.default_rng((500, seed)).normal(0.0, 1.0, NM.size) * sigma
    known = np.ones(NM.size, dtype=np.bool_)
    return Spectrum(NM, light + noise, sigma, known, "counts/s", 0.0, room_drift=Quantity(5.0, 20.0))


def in_turn(
    readings: list[tuple[float | None, Spectrum | None, Spectrum | None]], known: Context | None = None
) -> list[Findings]:
    """Read (reaction time in h, absorbance, emission) one after the other."""
    state, all_findings = RunState(), []
    for hours, absorbing, emitting in readings:
        time_s = None if hours is None else hours * HOUR
        findings, state = interpret(absorbing, emitting, time_s, known or context(), state)
        all_findings.append(findings)
    return all_findings


def ode() -> list[Findings]:
    """The standard reaction in ODE (paper, Fig. 2), in small."""
    course = [
        (0.5, absorbance(), emission()),
        (1.0, absorbance(0.10), emission(seed=1)),
        (1.5, absorbance(0.15, dots=0.001), emission(30.0, seed=2)),
        (2.0, absorbance(0.17, dots=0.012), emission(1840.0, seed=3)),
        (4.0, absorbance(0.10, 0.01, dots=0.03), emission(6000.0, 508.0)),
        (23.0, absorbance(a469=0.13, dots=0.04), emission(19_000.0, 531.0)),
        (24.0, absorbance(a469=0.13, dots=0.04), emission(20_000.0, 532.0)),
    ]
    return in_turn(list(course))


def test_the_standard_reaction_runs_through_its_zones_and_is_flagged_once() -> None:
    run = ode()
    assert [findings.zone for findings in run] == [
        "none", "MSC", "MSC", "MSC + QD", "MSC + QD", "second MSC + QD", "second MSC + QD"
    ]  # fmt: skip
    assert [findings.onset_state for findings in run] == ["watching"] * 3 + ["flagged"] * 4
    assert [findings.dominant for findings in run] == [None, *["MSC-449"] * 4, "MSC-469", "MSC-469"]
    onset = run[-1].onset
    assert onset is not None
    assert all(findings.onset == onset for findings in run[3:])
    assert (onset.earliest_s, onset.latest_s) == (1.5 * HOUR, 2.0 * HOUR)
    assert onset.nm == pytest.approx(500.0, abs=2.0)
    assert onset.why.startswith("Why: 1\u202f8")
    assert "A500 rose by 0.0" in onset.why
    assert onset.not_.endswith("False alarm: at most 1 run in 100.")


def test_the_sentences_name_aliquots_by_the_numbers_they_bear() -> None:
    state = RunState()
    for number, hours, height in ((2, 1.0, 0.0), (5, 2.0, 1840.0)):
        findings, state = interpret(absorbance(), emission(height), hours * HOUR, context(), state, number=number)
    assert findings.onset is not None
    assert re.search(r"in aliquot 5 after .* in aliquot 2", findings.onset.why)


def test_tail_and_purity_grow_with_the_dots() -> None:
    run = ode()
    assert run[1].tail is not None
    assert run[3].tail is not None
    assert run[3].purity is not None
    assert run[3].purity.tail_ratio is not None
    assert run[1].tail.value == pytest.approx(0.0, abs=0.001)
    assert run[3].tail.value == pytest.approx(0.012 * 0.88, abs=0.002)
    assert run[3].purity.tail_ratio.value == pytest.approx(run[3].tail.value / 0.17, rel=0.2)
    assert run[0].purity is None


def test_a_reaction_that_stays_dark_is_never_flagged() -> None:
    times = (0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 24.0)
    run = in_turn([(t, absorbance(0.02 * i, seed=i), emission(seed=i)) for i, t in enumerate(times)])
    assert {findings.onset_state for findings in run} == {"watching"}
    assert run[-1].zone == "MSC"
    assert "would be seen from" in run[-1].onset_reason


def test_emitting_at_once_says_so() -> None:
    [first] = in_turn([(0.5, absorbance(dots=0.1), emission(8000.0, 550.0))])
    assert first.onset is not None
    assert first.onset.earliest_s is None
    assert first.onset_reason == "emitting at or before the first aliquot"


def test_an_unknown_material_has_emission_and_onset_but_no_zone_and_no_name() -> None:
    run = in_turn(
        [(1.0, absorbance(0.1), emission()), (2.0, absorbance(0.1, dots=0.05), emission(5000.0, 512.0))], context(None)
    )
    assert [findings.zone for findings in run] == [None, None]
    assert {species.name for findings in run for species in findings.species} <= {"other"}
    assert run[1].onset is not None
    assert run[1].emission is not None
    assert run[1].emission.nm == pytest.approx(512.0, abs=1.0)


def test_a_material_without_an_entry_is_read_like_an_unknown_one() -> None:
    found = in_turn([(3600.0, absorbance(a449=0.1), emission(2000.0))], context("PbS"))
    assert found[-1].zone is None
    assert {species.name for species in found[-1].species} <= {"other"}


def test_without_a_blank_or_a_t0_the_onset_is_not_yet_decidable() -> None:
    bright = (2.0, absorbance(0.1), emission(5000.0))
    [no_blank] = in_turn([bright], context(blank=False))
    assert no_blank.onset_state == "not yet decidable"
    assert no_blank.onset_reason == "Blank first: solvent in the holder, then R."
    [no_t0] = in_turn([(None, absorbance(0.1), emission(5000.0))])
    assert no_t0.onset_state == "not yet decidable"
    assert no_t0.onset_reason == "No t0 yet: M."
    assert no_t0.onset is None


def test_either_spectrum_may_be_missing() -> None:
    dark, light, neither = in_turn([(1.0, absorbance(0.1), None), (2.0, None, emission(5000.0)), (3.0, None, None)])
    assert dark.emission is None
    assert dark.onset_reason == "No emission was measured."
    assert dark.dominant == "MSC-449"
    assert light.tail is None
    assert light.species == ()
    assert light.onset is not None
    assert neither.onset == light.onset


def test_pixels_that_are_not_valid_count_for_nothing() -> None:
    whole = absorbance(0.1, dots=0.02)
    lost = np.abs(NM - 505.0) < 1.0
    spoiled = replace(whole, values=np.where(lost, np.nan, whole.values), valid=~lost)
    [clean], [cut] = in_turn([(1.0, whole, None)]), in_turn([(1.0, spoiled, None)])
    assert clean.tail is not None
    assert cut.tail is not None
    assert cut.tail.value == pytest.approx(clean.tail.value, abs=3.0e-4)


def test_the_same_reading_gives_the_same_answer_and_changes_no_state() -> None:
    start = RunState()
    first, after = interpret(absorbance(0.1), emission(5000.0), HOUR, context(), start)
    again, _ = interpret(absorbance(0.1), emission(5000.0), HOUR, context(), start)
    assert first == again
    assert start == RunState()
    assert after.watch.onset == first.onset


def test_remarks_are_passed_on_once() -> None:
    old = replace(absorbance(0.1), remarks=("reference 3 h old",))
    bright = replace(emission(5000.0), remarks=("reference 3 h old", "the room light changed"))
    [findings] = in_turn([(1.0, old, bright)])
    assert findings.remarks == ("reference 3 h old", "the room light changed")


def real(path: Path) -> list[tuple[str, Spectrum]]:
    """The columns of a real wide CSV (time in the name) as processed spectra; rows without numbers are notes."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    head = [name for name in head if name.strip()]
    numbers = [row[: len(head)] for row in rows if re.fullmatch(r"[\d.]+", row[0].strip())]
    table = np.array([[float(cell) if cell.strip() else np.nan for cell in row] for row in numbers])
    table = table[np.argsort(table[:, 0])]
    spectra = []
    for name, values in zip(head[1:], table.T[1:], strict=True):
        known = np.isfinite(values)
        sigma = np.full(values.size, np.nan)
        sigma[known] = sigma_from_scatter(values[known], table[known, 0])
        spectra.append((name, Spectrum(table[:, 0], values, sigma, known, "A" if "UV" in path.name else "a.u.", 0.0)))
    return spectra


@pytest.mark.parametrize("run", [5, 6])
def test_real_cdse_aliquots_emit_from_the_first_and_are_never_called_cdte(run: int, shared_data: Path) -> None:
    folder = shared_data / "cdse-aliquots-imperial"
    absorbing, emitting = real(folder / f"Run {run} UV-Vis.csv"), real(folder / f"Run {run} FL emission.csv")
    assert len(absorbing) == len(emitting) == 18
    both = zip(absorbing, emitting, strict=True)
    readings = [(float(name.split()[0]) / HOUR, one, other) for (name, one), (_, other) in both]
    unknown = Context(library(), None, None, None, blank=True)
    answers = in_turn(list(readings), unknown)
    assert {species.name for findings in answers for species in findings.species} <= {"other"}
    assert all(findings.emission is not None and findings.emission.present for findings in answers)
    assert all(findings.zone is None for findings in answers)
    onset = answers[-1].onset
    assert onset is not None
    assert onset.reaction_time_s == onset.latest_s == pytest.approx(30.0)
    assert onset.earliest_s is None
    assert onset.reason == "emitting at or before the first aliquot"


def test_the_page_on_use_without_a_screen_runs_as_it_stands_in_ten_lines(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "headless.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(code.splitlines()) == 10
    names: dict[str, object] = {}
    exec(code, names)
    printed = capsys.readouterr().out
    assert printed.startswith("Quantum dots have begun to emit: 500 nm, between 1 h 30 and 2 h 00 min.\nWhy: ")
    assert "MSC-449" in printed
    assert printed.rstrip().endswith("at 1 h 30 min.")
    assert "stop the reaction now by your own procedure" in printed


def test_the_standard_reaction_is_best_before_its_dots_and_says_stop_with_them() -> None:
    run = ode()
    assert [findings.advice is None for findings in run] == [True, *[False] * 6]
    assert [findings.advice is not None and findings.advice.stop_now for findings in run] == [False] * 3 + [True] * 4
    best = run[-1].advice
    assert best is not None
    assert 1.0 <= best.best_s / HOUR <= 1.5
    assert best.yield_now.value < 0.1


def test_dots_have_a_size_and_clusters_none() -> None:
    known = replace(context(), dilution=101.0)
    grown = (24.0, absorbance(a469=0.02, dots=0.1), emission(20_000.0, 532.0))
    [clusters] = in_turn([(1.0, absorbance(0.1), emission())], known)
    assert clusters.sizing is not None
    assert clusters.sizing.refused
    [dots] = in_turn([grown], known)
    assert dots.sizing is not None
    assert dots.sizing.concentration_m is not None
    [thin] = in_turn([grown], replace(known, path_mm=1.0))
    assert thin.sizing is not None
    assert thin.sizing.concentration_m is not None
    assert thin.sizing.concentration_m.value == pytest.approx(10.0 * dots.sizing.concentration_m.value)


def test_emission_carries_the_inner_filter_of_its_geometry() -> None:
    bright = (2.0, absorbance(0.08, dots=0.02), emission(5000.0, 512.0))
    factors = []
    for known in (context(), replace(context(), geometry="front face")):
        [findings] = in_turn([bright], known)
        assert findings.emission is not None
        assert findings.emission.inner_filter is not None
        assert findings.emission.inner_filter.factor is not None
        factors.append(findings.emission.inner_filter.factor.value)
    assert factors[0] > 1.0
    assert factors[1] > 1.0
    assert factors[0] != factors[1]


def test_emission_at_full_scale_is_no_measurement() -> None:
    bright = (2.0, absorbance(0.1), emission(5000.0, 512.0))
    [fits] = in_turn([bright], replace(context(), exposure_s=1.0, full_scale_counts=65535.0))
    [full] = in_turn([bright], replace(context(), exposure_s=10.0, full_scale_counts=50000.0))
    assert fits.emission is not None
    assert full.emission is not None
    assert fits.emission.nm is not None
    assert full.emission != fits.emission


def test_no_emission_is_known_finer_than_the_converters_steps() -> None:
    quiet = replace(emission(), sigma=np.full(NM.size, 1e-3))
    [fine] = in_turn([(1.0, None, quiet)], context())
    [coarse] = in_turn([(1.0, None, quiet)], replace(context(), exposure_s=1e-4, scans=1))
    assert fine.emission is not None
    assert coarse.emission is not None
    assert (coarse.emission.sigma or 0.0) > (fine.emission.sigma or 0.0)


def test_an_onset_is_not_added_up_across_two_optical_set_ups() -> None:
    state = RunState()
    for minutes in (5.0, 10.0):
        _, state = interpret(None, emission(), minutes * 60.0, replace(context(), set_up="slit 25"), state)
    _, same = interpret(None, emission(seed=1), 900.0, replace(context(), set_up="slit 25"), state)
    _, other = interpret(None, emission(seed=1), 900.0, replace(context(), set_up="slit 50"), state)
    assert len(same.watch.recent) == 3
    assert len(other.watch.recent) == 1
    assert other.set_up == "slit 50"


def test_a_long_run_remembers_little_and_where_it_came_from() -> None:
    state = RunState()
    for i in range(3 * HISTORY):
        _, state = interpret(None, None, 10.0 * i, context(), state)
        assert len(state.history) <= HISTORY
    times = [findings.reaction_time_s for findings in state.history]
    assert times[0] == 0.0
    assert times[-1] == 10.0 * (3 * HISTORY - 1)
    assert np.diff(np.array(times[-16:], dtype=np.float64)).tolist() == [10.0] * 15
    assert state.harvest == Harvest()


def test_a_run_read_again_without_an_aliquot_is_that_run_without_it() -> None:
    readings = [(float(i), absorbance(0.02 * i, seed=i), emission(seed=i)) for i in range(1, 5)]
    undone = in_turn([readings[0], readings[1], readings[3]])
    assert undone[-1] == in_turn([readings[0], readings[1], readings[3]])[-1]
    assert undone[-1].advice is not None
    assert undone[-1].advice.best_s == 4.0 * HOUR
    assert undone[-1] != in_turn(list(readings))[-1]


@st.composite
def strange(draw: st.DrawFn, unit: Unit) -> Spectrum | None:
    """Any spectrum of the right shape: a few pixels or many, wild values, NaN, infinities, any mask."""
    if draw(st.integers(0, 9)) == 0:
        return None
    size = draw(st.sampled_from([1, 2, 7, 60, 400]))
    low = draw(st.floats(200.0, 700.0))
    nm = np.linspace(low, low + draw(st.floats(1.0, 700.0)), size)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([0.0, 1e-6, 0.1, 3.0, 1e5]))
    values = scale * rng.normal(size=size) + draw(st.sampled_from([0.0, -5.0, 1e4])) * (rng.random(size) < 0.1)
    sigma = np.full(size, draw(st.sampled_from([0.0, 1e-4, 1e-3, 70.0, np.nan])))
    for bad in (np.nan, np.inf):
        values[rng.random(size) < draw(st.sampled_from([0.0, 0.1, 1.0]))] = bad
    valid = rng.random(size) < draw(st.sampled_from([0.0, 0.5, 1.0]))
    return Spectrum(nm, values, sigma, valid, unit, 0.0)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), blank=st.booleans(), material=st.sampled_from([None, "CdTe", "CdSe", "PbS"]))
def test_no_spectrum_is_too_strange_to_be_read(data: st.DataObject, blank: bool, material: str | None) -> None:
    state = RunState()
    for i in range(2):
        absorbing, emitting = data.draw(strange("A")), data.draw(strange(data.draw(st.sampled_from(UNITS))))
        time_s = data.draw(st.sampled_from([None, -60.0, 0.0, 600.0 * i, 1e7]))
        findings, state = interpret(absorbing, emitting, time_s, context(material, blank=blank), state)
        assert findings.onset_state in ("watching", "not yet decidable", "flagged")
        assert all(np.isfinite(one.nm) and np.isfinite(one.absorbance) for one in findings.species)
        if findings.advice is not None:
            assert 0.0 <= findings.advice.emitting <= 1.0


def test_a_time_that_is_no_number_is_a_time_that_is_not_known() -> None:
    for time_s in (float("nan"), float("inf"), float("-inf")):
        findings, _ = interpret(absorbance(0.15), emission(1840.0), time_s, context(), RunState())
        unknown, _ = interpret(absorbance(0.15), emission(1840.0), None, context(), RunState())
        assert findings == unknown
        assert findings.reaction_time_s is None


def test_a_shorter_cuvette_changes_what_is_shown_and_not_what_is_advised() -> None:
    state, run = RunState(), []
    for i, path_mm in enumerate((10.0, 10.0, 10.0, 2.0, 2.0, 2.0, 2.0)):
        known = replace(context(), path_mm=path_mm, dilution=101.0, set_up=f"{path_mm:g} mm path")
        findings, state = interpret(
            absorbance(0.2 * path_mm / 10.0, seed=i), emission(seed=i), (i + 1) * 1800.0, known, state
        )
        run.append(findings)
    assert run[-1].species[0].absorbance == pytest.approx(0.04, abs=0.004), "as measured in the cuvette"
    assert all(one.advice is not None and not one.advice.stop_now for one in run)
    assert run[-1].advice is not None
    assert run[-1].advice.yield_now.value == pytest.approx(1.0, abs=0.1)
    assert run[-1].advice.best.value == pytest.approx(0.2, abs=0.02)
    assert "as in a 10 mm cuvette" in run[-1].advice.sentence


def test_a_long_run_says_exactly_since_when() -> None:
    state, known = RunState(), context()
    none, there, dark = absorbance(), absorbance(0.15), emission()
    for i in range(HISTORY + 20):
        findings, state = interpret(none if i < 37 else there, dark, (i + 1) * 60.0, known, state)
    assert findings.zone_evidence[0].startswith("MSC-449 since 38 min:")
