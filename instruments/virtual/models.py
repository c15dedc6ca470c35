"""The virtual spectrometers by the names that follow `virtual:` in their addresses."""

from __future__ import annotations

from collections.abc import Callable

from instruments.virtual.device import Firmware, Model
from instruments.virtual.eye import Eye
from instruments.virtual.models_obp import OBP_MODELS, ObpModel
from instruments.virtual.models_ooi import OOI_MODELS, OoiModel
from instruments.virtual.obp import ObpFirmware
from instruments.virtual.ooi import OoiFirmware

MODELS: dict[str, Callable[[], Model]] = {**OOI_MODELS, **OBP_MODELS}


def firmware(model: Model, eye: Eye, wait: Callable[[float], object]) -> Firmware:
    """Return a device of that model in the protocol it speaks; `wait` lets seconds pass."""
    if isinstance(model, OoiModel):
        return OoiFirmware(model, eye, wait)
    if isinstance(model, ObpModel):
        return ObpFirmware(model, eye, wait)
    raise TypeError(type(model).__name__)
