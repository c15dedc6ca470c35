"""A page of lines with a picture beside them; where there is no room beside them the second tab shows the picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent

from gui.dress import GAP, Dress, Part, Text, paint, rounded
from gui.set_up_lines import broken
from gui.set_up_page import SetUpPage
from gui.theme import colour

LINES = 424  # the least width of the lines beside a picture, at 100 %
PICTURE = 260
PICTURE_PAGE = 1


class SidePicture(SetUpPage):
    """Paints lines and a picture, or words where there is none."""

    _image = QImage()
    _words = ""

    def show_picture(self, image: QImage | None, words: str = "") -> None:
        """Show a picture; None shows the words in its place. Words beside a picture stand under it."""
        self._image, self._words = image or QImage(), words
        self.update()

    def stand_on(self, name: str) -> None:
        """Put the cursor on a line, if it is there."""
        if any(line.is_active and line.name == name for line in self._lines):
            self._at = name
            self._show_cursor()
            self._arrange()

    @property
    def picture(self) -> QImage:
        """Get the picture that is shown; a null image for none."""
        return self._image

    @property
    def said(self) -> str:
        """Get the words that stand with the picture."""
        return self._words

    def picture_room(self) -> QRectF:
        """Return the room of the picture; empty where the page has none for it."""
        whole = super()._room()
        if self._page == PICTURE_PAGE:
            return whole.adjusted(0, GAP, 0, 0)
        left = whole.left() + round(self._dress.scaled(LINES)) + 2 * GAP
        if whole.right() - left < PICTURE:
            return QRectF()
        return QRectF(left, whole.top() + GAP, whole.right() - left, whole.height() - GAP)

    def picture_size(self) -> QSize:
        """Return the pixels of the screen that a picture has room for, words under it taken off."""
        room, ratio = self.picture_room(), self.devicePixelRatioF()
        foot = self._dress.line(13) * 2 + 6
        return QSize(int(room.width() * ratio), max(0, int((room.height() - foot) * ratio)))

    def _room(self) -> QRectF:
        room, beside = super()._room(), self.picture_room()
        if self._page != PICTURE_PAGE and not beside.isEmpty():
            room.setRight(beside.left() - 2 * GAP)
        return room

    def _image_room(self) -> QRectF:
        """Return where the picture stands: in its own shape, in the middle at the top of its room."""
        room, size = self.picture_room(), self.picture_size()
        ratio = self.devicePixelRatioF()
        fit = self._image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
        if self._image.width() <= size.width() and self._image.height() <= size.height():
            fit = self._image.size()
        wide, tall = fit.width() / ratio, fit.height() / ratio
        return QRectF(round(room.left() + (room.width() - wide) / 2), round(room.top()), round(wide), round(tall))

    def parts(self) -> list[Part]:
        """Return the parts of the page, and the words with the picture."""
        return [*super().parts(), *self._word_parts()]

    def _word_parts(self) -> list[Part]:
        room, dress = self.picture_room(), self._dress
        if room.isEmpty() or not self._words:
            return []
        rows, line = broken(self._words, dress.font(13), room.width() - 4), dress.line(13)
        top = room.top() + room.height() / 2 - len(rows) * line / 2
        if not self._image.isNull():
            top = self._image_room().bottom() + 6
        rows = rows[: max(1, int((room.bottom() - top) / line))]
        ink = colour(dress.theme.ink2)
        return [
            Text(row, QRectF(room.left(), top + n * line, room.width(), line), dress.font(13), ink, "centre")
            for n, row in enumerate(rows)
        ]

    def set_dress(self, dress: Dress) -> None:
        """Set theme and scale."""
        super().set_dress(dress)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page, and the picture in its room."""
        super().paintEvent(event)
        room = self.picture_room()
        if room.isEmpty():
            return
        painter = QPainter(self)
        if self._image.isNull():
            rounded(painter, room, 0.0, colour(self._dress.theme.window), colour(self._dress.theme.line))
            paint(painter, self._word_parts())
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._image_room(), self._image)
            rounded(painter, self._image_room(), 0.0, None, colour(self._dress.theme.line))
        painter.end()
