"""Proposed posts become planned checkpoints: all in one order, which one press undoes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from errors import InputError
from geo.crs import in_metres
from ledgers.places import areas_of
from queries.columns import CHECKPOINT_KINDS
from queries.events import Viewer, new_id
from queries.layers import feature_events
from queries.store import Store

# Two checkpoints nearer than this stand in one place.
SAME_PLACE_M = 5.0
# What class of post stands on a road of each class; any other is a rural road.
POST_CLASS = {
    "motorway": "expressway",
    "trunk": "national_road",
    "primary": "provincial_road",
    "secondary": "county_road",
}


def plan_checkpoints(
    store: Store,
    viewer: Viewer,
    posts: gpd.GeoDataFrame,
    names: Sequence[str],
    *,
    kind: str,
    reason: str,
    ordered_by: str,
    staff_required: int = 2,
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Establish a checkpoint at each proposed post, in one transaction; return the event ids, for ``Store.undo``.

    Parameters
    ----------
    posts
        As ``Study.proposed``: ``highway`` and the point.
    names
        One a post; where a name is taken in its area, a number tells the new one apart.

    Raises
    ------
    InputError
        When there is no post, no such kind, no name, reason or giver of the order, or a place out of view.
    """
    if posts.empty:
        raise InputError("Choose at least one; nothing was selected.")
    if kind not in CHECKPOINT_KINDS:
        choices = ", ".join(CHECKPOINT_KINDS)
        raise InputError("{kind} is not a kind of checkpoint; choose one of: {choices}.", kind=repr(kind), choices=choices)
    if not reason.strip():
        raise InputError("Write the reason: whoever reads this order later must know why.")
    if not ordered_by.strip():
        raise InputError("Write who gave the order.")
    with store.writing():
        _refuse_twice(store, viewer, posts)
        areas = areas_of(store, viewer, posts.geometry.x.to_numpy(), posts.geometry.y.to_numpy())
        frame = gpd.GeoDataFrame(
            {
                "id": [new_id() for _ in names],
                "name": _told_apart(names, set(store.layer("checkpoints", viewer)["name"])),
                "area_id": areas,
                "source": "hand",
                "post_class": [POST_CLASS.get(str(highway).removesuffix("_link"), "rural_road") for highway in posts["highway"]],
                "staff_required": staff_required,
            },
            geometry=posts.geometry.to_numpy(),
            crs=posts.crs,
        )
        order: dict[str, Any] = {"kind": kind, "active": True, "sign_in_kept": False}
        order |= {"reason": reason.strip(), "ordered_by": ordered_by.strip()}
        orders = pd.DataFrame({"checkpoint_id": frame["id"]}).assign(**order, effective_at=store.moment(effective_at))
        return store.append(viewer, {"feature_event": feature_events("checkpoints", frame), "checkpoint_event": orders})


def _refuse_twice(store: Store, viewer: Viewer, posts: gpd.GeoDataFrame) -> None:
    """Refuse a place where a checkpoint stands already: whoever presses twice wants one, and staff on it."""
    standing = store.layer("checkpoints", viewer)
    standing = standing[standing.geometry.notna() & ~standing.geometry.is_empty]
    if standing.empty:
        return
    centre = (float(posts.geometry.x.mean()), float(posts.geometry.y.mean()))
    there, here = (in_metres(frame.geometry, centre=centre) for frame in (standing, posts))
    _, near = shapely.STRtree(there).query(here, predicate="dwithin", distance=SAME_PLACE_M)
    if len(near):
        names = ", ".join(standing["name"].iloc[sorted(set(near.tolist()))])
        raise InputError("Checkpoints stand or are planned there already: {names}. Put somebody on their rosters.", names=names)


def _told_apart(names: Sequence[str], taken: set[str]) -> list[str]:
    found = []
    for name in (name.strip() for name in names):
        if not name:
            raise InputError("Give it a name.")
        number, told = 1, name
        while told in taken:
            number += 1
            told = f"{name} {number}"
        taken.add(told)
        found.append(told)
    return found
