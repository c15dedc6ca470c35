"""Names of peaks never lie over one another, over another's hairline, or outside the plot."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from gui.peak_labels import GAP_PX, Wish, place_labels

AREA = QRectF(50.0, 60.0, 880.0, 250.0)
ROW = 40.0


def test_two_bands_of_one_cluster_stand_side_by_side() -> None:
    second, first = Wish(166.0, 140.0, 100.0, 34.0), Wish(276.0, 105.0, 100.0, 34.0)
    placed = place_labels([first, second], AREA, ROW)
    assert [p.rect.top() for p in placed] == [AREA.top(), AREA.top()]
    assert [p.rect.left() for p in placed] == [276.0 + GAP_PX, 166.0 + GAP_PX]


def test_a_name_whose_peak_stands_under_another_name_goes_a_row_lower_and_its_line_begins_there() -> None:
    tall, shoulder = Wish(130.0, 105.0, 100.0, 34.0), Wish(180.0, 200.0, 100.0, 34.0)  # no room left of the tall one
    placed = place_labels([tall, shoulder], AREA, ROW)
    assert placed[0].rect.left() == 130.0 + GAP_PX
    assert placed[1].rect.left() == 180.0 + GAP_PX
    assert placed[1].rect.top() == AREA.top() + ROW
    assert placed[1].line_top == placed[1].rect.top()


def test_no_name_lies_on_a_taller_peak() -> None:
    tall, low = Wish(300.0, 90.0, 100.0, 34.0), Wish(240.0, 220.0, 100.0, 34.0)
    placed = place_labels([tall, low], AREA, ROW)
    assert placed[1].rect.right() == 240.0 - GAP_PX


def test_where_the_next_line_is_long_a_label_goes_left_of_its_own() -> None:
    placed = place_labels([Wish(300.0, 290.0, 100.0, 34.0), Wish(260.0, 290.0, 100.0, 34.0)], AREA, ROW)
    assert placed[1].rect.right() == 260.0 - GAP_PX


wishes = st.lists(
    st.builds(Wish, x=st.floats(50, 930), y=st.floats(60, 310), width=st.floats(60, 160), height=st.floats(19, 38)),
    max_size=8,
)


@given(wishes)
def test_labels_and_lines_never_meet(wanted: list[Wish]) -> None:
    placed = place_labels(wanted, AREA, ROW)
    for label in placed:
        assert AREA.contains(label.rect)
    for one, other in combinations(placed, 2):
        assert not one.rect.intersects(other.rect)
    for label in placed:
        for other in placed:
            wish = wanted[other.index]
            line = QRectF(wish.x - 0.5, other.line_top, 1.0, max(0.5, wish.y - other.line_top))
            assert not line.intersects(label.rect)


@given(wishes.filter(bool))
def test_the_most_important_label_is_always_there(wanted: list[Wish]) -> None:
    assert any(label.index == 0 for label in place_labels(wanted, AREA, ROW))


@given(wishes)
def test_nothing_is_put_over_what_stands_there(wanted: list[Wish]) -> None:
    taken = QRectF(200.0, 60.0, 150.0, 80.0)
    assert not any(label.rect.intersects(taken) for label in place_labels(wanted, AREA, ROW, [taken]))
