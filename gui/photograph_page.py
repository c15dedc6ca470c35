"""The page that takes a photograph of an aliquot, or chooses a file, and hands it to the station."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.actions import Act, cap
from gui.camera import Camera
from gui.desk import Desk
from gui.dress import Dress
from gui.lines_sheet import LinesSheet
from gui.set_up_page import Tabs
from gui.shown import photographs as shown
from gui.shown.notes import Note
from gui.shown.set_up import Line, shown_number
from gui.side_picture import SidePicture
from gui.thumbnails import Thumbnails
from station import orders
from station.attachment import Attachment
from station.photographs import exif, from_camera, from_file

TABS = Tabs("Photograph", ("Photograph", "Picture"), ("Photo", "View"))
FILES = "Pictures (*.jpg *.jpeg *.png *.webp *.bmp *.gif)"
CANNOT = "This picture cannot be shown. It can be kept all the same."
SEEN_MS = 60  # what the camera sees is drawn so often: enough to hold a vial still, and no load on a run


class PhotographPage(LinesSheet):
    """A sheet over plots and ladder. `send` sends an order down, `say` says a note in a toast."""

    page: SidePicture
    pages = len(TABS.words)

    def __init__(
        self,
        dress: Dress,
        desk: Desk,
        parent: QWidget,
        *,
        camera: Camera,
        pressed_act: Callable[[Act, int], None],
        send: Callable[[orders.Order], None],
        say: Callable[[Note], None],
    ) -> None:
        self._desk, self._parent, self._camera = desk, parent, camera
        self._send, self._say = send, say
        self._typed: dict[str, str] = {}
        self._shot: shown.Shot | None = None
        self._sent: Attachment | None = None
        self._page = 0
        self._thumbnails = Thumbnails(self._draw, parent)
        self._seen = QTimer(parent)
        self._seen.setSingleShot(True)
        self._seen.setInterval(SEEN_MS)
        self._seen.timeout.connect(self._draw)
        self.page = SidePicture(dress, self, pressed_act, parent, TABS)

    def open(self) -> None:
        """Show the page for the aliquot that is spoken of; only now the camera is asked for."""
        run, selected = self._desk.status.run, self._desk.selected
        number = shown.spoken_of(run, selected)
        self._typed = shown.typed(run, selected, shown.missing_light(run, number))
        self._shot = None
        self._camera.begin(self._look)
        self.turn(0)
        self.page.show()
        self.page.raise_()
        self._stand()

    def _stand(self) -> None:
        """Put the cursor where a picture comes from."""
        self.refresh()
        self.page.stand_on(shown.CHOOSE)
        self.page.stand_on(shown.TAKE)

    def close(self) -> None:
        """Put the page away and let the camera go; a picture that was not kept is forgotten."""
        self.page.end_edit()
        self.page.hide()
        self._camera.end()
        self._shot = None

    def refresh(self) -> None:
        """Show what follows from the newest status and from what has been chosen; say when a picture is in the run."""
        run = self._desk.status.run
        if self._sent is not None and run is not None:
            kept = next((each for each in run.photographs if each.picture is self._sent), None)
            if kept is not None:
                self._sent = None
                light = "ambient light" if kept.light == "ambient" else "UV"
                undo = "undo within the run"
                self._say(Note(f"Photograph kept with aliquot {kept.number}, {light}", undo, cap(Act.UNDO)))
        if self.is_open:
            self.page.show_lines(self._page, self._lines())

    def _look(self) -> None:
        """Draw what the camera sees soon, and what is known of it now."""
        if not self._seen.isActive():
            self._seen.start()

    def _draw(self) -> None:
        """Show the picture that waits to be kept, else what the camera sees."""
        if not self.is_open:
            return
        size = self.page.picture_size()
        if self._shot is None:
            eye = self._camera.eye()
            words = "" if eye.ready else eye.trouble or "The camera wakes up."
            self.page.show_picture(self._camera.sees(), words)
        elif not size.isEmpty():
            small = self._thumbnails.of(self._shot.picture, size, whole=True)
            broken = small is not None and small.isNull()
            self.page.show_picture(
                small, "This picture cannot be shown; it can be kept all the same." if broken else ""
            )
        self.refresh()

    # Keys

    def place(self, room: QRect) -> None:
        """Take this room."""
        self.page.setGeometry(room)
        self._draw()

    # What the page tells of

    def turn(self, page: int) -> None:
        """Show the lines, or the picture alone."""
        self.page.end_edit()
        self._page = page
        self.page.show_lines(page, self._lines())
        self._look()

    def take(self, name: str, by: int) -> None:
        """Take the option before or after; after the last comes the first."""
        line = next(line for line in self._lines() if line.name == name)
        at = line.options.index(line.value) if line.value in line.options else -1 if by > 0 else 0
        if line.options:
            self.type(name, line.options[(at + by) % len(line.options)])

    def type(self, name: str, text: str) -> None:
        """Keep what has been typed or chosen; another camera is used at once."""
        self._typed[name] = text
        if name == "camera":
            self._camera.choose(text)
        self.refresh()

    def press(self, name: str) -> None:
        """Do what a line says."""
        if name == shown.TAKE:
            self._camera.take(self._taken, self._failed)
        elif name == shown.CHOOSE:
            self._choose_file()
        elif name == shown.KEEP:
            self._keep()
        elif name == shown.AGAIN:
            self._shot = None
            self._typed.pop("exposure", None)
        self._draw()

    def _taken(self, data: bytes, exposure_s: float | None) -> None:
        """Take what the camera gave."""
        number = shown.chosen_number(self._typed)
        try:
            taken = from_camera(number or 0, shown.chosen_light(self._typed), data)
        except ValueError as slip:
            self._failed(str(slip))
            return
        self._wait(shown.Shot(taken, exposure_s or exif(data).exposure_s, by_camera=True))

    def _failed(self, words: str) -> None:
        again = "" if words.endswith(".") else ". Take it again, or choose a file."
        self._say(Note(f"{words}{again}", sign="triangle"))

    def _choose_file(self) -> None:
        """Take the file that is chosen, byte for byte."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Choose a photograph", "", FILES)
        if name:
            self.choose_file(Path(name))

    def choose_file(self, path: Path) -> None:
        """Take a file, byte for byte, or say why it is none that can be kept."""
        try:
            chosen = from_file(path)
        except ValueError as slip:
            self._failed(str(slip))
            return
        self._wait(shown.Shot(chosen, exif(chosen.data).exposure_s))

    def _wait(self, shot: shown.Shot) -> None:
        """Show a picture that waits to be kept."""
        self._shot = shot
        self._typed["exposure"] = shown_number(shot.exposure_s)
        self._draw()
        self.page.stand_on(shown.KEEP)

    def _keep(self) -> None:
        """Hand the picture to the station."""
        lamp_nm, exposure_s, wrong = shown.read(self._typed)
        number, shot = shown.chosen_number(self._typed), self._shot
        if wrong or number is None or shot is None:
            return
        light = shown.chosen_light(self._typed)
        picture = from_camera(number, light, shot.picture.data) if shot.by_camera else shot.picture
        self._sent, self._shot = picture, None
        self._send(orders.AddPhotograph(number, light, lamp_nm, exposure_s, picture))
        self._typed.pop("exposure", None)
        if light == "ambient":
            self._typed["light"] = shown.LIGHTS[1]  # the other of the pair comes next
        self._stand()

    def _lines(self) -> tuple[Line, ...]:
        if self._page != 0:
            return ()
        first = self._desk.status.obstacles.get("AddPhotograph", "")  # while something is measured it waits its turn
        return shown.lines(self._typed, self._desk.status.run, self._camera.eye(), self._shot, first=first)
