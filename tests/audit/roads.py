"""Roads counted by hand: who is reached from outside, and the fewest posts (docs/coverage.md), on the stored arrays of the network.

Points are in metres around the middle of the roads (azimuthal equidistant). Every question is a loop over all pieces of road.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pyproj
import shapely

from tests.audit.raw import FOREVER, Raw, Row, open_by

# The rules in force where a workspace has none of its own.
ATTACH_M, POST_M, PARALLEL_M, ENTRANCE_M, JOINT_M, LABEL_PEOPLE = 1000.0, 50.0, 40.0, 30.0, 5.0, 3000
AT_NODE_M, ON_ROAD_M, ALONG_M, AT_END_M, BORDER_DEGREES = 15.0, 1.0, 3.0, 0.5, 15 / 111_000
BESIDE_M, LEVEL_M = 15.0, 0.5
LEVEL = ("layer", "bridge", "tunnel")
# A piece that joins two roads belongs to no way.
NO_WAY: dict[str, Any] = {"name": "", "ref": "", "bridge": False, "tunnel": False, "oneway": False, "layer": 0}

Point = tuple[float, float]


class Roads:
    """Nodes and pieces of road of one mode; ``ends[i]`` are the nodes of piece ``i``, ``of[i]`` its way."""

    def __init__(self, xy: list[Point], inside: list[bool], ends: list[tuple[int, int]], of: list[int], ways: list[dict[str, Any]]) -> None:
        self.xy, self.inside, self.ends, self.of, self.ways = xy, inside, ends, of, ways
        at = np.array(xy)
        self.a, self.b = at[[u for u, _ in ends]], at[[v for _, v in ends]]
        self.on_piece: dict[int, set[int]] = {}
        for piece, pair in enumerate(ends):
            for node in pair:
                self.on_piece.setdefault(node, set()).add(piece)

    def way(self, piece: int) -> dict[str, Any]:
        """Return what is known of the way of a piece."""
        return NO_WAY if self.of[piece] < 0 else self.ways[self.of[piece]]

    def level(self, piece: int) -> tuple[Any, ...]:
        """Return the level of a piece."""
        return tuple(self.way(piece)[name] for name in LEVEL)

    def away(self, point: Point) -> tuple[Any, Any]:
        """Return how far every piece lies from a point, and where along it, in metres, it is nearest."""
        course = self.b - self.a
        length = np.hypot(course[:, 0], course[:, 1])
        share = ((point - self.a) * course).sum(axis=1) / np.maximum(length**2, 1e-12)
        share = np.clip(share, 0, 1)
        foot = self.a + course * share[:, None]
        return np.hypot(*(foot - point).T), share * length

    def foot(self, piece: int, along: float, within_m: float) -> int | None:
        """Return the end of a piece that a place along it lies near to."""
        length = float(np.hypot(*(self.b[piece] - self.a[piece])))
        near = self.ends[piece][0 if along <= length - along else 1]
        return near if min(along, length - along) <= within_m else None

    def stands(self, point: Point, within_m: float, at_node_m: float = AT_NODE_M) -> tuple[int | None, int | None, float]:
        """Return the node a point stands on, else the piece, and how far the nearest road is."""
        away, along = self.away(point)
        piece = int(np.argmin(away))
        if away[piece] > within_m:
            return None, None, float(away[piece])
        node = self.foot(piece, float(along[piece]), at_node_m)
        return node, (piece if node is None else None), float(away[piece])

    def leads_to(self, point: Point) -> list[int]:
        """Return the nodes that lead on from a point: the one it stands on, else both ends of the piece, those in the region first."""
        node, piece, _ = self.stands(point, ATTACH_M)
        if node is not None:
            return [node]
        if piece is None:
            return []
        return [n for n in self.ends[piece] if self.inside[n]] or list(self.ends[piece])

    def other_carriageway(self, point: Point) -> list[int]:
        """Return the pieces of the other carriageway that who stands at a point sees as well."""
        away, along = self.away(point)
        own = int(np.argmin(away))
        if away[own] > POST_M:
            return []
        here = self.way(own)
        course = self.b[own] - self.a[own]

        def against(piece: int) -> bool:
            there, other = self.way(piece), self.b[piece] - self.a[piece]
            key = here["ref"] or here["name"]
            same = key != "" and key == (there["ref"] or there["name"]) and self.level(own) == self.level(piece)
            turned = float(course @ other) < -np.sqrt(0.5) * np.hypot(*course) * np.hypot(*other)
            return bool(same and here["oneway"] and there["oneway"] and turned)

        mine = sorted((float(away[p]), p) for p in np.flatnonzero(away <= PARALLEL_M).tolist() if against(p))
        if not mine:
            return []
        nearest = mine[0][1]
        node = self.foot(nearest, float(along[nearest]), AT_NODE_M)
        beyond = [piece for _, piece in mine[1:] if node in self.ends[piece]]
        return [nearest, *(beyond[:1] if node is not None else [])]

    def with_points(self, points: list[tuple[int, Point]]) -> tuple[Roads, list[int]]:
        """Return the roads with a node at each point of a piece, and the nodes; half a metre from an end, it is the end."""
        xy, inside = list(self.xy), list(self.inside)
        placed: dict[int, list[tuple[float, int]]] = {}
        nodes = []
        for piece, (x, y) in points:
            (u, v), a, course = self.ends[piece], self.a[piece], self.b[piece] - self.a[piece]
            length = float(np.hypot(*course))
            along = float(np.clip((np.array([x, y]) - a) @ course / max(length, 1e-12), 0, length))
            same = [node for other, node in placed.get(piece, []) if abs(other - along) < 1e-6]
            if min(along, length - along) <= AT_END_M:
                nodes.append(u if along <= length - along else v)
            elif same:
                nodes.append(same[0])
            else:
                nodes.append(len(xy))
                placed.setdefault(piece, []).append((along, len(xy)))
                xy.append((x, y))
                inside.append(inside[u] or inside[v])
        ends, of = [], []
        for piece, (u, v) in enumerate(self.ends):
            stops = [u, *(node for _, node in sorted(placed.get(piece, []))), v]
            ends += list(itertools.pairwise(stops))
            of += [self.of[piece]] * (len(stops) - 1)
        return Roads(xy, inside, ends, of, self.ways), nodes

    def with_joints(self, joints: list[Joint]) -> Roads:
        """Return the roads with doubtful joints made."""
        both = [(piece, point) for joint in joints for piece, point in ((joint.one, joint.a), (joint.other, joint.b))]
        grown, nodes = self.with_points(both)
        made = list(zip(nodes[::2], nodes[1::2], strict=True))
        return Roads(grown.xy, grown.inside, [*grown.ends, *made], [*grown.of, *([-1] * len(made))], grown.ways)

    def joints(self) -> list[Joint]:
        """Return where two roads may meet that do not as drawn: every pair of pieces is looked at."""
        crossings = []
        low, high = np.minimum(self.a, self.b), np.maximum(self.a, self.b)
        for one, (u, v) in enumerate(self.ends):
            near = np.flatnonzero(((low <= high[one]) & (high >= low[one])).all(axis=1))
            for other in near[near > one].tolist():
                if {u, v} & set(self.ends[other]) or self.level(one) != self.level(other):
                    continue
                where = shapely.intersection(self._line(one), self._line(other))
                if not where.is_empty and any(self.inside[n] for n in (u, v, *self.ends[other])):
                    middle = (where.centroid.x, where.centroid.y)
                    crossings.append(Joint("crossing", 0.0, one, other, middle, middle))
        told = {frozenset((joint.one, joint.other)) for joint in crossings}
        gaps = []
        for node, mine in self.on_piece.items():
            if len(mine) > 1 or not self.inside[node] or len(set(self.ends[(own := next(iter(mine)))])) == 1:
                continue
            away, along = self.away(self.xy[node])
            touched = set(self.ends[own])
            near = [
                (float(away[p]), p)
                for p in np.flatnonzero(away <= JOINT_M).tolist()
                if not touched & set(self.ends[p]) and self.level(p) == self.level(own)
            ]
            if near and frozenset((own, min(near)[1])) not in told:
                gap, other = min(near)
                length = float(np.hypot(*(self.b[other] - self.a[other])))
                foot = self.a[other] + (self.b[other] - self.a[other]) * (along[other] / length)
                gaps.append(Joint("gap", gap, own, other, self.xy[node], (float(foot[0]), float(foot[1]))))
        return crossings + gaps

    def _line(self, piece: int) -> shapely.LineString:
        return shapely.LineString([self.a[piece], self.b[piece]])


@dataclass(frozen=True)
class Joint:
    """Two places on two pieces that may be one."""

    kind: str
    gap_m: float
    one: int
    other: int
    a: Point
    b: Point


@dataclass
class Place:
    """A settlement: what is known of it, and what was found."""

    id: str
    layer: str
    name: str
    area: str | None
    population: int | None
    label: bool
    town: bool
    shape: Any
    mere_label: bool
    beyond: bool = False
    outside: bool = False
    declared: bool = False
    ways_in: set[int] = field(default_factory=set)
    sources_in: set[int] = field(default_factory=set)
    entrances: list[Row] = field(default_factory=list)
    access: set[int] = field(default_factory=set)
    by_road: set[int] = field(default_factory=set)
    status: str = ""


class Ground:
    """The roads of a workspace in one mode and who lives on them, at a moment."""

    def __init__(self, raw: Raw, mode: str, at: int, known: int = FOREVER) -> None:
        self.raw, self.mode, self.at, self.known = raw, mode, at, known
        folder = raw.workspace / "network"
        stored = {name: np.load(folder / f"{name}.npy") for name in ("lon", "lat", "seg_u", "seg_v", "seg_way", "seg_drive", "seg_role")}
        self.region = shapely.from_wkb((folder / "region.wkb").read_bytes())
        self.extent = shapely.from_wkb((folder / "extent.wkb").read_bytes()) if (folder / "extent.wkb").exists() else None
        lon, lat = stored["lon"], stored["lat"]
        plane = pyproj.CRS.from_proj4(f"+proj=aeqd +lon_0={lon.mean()} +lat_0={lat.mean()} +ellps=WGS84")
        self.to_metres = pyproj.Transformer.from_crs(4326, plane, always_xy=True)
        chosen = np.flatnonzero(stored["seg_drive"]) if mode == "drive" else np.arange(len(stored["seg_u"]))
        in_region = shapely.intersects_xy(self.region, lon, lat)
        self.roads = Roads(
            xy=list(zip(*(axis.tolist() for axis in self.to_metres.transform(lon, lat)), strict=True)),
            inside=in_region.tolist(),
            ends=list(zip(stored["seg_u"][chosen].tolist(), stored["seg_v"][chosen].tolist(), strict=True)),
            of=stored["seg_way"][chosen].tolist(),
            ways=pd.read_parquet(folder / "ways.parquet").to_dict("records"),
        )
        self.drawn = self.roads
        self.sources, self.data_ends = self._sources(folder, stored, chosen, lon, lat)
        self.places = self._places()
        self._find_ways_in()
        self.joints = self.roads.joints()
        self.found = Found(self, self.roads)

    # Where people come in

    def _sources(self, folder: Path, stored: dict[str, Any], chosen: Any, lon: Any, lat: Any) -> tuple[set[int], set[int]]:
        inside, role = self.roads.inside, stored["seg_role"][chosen]
        known = [
            here and (self.extent is None or shapely.intersects_xy(self.extent, x, y)) for here, x, y in zip(inside, lon, lat, strict=True)
        ]
        found: set[int] = set()
        ends: set[int] = set()
        for (u, v), what in zip(self.roads.ends, role.tolist(), strict=True):
            if inside[u] != inside[v] and what != 2:
                found.add(v if inside[u] else u)
            if what == 1:
                found |= {n for n in (u, v) if not inside[n]}
            if self.extent is not None and (known[u] or known[v]):
                ends |= {n for n in (u, v) if inside[n] and not known[n]}
            elif self.extent is not None and (inside[u] or inside[v]):
                line = shapely.LineString([(lon[u], lat[u]), (lon[v], lat[v])])
                if line.intersects(self.region.intersection(self.extent)):
                    ends |= {n for n in (u, v) if inside[n] and not known[n]}
        if self.extent is not None:  # some tools cut roads off at the border of what they write
            border = shapely.transform(self.extent.boundary, lambda xy: np.column_stack(self.to_metres.transform(xy[:, 0], xy[:, 1])))
            for node, mine in self.roads.on_piece.items():
                if len(mine) == 1 and known[node] and shapely.Point(self.roads.xy[node]).distance(border) <= 1.0:
                    ends.add(node)
        foot = "_on_foot" if self.mode == "walk" else "_node"
        ends |= set(np.load(folder / f"open{foot}.npy").tolist())
        found |= set(np.load(folder / f"ferry{foot}.npy").tolist())
        for entry in self.raw.standing("entry_point", "entry_id", self.at, self.known).values():
            if entry["active"] is not False:
                found |= set(self.roads.leads_to(self.to_metres.transform(entry["lon"], entry["lat"])))
        return found | ends, ends

    # Who is to be protected

    def _places(self) -> list[Place]:
        raw, when = self.raw, (self.at, self.known)
        settlements, compounds, areas = (raw.features(name, *when) for name in ("settlements", "compounds", "areas"))
        village = self._village(areas)
        taken: set[str | None] = set()
        for row in settlements.values():
            above = row.get("area_id")
            while above in areas and above not in taken:
                taken.add(above)
                above = areas[above].get("parent_id")
        bare = [row for name, row in areas.items() if row.get("level") in ("village", "community") and name not in taken]
        places = [self._place("settlements", row, row.get("area_id")) for row in settlements.values()]
        places += [self._place("areas", row, row["id"]) for row in bare]
        # Who lives in a compound is not counted again in its community: the largest settlement there counts them.
        housed: dict[str, int] = {}
        for row in compounds.values():
            home = village.get(row.get("area_id") or "")
            if home is not None:
                housed[home] = housed.get(home, 0) + (row.get("population") or 0)
        for home, people in housed.items():
            among = [place for place in places if place.area in village and village[place.area] == home and place.population is not None]
            if among:
                largest = max(among, key=lambda place: place.population or 0)
                largest.population = (largest.population or 0) - min(people, largest.population or 0)
        outlines = [row["shape"] for row in compounds.values() if row["shape"] is not None and row["shape"].geom_type.endswith("Polygon")]
        for place in places:
            around = [outline for outline in outlines if place.label and place.shape is not None and outline.contains(place.shape)]
            if len(around) == 1:
                place.shape, place.label = around[0], False  # yet a town stays a mere label
        places += [self._place("compounds", row, row.get("area_id")) for row in compounds.values()]
        declared = raw.events("entrance_declaration", *when)
        last = {(row["subject_layer"], row["subject_id"]): row["complete"] is not False for row in declared}
        known = self.region if self.extent is None else self.region.intersection(self.extent)
        known = known.buffer(BORDER_DEGREES)
        for place in places:
            place.declared = last.get((place.layer, place.id), False)
            if place.shape is not None:
                place.outside = not known.intersects(place.shape.representative_point())
                ends_in = not place.label and place.layer != "areas" and any(self._in(place, node) for node in self.data_ends)
                place.beyond = not known.covers(place.shape) or ends_in
        return places

    def _in(self, place: Place, node: int) -> bool:
        return bool(self._plane(place.shape).contains(shapely.Point(self.drawn.xy[node])))

    def _place(self, layer: str, row: Row, area: str | None) -> Place:
        label = row["shape"] is not None and not row["shape"].geom_type.endswith("Polygon")
        town = row.get("place") in ("city", "town")
        return Place(row["id"], layer, row["name"], area, row.get("population"), label, town, row["shape"], label)

    @staticmethod
    def _village(areas: dict[str, Row]) -> dict[str, str]:
        found = {}
        for name in areas:
            above: str | None = name
            while above in areas and areas[above].get("level") not in ("village", "community"):
                above = areas[above].get("parent_id")
            found[name] = above if above in areas else name
        return {name: str(home) for name, home in found.items()}

    def _plane(self, shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: np.column_stack(self.to_metres.transform(xy[:, 0], xy[:, 1])))

    # Ways in

    def _find_ways_in(self) -> None:
        wanted: list[tuple[Place, int, Point]] = []
        for place in self.places:
            if place.shape is None:
                continue
            shape = self._plane(place.shape)
            at_outline = [] if place.label else self._at_outline(shape)
            wanted += [(place, piece, point) for piece, point in at_outline or self._nearest(shape)]
        self.roads, nodes = self.roads.with_points([(piece, point) for _, piece, point in wanted])
        for (place, _, _), node in zip(wanted, nodes, strict=True):
            place.ways_in.add(node)
        for place in self.places:
            if place.label or place.shape is None:
                continue
            if place.beyond:
                place.ways_in -= self.sources
            else:
                inner = {node for node in self.sources if self._in(place, node)}
                if place.layer == "areas" and inner:  # of an area no more is known than its border: its middle
                    middle = self._plane(place.shape).representative_point()
                    there = [n for n in self.roads.on_piece if self.roads.inside[n]]
                    inner = {min(there, key=lambda n: shapely.Point(self.roads.xy[n]).distance(middle))}
                place.sources_in = inner
                place.ways_in |= inner

    def _at_outline(self, shape: Any) -> list[tuple[int, Point]]:
        border, found = shape.boundary, []
        west, south, east, north = shape.bounds
        low, high = np.minimum(self.roads.a, self.roads.b), np.maximum(self.roads.a, self.roads.b)
        near = (
            (low[:, 0] <= east + ALONG_M)
            & (high[:, 0] >= west - ALONG_M)
            & (low[:, 1] <= north + ALONG_M)
            & (high[:, 1] >= south - ALONG_M)
        )
        raised_runs: set[int] = set()
        for piece in np.flatnonzero(near).tolist():
            line, way = self.roads._line(piece), self.roads.way(piece)
            raised = way["bridge"] or way["tunnel"]
            if line.intersects(border):
                if raised:
                    raised_runs.add(piece)
                else:
                    found += [(piece, (x, y)) for x, y in shapely.get_coordinates(line.intersection(border)).tolist()]
            elif not raised and line.distance(border) <= ALONG_M:
                point = shapely.get_point(shapely.shortest_line(line, border), 0)
                found.append((piece, (point.x, point.y)))
        for start in raised_runs:
            found += [(next(iter(self.roads.on_piece[node])), self.roads.xy[node]) for node in self._landings(start, shape)]
        return found

    def _landings(self, start: int, shape: Any) -> set[int]:
        """Return where a bridge or tunnel comes to the ground within an outline."""
        seen, waiting, found = {start}, [start], set()
        while waiting:
            for node in self.roads.ends[waiting.pop()]:
                if len(self.roads.on_piece[node]) == 1 and shapely.intersects_xy(shape, *self.roads.xy[node]):
                    found.add(node)  # it ends there, with no road drawn beyond
                for piece in self.roads.on_piece[node]:
                    way = self.roads.way(piece)
                    if way["bridge"] or way["tunnel"]:
                        waiting += [] if piece in seen else [piece]
                        seen.add(piece)
                    elif shapely.intersects_xy(shape, *self.roads.xy[node]):
                        found.add(node)
        return found

    def _nearest(self, shape: Any) -> list[tuple[int, Point]]:
        """Return the node of the region nearest to a label, and the nearest point of a road that passes nearer without ending there."""
        roads = self.roads
        nodes = [node for node in roads.on_piece if roads.inside[node]]
        at = shapely.points([roads.xy[node] for node in nodes])
        apart = shapely.distance(at, shape)
        found, nearest = [], None
        if len(nodes) and apart.min() <= ATTACH_M:
            nearest = nodes[int(np.argmin(apart))]
        passed = False
        mine = [piece for piece, (u, v) in enumerate(roads.ends) if roads.inside[u] or roads.inside[v]]
        lines = shapely.linestrings(np.stack([roads.a[mine], roads.b[mine]], axis=1))
        away = shapely.distance(lines, shape)
        if len(mine) and away.min() <= ATTACH_M:
            # Streets bound an outline on several sides; of a label the nearest counts.
            outlined = shape.geom_type.endswith("Polygon")
            rows = np.flatnonzero(away <= away.min() + BESIDE_M) if outlined else [int(np.argmin(away))]
            for row in rows:
                beside = lines[row].intersection(shape.buffer(away[row] + LEVEL_M)).centroid if outlined else shape
                foot = lines[row].interpolate(lines[row].project(beside))
                ends_there = nearest in roads.ends[mine[row]]
                if ends_there and shapely.Point(roads.xy[nearest]).distance(foot) <= AT_NODE_M:
                    continue
                passed |= ends_there  # past the end of the road the place has a nearer point of it
                found.append((mine[row], (foot.x, foot.y)))
        if nearest is not None and not passed:
            found.insert(0, (min(roads.on_piece[nearest]), roads.xy[nearest]))
        return found


class Found:
    """What holds on some roads: what is blocked, who can be reached, the fewest posts."""

    def __init__(self, ground: Ground, roads: Roads) -> None:
        self.ground, self.roads = ground, roads
        self.village = ground._village(ground.raw.features("areas", ground.at, ground.known))
        self.watched_nodes, self.watched_pieces = self._posts()
        self.entrances = self._entrances()
        self.shut_nodes = {n for row in self.entrances if row["shut"] for n in row["shuts_nodes"]}
        self.shut_pieces = {p for row in self.entrances if row["shut"] for p in row["shuts_pieces"]}
        self.blocked = self.watched_nodes | self.shut_nodes
        self.blocked_pieces = self.watched_pieces | self.shut_pieces
        self.access, self.by_road = self._access()
        self.reached = self.walk()

    def _posts(self) -> tuple[set[int], set[int]]:
        raw, when = self.ground.raw, (self.ground.at, self.ground.known)
        orders, there = raw.standing("checkpoint_event", "checkpoint_id", *when), raw.there("checkpoints", *when)
        nodes: set[int] = set()
        pieces: set[int] = set()
        for name, post in raw.features("checkpoints", *when).items():
            order = orders.get(name)
            if order is None or order["active"] is False or post["shape"] is None or not watches(order, there.get(name)):
                continue
            at = self.ground.to_metres.transform(post["shape"].x, post["shape"].y)
            node, piece, _ = self.roads.stands(at, POST_M)
            nodes |= {node} - {None}  # type: ignore[arg-type]
            pieces |= ({piece} - {None}) | set(self.roads.other_carriageway(at))  # type: ignore[operator]
        return nodes, pieces

    def _entrances(self) -> list[Row]:
        raw, when = self.ground.raw, (self.ground.at, self.ground.known)
        orders, there = raw.standing("entrance_event", "entrance_id", *when), raw.there("entrances", *when)
        local, found = raw.local(self.ground.at), []
        for name, gate in raw.features("entrances", *when).items():
            order: Row = orders.get(name) or {
                "mode": None,
                "timetable": None,
                "barrier": None,
                "patrol_minutes": None,
                "sign_in_kept": False,
            }
            mode = order["mode"]
            open_now = mode == "open_24h" or (mode == "open_hours" and open_by(order["timetable"], local))
            soft = mode == "sealed" and order["barrier"] == "soft"
            shut = mode in ("sealed", "open_hours") and not open_now and not soft
            row: Row = {**gate, "shut": shut, "free": not shut and not staffed(order, there.get(name)), "whose": None}
            row |= {"shuts_nodes": [], "shuts_pieces": [], "leads": [], "at": None, "open_now": open_now}
            found.append(row)
            if gate["shape"] is None:
                continue
            row["at"] = at = self.ground.to_metres.transform(gate["shape"].x, gate["shape"].y)
            node, piece, _ = self.roads.stands(at, ON_ROAD_M, ON_ROAD_M)
            row["shuts_nodes"] = [node] if node is not None and len(self.roads.on_piece[node]) >= 2 else []
            row["shuts_pieces"] = [piece] if piece is not None and gate.get("provenance") in ("mapped", "inferred") else []
            row["leads"] = self.roads.leads_to(at)
            row["whose"] = self._whose(row) if row["leads"] else None
        return found

    def _whose(self, gate: Row) -> Place | None:
        for place in self.ground.places:
            if place.layer == "compounds" and place.id == gate.get("compound_id"):
                return place
        home = self.village.get(gate.get("area_id") or "")
        near = [
            place
            for place in self.ground.places
            if place.layer != "compounds" and place.area and self.village.get(place.area) == home and home
        ]
        point = shapely.Point(gate["at"])
        own = {place.id: place.shape for place in near}
        # Told by the place itself: a label is a label, even where it takes the outline of the compound around it.
        features = {**self.ground.raw.features("settlements", self.ground.at, self.ground.known)}
        return min(
            near,
            key=lambda place: (
                point.distance(self.ground._plane(features.get(place.id, {"shape": own[place.id]})["shape"])),
                place.layer,
                place.id,
            ),
            default=None,
        )

    def _access(self) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
        access: dict[int, set[int]] = {}
        by_road: dict[int, set[int]] = {}
        for number, place in enumerate(self.ground.places):
            gates = [gate for gate in self.entrances if gate["whose"] is place]
            free = {node for gate in gates if gate["free"] for node in gate["leads"]}
            roads = set()
            for node in place.ways_in:
                near = any(np.hypot(*np.subtract(gate["at"], self.roads.xy[node])) <= ENTRANCE_M for gate in gates)
                if node in place.sources_in or not (near or place.declared):
                    roads.add(node)
            by_road[number] = set() if place.outside else roads
            access[number] = set() if place.outside else roads | free
        return access, by_road

    def walk(self, posts: Iterable[int] = (), *, past_everything: bool = False) -> set[int]:
        """Return the nodes that somebody comes to from a source past nothing that is blocked, and past no posts."""
        shut = set() if past_everything else self.blocked | set(posts)
        closed = set() if past_everything else self.blocked_pieces
        seen = self.ground.sources - shut
        waiting = deque(seen)
        while waiting:
            node = waiting.popleft()
            for piece in self.roads.on_piece.get(node, ()):
                if piece in closed:
                    continue
                for other in self.roads.ends[piece]:
                    if other not in seen and other not in shut:
                        seen.add(other)
                        waiting.append(other)
        return seen

    def exposed(self, reached: set[int] | None = None) -> set[str]:
        """Return who is reached, as ``layer:id``."""
        seen = self.reached if reached is None else reached
        return {f"{place.layer}:{place.id}" for number, place in enumerate(self.ground.places) if self.access[number] & seen}

    def statuses(self) -> dict[str, str]:
        """Return the status of each settlement."""
        anywhere = self.walk(past_everything=True)
        open_now = self.exposed()
        found = {}
        for number, place in enumerate(self.ground.places):
            key = f"{place.layer}:{place.id}"
            gates = [gate for gate in self.entrances if gate["whose"] is place]
            led = place.ways_in & anywhere or any(set(gate["leads"]) & anywhere for gate in gates)
            town = place.town or (place.population or 0) > LABEL_PEOPLE
            if key in open_now:
                found[key] = "exposed"
            elif place.beyond:
                found[key] = "beyond_data"
            elif not place.ways_in and not gates:
                found[key] = "unattached"
            elif not led and self.ground.sources:
                found[key] = "island"
            elif place.mere_label and town:
                found[key] = "needs_outline"
            else:
                found[key] = "protected" if self.access[number] else "closed"
        return found

    def junctions(self) -> dict[str, int]:
        """Return how many junctions are of each kind; one is unmonitored on a simple open way from a source to a settlement."""
        drawn, graph = self.ground.drawn, nx.Graph()
        meeting = {node for node, mine in drawn.on_piece.items() if drawn.inside[node] and len(mine) >= 3}
        for piece, (u, v) in enumerate(self.roads.ends):
            if piece not in self.blocked_pieces and u in self.reached and v in self.reached:
                graph.add_edge(u, v)
        graph.add_edges_from(("outside", node) for node in self.ground.sources & self.reached)
        graph.add_edges_from((node, "goal") for nodes in self.access.values() for node in nodes & self.reached)
        graph.add_edge("outside", "goal")
        block = next(nodes for nodes in nx.biconnected_components(graph) if {"outside", "goal"} <= nodes)
        watched = meeting & self.watched_nodes
        on_way = (meeting & block) - watched
        behind = (meeting & self._reached_past_posts()) - self.reached - watched
        return {
            "unmonitored": len(on_way),
            "watched": len(watched),
            "behind_posts": len(behind),
            "leads_nowhere": len(meeting) - len(on_way) - len(watched) - len(behind),
        }

    def _reached_past_posts(self) -> set[int]:
        """Return the nodes that somebody comes to when nobody stands anywhere; what is shut stays shut."""
        kept = self.blocked, self.blocked_pieces
        self.blocked, self.blocked_pieces = self.shut_nodes, self.shut_pieces
        seen = self.walk()
        self.blocked, self.blocked_pieces = kept
        return seen

    def shortest(self) -> dict[str, tuple[float, set[str]]]:
        """Return for each settlement reached the length of the shortest open way in, and what it may lead in by: entrance or road."""
        graph = nx.Graph()
        for piece, (u, v) in enumerate(self.roads.ends):
            if piece not in self.blocked_pieces and u in self.reached and v in self.reached:
                length = float(np.hypot(*np.subtract(self.roads.xy[u], self.roads.xy[v])))
                if not graph.has_edge(u, v) or graph[u][v]["m"] > length:
                    graph.add_edge(u, v, m=length)
        graph.add_nodes_from(self.ground.sources & self.reached)
        metres = nx.multi_source_dijkstra_path_length(graph, self.ground.sources & self.reached, weight="m")
        found = {}
        for number, place in enumerate(self.ground.places):
            here = {node: metres[node] for node in self.access[number] if node in metres}
            if here:
                least = min(here.values())
                by = {"road" if node in self.by_road[number] else "entrance" for node, m in here.items() if m <= least + 1}
                found[f"{place.layer}:{place.id}"] = (least, by)
        return found

    def fewest_posts(self) -> int | None:
        """Return the fewest posts, on nodes that are no sources, that close every way in; None where no posts do."""
        graph = nx.Graph()
        graph.add_nodes_from(["outside", "goal"])
        named = dict.fromkeys(self.ground.sources, "outside")
        if any(nodes & self.ground.sources & self.reached for nodes in self.access.values()):
            return None
        for piece, (u, v) in enumerate(self.roads.ends):
            if piece not in self.blocked_pieces and u in self.reached and v in self.reached and u != v:
                graph.add_edge(named.get(u, u), named.get(v, v))
        graph.remove_edges_from(list(nx.selfloop_edges(graph)))
        for nodes in self.access.values():
            graph.add_edges_from((node, "goal") for node in nodes & self.reached)
        if not nx.has_path(graph, "outside", "goal"):
            return 0
        return len(nx.minimum_node_cut(graph, "outside", "goal"))


def staffed(order: Row, there: dict[str, int] | None) -> bool:
    """Tell whether somebody is there: signed in where sign-ins are kept, else on the roster."""
    return bool(there and there["signed" if order["sign_in_kept"] else "rostered"])


def watches(order: Row, there: dict[str, int] | None) -> bool:
    """Tell whether a post watches: somebody is there, or it is a block that is no mere tape."""
    return staffed(order, there) or (order["kind"] == "block" and order["barrier"] != "soft")
