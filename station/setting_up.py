"""What the chemist sets about his bench: held against its bounds, put in force, kept for the next start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.spectrum import Calibration
from instruments.spectrometer import BadSetting, InstrumentInfo, Lighting
from station import orders
from station.bench_settings import BenchSettings, check_exposures, check_lighting, check_optics, check_settings, plain
from station.connection import Connection
from station.formats.response_file import read_response
from station.optics import Optics
from station.run import Exposures
from station.session import Session
from station.settings_file import save_settings


class SettingUp:
    """Changes the bench of one station; `settings` None means that nothing is kept. For the acquisition thread.

    Every method raises ValueError, with the sentences for the chemist, where a value is outside its bounds (nothing was
    changed), or where what is in force now could not be saved.
    """

    def __init__(self, session: Session, connection: Connection, settings: BenchSettings | None) -> None:
        self._session = session
        self._connection = connection
        self._settings = settings
        if settings is not None:
            connection.bench = connection.bench.with_settings(settings)

    def obey(self, order: orders.Setting) -> None:
        """Carry out an order about the bench; lights are switched anew when it is opened. Raises InstrumentError."""
        match order:
            case orders.UseLighting(lighting):
                self._use_lighting(lighting)
            case orders.UseOptics(optics):
                self._use_optics(optics)
            case orders.UseResponse(path):
                self._use_response(path)
            case orders.UseExposures(exposures):
                self._use_exposures(exposures)
            case orders.UseUvTime(by_hand_s):
                self._use(uv_by_hand_s=by_hand_s)
            case orders.UseOnset(share, bright):
                self._use(false_alarm=share, bright_counts_per_s=bright)
                self._session.use_onset(share, bright)
            case orders.UseOnsetCommand(words):
                self._use(onset_command=words)
            case orders.UseBackEnd(backend):
                self._use(backend=backend)
            case orders.SetCooling(detector_c):
                self._connection.set_cooling(detector_c)

    def went_on(self) -> None:
        """Measure the run that goes on with the optics and exposures that are set here; what does not fit is let go."""
        bench = self._connection.bench
        self._session.use_optics(bench.optics)
        self._session.use_exposures(bench.exposures)

    def _use(self, **changed: Any) -> None:
        """Put plain values in force that the bench and the settings call by the same name."""
        _refuse(check_settings(replace(BenchSettings(), **changed)))
        self._connection.bench = replace(self._connection.bench, **changed)
        self._keep(**changed)

    def take_over(self, found: Exposures | None) -> None:
        """Measure with exposures that were found, if any were."""
        if found is not None:
            self._use_exposures(found)

    def _use_lighting(self, lighting: Lighting) -> None:
        _refuse(check_lighting(lighting))
        if lighting != self._connection.bench.lighting:
            self._session.calibration = Calibration()  # it was taken with other lights
        self._connection.use_lighting(lighting)
        self._keep(lighting=lighting)

    def _use_optics(self, optics: Optics) -> None:
        _refuse(check_optics(optics))
        self._session.use_optics(optics)
        self._connection.use_optics(optics)
        self._keep(optics=optics)

    def _use_response(self, path: str | None) -> None:
        optics = self._connection.bench.optics
        response = None if path is None else read_response(Path(path))
        self._use_optics(replace(optics, corrections=replace(optics.corrections, response=response)))

    def _use_exposures(self, exposures: Exposures) -> None:
        _refuse(check_exposures(exposures))
        if self._connection.known is not None:
            _fit(exposures.absorbance_s, self._connection.info)
            _fit(exposures.emission_s, self._connection.emission_info)
        self._session.use_exposures(exposures)
        self._connection.bench = replace(self._connection.bench, exposures=exposures)
        self._keep(exposures=exposures)

    def opened(self, address: str, emission: str | None) -> None:
        """Remember what was opened last; what is virtual or replayed never steps in by itself."""
        if address.startswith("ocean:"):
            self._connection.bench = replace(self._connection.bench, last=(address, emission))
            self._keep(address=address, emission_address=emission)

    def examined(self) -> str:
        """Return what is found on the bus, and what to do; a spectrometer that is open is left alone.

        Raises InstrumentError where the driver does not answer.
        """
        from station.doctor import report

        known = self._connection.known
        if known is not None and not known.virtual:
            return report(open_here=True)
        return report(None if known is not None else self._connection.listed())

    def _keep(self, **changed: Any) -> None:
        if self._settings is None:
            return
        before, self._settings = self._settings, replace(self._settings, **changed)
        if self._settings != before:
            try:
                save_settings(self._settings)
            except (OSError, BadSetting) as refused:
                raise ValueError(str(refused)) from refused


def _fit(exposure_s: float, info: InstrumentInfo) -> None:
    """Raise ValueError where a spectrometer does not take this exposure."""
    low_s, high_s = info.exposure_limits_s
    if not low_s <= exposure_s < high_s:
        limits = f"{plain(1e3 * low_s)} ms to below {plain(1e3 * high_s)} ms"
        raise ValueError(f"The {info.model} takes exposures from {limits}. Nothing was changed.")


def _refuse(faults: Iterable[str]) -> None:
    said = " ".join(faults)
    if said:
        raise ValueError(f"{said} Nothing was changed.")
