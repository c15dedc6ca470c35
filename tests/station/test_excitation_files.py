"""Excitation spectra beside a run's absorbance: a made series that grows, and real ones that end too early."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.spectrum import FloatArray
from station.analyze import analyze, read_run, to_text
from station.excitation_files import excitations_of
from station.pair import pair
from station.processed import read_excitations

NM = np.arange(400.0, 701.0)
CDSE = "cdse-aliquots-imperial"


def write(path: Path, columns: dict[str, FloatArray], noise: float) -> None:
    random = np.random.default_rng(5)
    noisy = [values + random.normal(0.0, noise, NM.size) for values in columns.values()]
    rows = [["nm", *columns], *([f"{nm:g}", *(f"{v[i]:.7g}" for v in noisy)] for i, nm in enumerate(NM))]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")


def dots(nm: float) -> FloatArray:
    band = np.exp(-4.0 * np.log(2.0) * ((NM - nm) / 40.0) ** 2)
    return np.asarray(0.05 * band + 0.06 / (1.0 + np.exp((NM - nm + 35.0) / 18.0)))


def test_a_folder_with_excitation_spectra_says_how_their_maximum_moves(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    course = {"2 h": 474.0, "4 h": 492.0, "8 h": 510.0, "24 h": 524.0}
    write(folder / "absorbance.csv", {time: dots(nm) for time, nm in course.items()}, 3e-4)
    glows = {time: np.asarray(1000.0 * (1.0 - 10.0 ** -dots(nm))) for time, nm in course.items()}
    write(folder / "excitation.csv", glows, 0.3)
    report = json.loads(json.dumps(analyze([folder], pl=None, material=None), allow_nan=False))
    (run,) = report["runs"]
    shown = run["excitation_spectra"]
    assert shown["track"]["grows"] is True
    assert shown["track"]["moved_nm"] == pytest.approx(50.0, abs=5.0)
    for one, (time, nm) in zip(shown["spectra"], course.items(), strict=True):
        assert one["maximum"]["nm"] == pytest.approx(nm, abs=4.0), time
        flat = np.array([value for value in one["over_absorptance"] if value is not None])
        assert np.median(flat) == pytest.approx(0.97, abs=0.05)
        assert np.std(flat[:60]) < 0.05
    assert shown["track"]["sentence"].split(":")[0][:60] in " ".join(to_text(report).split())


def test_review_finds_the_excitation_spectra_in_the_folder_of_a_run(tmp_path: Path) -> None:
    write(tmp_path / "absorbance.csv", {"2 h": dots(474.0), "4 h": dots(492.0)}, 3e-4)
    run = read_run(tmp_path, None, None)
    assert excitations_of(tmp_path, run) == ()
    glows = {"4 h": np.asarray(1000.0 * (1.0 - 10.0 ** -dots(492.0)))}
    write(tmp_path / "excitation.csv", glows, 0.3)
    (found,) = excitations_of(tmp_path, run)
    assert found.reaction_time_s == 4 * 3600.0
    first, second = run.aliquots
    assert pair(first, (found,)).curve("excitation") is None
    assert pair(second, (found,)).curve("excitation") is not None
    assert excitations_of(tmp_path / "absorbance.csv", run) == ()


def test_without_the_file_nothing_is_said(tmp_path: Path) -> None:
    write(tmp_path / "absorbance.csv", {"2 h": dots(510.0)}, 3e-4)
    (run,) = analyze([tmp_path], pl=None, material=None)["runs"]
    assert run["excitation_spectra"] is None


@pytest.mark.parametrize(("number", "end_nm"), [(2, 450), (5, 410), (6, 450)])
def test_real_excitation_spectra_that_end_before_the_first_exciton_name_none(
    number: int, end_nm: int, shared_data: Path, tmp_path: Path
) -> None:
    data = shared_data / CDSE
    shutil.copy(data / f"Run {number} UV-Vis.csv", tmp_path / "absorbance.csv")
    shutil.copy(data / f"Run {number} FL excitation.csv", tmp_path / "excitation.csv")
    (run,) = analyze([tmp_path], pl=None, material="CdSe")["runs"]
    shown = run["excitation_spectra"]
    assert len(shown["spectra"]) == len(read_excitations(tmp_path / "excitation.csv"))
    assert all(one["maximum"] is None for one in shown["spectra"])
    assert f"it ends at {end_nm} nm, where the sample" in shown["track"]["sentence"]
    assert any(one["over_absorptance"] is not None for one in shown["spectra"])
