"""An aliquot that is too strong: how far to dilute it, and that what is measured next is the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.findings import Findings, Species
from analysis.spectrum import Spectrum, read_only, read_only_mask
from instruments.virtual.samples import FlaskSample
from station import events, orders
from station.bench import Bench
from station.optics import Optics
from station.recipe import HOUR_S, Recipe
from station.records import Aliquot, Mark, Reading
from station.run import Run
from station.strength import LEAST_FOLD, MOST_A, REPEATED_WITHIN_S, ROW, factor, repeat, too_strong, words
from tests.station.bench_tools import ODE, QUICK, Station, station

NM = np.arange(400.0, 750.0, 0.4)
CEILING = 2.5


def aliquot(
    height: float, *, dilution: float | None = 101.0, name: str = "MSC-449", drawn_s: float = 0.0, number: int = 1
) -> Aliquot:
    """An aliquot with one band of this height at 449 nm, masked where it lets nothing through."""
    values = height * np.exp(-0.5 * ((NM - 449.0) / 10.0) ** 2)
    seen = values <= CEILING
    absorbance = Spectrum(
        read_only(NM),
        read_only(np.where(seen, values, np.nan)),
        read_only(np.where(seen, 0.001, np.nan)),
        read_only_mask(seen),
        "A",
        0.0,
        ceiling=read_only(np.full(NM.size, CEILING)),
    )
    bands = (Species(name, "E1", 449.0, 0.1, 22.0, height, 0.002, 0.98, "fitted component"),) if seen.all() else ()
    findings = Findings(None, bands, name, None, None, None, None, "watching", "", None)
    reading = Reading(absorbance, None, findings)
    return Aliquot(number, drawn_s, drawn_s + 60.0, "", drawn_s, dilution, Optics(), reading)


def run_of(*aliquots: Aliquot, schedule_s: tuple[float, ...] = ()) -> Run:
    made = Run(Recipe("ODE", schedule_s=schedule_s), None, "", "").appended(Mark("heat on", 0.0, ""))
    for each in aliquots:
        made = made.appended(each)
    return made


@pytest.mark.parametrize(
    ("height", "dilution", "said"),
    [
        (1.31, 101.0, "A449 is 1.31: dilute to 200× and press Space"),
        (2.2, 101.0, "A449 is 2.20: dilute to 500× and press Space"),
        (1.25, 1.0, "A449 is 1.25: dilute to 2× and press Space"),
        (1.31, None, "A449 is 1.31: dilute 2× more and press Space"),
        (1.6, 401.0, "A449 is 1.60: dilute to 1\u202f000× and press Space"),
        (4.0, 101.0, "A449 is beyond what can be shown: dilute to 1\u202f000× and press Space"),
    ],
)
def test_it_is_said_how_far_to_dilute(height: float, dilution: float | None, said: str) -> None:
    found = too_strong(aliquot(height, dilution=dilution))
    assert found is not None
    assert found.sentence == said


def test_what_can_be_trusted_is_left_alone() -> None:
    assert too_strong(aliquot(MOST_A - 0.01)) is None
    assert too_strong(aliquot(MOST_A + 0.01, name="other")) is None, "a band that nobody named is no reason"
    empty = replace(aliquot(1.0), reading=Reading(None, None, None))
    assert too_strong(empty) is None


@given(st.floats(MOST_A + 0.01, CEILING - 0.31), st.floats(1.0, 5000.0))
def test_the_peak_comes_to_where_it_can_be_measured(height: float, dilution: float) -> None:
    found = too_strong(aliquot(height, dilution=dilution))
    assert found is not None
    assert found.dilution is not None
    assert 0.3 < height * dilution / found.dilution < 0.81
    first = float(f"{found.dilution:e}"[:1])
    assert first in ROW
    assert found.dilution >= LEAST_FOLD**0.5 * dilution


def test_a_dilution_is_written_as_on_a_vial() -> None:
    assert [factor(each) for each in (1.0, 2.5, 101.0, 1000.0)] == ["1×", "2.5×", "101×", "1\u202f000×"]


def test_the_same_vial_is_measured_again_until_another_aliquot_is_due() -> None:
    strong = aliquot(1.5, drawn_s=2 * HOUR_S)
    planned = run_of(strong, schedule_s=(2 * HOUR_S, 2.25 * HOUR_S))
    assert repeat(planned, 2.2 * HOUR_S) is not None
    assert repeat(planned, 2.25 * HOUR_S) is None
    free = run_of(strong)
    last_s = strong.measured_at_s + REPEATED_WITHIN_S
    assert repeat(free, last_s) is not None
    assert repeat(free, last_s + 1.0) is None
    assert words(free).startswith("A449 is 1.50")


def test_what_came_by_itself_or_does_not_count_is_not_repeated() -> None:
    strong = aliquot(1.5)
    for left in (replace(strong, by_itself=True), replace(strong, excluded="bubble")):
        assert repeat(run_of(left), 100.0) is None
        assert words(run_of(left)) == ""
    assert repeat(run_of(strong, aliquot(0.4, number=2)), 100.0) is None
    assert repeat(None, 0.0) is None


@pytest.fixture
def strong(tmp_path: Path) -> Iterator[Station]:
    """A bench at 2 h whose chemist has diluted too little: the first aliquot is too strong."""
    sample = FlaskSample(ODE, dilution=12.0)
    with station(tmp_path, Bench(exposures=QUICK, sample=sample, pace="none")) as bench:
        bench.clock.sleep(2 * HOUR_S)
        bench.do(orders.UseDilution(12.0), orders.Capture())
        hand = bench.acquisition._connection.hand
        assert hand is not None
        hand.fill(replace(sample, dilution=50.0))  # what the chemist then does, as he is told
        bench.clock.sleep(300.0)
        yield bench


def aliquots(bench: Station) -> tuple[Aliquot, ...]:
    run = bench.acquisition.session.run
    assert run is not None
    return run.all_aliquots


@pytest.mark.slow
def test_the_diluted_one_belongs_to_the_time_at_which_it_was_drawn_and_the_first_stays(strong: Station) -> None:
    status = strong.heard.last(events.StatusChanged).status
    assert status.too_strong == "A449 is 1.87: dilute to 50× and press Space"
    strong.do(orders.Capture(strong.clock.now_s()))
    first, again = aliquots(strong)
    assert again.drawn_at_s == first.drawn_at_s
    assert again.reaction_time_s == first.reaction_time_s
    assert again.measured_at_s > first.measured_at_s + 290.0
    assert (first.dilution, again.dilution) == (12.0, 50.0)
    assert (first.excluded, first.note) == (None, "")
    assert again.note == "aliquot 1 again, more dilute: A449 was too strong"
    findings = again.reading.findings
    assert findings is not None
    assert findings.dominant == "MSC-449"
    assert findings.species[0].absorbance == pytest.approx(0.45, abs=0.04)
    assert strong.heard.last(events.StatusChanged).status.too_strong == ""
    strong.clock.sleep(600.0)
    strong.do(orders.Capture())
    assert aliquots(strong)[-1].dilution == 101.0, "the next one is diluted as the recipe says"


@pytest.mark.slow
def test_another_dilution_than_the_advice_is_the_chemists_to_say(strong: Station) -> None:
    strong.do(orders.UseDilution(40.0), orders.Capture())
    first, again = aliquots(strong)
    assert (again.drawn_at_s, again.dilution) == (first.drawn_at_s, 40.0)


@pytest.mark.slow
def test_one_that_is_drawn_anew_is_no_repetition(strong: Station) -> None:
    strong.do(orders.Draw(), orders.Capture())
    first, other = aliquots(strong)
    assert other.drawn_at_s == pytest.approx(first.drawn_at_s + 300.0, abs=10.0)
    assert (other.dilution, other.note) == (101.0, "")


@pytest.mark.slow
def test_undo_brings_the_advice_back(strong: Station) -> None:
    strong.do(orders.Capture(), orders.Undo())
    assert strong.heard.last(events.StatusChanged).status.too_strong.endswith("dilute to 50× and press Space")
