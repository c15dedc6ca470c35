"""What keys and buttons ask for: orders to the station, or a change of what the window shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtWidgets import QWhatsThis

from gui.actions import Act, Debounce, cap
from gui.aliquot_edits import AliquotEdits
from gui.before_capture import BeforeCapture
from gui.desk import Desk
from gui.dress import Dress
from gui.ease import Ease
from gui.marking import Marking
from gui.panels import Panels
from gui.remembered import Remembered
from gui.sheets import Sheet
from gui.shown import run_times
from gui.shown.banner import Kind
from gui.shown.notes import Note, refused
from gui.shown.uv import may_light
from station import orders
from station.events import State

FLASK_HEATED_S = 5400.0  # the standard reaction then holds MSC-449, and nothing emits
MEASURING = (
    orders.Capture
    | orders.TakeDark
    | orders.TakeReference
    | orders.FindExposures
    | orders.CheckWavelength
    | orders.CheckWash
)


class Window(Protocol):
    """What the keys need of the window they belong to."""

    @property
    def desk(self) -> Desk:
        """Get what the window remembers."""

    @property
    def panels(self) -> Panels:
        """Get the window's parts."""

    @property
    def dress(self) -> Dress:
        """Get theme and scale."""

    @property
    def ease(self) -> Ease:
        """Get what makes the window its user's own."""

    def order(self, order: orders.Order) -> None:
        """Send an order down."""

    def place(self) -> None:
        """Put every part into its room."""

    def select(self, number: int | None) -> None:
        """Select an aliquot; None is the newest."""

    def setFocus(self) -> None:
        """Take the focus back from a field."""


