"""The layers as they stand at a moment: what the ledger says, and what follows from it at that hour."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np

from geo import network as roads
from geo.watch import crossings_with_post
from ledgers.coverage_rules import Rules
from ledgers.posts.barriers import holds_alone
from ledgers.posts.timetable import open_at
from queries.view import View, fact


@fact(kept=24)
def layer(view: View, name: str) -> gpd.GeoDataFrame:
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
    frame = view.recorded(name)
    if name == "entrances":
        by_hours = (frame["mode"] == "open_hours") & open_at(frame["timetable"], view.at)
        open_now = (frame["mode"] == "open_24h") | by_hours
        return frame.assign(open_now=open_now, unstaffed=open_now & ~frame["staffed"])
    if name == "checkpoints":
        holds = holds_alone(frame, patrol_minutes=Rules.of(view.store, view.at).patrol_minutes)
        return frame.assign(holds=holds, unstaffed=~holds & ~frame["staffed"].astype(bool))
    if name == "crossings":
        return frame.assign(with_post=_with_post(view.whole, frame))
    return frame


@lru_cache(maxsize=4)
def _network(folder: Path, stamp: int) -> roads.RoadNetwork:
    """Return the road network of a workspace; ``stamp`` tells one import from the next."""
    return roads.load(folder)


def _with_post(view: View, crossings: gpd.GeoDataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if crossings.empty:
        return np.zeros(0, dtype=bool)
    folder = view.store.path / "network"
    with view.store.reading():
        graph = _network(folder, (folder / "ways.parquet").stat().st_mtime_ns)
    posts = layer(view, "checkpoints")
    posts = posts[~((posts["kind"] == "block") & posts["unstaffed"])]
    points = posts.geometry[posts.geometry.notna() & ~posts.geometry.is_empty]
    rules = Rules.of(view.store, view.at)
    watched = crossings_with_post(graph, points.x.to_numpy(), points.y.to_numpy(), within_m=rules.post_m, parallel_m=rules.parallel_m)
    return np.isin(crossings["segment"].to_numpy(), graph.crossings[watched])
