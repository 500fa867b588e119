"""Make the demo, and put it into an empty workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.city import CITY_NAME, build_city
from data.demo.city_events import city_events
from data.demo.model import CLOCK, FIRST_DAY, Demo
from data.demo.town import TOWN_NAME, build_town
from data.demo.town_events import town_events
from data.demo.town_ledgers import ledger_settings, town_ledgers
from data.demo.town_reports import reports
from errors import InputError, mark
from geo.network import save
from queries.events import Batch, Viewer
from queries.landing import write_parquet
from queries.layers import LAYERS, feature_events
from queries.store import Store

Size = Literal["town", "city"]
SEED = 2020


def generate(size: Size = "town", seed: int = SEED) -> Demo:
    """Return a demo of a size, drawn from a seed: the same seed gives the same frames."""
    land, doings = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    made = build_town(land) if size == "town" else build_city(land)
    events = _town(made.layers, doings, np.random.default_rng([seed, 3])) if size == "town" else city_events(made.layers, doings)
    settings = {
        **(ledger_settings() if size == "town" else {}),
        "demo": True,
        "demo_size": size,
        "demo_seed": seed,
        "title": TOWN_NAME if size == "town" else CITY_NAME,
        "clock": CLOCK.isoformat(),
        "time_zone": "Asia/Shanghai",
        "region": made.network.region.wkt,
    }
    layers = {name: frame.reindex(columns=["id", "name", *LAYERS[name].described, "geometry"]) for name, frame in made.layers.items()}
    return Demo(size, seed, made.network, layers, events, settings)


def _town(layers: Mapping[str, gpd.GeoDataFrame], doings: np.random.Generator, own: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the events of the township: of its gates and posts, and of its ledgers of people; both undo some."""
    first, second = town_events(layers, doings), town_ledgers(layers, own)
    both = {name: pd.concat([first[name], second[name]], ignore_index=True) for name in first.keys() & second.keys()}
    return {**first, **second, **both}


def load_demo(
    store: Store, viewer: Viewer, *, size: Size = "town", seed: int = SEED, progress: Callable[[str], None] | None = None
) -> dict[str, int]:
    """Write a demo into an empty workspace, in one batch, and return how many features each layer has.

    The daily reports come after it: what the units confirm is what the ledgers say.

    ``progress`` is told, in English, what is being done.

    Raises
    ------
    InputError
        When the workspace already holds a demo, or anything else.
    """
    _require_empty(store)
    tell = progress or (lambda _: None)
    tell(mark("Making the demo ..."))
    demo = generate(size, seed)
    tell(mark("Writing the demo into the workspace ..."))
    batch = Batch("demo", f"demo-{size}-{seed}", added=sum(map(len, demo.layers.values())))
    staging = store.staging(batch)
    save(demo.network, staging / "network")
    files = {"network": staging / "network"}
    for name, layer in LAYERS.items():
        if not layer.kept:
            files[f"layers/{name}.parquet"] = staging / f"{name}.parquet"
            write_parquet(demo.layers[name], files[f"layers/{name}.parquet"])
    store.append(viewer, {"feature_event": descriptions(demo), **demo.events}, batch=batch, files=files, settings=demo.settings)
    if size == "town":
        tell(mark("Writing the daily reports of the demo ..."))
        store.append(viewer, reports(store, viewer, np.random.default_rng([seed, 4])))
    return {name: len(frame) for name, frame in demo.layers.items()}


def descriptions(demo: Demo) -> pd.DataFrame:
    """Return the ``feature_event`` rows of the kept layers, recorded on the day before the first."""
    kept = [feature_events(name, demo.layers[name]) for name, layer in LAYERS.items() if layer.kept]
    return pd.concat(kept, ignore_index=True).assign(recorded_at=FIRST_DAY - timedelta(hours=6), source="demo")


def _require_empty(store: Store) -> None:
    if store.setting("demo"):
        raise InputError(
            "The workspace {folder} already holds the {size} demo: it can be used as it is, or give another folder.",
            folder=store.path,
            size=store.setting("demo_size"),
        )
    if store.revision:
        raise InputError("The workspace {folder} holds real data, which a demo must not mix with: give another folder.", folder=store.path)
