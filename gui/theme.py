"""Every colour and every font of the window, dark and light, each also in high contrast; no other module sets any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from station.settings import resource_path

DISPLAY_FROM_PX = 24  # from this size on Inter has its own, tighter drawing
LARGEST_PX = 60  # the readouts stop growing here when type is scaled
FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "InterDisplay-SemiBold.otf")

ICON_SIDES = (16, 24, 32, 48, 64, 128, 256)

Weight = Literal[400, 500, 600]


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one room, as #rrggbb.

    `window` lies behind everything, `surface` under plots, filled chips and fields, `raised` under buttons
    and toasts. `line` is a hairline or grid and never the only sign of anything; `edge` bounds fields, key
    caps and axes. `ink` is for values, `ink2` for second lines and units, `ink3` for what is disabled or
    planned. `accent` is for borders and dashed cursors only. `primary` fills the one main button of a window,
    with `primary_ink`, `primary_ink2` and `primary_edge` on it. `stale` and `alarm` are text and marks;
    `alarm_fill` (with `alarm_ink` on it) and `alarm_tint` are the banner. `zone_cluster`,
    `zone_dots` and `zone_none` are marks of the paper's map alone. `series_crop` is the part of
    viridis that keeps its contrast to `surface`. In `high_contrast` every text has 7 to 1 and every edge 4.5 to 1 on
    every ground (WCAG 2.2, success criteria 1.4.6 and, with room to spare, 1.4.11).
    """

    name: Literal["dark", "light"]
    window: str
    surface: str
    raised: str
    line: str
    edge: str
    ink: str
    ink2: str
    ink3: str
    accent: str
    primary: str
    primary_ink: str
    primary_ink2: str
    primary_edge: str
    stale: str
    alarm: str
    alarm_fill: str
    alarm_ink: str
    alarm_tint: str
    zone_cluster: str
    zone_dots: str
    zone_none: str
    series_crop: tuple[float, float]
    high_contrast: bool = False

    @property
    def dark(self) -> bool:
        """Get whether this is the theme of a dark room."""
        return self.name == "dark"


DARK = Theme(
    name="dark",
    window="#14171a",
    surface="#1a1e22",
    raised="#262c33",
    line="#333b44",
    edge="#6b7683",
    ink="#edf0f2",
    ink2="#aeb6c0",
    ink3="#848e9a",
    accent="#8fb6d9",
    primary="#4b6680",
    primary_ink="#ffffff",
    primary_ink2="#dfe7ee",
    primary_edge="#a9bccd",
    stale="#e9ad3f",
    alarm="#ff7a6b",
    alarm_fill="#c9352b",
    alarm_ink="#ffffff",
    alarm_tint="#38201f",
    zone_cluster="#4f8fd6",
    zone_dots="#7fd08a",
    zone_none="#e07a3f",
    series_crop=(0.37, 0.94),
)

LIGHT = Theme(
    name="light",
    window="#eef0f2",
    surface="#ffffff",
    raised="#f8f9fa",
    line="#d3d9df",
    edge="#7c8793",
    ink="#161b21",
    ink2="#4a5460",
    ink3="#5d6772",
    accent="#25608f",
    primary="#34495e",
    primary_ink="#ffffff",
    primary_ink2="#dfe7ee",
    primary_edge="#a9bccd",
    stale="#8a5a00",
    alarm="#b3231a",
    alarm_fill="#b3231a",
    alarm_ink="#ffffff",
    alarm_tint="#fbe8e6",
    zone_cluster="#0f57a0",
    zone_dots="#0a8f6c",
    zone_none="#c4560b",
    series_crop=(0.0, 0.59),
)

DARK_CONTRAST = replace(
    DARK,
    window="#000000",
    surface="#0a0c0e",
    raised="#161a1e",
    line="#59636e",
    edge="#aeb8c3",
    ink="#ffffff",
    ink2="#e2e7ec",
    ink3="#b9c1ca",
    accent="#a8d4ff",
    primary="#38597a",
    primary_ink2="#ffffff",
    primary_edge="#d5e5f4",
    stale="#ffc24d",
    alarm="#ff9d91",
    alarm_fill="#ff9d91",
    alarm_ink="#000000",
    alarm_tint="#1f0a09",
    high_contrast=True,
)

