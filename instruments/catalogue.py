"""What is connected, and how an address becomes an instrument. Runs in the instrument process only."""

from __future__ import annotations

from instruments.ocean import NETWORK_MODELS, OceanSpectrometer, Wanted, connected, open_wanted
from instruments.spectrometer import BackendChoice, BadSetting, DeviceListing
from instruments.usb_nodes import forbidden
from instruments.virtual.hand import Hand, Pace
from instruments.virtual.models import MODELS
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
    return Rig(names, pace=pace, seed=seed, incarnation=incarnation, hand=Hand() if hand is None else hand)


def open_spectrometers(
    addresses: tuple[str, ...], rig: Rig | None, backend: BackendChoice = "auto"
) -> tuple[OceanSpectrometer, ...]:
    """Open all of these addresses, in their order, through one back end and looking at the bus once; all or none.

    An address is `ocean:SERIAL`, `virtual:MODEL` on `rig`, or `tcp:FX@192.168.0.5:57357`. Raises InstrumentError.
    """
    if len(set(addresses)) != len(addresses):
        raise BadSetting("The same spectrometer cannot be opened twice. Choose one, or two different ones.")
    return open_wanted([_wanted(address, rig) for address in addresses], backend)


def _wanted(address: str, rig: Rig | None) -> Wanted:
    scheme, _, name = address.partition(":")
    if scheme == "virtual" and rig is not None and name in rig.serials:
        network = (name, *rig.network[name]) if name in rig.network else None
        return Wanted(address, serial=rig.serials[name], virtual=True, network=network)
    if scheme == "ocean" and name:
        return Wanted(address, serial=name)
    if scheme == "tcp":
        return Wanted(address, network=_network_place(address, name))
    raise BadSetting(f"'{address}' is no address of a spectrometer. One looks like ocean:FLMS00416.")


def _network_place(address: str, name: str) -> tuple[str, str, int]:
    model, _, place = name.partition("@")
    host, _, port = place.rpartition(":")
    if model not in NETWORK_MODELS or not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadSetting(
            f"'{address}' is no network address of a spectrometer. One looks like tcp:FX@192.168.0.5:57357; "
            f"models with a network are {' and '.join(NETWORK_MODELS)}."
        )
    return model, host, int(port)
