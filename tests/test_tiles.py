"""Tiles: what is in the window is in the tile, where it belongs, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.tiles import CLASSES, EXTENT, MAX_ZOOM, RoadTiles, extent, mercator, road_class

NO_AREAS = gpd.GeoDataFrame({"id": []}, geometry=[], crs=4326)
Z = 15


def roads(lines: list[shapely.Geometry], highway: str = "residential", **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"highway": [highway] * len(lines), **columns}, geometry=lines, crs=4326)


def drawn(tile: dict, z: int, x: int, y: int) -> list[shapely.LineString]:
    """Decode a tile's roads, as a browser would, back to longitude and latitude."""
    lines = []
    for paths in tile["roads"].values():
        for path in paths:
            points = np.cumsum(np.array(path, dtype=float).reshape(-1, 2), axis=0)
            unit = (points / tile["extent"] + [x, y]) / 2**z
            lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * unit[:, 1]))))
            lines.append(shapely.LineString(np.column_stack([unit[:, 0] * 360 - 180, lat])))
    return lines


def home(lon: float, lat: float, z: int = Z) -> tuple[int, int]:
    x, y = shapely.get_coordinates(mercator(np.array([shapely.Point(lon, lat)])))[0] * 2**z
    return int(x), int(y)


coordinate = st.tuples(st.floats(114.9, 114.93), st.floats(30.1, 30.13))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(coordinate, min_size=2, max_size=5, unique=True), min_size=1, max_size=6))
def test_a_tile_holds_the_roads_of_its_window(chains: list[list[tuple[float, float]]]) -> None:
    lines = [shapely.LineString(c) for c in chains]
    x, y = home(114.915, 30.115)
    decoded = shapely.union_all(drawn(RoadTiles(roads(lines), NO_AREAS).tile(Z, x, y), Z, x, y))
    corners = np.array([[x, y], [x + 1, y + 1]]) / 2**Z
    west, east = corners[:, 0] * 360 - 180
    north, south = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * corners[:, 1]))))
    inside = shapely.union_all(lines).intersection(shapely.box(west, south, east, north))
    unit = 3 * 360 / 2**Z / EXTENT + 0.5 * 360 / 2**Z / 512  # rounding and thinning, in degrees
    if inside.length > 20 * unit:
        assert inside.difference(shapely.buffer(decoded, unit)).length == pytest.approx(0, abs=unit)
    if not decoded.is_empty:
        assert shapely.difference(decoded, shapely.buffer(shapely.union_all(lines), unit)).length == pytest.approx(0, abs=unit)


def test_road_classes() -> None:
    table = gpd.pd.Series(["motorway_link", "residential", "footway", None, "track"])
    assert [CLASSES[i] for i in road_class(table)] == ["motorway", "street", "path", "path", "track"]


def test_small_roads_wait_for_their_zoom_in_a_big_network() -> None:
    rng = np.random.default_rng(1)
    start = rng.uniform([114.0, 30.0], [115.0, 31.0], (70_000, 2))
    lines = shapely.linestrings(np.stack([start, start + 0.001], axis=1))
    frame = roads(list(lines))
    frame.loc[:500, "highway"] = "primary"
    tiles = RoadTiles(frame, NO_AREAS)
    assert set(tiles.tile(10, *home(114.5, 30.5, 10))["roads"]) == {"primary"}
    assert "street" in tiles.tile(13, *home(114.5, 30.5, 13))["roads"]
    assert "street" in RoadTiles(frame[400:1000], NO_AREAS).tile(10, *home(114.5, 30.5, 10))["roads"]


def test_a_road_in_pieces_is_drawn_as_one() -> None:
    points = [(114.91 + 0.0001 * i, 30.11) for i in range(40)]
    pieces = [shapely.LineString(points[i : i + 2]) for i in range(39)]
    tile = RoadTiles(roads(pieces), NO_AREAS).tile(12, *home(114.912, 30.11, 12))
    assert [len(path) for path in tile["roads"]["street"]] == [4]


