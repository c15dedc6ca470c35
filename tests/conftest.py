"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's own runs and settings."""
    monkeypatch.setenv("ALIQUOT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("ALIQUOT_SETTINGS", str(tmp_path / "settings"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real spectra beside the project; it never enters the project itself."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        reason = f"the real spectra are not beside the project ({folder})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
