"""The layers of 青禾镇: areas that tile it, compounds with their houses and gates, posts, settlements and crowded places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from data.demo.plane import Floats
from data.demo.roads import join
from data.demo.shapes import Ints, Objects, beside, cells, grow, neighbours, scatter, thin, tiles
from data.demo.town_gates import Gate, gates, named, outlines, with_gates
from data.demo.town_plan import ONE_GRID, PLANE, RADIUS, VILLAGES, Plan
from data.demo.town_seat import COMPOUNDS, Compound, lay_out
from geo.network import RoadNetwork, build_network
from geo.road_layers import frames

TOWN, TOWN_NAME = "qh", "青禾镇"
COMMUNITY, COMMUNITY_NAME = "qh-c01", "青禾社区"
CODE = "420999101"
COMMUNITY_GRIDS = 3
PEOPLE = 35_360
# Borders are drawn along fields: their corners are cut where a triangle of this many metres squared goes.
TOLERANCE = 40.0
VILLAGE_ID = {name: f"{TOWN}-v{n:02d}" for n, (name, *_) in enumerate(VILLAGES, 1)}


@dataclass(frozen=True)
class Town:
    """The township on the globe: its network and layers, and which mode each entrance of the community has in the end."""

    network: RoadNetwork
    layers: Mapping[str, gpd.GeoDataFrame]


def build_town(rng: np.random.Generator) -> Town:
    """Return the township drawn from a generator.

    Villages and the seat have an outline, hamlets are points; every road into a village has an entrance.
    """
    plan = Plan(rng)
    compounds = [lay_out(spec, plan.corners) for spec in COMPOUNDS]
    grids = _grids(plan, compounds)
    areas = _areas(plan, compounds, grids)
    into_villages = [*plan.village_roads, *plan.lanes, *plan.tracks]
    mouths = gates(plan, into_villages)
    roads = [*plan.main_roads, *plan.interchange, *plan.streets, *with_gates(into_villages, mouths)]
    roads += [lane for compound in compounds for lane in compound.lanes]
    ways, nodes = join(roads, plan.obstacles, PLANE)
    network = build_network(ways, nodes, areas.geometry.iloc[0], extent=areas.geometry.iloc[0])
    layers = {
        "areas": areas,
        "compounds": _compounds(compounds),
        "buildings": _buildings(compounds),
        "entrances": _entrances(compounds, mouths, network),
        "checkpoints": _checkpoints(plan, network),
        "settlements": _settlements(plan),
        "venues": _venues(plan),
        **{name: frame for name, frame in frames(network).items() if name != "open_ends"},
    }
    return Town(network, {name: placed(frame, areas) for name, frame in layers.items()})


def placed(frame: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with ``source`` and, unless it is that of the areas, ``area_id``: the smallest area in which each feature lies."""
    marked = frame.assign(source="demo")
    if "level" in frame:
        return marked
    smallest = areas[~areas["id"].isin(areas["parent_id"])]
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    polygons = smallest.geometry.to_numpy()
    area, inside = shapely.STRtree(points).query(polygons, predicate="intersects")
    # A crossing lies on the border, give or take the rounding of its coordinates.
    missed = np.setdiff1d(np.arange(len(points)), inside)
    beside, nearest = shapely.STRtree(polygons).query_nearest(points[missed], max_distance=1e-6, all_matches=False)
    at = np.full(len(frame), None, dtype=object)
    # A point on a shared edge belongs to the first of its areas.
    at[inside[::-1]] = smallest["id"].to_numpy()[area[::-1]]
    at[missed[beside]] = smallest["id"].to_numpy()[nearest]
    return marked.assign(area_id=pd.array(at, dtype="str"))


def frame_of(rows: pd.DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]], geometry: Any) -> gpd.GeoDataFrame:
    """Return a frame of the plane's geometries on the globe."""
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=PLANE.globe(geometry), crs=4326)


def _seat(plan: Plan) -> shapely.Polygon:
    """Return the outline of the town: its street blocks and the houses around them."""
    return shapely.Polygon(plan.corners[[0, 4, 4, 0], [0, 0, 4, 4]]).buffer(75)


# Areas


