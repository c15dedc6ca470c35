"""What stands in the place of the plots while no spectrometer is connected: what to do, and the buttons for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui import words
from gui.actions import Act, cap
from gui.dress import GAP, Dress, Part, Text, paint, wrapped
from gui.key_button import KeyButton
from gui.shown.bench import Button
from gui.shown.set_up import PAGES
from gui.theme import colour
from instruments.spectrometer import DeviceListing

WIDEST = 600
MOST_DEVICES = 6
DOCTOR = PAGES.index("Doctor") + 1


class NoSpectrometer(QWidget):
    """Says calmly that none is connected, why one that is there cannot be opened, or lets one of several be chosen."""

    def __init__(
        self, dress: Dress, pressed_act: Callable[[Act, int], None], parent: QWidget, *, offers_virtual: bool
    ) -> None:
        super().__init__(parent)
        self._dress = dress
        self._pressed_act = pressed_act
        self._devices: tuple[DeviceListing, ...] = ()
        self._choices: list[KeyButton] = []
        look = Button(Act.LOOK_AGAIN, "Look again", "at once", cap(Act.LOOK_AGAIN), "primary")
        virtual = Button(
            Act.VIRTUAL,
            "Use the virtual spectrometer",
            "always marked as virtual",
            cap(Act.VIRTUAL),
            short_title="Virtual spectrometer",
        )
        offered = (look, virtual) if offers_virtual else (look,)
        self._buttons = [KeyButton(button, dress, pressed_act, self) for button in offered]

    @property
    def devices(self) -> tuple[DeviceListing, ...]:
        """Get the spectrometers that can be chosen, in the order of their numbers."""
        return tuple(device for device in self._devices if not device.obstacle)[:MOST_DEVICES]

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        self._dress = dress
        for button in (*self._buttons, *self._choices):
            button.set_dress(dress)
        self._place()
        self.update()

    def show_devices(self, devices: tuple[DeviceListing, ...]) -> None:
        """Show what is connected after all; what is virtual is offered on its own and never counted."""
        real = tuple(device for device in devices if not device.virtual)
        if real == self._devices:
            return
        self._devices = real
        for choice in self._choices:
            choice.hide()
            choice.deleteLater()
        self._choices = []
        for number, device in enumerate(self.devices, start=1):
            shown = Button(Act.CHOOSE, f"{device.model} {device.serial}", cap=str(number))
            choice = KeyButton(shown, self._dress, self._pressed_act, self)
            choice.set_number(number)
            choice.show()
            self._choices.append(choice)
        self._place()
        self.update()

    def _sentences(self) -> tuple[str, list[str]]:
        """Return the headline and what to do."""
        blocked = [device for device in self._devices if device.obstacle]
        said = [f"{device.model} {device.serial}: {device.obstacle}" for device in blocked]
        if self.devices:
            count = words.counted(len(self.devices), "spectrometer")
            choose = "Choose the one to measure with." if len(self.devices) > 1 else "Open it to measure with it."
            return f"{count} {'is' if len(self.devices) == 1 else 'are'} connected", [choose, *said]
        if blocked:
            return "No spectrometer is ready", said
        return "No spectrometer is connected", [
            f"Plug its USB cable in: it opens by itself. If not, ask the doctor: {cap(Act.SET_UP)}, {DOCTOR}.",
            "Without one, the virtual spectrometer measures a virtual CdTe flask, so nothing can break."
            if len(self._buttons) > 1
            else "Runs that were recorded are opened with: main.py review FILE",
        ]

    def _room(self) -> QRectF:
        """Return the column in the middle that text and buttons share."""
        width = min(self._dress.scaled(WIDEST), self.width() - 48.0)
        return QRectF((self.width() - width) / 2, 0, width, self.height())

    def _rows(self) -> list[str]:
        """Return what to do in lines."""
        made, width = self._dress.font(14), self._room().width()
        return [row for sentence in self._sentences()[1] for row in wrapped(sentence, made, width)]

    @property
    def _title_px(self) -> int:
        """Get the size of the headline; where type is large it stands out enough at 20."""
        return 28 if self._dress.scale < 1.5 else 20

    def _title_rows(self) -> list[str]:
        """Return the headline in lines."""
        return wrapped(self._sentences()[0], self._dress.font(self._title_px, 600), self._room().width())

    def _top(self) -> float:
        """Return where the text begins so that all stands a little above the middle."""
        tall = self._text_height() + 24 + self._dress.scaled(56)
        return max(24.0, (self.height() - tall) * 0.42)

    def _text_height(self) -> float:
        return (
            len(self._title_rows()) * self._dress.line(self._title_px)
            + 8
            + len(self._rows()) * (self._dress.line(14) + 4)
        )

    def parts(self) -> list[Part]:
        """Return headline and lines where they stand."""
        dress, theme, room = self._dress, self._dress.theme, self._room()
        y = self._top()
        parts: list[Part] = []
        for row in self._title_rows():
            at = QRectF(room.left(), y, room.width(), dress.line(self._title_px))
            parts.append(Text(row, at, dress.font(self._title_px, 600), colour(theme.ink)))
            y += dress.line(self._title_px)
        y += 8
        for row in self._rows():
            at = QRectF(room.left(), y, room.width(), dress.line(14))
            parts.append(Text(row, at, dress.font(14), colour(theme.ink2)))
            y += dress.line(14) + 4
        return parts

    def _place(self) -> None:
        """Put devices and buttons under the text; buttons stand over each other where type is large."""
        room = self._room()
        y = self._top() + self._text_height() + 20
        tall = self._dress.scaled(44)
        for choice in self._choices:
            choice.setGeometry(round(room.left()), round(y), round(room.width()), round(tall))
            y += tall + GAP
        tall = self._dress.scaled(56)
        needs = [button.needed_width for button in self._buttons]
        beside = sum(needs) + GAP <= room.width()
        left = room.left()
        for button, need in zip(self._buttons, needs, strict=True):
            width = need + (room.width() - sum(needs) - GAP) / len(needs) if beside else room.width()
            button.setGeometry(round(left), round(y), round(width), round(tall))
            if beside:
                left += width + GAP
            else:
                y += tall + GAP

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep everything in the middle."""
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground of the plots and the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self._dress.theme.surface))
        paint(painter, self.parts())
        painter.end()
