"""What makes the window its user's own: theme, type, sounds, its place on the screen, the first run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gui import sounds as bench_sounds
from gui import theme as themes
from gui.actions import Act, cap
from gui.desk import Desk
from gui.dress import Dress
from gui.first_run import FirstRun
from gui.remembered import Place, Remembered, Wishes
from gui.shown.notes import Note
from gui.sounds import Sounds, Speaker
from station import events
from station.events import Event, State

SEEN_LEAST = (160, 40)  # of a window's upper edge, to take hold of


class Ease(QObject):
    """Puts wishes in force and remembers them; says by sound what has happened.

    `wear` shows the window in another dress, `say` says a note in a toast. `monotonic_s` is the time the onset's sound
    is repeated by.
    """

    def __init__(
        self,
        window: QWidget,
        desk: Desk,
        remembered: Remembered,
        *,
        wear: Callable[[Dress], None],
        dress: Callable[[], Dress],
        say: Callable[[Note], None],
        monotonic_s: Callable[[], float],
    ) -> None:
        super().__init__(window)
        self._window, self._desk, self._remembered = window, desk, remembered
        self._wear, self._dress, self._say, self._monotonic_s = wear, dress, say, monotonic_s
        self.sounds = Sounds()
        self._first_run: FirstRun | None = None
        self._now_s: Callable[[], float] = lambda: 0.0
        self._offers = False
        desk.wishes = remembered.wishes
        self._set_sounds()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow)

    # The first run

    def lead(self, first_run: FirstRun, now_s: Callable[[], float], *, offers: bool) -> None:
        """Lead through the first run: by itself, where `offers`, a user of whom nothing is remembered."""
        self._first_run, self._now_s = first_run, now_s
        self._offers = offers and self._remembered.is_new
        first_run.left = self._remembered.note_first_run_left

    def show_first_run(self) -> None:
        """Show the four cards."""
        self._offers = False
        if self._first_run is not None:
            self._first_run.open(self._now_s())

    def _show_cards(self) -> None:
        """Show the four cards to a new user who has no spectrometer; refresh them while they are there."""
        desk = self._desk
        if self._offers and desk.looked:
            connected = any(not device.virtual for device in desk.devices)
            if connected or desk.left_open is not None or desk.status.state is not State.DISCONNECTED:
                self._offers = False
            else:
                self.show_first_run()
        if self._first_run is not None:
            self._first_run.refresh(self._now_s())

    # Wishes

    def wish(self, wishes: Wishes) -> None:
        """Put wishes in force and remember them; a theme that was set for this day alone stays until another is."""
        before, self._desk.wishes = self._desk.wishes, wishes
        self._remembered.wish(wishes)
        dress, look = self._dress(), (wishes.room, wishes.contrast)
        theme = dress.theme if look == (before.room, before.contrast) else themes.chosen(*look)
        scale = dress.scale if wishes.type_percent == before.type_percent else wishes.type_percent / 100.0
        if (worn := Dress(theme, scale)) != dress:
            self._wear(worn)
        self._set_sounds()
        if (wishes.sound, wishes.volume_percent) != (before.sound, before.volume_percent):
            self.sounds.play("captured")

    def toggle_sound(self) -> None:
        """Switch all sounds off, or on again."""
        wishes = self._desk.wishes
        self.wish(replace(wishes, sound=not wishes.sound))
        on = self._desk.wishes.sound
        second = "" if on else "banner and window still tell what has happened"
        self._say(Note("Sound on" if on else "Sound off", second, cap(Act.SOUND), "dot" if on else "ring"))

    def _follow(self) -> None:
        """Wear what the system wears now, as far as that is wished."""
        wishes, dress = self._desk.wishes, self._dress()
        if "system" in (wishes.room, wishes.contrast):
            theme = themes.chosen(wishes.room, wishes.contrast)
            if theme != dress.theme:
                self._wear(replace(dress, theme=theme))

    # Sounds

    def find_speaker(self, found: Callable[[QObject], Speaker | None] = bench_sounds.speaker) -> None:
        """Look for something to play sounds with; until then, and without it, the window beeps."""
        self.sounds.speaker = found(self)
        self._desk.sound = "beeps"
        self._set_sounds()

    def _set_sounds(self) -> None:
        wishes = self._desk.wishes
        self.sounds.wanted, self.sounds.volume = wishes.sound, wishes.volume_percent / 100.0
        if not wishes.sound:
            self.sounds.hush()
        self._show_sounds()

    def _show_sounds(self) -> None:
        """Let the health bar say what is to be heard, once that is known."""
        if self._desk.sound:
            heard: Literal["on", "beeps"] = "on" if self.sounds.plays else "beeps"
            self._desk.sound = heard if self._desk.wishes.sound else "off"

    def hear(self, event: Event) -> None:
        """Let be heard what has happened; the onset until somebody has answered."""
        match event:
            case events.AliquotTaken(aliquot) if not aliquot.by_itself:
                self.sounds.play("captured")
            case events.Reminder():
                self.sounds.play("reminder")
            case events.OnsetFlagged():
                self.sounds.ring(self._monotonic_s())
            case events.Faulted():
                self.sounds.play("fault")
            case events.StatusChanged(status) if status.onset is None or status.onset_answer is not None:
                self.sounds.hush()
            case events.Stopped():
                self.sounds.hush()
            case _:
                pass

    def tick(self) -> None:
        """Do what time brings: the onset's sound again, the ages on the cards of the first run."""
        if self.sounds.rings:
            self.sounds.tick(self._monotonic_s())
        self._show_cards()
        self._show_sounds()

    # Where the window stands

    def restore(self, screens: list[QRect] | None = None) -> None:
        """Put the window where it stood last, if enough of it can be seen on one of the screens."""
        place = self._remembered.place
        on = [screen.availableGeometry() for screen in QGuiApplication.screens()] if screens is None else screens
        if place is None or not can_be_seen(place.room, on):
            return
        self._window.setGeometry(place.room)
        if place.maximised:
            self._window.showMaximized()

    @property
    def views(self) -> frozenset[str] | None:
        """Get the names of the views that were open when the window closed last, None where that is not known."""
        return self._remembered.views

    def keep(self, views: frozenset[str]) -> None:
        """Remember where the window stands, and which views are open in it."""
        self._remembered.keep_views(views)
        window = self._window
        full = window.isMaximized() or window.isFullScreen()
        self._remembered.keep_place(Place(window.normalGeometry() if full else window.geometry(), full))


def can_be_seen(room: QRect, screens: list[QRect]) -> bool:
    """Return whether a window's upper edge lies on one of the screens, far enough to take hold of it."""
    edge = QRect(room.left(), room.top(), room.width(), SEEN_LEAST[1])
    seen = [screen.intersected(edge) for screen in screens]
    return any(part.width() >= min(SEEN_LEAST[0], room.width()) and part.height() >= SEEN_LEAST[1] for part in seen)
