"""Shades: what fills the grids of the map — people isolating per household, missed readings, unreached households — and the risk of areas.

The classes of a figure are fixed, so that a colour means the same at every moment of a replay and on every sheet of paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from errors import NotFound
from ledgers.people.slots import reading_slots
from ledgers.risk import levels
from queries.view import View, fact
from settings import CRS

# Readings count as missed on the map for so long: two slots of a usual day.
MISSED_WITHIN = timedelta(hours=24)
_GRIDS = ("grid", "village", "community")


@dataclass(frozen=True)
class Shade:
    """A figure that fills areas: its column, and where its classes end. Class 0 is none; 1 is above 0 and under the first end."""

    column: str
    ends: tuple[float, ...]


SHADES = {
    "isolating": Shade("isolating_per_household", (0.005, 0.01, 0.02)),
    "missed": Shade("readings_missed", (2, 4, 8)),
    "unreached": Shade("unreached", (10, 30, 100)),
}
NAMES = ("risk", *SHADES)
# The tiers of areas with a risk of their own, the finest first: a map that is filled by risk shows one, or they would lie on one another.
TIERS = ("unit", "township", "district", "city")


@fact()
def shades(view: View) -> pd.DataFrame:
    """Return the figures of each grid, and of each village or community that has none.

    Missed are the readings of the 24 hours before; unreached are the households, empty ones aside, that no screening visit has ever
    reached; isolating are the people with an open episode. Households are those of the ledger, or those of the area's description where
    it has more: a list that is still being filled must not make a grid look small.

    Returns
    -------
    DataFrame
        ``area_id, name, level, divided, isolating, households, isolating_per_household`` (missing where no household is known),
        ``readings_missed, unreached``, ordered by ``area_id``. A village or community that is divided into grids has a row, with
        ``divided``, where the ledgers place something in it and in none of its grids.

    Raises
    ------
    NotFound, InputError
        As ``Store.run``; InputError, too, when the setting ``reading_slots`` is none.
    """
    since = view.at - MISSED_WITHIN
    slots = reading_slots(view.store, start=since, at=view.at)
    areas = view.run("select_areas")
    counted = view.run("count_shades").set_index("area_id")
    missed = view.run("count_readings", start=since, **slots.bound()).set_index("area_id")["missed"]
    grids = areas[areas["level"].isin(_GRIDS)].set_index("id")
    frame = grids[["name", "level"]].assign(
        divided=grids.index.isin(grids["parent_id"]),
        isolating=_of(grids, counted["isolating"]),
        households=np.maximum(_of(grids, counted["households"]), grids["households"].fillna(0).astype("int64")),
        readings_missed=_of(grids, missed),
        unreached=_of(grids, counted["unreached"]),
    )
    homes = frame["households"].where(frame["households"] > 0)
    frame.insert(5, "isolating_per_household", (frame["isolating"] / homes).mask(homes.isna() & (frame["isolating"] == 0), 0.0))
    placed = grids.index.isin(counted.index) | grids.index.isin(missed.index)
    return frame[~frame["divided"] | placed].rename_axis("area_id").reset_index()


def _of(grids: pd.DataFrame, counts: pd.Series) -> pd.Series:
    return counts.reindex(grids.index).fillna(0).astype("int64")


def classes(name: str, values: pd.Series) -> pd.Series:
    """Return the class of each value of a shade: 0 for none, then 1 on; missing where the value is.

    >>> classes("missed", pd.Series([0, 1, 2, 7, 8, None])).tolist()
    [0, 1, 2, 3, 4, <NA>]
    """
    found = np.where(values > 0, 1 + np.searchsorted(SHADES[name].ends, values.fillna(0), side="right"), 0)
    return pd.Series(found, index=values.index).astype("Int64").mask(values.isna())


def layer(view: View, name: str) -> gpd.GeoDataFrame:
    """Return what fills the areas of the map: one of ``NAMES``.

    Returns
    -------
    GeoDataFrame
        EPSG:4326. A figure has its columns of :func:`shades`, ``per_100`` and ``step`` (its class), for areas that are not divided further.
        ``risk`` has those of ``ledgers.risk.levels.levels``, with ``risk`` (the level), ``tier`` (one of ``TIERS``),
        ``finest`` (no finer tier is there) and ``changes_on`` (a date).

    Raises
    ------
    NotFound
        When there is no such shade, or as :func:`shades`.
    """
    if name not in NAMES:
        raise NotFound("Areas have no shade {name}; there are: {names}.", name=repr(name), names=", ".join(NAMES))
    outlines = view.recorded("areas").set_index("id")
    frame = _risk(view) if name == "risk" else _figure(view, name)
    return gpd.GeoDataFrame(frame, geometry=outlines.geometry.reindex(frame["id"]).to_numpy(), crs=CRS)


def _figure(view: View, name: str) -> pd.DataFrame:
    found = shades(view)
    whole = found[~found["divided"]].rename(columns={"area_id": "id"}).reset_index(drop=True)
    per_100 = (100 * whole["isolating_per_household"]).round(2)
    return whole.assign(step=classes(name, whole[SHADES[name].column]), per_100=per_100)


def _risk(view: View) -> pd.DataFrame:
    found = levels.levels(view)
    tier = found["area_level"].replace({"village": "unit", "community": "unit"})
    finest = tier == next((name for name in TIERS if (tier == name).any()), "")
    changes = [when and when.date().isoformat() for when in found["until"].astype(object).where(found["until"].notna(), None)]
    return found.drop(columns="why").rename(columns={"level": "risk"}).assign(tier=tier, finest=finest, changes_on=changes)
