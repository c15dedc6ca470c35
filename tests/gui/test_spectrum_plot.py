"""Both plots of the bench: nothing overlaps or is clipped, a live frame draws nothing else, ranges keep still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from analysis.spectrum import Spectrum, read_only, read_only_mask
from gui.actions import Act
from gui.plot_content import absorbance_blind, blind_ranges, curve_of, drawn, emission_name, species_names
from gui.plot_frame import REASON_FLAGS, ev_ticks, fitted_caption, heights_ticks, nm_ticks, reason_rect, texts_along
from gui.plot_panel import PlotPanel
from gui.spectrum_plot import SpectraView
from gui.theme import DARK, LIGHT, apply, series_colour
from station.events import LiveFrame
from station.records import OnsetAnswered
from tests.gui.plot_samples import NM, aliquot, live_frame, run_of

BENCH = (958, 560)


@pytest.fixture
def view(qapp: QApplication) -> Iterator[SpectraView]:
    apply(qapp, DARK)
    shown = SpectraView(DARK)
    shown.resize(*BENCH)
    shown.set_guards(excitation_nm=405.1, raman=[("toluene Raman", 460.3)], seen_from=28.0)
    picture(shown)  # lays it out
    yield shown
    shown.deleteLater()


def picture(view: SpectraView) -> QImage:
    """The view as it is painted now."""
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> NDArray[np.uint8]:
    """Colours of a picture, shape (height, width, 4)."""
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def strokes(view: SpectraView) -> int:
    """Curves stroked into the cached pictures so far."""
    return sum(panel.layer.strokes for panel in view.panels)


def words(panel: PlotPanel) -> list[tuple[str, QRectF]]:
    """Every text within the area of the curves, with the room it takes."""
    metrics = QFontMetricsF(panel.look.font(12))
    found = [(label.peak.name, label.rect) for label in panel.labels]
    for note in panel.plan.notes:
        assert max(metrics.horizontalAdvance(line) for line in note.lines) <= note.rect.width() + 0.5
        found.append((note.lines[0], note.rect))
    return found


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("size", [BENCH, (440, 420)])
def test_an_empty_plot_says_what_it_waits_for_until_a_curve_is_drawn(
    view: SpectraView, scale: float, size: tuple[int, int]
) -> None:
    view.set_scale(scale)
    view.resize(*size)
    view.set_run(run_of(0))
    before = pixels(picture(view))
    view.explain("no absorbance yet: D, then R", "no emission yet")
    assert [panel.reason for panel in view.panels] == ["no absorbance yet: D, then R", "no emission yet"]
    assert (pixels(picture(view)) != before).any()
    for panel in view.panels:
        box = reason_rect(panel.room, panel.reason, panel.look)
        assert panel.room.curves.contains(box)
        assert QFontMetricsF(panel.look.font(14)).boundingRect(box, REASON_FLAGS, panel.reason).width() <= box.width()
        assert not any(rect.intersects(box) for _, rect in words(panel))
    view.show_live(live_frame(1))
    assert [panel.reason for panel in view.panels] == ["", ""]
    view.show_live(None)
    assert all(panel.reason for panel in view.panels)
    view.set_run(run_of(1))
    assert [panel.reason for panel in view.panels] == ["", ""]


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("size", [BENCH, (958, 450), (620, 420), (340, 260)])
@pytest.mark.parametrize("shown", [(360.0, 715.0), (340.0, 1025.0), (430.0, 560.0)])
@pytest.mark.slow
def test_no_text_meets_another_or_leaves_its_room(
    qapp: QApplication, scale: float, size: tuple[int, int], shown: tuple[float, float]
) -> None:
    view = SpectraView(DARK)
    view.set_scale(scale)
    view.resize(*size)
    view.set_guards(excitation_nm=405.1, raman=[("toluene Raman", 460.3), ("ODE Raman", 466.0)], seen_from=28.0)
    view.show_range(*shown)
    picture(view)  # lays it out
    for count in (2, 4, 8):
        view.set_run(run_of(count))
        for panel in view.panels:
            said = words(panel)
            for name, rect in said:
                assert panel.room.curves.contains(rect), name
            for (one, first), (other, second) in combinations(said, 2):
                assert not first.intersects(second), f"{one} over {other}"
            _axes_fit(panel)
    view.deleteLater()


def _axes_fit(panel: PlotPanel) -> None:
    """Check that title, ticks and legend have the room they take."""
    look, room, mapping = panel.look, panel.room, panel.mapping
    for tick in heights_ticks(room, mapping, look):
        assert look.width(tick.text, 12) <= room.curves.left() - room.panel.left() - 8, tick.text
    for ticks, last in ((nm_ticks(mapping, look), True), (ev_ticks(mapping, look), False)):
        texts = texts_along(room, mapping, look, ticks, unit_last=last)
        ends = [x + look.width(text, 12) for x, text in texts]
        assert all(end < after for end, (after, _) in zip(ends, texts[1:], strict=False))
        assert not texts or (texts[0][0] >= room.panel.left() and ends[-1] <= room.panel.right())
    remarks, keys = fitted_caption(room, look, panel.caption)
    taken = look.width(panel.caption.title, 14, 600) + look.width(remarks, 13)
    taken += sum(look.width(key.text, 12) + 46 for key in keys)
    assert taken <= room.curves.width() or not (remarks or keys)


def test_the_dominant_cluster_is_named_at_its_peaks(view: SpectraView) -> None:
    view.set_run(run_of(4))
    absorbance, emission = view.panels
    assert [(label.peak.name, label.peak.value) for label in absorbance.labels] == [
        ("MSC-449 E1", "449.1 ± 0.1 nm"),
        ("MSC-449 E2", "405.2 ± 0.1 nm"),
    ]
    for label in absorbance.labels:
        assert label.line.x1() == pytest.approx(absorbance.mapping.x(label.peak.nm), abs=1.0)
    assert [label.peak.name for label in emission.labels] == ["QD emission"]
    assert emission.labels[0].peak.flag == "flag"


def test_a_confirmed_onset_keeps_an_outline_flag(view: SpectraView) -> None:
    run = run_of(4)
    view.set_run(run)
    view.show_onset(confirmed=True)
    assert view.panels[1].labels[0].peak.flag == "flag-outline"
    view.set_run(run.appended(OnsetAnswered(True, 0.0, "")))
    assert view.panels[1].labels[0].peak.flag == "flag-outline"


def test_the_level_is_drawn_only_while_nothing_is_seen(view: SpectraView) -> None:
    view.set_run(run_of(2))
    said = [note.lines[0] for note in view.panels[1].plan.notes]
    assert "emission is seen from 28 counts/s" in said
    view.set_run(run_of(4))
    said = [note.lines[0] for note in view.panels[1].plan.notes]
    assert not any("seen from" in line for line in said)


def test_where_type_is_large_for_the_room_names_take_one_line_and_the_energy_axis_goes(view: SpectraView) -> None:
    view.set_run(run_of(4))
    before = view.panels[0].room.above
    view.set_scale(1.5)
    assert (before, view.panels[0].room.above) == (True, False)
    assert [label.peak.name for label in view.panels[0].labels] == ["MSC-449 E1"]
    assert view.panels[0].caption.remarks[0] == "101× dilution"


def test_a_live_frame_strokes_no_aliquot_and_moves_nothing(view: SpectraView) -> None:
    view.set_run(run_of(4))
    view.show_live(live_frame(4, seed=1))
    picture(view)
    before, heights = strokes(view), [panel.mapping for panel in view.panels]
    for seed in range(2, 40):
        view.show_live(live_frame(4, seed=seed, clock_s=0.2 * seed))
    assert strokes(view) == before
    assert [panel.mapping for panel in view.panels] == heights


def test_the_live_curve_is_painted_and_taken_away(view: SpectraView) -> None:
    view.set_run(run_of(2))
    without = pixels(picture(view))
    view.show_live(live_frame(4))
    assert (pixels(picture(view)) != without).any()
    view.show_live(None)
    assert np.array_equal(pixels(picture(view)), without)


def test_heights_grow_at_once_for_the_live_curve_and_shrink_only_after_three_seconds(view: SpectraView) -> None:
    view.set_run(run_of(1))
    view.show_live(live_frame(1, clock_s=0.0))
    low = view.panels[1].mapping.high
    view.show_live(live_frame(8, clock_s=1.0))
    high = view.panels[1].mapping.high
    assert high > 21_000 > low
    view.show_live(live_frame(1, clock_s=2.0))
    view.show_live(live_frame(1, clock_s=4.0))
    assert view.panels[1].mapping.high == high
    view.show_live(live_frame(1, clock_s=5.5))
    assert view.panels[1].mapping.high < 1000


def test_one_more_aliquot_is_one_stroke_in_each_plot(view: SpectraView) -> None:
    run = run_of(7)
    view.set_run(run)
    picture(view)
    before = strokes(view)
    view.set_run(run.appended(aliquot(8)))
    assert strokes(view) == before + 2


def test_a_run_that_grew_draws_only_what_is_new(view: SpectraView) -> None:
    run = run_of(7)
    view.set_run(run)
    before = strokes(view)
    view.set_run(run)
    assert strokes(view) == before
    view.set_run(run.appended(aliquot(8)))
    assert strokes(view) == before + 2


def test_an_aliquot_taken_back_is_gone(view: SpectraView) -> None:
    view.set_run(run_of(3))
    three = pixels(picture(view))
    view.set_run(run_of(4))
    view.set_run(run_of(3))
    assert np.array_equal(pixels(picture(view)), three)
    view.set_run(None)
    assert [len(panel.layer) for panel in view.panels] == [0, 0]
    assert not view.panels[0].labels


def test_quiet_emission_is_not_blown_up(view: SpectraView) -> None:
    view.set_run(run_of(2))
    mapping = view.panels[1].mapping
    assert mapping.low <= -50.0
    assert mapping.high >= 50.0


def test_the_excitation_is_neither_drawn_nor_in_the_heights(view: SpectraView) -> None:
    spectrum = aliquot(4).reading.emission
    assert spectrum is not None
    curve = curve_of(4, drawn(spectrum, (385.0, 425.0)), view.palette().text().color())
    inside = (curve.wavelengths_nm > 385.0) & (curve.wavelengths_nm < 425.0)
    assert np.isnan(curve.values[inside]).all()
    assert np.isfinite(curve.values[~inside]).all()
    view.set_run(run_of(4))
    assert view.panels[1].mapping.high < 5000.0


def test_pointing_at_an_aliquot_dims_the_others_without_a_stroke(view: SpectraView) -> None:
    view.set_run(run_of(8))
    usual = pixels(picture(view))
    before, mappings = strokes(view), [panel.mapping for panel in view.panels]
    view.hover(3)
    pointed = pixels(picture(view))
    assert view.panels[0].labels[0].peak.name == "MSC-449 E1"
    view.select(8)
    view.hover(None)
    assert (pixels(picture(view)) != pointed).any()
    view.select(None)
    assert np.array_equal(pixels(picture(view)), usual)
    assert strokes(view) == before
    assert [panel.mapping for panel in view.panels] == mappings


def test_both_plots_show_the_same_wavelengths(view: SpectraView) -> None:
    view.set_run(run_of(4))
    view.show_range(430.0, 560.0)
    for panel in view.panels:
        assert (panel.mapping.low_nm, panel.mapping.high_nm) == pytest.approx((430.0, 560.0))
    assert view.panels[0].mapping.xs(NM)[1000] == pytest.approx(view.panels[1].mapping.xs(NM)[1000])


def test_keys_and_wheel_move_the_wavelengths_and_a_double_click_goes_back(view: SpectraView) -> None:
    view.act(Act.RANGE, 1)
    assert view.shown_range[1] - view.shown_range[0] == pytest.approx(0.8 * 355.0)
    view.act(Act.RANGE, 5)
    assert view.shown_range[0] == pytest.approx(360.0 + 35.5 + 28.4)
    viewport = view.findChildren(type(view._canvas))[0].viewport()
    at = QPointF(480.0, 450.0)
    wheel = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = view.shown_range
    QApplication.sendEvent(viewport, wheel)
    assert view.shown_range[1] - view.shown_range[0] < before[1] - before[0]
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(480, 450))
    assert view.shown_range == pytest.approx((360.0, 715.0))


def test_many_aliquots_are_stroked_in_slices_and_then_whole(view: SpectraView, qtbot: QtBot) -> None:
    view.set_run(run_of(40))
    assert view.strokes.at_work
    qtbot.waitUntil(lambda: not view.strokes.at_work, timeout=5000)
    assert strokes(view) == 80
    assert [len(panel.layer) for panel in view.panels] == [40, 40]


def test_a_theme_can_be_changed_while_a_run_is_open(view: SpectraView) -> None:
    view.set_run(run_of(4))
    view.set_theme(LIGHT)
    fresh = SpectraView(LIGHT)
    fresh.resize(*BENCH)
    fresh.set_guards(excitation_nm=405.1, raman=[("toluene Raman", 460.3)], seen_from=28.0)
    fresh.set_run(run_of(4))
    assert np.array_equal(pixels(picture(view)), pixels(picture(fresh)))
    fresh.deleteLater()


def test_what_the_lamp_cannot_see_is_hatched_with_the_reason() -> None:
    valid = (NM > 374.0) & ~((NM > 600.0) & (NM < 640.0)) & ~((NM > 700.0) & (NM < 702.0))
    full = (NM > 595.0) & (NM < 645.0)
    spectrum = Spectrum(
        NM,
        read_only(np.where(valid, 0.1, np.nan)),
        read_only(np.where(valid, 0.1, np.nan)),
        read_only_mask(valid),
        "A",
        0.0,
    )
    first, second = blind_ranges(spectrum, full, "lamp too weak")
    assert (first.reason, second.reason) == ("lamp too weak", "saturated")
    assert (first.low_nm, first.high_nm) == pytest.approx((340.0, 374.0), abs=0.5)
    assert (second.low_nm, second.high_nm) == pytest.approx((600.0, 640.0), abs=0.5)


def test_a_processed_file_says_no_data() -> None:
    assert [blind.reason for blind in absorbance_blind(aliquot(1))] == ["no data"]


def test_an_unknown_band_is_called_unassigned_and_no_emission_no_name() -> None:
    findings = aliquot(2).reading.findings
    assert findings is not None
    other = replace(findings.species[0], name="other", role="band")
    assert [n.name for n in species_names(replace(findings, species=(other,)), only_first=False)] == ["Unassigned"]
    assert emission_name(findings, "flag") == ()


def test_aliquots_without_emission_leave_the_lower_plot_empty(view: SpectraView) -> None:
    taken = aliquot(1)
    view.set_run(run_of(0).appended(replace(taken, reading=replace(taken.reading, emission=None))))
    assert [len(panel.layer) for panel in view.panels] == [1, 0]
    view.show_live(LiveFrame(live_frame(1).absorbance, None, 0.5, 0.0))
    picture(view)


def test_the_newest_aliquot_keeps_its_colour_while_its_sample_is_still_in_the_light(view: SpectraView) -> None:
    view.set_run(run_of(4))
    taken = aliquot(4).reading
    view.show_live(LiveFrame(taken.absorbance, taken.emission, 0.8, 0.0))
    mapping, ink = view.panels[0].mapping, series_colour(3 / 7, DARK)
    image, x = picture(view), round(mapping.x(600.0))
    column = [image.pixelColor(x, y) for y in range(round(mapping.top), round(mapping.top + mapping.height))]
    nearest = min(abs(c.red() - ink.red()) + abs(c.green() - ink.green()) + abs(c.blue() - ink.blue()) for c in column)
    assert nearest < 60
    assert not any(min(c.red(), c.green(), c.blue()) > 200 for c in column)
