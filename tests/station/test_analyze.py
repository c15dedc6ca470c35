"""analyze says what runs show: real CdSe series as they are, run files from their raw counts, and never NaN."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.findings import Findings, Onset
from analysis.spectrum import (
    Calibration,
    Detector,
    EmissionFrames,
    FloatArray,
    Frames,
    Quantity,
    RawSpectrum,
    read_only,
    read_only_mask,
)
from station.analyze import analyze, to_text
from station.evaluation import reevaluate
from station.formats.wide_csv import FormatError, read
from station.optics import Excitation, Optics
from station.placing import placed
from station.recipe import Recipe
from station.records import (
    Aliquot,
    CalibrationTaken,
    Mark,
    OnsetAnswered,
    OpticsChanged,
    Reading,
    Record,
    Undone,
    WavelengthChecked,
)
from station.run import Run, SetUp, onset_of
from station.settings import library_text
from station.store import RunFile, StoreError
from station.trend import trends

CDSE = "cdse-aliquots-imperial"
EMITTING = "emitting at or before the first aliquot"
CLUSTERS = {"MSC-449", "MSC-469", "PRE-430", "QD"}


def the_run(*paths: Path, pl: Path | None = None, material: str | None = None) -> dict[str, Any]:
    """The report of one run, after it went through JSON as a reader gets it."""
    report = json.loads(json.dumps(analyze(paths, pl=pl, material=material), allow_nan=False))
    assert (report["schema"], report["version"]) == ("aliquot.analyze", 1)
    (run,) = report["runs"]
    return dict(run)


# --- processed files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [5, 6])
def test_real_cdse_emits_from_the_first_aliquot_where_its_files_say(shared_data: Path, number: int) -> None:
    lamp = shared_data / CDSE / f"Run {number} UV-Vis.csv"
    glow = shared_data / CDSE / f"Run {number} FL emission.csv"
    run = the_run(lamp, pl=glow)
    assert run["zone"] is None
    assert run["onset"]["reason"] == EMITTING
    assert (run["onset"]["reaction_time_s"], run["onset"]["earliest_s"], run["onset"]["latest_s"]) == (30, None, 30)
    measured = read(glow)
    assert len(run["aliquots"]) == len(measured.labels) == 18
    for aliquot, time_s, values in zip(run["aliquots"], measured.times_s, measured.values, strict=True):
        assert aliquot["reaction_time_s"] == time_s
        assert aliquot["emission"]["present"] is True
        assert aliquot["emission"]["unit"] == "a.u."
        assert aliquot["emission"]["nm"] == pytest.approx(measured.wavelengths_nm[np.argmax(values)], abs=2.0)
        assert {species["name"] for species in aliquot["species"]} <= {"other"}


def test_a_time_that_one_file_lacks_is_an_aliquot_without_it(shared_data: Path) -> None:
    run = the_run(shared_data / CDSE / "Run 2 UV-Vis.csv", pl=shared_data / CDSE / "Run 2 FL emission.csv")
    by_time = {aliquot["reaction_time_s"]: aliquot for aliquot in run["aliquots"]}
    assert len(by_time) == 16
    for time_s in (30, 570):
        assert by_time[time_s]["emission"]["present"] is None
        assert by_time[time_s]["emission"]["reasons"] == ["No emission was measured."]
    assert by_time[60]["emission"]["present"] is True
    assert run["onset"]["latest_s"] == 60


POINTS_NM = np.arange(400.0, 701.0)


def band(centre_nm: float, height: float, width_nm: float = 9.0) -> FloatArray:
    return height * np.exp(-0.5 * ((POINTS_NM - centre_nm) / width_nm) ** 2)


def write_table(path: Path, columns: dict[str, FloatArray], noise: float) -> Path:
    random = np.random.default_rng(3)
    rows = [["nm", *columns]]
    noisy = [values + random.normal(0.0, noise, POINTS_NM.size) for values in columns.values()]
    rows += [[f"{nm:g}", *(f"{values[i]:.8g}" for values in noisy)] for i, nm in enumerate(POINTS_NM)]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return path


def run_folder(folder: Path, *, blank: bool, recipe: str) -> Path:
    """A folder of CdTe at 1, 2 and 4 h whose dots begin to emit between 2 and 4 h, over a solvent band at 460 nm."""
    folder.mkdir()
    cluster = {f"{h} h": band(449.0, 0.04 * h) + band(405.0, 0.016 * h, 14.0) for h in (1, 2, 4)}
    solvent = band(470.0, 90.0, 12.0)
    glow = {"1 h": solvent, "2 h": solvent, "4 h": solvent + band(520.0, 400.0, 15.0)}
    write_table(folder / "absorbance.csv", cluster, 3e-4)
    write_table(folder / "pl.csv", glow, 0.5)
    if blank:
        write_table(folder / "blank.csv", {"toluene": solvent}, 0.5)
    if recipe:
        (folder / "recipe.toml").write_text(recipe, encoding="utf-8")
    return folder


RECIPE = 'name = "run 7"\nmaterial = "CdTe"\nsolvent = "toluene"\nexcitation_nm = 405\ndilution = 101\nbench = "left"\n'


def test_a_folder_is_one_run_with_its_recipe_and_blank(tmp_path: Path) -> None:
    run = the_run(run_folder(tmp_path / "run", blank=True, recipe=RECIPE))
    assert (run["name"], run["material"]) == ("run 7", "CdTe")
    assert [aliquot["reaction_time_s"] for aliquot in run["aliquots"]] == [3600, 7200, 14400]
    assert [aliquot["emission"]["present"] for aliquot in run["aliquots"]] == [False, False, True]
    assert run["aliquots"][2]["emission"]["nm"] == pytest.approx(520.0, abs=1.0)
    assert (run["aliquots"][0]["dilution"], run["aliquots"][0]["path_mm"]) == (101, 10)
    (first,) = (one for one in run["aliquots"][2]["species"] if one["name"] == "MSC-449" and one["role"] == "E1")
    assert first["nm"] == pytest.approx(449.0, abs=1.0)
    assert first["absorbance"] == pytest.approx(0.16, abs=0.016)
    assert run["zone"] is not None
    assert run["onset"]["earliest_s"] == 7200
    assert run["onset"]["latest_s"] == 14400


def test_without_its_blank_the_solvent_would_count_as_emission(tmp_path: Path) -> None:
    run = the_run(run_folder(tmp_path / "run", blank=False, recipe=RECIPE))
    assert [aliquot["emission"]["present"] for aliquot in run["aliquots"]] == [True, True, True]


def test_unknown_material_names_nothing_and_the_callers_material_wins(tmp_path: Path) -> None:
    folder = run_folder(tmp_path / "run", blank=True, recipe="")
    unknown = the_run(folder)
    assert unknown["zone"] is None
    assert {one["name"] for aliquot in unknown["aliquots"] for one in aliquot["species"]} == {"other"}
    assert any("CdTe MSC-449" in one["would_fit"] for aliquot in unknown["aliquots"] for one in aliquot["species"])
    known = the_run(folder, material="CdTe")
    assert "MSC-449" in {one["name"] for aliquot in known["aliquots"] for one in aliquot["species"]}


def test_columns_without_a_time_are_matched_by_name_in_the_order_of_the_file(tmp_path: Path) -> None:
    names = ["second", "first", "third", "1 h"]
    lamp = write_table(tmp_path / "lamp.csv", {name: band(449.0, 0.1) for name in names}, 3e-4)
    glow = write_table(tmp_path / "glow.csv", {"third": band(520.0, 400.0), "first": band(540.0, 400.0)}, 0.5)
    aliquots = the_run(lamp, pl=glow)["aliquots"]
    assert [aliquot["reaction_time_s"] for aliquot in aliquots] == [3600, None, None, None]
    assert [aliquot["emission"]["nm"] for aliquot in aliquots] == [
        None,
        None,
        pytest.approx(540, abs=1),
        pytest.approx(520, abs=1),
    ]


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        ("material = ", "does not read as TOML"),
        ("material = 5", "material = 5 is not a text"),
        ('excitation_nm = "405 nm"', "excitation_nm = '405 nm' is not a number"),
        ("dilution = -5", "dilution = -5 is not above zero"),
        ("path_mm = 0", "path_mm = 0 is not above zero"),
        ("false_alarm = 0", "The share of false alarms is 0; it lies between"),
        ("degassed = 1", "degassed = 1 is not true or false"),
    ],
)
def test_a_recipe_that_makes_no_sense_says_where(tmp_path: Path, recipe: str, sentence: str) -> None:
    folder = run_folder(tmp_path / "run", blank=False, recipe=recipe)
    with pytest.raises(FormatError, match=sentence):
        analyze([folder], pl=None, material=None)


def test_a_recipe_may_stand_under_its_own_heading(tmp_path: Path) -> None:
    recipe = '[recipe]\nmaterial = "CdTe"\nschedule_s = [3600, 7200]\ndegassed = true\n[bench]\nmaterial = "oak"\n'
    run = the_run(run_folder(tmp_path / "run", blank=True, recipe=recipe))
    assert (run["name"], run["material"]) == ("run", "CdTe")


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with pytest.raises(FormatError, match=r"holds no absorbance\.csv"):
        analyze([folder], pl=None, material=None)
    (tmp_path / "notes.aliquot").write_text("notes")
    with pytest.raises(StoreError, match="is not a run file"):
        analyze([tmp_path / "notes.aliquot"], pl=None, material=None)
    with pytest.raises(ValueError, match="goes with one absorbance CSV"):
        analyze([folder, folder], pl=tmp_path / "pl.csv", material=None)


# --- run files ------------------------------------------------------------------------------------------------------

PIXELS = read_only(np.linspace(340.0, 1030.0, 1024))


def frame(light: FloatArray | float, exposure_s: float, at_s: float) -> RawSpectrum:
    """Twenty scans of so many counts above a dark level, with shot and read noise."""
    random = np.random.default_rng([11, round(1e3 * exposure_s), round(at_s)])
    scans = 1500.0 + light + random.normal(0.0, np.sqrt(100.0 + 0.3 * np.asarray(light)), (20, PIXELS.size))
    scans = np.clip(np.rint(scans), 0.0, 65535.0)
    mask = read_only_mask(np.zeros(PIXELS.size, dtype=bool))
    variance = read_only(scans.var(axis=0, ddof=1))
    return RawSpectrum(PIXELS, read_only(scans.mean(axis=0)), variance, mask, exposure_s, 20, at_s, 21.0)


LAMP = 40000.0 * np.exp(-0.5 * ((PIXELS - 600.0) / 150.0) ** 2)


def emission_frames(glow_per_s: FloatArray | float, at_s: float) -> EmissionFrames:
    return EmissionFrames(frame(0.0, 0.1, at_s), frame(0.1 * glow_per_s, 0.1, at_s + 2), frame(0.0, 0.1, at_s + 4))


def gauss(centre_nm: float, height: float, width_nm: float) -> FloatArray:
    return height * np.exp(-0.5 * ((PIXELS - centre_nm) / width_nm) ** 2)


FALSE = Findings(0.0, (), None, None, None, None, Onset(1.0, None, 1.0, None, None, "made up"), "flagged", "x", "QD")


def measured_run() -> Run:
    """Raw counts at 1, 2 and 4 h; dots emit at 4 h; every stored finding is wrong on purpose."""
    calibration = Calibration(frame(0.0, 0.025, 0), frame(0.0, 0.1, 5), frame(LAMP, 0.025, 9), emission_frames(0.0, 12))
    records: list[Record] = [Mark("heat on", 0.0, ""), CalibrationTaken("reference", calibration, 9.0, "")]
    for number, (hours, glow) in enumerate([(1.0, 0.0), (2.0, 0.0), (4.0, 6000.0)], 1):
        at_s = 3600.0 * hours
        absorbance = gauss(449.0, 0.15, 9.0) + gauss(405.0, 0.06, 14.0)
        lamp = frame(LAMP * 10.0**-absorbance, 0.025, at_s)
        frames = Frames(lamp, emission_frames(gauss(520.0, glow, 14.0), at_s))
        reading = Reading(None, None, FALSE, frames, calibration)
        records.append(Aliquot(number, at_s, at_s + 8.0, "", 1.0, 101.0, Optics(), reading))
    recipe = Recipe("CdTe by hand", material="CdTe", solvent="toluene")
    set_up = SetUp("virtual:TEST", "Test", "1", "none", True, PIXELS.size, Detector(65535.0), "lamp", "LED")
    return Run(recipe, set_up, library_text(), "2026-11-22T09:00:00+01:00", tuple(records))


def test_an_onset_that_the_chemist_dismissed_is_no_advice_to_stop(tmp_path: Path) -> None:
    run = measured_run()
    RunFile.create(tmp_path / "open.aliquot", run).close()
    RunFile.create(tmp_path / "dismissed.aliquot", run.appended(OnsetAnswered(False, 14500.0, ""))).close()
    asked = analyze([tmp_path / "open.aliquot"], pl=None, material=None)
    assert asked["runs"][0]["onset_answer"] is None
    assert "Advice: Dots emit: stop the reaction now" in to_text(asked)
    said = analyze([tmp_path / "dismissed.aliquot"], pl=None, material=None)
    assert said["runs"][0]["onset_answer"] == "dismissed"
    text = " ".join(to_text(said).split())
    assert "stop the reaction now" not in text
    assert "the onset was dismissed, so it says nothing about stopping. Best" in text


def test_a_run_file_is_computed_again_from_raw_counts(tmp_path: Path) -> None:
    RunFile.create(tmp_path / "run.aliquot", measured_run()).close()
    run = the_run(tmp_path / "run.aliquot")
    assert [aliquot["reaction_time_s"] for aliquot in run["aliquots"]] == [3600, 7200, 14400], "since heat on"
    assert [aliquot["emission"]["present"] for aliquot in run["aliquots"]] == [False, False, True]
    assert run["aliquots"][2]["emission"]["unit"] == "counts/s"
    assert run["aliquots"][2]["emission"]["intensity"] == pytest.approx(6000.0, rel=0.05)
    assert run["aliquots"][2]["emission"]["integral"] > 100.0 * run["aliquots"][2]["emission"]["integral_sigma"] > 0.0
    assert run["onset"]["reason"] != "made up"
    assert (run["onset"]["earliest_s"], run["onset"]["latest_s"]) == (7200, 14400)
    assert "MSC-449" in {species["name"] for species in run["aliquots"][0]["species"]}


def test_an_aliquot_that_was_undone_does_not_count(tmp_path: Path) -> None:
    run = measured_run().appended(Undone(4, 15000.0, ""))
    RunFile.create(tmp_path / "run.aliquot", run).close()
    report = the_run(tmp_path / "run.aliquot")
    assert [aliquot["number"] for aliquot in report["aliquots"]] == [1, 2]
    assert report["onset"] is None


def test_the_material_of_the_caller_wins_over_the_recipes(tmp_path: Path) -> None:
    run = measured_run().with_recipe(Recipe("unknown"))
    RunFile.create(tmp_path / "run.aliquot", run).close()
    assert the_run(tmp_path / "run.aliquot")["zone"] is None
    assert the_run(tmp_path / "run.aliquot", material="CdTe")["zone"] is not None


def test_what_was_measured_through_other_optics_is_said(tmp_path: Path) -> None:
    run = measured_run()
    last = run.records[-1]
    assert isinstance(last, Aliquot)
    laser = Optics(Excitation("laser", 405.0), long_pass_nm=420.0)
    check = WavelengthChecked("Hg/Ar", 0.31, 0.04, 12, 20_000.0, "")
    run = replace(
        run, records=(*run.records[:-1], OpticsChanged(laser, 14_000.0, ""), replace(last, optics=laser), check)
    )
    RunFile.create(tmp_path / "run.aliquot", run).close()
    report = the_run(tmp_path / "run.aliquot")
    assert [each["long_pass_nm"] for each in report["aliquots"]] == [None, None, 420.0]
    assert report["excitation"] == "laser 405 nm"
    assert report["wavelength_check"] == {"standard": "Hg/Ar", "offset_nm": 0.31, "sigma_nm": 0.04, "lines": 12}
    text = to_text(analyze([tmp_path / "run.aliquot"], pl=None, material=None))
    assert "Different optical set-ups, heights of emission do not compare: aliquots 1–2 LED 405 nm" in text


def test_a_run_without_aliquots_or_instrument_is_reported_as_such(tmp_path: Path) -> None:
    RunFile.create(tmp_path / "a.aliquot", Run(Recipe("nothing yet"), None, library_text(), "")).close()
    report = analyze([tmp_path / "a.aliquot"], pl=None, material=None)
    assert report["runs"][0]["aliquots"] == []
    assert "no aliquots" in to_text(report)


def test_every_number_of_a_run_stands_there_with_its_sigma(tmp_path: Path) -> None:
    RunFile.create(tmp_path / "run.aliquot", measured_run()).close()
    run = the_run(tmp_path / "run.aliquot")
    last = run["aliquots"][2]
    (first,) = (one for one in last["species"] if one["name"] == "MSC-449" and one["role"] == "E1")
    assert first["ev"]["value"] == pytest.approx(1239.842 / first["nm"], abs=1e-4)
    assert first["fwhm_mev"]["value"] == pytest.approx(1e3 * 1239.842 * first["fwhm_nm"] / first["nm"] ** 2, rel=0.01)
    purity = last["purity"]
    assert purity["of"] == "MSC-449"
    assert purity["splitting_mev"]["value"] == pytest.approx(300.0, abs=15.0)
    for number in (purity["tail_ratio"], purity["fwhm_nm"], last["emission"]["ev"], last["emission"]["fwhm_mev"]):
        assert number["sigma"] > 0.0
    assert last["emission"]["inner_filter"]["factor"]["value"] > 1.0
    assert last["response_corrected"] is False
    assert "a cluster has one size" in last["sizing"]["refused"]
    assert last["advice"]["stop_now"] is True
    assert last["advice"]["yield_now"]["value"] == pytest.approx(1.0, abs=0.1)
    assert run["aliquots"][1]["advice"]["stop_now"] is False
    assert run["course"]["reasons"][0] == "3 readings; a course takes 6."
    assert run["false_alarm"] == 0.01
    assert run["onset"]["not"].endswith("False alarm: at most 1 run in 100.")
    text = to_text(analyze([tmp_path / "run.aliquot"], pl=None, material=None))
    for said in (
        "tail/E1 ",
        "E2 - E1 ",
        " meV",
        " eV, FWHM ",
        "inner filter 1.",
        "response uncorrected",
        "No diameter",
    ):
        assert said in text
    assert "Advice: Dots emit: stop the reaction now by your own procedure." in text
    assert "Relative yield now: " in text


def growing_run(folder: Path, *, hours_to_half: float, most: float, te: str = "", dilution: float = 101.0) -> Path:
    """A folder of ten readings in which MSC-449 grows by first order to `most`; nothing emits."""
    folder.mkdir()
    times_h = [0.25 * n for n in range(1, 11)]
    heights = [most * (1.0 - 0.5 ** (hours / hours_to_half)) for hours in times_h]
    columns = {
        f"{hours} h": band(449.0, height) + band(405.0, 0.4 * height, 14.0)
        for hours, height in zip(times_h, heights, strict=True)
    }
    write_table(folder / "absorbance.csv", columns, 3e-4)
    (folder / "recipe.toml").write_text(f'material = "CdTe"\ndilution = {dilution}\n{te}', encoding="utf-8")
    return folder


@pytest.mark.slow
def test_several_runs_are_held_against_the_first(tmp_path: Path) -> None:
    slow = growing_run(tmp_path / "slow", hours_to_half=0.8, most=0.10)
    fast = growing_run(tmp_path / "fast", hours_to_half=0.4, most=0.15)
    report = json.loads(json.dumps(analyze([slow, fast], pl=None, material=None), allow_nan=False))
    first, second = report["comparison"]["runs"]
    assert (first["name"], first["half_ratio"], second["name"]) == ("slow", None, "fast")
    assert second["half_ratio"]["low"] < 0.58 < second["half_ratio"]["high"] < 0.7  # of the largest within 2.5 h
    assert second["largest_ratio"]["low"] < 1.67 < second["largest_ratio"]["high"]
    assert len(report["comparison"]["rows"]) == 10
    half = report["runs"][1]["course"]["half_s"]
    assert half["low"] < half["value"] < half["high"]
    text = to_text(report)
    assert "fast beside slow: half grown after 0." in text
    assert "Course of MSC-449, 95 % in brackets: " in text
    assert max(map(len, text.splitlines())) <= 100
    assert analyze([slow], pl=None, material=None)["comparison"] is None


def test_the_same_flask_in_a_shorter_cuvette_and_less_diluted_is_no_smaller_product(tmp_path: Path) -> None:
    usual = growing_run(tmp_path / "usual", hours_to_half=0.6, most=0.20)
    shown = 0.20 * (2.0 / 10.0) * (101.0 / 51.0)
    short = growing_run(tmp_path / "short", hours_to_half=0.6, most=shown, te="path_mm = 2\n", dilution=51.0)
    report = analyze([usual, short], pl=None, material=None)
    ratio = report["comparison"]["runs"][1]["largest_ratio"]
    assert ratio["low"] < 1.0 < ratio["high"]
    assert ratio["value"] == pytest.approx(1.0, abs=0.05)
    course = report["runs"][1]["course"]
    assert "Absorbances as in a 10 mm cuvette diluted 51 times." in course["reasons"]
    last = report["runs"][1]["aliquots"][-1]
    assert last["species"][0]["absorbance"] == pytest.approx(shown, rel=0.15), "as measured in the cuvette"
    assert last["advice"]["as_in"] == "as in a 10 mm cuvette diluted 51 times"


@pytest.mark.slow
def test_a_yield_is_told_only_with_the_users_own_coefficient_and_never_beyond_the_tellurium(tmp_path: Path) -> None:
    folder = growing_run(tmp_path / "run", hours_to_half=0.4, most=0.10, te="te_mmol = 1.0\nvolume_ml = 50\n")
    without = analyze([folder], pl=None, material=None)["runs"][0]["aliquots"]
    assert {aliquot["cluster_yield"] for aliquot in without} == {None}
    report = analyze([folder], pl=None, material=None, extinction=Quantity(50_000.0, 2_000.0))
    share = report["runs"][0]["aliquots"][-1]["cluster_yield"]
    assert 0.2 < share["low"] < 0.34 < share["high"] < 0.5  # 0.0987 x 101 / 50 000 is 0.199 of 0.588 mM
    assert "Te in MSC-449, by your own coefficient: " in to_text(report)
    with pytest.raises(ValueError, match="the coefficient is at least"):
        analyze([folder], pl=None, material=None, extinction=Quantity(5_000.0, 0.0))


def test_without_a_dilution_in_the_recipe_nothing_is_said_of_the_flask(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    write_table(folder / "absorbance.csv", {"1 h": band(540.0, 0.2, 15.0), "2 h": band(449.0, 0.2)}, 3e-4)
    (folder / "recipe.toml").write_text('material = "CdTe"\nte_mmol = 1.0\n', encoding="utf-8")
    report = analyze([folder], pl=None, material=None, extinction=Quantity(50_000.0, 2_000.0))
    dots, cluster = report["runs"][0]["aliquots"]
    assert (dots["dilution"], dots["sizing"]["concentration_m"], cluster["cluster_yield"]) == (None, None, None)
    assert dots["sizing"]["diameter_nm"] is not None
    text = " ".join(to_text(report).split())
    assert "flask unknown: dilution not known" in text
    assert "No yield of MSC-449: the recipe does not say dilution. Write it into recipe.toml" in text


def test_the_table_fits_a_terminal_and_says_all_findings(shared_data: Path, tmp_path: Path) -> None:
    RunFile.create(tmp_path / "run.aliquot", measured_run()).close()
    text = to_text(analyze([tmp_path / "run.aliquot", shared_data / CDSE / "Run 6 UV-Vis.csv"], pl=None, material=None))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    text.encode("cp1252")  # what an old terminal can show
    assert any("MSC-449 E1 44" in line and "none" in line for line in lines)
    assert any(line.startswith(" 3 4 h") and "520 nm" in line and "counts/s" in line for line in lines)
    assert any(line.startswith("Onset: ") and "Quantum dots" in line for line in lines)
    assert "Zone: unknown, the material is not known." in lines
    assert "unassigned 494." in text


def test_a_run_whose_last_aliquot_could_not_be_read_is_told_by_the_one_before() -> None:
    run = reevaluate(measured_run())
    last = run.records[-1]
    assert isinstance(last, Aliquot)
    unread = replace(last, number=last.number + 1, reading=Reading(None, None, None))
    after = replace(run, records=(*run.records, unread))
    assert onset_of(after) == onset_of(run) is not None
    assert trends(after).onset == onset_of(run)
    assert placed(after) == placed(run)
