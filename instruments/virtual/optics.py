"""The light on the virtual bench: shapes of lamp, LED, room and solvent, in counts/s at the detector.

Shapes and levels are chosen to be like a small halogen lamp, a violet LED and a lit laboratory; none was measured.
"""

from __future__ import annotations

import math

import numpy as np

from analysis.spectrum import FloatArray

UV_NM = 405.1
UV_FWHM_NM = 12.0
PLACEMENT_SIGMA = 0.003  # absorbance: a cuvette put back by hand
SCATTER_SIGMA = 0.03  # of the LED line, from one placing to the next
CUVETTE_WALLS = 0.035  # absorbance: four reflecting surfaces that an empty holder lacks
LAMP_PEAK_COUNTS_S = 2.0e6  # 50 000 net counts at 25 ms
_TOLUENE_CM = ((786.0, 12.0, 14.0), (1003.0, 35.0, 12.0), (2920.0, 22.0, 60.0), (3057.0, 40.0, 40.0))


class Optics:
    """Every spectrum that does not depend on the sample, on one wavelength axis, in counts/s."""

    def __init__(self, wavelengths_nm: FloatArray) -> None:
        nm = wavelengths_nm
        self.lamp_counts_s = LAMP_PEAK_COUNTS_S * _lamp_shape(nm)
        self.room_counts_s = _room(nm)
        self.stray_uv_counts_s = 0.2 * _led_line(nm)
        self._led_line = _led_line(nm)
        self._side_band = _gaussian(nm, 560.0, 55.0)
        self._solvent = _toluene_raman(nm) + 6.0 * _gaussian(nm, 440.0, 60.0)
        self._at_uv = (nm > UV_NM - 5.0) & (nm < UV_NM + 5.0)
        self._far_red = (nm > 700.0) & (nm < 750.0)

    def cuvette_uv_counts_s(self, absorbance: FloatArray, *, turbid: bool, line: float) -> FloatArray:
        """Return what the LED makes of a cuvette beside its emission: line and wing, side band, Raman, impurities.

        `absorbance` is that of the sample, shape (pixels,): it dims what comes from inside (mean of 10^-A over
        the path). `turbid` lets what it loses in the far red scatter the LED into the detector; `line` is the
        share of the LED line that this placing scatters.
        """
        at_uv = float(np.mean(absorbance[self._at_uv])) if np.any(self._at_uv) else 0.0
        inside = _mean_excitation(max(at_uv, 0.0))
        lost = float(np.mean(absorbance[self._far_red])) if turbid and np.any(self._far_red) else 0.0
        turbidity = 1.0 + max(lost, 0.0) / 0.02
        return turbidity * (line * self._led_line + 0.5 * self._side_band) + inside * self._solvent


def reagent_glow_counts_s(nm: FloatArray, oam_mm: float, top_mm: float) -> FloatArray:
    """Return the blue autofluorescence of amine and phosphine at these concentrations in the cuvette (mM).

    A band at 438 nm that falls slowly to the red; 10 counts/s for the paper's standard flask, diluted 101 times.
    """
    width = np.where(nm < 438.0, 22.0, 38.0)
    return (1.2 * oam_mm + 0.3 * top_mm) / np.cosh((nm - 438.0) / width)


def lamp_drift(t_s: float) -> float:
    """Return the lamp's brightness at bench time `t_s`: warm-up of 0.2 %, then a slow swing below 0.3 % an hour."""
    warming = -0.002 * math.exp(-max(t_s, 0.0) / 1200.0)
    return 1.0 + warming + 0.004 * math.sin(2.0 * math.pi * t_s / 86_400.0)


def _gaussian(nm: FloatArray, centre_nm: float, fwhm_nm: float) -> FloatArray:
    return np.exp(-4.0 * math.log(2.0) * ((nm - centre_nm) / fwhm_nm) ** 2)


def _mean_excitation(absorbance: float) -> float:
    depth = math.log(10.0) * absorbance
    return 1.0 if depth < 1e-6 else -math.expm1(-depth) / depth


def _lamp_shape(nm: FloatArray) -> FloatArray:
    """Photons of a 3200 K filament (Planck) through glass that ends near 388 nm onto a silicon detector; peak 1."""
    grid = np.linspace(300.0, 1100.0, 1601)
    peak = float(np.max(_halogen(grid)))
    return _halogen(nm) / peak


def _halogen(nm: FloatArray) -> FloatArray:
    kelvin_nm = 1.4388e7 / 3200.0
    planck = nm**-4.0 / np.expm1(kelvin_nm / nm)
    glass = 1.0 / (1.0 + np.exp(-(nm - 388.0) / 7.0))
    return planck * glass * np.exp(-(((nm - 525.0) / 200.0) ** 2))


def _led_line(nm: FloatArray) -> FloatArray:
    """The scattered excitation line and its weak wing to the red; below full scale at 100 ms by a factor of six."""
    wing = np.where(nm > UV_NM, np.exp(-(nm - UV_NM) / 16.0), np.exp((nm - UV_NM) / 8.0))
    return 60_000.0 * (_gaussian(nm, UV_NM, UV_FWHM_NM) + 1.0e-3 * wing)


def _toluene_raman(nm: FloatArray) -> FloatArray:
    """Stokes lines of toluene (786, 1003, 2920 and 3057 /cm) as wide as the LED that excites them."""
    light = np.zeros(nm.shape)
    for shift_cm, counts_s, width_cm in _TOLUENE_CM:
        centre = 1.0e7 / (1.0e7 / UV_NM - shift_cm)
        light += counts_s * _gaussian(nm, centre, math.hypot(UV_FWHM_NM, width_cm * centre**2 * 1e-7))
    return light


def _room(nm: FloatArray) -> FloatArray:
    """A fluorescent tube (436, 546, 611 nm) and a white LED (447 nm and phosphor): a few counts/s, always there."""
    tube = sum(
        (height * _gaussian(nm, line, 2.0) for line, height in ((435.8, 3.0), (546.1, 5.0), (611.0, 4.0))),
        start=np.zeros(nm.shape),
    )
    return tube + 1.5 * _gaussian(nm, 447.0, 18.0) + 2.5 * _gaussian(nm, 552.0, 124.0)
