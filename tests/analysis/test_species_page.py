"""The chemist's page on species says what the library says, and its example is one that works."""

from __future__ import annotations

from dataclasses import fields

from analysis.library import LibraryEntry, load_library
from tests.analysis.species_page import BEGINS, PAGE, table


def test_the_table_of_the_page_is_that_of_the_library() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(BEGINS + table()), (
        "write it: python -m tests.analysis.species_page"
    )


def test_the_example_of_the_page_is_an_entry_and_every_field_is_told() -> None:
    words = PAGE.read_text(encoding="utf-8").split(BEGINS)[0]
    (own,) = load_library(words.split("```toml\n")[1].split("```")[0])
    assert own.e1_range_nm[0] <= own.e1_nm <= own.e1_range_nm[1]
    assert all(f"`{field.name}`" in words for field in fields(LibraryEntry))
