"""Read OpenStreetMap extracts (``.osm``, ``.osm.gz``, ``.osm.bz2``, ``.osm.pbf``): roads, ferries, and the features that an office watches.

pyosmium reads a file twice: first relations, to learn whose outlines are needed, then nodes and ways. Node ids and coordinates go into
plain arrays; only objects with a tag of interest become Python objects. A file that holds an object more than once is read again. Of
several versions the highest counts, then the latest, then the first.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
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
from geo.ferries import FerryWay, Terminal, takes_vehicles, with_ferries
from geo.network import WALKABLE, Ints, Nodes, RoadNetwork, Ways, build_network
from geo.osm_files import bounds, deleted, format_of

# Ways and relations with one of these keys keep their tags. So do nodes, except for ``building`` and ``route``.
KEYS = frozenset({"highway", "building", "route", *features.KEYS})
# What pyosmium reports for a file without timestamps.
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
NO = {None, "", "no", "false", "0"}
# An object in a file: its type and id.
Key = tuple[str, int]


@dataclass
class Elements:
    """The content of a file: all nodes and chains, and the tags of the objects that matter, by OSM id.

    Attributes
    ----------
    nodes
        All nodes with a location, by ascending id.
    offsets, refs
        The chains of all ways, as in :class:`geo.network.Ways`.
    way_row
        The row of each way id.
    node_tags, way_tags
        The tags by id.
    relations
        The tags of each area relation, and its member ways with their roles.
    ferry_relations
        The tags of each ferry route, and its member ways.
    extent, extent_origin
        How far the file says that its data reach, and where it says so; None when it does not.
    newest
        The youngest timestamp; None for a file without timestamps.
    repeated
        The objects that the file holds more than once.
    skipped
        Counts, by reason, of what could not be used.
    """

    nodes: Nodes
    offsets: Ints
    refs: Ints
    way_row: dict[int, int]
    node_tags: dict[int, dict[str, str]]
    way_tags: dict[int, dict[str, str]]
    relations: dict[int, tuple[dict[str, str], list[tuple[int, str]]]]
    ferry_relations: list[tuple[dict[str, str], list[int]]]
    extent: BaseGeometry | None
    extent_origin: str | None
    newest: datetime | None
    repeated: set[Key]
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Extract:
    """An extract cut to a region: the road network and the layers of features, WGS-84.

    Attributes
    ----------
    network
        The roads and ferries.
    settlements, compounds, entrances, venues
        The layers; entrances are mapped and inferred.
    region, region_origin
        The region, and its origin: ``given``, ``header`` (the boxes of the file) or ``extent`` (that of its nodes).
    extent_origin
        How we know how far the data reach: ``given``, ``bounds`` (of an XML file), ``header``, or None where nobody knows.
    ferries
        The landings in the known region (``name, lon, lat, kind``); see :func:`geo.ferries.with_ferries`.
    proposed
        The localities with a village's name (``id, name, lon, lat``).
    skipped
        Counts, by reason, of what could not be used.
    newest
        The youngest timestamp in the file.
    """

    network: RoadNetwork
    settlements: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    venues: gpd.GeoDataFrame
    region: BaseGeometry
    region_origin: str
    extent_origin: str | None
    ferries: list[dict[str, Any]]
    proposed: list[dict[str, Any]]
    skipped: dict[str, int]
    newest: datetime | None

    def counts(self) -> dict[str, Any]:
        """Return the figures of the import; of roads, only the drivable ones."""
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
            "extent_origin": self.extent_origin,
            "ferries": self.ferries,
            "proposed": self.proposed,
            "skipped": dict(self.skipped),
        }

    def about(self, file: str) -> dict[str, Any]:
        """Return what is stored beside the network; see :func:`geo.network.about`."""
        said = {name: getattr(self, name) for name in ("region_origin", "extent_origin", "ferries", "proposed")}
        newest = self.newest.isoformat() if self.newest else None
        counted = {"passing": self.network.passing_count, "edge_of_data": self.network.edge_count}
        return {"newest": newest, "file": file, **said, **counted}


class Everything:
    """A container that holds everything."""

    def __contains__(self, item: object) -> bool:
        return True


def read_osm(
    path: Path, region: BaseGeometry | None = None, *, extent: BaseGeometry | None = None, accepted: Container[str] = ()
) -> Extract:
    """Read the part of an OpenStreetMap file that lies in a region.

    Parameters
    ----------
    path : Path
        A ``.osm``, ``.osm.gz``, ``.osm.bz2`` or ``.osm.pbf`` file.
    region : shapely geometry, optional
        Polygons, WGS-84; by default the boxes of the file, otherwise ``extent``, otherwise the bounding box of its nodes.
    extent : shapely geometry, optional
        How far the data reach, WGS-84. It overrides what the file says.
    accepted : container of str
        The ids of localities to take as settlements instead of proposing them.

    Returns
    -------
    Extract

    Raises
    ------
    InputError
        When the file is not OpenStreetMap data, is truncated, or holds no node with a location.
    """
    elements = read_elements(path)
    nodes = elements.nodes
    if not len(nodes.id):
        raise InputError("{file} holds no node with a location: export the extract again with its nodes.", file=path.name)
    boxes = elements.extent
    extent_origin = "given" if extent is not None else elements.extent_origin
    extent = extent if extent is not None else boxes
    origin = "given" if region is not None else "header" if boxes is not None else "given" if extent is not None else "extent"
    region = region or boxes or extent or shapely.box(nodes.lon.min(), nodes.lat.min(), nodes.lon.max(), nodes.lat.max())
    shapely.prepare(region)

    roads = _road_ways(elements)
    network = build_network(roads, nodes, region, extent=extent)
    shapes = partial(_shapes, elements, region)
    network, ferries = with_ferries(network, nodes, _ferry_ways(elements), roads.refs, _terminals(shapes(features.terminal_kind)))
    villages = shapes(features.proposed_kind)
    compounds = features.compounds(shapes(features.compound_kind, points=False))
    mapped = features.entrances(shapes(features.entrance_kind, areas=False), _building_nodes(elements))
    mapped = assign_compounds(mapped, compounds)
    inferred = infer_entrances(network, compounds, mapped)
    return Extract(
        network=network,
        settlements=features.settlements([*shapes(features.settlement_kind), *(v for v in villages if v[0] in accepted)]),
        compounds=compounds,
        entrances=pd.concat([mapped, inferred], ignore_index=True) if len(inferred) else mapped,
        venues=features.venues(shapes(features.venue_kind)),
        region=region,
        region_origin=origin,
        extent_origin=extent_origin,
        ferries=ferries,
        proposed=[_proposal(village) for village in villages if village[0] not in accepted],
        skipped={reason: count for reason, count in sorted(elements.skipped.items()) if count},
        newest=elements.newest,
    )


def read_elements(path: Path) -> Elements:
    """Return the nodes, ways and relations of a file, in any order.

    The parser refuses XML with entities, so nothing expands, and fetches nothing.

    Raises
    ------
    InputError
        When the file is not OpenStreetMap data or is truncated.
    """
    kind = format_of(path)
    file = osmium.io.File(str(path.resolve()), kind)
    xml = kind != "pbf"
    try:
        gone = deleted(path, kind) if xml else set()
        elements = _read(file, dict.fromkeys(gone, -1))
        if repeated := elements.repeated - gone:
            elements = _read(file, {**dict.fromkeys(gone, -1), **_winners(file, repeated)})
        if not xml:
            return elements
        # pyosmium reports only one box, and swaps the corners of one that is upside down.
        boxes = bounds(path, kind)
        return replace(elements, extent=boxes, extent_origin="bounds" if boxes is not None else None)
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            "{file} is damaged or is not OpenStreetMap data ({reason}): download or export it again.", file=path.name, reason=reason
        ) from error


def _winners(file: osmium.io.File, repeated: set[Key]) -> dict[Key, int]:
    """Return which occurrence of each repeated object counts, from 0; -1 where that one is deleted."""
    best: dict[Key, tuple[tuple[int, datetime], int]] = {}
    seen: Counter[Key] = Counter()
    for thing in osmium.FileProcessor(file, NODE | WAY | RELATION):
        if not isinstance(thing, Node | Way | Relation) or (key := _key(thing)) not in repeated:
            continue
        rank = (thing.version, thing.timestamp)
        if key not in best or rank > best[key][0]:
            best[key] = (rank, -1 if thing.deleted else seen[key])
        seen[key] += 1
    return {key: occurrence for key, (_, occurrence) in best.items()}


def _key(thing: Node | Way | Relation) -> Key:
    return {"n": "node", "w": "way", "r": "relation"}[thing.type_str()], thing.id


def _read(file: osmium.io.File, counts: dict[Key, int]) -> Elements:
    """Return the content of a file. Of an object in ``counts``, only the occurrence of that number, from 0, is read."""
    with osmium.io.Reader(file, NOTHING) as reader:
        box = reader.header().box()
    seen: Counter[Key] = Counter()
    gone: set[Key] = set()

    def counted(thing: Node | Way | Relation) -> bool:
        if thing.deleted:
            gone.add(_key(thing))
        if not counts or (key := _key(thing)) not in counts:
            return not thing.deleted
        seen[key] += 1
        return seen[key] - 1 == counts[key]

    newest = NO_TIME
    relations = {}
    ferry_relations = []
    repeated: set[Key] = set()
    relation_ids: set[int] = set()
    for relation in osmium.FileProcessor(file, RELATION):
        if not isinstance(relation, Relation) or not counted(relation):
            continue
        newest = max(newest, relation.timestamp)
        if relation.id in relation_ids:
            repeated.add(_key(relation))
        relation_ids.add(relation.id)
        tags = dict(relation.tags)
        if tags.get("type") in features.AREA_RELATIONS and not KEYS.isdisjoint(tags):
            relations[relation.id] = (tags, [(member.ref, member.role) for member in relation.members if member.type == "w"])
        elif tags.get("type") == "route" and tags.get("route") == "ferry":
            ferry_relations.append((tags, [member.ref for member in relation.members if member.type == "w"]))

    node_id, lon, lat, offsets, refs = array("q"), array("d"), array("d"), array("q", [0]), array("q")
    node_tags: dict[int, dict[str, str]] = {}
    way_tags: dict[int, dict[str, str]] = {}
    way_row: dict[int, int] = {}
    skipped: Counter[str] = Counter()
    for thing in osmium.FileProcessor(file, NODE | WAY):
        if not isinstance(thing, Node | Way) or not counted(thing):
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
        elif thing.id in way_row:
            repeated.add(_key(thing))
        else:
            way_row[thing.id] = len(offsets) - 1
            refs.extend(node.ref for node in thing.nodes)
            offsets.append(len(refs))
            if not KEYS.isdisjoint(tags):
                way_tags[thing.id] = tags
    ids = np.array(node_id, dtype=np.int64)
    ordered = np.sort(ids)
    repeated |= {("node", int(node)) for node in np.unique(ordered[1:][ordered[1:] == ordered[:-1]])}
    # A deleted object is a repeated one if the file also holds it undeleted.
    nodes_there = set(ids[np.isin(ids, [number for kind, number in gone if kind == "node"])].tolist()) if gone else set()
    there = {"node": nodes_there, "way": set(way_row) if gone else set(), "relation": relation_ids}
    repeated |= {key for key in gone if key not in counts and key[1] in there[key[0]]}
    west_south, east_north = box.bottom_left, box.top_right
    header = shapely.box(west_south.lon, west_south.lat, east_north.lon, east_north.lat) if box.valid() else None
    header = header if header is not None and header.area > 0 else None
    return Elements(
        nodes=_unique(Nodes(ids, np.array(lon), np.array(lat))),
        offsets=np.array(offsets, dtype=np.int64),
        refs=np.array(refs, dtype=np.int64),
        way_row=way_row,
        node_tags=node_tags,
        way_tags=way_tags,
        relations=relations,
        ferry_relations=ferry_relations,
        extent=header,
        extent_origin="header" if header is not None else None,
        newest=newest if newest > NO_TIME else None,
        repeated=repeated,
        skipped=skipped,
    )


def _unique(nodes: Nodes) -> Nodes:
    """Return the nodes by ascending id, each once."""
    ids, first = np.unique(nodes.id, return_index=True)
    return Nodes(ids, nodes.lon[first], nodes.lat[first])


def _road_ways(elements: Elements) -> Ways:
    """Return the ways that can be driven or walked, and count their references to missing nodes."""
    ids = [way for way, tags in elements.way_tags.items() if tags.get("highway") in WALKABLE]
    rows = np.array([elements.way_row[way] for way in ids], dtype=np.int64)
    lengths = elements.offsets[rows + 1] - elements.offsets[rows]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    refs = elements.refs[np.repeat(elements.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])]
    elements.skipped["road_node_missing"] += int(np.sum(~np.isin(refs, elements.nodes.id)))
    table = pd.DataFrame([_road(way, elements.way_tags[way]) for way in ids], columns=["osm_id", *ROAD_COLUMNS])
    return Ways(offsets, refs, table)


def _ferry_ways(elements: Elements) -> list[FerryWay]:
    """Return the ways of ferries: those tagged as such, and the members of ferry routes. A member that is a road stays a road."""
    told: dict[int, dict[str, str]] = {}
    for tags, members in elements.ferry_relations:
        told |= {way: {key: value for key, value in tags.items() if key != "type"} | told.get(way, {}) for way in members}
    told |= {way: told.get(way, {}) | tags for way, tags in elements.way_tags.items() if tags.get("route") == "ferry"}
    chosen = [way for way in told if way in elements.way_row and elements.way_tags.get(way, {}).get("highway") not in WALKABLE]
    chains = [elements.refs[elements.offsets[row] : elements.offsets[row + 1]] for row in (elements.way_row[way] for way in chosen)]
    return [
        FerryWay(way, refs, told[way].get("name", ""), takes_vehicles(told[way]))
        for way, refs in zip(chosen, chains, strict=True)
        if len(refs)
    ]


def _terminals(shapes: list[features.Shape]) -> list[Terminal]:
    at = [shapely.point_on_surface(shape[3]) for shape in shapes]
    return [Terminal(tags.get("name", ""), point.x, point.y) for (_, _, tags, _), point in zip(shapes, at, strict=True)]


def _proposal(village: features.Shape) -> dict[str, Any]:
    key, _, tags, shape = village
    point = shapely.point_on_surface(shape)
    return {"id": key, "name": tags.get("name", ""), "lon": point.x, "lat": point.y}


ROAD_COLUMNS = ("highway", "name", "ref", "bridge", "tunnel", "oneway", "layer")


def _road(way: int, tags: dict[str, str]) -> tuple[Any, ...]:
    """Return the row of a way in the table of roads."""
    # A building passage is at ground level, so it is not separated from other roads as a tunnel is.
    tunnel = tags.get("tunnel") not in {*NO, "building_passage"}
    oneway = tags.get("oneway") not in NO or tags.get("junction") == "roundabout"
    layer = tags.get("layer", "0").removeprefix("-")
    level = int(tags.get("layer", "0")) if layer.isascii() and layer.isdigit() and len(layer) < 3 else 0
    bridge = tags.get("bridge") not in NO
    return way, tags["highway"], tags.get("name", ""), tags.get("ref", ""), bridge, tunnel, oneway, level


def _building_nodes(elements: Elements) -> set[int]:
    """Return the nodes of the outlines of buildings."""
    buildings = [elements.way_row[way] for way, tags in elements.way_tags.items() if tags.get("building") not in NO]
    return {int(ref) for row in buildings for ref in elements.refs[elements.offsets[row] : elements.offsets[row + 1]]}


def _shapes(
    elements: Elements, region: BaseGeometry, kind_of: features.KindOf, *, points: bool = True, areas: bool = True
) -> list[features.Shape]:
    """Return the features of some kind that touch the region: nodes, then closed ways, then relations.

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
    """Return the coordinates of a way, shape ``(n, 2)``; None when the way or one of its nodes is missing from the file."""
    if (row := elements.way_row.get(way)) is None:
        return None
    refs = elements.refs[elements.offsets[row] : elements.offsets[row + 1]]
    nodes = elements.nodes
    at = np.minimum(np.searchsorted(nodes.id, refs), len(nodes.id) - 1)
    if not np.array_equal(nodes.id[at], refs):
        return None
    return np.column_stack([nodes.lon[at], nodes.lat[at]])
