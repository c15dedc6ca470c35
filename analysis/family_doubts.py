"""When a fitted family is none: what it may not lean on, and how small beside others it may not be."""

from __future__ import annotations

import numpy as np

from analysis.band_shapes import LOG_WIDTH, NM
from analysis.bands import Fit
from analysis.families import Part
from analysis.scene import COARSE_FROM_NM, COARSE_NM, FINE_NM

# Of the tallest band: what another shape of it could feign. Prenucleation lies under the flank and E2 of a cluster.
SHARE = {"cluster": 0.08, "prenucleation": 0.15, "dots": 0.03, "unnamed": 0.08}
FREE_NM, CROWDED = 470.0, 4.0  # to the blue of it bands of clusters overlap: the share there is so much larger
LINE_BINS, SHARP_SIGMAS = 5.0, 12.0  # a weak band that fills fewer bins may be a line of the lamp
SURE_NM, SURE_LOG = 1.0, 0.15  # sigma of place and log width of a family that stands at a limit
EDGE_NM = 0.3  # so near to a limit of its place a band leans on it
WIDER_LOG = 0.14  # log of how much wider than expected a wide cluster is


def misshapen(part: Part, known: Fit, at: int, *, sharpened: bool) -> bool:
    """True where a family wants to be narrower than it may (a lamp's line), elsewhere, or wider, and knows it."""
    if part.sort == "dots":
        return sharpened and leans(known, at)
    lead = int(np.flatnonzero(known.owner == at)[0])
    (_, _, low, high), sigma = known.families[at].prior[:, :2, 0], known.sigma[:, lead]
    nm, log_width = known.properties[:2, lead]
    if log_width < low[1] + 0.03:
        return True
    broad = log_width > high[1] - 0.03
    if part.sort == "unnamed":
        bin_nm = COARSE_NM if nm > COARSE_FROM_NM else FINE_NM
        slim = np.exp(log_width) < LINE_BINS * bin_nm and known.heights[at] < SHARP_SIGMAS * known.height_sigma[at]
        return bool(slim or broad)
    elsewhere = not low[0] + 0.05 < nm < high[0] - 0.05 and sigma[0] < SURE_NM
    return bool(part.sort == "cluster" and (elsewhere or (broad and sigma[1] < SURE_LOG)))


def share(part: Part, known: Fit, at: int) -> float:
    """Between E1 and E2 of the known clusters shapes overlap most; beyond 470 nm a sharp band stands free."""
    if part.sort == "unnamed":
        nm = float(known.properties[NM, np.flatnonzero(known.owner == at)[0]])
        return SHARE["unnamed"] * (1.0 if nm > FREE_NM else CROWDED)
    return SHARE[part.sort]


def leans(known: Fit, at: int) -> bool:
    """True where a family is as narrow as it may be, or as far to the blue."""
    lead = int(np.flatnonzero(known.owner == at)[0])
    low = known.families[at].prior[2, :, 0]
    return bool(
        known.properties[LOG_WIDTH, lead] < low[LOG_WIDTH] + 0.03 or known.properties[NM, lead] < low[NM] + EDGE_NM
    )


def wider(known: Fit, at: int) -> bool:
    """True where a cluster is wider than those of this run are."""
    lead = int(np.flatnonzero(known.owner == at)[0])
    return bool(known.properties[LOG_WIDTH, lead] > known.families[at].prior[0, LOG_WIDTH, 0] + WIDER_LOG)
