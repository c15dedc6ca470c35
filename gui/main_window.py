"""The bench window: everything is drawn from the newest Status and the clock; keys and buttons become orders."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme as themes
from gui.actions import Act, Debounce, cap, install
from gui.bridge import Bridge, StationLink
from gui.closing import ask_to_close, is_recording
from gui.dress import Dress
from gui.panels import Panels
from gui.shown import banner, bench, header, health, ladder, readouts, run_times
from gui.shown.notes import Note, note, refused
from station import events, orders
from station.events import Event, FaultText, Progress, State, Status
from station.run import MARK_KINDS, Exposures

LEAST_SIZE = (1024, 640)
USUAL_SIZE = (1366, 768)
CLOSING_MS = 8000
NOTHING_YET = Status(State.DISCONNECTED, None, None, None, Exposures())


class MainWindow(QWidget):
    """The window at the bench. `virtual` is the address it offers where nothing is connected (None: no offer)."""

    def __init__(
        self,
        link: StationLink,
        dress: Dress,
        *,
        virtual: str | None = None,
        on_review: Callable[[str], None] | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._link = link
        self._dress = dress
        self._virtual = virtual
        self._on_review = on_review
        self._monotonic_s = monotonic_s
        self._status = NOTHING_YET
        self._progress: Progress | None = None
        self._flagged: events.OnsetFlagged | None = None
        self._hidden_fault: FaultText | None = None
        self._left_open: tuple[str, str] | None = None
        self._selected: int | None = None
        self._focused = False
        self._looked = False
        self._closing = self._ended = False
        self._debounce = Debounce()
        self.panels = Panels(self, dress, self.act, offers_virtual=virtual is not None)
        self.panels.ladder.chosen.connect(self.select)
        self.bridge = Bridge(link, self.receive, self.panels.plots.show_live, self.refresh, self)
        self.setWindowTitle("Aliquot")
        self.setWindowIcon(themes.app_icon())
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*USUAL_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        install(self, "bench", self.act)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.applicationStateChanged.connect(self.left_alone)
        self.refresh()
        self.bridge.start()

    # What the station says

    @property
    def status(self) -> Status:
        """Get the newest status."""
        return self._status

    def receive(self, event: Event) -> None:
        """Take one event; everything that is shown follows from the newest status."""
        match event:
            case events.StatusChanged(status):
                self._take_status(status)
            case events.Progress():
                self._progress = event
            case events.DevicesFound(devices):
                self._looked = True
                self.panels.no_spectrometer.show_devices(devices)
            case events.OnsetFlagged():
                self._flagged = event
                QApplication.alert(self)
            case events.Faulted():
                self._hidden_fault = None
                QApplication.alert(self)
            case events.Stopped():
                self._end()
            case _:
                pass
        said = note(event)
        if said is not None:
            self.panels.toast.say(said)
        if isinstance(event, events.MeasurementEnded):
            self._progress = None
        self.refresh()

    def _take_status(self, status: Status) -> None:
        """Draw from this status from now on."""
        before, self._status = self._status, status
        if status.state is not State.MEASURING:
            self._progress = None
        if status.fault is None:
            self._hidden_fault = None
        newest = run_times.aliquot(status.run, None)
        if newest is not run_times.aliquot(before.run, None):
            self.select(None)
        self.panels.plots.show_run(status.run)
        if status.state not in (State.LIVE, State.MEASURING):
            self.panels.plots.show_live(None)

    def offer_recovery(self, text: str, path: str) -> None:
        """Offer to continue (Enter) or review (Z) a run that was left open; `text` says which."""
        self._left_open = (text, path)
        self.refresh()

    # What is shown

    def refresh(self) -> None:
        """Show what follows from status and clock; only what has changed is painted."""
        status, now_s = self._status, self._link.clock.now_s()
        run = status.run
        virtual = status.instrument is not None and status.instrument.virtual
        self.panels.header.show_header(header.bench(run, virtual))
        aliquot = run_times.aliquot(run, self._selected)
        of = f", aliquot {self._selected}" if self._selected is not None else ""
        self.panels.readouts.show_readouts(
            (
                readouts.clock(run, now_s, self._link.clock.wall()),
                readouts.cluster(aliquot, of),
                readouts.emission(aliquot, status.onset, status.onset_answer, of),
            )
        )
        self.panels.ladder.show_chips(ladder.chips(run, now_s))
        marking = not self.panels.bench.choices.isHidden()
        self.panels.bench.show_buttons(
            bench.buttons(status, self._progress, now_s, marking=marking, focused=self._focused)
        )
        self.panels.health.show_fields(health.fields(status, now_s, typing=self.panels.bench.choices.typing))
        alone = status.state is State.DISCONNECTED and not (run is not None and run.aliquots)
        self.panels.no_spectrometer.setVisible(alone and self._looked)
        self._show_banner()

    def _show_banner(self) -> None:
        """Show what needs an answer; the plots give way."""
        left_open = "" if self._left_open is None else self._left_open[0]
        measuring = self._status.state is State.MEASURING
        flagged = self._flagged
        advice = flagged.advice if flagged is not None and flagged.onset == self._status.onset else ""
        shown = banner.banner(self._status, advice, self._hidden_fault, left_open, esc_is_taken=measuring)
        if self.panels.banner.show_banner(shown):
            self.place()

    def place(self) -> None:
        """Put every part into its room."""
        self.panels.place(self.width(), self.height(), focus=self._focused)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Keep every part in its room."""
        self.place()

    def set_dress(self, dress: Dress) -> None:
        """Show the window in another theme or size of type."""
        self._dress = dress
        app = QApplication.instance()
        if isinstance(app, QApplication):
            themes.apply(app, dress.theme, dress.scale)
        self.panels.set_dress(dress)
        self.place()
        self.update()

    def select(self, number: int | None) -> None:
        """Select an aliquot in ladder, plots and readouts; None is the newest."""
        newest = run_times.aliquot(self._status.run, None)
        self._selected = None if newest is not None and number == newest.number else number
        self.panels.ladder.select(self._selected)
        self.panels.plots.select(self._selected)
        self.refresh()

    # What keys and buttons ask for

    def act(self, act: Act, number: int = 0) -> None:
        """Do what a key or a button asks for."""
        if self._closing:
            return
        simple: dict[Act, tuple[str, orders.Order]] = {
            Act.DARK: ("TakeDark", orders.TakeDark()),
            Act.REFERENCE: ("TakeReference", orders.TakeReference()),
            Act.LIVE: ("ShowLive", orders.ShowLive(self._status.state is not State.LIVE)),
            Act.UNDO: ("Undo", orders.Undo()),
        }
        if act in simple:
            self._order(*simple[act])
        elif act is Act.CAPTURE:
            if self._debounce.allows(self._monotonic_s()):
                self._order("Capture", orders.Capture())
        elif act is Act.UV:
            self._switch_uv()
        else:
            self._act_here(act, number)
        self.refresh()

    def _act_here(self, act: Act, number: int) -> None:
        """Do what concerns the window more than the station."""
        match act:
            case Act.MARK:
                self._toggle_marks()
            case Act.CHOOSE:
                self._choose(number)
            case Act.CONFIRM:
                self._confirm()
            case Act.LEAVE:
                self._leave()
            case Act.EARLIER | Act.LATER:
                self._step(-1 if act is Act.EARLIER else 1)
            case Act.WHY:
                self.panels.banner.toggle_why()
                self.place()
            case Act.FOCUS:
                self._focus(not self._focused)
            case Act.LOOK_AGAIN:
                self.bridge.order(orders.LookAgain())
            case Act.VIRTUAL:
                if self._virtual is not None and not self.panels.no_spectrometer.isHidden():
                    self.bridge.order(orders.OpenInstrument(self._virtual))
            case Act.KEYS:
                self.panels.keys.toggle()
            case Act.REVIEW:
                self._review_left_open()
            case _:
                self._change_dress(act)

    def _order(self, name: str, order: orders.Order) -> None:
        """Send an order, or say why it is not possible now."""
        reason = self._status.obstacles.get(name)
        if reason:
            self.panels.toast.say(refused(reason))
        else:
            self.bridge.order(order)

    def _switch_uv(self) -> None:
        """Switch the UV light by hand; what is on can always be switched off."""
        light = self._status.uv
        if light is not None and light.state == "on" and self._status.state is not State.MEASURING:
            self.bridge.order(orders.SwitchUv(False))
        else:
            self._order("SwitchUv", orders.SwitchUv(True))

    def _toggle_marks(self) -> None:
        """Open the list of marks, or put it away."""
        reason = self._status.obstacles.get("SetMark")
        if not self.panels.bench.choices.isHidden():
            self.panels.bench.choices.close_list()
        elif reason:
            self.panels.toast.say(refused(reason))
        else:
            run = self._status.run
            self._focus(False)
            self.panels.bench.choices.offer(has_t0=run is not None and run.t0 is not None)

    def _choose(self, number: int) -> None:
        """Take a number: a kind of mark while their list is open, a spectrometer where several are connected."""
        if not self.panels.bench.choices.isHidden():
            if number <= len(MARK_KINDS) and not self.panels.bench.choices.typing:
                self._mark(MARK_KINDS[number - 1])
        elif not self.panels.no_spectrometer.isHidden() and number <= len(self.panels.no_spectrometer.devices):
            self.bridge.order(orders.OpenInstrument(self.panels.no_spectrometer.devices[number - 1].address))

    def _mark(self, kind: str) -> None:
        """Set a mark; a note is typed first."""
        if kind == "note":
            self.panels.bench.choices.ask_note()
            return
        self.panels.bench.choices.close_list()
        self._order("SetMark", orders.SetMark(kind))

    def _confirm(self) -> None:
        """Enter: the note that is typed, the onset, or the run that was left open."""
        choices = self.panels.bench.choices
        if choices.typing:
            text = choices.note.text().strip()
            choices.close_list()
            self.setFocus()
            if text:
                self._order("SetMark", orders.SetMark("note", text))
            return
        shown = self.panels.banner.shown
        if shown is None:
            return
        if shown.kind == "onset":
            self.bridge.order(orders.AnswerOnset(True))
        elif shown.kind == "strip" and self._left_open is not None:
            self._continue_left_open(self._left_open[1])

    def _continue_left_open(self, path: str) -> None:
        """Go on with the run that was left open, once a spectrometer is there."""
        if self._status.instrument is None:
            self.panels.toast.say(refused("a spectrometer first, then Enter; the run waits"))
            return
        self.bridge.order(orders.ContinueRun(path))
        self._left_open = None

    def _leave(self) -> None:
        """Esc: one thing at a time, what covers something first, lights before words."""
        light, shown = self._status.uv, self.panels.banner.shown
        if not self.panels.keys.isHidden():
            self.panels.keys.hide()
        elif not self.panels.bench.choices.isHidden():
            self.panels.bench.choices.close_list()
            self.setFocus()
        elif self._status.state is State.MEASURING:
            self.bridge.order(orders.Cancel())
        elif light is not None and light.state == "on":
            self.bridge.order(orders.SwitchUv(False))
        elif shown is not None and shown.kind == "fault":
            self._hidden_fault = self._status.fault
        elif shown is not None and shown.kind == "onset":
            self.bridge.order(orders.AnswerOnset(False))
        elif shown is not None:
            self._left_open = None
        elif self._selected is not None:
            self.select(None)
        else:
            self._focus(False)

    def _step(self, step: int) -> None:
        """Select the aliquot before or after the one that is selected."""
        run = self._status.run
        if run is None or not run.aliquots:
            return
        numbers = [aliquot.number for aliquot in run.aliquots]
        at = len(numbers) - 1 if self._selected is None else numbers.index(self._selected)
        self.select(numbers[min(len(numbers) - 1, max(0, at + step))])

    def _focus(self, focused: bool) -> None:
        """Leave plots and readouts alone on the screen, or bring everything back."""
        if focused == self._focused:
            return
        self._focused = focused
        self.place()
        if focused:
            self.panels.toast.say(Note("Plots and readouts alone", cap=cap(Act.FOCUS), sign="dot"))

    def _change_dress(self, act: Act) -> None:
        """Change theme or size of type."""
        dress = self._dress
        if act is Act.THEME:
            self.set_dress(replace(dress, theme=themes.LIGHT if dress.theme.dark else themes.DARK))
            return
        self.set_dress(dress.stepped(larger=act is Act.LARGER))

    def _review_left_open(self) -> None:
        """Open the run that was left open in a window of its own."""
        if self._left_open is not None and self._on_review is not None:
            self._on_review(self._left_open[1])

    def left_alone(self, state: Qt.ApplicationState) -> None:
        """Switch off a UV light that was switched on by hand when the person turns away."""
        light = self._status.uv
        by_hand = light is not None and light.state == "on" and light.off_at_s is not None
        if state is not Qt.ApplicationState.ApplicationActive and by_hand:
            self.bridge.order(orders.SwitchUv(False))

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once while a run is recorded; then lights off and run file closed before the window goes."""
        if self._ended:
            event.accept()
            return
        event.ignore()
        if not self._closing and (not is_recording(self._status) or ask_to_close(self, self._status)):
            self.leave()

    def leave(self) -> None:
        """Stop the station and close when it has stopped, or after a bounded wait."""
        if self._closing:
            return
        self._closing = True
        self.panels.toast.say(Note("Closing: lights off, then the run file", sign="dot"))
        self.bridge.order(orders.Stop())
        QTimer.singleShot(CLOSING_MS, self, self._end)

    def _end(self) -> None:
        """Let the window go."""
        self._ended = True
        self.bridge.stop()
        self.close()
