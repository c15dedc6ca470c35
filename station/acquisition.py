"""The acquisition thread: owns the instrument, obeys orders, publishes events."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from analysis.spectrum import Calibration
from instruments.guard import Guard
from instruments.spectrometer import Disconnected, InstrumentError, InstrumentInfo, LightUnreachable, Timeout
from station import events, orders
from station.bench import Bench
from station.clock import Clock
from station.cycle import Cancelled, Cycle
from station.events import Event, FaultText, LiveFrame, Measurement, State
from station.faults import instrument_fault, kept_in_memory, unforeseen, unread_aliquot
from station.hand import Hand
from station.lights import Lights
from station.live import LiveView, peak_of
from station.progress import Counting
from station.run import Recipe
from station.session import Session, obstacles
from station.settings import library_text
from station.status import Known, status_of
from station.store import StoreError

RETRY_SAVING_S = 10.0
LOOK_AGAIN_S = 2.0
REST_S = 0.1
ADVICE = "stop the reaction by your own procedure to keep the cluster pure, or go on towards quantum dots."

Measured = TypeVar("Measured")


class Acquisition:
    """Obeys orders one after the other; between them shows live spectra, watches the lights and retries the disk.

    `order()` may be called from any thread; everything else belongs to the thread that `start()` makes, or,
    for a headless run, to the one thread that calls `obey()`.
    """

    def __init__(
        self, clock: Clock, publish: Callable[[Event | LiveFrame], None], folder: Path, bench: Bench | None = None
    ) -> None:
        self.clock = clock
        self.session = Session(clock, folder)
        self._publish = publish
        self._bench = bench or Bench()
        self._guard = Guard()
        self._orders: queue.SimpleQueue[tuple[orders.Order, Future[None]]] = queue.SimpleQueue()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = State.DISCONNECTED
        self._live_wanted = True
        self._live = LiveView(clock)
        self._hand: Hand | None = None
        self._address: str | None = None
        self._lights = Lights()
        self._peak: tuple[float, int] | None = None
        self._fault: FaultText | None = None
        self._next_s = {"save": 0.0, "look": 0.0, "live": 0.0}
        self._ending = self._ended = False

    # The thread

    def start(self) -> None:
        """Begin to obey in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, name="acquisition")
        self._thread.start()

    def order(self, order: orders.Order) -> Future[None]:
        """Ask for something; the future is done when it was carried out, refused or cancelled. Any thread."""
        done: Future[None] = Future()
        if isinstance(order, orders.Cancel | orders.Stop):
            self._cancel.set()
            self._ending = self._ending or isinstance(order, orders.Stop)
        self._orders.put((order, done))
        return done

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end after Stop; return whether it has."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def _loop(self) -> None:
        while not self._ended:
            try:
                self._step()
            except Exception as trouble:  # the thread outlives what nobody has thought of, and says it
                traceback.print_exc()
                self._fault = unforeseen(trouble)
                self._next_s["live"] = self.clock.now_s() + LOOK_AGAIN_S
                self._rest()
                self._publish(events.Faulted(self._fault))
                self._announce()

    def _step(self) -> None:
        """Obey one order, or do once what is done between orders."""
        try:
            order, done = self._orders.get(timeout=0.001 if self._state is State.LIVE else REST_S)
        except queue.Empty:
            self._between_orders()
            return
        try:
            self.obey(order)
        finally:
            done.set_result(None)

    # Orders

    def obey(self, order: orders.Order) -> None:
        """Carry out one order; what cannot be done is announced as Refused or Faulted, never raised."""
        reason = self._obstacles().get(type(order).__name__)
        if reason is not None:
            self._publish(events.Refused(type(order).__name__, reason))
            return
        try:
            self._carry_out(order)
        except (StoreError, ValueError) as fault:
            self._publish(events.Refused(type(order).__name__, str(fault)))
        except InstrumentError as fault:
            self._instrument_fault(fault)
        if not self._ended:
            self._announce()

    def _carry_out(self, order: orders.Order) -> None:
        match order:
            case orders.OpenInstrument(address):
                self._open(address)
            case orders.LookAgain():
                self._look_again()
            case orders.NewRun(recipe, path):
                self._begin(recipe, path)
            case orders.ContinueRun(path):
                self.session.resume(Path(path), self._guard.info.serial)
            case orders.TakeDark():
                self._calibrate("dark")
            case orders.TakeReference():
                self._calibrate("reference")
            case orders.Capture(drawn_at_s):
                self._capture(self.clock.now_s() if drawn_at_s is None else drawn_at_s)
            case orders.SetMark(kind, note, clock_s):
                self._publish(events.Marked(self.session.mark(kind, note, clock_s)))
            case orders.SwitchUv(on):
                self._switch_uv(on)
            case orders.ShowLive(on):
                self._show_live(on)
            case orders.Undo():
                self._publish(events.TakenBack(self.session.undo()))
            case orders.AnswerOnset(confirmed):
                self.session.answer_onset(confirmed)
            case orders.Cancel():
                self._cancel.clear()
            case orders.Stop():
                self._stop()

    def _open(self, address: str) -> None:
        """Open this instrument; a run of another one is closed first, with everything that was measured by it."""
        run, bench = self.session.run, self._bench
        if run is not None and run.set_up is not None and run.set_up.address != address:
            self.session.close()
            self.session.calibration = Calibration()
            self._peak = None
        if address != self._address:
            self._hand = None
        self._address = address
        info = self._guard.open(address, pace=bench.pace, uv=bench.uv, seed=bench.seed)
        if info.virtual:
            self._hand = self._hand or Hand(self._guard, self.clock.now_s())
            if bench.sample is not None:
                self._hand.fill(bench.sample)
        self._note_lights()
        self._state, self._fault = State.IDLE, None
        self._rest()
        if self.session.run is None:
            self._begin(Recipe(name=f"Run at {self.clock.wall():%H:%M}", material=bench.material), None)

    def _look_again(self) -> None:
        """Open what was open, or the only spectrometer; a virtual one is found where it stood."""
        if self._address is not None and self._address.startswith("virtual:"):
            self._open(self._address)
            return
        self._guard.close()
        self._note_lights()
        devices = self._guard.devices()
        self._publish(events.DevicesFound(devices))
        real = [device for device in devices if not device.virtual and not device.obstacle]
        known = [device.address for device in real if device.address == self._address]
        addresses = known or [device.address for device in real if len(real) == 1]
        if addresses:
            self._open(addresses[0])
        elif self._address is None:
            self._state = State.DISCONNECTED  # else it stays faulted and is looked for until it is there again

    def _begin(self, recipe: Recipe, path: str | None) -> None:
        set_up = self._bench.set_up(self._guard.info)
        self._live = LiveView(self.clock)
        self.session.begin(recipe, set_up, library_text(), None if path is None else Path(path))

    def _show_live(self, on: bool) -> None:
        self._live_wanted = on
        self._rest()
        if not on:
            Cycle(self._guard, self.clock, self._bench.exposures).lights_off()
            self._note_lights()

    def _stop(self) -> None:
        """Lights off first, then the file; whatever the disk says, the acquisition ends and says so."""
        self._guard.close()
        try:
            self.session.close()
        except StoreError as fault:
            lost = f"{self.session.unsaved} of the last records could not be written: {fault.headline}"
            self._publish(events.Faulted(FaultText(lost, fault.kept, fault.now)))
            self.session.let_go()
        finally:
            self._ended = True
            self._state = State.DISCONNECTED
            self._publish(events.Stopped())

    # Measurements

    def _calibrate(self, kind: Literal["dark", "reference"]) -> None:
        held = self.session.calibration
        if self._hand is not None and kind == "reference":
            self._hand.solvent()
        measure = Cycle.dark if kind == "dark" else Cycle.reference
        calibration = self._measured(kind, lambda cycle: measure(cycle, held))
        if calibration is None:
            return
        try:
            self.session.calibrated(kind, calibration)
        except ValueError as unusable:
            self._publish(events.MeasurementEnded(kind, False, str(unusable)))
            return
        if calibration.reference is not None:
            self._peak = peak_of(calibration.reference, self._guard.info.detector)
        self._publish(events.MeasurementEnded(kind, True, f"{kind.capitalize()} taken, {self.clock.wall():%H:%M:%S}."))

    def _capture(self, drawn_at_s: float) -> None:
        run = self.session.run
        if self._hand is not None and run is not None:
            self._hand.sample(run.reaction_time_s(drawn_at_s))
        frames = self._measured("aliquot", lambda cycle: cycle.aliquot())
        if frames is None:
            return
        aliquot = self.session.add_aliquot(frames, drawn_at_s)
        self._publish(events.AliquotTaken(aliquot, saved=self.session.unsaved == 0))
        on_disk = f"Aliquot {aliquot.number} saved, {self.clock.wall():%H:%M:%S}. Undo: Ctrl+Z."
        refusal = self.session.store_fault
        sentence = on_disk if refusal is None else kept_in_memory(aliquot.number, refusal, RETRY_SAVING_S)
        self._publish(events.MeasurementEnded("aliquot", True, sentence))
        if self.session.unread is not None:
            self._fault = unread_aliquot(aliquot.number, self.session.unread)
            self._publish(events.Faulted(self._fault))
        onset = self.session.new_onset()
        if onset is not None:
            self._publish(events.OnsetFlagged(onset[0], onset[1].number, ADVICE))

    def _measured(self, kind: Measurement, measure: Callable[[Cycle], Measured]) -> Measured | None:
        """Return what was measured, or None if it was cancelled; a wedged read is repeated once, from the start."""
        self._state = State.MEASURING
        self._announce()
        try:
            measured = self._twice(kind, measure)
            self._fault = None
            return measured
        except Cancelled:
            self._publish(events.MeasurementEnded(kind, False, "Stopped; nothing was recorded."))
            return None
        except InstrumentError:
            self._publish(events.MeasurementEnded(kind, False, f"This {kind} was not recorded; take it again."))
            raise
        finally:
            self._live.forget()
            self._rest()
            self._note_lights()

    def _twice(self, kind: Measurement, measure: Callable[[Cycle], Measured]) -> Measured:
        try:
            return measure(self._cycle(kind))
        except Timeout as fault:
            self._publish(events.Recovered(f"{fault} The measurement is repeated."))
            return measure(self._cycle(kind))

    def _cycle(self, kind: Measurement | None = None) -> Cycle:
        if self._hand is not None:
            self._hand.advance(self.clock.now_s())
        cycle = Cycle(self._guard, self.clock, self._bench.exposures)
        if kind is None:  # the live view gives way to any order
            return replace(cycle, cancelled=lambda: not self._orders.empty())
        cancelled: Callable[[], bool] = lambda: self._ending or self._cancel.is_set()  # noqa: E731
        return replace(cycle, cancelled=cancelled, report=Counting(kind, cycle.seconds(kind), self._publish))

    # Between orders

    def _between_orders(self) -> None:
        now_s = self.clock.now_s()
        try:
            if self._state is State.LIVE and now_s >= self._next_s["live"]:
                self._show_frame()
            elif self._state is State.FAULTED:
                self._look_for_the_lost()
            if self._lights.overdue(now_s):
                self._switch_uv(False)
                self._announce()
        except InstrumentError as fault:
            self._next_s["live"] = now_s + LOOK_AGAIN_S
            self._instrument_fault(fault)
        if self.session.unsaved and self._due("save", RETRY_SAVING_S):
            if self.session.save_waiting():
                self._publish(events.Recovered("Everything is on disk again."))
            self._announce()

    def _show_frame(self) -> None:
        if self._lights.uv_by_hand:
            return
        with suppress(Cancelled):
            self._publish(self._live.step(self._cycle(), self.session.evaluation, self.session.calibration))
            if self._note_lights():
                self._announce()

    def _look_for_the_lost(self) -> None:
        """Open again by serial number until the spectrometer answers; the run goes on by itself."""
        if self._address is None or not self._due("look", LOOK_AGAIN_S):
            return
        with suppress(InstrumentError):
            self._open(self._address)
            self._publish(events.Recovered("The spectrometer is back; the run goes on."))
            self._announce()

    def _due(self, what: str, every_s: float) -> bool:
        now_s = self.clock.now_s()
        if now_s < self._next_s[what]:
            return False
        self._next_s[what] = now_s + every_s
        return True

    def _switch_uv(self, on: bool) -> None:
        self._guard.light("uv", on)
        self._note_lights(uv_by_hand=on)

    def _note_lights(self, *, uv_by_hand: bool = False) -> bool:
        """Write down the state of the lights; return whether it has changed. A lost instrument changes nothing."""
        before = self._lights.states
        with suppress(InstrumentError):
            self._lights.note(self._guard, self.clock.now_s(), uv_by_hand=uv_by_hand)
        return self._lights.states != before

    # Faults and status

    def _instrument_fault(self, fault: InstrumentError) -> None:
        """Say what happened, what was kept and what to do, once; what is still so is not said again."""
        self._note_lights()
        before, state = self._fault, self._state
        self._fault = instrument_fault(fault, self._lights, self.session.run, f"{self.clock.wall():%H:%M:%S}")
        if not isinstance(fault, LightUnreachable):
            self._state = State.FAULTED if self._address is not None else State.DISCONNECTED
        if before is None or before.headline != self._fault.headline or state is not self._state:
            self._publish(events.Faulted(self._fault))
            self._announce()

    def _rest(self) -> None:
        if self._state is not State.FAULTED or self._fault is None:
            self._state = State.LIVE if self._live_wanted else State.IDLE

    def _obstacles(self) -> Mapping[str, str]:
        return obstacles(self._state, self.session, has_uv=self._lights.has_uv, uv_reachable=self._lights.uv_reachable)

    def _announce(self) -> None:
        info: InstrumentInfo | None = None
        with suppress(Disconnected):
            info = self._guard.info
        known = Known(self._state, info, self._bench.exposures, self._lights, self._peak, self._fault)
        self._publish(events.StatusChanged(status_of(self.session, known, self._obstacles())))
