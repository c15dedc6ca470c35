"""What a view of the curves means for a run: which band, which wavelength, which aliquot, and what the title says."""

from __future__ import annotations

import pytest

from station.curve_views import VIEWS, Treatment, View, after, height, remarks, treated, treatment, unit_of, with_step
from station.records import Aliquot
from tests.gui.plot_samples import aliquot, run_of


def aliquots(count: int) -> list[Aliquot]:
    return list(run_of(count).aliquots)


def test_the_walk_goes_through_every_view_and_comes_back() -> None:
    walked: list[View] = ["as measured"]
    while (following := after(walked[-1])) != "as measured":
        walked.append(following)
    assert tuple(walked) == VIEWS


def test_curves_are_normalised_at_the_newest_dominant_cluster_and_the_newest_emission() -> None:
    several = aliquots(5)
    absorbance = treatment("normalised", "absorbance", several, several[-1], None)
    assert absorbance == Treatment("normalised", at_nm=449.0)
    assert treatment("normalised", "emission", several, several[-1], None).at_nm == 511.0
    assert remarks(absorbance, "absorbance", "") == ("normalised at 449 nm",)
    assert unit_of(absorbance, "A") == ""


def test_the_cursor_chooses_where_wherever_the_aliquot_shows_something() -> None:
    several = aliquots(5)
    assert treatment("normalised", "absorbance", several, several[-1], 405.0).at_nm == 405.0
    assert treatment("normalised", "absorbance", several, several[-1], 690.0).at_nm == 449.0
    assert treatment("normalised", "emission", several, several[-1], 530.0).at_nm == 530.0
    assert treatment("normalised", "emission", several, several[-1], 650.0).at_nm == 511.0


def test_a_view_that_is_not_possible_leaves_the_curves_as_measured_and_says_why() -> None:
    early = aliquots(1)
    made = treatment("normalised", "emission", early, early[-1], None)
    assert made.view == "as measured"
    assert remarks(made, "emission", "counts/s") == ("as measured: no emission to normalise at",)
    assert treatment("difference", "absorbance", [], None, None).why_not


def test_the_quiet_band_is_clear_of_the_emission_or_there_is_none() -> None:
    several = aliquots(8)
    assert treatment("shifted", "absorbance", several, None, None).quiet_nm == (650.0, 750.0)
    assert treatment("shifted", "emission", several, None, None).quiet_nm == (650.0, 750.0)
    made = treatment("shifted", "absorbance", several, None, None)
    assert remarks(made, "absorbance", "A") == ("offset at 650–750 nm removed",)


def test_a_difference_names_the_aliquot_that_is_taken_off() -> None:
    several = aliquots(4)
    made = treatment("difference", "absorbance", several, several[1], None)
    spectrum = several[3].reading.absorbance
    assert spectrum is not None
    assert remarks(made, "absorbance", "A") == ("difference to aliquot 2",)
    here = height(made, spectrum, 449.0)
    assert here is not None
    assert here.value == pytest.approx(0.183 - 0.094, abs=0.01)
    shown = treated(made, spectrum, 3)
    assert shown is not None
    assert made == treatment("difference", "absorbance", several, several[1], None)


def test_the_height_at_the_cursor_is_what_the_view_shows_a_stack_left_out() -> None:
    taken = aliquot(4)
    spectrum = taken.reading.absorbance
    assert spectrum is not None
    plain = height(Treatment(), spectrum, 449.0)
    stacked = height(Treatment("stacked", step=0.5), spectrum, 449.0)
    assert plain is not None
    assert stacked == plain
    one = height(Treatment("normalised", at_nm=449.0), spectrum, 449.0)
    assert one is not None
    assert one.value == pytest.approx(1.0)
    shifted = height(Treatment("shifted", quiet_nm=(650.0, 750.0)), spectrum, 449.0)
    assert shifted is not None
    assert shifted.value == pytest.approx(plain.value, abs=0.002)
    assert height(Treatment("derivative"), spectrum, 449.0) is not None
    assert height(Treatment(), spectrum, 350.0) is None


def test_a_stack_says_its_step_and_what_cannot_be_drawn_is_named() -> None:
    made = with_step(Treatment("stacked"), [0.183], 4)
    assert made.step == 0.05
    assert remarks(made, "absorbance", "A") == ("stacked, 0.05 A apart",)
    assert with_step(Treatment("shifted"), [1.0], 4) == Treatment("shifted")
    normal = Treatment("normalised", at_nm=449.1)
    assert remarks(normal, "absorbance", "", [1]) == ("normalised at 449.1 nm", "aliquot 1 too weak")
    assert remarks(normal, "absorbance", "", [1, 2]) == ("normalised at 449.1 nm", "aliquots 1 and 2 too weak")
    assert remarks(Treatment("derivative"), "emission", "a.u.", [2])[-1] == "without aliquot 2"
    assert remarks(normal, "absorbance", "", [1, 2, 3, 4])[1] == "4 aliquots too weak"


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_both_spectra_of_a_run(view: View) -> None:
    several = aliquots(5)
    for plot, spectrum in (
        ("absorbance", several[-1].reading.absorbance),
        ("emission", several[-1].reading.emission),
    ):
        made = treatment(view, plot, several, several[0], None)  # type: ignore[arg-type]
        assert made.view == view
        assert spectrum is not None
        assert treated(made, spectrum, 1) is not None
        assert "nm²" in unit_of(made, spectrum.unit) or view != "derivative"
