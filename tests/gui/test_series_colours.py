"""The colours of a series are told apart, by every eye, and stand out from their ground: computed, not looked at."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QColor

from analysis.spectrum import FloatArray
from gui.plot_panel import BEHIND_OPACITY
from gui.theme import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Theme, series_colour
from station.recipe import HOUR_S, PAPER_SCHEDULE_S
from station.schedule import continuous_place, continuous_span_s, place

EVERY = pytest.mark.parametrize(
    "theme", [DARK, LIGHT, DARK_CONTRAST, LIGHT_CONTRAST], ids=["dark", "light", "dark contrast", "light contrast"]
)

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE Trans. Vis. Comput. Graph. 2009, 15, 1291: severity 1.0,
# on linear RGB.
VISIONS = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# IEC 61966-2-1: sRGB to XYZ under D65, whose white is the sum of each row.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: QColor) -> FloatArray:
    """Linear RGB, 0 to 1."""
    encoded = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def lab(rgb: FloatArray) -> FloatArray:
    """CIE 1976 L*a*b* of linear RGB."""
    ratio = TO_XYZ @ np.clip(rgb, 0.0, 1.0) / TO_XYZ.sum(axis=1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def step(one: QColor, other: QColor, vision: str) -> float:
    """The difference of two colours (dE 1976) to an eye."""
    seen = VISIONS[vision]
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other))))


def contrast(one: FloatArray, other: FloatArray) -> float:
    """Contrast ratio of WCAG 2 of two linear colours."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted((float(weights @ one), float(weights @ other)))
    return (high + 0.05) / (low + 0.05)


@EVERY
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("aliquots", "least"), [(4, 13.0), (8, 6.0), (12, 3.5)])
def test_neighbours_of_a_series_are_told_apart_by_every_eye(
    theme: Theme, vision: str, aliquots: int, least: float
) -> None:
    colours = [series_colour(index / (aliquots - 1), theme) for index in range(aliquots)]
    assert min(step(one, other, vision) for one, other in pairwise(colours)) >= least


@EVERY
def test_every_colour_of_a_ladder_and_of_a_continuous_run_stands_out_from_the_plot(theme: Theme) -> None:
    ground = linear(QColor(theme.surface))
    places = [place(time_s, PAPER_SCHEDULE_S) for time_s in np.linspace(0.0, 30.0 * HOUR_S, 200)]
    span_s = continuous_span_s(24.0 * HOUR_S)
    places += [continuous_place(time_s, span_s) for time_s in np.geomspace(1.0, 24.0 * HOUR_S, 200)]
    assert min(contrast(linear(series_colour(at, theme)), ground) for at in places) >= 3.0


@EVERY
def test_the_grey_of_an_earlier_run_is_seen(theme: Theme) -> None:
    grey, ground = QColor(theme.ink3), QColor(theme.surface)
    pairs = ((grey.red(), ground.red()), (grey.green(), ground.green()), (grey.blue(), ground.blue()))
    mixed = [round(BEHIND_OPACITY * upper + (1.0 - BEHIND_OPACITY) * lower) for upper, lower in pairs]
    assert contrast(linear(QColor(*mixed)), linear(ground)) >= 3.0


def test_twelve_like_greys_are_not_told_apart() -> None:
    greys = [QColor(90 + 2 * index, 90 + 2 * index, 90 + 2 * index) for index in range(12)]
    assert min(step(one, other, "normal") for one, other in pairwise(greys)) < 3.5