def _grids(plan: Plan, compounds: Sequence[Compound]) -> tuple[list[str], Objects]:
    """Return the ids of the grids and their polygons on the plane, which tile the township.

    The land is cut into small Voronoi cells; each settlement claims the cells that it reaches most easily, and a river, an
    expressway or a main road is hard to cross. So borders run along them, and every grid hangs together.
    """
    seat = _seat(plan)
    outline = shapely.get_coordinates(plan.region.exterior)
    borders = [
        outline,
        shapely.get_coordinates(plan.river),
        shapely.get_coordinates(plan.expressway),
        *(road.line for road in plan.main_roads),
    ]
    streets = [road.line for road in plan.streets] + [plan.corners[:, 2], plan.corners[2]]
    coarse = scatter(shapely.Point(0, 0).buffer(RADIUS * 1.35), 185, plan.rng)
    coarse = np.concatenate([thin(coarse, borders, 130), beside(borders, 75, plan.rng)])
    dense = scatter(seat.buffer(60), 26, plan.rng)
    dense = np.concatenate([thin(dense, streets, 24), beside(streets, 12, plan.rng)])
    points = np.concatenate([coarse[~shapely.contains_xy(seat.buffer(100), coarse[:, 0], coarse[:, 1])], dense])
    pieces = cells(points)
    edges = neighbours(points)
    keep = shapely.contains_xy(plan.region, points[:, 0], points[:, 1])
    town = shapely.contains_xy(seat, points[:, 0], points[:, 1])
    fields = edges[(keep & ~town)[edges].all(axis=1)]
    ids, sources = _claims(plan, points, pieces)
    labels = grow(points, fields, _cost(plan, points, fields), np.where(town, -1, sources))

    own = np.full(len(points), -1)
    for compound in compounds:
        yard = compound.outline.buffer(11)
        own[shapely.contains_xy(yard, points[:, 0], points[:, 1])] = compound.spec.grid - 1
    within = edges[town[edges].all(axis=1)]
    crosses = shapely.intersects(shapely.union_all([shapely.LineString(street) for street in streets]), shapely.linestrings(points[within]))
    inner = grow(points, within, np.hypot(*(points[within[:, 0]] - points[within[:, 1]]).T) * np.where(crosses, 8.0, 1.0), own)
    labels[town] = len(ids) + inner[town]
    ids += [f"{COMMUNITY}-g{n}" for n in range(1, COMMUNITY_GRIDS + 1)]
    return ids, tiles(pieces, labels, len(ids), tolerance=TOLERANCE)


def _cost(plan: Plan, points: Floats, edges: Ints) -> Floats:
    length = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T)
    drawn = shapely.linestrings(points[edges])
    main = shapely.union_all([shapely.LineString(road.line) for road in plan.main_roads])
    factor = plan.rng.uniform(0.8, 1.25, len(edges))
    for barrier, hard in ((plan.river, 9.0), (plan.expressway, 7.0), (main, 3.0)):
        shapely.prepare(barrier)
        factor = np.where(shapely.intersects(barrier, drawn), factor * hard, factor)
    return np.asarray(length * factor)


def _claims(plan: Plan, points: Floats, pieces: Objects) -> tuple[list[str], Ints]:
    """Return the ids of the village grids, and for each cell the grid whose settlement stands on it (-1: none)."""
    ids: list[str] = []
    sources = np.full(len(points), -1, dtype=np.int64)
    for village, _, outline, _ in plan.clusters:
        mine = [i for i in ids if i.startswith(VILLAGE_ID[village])]
        # A second settlement has the second grid; the third belongs to the first grid.
        if not mine or (len(mine) == 1 and village not in ONE_GRID and outline is _second(plan, village)):
            ids.append(f"{VILLAGE_ID[village]}-g{len(mine) + 1}")
            grid = len(ids) - 1
        else:
            grid = ids.index(mine[0])
        on = shapely.intersects(pieces, outline)
        sources[on & (sources < 0)] = grid
    return ids, sources


def _second(plan: Plan, village: str) -> shapely.Polygon:
    return [outline for name, _, outline, _ in plan.clusters if name == village][1]


