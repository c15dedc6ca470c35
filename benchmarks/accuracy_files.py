"""What real files say of the detector: three CdSe runs of Imperial College, absorption and emission (nobody's tuning).

The columns lie in `../shared/data/cdse-aliquots-imperial`; a processed column is read as the station reads it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.baseline import sigma_from_scatter
from analysis.peaks import find_peaks
from analysis.reading import Context, RunState, interpret
from analysis.spectrum import Spectrum, Unit
from benchmarks import accuracy_peers as peers
from benchmarks.accuracy_runs import ROOT, library
from benchmarks.accuracy_score import Row, roughness_nm
from station.formats import wide_csv

FOLDER = ROOT.parent / "shared" / "data" / "cdse-aliquots-imperial"
RUNS = (2, 5, 6)
EXCITON_NM = (445.0, 570.0)
SHARE = 0.1  # of the highest band in that window, over its local baseline: lower ones are something else
ARGMAX_NM = 2.0


def columns(path: Path, unit: Unit) -> list[Spectrum]:
    """The columns of a wide file in the order of time; sigma is a column's own scatter."""
    table = wide_csv.read(path)
    order = np.argsort(table.wavelengths_nm)
    nm, spectra = np.asarray(table.wavelengths_nm)[order], []
    for time_s, column in sorted(zip(table.times_s, table.values, strict=True), key=lambda pair: pair[0] or 0.0):
        values = np.asarray(column, dtype=np.float64)[order]
        sigma = sigma_from_scatter(values, nm)
        known = np.isfinite(values) & np.isfinite(sigma)
        spectra.append(Spectrum(nm, values, sigma, known, unit, time_s or 0.0))
    return spectra


def _first(bands: list[tuple[float, float]]) -> float | None:
    """The first exciton among (nm, height): the reddest band in the window that is no ripple."""
    inside = [(nm, height) for nm, height in bands if EXCITON_NM[0] <= nm <= EXCITON_NM[1]]
    tallest = max((height for _, height in inside), default=0.0)
    return max((nm for nm, height in inside if height >= SHARE * tallest), default=None)


def _by(tool: str, spectrum: Spectrum) -> float | None:
    if tool == "Aliquot":
        return _first([(band.nm, band.height) for band in find_peaks(spectrum)])
    detect = peers.PEERS[tool]
    assert detect is not None
    return _first([(one.nm, one.height) for one in peers.found(detect(spectrum))])


def tracked() -> list[Row]:
    """First exciton by `analysis.peaks.find_peaks` in 445-570 nm: share of columns with one, roughness of the track."""
    spectra = {run: columns(FOLDER / f"Run {run} UV-Vis.csv", "A") for run in RUNS}
    said = {}
    for tool in ("Aliquot", *(name for name, peer in peers.PEERS.items() if peer is not None)):
        places = {run: [_by(tool, one) for one in listed] for run, listed in spectra.items()}
        every = [nm for track in places.values() for nm in track]
        rough = roughness_nm([np.array([nm for nm in track if nm is not None]) for track in places.values()])
        said[tool] = float(np.mean([nm is not None for nm in every])), rough, len(every)
    own = said.pop("Aliquot")
    others = [(tool, f"{tool} {share:.0%}", f"{rough:.2f}") for tool, (share, rough, _) in said.items()]
    return [
        Row(
            "real CdSe: first exciton found",
            "97 %",
            f"{own[0]:.1%} of {own[2]} columns",
            "; ".join(text for _, text, _ in others),
            own[0] >= 0.97,
        ),
        Row(
            "real CdSe: roughness of the track nm",
            "0.9, better 0.5",
            f"{own[1]:.2f}",
            "; ".join(f"{tool} {rough}" for tool, _, rough in others),
            own[1] <= 0.9,
        ),
    ]


def interpreted() -> list[Row]:
    """Emission maximum against the column's argmax, and clusters of CdTe named where the material is CdSe."""
    context = Context(library(), "CdSe", "toluene", None, True)
    clusters = {entry.name for entry in library() if entry.material == "CdTe" and entry.kind != "dots"}
    clusters -= {entry.name for entry in library() if entry.material == "CdSe"}
    off, named = [], 0
    for run in RUNS:
        state = RunState()
        for spectrum in columns(FOLDER / f"Run {run} UV-Vis.csv", "A"):
            findings, state = interpret(spectrum, None, spectrum.mid_exposure_s, context, state)
            named += sum(one.name in clusters for one in findings.species)
        state = RunState()
        for spectrum in columns(FOLDER / f"Run {run} FL emission.csv", "a.u."):
            findings, state = interpret(None, spectrum, spectrum.mid_exposure_s, context, state)
            top = float(spectrum.wavelengths_nm[int(np.nanargmax(spectrum.values))])
            answer = findings.emission
            off.append(np.inf if answer is None or answer.nm is None else abs(answer.nm - top))
    inside = int(np.sum(np.array(off) <= ARGMAX_NM))
    worst = f"{inside} of {len(off)} columns, worst {max(off):.1f} nm"
    return [
        Row("real CdSe: emission maximum within 2 nm of the argmax", "all", worst, "", inside == len(off)),
        Row("real CdSe: CdTe clusters named", "0", str(named), "", named == 0),
    ]


def files() -> list[Row]:
    """The figures of real files; where the files are not there, that is said."""
    if not FOLDER.is_dir():
        return [Row("real CdSe", "97 %, 0.9 nm, 2 nm, 0", f"no files in {FOLDER.name}", "", None)]
    return [*tracked(), *interpreted()]
