"""What the chemist orders about exposures, optics and wavelength, on the whole station."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from instruments.spectrometer import LightChoice, Lighting
from instruments.virtual.samples import FlaskSample
from instruments.virtual.standards import LineLamp
from station import events, orders
from station.bench import Bench
from station.optics import Excitation, Optics
from station.records import LightsChanged
from station.store import read
from tests.station.bench_tools import ODE, QUICK, Station, station

pytestmark = pytest.mark.slow

LASER = Optics(Excitation("laser", 405.0), long_pass_nm=420.0)


def status(bench: Station) -> events.Status:
    return bench.heard.last(events.StatusChanged).status


def test_found_exposures_are_used_and_the_dark_is_taken_again_at_once(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.FindExposures())
        now = status(bench)
        assert now.exposures != QUICK
        assert now.obstacles["Capture"] == "reference first: press R"
        assert "TakeReference" not in now.obstacles
        ended = [each for each in bench.heard.all(events.MeasurementEnded) if each.what in ("exposure", "dark")]
        assert "The dark is taken again now" in ended[-2].sentence
        assert (ended[-1].what, ended[-1].done) == ("dark", True)
        bench.do(orders.TakeReference(), orders.Capture())
        assert status(bench).peak == pytest.approx(0.78, abs=0.08)
        assert len(bench.heard.all(events.AliquotTaken)) == 1
        assert status(bench).light_doubts == ()


def test_another_set_up_asks_for_dark_and_reference_and_stands_on_the_next_reading(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.Capture(), orders.UseOptics(LASER))
        assert status(bench).optics == LASER
        assert status(bench).obstacles["Capture"] == "dark first: press D"
        assert status(bench).guidance.startswith("optics changed")
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        taken = [each.aliquot for each in bench.heard.all(events.AliquotTaken)]
        assert [each.optics for each in taken] == [Optics(), LASER]
        assert taken[1].reading.light_doubts == ()


def test_a_response_file_is_put_in_force_and_a_bad_one_changes_nothing(tmp_path: Path) -> None:
    good, bad = tmp_path / "lamp.csv", tmp_path / "bad.csv"
    good.write_text("nm,factor\n" + "".join(f"{nm},{nm / 500.0}\n" for nm in range(350, 1000, 10)))
    bad.write_text("nm,lamp\n" + "".join(f"{nm},1\n" for nm in range(350, 1000, 10)))
    with station(tmp_path) as bench:
        bench.do(orders.UseResponse(str(good)), orders.Capture())
        assert bench.heard.last(events.AliquotTaken).aliquot.reading.emission is not None
        response = status(bench).optics.corrections.response
        assert response is not None
        assert response.name == "lamp.csv"
        assert "Capture" not in status(bench).obstacles
        bench.do(orders.UseResponse(str(bad)))
        assert "does not say what its columns are" in bench.heard.last(events.Refused).reason
        assert status(bench).optics.corrections.response == response
        bench.do(orders.UseResponse(None), orders.Capture())
        taken = [each.aliquot.reading.emission for each in bench.heard.all(events.AliquotTaken)]
        assert [each is not None and each.response_corrected for each in taken] == [True, False]


def test_a_run_that_goes_on_is_measured_as_the_bench_is_set_now(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.Capture())
        path = status(bench).run_path
    assert path is not None
    with station(tmp_path, begun=False) as again:
        again.clock.sleep(600.0)
        again.do(orders.OpenInstrument("virtual:FLAME-S"), orders.ContinueRun(path))
        assert "Capture" not in status(again).obstacles, "the same exposures and optics: dark and reference still fit"
    benches = (Bench(exposures=replace(QUICK, emission_s=0.2)), Bench(exposures=QUICK, optics=LASER))
    for later_s, chosen in zip((1200.0, 2400.0), benches, strict=True):
        with station(tmp_path, replace(chosen, sample=FlaskSample(ODE), pace="none"), begun=False) as other:
            other.clock.sleep(later_s)
            other.do(orders.OpenInstrument("virtual:FLAME-S"), orders.ContinueRun(path))
            assert not other.heard.all(events.Refused)
            assert status(other).obstacles["Capture"] == "dark first: press D"
            other.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
            assert other.heard.last(events.AliquotTaken).aliquot.reading.absorbance is not None


def test_other_lights_in_the_middle_of_a_run_are_recorded_and_ask_for_a_new_dark(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.Capture(), orders.UseLighting(Lighting(uv=LightChoice("none"))))
        now = status(bench)
        assert now.dark_at_s is None
        assert now.run is not None
        assert now.run.lights == ("lamp line", "none")
        assert [record.uv for record in now.run.records if isinstance(record, LightsChanged)] == ["none"]
        bench.do(orders.TakeDark(), orders.TakeReference(), orders.Capture())
        assert now.run_path is not None
        stored = read(Path(now.run_path))
        assert stored.lights == ("lamp line", "none")
        frames = [aliquot.reading.frames for aliquot in stored.aliquots]
        assert [each is not None and each.emission is not None for each in frames] == [True, False]


def test_a_lamp_of_lines_tells_the_offset_of_the_axis_in_the_run(tmp_path: Path) -> None:
    with station(tmp_path, Bench(exposures=QUICK, sample=LineLamp(), pace="none")) as bench:
        bench.do(orders.CheckWavelength("Hg/Ar"))
        offset = status(bench).wavelength_offset_nm
        assert offset is not None
        assert offset.value == pytest.approx(0.0, abs=3.0 * offset.sigma)


def test_without_the_lamp_nothing_is_recorded_and_it_is_said(tmp_path: Path) -> None:
    with station(tmp_path, Bench(exposures=QUICK, sample=FlaskSample(ODE), pace="none")) as bench:
        bench.do(orders.CheckWavelength("Hg/Ar"))
        assert status(bench).wavelength_offset_nm is None
        last = bench.heard.last(events.MeasurementEnded)
        assert not last.done
        assert "Nothing was recorded" in last.sentence


def test_the_run_tells_where_its_excitation_lies(tmp_path: Path) -> None:
    with station(tmp_path) as bench:
        bench.do(orders.Capture())
        offset = status(bench).excitation_offset_nm
        assert offset is not None
        assert offset.value == pytest.approx(0.1, abs=0.05)
