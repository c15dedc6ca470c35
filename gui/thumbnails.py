"""Small pictures of photographs: decoded in a thread of their own when they are first to be seen, and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from station.attachment import Attachment

LOOK_MS = 30
MOST = 128  # pictures that are kept: a page of the strip several times over
_TURNED = QImageIOHandler.Transformation.TransformationRotate90


class Thumbnails(QObject):
    """Gives photographs in the size they are shown. `changed` is called when one more can be seen."""

    def __init__(self, changed: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = changed
        self._threads: ThreadPoolExecutor | None = None
        self._found: OrderedDict[tuple[int, int, int, bool], tuple[Attachment, Future[QImage | None]]] = OrderedDict()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._waiting: list[Future[QImage | None]] = []

    def of(self, picture: Attachment, size: QSize, *, whole: bool = False) -> QImage | None:
        """Return a picture that fills this size, or all of it within the size; a null image where its bytes show
        nothing, None as long as it is being decoded.
        """
        key = (id(picture), size.width(), size.height(), whole)
        known = self._found.get(key)
        if known is not None:
            self._found.move_to_end(key)
            return (known[1].result() or QImage()) if known[1].done() else None
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "photographs")
        made = self._threads.submit(decoded, picture.data, size, whole=whole)
        self._found[key] = (picture, made)  # the picture is kept, so that its id stays its own
        while len(self._found) > MOST:
            self._found.popitem(last=False)
        self._waiting.append(made)
        self._timer.start()
        return None

    def look(self) -> None:
        """Say so when a picture has been decoded since the last look."""
        done = [each for each in self._waiting if each.done()]
        if done:
            self._waiting = [each for each in self._waiting if not each.done()]
            self._changed()
        if not self._waiting:
            self._timer.stop()


def decoded(data: bytes, size: QSize, *, whole: bool) -> QImage | None:
    """Return a picture as the camera was held, cut to fill `size` or `whole` within it; None where it shows nothing.

    Any thread.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    how = Qt.AspectRatioMode.KeepAspectRatio if whole else Qt.AspectRatioMode.KeepAspectRatioByExpanding
    own = reader.size()
    if own.isValid():
        turned = bool(reader.transformation().value & _TURNED.value)
        target = own.scaled(size.transposed() if turned else size, how)
        if target.width() < own.width():
            reader.setScaledSize(target)  # a JPEG is decoded in this size at once
    image = reader.read()
    if image.isNull():
        return None
    image = image.scaled(size, how, Qt.TransformationMode.SmoothTransformation)
    if whole:
        return image
    left, top = (image.width() - size.width()) // 2, (image.height() - size.height()) // 2
    return image.copy(left, top, size.width(), size.height())
