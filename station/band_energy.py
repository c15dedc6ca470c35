"""A band in energy beside nm: the same numbers in review, table and report."""

from __future__ import annotations

from math import isfinite, nan

from analysis.energy import fwhm_mev, quantity_ev
from analysis.findings import Species
from analysis.spectrum import Quantity


def band_ev(species: Species) -> Quantity | None:
    """Return the energy of a band in eV, None where its place is not known."""
    if not (isfinite(species.nm) and isfinite(species.sigma_nm) and species.nm > 0.0):
        return None
    return quantity_ev(Quantity(species.nm, species.sigma_nm))


def band_mev(species: Species) -> Quantity | None:
    """Return the width of a band in meV between its half heights, sigma NaN where that in nm has none; or None."""
    if band_ev(species) is None or not 0.0 < species.fwhm_nm < species.nm:
        return None
    width = Quantity(species.fwhm_nm, nan if species.sigma_fwhm_nm is None else species.sigma_fwhm_nm)
    return fwhm_mev(Quantity(species.nm, species.sigma_nm), width)
