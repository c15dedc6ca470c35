"""The acquisition thread: owns the instrument, obeys orders, publishes events."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from analysis.spectrum import Calibration
from instruments.guard import Guard
from instruments.spectrometer import BadSetting, InstrumentError, LightUnreachable, Temperatures
from station import events, orders
from station.beginning import Beginning
from station.bench import Bench
from station.bench_settings import BenchSettings
from station.bookkeeping import Bookkeeping
from station.by_hand import Asking
from station.by_itself import ByItself
from station.clock import Clock
from station.connection import Connection
from station.cycle import Cancelled
from station.events import Event, FaultText, LiveFrame, State
from station.faults import beside, instrument_fault, not_closed, unforeseen, uv_left_on
from station.live import LiveView
from station.looking import Lookout
from station.measuring import RETRY_SAVING_S, Measuring
from station.obstacles import all_obstacles
from station.order_queue import OrderQueue
from station.session import Session
from station.setting_up import SettingUp
from station.status import Known, status_of
from station.store import StoreError
from station.timetable import Timetable
from station.vigil import Computer, Vigil

AFTER_A_FAULT_S = 2.0
REST_S = 0.1
CHECK_S = 1.0
COMPUTER_S = 1.0
TEMPERATURES_S = 10.0


class Acquisition:
    """Obeys orders one after the other; between them shows live spectra, watches the lights and retries the disk.

    `order()` may be called from any thread; everything else belongs to the thread that `start()` makes, or,
    for a headless run, to the one thread that calls `obey()`. `settings` are what the chemist has set about his bench:
    they win over `bench`, and what he changes is kept; None: nothing is read or kept. `computer` is what the station
    watches of the one it runs on.
    """

    def __init__(
        self,
        clock: Clock,
        publish: Callable[[Event | LiveFrame], None],
        folder: Path,
        bench: Bench | None = None,
        *,
        settings: BenchSettings | None = None,
        computer: Computer | None = None,
    ) -> None:
        self.clock = clock
        self.session = Session(clock, folder)
        self._publish = publish
        self._guard = Guard()
        self._orders = OrderQueue(lambda for_good: self._guard.interrupt(for_good=for_good))
        self._asking = Asking(self._announce, self._while_asking)
        self._connection = Connection(self._guard, clock, bench or Bench(), self._asking, self._announce)
        self._setting_up = SettingUp(self.session, self._connection, settings)
        self._beginning = Beginning(self.session, self._connection, self._setting_up, clock)
        self._vigil = Vigil(computer)
        self._bookkeeping = Bookkeeping(self.session, clock, self._tell)
        self._measuring = Measuring(
            self.session, self._connection, clock, self._tell, self._orders.cancelled, self._busy, self._slept
        )
        self._by_itself = ByItself(
            self._setting_up, self._connection, self._measuring, self._orders.cancelled, self._beginning.begin_if_none
        )
        self._lookout = Lookout(self._connection, self._tell, self._open)
        self._thread: threading.Thread | None = None
        self._state = State.DISCONNECTED
        self._live_wanted = True
        self._live = LiveView(clock)
        self._fault: FaultText | None = None
        self._temperatures: Temperatures | None = None
        self._times = Timetable(clock)
        self._ended = False

    # The thread

    def start(self) -> None:
        """Begin to obey in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, name="acquisition")
        self._thread.start()

    def order(self, order: orders.Order) -> Future[None]:
        """Ask for something; the future is done when it was carried out, refused or cancelled. Any thread."""
        if isinstance(order, orders.HandDone) and self._asking.done():
            done: Future[None] = Future()
            done.set_result(None)
            return done
        return self._orders.put(order)

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
                self._times.put_off("live", AFTER_A_FAULT_S)
                self._rest()
                self._announce()

    def _step(self) -> None:
        """Obey one order, or do once what is done between orders."""
        waiting = self._orders.take(0.001 if self._state is State.LIVE else REST_S)
        if waiting is None:
            self._between_orders()
            return
        order, done = waiting
        try:
            self.obey(order)
        finally:
            done.set_result(None)

    @property
    def uv_by_hand(self) -> bool:
        """Get whether the chemist has UV on, or may have: no clock runs faster meanwhile. Any thread."""
        return not self._connection.shows_live

    # Orders

    def obey(self, order: orders.Order) -> None:
        """Carry out one order; what cannot be done is announced as Refused or Faulted, never raised."""
        reason = None if order == orders.SwitchUv(False) else self._obstacles().get(type(order).__name__)
        if reason is not None:
            self._publish(events.Refused(type(order).__name__, reason))
            return
        self._attempt(type(order).__name__, lambda: self._carry_out(order))

    def _attempt(self, order: str, do: Callable[[], None]) -> None:
        try:
            do()
        except (StoreError, ValueError, BadSetting) as fault:
            self._publish(events.Refused(order, str(fault)))
        except InstrumentError as fault:
            self._instrument_fault(fault)
        if not self._ended:
            self._announce()

    def _carry_out(self, order: orders.Order) -> None:
        match order:
            case _ if isinstance(order, orders.InTheHolder):
                self._measuring.obey(order)
            case _ if isinstance(order, orders.Unattended):
                self._by_itself.obey(order)
            case _ if isinstance(order, orders.Said):
                self._bookkeeping.obey(order)
                self._measuring.tell_of_onset()
            case orders.SwitchUv(on):
                self._connection.switch_uv(on)
            case orders.HandDone():
                self._connection.uv_is_off()
            case orders.Cancel():
                self._orders.go_on()
                if self._connection.lights.uv_by_hand:
                    self._connection.switch_uv(False)
            case orders.Stop():
                self._stop()
            case _:
                self._set_up(order)

    def _set_up(self, order: orders.Order) -> None:
        """Carry out what is about the bench and the run rather than about one measurement."""
        match order:
            case orders.OpenInstrument(address):
                self._open(address)
            case orders.OpenTwo(absorbance, emission):
                self._open(absorbance, None if emission == absorbance else emission)
            case orders.LookAgain():
                if not self._lookout.again() and self._connection.address is None:
                    self._state = State.DISCONNECTED  # else it stays faulted and is looked for until it is there again
            case orders.NewRun(recipe, path):
                self._live.forget()
                self._beginning.begin(recipe, path)
            case orders.ContinueRun(path):
                self._beginning.go_on(path)
            case orders.ShowLive(on):
                self._show_live(on)
            case _ if isinstance(order, orders.Setting):
                self._setting_up.obey(order)
                if isinstance(order, orders.UseLighting) and self._connection.address is not None:
                    self._open(self._connection.address, self._connection.emission)
            case orders.FindExposures():
                found = self._measuring.find_exposures()
                self._setting_up.take_over(found)
                if found is not None and self._connection.info.probe_kind in ("lamp line", "serial"):
                    self._measuring.calibrate("dark")  # the station shuts this probe itself
            case orders.CheckWavelength(standard):
                self._measuring.check_wavelength(standard)
            case orders.Examine():
                self._publish(events.Examined(self._setting_up.examined()))

    def _open(self, address: str, emission: str | None = None) -> None:
        """Open this instrument; a run of another one is closed first, with everything that was measured by it."""
        connection, run = self._connection, self.session.run
        held = None if run is None or run.set_up is None else run.set_up
        second = None if held is None or held.emission_by is None else held.emission_by.address
        if held is not None and (held.address, second) != (address, emission):
            self.session.close()
            self.session.calibration = Calibration()
            self._measuring.peak = None
        connection.open(address, emission)
        self._lookout.found()
        self._state, self._fault, self._temperatures = State.IDLE, None, None
        self._rest()
        self.session.use_lights(connection.info.probe, connection.info.uv)
        self._live.forget()
        self._beginning.begin_if_none()
        try:
            self._setting_up.opened(address, emission)
        except ValueError as not_saved:
            self._publish(events.Refused("OpenInstrument", str(not_saved)))

    def _show_live(self, on: bool) -> None:
        self._live_wanted = on
        self._rest()
        if not on:
            self._measuring.cycle().lights_off()
            self._connection.note_lights()

    def _stop(self) -> None:
        """Lights off first, then the file; whatever the disk says, the acquisition ends and says so."""
        self._connection.close()
        left_on = uv_left_on(self._connection.lights)
        if left_on is not None:
            self._publish(events.Faulted(left_on))
        try:
            self.session.close()
        except StoreError as fault:
            self._publish(events.Faulted(not_closed(fault, self.session.unsaved)))
            self.session.let_go()
        finally:
            self._vigil.keep_awake(False)
            self._ended, self._state = True, State.DISCONNECTED
            self._publish(events.Stopped())

    # Between orders

    def _between_orders(self) -> None:
        try:
            self._look_at_the_instrument()
        except InstrumentError as fault:
            self._times.put_off("live", AFTER_A_FAULT_S)
            self._instrument_fault(fault)
        if self._by_itself.go_on(self._attempt, lambda: self._obstacles().get("Capture", "")):
            self._announce()
        if self._times.due("computer", COMPUTER_S):
            self._look_at_the_computer()
            self._bookkeeping.remind()
        if self.session.unsaved and self._times.due("save", RETRY_SAVING_S):
            if self.session.save_waiting():
                self._publish(events.Recovered("Everything is on disk again."))
            self._announce()

    def _look_at_the_instrument(self) -> None:
        """Show a frame, or see whether what rests is still there, or look for what is not. Raises InstrumentError."""
        connection, now_s = self._connection, self.clock.now_s()
        resting = self._state is State.IDLE or (self._state is State.LIVE and not connection.shows_live)
        if self._state is State.FAULTED:
            self._look_for(self._lookout.lost)
        elif self._state is State.DISCONNECTED:
            self._look_for(self._lookout.a_new_one)
        elif resting and self._times.due("check", CHECK_S):
            connection.check()
        elif self._state is State.LIVE and not resting and self._times.is_due("live"):
            self._show_frame()
        if connection.lights.overdue(now_s):
            connection.uv_off_in_time()
            self._announce()
        if self._state in (State.IDLE, State.LIVE) and self._times.due("temperatures", TEMPERATURES_S):
            self._read_temperatures()

    def _look_for(self, look: Callable[[float], None]) -> None:
        """Look for a spectrometer and announce what came of it. Raises InstrumentError."""
        before = self._state, self._lookout.others
        look(self.clock.now_s())
        if (self._state, self._lookout.others) != before:
            self._announce()

    def _show_frame(self) -> None:
        cycle = replace(self._measuring.cycle(), cancelled=self._orders.any)  # gives way to any order
        with suppress(Cancelled):
            self._publish(self._live.step(cycle, self.session.evaluation, self.session.calibration))
            if self._connection.note_lights():
                self._announce()

    def _read_temperatures(self) -> None:
        before, self._temperatures = self._temperatures, self._connection.temperatures()
        if self._temperatures != before:
            self._announce()

    def _look_at_the_computer(self) -> None:
        """Keep it awake while a run is open, note what has happened to the time, and leave no UV on unwatched."""
        if self._vigil.keep_awake(self.session.run is not None):
            self._announce()
        happened = self._vigil.noted(self.session, self._publish)
        if "gap" in happened:
            self._wake()
        if happened:
            self._announce()
        if self._connection.lights.uv_by_hand and self._vigil.left:
            self.obey(orders.SwitchUv(False))

    def _slept(self) -> bool:
        return "gap" in self._vigil.noted(self.session, self._publish)

    def _wake(self) -> None:
        """After a sleep open again what was open, lights off; nobody knows what the computer's sleep did to it."""
        if self._state in (State.IDLE, State.LIVE) and self._connection.address is not None:
            try:
                self._open(self._connection.address, self._connection.emission)
            except InstrumentError as fault:
                self._instrument_fault(fault)

    # Faults and status

    def _instrument_fault(self, fault: InstrumentError) -> None:
        """Say what happened, what was kept and what to do, once; what is still so is not said again."""
        self._connection.note_lights()
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
            self._connection.note_lights()

    def _tell(self, event: Event) -> None:
        """Publish; what is broken stays in the status until something has gone well."""
        if isinstance(event, events.Faulted):
            self._fault = event.fault
        self._publish(event)

    def _while_asking(self) -> None:
        """End the waiting for a hand when it is stopped, or when the instrument is lost meanwhile."""
        if self._orders.cancelled():
            raise Cancelled
        if self._times.due("check", CHECK_S):
            self._connection.check()

    def _obstacles(self) -> Mapping[str, str]:
        return all_obstacles(self._state, self.session, self._connection, hand_wanted=self._hand_wanted)

    @property
    def _hand_wanted(self) -> str | None:
        return self._asking.wanted or (None if self._state is State.MEASURING else self._connection.hand_wanted)

    def _announce(self) -> None:
        fault = self._fault if self._state is not State.FAULTED else beside(self._fault, self._lookout.others)
        known = Known(
            state=self._state,
            connection=self._connection,
            peak=self._measuring.peak,
            fault=fault,
            temperatures=self._temperatures,
            hand_wanted=self._hand_wanted,
            awake=self._vigil.awake,
            by_itself=self._by_itself.shown,
        )
        self._publish(events.StatusChanged(status_of(self.session, known, self._obstacles())))
