"""The places where something only looks like emission, and the level from which emission is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from analysis.wording import grouped
from gui.overlay_layer import Mapping
from gui.plot_frame import LABEL_GROUND, Look
from gui.theme import colour

EXCITATION_HALF_NM = 12.0  # what a 405 nm LED of 15 nm covers; drawn hatched, not as a curve
SEEN_NM = (470.0, 600.0)  # where the level is drawn: dots are expected there
GUARD_HEIGHT = 0.46  # of the curves' height


@dataclass(frozen=True, slots=True)
class Guards:
    """Excitation in nm, (words, nm) of lines that are no emission, and the level in the plot's unit."""

    excitation_nm: float | None = None
    lines: tuple[tuple[str, float], ...] = ()
    seen_from: float | None = None

    @property
    def excitation(self) -> tuple[float, float] | None:
        """Get the range the excitation covers."""
        if self.excitation_nm is None:
            return None
        return self.excitation_nm - EXCITATION_HALF_NM, self.excitation_nm + EXCITATION_HALF_NM

    @property
    def all_lines(self) -> tuple[tuple[str, float], ...]:
        """Get the lines and the second order of the excitation."""
        if self.excitation_nm is None:
            return self.lines
        return (*self.lines, ("second order", 2.0 * self.excitation_nm))


@dataclass(frozen=True, slots=True)
class Note:
    """Words beside a guard: `lines` in the rectangle `rect`, aligned to the guard."""

    lines: tuple[str, ...]
    rect: QRectF
    right_aligned: bool = False


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """Dashed lines to draw, and the notes that found room."""

    dashes: tuple[QLineF, ...]
    notes: tuple[Note, ...]


def nm_words(nm: float) -> str:
    """Return a wavelength to a tenth, whole where it is: "405 nm", "405.1 nm"."""
    return f"{grouped(nm, 0 if abs(nm - round(nm)) < 0.05 else 1)} nm"


def range_rect(mapping: Mapping, low_nm: float, high_nm: float) -> QRectF:
    """Return the part of the curves' area that a range of wavelengths takes; empty where it is out of sight."""
    left = max(mapping.left, mapping.x(low_nm))
    right = min(mapping.left + mapping.width, mapping.x(high_nm))
    return QRectF(left, mapping.top, max(0.0, right - left), mapping.height)


def plan_guards(
    guards: Guards, mapping: Mapping, look: Look, unit: str, taken: Sequence[QRectF], *, notes: bool
) -> GuardPlan:
    """Return what to draw for the guards; a note that would meet `taken` or another goes to the other side or out."""
    area = mapping.rect.adjusted(2, 0, -2, -2)
    blocked = list(taken)
    dashes: list[QLineF] = []
    said: list[Note] = []
    hatched = guards.excitation and range_rect(mapping, *guards.excitation)
    if hatched and hatched.width() > 0:
        blocked.append(hatched)
        text = (f"excitation {nm_words(guards.excitation_nm or 0.0)}, masked",)
        _put(said, blocked, area, look, text, (hatched.right() + 6, hatched.left() - 6), mapping.top)
    visible = [(words, mapping.x(nm)) for words, nm in guards.all_lines if mapping.low_nm < nm < mapping.high_nm]
    for words, nm in guards.all_lines:
        if not mapping.low_nm < nm < mapping.high_nm:
            continue
        x = round(mapping.x(nm)) + 0.5
        top = mapping.top + mapping.height * (1 - GUARD_HEIGHT)
        dashes.append(QLineF(x, top, x, mapping.top + mapping.height))
        near = [QRectF(other - 2, top, 4, mapping.height) for _, other in visible if abs(other - x) > 2]
        _put(said, [*blocked, *near], area, look, (words, nm_words(nm)), (x + 6, x - 6), top, left_first=True)
        blocked.extend(note.rect for note in said[-1:])
    level = _level(guards, mapping, look)
    if level is not None:
        dashes.append(level)
        text = (f"emission is seen from {grouped(guards.seen_from or 0.0)} {unit}",)
        _put(said, blocked, area, look, text, (level.x1(), level.x2()), level.y1() - look.px(19))
    return GuardPlan(tuple(dashes), tuple(said) if notes else ())


def _level(guards: Guards, mapping: Mapping, look: Look) -> QLineF | None:
    """Return the level from which emission is seen as a line, where it is in sight."""
    if guards.seen_from is None:
        return None
    rect = range_rect(mapping, *SEEN_NM)
    y = round(mapping.y(guards.seen_from)) + 0.5
    if rect.width() <= 0 or not mapping.top + look.px(20) <= y <= mapping.top + mapping.height:
        return None
    return QLineF(rect.left(), y, rect.right(), y)


def _put(
    said: list[Note],
    blocked: Sequence[QRectF],
    area: QRectF,
    look: Look,
    lines: tuple[str, ...],
    sides: tuple[float, float],
    top: float,
    *,
    left_first: bool = False,
) -> None:
    """Add a note right of `sides[0]` or left of `sides[1]`, at the first height where it is free."""
    metrics = QFontMetricsF(look.font(12))
    wide = max(metrics.horizontalAdvance(line) for line in lines)
    high = look.px(15.0) * len(lines)
    right, left = (sides[0], False), (sides[1] - wide, True)
    for down in (0.0, high + 2, 2 * (high + 2)):
        for x, aligned in (left, right) if left_first else (right, left):
            rect = QRectF(x, top + down, wide, high)
            others = (*blocked, *(note.rect for note in said))
            if area.contains(rect) and not any(rect.intersects(other) for other in others):
                said.append(Note(lines, rect, aligned))
                return


def paint_guards(painter: QPainter, plan: GuardPlan, look: Look) -> None:
    """Paint the planned lines and notes."""
    ink = QColor(look.theme.ink2)
    pen = QPen(ink)
    pen.setCosmetic(True)
    pen.setDashPattern([4.0 * look.ratio, 3.0 * look.ratio])
    painter.setPen(pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLines(list(plan.dashes))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    in_font = look.font(12)
    metrics = QFontMetricsF(in_font)
    painter.setFont(in_font)
    for note in plan.notes:
        painter.fillRect(note.rect.adjusted(-2, 1, 2, 0), colour(look.theme.surface, LABEL_GROUND))
        painter.setPen(ink)
        each = note.rect.height() / len(note.lines)
        for index, line in enumerate(note.lines):
            x = note.rect.right() - metrics.horizontalAdvance(line) if note.right_aligned else note.rect.left()
            y = note.rect.top() + (index + 0.5) * each + metrics.capHeight() / 2
            painter.drawText(QPointF(x, y), line)
    painter.setPen(Qt.PenStyle.SolidLine)
