"""What the chemist says of a run after the measurement: it is recorded, read again where it must be, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from station import events, orders
from station.attachment import Attachment
from station.evaluation import reevaluate
from station.photographs import LARGEST_BYTES
from station.reagents import Dilution
from station.recipe import HOUR_S
from station.records import Aliquot
from station.run import Run
from station.stopping import stops_without_onset
from station.store import read
from tests.station.bench_tools import RECIPE, Station, station

JPEG = Attachment("flask.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(range(256)))


@pytest.fixture(scope="module")
def at_the_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """One standard reaction with aliquots at 1, 2 and 3 h: dots emit from the second on."""
    with station(tmp_path_factory.mktemp("run")) as bench:
        for _ in range(3):
            bench.clock.sleep(HOUR_S)
            bench.do(orders.Capture())
        yield bench


@pytest.fixture
def bench(at_the_bench: Station) -> Iterator[Station]:
    """The same run; what a test changes about it is taken back after it."""
    run = now(at_the_bench)
    stood = len(run.standing)
    yield at_the_bench
    while len(now(at_the_bench).standing) > stood:
        at_the_bench.do(orders.Undo())


def now(bench: Station) -> Run:
    run = bench.acquisition.session.run
    assert run is not None
    return run


def refused(bench: Station) -> str:
    return bench.heard.last(events.Refused).reason


def edit(aliquot: Aliquot, **changed: object) -> orders.EditAliquot:
    kept = {
        "name": aliquot.name,
        "note": aliquot.note,
        "excluded": aliquot.excluded,
        "dilution": aliquot.dilution,
        "drawn_at_s": aliquot.drawn_at_s,
    }
    return orders.EditAliquot(aliquot.number, **(kept | changed))  # type: ignore[arg-type]


def stored(bench: Station) -> Run:
    path = bench.acquisition.session.path
    assert path is not None
    return reevaluate(read(path))


def onset_s(run: Run) -> float | None:
    findings = run.aliquots[-1].reading.findings
    assert findings is not None
    return None if findings.onset is None else findings.onset.latest_s


def test_an_aliquot_that_is_excluded_stays_in_the_file_and_the_run_is_read_without_it(bench: Station) -> None:
    assert onset_s(now(bench)) == pytest.approx(2 * HOUR_S, abs=60.0)
    bench.do(edit(now(bench).aliquots[1], excluded="bubble"))
    run = now(bench)
    assert [each.number for each in run.aliquots] == [1, 3]
    assert [each.excluded for each in run.all_aliquots] == [None, "bubble", None]
    assert run.all_aliquots[1].reading.absorbance is not None
    assert onset_s(run) == pytest.approx(3 * HOUR_S, abs=60.0)
    again = stored(bench)
    assert [each.excluded for each in again.all_aliquots] == [None, "bubble", None]
    assert onset_s(again) == onset_s(run)


def test_what_is_excluded_counts_again_after_undo(bench: Station) -> None:
    before = onset_s(now(bench))
    bench.do(edit(now(bench).aliquots[1], excluded="bubble"), orders.Undo())
    assert (
        bench.heard.last(events.TakenBack).sentence == "The last change of aliquot 2 taken back; it stays in the file."
    )
    assert [each.number for each in now(bench).aliquots] == [1, 2, 3]
    assert onset_s(now(bench)) == before


def test_a_name_and_a_note_change_no_number(bench: Station) -> None:
    before = now(bench).aliquots[2].reading.findings
    bench.do(edit(now(bench).aliquots[2], name="after the bubble", note="cloudy"))
    named = now(bench).aliquots[2]
    assert (named.name, named.note) == ("after the bubble", "cloudy")
    assert named.reading.findings is before
    assert stored(bench).aliquots[2].name == "after the bubble"


def test_a_dilution_that_was_said_too_late_is_that_of_this_aliquot_alone(bench: Station) -> None:
    bench.do(edit(now(bench).aliquots[2], dilution=201.0))
    assert [each.dilution for each in now(bench).aliquots] == [101.0, 101.0, 201.0]
    assert [each.dilution for each in stored(bench).aliquots] == [101.0, 101.0, 201.0]


def test_an_aliquot_was_drawn_before_it_was_measured(bench: Station) -> None:
    taken = now(bench).aliquots[2]
    bench.do(edit(taken, drawn_at_s=taken.measured_at_s + 60.0))
    assert "drawn earlier" in refused(bench)
    assert now(bench).aliquots[2].drawn_at_s == taken.drawn_at_s
    bench.do(edit(taken, drawn_at_s=taken.drawn_at_s - 600.0))
    moved = now(bench).aliquots[2]
    assert moved.reaction_time_s == pytest.approx((taken.reaction_time_s or 0.0) - 600.0)
    assert stored(bench).aliquots[2].reaction_time_s == moved.reaction_time_s


def test_an_edit_that_changes_nothing_is_not_recorded(bench: Station) -> None:
    records = len(now(bench).records)
    bench.do(edit(now(bench).aliquots[0]))
    assert len(now(bench).records) == records


@pytest.mark.parametrize("dilution", [0.0, 0.5, -1.0, float("nan"), 1e9])
def test_a_dilution_that_is_none_is_refused(bench: Station, dilution: float) -> None:
    records = len(now(bench).records)
    bench.do(edit(now(bench).aliquots[0], dilution=dilution), orders.UseDilution(dilution))
    assert "between 1" in refused(bench)
    assert len(now(bench).records) == records
    assert bench.heard.last(events.StatusChanged).status.dilution is None


def test_there_is_nothing_to_say_of_an_aliquot_that_was_never_taken(bench: Station) -> None:
    bench.do(replace(edit(now(bench).aliquots[0]), number=9))
    assert "no aliquot 9" in refused(bench)


def test_a_photograph_comes_back_byte_for_byte(bench: Station) -> None:
    bench.do(orders.AddPhotograph(2, "UV", 366.0, 0.125, JPEG))
    for run in (now(bench), stored(bench)):
        (photograph,) = run.photographs
        assert photograph.picture == JPEG
        assert (photograph.number, photograph.light, photograph.lamp_nm, photograph.exposure_s) == (
            2,
            "UV",
            366.0,
            0.125,
        )


def test_a_picture_that_is_too_large_is_not_kept(bench: Station) -> None:
    huge = replace(JPEG, data=bytes(LARGEST_BYTES + 1))
    bench.do(orders.AddPhotograph(2, "ambient", None, None, huge))
    assert "was not kept" in refused(bench)
    bench.do(orders.AddPhotograph(9, "ambient", None, None, JPEG))
    assert "no aliquot 9" in refused(bench)
    assert now(bench).photographs == ()


def test_another_recipe_is_recorded_and_what_was_taken_keeps_its_dilution(bench: Station) -> None:
    warmer = replace(now(bench).recipe, temperature_c=120.0, diluted=Dilution(100.0, 5.0, "toluene"), false_alarm=0.5)
    bench.do(orders.UseRecipe(warmer))
    run = now(bench)
    assert (run.recipe.temperature_c, run.recipe.dilution) == (120.0, 51.0)
    assert run.recipe.false_alarm == run.begun_with.false_alarm == 0.01
    assert run.begun_with.temperature_c == 100.0
    assert [each.dilution for each in run.aliquots] == [101.0] * 3
    assert stored(bench).recipe == run.recipe


def test_the_material_that_was_forgotten_names_the_clusters_of_the_whole_run(bench: Station) -> None:
    known = now(bench).recipe
    bench.do(orders.UseRecipe(replace(known, material=None)))
    assert all(each.reading.findings is not None and not each.reading.findings.dominant for each in now(bench).aliquots)
    bench.do(orders.UseRecipe(known))
    assert any(each.reading.findings is not None and each.reading.findings.dominant for each in now(bench).aliquots)


@pytest.mark.slow
def test_drawn_now_measured_later_and_diluted_otherwise(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.clock.sleep(HOUR_S)
        bench.do(orders.Draw(), orders.UseDilution(201.0))
        status = bench.heard.last(events.StatusChanged).status
        assert status.drawn_at_s == pytest.approx(bench.clock.now_s())
        assert status.dilution == 201.0
        bench.clock.sleep(300.0)
        bench.do(orders.Capture(bench.clock.now_s()))
        taken = bench.heard.last(events.AliquotTaken).aliquot
        assert taken.measured_at_s - taken.drawn_at_s > 300.0
        assert taken.dilution == 201.0
        after = bench.heard.last(events.StatusChanged).status
        assert (after.drawn_at_s, after.dilution) == (None, None)


def test_undo_takes_back_what_was_said_last_the_drawing_or_the_mark(bench: Station) -> None:
    aliquots = len(now(bench).aliquots)
    bench.do(orders.SetMark("cool"))
    bench.clock.sleep(1.0)
    bench.do(orders.Draw(), orders.Undo())
    assert bench.heard.last(events.TakenBack).sentence.startswith("Aliquot 4 is not drawn yet")
    assert bench.heard.last(events.StatusChanged).status.drawn_at_s is None
    assert now(bench).marks[-1].kind == "cool"
    bench.do(orders.Draw())
    bench.clock.sleep(1.0)
    bench.do(orders.SetMark("add"), orders.Undo())
    assert bench.heard.last(events.TakenBack).sentence == "Mark 'add' taken back; it stays in the file."
    assert bench.heard.last(events.StatusChanged).status.drawn_at_s is not None
    bench.do(orders.Undo())
    assert len(now(bench).aliquots) == aliquots


def test_an_onset_that_what_is_said_later_brings_to_light_is_announced_once(bench: Station) -> None:
    heard = len(bench.heard.all(events.OnsetFlagged))
    bench.do(edit(now(bench).aliquots[1], excluded="bubble"), edit(now(bench).aliquots[2], excluded="bubble"))
    assert bench.heard.last(events.StatusChanged).status.onset is None
    bench.do(edit(now(bench).all_aliquots[2], excluded=None))
    flagged = bench.heard.all(events.OnsetFlagged)[heard:]
    assert [each.aliquot for each in flagged] == [3]
    bench.do(orders.Undo(), orders.Undo())
    assert len(bench.heard.all(events.OnsetFlagged)) == heard + 1, "that of aliquot 3 is not told again"
    bench.do(orders.Undo())
    status = bench.heard.last(events.StatusChanged).status
    assert status.onset is not None
    assert status.onset.latest_s == onset_s(now(bench))


@pytest.mark.parametrize("later_s", [60.0, float("nan"), float("inf")])
def test_nothing_is_said_to_have_happened_later_than_now(bench: Station, later_s: float) -> None:
    clock_s, records = bench.clock.now_s() + later_s, len(now(bench).records)
    said = (
        orders.SetMark("cool", clock_s=clock_s),
        orders.Draw(clock_s),
        edit(now(bench).aliquots[0], drawn_at_s=clock_s),
    )
    for order in said:
        bench.do(order)
        assert refused(bench).endswith("othing was changed.")
    assert len(now(bench).records) == records
    assert bench.acquisition.session.drawn_at_s is None


def test_a_run_whose_recipe_is_changed_first_of_all_is_begun_with_the_one_before(tmp_path: Path) -> None:
    with station(tmp_path, begun=False) as bench:
        bench.do(
            orders.NewRun(RECIPE), orders.UseRecipe(replace(RECIPE, name="toluene", solvent="toluene")), orders.Undo()
        )
        path = bench.acquisition.session.path
        assert path is not None
        assert (now(bench).recipe, read(path).recipe) == (RECIPE, RECIPE)


def test_the_time_zero_that_is_set_last_counts_for_what_does_not_count_too(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.Undo(), orders.Capture())
        bench.do(edit(now(bench).aliquots[0], excluded="bubble"), orders.SetMark("mixing"))
        assert now(bench).all_aliquots[0].reaction_time_s is not None
        assert [each.reaction_time_s for each in stored(bench).all_aliquots] == [
            now(bench).all_aliquots[0].reaction_time_s
        ]


def test_an_onset_that_is_dismissed_is_no_reason_to_stop_and_hides_no_other_one(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        for _ in range(2):
            bench.clock.sleep(HOUR_S)
            bench.do(orders.Capture())
        flagged = now(bench).aliquots[-1].reading.findings
        assert flagged is not None
        assert flagged.advice is not None
        assert flagged.advice.stop_now
        bench.do(orders.AnswerOnset(False), orders.Capture())
        dismissed = now(bench).aliquots[-1].reading.findings
        assert dismissed is not None
        assert dismissed.onset == flagged.onset
        assert dismissed.advice is not None
        assert not dismissed.advice.stop_now
        assert "decides" not in dismissed.advice.sentence
        assert stored(bench).aliquots[-1].reading.findings == dismissed
        bench.do(orders.AnswerOnset(True), orders.Capture())
        confirmed = now(bench).aliquots[-1].reading.findings
        assert confirmed is not None
        assert confirmed.advice is not None
        assert confirmed.advice.stop_now
        bench.do(orders.AnswerOnset(False))
        for hours in (6, 12, 24):
            bench.clock.sleep(hours * HOUR_S)
            bench.do(orders.Capture())
        fallen = now(bench).aliquots[-1].reading.findings
        assert fallen is not None
        assert fallen.advice is not None
        assert fallen.advice.sentence.startswith("MSC-449 falls")
        assert stops_without_onset(fallen.advice)
        assert stored(bench).aliquots[-1].reading.findings == fallen
