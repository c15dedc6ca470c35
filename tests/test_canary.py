"""The pin of PySide6 and pyqtgraph is safe: no reference is lost, and a plot exports as SVG (decision 0002).

PySide6 6.12.0 loses references to None and True on Python 3.11 until the interpreter aborts; 6.11 writes
paths so that pyqtgraph's SVG export cannot read them. Both show only in a process that paints, so this is one.
"""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("canary_program.py")


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    svg = tmp_path_factory.mktemp("canary") / "plot.svg"
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYQTGRAPH_QT_LIB": "PySide6"}
    command = [sys.executable, str(PROGRAM), str(svg)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, f"the canary died ({done.returncode}):\n{done.stderr[-2000:]}"
    findings: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return findings | {"svg": svg}


# From 3.12 on None and True are immortal: the interpreter counts no references to them, while PySide6, built for all
# Pythons alike, still does. The count then falls by one an emit from 2^32 and means nothing before it reaches 2^31.
COUNTED = sys.version_info < (3, 12)
IMMORTAL = 2**30


@pytest.mark.parametrize("singleton", ["None", "True"])
def test_no_reference_is_lost_over_2000_emits(canary: dict[str, Any], singleton: str) -> None:
    assert canary["emits"][singleton] > -0.05 if COUNTED else canary["left"][singleton] > IMMORTAL


@pytest.mark.parametrize("singleton", ["None", "True"])
def test_no_reference_is_lost_over_500_live_frames(canary: dict[str, Any], singleton: str) -> None:
    assert canary["painted"] >= 500
    assert canary["frames"][singleton] > -0.5 if COUNTED else canary["left"][singleton] > IMMORTAL


def test_a_plot_exports_as_svg_with_its_curve(canary: dict[str, Any]) -> None:
    paths = ET.parse(canary["svg"]).getroot().iter("{http://www.w3.org/2000/svg}path")
    assert any(len(path.get("d", "").split()) > 500 for path in paths)
