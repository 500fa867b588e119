"""A layer as it lies in the frame of a map: what of it is seen, in millimetres, and how large its symbols are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from briefing.maps.content import Drawn
from briefing.maps.ground import Geometries, Ground, seen
from briefing.maps.styles import STYLES, Style

CROWDED = 1.8  # symbols shrink until their third neighbour is so many radii away
LEAST = 0.45  # but never below this part of their size


@dataclass(frozen=True)
class Piece:
    """A layer as it lies in the frame: which of its features are seen, and these in millimetres."""

    drawn: Drawn
    style: Style
    index: NDArray[np.intp]
    shapes: Geometries
    scale: float = 1.0

    @property
    def points(self) -> NDArray[np.float64]:
        """Return a place for each feature: of an area or a line one on it."""
        if self.shapes.size == 0:
            return np.zeros((0, 2))
        on = shapely.point_on_surface(self.shapes)
        lines = shapely.get_type_id(self.shapes) == shapely.GeometryType.LINESTRING
        on[lines] = shapely.line_interpolate_point(self.shapes[lines], 0.5, normalized=True)
        return np.asarray(shapely.get_coordinates(on), dtype=float)


def pieces(drawn: Sequence[Drawn], ground: Ground, unit: float) -> list[Piece]:
    """Return the layers in view; where symbols crowd they are smaller. ``unit`` is how much larger than on A4 all is drawn."""
    found = []
    for layer in drawn:
        style = STYLES[layer.style]
        index, geometries = seen(layer.geometry.to_numpy(), ground)
        found.append(Piece(layer, style, index, geometries, unit))
    symbols = [piece.points for piece in found if piece.style.draw == "point" and len(piece.index)]
    crowd = _crowd(np.concatenate(symbols)) if symbols else np.inf
    small = float(np.clip(crowd / (CROWDED * 1.2 * unit), LEAST, 1.0))
    return [replace(piece, scale=unit * small) if piece.style.draw == "point" and not piece.style.inside else piece for piece in found]


def _crowd(xy: NDArray[np.float64]) -> float:
    """Return how far away the third neighbour of most symbols is."""
    if len(xy) < 30:
        return np.inf
    points = shapely.points(xy)
    tree = shapely.STRtree(points)
    for radius in (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5):
        first, _ = tree.query(points, predicate="dwithin", distance=radius)
        if (np.bincount(first, minlength=len(xy)) >= 4).mean() >= 0.5:
            return radius
    return np.inf
