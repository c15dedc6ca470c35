"""The species library: every shipped entry is whole and cited; one that cannot be used says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.library import load_library

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARY = load_library((ROOT / "resources" / "species.toml").read_text(encoding="utf-8"))


def test_the_library_cites_every_entry_and_holds_the_papers_species() -> None:
    assert {"MSC-371", "MSC-417", "PRE-430", "MSC-449", "MSC-460", "MSC-469", "MSC-480", "MSC-550", "QD"} <= {
        entry.name for entry in LIBRARY
    }
    for entry in LIBRARY:
        assert entry.source
        assert entry.e1_range_nm[0] <= entry.e1_nm <= entry.e1_range_nm[1]
        assert (entry.e2_nm is None) == (entry.e2_range_nm is None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[species]\n", "cannot be read"),
        ('[[species]]\nname = "X"\n', "X in the library is incomplete: 'kind'"),
        (
            '[[species]]\nname="X"\nmaterial="CdTe"\nkind="cluster"\ne1_nm="449"\ne1_range_nm=[1,2]\nfwhm_range_nm=[1,2]\n',
            "no number",
        ),
        (
            '[[species]]\nname="X"\nmaterial="CdTe"\nkind="cluster"\ne1_nm=449\ne1_range_nm=[450,440]\nfwhm_range_nm=[1,2]\n',
            "runs backwards",
        ),
        (
            '[[species]]\nname="X"\nmaterial="CdTe"\nkind="cluster"\ne1_nm=549\ne1_range_nm=[445,450]\nfwhm_range_nm=[1,2]\n',
            "X in the library contradicts itself: e1_nm is 549, e1_range_nm 445-450",
        ),
        (
            '[[species]]\nname="X"\nmaterial="CdTe"\nkind="cluster"\ne1_nm=449\ne1_range_nm=[445,450]\nfwhm_range_nm=[1,2]\n'
            "e2_nm=450\ne2_range_nm=[404,406]\n",
            "e2_nm is 450, e2_range_nm 404-406",
        ),
    ],
)
def test_a_library_that_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        load_library(text)


def test_a_name_given_twice_is_refused() -> None:
    text = (ROOT / "resources" / "species.toml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="twice"):
        load_library(text + text)
