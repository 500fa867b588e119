"""A layer on its way to the sheet: what is drawn, the web map's layer it comes from, and its words in the legend."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from briefing.maps.content import Bounds, Drawn, Entry, PointTable
from briefing.maps.themes.facts import Facts
from briefing.maps.themes.places import bounds, located
from settings import CRS
from words import Translate


@dataclass(frozen=True)
class Piece:
    """A part of a sheet: ``layer`` is the web map's name of it (empty: the ground), ``text`` its line in the legend, still in English.

    ``always``: the line stands even where nothing of it must be in view, since the paper shows more than that.
    """

    layer: str
    drawn: Drawn
    text: str
    counted: bool = True
    always: bool = False


@dataclass(frozen=True)
class Sheet:
    """What those that draw layers are told.

    Attributes
    ----------
    numbers
        (layer, id) -> the number in the table beside the map.
    layers
        The web map's layers that are drawn.
    grids
        Whether areas are shown down to their grids, however large the sheet's area.
    filled
        Whether areas are filled by a figure, and named with it: other fills and their names give way.
    held
        Whether it is drawn which areas are controlled or sealed off.
    """

    facts: Facts
    extent: Bounds
    layers: Collection[str]
    numbers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    grids: bool = False
    filled: bool = False
    held: bool = True

    @property
    def scale(self) -> float:
        """Return how many metres a millimetre of the paper shows, about."""
        return self.facts.metres_per_mm(self.extent)


@dataclass(frozen=True)
class Told:
    """What a theme says beside the map: numbers for the points, the table they are listed in, headline figures, and notes.

    ``extent`` is what must be in view, where that is not the area; ``below`` and ``fills`` (areas by a figure) are drawn below the web
    map's layers, ``above`` over them. ``compared`` says with which moment the sheet compares its own.
    """

    numbers: Mapping[tuple[str, str], int] = field(default_factory=dict)
    table: PointTable | None = None
    figures: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    extent: Bounds | None = None
    below: tuple[Piece, ...] = ()
    fills: tuple[Piece, ...] = ()
    above: tuple[Piece, ...] = ()
    compared: str = ""


Maker = Callable[[Sheet], Iterator[Piece]]
Objects = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True)
class Features:
    """Features that have a place, as arrays: a sheet takes them apart by style, for which frames are too slow.

    ``names`` are what is written beside them, empty for nothing.
    """

    ids: Objects
    names: Objects
    geometry: Objects

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, labels: Sequence[str | None] | None = None) -> Features:
        """Return the features of a frame, all of which have a place, with their names or other labels."""
        called = np.array(frame["name"] if labels is None else labels, dtype=object)
        named = np.array([name if isinstance(name, str) else "" for name in called], dtype=object)
        return cls(np.array(frame["id"], dtype=object), named, np.asarray(frame.geometry.to_numpy(), dtype=object))

    def __getitem__(self, rows: Any) -> Features:
        return Features(self.ids[rows], self.names[rows], self.geometry[rows])

    def __len__(self) -> int:
        return len(self.ids)


def points(sheet: Sheet, layer: str, features: Features, style: str, text: str, *, named: bool = False, rank: int = 0) -> Iterator[Piece]:
    """Yield features as points in one style, with their numbers, or with their names where they have no number."""
    if not len(features):
        return
    numbers = [sheet.numbers.get((layer, str(i))) for i in features.ids]
    labels = [None if number else name or None for number, name in zip(numbers, features.names, strict=True)] if named else None
    geometry = gpd.GeoSeries(shapely.point_on_surface(features.geometry), crs=CRS)
    yield Piece(layer, Drawn(style, geometry, style, labels=labels, numbers=numbers if any(numbers) else None, rank=rank), text)


def outlined(
    layer: str,
    features: Features,
    style: str,
    text: str,
    *,
    named: bool = False,
    rank: int = 0,
    must: bool = False,
    counted: bool = True,
) -> Iterator[Piece]:
    """Yield features as areas in one style, with their names."""
    if len(features):
        labels = [name or None for name in features.names] if named else None
        drawn = Drawn(f"{layer}-{style}", gpd.GeoSeries(features.geometry, crs=CRS), style, labels=labels, rank=rank, must=must)
        yield Piece(layer, drawn, text, counted)


def widened(extent: Bounds, pieces: Iterable[Piece]) -> Bounds:
    """Return an extent that takes in all that is counted: paper shows more than it must, and what it shows beyond would not be counted."""
    counted = [piece.drawn.geometry for piece in pieces if piece.layer and piece.counted]
    view = shapely.box(*extent)
    beyond = [found[~shapely.intersects(found.to_numpy(), view)] for found in counted]
    reach = bounds(*beyond, gpd.GeoSeries([view], crs=CRS)) if any(len(found) for found in beyond) else None
    return reach or extent


def kept(piece: Piece, extent: Bounds) -> Piece:
    """Return a piece without what is counted beyond an extent: where a window is printed, nothing outside it is drawn."""
    inside = shapely.intersects(piece.drawn.geometry.to_numpy(), shapely.box(*extent))
    if not piece.counted or inside.all():
        return piece
    drawn, rows = piece.drawn, np.flatnonzero(inside).tolist()
    labels = [drawn.labels[row] for row in rows] if drawn.labels is not None else None
    numbers = [drawn.numbers[row] for row in rows] if drawn.numbers is not None else None
    return replace(piece, drawn=replace(drawn, geometry=drawn.geometry.iloc[rows].reset_index(drop=True), labels=labels, numbers=numbers))


def legend(pieces: Iterable[Piece], extent: Bounds, translate: Translate) -> tuple[Entry, ...]:
    """Return the legend of a sheet: one line a style that is in view, of what lies on top first, with how many of it are drawn.

    All that is counted lies in the extent (:func:`widened`, :func:`kept`), so that these are the symbols that the sheet shows.
    """
    by_layer: dict[str, list[Piece]] = {}
    for piece in pieces:
        by_layer.setdefault(piece.layer, []).append(piece)
    found: dict[tuple[str, str], int | None] = {}
    view = shapely.box(*extent)
    for group in reversed(by_layer.values()):
        for piece in group:
            if (seen := int(shapely.intersects(piece.drawn.geometry.to_numpy(), view).sum())) or piece.always:
                key = (piece.drawn.style, translate(piece.text))
                found[key] = (found.get(key) or 0) + seen if piece.counted else None
    return tuple(Entry(style, text, count) for (style, text), count in found.items())


def numbered(*parts: tuple[str, gpd.GeoDataFrame]) -> dict[tuple[str, str], int]:
    """Return the numbers of the features of several layers, from 1 on in their order; those without a place have none."""
    keys: list[tuple[str, Any]] = [(layer, str(i)) for layer, frame in parts for i in located(frame)["id"]]
    return {key: n for n, key in enumerate(keys, 1)}
