"""Where everything stands in the window: fixed places, and what gives way when type is larger."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect

from gui.dress import GAP, MARGIN, Dress

COLUMN = 352
COLUMN_WIDE = 376
WIDE_FROM = 1600
COLUMN_GAP = 24
PLOTS_LEAST = 200
PHOTOGRAPHS_TALL, PHOTOGRAPHS_LOW, PHOTOGRAPHS_LEAST = 136, 92, 56  # without their title
TALL_FROM = 1000
TREND_WIDTH = 440  # of the column right of the plots, where the window is wide


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The rooms of the window's parts in pixels; None for a part that has given way or is not shown.

    `button_lines` and `readout_lines` are how many lines of text buttons and readouts have room for.
    """

    header: QRect
    banner: QRect | None
    plots: QRect
    ladder: QRect | None
    readouts: QRect
    capture: QRect | None
    rows: tuple[QRect, ...]
    small: tuple[QRect, ...]
    health: QRect | None
    readout_lines: int
    button_lines: int


@dataclass(frozen=True, slots=True)
class _Stage:
    """Heights of the right column's parts at one stage of giving way."""

    capture: int
    row: int
    small: int
    button_lines: int
    readout_lines: int

    @property
    def below_readouts(self) -> int:
        """Get the height of everything under the readouts, gaps included."""
        return self.capture + 2 * self.row + self.small + GAP * (3 + bool(self.small))


def readout_height(dress: Dress, lines: int) -> int:
    """Return the least height of one readout with its label, value and 1 or 2 lines."""
    second = dress.line(13) + 4 if lines == 2 else 0.0
    return round(dress.line(13) + dress.size(50) + dress.line(14) + second + 12)


def anatomy(
    width: int, height: int, dress: Dress, *, banner_height: int = 0, focus: bool = False, panel: bool = True
) -> Anatomy:
    """Return the rooms for a window of this size.

    `focus` takes buttons and ladder away; header and health bar stay, so that what is virtual and which light is on
    is always said. `panel` is false where there are no bench buttons.
    """
    scale = dress.scale
    header = round(min(40 * scale, 64))
    health = 0 if not panel else round(min(32 * scale, 48))
    top = header
    bottom = height - health - GAP
    base = COLUMN_WIDE if width >= WIDE_FROM else COLUMN
    column = round(base * (1 + (scale - 1) / 2))
    left_width = width - 2 * MARGIN - COLUMN_GAP - column
    column_left = width - MARGIN - column
    ladder = 0 if focus else round(56 if scale <= 1.1 else min(48 * scale, 80))
    plots_top = top + (banner_height + GAP if banner_height else 0)
    plots_bottom = bottom - (ladder + GAP if ladder else 0)
    stage = _stage(dress, bottom - top, with_buttons=panel and not focus)
    under = stage.below_readouts if panel and not focus else 0
    capture, rows, small = _buttons(stage, column_left, column, bottom) if under else (None, (), ())
    return Anatomy(
        header=QRect(0, 0, width, header),
        banner=QRect(MARGIN, top, left_width, banner_height) if banner_height else None,
        plots=QRect(MARGIN, plots_top, left_width, max(PLOTS_LEAST, plots_bottom - plots_top)),
        ladder=QRect(MARGIN, bottom - ladder, left_width, ladder) if ladder else None,
        readouts=QRect(column_left, top, column, bottom - under - top),
        capture=capture,
        rows=rows,
        small=small,
        health=QRect(0, height - health, width, health) if health else None,
        readout_lines=stage.readout_lines,
        button_lines=stage.button_lines,
    )


def under_the_readouts(readouts: QRect, dress: Dress, lines: int) -> tuple[QRect, QRect | None]:
    """Return the rooms of the readouts and of what happened; None where there is none to spare for four lines of it."""
    tall = 3 * (readout_height(dress, lines) + round(24 * dress.scale))
    left = readouts.height() - tall
    if left < round(5 * (dress.line(13) + 8) + 10):
        return readouts, None
    width = readouts.width()
    under = QRect(readouts.left(), readouts.top() + tall, width, left - GAP)
    return QRect(readouts.left(), readouts.top(), width, tall), under


def beside_the_plots(plots: QRect, dress: Dress) -> tuple[QRect, QRect | None]:
    """Return the rooms of spectra and trend within that of the plots; None where the window is not so wide."""
    usual = WIDE_FROM - 2 * MARGIN - COLUMN_GAP - COLUMN_WIDE
    trend = round(TREND_WIDTH * (1 + (dress.scale - 1) / 2))
    left = plots.width() - trend - GAP
    if left < usual - TREND_WIDTH - GAP:
        return plots, None
    beside = QRect(plots.right() + 1 - trend, plots.top(), trend, plots.height())
    return QRect(plots.left(), plots.top(), left, plots.height()), beside


def under_the_plots(
    plots: QRect, dress: Dress, window_height: int, ladder: QRect | None, *, wanted: bool
) -> tuple[QRect, QRect | None]:
    """Return the rooms of plots and photographs within that of the plots.

    There is none for photographs where they are not wanted, without the ladder's chips they stand over, and where the
    plots cannot give so much.
    """
    if not wanted or ladder is None:
        return plots, None
    title = round(dress.line(14) + 10)
    tall = round(PHOTOGRAPHS_TALL * dress.scale) if window_height >= TALL_FROM * dress.scale else PHOTOGRAPHS_LOW
    tall = min(tall, plots.height() - PLOTS_LEAST - GAP - title)
    if tall < PHOTOGRAPHS_LEAST:
        return plots, None
    top = plots.bottom() + 1 - tall - title
    under = QRect(plots.left(), top, plots.width(), tall + title)
    return QRect(plots.left(), plots.top(), plots.width(), top - GAP - plots.top()), under


def _stage(dress: Dress, room: int, *, with_buttons: bool) -> _Stage:
    """Return the first stage of giving way that fits: all, no second lines, no small row."""
    scale = dress.scale
    bare_capture, bare_row = round(min(59 * scale, 88)), round(min(40 * scale, 60))
    stages = (
        _Stage(round(80 * scale), round(56 * scale), round(32 * scale), 2, 2),
        _Stage(bare_capture, bare_row, round(32 * scale), 1, 1),
        _Stage(bare_capture, bare_row, 0, 1, 1),
    )
    for stage in stages:
        under = stage.below_readouts if with_buttons else 0
        if 3 * readout_height(dress, stage.readout_lines) + under <= room:
            return stage
    return stages[-1]


def _buttons(stage: _Stage, left: int, width: int, bottom: int) -> tuple[QRect, tuple[QRect, ...], tuple[QRect, ...]]:
    """Return the rooms of Capture, of the four buttons and of the small row, from the bottom up."""
    small: tuple[QRect, ...] = ()
    y = bottom
    if stage.small:
        y -= stage.small
        third = (width - 2 * GAP) / 3
        edges = [round(left + index * (third + GAP)) for index in range(3)]
        small = tuple(QRect(edge, y, round(third), stage.small) for edge in edges)
        y -= GAP
    half = (width - GAP) // 2
    rows: list[QRect] = []
    for row in (1, 0):
        y -= stage.row
        pair = (QRect(left, y, half, stage.row), QRect(left + width - half, y, half, stage.row))
        rows = [*pair, *rows]
        y -= GAP * (row == 1)
    y -= GAP + stage.capture
    return QRect(left, y, width, stage.capture), tuple(rows), small
