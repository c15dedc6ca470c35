"""The rate of false alarms that the chemist sets: bounded, kept with the run, the same live and in review."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.emission_light import BRIGHT_COUNTS_PER_S
from station import events, orders, store
from station.bench import Bench
from station.bench_settings import BenchSettings, check_settings
from station.evaluation import reevaluate
from station.recipe import Recipe
from station.run import Run
from station.settings import library_text
from station.settings_file import load_settings, save_settings
from station.store import RunFile
from station.store_codec import Decoder, to_text
from tests.station.bench_tools import QUICK, station


def open_run(path: Path) -> Run:
    RunFile.create(path, Run(Recipe("ODE", "CdTe", false_alarm=0.001), None, library_text(), "")).close()
    return store.read(path)


def test_a_run_keeps_its_rate_and_a_file_from_before_opens_with_one_in_100(tmp_path: Path) -> None:
    assert Recipe("any").false_alarm == 0.01
    assert open_run(tmp_path / "run.aliquot").recipe.false_alarm == 0.001
    with closing(sqlite3.connect(tmp_path / "run.aliquot")) as file:
        (text,) = file.execute("SELECT recipe FROM run").fetchone()
    told = json.loads(text)
    assert told.pop("false_alarm") == 0.001
    assert Decoder({}).from_text(Recipe, json.dumps(told)).false_alarm == 0.01


@pytest.mark.parametrize("share", [0.0, -0.01, 0.6, 1.0, float("nan"), 1e-9])
def test_a_rate_that_no_test_holds_is_refused_with_its_bounds(share: float) -> None:
    (sentence,) = check_settings(BenchSettings(false_alarm=share))
    assert sentence.endswith("it lies between 1 run in 1\u202f000\u202f000 and 1 in 2.")


def test_the_rate_is_found_again_at_the_next_start() -> None:
    save_settings(BenchSettings(false_alarm=0.001))
    assert load_settings() == (BenchSettings(false_alarm=0.001), ())
    bench = Bench().with_settings(load_settings()[0])
    assert (bench.false_alarm, bench.settings.false_alarm, bench.recipe("a").false_alarm) == (0.001, 0.001, 0.001)


@pytest.mark.parametrize("counts_per_s", [0.0, -1.0, 99.0, 1e8, float("nan")])
def test_a_bright_end_state_that_no_bench_has_is_refused(counts_per_s: float) -> None:
    (sentence,) = check_settings(BenchSettings(bright_counts_per_s=counts_per_s))
    assert sentence.startswith("The bright end state is ")


def test_the_bright_end_state_is_found_again_and_older_files_have_that_of_the_science() -> None:
    save_settings(BenchSettings(bright_counts_per_s=4_000.0))
    bench = Bench().with_settings(load_settings()[0])
    kept = (bench.settings.bright_counts_per_s, bench.recipe("a").bright_counts_per_s)
    assert (bench.bright_counts_per_s, *kept) == (4_000.0, 4_000.0, 4_000.0)
    told = json.loads(to_text(Recipe("any", bright_counts_per_s=4_000.0), lambda _, where: 0))
    assert told.pop("bright_counts_per_s") == 4_000.0
    assert Decoder({}).from_text(Recipe, json.dumps(told)).bright_counts_per_s == BRIGHT_COUNTS_PER_S


@pytest.mark.slow
def test_the_open_run_takes_a_new_rate_only_while_nothing_is_recorded_in_it(tmp_path: Path) -> None:
    with station(tmp_path, Bench(exposures=QUICK, pace="none"), begun=False) as bench:
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.UseOnset(0.001, 4_000.0))
        fresh = bench.heard.last(events.StatusChanged).status
        assert fresh.run is not None
        assert (fresh.false_alarm, fresh.run.recipe.false_alarm) == (0.001, 0.001)
        assert (fresh.bright_counts_per_s, fresh.run.recipe.bright_counts_per_s) == (4_000.0, 4_000.0)
        bench.do(orders.TakeDark(), orders.UseOnset(0.1))
        begun = bench.heard.last(events.StatusChanged).status
        assert begun.run is not None
        assert (begun.false_alarm, begun.run.recipe.false_alarm) == (0.1, 0.001)
        assert (begun.bright_counts_per_s, begun.run.recipe.bright_counts_per_s) == (20_000.0, 4_000.0)
        bench.do(orders.UseOnset(0.9))
        assert "Nothing was changed" in bench.heard.last(events.Refused).reason
        assert bench.heard.last(events.StatusChanged).status.false_alarm == 0.1


@pytest.mark.slow
def test_the_banner_says_the_rate_of_the_run_and_review_says_the_same(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        recipe = replace(Recipe("ODE, standard", "CdTe", "ODE", 100.0), false_alarm=0.001)
        path = tmp_path / "run.aliquot"
        bench.do(orders.OpenInstrument("virtual:FLAME-S"), orders.NewRun(recipe, str(path)))
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.SetMark("heat on"))
        for hours in (0.5, 4.0, 8.0):
            run = bench.acquisition.session.run
            assert run is not None
            now_s = run.reaction_time_s(bench.clock.now_s())
            assert now_s is not None
            bench.clock.sleep(3600.0 * hours - now_s)
            bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        flagged = bench.heard.last(events.OnsetFlagged).onset
    assert flagged.not_.endswith("False alarm: at most 1 run in 1\u202f000.")
    again = reevaluate(store.read(path))
    assert again.recipe.false_alarm == 0.001
    last = again.aliquots[-1].reading.findings
    assert last is not None
    assert last.onset is not None
    assert last.onset.not_ == flagged.not_
    dim = reevaluate(again.with_recipe(replace(again.recipe, bright_counts_per_s=1e7))).aliquots[-1].reading.findings
    assert dim is not None
    assert dim.onset is None, "on a bench whose dots end up at 10 million counts/s this light is no onset"
