"""Ocean Optics and Ocean Insight spectrometers through python-seabreeze: both back ends, one face.

The only import of seabreeze. Devices are taken from the driver one by one, not through its `list_devices()`: that
stops at the first one it may not open, waits a second for network answers and resets whatever is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from instruments.answering_socket import AnsweringSocket
from instruments.driver_errors import NoLibusb, absent, driver_errors, out_of_step
from instruments.ocean_models import Feature, facts, trade_name
from instruments.ocean_spectrometer import Backend
from instruments.ocean_spectrometer import OceanSpectrometer as OceanSpectrometer
from instruments.spectrometer import BackendChoice, BadSetting, Busy, DeviceListing, Disconnected, InstrumentError

NETWORK_MODELS = ("FX", "HDX")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One spectrometer to open: by its serial number on the real or the virtual bus, or (model, host, port)."""

    address: str
    serial: str = ""
    virtual: bool = False
    network: tuple[str, str, int] | None = None


def open_wanted(wanted: Sequence[Wanted], choice: BackendChoice = "auto") -> tuple[OceanSpectrometer, ...]:
    """Open all of them through one back end, in their order; all or none. Raises InstrumentError.

    "auto" is cseabreeze where it knows every one of them, else pyseabreeze. Only pyseabreeze reaches a network or the
    virtual bus.
    """
    beyond = any(one.virtual or one.network for one in wanted)
    devices = [] if choice == "pyseabreeze" or beyond else _cseabreeze_devices(required=choice == "cseabreeze")
    known = {device.serial_number for device in devices}
    backend = chosen_backend(choice, {one.serial for one in wanted}, known, beyond=beyond)
    taken: list[Any] = []
    try:
        _open_devices(wanted, backend, devices, taken)
        return tuple(
            OceanSpectrometer(device, one.address, backend, virtual=one.virtual, unoffered=_unoffered)
            for one, device in zip(wanted, taken, strict=True)
        )
    except BaseException as failure:
        for device in taken:
            with suppress(Exception):  # the reason why not all could be opened is what is told
                device.close()
        if isinstance(failure, NoLibusb) and choice == "auto":  # then only what cseabreeze knows can be opened here
            raise absent(next(one.serial for one in wanted if one.serial not in known), "cseabreeze") from failure
        raise


def chosen_backend(choice: BackendChoice, serials: set[str], known: set[str], *, beyond: bool) -> Backend:
    """Return the one back end for all `serials`, of which cseabreeze lists `known`; raises BadSetting.

    `beyond` tells that one of them hangs on a network or on the virtual bus, which only pyseabreeze reaches.
    """
    if choice == "cseabreeze" and beyond:
        raise BadSetting("cseabreeze reaches neither a network nor the virtual bench. Choose pyseabreeze, or auto.")
    if choice == "cseabreeze" or (choice == "auto" and not beyond and serials <= known):
        return "cseabreeze"
    return "pyseabreeze"


def connected() -> tuple[DeviceListing, ...]:
    """Return the real spectrometers that either back end sees, each once. Never while one is open: it resets it.

    One that another program holds is listed with that obstacle and without an address: its serial number is not told.
    """
    listed = {device.serial_number: _listing(device, "cseabreeze") for device in _cseabreeze_devices(required=False)}
    held: list[DeviceListing] = []
    with suppress(InstrumentError):
        for device in _pyseabreeze_devices(virtual=False):
            try:
                _opened_once(device)
            except Busy:
                name = facts(device.model).name
                held.append(DeviceListing("", name, "", "none", virtual=False, obstacle="another program holds it"))
            except InstrumentError:  # gone again, or closed to this user, which is listed by its device node
                pass
            else:
                listed.setdefault(device.serial_number, _listing(device, "pyseabreeze"))
                with suppress(Exception):
                    device.close()
    return (*listed.values(), *held)


def _open_devices(wanted: Sequence[Wanted], backend: Backend, devices: Sequence[Any], taken: list[Any]) -> None:
    """Put the open device of each into `taken`. Raises InstrumentError at the first that cannot be had."""
    if backend == "cseabreeze":
        by_serial = {device.serial_number: device for device in devices}
        for one in wanted:
            if one.serial not in by_serial:
                raise absent(one.serial, backend)
            with driver_errors("opened"):
                by_serial[one.serial].open()
            taken.append(by_serial[one.serial])
        return
    on_bus: dict[bool, dict[str, Any]] = {}
    for virtual in {one.virtual for one in wanted if one.network is None}:
        serials = {one.serial for one in wanted if one.network is None and one.virtual == virtual}
        on_bus[virtual] = _found(serials, virtual=virtual)
    for one in wanted:
        try:
            device = on_bus[one.virtual][one.serial] if one.network is None else _network_device(*one.network)
            with driver_errors("opened"):
                device.open()
        except Disconnected:
            if one.network is None:
                raise
            raise Disconnected(
                f"No spectrometer answers at {one.network[1]}:{one.network[2]}. The run is kept. Check its cable and "
                "its address, and look again."
            ) from None
        taken.append(device)


