"""The bench window: everything is drawn from the newest Status and the clock; keys and buttons become orders."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme as themes
from gui.actions import Act, cap, install
from gui.aliquot_edits import followed
from gui.bench_keys import BenchKeys
from gui.bridge import Bridge, StationLink
from gui.closing import ask_to_close, is_recording, stopped
from gui.desk import Desk
from gui.dress import Dress
from gui.ease import Ease
from gui.number_fields import NumberFields
from gui.panels import Panels
from gui.remembered import Remembered
from gui.shown import banner, bench, happened, header, health, ladder, readouts, run_times, uv
from gui.shown.awaited import awaited
from gui.shown.notes import Note, note
from gui.shown.uv import UvSign
from gui.urgent_keys import UrgentKeys
from gui.views import open_views, show_views
from gui.whats_this import explain
from station import events, orders
from station.events import Event, State, Status
from station.settings import settings_folder
from station.stopping import onset_words

LEAST_SIZE = (1024, 640)
USUAL_SIZE = (1366, 768)
CLOSING_MS = 8000


class MainWindow(QWidget):
    """The window at the bench. `virtual` is the address it offers where nothing is connected (None: no offer).

    `on_uv` hands what is said of UV to the other windows of the program. `remembered` is what this user has read.
    """

    def __init__(
        self,
        link: StationLink,
        dress: Dress,
        *,
        virtual: str | None = None,
        on_review: Callable[[str], None] | None = None,
        on_uv: Callable[[UvSign | None], None] = lambda sign: None,
        remembered: Remembered | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._link = link
        self.dress = dress
        self.desk = Desk()
        self._closing = self._stopped = self._ended = False
        self._asked_for = ("", False)
        self.panels = Panels(
            self,
            dress,
            self.act,
            answered=lambda act, number: self._answer(act, number),
            offers_virtual=virtual is not None,
            desk=self.desk,
            send=lambda order: self._keys.send(order),
        )
        self.panels.ladder.chosen.connect(self.select)
        self.bridge = Bridge(link, self.receive, self._show_frame, self.refresh, self)
        self._on_uv = on_uv
        remembered = remembered or Remembered(settings_folder())
        self.ease = Ease(
            self,
            self.desk,
            remembered,
            wear=self.set_dress,
            dress=lambda: self.dress,
            say=self.panels.toast.say,
            monotonic_s=monotonic_s,
        )
        self.ease.lead(self.panels.first_run, link.clock.now_s, offers=virtual is not None)
        self.panels.set_up.ease, self.panels.first_run.on_review = self.ease, on_review
        self._keys = BenchKeys(
            self,
            virtual=virtual,
            on_review=on_review,
            remembered=remembered,
            now_s=link.clock.now_s,
            monotonic_s=monotonic_s,
        )
        self._urgent = UrgentKeys(self.act, self)
        self._furnish()
        self.refresh()
        self.bridge.start()

    def _furnish(self) -> None:
        """Give the window its title, icon, least size, its keys and what goes with them, and what everything is for."""
        self.setWindowTitle("Aliquot")
        self.setWindowIcon(themes.app_icon())
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*USUAL_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        self.number_fields = NumberFields(self.panels.end_typing, self)
        install(self, "bench", self.act)
        explain(self, self.panels)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.applicationStateChanged.connect(self.left_alone)

    def settle(self) -> None:
        """Do what waits until the window and its plots have been painted: sound, and the views that were open."""
        self.ease.find_speaker()
        if self.ease.views is not None:
            show_views(self.panels, self.ease.views)
            self.place()

    def _show_frame(self, frame: events.LiveFrame) -> None:
        """Draw the newest live frame."""
        self.panels.plots.show_live(frame)
        self.panels.first_run.show_live(frame)

    # Between station and screen

    def order(self, order: orders.Order) -> None:
        """Send an order down."""
        self.bridge.order(order)

    def receive(self, event: Event) -> None:
        """Take one event; everything that is shown follows from the newest status."""
        self.ease.hear(event)
        match event:
            case events.StatusChanged(status):
                self._take_status(status)
            case events.Progress():
                self.desk.progress = event
            case events.DevicesFound(devices):
                self.desk.looked, self.desk.devices = True, devices
                self.panels.no_spectrometer.show_devices(devices)
            case events.Examined(report):
                self.panels.set_up.examined(report)
            case events.OnsetFlagged():
                self.desk.flagged = event
                QApplication.alert(self)
            case events.Faulted(fault):
                self.desk.hidden_fault = None
                if self._closing:
                    self.desk.last_faults.append(fault)
                QApplication.alert(self)
            case events.AliquotTaken(_, saved):
                self.desk.saved = saved
            case events.Stopped():
                self.desk.status = stopped(self.desk.status)
                self.panels.plots.show_live(None)
                self._end()
            case _:
                pass
        said = note(event, saved=self.desk.saved)
        if said is not None:
            self.panels.toast.say(said)
        if isinstance(event, events.MeasurementEnded | events.Refused):
            self.desk.progress = None
        if isinstance(event, events.MeasurementEnded | events.Refused | events.Faulted):
            self.desk.asked = False
        self.refresh()

    def _take_status(self, status: Status) -> None:
        """Draw from this status from now on."""
        before, self.desk.status = self.desk.status, status
        if status.state is State.MEASURING:
            self.desk.asked = False
        else:
            self.desk.progress = None
        if status.fault is None:
            self.desk.hidden_fault = None
        if not status.light_doubts:
            self.desk.hidden_doubts = ()
        if self.desk.left_open is not None and status.run_path == self.desk.left_open[1]:
            self.desk.left_open = None
        selected = followed(self.desk, before.run)
        if selected != self.desk.selected:
            self.select(selected)
        self.panels.plots.show_run(status.run)
        self.panels.plots.explain(*awaited(status))
        if status.state not in (State.LIVE, State.MEASURING):
            self.panels.plots.show_live(None)

    def offer_recovery(self, *offers: tuple[str, str]) -> None:
        """Offer to continue (Enter) or review (Z) a run that was left open; each is (words that say which, path)."""
        self.desk.left_open, self.desk.offers = offers[0], offers
        self.refresh()

    # What is shown

    def refresh(self) -> None:
        """Show what follows from status and clock; only what has changed is painted."""
        status, now_s = self.desk.status, self._link.clock.now_s()
        run = status.run
        virtual = status.instrument is not None and status.instrument.virtual
        self.panels.header.show_header(header.bench(run, virtual))
        self.panels.header.show_view(self.panels.plots.view_words)
        self.panels.header.show_lit(self.panels.lit)
        self.panels.plots.show_hidden(self.desk.hidden)
        wall = self._link.clock.wall()
        self.panels.happened.show_happened(happened.happened(run))
        self.panels.readouts.show_readouts(readouts.bench(status, self.desk.selected, now_s, wall))
        self.panels.ladder.show_ladder(ladder.ladder(run, now_s, self.desk.hidden, status.continuous))
        choices, progress = self.panels.bench.choices, self.desk.progress
        typing = choices.asked if choices.typing else "a value" if self.panels.sheets.editing else ""
        buttons = bench.buttons(status, progress, now_s, choosing=choices.of, typing=typing, focused=self.desk.focused)
        self.panels.bench.show_buttons(buttons)
        self.ease.tick()
        looking = not self.desk.looked and status.fault is None
        shown = health.fields(status, now_s, typing=bool(typing), sound=self.desk.sound, looking=looking)
        self.panels.health.show_fields(shown)
        self.panels.sheets.refresh()
        nothing_drawn = (run is None or not run.aliquots) and status.watching is None
        alone = status.state is State.DISCONNECTED and nothing_drawn and not self._closing
        self.panels.no_spectrometer.setVisible(alone and self.desk.looked)
        self._show_urgent(status, now_s)
        self._show_banner()
        self.panels.photographs.show_run(run, self.desk.selected, enter_is_taken=self.panels.banner.takes_enter)

    def _show_urgent(self, status: Status, now_s: float) -> None:
        """Say in every window that UV is on, ask for the hand that is wanted, and take the keys that go with both."""
        sign = uv.sign(status, now_s)
        if sign != self.panels.header.uv:
            self.panels.header.show_uv(sign)
            self._on_uv(sign)
        wanted, measuring = status.hand_wanted or "", status.state is State.MEASURING
        if (wanted, measuring) != self._asked_for:
            self._ask_hand(wanted, can_stop=measuring)
            self._asked_for = (wanted, measuring)
        lit = status.uv is not None and status.uv.state == "on"
        keys = {Act.LEAVE: lit or (bool(wanted) and measuring), Act.CAPTURE: bool(wanted)}
        self._urgent.want(*(act for act, taken in keys.items() if taken and not self._closing))

    def _ask_hand(self, wanted: str, *, can_stop: bool) -> None:
        """Ask for the chemist's hand, or for no more; a note that is being typed waits with its text."""
        self.panels.prompt.ask(wanted, can_stop=can_stop)
        self.place()
        if wanted:
            QApplication.alert(self)
            self.setFocus()
        elif self.panels.bench.choices.typing:
            self.panels.bench.choices.note.setFocus()

    def _show_banner(self) -> None:
        """Show what needs an answer; the plots give way."""
        left_open = "" if self.desk.left_open is None else self.desk.left_open[0]
        advice = self._advice()
        esc_is_taken = self.desk.measuring
        shown = banner.banner(
            self.desk.status,
            advice,
            self.desk.hidden_fault,
            left_open,
            hidden_doubts=self.desk.hidden_doubts,
            esc_is_taken=esc_is_taken,
            keys_are_taken=self.panels.sheets.open_one is not None,
        )
        if self.desk.last_faults:
            shown = banner.fault(self.desk.last_faults[0], cap(Act.LEAVE), answer="Close")
        if self.panels.banner.show_banner(shown):
            self.place()

    def _advice(self) -> str:
        """Return what may be done about the onset that is up: as announced, or as the run says that goes on."""
        onset, flagged = self.desk.status.onset, self.desk.flagged
        if flagged is not None and flagged.onset == onset:
            return flagged.advice
        newest = run_times.aliquot(self.desk.status.run, None)
        findings = None if newest is None else newest.reading.findings
        return "" if findings is None or findings.onset != onset else onset_words(findings.advice)

    def place(self) -> None:
        """Put every part into its room."""
        focus = self.desk.focused and self.desk.status.hand_wanted is None
        self.panels.place(self.width(), self.height(), focus=focus)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep every part in its room."""
        self.place()

    def set_dress(self, dress: Dress) -> None:
        """Show the window in another theme or size of type."""
        self.dress = dress
        app = QApplication.instance()
        if isinstance(app, QApplication):
            themes.apply(app, dress.theme, dress.scale)
        self.panels.set_dress(dress)
        self.place()
        self.update()

    def select(self, number: int | None) -> None:
        """Select an aliquot in ladder, plots and readouts; None is the newest."""
        newest = run_times.aliquot(self.desk.status.run, None)
        self.desk.selected = None if newest is not None and number == newest.number else number
        self.panels.ladder.select(self.desk.selected)
        self.panels.plots.select(self.desk.selected)
        self.refresh()

    def act(self, act: Act, number: int = 0) -> None:
        """Do what a key or a button asks for; while the window closes there is only Esc, for what holds it open."""
        if act is Act.QUIT:
            self.close()
        elif not self._closing:
            self._keys.act(act, number)
            self.refresh()
        elif act is Act.LEAVE:
            self._let_go()

    def _answer(self, act: Act, number: int) -> None:
        """Do what a button of the banner asks for, whatever else has its key."""
        if self._closing or not self._keys.answer(act):
            self.act(act, number)
        self.refresh()

    def left_alone(self, state: Qt.ApplicationState) -> None:
        """Switch off a UV light that was switched on by hand when the person turns away."""
        light = self.desk.status.uv
        by_hand = light is not None and light.state == "on" and light.off_at_s is not None
        if state is not Qt.ApplicationState.ApplicationActive and by_hand:
            self.order(orders.SwitchUv(False))

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once while a run is recorded; then lights off and run file closed before the window goes."""
        if not self._ended and (
            self._closing or not is_recording(self.desk.status) or ask_to_close(self, self.desk.status)
        ):
            self.leave()
        event.setAccepted(self._ended)

    def leave(self) -> None:
        """Stop the station and close when it has stopped, or after a bounded wait; asked again, let go."""
        if self._closing:
            self._let_go()
            return
        self._closing = True
        self.ease.keep(open_views(self.panels))
        self.panels.toast.say(Note("Closing: lights off, then the run file", sign="dot"))
        self.bridge.order(orders.Stop())
        QTimer.singleShot(CLOSING_MS, self, self._end)

    def _let_go(self) -> None:
        """Take the fault that holds the window open as read; close after the last one."""
        if self.desk.last_faults:
            del self.desk.last_faults[0]
            if self._stopped:
                self._end()
            self.refresh()

    def _end(self) -> None:
        """Close, now that the station has stopped or does not answer, unless a fault waits to be read."""
        self._stopped = True
        if not self.desk.last_faults:
            self._ended = True
            self.bridge.stop()
            self.close()
