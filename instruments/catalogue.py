"""What is connected, and how an address becomes an instrument. Runs in the instrument process only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from instruments.lights import PRESETS, LampLine, SerialLed
from instruments.ocean import OceanSpectrometer, connected, use_real_bus, use_virtual_bus
from instruments.spectrometer import (
    BadSetting,
    DeviceListing,
    InstrumentInfo,
    LightSource,
    Role,
)
from instruments.virtual.hand import Hand, Pace
from instruments.virtual.models import MODELS
from instruments.virtual.protocol_virtual import URL
from instruments.virtual.rig import Rig

NO_UV = "none"
_VIRTUAL_NAMES = {"FLAME-S": "Flame-S", "USB4000": "USB4000"}


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """One open spectrometer and the lights that belong to it; `rig` is what stands behind a virtual one."""

    spectrometer: OceanSpectrometer
    lights: dict[Role, LightSource]
    rig: Rig | None

    @property
    def info(self) -> InstrumentInfo:
        """Get what is known of the instrument, lights included."""
        names = {role: light.name for role, light in self.lights.items()}
        return replace(self.spectrometer.info, probe=names.get("probe", "none"), uv=names.get("uv", "none"))


def devices(real: bool = True) -> tuple[DeviceListing, ...]:
    """Return the connected spectrometers (not asked for while one is open) and the two virtual ones."""
    virtual = tuple(
        DeviceListing(
            address=f"virtual:{name}",
            model=_VIRTUAL_NAMES[name],
            serial=model().serial,
            backend="pyseabreeze",
            virtual=True,
        )
        for name, model in MODELS.items()
    )
    return (connected() if real else ()) + virtual


def set_up_rig(
    address: str, *, pace: Pace = "real", seed: int = 0, incarnation: int = 0, hand: Hand | None = None
) -> Rig:
    """Set up the virtual bench of a virtual address as `hand` left it. Raises BadSetting for an unknown model."""
    name = address.partition(":")[2]
    if name not in MODELS:
        raise BadSetting(f"There is no virtual spectrometer {name}. There are: {', '.join(MODELS)}.")
    rig = Rig(name, pace=pace, seed=seed, incarnation=incarnation, hand=Hand() if hand is None else hand)
    use_virtual_bus()
    return rig


def open_instrument(address: str, *, uv: str | None = None, rig: Rig | None = None) -> Setup:
    """Open `ocean:SERIAL`, or `virtual:MODEL` on its `rig`. Raises InstrumentError.

    `uv` is the port of the LED driver that the user chose; None means the virtual LED for a virtual instrument and
    no UV light for a real one, "none" no UV light at all.
    """
    scheme, _, name = address.partition(":")
    if scheme == "virtual" and rig is not None:
        spectrometer = OceanSpectrometer(address, rig.serial, "pyseabreeze", virtual=True)
        port = URL if uv is None else uv
    elif scheme == "ocean" and name:
        spectrometer = OceanSpectrometer(address, name, use_real_bus(name), virtual=False)
        port = NO_UV if uv is None else uv
    else:
        raise BadSetting(f"'{address}' is no address of a spectrometer. One looks like ocean:FLMS00416.")
    lights: dict[Role, LightSource] = {}
    if spectrometer.lamp_line is not None:
        lights["probe"] = LampLine(spectrometer.lamp_line)
    if port != NO_UV:
        lights["uv"] = SerialLed(port, PRESETS["Aliquot virtual LED"])
    return Setup(spectrometer, lights, rig)
