"""The set-up of the bench: what has been typed on its pages, and the orders that follow from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from gui.actions import Act
from gui.desk import Desk
from gui.dress import Dress
from gui.ease import Ease
from gui.lines_sheet import LinesSheet
from gui.set_up_page import SetUpPage
from gui.shown import (
    set_up_by_itself,
    set_up_device,
    set_up_doctor,
    set_up_lights,
    set_up_onset,
    set_up_optics,
    set_up_window,
)
from gui.shown.notes import Note
from gui.shown.set_up import PAGES, Line, Offered
from station import orders
from station.events import Status
from station.light_choices import led_drivers, serial_ports

DEVICE, LIGHTS, OPTICS, BY_ITSELF, WINDOW, DOCTOR = range(len(PAGES))
FIELD_PAGES = {
    "device": DEVICE,
    "exposure": DEVICE,
    "wavelength": DEVICE,
    "Probe": LIGHTS,
    "UV": LIGHTS,
    "optics": OPTICS,
    "corrections": OPTICS,
    "continuous": BY_ITSELF,
    "watching": BY_ITSELF,
    "sound": WINDOW,
    "silence": WINDOW,
}


class SetUp(LinesSheet):
    """Decides what the pages show and what their lines do. Nothing is sent before a line that applies is pressed.

    `send` sends an order down, `say` says a note in a toast. `ease` is what the window's own page changes, at once.
    """

    pages = len(PAGES)

    def __init__(
        self,
        dress: Dress,
        desk: Desk,
        parent: QWidget,
        *,
        pressed_act: Callable[[Act, int], None],
        send: Callable[[orders.Order], None],
        say: Callable[[Note], None],
    ) -> None:
        self._desk, self._parent, self._send, self._say = desk, parent, send, say
        self._number = DEVICE
        self._typed: dict[int, dict[str, str]] = {}
        self._ports: Offered = Offered()
        self._looking = False
        self.ease: Ease | None = None
        self.page = SetUpPage(dress, self, pressed_act, parent)

    def open_for(self, field: str) -> None:
        """Open the page that a field of the health bar belongs to, if one does."""
        if field in FIELD_PAGES:
            self.open_at(DOCTOR if self._desk.status.instrument is None and field == "device" else FIELD_PAGES[field])

    def open(self) -> None:
        """Show the page that was open last."""
        self.open_at(self._number)

    def open_at(self, page: int) -> None:
        """Show a page as things stand."""
        self._typed.clear()
        self.turn(page)
        self.page.show()
        self.page.raise_()

    def close(self) -> None:
        """Put the page away; what was not applied is forgotten."""
        self.page.end_edit()
        self.page.hide()
        self._typed.clear()

    def examined(self, report: str) -> None:
        """Take what the doctor found."""
        self._looking = False
        self._desk.report = report
        self.refresh()

    def refresh(self) -> None:
        """Show what follows from the newest status and from what has been typed."""
        if self.is_open:
            self.page.show_lines(self._number, self._lines())

    # What the page tells of

    def turn(self, page: int) -> None:
        """Show another page; ports are listed by name when their page is opened."""
        self.page.end_edit()
        self._number = page
        if page == LIGHTS:
            info = self._desk.status.instrument
            virtual = info is not None and info.virtual
            self._ports = Offered(ports=serial_ports(virtual=virtual), presets=led_drivers())
        self.page.show_lines(page, self._lines())

    def take(self, name: str, by: int) -> None:
        """Take the option before or after; after the last comes the first."""
        line = next(line for line in self._lines() if line.name == name)
        at = line.options.index(line.value) if line.value in line.options else -1 if by > 0 else 0
        self.type(name, line.options[(at + by) % len(line.options)])

    def type(self, name: str, text: str) -> None:
        """Keep what has been typed or chosen; how the window is wished holds at once."""
        if self.ease is not None and self._number == WINDOW and name in set_up_window.WISHES:
            self.ease.wish(set_up_window.wished(self._desk.wishes, name, text))
            self.refresh()
            return
        self._typed.setdefault(self._number, {})[name] = text
        self.refresh()

    def press(self, name: str) -> None:
        """Do what a line says; what was typed for other lines of the page stays."""
        found = [order for order in (self._before(name), self._order(name)) if order is not None]
        if found:
            typed, applied = self._typed.get(self._number, {}), _fields_of(name)
            self._typed[self._number] = {field: text for field, text in typed.items() if not applied(field)}
            self._looking = isinstance(found[0], orders.Examine)
            for order in found:
                self._send(order)
        elif self.ease is not None and name == set_up_window.PLAY:
            self.ease.sounds.play(set_up_window.chosen_sound(self.typed))
        elif self.ease is not None and name == set_up_window.FIRST_STEPS:
            self.close()
            self.ease.show_first_run()
        elif name == set_up_by_itself.CHOOSE:
            self._choose_folder()
        elif name == set_up_doctor.COPY:
            self.copy()
        elif name == set_up_doctor.SAVE:
            self._save()
        self.refresh()

    def copy(self) -> None:
        """Copy what the doctor found."""
        if self._desk.report:
            QApplication.clipboard().setText(self._desk.report)
            self._say(Note("Copied: what the doctor found"))

    # What follows

    @property
    def typed(self) -> dict[str, str]:
        """Get what stands on the open page: as typed, or as things are."""
        return self._as_it_stands() | self._typed.get(self._number, {})

    def _as_it_stands(self) -> dict[str, str]:
        status = self._desk.status
        if self._number == DEVICE:
            return set_up_device.typed(status)
        if self._number == LIGHTS:
            return set_up_lights.typed(status.lighting, status.uv_by_hand_s)
        if self._number == OPTICS:
            return set_up_optics.typed(status.optics) | set_up_onset.typed(status)
        if self._number == BY_ITSELF:
            return set_up_by_itself.typed(status)
        if self._number == WINDOW:
            return set_up_window.typed(self._desk.wishes, status)
        return {}

    def _offered(self) -> Offered:
        return Offered(self._desk.devices, self._ports.ports, self._ports.presets)

    def _lines(self) -> tuple[Line, ...]:
        status, now = self._desk.status, self.typed
        if self._number == DEVICE:
            return set_up_device.lines(now, status, self._offered(), self._desk.progress)
        if self._number == LIGHTS:
            return set_up_lights.lines(now, status, self._offered())
        if self._number == OPTICS:
            return (*set_up_optics.lines(now, status), *set_up_onset.lines(now, status))
        if self._number == BY_ITSELF:
            return set_up_by_itself.lines(now, status)
        if self._number == WINDOW:
            return set_up_window.lines(now, status, self._desk.sound)
        return set_up_doctor.lines(self._desk.report, looking=self._looking)

    def _before(self, name: str) -> orders.Order | None:
        """Return what has to be in force before a line's own order."""
        return set_up_device.back_end(self.typed, self._desk.status) if name == set_up_device.OPEN else None

    def _order(self, name: str) -> orders.Order | None:
        """Return the order a line stands for, None for one that is done here."""
        status, now = self._desk.status, self.typed
        made: dict[str, Callable[[], orders.Order | None]] = {
            set_up_device.OPEN: lambda: set_up_device.opening(now, status, self._offered()),
            set_up_device.COOL: lambda: set_up_device.cooling(now),
            set_up_device.EXPOSE: lambda: _use_exposures(now, status),
            set_up_device.FIND: orders.FindExposures,
            set_up_lights.APPLY: lambda: _use_lighting(now, status, self._offered()),
            set_up_lights.UV_TIME: lambda: _use_uv_time(now),
            set_up_optics.APPLY: lambda: _use_optics(now, status),
            set_up_optics.RESPONSE: self._chosen_response,
            set_up_optics.NO_RESPONSE: lambda: orders.UseResponse(None),
            set_up_onset.APPLY: lambda: _use_onset(now),
            set_up_by_itself.START: lambda: set_up_by_itself.starting(now)[0],
            set_up_by_itself.STOP: orders.StopContinuous,
            set_up_by_itself.WATCH: lambda: set_up_by_itself.watching(now),
            set_up_by_itself.UNWATCH: orders.StopWatching,
            set_up_window.USE: lambda: set_up_window.using(now),
            set_up_window.TRY: lambda: set_up_window.trying(now),
            set_up_doctor.EXAMINE: orders.Examine,
        }
        if name.startswith(set_up_device.CHECK):
            return orders.CheckWavelength(name.removeprefix(set_up_device.CHECK))
        return made[name]() if name in made else None

    def _chosen_response(self) -> orders.Order | None:
        """Return the order to use the response file that is chosen, None where none is."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Choose a spectral response", "", "Tables (*.csv *.txt)")
        return orders.UseResponse(name) if name else None

    def _choose_folder(self) -> None:
        """Keep the folder that is chosen, until it is watched."""
        title, now = "Choose the folder of the other program's spectra", self.typed.get("folder", "")
        folder = QFileDialog.getExistingDirectory(self._parent, title, now)
        if folder:
            self.type("folder", folder)

    def _save(self) -> None:
        """Write what the doctor found to a file that is chosen."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save what the doctor found", "aliquot-doctor.txt")
        if not name:
            return
        try:
            Path(name).write_text(self._desk.report + "\n", encoding="utf-8")
        except OSError as trouble:
            why = trouble.strerror or type(trouble).__name__
            self._say(Note(f"Not saved: {why}. Choose another folder.", sign="triangle"))
            return
        self._say(Note(f"Saved: {Path(name).name}"))


