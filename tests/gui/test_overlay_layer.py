"""The aliquots are pixels: one more is one stroke, a live frame is none, and nothing is drawn through a gap."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui.overlay_layer import Curve, Mapping, OverlayLayer, draw_band, draw_curve, polygon, runs

MAPPING = Mapping(10.0, 20.0, 400.0, 200.0, 400.0, 800.0, 0.0, 1.0)
NM = np.linspace(350.0, 900.0, 1024)


def flat(number: int, height: float, nm: NDArray[np.float64] = NM) -> Curve:
    """A curve of one height, exactly known."""
    return Curve(number, nm, np.full(nm.size, height), np.full(nm.size, 0.05), QColor("white"))


def opacity(layer: OverlayLayer, mapping: Mapping, strength: float = 1.0) -> NDArray[np.uint8]:
    """How much was painted at each pixel of a sheet of 440 by 240, shape (240, 440)."""
    image = QImage(440, 240, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    layer.draw(painter, mapping, strength)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(240, 440, 4)[:, :, 3].copy()


def layer_with(*curves: Curve) -> OverlayLayer:
    """A layer whose picture is whole."""
    layer = OverlayLayer()
    layer.replace(curves)
    layer.aim(MAPPING, 1.0)
    assert layer.work(10.0)
    return layer


def test_one_more_aliquot_is_one_stroke(qapp: QApplication) -> None:
    layer = layer_with(*(flat(n, n / 100) for n in range(50)))
    before = layer.strokes
    layer.append(flat(50, 0.5))
    assert layer.strokes == before + 1
    assert not layer.stale
    assert opacity(layer, MAPPING)[120, 200] > 0


def test_a_curve_lies_where_the_axes_say(qapp: QApplication) -> None:
    seen = opacity(layer_with(flat(1, 0.25)), MAPPING)
    rows = np.flatnonzero(seen[:, 200])
    assert set(rows) <= {169, 170}
    assert not seen[:, :10].any()
    assert not seen[:, 411:].any()


def test_the_same_ranges_are_not_stroked_twice(qapp: QApplication) -> None:
    layer = layer_with(flat(1, 0.2), flat(2, 0.4))
    before = layer.strokes
    layer.aim(MAPPING, 1.0)
    assert not layer.stale
    assert layer.strokes == before


def test_zooming_stretches_the_old_picture_until_the_new_one_is_whole(qapp: QApplication) -> None:
    layer = layer_with(*(flat(n, 0.5) for n in range(5)))
    zoomed = Mapping(10.0, 20.0, 400.0, 200.0, 400.0, 800.0, 0.4, 0.6)
    before = layer.strokes
    layer.aim(zoomed, 1.0)
    assert layer.stale
    assert layer.strokes == before
    assert opacity(layer, zoomed)[120, 200] > 0  # the old line, stretched to the middle
    while not layer.work(0.0):
        assert layer.stale
    assert layer.strokes == before + 5


def test_a_slice_stops_when_its_time_is_up(qapp: QApplication) -> None:
    layer = layer_with(*(flat(n, 0.5) for n in range(10)))
    layer.aim(Mapping(10.0, 20.0, 400.0, 200.0, 450.0, 700.0, 0.0, 1.0), 1.0)
    before = layer.strokes
    ticks = count()
    layer.work(3.0, now=lambda: float(next(ticks)))  # each look at the clock is one second later
    assert layer.strokes == before + 3
    assert layer.stale


def test_an_aliquot_that_comes_while_stroking_is_in_both_pictures(qapp: QApplication) -> None:
    layer = layer_with(flat(1, 0.2), flat(2, 0.3))
    moved = Mapping(10.0, 20.0, 400.0, 200.0, 410.0, 810.0, 0.0, 1.0)
    layer.aim(moved, 1.0)
    layer.work(0.0)
    layer.append(flat(3, 0.8))
    assert opacity(layer, MAPPING)[60, 200] > 0
    while not layer.work(0.0):
        pass
    assert opacity(layer, moved)[60, 200] > 0


def test_nothing_is_drawn_through_a_gap(qapp: QApplication) -> None:
    curve = flat(1, 0.5)
    curve.values[(NM > 550) & (NM < 650)] = np.nan
    seen = opacity(layer_with(curve), MAPPING)
    assert seen[118:123, 50].any()
    assert not seen[:, 162:258].any()
    assert seen[118:123, 300].any()


def test_dimmed_aliquots_are_paler(qapp: QApplication) -> None:
    layer = layer_with(flat(1, 0.5))
    assert opacity(layer, MAPPING, 0.35).max() < 0.4 * opacity(layer, MAPPING).max()


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("slope", [0.0, 4.0])
def test_a_bold_curve_is_twice_as_wide_whatever_its_slope(qapp: QApplication, ratio: float, slope: float) -> None:
    nm = np.linspace(590.0, 610.0, 200)
    curve = Curve(1, nm, 0.5 + slope * (nm - 600.0) / 400.0 * 2.0, np.zeros(nm.size), QColor("white"))
    painted = {}
    for bold in (False, True):
        image = QImage(round(440 * ratio), round(240 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_curve(painter, MAPPING, curve, ratio=ratio, bold=bold)
        painter.end()
        alpha = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, 3]
        painted[bold] = float(alpha.sum())
    assert painted[True] == pytest.approx(2.0 * painted[False], rel=0.2)


def test_the_band_is_two_sigma_to_either_side(qapp: QApplication) -> None:
    image = QImage(440, 240, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    draw_band(painter, MAPPING, flat(1, 0.5), QColor("white"))
    painter.end()
    alpha = np.frombuffer(image.constBits(), np.uint8).reshape(240, 440, 4)[:, 200, 3]
    rows = np.flatnonzero(alpha)
    assert (rows[0], rows[-1]) == (100, 139)


def test_a_value_beyond_all_bounds_does_not_stop_the_drawing(qapp: QApplication) -> None:
    curve = flat(1, 0.5)
    curve.values[500] = 1e300
    curve.values[501] = -1e300
    assert opacity(layer_with(curve), MAPPING)[:, 60].any()


@given(st.lists(st.one_of(st.floats(-5, 5), st.just(float("nan"))), max_size=40))
def test_runs_are_exactly_what_is_known(values: list[float]) -> None:
    array = np.array(values, dtype=np.float64)
    covered = np.zeros(array.size, dtype=bool)
    for start, stop in runs(array):
        assert not covered[start:stop].any()
        covered[start:stop] = True
        assert start == 0 or np.isnan(array[start - 1])
        assert stop == array.size or np.isnan(array[stop])
    assert np.array_equal(covered, np.isfinite(array))


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), max_size=30))
def test_points_reach_qt_as_they_are(points: list[tuple[float, float]]) -> None:
    array = np.array(points, dtype=np.float64).reshape(-1, 2)
    got = polygon(array[:, 0], array[:, 1])
    assert [(p.x(), p.y()) for p in got.toList()] == [tuple(p) for p in array]


@given(st.floats(400, 800), st.floats(0, 1))
def test_the_old_picture_is_put_where_its_ranges_lie(nm: float, height: float) -> None:
    now = Mapping(0.0, 0.0, 300.0, 100.0, 500.0, 650.0, -0.2, 0.7)
    place = now.place_of(MAPPING)
    x = place.left() + (MAPPING.x(nm) - MAPPING.left) / MAPPING.width * place.width()
    y = place.top() + (MAPPING.y(height) - MAPPING.top) / MAPPING.height * place.height()
    assert x == pytest.approx(now.x(nm), abs=1e-6)
    assert y == pytest.approx(now.y(height), abs=1e-6)
