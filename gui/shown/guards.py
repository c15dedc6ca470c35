"""What only looks like emission, as the plot marks it."""

from __future__ import annotations

from analysis.look_alikes import raman_lines
from station.run import Run

ONE_LINE_NM = 8.0  # lines nearer than an LED's width cannot be told apart on the plot
HIDDEN_NM = 22.0  # nearer to the excitation a line lies in or beside its hatch
DILUTED_FROM = 10.0  # from here on the diluent is nearly all there is in the cuvette


def raman(run: Run) -> tuple[tuple[str, float], ...]:
    """Return (words, nm) of the solvent Raman lines that stand clear of the excitation, near ones as one."""
    excitation_nm = run.optics.excitation_nm
    if excitation_nm is None:
        return ()
    dilution = run.recipe.dilution
    solvent = run.recipe.solvent if dilution is not None and dilution < DILUTED_FROM else None
    found: list[list[tuple[float, str]]] = []
    for nm, name in sorted(raman_lines(excitation_nm, solvent)):
        if nm - excitation_nm < HIDDEN_NM + ONE_LINE_NM / 2:
            continue
        if found and nm - found[-1][0][0] < ONE_LINE_NM:
            found[-1].append((nm, name))
        else:
            found.append([(nm, name)])
    return tuple((_names(group), sum(nm for nm, _ in group) / len(group)) for group in found)


def _names(group: list[tuple[float, str]]) -> str:
    """Return the name of lines that are drawn as one."""
    names = dict.fromkeys(name for _, name in group)
    return next(iter(names)) if len(names) == 1 else "solvent Raman"


def seen_from(run: Run | None) -> float | None:
    """Return the intensity from which emission is seen, while none is."""
    findings = run.aliquots[-1].reading.findings if run is not None and run.aliquots else None
    if findings is None or findings.emission is None or findings.emission.present:
        return None
    return findings.emission.seen_from
