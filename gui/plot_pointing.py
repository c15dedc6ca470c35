"""Which curve the pointer is on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF

from gui.overlay_layer import Curve, Mapping

REACH_PX = 8.0
BESIDE_PX = 4.0  # a steep flank is as near as it looks: what counts is how far it goes within so much to either side


def nearest(curves: Iterable[Curve], mapping: Mapping, at: QPointF, reach_px: float = REACH_PX) -> int | None:
    """Return the number of the curve nearest to a point within `reach_px`, or None; unknown pixels are on no curve."""
    wanted = np.array([mapping.nm(at.x() + aside) for aside in (-BESIDE_PX, 0.0, BESIDE_PX)])
    numbers: list[int] = []
    heights: list[tuple[float, float, float]] = []
    axis, places = None, (0, 0, 0)
    for curve in curves:
        if curve.wavelengths_nm is not axis:
            axis = curve.wavelengths_nm
            found = np.clip(np.searchsorted(axis, wanted), 0, axis.size - 1)
            places = (int(found[0]), int(found[1]), int(found[2]))
        values = curve.values
        numbers.append(curve.number)
        heights.append((values[places[0]], values[places[1]], values[places[2]]))
    if not numbers:
        return None
    ys = mapping.ys(np.array(heights, dtype=np.float64))
    known = np.isfinite(ys[:, 1])
    if not known.any():
        return None
    low, high = np.fmin.reduce(ys, axis=1), np.fmax.reduce(ys, axis=1)
    away = np.where(known, np.maximum(0.0, np.maximum(low - at.y(), at.y() - high)), np.inf)
    middle = np.where(known, np.abs(ys[:, 1] - at.y()), np.inf)
    best = int(np.lexsort((middle, away))[0])
    return numbers[best] if away[best] <= reach_px else None
