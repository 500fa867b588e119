"""What all sheets of one moment share: worked out once from the view of everything that the viewer sees."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from briefing.view import View
from geo.network import Bools
from ledgers.areas import assign_area
from ledgers.roads import coverage_frames
from ledgers.roads import marks as planning
from queries.view import fact


@fact()
def areas(whole: View) -> gpd.GeoDataFrame:
    """Return all areas, with ``tier``: how many areas lie above each."""
    frame = whole.layer("areas")
    parents = dict(zip(frame["id"], frame["parent_id"], strict=True))
    tiers = []
    for area in frame["id"]:
        seen = [area]
        while (above := parents.get(seen[-1])) in parents and above not in seen:
            seen.append(above)
        tiers.append(len(seen) - 1)
    return frame.assign(tier=pd.Series(tiers, index=frame.index, dtype="int64"))


@fact()
def beneath(whole: View) -> dict[str, list[str]]:
    """Return the areas directly in each area."""
    found: dict[str, list[str]] = {}
    for area, parent in whole.layer("areas")[["id", "parent_id"]].itertuples(index=False):
        found.setdefault(parent, []).append(area)
    return found


@fact()
def unit_names(whole: View) -> dict[str, str]:
    """Return the name of the village or community that each area is, or lies in; of areas above these their own."""
    areas = whole.layer("areas").set_index("id")
    names, units = areas["name"].to_dict(), areas.loc[areas["level"] == "grid", "parent_id"].to_dict()
    return {area: names.get(units.get(area, area), name) for area, name in names.items()}


@fact()
def plan(whole: View) -> tuple[gpd.GeoDataFrame, list[Bools]]:
    """Return the proposed posts of the whole workspace, and for each which settlements lie open again when it alone is missing."""
    study, known = whole.study, whole.layer("areas")
    if study.coverage.sealing_posts is None:
        return study.proposed.assign(id=[], area_id=[], place=[]), []
    coverage, nodes = study.coverage, study.proposed["node"].to_numpy(dtype=np.int64)
    still = coverage.exposed_after(nodes)
    stands = assign_area(study.proposed, known)
    posts = study.proposed.assign(
        id=[f"n{node}" for node in coverage.network.node_id[nodes]], area_id=stands, place=stands.map(known.set_index("id")["name"])
    )
    return posts, [coverage.exposed_after(np.setdiff1d(nodes, node)) & ~still for node in nodes]


@fact()
def junctions(whole: View) -> gpd.GeoDataFrame:
    """Return the unmonitored junctions by rank (``coverage_frames.junctions``)."""
    return coverage_frames.junctions(whole.study)


@fact()
def marks(whole: View) -> gpd.GeoDataFrame:
    """Return the marks of planners, with ``id`` and ``area_id``."""
    found = planning.marks(whole)
    return found.assign(id=found["event_id"], area_id=assign_area(found, whole.layer("areas")))
