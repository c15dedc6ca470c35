"""The recipe page by keys alone: what is typed, what follows, and what Ready does with the open run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.actions import Act
from gui.dress import texts
from gui.shown import notes
from gui.shown.recipe import Draft, meant, sealed
from gui.shown.recipe_expect import expect_rows
from gui.shown.recipe_fields import rung, seconds, stands
from gui.shown.recipe_rows import Label, Note, Row, Value, ZoneLine
from gui.shown.recipe_state import FILLED_IN, holds_nothing
from station import orders
from station.events import Reminder, Status
from station.expecting import expected
from station.optics import Excitation, Optics
from station.reactions import reactions
from station.reagents import Dilution, Reagent
from station.recipe import HOUR_S, Recipe
from station.recipe_file import keep_last, last_recipe, own_recipes
from station.records import CalibrationTaken, Mark
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Bench, Opener

NOW_S = stories.T0_S + 1.2 * HOUR_S
FIG_2 = reactions()["ODE_std"]


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings folder of the test's own."""
    monkeypatch.setenv("ALIQUOT_SETTINGS", str(tmp_path / "settings"))


def fresh() -> Status:
    """A bench whose run was begun without a recipe; dark and reference are taken."""
    status = stories.status(0, now_s=NOW_S)
    assert status.run is not None
    begun = Run(Recipe("Run at 14:02", material="CdTe"), None, "", stories.wall(0.0))
    taken = CalibrationTaken("dark", begun.calibration, NOW_S - 60.0, stories.wall(0.0))
    return replace(status, run=begun.appended(taken))


def going() -> Status:
    """A bench with two aliquots in its run."""
    return stories.status(2, now_s=NOW_S)


def opened(open_bench: Opener, status: Status) -> Bench:
    bench = open_bench()
    bench.link.clock.seconds = NOW_S
    bench.shows(status)
    bench.window.act(Act.RECIPE)
    return bench


def shown(bench: Bench) -> list[str]:
    """Every text of the page that is in sight."""
    return [text.text for text in texts(bench.window.panels.recipe.page.parts())]


def put(bench: Bench, name: str, text: str) -> None:
    """Type a text into a field, as fingers do, and leave it with Enter."""
    page = bench.window.panels.recipe.page
    page.begin_at(name)
    bench.window.act(Act.CONFIRM)
    assert page.editing
    QTest.keyClick(page.field, Qt.Key.Key_Delete)
    QTest.keyClicks(page.field, text)
    bench.window.act(Act.CONFIRM)
    assert not page.editing


def said(bench: Bench) -> str:
    """Every text of the page that is in sight, in one."""
    return " ".join(shown(bench))


def sent(bench: Bench) -> list[orders.Order]:
    return [order for order in bench.link.orders if not isinstance(order, orders.ShowLive)]


# What is offered, and Ready


def test_a_run_without_a_recipe_offers_it_in_the_header_and_q_opens_the_papers_own(open_bench: Opener) -> None:
    bench = open_bench()
    bench.shows(fresh())
    assert "Recipe" in [text.text for text in texts(bench.window.panels.header.parts())]
    bench.window.act(Act.RECIPE)
    assert {"Recipe", "Paper, Fig. 2: Octadecene, 100 °C, Cd:Te 1.2", "Second MSC + QD", FILLED_IN} <= set(shown(bench))
    assert {"1.20", "1.00", "21.2", "37.4", "19.4", "101 ×"} <= set(shown(bench))
    assert "Te 20.0 mM · Cd : Te 1.20 · slightly Cd-rich" in shown(bench)
    bench.shows(going())
    assert "Recipe" not in [text.text for text in texts(bench.window.panels.header.parts())]


