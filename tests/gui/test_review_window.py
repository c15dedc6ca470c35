"""A recorded run opens with the same plots, ladder and readouts, and its findings in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from analysis.findings import InnerFilter, Sizing
from analysis.spectrum import Quantity
from gui import theme as themes
from gui.actions import Act
from gui.app import recovery_words
from gui.dress import Dress, texts
from gui.findings_table import FindingsTable
from gui.review_opening import ReviewOpening
from gui.review_window import ReviewWindow
from gui.shown import findings_rows, run_rows
from gui.shown.measures_rows import Row
from station.records import AliquotEdited
from station.run import Run
from station.store import LeftOpen, RunFile
from tests.gui import stories
from tests.gui.test_texts_fit import misfits, painted
from tests.station.test_analyze import measured_run


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[ReviewWindow]:
    themes.apply(qapp, themes.LIGHT)
    opened = ReviewWindow(stories.run(8), "/runs/ode-standard.aliquot", Dress(themes.LIGHT), stories.course())
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
@pytest.mark.slow
def test_every_text_fits(window: ReviewWindow, scale: float) -> None:
    window.set_dress(Dress(themes.DARK, scale))
    wrong = []
    for number in (1, 4, 8):
        window.select(number)
        for _ in range(8):
            wrong += [found for widget in painted(window) for found in misfits(widget)]
            window.findings.go(6)
        window.findings.go(-99)
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
    rows = run_rows.run_rows(stories.run(4))
    assert rows[0] == Row("Zone", "MSC + QD")
    assert rows[1] == Row("Zones: none from 30 min, MSC from 1 h 00 min, MSC + QD from 2 h 00 min.")
    assert rows[2] == Row("Onset", "between 1 h 30 and 2 h 00 min", "")
    assert rows[3] == Row(stories.ONSET.reason)
    assert Row("Zone MSC + QD: MSC-449 since 1 h 00 min: 449.1 nm, A = 0.183 ± 0.002.") in rows
    quiet = run_rows.run_rows(stories.run(2))
    assert (quiet[0], quiet[2]) == (Row("Zone", "MSC"), Row("Onset", "none"))


def test_the_best_reading_and_what_is_left_are_said_of_a_run_that_is_past() -> None:
    rows = run_rows.run_rows(stories.run(5))
    at = rows.index(Row("Best without emission: MSC-449 0.161 ± 0.006 at 1 h 30 min."))
    assert rows[at + 1] == Row("Relative yield", "64 ± 4 %", "of the largest so far")


def test_the_course_of_a_run_is_told_with_its_intervals() -> None:
    rows = run_rows.run_rows(stories.run(8), stories.course())
    at = rows.index(Row("Course of MSC-449, 95 % intervals:"))
    told = {row.label: (row.value, row.note) for row in rows[at + 1 :]}
    assert told["Half grown"] == ("59 min", "53 min to 1 h 03 min")
    assert told["Maximum"] == ("2 h 21 min", "1 h 59 to 2 h 40 min")
    assert told["Largest A"] == ("0.225", "0.207–0.245")
    assert told["Loss"] == ("0.24 per h", "0.18–0.46")
    assert told["PL grows by"] == ("3\u202f500 counts/s per h", "3\u202f100–5\u202f400")
    assert "Course" not in " ".join(row.label for row in run_rows.run_rows(stories.run(8)))


def test_a_run_has_its_place_beside_the_paper() -> None:
    labels = [row.label for row in run_rows.run_rows(stories.run(4))]
    assert any(label.startswith("Nearest condition of the paper: Octadecene") for label in labels)


def test_dots_are_measured_or_it_is_said_why_not() -> None:
    sized = Sizing("QD", Quantity(2.79, 0.19), Quantity(89_000.0, 13_000.0), Quantity(2.7e-5, 5e-6))
    rows = findings_rows.aliquot_rows(stories.aliquot(3, said=replace(stories.findings(3), sizing=sized)))
    assert Row("Diameter", "2.79 ± 0.19 nm", "QD") in rows
    assert Row("Extinction", "89\u202f000 ± 13\u202f000", "per M and cm") in rows
    assert Row("In the flask", "27 ± 5 µM", "QD") in rows
    without = replace(sized, concentration_m=None)
    unknown = replace(stories.aliquot(3, said=replace(stories.findings(3), sizing=without)), dilution=None)
    rows = findings_rows.aliquot_rows(unknown)
    assert Row("In the flask", "not known", "no dilution") in rows
    assert Row("Dilution", "not known", "10 mm") in rows
    refused = InnerFilter(None, "Not corrected for the inner filter: A(405) = 0.5 is above 0.3.")
    bright = replace(stories.found_emission(3), inner_filter=refused)
    rows = findings_rows.aliquot_rows(stories.aliquot(3, said=replace(stories.findings(3), emission=bright)))
    assert Row(refused.reason) in rows


def test_unknown_material_has_no_zone() -> None:
    said = replace(
        stories.findings(3), zone=None, zone_evidence=(), zone_path=(), onset=None, onset_state="not yet decidable"
    )
    run = stories.run(0).appended(stories.aliquot(3, said=said))
    rows = run_rows.run_rows(run)
    assert rows[0].value == "not named: the recipe names no material"
    assert rows[1].value == "not yet decidable"


def test_an_aliquot_is_said_with_all_its_bands() -> None:
    rows = findings_rows.aliquot_rows(stories.aliquot(3))
    told = [(row.label, row.value, row.note) for row in rows]
    assert told[:9] == [
        ("MSC-449 E1", "449.1 ± 0.1 nm", "A 0.183 ± 0.002"),
        ("", "2.761 ± 0.001 eV", "FWHM 22.0 ± 0.9 nm"),
        ("MSC-449 E2", "405.2 ± 0.4 nm", "A 0.128 ± 0.003"),
        ("", "3.060 ± 0.003 eV", "FWHM 40.0 nm"),
        ("QD emission", "500.4 ± 0.4 nm", "1\u202f840 ± 28 counts/s"),
        ("PL FWHM", "46.0 ± 2.0 nm", "221 ± 10 meV"),
        ("PL energy", "2.474 ± 0.005 eV", "per eV"),
        ("PL integral", "89\u202f800 ± 1\u202f100", "counts/s nm"),
        ("Inner filter", "1.140 ± 0.015 ×", "not corrected for"),
    ]
    assert told[9:17] == [
        ("Response", "uncorrected", ""),
        ("Tail", "0.012 ± 0.001", "490–520 nm"),
        ("Tail / E1", "0.080 ± 0.010", "MSC-449"),
        ("Valley / E1", "0.21 ± 0.04", "MSC-449"),
        ("E2 / E1", "0.70 ± 0.02", "MSC-449"),
        ("FWHM", "135 ± 6 meV", "MSC-449"),
        ("E2 − E1", "300 ± 2 meV", "MSC-449"),
        ("Drift", "−0.07 ± 0.19 nm/h", "since t0"),
    ]
    assert told[17] == (stories.REFUSED, "", "")
    assert findings_rows.aliquot_rows(stories.aliquot(0))[0] == Row("Species", "none")
    assert findings_rows.aliquot_rows(None) == ()


def test_a_table_that_is_too_long_says_that_there_is_more(qtbot: QtBot) -> None:
    host = ReviewWindow(stories.run(1), "x.aliquot", Dress(themes.DARK))
    qtbot.addWidget(host)
    table = FindingsTable(Dress(themes.DARK), host)
    table.resize(352, 160)
    table.show_sections((("Run", tuple(Row(f"row {n}", "value") for n in range(20))),))
    assert misfits(table) == []
    seen = said(table)
    assert seen[0] == "Run"
    assert seen[-1] == "more below: ↓"
    for _ in range(40):
        table.go(1)
        assert misfits(table) == []
    seen = said(table)
    assert (seen[0], seen[-2:]) == ("more above: ↑", ["row 19", "value"])
    table.go(-40)
    assert said(table)[0] == "Run"


def test_the_wheel_goes_through_the_findings(qtbot: QtBot) -> None:
    host = ReviewWindow(stories.run(4), "x.aliquot", Dress(themes.DARK))
    qtbot.addWidget(host)
    table = host.findings
    table.resize(352, 160)
    before = said(table)
    for turned, same in ((-60, True), (-60, False), (120, True)):
        table.wheelEvent(wheel(turned))
        assert (said(table) == before) is same


def wheel(turned: int) -> QWheelEvent:
    at = QPointF(10.0, 10.0)
    buttons, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    return QWheelEvent(at, at, QPoint(), QPoint(0, turned), buttons, none, Qt.ScrollPhase.NoScrollPhase, False)


def said(table: FindingsTable) -> list[str]:
    return [text.text for text in texts(table.parts())]


def test_the_aliquot_that_is_selected_is_spoken_of_first(window: ReviewWindow) -> None:
    assert said(window.findings)[0] == "Run"
    QTest.keyClick(window, Qt.Key.Key_Down)
    QTest.keyClick(window, Qt.Key.Key_Left)
    assert said(window.findings)[0] == "Aliquot 7"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert said(window.findings)[0] == "Run"


def test_the_arrows_go_through_the_findings_and_no_further_than_they_reach(window: ReviewWindow) -> None:
    window.findings.resize(352, 160)
    QTest.keyClick(window, Qt.Key.Key_Down)
    assert said(window.findings)[0] == "more above: ↑"
    QTest.keyClick(window, Qt.Key.Key_Up)
    assert said(window.findings)[0] == "Run"
    window.findings.resize(352, 3000)
    QTest.keyClick(window, Qt.Key.Key_Down)
    assert said(window.findings)[0] == "Run"


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


def test_a_run_is_opened_with_its_course(qtbot: QtBot, tmp_path: Path) -> None:
    RunFile.create(tmp_path / "run.aliquot", measured_run()).close()
    opening = ReviewOpening(Dress(themes.DARK))
    opening.open(str(tmp_path / "run.aliquot"))
    qtbot.waitUntil(lambda: bool(opening.windows), timeout=20_000)
    (opened,) = opening.windows
    qtbot.addWidget(opened)
    assert "3 readings; a course takes 6." in opened.findings.accessibleName()


def test_a_run_that_was_left_open_is_said_with_what_it_holds() -> None:
    left = LeftOpen(Path("a.aliquot"), "2026-11-22T14:02:11+01:00", 23, whole=True)
    assert recovery_words(left) == "A run was open at 14:02: 23 aliquots, all whole."
    assert recovery_words(replace(left, whole=False, aliquots=1)).endswith("1 aliquot, some cannot be read.")


def test_a_number_in_a_sentence_is_never_parted_from_its_sigma_and_unit(qtbot: QtBot) -> None:
    host = ReviewWindow(stories.run(1), "x.aliquot", Dress(themes.DARK))
    qtbot.addWidget(host)
    table = host.findings
    for wide in range(200, 360, 4):
        table.resize(wide, 160)
        table.show_sections((("Run", (Row("Dots emit, 19\u202f240 ± 50 counts/s at 533 nm; A = 0.171 ± 0.012."),)),))
        assert not any(line.endswith(("±", "0.171", "533")) or line.startswith(("±", "nm")) for line in said(table))


# What was said of the aliquots


def said_of(run: Run, number: int, *, name: str = "", note: str = "", excluded: str | None = None) -> Run:
    drawn_at_s = run.all_aliquots[number - 1].drawn_at_s
    return run.appended(AliquotEdited(number, name, note, excluded, 101.0, drawn_at_s, 90_000.0, ""))


@pytest.fixture
def edited(qtbot: QtBot, qapp: QApplication) -> Iterator[ReviewWindow]:
    themes.apply(qapp, themes.LIGHT)
    run = said_of(said_of(stories.run(8), 7, excluded="bubble"), 2, name="before add", note="cloudy")
    opened = ReviewWindow(run, "/runs/ode-standard.aliquot", Dress(themes.LIGHT))
    with qtbot.waitActive(opened):
        opened.show()
        opened.activateWindow()
    opened.plots.install()
    yield opened
    opened.hide()
    opened.deleteLater()


def test_an_excluded_aliquot_stands_struck_through_with_its_reason(edited: ReviewWindow) -> None:
    chip = edited.ladder.shown[6]
    assert (chip.state, chip.value) == ("excluded", "bubble")
    assert Row("Aliquot 7", "bubble", "excluded", sign="cross") in run_rows.run_rows(edited._run)
    edited.select(7)
    clock, cluster, _ = edited.readouts.shown
    assert (clock.label, clock.sign, clock.first) == ("Aliquot 7, 7 of 8", "cross", "excluded: bubble")
    assert cluster.value == "MSC-469"
    rows = findings_rows.aliquot_rows(edited._run.all_aliquots[6])
    assert rows[0] == Row("Excluded", "bubble", sign="cross")
    assert all(row.struck for row in rows[1:] if row.value)
    assert [found for widget in painted(edited) for found in misfits(widget)] == []


def test_names_and_notes_are_shown(edited: ReviewWindow) -> None:
    edited.select(2)
    assert edited.readouts.shown[0].label == "Aliquot 2, 2 of 8, before add"
    assert edited.readouts.shown[0].second == "cloudy"
    assert findings_rows.called(edited._run.all_aliquots[1]) == "Aliquot 2, before add"
    assert Row("Note: cloudy") in findings_rows.aliquot_rows(edited._run.all_aliquots[1])


def test_the_arrows_reach_an_excluded_aliquot_too(edited: ReviewWindow) -> None:
    QTest.keyClick(edited, Qt.Key.Key_Left)
    assert edited.selected == 7


def test_review_changes_nothing_and_says_where_it_can_be_done(edited: ReviewWindow) -> None:
    for key in (Qt.Key.Key_X, Qt.Key.Key_N):
        QTest.keyClick(edited, key)
        assert (edited.toast.note.sentence, edited.toast.note.second) == (
            "Review changes nothing",
            "open the run at the bench",
        )
    assert [chip.state for chip in edited.ladder.shown].count("excluded") == 1


def test_k_hides_a_curve_in_review(edited: ReviewWindow) -> None:
    edited.select(3)
    QTest.keyClick(edited, Qt.Key.Key_K)
    assert [chip.aliquot for chip in edited.ladder.shown if chip.hidden] == [3]
    QTest.keyClick(edited, Qt.Key.Key_K)
    assert not any(chip.hidden for chip in edited.ladder.shown)
