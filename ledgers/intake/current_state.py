"""What the workspace holds when a file comes in: the standing description of each feature and the orders given so far."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from queries.columns import Column
from queries.layers import LAYERS, typed
from queries.store import Store, Viewer
from settings import CRS


@dataclass(frozen=True)
class Orders:
    """How the state of a layer is kept: its query and event table, the column of the subject, the fact without which there is no state."""

    query: str
    table: str
    subject: str
    fact: str
    columns: Mapping[str, Column]

    @property
    def whole(self) -> list[str]:
        """Return the whole numbers, which a column with gaps does not keep as such."""
        return [name for name, column in self.columns.items() if column.dtype == "int"]


ORDERS = {
    layer: Orders(query, table, subject, fact, LAYERS[layer].ordered)
    for layer, query, table, subject, fact in (
        ("entrances", "select_entrance_orders", "entrance_event", "entrance_id", "mode"),
        ("checkpoints", "select_checkpoint_orders", "checkpoint_event", "checkpoint_id", "kind"),
        ("areas", "select_area_orders", "area_event", "area_id", "status"),
    )
}


def features(store: Store, viewer: Viewer, layer: str, *, without: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Return the latest description of every feature there has been, index ``id``.

    Columns: ``id, name, geometry``, the layer's own, ``withdrawn`` and ``effective_at``, from which that description holds.
    ``without`` are events that count as if they had been undone.
    """
    found = store.run("select_descriptions", viewer, layer=layer, without=without)
    return unpacked(layer, found.drop_duplicates("id", keep="last"))


def unpacked(layer: str, rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return descriptions (``id, name, geometry`` as WKB, ``attributes`` as JSON) as features, index ``id``; further columns stay."""
    attributes = pd.DataFrame([json.loads(text) for text in rows["attributes"]], index=rows.index, dtype="object")
    described = typed(LAYERS[layer], attributes)[list(LAYERS[layer].described)].astype("object")
    told = rows.drop(columns=["geometry", "attributes"]).astype({"id": "object", "name": "object"})
    frame = told.join(described.where(described.notna(), None))
    geometry = shapely.from_wkb(rows["geometry"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=CRS).set_index("id", drop=False)


def state_at(store: Store, viewer: Viewer, layer: str, subjects: pd.Series, moments: pd.Series) -> pd.DataFrame:
    """Return the state of each subject at its moment: the fields of the last order then, all missing where there was none.

    ``subjects`` and ``moments`` share the index, which the result keeps.
    """
    orders = ORDERS[layer]
    history = store.run(orders.query, viewer)
    history = history.astype({"id": "object"} | dict.fromkeys(orders.whole, "Int64"))
    history = history[history["id"].isin(set(subjects))]
    asked = pd.DataFrame({"id": subjects.astype("object"), "at": in_utc(moments)}).sort_values("at", kind="stable")
    told = history.assign(at=in_utc(history["effective_at"])).sort_values("at", kind="stable").drop(columns="effective_at")
    state = pd.merge_asof(asked, told, on="at", by="id", direction="backward")
    state.index = asked.index
    found = state.loc[subjects.index, list(orders.columns)].astype("object")
    return found.where(found.notna(), None)


def in_utc(moments: pd.Series) -> pd.Series:
    """Return aware moments, of whatever offsets, as UTC to the microsecond."""
    return pd.to_datetime(moments, utc=True).astype(pd.DatetimeTZDtype("us", "UTC"))