def test_names_are_placed_once_and_stay_text() -> None:
    hostile = "${alert(1)}<img src=x>"
    lines = [shapely.LineString([(114.905, 30.11), (114.915, 30.11)]), shapely.LineString([(114.905, 30.112), (114.914, 30.112)])]
    x, y = home(114.91, 30.111, 14)
    names = RoadTiles(roads(lines, name=[hostile, hostile]), NO_AREAS).tile(14, x, y)["names"]
    assert [name[0] for name in names] == [hostile]
    assert json.loads(json.dumps(names)) == names
    assert abs(names[0][3]) < 1  # runs east


def test_a_short_road_carries_no_name_and_a_number_stands_in_for_a_name() -> None:
    long, short = shapely.LineString([(114.905, 30.11), (114.915, 30.11)]), shapely.LineString([(114.905, 30.112), (114.9051, 30.112)])
    frame = roads([long, short], name=["", "小巷小巷小巷"], ref=["S215", ""])
    assert [n[0] for n in RoadTiles(frame, NO_AREAS).tile(14, *home(114.91, 30.111, 14))["names"]] == ["S215"]


def test_the_ground_is_one_land_without_inner_borders() -> None:
    halves = gpd.GeoDataFrame(
        {"id": [1, 2]}, geometry=[shapely.box(114.9, 30.1, 114.91, 30.12), shapely.box(114.91, 30.1, 114.92, 30.12)], crs=4326
    )
    bowtie = shapely.Polygon([(114.905, 30.105), (114.908, 30.108), (114.908, 30.105), (114.905, 30.108)])
    buildings = gpd.GeoDataFrame({"id": [1]}, geometry=[bowtie], crs=4326)
    tile = RoadTiles(roads([shapely.LineString([(114.9, 30.1), (114.92, 30.12)])]), halves, buildings=buildings).tile(
        14, *home(114.906, 30.106, 14)
    )
    assert len(tile["land"]) == 1
    assert len(tile["buildings"]) == 2  # a self-crossing outline is mended, not fatal


def test_nothing_at_all() -> None:
    assert extent([roads([]), NO_AREAS]) is None
    tile = RoadTiles(roads([]), NO_AREAS).tile(5, 3, 3)
    assert tile["roads"] == {}
    assert tile["land"] == tile["names"] == []


def test_empty_and_missing_geometries_are_passed_over() -> None:
    frame = roads([shapely.LineString(), None, shapely.LineString([(114.9, 30.1, 5.0), (114.91, 30.1, 6.0)])])
    assert extent([NO_AREAS, frame]) == (114.9, 30.1, 114.91, 30.1)
    assert RoadTiles(frame, NO_AREAS).tile(14, *home(114.905, 30.1, 14))["roads"]["street"]


def test_a_real_city(test_data: Path) -> None:
    frame = gpd.read_parquet(test_data / "roads" / "wuhan_8989.original.parquet").to_crs(4326)
    frame["highway"] = [h if isinstance(h, str) else str(h) for h in frame["highway"]]
    frame = frame[[CLASSES[i] != "path" for i in road_class(frame["highway"])]]  # paths appear a level deeper
    tiles = RoadTiles(frame, NO_AREAS)
    x, y = home(114.3, 30.6, 13)
    tile = tiles.tile(13, x, y)
    decoded = shapely.union_all(drawn(tile, 13, x, y))
    window = shapely.box(*decoded.bounds)
    true = shapely.union_all(frame.geometry[frame.intersects(window)].to_numpy()).intersection(window)
    assert shapely.intersection(true, decoded.buffer(0.0002)).length / true.length > 0.99
    for z in (8, 10, 12, MAX_ZOOM):
        assert len(json.dumps(tiles.tile(z, *home(114.3, 30.6, z)))) < 250_000
