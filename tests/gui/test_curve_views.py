"""The curves of both plots as the chemist walks through them: what is drawn, what the titles say, the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from analysis.findings import Species
from analysis.spectrum import read_only, read_only_mask
from gui.actions import Act
from gui.plot_pointing import nearest
from gui.plot_speaking import VIEW_WORDS
from gui.plot_strokes import AT_ONCE
from gui.spectrum_plot import SpectraView
from gui.theme import DARK, apply
from station.curve_views import VIEWS, View
from station.records import Aliquot, AliquotEdited
from station.run import Run
from tests.gui.plot_samples import NM, aliquot, live_frame, run_of

BENCH = (958, 560)


@pytest.fixture
def view(qapp: QApplication) -> Iterator[SpectraView]:
    apply(qapp, DARK)
    shown = made()
    yield shown
    shown.deleteLater()


def made(scale: float = 1.0, size: tuple[int, int] = BENCH) -> SpectraView:
    shown = SpectraView(DARK)
    shown.resize(*size)
    shown.set_scale(scale)
    shown.set_guards(excitation_nm=405.1, raman=[("toluene Raman", 460.3)], seen_from=28.0)
    shown.set_run(run_of(5))
    shown.grab()
    return shown


def heights(view: SpectraView, plot: int = 0) -> dict[int, float]:
    """Where the curves of a plot stand at 449 (absorbance) or 510 nm (emission), by aliquot."""
    at = (449.0, 510.0)[plot]
    found = {}
    for curve in view.panels[plot].layer.curves:
        found[curve.number] = float(np.nanmean(curve.values[np.abs(curve.wavelengths_nm - at) < 2.0]))
    return found


def said(view: SpectraView, plot: int = 0) -> str:
    """All that the title of a plot says."""
    caption = view.panels[plot].caption
    return " | ".join((caption.title, *caption.remarks, *(key.text for key in caption.keys)))


def edited(run: Run, number: int, *, name: str = "", excluded: str | None = None) -> Run:
    """The run after an aliquot was named, or excluded."""
    one = next(each for each in run.all_aliquots if each.number == number)
    return run.appended(AliquotEdited(number, name, "", excluded, one.dilution, one.drawn_at_s, 0.0, ""))


def walk_to(view: SpectraView, wanted: View) -> None:
    while view.view_words != VIEW_WORDS[wanted]:
        assert view.act(Act.VIEW)


def test_v_walks_through_every_view_and_the_titles_say_it(view: SpectraView) -> None:
    walked = []
    for _ in VIEWS:
        walked.append((view.view_words, view.panels[0].caption.remarks[0], view.panels[1].caption.remarks[0]))
        view.act(Act.VIEW)
    assert walked == [
        ("As measured", "after 101× dilution", "counts/s"),
        ("Baseline shifted", "offset at 650–750 nm removed", "counts/s"),
        ("Normalised", "normalised at 449 nm", "normalised at 511 nm"),
        ("Stacked", "stacked, 0.05 A apart", "counts/s"),
        ("Difference", "difference to aliquot 1", "counts/s"),
        ("Derivative", "−d²/dλ² in mA/nm²", "−d²/dλ² in 10⁻³ counts/s/nm²"),
    ]
    assert view.view_words == "As measured"


def test_normalised_curves_meet_at_one(view: SpectraView) -> None:
    walk_to(view, "normalised")
    assert list(heights(view)) == [1, 2, 3, 4, 5]
    assert all(height == pytest.approx(1.0, abs=0.12) for height in heights(view).values())
    assert list(heights(view, 1)) == [4, 5]
    assert "aliquots 1, 2 and 3 too weak" in said(view, 1)
    assert view.panels[0].mapping.high < 3.0


def test_in_a_stack_of_many_the_bold_curve_lies_on_its_own(qtbot: QtBot) -> None:
    view = SpectraView(DARK)
    qtbot.addWidget(view)
    view.resize(900, 600)
    count = 2 * AT_ONCE
    view.set_run(run_of(count))
    walk_to(view, "stacked")
    qtbot.waitUntil(lambda: not view.strokes.at_work)
    focus = view.panels[0].spoken_of
    assert focus is not None
    assert focus.curve is not None
    drawn = next(curve for curve in view.panels[0].layer.curves if curve.number == count)
    assert np.array_equal(focus.curve.values, drawn.values, equal_nan=True)


def test_a_stack_keeps_its_order_and_a_difference_its_zero(view: SpectraView) -> None:
    measured = heights(view)
    walk_to(view, "stacked")
    stacked = heights(view)
    assert [round(stacked[n] - measured[n], 6) for n in stacked] == [0.0, 0.05, 0.1, 0.15, 0.2]
    walk_to(view, "difference")
    view.select(3)
    assert "difference to aliquot 3" in said(view)
    assert heights(view)[3] == 0.0
    assert heights(view)[4] == pytest.approx(measured[4] - measured[3], abs=1e-9)


@pytest.mark.parametrize("wanted", VIEWS)
def test_one_more_aliquot_and_live_frames_fit_into_every_view(view: SpectraView, wanted: View) -> None:
    walk_to(view, wanted)
    view.show_live(live_frame(5))
    view.set_run(run_of(6))
    assert [curve.number for curve in view.panels[0].layer.curves] == [1, 2, 3, 4, 5, 6]
    assert view.panels[0].live is not None
    focus = view.panels[0].spoken_of
    assert focus is not None
    assert focus.curve is not None
    assert focus.curve.number == 6


@pytest.mark.parametrize("wanted", VIEWS)
def test_masked_pixels_stay_unknown_in_every_view(view: SpectraView, wanted: View) -> None:
    taken = aliquot(4)
    spectrum = taken.reading.absorbance
    assert spectrum is not None
    values, valid = spectrum.values.copy(), spectrum.valid & ~((NM > 520.0) & (NM < 560.0))
    values[~valid] = np.nan
    masked = replace(spectrum, values=read_only(values), valid=read_only_mask(valid))
    view.set_run(run_of(3).appended(replace(taken, reading=replace(taken.reading, absorbance=masked))))
    walk_to(view, wanted)
    curve = view.panels[0].layer.curves[-1]
    inside = (curve.wavelengths_nm > 522.0) & (curve.wavelengths_nm < 558.0)
    assert np.isnan(curve.values[inside]).all()
    assert np.isfinite(curve.values[(curve.wavelengths_nm > 460.0) & (curve.wavelengths_nm < 500.0)]).all()
    view.grab()


def test_a_hidden_curve_is_not_drawn_and_comes_back(view: SpectraView) -> None:
    view.set_hidden(frozenset({5, 2}))
    assert sorted(heights(view)) == [1, 3, 4]
    focus = view.panels[0].spoken_of
    assert focus is not None
    assert focus.curve is None
    assert "aliquot 5, hidden" in said(view)
    view.set_hidden(frozenset())
    assert sorted(heights(view)) == [1, 2, 3, 4, 5]


def test_an_excluded_aliquot_is_drawn_only_when_it_is_selected_in_grey_and_whole(view: SpectraView) -> None:
    view.set_run(edited(run_of(5), 5, excluded="bubble"))
    assert sorted(heights(view)) == [1, 2, 3, 4]
    focus = view.panels[1].spoken_of
    assert focus is not None
    assert focus.curve is not None
    assert focus.curve.number == 4
    view.select(5)
    focus = view.panels[1].spoken_of
    assert focus is not None
    assert focus.curve is not None
    assert focus.curve.colour.name() == DARK.ink3
    assert np.nanmax(focus.curve.values) < view.panels[1].mapping.high
    assert "aliquot 5, excluded" in said(view)


def test_readings_that_came_by_themselves_take_their_colour_from_the_log_of_their_time(view: SpectraView) -> None:
    def reading(number: int, time_s: float) -> Aliquot:
        return replace(aliquot(2), number=number, reaction_time_s=time_s, by_itself=True)

    run = run_of(0).appended(reading(1, 60.0)).appended(reading(2, 3600.0))
    view.set_run(run)
    first, last = (curve.colour.name() for curve in view.panels[0].layer.curves)
    view.set_run(run.appended(reading(3, 4000.0)))
    colours = [curve.colour.name() for curve in view.panels[0].layer.curves]
    assert colours[0] == first
    assert colours[1] != last  # the hour was outgrown: its end is now before the end of two hours
    assert colours[2] != colours[0]


def test_an_earlier_run_lies_behind_in_grey_with_its_name_and_goes_away_again(view: SpectraView) -> None:
    before = view.panels[1].mapping.high
    view.show_background(run_of(8), "ode-monday")
    behind = view.panels[0].layers[1]
    assert len(behind) == 8
    assert {curve.colour.name() for curve in behind.curves} == {DARK.ink3}
    assert "ode-monday" in said(view)
    assert view.panels[1].mapping.high > before  # what lies behind is seen whole
    walk_to(view, "normalised")
    assert len(view.panels[0].layers[1]) == 8
    view.show_background(None)
    assert len(view.panels[0].layers[1]) == 0
    assert "ode-monday" not in said(view)


def test_the_cursor_says_nm_ev_and_both_values_with_their_sigma(view: SpectraView) -> None:
    view.show_live(live_frame(5))
    assert view.act(Act.CURSOR, 2)
    assert [text for text, _ in view.cursors.line.tags] == ["449.0 nm", "2.761 eV"]
    assert [key.text for key in view.panels[0].caption.keys] == ["aliquot 5: 0.131 ± 0.001 A", "live: 0.131 ± 0.001 A"]
    view.act(Act.CURSOR, 2)
    assert view.cursors.nm == 450.0
    for _ in range(61):
        view.act(Act.CURSOR, 2)
    keys = [key.text for key in view.panels[1].caption.keys]
    assert keys[0].startswith("aliquot 5: 6\u202f1")
    assert keys[0].endswith("counts/s")
    for _ in range(106):
        view.act(Act.CURSOR, 1)
    assert view.panels[1].caption.keys[0].text == "aliquot 5: masked"
    assert view.release_cursor()
    assert not view.release_cursor()
    assert "live" in [key.text for key in view.panels[0].caption.keys]


def test_a_reader_of_the_screen_hears_what_the_titles_and_the_cursor_say(view: SpectraView) -> None:
    walk_to(view, "normalised")
    view.move_cursor(1.0)
    spoken = view.accessibleDescription()
    assert "normalised at 449 nm" in spoken
    assert "aliquot 5: 1.000 ± 0.002" in spoken


def test_noise_that_is_bent_is_seen_whole(view: SpectraView) -> None:
    view.set_run(run_of(2))
    walk_to(view, "derivative")
    panel = view.panels[1]
    curve = panel.layer.curves[-1]
    inside = (curve.wavelengths_nm > 430.0) & (curve.wavelengths_nm < 700.0)
    values = curve.values[inside]
    shown = (values > panel.mapping.low) & (values < panel.mapping.high)
    assert np.count_nonzero(shown) > 0.99 * np.count_nonzero(np.isfinite(values))


def test_the_cursor_stays_in_sight_and_chooses_where_curves_are_normalised(view: SpectraView) -> None:
    walk_to(view, "normalised")
    view.move_cursor(1.0)
    view.move_cursor(-44.0)
    assert "normalised at 405 nm" in said(view)
    view.move_cursor(500.0)
    assert view.cursors.nm == view.shown_range[1]
    assert "normalised at 449 nm" in said(view)


def test_ev_can_stand_below_and_nm_above(view: SpectraView) -> None:
    upper, lower = (panel.room for panel in view.panels)
    assert not lower.swapped
    view.act(Act.ENERGY)
    upper, lower = (panel.room for panel in view.panels)
    assert (upper.swapped, lower.swapped) == (True, True)
    view.move_cursor(1.0)
    assert [text for text, _ in view.cursors.line.tags] == ["2.761 eV", "449.0 nm"]
    view.grab()


def test_the_curve_under_the_pointer_is_the_nearest_within_eight_pixels(view: SpectraView) -> None:
    panel = view.panels[0]
    mapping, curves = panel.mapping, panel.layer.curves
    for number, height in heights(view).items():
        assert nearest(curves, mapping, QPointF(mapping.x(449.0), mapping.y(height))) == number
    empty = QPointF(mapping.x(600.0), mapping.y(0.1))
    assert nearest(curves, mapping, empty) is None
    assert nearest(curves, mapping, QPointF(mapping.x(365.0), mapping.y(0.0))) is None
    flank = QPointF(mapping.x(457.0) + 5.0, mapping.y(float(np.interp(457.0, NM, curves[3].values))))
    assert nearest(curves[3:4], mapping, flank) == 4


def test_pointing_at_a_curve_thickens_it_and_says_so(view: SpectraView, qtbot: QtBot) -> None:
    panel = view.panels[0]
    at = QPointF(panel.mapping.x(449.0), panel.mapping.y(heights(view)[2]))
    viewport = view._canvas.viewport()
    with qtbot.waitSignal(view.pointed) as pointed:
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            viewport.mapToGlobal(at),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, move)
    assert pointed.args == [2]
    focus = panel.spoken_of
    assert focus is not None
    assert focus.alone
    assert view.cursors.nm == pytest.approx(449.0, abs=0.5)
    with qtbot.waitSignal(view.pointed) as pointed:
        view._point(None)
    assert pointed.args == [None]
    assert view.cursors.nm is None


def test_a_click_puts_the_cursor_and_a_second_one_takes_it_away_a_drag_does_neither(view: SpectraView) -> None:
    viewport = view._canvas.viewport()
    at = QPoint(round(view.panels[0].mapping.x(500.0)), 200)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert view.cursors.put_nm == pytest.approx(500.0, abs=0.5)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert view.cursors.put_nm is None
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at + QPoint(40, 0))
    assert view.cursors.put_nm is None


def test_the_ceiling_is_hatched_where_it_is_in_sight_and_never_widens_the_heights(view: SpectraView) -> None:
    taken = aliquot(4)
    spectrum = taken.reading.absorbance
    assert spectrum is not None

    def shown(ceiling: float) -> tuple[float, bytes]:
        limited = replace(spectrum, ceiling=read_only(np.full(NM.size, ceiling)))
        view.set_run(run_of(3).appended(replace(taken, reading=replace(taken.reading, absorbance=limited))))
        image = view.grab().toImage()
        mapping = view.panels[0].mapping
        row = [image.pixelColor(x, round(mapping.y(0.21))).name() for x in range(500, 800)]
        return mapping.high, " ".join(row).encode()

    high, plain = shown(2.5)
    same, hatched = shown(0.2)
    assert same == high
    assert len(set(hatched.split())) > len(set(plain.split()))


THREE = (("MSC-449", 449.1, 0.12), ("MSC-469", 469.0, 0.10), ("MSC-427", 427.0, 0.08))


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("wanted", ["as measured", "derivative"])
@pytest.mark.slow
def test_the_names_of_three_species_never_overlap_at_any_size_of_type(
    qapp: QApplication, scale: float, wanted: View
) -> None:
    taken = aliquot(5)
    said_of = taken.reading.findings
    assert said_of is not None
    found = [
        Species(name, role, nm - away, 0.1, 18.0, height, 0.002, 0.95, "fitted component")  # type: ignore[arg-type]
        for name, nm, height in THREE
        for role, away in (("E1", 0.0), ("E2", 43.0))
    ]
    findings = replace(said_of, species=tuple(found))
    for size in (BENCH, (620, 420)):
        view = made(scale, size)
        view.set_run(run_of(4).appended(replace(taken, reading=replace(taken.reading, findings=findings))))
        walk_to(view, wanted)
        view.move_cursor(1.0)
        panel = view.panels[0]
        assert panel.labels
        for label in panel.labels:
            assert panel.room.curves.contains(label.rect)
            assert label.rect.width() >= QFontMetricsF(panel.look.font(13, 600)).horizontalAdvance(label.peak.name)
        for one, other in combinations(panel.labels, 2):
            assert not one.rect.intersects(other.rect)
        for text, rect in view.cursors.line.tags:
            assert view.rect().contains(rect.toRect()), text
            assert panel.look.width(text, 12, 600) <= rect.width()
        view.deleteLater()
