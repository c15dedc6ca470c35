"""Photographs: what is taken for a picture, what it tells of itself, and that its bytes stay as they came."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.attachment import Attachment
from station.photographs import LARGEST_BYTES, Exif, Pair, exif, from_camera, from_file, pairs, picture
from station.records import PhotographTaken
from tests.station.photograph_samples import JPEG, PNG, with_exif


def taken(number: int, light: str, name: str) -> PhotographTaken:
    return PhotographTaken(number, light, None, None, Attachment(name, "image/png", PNG), 0.0, "")  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_camera_tells_its_exposure_and_how_it_was_held(order: str) -> None:
    assert exif(with_exif(JPEG, order, (1, 60), 6)) == Exif(1 / 60, 6)


def test_what_tells_nothing_is_not_guessed() -> None:
    for data in (JPEG, PNG, b"", b"\xff\xd8", with_exif(JPEG, exposure=None), with_exif(JPEG, exposure=(1, 0))):
        assert exif(data) == Exif(None, 1)
    assert exif(with_exif(JPEG, orientation=9)).orientation == 1
    assert exif(with_exif(JPEG, exposure=(7200, 1))).exposure_s is None, "two hours are no exposure of a camera"


@given(st.integers(0, 200), st.integers(0, 255))
def test_damaged_bytes_never_break_the_reading(at: int, value: int) -> None:
    data = bytearray(with_exif(JPEG))
    data[at] = value
    exif(bytes(data))
    exif(bytes(data[:at]))


def test_a_file_is_kept_byte_for_byte_with_its_name_and_type(tmp_path: Path) -> None:
    path = tmp_path / "IMG 0042.weird"
    path.write_bytes(JPEG)
    assert from_file(path) == Attachment("IMG 0042.weird", "image/jpeg", JPEG), "the bytes tell the type, not the name"


def test_what_cannot_be_kept_says_why_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot be read .*Nothing was kept"):
        from_file(tmp_path / "nowhere.jpg")
    text = tmp_path / "notes.jpg"
    text.write_text("no picture")
    with pytest.raises(ValueError, match="no picture that can be shown"):
        from_file(text)
    with pytest.raises(ValueError, match=r"20\.0 MB, and a run keeps photographs of up to 20 MB"):
        picture("large.jpg", JPEG + bytes(LARGEST_BYTES - len(JPEG) + 1))
    assert picture("full.jpg", JPEG + bytes(LARGEST_BYTES - len(JPEG))).data.startswith(JPEG)


def test_a_camera_s_picture_is_named_after_its_aliquot_and_light() -> None:
    assert from_camera(4, "UV", JPEG) == Attachment("aliquot-4-uv.jpg", "image/jpeg", JPEG)


def test_the_newest_photograph_of_each_light_stands_for_its_aliquot() -> None:
    old, new, dark = taken(3, "ambient", "old"), taken(3, "ambient", "new"), taken(3, "UV", "uv")
    assert pairs([old, dark, new, taken(1, "UV", "first")]) == {
        3: Pair(new, dark),
        1: Pair(None, taken(1, "UV", "first")),
    }
    assert pairs([]) == {}
