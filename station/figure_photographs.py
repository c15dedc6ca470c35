"""The photographs in a manuscript figure: under each reaction time ambient light, and UV below it (Fig. 2F)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import imread
from numpy.typing import NDArray

from station.figure_spectra import FAINT, INK
from station.figure_style import MM_PER_IN, Telling
from station.figure_type import Lettering
from station.photographs import Pair, exif
from station.records import PhotographTaken

TILE_MM = 9.0  # the least width of a photograph in print
WIDEST_MM = 18.0
APART_MM = 0.8
POINT_MM = MM_PER_IN / 72.0
SHAPES = (0.55, 1.5)  # width over height: what is longer stands within, with white beside it
MOST_PIXELS = 480  # of a side: 600 dpi over 20 mm

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Tile:
    """The photographs of one aliquot as they are drawn: its label, and the pixels under both lights.

    A light of which there is no photograph is None; `broken` names those whose bytes show nothing.
    """

    label: str
    ambient: Pixels | None
    uv: Pixels | None
    broken: tuple[str, ...] = ()


def tiles(labelled: Sequence[tuple[str, Pair]], tell: Telling) -> list[Tile]:
    """Return the photographs of aliquots, decoded one after the other and made as small as they are printed."""
    made: list[Tile] = []
    for index, (label, pair) in enumerate(labelled):
        tell(index / len(labelled), f"photograph {index + 1} of {len(labelled)}")
        both = {light: _pixels(taken) for light, taken in (("ambient", pair.ambient), ("UV", pair.uv)) if taken}
        broken = tuple(light for light, pixels in both.items() if pixels is None)
        made.append(Tile(label, both.get("ambient"), both.get("UV"), broken))
    return made


def _pixels(taken: PhotographTaken) -> Pixels | None:
    """Return the pixels of a photograph as it was held, made smaller; None where its bytes show nothing."""
    try:
        found = np.asarray(imread(BytesIO(taken.picture.data), format=taken.picture.media_type.rpartition("/")[2]))
    except Exception:  # a decoder raises what it likes where bytes are damaged, and a figure is drawn all the same
        return None
    if found.dtype.kind == "f":
        found = np.round(255.0 * found)
    grey = found.ndim == 2
    step = max(1, ceil(max(found.shape[:2]) / MOST_PIXELS))
    tall, wide = (side // step * step for side in found.shape[:2])
    blocks = found[:tall, :wide].reshape(tall // step, step, wide // step, step, -1).mean(axis=(1, 3))
    small = np.repeat(blocks, 3, axis=2) if grey else blocks[:, :, :3]
    return _upright(small.astype(np.uint8), exif(taken.picture.data).orientation)


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Return a picture as the camera was held (EXIF 2.3, Orientation 1 to 8)."""
    mirrored = pixels[:, ::-1] if orientation in (2, 4, 5, 7) else pixels
    return np.rot90(mirrored, {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(orientation, 0))


@dataclass(frozen=True, slots=True)
class Grid:
    """How photographs stand: so many beside each other, in so many bands, each tile so wide and tall, in mm."""

    across: int
    bands: int
    wide: float
    tall: float
    label: float

    @property
    def height(self) -> float:
        """Get the height of all bands in mm."""
        return self.bands * self.band - 3 * APART_MM

    @property
    def band(self) -> float:
        """Get the height from one band to the next in mm."""
        return self.label + 2 * self.tall + 4 * APART_MM

    def lower(self, height: float) -> Grid:
        """Return the same photographs, smaller, in bands of this height together, in mm."""
        tall = max(1.0, ((height + 3 * APART_MM) / self.bands - self.label - 4 * APART_MM) / 2)
        return replace(self, tall=tall, wide=self.wide * tall / self.tall)


def grid(made: Sequence[Tile], room_mm: float, type_: Lettering) -> Grid:
    """Return how so many photographs stand in a room of this width."""
    across = max(1, min(len(made), int((room_mm + APART_MM) / (TILE_MM + APART_MM))))
    bands = ceil(len(made) / across)
    across = ceil(len(made) / bands)
    wide = min(WIDEST_MM, (room_mm + APART_MM) / across - APART_MM)
    shapes = [p.shape[1] / p.shape[0] for tile in made for p in (tile.ambient, tile.uv) if p is not None]
    shape = float(np.clip(np.median(shapes), *SHAPES)) if shapes else 0.75
    return Grid(across, bands, wide, wide / shape, 1.6 * POINT_MM * type_.font_pt)


def draw_tiles(axes: Axes, made: Sequence[Tile], lamp: str, type_: Lettering) -> None:
    """Draw the photographs in an empty panel whose place is settled; `lamp` names the UV light."""
    box, mm = axes.get_window_extent(), MM_PER_IN / axes.figure.dpi
    wide_mm, tall_mm = box.width * mm, box.height * mm
    axes.set_xlim(0.0, wide_mm)
    axes.set_ylim(tall_mm, 0.0)
    names = max(_wide_mm(axes, name, type_) for name in ("ambient", lamp)) + 1.5
    at = grid(made, wide_mm - names, type_)
    if at.height > tall_mm:
        at = at.lower(tall_mm)
    for index, tile in enumerate(made):
        x = names + (index % at.across) * (at.wide + APART_MM)
        y = (index // at.across) * at.band
        axes.text(x + at.wide / 2, y + at.label / 2, tile.label, fontproperties=type_.font(6.5), color=INK, **_MIDDLE)
        for row, (light, pixels) in enumerate((("ambient", tile.ambient), ("UV", tile.uv))):
            top = y + at.label + row * (at.tall + APART_MM)
            if index % at.across == 0:
                name = light if light == "ambient" else lamp
                where = (names - 1.5, top + at.tall / 2)
                axes.text(*where, name, fontproperties=type_.font(6.5), color=INK, ha="right", va="center")
            if pixels is not None:
                _draw(axes, pixels, (x, top, at.wide, at.tall))
            else:
                said = "damaged" if light in tile.broken else "–"
                middle = (x + at.wide / 2, top + at.tall / 2)
                axes.text(*middle, said, fontproperties=type_.font(5.5), color=FAINT, **_MIDDLE)
    axes.set_xlim(0.0, wide_mm)  # pictures move the limits
    axes.set_ylim(tall_mm, 0.0)


_MIDDLE: Any = {"ha": "center", "va": "center"}


def _draw(axes: Axes, pixels: Pixels, room: tuple[float, float, float, float]) -> None:
    """Draw a picture in its true shape within its room (left, top, width, height in mm)."""
    left, top, wide, tall = room
    shape = pixels.shape[1] / pixels.shape[0]
    w, h = (wide, wide / shape) if shape > wide / tall else (tall * shape, tall)
    x, y = left + (wide - w) / 2, top + (tall - h) / 2
    axes.imshow(pixels, extent=(x, x + w, y + h, y), aspect="auto", interpolation="antialiased", zorder=2)


def _wide_mm(axes: Axes, text: str, type_: Lettering) -> float:
    """Return how wide a text is in print, in mm."""
    probe = axes.text(0.0, 0.0, text, fontproperties=type_.font(6.5))
    wide = probe.get_window_extent().width / axes.figure.dpi * MM_PER_IN
    probe.remove()
    return float(wide)
