"""Which dark stands behind a reference, and when what a frame is read with was stale; it is said, it never blocks."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.net_counts import close
from analysis.spectrum import Calibration, RawSpectrum
from station.run import STALE_S

STALE_C = 2.0  # a dark or reference this much warmer or colder than the frame is stale


def stale_words(
    what: str, taken: RawSpectrum, frame: RawSpectrum, slept_until_s: float, notes: Mapping[float, str]
) -> tuple[str, ...]:
    """Return the words for what was old, or taken before a gap or at another temperature than the frame.

    `slept_until_s` is when the computer last woke, `notes` what is doubtful about references by their time.
    """
    words = []
    age_s = frame.mid_exposure_s - taken.mid_exposure_s
    if age_s > STALE_S:
        age = f"{age_s / 3600.0:.0f} h" if age_s >= 2 * STALE_S else f"{age_s / 60.0:.0f} min"
        words.append(f"{what} {age} old")
    if taken.mid_exposure_s < slept_until_s <= frame.mid_exposure_s:
        words.append(f"{what} from before the computer slept")
    if what == "reference" and taken.mid_exposure_s in notes:
        words.append(f"reference: {notes[taken.mid_exposure_s]}")
    warm, cold = frame.temperature_c, taken.temperature_c
    if warm is not None and cold is not None and abs(warm - cold) > STALE_C:
        words.append(f"{what} taken at {cold:.1f} °C, this at {warm:.1f} °C")
    return tuple(words)


def dark_of(reference: RawSpectrum, calibration: Calibration) -> RawSpectrum | None:
    """Return the dark that was taken at a reference's exposure and with its pixels, None where there is none."""
    darks = (calibration.dark_absorbance, calibration.dark_emission)
    fitting = (dark for dark in darks if dark is not None and dark.counts.shape == reference.counts.shape)
    return next((dark for dark in fitting if close(dark.exposure_s, reference.exposure_s)), None)
