"""The lock: one set of versions, from PyPI, with hashes, and a wheel for every machine and Python we promise."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

import bootstrap
import station

ROOT = Path(__file__).parent.parent


def lock() -> dict[str, Any]:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {package["name"]: package for package in packages}


def pins(requirements: str) -> dict[str, tuple[Requirement, set[str]]]:
    """Each requirement of an exported file with its hashes."""
    text = (ROOT / requirements).read_text(encoding="utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line.split(" --hash")[0])
            found[requirement.name] = requirement, set(re.findall(r"--hash=(\S+)", line))
    return found


@pytest.mark.parametrize("requirements", [bootstrap.RUN_TIME, bootstrap.DEVELOPERS])
def test_the_requirements_are_the_lock_with_its_hashes(requirements: str) -> None:
    locked = lock()
    for name, (requirement, hashes) in pins(requirements).items():
        assert str(requirement.specifier) == "==" + locked[name]["version"]
        files = [*locked[name]["wheels"], *([locked[name]["sdist"]] if "sdist" in locked[name] else [])]
        assert hashes == {file["hash"] for file in files}


def test_the_developers_get_every_run_time_package_in_the_same_version() -> None:
    run_time, developers = pins(bootstrap.RUN_TIME), pins(bootstrap.DEVELOPERS)
    assert {name: developers[name] for name in run_time} == run_time


def test_the_lock_comes_from_pypi_alone() -> None:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("uv.lock", "requirements-dev.txt"))
    assert set(re.findall(r"\w+://[^/\"]*", text)) == {"https://pypi.org", "https://files.pythonhosted.org"}
    assert not re.search(r"find-links|extra-index|path = ", text)


def test_what_pyproject_asks_for_is_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    locked = lock()
    for text in asked:
        requirement = Requirement(text)
        assert requirement.specifier.contains(locked[requirement.name.lower()]["version"]), text


MACHINES = {
    "linux": {"sys_platform": "linux", "platform_machine": "x86_64"},
    "win32": {"sys_platform": "win32", "platform_machine": "AMD64"},
    "darwin arm64": {"sys_platform": "darwin", "platform_machine": "arm64"},
    "darwin x86_64": {"sys_platform": "darwin", "platform_machine": "x86_64"},
}


def _tags(machine: str, version: tuple[int, int]) -> list[Tag]:
    if machine == "linux":
        platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1)]
        platforms += ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"]
    elif machine == "win32":
        platforms = ["win_amd64"]
    else:
        platforms = list(mac_platforms((14, 0), machine.split()[1]))
    return [*cpython_tags(version, platforms=platforms), *compatible_tags(version, platforms=platforms)]


def _megabytes(requirements: str, machine: str, version: tuple[int, int]) -> float:
    """The size of the wheels that pip takes there; a package without a wheel fails."""
    rank = {tag: place for place, tag in enumerate(_tags(machine, version))}
    packages, total = lock(), 0
    environment = MACHINES[machine] | {"python_version": f"{version[0]}.{version[1]}"}
    for name, (requirement, _) in pins(requirements).items():
        if requirement.marker is None or requirement.marker.evaluate(environment):
            wheels = [(w["url"].rsplit("/", 1)[1], w["size"]) for w in packages[name]["wheels"]]
            fitting = [
                (min(rank.get(tag, len(rank)) for tag in parse_wheel_filename(file)[3]), size) for file, size in wheels
            ]
            best, size = min(fitting)
            assert best < len(rank), f"{name} has no wheel for {machine} on Python {version}"
            total += size
    return total / 1e6


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
@pytest.mark.parametrize("machine", MACHINES)
def test_every_machine_and_python_has_wheels_and_their_size_is_told(machine: str, version: tuple[int, int]) -> None:
    told = bootstrap.FETCH_MB[machine.split()[0]]
    for requirements, megabytes in zip((bootstrap.RUN_TIME, bootstrap.DEVELOPERS), told, strict=True):
        assert _megabytes(requirements, machine, version) + 2 == pytest.approx(megabytes, rel=0.03)  # 2: pip


def test_the_version_is_said_once_and_repeated_faithfully() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == station.__version__ == lock()["aliquot"]["version"]