class BenchKeys:
    """Decides what a key means now.

    `now_s` is the station's clock: what is drawn or marked has the time of its key, whenever the station gets to
    it. `monotonic_s` is the time that captures are debounced with.
    """

    def __init__(
        self,
        window: Window,
        *,
        virtual: str | None,
        on_review: Callable[[str], None] | None,
        remembered: Remembered,
        now_s: Callable[[], float],
        monotonic_s: Callable[[], float],
    ) -> None:
        self._window = window
        self._virtual = virtual
        self._on_review = on_review
        self._remembered = remembered
        self._now_s = now_s
        self._monotonic_s = monotonic_s
        self._debounce = Debounce()
        choices, say = window.panels.bench.choices, window.panels.toast.say
        self._edits = AliquotEdits(window.desk, choices, send=self._order, say=say)
        self._before = BeforeCapture(window.desk, choices, send=self._order, say=say, now_s=now_s)
        self._marking = Marking(
            window.desk, choices, send=self._order, say=say, now_s=now_s, dilution=self._before.open
        )

    @property
    def _desk(self) -> Desk:
        return self._window.desk

    @property
    def _panels(self) -> Panels:
        return self._window.panels

    @property
    def _sheet(self) -> Sheet | None:
        return self._panels.sheets.open_one

    def act(self, act: Act, number: int) -> None:
        """Do what a key or a button asks for."""
        if self._panels.uv_card.isHidden() and self._panels.first_run.act(act):
            return
        simple: dict[Act, tuple[str, orders.Order]] = {
            Act.DARK: ("TakeDark", orders.TakeDark()),
            Act.REFERENCE: ("TakeReference", orders.TakeReference()),
            Act.LIVE: ("ShowLive", orders.ShowLive(self._desk.status.state is not State.LIVE)),
            Act.UNDO: ("Undo", orders.Undo()),
            Act.WASH: ("CheckWash", orders.CheckWash()),
        }
        if act is Act.CAPTURE and self._desk.status.hand_wanted is not None:
            if self._debounce.allows(self._monotonic_s()):
                self._window.order(orders.HandDone())
        elif act in simple:
            self._order(*simple[act])
        elif act is Act.CAPTURE and self._panels.sheets.editing:
            self._panels.sheets.end_edit()
        elif act is Act.CAPTURE and self._panels.bench.choices.typing:
            self._confirm()
        elif act is Act.CAPTURE:
            if self._debounce.allows(self._monotonic_s()):
                self._order("Capture", orders.Capture(self._now_s()))
        elif act is Act.UV:
            self._switch_uv()
        else:
            self._act_here(act, number)
            self._panels.keep_warning_in_front()

    def _act_here(self, act: Act, number: int) -> None:
        """Do what concerns the window more than the station."""
        match act:
            case Act.MARK:
                self._toggle_list("SetMark", self._marking.open)
            case Act.DILUTION:
                self._toggle_list("UseDilution", self._before.open)
            case Act.DRAWN:
                self._before.draw()
            case Act.CHOOSE:
                self._choose(number)
            case Act.CONFIRM:
                self._confirm()
            case Act.LEAVE:
                self._leave()
            case Act.PHOTOS:
                self._turn_photographs()
            case _ if self._panels.sheets.has(act):
                self._panels.sheets.toggle(act)
            case _ if self._sheet is None and self._panels.plots.act(act, number):
                pass
            case Act.COPY:
                self._panels.copy()
            case Act.UP | Act.DOWN:
                if self._sheet is not None:
                    self._sheet.go(-1 if act is Act.UP else 1)
            case Act.EARLIER | Act.LATER:
                self._step(-1 if act is Act.EARLIER else 1)
            case Act.HIDE:
                self._edits.hide()
            case Act.EXCLUDE:
                if self._edits.exclude():
                    self._focus(False)
            case Act.WHY:
                self._panels.banner.toggle_why()
                self._window.place()
            case Act.FOCUS:
                self._focus(not self._desk.focused)
            case Act.LOOK_AGAIN:
                self._look_again()
            case Act.VIRTUAL:
                if self._virtual is not None and not self._panels.no_spectrometer.isHidden():
                    self._window.order(orders.OpenInstrument(self._virtual))
                    if self._panels.first_run.is_open:  # what a new user takes shows a cluster, not an unheated flask
                        heated_s = self._now_s() - FLASK_HEATED_S
                        self._window.order(orders.SetMark("heat on", "the virtual flask", heated_s))
            case Act.KEYS:
                self._panels.keys.toggle()
            case Act.REVIEW:
                self._review_left_open()
            case Act.WHAT:
                QWhatsThis.enterWhatsThisMode()
            case Act.SOUND:
                self._window.ease.toggle_sound()
            case Act.THEME | Act.LARGER | Act.SMALLER:
                self._change_dress(act)
            case _:
                pass

    def _order(self, name: str, order: orders.Order) -> None:
        """Send an order, or say why it is not possible now."""
        reason = self._desk.status.obstacles.get(name)
        if reason:
            self._panels.toast.say(refused(reason))
            return
        self.send(order)

    def send(self, order: orders.Order) -> None:
        """Send an order; one that may switch UV on waits until this user has read what UV does to eyes and skin."""
        if not self._remembered.uv_read and may_light(order, self._desk.status):
            self._panels.uv_card.hold(order, self._desk.status.uv_by_hand_s)
            return
        self._window.order(order)
        if isinstance(order, MEASURING):
            self._desk.asked = True

    def _look_again(self) -> None:
        """Look for spectrometers while none answers; one that is open would be closed by it."""
        if self._desk.status.state in (State.DISCONNECTED, State.FAULTED):
            self._window.order(orders.LookAgain())
        else:
            self._panels.toast.say(refused("a spectrometer is open"))

    def _switch_uv(self) -> None:
        """Switch the UV light by hand; what is on can always be switched off.

        A light that the live view has on for one of its own frames goes off by itself and is not what is meant.
        """
        light, state = self._desk.status.uv, self._desk.status.state
        own_frame = state is State.LIVE and light is not None and light.off_at_s is None
        if light is not None and light.state == "on" and state is not State.MEASURING and not own_frame:
            self._window.order(orders.SwitchUv(False))
        elif light is not None and light.state == "unknown":
            self._window.order(orders.SwitchUv(False))  # tried once more, whatever stands in the way
        else:
            self._order("SwitchUv", orders.SwitchUv(True))

    def _toggle_list(self, order: str, open_it: Callable[[], None]) -> None:
        """Open a list in the place of the buttons, or put away the one that is open."""
        reason = self._desk.status.obstacles.get(order)
        if not self._panels.bench.choices.isHidden():
            self._panels.bench.choices.close_list()
        elif reason:
            self._panels.toast.say(refused(reason))
        else:
            self._focus(False)
            open_it()

    def _choose(self, number: int) -> None:
        """Take a number: of the list that is open, or a spectrometer where several are connected."""
        if not self._panels.bench.choices.isHidden():
            self._panels.bench.choices.choose(number)
        elif self._sheet is not None:
            self._sheet.choose(number)
        elif not self._panels.no_spectrometer.isHidden() and number <= len(self._panels.no_spectrometer.devices):
            self._window.order(orders.OpenInstrument(self._panels.no_spectrometer.devices[number - 1].address))

    def _confirm(self) -> None:
        """Enter: the warning that was read, the note that is typed, the onset, or the run that was left open."""
        choices = self._panels.bench.choices
        if not self._panels.uv_card.isHidden():
            self._uv_was_read()
            return
        if choices.typing:
            choices.give()
            self._window.setFocus()
            return
        if self._sheet is not None:
            self._sheet.confirm()
        elif not self.answer(Act.CONFIRM) and not self._panels.photographs.isHidden():
            self._panels.sheets.toggle(Act.PHOTOS)

    def _turn_photographs(self) -> None:
        """Open the strip of photographs under the plots, or close it."""
        self._panels.turn_photographs()
        self._window.place()
        if self._panels.photographs.wanted and self._panels.photographs.isHidden():
            self._panels.photographs.wanted = False
            self._panels.toast.say(refused("no room for photographs: a larger window, smaller type, or not in Focus"))

    def answer(self, act: Act) -> bool:
        """Answer the banner, if one is shown: Enter confirms, Esc dismisses. Return whether there was one to answer."""
        shown = self._panels.banner.shown
        if shown is None or act not in (Act.CONFIRM, Act.LEAVE):
            return False
        if act is Act.CONFIRM and shown.kind in ("fault", "doubt"):
            return False
        if act is Act.LEAVE:
            self._put_away(shown.kind)
        elif shown.kind == "onset":
            self._window.order(orders.AnswerOnset(True))
        elif shown.kind == "strip" and self._desk.left_open is not None:
            self._continue_left_open(self._desk.left_open[1])
        return True

    def _put_away(self, kind: Kind) -> None:
        """Take the banner as read."""
        if kind == "fault":
            self._desk.hidden_fault = self._desk.status.fault
        elif kind == "doubt":
            self._desk.hidden_doubts = self._desk.status.light_doubts
        elif kind == "onset":
            self._window.order(orders.AnswerOnset(False))
        else:
            self._desk.left_open = None

    def _uv_was_read(self) -> None:
        """Remember that this user knows what UV does, and send what was kept back for it."""
        self._remembered.note_uv_read()
        held = self._panels.uv_card.take()
        if held is not None:
            self.send(held)

    def _continue_left_open(self, path: str) -> None:
        """Go on with the run that was left open; without a spectrometer it waits, unless it is a run of files."""
        self.send(orders.ContinueRun(path))
        if self._desk.status.instrument is not None:
            self._desk.left_open = None

    def _leave(self) -> None:
        """Esc: one thing at a time. UV goes off before anything else, then what covers something goes."""
        light, asked = self._desk.status.uv, self._desk.status.hand_wanted is not None
        if light is not None and light.state == "on":
            stop = orders.Cancel() if self._desk.measuring or asked else orders.SwitchUv(False)
            self._desk.asked = False
            self._window.order(stop)
        elif asked and self._desk.measuring:
            self._desk.asked = False
            self._window.order(orders.Cancel())
        elif not self._panels.uv_card.isHidden():
            self._panels.uv_card.take()
        elif not self._panels.keys.isHidden():
            self._panels.keys.hide()
        elif self._panels.first_run.is_open and not self._desk.measuring:
            self._panels.first_run.leave()
        elif not self._panels.bench.choices.isHidden():
            self._panels.bench.choices.close_list()
            self._window.setFocus()
        elif self._panels.sheets.editing:
            self._panels.sheets.end_edit()
        elif self._desk.measuring:
            self._desk.asked = False
            self._window.order(orders.Cancel())
        elif self._sheet is not None:
            self._sheet.close()
        elif self._panels.figure.stop() or self.answer(Act.LEAVE) or self._panels.plots.leave():
            return
        elif self._desk.selected is not None:
            self._window.select(None)
        else:
            self._focus(False)

    def _step(self, step: int) -> None:
        """Select the aliquot before or after the one that is selected."""
        run = self._desk.status.run
        if self._sheet is not None:
            self._sheet.step(step)
            return
        if self._panels.banner.kind == "strip" and self._desk.offer_other(step):
            return
        if run is None or not run.all_aliquots:
            return
        numbers = [aliquot.number for aliquot in run.all_aliquots]
        spoken_of = run_times.aliquot(run, self._desk.selected)
        at = len(numbers) if spoken_of is None else numbers.index(spoken_of.number)
        self._window.select(numbers[min(len(numbers) - 1, max(0, at + step))])

    def _focus(self, focused: bool) -> None:
        """Take buttons and ladder away, or bring them back."""
        if focused == self._desk.focused:
            return
        self._desk.focused = focused
        self._window.place()
        if focused:
            self._panels.toast.say(Note("Plots and readouts without buttons", cap=cap(Act.FOCUS), sign="dot"))

    def _change_dress(self, act: Act) -> None:
        """Change theme or size of type."""
        dress, wishes = self._window.dress, self._desk.wishes
        if act is Act.THEME:
            self._window.ease.wish(replace(wishes, room="light" if dress.theme.dark else "dark"))
            return
        scale = dress.stepped(larger=act is Act.LARGER).scale
        self._window.ease.wish(replace(wishes, type_percent=round(100 * scale)))

    def _review_left_open(self) -> None:
        """Open the run that was left open in a window of its own."""
        if self._desk.left_open is not None and self._on_review is not None:
            self._on_review(self._desk.left_open[1])
