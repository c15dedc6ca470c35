"""What is true of each Ocean model where the two back ends disagree, are silent or are wrong.

Sources: [py] pyseabreeze 2.11.0 `devices.py`; [c] libseabreeze's spectrometer features as shipped with it; [88], [89]
issues of python-seabreeze; [19] pull request of python-oceanoptics; [manual] installation and operation manual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.spectrum import FloatArray

COOLING_LIMITS_C = (-40.0, 40.0)
"""Colder no cooler of these models reaches (QE Pro: 40 K below the room); warmer is no cooling."""

Feature = Literal["thermo_electric", "nonlinearity_coefficients"]
_LINEARITY: tuple[Feature, ...] = ("nonlinearity_coefficients",)  # of all models that speak OBP: [c] reads it from them
_PLAUSIBLE_C = (-60.0, 90.0)


@dataclass(frozen=True, slots=True)
class Facts:
    """One model.

    `name` is what is printed on it. `full_scale_counts` is where its counts stop, in counts as the driver returns
    them (None: what the driver says). `below_s` is the exposure it no longer takes (None: what the driver says).
    `step_us` is the unit of its exposure. `optical` is, by number of values in a frame, the half-open range that sees
    light (else whatever lies between its dark pixels). `bad_dark` are dark pixels of the driver's list that are none.
    `sync` tells whether a frame ends with the byte 0x69. `lamp_opcode` tells that the command 0x03 drives the lamp
    line even where pyseabreeze gives it no lamp. `unoffered` are features that it has and that pyseabreeze knows how to
    speak to, but does not offer for it.
    """

    name: str
    full_scale_counts: float | None = None
    below_s: float | None = None
    step_us: int = 1
    optical: tuple[tuple[int, tuple[int, int]], ...] = ()
    bad_dark: frozenset[int] = frozenset()
    sync: bool = True
    lamp_opcode: bool = False
    unoffered: tuple[Feature, ...] = ()


# A TCD1304's 3648 pixels lie at 22 ... 3669 of the 3840 values; cseabreeze cuts the frame off after 3648 values [c].
_TCD1304 = ((3840, (22, 3670)), (3648, (22, 3648)))
_ILX511 = ((2048, (21, 2048)),)
_S7031 = ((1280, (10, 1034)), (1044, (10, 1034)))  # 1024 of 1044, ten at either side [19]
_S10420 = ((2304, (10, 2058)), (2068, (10, 2058)))
_S9840 = ((2304, (16, 2064)), (2080, (16, 2064)))

_FACTS = {
    "FLAMES": Facts("Flame-S", optical=_ILX511),
    "USB2000PLUS": Facts("USB2000+", optical=_ILX511),
    "USB2000": Facts("USB2000", step_us=1000, optical=((2048, (26, 2048)),)),  # [88]
    "USB650": Facts("USB650", step_us=1000),
    "HR2000": Facts("HR2000", step_us=1000, optical=((2048, (26, 2048)),)),  # [88]
    "HR2000PLUS": Facts(  # black 0 ... 17, light from 20 on [88]
        "HR2000+", optical=((2048, (20, 2048)),), bad_dark=frozenset(range(18, 24)), lamp_opcode=True
    ),
    # cseabreeze takes 655 s and then waits for them; the device can do 65.5 s [89]
    "USB4000": Facts("USB4000", below_s=65.535, optical=_TCD1304, lamp_opcode=True),
    "HR4000": Facts(
        "HR4000", optical=_TCD1304, bad_dark=frozenset(range(5)), lamp_opcode=True
    ),  # 0 ... 4 unusable [88]
    "QE65000": Facts("QE65000", step_us=1000, optical=_S7031, bad_dark=frozenset({0, 1042, 1043}), lamp_opcode=True),
    "QEPRO": Facts(  # "technically 18-bit, but internally limited" [c]; [py] says 262143, which it never reaches
        "QE Pro", full_scale_counts=200_000.0, optical=_S7031, sync=False, unoffered=("thermo_electric", *_LINEARITY)
    ),
    "MAYA2000": Facts("Maya2000", optical=_S9840, lamp_opcode=True),
    "MAYA2000PRO": Facts("Maya2000 Pro", optical=_S10420, lamp_opcode=True),
    "MAYALSL": Facts("Maya LSL", optical=_S10420, lamp_opcode=True),
    "APEX": Facts("Apex", optical=_S10420),
    "NIRQUEST256": Facts("NIRQuest256", step_us=1000, lamp_opcode=True),
    "NIRQUEST512": Facts("NIRQuest512", step_us=1000, lamp_opcode=True),
    "TORUS": Facts("Torus", lamp_opcode=True),
    "JAZ": Facts("Jaz", sync=False, lamp_opcode=True),
    "FLAMENIR": Facts("Flame-NIR"),
    "STS": Facts("STS", sync=False, unoffered=_LINEARITY),
    "SPARK": Facts("Spark", sync=False),
    "VENTANA": Facts("Ventana", sync=False),
    "FX": Facts("Ocean FX", sync=False, unoffered=_LINEARITY),
    "FLAMEX": Facts("Ocean FX", sync=False),
    "HDX": Facts("Ocean HDX", sync=False),
    "ADC1000USB": Facts("ADC1000-USB", step_us=1000),
    "SR2": Facts("Ocean SR2", sync=False, unoffered=_LINEARITY),
    "SR4": Facts("Ocean SR4", sync=False, unoffered=_LINEARITY),
    "SR6": Facts("Ocean SR6", sync=False, unoffered=_LINEARITY),
    "HR2": Facts("Ocean HR2", sync=False, unoffered=_LINEARITY),
    "HR4": Facts("Ocean HR4", sync=False, unoffered=_LINEARITY),
    "HR6": Facts("Ocean HR6", sync=False, unoffered=_LINEARITY),
    "ST": Facts("Ocean ST", step_us=10, sync=False),
}
_BY_SERIAL = {
    "FLMS": "Flame-S",
    "FLMT": "Flame-T",
}  # sold under a name of their own, known to cseabreeze as the old one


def facts(model: str) -> Facts:
    """Return what is known of a model under either back end's name for it; of an unknown one what the driver says."""
    return _FACTS.get(model.upper().replace("-", ""), Facts(model, sync=False))