def _fields_of(line: str) -> Callable[[str], bool]:
    """Return which fields a line puts in force when it is pressed."""
    exposing = (set_up_device.EXPOSE, set_up_device.FIND)
    if line in exposing:
        return lambda field: field.endswith(("_ms", "_scans"))
    taken = {
        set_up_device.OPEN: ("absorbance", "emission", "backend"),
        set_up_device.COOL: ("cool_c",),
        set_up_lights.UV_TIME: ("uv.by_hand",),
        set_up_onset.APPLY: set_up_onset.FIELDS,
        set_up_by_itself.START: set_up_by_itself.OF_READINGS,
        set_up_by_itself.STOP: (),
        set_up_by_itself.WATCH: set_up_by_itself.OF_FOLDER,
        set_up_by_itself.UNWATCH: (),
        set_up_window.USE: ("command",),
        set_up_window.TRY: (),
    }
    if line in taken:
        return lambda field: field in taken[line]
    if line == set_up_lights.APPLY:
        return lambda field: field != "uv.by_hand"
    return lambda field: line == set_up_optics.APPLY and field not in set_up_onset.FIELDS


def _use_exposures(typed: dict[str, str], status: Status) -> orders.Order | None:
    exposures, _ = set_up_device.exposures(typed, status)
    return None if exposures is None else orders.UseExposures(exposures)


def _use_lighting(typed: dict[str, str], status: Status, offered: Offered) -> orders.Order | None:
    lighting, _ = set_up_lights.read(typed, status, offered)
    return None if lighting is None else orders.UseLighting(lighting)


def _use_uv_time(typed: dict[str, str]) -> orders.Order | None:
    seconds, _ = set_up_lights.by_hand_s(typed)
    return None if seconds is None else orders.UseUvTime(seconds)


def _use_onset(typed: dict[str, str]) -> orders.Order | None:
    test, _ = set_up_onset.read(typed)
    return None if test is None else orders.UseOnset(*test)


def _use_optics(typed: dict[str, str], status: Status) -> orders.Order | None:
    optics, _ = set_up_optics.read(typed, status.optics.corrections.response)
    return None if optics is None else orders.UseOptics(optics)
