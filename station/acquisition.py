"""The acquisition thread: owns the instrument, obeys orders, publishes events."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from analysis.spectrum import Calibration
from instruments.guard import Guard
from instruments.spectrometer import InstrumentError, LightUnreachable
from station import events, orders
from station.bench import Bench
from station.clock import Clock
from station.connection import Connection
from station.cycle import Cancelled
from station.events import Event, FaultText, LiveFrame, State
from station.faults import instrument_fault, unforeseen
from station.live import LiveView
from station.measuring import RETRY_SAVING_S, Measuring
from station.run import Recipe
from station.session import Session, obstacles
from station.settings import library_text
from station.status import Known, status_of
from station.store import StoreError

LOOK_AGAIN_S = 2.0
REST_S = 0.1


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
        self._guard = Guard()
        self._connection = Connection(self._guard, clock, bench or Bench())
        self._measuring = Measuring(
            self.session, self._connection, clock, self._tell, lambda: self._ending or self._cancel.is_set(), self._busy
        )
        self._orders: queue.SimpleQueue[tuple[orders.Order, Future[None]]] = queue.SimpleQueue()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = State.DISCONNECTED
        self._live_wanted = True
        self._live = LiveView(clock)
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
                self._tell(events.Faulted(unforeseen(trouble)))
                self._next_s["live"] = self.clock.now_s() + LOOK_AGAIN_S
                self._rest()
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
                self.session.resume(Path(path), self._connection.info.serial)
            case orders.TakeDark():
                self._measuring.calibrate("dark")
            case orders.TakeReference():
                self._measuring.calibrate("reference")
            case orders.Capture(drawn_at_s):
                self._measuring.capture(self.clock.now_s() if drawn_at_s is None else drawn_at_s)
            case orders.SetMark(kind, note, clock_s):
                self._publish(events.Marked(self.session.mark(kind, note, clock_s)))
            case orders.SwitchUv(on):
                self._connection.switch_uv(on)
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
        run = self.session.run
        if run is not None and run.set_up is not None and run.set_up.address != address:
            self.session.close()
            self.session.calibration = Calibration()
            self._measuring.peak = None
        self._connection.open(address)
        self._state, self._fault = State.IDLE, None
        self._rest()
        if self.session.run is None:
            name = f"Run at {self.clock.wall():%H:%M}"
            self._begin(Recipe(name=name, material=self._connection.bench.material), None)

    def _look_again(self) -> None:
        """Open what was open, or the only spectrometer; a virtual one is found where it stood."""
        held = self._connection.address
        if held is not None and held.startswith("virtual:"):
            self._open(held)
            return
        devices = self._connection.listed()
        self._publish(events.DevicesFound(devices))
        real = [device for device in devices if not device.virtual and not device.obstacle]
        known = [device.address for device in real if device.address == held]
        addresses = known or [device.address for device in real if len(real) == 1]
        if addresses:
            self._open(addresses[0])
        elif held is None:
            self._state = State.DISCONNECTED  # else it stays faulted and is looked for until it is there again

    def _begin(self, recipe: Recipe, path: str | None) -> None:
        set_up = self._connection.bench.set_up(self._connection.info)
        self._live = LiveView(self.clock)
        self.session.begin(recipe, set_up, library_text(), None if path is None else Path(path))

    def _show_live(self, on: bool) -> None:
        self._live_wanted = on
        self._rest()
        if not on:
            self._measuring.cycle().lights_off()
            self._note_lights()

    def _stop(self) -> None:
        """Lights off first, then the file; whatever the disk says, the acquisition ends and says so."""
        self._connection.close()
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

    # Between orders

    def _between_orders(self) -> None:
        now_s = self.clock.now_s()
        try:
            if self._state is State.LIVE and now_s >= self._next_s["live"]:
                self._show_frame()
            elif self._state is State.FAULTED:
                self._look_for_the_lost()
            if self._connection.lights.overdue(now_s):
                self._connection.switch_uv(False)
                self._announce()
        except InstrumentError as fault:
            self._next_s["live"] = now_s + LOOK_AGAIN_S
            self._instrument_fault(fault)
        if self.session.unsaved and self._due("save", RETRY_SAVING_S):
            if self.session.save_waiting():
                self._publish(events.Recovered("Everything is on disk again."))
            self._announce()

    def _show_frame(self) -> None:
        if self._connection.lights.uv_by_hand:
            return
        cycle = replace(self._measuring.cycle(), cancelled=lambda: not self._orders.empty())  # gives way to any order
        with suppress(Cancelled):
            self._publish(self._live.step(cycle, self.session.evaluation, self.session.calibration))
            if self._note_lights():
                self._announce()

    def _look_for_the_lost(self) -> None:
        """Open again by serial number until the spectrometer answers; the run goes on by itself."""
        if self._connection.address is None or not self._due("look", LOOK_AGAIN_S):
            return
        with suppress(InstrumentError):
            self._open(self._connection.address)
            self._publish(events.Recovered("The spectrometer is back; the run goes on."))
            self._announce()

    def _due(self, what: str, every_s: float) -> bool:
        now_s = self.clock.now_s()
        if now_s < self._next_s[what]:
            return False
        self._next_s[what] = now_s + every_s
        return True

    def _note_lights(self) -> bool:
        return self._connection.note_lights()

    # Faults and status

    def _instrument_fault(self, fault: InstrumentError) -> None:
        """Say what happened, what was kept and what to do, once; what is still so is not said again."""
        self._note_lights()
        before, state = self._fault, self._state
        time_of_day = f"{self.clock.wall():%H:%M:%S}"
        self._fault = instrument_fault(fault, self._connection.lights, self.session.run, time_of_day)
        if not isinstance(fault, LightUnreachable):
            self._state = State.FAULTED if self._connection.address is not None else State.DISCONNECTED
        if before is None or before.headline != self._fault.headline or state is not self._state:
            self._publish(events.Faulted(self._fault))
            self._announce()

    def _rest(self) -> None:
        if self._state is not State.FAULTED or self._fault is None:
            self._state = State.LIVE if self._live_wanted else State.IDLE

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """Show that something is measured; what was broken before is forgotten once it has gone well."""
        self._state = State.MEASURING
        self._announce()
        try:
            yield
            self._fault = None
        finally:
            self._live.forget()
            self._rest()
            self._note_lights()

    def _tell(self, event: Event) -> None:
        """Publish; what is broken stays in the status until something has gone well."""
        if isinstance(event, events.Faulted):
            self._fault = event.fault
        self._publish(event)

    def _obstacles(self) -> Mapping[str, str]:
        lights = self._connection.lights
        return obstacles(self._state, self.session, has_uv=lights.has_uv, uv_reachable=lights.uv_reachable)

    def _announce(self) -> None:
        connection = self._connection
        known = Known(
            self._state,
            connection.known,
            connection.bench.exposures,
            connection.lights,
            self._measuring.peak,
            self._fault,
        )
        self._publish(events.StatusChanged(status_of(self.session, known, self._obstacles())))
