"""Writes the table of faults as docs/faults.md: `python -m tests.faults.page`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.rows import PLAYED, PROVED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
_HEAD = """# What goes wrong, and what becomes of it

Every row is a test; this page is written from `tests/faults/rows.py` by `python -m tests.faults.page`. Rows with a
key are lived through by a whole station on the virtual bus, those marked C++ also by the C++ back end over device
files. A day with 2 000 of them at random moments is `python -m benchmarks.soak`.

| What happens | The chemist reads | What is kept | How it goes on | Proved by |
|---|---|---|---|---|
"""
_KEYS = {"rest": "at rest", "Space": "Space", "D": "D", "R": "R"}


def page() -> str:
    """Return the page as it has to stand in docs."""
    lived = [
        (row.what, f"... {row.reads} ...", row.kept, row.goes_on, f"{_KEYS[row.act]}{', C++' if row.cpp else ''}")
        for row in PLAYED
    ]
    proved = [(row.what, row.reads, row.kept, row.goes_on, f"`{row.test.split('::')[0]}`") for row in PROVED]
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in (*lived, *proved))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
