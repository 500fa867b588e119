"""The layers of 云泽市: areas that tile it, 676 compounds with their gates, 853 posts, and the crowded places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from data.demo.city_plan import ENDS, PLANE, PROVINCE_BORDER, TOWNS, TOWNS_AWAY, CityPlan, around
from data.demo.plane import Floats
from data.demo.roads import join
from data.demo.shapes import Ints, Objects, beside, cells, grow, neighbours, scatter, thin, tiles
from data.demo.town import Town, placed
from geo.network import RoadNetwork, build_network
from geo.road_layers import frames

CITY, CITY_NAME = "yz", "云泽市"
COMPOUNDS, SEALED, POSTS = 676, 7_761, 853
DISTRICTS = ("云城区", "白石县", "南屏县", "东岭县", "柳溪县", "北泽县")
CODE = "4298"

# How the posts that do not stand on a crossing or an exit are shared out.
# People a post needs at once, by class; others need one. Over three shifts they are the city's 4,308.
STAFF_A_SHIFT = {
    "expressway": 4,
    "province_border": 3,
    "national_road": 3,
    "provincial_road": 3,
    "county_road": 2,
    "rural_road": 2,
    "station": 2,
    "community": 2,
}
OTHER_POSTS = {"county_road": 84, "market": 60, "station": 12, "village": 300, "community": 288}

_FIRST = "青清白红金银石柳杨松竹梅桃荷东西南北上下大小新长高平双三龙凤云泉"
_SECOND = "溪河湖塘山岭坪坝桥港湾畈垸冲店铺集庙岗林"
_ESTATE = "锦绣阳光金色翠湖东方世纪幸福和平兴旺紫荆丽景御龙滨江书香望湖天润"
_KIND = ("花园", "小区", "新村", "家园", "公寓", "名苑", "华庭", "家属院", "新城", "雅居")


def build_city(rng: np.random.Generator) -> Town:
    """Return the city drawn from a generator."""
    plan = CityPlan(rng)
    areas, seeds = _areas(plan)
    edges, web = plan.local
    ways, nodes = join(plan.roads(), plan.obstacles, PLANE, web=web)
    network = build_network(ways, nodes, areas.geometry.iloc[0], extent=areas.geometry.iloc[0])
    roads = {name: frame for name, frame in frames(network).items() if name != "open_ends"}
    compounds, outlines = _compounds(plan, edges)
    layers = {
        "areas": areas,
        "compounds": compounds,
        "buildings": _no_buildings(),
        "entrances": _entrances(compounds, outlines, rng),
        "checkpoints": _checkpoints(plan, network, roads["crossings"], seeds),
        "settlements": _settlements(areas, seeds),
        "venues": _venues(plan, network, rng),
        **roads,
    }
    layers = {name: placed(frame, areas) for name, frame in layers.items()}
    # A gate belongs to the area of its compound, even where a border runs beside the wall.
    home = layers["compounds"].set_index("id")["area_id"]
    layers["entrances"] = layers["entrances"].assign(area_id=home[layers["entrances"]["compound_id"]].to_numpy())
    return Town(network, layers)


def _names(count: int, rng: np.random.Generator, first: str, second: Sequence[str]) -> list[str]:
    """Return distinct names of two or more characters."""
    pairs = [a + b for a in first for b in second]
    chosen = rng.permutation(len(pairs))[:count] if count <= len(pairs) else np.arange(count) % len(pairs)
    return [pairs[i] for i in chosen]


# Areas


def _areas(plan: CityPlan) -> tuple[gpd.GeoDataFrame, Floats]:
    """Return city, districts, townships, villages and communities, and the middle of each of the last two.

    Small cells join the settlement that they reach most easily; settlements join townships, and these districts, in the same way.
    """
    rng, built = plan.rng, shapely.union_all(plan.urban)
    border = shapely.get_coordinates(plan.region.exterior)
    fast = [road.line for road in plan.expressways]
    river = shapely.get_coordinates(plan.river)
    coarse = scatter(shapely.Point(0, 0).buffer(36_000), 560, rng)
    fine = np.concatenate([scatter(outline.buffer(300), 240, rng) for outline in plan.urban])
    shapely.prepare(built)
    coarse = coarse[~shapely.dwithin(built, shapely.points(coarse), 560)]
    lines = [border, river, *fast]
    points = np.concatenate([thin(np.concatenate([coarse, fine]), lines, 330), beside(lines[:2], 200, rng), beside(fast, 200, rng)])
    points = points[np.unique(np.round(points / 60), axis=0, return_index=True)[1]]
    keep = shapely.contains_xy(plan.region, points[:, 0], points[:, 1])
    edges = neighbours(points)
    edges = edges[keep[edges].all(axis=1)]

    villages = scatter(plan.region.buffer(-700), 2650, rng)
    villages = villages[~shapely.dwithin(built, shapely.points(villages), 700)]
    blocks = np.concatenate([scatter(outline, 1080, rng) for outline in plan.urban])
    seeds = np.concatenate([blocks, villages])
    urban = np.arange(len(seeds)) < len(blocks)
    at = cKDTree(points[keep]).query(seeds)[1]
    sources = np.full(len(points), -1)
    sources[np.flatnonzero(keep)[at]] = np.arange(len(seeds))
    unit = grow(points, edges, _cost(points, edges, [river, *fast], rng), sources)

    touch = np.unique(np.sort(unit[edges[unit[edges[:, 0]] != unit[edges[:, 1]]]], axis=1), axis=0)
    apart = np.hypot(*(seeds[touch[:, 0]] - seeds[touch[:, 1]]).T) * np.where(urban[touch].all(axis=1) | ~urban[touch].any(axis=1), 1, 5)
    offices = np.concatenate([scatter(outline.buffer(-900), 3300, rng) for outline in plan.urban])
    towns = scatter(plan.region.buffer(-2500), 7400, rng)
    towns = towns[~shapely.dwithin(built, shapely.points(towns), 2200)]
    heads = np.concatenate([cKDTree(blocks).query(offices)[1], len(blocks) + cKDTree(villages).query(towns)[1]])
    township = _grouped(seeds, touch, apart, heads)
    seats = seeds[heads]

    meet = np.unique(np.sort(township[touch[township[touch[:, 0]] != township[touch[:, 1]]]], axis=1), axis=0)
    centres = np.array([(0.0, 0.0), *(around(6 * k + 2.2, TOWNS_AWAY * 30_000) for k in range(TOWNS))])
    district = _grouped(seats, meet, np.hypot(*(seats[meet[:, 0]] - seats[meet[:, 1]]).T), np.asarray(cKDTree(seats).query(centres)[1]))
    polygons = PLANE.globe(tiles(cells(points), np.where(keep, unit, -1), len(seeds), tolerance=140))
    return _area_table(polygons, urban, township, district, seats, offices, rng), seeds


def _cost(points: Floats, edges: Ints, lines: Sequence[Floats], rng: np.random.Generator) -> Floats:
    length = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T) * rng.uniform(0.8, 1.25, len(edges))
    hard = np.zeros(len(edges), dtype=bool)
    drawn = shapely.STRtree(shapely.linestrings(points[edges]))
    hard[drawn.query([shapely.LineString(line) for line in lines], predicate="intersects")[1]] = True
    return np.asarray(np.where(hard, length * 6, length))


def _grouped(points: Floats, edges: Ints, cost: Floats, heads: Ints) -> Ints:
    """Return which head each point belongs to."""
    sources = np.full(len(points), -1)
    sources[heads] = np.arange(len(heads))
    # Two heads in one place: the first has no members.
    return grow(points, edges, cost, sources)


def _area_table(
    polygons: Objects, urban: np.ndarray, township: Ints, district: Ints, seats: Floats, offices: Floats, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    people = np.where(urban, rng.integers(5200, 11000, len(polygons)), rng.integers(1300, 3600, len(polygons)))
    homes = np.round(people / 3.1).astype(int)
    of_district = district[township]
    names = np.array(_names(len(polygons), rng, _FIRST, list(_SECOND)), dtype=object)
    seat_names = _names(len(seats), rng, _FIRST[::-1], list(_SECOND))
    unit_ids = np.array([f"{CITY}-{'c' if u else 'v'}{n:03d}" for n, u in enumerate(urban, 1)], dtype=object)
    rows: list[tuple[str, str, str, str | None, str, Any]] = [(CITY, CITY_NAME, "city", None, f"{CODE}00000000", slice(None))]
    rows += [(f"{CITY}-d{d + 1}", name, "district", CITY, f"{CODE}{d + 1:02d}000000", of_district == d) for d, name in enumerate(DISTRICTS)]
    for t in np.unique(township):
        kind = "街道" if t < len(offices) else "镇"
        code = f"{CODE}{district[t] + 1:02d}{t + 1:03d}000"
        rows.append((f"{CITY}-t{t + 1:02d}", seat_names[t] + kind, "township", f"{CITY}-d{district[t] + 1}", code, township == t))
    for n, (unit, t) in enumerate(zip(unit_ids, township, strict=True)):
        level, kind = ("community", "社区") if urban[n] else ("village", "村")
        code = f"{CODE}{district[t] + 1:02d}{t + 1:03d}{n + 1:03d}"
        rows.append((unit, names[n] + kind, level, f"{CITY}-t{t + 1:02d}", code, np.array([n])))
    table = pd.DataFrame([row[:5] for row in rows], columns=["id", "name", "level", "parent_id", "code"])
    members = [row[5] for row in rows]
    shapes = [shapely.coverage_union_all(polygons[of]) for of in members]
    shapes = [shapely.get_geometry(s, 0) if s.geom_type == "MultiPolygon" and len(s.geoms) == 1 else s for s in shapes]
    table = table.assign(population=[int(people[of].sum()) for of in members], households=[int(homes[of].sum()) for of in members])
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326)


# Compounds and their gates


def _compounds(plan: CityPlan, edges: Ints) -> tuple[gpd.GeoDataFrame, Objects]:
    """Return the compounds, and their outlines on the plane: blocks between streets, set back from them."""
    rng = plan.rng
    points, urban = plan.points
    streets = shapely.linestrings(points[edges[urban[edges].all(axis=1)]])
    blocks = shapely.buffer(shapely.get_parts(shapely.polygonize(streets)), -9, join_style="mitre")
    size = shapely.area(blocks)
    round_ = 4 * np.pi * size / np.maximum(shapely.length(blocks), 1) ** 2
    main = shapely.STRtree([shapely.LineString(r.line) for r in [*plan.main_roads, *plan.expressways, *(link for link, _ in plan.exits)]])
    through = np.unique(main.query(blocks, predicate="intersects")[0])
    fit = (size > 6_000) & (size < 70_000) & (round_ > 0.45) & (shapely.get_type_id(blocks) == 3)
    fit[through] = False
    chosen = np.sort(rng.permutation(np.flatnonzero(fit))[:COMPOUNDS])
    outlines = blocks[chosen]
    homes = np.round(shapely.area(outlines) / 10_000 * rng.uniform(70, 190, COMPOUNDS)).astype(int)
    unmanaged = rng.permutation(COMPOUNDS) < 226
    estate = [_ESTATE[i : i + 2] for i in range(0, len(_ESTATE), 2)]
    names = [a + n + b for n in ("", "东", "西", "南", "北", "一", "二") for a in estate for b in _KIND]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"{CITY}-x{n:03d}" for n in range(1, COMPOUNDS + 1)],
            "name": np.array(names, dtype=object)[rng.permutation(len(names))[:COMPOUNDS]],
            "population": np.round(homes * 2.8).astype(int),
            "households": homes,
            "unmanaged": unmanaged,
        },
        geometry=PLANE.globe(outlines),
        crs=4326,
    )
    return frame, outlines


def _no_buildings() -> gpd.GeoDataFrame:
    """Return an empty layer: a city's houses would be tens of thousands, and nothing it shows needs them."""
    texts = {column: pd.Series(dtype="str") for column in ("id", "name", "compound_id")}
    counts = {column: pd.Series(dtype="Int64") for column in ("floors", "households", "population")}
    return gpd.GeoDataFrame({**texts, **counts}, geometry=[], crs=4326)


