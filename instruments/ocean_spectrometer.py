"""One open Ocean spectrometer, whichever back end of python-seabreeze its device comes from."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

import numpy as np

from analysis.spectrum import Detector, FloatArray, read_only
from instruments import ocean_features
from instruments.driver_errors import PerhapsGone, driver_errors, half_answered, out_of_step
from instruments.linearity import UNREADABLE
from instruments.ocean_frames import check_frame, full_pixels
from instruments.ocean_models import (
    COOLING_LIMITS_C,
    Feature,
    dark_pixels,
    exposure_us,
    facts,
    optical_pixels,
    trade_name,
    wavelengths_make_sense,
)
from instruments.spectrometer import (
    NO_LIGHT,
    OPENING_EXPOSURE_S,
    BadSetting,
    Disconnected,
    InstrumentError,
    InstrumentInfo,
    Temperatures,
)

Backend = Literal["cseabreeze", "pyseabreeze"]


class OceanSpectrometer:
    """One open spectrometer; implements `Spectrometer`. Counts are raw: nothing discarded, nothing corrected.

    Full pixels alone are told as full scale, also where this very device is full before its model is.

    Average and boxcar are the caller's. The scan that follows a change of exposure may still carry the old one. After
    a scan that failed the device is closed and opened again, with its exposure and its lamp line as they were: what
    is left on the wire of a scan that failed must not be read as the next.
    """

    def __init__(
        self, device: Any, address: str, backend: Backend, *, virtual: bool, unoffered: ocean_features.Unoffered
    ) -> None:
        """Take over an open device of the driver, reset what others left in it, set 0.1 s. Raises InstrumentError.

        `unoffered` makes features of the driver that the model has and the back end does not offer.
        """
        self._device = device
        self._make_unoffered = unoffered
        self._model = facts(device.model)
        self._lamp_on: bool | None = None
        self._closed = False
        self._before: FloatArray | None = None
        self._running_us = 0  # the longest exposure that may still be under way after a change
        with driver_errors("read out"):
            low, high = device.f.spectrometer.get_integration_time_micros_limits()
            below_us = high if self._model.below_s is None else min(high, round(self._model.below_s * 1e6))
            self._limits_us = (int(low), int(below_us))
            self._exposure_us = max(round(OPENING_EXPOSURE_S * 1e6), self._limits_us[0])
            notes = self._set_up()
            self._info = self._told(address, backend, virtual, notes)
        self._pixels = self._info.wavelengths_nm.size
        self._full_scale = self._info.detector.full_scale_counts
        self._optical = self._info.detector.optical_pixels or (0, self._pixels)

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the instrument; its lights are added by whoever owns them."""
        return self._info

    @property
    def lamp_line(self) -> Callable[[bool], None] | None:
        """Get what drives the lamp line, None where the driver has none. Calling it raises InstrumentError."""
        return None if self._lamp is None else self._drive_lamp

    def set_exposure(self, exposure_s: float) -> float:
        """Control the exposure in seconds (float in min <= s < max); the next scan may still carry the old one.

        Returns the exposure really set, the nearest in the model's steps: it cannot be read back. Raises BadSetting.
        """
        low, high = self._info.exposure_limits_s
        micros = exposure_us(exposure_s, self._limits_us, self._model.step_us)
        if micros is None:
            raise BadSetting(
                f"An exposure of {exposure_s * 1e3:g} ms is outside what this spectrometer can do: "
                f"{low * 1e3:g} ms to just below {high:g} s. The exposure stays as it was.",
                (low, high),
            )
        with self._recovering("set"):
            self._feature.set_integration_time_micros(micros)
        self._running_us = max(self._running_us, self._exposure_us)
        self._exposure_us = micros
        return micros / 1e6

    def scan(self) -> FloatArray:
        """Measure one scan: raw counts as the driver gives them, shape (pixels,). Raises InstrumentError."""
        with self._recovering("read"), _checksums_heeded():
            ocean_features.wait_for(self._device, self._feature, max(self._exposure_us, self._running_us))
            counts: FloatArray = self._feature.get_intensities()
            check_frame(counts, self._before, self._pixels, self._optical, self._full_scale)
            self._before = counts.copy()
            self._running_us = 0
        full = full_pixels(counts, self._optical, self._full_scale)
        np.putmask(counts, full, self._full_scale)  # a full pixel says no more than that
        return counts

    def check(self) -> None:
        """Tell the device the exposure that it has: the one exchange that all models and back ends know.

        Raises InstrumentError; Disconnected when it is gone.
        """
        with self._recovering("reached"):
            self._feature.set_integration_time_micros(self._exposure_us)

    def temperatures(self) -> Temperatures:
        """Measure what temperatures the model tells, in degrees Celsius. Raises InstrumentError."""
        with self._recovering("asked for its temperature"):
            return ocean_features.temperatures(self._features, self._cooler)

    def set_cooling(self, detector_c: float) -> None:
        """Control the detector's temperature in degrees Celsius (-40 to 40). Raises BadSetting where not cooled."""
        if self._cooler is None:
            raise BadSetting("The detector of this spectrometer is not cooled. Nothing was set.")
        if not COOLING_LIMITS_C[0] <= detector_c <= COOLING_LIMITS_C[1]:
            raise BadSetting(
                f"A detector is cooled to between {COOLING_LIMITS_C[0]:g} and {COOLING_LIMITS_C[1]:g} °C, not to "
                f"{detector_c:g} °C. The temperature stays as it was.",
                COOLING_LIMITS_C,
            )
        with self._recovering("cooled"):
            self._cooler.set_c(detector_c)

    def close(self) -> None:
        """Let the instrument go; never raises."""
        self._closed = True
        with suppress(Exception):  # whatever a driver raises here, there is nothing left to do about it
            self._device.close()

    def _set_up(self) -> tuple[str, ...]:
        """Take the features of a device just opened and bring it into the state that is remembered; returns notes."""
        features = self._features = self._device.f
        self._feature = features.spectrometer
        ocean_features.listen(features, self._model)
        notes = ocean_features.reset_left_overs(features)
        self._lamp = ocean_features.lamp_line(features, self._model)
        self._cooler = ocean_features.cooler(features, self._unoffered)
        self._feature.set_integration_time_micros(self._exposure_us)
        if self._lamp is not None and self._lamp_on is not None:
            self._lamp(self._lamp_on)
        return notes

    def _told(self, address: str, backend: Backend, virtual: bool, notes: tuple[str, ...]) -> InstrumentInfo:
        device = self._device
        wavelengths_nm = read_only(self._feature.get_wavelengths())
        full_scale = self._model.full_scale_counts or float(self._feature.get_maximum_intensity())
        listed = dark_pixels(self._feature.get_electric_dark_pixel_indices(), wavelengths_nm.size, self._model.bad_dark)
        first, stop = optical_pixels(self._model, wavelengths_nm.size, listed)
        if not wavelengths_make_sense(wavelengths_nm, (first, stop)):
            raise InstrumentError(
                "The wavelengths stored in this spectrometer make no sense. Nothing can be measured with it; have its "
                "calibration written again."
            )
        linearity, why_not = ocean_features.linearity(self._features, full_scale, self._unoffered)
        if why_not == UNREADABLE:
            self._reopen()  # what it did answer may still be on the wire
        return InstrumentInfo(
            address=address,
            model=trade_name(device.model, device.serial_number),
            serial=device.serial_number,
            backend=backend,
            virtual=virtual,
            wavelengths_nm=wavelengths_nm,
            exposure_limits_s=(self._limits_us[0] / 1e6, self._limits_us[1] / 1e6),
            detector=Detector(
                full_scale_counts=full_scale,
                linearity=linearity,
                dark_pixels=tuple(i for i in listed if not first <= i < stop),
                optical_pixels=(first, stop),
                no_linearity=why_not[:1].lower() + why_not[1:].rstrip("."),
            ),
            probe=NO_LIGHT if self._lamp is None else "lamp line",
            uv=NO_LIGHT,
            cooled=self._cooler is not None,
            notes=notes + ((why_not,) if why_not else ()),
        )

    def _unoffered(self, features: Any, name: Feature) -> Any:
        return self._make_unoffered(features, name) if name in self._model.unoffered else None

    def _drive_lamp(self, on: bool) -> None:
        assert self._lamp is not None
        self._lamp_on = on
        with self._recovering("reached"):
            self._lamp(on)

    @contextmanager
    def _recovering(self, doing: str) -> Iterator[None]:
        """Turn what the driver raises into an InstrumentError, and open again where the wire may be out of step."""
        if self._closed:
            raise Disconnected("The spectrometer was let go. Everything measured before is kept. Open it again.")
        try:
            with driver_errors(doing):
                yield
        except InstrumentError as failure:
            if out_of_step(failure):
                self._reopen()
            if isinstance(failure, PerhapsGone):  # it was opened again, so it is there
                raise half_answered(doing) from failure
            raise

    def _reopen(self) -> None:
        """Close and open the same device, and set it as it was. Raises InstrumentError."""
        self._before = None
        with driver_errors("opened again"):
            with suppress(Exception):  # it is opened again whatever was wrong with it
                self._device.close()
            self._device.open()
            self._set_up()


@contextmanager
def _checksums_heeded() -> Iterator[None]:
    """Let a frame with a wrong checksum fail: pyseabreeze only warns."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="WARNING OBP: The checksums differ", category=UserWarning)
        yield
