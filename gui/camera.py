"""The camera: QtMultimedia, loaded and asked for permission when the page for photographs opens, and not before."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCameraPermission, QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui.shown.photographs import Eye

if TYPE_CHECKING:
    from PySide6.QtMultimedia import (
        QCamera,
        QCameraDevice,
        QImageCapture,
        QMediaCaptureSession,
        QMediaDevices,
        QVideoFrame,
        QVideoSink,
    )

NONE = "No camera is connected. Plug one in, or choose a file."
DENIED = (
    "This computer does not let Aliquot use the camera. Allow it in the system's privacy settings, or choose a file."
)
ASKED = "The system asks whether Aliquot may use the camera."
MISSING = "This installation has no camera support. Choose a file."
NOT_TAKEN = "The camera gave no picture"

Taken = Callable[[bytes, float | None], None]
Failed = Callable[[str], None]


class Camera(Protocol):
    """What the page needs of a camera."""

    def begin(self, changed: Callable[[], None]) -> None:
        """Ask for permission and show what the camera sees; `changed` is called whenever something is another."""

    def end(self) -> None:
        """Let the camera go: its light is off."""

    def eye(self) -> Eye:
        """Return what is known of it now."""

    def sees(self) -> QImage | None:
        """Return what it sees now, None where it shows nothing."""

    def choose(self, name: str) -> None:
        """Use another camera."""

    def take(self, taken: Taken, failed: Failed) -> None:
        """Take a photograph: its bytes as the camera gave them and its exposure in s, or why there is none."""


class SystemCamera:
    """A camera of this computer."""

    def __init__(self) -> None:
        self._changed: Callable[[], None] = lambda: None
        self._trouble = ""
        self._owner: QObject | None = None
        self._devices: QMediaDevices | None = None
        self._session: QMediaCaptureSession | None = None
        self._camera: QCamera | None = None
        self._capture: QImageCapture | None = None
        self._sink: QVideoSink | None = None
        self._frame: QVideoFrame | None = None
        self._chosen = ""

    def begin(self, changed: Callable[[], None]) -> None:
        """Ask for permission and show what the camera sees."""
        self._changed, self._trouble = changed, ""
        app, permission = QApplication.instance(), QCameraPermission()
        if app is None:
            return
        self._owner = QObject()
        allowed = app.checkPermission(permission)
        if allowed is Qt.PermissionStatus.Undetermined:
            self._trouble = ASKED
            app.requestPermission(permission, self._owner, self._answered)
        elif allowed is Qt.PermissionStatus.Denied:
            self._trouble = DENIED
        else:
            self._open()

    def _answered(self, permission: QCameraPermission) -> None:
        """Take the person's answer to the system's question."""
        app = QApplication.instance()
        if self._owner is None or app is None:
            return  # the page was put away meanwhile
        granted = app.checkPermission(permission) is Qt.PermissionStatus.Granted
        self._trouble = "" if granted else DENIED
        if granted:
            self._open()
        self._changed()

    def _open(self) -> None:
        """Load QtMultimedia and open the first camera, if there is one."""
        try:
            from PySide6.QtMultimedia import QImageCapture, QMediaCaptureSession, QMediaDevices, QVideoSink
        except ImportError:
            self._trouble = MISSING
            return
        self._devices = QMediaDevices(self._owner)
        self._devices.videoInputsChanged.connect(self._plugged)
        self._session = QMediaCaptureSession(self._owner)
        self._sink, self._capture = QVideoSink(self._owner), QImageCapture(self._owner)
        self._capture.setQuality(QImageCapture.Quality.VeryHighQuality)
        self._session.setVideoSink(self._sink)
        self._session.setImageCapture(self._capture)
        self._sink.videoFrameChanged.connect(self._seen)
        self._plugged()

    def _plugged(self) -> None:
        """Use the camera that is wanted, else the first, else say that there is none."""
        names = self._names()
        if not names:
            self._chosen, self._trouble, self._frame, self._camera = "", NONE, None, None
        elif self._chosen not in names:
            self.choose(names[0])
        self._changed()

    def _inputs(self) -> list[QCameraDevice]:
        return [] if self._devices is None else list(self._devices.videoInputs())

    def _names(self) -> tuple[str, ...]:
        return tuple(device.description() for device in self._inputs())

    def choose(self, name: str) -> None:
        """Use the camera of this name."""
        from PySide6.QtMultimedia import QCamera

        device = next((each for each in self._inputs() if each.description() == name), None)
        if device is None or self._session is None:
            return
        if self._camera is not None:
            self._camera.stop()
        self._camera, self._chosen, self._trouble, self._frame = QCamera(device, self._owner), name, "", None
        self._camera.errorOccurred.connect(self._failed)
        self._session.setCamera(self._camera)
        self._camera.start()

    def _failed(self, _error: object, words: str) -> None:
        self._trouble = (
            f"{self._chosen} gives no picture ({words or 'it is in use elsewhere'}). Choose a file meanwhile."
        )
        self._frame = None
        self._changed()

    def _seen(self, frame: QVideoFrame) -> None:
        self._frame = frame
        self._changed()

    def end(self) -> None:
        """Let the camera go."""
        if self._camera is not None:
            self._camera.stop()
        if self._owner is not None:
            self._owner.deleteLater()
        self._owner = self._devices = self._session = self._camera = self._capture = self._sink = self._frame = None
        self._changed = lambda: None

    def eye(self) -> Eye:
        """Return what is known of it now."""
        ready = self._capture is not None and self._frame is not None and self._capture.isReadyForCapture()
        return Eye(self._names(), self._chosen, self._trouble, ready)

    def sees(self) -> QImage | None:
        """Return what it sees now."""
        return None if self._frame is None else self._frame.toImage()

    def take(self, taken: Taken, failed: Failed) -> None:
        """Take a photograph into a file of its own and hand on its bytes as they are."""
        capture, camera = self._capture, self._camera
        if capture is None or camera is None:
            failed(NOT_TAKEN)
            return
        handle, name = tempfile.mkstemp(prefix="aliquot-", suffix=".jpg")
        os.close(handle)
        exposure_s = camera.exposureTime()

        def saved(_number: int, path: str) -> None:
            let_go()
            data = Path(path).read_bytes()
            Path(path).unlink(missing_ok=True)
            taken(data, exposure_s if exposure_s > 0.0 else None)

        def broken(_number: int, _error: object, words: str) -> None:
            let_go()
            Path(name).unlink(missing_ok=True)
            failed(f"{NOT_TAKEN} ({words})" if words else NOT_TAKEN)

        def let_go() -> None:
            capture.imageSaved.disconnect(saved)
            capture.errorOccurred.disconnect(broken)

        capture.imageSaved.connect(saved)
        capture.errorOccurred.connect(broken)
        capture.captureToFile(name)