def _found(serials: set[str], *, virtual: bool) -> dict[str, Any]:
    """Return pyseabreeze's devices by serial number, closed and with nothing left on their wires.

    One that cannot be opened does not hide the others. Raises Disconnected where one is not there, Busy where one that
    another program holds may be it.
    """
    found: dict[str, Any] = {}
    obstacles: list[InstrumentError] = []
    for device in _pyseabreeze_devices(virtual=virtual):
        try:
            _opened_once(device)
        except InstrumentError as obstacle:
            obstacles.append(obstacle)
            continue
        if device.serial_number in serials:
            found.setdefault(device.serial_number, device)
        with suppress(Exception):  # this resets the port: what a killed process left on the wire is lost
            device.close()
    for serial in sorted(serials - found.keys()):
        raise _not_had(serial, obstacles)
    return found


def _not_had(serial: str, obstacles: Sequence[InstrumentError]) -> InstrumentError:
    """Return what is said of a device that was not found while some that are connected did not tell their number."""
    if not obstacles:
        return absent(serial)
    held = next((obstacle for obstacle in obstacles if isinstance(obstacle, Busy)), None)
    return held or Disconnected(
        f"No spectrometer told the serial number {serial}, and one that is connected told none: {obstacles[0]}"
    )


def _opened_once(device: Any) -> None:
    """Open a device of pyseabreeze, which tells its serial number; garbage on its wire is given one reset."""
    try:
        with driver_errors("opened"):
            device.open()
    except InstrumentError as obstacle:
        if not out_of_step(obstacle):
            raise
        with suppress(Exception):
            device.close()
        with driver_errors("opened"):
            device.open()


def _pyseabreeze_devices(*, virtual: bool) -> Iterable[Any]:
    """Return the closed devices on the USB bus; their serial numbers are known once opened. Raises InstrumentError.

    The driver's handle resets its port when it is forgotten, whoever has opened that device meanwhile; these do not.
    """
    from seabreeze.pyseabreeze import SeaBreezeDevice
    from seabreeze.pyseabreeze.transport import USBTransport, USBTransportHandle

    class Handle(USBTransportHandle):
        def __del__(self) -> None:
            self.pyusb_device = None

    with driver_errors("looked for"):
        handles = list(USBTransport.list_devices(pyusb_backend="virtual" if virtual else None))
        for handle in handles:
            handle.__class__ = Handle
        return [SeaBreezeDevice(handle) for handle in handles]


def _cseabreeze_devices(*, required: bool) -> Sequence[Any]:
    """Return what cseabreeze lists; nothing where it does not run, unless `required`: then raises InstrumentError."""
    try:
        with driver_errors("looked for"):
            devices: Sequence[Any] = _cseabreeze().list_devices()
            return devices
    except ImportError:
        if required:
            raise InstrumentError(
                "cseabreeze does not run on this computer. Nothing was opened. Choose pyseabreeze, or auto."
            ) from None
    except InstrumentError:
        if required:
            raise
    return ()


@cache
def _cseabreeze() -> Any:
    from seabreeze.cseabreeze import SeaBreezeAPI

    return SeaBreezeAPI()


def _network_device(model: str, host: str, port: int) -> Any:
    """Return pyseabreeze's device of a network address, not yet open. Raises InstrumentError.

    The driver's own handle waits minutes for an address that nobody answers, closes a socket that it does not use,
    and adds up its time limits; this one opens and closes an AnsweringSocket.
    """
    import socket

    from seabreeze.pyseabreeze import SeaBreezeAPI, SeaBreezeDevice
    from seabreeze.pyseabreeze.transport import IPv4TransportHandle

    class Handle(IPv4TransportHandle):
        def open(self) -> None:
            self.socket.close()
            self.socket = AnsweringSocket(*self.get_address())

        def close(self) -> None:
            self.socket.close()

    with driver_errors("found on the network"):
        at = socket.gethostbyname(host)
        with suppress(ValueError):  # it is registered from the last time
            SeaBreezeAPI(initialize=False).add_ipv4_device_location(model, at, port)
        return SeaBreezeDevice(Handle(at, port))


def _unoffered(features: Any, name: Feature) -> Any:
    """Return a feature that pyseabreeze can speak to but does not offer for this model; None through cseabreeze."""
    if not hasattr(features.spectrometer, "protocol"):
        return None
    from seabreeze.pyseabreeze.features import nonlinearity, thermoelectric
    from seabreeze.pyseabreeze.protocol import OBP2Protocol

    protocol = features.spectrometer.protocol.transport.protocol  # itself: features hold weak ones
    if name == "thermo_electric":
        return thermoelectric.ThermoElectricFeatureOBP(protocol, 0)
    if isinstance(protocol, OBP2Protocol):
        return nonlinearity.NonlinearityCoefficientsFeatureOBP2(protocol, 0)
    return nonlinearity.NonlinearityCoefficientsFeatureOBP(protocol, 0)


def _listing(device: Any, backend: Backend) -> DeviceListing:
    serial = device.serial_number
    return DeviceListing(f"ocean:{serial}", trade_name(device.model, serial), serial, backend, virtual=False)
