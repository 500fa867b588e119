"""Doubtful joints, and what people decided of them: joined, parted, or confirmed as drawn, each an event that outlives an import.

A decision is kept by where the joint lies, as a road edit (``ledgers.roads.road_edits``), and put on whatever network there is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.joints import find_joints, join
from geo.network import Bools, Mode, RoadNetwork, geodesic_m

# What somebody who has been there can say of a joint: the roads meet, they do not, it is as drawn. The first makes it.
DECISIONS = ("join", "part", "confirm")
# How far a joint may have moved between two imports.
SAME_M = 10.0
# Joints of one place: where several roads end at one point.
SPOT_M = 0.5


@dataclass(frozen=True)
class Joints:
    """The joints of a network after decisions: ``network`` has those that somebody made.

    ``doubtful`` are those nobody has decided (rows of ``geo.joints.find_joints`` on ``network``), ``decided`` the decisions in force with
    ``found``: whether a joint lies there still.
    """

    network: RoadNetwork
    doubtful: pd.DataFrame
    decided: pd.DataFrame


def decide(network: RoadNetwork, decisions: pd.DataFrame, *, mode: Mode, within_m: float) -> Joints:
    """Put decisions (rows of road edits with an action of ``DECISIONS``) on a network of a mode whose every segment counts.

    What was said looking at the other mode holds at the very spot alone: beside a footpath's gap there may be one of a road.
    """
    found = find_joints(network, within_m=within_m)
    if decisions.empty:
        return Joints(network, found, decisions.assign(found=pd.Series(dtype=bool)))
    said = np.full(len(found), "", dtype=object)
    matched = np.zeros(len(decisions), dtype=bool)
    lon, lat = (decisions[[f"{axis}_a", f"{axis}_b"]].mean(axis=1).tolist() for axis in ("lon", "lat"))
    modes = decisions["mode"].tolist()
    for row, action in enumerate(decisions["action"].tolist()):  # the latest counts
        here = _at(found, lon[row], lat[row], within_m=SAME_M if modes[row] == mode else SPOT_M)
        said[here] = action
        matched[row] = here.any()
    made = join(network, found[said == "join"])
    left = found[said == ""]
    if len(made.segment):
        # Segments that a joint split have other rows now.
        again = find_joints(made.network, within_m=within_m)
        known = [_near(again, lon, lat, within_m=SPOT_M) for lon, lat in zip(left["lon"], left["lat"], strict=True)]
        left = again[np.any([np.zeros(len(again), dtype=bool), *known], axis=0)]
    return Joints(made.network, left.reset_index(drop=True), decisions.assign(found=matched))


def _at(joints: pd.DataFrame, lon: float, lat: float, *, within_m: float) -> Bools:
    """Return which joints a decision is about: the nearest, and those at the same place, not all that are near."""
    count = len(joints)
    xs, ys = np.append(joints["lon"], lon), np.append(joints["lat"], lat)
    away = geodesic_m(xs, ys, np.arange(count), np.full(count, count)) if count else np.zeros(0)
    nearest = int(np.argmin(away)) if count else 0
    if not count or away[nearest] > within_m:
        return np.zeros(count, dtype=bool)
    return _near(joints, joints["lon"].iloc[nearest], joints["lat"].iloc[nearest], within_m=SPOT_M)


def _near(joints: pd.DataFrame, lon: float, lat: float, *, within_m: float) -> Bools:
    count = len(joints)
    if not count:
        return np.zeros(0, dtype=bool)
    xs, ys = np.append(joints["lon"], lon), np.append(joints["lat"], lat)
    return np.asarray(geodesic_m(xs, ys, np.arange(count), np.full(count, count)) <= within_m)
