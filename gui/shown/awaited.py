"""What an empty plot waits for, in words."""

from __future__ import annotations

from gui.actions import Act, cap
from station.events import Status


def awaited(status: Status) -> tuple[str, str]:
    """Return what absorbance and emission wait for while nothing is drawn; nothing once there is a reference."""
    if status.instrument is None or status.reference_at_s is not None:
        return "", ""
    first = "" if status.dark_at_s is not None else f"{cap(Act.DARK)}, then "
    return f"no absorbance yet: {first}{cap(Act.REFERENCE)}", "no emission yet"
