"""What OpenStreetMap tags mean to an office: settlements, compounds, entrances and venues; and how outlines are assembled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Tags = dict[str, str]
KindOf = Callable[[Tags], str | None]
Shape = tuple[str, str, Tags, BaseGeometry]

# The keys that the kinds below use.
KEYS = frozenset(
    {"place", "landuse", "barrier", "entrance", "amenity", "healthcare", "shop", "leisure", "railway", "public_transport", "highway"}
)
AREA_RELATIONS = frozenset({"multipolygon", "boundary"})

# Where people live: not squares, city blocks, plots or islands, nor administrative units.
SETTLEMENTS = frozenset(
    {"city", "borough", "suburb", "quarter", "neighbourhood", "town", "village", "hamlet", "isolated_dwelling", "farm", "allotments"}
)
# How names of inhabited places end in China. ``place=locality`` is for uninhabited places, but many villages there have it.
# River bends, gullies and shops can have the same endings, so a person decides.
VILLAGE_ENDINGS = tuple("村庄屯寨营堡湾沟店铺集坊圩疃郢塆莊營灣溝鋪")
BARRIERS = frozenset({"gate", "lift_gate", "swing_gate", "entrance", "wicket_gate"})
# In order of precedence.
VENUES = (
    ("amenity", "hospital", "hospital"),
    ("healthcare", "hospital", "hospital"),
    ("amenity", "clinic", "clinic"),
    ("healthcare", "clinic", "clinic"),
    ("amenity", "marketplace", "market"),
    ("shop", "supermarket", "supermarket"),
    ("leisure", "park", "park"),
    ("amenity", "bus_station", "bus_station"),
    ("railway", "station", "station"),
    ("public_transport", "station", "station"),
    ("barrier", "toll_booth", "toll_booth"),
    ("highway", "toll_booth", "toll_booth"),
)


def settlement_kind(tags: Tags) -> str | None:
    """Return the kind of a settlement, as OpenStreetMap calls it.

    >>> settlement_kind({"place": "village"}), settlement_kind({"place": "square"})
    ('village', None)
    """
    place = tags.get("place")
    return place if place in SETTLEMENTS else None


def proposed_kind(tags: Tags) -> str | None:
    """Return ``locality`` for a locality with a village's name.

    >>> [proposed_kind({"place": "locality", "name": name}) for name in ("太和庄", "白云山", "")]
    ['locality', None, None]
    """
    return "locality" if tags.get("place") == "locality" and tags.get("name", "").strip().endswith(VILLAGE_ENDINGS) else None


def terminal_kind(tags: Tags) -> str | None:
    """Return ``ferry_terminal`` for a ferry terminal."""
    return "ferry_terminal" if tags.get("amenity") == "ferry_terminal" else None


def compound_kind(tags: Tags) -> str | None:
    """Return ``residential`` for housing."""
    return "residential" if tags.get("landuse") == "residential" else None


def entrance_kind(tags: Tags) -> str | None:
    """Return the kind of an entrance: that of its barrier, otherwise ``entrance``.

    >>> [entrance_kind(tags) for tags in ({"barrier": "lift_gate"}, {"entrance": "main"}, {"entrance": "no"})]
    ['lift_gate', 'entrance', None]
    """
    if (barrier := tags.get("barrier")) in BARRIERS:
        return barrier
    return "entrance" if tags.get("entrance", "no") != "no" else None


def venue_kind(tags: Tags) -> str | None:
    """Return the kind of venue."""
    return next((kind for key, value, kind in VENUES if tags.get(key) == value), None)


def settlements(shapes: list[Shape]) -> gpd.GeoDataFrame:
    """Return the layer of settlements."""
    return _frame(shapes, place=[kind for _, kind, _, _ in shapes], population=whole([tags.get("population") for _, _, tags, _ in shapes]))


def compounds(shapes: list[Shape]) -> gpd.GeoDataFrame:
    """Return the layer of compounds. How many people live there, and whether they are managed, is not known yet."""
    unknown = whole([None] * len(shapes))
    return _frame(shapes, population=unknown, households=unknown, unmanaged=pd.array([None] * len(shapes), dtype="boolean"))


def entrances(shapes: list[Shape], building_nodes: set[int]) -> gpd.GeoDataFrame:
    """Return the layer of mapped entrances.

    Parameters
    ----------
    shapes : list of Shape
        Points, each as ``(id, kind, tags, geometry)`` in WGS-84.
    building_nodes : set of int
        The ids of the nodes of buildings' outlines. An entrance without a barrier that stands on one is a building door.

    Returns
    -------
    GeoDataFrame
        WGS-84: ``id``, ``name``, ``compound_id`` (missing), ``kind`` and ``provenance`` (``mapped``).
    """
    door = [kind == "entrance" and "barrier" not in tags and int(key[1:]) in building_nodes for key, kind, tags, _ in shapes]
    kinds = ["building_door" if is_door else shape[1] for is_door, shape in zip(door, shapes, strict=True)]
    return _frame(shapes, compound_id=[None] * len(shapes), kind=kinds, provenance=["mapped"] * len(shapes))


def venues(shapes: list[Shape]) -> gpd.GeoDataFrame:
    """Return the layer of venues. When they are crowded is not known yet."""
    kinds = [kind for _, kind, _, _ in shapes]
    return _frame(shapes, kind=kinds, peak_hours=[None] * len(shapes), capacity=whole([None] * len(shapes)))


def whole(values: Iterable[str | None]) -> Any:
    """Return whole numbers; missing where the text is not one.

    >>> whole(["1200", "about 300", None]).tolist()
    [1200, <NA>, <NA>]
    """
    plain = [int(v) if v and v.isascii() and v.isdigit() and len(v) < 12 else None for v in values]
    return pd.array(plain, dtype="Int64")


def _frame(shapes: list[Shape], **columns: Any) -> gpd.GeoDataFrame:
    """Return a layer; columns given as lists hold text."""
    own = {"id": [key for key, *_ in shapes], "name": [tags.get("name", "") for _, _, tags, _ in shapes]}
    typed = {name: pd.array(values, dtype="str") if isinstance(values, list) else values for name, values in columns.items()}
    table = pd.DataFrame(own, dtype="str").assign(**typed)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([shape[3] for shape in shapes], crs=4326))


def area(members: list[tuple[NDArray[np.float64] | None, str]]) -> tuple[BaseGeometry | None, str]:
    """Assemble a polygon from the chains of its outline.

    Parameters
    ----------
    members : list of (ndarray of float64 or None, str)
        The coordinates of each chain, shape ``(n, 2)``, in any order and direction; None for a missing chain. Then its role: ``inner`` cuts
        a hole, any other bounds the area.

    Returns
    -------
    geometry : shapely geometry or None
        A valid polygon or multipolygon.
    reason : str
        What was wrong; empty when nothing was.

    Notes
    -----
    Rings that cross themselves are repaired and reported. An outline is not used when a missing node or way leaves it incomplete, when it
    does not close, or when it bounds no area: anything that closed it would be invented.
    """
    if any(chain is None for chain, _ in members):
        return None, "outline_incomplete"
    lines = [(shapely.linestrings(chain), role == "inner") for chain, role in members if chain is not None and len(chain) > 1]
    outer = _rings([line for line, inner in lines if not inner])
    inner = _rings([line for line, inner in lines if inner])
    if outer is None or inner is None:
        return None, "outline_not_closed"
    rings, holes = shapely.polygons(outer), shapely.polygons(inner)
    sound = bool(np.all(shapely.is_valid(rings)) and np.all(shapely.is_valid(holes)))
    whole_area = shapely.difference(_together(rings), _together(holes))
    result = _polygonal(shapely.make_valid(whole_area))
    if result.is_empty:
        return None, "outline_without_area"
    return result, "" if sound else "outline_crossed_itself_repaired"


def _rings(lines: list[BaseGeometry]) -> NDArray[np.object_] | None:
    """Return closed rings made of lines; None when an end is left over."""
    closed = [line for line in lines if line.is_closed]
    chains = [line for line in lines if not line.is_closed]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(chains))) if chains else np.array([], dtype=object)
    rings = np.array([*closed, *merged], dtype=object)
    if not np.all(shapely.is_closed(rings)):
        return None
    long_enough = rings[shapely.get_num_coordinates(rings) >= 4]
    return np.asarray(shapely.linearrings([shapely.get_coordinates(ring) for ring in long_enough]) if len(long_enough) else long_enough)


def _together(polygons: NDArray[np.object_]) -> BaseGeometry:
    return shapely.union_all([_polygonal(shapely.make_valid(polygon)) for polygon in polygons])


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a geometry, without the lines and points that a repair leaves."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
