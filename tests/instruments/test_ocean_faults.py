"""What goes wrong on the cable, through the stock driver: what the chemist reads, and that the next scan is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pytest
from seabreeze.spectrometers import SeaBreezeError

from instruments import ocean, ocean_features
from instruments.catalogue import open_spectrometers, set_up_rig
from instruments.linearity import UNREADABLE
from instruments.ocean import OceanSpectrometer
from instruments.spectrometer import BadSetting, Busy, Disconnected, InstrumentError, Timeout
from instruments.virtual.hand import Kind, Trouble
from instruments.virtual.rig import Rig

OOI, OBP, OBP2 = "FLAME-S", "QEPRO", "SR4"


@dataclass
class OnTheBench:
    """A rig and what was opened on it."""

    rig: Rig
    addresses: tuple[str, ...]
    opened: tuple[OceanSpectrometer, ...] = ()

    def open(self) -> OceanSpectrometer:
        self.opened = open_spectrometers(self.addresses, self.rig)
        for spectrometer in self.opened:
            spectrometer.set_exposure(0.02)
            spectrometer.scan()
        return self.opened[0]

    def trouble(self, kind: Kind, device: int = 0) -> None:
        self.rig.obey(Trouble(kind, device))

    def clear(self) -> None:
        for spectrometer in self.opened:
            spectrometer.close()
        for device in range(len(self.addresses)):
            self.trouble("unplug", device)
        self.trouble("stranger gone")


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[OnTheBench]:
    """Return a bench with the models that the test names, the first lit by the lamp."""
    addresses = tuple(f"virtual:{name}" for name in request.param)
    rig = set_up_rig(addresses, pace="none", seed=3)
    rig.bench.switch_probe(True)
    bench = OnTheBench(rig, addresses)
    yield bench
    bench.clear()


def mean(spectrometer: OceanSpectrometer, scans: int = 6) -> float:
    return float(np.mean([np.mean(spectrometer.scan()) for _ in range(scans)]))


def on(*models: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", [models], indirect=True, ids=["+".join(models)])


READ_FAULTS: list[tuple[str, Kind, type[InstrumentError], str]] = [
    (OOI, "silence", Timeout, "did not answer in time"),
    (OOI, "short frame", InstrumentError, "only part of the answer came"),
    (OOI, "wrong sync", InstrumentError, "does not end where it should"),
    (OBP, "silence", Timeout, "did not answer in time"),
    (OBP, "short frame", InstrumentError, "only part of the answer came"),
    (OBP, "corrupt header", InstrumentError, "does not begin where it should"),
    (OBP, "nack spectrum", InstrumentError, "Measure again"),
    (OBP, "wrong md5", InstrumentError, "does not fit its checksum"),
    (OBP2, "silence", Timeout, "did not answer in time"),
    (OBP2, "short frame", InstrumentError, "only part of the answer came"),
    (OBP2, "corrupt header", InstrumentError, "does not begin where it should"),
    (OBP2, "wrong md5", InstrumentError, "does not fit its checksum"),
]


@pytest.mark.parametrize(
    ("bench", "kind", "told", "words"),
    [((model,), *row) for model, *row in READ_FAULTS],
    indirect=["bench"],
    ids=[f"{model} {kind}" for model, kind, *_ in READ_FAULTS],
)
def test_a_scan_that_fails_is_told_and_never_read_as_the_next(
    bench: OnTheBench, kind: Kind, told: type[InstrumentError], words: str
) -> None:
    spectrometer = bench.open()
    before = mean(spectrometer)
    bench.trouble(kind)
    with pytest.raises(told) as caught:
        spectrometer.scan()
    assert words in str(caught.value)
    assert "kept" in str(caught.value)
    spectrometer.scan()  # the measurement is repeated from its start, which discards one
    assert mean(spectrometer) == pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("bench", [(OOI,), (OBP,), (OBP2,)], indirect=True)
def test_a_frame_too_long_never_gives_a_shifted_spectrum(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    before = mean(spectrometer)
    bench.trouble("long frame")
    failures = []
    for _ in range(3):  # the driver of the old protocol sees it one scan later
        try:
            assert np.mean(spectrometer.scan()) == pytest.approx(before, rel=0.01)
        except InstrumentError as failure:
            failures.append(str(failure))
            spectrometer.scan()
    assert ["kept" in failure for failure in failures] == [True]
    assert mean(spectrometer) == pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("kind", ["unplug", "unplug exposing", "unplug reading"])
@pytest.mark.parametrize("bench", [(OOI,), (OBP,), (OBP2,), ("FX",)], indirect=True)
def test_pulled_out_it_is_gone_at_once_and_there_again_once_plugged_in(bench: OnTheBench, kind: Kind) -> None:
    spectrometer = bench.open()
    before = mean(spectrometer)
    bench.trouble(kind)
    with pytest.raises(Disconnected):
        spectrometer.scan()
    with pytest.raises(Disconnected):
        spectrometer.set_exposure(0.02)
    spectrometer.close()
    bench.trouble("replug")
    assert mean(bench.open()) == pytest.approx(before, rel=0.01)


@on(OOI)
def test_another_of_the_same_model_is_not_taken_for_it(bench: OnTheBench) -> None:
    bench.open().close()
    bench.trouble("replug other")
    with pytest.raises(Disconnected) as told:
        bench.open()
    assert "VIRT-FLMS00416" in str(told.value)


@pytest.mark.parametrize("bench", [(OBP,), (OBP2,)], indirect=True)
def test_an_exposure_that_the_device_refuses_is_said_and_the_old_one_stays(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    before = mean(spectrometer)
    bench.trouble("nack command")
    with pytest.raises(InstrumentError) as told:
        spectrometer.set_exposure(0.01)
    assert "refuses the command" in str(told.value)
    spectrometer.scan()
    assert mean(spectrometer) == pytest.approx(before, rel=0.01)


@on(OOI)
def test_closed_to_this_user_it_says_so_and_what_to_do(bench: OnTheBench) -> None:
    bench.trouble("forbid")
    with pytest.raises(Disconnected) as told:
        bench.open()
    assert "may not open" in str(told.value)
    bench.trouble("allow")
    assert bench.open().scan().shape == (2048,)


@on(OOI)
def test_held_by_another_program_it_says_so_and_opens_once_it_is_free(bench: OnTheBench) -> None:
    bench.trouble("claim")
    with pytest.raises(Busy):
        bench.open()
    bench.trouble("free")
    assert bench.open().scan().shape == (2048,)


@on(OOI)
def test_a_forbidden_one_beside_a_good_one_does_not_hide_it(bench: OnTheBench) -> None:
    bench.trouble("stranger")
    assert bench.open().info.model == "Flame-S"
    bench.opened[0].close()
    bench.trouble("unplug")
    with pytest.raises(Disconnected, match="VIRT-FLMS00416"):  # which is looked for again, whatever the stranger says
        bench.open()


@on(OOI, OBP)
def test_the_list_names_what_can_be_opened_and_what_another_program_holds(
    bench: OnTheBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_bench = ocean._pyseabreeze_devices
    monkeypatch.setattr(ocean, "_pyseabreeze_devices", lambda virtual: on_the_bench(virtual=True))
    monkeypatch.setattr(ocean, "_cseabreeze_devices", lambda required: ())
    bench.trouble("stranger")  # listed by its device node, not by the driver
    bench.trouble("claim", 1)
    free, held = ocean.connected()
    assert (free.address, free.model, free.backend) == ("ocean:VIRT-FLMS00416", "Flame-S", "pyseabreeze")
    assert (held.address, held.model, held.obstacle) == ("", "QE Pro", "another program holds it")
    bench.trouble("free", 1)
    assert [listing.model for listing in ocean.connected()] == ["Flame-S", "QE Pro"]


@on(OOI, OBP)
def test_one_that_cannot_be_had_leaves_none_open(bench: OnTheBench) -> None:
    bench.trouble("unplug", 1)
    with pytest.raises(Disconnected):
        bench.open()
    (alone,) = open_spectrometers(bench.addresses[:1], bench.rig)
    assert alone.scan().shape == (2048,)
    alone.close()


@on(OOI, OBP, "USB4000")
def test_several_measure_side_by_side_and_one_let_go_leaves_the_others_alone(bench: OnTheBench) -> None:
    first, second, third = bench.open(), *bench.opened[1:]
    assert [one.info.model for one in bench.opened] == ["Flame-S", "QE Pro", "USB4000"]
    for _ in range(3):
        assert [one.scan().size for one in bench.opened] == [2048, 1044, 3840]
    second.close()
    assert (first.scan().size, third.scan().size) == (2048, 3840)


@on(OOI)
def test_the_same_one_twice_and_what_is_no_address_are_refused(bench: OnTheBench) -> None:
    for senseless in (
        (bench.addresses[0], bench.addresses[0]),
        ("FLMS00416",),
        ("virtual:HR9000",),
        ("ocean:",),
        ("tcp:QEPRO@10.0.0.1:57357",),
        ("tcp:FX@10.0.0.1",),
        ("tcp:FX@10.0.0.1:99999",),
    ):
        with pytest.raises(BadSetting):
            open_spectrometers(senseless, bench.rig)
    with pytest.raises(BadSetting) as told:
        open_spectrometers(bench.addresses, bench.rig, "cseabreeze")
    assert "pyseabreeze" in str(told.value)


@pytest.mark.parametrize("kind", ["zero linearity", "no linearity"])
@pytest.mark.parametrize("bench", [(OOI,), (OBP,), ("USB4000",)], indirect=True)
def test_coefficients_that_are_zero_or_missing_cost_the_correction_not_the_instrument(
    bench: OnTheBench, kind: Kind
) -> None:
    bench.trouble(kind)
    spectrometer = bench.open()
    assert spectrometer.info.detector.linearity == ()
    (note,) = spectrometer.info.notes
    assert note.startswith("No linearity correction: ")
    assert np.all(np.isfinite(spectrometer.scan()))
    bench.trouble("mend linearity")
    spectrometer.close()
    assert len(bench.open().info.detector.linearity) == 8


@on(OOI)
def test_the_lamp_burns_on_after_a_scan_that_failed(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    drive = spectrometer.lamp_line
    assert drive is not None
    for level in (True, False):
        drive(level)
        spectrometer.scan()
        before = mean(spectrometer)
        bench.trouble("short frame")
        bench.rig.bench.switch_probe(not level)  # as a device may come back from its reset
        with pytest.raises(InstrumentError):
            spectrometer.scan()
        spectrometer.scan()
        assert mean(spectrometer) == pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("there", [True, False])
@on(OOI)
def test_what_the_driver_calls_lost_is_lost_only_where_it_cannot_be_opened_again(
    bench: OnTheBench, there: bool
) -> None:
    spectrometer = bench.open()
    lost = SeaBreezeError("Data transfer error")
    lost.error_code = 6  # type: ignore[attr-defined]  # as cseabreeze says of a pulled plug and of a wrong sync byte

    def half_answered() -> None:
        if not there:
            bench.trouble("unplug")
        raise lost

    spectrometer._feature.get_intensities = half_answered
    with pytest.raises(InstrumentError) as told:
        spectrometer.scan()
    assert isinstance(told.value, Disconnected) is not there
    assert ("Measure again" in str(told.value)) is there
    if there:
        assert spectrometer.scan().shape == (2048,)


@on(OOI)
def test_pulled_out_while_its_memory_is_read_it_is_gone(bench: OnTheBench, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled_out(*_: object) -> tuple[tuple[float, ...], str]:
        bench.trouble("unplug")
        return (), UNREADABLE

    monkeypatch.setattr(ocean_features, "linearity", pulled_out)
    with pytest.raises(Disconnected, match="no longer connected"):
        open_spectrometers(bench.addresses, bench.rig)


@on("NIRQUEST512")
def test_an_exposure_is_rounded_to_what_the_device_counts_in_and_told(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    assert spectrometer.set_exposure(0.0254) == 0.025
    assert spectrometer.set_exposure(0.0256) == 0.026
    assert spectrometer.set_exposure(1599.9999) == 1599.999
    with pytest.raises(BadSetting):
        spectrometer.set_exposure(1600.0)


@pytest.mark.parametrize("bench", [("NIRQUEST512",), (OBP,)], indirect=True)
def test_a_cooled_detector_goes_where_it_was_sent(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    assert spectrometer.info.cooled
    spectrometer.set_cooling(-12.5)
    assert spectrometer.temperatures().detector_c == pytest.approx(-12.5, abs=1.0)


@on(OOI)
def test_averaging_left_on_in_the_device_is_said_and_not_taken_for_a_spectrum(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    feature = spectrometer._feature
    whole = feature.get_intensities()
    doubled = np.zeros(2 * whole.size)
    doubled[::2] = whole
    for left_over, words in ((doubled, "4096 values for 2048 pixels"), (np.zeros(whole.size), "nothing but zeros")):
        with ExitStack() as mended:
            spectrometer._feature.get_intensities = lambda frame=left_over: frame
            mended.callback(spectrometer.scan)  # it was opened again: whole frames follow
            with pytest.raises(InstrumentError) as told:
                spectrometer.scan()
        assert words in str(told.value)
        assert "unplug" in str(told.value)


@pytest.mark.parametrize("bench", [(OOI,), (OBP,), (OBP2,), ("STS",), ("FX",)], indirect=True)
def test_a_long_exposure_still_under_way_is_waited_for_after_a_change_to_a_short_one(bench: OnTheBench) -> None:
    spectrometer = bench.open()
    short = mean(spectrometer)
    spectrometer.set_exposure(4.0)
    spectrometer.scan()
    spectrometer.scan()
    spectrometer.set_exposure(0.02)
    assert np.mean(spectrometer.scan()) > 1.3 * short  # the last of the long ones
    assert mean(spectrometer) == pytest.approx(short, rel=0.01)
    bench.trouble("silence")
    with pytest.raises(Timeout):  # and no longer than that once it is through
        spectrometer.scan()
