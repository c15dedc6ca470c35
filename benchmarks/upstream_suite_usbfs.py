"""python-seabreeze's own hardware suite on device files of umockdev: the C++ back end and pyusb, over stock libusb.

    .venv/bin/python -m benchmarks.upstream_suite_usbfs FOLDER [MODEL ...] [--backend cseabreeze]

FOLDER holds `test_spectrometers.py` and `conftest.py` as for `upstream_suite.py`. One line per model; ends with 1
where a test failed. Linux with umockdev only; the packages it needs stand in tests/system/conftest.py.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.upstream_suite import Tally, tally, tell
from tests.system.machine import Machine

SUITE = "test_spectrometers.py"
MODELS = ("FLAME-S", "USB4000", "HR4000", "QEPRO")
_LIMIT_S = 300.0
_AT_START = """
import sys

sys.modules["seabreeze.{other}"] = None
"""
"""The suite lists a device once for each name a back end has for it, and believes the last: one back end is left."""


def run(folder: Path, model: str, backend: str) -> tuple[Tally, str]:
    """Run the suite with one spectrometer of `model` plugged in; return the tally and what was printed."""
    machine = Machine()
    try:
        machine.plug(model)
        with tempfile.TemporaryDirectory() as scratch:
            report, at_start = Path(scratch, "report.xml"), Path(scratch, "sitecustomize.py")
            other = "pyseabreeze" if backend == "cseabreeze" else "cseabreeze"
            at_start.write_text(_AT_START.format(other=other), encoding="utf-8")
            command = [sys.executable, "-m", "pytest", str(folder / SUITE), f"--seabreeze-backend={backend}"]
            command += [f"--rootdir={folder}", f"--junitxml={report}", "-q", "-p", "no:cacheprovider"]
            environment = {name: value for name, value in os.environ.items() if name not in ("CI", "CONDA_BUILD")}
            environment |= machine.usb.environment | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": scratch}
            ran = subprocess.run(
                command, cwd=scratch, env=environment, capture_output=True, text=True, timeout=_LIMIT_S, check=False
            )
            printed = ran.stdout + ran.stderr
            if not report.exists():
                raise SystemExit(printed)
            return tally(report), printed
    finally:
        machine.close()


def main() -> int:
    """Run the suite for every model asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where python-seabreeze's tests stand")
    parser.add_argument("models", nargs="*", metavar="MODEL", default=MODELS)
    parser.add_argument("--backend", choices=("cseabreeze", "pyseabreeze:libusb1"), default="cseabreeze")
    asked = parser.parse_intermixed_args()
    worst = 0
    for model in asked.models:
        counted, printed = run(asked.folder.resolve(), model, asked.backend)
        worst = max(worst, tell(f"{model:12s} {asked.backend:20s}", counted, printed))
    return worst


if __name__ == "__main__":
    sys.exit(main())