def _areas(plan: Plan, compounds: Sequence[Compound], grids: tuple[list[str], Objects]) -> gpd.GeoDataFrame:
    """Return township, villages, community and grids; the larger are unions of the grids, so they tile exactly."""
    ids, on_plane = grids
    polygons = PLANE.globe(on_plane)
    census = _census(plan, compounds)
    names = {VILLAGE_ID[name]: name for name, *_ in VILLAGES} | {COMMUNITY: COMMUNITY_NAME}
    rows: list[dict[str, Any]] = [
        {"id": TOWN, "name": TOWN_NAME, "level": "township", "parent_id": None, "code": f"{CODE}000", "of": range(len(ids))}
    ]
    for n, (unit, name) in enumerate(names.items(), 201):
        own = [k for k, i in enumerate(ids) if i.startswith(unit)]
        level, code = ("community", f"{CODE}001") if unit == COMMUNITY else ("village", f"{CODE}{n}")
        rows.append({"id": unit, "name": name, "level": level, "parent_id": TOWN, "code": code, "of": own})
    for k, grid in enumerate(ids):
        unit, number = grid.rsplit("-g", 1)
        rows.append(
            {
                "id": grid,
                "name": f"{names[unit]}第{'一二三'[int(number) - 1]}网格",
                "level": "grid",
                "parent_id": unit,
                "code": None,
                "of": [k],
            }
        )
    table = pd.DataFrame(rows)
    people, homes = ([sum(census[ids[k]][n] for k in of) for of in table["of"]] for n in (0, 1))
    shapes = [shapely.coverage_union_all(polygons[list(of)]) if len(of) > 1 else polygons[of[0]] for of in table.pop("of")]
    return gpd.GeoDataFrame(table.assign(population=people, households=homes), geometry=shapes, crs=4326)


def _census(plan: Plan, compounds: Sequence[Compound]) -> dict[str, tuple[int, int]]:
    """Return the people and households of each grid: the sums of its settlements, or of its houses."""
    found: dict[str, tuple[int, int]] = {}

    def count(grid: str, people: int, homes: int) -> None:
        before = found.get(grid, (0, 0))
        found[grid] = (before[0] + people, before[1] + homes)

    for (village, _, outline, _), people in zip(plan.clusters, _settled(plan, compounds), strict=True):
        second = village not in ONE_GRID and outline is _second(plan, village)
        count(f"{VILLAGE_ID[village]}-g{2 if second else 1}", people, round(people / 3.4))
    for compound in compounds:
        count(f"{COMMUNITY}-g{compound.spec.grid}", sum(_house_people(compound)), sum(_house_homes(compound)))
    return found


def _settled(plan: Plan, compounds: Sequence[Compound]) -> list[int]:
    """Return the people of each settlement: by its lanes, so many that the township has ``PEOPLE``."""
    size = np.array([len(sites) for *_, sites in plan.clusters], dtype=float)
    rest = PEOPLE - sum(sum(_house_people(c)) for c in compounds)
    share = np.floor(rest * size / size.sum()).astype(int)
    share[0] += rest - share.sum()
    return [int(s) for s in share]


# Compounds, houses, entrances


def _compound_id(compound: Compound) -> str:
    return f"{COMMUNITY}-x{COMPOUNDS.index(compound.spec) + 1}"


def _house_homes(compound: Compound) -> list[int]:
    """Return the households of each house: those of the compound, shared out a little unevenly; four a floor at the most."""
    share = np.cumsum([30 - (7 * n) % 5 for n in range(len(compound.houses))])
    return [int(homes) for homes in np.diff(np.round(compound.spec.households * share / share[-1]), prepend=0)]


def _house_people(compound: Compound) -> list[int]:
    return [round(homes * (2.6 + 0.1 * (n % 6))) for n, homes in enumerate(_house_homes(compound))]


def _compounds(compounds: Sequence[Compound]) -> gpd.GeoDataFrame:
    rows = [
        {
            "id": _compound_id(c),
            "name": c.spec.name,
            "population": sum(_house_people(c)),
            "households": sum(_house_homes(c)),
            "unmanaged": c.spec.unmanaged,
        }
        for c in compounds
    ]
    return frame_of(rows, [c.outline for c in compounds])


def _buildings(compounds: Sequence[Compound]) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for compound in compounds:
        for n, (house, homes, people) in enumerate(zip(compound.houses, _house_homes(compound), _house_people(compound), strict=True), 1):
            row = {
                "id": f"{_compound_id(compound)}-b{n:02d}",
                "name": f"{compound.spec.name}{n}号楼",
                "compound_id": _compound_id(compound),
            }
            rows.append({**row, "floors": compound.spec.floors, "households": homes, "population": people})
            shapes.append(house)
    return frame_of(rows, shapes)


