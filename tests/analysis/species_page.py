"""Writes the table of species into docs/species.md: `python -m tests.analysis.species_page`."""

from __future__ import annotations

from pathlib import Path

from analysis.library import LibraryEntry, load_library

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "species.md"
BEGINS = "<!-- the table of resources/species.toml, by python -m tests.analysis.species_page -->\n"
_HEAD = """
| Material | Name | Kind | E1, nm | reported, nm | E2, nm | Width allowed, nm | How it was made | Source |
|---|---|---|---|---|---|---|---|---|
"""


def table() -> str:
    """Return the table as it has to stand at the end of the page."""
    library = load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))
    return _HEAD + "".join(f"| {' | '.join(_row(entry))} |\n" for entry in library)


def _row(entry: LibraryEntry) -> tuple[str, ...]:
    low, high = entry.e1_range_nm
    cited = f"{entry.source}; doi {entry.doi}" if entry.doi and entry.doi not in entry.source else entry.source
    return (
        entry.material,
        entry.name,
        f"{entry.kind}, tentative" if entry.tentative else entry.kind,
        f"{entry.e1_nm:g}" if entry.kind != "dots" else f"{low:g}-{high:g}",
        ", ".join(f"{nm:g}" for nm in entry.reported_nm),
        "" if entry.e2_nm is None else f"{entry.e2_nm:g}",
        f"{entry.fwhm_range_nm[0]:g}-{entry.fwhm_range_nm[1]:g}",
        entry.conditions,
        cited,
    )


if __name__ == "__main__":
    words = PAGE.read_text(encoding="utf-8").split(BEGINS)[0]
    PAGE.write_text(words + BEGINS + table(), encoding="utf-8")
