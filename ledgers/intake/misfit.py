"""Whether coordinates fit what the workspace knows of the place, under the CRS that was declared for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from errors import InputError
from geo.crs import CrsCheck, outline_misfit, road_misfit
from ledgers.intake.places import Geometries
from queries.store import Store, Viewer


def check(
    store: Store, viewer: Viewer, layer: str, given: Geometries, sound: Geometries, crs: str, *, codes: pd.Series
) -> tuple[dict[str, Any] | None, InputError | None]:
    """Return the CRS check as reported, None where there is nothing to compare with, and the objection if another CRS is decisively better.

    Areas with division codes are compared with the known outlines of those codes, everything else with the road network.
    ``given`` are the geometries in ``crs``; only those that are somewhere (``sound``, in WGS-84) count.
    """
    there = ~shapely.is_missing(sound)
    if layer == "areas":
        found = outline_misfit(given[there], codes.fillna("").astype(str).to_numpy()[there].tolist(), crs)
    else:
        bounds = shapely.bounds(given[there])
        roads = store.layer("roads", viewer)
        found = road_misfit((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2, crs, roads if len(roads) else None)
    distances = {name: float(np.round(metres, 1)) for name, metres in found.median_road_distance_m.items()}
    if not distances:
        return None, None
    return {"declared": found.declared, "best": found.best, "median_road_distance_m": distances}, _objection(layer, found, distances)


def _objection(layer: str, found: CrsCheck, distances: dict[str, float]) -> InputError | None:
    if not found.decisive:
        return None
    numbers = {"declared": found.declared, "best": found.best, "off": distances[found.declared], "near": distances[found.best]}
    if layer == "areas":
        return InputError(
            "The outlines fit {best}, not {declared}: they lie {near} m from the known ones instead of {off} m. Declare {best}, or insist.",
            **numbers,
        )
    return InputError(
        "The points fit {best}, not {declared}: half of them lie within {near} m of a road instead of {off} m. Declare {best}, or insist.",
        **numbers,
    )