def test_enter_on_ready_begins_the_run_where_only_the_dark_is_recorded(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    bench.window.act(Act.CONFIRM)
    assert sent(bench) == [orders.NewRun(FIG_2)]
    assert not bench.window.panels.recipe.is_open
    assert last_recipe() == FIG_2


def test_a_run_that_goes_on_is_changed_or_another_is_begun_and_the_page_asks_which(open_bench: Opener) -> None:
    bench = opened(open_bench, going())
    put(bench, "temperature", "120")
    bench.window.panels.recipe.page.begin_at("ready")
    bench.window.act(Act.CONFIRM)
    assert sent(bench) == []
    assert {"Change the open run", "Begin a new run"} <= set(shown(bench))
    assert "holds 2 aliquots" in said(bench)
    bench.window.act(Act.UP)
    assert "Ready" in shown(bench)
    bench.window.panels.recipe.page.begin_at("ready")
    bench.window.act(Act.CONFIRM)
    bench.window.act(Act.CHOOSE, 1)
    [order] = sent(bench)
    assert isinstance(order, orders.UseRecipe)
    assert order.recipe == replace(stories.RECIPE, temperature_c=120.0)


def test_a_new_run_keeps_what_the_bench_promises_of_the_onset(open_bench: Opener) -> None:
    bench = opened(open_bench, replace(going(), false_alarm=0.001, bright_counts_per_s=4000.0))
    bench.window.act(Act.CONFIRM)
    bench.window.act(Act.CHOOSE, 2)
    [order] = sent(bench)
    assert isinstance(order, orders.NewRun)
    assert (order.recipe.false_alarm, order.recipe.bright_counts_per_s) == (0.001, 4000.0)


def test_other_optics_are_set_before_the_run_and_ask_for_a_new_dark(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    put(bench, "path", "0,2 mm")
    assert "Dark and reference have to be taken again" in said(bench)
    put(bench, "excitation", "450")
    bench.window.panels.recipe.page.begin_at("ready")
    bench.window.act(Act.CONFIRM)
    assert [type(order).__name__ for order in sent(bench)] == ["UseOptics", "NewRun"]
    assert sent(bench)[0] == orders.UseOptics(Optics(Excitation(nm=450.0), path_mm=0.2))


def test_the_recipe_used_last_is_offered_first_and_own_ones_by_their_names(open_bench: Opener) -> None:
    keep_last(replace(FIG_2, name="Yesterday", temperature_c=110.0))
    bench = opened(open_bench, fresh())
    assert "Used last: Yesterday" in shown(bench)
    put(bench, "name", "Mine")
    bench.window.panels.recipe.page.begin_at("keep")
    bench.window.act(Act.CONFIRM)
    assert [recipe.name for recipe in own_recipes()[0]] == ["Mine"]
    page = bench.window.panels.recipe.page
    page.begin_at("template")
    bench.window.act(Act.CONFIRM)
    assert page.list.isVisible()
    bench.window.act(Act.DOWN)
    bench.window.act(Act.CONFIRM)
    assert "Own: Mine" in shown(bench)


def test_every_condition_of_the_paper_can_be_taken_and_is_its_own_neighbour(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    sheet = bench.window.panels.recipe
    for option, (name, recipe) in enumerate(reactions().items()):
        sheet.take("template", option)
        assert sheet.now.recipe == recipe, name
        found = expected(recipe)
        assert found is not None
        assert found.same, name
        assert sheet.now.wrong == {}


def test_what_is_typed_stays_while_the_page_is_closed_but_not_for_another_run(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    put(bench, "top.ml", "12")
    bench.window.act(Act.LEAVE)
    assert not bench.window.panels.recipe.is_open
    bench.window.act(Act.RECIPE)
    assert "12" in shown(bench)
    bench.window.act(Act.LEAVE)
    bench.shows(going())
    bench.window.act(Act.RECIPE)
    assert "As in the open run" in shown(bench)
    assert "12" not in shown(bench)


def test_nothing_is_sent_while_the_station_measures(open_bench: Opener) -> None:
    bench = opened(open_bench, replace(fresh(), obstacles={"NewRun": "measuring"}))
    bench.window.act(Act.CONFIRM)
    assert sent(bench) == []
    assert bench.window.panels.toast.note == notes.refused("measuring")


def test_a_click_does_what_enter_does(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    page = bench.window.panels.recipe.page
    volume = next(box for box in page.boxes() if box.field.name == "total")
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=page.shown_room(volume).center().toPoint())
    assert (page.at, page.editing) == ("total", True)
    page.end_edit()
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=page.buttons[0].room.center().toPoint())
    assert [type(order).__name__ for order in sent(bench)] == ["NewRun"]


# Typing


def test_arrows_go_from_field_to_field_and_tab_goes_on_typing(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    page = bench.window.panels.recipe.page
    page.begin_at("cd_oleate.ml")
    for act, at in (
        (Act.LATER, "cd_oleate.stock"),
        (Act.DOWN, "topte.stock"),
        (Act.EARLIER, "topte.ml"),
        (Act.DOWN, "top.ml"),
        (Act.DOWN, "oam.ml"),
        (Act.DOWN, "solvent"),
        (Act.DOWN, "total"),
        (Act.UP, "solvent"),
    ):
        bench.window.act(act)
        assert page.at == at
    bench.window.act(Act.CONFIRM)
    QTest.keyClick(page.field, Qt.Key.Key_Tab)
    assert (page.at, page.editing) == ("total", True)
    QTest.keyClick(page.field, Qt.Key.Key_Backtab)
    assert (page.at, page.editing) == ("solvent", True)
    bench.window.act(Act.LEAVE)
    assert (page.editing, bench.window.panels.recipe.is_open) == (False, True)


@pytest.mark.slow
def test_every_field_is_reached_from_ready_by_arrows(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    page = bench.window.panels.recipe.page
    names, reached, waiting = {box.field.name for box in page.boxes()}, {"ready"}, ["ready"]
    while waiting:
        here = waiting.pop()
        for act in (Act.UP, Act.DOWN, Act.EARLIER, Act.LATER):
            page.begin_at(here)
            bench.window.act(act)
            if page.at not in reached:
                reached.add(page.at)
                waiting.append(page.at)
    assert names - reached == set()


def test_a_figure_begins_to_type_where_a_number_stands(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    page = bench.window.panels.recipe.page
    page.begin_at("oam.ml")
    bench.window.act(Act.CHOOSE, 2)
    assert page.field.text() == "2"
    QTest.keyClicks(page.field, "0,5")
    bench.window.act(Act.CONFIRM)
    assert {"20,5", "43.6"} <= set(shown(bench))


def test_what_is_wrong_stands_at_its_field_and_ready_waits(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    put(bench, "temperature", "hot")
    assert "“hot” is no number" in said(bench)
    bench.window.panels.recipe.page.begin_at("ready")
    bench.window.act(Act.CONFIRM)
    assert sent(bench) == []
    assert "First what is marked" in bench.window.panels.toast.note.sentence
    put(bench, "temperature", "100")
    put(bench, "total", "20")
    assert "the reagents are 10.6 ml more than the total" in said(bench)
    put(bench, "total", "")
    assert "how much is in the flask?" in said(bench)


def test_above_the_boiling_point_the_page_asks_for_a_sealed_vessel_and_does_not_refuse(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    put(bench, "solvent", "toluene")
    put(bench, "temperature", "120")
    assert "toluene boils at 111 °C: sealed vessel?" in said(bench)
    bench.window.panels.recipe.page.begin_at("ready")
    bench.window.act(Act.CONFIRM)
    assert len(sent(bench)) == 1
    assert sealed(replace(FIG_2, temperature_c=100.0)) == ""


def test_planned_times_are_added_changed_and_taken_away(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    page = bench.window.panels.recipe.page
    page.begin_at("rung.add")
    bench.window.act(Act.CONFIRM)
    QTest.keyClicks(page.field, "20 min")
    bench.window.act(Act.CONFIRM)
    put(bench, "rung.8", "30")
    put(bench, "rung.1", "")
    now = bench.window.panels.recipe.now
    assert now.recipe.schedule_s == (1200.0, *(HOUR_S * h for h in (1.0, 1.5, 2.0, 4.0, 8.0, 23.0, 30.0)))
    put(bench, "rung.0", "soon")
    assert "“soon”: a time such as 0.5 h or 20 min" in said(bench)


def test_the_cursor_of_an_open_list_leaves_without_a_choice(open_bench: Opener) -> None:
    bench = opened(open_bench, fresh())
    page = bench.window.panels.recipe.page
    page.begin_at("material")
    bench.window.act(Act.CONFIRM)
    bench.window.act(Act.DOWN)
    bench.window.act(Act.LEAVE)
    assert not page.list.isVisible()
    assert bench.window.panels.recipe.now.recipe.material == "CdTe"


# What is meant


def test_nothing_is_named_where_no_material_is_set() -> None:
    now = meant(Draft(FIG_2, Optics(), {"material": "none"}))
    assert now.recipe.material is None
    rows = expect_rows(now.recipe, expected(now.recipe))
    assert any(isinstance(row, Row) and "nothing is named" in str(row.cells) for row in rows)
    selenide = meant(Draft(FIG_2, Optics(), {"material": "CdSe"})).recipe
    assert expected(selenide) is None


def test_the_neat_reagent_counts_until_a_stock_is_typed_and_again_when_it_is_cleared() -> None:
    typed = {"oam.purity": "80"}
    assert meant(Draft(FIG_2, Optics(), typed)).recipe.oam_mmol == pytest.approx(17.6 * 2.4314, rel=1e-3)
    assert meant(Draft(FIG_2, Optics(), {"oam.stock": "2"})).recipe.oam == Reagent(17.6, 2.0)
    cleared = meant(Draft(FIG_2, Optics(), {"oam.stock": ""})).recipe.oam
    assert cleared is not None
    assert cleared.strength == pytest.approx(2.127, abs=0.001)


def test_what_is_not_filled_in_is_said_and_stays_unknown() -> None:
    now = meant(Draft(Recipe("bare"), Optics(), {"top.ml": "10"}))
    assert now.wrong == {}
    assert now.missing == ("Cd(oleate)₂", "TOPTe", "OAM", "solvent", "temperature", "degassing")
    assert now.recipe.top_mmol == pytest.approx(21.75, abs=0.01)
    assert now.recipe.oam is None


def test_dilution_and_degassing_follow_their_fields() -> None:
    typed = {"ul": "25", "into": "5", "degassed": "0", "remind": "0", "lamp": "", "name": " "}
    now = meant(Draft(FIG_2, Optics(), typed))
    assert now.recipe.diluted == Dilution(25.0, 5.0, "toluene")
    assert (now.recipe.dilution, now.recipe.degassed, now.recipe.remind_s) == (201.0, False, None)
    assert now.recipe.photo_lamp_nm is None
    assert now.wrong == {"name": "what is this run called?"}


@given(st.floats(1e-3, 1e4))
def test_a_number_stands_in_its_field_to_five_figures(value: float) -> None:
    assert float(stands(value)) == pytest.approx(value, rel=6e-5)
    assert (stands(2.0), stands(0.6), stands(17.58), stands(0.0), stands(None)) == ("2.00", "0.600", "17.58", "0", "")


@given(st.integers(1, 360_000))
def test_a_planned_time_reads_back_as_it_stands(time_s: int) -> None:
    assert seconds(rung(float(time_s))) == pytest.approx(time_s, abs=0.01)


def test_times_are_hours_unless_they_say_otherwise() -> None:
    assert [seconds(text) for text in ("0,5", "0.5 h", "20min", "45 s", "-1", "", "0", "2 d")] == [
        *(1800.0, 1800.0, 1200.0, 45.0),
        *(None, None, None, None),
    ]


def test_another_recipe_says_how_it_differs_from_the_nearest_of_the_paper() -> None:
    own = replace(FIG_2, temperature_c=115.0)
    rows = expect_rows(own, expected(own))
    [zone] = [row for row in rows if isinstance(row, ZoneLine)]
    assert zone.words == "Second MSC + QD"
    told = " ".join(
        cell.text
        for row in rows
        if isinstance(row, Row)
        for cell in row.cells
        if isinstance(cell, Note | Label | Value)
    )
    assert "Nearest in the paper is Fig. 2" in told
    assert "temperature 115\u00a0°C instead of 100\u00a0°C" in told


def test_a_run_holds_nothing_until_something_happens_to_its_flask() -> None:
    status = fresh()
    assert status.run is not None
    assert holds_nothing(status.run)
    assert holds_nothing(None)
    assert holds_nothing(status.run.appended(Mark("gap", NOW_S, "", "asleep")))
    assert not holds_nothing(status.run.appended(Mark("heat on", NOW_S, "")))
    assert not holds_nothing(stories.run(1, t0=False))


def test_the_reminder_is_said_in_a_toast_and_heard(open_bench: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = open_bench()
    heard: list[str] = []
    monkeypatch.setattr(bench.window.ease.sounds, "play", heard.append)
    bench.shows(going(), Reminder(5, 4 * HOUR_S, 120.0))
    said_last = bench.window.panels.toast.note
    assert (said_last.sentence, said_last.cap) == ("Aliquot 5 is due at 4 h, in 2 min", "A")
    assert heard == ["reminder"]
