"""The rows of the accuracy table say what was found: on results made up by hand the figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.spectrum import Spectrum
from benchmarks import accuracy_peers as peers
from benchmarks.accuracy_jobs import LiveResult
from benchmarks.accuracy_runs import library
from benchmarks.accuracy_score import faint, live, pull

NM = np.linspace(340.0, 1025.0, 2048)


def test_pulls_of_a_true_sigma_pass_and_those_of_a_sigma_twice_too_small_do_not() -> None:
    rng = np.random.default_rng(1)
    true = [(0.01, float(z), float(2.0 * z)) for z in rng.normal(size=3000)]
    position, height = pull(true)
    assert position.passed is True
    assert height.passed is False
    assert "1.0" in position.aliquot or "0.9" in position.aliquot


def test_a_level_at_which_most_are_not_found_does_not_pass() -> None:
    rng = np.random.default_rng(2)
    seen = [(0.1, float(z), float(z)) for z in rng.normal(size=500)]
    unseen = [(0.005, None, None)] * 500
    position, _ = pull([*seen, *unseen])
    assert position.passed is False
    assert "more than half not found at 0.005" in position.aliquot


def test_the_smallest_absorbance_lies_between_the_levels_where_the_power_passes_95_percent() -> None:
    blanks = [(0.0, {"Aliquot": 0.0, "peer": float(score)}) for score in np.linspace(0.0, 1.0, 101)]
    weak = [(0.001, {"Aliquot": float(i < 90), "peer": 0.5}) for i in range(100)]
    strong = [(0.004, {"Aliquot": 1.0, "peer": 5.0}) for _ in range(100)]
    (row,) = faint([*blanks, *weak, *strong])
    assert row.aliquot.startswith("0.0020, false alarms 0.000")  # half way from 0.90 to 1.00 over log A
    assert row.passed is False


def run(crossing_s: float | None, flag_s: float | None, light: float = 200.0) -> LiveResult:
    flags: dict[str, float | None] = dict.fromkeys(("Aliquot", "threshold", "three in a row"), flag_s)
    return LiveResult(crossing_s, flags, {} if flag_s is None else dict.fromkeys(flags, light), 0, frozenset())


def test_a_flag_without_dots_or_before_their_light_is_a_false_alarm_and_no_flag_is_late() -> None:
    (row,) = live([run(None, None)] * 97 + [run(None, 600.0)] + [run(7200.0, 7200.0)] * 2)
    assert row.aliquot.startswith("0.010 / +0.0, +0.0")
    assert row.passed is True
    (row,) = live([run(None, None)] * 96 + [run(7200.0, 300.0, light=0.0)] + [run(7200.0, None)] * 3)
    assert row.aliquot.startswith("0.010 / +270.0")
    assert row.passed is False


@pytest.mark.parametrize("tool", list(peers.PEERS))
def test_every_peer_that_is_there_finds_two_plain_bands_and_names_them(tool: str) -> None:
    detect = peers.PEERS[tool]
    if detect is None:
        pytest.skip(f"{tool} is not installed")
    values = 0.1 * np.exp(-0.5 * ((NM - 449.0) / 8.0) ** 2) + 0.05 * np.exp(-0.5 * ((NM - 550.0) / 6.0) ** 2)
    noise = np.random.default_rng(3).normal(0.0, 5e-4, NM.size)
    spectrum = Spectrum(NM, values + noise, np.full(NM.size, 5e-4), np.ones(NM.size, dtype=np.bool_), "A", 0.0)
    seen = peers.found(detect(spectrum))
    assert min(abs(one.nm - 449.0) for one in seen) < 0.3
    own = tuple(entry for entry in library() if entry.material == "CdTe")
    assert peers.named(seen, own) == {"MSC-449", "MSC-550"}


def test_the_threshold_calls_light_of_half_the_onset_present() -> None:
    noise = np.random.default_rng(4).normal(0.0, 10.0, NM.size)
    known = np.ones(NM.size, dtype=np.bool_)
    for height, present in ((0.0, False), (100.0, True)):
        light = height * np.exp(-0.5 * ((NM - 520.0) / 18.0) ** 2)
        assert peers.emits(Spectrum(NM, light + noise, np.full(NM.size, 10.0), known, "counts/s", 0.0)) is present
