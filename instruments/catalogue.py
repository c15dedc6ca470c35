"""What is connected, and how an address becomes an instrument. Runs in the instrument process only."""

from __future__ import annotations

from instruments.led_commands import VIRTUAL_LED
from instruments.ocean import OceanSpectrometer, connected, use_real_bus, use_virtual_bus
from instruments.serial_led import SerialLed
from instruments.spectrometer import NO_LIGHT, BadSetting, DeviceListing, LightChoice, SerialPort
from instruments.usb_nodes import forbidden
from instruments.virtual.hand import Hand, Pace
from instruments.virtual.models import MODELS
from instruments.virtual.protocol_virtual import URL
from instruments.virtual.rig import Rig

_VIRTUAL_NAMES = {"FLAME-S": "Flame-S", "USB4000": "USB4000"}


def devices(real: bool = True) -> tuple[DeviceListing, ...]:
    """Return the connected spectrometers (not asked for while one is open) and the two virtual ones."""
    virtual = tuple(
        DeviceListing(
            address=f"virtual:{name}",
            model=_VIRTUAL_NAMES[name],
            serial=MODELS[name]().serial,
            backend="pyseabreeze",
            virtual=True,
        )
        for name in _VIRTUAL_NAMES
    )
    return ((*connected(), *forbidden()) if real else ()) + virtual


def set_up_rig(
    addresses: tuple[str, ...], *, pace: Pace = "real", seed: int = 0, incarnation: int = 0, hand: Hand | None = None
) -> Rig:
    """Set up the virtual bench before the spectrometers of these virtual addresses, as `hand` left it.

    Raises BadSetting for an unknown model.
    """
    names = tuple(address.partition(":")[2] for address in addresses)
    for name in names:
        if name not in MODELS:
            raise BadSetting(f"There is no virtual spectrometer {name}. There are: {', '.join(MODELS)}.")
    rig = Rig(names, pace=pace, seed=seed, incarnation=incarnation, hand=Hand() if hand is None else hand)
    use_virtual_bus()
    return rig


def open_spectrometer(address: str, rig: Rig | None = None) -> OceanSpectrometer:
    """Open `ocean:SERIAL`, or `virtual:MODEL` on its `rig`. Raises InstrumentError."""
    scheme, _, name = address.partition(":")
    if scheme == "virtual" and rig is not None:
        return OceanSpectrometer(address, rig.serials[name], "pyseabreeze", virtual=True)
    if scheme == "ocean" and name:
        return OceanSpectrometer(address, name, use_real_bus(name), virtual=False)
    raise BadSetting(f"'{address}' is no address of a spectrometer. One looks like ocean:FLMS00416.")


def uv_light(address: str, port: str | None) -> SerialLed | None:
    """Return the UV light that goes with an address, not yet spoken to.

    `port` is the port of the LED driver that the user chose; None means the virtual LED for a virtual instrument and
    no UV light for a real one, NO_LIGHT no UV light at all.
    """
    if port is None:
        port = URL if address.startswith("virtual:") else NO_LIGHT
    if port == NO_LIGHT:
        return None
    return SerialLed(LightChoice("serial", port=SerialPort(port), commands=VIRTUAL_LED))