def _entrances(compounds: gpd.GeoDataFrame, outlines: Objects, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the gates along the outlines: in each compound first its one or two that stay open, then those to be sealed."""
    opened = 1 + (rng.random(COMPOUNDS) < 0.38)
    length = shapely.length(outlines)
    spare = rng.multinomial(SEALED - 3 * COMPOUNDS, length / length.sum())
    count = opened + 3 + spare
    of = np.repeat(np.arange(COMPOUNDS), count)
    number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    share = (number + rng.uniform(0.1, 0.9, len(of))) / count[of]
    share = share[np.lexsort([rng.random(len(of)), of])]
    gates = shapely.line_interpolate_point(shapely.boundary(outlines)[of], share, normalized=True)
    keep_open = number < opened[of]
    kinds = np.where(
        keep_open, np.where(rng.random(len(of)) < 0.6, "lift_gate", "gate"), rng.choice(["gate", "wicket_gate", "entrance"], len(of))
    )
    frame = pd.DataFrame(
        {"compound": compounds["name"].to_numpy()[of], "number": number + 1, "compound_id": compounds["id"].to_numpy()[of]}
    )
    frame = frame.assign(
        id=frame["compound_id"] + "-e" + frame["number"].astype(str).str.zfill(2),
        name=frame["compound"] + frame["number"].astype(str) + "号门",
        kind=kinds,
        provenance="mapped",
        stays_open=keep_open,
    )
    columns = ["id", "name", "compound_id", "kind", "provenance", "stays_open"]
    return gpd.GeoDataFrame(frame[columns], geometry=PLANE.globe(gates), crs=4326)


# Posts


def _checkpoints(plan: CityPlan, network: RoadNetwork, crossings: gpd.GeoDataFrame, seeds: Floats) -> gpd.GeoDataFrame:
    """Return the 853 posts.

    Every national and provincial road has a post on each of its ways out: nine of these, next to each other, lie on the province's
    border. Every rural road over the border has one, and every expressway exit. The others stand at county-road junctions, markets,
    stations, villages and communities.
    """
    rng = plan.rng
    main = crossings[crossings["highway"].isin(["trunk", "primary"])]
    lonlat = PLANE.to_lonlat(np.array([around(k, 30_000) for k in range(ENDS)]))
    end = cKDTree(lonlat).query(np.column_stack([main.geometry.x, main.geometry.y]))[1]
    main = main.assign(end=end).drop_duplicates("end").sort_values("end")
    post_class = np.where(main["highway"] == "trunk", "national_road", "provincial_road")
    post_class = np.where(main["end"].isin(PROVINCE_BORDER), "province_border", post_class)
    rural = crossings[crossings["highway"] == "unclassified"]
    parts = [
        pd.DataFrame({"post_class": post_class, "name": main["name"].to_numpy() + "查验点", "node": main["node_inside"].to_numpy()}),
        pd.DataFrame({"post_class": "rural_road", "name": rural["name"].to_numpy() + "卡点", "node": rural["node_inside"].to_numpy()}),
    ]
    at = network.vertices[network.inside[network.vertices]]
    tree = cKDTree(np.column_stack([network.lon[at], network.lat[at]]))
    tolls = PLANE.to_lonlat(np.array([toll for _, toll in plan.exits]))
    names = [link.name + "查验点" for link, _ in plan.exits]
    parts.append(pd.DataFrame({"post_class": "expressway", "name": names, "node": at[tree.query(tolls)[1]]}))

    degree, urban = network.degree[at], _built(plan, network.lon[at], network.lat[at])
    county = np.zeros(len(network.node_id), dtype=bool)
    on = network.ways["highway"].to_numpy()[network.seg_way] == "secondary"
    county[network.seg_u[on]] = county[network.seg_v[on]] = True
    village = at[tree.query(PLANE.to_lonlat(seeds))[1]][rng.permutation(len(seeds))]
    village = village[~_built(plan, network.lon[village], network.lat[village])]
    pools = {
        "county_road": at[county[at] & (degree >= 3)],
        "market": at[urban & (degree >= 3)],
        "station": at[urban & (degree >= 4)],
        "village": village,
        "community": at[urban & (degree == 3)],
    }
    words = {
        "county_road": "县道路口监测点",
        "market": "农贸市场查验点",
        "station": "客运站查验点",
        "village": "村卡口劝离点",
        "community": "社区卡口",
    }
    taken = np.concatenate([part["node"].to_numpy() for part in parts])
    for name, count in OTHER_POSTS.items():
        free = pools[name][~np.isin(pools[name], taken)]
        chosen = rng.permutation(np.unique(free))[:count]
        taken = np.concatenate([taken, chosen])
        parts.append(
            pd.DataFrame({"post_class": name, "name": [f"{words[name]}{n:03d}" for n in range(1, len(chosen) + 1)], "node": chosen})
        )
    table = pd.concat(parts, ignore_index=True)
    staff = table["post_class"].map(STAFF_A_SHIFT)
    node = table.pop("node").to_numpy()
    table = table.assign(id=[f"{CITY}-p{n:03d}" for n in range(1, len(table) + 1)], staff_required=staff.fillna(1).astype(int))
    return gpd.GeoDataFrame(table, geometry=shapely.points(network.lon[node], network.lat[node]), crs=4326)


def _built(plan: CityPlan, lon: Floats, lat: Floats) -> np.ndarray:
    return np.asarray(shapely.contains_xy(PLANE.globe([shapely.union_all(plan.urban)])[0], lon, lat))


# Settlements and venues


def _settlements(areas: gpd.GeoDataFrame, seeds: Floats) -> gpd.GeoDataFrame:
    units = areas[areas["level"].isin(["village", "community"])]
    place = np.where(units["level"] == "village", "village", "neighbourhood")
    table = {
        "id": (units["id"] + "-s").to_numpy(),
        "name": units["name"].to_numpy(),
        "place": place,
        "population": units["population"].to_numpy(),
    }
    inside = shapely.points(PLANE.to_lonlat(seeds))
    return gpd.GeoDataFrame(table, geometry=inside, crs=4326)


def _venues(plan: CityPlan, network: RoadNetwork, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the toll booths of every exit, and crowded places in the built-up areas."""
    at = network.vertices[_built(plan, network.lon[network.vertices], network.lat[network.vertices])]
    counts = {"hospital": 24, "market": 60, "supermarket": 90, "park": 30, "bus_station": 10, "station": 2}
    words = {"hospital": "医院", "market": "农贸市场", "supermarket": "超市", "park": "公园", "bus_station": "客运站", "station": "火车站"}
    peaks = {"market": "06:00-09:00", "supermarket": "09:00-11:00,16:30-19:00", "park": "06:30-08:30,18:00-20:00"}
    kind = np.repeat(list(counts), list(counts.values()))
    chosen = rng.permutation(at)[: len(kind)]
    first = _names(len(kind), rng, _FIRST, list(_SECOND))
    tolls = PLANE.to_lonlat(np.array([toll for _, toll in plan.exits]))
    places = np.concatenate([tolls, np.column_stack([network.lon[chosen], network.lat[chosen]])])
    table = pd.DataFrame(
        {
            "name": [link.name + "收费站" for link, _ in plan.exits] + [f + words[k] for f, k in zip(first, kind, strict=True)],
            "kind": ["toll_booth"] * len(tolls) + kind.tolist(),
        }
    )
    table["peak_hours"] = table["kind"].map(peaks)
    capacity = table["kind"].map({"hospital": 300, "market": 600, "supermarket": 250, "park": 800, "bus_station": 400, "station": 1500})
    table = table.assign(capacity=capacity.astype("Int64"), id=[f"{CITY}-y{n:03d}" for n in range(1, len(table) + 1)])
    return gpd.GeoDataFrame(table, geometry=shapely.points(places), crs=4326)
