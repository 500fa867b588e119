"""Which feature a row speaks of: by its id, else by (compound or area, name), else by name and place."""

from __future__ import annotations

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

# Two points this close (a tenth of a metre) are the same place.
PLACE_DECIMALS = 6
# Shops of one name in one area are different shops: their place tells them apart.
TOLD_BY_PLACE = frozenset({"venues"})
# What a feature belongs to, the narrowest first.
GROUPS = ("compound_id", "area_id", "parent_id")


def keys(rows: gpd.GeoDataFrame, layer: str) -> pd.Series:
    """Return what distinguishes the rows of one file, as text.

    The id where given, else the name with the compound, area or parent that the file gives for it; without either, and for venues always,
    the place belongs to it.
    """
    group = _group(rows)
    place = _place(rows)
    by_place = group.isna() | (layer in TOLD_BY_PLACE)
    parts = pd.DataFrame({"group": group.fillna(""), "name": rows["name"].fillna(""), "place": place.where(by_place, "")}, dtype="object")
    named = parts["group"] + "\x1f" + parts["name"] + "\x1f" + parts["place"]
    key: pd.Series = ("id\x1f" + rows["id"].astype("object")).where(rows["id"].notna(), named)
    return key


def ids(rows: gpd.GeoDataFrame, key: pd.Series, known: gpd.GeoDataFrame, layer: str) -> pd.Series:
    """Return the id of each row: that of the feature it speaks of, else a new one, the same for the same key always.

    ``known`` are the features there are, with ``id``, ``name``, ``geometry`` and their compound or area. ``rows`` has besides the
    area found by place (``found_area``). A match counts where it is the only one on both sides.
    """
    made = key.map(lambda text: "f" + hashlib.blake2b(f"{layer}\x1f{text}".encode(), digest_size=8).hexdigest())
    found: pd.Series = rows["id"].astype("object").where(rows["id"].notna(), made)
    todo = rows["id"].isna() & ~made.isin(known["id"])
    if known.empty or not todo.any():
        return found
    group, name = _group(rows), rows["name"].fillna("")
    tries = [(_text(name, _place(rows)), _text(known["name"], _place(known)), known["id"])]
    if layer not in TOLD_BY_PLACE:
        members = [column for column in GROUPS if column in known]
        grouped = pd.concat([_text(known[column], known["name"]) for column in members])
        tries.insert(0, (_text(group, name), grouped, pd.concat([known["id"]] * len(members))))
        # One of that name in the same area, which has moved.
        here = known["area_id"].fillna("") if "area_id" in known else pd.Series("", index=known.index)
        tries.append((_text(rows["found_area"].fillna(""), name).where(group.isna()), _text(here, known["name"]), known["id"]))
    for asked, there, values in tries:
        only = (~there.duplicated(keep=False) & there.notna()).to_numpy()
        match = asked[todo].map(dict(zip(there[only], values[only], strict=True)))
        match = match[match.notna() & ~match.duplicated(keep=False) & ~match.isin(set(found[~todo]))]
        found.loc[match.index] = match
        todo.loc[match.index] = False
    return found


def _text(first: pd.Series, second: pd.Series) -> pd.Series:
    return first.astype("object") + "\x1f" + second.astype("object")


def _group(rows: pd.DataFrame) -> pd.Series:
    columns = [rows[column].astype("object") for column in GROUPS if column in rows]
    return columns[0].where(columns[0].notna(), columns[-1])


def _place(rows: gpd.GeoDataFrame) -> pd.Series:
    bounds = np.round(shapely.bounds(rows.geometry.to_numpy()), PLACE_DECIMALS)
    text = [f"{x:.6f},{y:.6f},{x2:.6f},{y2:.6f}" for x, y, x2, y2 in bounds]
    return pd.Series(text, index=rows.index, dtype="object").where(~np.isnan(bounds[:, 0]), "")
