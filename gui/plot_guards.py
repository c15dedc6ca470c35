"""The places where something only looks like emission, and the level from which emission is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from analysis.look_alikes import LINE_HALF_NM
from analysis.wording import grouped
from gui.overlay_layer import Curve, Mapping
from gui.plot_frame import LABEL_GROUND, Look, blank_picture, dashed
from gui.theme import colour

SEEN_NM = (470.0, 600.0)  # where the level is drawn: dots are expected there
GUARD_HEIGHT = 0.46  # of the curves' height
LEAST_LEVEL_PX = 8.0  # a level nearer to zero tells nothing


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
        return self.excitation_nm - LINE_HALF_NM, self.excitation_nm + LINE_HALF_NM

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
    guards: Guards, mapping: Mapping, look: Look, unit: str, taken: Sequence[QRectF], curve: Curve | None
) -> GuardPlan:
    """Return what to draw for the guards.

    A note that would meet `taken`, another note or the curve goes to the other side, higher or lower; where
    nothing is free it is left out, and with it a line that nobody could tell the meaning of.
    """
    desk = _Desk(mapping, look, list(taken), curve)
    dashes: list[QLineF] = []
    hatched = guards.excitation and range_rect(mapping, *guards.excitation)
    if hatched and hatched.width() > 0:
        desk.blocked.append(hatched)
        line = nm_words(guards.excitation_nm or 0.0)
        wordings = [(f"excitation {line}, masked",), (f"excitation {line},", "masked")]
        desk.put(wordings, hatched.right() + 6, hatched.left() - 6, mapping.top, steps=(0, 1, 2))
    lines = [(words, nm) for words, nm in guards.all_lines if mapping.low_nm < nm < mapping.high_nm]
    for words, nm in lines:
        x = round(mapping.x(nm)) + 0.5
        top = mapping.top + mapping.height * (1 - GUARD_HEIGHT)
        desk.near = [
            QRectF(mapping.x(other) - 2, top, 4, mapping.height) for _, other in lines if abs(other - nm) > 0.1
        ]
        note = desk.put(_wrapped(words, nm), x + 6, x - 6, top, steps=(0, -1, -2, 1), left_first=True)
        if note is not None:
            dashes.append(QLineF(x, min(top, note.rect.top()), x, mapping.top + mapping.height))
    desk.near = []
    level = _level(guards, mapping, look)
    if level is not None:
        dashes.append(level)
        text = f"emission is seen from {grouped(guards.seen_from or 0.0)} {unit}"
        desk.put([(text,)], level.x1(), level.x2(), level.y1() - look.px(19), steps=(0,), over=True)
    return GuardPlan(tuple(dashes), tuple(desk.notes))


def _wrapped(words: str, nm: float) -> list[tuple[str, ...]]:
    """Return the words beside a line broken in several ways, each narrower than the one before."""
    number = f"{grouped(nm)} nm"
    start, _, last = words.rpartition(" ")
    return [(words, number), *([(start, f"{last} {number}"), (start, last, number)] if start else [])]


def _level(guards: Guards, mapping: Mapping, look: Look) -> QLineF | None:
    """Return the level from which emission is seen as a line, where it is in sight."""
    if guards.seen_from is None:
        return None
    rect = range_rect(mapping, *SEEN_NM)
    y = round(mapping.y(guards.seen_from)) + 0.5
    told = mapping.y(0.0) - y >= LEAST_LEVEL_PX and y >= mapping.top + look.px(20)
    if rect.width() <= 0 or not told:
        return None
    return QLineF(rect.left(), y, rect.right(), y)


class _Desk:
    """Finds room for notes one after the other."""

    def __init__(self, mapping: Mapping, look: Look, blocked: list[QRectF], curve: Curve | None) -> None:
        self._mapping, self._look, self._curve = mapping, look, curve
        self._area = mapping.rect.adjusted(2, 0, -2, -2)
        self.blocked = blocked
        self.near: list[QRectF] = []
        self.notes: list[Note] = []

    def put(
        self,
        wordings: Sequence[tuple[str, ...]],
        right_of: float,
        left_of: float,
        top: float,
        *,
        steps: tuple[int, ...],
        left_first: bool = False,
        over: bool = False,
    ) -> Note | None:
        """Add and return a note at the first place that is free; `steps` are heights to try, in its own height.

        `wordings` are the same words broken into lines in several ways, the best first. `over` allows a note to
        stand over the curve where nothing else is free.
        """
        tried = [
            self._note(lines, right_of, left_of, top, step, aligned)
            for step in steps
            for aligned in ((True, False) if left_first else (False, True))
            for lines in wordings
        ]
        free = [note for note in tried if self._free(note.rect)]
        curve = self._curve
        clear = [note for note in free if curve is None or not self._mapping.meets(curve, _wider(note.rect))]
        for note in clear or (free if over else []):
            self.notes.append(note)
            self.blocked.append(note.rect)
            return note
        return None

    def _note(
        self, lines: tuple[str, ...], right_of: float, left_of: float, top: float, step: int, aligned: bool
    ) -> Note:
        """Return a note right of a line, or (right-aligned) left of one."""
        metrics = QFontMetricsF(self._look.font(12))
        wide = max(metrics.horizontalAdvance(line) for line in lines)
        high = self._look.px(15.0) * len(lines)
        x = left_of - wide if aligned else right_of
        return Note(lines, QRectF(x, top + step * (high + 2), wide, high), aligned)

    def _free(self, rect: QRectF) -> bool:
        others = (*self.blocked, *self.near)
        return self._area.contains(rect) and not any(rect.intersects(other) for other in others)


def _wider(rect: QRectF) -> QRectF:
    return rect.adjusted(-6, -3, 6, 3)


def paint_dashes(painter: QPainter, plan: GuardPlan, look: Look) -> None:
    """Paint the planned lines; the notes beside them lie over the live curve."""
    painter.setPen(dashed(look.theme.ink2, look))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLines(list(plan.dashes))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def note_picture(note: Note, look: Look) -> QImage:
    """Return a note's words on their ground, as large as its rectangle and two pixels more to either side."""
    size = note.rect.size()
    image = blank_picture(size, look)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, 1, size.width() + 4, size.height() - 1), colour(look.theme.surface, LABEL_GROUND))
    painter.setPen(QColor(look.theme.ink2))
    in_font = look.font(12)
    metrics = QFontMetricsF(in_font)
    painter.setFont(in_font)
    each = size.height() / len(note.lines)
    for index, line in enumerate(note.lines):
        x = 2.0 + (size.width() - metrics.horizontalAdvance(line) if note.right_aligned else 0.0)
        painter.drawText(QPointF(x, (index + 0.5) * each + metrics.capHeight() / 2), line)
    painter.end()
    return image
