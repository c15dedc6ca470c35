"""What a live frame, one more aliquot and a zoom draw, counted: none of it grows with the number of aliquots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import count

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication

from analysis.spectrum import Spectrum, read_only, read_only_mask
from gui import overlay_layer, plot_panel, plot_strokes
from gui.spectrum_plot import SpectraView
from gui.theme import DARK, apply
from station.events import LiveFrame
from station.records import Aliquot, Reading
from station.run import Run
from tests.gui.plot_samples import aliquot as sample
from tests.gui.plot_samples import findings, run_of

NM = read_only(np.linspace(380.0, 700.0, 161))
MANY = 150


def bell(height: float, unit: str) -> Spectrum:
    """A band on few pixels: what is counted does not depend on them."""
    values = height * np.exp(-(((NM - 469.0) / 20.0) ** 2))
    known = read_only_mask(np.ones(NM.size))
    return Spectrum(NM, read_only(values), read_only(0.001 * height + 0.0 * values), known, unit, 0.0)  # type: ignore[arg-type]


@cache
def aliquot(number: int) -> Aliquot:
    """One of many that all need the same heights."""
    height = 0.15 + 0.01 * (number % 7) / 7
    said = findings(0.001, height, 1000.0, 510.0)
    reading = Reading(bell(height, "A"), bell(1e4 * height, "counts/s"), said)
    return replace(sample(1), number=number, reaction_time_s=60.0 * number, reading=reading)


def run(number: int) -> Run:
    return replace(run_of(0), records=tuple(aliquot(each) for each in range(1, number + 1)))


def settle(view: SpectraView) -> None:
    """Stroke all that is still to be stroked, and paint it."""
    while view.strokes.at_work:
        view.strokes.work()
    view.grab()


@pytest.fixture(params=[8, MANY], ids=["few", "many"])
def view(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[SpectraView]:
    apply(qapp, DARK)
    shown = SpectraView(DARK)
    shown.resize(958, 560)
    shown.show()
    shown.set_guards(excitation_nm=405.1, raman=[("toluene Raman", 460.3)], seen_from=28.0)
    shown.set_run(run(request.param))
    shown.show_live(LiveFrame(bell(0.15, "A"), bell(1500.0, "counts/s"), 0.8, 0.0))
    settle(shown)
    yield shown
    shown.deleteLater()


def strokes(view: SpectraView) -> int:
    return sum(layer.strokes for panel in view.panels for layer in panel.layers)


def items(view: SpectraView) -> int:
    return len(view.panels[0]._scene.items())


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many polylines each call to the painter drew, and pictures that were composed anew, as -1."""
    drawn: list[int] = []
    plain, compose = overlay_layer.draw_lines, plot_panel.PlotPanel._compose

    def counted(painter: QPainter, polygons: object, colour: QColor) -> None:
        several = list(polygons)  # type: ignore[call-overload]
        drawn.append(len(several))
        plain(painter, several, colour)

    def composed(panel: plot_panel.PlotPanel) -> object:
        drawn.append(-1)
        return compose(panel)

    monkeypatch.setattr(overlay_layer, "draw_lines", counted)
    monkeypatch.setattr(plot_panel, "draw_lines", counted)
    monkeypatch.setattr(plot_panel.PlotPanel, "_compose", composed)
    return drawn


def test_a_live_frame_draws_one_line_and_the_bold_one_in_each_plot_whatever_the_number(
    view: SpectraView, lines: list[int]
) -> None:
    before, standing = strokes(view), items(view)
    for _ in range(3):
        QApplication.processEvents()
    lines.clear()
    view.show_live(LiveFrame(bell(0.152, "A"), bell(1520.0, "counts/s"), 0.8, 0.1))
    for _ in range(3):
        QApplication.processEvents()
    assert lines == [1, 2, 2, 4]  # the emission is broken at the excitation: each of its lines is two
    assert strokes(view) == before
    assert items(view) == standing < 40


def test_one_more_aliquot_is_one_stroke_in_each_plot_whatever_the_number(view: SpectraView) -> None:
    series = view._series.run
    assert series is not None
    before, standing = strokes(view), items(view)
    view.set_run(series.appended(aliquot(len(series.aliquots) + 1)))
    assert strokes(view) == before + 2
    assert not view.strokes.at_work
    assert items(view) == standing


def test_an_edited_aliquot_does_not_draw_the_others_again(view: SpectraView) -> None:
    series = view._series.run
    assert series is not None
    named = tuple(replace(a, name="after the night") if a.number == 3 else a for a in series.aliquots)
    before = strokes(view)
    view.set_run(replace(series, records=named))
    assert strokes(view) == before
    assert not view.strokes.at_work
    view.select(3)
    assert "after the night" in view.panels[0].caption.keys[0].text


def test_a_frame_of_a_pan_strokes_nothing_where_they_are_many(view: SpectraView) -> None:
    before = strokes(view)
    for step in range(5):
        view.show_range(365.0 + step, 710.0 + step)
        view.grab()
    many = len(view.panels[0].layer) == MANY
    assert strokes(view) - before == (0 if many else 5 * 2 * 8)
    assert view.strokes.at_work == many


def test_a_zoom_is_sharp_again_in_slices_that_end_when_their_time_is_up(
    view: SpectraView, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick = count()
    clock: Callable[[], float] = lambda: next(tick) * plot_strokes.SLICE_S / 10.0  # noqa: E731
    monkeypatch.setattr(plot_strokes, "perf_counter", clock)
    monkeypatch.setattr(overlay_layer.OverlayLayer.work, "__defaults__", (clock,))
    view.show_range(430.0, 560.0)
    slices = []
    while view.strokes.at_work:
        before = strokes(view)
        view.strokes.work()
        slices.append(strokes(view) - before)
    assert sum(slices) == (2 * MANY if len(view.panels[0].layer) == MANY else 0)
    assert max(slices, default=0) <= 10


def test_pointing_and_the_cursor_stroke_nothing(view: SpectraView) -> None:
    before = strokes(view)
    view.hover(5)
    view.move_cursor(1.0)
    view.move_cursor(1.0)
    view.grab()
    assert strokes(view) == before


def test_the_cursor_composes_no_picture(view: SpectraView, lines: list[int]) -> None:
    view.move_cursor(1.0)
    view.grab()
    lines.clear()
    view.move_cursor(1.0)
    view.grab()
    assert -1 not in lines
