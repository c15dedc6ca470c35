"""The weak band at 480 nm that stands beside MSC-469 and may be its own: listed, and no evidence of dots."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from analysis.findings import Emission
from analysis.look_alikes import Shapes, bump
from analysis.matched_band import PRESENT_SIGMAS, BestBand, Whitened
from analysis.spectrum import FloatArray

SIDE_PLACE_NM, SIDE_REACH_NM = 480.0, 5.0  # the weak band beside MSC-469 (paper, Fig. S2C)


def without_side_band(verdict: Emission, best: BestBand) -> Emission:
    """Take the weak band near 480 nm, possibly the 469 species' own, out of the answer and report it beside it."""
    if verdict.intensity is None:
        return verdict
    reach = SIDE_REACH_NM + min(verdict.sigma_nm or 0.0, SIDE_REACH_NM)
    near = abs((verdict.nm or best.nm) - SIDE_PLACE_NM) <= reach
    if near and best.significance >= PRESENT_SIGMAS:
        if not verdict.present:
            return replace(verdict, side_band_nm=verdict.nm or best.nm)
        reason = f"The only band, at {verdict.nm or best.nm:.0f} nm, is possibly the 469 species and is kept out."
        return replace(
            verdict,
            present=False,
            nm=None,
            sigma_nm=None,
            fwhm_nm=None,
            sigma_fwhm_nm=None,
            side_band_nm=verdict.nm or best.nm,
            reasons=(reason, *verdict.reasons[1:]),
        )
    if not verdict.present or verdict.nm is None or abs(verdict.nm - SIDE_PLACE_NM) < 15.0:
        return verdict
    side = _side_band(best.test, verdict.nm, verdict.fwhm_nm or 45.0, verdict.intensity)
    if side is None:
        return verdict
    reason = f"A weak band at {side:.0f} nm is possibly the 469 species and is kept out."
    return replace(verdict, side_band_nm=side, reasons=(*verdict.reasons, reason))


def _side_band(test: Whitened, nm: float, width: float, intensity: float) -> float | None:
    """Return where a weak narrow band at 480 +- 5 nm stands beside the main one, whose own shape is left free."""
    main = [bump(nm + shift * width, wide * width) for shift in (-0.3, 0.0, 0.3) for wide in (0.6, 1.0, 1.7)]
    shapes = test.shapes
    beside = Shapes(
        np.column_stack([shapes.columns, *main]),
        np.concatenate([shapes.prior, np.full(len(main), 1.0e6)]),
        (*shapes.names, *["main"] * len(main)),
    )
    places, bands = _side_places()
    match, precision = Whitened.of(test.cells, beside).matches(bands, bands**2)
    ratio = match / np.sqrt(np.maximum(precision, 1.0e-12))
    best = int(ratio.argmax())
    if ratio[best] < PRESENT_SIGMAS or match[best] < 0.01 * intensity * precision[best]:
        return None
    return float(places[best])


@lru_cache(maxsize=1)
def _side_places() -> tuple[FloatArray, FloatArray]:
    places = np.arange(SIDE_PLACE_NM - SIDE_REACH_NM, SIDE_PLACE_NM + SIDE_REACH_NM + 0.5, 1.0)
    return places, np.stack([bump(float(nm), 22.0) for nm in places], axis=1)
