"""A spectrometer as the USB bus shows it: what its product id means, and which back ends of the driver know it.

The ids are those of the driver's own tables: python-seabreeze 2.11.0, pyseabreeze/devices.py and the device classes of
its C++ library.
"""

from __future__ import annotations

from dataclasses import dataclass

VENDORS = {"2457": "Ocean Optics", "0999": "Ocean Insight"}
"""The two USB vendor ids of the spectrometers, as four hexadecimal digits."""

NOBODY_KNOWN = "a program"
"""Who holds a device where the system does not tell whom."""


@dataclass(frozen=True, slots=True)
class UsbModel:
    """What is sold under one product id, and whether each back end can speak to it."""

    name: str
    cseabreeze: bool = True
    pyseabreeze: bool = True

    @property
    def back_ends(self) -> frozenset[str]:
        """Get the names of the back ends that can speak to it."""
        known = {"cseabreeze": self.cseabreeze, "pyseabreeze": self.pyseabreeze}
        return frozenset(name for name, speaks in known.items() if speaks)


MODELS = {
    "2457:1002": UsbModel("USB2000"),
    "2457:1004": UsbModel("ADC1000-USB", cseabreeze=False),
    "2457:100a": UsbModel("HR2000"),
    "2457:1012": UsbModel("HR4000"),
    "2457:1014": UsbModel("USB650 Red Tide", cseabreeze=False),
    "2457:1016": UsbModel("HR2000+"),
    "2457:1018": UsbModel("QE65000 / QE65 Pro"),
    "2457:101e": UsbModel("USB2000+ / Flame-S"),
    "2457:1022": UsbModel("USB4000 / Flame-T"),
    "2457:1026": UsbModel("NIRQuest512"),
    "2457:1028": UsbModel("NIRQuest256"),
    "2457:102a": UsbModel("Maya2000 Pro"),
    "2457:102c": UsbModel("Maya2000"),
    "2457:1040": UsbModel("Torus"),
    "2457:1044": UsbModel("Apex"),
    "2457:1046": UsbModel("Maya LSL"),
    "2457:2000": UsbModel("Jaz"),
    "2457:2001": UsbModel("Ocean FX / Flame-X", pyseabreeze=False),
    "2457:2003": UsbModel("Ocean HDX", cseabreeze=False),
    "2457:4000": UsbModel("STS"),
    "2457:4004": UsbModel("QE Pro"),
    "2457:4200": UsbModel("Spark"),
    "2457:5000": UsbModel("Ventana"),
    "0999:1000": UsbModel("Ocean ST", cseabreeze=False),
    "0999:1001": UsbModel("Ocean SR2", cseabreeze=False),
    "0999:1002": UsbModel("Ocean SR4", cseabreeze=False),
    "0999:1003": UsbModel("Ocean HR2", cseabreeze=False),
    "0999:1004": UsbModel("Ocean HR4", cseabreeze=False),
    "0999:1005": UsbModel("Ocean SR6", cseabreeze=False),
    "0999:1006": UsbModel("Ocean HR6", cseabreeze=False),
}
"""Models by vendor and product id."""


@dataclass(frozen=True, slots=True)
class UsbNode:
    """One spectrometer as the bus shows it.

    `usb_id` is vendor:product in hexadecimals, `driver` what the system has bound to it ("" nothing), `held_by` the
    program that holds it as far as the system tells ("" nobody). `may_open` is None where the system does not say.
    """

    usb_id: str
    name: str
    serial: str
    place: str
    driver: str = ""
    held_by: str = ""
    may_open: bool | None = None

    @property
    def model(self) -> UsbModel | None:
        """Get what is sold under this id, None for one that the driver does not know."""
        return MODELS.get(self.usb_id)

    @property
    def title(self) -> str:
        """Get its name for a reader: the model, else what the device calls itself, else its maker."""
        if self.model is not None:
            return self.model.name
        return self.name or VENDORS.get(self.usb_id.partition(":")[0], "spectrometer")