def _entrances(compounds: Sequence[Compound], mouths: Mapping[str, Sequence[Gate]], network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the community's gates, in the order of its plan, then those of the villages, on nodes of the network."""
    rows: list[dict[str, Any]] = []
    points = []
    for compound in compounds:
        for n, (spec, point) in enumerate(zip(compound.spec.gates, compound.gates, strict=True), 1):
            row = {"id": f"{_compound_id(compound)}-e{n}", "name": compound.spec.name + spec.name, "compound_id": _compound_id(compound)}
            rows.append({**row, "kind": spec.kind, "provenance": "mapped"})
            points.append(PLANE.to_lonlat(point)[0])
    nodes = np.column_stack([network.lon, network.lat])
    tree = cKDTree(nodes)
    for village, own in mouths.items():
        for n, (gate, name) in enumerate(zip(own, named(village, own), strict=True), 1):
            where = {"id": f"{VILLAGE_ID[village]}-e{n}", "name": name, "compound_id": None}
            rows.append({**where, "kind": "entrance", "provenance": "entered"})
            points.append(nodes[tree.query(PLANE.to_lonlat(gate.at)[0])[1]])
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapely.points(np.array(points)), crs=4326)


def _drivable_nodes(network: RoadNetwork) -> Floats:
    """Return the nodes (lon, lat) in the township on drivable roads."""
    at = network.vertices[network.inside[network.vertices]]
    return np.column_stack([network.lon[at], network.lat[at]])


# Posts

# Villages whose post stands where their road crosses the township's border; the others' stands on the way into the village.
AT_BORDER = ("柳林村", "东湖村", "双河村", "红光村", "高岭村", "官塘村", "茶园村")
# Posts where the first two main roads begin and end at the border; the other county roads have none: those are the blind spots.
ON_MAIN_ROADS = (
    ("青云大道西界查验点", "national_road"),
    ("青云大道东界查验点", "national_road"),
    ("青高线北界查验点", "county_road"),
    ("青高线南界查验点", "county_road"),
)


