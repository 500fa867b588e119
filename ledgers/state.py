"""The layers as they stand at a moment: what the ledger says, and what follows from it at that hour."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np

from geo import network as roads
from geo.watch import crossings_with_post
from ledgers.coverage_rules import Rules
from ledgers.posts.barriers import holds_alone
from ledgers.posts.timetable import open_at
from queries.store import Store, Viewer


def layer(
    store: Store,
    viewer: Viewer,
    name: str,
    *,
    at: datetime | str | None = None,
    known_at: datetime | str | None = None,
    area: str | None = None,
) -> gpd.GeoDataFrame:
    """Return a layer at a moment with the state of its features.

    Besides ``Store.layer``: entrances have ``open_now`` (open at that minute by mode and timetable) and ``unstaffed`` (open with nobody
    there), checkpoints ``holds`` (a block that needs nobody) and ``unstaffed`` (nobody there, though somebody must be), crossings
    ``with_post`` (a checkpoint in force watches the crossing; tape with nobody there that is patrolled too seldom is none).

    Returns
    -------
    GeoDataFrame
        EPSG:4326.

    Raises
    ------
    NotFound, InputError
        As ``Store.layer``.
    """
    moment = store.moment(at)
    frame = store.layer(name, viewer, at=moment, known_at=known_at, area=area)
    if name == "entrances":
        by_hours = (frame["mode"] == "open_hours") & open_at(frame["timetable"], moment)
        open_now = (frame["mode"] == "open_24h") | by_hours
        return frame.assign(open_now=open_now, unstaffed=open_now & ~frame["staffed"])
    if name == "checkpoints":
        holds = holds_alone(frame, patrol_minutes=Rules.of(store, moment).patrol_minutes)
        return frame.assign(holds=holds, unstaffed=~holds & ~frame["staffed"].astype(bool))
    if name == "crossings":
        return frame.assign(with_post=_with_post(store, viewer, frame, at=moment, known_at=known_at))
    return frame


@lru_cache(maxsize=4)
def _network(folder: Path, stamp: int) -> roads.RoadNetwork:
    """Return the road network of a workspace; ``stamp`` tells one import from the next."""
    return roads.load(folder)


def _with_post(
    store: Store, viewer: Viewer, crossings: gpd.GeoDataFrame, *, at: datetime, known_at: datetime | str | None
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if crossings.empty:
        return np.zeros(0, dtype=bool)
    folder = store.path / "network"
    with store.reading():
        graph = _network(folder, (folder / "ways.parquet").stat().st_mtime_ns)
    posts = layer(store, viewer, "checkpoints", at=at, known_at=known_at)
    posts = posts[~((posts["kind"] == "block") & posts["unstaffed"])]
    points = posts.geometry[posts.geometry.notna() & ~posts.geometry.is_empty]
    rules = Rules.of(store, at)
    watched = crossings_with_post(graph, points.x.to_numpy(), points.y.to_numpy(), within_m=rules.post_m, parallel_m=rules.parallel_m)
    return np.isin(crossings["segment"].to_numpy(), graph.crossings[watched])
