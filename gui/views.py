"""Which views of the window are open: kept from one day to the next."""

from __future__ import annotations

from gui.actions import Act
from gui.panels import Panels

KEPT = (Act.TREND, Act.WATERFALL, Act.PAIR)
MOST_PAGES = 6  # of a view that is turned by its key before it goes


def open_views(panels: Panels) -> frozenset[str]:
    """Return the names of the views that are open."""
    names = {act.value for act in KEPT if act in panels.plots.lit}
    return frozenset(names | ({Act.PHOTOS.value} if panels.photographs.wanted else set()))


def show_views(panels: Panels, names: frozenset[str]) -> None:
    """Open these views and no others, as their keys do; a name that is no view's is passed over."""
    for act in KEPT:
        for _ in range(MOST_PAGES):
            if (act in panels.plots.lit) == (act.value in names):
                break
            panels.plots.act(act)
    panels.photographs.wanted = Act.PHOTOS.value in names
