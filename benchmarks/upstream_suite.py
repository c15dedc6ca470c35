"""python-seabreeze's own hardware tests over the virtual bus: what passes for a real spectrometer passes for ours.

    .venv/bin/python benchmarks/upstream_suite.py FOLDER [MODEL ...]

FOLDER holds `test_spectrometers.py` and `conftest.py` as they stand in the folder `tests` of python-seabreeze's
repository. Nothing of it, of the driver or of pyusb is changed: the tests and the processes they start find the
virtual bus where pyusb looks for libusb. One line per model; ends with 1 where a test failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
_SUITE = "test_spectrometers.py"
_LIMIT_S = 300.0
_AT_START = """
from instruments.virtual import bus
from instruments.virtual.hand import Hand
from instruments.virtual.rig import Rig

bus.attach("libusb1")
rig = Rig(({model!r},), pace="real", seed=0, incarnation=0, hand=Hand())
for name, (host, port) in rig.network.items():
    from seabreeze.pyseabreeze import SeaBreezeAPI

    SeaBreezeAPI(initialize=False).add_ipv4_device_location(name, host, port)
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the tests of one model; `xfailed` are those that upstream expects to fail."""

    passed: int
    failed: int
    skipped: int
    xfailed: int


def run(folder: Path, model: str) -> tuple[Tally, str]:
    """Run the suite of `folder` with one spectrometer of `model` on the bus; return the tally and what was printed."""
    with tempfile.TemporaryDirectory() as scratch:
        at_start, report = Path(scratch, "sitecustomize.py"), Path(scratch, "report.xml")
        at_start.write_text(_AT_START.format(model=model), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", str(folder / _SUITE), "--seabreeze-backend=pyseabreeze"]
        command += [f"--rootdir={folder}", f"--junitxml={report}", "-q", "-p", "no:cacheprovider"]
        environment = {name: value for name, value in os.environ.items() if name not in ("CI", "CONDA_BUILD")}
        environment |= {"PYTHONPATH": os.pathsep.join((scratch, str(ROOT))), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            ran = subprocess.run(
                command, cwd=scratch, env=environment, capture_output=True, text=True, timeout=_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise SystemExit(f"The tests of {model} were not done after {_LIMIT_S:g} s and were ended.") from None
        printed = ran.stdout + ran.stderr
        if not report.exists():
            raise SystemExit(printed)
        return tally(report), printed


def tally(report: Path) -> Tally:
    """Return what stands in the report of a run."""
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    skips = [skip.get("type", "") for case in cases for skip in case.iter("skipped")]
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    xfailed = sum(1 for kind in skips if kind.endswith("xfail"))
    return Tally(len(cases) - failed - len(skips), failed, len(skips) - xfailed, xfailed)


def tell(what: str, counted: Tally, printed: str) -> int:
    """Print the counts of a run, and all that it printed where it failed; return 1 for a failure, else 0."""
    print(
        f"{what} {counted.passed} passed, {counted.failed} failed, {counted.skipped} skipped, "
        f"{counted.xfailed} failed as upstream expects",
        flush=True,
    )
    if counted.passed and not counted.failed:
        return 0
    print(printed, file=sys.stderr)
    return 1


def main() -> int:
    """Run the suite for every model asked for, or for all."""
    sys.path.insert(0, str(ROOT))
    from instruments.virtual.models import MODELS

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where python-seabreeze's tests stand")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(MODELS)}; all where none is named")
    asked = parser.parse_args()
    if unknown := set(asked.models) - set(MODELS):
        parser.error(f"there is no virtual {', '.join(sorted(unknown))}")
    if not (asked.folder / _SUITE).is_file():
        parser.error(f"there is no {_SUITE} in {asked.folder}")
    worst = 0
    for model in asked.models or MODELS:
        counted, printed = run(asked.folder.resolve(), model)
        worst = max(worst, tell(f"{model:12s}", counted, printed))
    return worst


if __name__ == "__main__":
    sys.exit(main())
