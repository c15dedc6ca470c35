"""How this station is set up before a run begins: exposures, measured ranges, and what a virtual cuvette holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from instruments.spectrometer import InstrumentInfo
from instruments.virtual.samples import Sample
from station.optics import Optics
from station.run import EmissionSpectrometer, Exposures, SetUp


@dataclass(frozen=True, slots=True)
class Bench:
    """Exposures, the ranges outside which nothing is known (nm; None: the whole detector), and the material.

    `uv` is the port of the UV light's driver that the user chose (None: the virtual LED of a virtual instrument, no
    UV light with a real one; "none": no UV light). `sample` and `seed` matter to virtual addresses only; `pace`
    "none" lets a virtual exposure take no time. `material` stands in the recipe of a run that was begun without one.
    """

    exposures: Exposures = field(default_factory=Exposures)
    absorbance_nm: tuple[float, float] | None = None
    emission_nm: tuple[float, float] | None = None
    optics: Optics = field(default_factory=Optics)
    uv: str | None = None
    sample: Sample | None = None
    pace: Literal["real", "none"] = "real"
    seed: int = 0
    material: str | None = "CdTe"

    def set_up(self, info: InstrumentInfo, emission_info: InstrumentInfo | None = None) -> SetUp:
        """Return the set-up that a run with this instrument keeps; `emission_info` is of a second one, if there is."""
        second = None if emission_info is None or emission_info.address == info.address else emission_info
        return SetUp(
            address=info.address,
            model=info.model,
            serial=info.serial,
            backend=info.backend,
            virtual=info.virtual,
            pixels=info.wavelengths_nm.size,
            detector=info.detector,
            probe=info.probe,
            uv=info.uv,
            exposures=self.exposures,
            absorbance_nm=self.absorbance_nm,
            emission_nm=self.emission_nm,
            optics=self.optics,
            emission_by=None if second is None else _emission_by(second),
        )


def _emission_by(info: InstrumentInfo) -> EmissionSpectrometer:
    return EmissionSpectrometer(
        address=info.address,
        model=info.model,
        serial=info.serial,
        backend=info.backend,
        pixels=info.wavelengths_nm.size,
        detector=info.detector,
    )
