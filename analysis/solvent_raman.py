"""Raman shifts of solvents in 1/cm, the lines that a fluorimeter sees: strong, or far enough from the line.

Toluene: Wilmshurst and Bernstein, Can. J. Chem. 1957, 35, 911. The C-H stretch and CH2 bend of long alkyl chains, also
of octadecene and of branched squalane: Snyder, Hsu and Krimm, Spectrochim. Acta A 1978, 34, 395. Cyclohexane: ASTM
E1840. Chloroform: Shimanouchi, NSRDS-NBS 39 (1972). Tetrahydrofuran: Cadioli et al., J. Phys. Chem. 1993, 97, 7844.
Water: Walrafen, J. Chem. Phys. 1967, 47, 114. Ethanol: Burikov et al., Mol. Phys. 2010, 108, 2427.
"""

from __future__ import annotations

ALKYL_SHIFTS = (2850.0, 2930.0, 1440.0)
RAMAN_SHIFTS: dict[str, tuple[float, ...]] = {
    "toluene": (3057.0, 2920.0, 1003.0, 786.0),
    "ODE": ALKYL_SHIFTS,
    "octane": ALKYL_SHIFTS,
    "hexane": ALKYL_SHIFTS,
    "heptane": ALKYL_SHIFTS,
    "dodecane": ALKYL_SHIFTS,
    "squalane": ALKYL_SHIFTS,
    "cyclohexane": (2853.0, 2924.0, 2938.0, 1444.0, 801.0),
    "chloroform": (3019.0,),
    "THF": (2876.0, 2965.0),
    "water": (3240.0, 3430.0),
    "ethanol": (2880.0, 2930.0, 2975.0, 1454.0),
}
_ALIASES = {
    "1-octadecene": "ODE",
    "octadecene": "ODE",
    "ode": "ODE",
    "n-octane": "octane",
    "n-hexane": "hexane",
    "n-heptane": "heptane",
    "n-dodecane": "dodecane",
    "tetrahydrofuran": "THF",
    "thf": "THF",
    "chcl3": "chloroform",
    "trichloromethane": "chloroform",
}


def canonical(solvent: str | None) -> str | None:
    """Return the name under which a solvent's shifts are known here, or None ("1-Octadecene": "ODE")."""
    if solvent is None or solvent in RAMAN_SHIFTS:
        return solvent
    name = solvent.strip().lower()
    return name if name in RAMAN_SHIFTS else _ALIASES.get(name)
