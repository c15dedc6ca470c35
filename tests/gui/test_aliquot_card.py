"""One aliquot is hidden, excluded with its reason, and edited on its card; by keys alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui import theme as themes
from gui.dress import Dress
from gui.shown import aliquot_card
from gui.shown.set_up import Line
from gui.theme import Theme
from station import orders
from station.events import Continuous, Status
from station.recipe import HOUR_S
from station.records import AliquotEdited, Undone
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.test_texts_fit import misfits

NOW_S = stories.T0_S + 2.1 * HOUR_S


def status(run: Run) -> Status:
    return replace(stories.status(0, now_s=NOW_S), run=run)


def bench_of(open_bench: Opener, run: Run) -> Bench:
    bench = open_bench()
    bench.link.clock.seconds = NOW_S
    bench.shows(status(run))
    return bench


def press(bench: Bench, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(bench.window, key)


def edits(bench: Bench) -> list[orders.EditAliquot]:
    return [order for order in bench.link.orders if isinstance(order, orders.EditAliquot)]


def obeyed(run: Run, order: orders.EditAliquot) -> Run:
    """Return the run once the station has recorded an edit."""
    said = (order.number, order.name, order.note, order.excluded, order.dilution, order.drawn_at_s)
    return run.appended(AliquotEdited(*said, NOW_S, stories.wall(NOW_S - stories.T0_S)))


# Hide and exclude


def test_k_hides_the_curve_of_the_aliquot_that_is_spoken_of_and_shows_it_again(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(4))
    press(bench, Qt.Key.Key_K)
    assert bench.window.desk.hidden == {4}
    assert [chip.aliquot for chip in bench.window.panels.ladder.shown if chip.hidden] == [4]
    press(bench, Qt.Key.Key_Left, Qt.Key.Key_K, Qt.Key.Key_Right, Qt.Key.Key_K)
    assert bench.window.desk.hidden == {3}
    assert edits(bench) == [], "what is hidden is a matter of looking, not of the run"


def test_in_another_run_nothing_is_hidden(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(4))
    press(bench, Qt.Key.Key_K)
    bench.shows(status(replace(stories.run(1), started_wall=stories.wall(90_000.0))))
    assert bench.window.desk.hidden == frozenset()


def test_x_asks_for_a_reason_and_enter_excludes_with_it(open_bench: Opener) -> None:
    run = stories.run(4)
    bench = bench_of(open_bench, run)
    press(bench, Qt.Key.Key_Left, Qt.Key.Key_X)
    choices = bench.window.panels.bench.choices
    assert (choices.typing, choices.asked) == (True, "a reason")
    QTest.keyClicks(choices.note, "bubble")
    QTest.keyClick(choices.note, Qt.Key.Key_Return)
    assert edits(bench) == [replace(aliquot_card.edit(run.aliquots[2]), excluded="bubble")]
    bench.shows(status(obeyed(run, edits(bench)[0])))
    chip = bench.window.panels.ladder.shown[2]
    assert (chip.state, chip.value) == ("excluded", "bubble")
    assert bench.window.desk.selected == 3


def test_x_again_counts_it_again(open_bench: Opener) -> None:
    run = obeyed(stories.run(4), replace(aliquot_card.edit(stories.run(4).aliquots[3]), excluded="bubble"))
    bench = bench_of(open_bench, run)
    press(bench, Qt.Key.Key_Right, Qt.Key.Key_X)
    assert edits(bench) == [replace(aliquot_card.edit(run.all_aliquots[3]), excluded=None)]
    assert not bench.window.panels.bench.choices.typing


def test_where_none_counts_the_arrows_still_reach_what_was_taken(open_bench: Opener) -> None:
    run = obeyed(stories.run(1), replace(aliquot_card.edit(stories.run(1).aliquots[0]), excluded="leak"))
    bench = bench_of(open_bench, run)
    press(bench, Qt.Key.Key_Left, Qt.Key.Key_X)
    assert edits(bench) == [replace(aliquot_card.edit(run.all_aliquots[0]), excluded=None)]


def test_without_a_reason_or_after_esc_it_counts_on(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(2))
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        press(bench, Qt.Key.Key_X)
        QTest.keyClick(bench.window.panels.bench.choices.note, key)
        assert not bench.window.panels.bench.choices.typing
    assert edits(bench) == []


def test_the_newest_stays_selected_when_it_is_excluded_and_can_be_counted_again_at_once(open_bench: Opener) -> None:
    run = stories.run(4)
    bench = bench_of(open_bench, run)
    excluded = obeyed(run, replace(aliquot_card.edit(run.aliquots[3]), excluded="leak"))
    bench.shows(status(excluded))
    assert bench.window.desk.selected == 4
    assert bench.window.panels.readouts.shown[1].label == "Dominant cluster, aliquot 4, excluded"
    bench.shows(status(excluded.appended(Undone(len(excluded.records) - 1, NOW_S, ""))))
    assert bench.window.panels.ladder.shown[3].state == "newest"


def test_a_new_aliquot_is_spoken_of_and_a_reading_that_came_by_itself_is_not(open_bench: Opener) -> None:
    run = stories.run(3)
    bench = bench_of(open_bench, run)
    bench.window.select(1)
    by_itself = run.appended(replace(stories.aliquot(3), by_itself=True))
    bench.shows(status(by_itself))
    assert bench.window.desk.selected == 1
    bench.shows(status(by_itself.appended(stories.aliquot(4))))
    assert bench.window.desk.selected is None


# The card


def card_lines(bench: Bench) -> dict[str, Line]:
    return {line.name: line for line in bench.window.panels.aliquot.page.lines if line.name}


def test_n_opens_the_card_of_the_aliquot_and_left_and_right_go_to_the_others(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(4))
    press(bench, Qt.Key.Key_N)
    card = bench.window.panels.aliquot
    assert card.is_open
    assert card.page.lines[0].label.startswith("Aliquot 4")
    press(bench, Qt.Key.Key_Left)
    assert card.page.lines[0].label.startswith("Aliquot 3")
    assert bench.window.desk.selected == 3
    press(bench, Qt.Key.Key_1)
    assert card.page.lines[0].label.startswith("Aliquot 1")
    press(bench, Qt.Key.Key_Escape)
    assert not card.is_open


def test_one_order_keeps_all_that_was_typed(open_bench: Opener) -> None:
    run = stories.run(4)
    bench = bench_of(open_bench, run)
    press(bench, Qt.Key.Key_N)
    card = bench.window.panels.aliquot
    for text in ("after cooling", "cloudy", "100 ul into 5 ml", "1 h 58 min", ""):
        press(bench, Qt.Key.Key_Return)
        card.page.field.clear()
        QTest.keyClicks(card.page.field, text)
        QTest.keyClick(card.page.field, Qt.Key.Key_Return)
    assert card.page.at == aliquot_card.KEEP
    press(bench, Qt.Key.Key_Return)
    drawn_at_s = stories.T0_S + 118 * 60.0
    assert edits(bench) == [orders.EditAliquot(4, "after cooling", "cloudy", None, 51.0, drawn_at_s)]


def test_a_number_that_is_left_alone_gives_the_keys_back_and_stays_as_typed(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(4))
    press(bench, Qt.Key.Key_N)
    card = bench.window.panels.aliquot
    for name, left_alone in ((aliquot_card.DILUTION, True), (aliquot_card.DRAWN, True), (aliquot_card.NOTE, False)):
        card.page.stand_at(name)
        press(bench, Qt.Key.Key_Return)
        assert card.editing
        assert bench.window.number_fields.timer.isActive() is left_alone
    card.page.stand_at(aliquot_card.DILUTION)
    press(bench, Qt.Key.Key_Return)
    QTest.keyClicks(card.page.field, "201")
    bench.window.number_fields.timer.timeout.emit()
    assert not card.editing
    assert card.typed[aliquot_card.DILUTION] == "201"


def test_what_was_typed_of_one_waits_while_another_is_looked_at(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(4))
    press(bench, Qt.Key.Key_N)
    bench.window.panels.aliquot.type(aliquot_card.NOTE, "cloudy")
    press(bench, Qt.Key.Key_Left, Qt.Key.Key_Right)
    assert card_lines(bench)[aliquot_card.NOTE].value == "cloudy"
    press(bench, Qt.Key.Key_Escape, Qt.Key.Key_N)
    assert card_lines(bench)[aliquot_card.NOTE].value == ""


def test_a_run_without_aliquots_says_how_to_get_one(open_bench: Opener) -> None:
    bench = bench_of(open_bench, stories.run(0))
    press(bench, Qt.Key.Key_N)
    assert [line.value for line in bench.window.panels.aliquot.page.lines] == ["No aliquot yet: Space captures one."]
    press(bench, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_X, Qt.Key.Key_K)
    assert (edits(bench), bench.window.desk.hidden) == ([], frozenset())


RUN = stories.run(4)
FOURTH = RUN.aliquots[3]
STANDS = aliquot_card.typed(RUN, FOURTH)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        (aliquot_card.DILUTION, "much", "a factor from 1 (101×), or 50 µl into 5 ml"),
        (aliquot_card.DILUTION, "0.5", "a factor from 1 (101×), or 50 µl into 5 ml"),
        (aliquot_card.DRAWN, "soon", "as 2 h 04 min since heat on, or 14:06 on the clock"),
        (aliquot_card.DRAWN, "3 h", "after it was measured"),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_not_sent(name: str, text: str, wrong: str) -> None:
    typed = {**STANDS, name: text}
    assert aliquot_card.read(typed, RUN, FOURTH) == (None, {name: wrong})
    lines = {line.name: line for line in aliquot_card.lines(typed, RUN, FOURTH) if line.name}
    assert lines[name].wrong == wrong
    assert lines[aliquot_card.KEEP].wrong == "not while something above is wrong"


def test_the_time_of_day_is_understood_where_it_was_drawn() -> None:
    order, wrong = aliquot_card.read({**STANDS, aliquot_card.DRAWN: "14:02"}, RUN, FOURTH)
    assert wrong == {}
    assert order is not None
    assert order.drawn_at_s == pytest.approx(FOURTH.measured_at_s - 281.0)
    lines = {line.name: line for line in aliquot_card.lines({**STANDS, aliquot_card.DRAWN: "14:02"}, RUN, FOURTH)}
    assert lines[aliquot_card.DRAWN].beside == "14:02:00 = 1 h 57 min, measured at 14:06:41"


def test_without_t0_the_field_is_the_time_of_day() -> None:
    early = replace(stories.aliquot(1), number=1, reaction_time_s=None)
    run = stories.run(0, t0=False).appended(early)
    typed = aliquot_card.typed(run, early)
    assert typed[aliquot_card.DRAWN] == "13:04:41"
    assert aliquot_card.read(typed, run, early)[0] == aliquot_card.edit(early)
    assert aliquot_card.read({**typed, aliquot_card.DRAWN: "1 h"}, run, early)[1] == {
        aliquot_card.DRAWN: "as 14:06 on the clock"
    }


def test_the_card_says_what_is_known_and_what_the_dilution_comes_to() -> None:
    lines = aliquot_card.lines({**STANDS, aliquot_card.DILUTION: "50 ul into 5 ml"}, RUN, FOURTH)
    said = {line.label: line.value for line in lines if line.kind == "say"}
    assert said["MSC-449 E1"] == "449.1 ± 0.1 nm · A 0.183 ± 0.002 · 2.761 ± 0.001 eV · FWHM 22.0 ± 0.9 nm"
    assert said["Tail / E1"] == "0.080 ± 0.010 · MSC-449"
    assert said["Onset"] == "between 1 h 30 and 2 h 00 min"
    assert next(line for line in lines if line.name == aliquot_card.DILUTION).beside == "= 101×"
    assert next(line for line in lines if line.name == aliquot_card.DRAWN).beside == "measured at 14:06:41, 2 h 02 min"


@given(name=st.text(max_size=12), note=st.text(max_size=12), dilution=st.none() | st.floats(1.0, 1e6))
def test_what_nobody_touched_is_kept_to_the_last_digit(name: str, note: str, dilution: float | None) -> None:
    aliquot = replace(FOURTH, name=name.strip(), note=note.strip(), dilution=dilution)
    typed = aliquot_card.typed(RUN, aliquot)
    assert aliquot_card.read(typed, RUN, aliquot) == (aliquot_card.edit(aliquot), {})


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("size", [(1024, 640), (1366, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_card_fits_wherever_the_cursor_stands(open_bench: Opener, scale: float, size: tuple[int, int]) -> None:
    bench = open_bench(Dress(themes.LIGHT if scale == 1.5 else themes.DARK, scale))
    bench.window.resize(*size)
    bench.shows(status(stories.run(4)))
    press(bench, Qt.Key.Key_N)
    card = bench.window.panels.aliquot
    card.type(aliquot_card.DRAWN, "soon")
    wrong: list[str] = []
    for _ in range(24):
        wrong += misfits(card.page)
        card.page.go(1)
    assert sorted(set(wrong)) == []


# Every text has its room


def told(run: Run, number: int, *, name: str = "", note: str = "", excluded: str | None = None) -> Run:
    aliquot = run.all_aliquots[number - 1]
    return obeyed(run, replace(aliquot_card.edit(aliquot), name=name, note=note, excluded=excluded))


def many(count: int, *, by_itself: bool) -> Run:
    run = stories.run(0)
    taken = (
        replace(stories.aliquot(3), number=n, reaction_time_s=47.0 * n, drawn_at_s=stories.T0_S, by_itself=by_itself)
        for n in range(1, count + 1)
    )
    return replace(run, records=(*run.records, *taken))


SPOKEN = told(
    told(told(stories.run(4), 1, excluded="a bubble in the light path"), 2, name="before the second addition"),
    3,
    name="B",
    note="cloudy",
)
MODE = Continuous(3600.0, NOW_S + 3599.0, 0.2, 1.0, "shorten the path to about 0.2 mm, or go on with emission")
STRONG = "A449 is beyond what can be shown: dilute to 1\u202f000× and press Space"


@pytest.mark.slow
@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("size", [(1024, 640), (1366, 768), (3840, 2160)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_ladder_readouts_and_health_fit_whatever_was_said(
    open_bench: Opener, theme: Theme, scale: float, size: tuple[int, int]
) -> None:
    bench = open_bench(Dress(theme, scale))
    bench.window.resize(*size)
    bench.link.clock.seconds = NOW_S
    panels = bench.window.panels
    wrong: list[str] = []
    for shown, numbers in (
        (replace(status(SPOKEN), too_strong=STRONG), (None, 1, 2, 3)),
        (replace(status(many(40, by_itself=False)), drawn_at_s=NOW_S - 200.0), (None, 1, 20, 40)),
        (replace(status(many(400, by_itself=True)), continuous=MODE), (None, 1, 399)),
        (status(stories.run(0, t0=False)), (None,)),
    ):
        bench.shows(shown)
        bench.window.desk.hidden = frozenset({2, 4})
        for number in numbers:
            bench.window.select(number)
            wrong += [found for widget in (panels.ladder, panels.readouts, panels.health) for found in misfits(widget)]
    assert sorted(set(wrong)) == []
