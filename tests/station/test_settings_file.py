"""What the chemist has set is found again; whatever else stands in the file, the station starts and says it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.response import Response, response_of
from instruments.led_commands import VIRTUAL_LED
from instruments.spectrometer import BadSetting, LightChoice, Lighting, SerialPort
from station.bench_settings import BenchSettings, check_settings
from station.optics import Corrections, Excitation, Optics
from station.run import Exposures
from station.settings_file import load_settings, save_settings

LED = LightChoice(
    "serial", "365 nm", SerialPort("COM7", "0403:6001:a10kx3"), VIRTUAL_LED, current_ma=350.0, most_ma=500.0
)
READ_BY = Corrections(0.05, False, response_of("lamp.csv", np.linspace(400.0, 800.0, 201), np.ones(201)))
CHOSEN = BenchSettings(
    lighting=Lighting(probe=LightChoice("steady", "HL-2000", warm_up_s=900.0), uv=LED),
    optics=Optics(Excitation("laser", 366.0, 1.5, None, 12.0), 400.0, "front face", 2.0, 25.0, 400.0, READ_BY),
    exposures=Exposures(0.01, 30, 0.5, 5),
    backend="pyseabreeze",
    uv_by_hand_s=60.0,
    address="ocean:FLMS00416",
    emission_address="ocean:QEP01234",
    false_alarm=0.001,
    bright_counts_per_s=4_000.0,
)


@pytest.fixture
def path() -> Path:
    folder = Path(os.environ["ALIQUOT_SETTINGS"])
    folder.mkdir(parents=True)
    return folder / "settings.json"


def test_before_anything_is_set_the_defaults_stand() -> None:
    assert load_settings() == (BenchSettings(), ())


def test_what_was_set_is_found_again() -> None:
    save_settings(CHOSEN)
    assert load_settings() == (CHOSEN, ())
    save_settings(BenchSettings())
    assert load_settings() == (BenchSettings(), ())


def test_only_the_file_itself_is_left_in_the_folder(path: Path) -> None:
    save_settings(CHOSEN)
    save_settings(CHOSEN)
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[]", "not a table"),
        ("null", "not a table"),
        ('{"backend": "libusb"}', "BenchSettings.backend"),
        ('{"uv_by_hand_s": "long"}', "BenchSettings.uv_by_hand_s"),
        ('{"uv_by_hand_s": true}', "BenchSettings.uv_by_hand_s"),
        ('{"exposures": {"absorbance_scans": 2.5}}', "BenchSettings.exposures.absorbance_scans"),
        ('{"lighting": {"uv": {"kind": "laser sword"}}}', "BenchSettings.lighting.uv.kind"),
        ('{"lighting": {"uv": {}}}', "BenchSettings.lighting.uv is not complete"),
        ('{"lighting": 7}', "BenchSettings.lighting"),
        ('{"address": ["ocean:1"]}', "BenchSettings.address"),
        ('{"uv_by_hand_s": 1' + 400 * "0" + "}", "too large"),
        ("[" * 100_000, "nested too deeply"),
    ],
    ids=range(14),
)
def test_a_file_that_cannot_be_understood_is_kept_beside_and_said(path: Path, text: str, word: str) -> None:
    path.write_text(text, encoding="utf-8")
    found, (said,) = load_settings()
    assert found == BenchSettings()
    assert word in said
    assert "settings.json.bad-1" in said
    assert path.with_name("settings.json.bad-1").read_text(encoding="utf-8") == text
    assert not path.exists()


def test_bytes_that_are_no_text_are_kept_too_and_no_name_is_taken_twice(path: Path) -> None:
    for number in (1, 2, 3):
        path.write_bytes(b'{"address": "ocean:\xff"}' + bytes([number]))
        _, (said,) = load_settings()
        assert f"settings.json.bad-{number}" in said
    assert path.with_name("settings.json.bad-2").read_bytes().endswith(bytes([2]))


def test_a_file_that_broke_while_the_station_ran_is_kept_when_it_is_saved_over(path: Path) -> None:
    path.write_text("{ half", encoding="utf-8")
    save_settings(CHOSEN)
    assert load_settings() == (CHOSEN, ())
    assert path.with_name("settings.json.bad-1").read_text(encoding="utf-8") == "{ half"


def test_what_a_newer_version_has_set_is_said_and_stays_in_the_file(path: Path) -> None:
    save_settings(CHOSEN)
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data["camera"] = {"on": True}
    data["optics"]["polariser_deg"] = 54.7
    data["lighting"]["uv"]["commands"]["parity"] = "even"
    path.write_text(json.dumps(data), encoding="utf-8")
    found, said = load_settings()
    assert found == CHOSEN
    assert len(said) == 3
    for name in ("'camera'", "'optics.polariser_deg'", "'lighting.uv.commands.parity'"):
        assert any(name in sentence and "kept" in sentence for sentence in said)
    save_settings(replace(CHOSEN, uv_by_hand_s=90.0))
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert kept["uv_by_hand_s"] == 90.0
    assert kept["camera"] == {"on": True}
    assert kept["optics"]["polariser_deg"] == 54.7
    assert kept["lighting"]["uv"]["commands"]["parity"] == "even"


BOTH_ON_LAMP_LINES = Lighting(LightChoice("lamp line"), LightChoice("lamp line"))


def test_two_spectrometers_have_a_lamp_line_each() -> None:
    assert check_settings(replace(CHOSEN, lighting=BOTH_ON_LAMP_LINES)) == ()


BEYOND = [
    ("uv_by_hand_s", replace(CHOSEN, uv_by_hand_s=121.0)),
    ("uv_by_hand_s", replace(CHOSEN, uv_by_hand_s=float("nan"))),
    ("exposures", replace(CHOSEN, exposures=Exposures(0.0, 20, 0.1, 20))),
    ("exposures", replace(CHOSEN, exposures=Exposures(0.01, 10**30, 0.1, 20))),
    ("exposures", replace(CHOSEN, exposures=Exposures(0.01, 20, float("inf"), 20))),
    ("optics", replace(CHOSEN, optics=Optics(path_mm=0.0))),
    ("false_alarm", replace(CHOSEN, false_alarm=0.0)),
    ("bright_counts_per_s", replace(CHOSEN, bright_counts_per_s=float("nan"))),
    ("optics", replace(CHOSEN, optics=Optics(Excitation(nm=40.5)))),
    ("optics", replace(CHOSEN, optics=Optics(long_pass_nm=-1.0))),
    ("optics", replace(CHOSEN, optics=Optics(corrections=Corrections(stray_percent=0.0)))),
    ("optics", replace(CHOSEN, optics=Optics(corrections=Corrections(response=Response("x", (400.0,), (1.0,)))))),
    ("lighting", replace(CHOSEN, lighting=Lighting(uv=LightChoice("steady")))),
    ("lighting", replace(CHOSEN, lighting=BOTH_ON_LAMP_LINES, emission_address=None)),
    ("lighting", replace(CHOSEN, lighting=Lighting(LED, LED))),
    ("lighting", replace(CHOSEN, lighting=Lighting(uv=replace(LED, current_ma=501.0)))),
    ("lighting", replace(CHOSEN, lighting=Lighting(uv=replace(LED, port=SerialPort("hwgrep://.*"))))),
    ("lighting", replace(CHOSEN, lighting=Lighting(uv=replace(LED, name="UV\nlamp")))),
    ("lighting", replace(CHOSEN, lighting=Lighting(probe=LightChoice("steady", warm_up_s=-5.0)))),
    ("address", replace(CHOSEN, address="FLMS00416")),
    ("address", replace(CHOSEN, address="ocean:")),
    ("emission_address", replace(CHOSEN, emission_address="ocean:FLMS00416")),
]


@pytest.mark.parametrize(("name", "beyond"), BEYOND, ids=range(len(BEYOND)))
def test_a_value_beyond_its_bounds_is_not_saved_and_the_old_ones_stay(name: str, beyond: BenchSettings) -> None:
    assert check_settings(CHOSEN) == ()
    save_settings(CHOSEN)
    with pytest.raises(BadSetting, match="Nothing was saved"):
        save_settings(beyond)
    assert load_settings() == (CHOSEN, ())


@pytest.mark.parametrize(("name", "beyond"), BEYOND, ids=range(len(BEYOND)))
def test_a_value_beyond_its_bounds_in_the_file_gives_way_to_its_default(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str, beyond: BenchSettings
) -> None:
    monkeypatch.setattr("station.settings_file.check_settings", lambda settings: ())  # as another hand wrote it
    save_settings(beyond)
    found, said = load_settings()
    assert found == replace(beyond, **{name: getattr(BenchSettings(), name)})
    assert said
    assert all("default stands" in sentence for sentence in said)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    monkeypatch.setenv("ALIQUOT_SETTINGS", str(taken))
    with pytest.raises(OSError, match="cannot be saved"):
        save_settings(CHOSEN)
    assert load_settings()[0] == BenchSettings()


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be made read-only there")
def test_a_saving_that_breaks_leaves_the_old_settings_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    save_settings(CHOSEN)
    monkeypatch.setattr(os, "replace", breaks)
    with pytest.raises(OSError, match="No space left"):
        save_settings(BenchSettings())
    assert load_settings() == (CHOSEN, ())
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["lighting", "optics", "exposures", "uv", "kind", "excitation", "nm", "address", "x"]),
            inner,
        )
    ),
    max_leaves=12,
)


@given(data=JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_the_file_the_station_starts_with_settings_that_can_be_used(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
    found, _ = load_settings()
    assert check_settings(found) == ()


def test_a_refused_exposure_is_said_in_milliseconds_without_an_exponent() -> None:
    refused = check_settings(BenchSettings(exposures=Exposures(absorbance_s=0.0)))
    bounds = "it lies between 0.01 and 1\u202f600\u202f000 ms"
    assert refused == (f"The exposure for absorbance is 0 ms; {bounds}.",)
