"""The first run: four cards over the window, worked with the keys of the bench, and the live counts under them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFileDialog, QWidget

from analysis.spectrum import FloatArray
from gui import words
from gui.actions import Act
from gui.desk import Desk
from gui.dress import CORNER, Dress, Part, Text, hairline, paint, rounded
from gui.first_run_pictures import picture
from gui.first_run_plan import Plan, plan
from gui.shown.first_run import TITLE, FirstSteps, first_steps
from gui.theme import app_icon, colour
from station.events import LiveFrame
from station.settings import runs_folder
from station.store import SUFFIX

TICKS_NM = (50, 100, 200)

GO_THROUGH = (
    *(Act.DARK, Act.REFERENCE, Act.CAPTURE, Act.UNDO, Act.LIVE, Act.UV, Act.LEAVE, Act.KEYS),
    *(Act.LOOK_AGAIN, Act.SOUND, Act.THEME, Act.LARGER, Act.SMALLER, Act.CHOOSE, Act.VIRTUAL),
)
"""What a key does here as at the bench; any other leads back to the bench first."""


class FirstRun(QWidget):
    """Covers all under the header. What has no room at large type gives way: pictures, live counts, later texts.

    `pressed_act` gets what is pressed on it; `left` is called when it is put away. `on_review` opens a finished run.
    """

    def __init__(
        self,
        dress: Dress,
        desk: Desk,
        parent: QWidget,
        *,
        pressed_act: Callable[[Act, int], None],
        offers_virtual: bool,
    ) -> None:
        super().__init__(parent)
        self._dress, self._desk, self._pressed_act = dress, desk, pressed_act
        self._offers_virtual = offers_virtual
        self._icon = app_icon()
        self._shown = FirstSteps("", (), "")
        self._share: FloatArray | None = None
        self.left: Callable[[], None] = lambda: None
        self.on_review: Callable[[str], None] | None = None
        self.hide()

    @property
    def shown(self) -> FirstSteps:
        """Get what is shown."""
        return self._shown

    @property
    def cards(self) -> tuple[QRectF, ...]:
        """Get the rooms of the four cards."""
        return self._plan().cards

    @property
    def is_open(self) -> bool:
        """Get whether it is shown."""
        return not self.isHidden()

    def open(self, now_s: float) -> None:
        """Show it."""
        self.show()
        self.raise_()
        self.refresh(now_s)

    def leave(self) -> None:
        """Put it away; the bench is as it is."""
        if self.is_open:
            self.hide()
            self._share = None
            self.left()

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        self.update()

    def set_room(self, room: QRect) -> None:
        """Take the room under the header."""
        self.setGeometry(room)

    def refresh(self, now_s: float) -> None:
        """Show what follows from the newest status; what needs an answer on the bench leads back to it."""
        if not self.is_open:
            return
        desk = self._desk
        if desk.status.fault is not None or (desk.status.onset is not None and desk.status.onset_answer is None):
            self.leave()
            return
        shown = first_steps(desk.status, desk.progress, now_s, offers_virtual=self._offers_virtual)
        if shown != self._shown:
            self._shown = shown
            cards = (f"{step.title}, {step.said}: {step.text} {step.cap}" for step in shown.steps)
            self.setAccessibleName(f"{TITLE}. {shown.about}")
            self.setAccessibleDescription(" ".join(cards))
            self.update()

    def show_live(self, frame: LiveFrame | None) -> None:
        """Draw the newest live counts, or none."""
        if self.is_open:
            self._share = None if frame is None else frame.lamp_share
            self.update(self._plan().live.toAlignedRect())

    def act(self, act: Act) -> bool:
        """Do what a key asks for here, or put this away first; return whether that was all of it."""
        if not self.is_open or act in GO_THROUGH:
            return False
        if act is Act.CONFIRM:
            self._confirm()
        elif act is Act.BACKGROUND:
            self._look_at_a_run()
        elif act not in (Act.EARLIER, Act.LATER, Act.UP, Act.DOWN):
            self.leave()
            return False
        return True

    def _confirm(self) -> None:
        """Open the virtual spectrometer, or go to the bench after the last card; the cards between have their keys."""
        comes = self._shown.next_one
        if comes is None:
            self.leave()
        elif comes.act is Act.VIRTUAL:
            self._pressed_act(Act.VIRTUAL, 0)

    def _look_at_a_run(self) -> None:
        """Choose a finished run and open it in a window of its own."""
        name, _ = QFileDialog.getOpenFileName(self, "Choose a run", str(runs_folder()), f"Runs (*{SUFFIX})")
        if name and self.on_review is not None:
            self.on_review(name)

    def _plan(self) -> Plan:
        return plan(self._shown, self._dress, QRectF(self.rect()))

    def parts(self) -> list[Part]:
        """Return texts, signs and caps where they stand."""
        made = self._plan()
        return [*made.parts, *self._live_parts(made.live)]

    def _live_parts(self, room: QRectF) -> list[Part]:
        """Return what is said of the live counts, the ticks of both axes and the height of the peak."""
        dress, theme = self._dress, self._dress.theme
        if room.isEmpty():
            return []
        ink2, line = colour(theme.ink2), dress.line(12)
        axes = self._axes(room)
        head = dress.width("Live", 13, 600)
        at = QRectF(axes.left(), room.top() + 4, head + 1, dress.line(13))
        about = QRectF(at.right() + 10, at.top(), max(0.0, room.right() - at.right() - 18), at.height())
        parts: list[Part] = [
            Text("Live", at, dress.font(13, 600), colour(theme.ink)),
            Text(self._said_of_live(), about, dress.font(13), ink2, may_elide=True),
        ]
        for percent in (0, 50, 100):
            y = axes.bottom() - axes.height() * percent / 100
            left = QRectF(room.left(), y - line / 2, axes.left() - room.left() - 8, line)
            parts.append(Text(words.percent(percent / 100), left, dress.font(12), ink2, "right"))
        ticks = self._ticks(axes)
        for nm in ticks:
            said = f"{nm:.0f} nm" if nm == ticks[-1] else f"{nm:.0f}"
            width = dress.width(said, 12) + 2
            at = QRectF(self._x(axes, nm) - width / 2, axes.bottom() + 4, width, line)
            parts.append(Text(said, at, dress.font(12), ink2, "centre"))
        return parts

    def _said_of_live(self) -> str:
        peak = None if self._share is None else float(np.max(self._share))
        return self._shown.live if peak is None else f"{self._shown.live}, peak {words.percent(peak)}"

    def _axes(self, room: QRectF) -> QRectF:
        """Return the room of the curve itself."""
        dress = self._dress
        left = dress.width("100 %", 12) + 20
        return room.adjusted(left, dress.line(13) + 12, -14, -dress.line(12) - 8)

    def _span_nm(self) -> tuple[float, float]:
        info = self._desk.status.instrument
        return (340.0, 1025.0) if info is None else (float(info.wavelengths_nm[0]), float(info.wavelengths_nm[-1]))

    def _x(self, axes: QRectF, nm: float) -> float:
        low, high = self._span_nm()
        return axes.left() + axes.width() * (nm - low) / (high - low)

    def _ticks(self, axes: QRectF) -> list[float]:
        """Return even wavelengths whose labels have room."""
        low, high = self._span_nm()
        wide = self._dress.width("1000 nm", 12) + 16
        step = next((step for step in TICKS_NM if axes.width() * step / (high - low) >= wide), TICKS_NM[-1])
        ticks = np.arange(np.ceil(low / step) * step, high, step)
        return [float(nm) for nm in ticks if self._x(axes, float(nm)) + wide / 2 < axes.right() + 14]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, cards, pictures, live counts and texts."""
        painter = QPainter(self)
        theme, made = self._dress.theme, self._plan()
        painter.fillRect(self.rect(), colour(theme.window))
        side = round(made.icon.width())
        self._icon.paint(painter, round(made.icon.left()), round(made.icon.top()), side, side)
        for step, room in zip(self._shown.steps, made.cards, strict=False):
            ahead = step.state in ("next", "busy")
            edge = theme.accent if ahead else theme.edge if theme.high_contrast else theme.line
            edge = theme.alarm if step.state == "bad" else edge
            rounded(painter, room, CORNER, colour(theme.surface), colour(edge), 2.0 if ahead else 1.0)
            if step.state == "busy":
                filled = QRectF(room.left() + 2, room.bottom() - 6, (room.width() - 4) * step.fraction, 4)
                painter.fillRect(filled, colour(theme.accent))
        for step, room in zip(self._shown.steps, made.pictures, strict=False):
            picture(painter, step.act, room, self._dress, faint=step.state == "after")
        if not made.live.isEmpty():
            painter.fillRect(made.live, colour(theme.surface))
            self._paint_live(painter, self._axes(made.live))
        hairline(painter, QPointF(0, made.foot), QPointF(self.width() - 1, made.foot), colour(theme.line))
        paint(painter, made.parts + self._live_parts(made.live))
        painter.end()

    def _paint_live(self, painter: QPainter, axes: QRectF) -> None:
        """Paint grid and curve; a share above full scale is drawn at full scale."""
        theme = self._dress.theme
        for percent in (0, 50, 100):
            y = axes.bottom() - axes.height() * percent / 100
            token = theme.edge if percent == 0 else theme.line
            hairline(painter, QPointF(axes.left(), y), QPointF(axes.right(), y), colour(token))
        info = self._desk.status.instrument
        if self._share is None or info is None or self._share.size != info.wavelengths_nm.size:
            return
        across = np.linspace(axes.left(), axes.right(), self._share.size)
        up = axes.bottom() - axes.height() * np.clip(self._share, 0.0, 1.0)
        every = max(1, self._share.size // max(1, round(axes.width())))
        points = [QPointF(float(x), float(y)) for x, y in zip(across[::every], up[::every], strict=True)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = QPolygonF([axes.bottomLeft(), *points, axes.bottomRight()])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.ink, 0.09))
        painter.drawPolygon(under)
        painter.setPen(QPen(colour(theme.ink), 1))
        painter.drawPolyline(QPolygonF(points))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Do with a click what the key does."""
        if event.button() is Qt.MouseButton.LeftButton:
            for act, room in self._plan().clicks:
                if room.contains(event.position()):
                    self._pressed_act(act, 0)
                    return
