"""What the tests of printed maps share: a small sheet drawn in code."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from briefing.maps.content import Content, Drawn, Entry, PointTable

WEST, SOUTH, EAST, NORTH = EXTENT = (114.90, 30.10, 114.94, 30.13)


def series(shapes: Sequence[object]) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=4326)


def points(count: int, *, seed: int = 1, spread: float = 0.9) -> gpd.GeoSeries:
    """Return points at random within a share of the extent."""
    draw = np.random.default_rng(seed).uniform(-spread / 2, spread / 2, (count, 2))
    return series(shapely.points(np.array(((WEST + EAST) / 2, (SOUTH + NORTH) / 2)) + draw * (EAST - WEST, NORTH - SOUTH)))


def table(rows: int, name: str = "东门") -> PointTable:
    return PointTable("出入口", ("序号", "名称", "方式"), tuple((str(n + 1), f"{n + 1}号{name}", "封闭") for n in range(rows)))


def content(*, gates: int = 12, rows: int | None = None, title: str = "出入口管控图", spread: float = 0.9, **more: object) -> Content:
    """Return a sheet of one community: a border, roads, houses and numbered gates."""
    border = shapely.box(WEST + 0.003, SOUTH + 0.002, EAST - 0.003, NORTH - 0.002)
    roads = [shapely.LineString([(WEST - 0.01, y), (EAST + 0.01, y + 0.004)]) for y in (30.108, 30.114, 30.121)]
    places = points(gates, spread=spread)
    layers = (
        Drawn("roads", series(roads), "road_main", labels=("青云大道", "青高线", None)),
        Drawn("risk", series([shapely.box(WEST, SOUTH, 114.915, 30.115)]), "risk_high", labels=("东湖村",)),
        Drawn("border", series([border]), "area_focus", labels=("青禾社区",), rank=1),
        Drawn("villages", points(5, seed=3), "settlement", labels=("石窑", "岭背", "湖汊", "上杨畈", "谢家墩"), rank=2, must=True),
        Drawn("gates", places, "entrance_sealed", numbers=tuple(range(1, gates + 1)), rank=5),
    )
    around = series([shapely.box(114.8, 30.0, 115.0, 30.2), border])
    whole: dict[str, object] = {
        "name": "entrances",
        "title": title,
        "unit": "青禾社区",
        "moment": "截至 2月12日 18:00",
        "extent": EXTENT,
        "layers": layers,
        "legend": (Entry("entrance_sealed", "封闭", gates), Entry("road_main", "主要道路"), Entry("risk_high", "高风险区", 1)),
        "figures": (("出入口", str(gates)), ("封闭", str(gates))),
        "table": table(gates if rows is None else rows),
        "locator": (around, series([border])),
        "marks": ("内部使用", "演示数据"),
        "credits": ("青禾镇疫情防控台账",),
        "notes": ("未画楼栋门。",),
    }
    return Content(**{**whole, **more})  # type: ignore[arg-type]
