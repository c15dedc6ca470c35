"""The command line: help that reads well, one clear line for wrong use, and the verbs that need no window."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import main
from instruments.spectrometer import Busy
from station import commands

ROOT = Path(__file__).resolve().parent.parent


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of the program."""
    try:
        code = main.main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["demmo"], "demmo"),
        (["demo", "--reaction", "ODE_standard"], "ODE_std"),
        (["demo", "--series", "absorbance.csv"], "--pl"),
        (["demo", "--speed", "-1"], "above zero"),
        (["demo", "--speed", "inf"], "above zero"),
        (["--self-test", "demo"], "stands alone"),
        (["replay", "nowhere.aliquot"], "there is no file"),
        (["replay", "."], "replay plays one run file"),
        (["--spectrometer", "virtual:FLAME-S", "devices"], "goes with the window"),
        (["analyze", ".", "--json", "/nowhere/report.json"], "cannot be written"),
        (["--self-test", "--report", "/nowhere/report.json"], "cannot be written"),
        (["demo", "--reaction", "ODE_std", "--series", "a.csv", "--pl", "b.csv"], "not both"),
        (["analyze", "nowhere.csv", "--json", "-"], "nowhere.csv"),
        (["analyze", "run.csv"], "--json"),
        (["review"], "FILE"),
        (["review", "."], "holds no absorbance.csv"),
        (["analyze", ".", "--pl", "main.py", "--json", "-"], "has its own emission"),
        (["analyze", ".", "--extinction", "-5", "--json", "-"], "a number above zero"),
        (["analyze", ".", "--extinction", "26000+-x", "--json", "-"], "a number above zero"),
        (["review", "nowhere.aliquot"], "nowhere.aliquot"),
        (["--report", "x.json"], "--self-test"),
    ],
)
def test_wrong_use_is_one_clear_line_and_exit_code_2(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(arguments, capsys)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert word in err


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(["--help"], capsys)
    assert code == 0
    for verb in ("demo", "review", "devices", "analyze", "--self-test"):
        assert verb in out
    assert "==SUPPRESS==" not in out


def test_a_file_that_is_no_run_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "letter.aliquot"
    path.write_text("Dear Sir")
    code, out, err = said(["analyze", str(path), "--json", "-"], capsys)
    assert code == 1
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "is not a run file" in err


def test_analyze_writes_json_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import math

    run = tmp_path / "run"
    run.mkdir()
    rows = [
        f"{nm},{0.1 * math.exp(-(((nm - 449) / 9) ** 2)) + 0.0002 * math.sin(nm * 7.0):.5f}" for nm in range(400, 750)
    ]
    (run / "absorbance.csv").write_text("nm,1 h\n" + "\n".join(rows) + "\n")
    (run / "pl.csv").write_text(
        "nm,1 h\n" + "\n".join(f"{nm},{1.0 + math.sin(nm * 5.0):.4f}" for nm in range(430, 700)) + "\n"
    )
    (run / "recipe.toml").write_text('material = "CdTe"\nsolvent = "toluene"\n')
    target = tmp_path / "report.json"
    code, _, err = said(["analyze", str(run), "--json", str(target)], capsys)
    assert (code, err) == (0, "")
    report = json.loads(target.read_text())
    (found,) = report["runs"]
    assert found["aliquots"][0]["reaction_time_s"] == 3600.0
    names = [species["name"] for species in found["aliquots"][0]["species"]]
    assert "MSC-449" in names


def test_devices_names_the_virtual_ones(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(["devices"], capsys)
    assert code == 0
    assert "virtual:FLAME-S" in out
    assert "virtual:USB4000" in out


def test_a_spectrometer_that_fails_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def held() -> int:
        raise Busy("Another program holds the spectrometer.")

    monkeypatch.setattr(commands, "list_devices", held)
    assert said(["devices"], capsys) == (1, "", "aliquot: Another program holds the spectrometer.\n")


def without_display(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Return how a program ends in an environment that knows no display, with the project importable."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a display is asked for on Linux only")


@ON_LINUX
@pytest.mark.parametrize("arguments", [[], ["review", "run.aliquot"]], ids=["window", "review"])
def test_without_a_display_a_window_is_refused_in_one_sentence_before_qt_is_touched(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "run.aliquot").write_text("never read")
    program = (
        "import sys, main\n"
        f"code = main.main({arguments!r})\n"
        "assert not any(name.startswith('PySide6') for name in sys.modules), 'Qt was touched'\n"
        "sys.exit(code)\n"
    )
    done = without_display(program, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No display: the window cannot open here. `demo` and `analyze` work without one.\n"


@ON_LINUX
@pytest.mark.parametrize(("speed", "word"), [([], "without a window."), (["--speed", "60"], "--speed changes nothing")])
def test_without_a_display_the_demonstration_says_so_before_qt_is_touched(
    speed: list[str], word: str, tmp_path: Path
) -> None:
    program = (
        "import sys, main\n"
        "from station import commands\n"
        "commands.demo_headless = lambda demo, out: print('headless', demo.name) or 0\n"
        f"code = main.main(['demo', '--out', 'x', *{speed!r}])\n"
        "assert not any(name.startswith('PySide6') for name in sys.modules), 'Qt was touched'\n"
        "sys.exit(code)\n"
    )
    done = without_display(program, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "No display" in done.stdout
    assert word in done.stdout
    assert "headless ODE_std" in done.stdout
