"""What a wavelength axis is compared with: a mercury-argon lamp before the fibre, a cell of holmium solution.

Wavelengths are in air. Mercury: Sansonetti, Salit and Reader, Appl. Opt. 1996, 35, 74. Argon: NIST Atomic Spectra
Database, Ar I. Holmium oxide in perchloric acid at 1 nm bandwidth: NIST SRM 2034. Brightness of the lines, and height
and width of the bands, are only like those of such lamps and cells.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.spectrum import FloatArray
from instruments.virtual.samples import Liquid

_BRIGHTEST_COUNTS_S = 300_000.0  # where a line is 1.4 nm wide
_REFERENCE_WIDTH_NM = 1.4
_LINES = (  # nm, brightness; close neighbours stand here too, as they do in the lamp
    (253.6521, 0.30),
    (296.7283, 0.06),
    (312.5674, 0.10),
    (313.1555, 0.09),
    (313.1844, 0.09),
    (334.1484, 0.02),
    (365.0158, 0.45),
    (365.4842, 0.12),
    (366.3284, 0.08),
    (404.6565, 0.40),
    (407.7837, 0.03),
    (435.8335, 0.85),
    (546.0750, 1.00),
    (576.9610, 0.20),
    (579.0670, 0.22),
    (696.5431, 0.25),
    (706.7218, 0.09),
    (714.7042, 0.01),
    (727.2936, 0.05),
    (738.3980, 0.14),
    (750.3869, 0.30),
    (751.4652, 0.16),
    (763.5106, 0.55),
    (772.3761, 0.09),
    (772.4207, 0.11),
    (794.8176, 0.14),
    (800.6157, 0.08),
    (801.4786, 0.12),
    (810.3693, 0.12),
    (811.5311, 0.40),
    (826.4522, 0.16),
    (840.8210, 0.14),
    (842.4648, 0.22),
    (852.1442, 0.05),
    (866.7944, 0.03),
    (912.2967, 0.20),
    (922.4499, 0.04),
)
_BANDS = (  # nm, absorbance in 10 mm, full width at half its height in nm
    (241.13, 0.80, 4.0),
    (249.87, 0.45, 3.5),
    (278.10, 0.40, 4.0),
    (287.18, 0.85, 4.5),
    (333.44, 0.15, 4.0),
    (345.47, 0.22, 4.5),
    (361.31, 0.70, 4.5),
    (385.66, 0.24, 5.0),
    (416.28, 0.75, 5.0),
    (451.30, 1.05, 6.0),
    (467.83, 0.28, 4.5),
    (485.29, 0.40, 6.0),
    (536.64, 0.80, 5.5),
    (640.52, 0.42, 7.0),
)


@dataclass(frozen=True, slots=True)
class LineLamp:
    """A mercury-argon lamp that shines into the fibre while it stands in the place of the cuvette."""

    @property
    def handled(self) -> bool:
        """Get False: nothing it does depends on how it stands."""
        return False

    def pour(self) -> Liquid:
        """Return the lamp."""
        return _Lines()

    def known_range_nm(self) -> None:
        """Return None: it stands in nobody's way."""
        return None


class _Lines:
    def absorbance(self, drawn_at_s: float, wavelengths_nm: FloatArray) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)

    def emission(self, drawn_at_s: float, wavelengths_nm: FloatArray, excitation_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)

    def glow(self, wavelengths_nm: FloatArray, resolution_nm: float) -> FloatArray:
        light = np.zeros(wavelengths_nm.shape)
        for nm, brightness in _LINES:
            light += brightness * _bell(wavelengths_nm, nm, resolution_nm)
        return light * (_BRIGHTEST_COUNTS_S * _REFERENCE_WIDTH_NM / resolution_nm)


@dataclass(frozen=True, slots=True)
class HolmiumCell:
    """A sealed cell of holmium oxide in perchloric acid, 10 mm."""

    @property
    def handled(self) -> bool:
        """Get True: it is put in by hand, as a cuvette is."""
        return True

    def pour(self) -> Liquid:
        """Return the solution."""
        return _Bands()

    def known_range_nm(self) -> None:
        """Return None: between its bands it is clear."""
        return None


class _Bands:
    def absorbance(self, drawn_at_s: float, wavelengths_nm: FloatArray) -> FloatArray:
        absorbance = np.zeros(wavelengths_nm.shape)
        for nm, height, width_nm in _BANDS:
            absorbance += height * _bell(wavelengths_nm, nm, width_nm)
        return absorbance

    def emission(self, drawn_at_s: float, wavelengths_nm: FloatArray, excitation_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)

    def glow(self, wavelengths_nm: FloatArray, resolution_nm: float) -> FloatArray:
        return np.zeros(wavelengths_nm.shape)


def _bell(nm: FloatArray, centre_nm: float, width_nm: float) -> FloatArray:
    bell: FloatArray = np.exp(-4.0 * math.log(2.0) * ((nm - centre_nm) / width_nm) ** 2)
    return bell
