"""The optical set-up: what stands between light, cuvette and detector, and has to be known to read a spectrum."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from analysis.response import Response

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
class Corrections:
    """How counts are read that came through the optics; each can be taken back, since raw counts are kept.

    `stray_percent` is the stray light in % of the lamp's mean light (None: measured below a long-pass filter, or taken
    as typical); it sets the ceiling of absorbance and changes no value. `lamp_drift`: what the lamp has drifted since
    the reference is subtracted. `response` None: emission is not corrected for the spectral response.
    """

    stray_percent: float | None = None
    lamp_drift: bool = True
    response: Response | None = None

    @property
    def in_effect(self) -> tuple[str, ...]:
        """Get the names of those that change values."""
        return (("lamp drift",) if self.lamp_drift else ()) + (("response",) if self.response is not None else ())


@dataclass(frozen=True, slots=True)
class Optics:
    """The optical set-up of a reading; two readings with different ones are not compared in silence.

    `excitation` None: there is none, or none is known. `long_pass_nm` is the edge of the filter in
    front of the detector (None: no filter); below it nothing is known of absorbance. Path in mm, slit and fibre core
    in um, None where unknown. `corrections` are no part of the light's path but of how its counts are read.
    """

    excitation: Excitation | None = field(default_factory=Excitation)
    long_pass_nm: float | None = None
    geometry: Geometry = "90 degrees"
    path_mm: float = 10.0
    slit_um: float | None = None
    fibre_um: float | None = None
    corrections: Corrections = field(default_factory=Corrections)

    @property
    def light_path(self) -> Optics:
        """Get what the light goes through: as this, but for how its counts are read."""
        return replace(self, corrections=Corrections())

    @property
    def of_emission(self) -> Optics:
        """Get what the height of emission depends on: as this, but for how absorbance is read."""
        return replace(self, corrections=Corrections(response=self.corrections.response))

    @property
    def excitation_nm(self) -> float | None:
        """Get the nominal excitation wavelength, or None where there is no excitation."""
        return None if self.excitation is None else self.excitation.nm
