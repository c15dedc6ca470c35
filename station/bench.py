"""How this station is set up before a run begins: exposures, measured ranges, and what a virtual cuvette holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from instruments.spectrometer import BackendChoice, InstrumentInfo, Lighting
from instruments.virtual.samples import Sample
from station.bench_settings import BenchSettings
from station.optics import Optics
from station.recipe import Recipe
from station.run import EmissionSpectrometer, Exposures, SetUp


@dataclass(frozen=True, slots=True)
class Bench:
    """Exposures, the ranges outside which nothing is known (nm; None: the whole detector), and the material.

    `lighting` None: as the instrument has its lights by itself. UV that is switched on by hand goes off after
    `uv_by_hand_s`. `last` are the addresses (absorbance, emission) that were open last. `sample` and `seed` matter to
    virtual addresses only; `pace` "none" lets a virtual or replayed exposure take no time. `material` stands in the
    recipe of a run that was begun without one, and so do `false_alarm` and
    `bright_counts_per_s`.
    """

    exposures: Exposures = field(default_factory=Exposures)
    absorbance_nm: tuple[float, float] | None = None
    emission_nm: tuple[float, float] | None = None
    optics: Optics = field(default_factory=Optics)
    lighting: Lighting | None = None
    backend: BackendChoice = "auto"
    uv_by_hand_s: float = 30.0
    last: tuple[str | None, str | None] = (None, None)
    sample: Sample | None = None
    pace: Literal["real", "none"] = "real"
    seed: int = 0
    material: str | None = "CdTe"
    false_alarm: float = 0.01
    bright_counts_per_s: float = 20_000.0
    onset_command: tuple[str, ...] = ()

    def with_settings(self, settings: BenchSettings) -> Bench:
        """Return the bench as the chemist has set it; what he has not stays."""
        return replace(
            self,
            lighting=settings.lighting,
            optics=settings.optics,
            exposures=settings.exposures or self.exposures,
            backend=settings.backend,
            uv_by_hand_s=settings.uv_by_hand_s,
            last=(settings.address, settings.emission_address),
            false_alarm=settings.false_alarm,
            bright_counts_per_s=settings.bright_counts_per_s,
            onset_command=settings.onset_command,
        )

    @property
    def settings(self) -> BenchSettings:
        """Get what of it is kept for the next start."""
        address, emission = self.last
        return BenchSettings(
            self.lighting,
            self.optics,
            self.exposures,
            self.backend,
            self.uv_by_hand_s,
            address,
            emission,
            self.false_alarm,
            self.bright_counts_per_s,
            self.onset_command,
        )

    def recipe(self, name: str) -> Recipe:
        """Return the recipe of a run that is begun without one."""
        return Recipe(
            name=name,
            material=self.material,
            false_alarm=self.false_alarm,
            bright_counts_per_s=self.bright_counts_per_s,
        )

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
