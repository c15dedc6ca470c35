"""The health bar: health is a state, not a message. It shortens what is well, never what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.actions import Act, cap
from gui.dress import MARGIN, Dress, Mark, Part, Text, hairline, paint
from gui.marks import MarkName
from gui.shown.health import Field, Health
from gui.theme import colour

_SIGNS: dict[Health, MarkName] = {"ok": "tick", "stale": "triangle", "bad": "octagon", "on": "dot", "off": "ring"}
_SIDE = 11.0
_SIGN_GAP = 7.0
_APART = 16.0
_GIVES_WAY = (
    "corrections",
    "device",
    "optics",
    "wavelength",
    "exposure",
    "awake",
    "sound",
    "watching",
    "continuous",
    "Probe",
    "file",
    "calibration",
    "room",
    "UV",
)
_LEFT_OUT = tuple(name for name in _GIVES_WAY if name not in ("device", "UV", "continuous", "watching"))
LEADS = f"A click, or {cap(Act.HEALTH)}, leads to what can be done about it."


class HealthBar(QWidget):
    """Paints the fields in one line; `pressed` gets the name of one that is clicked."""

    def __init__(self, dress: Dress, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dress = dress
        self._fields: tuple[Field, ...] = ()
        self.pressed: Callable[[str], None] = lambda field: None
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Get all fields with all their words."""
        return self._fields

    @property
    def shown(self) -> tuple[Field, ...]:
        """Get the fields with the words that fit now."""
        return self._fitting()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def show_fields(self, fields: tuple[Field, ...]) -> None:
        """Show other fields."""
        if fields != self._fields:
            self._fields = fields
            self.setAccessibleName(". ".join(field.full for field in fields))
            self.update()

    def _room(self, field: Field) -> float:
        """Return the width a field takes with its full words."""
        weight = 600 if field.health in ("stale", "bad") else 400
        words = self._dress.width(field.full, 12, 600 if weight == 600 else 400)
        return self._dress.scaled(_SIDE) + _SIGN_GAP + words + 1

    def _fitting(self) -> tuple[Field, ...]:
        """Return the fields with the words that fit: what is well is shortened first, then left out."""
        fields = list(self._fields)
        room = self.width() - 2 * MARGIN

        def too_wide() -> bool:
            return sum(self._room(field) + _APART for field in fields) - _APART > room

        for leave_out, names in ((False, _GIVES_WAY), (True, _LEFT_OUT)):
            for name in names:
                if not too_wide():
                    return tuple(fields)
                for index, field in enumerate(fields):
                    if field.name == name and field.health in ("ok", "on", "off"):
                        fields[index : index + 1] = [] if leave_out else [replace(field, full=field.short)]
                        break
        for index, field in enumerate(fields):
            if too_wide():
                fields[index] = replace(field, full=field.short)
        if too_wide():
            fields = [field for field in fields if field.name != "silence"]
        return tuple(fields)

    def _places(self) -> list[tuple[Field, float]]:
        """Return the fields that fit, each with its left edge."""
        fields = self._fitting()
        spare = self.width() - 2 * MARGIN - sum(self._room(field) for field in fields)
        apart = min(24.0, spare / max(1, len(fields) - 1)) if len(fields) > 1 else 0.0
        places, left = [], float(MARGIN)
        for field in fields:
            places.append((field, left))
            left += self._room(field) + apart
        return places

    def _field_at(self, x: float) -> Field | None:
        """Return the field at a pixel, with all its words; None between two."""
        for shown, left in self._places():
            if left - _APART / 2 <= x < left + self._room(shown) + _APART / 2:
                return next(field for field in self._fields if field.name == shown.name)
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which field was clicked."""
        field = self._field_at(event.position().x())
        if event.button() is Qt.MouseButton.LeftButton and field is not None:
            self.pressed(field.name)

    def event(self, event: QEvent) -> bool:
        """Say all there is to say of the field under a pointer that rests on it or asks What's This."""
        if isinstance(event, QHelpEvent) and event.type() in (QEvent.Type.ToolTip, QEvent.Type.WhatsThis):
            field = self._field_at(event.pos().x())
            QToolTip.showText(event.globalPos(), "" if field is None else told(field), self)
            return True
        return super().event(event)

    def parts(self) -> list[Part]:
        """Return signs and words where they stand."""
        dress, theme = self._dress, self._dress.theme
        height = float(self.height())
        side = dress.scaled(_SIDE)
        parts: list[Part] = []
        for field, left in self._places():
            tone = {"stale": theme.stale, "bad": theme.alarm}.get(field.health, theme.ink2)
            sign = theme.ink3 if field.health == "ok" else tone
            strong = field.health in ("stale", "bad")
            parts.append(Mark(_SIGNS[field.health], QRectF(left, (height - side) / 2, side, side), colour(sign)))
            start = left + side + _SIGN_GAP
            width = left + self._room(field) - start
            made = dress.font(12, 600 if strong else 400)
            parts.append(Text(field.full, QRectF(start, 0, width, height), made, colour(tone)))
        return parts

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the hairline above and the fields."""
        painter = QPainter(self)
        hairline(painter, QPointF(0, 0), QPointF(self.width() - 1, 0), colour(self._dress.theme.line))
        paint(painter, self.parts())
        painter.end()


def told(field: Field) -> str:
    """Return all there is to say of a field, and where a click leads."""
    return "\n".join(filter(None, (field.full, field.more if field.more != field.full else "", LEADS)))
