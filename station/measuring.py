"""What is measured on D, R and Space: the cycle runs, the session keeps what came, and the screen hears of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Literal, TypeVar

from instruments.spectrometer import BadSetting, Busy, Disconnected, InstrumentError, LightUnreachable, Timeout
from station import events, orders
from station.clock import Clock
from station.connection import Connection
from station.cycle import Cancelled, Cycle
from station.events import Event, Measurement
from station.faults import kept_in_memory, unread_aliquot
from station.live import peak_of
from station.progress import Counting
from station.reading_again import ReadingAgain
from station.records import Aliquot
from station.run import Exposures
from station.session import Session
from station.stopping import onset_words
from station.strength import repeat
from station.wash import check

RETRY_SAVING_S = 10.0

Measured = TypeVar("Measured")


class Measuring:
    """The measurements of one station; for the acquisition thread.

    `cancelled` tells that the chemist stops it; within `busy()` the station shows that it measures; `slept` tells
    whether the computer has slept since it was asked last. `peak` is (fraction of full scale, saturated pixels) of the
    last reference.
    """

    def __init__(
        self,
        session: Session,
        connection: Connection,
        clock: Clock,
        publish: Callable[[Event], None],
        cancelled: Callable[[], bool],
        busy: Callable[[], AbstractContextManager[None]],
        slept: Callable[[], bool],
    ) -> None:
        self.peak: tuple[float, int] | None = None
        self._uv_too_long = False
        self.session = session
        self._connection = connection
        self.clock = clock
        self.publish = publish
        self._cancelled = cancelled
        self._busy = busy
        self._slept = slept
        session.reading_again = ReadingAgain(publish, cancelled, connection, clock)

    def obey(self, order: orders.InTheHolder) -> None:
        """Measure what stands in the holder. Raises InstrumentError."""
        match order:
            case orders.TakeDark():
                self.calibrate("dark")
            case orders.TakeReference():
                self.calibrate("reference")
            case orders.Capture(drawn_at_s):
                drawn = (self.session.drawn_at_s, drawn_at_s, self.clock.now_s())
                self.capture(next(each for each in drawn if each is not None))
            case orders.CheckWash():
                self.check_wash()

    def calibrate(self, kind: Literal["dark", "reference"]) -> None:
        """Measure a dark or a reference and put it in force. Raises InstrumentError."""
        measure = Cycle.dark if kind == "dark" else Cycle.reference
        calibration = self._measured(kind, lambda cycle: measure(cycle, self.session.calibration))
        if calibration is None:
            return
        try:
            self.session.calibrated(kind, calibration, self._warming(kind))
        except ValueError as unusable:
            self.publish(events.MeasurementEnded(kind, False, str(unusable)))
            return
        if calibration.reference is not None:
            self.peak = peak_of(calibration.reference, self._connection.info.detector)
        self.publish(events.MeasurementEnded(kind, True, f"{kind.capitalize()} taken, {self.clock.wall():%H:%M:%S}."))

    def capture(self, drawn_at_s: float, *, by_itself: bool = False) -> None:
        """Measure the aliquot in the holder and add it to the run. Raises InstrumentError.

        After one that was too strong it is the same, diluted, unless the chemist has said that another was drawn, or it
        is a reading that comes `by_itself`.
        """
        run = self.session.run
        again = repeat(run, drawn_at_s) if self.session.drawn_at_s is None and not by_itself else None
        drawn_at_s = drawn_at_s if again is None else again.drawn_at_s
        reaction_time_s = None if run is None else run.reaction_time_s(drawn_at_s)
        frames = self._measured("aliquot", lambda cycle: cycle.aliquot(), reaction_time_s)
        if frames is None:
            return
        self.tell_of(
            self.session.add_aliquot(frames, drawn_at_s, self._connection.uv_s, again, by_itself=by_itself),
            self.session.unread,
        )

    def tell_of(self, aliquot: Aliquot, unread: str | None) -> None:
        """Say that an aliquot was taken and where it is kept; `unread` is why it could not be read, if it could not."""
        self.publish(events.AliquotTaken(aliquot, saved=self.session.unsaved == 0))
        on_disk = f"Aliquot {aliquot.number} saved, {self.clock.wall():%H:%M:%S}. Undo: Ctrl+Z."
        refusal = self.session.store_fault
        sentence = on_disk if refusal is None else kept_in_memory(aliquot.number, refusal, RETRY_SAVING_S)
        self.publish(events.MeasurementEnded("aliquot", True, sentence))
        if unread is not None:
            self.publish(events.Faulted(unread_aliquot(aliquot.number, unread)))
        self.tell_of_onset()

    def tell_of_onset(self) -> None:
        """Say that quantum dots have begun to emit, if the last aliquot is the first to show it."""
        onset = self.session.new_onset()
        if onset is not None:
            findings = onset[1].reading.findings
            advice = onset_words(None if findings is None else findings.advice)
            self.publish(events.OnsetFlagged(onset[0], onset[1].number, advice))

    def check_wash(self) -> None:
        """Measure the washed cuvette and record what is left in it. Raises InstrumentError."""
        frames = self._measured("wash", lambda cycle: cycle.aliquot())
        if frames is None:
            return
        try:
            left = check(self.session, frames, self.clock)
        except ValueError as untold:
            self.publish(events.MeasurementEnded("wash", False, str(untold)))
            return
        self.publish(events.MeasurementEnded("wash", True, left.sentence, well=left.clean))

    def find_exposures(self) -> Exposures | None:
        """Find the exposures by the light there is; None where it was stopped or there is none. Raises InstrumentError.

        What does not fit them has to be taken again.
        """
        found = self._measured("exposure", lambda cycle: cycle.find_exposures(self._connection.bench.optics))
        if found is None:
            return None
        lamp, glow = found.exposures.absorbance_s, found.exposures.emission_s
        told = "; ".join((f"Exposures found: absorbance {1e3 * lamp:g} ms, emission {1e3 * glow:g} ms", *found.remarks))
        shut = self._connection.info.probe_kind in ("lamp line", "serial")
        then = "The dark is taken again now, then take the reference." if shut else "Take dark and reference again."
        self.publish(events.MeasurementEnded("exposure", True, f"{told}. {then}"))
        return found.exposures

    def check_wavelength(self, standard: str) -> None:
        """Measure this lamp or filter of known lines and record what it says of the axis. Raises InstrumentError."""
        frame = self._measured("wavelength", lambda cycle: cycle.wavelength(standard))
        if frame is None:
            return
        try:
            check = self.session.check_wavelength(standard, frame)
        except ValueError as untold:
            self.publish(events.MeasurementEnded("wavelength", False, str(untold)))
            return
        offset = f"{check.offset_nm:+.2f} ± {check.sigma_nm:.2f} nm from {check.lines} lines of {standard}"
        self.publish(events.MeasurementEnded("wavelength", True, f"Wavelength: {offset}. Nothing is corrected by it."))

    def _warming(self, kind: Literal["dark", "reference"]) -> str:
        """Return what is doubtful about a reference that was taken before a steady lamp is warm."""
        ends_s = self._connection.warm_up_ends_s
        cold = kind == "reference" and ends_s is not None and self.clock.now_s() < ends_s
        return "the lamp was still warming up" if cold else ""

    def cycle(self) -> Cycle:
        """Return the cycle that this instrument is measured with now."""
        self._connection.advance()
        return Cycle(self._connection, self.clock, self._connection.bench.exposures)

    def _measured(
        self, kind: Measurement, measure: Callable[[Cycle], Measured], reaction_time_s: float | None = None
    ) -> Measured | None:
        """Return what was measured, or None if it was cancelled; a torn or wedged read is repeated once."""
        self._uv_too_long = False
        try:
            self._connection.place(kind, reaction_time_s)
            self._as_placed()
            with self._busy(), self._connection.measuring(kind):
                return self._twice(kind, measure)
        except Cancelled:
            self.publish(events.MeasurementEnded(kind, False, self._why_stopped()))
            return None
        except ValueError as unusable:
            self.publish(events.MeasurementEnded(kind, False, str(unusable)))
            return None
        except InstrumentError:
            self.publish(events.MeasurementEnded(kind, False, f"This {kind} was not recorded; take it again."))
            raise

    def _as_placed(self) -> None:
        """Let go of a dark and a reference that do not fit what a recording goes on with: other exposures, lights."""
        info = self._connection.info
        self.session.use_exposures(self._connection.bench.exposures)
        self.session.use_lights(info.probe, info.uv)

    def _why_stopped(self) -> str:
        if not self._uv_too_long:
            return "Stopped; nothing was recorded."
        most_s = self._connection.bench.uv_by_hand_s
        return f"UV was on for {most_s:g} s, which is the most; nothing was recorded. A shorter exposure is needed."

    def _twice(self, kind: Measurement, measure: Callable[[Cycle], Measured]) -> Measured:
        if self._slept():
            self._connection.open_again()
        try:
            return self._at_one_go(kind, measure)
        except (Disconnected, Busy, LightUnreachable, BadSetting):
            raise  # nothing that passes by itself
        except InstrumentError as fault:
            happened = str(fault).removesuffix(" Measure again.")
            self.publish(events.Recovered(f"{happened} The measurement is repeated."))
            return self._at_one_go(kind, measure)

    def _at_one_go(self, kind: Measurement, measure: Callable[[Cycle], Measured]) -> Measured:
        """Return what was measured. Raises Timeout, the instrument opened again, where the computer slept meanwhile."""
        measured = measure(self._counted(kind))
        if self._slept():
            self._connection.open_again()
            raise Timeout("The computer slept meanwhile. Everything measured before is kept. Measure again.")
        return measured

    def _counted(self, kind: Measurement) -> Cycle:
        cycle = self.cycle()
        return replace(cycle, cancelled=self._stopped, report=Counting(kind, cycle.seconds(kind), self.publish))

    def _stopped(self) -> bool:
        self._uv_too_long = self._uv_too_long or self._connection.uv_by_hand_is_overdue
        return self._uv_too_long or self._cancelled()
