"""The page of faults says what the tests prove."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.page import PAGE, page
from tests.faults.rows import PROVED, Proved

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_written_from_the_rows() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.faults.page"


@pytest.mark.parametrize("row", PROVED, ids=lambda row: row.what)
def test_each_row_names_a_test_that_is_there(row: Proved) -> None:
    file, name = row.test.split("::")
    assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")
