"""A run file as an address: `replay:FILE` opens what was recorded as a spectrometer, and plays it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from analysis.spectrum import EmissionFrames, FloatArray, Frames
from instruments.replay import Played, Recorded, Replay
from instruments.spectrometer import NO_LIGHT, InstrumentError, InstrumentInfo
from station.run import Aliquot, CalibrationTaken, EmissionSpectrometer, Run, SetUp
from station.store import StoreError, read

REPLAY = "replay:"

Turned = Literal["dark", "reference", "aliquot"]


class Tape:
    """The recording of one run file, and how far it has been played."""

    def __init__(self, address: str, wait: Callable[[float], None] | None) -> None:
        """Open `replay:FILE`; `wait` lets exposures take their time. Raises StoreError where it holds no counts."""
        path = Path(address.removeprefix(REPLAY))
        self.run: Run = read(path)
        played = [(kind, frames) for kind, frames in map(_played, self.run.records) if frames]
        self._kinds = [kind for kind, _ in played]
        self._at = -1
        if self.run.set_up is None or not played:
            raise StoreError(f"{path.name} holds no raw counts.", "Nothing was opened.", "Choose a run file that does.")
        infos = _infos(address, path.name, self.run.set_up, tuple(frames for _, frames in played))
        self.replay = Replay(*infos, tuple(frames for _, frames in played), wait)
        self.replay.turn_to(0)

    def turn_to(self, kind: Turned) -> None:
        """Play the next measurement of this kind; a dark or reference that is the last one is played again.

        Raises InstrumentError when there are no more aliquots.
        """
        after = [index for index, each in enumerate(self._kinds) if each == kind and index > self._at]
        before = [index for index, each in enumerate(self._kinds) if each == kind and index <= self._at]
        if not after and (kind == "aliquot" or not before):
            told = f"{len(before)} aliquots" if kind == "aliquot" else f"no {kind}"
            raise InstrumentError(f"The recording ends here: it has {told}. Nothing is made up.")
        index = after[0] if after else before[-1]
        self._at = max(self._at, index)
        self.replay.turn_to(index)


def _played(record: object) -> tuple[Turned, Recorded]:
    """Return what kind of measurement a record is and its frames in the order they are taken; none for the rest."""
    match record:
        case CalibrationTaken("dark", calibration):
            darks = (calibration.dark_emission, calibration.dark_absorbance)
            return "dark", tuple(Played(False, False, frame) for frame in darks if frame is not None)
        case CalibrationTaken("reference", calibration) if calibration.reference is not None:
            return "reference", _in_order(Frames(calibration.reference, calibration.blank))
        case Aliquot() if record.reading.frames is not None:
            return "aliquot", _in_order(record.reading.frames)
        case _:
            return "dark", ()


def _in_order(frames: Frames) -> Recorded:
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
            exposure_limits_s=(min(exposures_s), max(exposures_s) * 1.001),
            detector=of.detector,
            probe=set_up.probe,
            uv=set_up.uv,
            probe_kind="none" if set_up.probe == NO_LIGHT else "lamp line",
            uv_kind="none" if set_up.uv == NO_LIGHT else "serial",
            notes=(f"played from {name}: nothing is measured",),
        )

    lamp = next((p.frame for p in frames if p.probe), frames[0].frame)
    if set_up.emission_by is None:
        one = info(set_up, lamp.wavelengths_nm)
        return one, one
    glow = next((p.frame for p in frames if p.uv), lamp)
    return info(set_up, lamp.wavelengths_nm), info(set_up.emission_by, glow.wavelengths_nm)
