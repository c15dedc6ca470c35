"""Photographs at the bench: the strip over the ladder, the page that takes one, bytes that stay as they came."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.actions import Act
from gui.anatomy import PLOTS_LEAST, under_the_plots
from gui.camera import NONE, Failed, SystemCamera, Taken
from gui.dress import Cap, Dress
from gui.shown import photographs as shown
from gui.shown.photographs import Eye
from gui.thumbnails import decoded
from station import orders
from station.attachment import Attachment
from station.photographs import Pair
from station.recipe import HOUR_S
from station.records import PhotographTaken
from station.run import Run
from tests.gui import stories
from tests.gui.conftest import Bench, Opener
from tests.station.photograph_samples import JPEG, PNG, with_exif

NOW_S = stories.T0_S + 24 * HOUR_S


class PlainCamera:
    """A camera that sees one picture and gives bytes that it is told to give."""

    def __init__(self, data: bytes = b"", exposure_s: float | None = None, trouble: str = "") -> None:
        self.data, self.exposure_s, self.trouble = data, exposure_s, trouble
        self.on = False

    def begin(self, changed: Callable[[], None]) -> None:
        self.on = True
        changed()

    def end(self) -> None:
        self.on = False

    def eye(self) -> Eye:
        return Eye(("Bench camera",), "Bench camera", "", self.on) if self.data else Eye(trouble=self.trouble)

    def sees(self) -> QImage | None:
        return QImage(8, 8, QImage.Format.Format_RGB32) if self.data else None

    def choose(self, name: str) -> None:
        raise AssertionError(name)

    def take(self, taken: Taken, failed: Failed) -> None:
        taken(self.data, self.exposure_s)


def taken(number: int, light: str, data: bytes = PNG, exposure_s: float | None = None) -> PhotographTaken:
    picture = Attachment(f"{number}.png", "image/png", data)
    lamp_nm = 366.0 if light == "UV" else None
    return PhotographTaken(number, light, lamp_nm, exposure_s, picture, 0.0, "")  # type: ignore[arg-type]


def photographed(run: Run, *photographs: PhotographTaken) -> Run:
    for each in photographs:
        run = run.appended(each)
    return run


def with_strip(open_bench: Opener, run: Run, dress: Dress | None = None) -> Bench:
    bench = open_bench(dress)
    bench.shows(replace(stories.status(8, now_s=NOW_S), run=run))
    bench.window.act(Act.PHOTOS)
    return bench


def with_page(open_bench: Opener, run: Run, camera: PlainCamera) -> Bench:
    bench = with_strip(open_bench, run)
    bench.window.panels.photograph._camera = camera
    bench.window.act(Act.CONFIRM)
    return bench


def press(bench: Bench, label: str) -> None:
    """Go to a line of the page that is open and press Enter."""
    page = bench.window.panels.photograph.page
    name = next(line.name for line in page.lines if line.label.startswith(label))
    page.stand_on(name)
    bench.window.act(Act.CONFIRM)


def test_p_opens_the_strip_under_the_plots_and_closes_it(open_bench: Opener) -> None:
    bench = with_strip(open_bench, stories.run(8))
    panels = bench.window.panels
    assert panels.photographs.isVisible()
    assert panels.plots.geometry().bottom() < panels.photographs.geometry().top()
    assert panels.photographs.geometry().bottom() < panels.ladder.geometry().top()
    bench.window.act(Act.PHOTOS)
    assert not panels.photographs.isVisible()
    assert panels.plots.geometry().bottom() > panels.ladder.geometry().top() - 20, "the plots have their room again"


def test_each_pair_stands_exactly_over_its_chip_ambient_before_uv(open_bench: Opener) -> None:
    run = photographed(stories.run(8), taken(3, "UV"), taken(3, "ambient"), taken(5, "UV"))
    panels = with_strip(open_bench, run).window.panels
    rooms = panels.ladder.chip_rooms()
    placed = panels.photographs.placed()
    assert len(placed) == 2 * len(rooms) == 16
    for ambient, uv in zip(placed[::2], placed[1::2], strict=True):
        assert (ambient.number, ambient.light) == (uv.number, "ambient")
        assert ambient.room.left() == rooms[ambient.number].left()
        assert uv.room.right() == rooms[uv.number].right()
        assert ambient.room.right() < uv.room.left()
    found = {(each.number, each.light) for each in placed if each.taken is not None}
    assert found == {(3, "ambient"), (3, "UV"), (5, "UV")}


def test_the_newest_photograph_counts_and_undo_brings_back_the_one_before() -> None:
    old, new = taken(2, "ambient", JPEG), taken(2, "ambient", PNG)
    run = photographed(stories.run(3), old, new)
    assert shown.strip(run, None).pairs == {2: Pair(new, None)}
    last = run.last_undoable()
    assert last is not None
    assert run.records[last] is new


def test_the_plots_give_the_strip_its_room_but_never_their_last() -> None:
    dress = Dress(themes.DARK)
    for tall in range(200, 1000, 40):
        plots, strip = under_the_plots(QRect(16, 40, 958, tall), dress, 768, QRect(0, 0, 9, 9), wanted=True)
        assert plots.height() >= PLOTS_LEAST
        assert strip is None or plots.bottom() < strip.top() <= strip.bottom() == 40 + tall - 1
    assert under_the_plots(QRect(0, 0, 958, 600), dress, 768, None, wanted=True)[1] is None, "no ladder, no strip"


def test_a_picture_is_decoded_as_it_was_held_and_cut_to_its_place() -> None:
    image = decoded(JPEG, QSize(4, 4), whole=False)
    assert image is not None
    assert image.size() == QSize(4, 4)
    assert image.pixelColor(2, 0).red() > 150, "red above"
    turned = decoded(with_exif(JPEG, orientation=6), QSize(60, 40), whole=True)
    assert turned is not None
    assert turned.width() > turned.height(), "the camera was held on its side"
    assert turned.pixelColor(turned.width() - 2, 20).red() > 150
    assert decoded(b"\xff\xd8\xff broken", QSize(4, 4), whole=False) is None


def test_broken_bytes_are_a_grey_tile_with_words(open_bench: Opener, qtbot: QtBot) -> None:
    bench = with_strip(open_bench, photographed(stories.run(8), taken(1, "ambient", b"\x89PNG\r\n\x1a\nno")))
    strip = bench.window.panels.photographs

    def said() -> None:
        assert "cannot" in [part.text for part in strip.parts() if hasattr(part, "text")]

    qtbot.waitUntil(said)


def test_arrows_select_and_enter_opens_the_page_for_the_selected_aliquot(open_bench: Opener) -> None:
    run = photographed(stories.run(8), taken(7, "ambient"))
    bench = with_strip(open_bench, run)
    bench.window.panels.photograph._camera = PlainCamera(trouble=NONE)
    bench.window.act(Act.EARLIER)
    bench.window.act(Act.CONFIRM)
    page = bench.window.panels.photograph.page
    values = {line.label: line.value for line in page.lines}
    assert values["Aliquot"].startswith("7 · 23 h")
    assert values["Light"] == "UV lamp", "ambient is there: the other of the pair comes next"
    assert values["Lamp"] == "366"
    assert any("Goggles" in line.value and line.tone == "stale" for line in page.lines)
    assert NONE in [line.value for line in page.lines], "no camera is said, and a file offered"
    assert [line.label for line in page.lines if line.kind == "press"] == ["Choose a file ..."]


def test_enter_stands_in_one_place_the_banner_first_and_a_fault_does_not_swallow_it(open_bench: Opener) -> None:
    bench = with_strip(open_bench, stories.run(8))
    panels, status = bench.window.panels, replace(stories.status(8, now_s=NOW_S), run=stories.run(8))

    def has_enter() -> bool:
        return any(isinstance(part, Cap) for part in panels.photographs.parts())

    assert has_enter()
    bench.shows(replace(status, onset=stories.ONSET))
    assert panels.banner.takes_enter
    assert not has_enter()
    bench.shows(replace(status, fault=stories.FAULT))
    assert panels.banner.shown is not None
    assert has_enter()
    panels.photograph._camera = PlainCamera(trouble=NONE)
    bench.window.act(Act.CONFIRM)
    assert panels.photograph.is_open


def test_a_click_selects_the_aliquot_of_a_photograph_and_add_opens_the_page(open_bench: Opener) -> None:
    bench = with_strip(open_bench, stories.run(8))
    panels = bench.window.panels
    panels.photograph._camera = PlainCamera(trouble=NONE)
    third = next(each for each in panels.photographs.placed() if each.number == 3)
    QTest.mouseClick(panels.photographs, Qt.MouseButton.LeftButton, pos=third.room.center().toPoint())
    assert bench.window.desk.selected == 3
    QTest.mouseClick(panels.photographs, Qt.MouseButton.LeftButton, pos=QPoint(panels.photographs.width() - 12, 8))
    assert panels.photograph.is_open


def test_a_file_is_kept_byte_for_byte_with_lamp_and_exposure(open_bench: Opener, tmp_path: Path) -> None:
    bench = with_page(open_bench, stories.run(8), PlainCamera())
    data = with_exif(JPEG, exposure=(1, 4))
    path = tmp_path / "IMG_0042.JPG"
    path.write_bytes(data)
    page = bench.window.panels.photograph
    page.take("light", 1)
    page.type("lamp", "365")
    page.choose_file(path)
    bench.window.act(Act.CONFIRM)  # the cursor stands on Keep
    picture = Attachment("IMG_0042.JPG", "image/jpeg", data)
    assert bench.link.orders[-1] == orders.AddPhotograph(8, "UV", 365.0, 0.25, picture)


def test_what_cannot_be_kept_is_said_and_nothing_is_sent(open_bench: Opener, tmp_path: Path) -> None:
    bench = with_page(open_bench, stories.run(8), PlainCamera())
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    bench.window.panels.photograph.choose_file(text)
    assert "no picture that can be shown" in bench.window.panels.toast.note.sentence
    assert not any(isinstance(order, orders.AddPhotograph) for order in bench.link.orders)


def test_the_camera_s_own_bytes_and_exposure_are_kept_and_the_other_light_comes_next(open_bench: Opener) -> None:
    camera = PlainCamera(JPEG, 0.02)
    bench = with_page(open_bench, stories.run(8), camera)
    press(bench, "Take the photograph")
    press(bench, "Keep it")
    order = bench.link.orders[-1]
    assert order == orders.AddPhotograph(
        8, "ambient", None, 0.02, Attachment("aliquot-8-ambient.jpg", "image/jpeg", JPEG)
    )
    assert {line.label: line.value for line in bench.window.panels.photograph.page.lines}["Light"] == "UV lamp"
    assert isinstance(order, orders.AddPhotograph)
    kept = PhotographTaken(8, "ambient", None, 0.02, order.picture, NOW_S, "")
    bench.shows(replace(stories.status(8, now_s=NOW_S), run=stories.run(8).appended(kept)))
    assert bench.window.panels.toast.note.sentence == "Photograph kept with aliquot 8, ambient light"


def test_an_exposure_nobody_knows_stays_unknown_and_a_wrong_one_blocks(open_bench: Opener) -> None:
    bench = with_page(open_bench, stories.run(8), PlainCamera(JPEG))
    press(bench, "Take the photograph")
    page = bench.window.panels.photograph
    page.type("exposure", "long")
    press(bench, "Keep it")
    assert not any(isinstance(order, orders.AddPhotograph) for order in bench.link.orders)
    page.type("exposure", "")
    press(bench, "Keep it")
    order = bench.link.orders[-1]
    assert isinstance(order, orders.AddPhotograph)
    assert order.exposure_s is None


def test_the_camera_is_let_go_when_the_page_is_put_away(open_bench: Opener) -> None:
    camera = PlainCamera(JPEG)
    bench = with_page(open_bench, stories.run(8), camera)
    open_on = camera.on
    bench.window.act(Act.LEAVE)
    assert (open_on, camera.on) == (True, False)
    assert bench.window.panels.photographs.isVisible(), "the strip stays"


def test_multimedia_is_not_loaded_before_the_page_asks_for_a_camera(open_bench: Opener) -> None:
    loaded = {name for name in sys.modules if "QtMultimedia" in name}
    bench = with_strip(open_bench, photographed(stories.run(8), taken(1, "UV")))
    bench.window.refresh()
    assert {name for name in sys.modules if "QtMultimedia" in name} == loaded
    assert SystemCamera().eye() == Eye()


@pytest.mark.slow
def test_a_computer_without_a_camera_says_so(qtbot: QtBot) -> None:
    from PySide6.QtMultimedia import QMediaDevices

    if QMediaDevices.videoInputs():
        pytest.skip("this computer has a camera")
    camera, told = SystemCamera(), list[int]()
    camera.begin(lambda: told.append(1))
    assert camera.eye().trouble == NONE
    assert camera.sees() is None
    camera.end()


def test_exposures_are_said_as_photographers_say_them() -> None:
    assert [shown.exposure(seconds) for seconds in (1 / 60, 0.002, 0.5, 2.0)] == ["1/60 s", "1/500 s", "0.5 s", "2 s"]


def test_the_recipe_s_lamp_is_proposed_and_then_the_one_used_last() -> None:
    run = stories.run(2, recipe=replace(stories.RECIPE, photo_lamp_nm=365.0))
    assert shown.lamp_nm(run) == 365.0
    assert shown.lamp_nm(run.appended(replace(taken(1, "UV"), lamp_nm=395.0))) == 395.0
    assert shown.lamp_nm(None) == 366.0
