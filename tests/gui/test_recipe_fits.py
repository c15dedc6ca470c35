"""Every text of the recipe page has its room: both themes, all sizes of type, every state, wherever the cursor is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gui import theme as themes
from gui.actions import Act
from gui.dress import Dress
from gui.theme import Theme
from station.recipe import Recipe
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.gui.test_texts_fit import all_misfits, misfits

pytestmark = pytest.mark.slow

WRONG = {
    "name": "",
    "cd_oleate.ml": "two millilitres",
    "top.stock": "2.1234567 M",
    "total": "20",
    "solvent": "toluene",
    "temperature": "150.25",
    "torr": "-1",
    "into": "5,0000 ml",
    "path": "0.2",
    "excitation": "0.405 µm",
    "oam.purity": "700",
    "remind": "often",
}


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings folder of the test's own."""
    monkeypatch.setenv("ALIQUOT_SETTINGS", str(tmp_path / "settings"))


def opened(open_bench: Opener, theme: Theme, scale: float, size: tuple[int, int], run: Run) -> Bench:
    bench = open_bench(Dress(theme, scale))
    bench.window.resize(*size)
    bench.shows(replace(stories.status(2, now_s=stories.T0_S + 4000.0), run=run))
    bench.window.act(Act.RECIPE)
    return bench


def everywhere(bench: Bench) -> set[str]:
    """What does not fit, with the cursor in every field."""
    page = bench.window.panels.recipe.page
    found: set[str] = set()
    for box in page.boxes():
        page.begin_at(box.field.name)
        found |= set(misfits(page))
        assert bench.window.rect().contains(page.geometry())
    return found


SIZES = [(1.0, (1024, 640)), (1.25, (1366, 768)), (1.5, (1366, 768)), (1.75, (1366, 768)), (2.0, (1024, 640))]


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 768)), (1.0, (1920, 1080)), (2.0, (3840, 2160)), *SIZES])
@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
def test_the_papers_recipe_fits(open_bench: Opener, theme: Theme, scale: float, size: tuple[int, int]) -> None:
    bench = opened(open_bench, theme, scale, size, Run(Recipe("Run at 14:02"), None, "", stories.wall(0.0)))
    assert everywhere(bench) == set()
    assert all_misfits(bench) == [] or size == (1024, 640)


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 768)), *SIZES])
def test_all_that_can_be_wrong_at_once_fits(open_bench: Opener, scale: float, size: tuple[int, int]) -> None:
    bench = opened(open_bench, themes.LIGHT, scale, size, stories.run(3))
    sheet = bench.window.panels.recipe
    for name, text in WRONG.items():
        sheet.type(name, text)
    for rung in ("soon", "0.5 h", "later than that"):
        sheet.press("rung.add")
        sheet.page.field.clear()
        sheet.type(sheet.page.at, rung)
        sheet.end_edit()
    assert everywhere(bench) == set()


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 768)), *SIZES])
def test_the_question_and_the_list_of_templates_fit(open_bench: Opener, scale: float, size: tuple[int, int]) -> None:
    bench = opened(open_bench, themes.DARK, scale, size, stories.run(3))
    page = bench.window.panels.recipe.page
    bench.window.act(Act.CONFIRM)
    assert misfits(page) == []
    bench.window.act(Act.UP)
    page.begin_at("template")
    bench.window.act(Act.CONFIRM)
    for _ in range(20):
        bench.window.act(Act.DOWN)
        assert misfits(page.list) == []
        assert page.rect().contains(page.list.geometry())


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 768)), *SIZES])
def test_every_condition_of_the_paper_fits(open_bench: Opener, scale: float, size: tuple[int, int]) -> None:
    bench = opened(open_bench, themes.DARK, scale, size, Run(Recipe("bare"), None, "", stories.wall(0.0)))
    for option in range(18):
        bench.window.panels.recipe.take("template", option)
        bench.window.panels.recipe.page.begin_at("lamp")
        assert misfits(bench.window.panels.recipe.page) == []
