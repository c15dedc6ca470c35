"""What a scan must look like before it is believed."""

from __future__ import annotations

import numpy as np

from analysis.spectrum import BoolArray, FloatArray
from instruments.spectrometer import InstrumentError

SAME_PIXELS = 64
"""So many neighbouring pixels with the very counts of the scan before are no measurement: every pixel has noise."""

LEVEL_PIXELS = 8
"""So many pixels exactly as high as the highest are not light: above half of full scale its noise tells them apart."""

_THROWN_AWAY = "The scan is thrown away, everything before is kept. Measure again"
_UNPLUG = "if it stays so, unplug the spectrometer for ten seconds"


def check_frame(
    counts: FloatArray, before: FloatArray | None, pixels: int, optical: tuple[int, int], full_scale_counts: float
) -> None:
    """Raise InstrumentError where these counts are no scan of their own; `before` is the scan before, if there is one.

    A device left averaging by another program sends twice as many values, or zeros (python-seabreeze issue 272). A
    frame cut short on the bus is returned by cseabreeze as if it were whole: new counts up to the cut, and behind it
    those of the scan before, which may have been of another light or exposure.
    """
    if counts.shape != (pixels,):
        raise InstrumentError(
            f"The spectrometer sent {counts.size} values for {pixels} pixels; another program may have left it "
            f"averaging by itself. {_THROWN_AWAY}; {_UNPLUG}."
        )
    if not counts.any():
        raise InstrumentError(f"The spectrometer sent nothing but zeros. {_THROWN_AWAY}; {_UNPLUG}.")
    if before is not None and repeats(counts[slice(*optical)], before[slice(*optical)], full_scale_counts):
        raise InstrumentError(f"The spectrometer sent part of the scan before once more. {_THROWN_AWAY}.")


def repeats(counts: FloatArray, before: FloatArray, full_scale_counts: float) -> bool:
    """Tell whether SAME_PIXELS neighbours repeat the scan before; full ones, and dead ones all alike, do not count."""
    stride = SAME_PIXELS // 2  # whoever repeats so many pixels repeats two that lie this far apart
    same = counts[::stride] == before[::stride]
    if not np.any(same[1:] & same[:-1]):
        return False
    changed = np.flatnonzero((counts != before) | (counts >= full_scale_counts))
    edges = np.concatenate(([-1], changed, [counts.size]))
    return any(np.ptp(counts[edges[i] + 1 : edges[i + 1]]) > 0.0 for i in np.flatnonzero(np.diff(edges) > SAME_PIXELS))


def full_pixels(counts: FloatArray, optical: tuple[int, int], full_scale_counts: float) -> BoolArray:
    """Return which pixels are full: at full scale, or on a level below it where this detector's counts stop.

    Counts stretched to full scale by a stored level may miss it by a rounding; a device whose stored level is wrong
    or missing is full before the full scale of its model.
    """
    full: BoolArray = counts > full_scale_counts - 0.5
    top = float(np.max(counts[slice(*optical)]))
    if 0.5 * full_scale_counts < top < full_scale_counts:
        level = counts == top
        if np.count_nonzero(level) >= LEVEL_PIXELS:
            full |= level
    return full
