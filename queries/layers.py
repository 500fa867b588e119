"""The layers of a workspace: names, geometry, own columns. The rest of the program loops over this registry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from queries import columns
from queries.columns import Column, Dtype
from settings import ALWAYS


@dataclass(frozen=True)
class Layer:
    """One layer: what it holds and where it comes from.

    Attributes
    ----------
    name
        Its name everywhere.
    geometry
        ``point``, ``line``, ``polygon`` or ``any``.
    columns
        Its own columns besides ``id, name, geometry, area_id, source``: those that describe a feature, and those that orders set.
    kept
        Whether it is event-sourced: people add, move, rename and withdraw its features. The others come only from a road import.
    in_area
        Whether its features have an ``area_id``.
    """

    name: str
    geometry: Literal["point", "line", "polygon", "any"]
    columns: tuple[Column, ...]
    kept: bool = True
    in_area: bool = True

    @cached_property
    def own(self) -> dict[str, Column]:
        """Return the layer's own columns that describe a feature."""
        return {column.name: column for column in self.columns if not column.order}

    @cached_property
    def ordered(self) -> dict[str, Column]:
        """Return the columns that orders set."""
        return {column.name: column for column in self.columns if column.order}

    @property
    def described(self) -> tuple[str, ...]:
        """Return the columns that describe a feature besides id, name and geometry."""
        return (*(("area_id",) if self.in_area else ()), *self.own, "source")

    @property
    def shown(self) -> tuple[Column, ...]:
        """Return the columns that forms, tables and stories show without naming them one by one."""
        return tuple(column for column in self.columns if column.shown)


_LAYERS = (
    Layer("areas", "polygon", columns.AREAS, in_area=False),
    Layer("compounds", "any", columns.COMPOUNDS),
    Layer("buildings", "any", columns.BUILDINGS),
    Layer("entrances", "point", columns.ENTRANCES),
    Layer("checkpoints", "point", columns.CHECKPOINTS),
    Layer(
        "roads",
        "line",
        columns.bare(highway="text", ref="text", mode="text", bridge="bool", tunnel="bool", oneway="bool", osm_id="text"),
        kept=False,
    ),
    Layer("junctions", "point", columns.bare(degree="int", highway="text", node="int", osm_id="text"), kept=False),
    Layer(
        "crossings",
        "point",
        columns.bare(highway="text", ref="text", bearing="float", node_inside="int", node_outside="int", segment="int"),
        kept=False,
    ),
    Layer("settlements", "any", columns.SETTLEMENTS),
    Layer("venues", "any", columns.VENUES),
)
LAYERS: dict[str, Layer] = {layer.name: layer for layer in _LAYERS}

MARK_STATUSES = ("unmonitored", "requested", "covered", "dismissed")
ENTRY_KINDS = ("station", "wharf", "expressway_exit", "airport", "other")

_PANDAS: dict[Dtype, str] = {"text": "str", "int": "Int64", "float": "float64", "bool": "boolean"}


def kept_layers() -> Iterator[Layer]:
    """Yield the layers whose features are event-sourced."""
    return (layer for layer in LAYERS.values() if layer.kept)


def typed(layer: Layer, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the described columns of a layer, in their declared types.

    Parameters
    ----------
    layer : Layer
        The layer.
    frame : DataFrame
        Missing columns are added empty; other columns stay as they are.

    Returns
    -------
    DataFrame
    """
    found: dict[str, Any] = {}
    for name in layer.described:
        values = frame[name] if name in frame else pd.Series([None] * len(frame), index=frame.index, dtype="object")
        found[name] = values.astype(pd.api.types.pandas_dtype(_PANDAS[layer.own[name].dtype if name in layer.own else "text"]))
    return frame.assign(**found)


def feature_events(layer_name: str, frame: gpd.GeoDataFrame, *, effective_at: datetime = ALWAYS, withdrawn: bool = False) -> pd.DataFrame:
    """Return the ``feature_event`` rows that describe each feature of a frame.

    Parameters
    ----------
    layer_name : str
        A kept layer.
    frame : GeoDataFrame
        Columns ``id``, ``name``, the active geometry (EPSG:4326, may be null) and any of the layer's own columns.
    effective_at : datetime
        The moment from which the description holds; by default for all time.
    withdrawn : bool
        Whether the rows withdraw the features.

    Returns
    -------
    DataFrame
        One row for each feature: ``layer, feature_id, name, geometry`` (WKB), ``attributes`` (JSON), ``withdrawn, effective_at``.
    """
    layer = LAYERS[layer_name]
    described = typed(layer, frame)[list(layer.described)]
    geometry = frame.geometry.to_numpy() if isinstance(frame, gpd.GeoDataFrame) else np.full(len(frame), None, dtype=object)
    return pd.DataFrame(
        {
            "layer": layer_name,
            "feature_id": frame["id"].astype("str").to_numpy(),
            "name": frame["name"].fillna("").astype("str").to_numpy() if "name" in frame else "",
            "geometry": shapely.to_wkb(geometry),
            "attributes": _json_rows(described),
            "withdrawn": withdrawn,
            "effective_at": pd.Timestamp(effective_at),
        },
        index=frame.index,
    )


def _json_rows(frame: pd.DataFrame) -> list[str]:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows: list[dict[str, Any]] = [{} for _ in range(len(frame))]
    for name in frame:
        there = np.flatnonzero(frame[name].notna().to_numpy())
        for i, value in zip(there.tolist(), frame[name].iloc[there].tolist(), strict=True):
            rows[i][str(name)] = value
    return [encode(row) for row in rows]
