"""The plan of 云泽市, on a plane in metres around its middle: land, waters, roads of every class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import cKDTree

from data.demo.plane import Floats, Plane
from data.demo.roads import COLUMNS, Obstacle, Road, Web
from data.demo.shapes import Ints, blob, gabriel, neighbours, scatter, thin, wander, web

PLANE = Plane(lon=115.62, lat=29.74)
RADIUS = 30_000.0
# Main roads leave the city in 30 directions; the road through direction k also leaves through k + 15, the provincial ones begin inland.
ENDS = 30
NATIONAL = (("G352", 0), ("G356", 3), ("G347", 6), ("G359", 9), ("G341", 12))
PROVINCE_BORDER = range(16, 25)
# Expressways run between directions halfway between those of the other main roads.
EXPRESSWAYS = (
    ("G4299", "云南高速", 1, 11),
    ("G5699", "云东高速", 24, 4),
    ("S38", "云湖高速", 6, 19),
    ("S43", "云岭高速", 9, 21),
    ("S57", "环泽高速", 14, 26),
    ("S69", "北泽高速", 16, 29),
)
EXITS_EACH = 5
RURAL_CROSSINGS = 49
TOWNS_AWAY = 0.56
TOWNS = 5


def around(direction: float, away: float) -> tuple[float, float]:
    """Return the point ``away`` metres from the middle in a direction counted in thirtieths of a turn from east."""
    angle = 2 * np.pi * direction / ENDS
    return away * np.cos(angle), away * np.sin(angle)


@dataclass(frozen=True)
class CityPlan:
    """Everything that lies on the plane, drawn from one generator in a fixed order."""

    rng: np.random.Generator

    @cached_property
    def region(self) -> shapely.Polygon:
        """Return the outline of the city's land."""
        return blob((0, 0), RADIUS, self.rng, rough=0.045, corners=240)

    @cached_property
    def urban(self) -> list[shapely.Polygon]:
        """Return the built-up areas: the city's own, then those of the county towns."""
        towns = [blob(around(6 * k + 2.2, TOWNS_AWAY * RADIUS), 2150, self.rng, rough=0.16) for k in range(TOWNS)]
        return [blob((0, 0), 5600, self.rng, rough=0.14), *towns]

    @cached_property
    def river(self) -> shapely.LineString:
        """Return the middle of the river."""
        ends = [
            around(27.5, 1.3 * RADIUS),
            around(27.5, 0.6 * RADIUS),
            (3500, -2300),
            (-4200, 2600),
            around(12.5, 0.6 * RADIUS),
            around(12.5, 1.3 * RADIUS),
        ]
        return shapely.LineString(wander(ends, self.rng, spacing=200, sway=600))

    @cached_property
    def expressways(self) -> list[Road]:
        """Return the six expressways, each as one line."""
        roads = []
        for ref, name, start, end in EXPRESSWAYS:
            first, last = around(start + 0.5, RADIUS), around(end + 0.5, RADIUS)
            middle = (np.array(first) + last) / 2
            # None runs through the city's heart.
            middle = middle * max(1.0, 0.27 * RADIUS / max(np.hypot(*middle), 1.0)) * 0.9
            anchors = [around(start + 0.5, 1.2 * RADIUS), around(start + 0.5, 0.9 * RADIUS), middle, around(end + 0.5, 0.9 * RADIUS)]
            line = wander([*anchors, around(end + 0.5, 1.2 * RADIUS)], self.rng, spacing=240, sway=60)
            roads.append(Road(line, "motorway", name, ref, "under"))
        return roads

    @cached_property
    def main_roads(self) -> list[Road]:
        """Return five national roads through the city and twenty provincial roads out of it."""
        roads, national = [], set()
        for ref, start in NATIONAL:
            end = start + ENDS // 2
            national |= {start, end}
            middle = self.rng.uniform(-3200, 3200, 2)
            anchors: list[Any] = [around(start, 1.2 * RADIUS), around(start, 0.85 * RADIUS), around(start + 0.4, 0.4 * RADIUS), middle]
            anchors += [around(end + 0.4, 0.4 * RADIUS), around(end, 0.85 * RADIUS), around(end, 1.2 * RADIUS)]
            roads.append(Road(wander(anchors, self.rng, spacing=170, sway=130), "trunk", f"{ref}国道", ref))
        for number, end in enumerate(sorted(set(range(ENDS)) - national)):
            origin = around(end + self.rng.uniform(-1.2, 1.2), self.rng.uniform(0.14, 0.24) * RADIUS)
            anchors = [origin, around(end + 0.3, 0.55 * RADIUS), around(end, 0.85 * RADIUS), around(end, 1.2 * RADIUS)]
            ref = f"S{201 + 3 * number}"
            roads.append(Road(wander(anchors, self.rng, spacing=170, sway=130), "primary", f"{ref}省道", ref))
        return roads

    @cached_property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Return what roads pass over."""
        return Obstacle(self.river, 130.0), *(Obstacle(shapely.LineString(road.line), 55.0) for road in self.expressways)

    @cached_property
    def points(self) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Return where local roads meet or bend, and which of these points are built-up."""
        built = shapely.union_all(self.urban)
        fields = scatter(self.region.buffer(-260), 163, self.rng)
        streets = [scatter(outline, 122, self.rng) for outline in self.urban]
        shapely.prepare(built)
        around_towns = shapely.dwithin(built, shapely.points(fields), 90)
        points = np.concatenate([*streets, fields[~around_towns]])
        clear = thin(points, [road.line for road in [*self.main_roads, *self.expressways]], 55)
        clear = thin(clear, [shapely.get_coordinates(self.river)], 190)
        return clear, shapely.contains_xy(built, clear[:, 0], clear[:, 1])

    @cached_property
    def local(self) -> tuple[Ints, Web]:
        """Return the edges between the points that are local roads, and the web they make.

        Nothing crosses the river but main roads; some roads pass over each expressway. The ways between towns are county roads
        (``secondary``), those between villages township roads (``tertiary``).
        """
        points, urban = self.points
        edges = web(points, self.rng, loops=np.where(urban, 0.85, 0.22))
        lines = shapely.linestrings(points[edges])
        wet = self._meets(lines, self.river)
        fast = self._meets(lines, shapely.union_all([shapely.LineString(road.line) for road in self.expressways]))
        keep = ~wet & (~fast | (self.rng.random(len(edges)) < 0.22))
        edges, lines = edges[keep], lines[keep]
        both = urban[edges].all(axis=1)
        degree = np.bincount(edges.ravel(), minlength=len(points))
        blind = (degree[edges] == 1).any(axis=1)
        chance = self.rng.random(len(edges))
        highway = np.where(both, "residential", np.where(blind & (chance < 0.55), "track", "unclassified")).astype(object)
        name, ref = np.full(len(edges), "", dtype=object), np.full(len(edges), "", dtype=object)
        for number, path in enumerate(self._ways_between_towns(points, edges)):
            highway[path], ref[path], name[path] = "secondary", f"X{number + 1:03d}", f"X{number + 1:03d}县道"
        table = pd.DataFrame({"highway": highway, "name": name, "ref": ref, "oneway": False, "level": "ground"})[COLUMNS]
        return edges, Web(lines, table)

    @staticmethod
    def _meets(lines: np.ndarray[tuple[int], np.dtype[np.object_]], other: shapely.Geometry) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        parts = shapely.get_parts(other)
        met = np.zeros(len(lines), dtype=bool)
        met[shapely.STRtree(lines).query(parts, predicate="intersects")[1]] = True
        return met

    def _ways_between_towns(self, points: Floats, edges: Ints) -> list[Ints]:
        """Return the edges of each county road: the shortest ways along the tree that joins the seats of the townships."""
        seats = scatter(self.region.buffer(-2500), 6200, self.rng)
        tree = neighbours(seats)
        tree = gabriel(seats, tree)
        length = np.hypot(*(seats[tree[:, 0]] - seats[tree[:, 1]]).T)
        chosen = minimum_spanning_tree(coo_array((length, tree.T), shape=(len(seats),) * 2)).tocoo()
        cost = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T)
        graph = coo_array((cost, edges.T), shape=(len(points),) * 2).tocsr()
        at = np.asarray(cKDTree(points).query(seats)[1])
        packed = edges.min(axis=1) * len(points) + edges.max(axis=1)
        order = np.argsort(packed)
        ways = []
        for start in np.unique(chosen.row):
            _, before = dijkstra(graph, directed=False, indices=at[start], return_predecessors=True, limit=22_000)
            for goal in chosen.col[chosen.row == start]:
                nodes = [int(at[goal])]
                while before[nodes[-1]] >= 0:
                    nodes.append(int(before[nodes[-1]]))
                if len(nodes) > 1:
                    steps = np.sort(np.column_stack([nodes[:-1], nodes[1:]]), axis=1)
                    ways.append(order[np.searchsorted(packed, steps[:, 0] * len(points) + steps[:, 1], sorter=order)])
        return ways

    @cached_property
    def exits(self) -> list[tuple[Road, Floats]]:
        """Return the link of each expressway exit to a local road, and where its toll booths stand."""
        points, _ = self.points
        tree = cKDTree(points)
        found = []
        for road in self.expressways:
            inside = np.flatnonzero(shapely.contains_xy(self.region.buffer(-1500), road.line[:, 0], road.line[:, 1]))
            for k in range(EXITS_EACH):
                at = inside[round(len(inside) * (k + 0.5) / EXITS_EACH)]
                here, course = road.line[at], road.line[at + 1] - road.line[at - 1]
                side = self.rng.choice([-1.0, 1.0]) * np.array([-course[1], course[0]]) / np.hypot(*course)
                goal = points[tree.query(here + side * 420)[1]]
                toll = here + (goal - here) * 0.6
                found.append((Road(np.array([here, toll, goal]), "motorway_link", f"{road.name}{k + 1}号出口", "", "under"), toll))
        return found

    @cached_property
    def spurs(self) -> list[Road]:
        """Return the rural roads that cross the border, each once."""
        points, urban = self.points
        border = self.region.exterior
        away = shapely.distance(shapely.points(points), border)
        main = shapely.union_all([shapely.LineString(road.line) for road in [*self.main_roads, *self.expressways]])
        near = np.flatnonzero((away < 750) & ~urban)
        onto = shapely.get_coordinates(
            shapely.line_interpolate_point(border, shapely.line_locate_point(border, shapely.points(points[near])))
        )
        outward = (onto - points[near]) / np.hypot(*(onto - points[near]).T)[:, None]
        ends = onto + outward * 420
        lines = shapely.linestrings(np.stack([points[near], ends], axis=1))
        once = shapely.get_type_id(shapely.intersection(lines, border)) == 0
        clear = shapely.distance(lines, main) > 450
        sector = np.floor((np.arctan2(onto[:, 1], onto[:, 0]) / (2 * np.pi) % 1) * RURAL_CROSSINGS).astype(int)
        order = self.rng.permutation(np.flatnonzero(once & clear))
        _, first = np.unique(sector[order], return_index=True)
        chosen = order[first]
        chosen = np.concatenate([chosen, np.setdiff1d(order, chosen)])[:RURAL_CROSSINGS]
        return [
            Road(np.array([points[near[i]], onto[i] - outward[i] * 60, ends[i]]), "unclassified", f"边界村道{n:02d}")
            for n, i in enumerate(chosen, 1)
        ]

    def roads(self) -> list[Road]:
        """Return every road but the local ones."""
        return [*self.expressways, *self.main_roads, *(link for link, _ in self.exits), *self.spurs]