def trade_name(model: str, serial: str) -> str:
    """Return what is printed on the device."""
    return _BY_SERIAL.get(serial[:4].upper(), facts(model).name)


def exposure_us(exposure_s: float, limits_us: tuple[int, int], step_us: int) -> int | None:
    """Return the multiple of `step_us` nearest to an exposure, within [min, max); None outside of it, or for NaN."""
    low, high = limits_us
    if not low / 1e6 <= exposure_s < high / 1e6:
        return None
    nearest = round(exposure_s * 1e6 / step_us) * step_us
    if nearest < low:
        nearest += step_us
    return nearest if nearest < high else nearest - step_us


def dark_pixels(listed: Iterable[Any], pixels: int, bad: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """Return the pixels of a driver's list that can be dark pixels: whole, inside the frame, each once, not known bad.

    Some models nest the list, and some nest it around nothing: that gives none.
    """
    return tuple(sorted({i for i in _flat(listed) if 0 <= i < pixels} - bad))


def optical_pixels(model: Facts, pixels: int, dark: tuple[int, ...]) -> tuple[int, int]:
    """Return the half-open range of pixels that see light."""
    known = dict(model.optical).get(pixels)
    if known is not None:
        return known
    first = max((i + 1 for i in dark if i < pixels // 2), default=0)
    return first, min((i for i in dark if i >= pixels // 2), default=pixels)


def wavelengths_make_sense(wavelengths_nm: FloatArray, optical: tuple[int, int]) -> bool:
    """Tell whether the wavelengths are numbers that rise from pixel to pixel where the detector sees light."""
    return bool(np.all(np.isfinite(wavelengths_nm)) and np.all(np.diff(wavelengths_nm[slice(*optical)]) > 0.0))


def plausible_c(degrees: float) -> float | None:
    """Return a temperature that a spectrometer can have, None for what a sensor says that is not there."""
    return float(degrees) if _PLAUSIBLE_C[0] < degrees < _PLAUSIBLE_C[1] else None


def _flat(indices: Iterable[Any]) -> Iterator[int]:
    for index in indices:
        if isinstance(index, Iterable):
            yield from _flat(index)
        else:
            yield int(index)
