"""A small workspace for the tests of the map: a place of a few streets, in which every text is hostile where asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import network, road_layers
from queries.landing import write_parquet
from queries.layers import LAYERS, feature_events, typed
from queries.store import LOCAL, Batch, Store

NOW = datetime(2020, 2, 12, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
WEST, SOUTH, EAST, NORTH = 114.90, 30.10, 114.94, 30.13
HOSTILE = "${alert(1)}<img src=x onerror=alert(1)>"


def frame(layer: str, geometries: list[shapely.Geometry], **columns: object) -> gpd.GeoDataFrame:
    """Return a frame of a layer with its declared columns."""
    ids = [f"{layer}-{i}" for i in range(len(geometries))]
    table = typed(LAYERS[layer], pd.DataFrame({"id": ids, "name": ids, **columns}))
    return gpd.GeoDataFrame(table, geometry=geometries, crs=4326)


def grid_roads(lines: int = 9) -> tuple[network.Ways, network.Nodes]:
    """Return a chessboard of streets that leaves the region on every side; the last way's last node is missing."""
    lon, lat = np.linspace(WEST - 0.002, EAST + 0.002, lines), np.linspace(SOUTH - 0.002, NORTH + 0.002, lines)
    x, y = np.meshgrid(lon, lat)
    ids = np.arange(lines * lines).reshape(lines, lines)
    chains = [*ids, *ids.T]
    refs = np.concatenate([*chains, [int(ids[4, 4]), 999]])
    offsets = np.r_[0, np.cumsum([*(len(c) for c in chains), 2])]
    table = pd.DataFrame(
        {
            "osm_id": np.arange(len(chains) + 1),
            "highway": ["primary", *["residential"] * (len(chains) - 1), "track"],
            "name": "",
            "ref": "",
            "bridge": False,
            "tunnel": False,
            "oneway": False,
            "layer": 0,
        }
    )
    return network.Ways(offsets.astype(np.int64), refs.astype(np.int64), table), network.Nodes(ids.ravel(), x.ravel(), y.ravel())


def fill(store: Store, *, text: str | None = None, source: str = "osm") -> None:
    """Write the place into a workspace; with ``text`` every text that is not an id or a code says that."""
    region = shapely.box(WEST, SOUTH, EAST, NORTH)
    graph = network.build_network(*grid_roads(), region)
    batch = Batch("osm", "map", added=1)
    staging = store.staging(batch)
    network.save(graph, staging / "network")
    files = {"network": staging / "network"}
    for name, layer in road_layers.frames(graph).items():
        if name in LAYERS:
            known = typed(LAYERS[name], pd.DataFrame(layer.drop(columns="geometry")).assign(source=source))
            known["name"] = text or "府前街"
            files[f"layers/{name}.parquet"] = staging / f"{name}.parquet"
            write_parquet(gpd.GeoDataFrame(known, geometry=layer.geometry, crs=4326), files[f"layers/{name}.parquet"])
    middle = (WEST + EAST) / 2
    points = [shapely.Point(WEST + 0.004 * i, SOUTH + 0.003 * (i % 8) + 0.0015) for i in range(1, 10)]
    word = text or "东门"
    layers = {
        "areas": frame(
            "areas",
            [shapely.box(WEST, SOUTH, middle, NORTH), shapely.box(middle, SOUTH, EAST, NORTH)],
            level=["village", "village"],
            name=[word, word],
        ),
        "compounds": frame("compounds", [shapely.box(114.91, 30.11, 114.915, 30.115)], name=[word], unmanaged=[True]),
        "settlements": frame("settlements", [shapely.Point(114.93, 30.125)], name=[word], place=["village"]),
        "venues": frame("venues", [shapely.Point(114.932, 30.104)], name=[word], kind=["park"], peak_hours=[word]),
        "entrances": frame("entrances", points, name=[word] * 9, kind=["gate"] * 9, provenance=["mapped"] * 9),
        "checkpoints": frame("checkpoints", [shapely.Point(middle, 30.12)], name=[word], post_class=["village"]),
    }
    for layer, rows in layers.items():
        layers[layer] = rows.assign(source=source, **({"area_id": "areas-0"} if layer != "areas" else {}))
    modes = ["sealed"] * 4 + ["open_24h"] * 3 + ["open_hours"] * 2
    events = {
        "feature_event": pd.concat([feature_events(layer, rows) for layer, rows in layers.items()], ignore_index=True),
        "entrance_event": pd.DataFrame(
            {
                "entrance_id": [f"entrances-{i}" for i in range(9)],
                "mode": modes,
                "timetable": [None] * 7 + ["06:00-22:00", "08:00-12:00"],
                "egress": ["none"] + [None] * 8,
                "key_holder": text,
                "ordered_by": text,
                "reason": text,
                "effective_at": NOW.replace(hour=8),
            }
        ),
        "checkpoint_event": pd.DataFrame(
            {
                "checkpoint_id": ["checkpoints-0"],
                "kind": ["dissuade"],
                "active": [True],
                "reason": text,
                "effective_at": NOW.replace(hour=8),
            }
        ),
        "area_event": pd.DataFrame(
            {
                "area_id": ["areas-1"],
                "status": ["sealed"],
                "responsible": [text],
                "phone": [text],
                "effective_at": NOW.replace(hour=8),
            }
        ),
        "duty_shift": pd.DataFrame(
            {
                "subject_layer": ["entrances", "checkpoints"],
                "subject_id": ["entrances-4", "checkpoints-0"],
                "person": [word, word],
                "phone": [text, text],
                "starts_at": NOW.replace(hour=8),
                "ends_at": NOW.replace(hour=20),
            }
        ),
    }
    store.append(LOCAL, events, batch=batch, files=files, settings={"clock": NOW.isoformat()})


def workspace(path: Path, *, text: str | None = None) -> Path:
    """Make the place in a folder and return it."""
    from queries.store import open_store

    with open_store(path) as store:
        fill(store, text=text)
    return path
