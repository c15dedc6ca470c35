"""A recording as an instrument: raw frames that were measured before are scanned again, with their mean and scatter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.spectrum import FloatArray, RawSpectrum, read_only
from instruments.spectrometer import (
    NO_LIGHT,
    BadSetting,
    Channel,
    InstrumentError,
    InstrumentInfo,
    LightState,
    Role,
    Temperatures,
)

_GRAIN = 2.0**-24  # of a count; sums of a thousand scans of 18 bits in such grains are exact in float64


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One recorded frame and the lights that it was taken with."""

    probe: bool
    uv: bool
    frame: RawSpectrum


Recorded = tuple[Played, ...]
"""The frames of one measurement, in the order they were taken."""


class Replay:
    """Plays recorded measurements; implements `Instrument`, and `Spectrometer` for its channel of absorbance.

    What is scanned is the next frame of the measurement `turn_to` chose that fits lights and exposure, else the first
    of the whole recording that does. As many scans as were averaged, in a row, have the recorded mean to the last bit
    and the recorded scatter. `wait` lets an exposure take its time (None: it passes at once).
    """

    def __init__(
        self,
        info: InstrumentInfo,
        emission_info: InstrumentInfo,
        recording: Sequence[Recorded],
        wait: Callable[[float], None] | None = None,
    ) -> None:
        self._infos: dict[Channel, InstrumentInfo] = {"absorbance": info, "emission": emission_info}
        self._recording = tuple(recording)
        self._wait = wait
        self._turned_to: Recorded = ()
        self._lights: dict[Role, bool] = {"probe": False, "uv": False}
        self._exposures_s: dict[Channel, float] = {}
        self._at = -1
        self._played: Played | None = None
        self._scans = np.empty((0, 0))
        self._scan = 0
        self._closed = False
        for channel, its in self._infos.items():
            played = (each for recorded in recording for each in recorded)
            fits = [each.frame.exposure_s for each in played if each.frame.counts.size == its.wavelengths_nm.size]
            self._exposures_s[channel] = fits[0] if fits else 0.0

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the recorded instrument that measured absorbance."""
        return self._infos["absorbance"]

    @property
    def emission_info(self) -> InstrumentInfo:
        """Get what is known of the recorded instrument that measured emission."""
        return self._infos["emission"]

    def turn_to(self, index: int) -> None:
        """Play this measurement of the recording from now on, from its first frame."""
        self._turned_to = self._recording[index]
        self._at, self._played = -1, None

    def use_lights(self, probe: str, uv: str) -> None:
        """From here on the recording was made with lights of these names; one that was not there is not played."""
        for channel, info in self._infos.items():
            self._infos[channel] = replace(
                info,
                probe=probe,
                uv=uv,
                probe_kind="none" if probe == NO_LIGHT else "lamp line",
                uv_kind="none" if uv == NO_LIGHT else "serial",
            )

    def set_exposure(self, exposure_s: float, channel: Channel = "absorbance") -> float:
        """Control the exposure in seconds; returns the nearest that was recorded, which is the one in force.

        Raises BadSetting outside the limits, which are those of the recording.
        """
        low, high = limits = self._infos[channel].exposure_limits_s
        known = sorted({played.frame.exposure_s for each in self._recording for played in each})
        if not low <= exposure_s < high:
            told = ", ".join(f"{each:g} s" for each in known)
            raise BadSetting(
                f"The recording has no frame of {exposure_s:g} s; it has {told}. Choose one of them.", limits
            )
        nearest_s = min(known, key=lambda known_s: abs(known_s - exposure_s))
        self._exposures_s[channel], self._played = nearest_s, None
        return nearest_s

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        """Measure one scan, shape (pixels,), counts, as one of those that made the recorded mean.

        Raises InstrumentError where nothing was recorded with these lights.
        """
        if self._closed:
            raise InstrumentError("The recording was let go. Open it again.")
        if self._played is None:
            self._find(channel)
        exposure_s = self._exposures_s[channel]
        if self._wait is not None:
            self._wait(exposure_s)
        counts: FloatArray = self._scans[self._scan % self._scans.shape[0]]
        self._scan += 1
        return counts

    def temperatures(self, channel: Channel = "absorbance") -> Temperatures:
        """Measure the temperature that stands with the frame played last, in degrees Celsius, as far as recorded."""
        return Temperatures(None if self._played is None else self._played.frame.temperature_c)

    def set_cooling(self, detector_c: float) -> None:
        """Raise BadSetting: what was recorded is not cooled any more."""
        raise BadSetting("A recording is not cooled. Nothing was changed.")

    def light(self, role: Role, on: bool) -> None:
        """Control probe or UV; what was not recorded with it cannot be scanned."""
        self._lights[role], self._played = on, None

    def light_state(self, role: Role) -> LightState:
        """Get the state of a light, which is always known."""
        return "on" if self._lights[role] else "off"

    def close(self) -> None:
        """Switch both lights off and let the recording go; never raises."""
        self._closed = True
        self._lights = {"probe": False, "uv": False}

    def _find(self, channel: Channel) -> None:
        """Find the frame that fits: the next of this measurement, around its end, else any of the recording."""
        onwards = (*self._turned_to[self._at + 1 :], *self._turned_to[: self._at + 1])
        others = (played for each in self._recording for played in each)
        for played in (*onwards, *others):
            if self._fits(played, channel):
                break
        else:
            lit = " and ".join(role for role, on in self._lights.items() if on) or "no light"
            raise InstrumentError(
                f"Nothing was recorded with {lit} on at {self._exposures_s.get(channel, 0.0):g} s. Nothing is made up."
            )
        self._played, self._scan = played, 0
        self._scans = scans_of(played.frame, self._infos[channel].detector.full_scale_counts)
        if played in self._turned_to:
            self._at = self._turned_to.index(played)

    def _fits(self, played: Played, channel: Channel) -> bool:
        lit = (played.probe, played.uv) == (self._lights["probe"], self._lights["uv"])
        same_axis = played.frame.counts.size == self._infos[channel].wavelengths_nm.size
        return lit and same_axis and played.frame.exposure_s == self._exposures_s.get(channel)


def scans_of(frame: RawSpectrum, full_scale_counts: float) -> FloatArray:
    """Return scans, shape (scans, pixels), whose mean is that of the frame to the last bit, and their variance its own.

    They lie alternately one deviation above and below the mean. Where some reached full scale one does again; where
    none did, none does, though then a single one lies low.
    """
    n, mean = frame.scans, frame.counts
    if n == 1:
        return mean[np.newaxis, :]
    variance = np.where(np.isfinite(frame.scan_variance), frame.scan_variance, 0.0)
    away = _alternating(n)[:, np.newaxis] * np.sqrt(variance)
    low = _one_apart(n)[:, np.newaxis] * np.sqrt(variance)
    away = np.where(~frame.saturated & (mean + away.max(axis=0) >= full_scale_counts), -low, away)
    away = np.where(frame.saturated, _clipped(mean, variance, n, full_scale_counts), away)
    return read_only(_summing_to(mean + away, mean, n))


def _alternating(n: int) -> FloatArray:
    """Return n numbers of mean 0 and sample variance 1: alternately up and down, an odd one out at 0."""
    signs = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    if n % 2:
        signs[-1] = 0.0
    scaled: FloatArray = signs * np.sqrt((n - 1) / np.sum(signs**2))
    return scaled


def _one_apart(n: int) -> FloatArray:
    """Return n numbers of mean 0 and sample variance 1 of which all but the first are the same."""
    apart = np.full(n, -1.0 / np.sqrt(n))
    apart[0] = (n - 1) / np.sqrt(n)
    return apart


def _clipped(mean: FloatArray, variance: FloatArray, n: int, full_scale_counts: float) -> FloatArray:
    """Return what n scans differ from their mean by, the first at full scale and the others spread for the variance."""
    top = np.maximum(full_scale_counts - mean, 0.0)
    left = np.maximum((n - 1) * variance - top**2 * n / (n - 1), 0.0)
    spread = np.zeros(n) if n < 3 else np.concatenate(([0.0], _alternating(n - 1) / np.sqrt(n - 2)))
    rest = spread[:, np.newaxis] * np.sqrt(left) - top / (n - 1)
    rest[0] = top
    return rest


def _summing_to(scans: FloatArray, mean: FloatArray, n: int) -> FloatArray:
    """Return the scans in grains of a count, the last moved by so few that they add up to n times the mean exactly."""
    whole = np.rint(mean * n)
    total = np.where(whole / n == mean, whole, mean * n)
    grains = np.rint(scans / _GRAIN)
    grains[-1] += np.rint(total / _GRAIN) - grains.sum(axis=0)
    return grains * _GRAIN
