"""The OBP models: what they answer about themselves, and their detectors.

Pixels, limits and protocol facts are those of python-seabreeze 2.11.0; wavelengths, noise and dark current are
invented around what the makers' data sheets give for the detector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.spectrum import read_only
from instruments.virtual.device import COMMAND_OUT, Model
from instruments.virtual.eye import Sensor
from instruments.virtual.models_ooi import FLAME_LINEARITY, USB4000_LINEARITY, at_full_scale

REPLIES_ON = {COMMAND_OUT: 0x81, 0x02: 0x82}  # the endpoint that answers what came in on another
FIRST_EDITION, SECOND_EDITION = 0x1100, 0x2000
_ENDPOINTS = ((COMMAND_OUT, 64), (0x81, 64), (0x02, 64), (0x82, 64))
_WIDE_ENDPOINTS = ((COMMAND_OUT, 512), (0x81, 512))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ObpModel(Model):
    """One model as its firmware knows it.

    `wavelength` and `linearity` are the stored polynomials. `spectrum_message` asks for a spectrum, which comes
    behind `metadata_bytes` with `bytes_per_pixel`.
    """

    wavelength: tuple[float, ...]
    linearity: tuple[float, ...]
    version: int = FIRST_EDITION
    spectrum_message: int = 0x00101100
    metadata_bytes: int = 0
    bytes_per_pixel: int = 2
    cooled: bool = False


def _stored(coefficients: tuple[float, ...]) -> tuple[float, ...]:
    """Return coefficients as 32 bits hold them, so that the detector sees what the driver computes."""
    return tuple(float(np.float32(c)) for c in coefficients)


def _axis(wavelength: tuple[float, ...], pixels: int) -> np.ndarray:
    return read_only(np.polynomial.polynomial.polyval(np.arange(pixels, dtype=np.float64), wavelength))


def qepro() -> ObpModel:
    """Return the QE Pro: 1044 pixels of a cooled CCD, 345-924 nm, 18 bits of which 200 000 counts are used."""
    wavelength = _stored((338.9, 0.578, -1.05e-05, -1.1e-09))
    full_scale = 200_000.0  # libseabreeze, QEProSpectrometerFeature.cpp: "technically 18-bit, but internally limited"
    linearity = _stored(at_full_scale(FLAME_LINEARITY, full_scale))
    return ObpModel(
        name="QE-PRO",
        serial="VIRT-QEP00001",
        vendor=0x2457,
        product=0x4004,
        pixels=1044,
        endpoints=_ENDPOINTS,
        wavelength=wavelength,
        linearity=linearity,
        spectrum_message=0x00100928,
        metadata_bytes=32,
        bytes_per_pixel=4,
        cooled=True,
        sensor=Sensor(
            wavelengths_nm=_axis(wavelength, 1044),
            optical_pixels=(10, 1034),
            linearity=linearity,
            pedestal_counts=2_900.0,
            read_noise_counts=6.0,
            shot_variance=0.67,  # 300 000 electrons fill it
            dark_counts_s=3.0,
            full_scale_counts=full_scale,
            sensitivity=full_scale / 65_535.0,
            resolution_nm=1.2,
            pattern_seed=4004,
        ),
    )


def sts() -> ObpModel:
    """Return the STS-VIS: 1024 pixels, 338-815 nm, 14 bits."""
    wavelength = _stored((337.6, 0.4812, -1.2e-05, -2.0e-09))
    linearity = _stored(at_full_scale(USB4000_LINEARITY, 16_383.0))
    return ObpModel(
        name="STS",
        serial="VIRT-S00001",
        vendor=0x2457,
        product=0x4000,
        pixels=1024,
        endpoints=_ENDPOINTS,
        wavelength=wavelength,
        linearity=linearity,
        sensor=Sensor(
            wavelengths_nm=_axis(wavelength, 1024),
            optical_pixels=(0, 1024),
            linearity=linearity,
            pedestal_counts=1_500.0,
            read_noise_counts=10.0,
            shot_variance=0.4,
            dark_counts_s=40.0,
            hot_pixels=((700, 220.0),),
            full_scale_counts=16_383.0,
            sensitivity=0.25,
            resolution_nm=2.2,
            pattern_seed=4_000_001,
        ),
    )


def sr4() -> ObpModel:
    """Return the Ocean SR4: 3648 pixels, 342-1012 nm, 16 bits."""
    return _second_edition("SR4", "VIRT-SR400001", 0x1002, (341.6, 0.2012, -4.2e-06, -1.6e-10), pattern_seed=1002)


def hr4() -> ObpModel:
    """Return the Ocean HR4: 3648 pixels, 345-825 nm, 16 bits."""
    return _second_edition("HR4", "VIRT-HR400001", 0x1004, (345.2, 0.1423, -2.6e-06, -0.9e-10), pattern_seed=1004)


def _second_edition(name: str, serial: str, product: int, wavelength: tuple[float, ...], pattern_seed: int) -> ObpModel:
    stored = _stored(wavelength)
    linearity = _stored(tuple(float(c) for c in USB4000_LINEARITY))
    return ObpModel(
        name=name,
        serial=serial,
        vendor=0x0999,
        product=product,
        pixels=3648,
        endpoints=_WIDE_ENDPOINTS,
        wavelength=stored,
        linearity=linearity,
        version=SECOND_EDITION,
        spectrum_message=0x00001C00,
        metadata_bytes=32,
        sensor=Sensor(
            wavelengths_nm=_axis(stored, 3648),
            optical_pixels=(0, 3648),
            linearity=linearity,
            pedestal_counts=1_400.0,
            read_noise_counts=28.0,
            shot_variance=1.3,
            dark_counts_s=20.0,
            hot_pixels=((1_904, 700.0),),
            resolution_nm=1.0,
            pattern_seed=pattern_seed,
        ),
    )


def fx() -> ObpModel:
    """Return the Ocean FX, which is reached over the network alone: 2136 pixels, 348-1002 nm, 16 bits."""
    wavelength = _stored((348.3, 0.3284, -8.6e-06, -9.0e-10))
    linearity = _stored(tuple(float(c) for c in FLAME_LINEARITY))
    return ObpModel(
        name="FX",
        serial="VIRT-FX00001",
        vendor=0x2457,
        product=0x2001,
        pixels=2136,
        endpoints=(),
        wavelength=wavelength,
        linearity=linearity,
        spectrum_message=0x00101000,
        sensor=Sensor(
            wavelengths_nm=_axis(wavelength, 2136),
            optical_pixels=(0, 2136),
            linearity=linearity,
            pedestal_counts=1_600.0,
            read_noise_counts=20.0,
            shot_variance=1.0,
            dark_counts_s=30.0,
            resolution_nm=1.6,
            pattern_seed=2001,
        ),
    )


OBP_MODELS: dict[str, Callable[[], ObpModel]] = {"QEPRO": qepro, "STS": sts, "SR4": sr4, "HR4": hr4, "FX": fx}