def _checkpoints(plan: Plan, network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the posts: one a village, the expressway exit, the one watched county junction, the market, a blocked border road, and
    those of the border: on the national road, on the county road that meets it in the town, and mounds on farm tracks.
    """
    nodes = _drivable_nodes(network)
    tree = cKDTree(nodes)
    border = {road.name: road.line for road in plan.village_roads}
    rows, points = [], []

    def add(post: str, name: str, post_class: str, staff: int, at: Floats) -> None:
        rows.append({"id": post, "name": name, "post_class": post_class, "staff_required": staff})
        points.append(nodes[tree.query(at)[1]])

    for village, at, radius, _ in VILLAGES:
        if village in AT_BORDER:
            point, post_class = _before_border(border[village.removesuffix("村") + "路"], network), "rural_road"
        else:
            point, post_class = PLANE.to_lonlat(_approach(plan, at, radius))[0], "village"
        add(f"{VILLAGE_ID[village]}-p1", f"{village}卡口劝离点", post_class, 2, point)
    add(f"{TOWN}-p1", "青云高速青禾出口查验点", "expressway", 6, PLANE.to_lonlat(plan.toll)[0])
    add(f"{TOWN}-p2", "青高线青禾街口监测点", "county_road", 4, PLANE.to_lonlat((0.0, 0.0))[0])
    add(f"{TOWN}-p3", "青禾农贸市场查验点", "market", 2, PLANE.to_lonlat(plan.corners[1, 1])[0])
    add(f"{TOWN}-p4", "马家湾西路口封堵点", "rural_road", 1, _before_border(border["马家湾路"], network))

    lines = [line for road in plan.main_roads[:2] for line in (road.line[::-1], road.line)]
    for n, ((name, post_class), line) in enumerate(zip(ON_MAIN_ROADS, lines, strict=True), 1):
        add(f"{TOWN}-b{n}", name, post_class, 4, _before_border(line, network))
    for n, point in enumerate(_tracks_out(network), 1):
        add(f"{TOWN}-m{n}", f"机耕路{n}号封堵点", "rural_road", 1, point)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapely.points(np.array(points)), crs=4326)


def _tracks_out(network: RoadNetwork) -> Floats:
    """Return the last node (lon, lat) inside the township on each road without a name by which a car could leave it."""
    nameless = (network.ways["name"] == "").to_numpy()[network.seg_way[network.crossings]]
    u, v = network.seg_u[network.crossings[nameless]], network.seg_v[network.crossings[nameless]]
    inside = np.unique(np.where(network.inside[u], u, v))
    return np.column_stack([network.lon[inside], network.lat[inside]])


def _before_border(line: Floats, network: RoadNetwork) -> Floats:
    """Return the last vertex of a road that leaves the township which lies in it."""
    at = PLANE.to_lonlat(line)
    return np.asarray(at[np.flatnonzero(shapely.intersects_xy(network.region, at[:, 0], at[:, 1]))[-1]])


def _approach(plan: Plan, at: tuple[float, float], radius: float) -> Floats:
    """Return a place on a village's road some way before its first houses, on the side of the town."""
    through = shapely.union_all([shapely.LineString(road.line) for road in [*plan.main_roads, *plan.village_roads]])
    met = shapely.get_coordinates(shapely.intersection(shapely.Point(at).buffer(radius + 170).exterior, through))
    return np.asarray(met[np.argmin(np.hypot(*met.T))])


# Settlements and venues


def _settlements(plan: Plan) -> gpd.GeoDataFrame:
    compounds = [lay_out(spec, plan.corners) for spec in COMPOUNDS]
    rows = [
        {
            "id": f"{VILLAGE_ID[village]}-s{n}",
            "name": name,
            "place": "village" if name == village.removesuffix("村") else "hamlet",
            "population": people,
        }
        for n, ((village, name, _, _), people) in enumerate(zip(plan.clusters, _settled(plan, compounds), strict=True), 1)
    ]
    for row, (village, *_) in zip(rows, plan.clusters, strict=True):
        row["name"] = village if row["place"] == "village" else row["name"]
    seat = {"id": f"{TOWN}-s0", "name": COMMUNITY_NAME, "place": "town", "population": sum(sum(_house_people(c)) for c in compounds)}
    outline = outlines(plan)
    places = [
        outline[village] if row["place"] == "village" else shapely.Point(sites.mean(axis=0))
        for row, (village, _, _, sites) in zip(rows, plan.clusters, strict=True)
    ]
    return frame_of([seat, *rows], [_seat(plan), *places])


# Block of the town, name, kind, peak hours, capacity.
VENUES = (
    ((1, 1), "青禾农贸市场", "market", "06:00-09:00", 300),
    ((2, 1), "惠民超市", "supermarket", "09:00-11:00,16:30-19:00", 120),
    ((3, 3), "青禾公园", "park", "06:30-08:30,18:00-20:00", 200),
    ((3, 1), "青禾镇中心卫生院", "hospital", None, 80),
    ((1, 2), "青禾镇人民政府", "other", None, None),
    ((2, 2), "青禾镇中心小学", "other", None, 900),
    ((0, 1), "青禾汽车站", "bus_station", "07:00-09:00", 150),
    ((0, 0), "青禾中学", "other", None, 1200),
)
CLINICS = ("柳林村", "白鹤村", "朝阳村", "红光村")


def _venues(plan: Plan) -> gpd.GeoDataFrame:
    rows, points = [], []
    for (i, j), name, kind, peak, capacity in VENUES:
        rows.append({"name": name, "kind": kind, "peak_hours": peak, "capacity": capacity})
        points.append(plan.corners[i : i + 2, j : j + 2].reshape(4, 2).mean(axis=0))
    rows.append({"name": "青禾收费站", "kind": "toll_booth", "peak_hours": None, "capacity": None})
    points.append(np.array(plan.toll))
    for village, at, *_ in VILLAGES:
        if village in CLINICS:
            rows.append({"name": f"{village}卫生室", "kind": "clinic", "peak_hours": None, "capacity": None})
            points.append(np.array([at[0] + 25.0, at[1] + 18.0]))
    table = pd.DataFrame(rows).assign(capacity=lambda t: t["capacity"].astype("Int64"))
    table.insert(0, "id", [f"{TOWN}-y{n:02d}" for n in range(1, len(table) + 1)])
    return frame_of(table, shapely.points(np.array(points)))
