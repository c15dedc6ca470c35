"""The optical set-up: what stands between light, cuvette and detector, and has to be known to read a spectrum."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Source = Literal["LED", "laser"]
Geometry = Literal["90 degrees", "front face"]


@dataclass(frozen=True, slots=True)
class Excitation:
    """The light that excites emission: nominal wavelength and width in nm, and what drives it, as far as known."""

    source: Source = "LED"
    nm: float = 405.0
    fwhm_nm: float | None = None
    current_ma: float | None = None
    power_mw: float | None = None


@dataclass(frozen=True, slots=True)
class Optics:
    """The optical set-up of a reading; two readings with different ones are not compared in silence.

    `excitation` None: there is none, or none is known. `long_pass_nm` is the edge of the filter in
    front of the detector (None: no filter); below it nothing is known of absorbance. Path in mm, slit and fibre core
    in um, None where unknown.
    """

    excitation: Excitation | None = field(default_factory=Excitation)
    long_pass_nm: float | None = None
    geometry: Geometry = "90 degrees"
    path_mm: float = 10.0
    slit_um: float | None = None
    fibre_um: float | None = None

    @property
    def excitation_nm(self) -> float | None:
        """Get the nominal excitation wavelength, or None where there is no excitation."""
        return None if self.excitation is None else self.excitation.nm
