"""The counts say whether the lights did what they were asked to: every fault is found, and nothing where none is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis import light_check
from analysis.spectrum import Calibration, Detector, RawSpectrum, read_only, read_only_mask
from instruments.virtual.hand import Advance, Burn, Command, Dim, Light, Place, SwitchByHand, Trouble
from station.cycle import Cycle
from station.evaluation import Evaluation
from station.optics import Excitation, Optics
from station.recipe import Recipe
from station.run import Exposures
from station.sample import Sample
from station.settings import library_text
from tests.station.eye_bench import USB4000, EyeBench

TIMES_S = (0.0, 1800.0, 3600.0, 7200.0, 14_400.0, 28_800.0, 82_800.0, 86_400.0)


class Calibrated:
    """A bench with dark and reference, and a cuvette of a flask of two hours in the holder."""

    def __init__(self, seed: int = 1, second: bool = False) -> None:
        self.bench = EyeBench(seed, second=USB4000 if second else None)
        self.cycle = Cycle(self.bench, self.bench.clock, Exposures())
        self.evaluation = Evaluation(Recipe("r", material="CdTe", solvent="ODE"), self.bench.set_up(), library_text())
        self.dark = self.cycle.dark(Calibration())
        self.calibration = self.cycle.reference(self.dark)
        self.bench.do(Advance(7200.0), Place("sample"))

    def doubts(self) -> tuple[str, ...]:
        return self.evaluation.light_doubts(self.cycle.aliquot(), self.calibration)


@pytest.mark.parametrize(
    ("commands", "doubts"),
    [
        ((), ()),
        ((Dim("probe", 0.0),), (light_check.LAMP_DEAD,)),
        ((Trouble("block"),), (light_check.BLOCKED_WORDS,)),
        ((Place("empty"),), (light_check.MISSING_WORDS,)),
        ((Dim("uv", 0.0),), (light_check.UV_DEAD,)),
        ((SwitchByHand("uv", True),), (light_check.UV_STUCK,)),
        ((SwitchByHand("probe", True),), (light_check.FULL_DARK, light_check.SHUTTER)),
        ((Burn(True),), (light_check.FULL_DARK, light_check.SHUTTER)),
        ((Dim("leak", 0.02),), (light_check.SHUTTER,)),
        ((Dim("room", 100.0),), ()),
    ],
    ids=["nothing", "lamp dead", "blocked", "no cuvette", "UV dead", "UV stuck", "shutter", "steady", "leak", "room"],
)
@pytest.mark.parametrize("second", [False, True], ids=["one spectrometer", "two"])
def test_each_fault_of_the_lights_is_said_of_the_aliquot(
    commands: tuple[Command, ...], doubts: tuple[str, ...], second: bool
) -> None:
    ready = Calibrated(second=second)
    ready.bench.do(*commands)
    told = ready.doubts()
    if second:  # a leaking shutter is told by the lamp's shape, which only the detector of absorbance knows
        doubts = tuple(each for each in doubts if each != light_check.SHUTTER)
    assert told == doubts


@pytest.mark.parametrize("after", [1, 10, 19])
@pytest.mark.parametrize(
    ("light", "phase", "doubt"),
    [("probe", "Absorbance", light_check.LAMP_UNSTEADY), ("uv", "Emission", light_check.UV_UNSTEADY)],
)
def test_a_light_that_goes_out_between_two_scans_is_said_and_makes_no_reference(
    light: Light, phase: str, doubt: str, after: int
) -> None:
    ready = Calibrated()

    def going_out(now: str, scan: int, _scans: int, _scan_s: float) -> None:
        if now == phase and scan == after:
            ready.bench.do(Dim(light, 0.0))

    cycle = replace(ready.cycle, report=going_out)
    assert doubt in ready.evaluation.light_doubts(cycle.aliquot(), ready.calibration)
    ready.bench.do(Dim(light, 1.0), Place("solvent"))
    with pytest.raises(ValueError, match="not the same in every scan"):
        ready.evaluation.accept("reference", cycle.reference(ready.dark), ready.dark)


def test_the_sentence_stands_on_the_reading_and_the_reading_is_made_all_the_same() -> None:
    ready = Calibrated()
    ready.bench.do(Dim("uv", 0.0))
    reading = ready.evaluation.read(ready.cycle.aliquot(), ready.calibration, Sample(1, 7200.0, 101.0))
    assert reading.light_doubts == (light_check.UV_DEAD,)
    assert reading.findings is not None
    assert reading.findings.remarks[0] == light_check.UV_DEAD
    assert reading.absorbance is not None


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ((Dim("leak", 0.003),), "The dark is brighter than the one before it"),
        ((Dim("leak", 0.02),), "Light reaches the detector in the dark"),
        ((SwitchByHand("probe", True),), "Light reaches the detector in the dark"),
        ((SwitchByHand("uv", True),), "in the dark|brighter than the one before"),
    ],
)
def test_a_dark_in_light_is_refused(commands: tuple[Command, ...], reason: str) -> None:
    ready = Calibrated()
    ready.bench.do(*commands)
    with pytest.raises(ValueError, match=reason):
        ready.evaluation.accept("dark", ready.cycle.dark(ready.calibration), ready.calibration)


def test_the_first_dark_in_light_is_refused_too() -> None:
    ready = Calibrated()
    ready.bench.do(Dim("leak", 0.02))
    with pytest.raises(ValueError, match=r"not recorded; take it again\.$"):
        ready.evaluation.accept("dark", ready.cycle.dark(Calibration()), Calibration())


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ((Dim("probe", 0.0),), "no brighter than the dark"),
        ((Dim("uv", 0.0),), "UV did not light"),
        ((SwitchByHand("uv", True),), "UV is on while it is switched off"),
        ((SwitchByHand("probe", True),), "full with both lights off"),
    ],
)
def test_a_reference_under_the_wrong_light_is_refused(commands: tuple[Command, ...], reason: str) -> None:
    ready = Calibrated()
    ready.bench.do(Place("solvent"), *commands)
    with pytest.raises(ValueError, match=reason):
        ready.evaluation.accept("reference", ready.cycle.reference(ready.dark), ready.dark)


def test_behind_a_long_pass_filter_no_line_is_missed() -> None:
    ready = Calibrated()
    ready.evaluation.optics = Optics(Excitation(), long_pass_nm=420.0)
    ready.bench.do(Dim("uv", 0.0))
    assert ready.doubts() == ()


def cycles_without_a_doubt(count: int) -> None:
    """Run cycles of different seeds and ages of the flask; none may be doubted, nor its dark and reference."""
    for seed in range(count):
        ready = Calibrated(seed)
        ready.bench.do(Advance(TIMES_S[seed % len(TIMES_S)]), Place("sample"))
        ready.evaluation.accept("dark", ready.dark, Calibration())
        ready.evaluation.accept("reference", ready.calibration, ready.dark)
        ready.evaluation.accept("dark", ready.cycle.dark(ready.calibration), ready.calibration)
        assert ready.doubts() == ()


def test_nothing_is_doubted_where_nothing_is_wrong() -> None:
    cycles_without_a_doubt(24)


@pytest.mark.slow
def test_nothing_is_doubted_in_a_thousand_cycles() -> None:
    cycles_without_a_doubt(1000)


@pytest.mark.parametrize(("column", "exposure_s"), [(1, 0.487804), (2, 4.0)])
def test_a_real_dark_is_no_lit_one(shared_data: Path, column: int, exposure_s: float) -> None:
    """A Maya2000 Pro at half a second and at four: fixed pattern, slope and dark current are no light."""
    detector = Detector(64_000.0)

    def frame(kind: str) -> RawSpectrum:
        path = shared_data / "ocean-raw" / f"blue_filter.raw_mspct__{kind}.csv"
        table = np.genfromtxt(path, delimiter=",", skip_header=7)[4:]  # four pixels at the end see no light
        counts, unknown = table[:, column], np.full(table.shape[0], np.nan)
        full = read_only_mask(counts >= 64_000.0)
        return RawSpectrum(read_only(table[:, 0]), read_only(counts), read_only(unknown), full, exposure_s, 5, 0.0)

    assert light_check.of_dark(frame("dark"), None, detector) == ()
    assert light_check.of_dark(frame("reference"), None, detector) == (light_check.LIT_DARK,)
    assert light_check.of_dark(frame("sample"), frame("dark"), detector) != ()
