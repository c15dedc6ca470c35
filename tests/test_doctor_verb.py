"""`doctor` on the command line, on this very computer: it reads, it says, it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

import main
from station import udev_rule


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["doctor", "--yes"], "--install-udev"),
        (["doctor", "--save", "x.txt", "--install-udev"], "not both"),
        (["doctor", "--save", "/nowhere/x.txt"], "cannot be written"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main.main(arguments)
    said = capsys.readouterr()
    assert ended.value.code == main.WRONG_USE
    assert said.out == ""
    assert word in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_this_computer_is_examined_and_the_text_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "doctor.txt"
    code = main.main(["doctor", "--save", str(target)])
    said = capsys.readouterr()
    saved = target.read_text(encoding="utf-8")
    assert said.err == ""
    assert said.out.startswith(saved)
    for part in ("Spectrometers on the USB bus", "Back ends of the driver", "Serial ports", "What to do"):
        assert part in saved
    assert code == (0 if "a spectrometer is ready" in saved else 1)


@pytest.mark.parametrize("arguments", [[], ["--yes"]])
def test_the_rule_is_installed_only_when_asked(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    asked: list[bool] = []

    def install(agreed: bool) -> int:
        asked.append(agreed)
        return 0

    monkeypatch.setattr(udev_rule, "install", install)
    assert main.main(["doctor", "--install-udev", *arguments]) == 0
    assert asked == [bool(arguments)]
