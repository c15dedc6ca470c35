"""The OOI models: the numbers in their EEPROM and on their detector."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.spectrum import FloatArray, read_only
from instruments.virtual.device import COMMAND_OUT, Model
from instruments.virtual.eye import Sensor

CONTROL_IN, SPECTRUM_IN, SPECTRUM_IN_FIRST = 0x81, 0x82, 0x86
_ENDPOINTS = ((COMMAND_OUT, 512), (CONTROL_IN, 512), (SPECTRUM_IN, 512), (SPECTRUM_IN_FIRST, 512))

# Flame-S FLMS00416 (grating 03, slit 25 um): calibration report of the device, cubic through its wavelengths and
# nonlinearity c0..c7. Typed in; a slot holds 14 characters and a NUL.
_FLAME_WAVELENGTH = ("340.4461296", "0.3814837489", "-2.1108300e-05", "-1.3685164e-09")
FLAME_LINEARITY = (
    "0.864123",
    "6.5517e-06",
    "-1.06531e-10",
    "4.70652e-16",
    "5.4788e-20",
    "-3.1291e-24",
    "6.61022e-29",
    "-4.88409e-34",
)
# Invented: no USB4000 was at hand. A cubic that runs from 340 nm at pixel 22 to 1030 nm at pixel 3669.
_USB4000_WAVELENGTH = ("335.42975", "0.2078375", "-4.5e-06", "-1.5e-10")
# An HR4000's c0..c7 (python-seabreeze issue 74), carried from its 14 bits to 16: c_i / 4^i.
USB4000_LINEARITY = (
    "0.939935",
    "1.12077e-05",
    "-9.87538e-10",
    "5.05330e-14",
    "-1.54690e-18",
    "2.74648e-23",
    "-2.58579e-28",
    "9.85681e-34",
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OoiModel(Model):
    """One model as its firmware knows it.

    `slots` are the texts of its EEPROM, at most 14 characters each. `split` is the number of bytes of a frame that
    leave on endpoint 0x86 before the rest leaves on 0x82. `saturation` is what slot 17 holds (0: never written): raw
    counts at which the detector is full, which the driver stretches to its full scale; `saturation_at` tells where in
    the slot. `flipped_bits` are inverted in what leaves. `time_base_us` is the unit of its exposure.
    """

    slots: dict[int, str]
    fpga_version: int = 0x1000
    split: int = 0
    saturation: int = 0
    saturation_at: Literal["<4xH9x", "<H13x", "<4xL7x"] = "<4xH9x"
    flipped_bits: int = 0
    time_base_us: int = 1
    cooled: bool = False

    def saturation_slot(self) -> bytes:
        """Return the 15 bytes of slot 17."""
        return struct.pack(self.saturation_at, self.saturation)


def _slots(serial: str, wavelength: tuple[str, ...], linearity: tuple[str, ...], bench: str) -> dict[int, str]:
    slots = {0: serial, 5: "0", 14: str(len(linearity) - 1), 15: bench}
    slots |= {1 + i: text for i, text in enumerate(wavelength)}
    slots |= {6 + i: text for i, text in enumerate(linearity)}
    return slots


def _sensor_numbers(slots: dict[int, str], pixels: int) -> tuple[FloatArray, tuple[float, ...]]:
    """Return wavelengths and linearity exactly as whoever reads the EEPROM will compute them."""
    coefficients = [float(slots[i]) for i in range(1, 5)]
    nm = np.polynomial.polynomial.polyval(np.arange(pixels, dtype=np.float64), coefficients)
    return read_only(nm), tuple(float(slots[i]) for i in range(6, 14))


def flame_s() -> OoiModel:
    """Return the Flame-S: 2048 pixels, 340-1021 nm, lamp line by continuous strobe."""
    slots = _slots("VIRT-FLMS00416", _FLAME_WAVELENGTH, FLAME_LINEARITY, "03 025")
    nm, linearity = _sensor_numbers(slots, 2048)
    sensor = Sensor(
        wavelengths_nm=nm,
        optical_pixels=(21, 2048),
        linearity=linearity,
        pedestal_counts=2_400.0,
        read_noise_counts=25.0,
        shot_variance=1.05,
        dark_counts_s=15.0,
        hot_pixels=((1_333, 1_800.0), (611, 260.0)),  # one near 803 nm, as FLMS00673 has
        pattern_seed=416,
    )
    return OoiModel(
        name="FLAME-S",
        serial=slots[0],
        vendor=0x2457,
        product=0x101E,
        endpoints=_ENDPOINTS,
        fpga_version=0x3000,  # major 3: this is how the driver tells a Flame-S from a USB2000+
        pixels=2048,
        split=0,
        saturation=0,
        slots=slots,
        sensor=sensor,
    )


def usb4000() -> OoiModel:
    """Return the USB4000: 3840 values of which 22..3669 see light, 340-1030 nm, full at 61 000 raw counts."""
    slots = _slots("VIRT-USB4F0001", _USB4000_WAVELENGTH, USB4000_LINEARITY, "02 025")
    nm, linearity = _sensor_numbers(slots, 3840)
    sensor = Sensor(
        wavelengths_nm=nm,
        optical_pixels=(22, 3_670),
        linearity=linearity,
        pedestal_counts=1_116.0,
        read_noise_counts=30.0,
        shot_variance=1.4,
        dark_counts_s=25.0,
        hot_pixels=((2_417, 900.0),),
        dead_ends=((0, 3, 32_822.8), (3_682, 3_840, 0.0)),  # the ends of real frames carry no signal
        pattern_seed=4000,
    )
    return OoiModel(
        name="USB4000",
        serial=slots[0],
        vendor=0x2457,
        product=0x1022,
        endpoints=_ENDPOINTS,
        fpga_version=0x1000,
        pixels=3840,
        split=2048,
        saturation=61_000,
        slots=slots,
        sensor=sensor,
    )


def at_full_scale(linearity: tuple[str, ...], full_scale_counts: float) -> tuple[float, ...]:
    """Return coefficients of a 16-bit detector for one with another full scale: the same curve."""
    return tuple(float(c) * (65_535.0 / full_scale_counts) ** i for i, c in enumerate(linearity))


def _texts(linearity: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"{c:.5e}" for c in linearity)


def usb2000plus() -> OoiModel:
    """Return the USB2000+, a Flame-S with an older FPGA: 2048 pixels, 348-1024 nm, full at 62 000 raw counts."""
    wavelength = ("339.9021", "0.380905", "-2.0300e-05", "-1.2800e-09")
    slots = _slots("VIRT-USB2+0001", wavelength, FLAME_LINEARITY, "01 025")
    nm, linearity = _sensor_numbers(slots, 2048)
    return OoiModel(
        name="USB2000+",
        serial=slots[0],
        vendor=0x2457,
        product=0x101E,
        pixels=2048,
        endpoints=_ENDPOINTS,
        slots=slots,
        saturation=62_000,
        sensor=Sensor(
            wavelengths_nm=nm,
            linearity=linearity,
            optical_pixels=(21, 2048),
            pedestal_counts=1_900.0,
            read_noise_counts=35.0,
            shot_variance=1.05,
            dark_counts_s=20.0,
            hot_pixels=((902, 640.0),),
            pattern_seed=0x101E,
        ),
    )


def hr4000() -> OoiModel:
    """Return the HR4000: 3840 values of which 22..3669 see light, 341-1026 nm, 14 bits, bit 13 inverted."""
    wavelength = ("335.9113", "0.206912", "-4.6100e-06", "-1.4700e-10")
    texts = _texts(at_full_scale(USB4000_LINEARITY, 16_383.75))  # 4 to 1: the numbers of issue 74 themselves
    slots = _slots("VIRT-HR4C0001", wavelength, texts, "01 025")
    nm, linearity = _sensor_numbers(slots, 3840)
    return OoiModel(
        name="HR4000",
        serial=slots[0],
        vendor=0x2457,
        product=0x1012,
        pixels=3840,
        endpoints=_ENDPOINTS,
        slots=slots,
        split=2048,
        flipped_bits=0x2000,
        sensor=Sensor(
            wavelengths_nm=nm,
            linearity=linearity,
            optical_pixels=(22, 3_670),
            pedestal_counts=620.0,
            read_noise_counts=9.0,
            shot_variance=0.35,
            dark_counts_s=6.0,
            dead_ends=((3_682, 3_840, 0.0),),
            full_scale_counts=16_383.0,
            sensitivity=0.25,
            resolution_nm=0.9,
            pattern_seed=0x1012,
        ),
    )


def hr2000plus() -> OoiModel:
    """Return the HR2000+: 2048 pixels, 351-1013 nm, 14 bits, bit 13 inverted."""
    wavelength = ("342.1170", "0.371034", "-1.8800e-05", "-1.1100e-09")
    texts = _texts(at_full_scale(FLAME_LINEARITY, 16_383.75))
    slots = _slots("VIRT-HR2+0001", wavelength, texts, "01 025")
    nm, linearity = _sensor_numbers(slots, 2048)
    return OoiModel(
        name="HR2000+",
        serial=slots[0],
        vendor=0x2457,
        product=0x1016,
        pixels=2048,
        endpoints=_ENDPOINTS,
        slots=slots,
        flipped_bits=0x2000,
        sensor=Sensor(
            wavelengths_nm=nm,
            linearity=linearity,
            optical_pixels=(24, 2048),
            pedestal_counts=520.0,
            read_noise_counts=12.0,
            shot_variance=0.3,
            dark_counts_s=6.0,
            full_scale_counts=16_383.0,
            sensitivity=0.25,
            pattern_seed=0x1016,
        ),
    )


def maya() -> OoiModel:
    """Return the Maya2000 Pro: 2304 values of which 10..2057 see light, 200-1112 nm, full scale 64 000."""
    wavelength = ("195.6110", "0.478210", "-1.1900e-05", "-1.9000e-09")
    slots = _slots("VIRT-MAY0001", wavelength, FLAME_LINEARITY, "01 025")
    nm, linearity = _sensor_numbers(slots, 2304)
    return OoiModel(
        name="Maya2000 Pro",
        serial=slots[0],
        vendor=0x2457,
        product=0x102A,
        pixels=2304,
        endpoints=_ENDPOINTS,
        slots=slots,
        saturation=64_000,
        saturation_at="<H13x",
        sensor=Sensor(
            wavelengths_nm=nm,
            linearity=linearity,
            optical_pixels=(10, 2_058),
            pedestal_counts=2_200.0,
            read_noise_counts=12.0,
            shot_variance=0.35,  # a back-thinned detector of 200 000 electrons
            dark_counts_s=60.0,
            dead_ends=((2_068, 2_304, 0.0),),
            full_scale_counts=64_000.0,
            pattern_seed=0x102A,
        ),
    )


def nirquest() -> OoiModel:
    """Return the NIRQuest512: 512 cooled InGaAs pixels, 894-1715 nm, exposures in whole milliseconds."""
    wavelength = ("894.2001", "1.681030", "-1.2800e-04", "-3.5000e-08")
    texts = ("1", "0", "0", "0", "0", "0", "0", "0")
    slots = _slots("VIRT-NQ512001", wavelength, texts, "01 025")
    nm, linearity = _sensor_numbers(slots, 512)
    return OoiModel(
        name="NIRQuest512",
        serial=slots[0],
        vendor=0x2457,
        product=0x1026,
        pixels=512,
        endpoints=_ENDPOINTS,
        slots=slots,
        flipped_bits=0x8000,
        saturation_at="<4xL7x",
        time_base_us=1_000,
        cooled=True,
        sensor=Sensor(
            wavelengths_nm=nm,
            linearity=linearity,
            optical_pixels=(0, 512),
            pedestal_counts=3_000.0,
            read_noise_counts=12.0,
            shot_variance=0.01,
            dark_counts_s=4_000.0,
            resolution_nm=6.0,
            pattern_seed=0x1026,
        ),
    )


OOI_MODELS: dict[str, Callable[[], OoiModel]] = {
    "FLAME-S": flame_s,
    "USB4000": usb4000,
    "USB2000PLUS": usb2000plus,
    "HR4000": hr4000,
    "HR2000PLUS": hr2000plus,
    "MAYA2000PRO": maya,
    "NIRQUEST512": nirquest,
}