LIGHT_CONTRAST = replace(
    LIGHT,
    window="#ffffff",
    raised="#ffffff",
    line="#8a949e",
    edge="#4a5460",
    ink="#000000",
    ink2="#252c34",
    ink3="#434c56",
    accent="#0b4378",
    primary="#1c3145",
    primary_ink2="#ffffff",
    primary_edge="#c9d6e2",
    stale="#653f00",
    alarm="#96140d",
    alarm_fill="#96140d",
    alarm_tint="#fff4f3",
    high_contrast=True,
)

# Viridis (S. van der Walt, N. Smith, 2015, CC0) at 33 even steps: linear between them true to 2 of 255.
_VIRIDIS = (
    "440154 460c5f 481769 482273 472c7a 453681 423f85 3e4889 3b518b 375a8c 33628d "
    "2f6a8e 2c718e 29798e 26818e 23888e 21908c 1f978b 1f9f88 21a685 27ad80 31b57a "
    "3dbc73 4cc26b 5cc862 6ece57 81d34c 95d83f aadc31 c0df24 d5e219 eae51a fde725 "
)
HEAT_CROP = (
    0.06,
    0.94,
)  # darker it could be taken for the ground of a dark room, brighter for the sign of what is stale
_STEPS = [tuple(bytes.fromhex(step)) for step in "".join(_VIRIDIS).split()]


def colour(token: str, alpha: float = 1.0) -> QColor:
    """Return a token as a colour, with an opacity of 0 to 1."""
    value = QColor(token)
    value.setAlphaF(alpha)
    return value


def series_colour(place: float, theme: Theme) -> QColor:
    """Return the colour of an aliquot at a place of 0 (first) to 1 (last) in the ladder."""
    return _viridis(place, theme.series_crop)


def heat_colour(place: float) -> QColor:
    """Return the colour of a value in a picture, from 0 (nothing) to 1 (the largest), the same in every theme."""
    return _viridis(place, HEAT_CROP)


def _viridis(place: float, crop: tuple[float, float]) -> QColor:
    """Return the colour at a place of 0 to 1 within a part of viridis."""
    low, high = crop
    at = (low + (high - low) * min(1.0, max(0.0, place))) * (len(_STEPS) - 1)
    index = min(int(at), len(_STEPS) - 2)
    part = at - index
    mixed = [round((1 - part) * a + part * b) for a, b in zip(_STEPS[index], _STEPS[index + 1], strict=True)]
    return QColor(*mixed)


def font(px: float, weight: Weight = 400, *, display: bool = False, scale: float = 1.0) -> QFont:
    """Return Inter at a size in pixels times the scale of type, with figures of equal width.

    From 24 px (or where `display` asks for it) it is Inter Display, which comes in weight 600 only, and whose
    figures are not of equal width whatever is asked: paint those that change with `draw_figures`. Type stops
    growing at 60 px.
    """
    size = round(min(px * scale, max(px, LARGEST_PX)))
    return QFont(_font(size, weight, display or px >= DISPLAY_FROM_PX))


@lru_cache(maxsize=64)
def _font(size_px: int, weight: int, display: bool) -> QFont:
    """Return the font of a size, loading the families the first time."""
    _load_families()
    made = QFont("Inter Display" if display else "Inter")
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.DemiBold if display else QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)  # without it a running number shivers
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=1)
def _load_families() -> None:
    """Give Qt the font files; a bare machine has no font at all."""
    for file in FONT_FILES:
        path = resource_path(f"fonts/{file}")
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise FileNotFoundError(f"The font {path} is not there. Install Aliquot again; runs are not touched.")


def app_icon() -> QIcon:
    """Return the program's icon; below 20 px it is a drawing of its own that lies on the pixel grid."""
    made = QIcon()
    for side in ICON_SIDES:
        made.addFile(str(resource_path(f"icons/icon-{side}.png")))
    return made


