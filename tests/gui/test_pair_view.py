"""The pair view on the screen: what each curve is called, where its bands are named, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.dress import Dress, texts
from gui.pair_view import PairView
from gui.theme import series_colour
from station.records import Aliquot
from station.schedule import place
from tests.gui import plot_samples, stories
from tests.station.test_pair import excitation

HOUR_S = 3600.0


def view_of(qtbot: QtBot, aliquot: Aliquot | None, scale: float = 1.0, size: tuple[int, int] = (958, 624)) -> PairView:
    view = PairView(Dress(themes.DARK, scale))
    qtbot.addWidget(view)
    view.resize(*size)
    view.set_excitations((excitation(2.0 * HOUR_S),))
    view.show_aliquot(aliquot, stories.RECIPE.schedule_s)
    return view


def said(view: PairView) -> list[str]:
    return [text.text for text in texts(view.parts())]


def test_each_curve_says_what_it_was_divided_by(qtbot: QtBot) -> None:
    found = said(view_of(qtbot, plot_samples.aliquot(4)))
    assert "Aliquot 4, 2 h 00 min" in found
    for begins in ("Absorbance, 1 at 449.1 nm: A 0.1", "PL, 1 at 500.0 nm: 1\u202f8", "PL excitation, 1 at 47"):
        assert [text for text in found if text.startswith(begins)], begins
    assert [text for text in found if text.startswith("tail ×")]


def test_the_bands_are_named_with_their_sigma_and_energies_stand_above(qtbot: QtBot) -> None:
    found = said(view_of(qtbot, stories.aliquot(3)))
    assert "MSC-449 E1" in found
    assert "449.1 ± 0.1 nm" in found
    assert "500.4 ± 0.4 nm" in found
    assert [text for text in found if text.endswith(" eV")]


def test_a_name_goes_before_the_number(qtbot: QtBot) -> None:
    named = replace(plot_samples.aliquot(4), name="from the bottom")
    assert "from the bottom, 2 h 00 min" in said(view_of(qtbot, named))


def test_what_is_missing_is_said(qtbot: QtBot) -> None:
    assert [text for text in said(view_of(qtbot, plot_samples.aliquot(2))) if "no emission is seen" in text]
    assert said(view_of(qtbot, None)) == ["with the first aliquot"]


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_at_larger_type_the_frame_keeps_its_room(qtbot: QtBot, scale: float) -> None:
    view = view_of(qtbot, plot_samples.aliquot(4), scale, (560, 432))
    assert view.frame.height() > 0.35 * view.height()
    assert "tail × 5" in said(view)


def test_absorbance_has_the_colour_of_its_place_in_the_ladder(qtbot: QtBot) -> None:
    view = view_of(qtbot, plot_samples.aliquot(4))
    image = view.grab().toImage()
    _, _, sample = view._key_rooms()[0]
    ink = series_colour(place(2.0 * HOUR_S, stories.RECIPE.schedule_s), themes.DARK).name()
    x, y = round(sample.left()) + 5, round(sample.center().y())
    near = {QColor(image.pixel(x, y + dy)).name() for dy in range(-3, 4)}
    assert ink in near
