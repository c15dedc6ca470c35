"""The contract, through pyseabreeze: every model of the virtual bench, on the bus or on a network cable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from instruments.catalogue import open_spectrometers, set_up_rig
from instruments.ocean import OceanSpectrometer
from instruments.spectrometer import InstrumentError
from instruments.virtual.hand import Trouble
from instruments.virtual.models import MODELS
from tests.instruments.contracts import SpectrometerContract, Stand

# What is printed on it, the values of a frame and full scale, as the data sheets and the driver's table have them.
EXPECTED = {
    "FLAME-S": ("Flame-S", 2048, 65_535.0),
    "USB4000": ("USB4000", 3840, 65_535.0),
    "USB2000PLUS": ("USB2000+", 2048, 65_535.0),
    "HR4000": ("HR4000", 3840, 16_383.0),
    "HR2000PLUS": ("HR2000+", 2048, 16_383.0),
    "MAYA2000PRO": ("Maya2000 Pro", 2304, 64_000.0),
    "NIRQUEST512": ("NIRQuest512", 512, 65_535.0),
    "QEPRO": ("QE Pro", 1044, 200_000.0),
    "STS": ("STS", 1024, 16_383.0),
    "SR4": ("Ocean SR4", 3648, 65_535.0),
    "HR4": ("Ocean HR4", 3648, 65_535.0),
    "FX": ("Ocean FX", 2136, 65_535.0),
}
EXPOSURE_S = 0.025  # the lamp then fills the detector to four fifths
DAZZLING_S = 0.2


@dataclass
class Kept:
    """One model on its bus, opened once for all tests and again where a test has let it go."""

    name: str
    spectrometer: OceanSpectrometer | None = None
    plugged: bool = True

    def __post_init__(self) -> None:
        self.rig = set_up_rig((f"virtual:{self.name}",), pace="none", seed=5)
        self.address = f"virtual:{self.name}"

    def opened(self) -> OceanSpectrometer:
        """Return it open, dark, and with no frame of an earlier exposure under way."""
        self.rig.bench.switch_probe(False)
        if self.spectrometer is None:
            (self.spectrometer,) = open_spectrometers((self.address,), self.rig)
        self.spectrometer.set_exposure(EXPOSURE_S)
        self.spectrometer.scan()
        return self.spectrometer

    def tried(self) -> None:
        """Plug it in again and find out whether it still measures."""
        if not self.plugged:
            self.rig.obey(Trouble("replug"))
            self.plugged = True
        try:
            if self.spectrometer is not None:
                self.spectrometer.scan()
        except InstrumentError:
            self.close()

    def unplug(self) -> None:
        self.rig.obey(Trouble("unplug"))
        self.plugged = False

    def close(self) -> None:
        if self.spectrometer is not None:
            self.spectrometer.close()
        self.spectrometer = None


@pytest.fixture(scope="module", params=MODELS)
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    kept = Kept(request.param)
    yield kept
    kept.close()
    kept.unplug()


class TestEveryModelThroughPyseabreeze(SpectrometerContract):
    @pytest.fixture
    def stand(self, kept: Kept) -> Iterator[Stand]:
        spectrometer = kept.opened()
        model, pixels, full_scale = EXPECTED[kept.name]
        bench = kept.rig.bench

        def dazzle() -> None:
            bench.switch_probe(True)
            spectrometer.set_exposure(DAZZLING_S)

        seen = kept.name != "NIRQUEST512"  # the lamp of this bench ends before its pixels begin
        yield Stand(
            spectrometer=spectrometer,
            model=model,
            backend="pyseabreeze",
            pixels=pixels,
            full_scale_counts=full_scale,
            exposure_s=EXPOSURE_S,
            shine=(lambda: bench.switch_probe(True)) if seen else None,
            dazzle=dazzle if seen else None,
            unplug=kept.unplug,
        )
        kept.tried()


def test_what_is_on_the_network_is_reached_by_its_address_alone() -> None:
    rig = set_up_rig(("virtual:FX",), pace="none", seed=5)
    host, port = rig.network["FX"]
    address = f"tcp:FX@{host}:{port}"
    (spectrometer,) = open_spectrometers((address,), None)
    assert spectrometer.info.address == address
    assert not spectrometer.info.virtual  # only who set the bench up knows
    assert spectrometer.scan().shape == (2136,)
    spectrometer.close()
    rig.obey(Trouble("unplug"))
