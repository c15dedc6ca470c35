"""Optics of a CdTe flask: what light a composition absorbs and emits.

Every species absorbs per mM of Te bound in it (the numbers below are decadic absorbance per cm and mM of Te), so that
the spectra follow from the composition without any knowledge of the recipe. Positions are the paper's; widths and
strengths are the flask's own and shared with no other module.
"""

from __future__ import annotations

import math

import numpy as np

from analysis.spectrum import FloatArray
from analysis.synthesis_kinetics import Composition

EV_NM = 1239.841984
CUVETTE_MM = 10.0

EMISSION_COUNTS_S = 4.6e5
"""Counts per second and pixel for each unit of absorbance of bright dots at the excitation: sets grown dots of the
paper's Fig. 2 at about 20 000 counts/s."""
EMISSION_469 = 0.06
"""Yield of MSC-469 against that of a grown dot: the paper sees a small 480 nm band at 23-24 h."""


def bell(wavelengths_nm: FloatArray, centre_nm: float, sigma_ev: float) -> FloatArray:
    """Gaussian line in photon energy, 1 at its centre."""
    off_ev = EV_NM / wavelengths_nm - EV_NM / centre_nm
    return np.asarray(np.exp(-0.5 * (off_ev / sigma_ev) ** 2))


def rise(wavelengths_nm: FloatArray, edge_nm: float, softness_ev: float) -> FloatArray:
    """The crowd of higher transitions: 0 far to the red of the edge, one half at it, 1 far to the blue."""
    beyond_ev = EV_NM / wavelengths_nm - EV_NM / edge_nm
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * beyond_ev / softness_ev)))


def precursor_absorptivity(wavelengths_nm: FloatArray) -> FloatArray:
    """Cd oleate and TOPTe: colourless, an edge in the ultraviolet."""
    return 40.0 * rise(wavelengths_nm, 290.0, 0.10)


def prenucleation_absorptivity(wavelengths_nm: FloatArray) -> FloatArray:
    """One broad band at 430 nm (FWHM 50 nm); nothing at 405 nm but its flank."""
    band = np.exp(-0.5 * ((wavelengths_nm - 430.0) / 21.2) ** 2)
    return np.asarray(2.6 * (band + 1.5 * rise(wavelengths_nm, 330.0, 0.12)))


def msc_449_absorptivity(wavelengths_nm: FloatArray) -> FloatArray:
    """E1 at 449 nm (FWHM 21 nm), E2 at 405 nm a shoulder on the rise to the ultraviolet."""
    lines = bell(wavelengths_nm, 449.0, 0.056) + 0.33 * bell(wavelengths_nm, 405.0, 0.085)
    return 3.2 * (lines + 2.2 * rise(wavelengths_nm, 366.0, 0.13))


def msc_469_absorptivity(wavelengths_nm: FloatArray) -> FloatArray:
    """E1 at 469 nm (FWHM 26 nm), E2 at 427 nm on the rise to the ultraviolet."""
    lines = bell(wavelengths_nm, 469.0, 0.062) + 0.5 * bell(wavelengths_nm, 427.0, 0.075)
    return 2.8 * (lines + 2.2 * rise(wavelengths_nm, 358.0, 0.13))


def side_product_absorptivity(wavelengths_nm: FloatArray, centre_nm: float) -> FloatArray:
    """One sharp line at a constant position (the paper's small peaks at 480 and 550 nm in the 150 C flask)."""
    return 7.0 * bell(wavelengths_nm, centre_nm, 0.022)


def qd_absorptivity(wavelengths_nm: FloatArray, first_exciton_nm: float, spread_nm: float) -> FloatArray:
    """First exciton as wide as the sizes make it, then the merging higher transitions.

    The wider the line the lower: dots of one volume share one oscillator strength.
    """
    first_ev = EV_NM / first_exciton_nm
    sigma_ev = math.hypot(spread_nm, 9.0) * first_ev / first_exciton_nm
    first = 0.078 / sigma_ev * bell(wavelengths_nm, first_exciton_nm, sigma_ev)
    second = 0.95 * bell(wavelengths_nm, EV_NM / (first_ev + 0.42), 0.2)
    return first + second + 3.45 * rise(wavelengths_nm, EV_NM / (first_ev + 0.70), 0.14)


def flask_absorbance_per_cm(flask: Composition, wavelengths_nm: FloatArray) -> FloatArray:
    """Decadic absorbance of 1 cm of the undiluted flask above its solvent; shape as the wavelengths."""
    return (
        flask.precursor_te_mm * precursor_absorptivity(wavelengths_nm)
        + flask.prenucleation_te_mm * prenucleation_absorptivity(wavelengths_nm)
        + flask.msc_449_te_mm * msc_449_absorptivity(wavelengths_nm)
        + flask.msc_469_te_mm * msc_469_absorptivity(wavelengths_nm)
        + flask.msc_480_te_mm * side_product_absorptivity(wavelengths_nm, 480.0)
        + flask.msc_550_te_mm * side_product_absorptivity(wavelengths_nm, 550.0)
        + flask.qd_te_mm * qd_absorptivity(wavelengths_nm, flask.qd_e1_nm, flask.qd_spread_nm)
    )


def qd_emission_band(flask: Composition, wavelengths_nm: FloatArray) -> FloatArray:
    """Band of the dots, 1 at its centre.

    The larger dots of the flask absorb more and take over the energy of the smaller ones, so the wider the sizes, the
    further the emission lies to the red of the mean first exciton.
    """
    centre_nm = flask.qd_e1_nm + 9.0 + 0.045 * flask.qd_spread_nm**2
    sigma_nm = math.hypot(11.0, 0.9 * flask.qd_spread_nm)
    return np.asarray(np.exp(-0.5 * ((wavelengths_nm - centre_nm) / sigma_nm) ** 2))


def diluted_emission(
    flask: Composition, wavelengths_nm: FloatArray, *, dilution: float, excitation_nm: float
) -> FloatArray:
    """Emission of the diluted flask in counts/s per pixel, at 90 degrees from the middle of a 10 mm cuvette.

    On the way to the middle the excitation is weakened by all that absorbs it, dark clusters included, and on the way
    out the emission is weakened likewise. MSC-449, prenucleation complex and precursor do not emit. MSC-469 emits a
    little near 480 nm once it is alone: together with MSC-449 the dark cluster takes its energy.
    """
    excitation = np.array([excitation_nm])
    cm = CUVETTE_MM / 10.0 / dilution
    by_dots = flask.qd_te_mm * cm * float(qd_absorptivity(excitation, flask.qd_e1_nm, flask.qd_spread_nm)[0])
    by_469 = flask.msc_469_te_mm * cm * float(msc_469_absorptivity(excitation)[0])
    clusters = flask.msc_449_te_mm + flask.msc_469_te_mm
    alone = (flask.msc_469_te_mm / clusters) ** 2 if clusters > 0.0 else 0.0
    emitted = by_dots * flask.qd_brightness * qd_emission_band(flask, wavelengths_nm)
    emitted = emitted + by_469 * EMISSION_469 * alone * bell(wavelengths_nm, 480.0, 0.042)
    way_in = float(flask_absorbance_per_cm(flask, excitation)[0]) * cm / 2.0
    way_out = flask_absorbance_per_cm(flask, wavelengths_nm) * cm / 2.0
    return np.asarray(EMISSION_COUNTS_S * 10.0 ** -(way_in + way_out) * emitted)
