"""A junction is called by its roads, else by the place near it, never by the id of a map."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry import Point, box

from ledgers.roads.junction_names import called
from words import translator


def frame(**places: tuple[str, object]) -> gpd.GeoDataFrame:
    names, geometry = zip(*places.values(), strict=True) if places else ((), ())
    return gpd.GeoDataFrame({"id": list(places), "name": list(names)}, geometry=list(geometry), crs=4326)


def test_the_nearest_settlement_names_a_junction_without_names() -> None:
    settlements = frame(s1=("河口村", Point(114.0, 35.0)), s2=("", Point(114.03, 35.0)), s3=("柳林村", box(114.05, 35.0, 114.06, 35.01)))
    junctions = frame(
        n1=("X023 / 青云路", Point(114.0, 35.0)),
        n2=("", Point(114.02, 35.0)),
        n3=("", Point(114.055, 35.005)),
        n4=("", Point(115.0, 36.0)),
    )
    assert list(called(junctions, settlements, translator("zh_CN"))) == [
        "X023 / 青云路",
        "河口村附近无名道路",
        "柳林村附近无名道路",
        "无名道路",
    ]
    assert list(called(junctions, settlements.iloc[:0], translator("en")))[1:] == ["unnamed road"] * 3
    assert list(called(junctions.iloc[:0], settlements, translator("en"))) == []
