"""The set-up: what it fetches, where from, and what it says when it cannot."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_lock_and_the_requirements_name_the_same_versions_and_only_pypi() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    locked = {p["name"]: p.get("version") for p in tomllib.loads(text)["package"]}
    for name in ("requirements.txt", "requirements-dev.txt"):
        pins = re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert len(pins) > 15
        assert {pin: locked[pin] for pin, _ in pins} == dict(pins)
    hosts = set(re.findall(r"(?:https?|file)://[^/\"]*", text))
    assert hosts == {"https://pypi.org", "https://files.pythonhosted.org"}