def draw_figures(painter: QPainter, x: float, baseline: float, text: str) -> float:
    """Paint text in the painter's font and pen with every figure in a cell of one width; return the width."""
    metrics = QFontMetricsF(painter.font())
    cell = _figure_cell(metrics)
    at = x
    for character in text:
        advance = metrics.horizontalAdvance(character)
        room = cell if character.isdigit() else advance
        painter.drawText(QPointF(at + (room - advance) / 2, baseline), character)
        at += room
    return at - x


def figures_width(text: str, in_font: QFont) -> float:
    """Return the width in pixels that `draw_figures` takes for a text."""
    metrics = QFontMetricsF(in_font)
    cell = _figure_cell(metrics)
    return sum(cell if c.isdigit() else metrics.horizontalAdvance(c) for c in text)


def _figure_cell(metrics: QFontMetricsF) -> float:
    """Return the width of the widest figure."""
    return max(metrics.horizontalAdvance(figure) for figure in "0123456789")


def chosen(room: str, contrast: str) -> Theme:
    """Return the theme of a choice: the room "dark", "light" or as the system has it, the contrast "high" or "usual".

    A system that does not tell has the usual contrast and a dark room: emission is seen in the dark.
    """
    hints = QGuiApplication.styleHints()
    dark = hints.colorScheme() != Qt.ColorScheme.Light if room not in ("dark", "light") else room == "dark"
    high = contrast == "high"
    if contrast not in ("high", "usual"):
        high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    if high:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def other_room(theme: Theme) -> Theme:
    """Return the theme of the other room, at the same contrast."""
    return chosen("light" if theme.dark else "dark", "high" if theme.high_contrast else "usual")


def apply(app: QApplication, theme: Theme, scale: float = 1.0) -> None:
    """Dress the application: Fusion, an explicit palette, Inter 13 and a short style sheet.

    The desktop's own colour scheme is ignored on bare X and off screen, so nothing is left to it.
    """
    app.setStyle("Fusion")
    app.setFont(font(13, scale=scale))
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))


def palette(theme: Theme) -> QPalette:
    """Return the palette of a theme, with the disabled group in ink3."""
    role = QPalette.ColorRole
    made = QPalette()
    for which, token in {
        role.Window: theme.window,
        role.WindowText: theme.ink,
        role.Base: theme.surface,
        role.AlternateBase: theme.window,
        role.Text: theme.ink,
        role.PlaceholderText: theme.ink3,
        role.Button: theme.raised,
        role.ButtonText: theme.ink,
        role.BrightText: theme.alarm_ink,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.ink,
        role.Highlight: theme.primary,
        role.HighlightedText: theme.primary_ink,
        role.Accent: theme.accent,
        role.Link: theme.ink,
        role.LinkVisited: theme.ink,
        role.Light: theme.raised,
        role.Midlight: theme.line,
        role.Mid: theme.line,
        role.Dark: theme.edge,
        role.Shadow: theme.window,
    }.items():
        made.setColor(which, QColor(token))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.ink3))
    return made


def style_sheet(theme: Theme) -> str:
    """Return the few rules that a palette cannot say: fields, tool tips, menus, scroll bars."""
    t = theme
    return f"""
QLineEdit, QPlainTextEdit, QAbstractSpinBox {{ background: {t.surface}; color: {t.ink};
    border: 1px solid {t.edge}; border-radius: 5px; padding: 4px 8px;
    selection-background-color: {t.primary}; selection-color: {t.primary_ink}; }}
QLineEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {t.accent};
    padding: 3px 7px; }}
QLineEdit:disabled, QAbstractSpinBox:disabled {{ color: {t.ink3}; background: {t.window};
    border-color: {t.line}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; }}
QToolTip, QMenu {{ background: {t.raised}; color: {t.ink}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 4px 16px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.primary}; color: {t.primary_ink}; }}
QMenu::item:disabled {{ color: {t.ink3}; }}
QScrollBar {{ background: transparent; width: 10px; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {t.edge}; border-radius: 3px; margin: 2px;
    min-height: 24px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea, QAbstractItemView {{ background: transparent; border: 0; }}
"""
