"""A run file as an address: `replay:FILE` opens what was recorded as a spectrometer, and plays it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from analysis.spectrum import Calibration, EmissionFrames, FloatArray, Frames, RawSpectrum
from instruments.replay import Played, Recorded, Replay
from instruments.spectrometer import NO_LIGHT, Channel, InstrumentInfo
from station import orders
from station.records import (
    MARK_KINDS,
    Aliquot,
    CalibrationTaken,
    LightsChanged,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    Record,
    Undone,
)
from station.run import EmissionSpectrometer, Exposures, Run, SetUp
from station.store import StoreError, read

REPLAY = "replay:"
NOT_LINEAR = "no linearity correction: none was recorded"

Turned = Literal["dark", "reference", "aliquot"]
Measured = tuple[Turned, Recorded]


class Tape:
    """The recording of one run file, and how far it has been played."""

    def __init__(self, address: str, wait: Callable[[float], None] | None) -> None:
        """Open `replay:FILE`; `wait` lets exposures take their time. Raises StoreError where it holds no counts."""
        path = Path(address.removeprefix(REPLAY))
        self.run: Run = read(path)
        measured: list[Measured] = []
        self._lights: list[tuple[str, str]] = []  # of each measurement: they may have been changed within the run
        lights = self.run.set_up and (self.run.set_up.probe, self.run.set_up.uv)
        for record, parts in in_order(self.run):
            lights = (record.probe, record.uv) if isinstance(record, LightsChanged) else lights
            measured += parts
            self._lights += [lights or (NO_LIGHT, NO_LIGHT)] * len(parts)
        self._kinds = [kind for kind, _ in measured]
        self._at = -1
        if self.run.set_up is None or not measured:
            raise StoreError(f"{path.name} holds no raw counts.", "Nothing was opened.", "Choose a run file that does.")
        self._recording = tuple(frames for _, frames in measured)
        self.exposures = self.run.set_up.exposures  # of the measurement that is played
        self.replay = Replay(*_infos(address, path.name, self.run.set_up, self._recording), self._recording, wait)
        self.replay.turn_to(0)

    def turn_to(self, kind: Turned) -> None:
        """Play the next measurement of this kind; a dark or reference that is the last one is played again.

        It is played with the lights and the exposures that it was taken with. Raises ValueError when there are no more
        aliquots.
        """
        after = [index for index, each in enumerate(self._kinds) if each == kind and index > self._at]
        before = [index for index, each in enumerate(self._kinds) if each == kind and index <= self._at]
        if not after and (kind == "aliquot" or not before):
            told = f"{len(before)} aliquots" if kind == "aliquot" else f"no {kind}"
            raise ValueError(f"The recording ends here: it has {told}. Nothing is made up.")
        index = after[0] if after else before[-1]
        self._at = max(self._at, index)
        self.replay.turn_to(index)
        self.replay.use_lights(*self._lights[index])
        self.exposures = _exposures(kind, self._recording[index], self.exposures)


def in_order(run: Run) -> Iterator[tuple[Record, tuple[Measured, ...]]]:
    """Yield every record that was not taken back, with what was measured for it: none, one, or dark and reference."""
    undone = {record.undone for record in run.records if isinstance(record, Undone)}
    held = Calibration()
    for index, record in enumerate(run.records):
        if index in undone:
            continue
        if isinstance(record, CalibrationTaken):
            yield record, tuple(_taken(record.calibration, held))
            held = record.calibration
        elif isinstance(record, Aliquot) and record.reading.frames is not None:
            yield record, (("aliquot", _as_taken(record.reading.frames)),)
        else:
            yield record, ()


def script(address: str, run: Run, run_path: Path | None) -> Iterator[orders.Order | float]:
    """Yield what was ordered in a recorded run, in order; numbers are the reaction times to wait for."""
    yield orders.OpenInstrument(address)
    yield orders.NewRun(run.recipe, None if run_path is None else str(run_path))
    for record, parts in in_order(run):
        begun_s = parts[0][1][0].frame.mid_exposure_s if parts else _clock_s(record)
        time_s = run.reaction_time_s(record.drawn_at_s if isinstance(record, Aliquot) else begun_s)
        if time_s is not None and time_s > 0.0:
            yield time_s
        for what, _ in parts:
            yield _ORDERS[what]
        match record:
            case Mark(kind, _, _, note) if kind in MARK_KINDS:
                yield orders.SetMark(kind, note)
            case OpticsChanged(optics):
                yield orders.UseOptics(optics)
            case OnsetAnswered(confirmed):
                yield orders.AnswerOnset(confirmed)
            case _:
                pass


_ORDERS: dict[Turned, orders.Order] = {
    "dark": orders.TakeDark(),
    "reference": orders.TakeReference(),
    "aliquot": orders.Capture(),
}


def _clock_s(record: Record) -> float:
    return record.drawn_at_s if isinstance(record, Aliquot) else record.clock_s


def _exposures(kind: Turned, recorded: Recorded, before: Exposures) -> Exposures:
    """Return what a measurement was taken with; what it does not tell is as it was before."""
    if kind == "dark":
        if len(recorded) < 2:
            return before
        glow, lamp = (played.frame for played in recorded)
        return replace(before, **_settings("absorbance", lamp), **_settings("emission", glow))
    lit = [played.frame for played in recorded if played.probe]
    glows = [played.frame for played in recorded if played.uv]
    exposures = replace(before, **_settings("absorbance", lit[0]))
    if not glows:
        return exposures
    short_s = glows[1].exposure_s if len(glows) > 1 else None
    return replace(exposures, **_settings("emission", glows[0]), emission_short_s=short_s)


def _settings(channel: Channel, frame: RawSpectrum) -> dict[str, Any]:
    return {f"{channel}_s": frame.exposure_s, f"{channel}_scans": frame.scans}


def _taken(new: Calibration, held: Calibration) -> Iterator[Measured]:
    """Yield what a calibration has that the one before it had not."""
    darks = [frame for frame in (new.dark_emission, new.dark_absorbance) if frame is not None]
    if darks and (new.dark_emission is not held.dark_emission or new.dark_absorbance is not held.dark_absorbance):
        yield "dark", tuple(Played(False, False, frame) for frame in darks)
    if new.reference is not None and new.reference is not held.reference:
        yield "reference", _as_taken(Frames(new.reference, new.blank))


def _as_taken(frames: Frames) -> Recorded:
    lamp = Played(True, False, frames.absorbance)
    return (lamp,) if frames.emission is None else _around(lamp, frames.emission)


def _around(lamp: Played, emission: EmissionFrames) -> Recorded:
    short = emission.short
    pair = () if short is None else (Played(False, False, short.off), Played(False, True, short.on))
    before, after = Played(False, False, emission.off_before), Played(False, False, emission.off_after)
    return (before, lamp, Played(False, True, emission.on), *pair, after)


def _infos(
    address: str, name: str, set_up: SetUp, recording: tuple[Recorded, ...]
) -> tuple[InstrumentInfo, InstrumentInfo]:
    """Return what is said of the two channels: whose counts they are, and that they are played from a file."""
    frames = [played for recorded in recording for played in recorded]
    exposures_s = [played.frame.exposure_s for played in frames]

    def info(of: SetUp | EmissionSpectrometer, wavelengths_nm: FloatArray) -> InstrumentInfo:
        return InstrumentInfo(
            address=address,
            model=f"{of.model}, replayed",
            serial=f"{of.serial}, replayed",
            backend=f"replay of {name}",
            virtual=True,
            wavelengths_nm=wavelengths_nm,
            exposure_limits_s=(min(exposures_s), max(exposures_s) * (1.0 + 1e-9)),
            detector=of.detector,
            probe=set_up.probe,
            uv=set_up.uv,
            probe_kind="none" if set_up.probe == NO_LIGHT else "lamp line",
            uv_kind="none" if set_up.uv == NO_LIGHT else "serial",
            notes=(f"played from {name}: nothing is measured", *(() if of.detector.linearity else (NOT_LINEAR,))),
        )

    lamp = next((p.frame for p in frames if p.probe), frames[0].frame)
    if set_up.emission_by is None:
        one = info(set_up, lamp.wavelengths_nm)
        return one, one
    glow = next((p.frame for p in frames if p.uv), lamp)
    return info(set_up, lamp.wavelengths_nm), info(set_up.emission_by, glow.wavelengths_nm)
