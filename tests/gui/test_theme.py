"""The tokens hold the contrasts the look promises, and the type its equal figures."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import pyqtgraph
import pytest
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from gui.plot_panel import DIM_OPACITY
from gui.theme import (
    DARK,
    DARK_CONTRAST,
    DISPLAY_FROM_PX,
    ICON_SIDES,
    LARGEST_PX,
    LIGHT,
    LIGHT_CONTRAST,
    Theme,
    Weight,
    app_icon,
    apply,
    chosen,
    colour,
    draw_figures,
    figures_width,
    font,
    palette,
    series_colour,
    style_sheet,
)

HIGH = (DARK_CONTRAST, LIGHT_CONTRAST)
BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT, *HIGH], ids=lambda theme: f"{theme.name}-{theme.high_contrast}")
IN_HIGH = pytest.mark.parametrize("theme", HIGH, ids=lambda theme: theme.name)


def luminance(value: QColor) -> float:
    """Relative luminance of WCAG 2."""
    channels = (value.redF(), value.greenF(), value.blueF())
    red, green, blue = (c / 12.92 if c <= 0.03928 else float(((c + 0.055) / 1.055) ** 2.4) for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rgb(value: QColor) -> tuple[int, int, int]:
    """The three channels, 0 to 255."""
    return value.red(), value.green(), value.blue()


def contrast(one: QColor | str, other: QColor | str) -> float:
    """Contrast ratio of WCAG 2."""
    low, high = sorted((luminance(QColor(one)), luminance(QColor(other))))
    return (high + 0.05) / (low + 0.05)


def mixed(one: QColor, ground: QColor, opacity: float) -> QColor:
    """A colour laid thinly over a ground."""
    channels = zip(rgb(one), rgb(ground), strict=True)
    return QColor(*(round(opacity * upper + (1.0 - opacity) * lower) for upper, lower in channels))


@BOTH
@pytest.mark.parametrize("ink", ["ink", "ink2", "ink3", "accent", "stale", "alarm"])
def test_text_is_readable_on_every_ground(theme: Theme, ink: str) -> None:
    for ground in (theme.window, theme.surface):
        assert contrast(getattr(theme, ink), ground) >= 4.5


@BOTH
def test_edges_and_marks_are_seen_and_fills_carry_their_text(theme: Theme) -> None:
    assert contrast(theme.edge, theme.surface) >= 3.0
    assert contrast(theme.primary_ink, theme.primary) >= 4.5
    assert contrast(theme.primary_ink2, theme.primary) >= 4.5
    assert contrast(theme.alarm_ink, theme.alarm_fill) >= 4.5
    assert contrast(theme.ink, theme.alarm_tint) >= 4.5
    assert contrast(theme.ink2, theme.alarm_tint) >= 4.5


@IN_HIGH
def test_in_high_contrast_every_text_has_seven_and_every_edge_four_and_a_half_to_one(theme: Theme) -> None:
    grounds = (theme.window, theme.surface, theme.raised, theme.alarm_tint)
    for ink in (theme.ink, theme.ink2, theme.ink3, theme.stale, theme.alarm, theme.accent):
        assert min(contrast(ink, ground) for ground in grounds) >= 7.0
    for edge in (theme.edge, theme.accent, theme.alarm_fill):
        assert min(contrast(edge, ground) for ground in grounds) >= 4.5
    assert contrast(theme.primary_ink, theme.primary) >= 7.0
    assert contrast(theme.primary_ink2, theme.primary) >= 7.0
    assert contrast(theme.alarm_ink, theme.alarm_fill) >= 7.0


@pytest.mark.parametrize(
    ("room", "contrast_wished", "theme"),
    [
        ("dark", "usual", DARK),
        ("light", "usual", LIGHT),
        ("dark", "high", DARK_CONTRAST),
        ("light", "high", LIGHT_CONTRAST),
    ],
)
def test_a_theme_is_chosen_by_room_and_contrast(room: str, contrast_wished: str, theme: Theme) -> None:
    assert chosen(room, contrast_wished) == theme


def test_a_system_that_says_nothing_has_a_dark_room_and_the_usual_contrast(qapp: QApplication) -> None:
    assert chosen("system", "system") == DARK


@BOTH
def test_every_aliquot_stands_out_from_the_plot_and_colours_run_one_way(theme: Theme) -> None:
    colours = [series_colour(step / 100, theme) for step in range(101)]
    assert min(contrast(c, theme.surface) for c in colours) >= 3.0
    dimmed = [mixed(c, QColor(theme.surface), DIM_OPACITY) for c in colours]
    assert min(contrast(c, theme.surface) for c in dimmed) >= 2.0
    light = [luminance(c) for c in colours]
    assert all(later > earlier for earlier, later in pairwise(light))


def test_the_crop_ends_where_the_look_says() -> None:
    for place, theme, wanted in (
        (0.0, DARK, "#2c718e"),
        (1.0, DARK, "#d7e219"),
        (0.0, LIGHT, "#440154"),
        (1.0, LIGHT, "#21a585"),
    ):
        assert rgb(series_colour(place, theme)) == pytest.approx(rgb(QColor(wanted)), abs=2)


@BOTH
def test_the_map_is_viridis(theme: Theme) -> None:
    viridis = pyqtgraph.colormap.get("viridis")
    low, high = theme.series_crop
    for step in range(51):
        wanted = [int(channel) for channel in viridis.map(low + (high - low) * step / 50)[:3]]
        assert rgb(series_colour(step / 50, theme)) == pytest.approx(wanted, abs=2)


def test_places_outside_the_ladder_take_its_ends() -> None:
    assert series_colour(-3.0, DARK) == series_colour(0.0, DARK)
    assert series_colour(7.0, DARK) == series_colour(1.0, DARK)


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_small_figures_have_one_width(qapp: QApplication, weight: Weight) -> None:
    metrics = QFontMetricsF(font(16, weight))
    widths = [metrics.horizontalAdvance(figure) for figure in "0123456789"]
    assert max(widths) - min(widths) < 0.05


def test_a_running_clock_does_not_shiver(qapp: QApplication) -> None:
    large = font(50, 600)
    assert len({figures_width(clock, large) for clock in ("1:11:11", "2:04:07", "8:58:48")}) == 1


def test_painted_figures_take_the_width_that_was_said(qapp: QApplication) -> None:
    image = QImage(400, 80, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(font(50, 600))
    painter.setPen(QColor("white"))
    width = draw_figures(painter, 10, 60, "1:11:11")
    painter.end()
    assert width == pytest.approx(figures_width("1:11:11", font(50, 600)))
    inked = [x for x in range(400) if any(image.pixelColor(x, y).alpha() for y in range(80))]
    assert min(inked) >= 10
    assert max(inked) <= 10 + width


def test_type_is_inter_and_inter_display_from_24_px(qapp: QApplication) -> None:
    assert QFontInfo(font(13)).family() == "Inter"
    assert QFontInfo(font(DISPLAY_FROM_PX, 600)).family() == "Inter Display"
    assert QFontInfo(font(20, 600, display=True)).family() == "Inter Display"


def test_type_scales_and_the_readouts_stop_at_60(qapp: QApplication) -> None:
    assert font(12, scale=1.5).pixelSize() == 18
    assert font(50, 600, scale=1.0).pixelSize() == 50
    assert font(50, 600, scale=2.0).pixelSize() == LARGEST_PX


def test_a_font_handed_out_is_the_callers_own(qapp: QApplication) -> None:
    mine = font(13)
    mine.setPixelSize(40)
    assert font(13).pixelSize() == 13


@BOTH
def test_the_application_wears_the_theme_even_off_screen(qapp: QApplication, theme: Theme) -> None:
    apply(qapp, theme)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.window
    assert qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name() == theme.ink3
    assert qapp.style().objectName().lower() == "fusion" or qapp.styleSheet() == style_sheet(theme)
    assert qapp.font().family() == "Inter"


@BOTH
def test_every_token_is_a_colour(theme: Theme) -> None:
    for field in fields(theme):
        value = getattr(theme, field.name)
        if isinstance(value, str) and field.name != "name":
            assert QColor(value).isValid(), field.name


def test_the_icon_has_every_size_it_is_asked_for(qapp: QApplication) -> None:
    sizes = [(size.width(), size.height()) for size in app_icon().availableSizes()]
    assert sorted(sizes) == [(side, side) for side in ICON_SIDES]
    for side in ICON_SIDES:
        assert app_icon().pixmap(side, side).toImage().pixelColor(side // 2, side * 3 // 4).alpha() > 0


def test_a_colour_can_be_thinned() -> None:
    assert colour("#ffffff", 0.24).alphaF() == pytest.approx(0.24, abs=0.01)


def test_the_palette_is_made_for_each_theme() -> None:
    assert palette(DARK).color(QPalette.ColorRole.Base) != palette(LIGHT).color(QPalette.ColorRole.Base)
