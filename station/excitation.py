"""Where the excitation line really lies: measured with every aliquot, reported, never applied."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from analysis.noise import NoiseModel
from analysis.spectrum import EmissionFrames, Quantity
from analysis.wavelength_check import line_centre
from analysis.wording import plus_minus
from station.run import Run


@lru_cache(maxsize=2)  # a run is asked for it with every status, and of thousands of readings it takes milliseconds
def excitation_offset(run: Run) -> Quantity | None:
    """Return the excitation line as measured minus its nominal wavelength in nm, over the run's aliquots.

    Those of the excitation in force count. None where there is none, or where a long-pass filter or saturation hides
    it. Its sigma is the larger of what the lines tell and what they scatter by.
    """
    light = run.optics.excitation
    if light is None:
        return None
    measured = [each.reading.excitation_nm for each in run.aliquots if each.optics.excitation == light]
    found = [each for each in measured if each is not None]
    if not found:
        return None
    centres, sigmas = np.array([each.value for each in found]), np.array([each.sigma for each in found])
    told = float(
        np.median(sigmas)
    )  # what an asymmetric line leaves open is the same each time: it does not average out
    scatter = float(np.std(centres, ddof=1)) / float(np.sqrt(centres.size)) if centres.size > 1 else 0.0
    return Quantity(float(np.median(centres)) - light.nm, max(told, scatter))


def excitation_words(run: Run) -> str | None:
    """Return the excitation in words ("LED 405 nm, measured 405.09 ± 0.01 nm"); None where it is not known.

    What was measured stands there where the line was seen. A run from processed files does not tell the source.
    """
    light = run.optics.excitation
    if light is None or run.set_up is None:
        return None
    offset = excitation_offset(run)
    if offset is None:
        return f"{light.source} {light.nm:g} nm"
    return f"{light.source} {light.nm:g} nm, measured {plus_minus(light.nm + offset.value, max(offset.sigma, 0.01))} nm"


def excitation_line(frames: EmissionFrames, noise: NoiseModel, near_nm: float) -> Quantity | None:
    """Return where the excitation line lies in one aliquot, in nm; by its short exposure where there is one."""
    on, ground = frames.on, 0.5 * (frames.off_before.counts + frames.off_after.counts)
    if frames.short is not None:
        on, ground = frames.short.on, frames.short.off.counts
    net = on.counts - ground
    variance = 1.5 * noise.variance(net, on.scans)
    return line_centre(on.wavelengths_nm, net, variance, ~on.saturated, near_nm)
