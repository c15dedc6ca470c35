"""A bench without bus and processes: the virtual eyes held directly, for tests of what is measured and how it is read.

Nothing of driver or guard is between them and the station, so a thousand cycles take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from analysis.spectrum import Detector, FloatArray
from analysis.synthesis import Conditions
from instruments.spectrometer import BadSetting, Channel, InstrumentInfo, LightState, Role, Temperatures
from instruments.virtual.bench import Bench
from instruments.virtual.eye import Eye, Sensor
from instruments.virtual.hand import Command, Fill
from instruments.virtual.models_ooi import flame_s, usb4000
from instruments.virtual.samples import FlaskSample, Sample
from station.clock import VirtualClock
from station.run import EmissionSpectrometer, SetUp

ODE = Conditions(solvent="ODE", temperature_c=100.0, top_mmol=21.2, oam_mmol=37.4, cd_mmol=1.2, te_mmol=1.0)
FLAME, USB4000 = flame_s().sensor, usb4000().sensor


def _info(name: str, sensor: Sensor) -> InstrumentInfo:
    ends = (*range(6, 21),) if sensor is FLAME else (*range(5, 16),)
    detector = Detector(sensor.full_scale_counts, sensor.linearity, ends, sensor.optical_pixels)
    limits_s = (0.001, 65.0)
    return InstrumentInfo(
        f"virtual:{name}", name, "S1", "none", True, sensor.wavelengths_nm, limits_s, detector, "lamp", "LED"
    )


@dataclass
class EyeBench:
    """An `Instrument` of one eye, or of two: the second sees emission."""

    seed: int = 0
    sample: Sample = field(default_factory=lambda: FlaskSample(ODE))
    second: Sensor | None = None
    warmth_c: float | None = None

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.bench = Bench(seed=self.seed)
        self.info = _info("FLAME-S", FLAME)
        self.emission_info = self.info if self.second is None else _info("USB4000", self.second)
        first = Eye(FLAME, self.bench)
        self.eyes: dict[Channel, Eye] = {"absorbance": first, "emission": first}
        if self.second is not None:
            self.eyes["emission"] = Eye(self.second, self.bench, 1)
        self.exposures_s: dict[Channel, float] = {"absorbance": 0.01, "emission": 0.01}
        self.asked_s: list[float] = []
        self.lit: dict[Role, LightState] = {"probe": "off", "uv": "off"}
        self.do(Fill(self.sample))

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.bench.obey(command)

    def set_exposure(self, exposure_s: float, channel: Channel = "absorbance") -> float:
        low, end = self.info.exposure_limits_s
        if not low <= exposure_s < end:
            raise BadSetting(f"{exposure_s} s", (low, end))
        self.asked_s.append(exposure_s)
        self.exposures_s[channel] = exposure_s
        return exposure_s

    def scan(self, channel: Channel = "absorbance") -> FloatArray:
        return self.eyes[channel].expose(self.exposures_s[channel])

    def temperatures(self, channel: Channel = "absorbance") -> Temperatures:
        return Temperatures(board_c=self.warmth_c)

    def light(self, role: Role, on: bool) -> None:
        self.lit[role] = "on" if on else "off"
        if role == "probe":
            self.bench.switch_probe(on)
        else:
            self.bench.switch_uv(on)

    def light_state(self, role: Role) -> LightState:
        return self.lit[role]

    def close(self) -> None:
        self.light("probe", False)
        self.light("uv", False)

    def set_up(self) -> SetUp:
        one, other = self.info, self.emission_info
        second = None
        if other is not one:
            second = EmissionSpectrometer(
                other.address, other.model, "S2", "none", other.wavelengths_nm.size, other.detector
            )
        return SetUp(
            one.address,
            one.model,
            "S1",
            "none",
            True,
            one.wavelengths_nm.size,
            one.detector,
            "lamp",
            "LED",
            emission_by=second,
        )
