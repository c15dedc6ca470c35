"""The waterfall: each aliquot a band at its own time, what is not known hatched, read out under the cursor."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from analysis.spectrum import read_only
from gui import theme as themes
from gui.dress import Dress, texts
from gui.theme import heat_colour
from gui.waterfall import WaterfallView
from gui.waterfall_panel import WaterfallPanel, shades
from station.optics import Excitation, Optics
from station.recipe import HOUR_S
from station.run import Run
from tests.gui import stories


def view_of(qtbot: QtBot, run: Run, theme: themes.Theme = themes.DARK) -> WaterfallView:
    view = WaterfallView(Dress(theme))
    qtbot.addWidget(view)
    view.resize(958, 624)
    view.show_run(run, run.recipe.schedule_s)
    view.show()
    return view


def said(view: WaterfallView) -> list[str]:
    return [text.text for text in texts(view.parts())]


def point(panel: WaterfallPanel, nm: float, hours: float) -> QPoint:
    return QPointF(panel.x(nm), panel.y(hours * HOUR_S)).toPoint()


def seen(view: WaterfallView, at: QPoint) -> str:
    return QColor(view.grab().toImage().pixel(at)).name()


def test_a_band_has_the_colour_of_its_value_on_the_bar(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    panel = view.panels[0]
    drawn = QColor(seen(view, point(panel, 449.0, 1.9)))
    expected = heat_colour(0.197 / panel.top)
    assert abs(drawn.green() - expected.green()) <= 6
    assert abs(drawn.red() - expected.red()) <= 6


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
def test_what_is_not_known_is_ground_and_hatch_never_the_colour_of_nothing(qtbot: QtBot, theme: themes.Theme) -> None:
    view = view_of(qtbot, stories.run(8), theme)
    panel, image = view.panels[0], view.grab().toImage()
    middle = point(panel, 366.0, 2.8)
    inks = {QColor(image.pixel(middle + QPoint(dx, dy))).name() for dx in range(-3, 4) for dy in range(-5, 6)}
    assert len(inks) > 1
    assert heat_colour(0.0).name() not in inks


def test_irregular_times_reach_halfway_to_their_neighbours(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    panel = view.panels[0]
    for earlier, later, number in ((1.5, 2.0, 4), (4.0, 8.0, 6)):
        between = (panel.y(earlier * HOUR_S) + panel.y(later * HOUR_S)) / 2
        row = panel.row_at(between + 1)
        assert row is not None
        assert panel.rows.number(row) == number


def test_one_aliquot_is_no_day(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(1))
    panel = view.panels[0]
    assert panel.row_at(panel.y(0.5 * HOUR_S)) == 0
    assert panel.row_at(panel.y(HOUR_S)) is None


def test_what_is_planned_and_not_yet_drawn_stays_empty(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(4))
    assert seen(view, point(view.panels[0], 600.0, 12.0)) == themes.DARK.surface
    assert view.panels[0].row_at(view.panels[0].y(12.0 * HOUR_S)) is None


def test_the_onset_is_a_line_through_both_pictures(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    image = view.grab().toImage()
    for panel in view.panels:
        y = round(panel.y(2.0 * HOUR_S))
        x = round(panel.room.picture.left()) + 40
        assert themes.DARK.ink in {QColor(image.pixel(x, y + dy)).name() for dy in (-1, 0, 1)}
    assert "onset 1.5–2 h" in said(view)


def test_the_cursor_reads_out_time_wavelength_and_value(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    with qtbot.waitSignal(view.hovered) as pointed:
        QTest.mouseMove(view, point(view.panels[0], 449.0, 2.0))
    assert pointed.args == [4]
    [words] = [text for text in said(view) if text.startswith("2 h 00 min")]
    assert "nm: 0.19" in words
    with qtbot.waitSignal(view.chosen) as pressed:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=point(view.panels[1], 500.0, 4.0))
    assert pressed.args == [5]


def test_without_a_mouse_the_selected_aliquot_is_read_out_at_its_bands(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    view.select(4)
    found = [text for text in said(view) if text.startswith("2 h 00 min")]
    assert len(found) == 2
    assert "449 nm" in found[0]
    assert "500 nm" in found[1]


def test_a_new_aliquot_writes_one_row(qtbot: QtBot) -> None:
    run = stories.run(3)
    view = view_of(qtbot, run)
    rows = view.rows
    view.show_run(run.appended(stories.aliquot(3)), run.recipe.schedule_s)
    assert view.rows is rows
    assert [len(each) for each in rows] == [4, 4]


def test_an_undone_aliquot_goes(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(4))
    view.show_run(stories.run(2), ())
    assert [len(each) for each in view.rows] == [2, 2]


def test_emission_is_shown_from_beyond_its_excitation_on(qtbot: QtBot) -> None:
    run = stories.run(2)
    lit = replace(
        run, records=(run.records[0], *(replace(one, optics=Optics(Excitation(nm=405.0))) for one in run.aliquots))
    )
    panel = view_of(qtbot, lit).panels[1]
    assert 415.0 < panel.shown[0] < 450.0


def test_the_picture_costs_its_pixels_however_many_rows_there_are(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    panel = view.panels[0]
    few = panel.image(1.0)
    spectrum = stories.absorbance(3)
    for number in range(9, 300):
        panel.rows.add(number, HOUR_S + 60.0 * number, spectrum)
    many = panel.image(1.0)
    assert (few.width(), few.height()) == (many.width(), many.height())


def test_larger_values_than_the_bar_shows_are_said_at_its_end(qtbot: QtBot) -> None:
    run = stories.run(0)
    tall = stories.absorbance(3)
    spiked = replace(
        tall, values=read_only(np.where((tall.wavelengths_nm > 380) & (tall.wavelengths_nm < 382), 3.0, tall.values))
    )
    first = stories.aliquot(0)
    run = run.appended(replace(first, reading=replace(first.reading, absorbance=spiked)))
    assert [text for text in said(view_of(qtbot, run)) if text.startswith("≥")]


def test_the_colours_rise_evenly_in_lightness() -> None:
    inks = [QColor.fromRgba(int(one)) for one in shades()]
    luma = [0.2126 * ink.redF() + 0.7152 * ink.greenF() + 0.0722 * ink.blueF() for ink in inks]
    assert len({ink.name() for ink in inks}) > 200
    assert all(later >= earlier - 1e-3 for earlier, later in pairwise(luma))


def test_where_both_have_no_room_one_picture_has_all_of_it_and_the_key_turns_to_the_other(qtbot: QtBot) -> None:
    view = view_of(qtbot, stories.run(8))
    assert not view.turn()
    assert len(view.standing) == 2
    view.resize(400, 444)
    seen_alone = [index for index, _ in view.standing]
    assert view.turn()
    seen_alone += [index for index, _ in view.standing]
    assert seen_alone == [0, 1]
    assert "Photoluminescence" in said(view)
    assert "24 h" in said(view)
    assert not view.turn()
