"""Read OpenStreetMap extracts (``.osm``, ``.osm.pbf``): the road network and the features that an office watches.

A file is read twice by pyosmium: relations first, to know whose outlines are needed, then nodes and ways. Node ids and coordinates go
into plain arrays; only what carries a tag of interest becomes a Python object.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from osmium.osm import NODE, NOTHING, RELATION, WAY, Node, Relation, Way
from shapely.geometry.base import BaseGeometry

from errors import InputError
from geo import osm_features as features
from geo.entrances import assign_compounds, infer_entrances
from geo.network import WALKABLE, Ints, Nodes, RoadNetwork, Ways, build_network

FORMATS = {".osm": "osm", ".osm.pbf": "pbf"}
# Ways and relations with one of these keys keep their tags; nodes too, but for buildings and roads.
KEYS = frozenset({"highway", "building", *features.KEYS})
# What pyosmium tells of a file without timestamps.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
NO = {None, "", "no", "false", "0"}


@dataclass
class Elements:
    """What a file holds: all nodes and chains, and the tags of those that matter, by OSM id.

    ``offsets`` and ``refs`` chain all ways as in :class:`geo.network.Ways`; ``way_row`` gives the row of a way id.
    """

    nodes: Nodes
    offsets: Ints
    refs: Ints
    way_row: dict[int, int]
    node_tags: dict[int, dict[str, str]]
    way_tags: dict[int, dict[str, str]]
    relations: dict[int, tuple[dict[str, str], list[tuple[int, str]]]]
    box: BaseGeometry | None
    newest: datetime | None
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Extract:
    """An extract cut to a region: the road network and the layers of features, WGS-84.

    ``region_origin`` tells where the region comes from: ``given``, ``header`` (the file's box) or ``extent`` (of its nodes). ``skipped``
    counts by reason what could not be used, ``newest`` is the youngest timestamp in the file.
    """

    network: RoadNetwork
    settlements: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    venues: gpd.GeoDataFrame
    region: BaseGeometry
    region_origin: str
    skipped: dict[str, int]
    newest: datetime | None

    def counts(self) -> dict[str, Any]:
        """Return the figures of the import, drivable roads alone."""
        provenance = self.entrances["provenance"].value_counts()
        return {
            "road_vertices": len(self.network.vertices),
            "road_segments": len(self.network.counted),
            "junctions": len(self.network.junctions),
            "crossings": len(self.network.crossings),
            "open_ends": len(self.network.open_node),
            "edge_of_data": self.network.edge_count,
            "passing": self.network.passing_count,
            "settlements": len(self.settlements),
            "entrances": {kind: int(provenance.get(kind, 0)) for kind in ("mapped", "inferred")},
            "compounds": len(self.compounds),
            "skipped": dict(self.skipped),
        }


def read_osm(path: Path, region: BaseGeometry | None = None) -> Extract:
    """Return what an OpenStreetMap file holds of a region (a polygon, WGS-84), else of the file's header box, else of its nodes' extent.

    Raises :class:`errors.InputError` for a file that is not OpenStreetMap data, is cut short, or holds no node with a location.
    """
    elements = read_elements(path)
    nodes = elements.nodes
    if not len(nodes.id):
        raise InputError("{file} holds no node with a location: export the extract again with its nodes.", file=path.name)
    origin = "given" if region is not None else "header" if elements.box is not None else "extent"
    region = region or elements.box or shapely.box(nodes.lon.min(), nodes.lat.min(), nodes.lon.max(), nodes.lat.max())
    shapely.prepare(region)

    network = build_network(_road_ways(elements), nodes, region)
    shapes = partial(_shapes, elements, region)
    compounds = features.compounds(shapes(features.compound_kind, points=False))
    mapped = features.entrances(shapes(features.entrance_kind, areas=False), _building_nodes(elements))
    mapped = assign_compounds(mapped, compounds)
    inferred = infer_entrances(network, compounds, mapped)
    return Extract(
        network=network,
        settlements=features.settlements(shapes(features.settlement_kind)),
        compounds=compounds,
        entrances=pd.concat([mapped, inferred], ignore_index=True) if len(inferred) else mapped,
        venues=features.venues(shapes(features.venue_kind)),
        region=region,
        region_origin=origin,
        skipped={reason: count for reason, count in sorted(elements.skipped.items()) if count},
        newest=elements.newest,
    )


def read_elements(path: Path) -> Elements:
    """Return the nodes, ways and relations of a file, whatever their order in it.

    XML with entities is refused by the parser, so nothing expands; nothing is fetched.
    """
    suffix = next((ending for ending in sorted(FORMATS, key=len, reverse=True) if path.name.lower().endswith(ending)), None)
    if suffix is None:
        raise InputError("{file} is not an OpenStreetMap extract: give a .osm or .osm.pbf file.", file=path.name)
    if not path.is_file():
        raise InputError("There is no file {file}.", file=path)
    if not path.stat().st_size:
        raise InputError("{file} is empty: export the extract again.", file=path.name)
    try:
        return _read(osmium.io.File(str(path.resolve()), FORMATS[suffix]))
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            "{file} is damaged or is not OpenStreetMap data ({reason}): download or export it again.", file=path.name, reason=reason
        ) from error


def _read(file: osmium.io.File) -> Elements:
    with osmium.io.Reader(file, NOTHING) as reader:
        bounds = reader.header().box()
    relations = {}
    for relation in osmium.FileProcessor(file, RELATION):
        if not isinstance(relation, Relation) or relation.deleted:
            continue
        tags = dict(relation.tags)
        if tags.get("type") in features.AREA_RELATIONS and not KEYS.isdisjoint(tags):
            relations[relation.id] = (tags, [(member.ref, member.role) for member in relation.members if member.type == "w"])

    node_id, lon, lat, offsets, refs = array("q"), array("d"), array("d"), array("q", [0]), array("q")
    node_tags: dict[int, dict[str, str]] = {}
    way_tags: dict[int, dict[str, str]] = {}
    way_row: dict[int, int] = {}
    skipped: Counter[str] = Counter()
    newest = NO_TIME
    for thing in osmium.FileProcessor(file, NODE | WAY):
        if not isinstance(thing, Node | Way) or thing.deleted:
            continue
        newest = max(newest, thing.timestamp)
        tags = dict(thing.tags) if len(thing.tags) else {}
        if isinstance(thing, Node):
            if not thing.location.valid():
                skipped["node_without_location"] += 1
                continue
            node_id.append(thing.id)
            lon.append(thing.lon)
            lat.append(thing.lat)
            if not features.KEYS.isdisjoint(tags):
                node_tags[thing.id] = tags
        elif thing.id not in way_row:
            way_row[thing.id] = len(offsets) - 1
            refs.extend(node.ref for node in thing.nodes)
            offsets.append(len(refs))
            if not KEYS.isdisjoint(tags):
                way_tags[thing.id] = tags
    west_south, east_north = bounds.bottom_left, bounds.top_right
    box = shapely.box(west_south.lon, west_south.lat, east_north.lon, east_north.lat) if bounds.valid() else None
    return Elements(
        nodes=_unique(Nodes(np.array(node_id, dtype=np.int64), np.array(lon), np.array(lat))),
        offsets=np.array(offsets, dtype=np.int64),
        refs=np.array(refs, dtype=np.int64),
        way_row=way_row,
        node_tags=node_tags,
        way_tags=way_tags,
        relations=relations,
        box=box if box is not None and box.area > 0 else None,
        newest=newest if newest > NO_TIME else None,
        skipped=skipped,
    )


def _unique(nodes: Nodes) -> Nodes:
    """Return the nodes by rising id, each once."""
    ids, first = np.unique(nodes.id, return_index=True)
    return Nodes(ids, nodes.lon[first], nodes.lat[first])


def _road_ways(elements: Elements) -> Ways:
    """Return the ways that can be driven or walked, and count the references of theirs that lead nowhere."""
    ids = [way for way, tags in elements.way_tags.items() if tags.get("highway") in WALKABLE]
    rows = np.array([elements.way_row[way] for way in ids], dtype=np.int64)
    lengths = elements.offsets[rows + 1] - elements.offsets[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    refs = elements.refs[np.repeat(elements.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])]
    elements.skipped["road_node_missing"] += int(np.sum(~np.isin(refs, elements.nodes.id)))
    table = pd.DataFrame([_road(way, elements.way_tags[way]) for way in ids], columns=["osm_id", *ROAD_COLUMNS])
    return Ways(offsets, refs, table)


ROAD_COLUMNS = ("highway", "name", "ref", "bridge", "tunnel", "oneway", "layer")


def _road(way: int, tags: dict[str, str]) -> tuple[Any, ...]:
    """Return a way's row of the table of roads."""
    # One drives through a building's passage at ground level: it passes under nothing that separates.
    tunnel = tags.get("tunnel") not in {*NO, "building_passage"}
    oneway = tags.get("oneway") not in NO or tags.get("junction") == "roundabout"
    layer = tags.get("layer", "0").removeprefix("-")
    level = int(tags.get("layer", "0")) if layer.isascii() and layer.isdigit() and len(layer) < 3 else 0
    bridge = tags.get("bridge") not in NO
    return way, tags["highway"], tags.get("name", ""), tags.get("ref", ""), bridge, tunnel, oneway, level


def _building_nodes(elements: Elements) -> set[int]:
    """Return the nodes that buildings' outlines run through."""
    buildings = [elements.way_row[way] for way, tags in elements.way_tags.items() if tags.get("building") not in NO]
    return {int(ref) for row in buildings for ref in elements.refs[elements.offsets[row] : elements.offsets[row + 1]]}


def _shapes(
    elements: Elements, region: BaseGeometry, kind_of: features.KindOf, *, points: bool = True, areas: bool = True
) -> list[features.Shape]:
    """Return what is of some kind and touches the region: nodes, then closed ways, then relations.

    An outline that cannot be repaired is left out and counted.
    """
    found = [*(_points(elements, kind_of) if points else ()), *(_polygons(elements, kind_of) if areas else ())]
    return [shape for shape in found if region.intersects(shape[3])]


def _points(elements: Elements, kind_of: features.KindOf) -> Iterator[features.Shape]:
    nodes = elements.nodes
    for node, tags in elements.node_tags.items():
        if kind := kind_of(tags):
            at = int(np.searchsorted(nodes.id, node))
            yield f"n{node}", kind, tags, shapely.Point(nodes.lon[at], nodes.lat[at])


def _polygons(elements: Elements, kind_of: features.KindOf) -> Iterator[features.Shape]:
    ways = ((f"w{way}", tags, [(way, "outer")]) for way, tags in elements.way_tags.items())
    relations = ((f"r{number}", tags, members) for number, (tags, members) in elements.relations.items())
    for key, tags, members in (*ways, *relations):
        if not (kind := kind_of(tags)):
            continue
        outline, reason = features.area([(_chain(elements, way), role) for way, role in members])
        if reason:
            elements.skipped[reason] += 1
        if outline is not None:
            yield key, kind, tags, outline


def _chain(elements: Elements, way: int) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """Return the coordinates of a way, ``(n, 2)``; none when the way or one of its nodes is missing from the file."""
    if (row := elements.way_row.get(way)) is None:
        return None
    refs = elements.refs[elements.offsets[row] : elements.offsets[row + 1]]
    nodes = elements.nodes
    at = np.minimum(np.searchsorted(nodes.id, refs), len(nodes.id) - 1)
    if not np.array_equal(nodes.id[at], refs):
        return None
    return np.column_stack([nodes.lon[at], nodes.lat[at]])
