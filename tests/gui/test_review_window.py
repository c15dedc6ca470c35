"""A recorded run opens with the same plots, ladder and readouts, and its findings in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act
from gui.app import recovery_words
from gui.dress import Dress
from gui.findings_table import FindingsTable
from gui.review_opening import ReviewOpening
from gui.review_window import ReviewWindow
from gui.shown import findings_rows
from gui.shown.findings_rows import Row
from station.store import LeftOpen
from tests.gui import stories
from tests.gui.test_texts_fit import misfits, painted


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[ReviewWindow]:
    themes.apply(qapp, themes.LIGHT)
    opened = ReviewWindow(stories.run(8), "/runs/ode-standard.aliquot", Dress(themes.LIGHT))
    with qtbot.waitActive(opened):
        opened.show()
        opened.activateWindow()
    opened.plots.install()
    yield opened
    opened.hide()
    opened.deleteLater()


def test_it_begins_with_all_aliquots_alike_speaks_of_the_newest_and_steps_with_the_arrows(
    window: ReviewWindow,
) -> None:
    assert (window.selected, window.readouts.shown[0].label) == (None, "Aliquot 8, 8 of 8")
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.selected == 7
    assert window.readouts.shown[0].value == "23:00:00"
    for _ in range(9):
        QTest.keyClick(window, Qt.Key.Key_Left)
    assert window.selected == 1
    assert window.readouts.shown[1].value == "none"
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert window.selected == 2


def test_esc_puts_the_card_away_then_unselects_then_closes(window: ReviewWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert window.selected == 8
    window.act(Act.KEYS)
    left = []
    for _ in range(3):
        QTest.keyClick(window, Qt.Key.Key_Escape)
        left.append((window.keys.isVisible(), window.selected, window.isVisible()))
    assert left == [(False, 8, True), (False, None, True), (False, None, False)]
    assert window.readouts.shown[0].label == "Aliquot 8, 8 of 8"


def test_the_ladder_shows_what_was_taken_and_chooses(window: ReviewWindow) -> None:
    assert [chip.aliquot for chip in window.ladder.shown] == list(range(1, 9))
    window.ladder.chosen.emit(4)
    emission = window.readouts.shown[2]
    assert (emission.value, emission.sign, emission.second_tone) == ("500 nm", "flag-outline", "ink2")


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_every_text_fits(window: ReviewWindow, scale: float) -> None:
    window.set_dress(Dress(themes.DARK, scale))
    wrong = []
    for number in (1, 4, 8):
        window.select(number)
        wrong += [found for widget in painted(window) for found in misfits(widget)]
    assert wrong == []


def test_keys_that_change_a_run_do_nothing_here(window: ReviewWindow) -> None:
    on_window = {s.toString() for action in window.actions() for s in action.shortcuts()}
    assert not on_window & {"Space", "D", "R", "M", "Ctrl+Z"}


def test_the_card_of_keys_names_only_those_of_review(window: ReviewWindow) -> None:
    window.act(Act.KEYS)
    assert window.keys.isVisible()
    assert misfits(window.keys) == []
    window.act(Act.LEAVE)
    assert not window.keys.isVisible()


def test_a_run_without_aliquots_opens(qtbot: QtBot) -> None:
    opened = ReviewWindow(stories.run(0), "/runs/empty.aliquot", Dress(themes.DARK))
    qtbot.addWidget(opened)
    assert opened.readouts.shown[0].first == "this run has no aliquots"
    opened.act(Act.EARLIER)
    assert opened.selected is None


# Findings in words


def test_zone_and_onset_are_said_in_words() -> None:
    rows = findings_rows.run_rows(stories.run(4))
    assert rows[0] == Row("Zone", "MSC + QD")
    assert rows[1] == Row("Onset", "between 1 h 30 and 2 h 00 min", "")
    assert rows[2] == Row(stories.ONSET.reason)
    quiet = findings_rows.run_rows(stories.run(2))
    assert quiet[:2] == (Row("Zone", "MSC"), Row("Onset", "none"))


def test_unknown_material_has_no_zone() -> None:
    said = replace(stories.findings(3), zone=None, onset=None, onset_state="not yet decidable")
    run = stories.run(0).appended(stories.aliquot(3, said=said))
    rows = findings_rows.run_rows(run)
    assert rows[0].value == "not named: the recipe names no material"
    assert rows[1].value == "not yet decidable"


def test_an_aliquot_is_said_with_all_its_bands() -> None:
    rows = findings_rows.aliquot_rows(stories.aliquot(3))
    labels = [row.label for row in rows]
    assert labels == ["MSC-449 E1", "MSC-449 E2", "QD emission", "Tail", "Dilution", "Optics"]
    assert (rows[0].value, rows[0].note) == ("449.1 ± 0.1 nm", "A 0.183 ± 0.002")
    assert (rows[2].value, rows[2].note) == ("500.4 ± 0.4 nm", "1\u202f840 ± 28 counts/s")
    assert findings_rows.aliquot_rows(stories.aliquot(0))[0] == Row("Species", "none")
    assert findings_rows.aliquot_rows(None) == ()


def test_a_table_that_is_too_long_says_that_there_is_more(qtbot: QtBot) -> None:
    host = ReviewWindow(stories.run(1), "x.aliquot", Dress(themes.DARK))
    qtbot.addWidget(host)
    table = FindingsTable(Dress(themes.DARK), host)
    table.resize(352, 160)
    table.show_sections((("Run", tuple(Row(f"row {n}", "value") for n in range(20))),))
    assert misfits(table) == []
    assert "more in a higher window" in [part.text for part in table.parts() if hasattr(part, "text")]


# Opening beside the bench


def test_a_file_that_cannot_be_read_is_said_and_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "torn.aliquot"
    path.write_bytes(b"not a run")
    opening = ReviewOpening(Dress(themes.DARK))
    with qtbot.waitSignal(opening.refused, timeout=20_000) as refused:
        opening.open(str(path))
    assert refused.args
    assert refused.args[0]
    assert opening.windows == []


def test_a_run_that_was_left_open_is_said_with_what_it_holds() -> None:
    left = LeftOpen(Path("a.aliquot"), "2026-11-22T14:02:11+01:00", 23, whole=True)
    assert recovery_words(left) == "A run was open at 14:02: 23 aliquots, all whole."
    assert recovery_words(replace(left, whole=False, aliquots=1)).endswith("1 aliquot, some cannot be read.")
