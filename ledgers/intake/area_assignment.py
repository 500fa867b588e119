"""What belongs to new areas: features and roads that lie in them move into them when the areas come in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from ledgers.areas import assign_area
from ledgers.intake import current_state, diffs
from queries.landing import write_parquet
from queries.layers import LAYERS, event_sourced_layers
from queries.store import Batch, Store, Viewer


def areas_after(store: Store, viewer: Viewer, events: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the areas as they will stand after some ``feature_event`` rows of theirs."""
    known = current_state.features(store, viewer, "areas")
    described = current_state.unpacked("areas", events.rename(columns={"feature_id": "id"})[["id", "name", "geometry", "attributes"]])
    stays = known[~known["withdrawn"] & ~known["id"].isin(described["id"])]
    return gpd.GeoDataFrame(pd.concat([stays, described]), crs=known.crs)


def moved(frame: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """Return the new area of each feature that gets another: it had none, or one that is no more, or one that the new one lies under.

    A feature that somebody put into another area stays there. None is the new area of a feature whose area is no more where none is left.
    """
    parent = dict(zip(areas["id"], areas["parent_id"], strict=True))

    def above(area: str) -> set[str]:
        found: set[str] = set()
        while isinstance(area, str) and area not in found:
            found.add(area)
            area = parent.get(area)  # type: ignore[assignment]
        return found

    chains = {area: above(area) for area in areas["id"]}
    new: pd.Series = assign_area(frame, areas)
    old = frame["area_id"].astype("object").where(frame["area_id"].notna(), None)
    gone = old.notna() & ~old.isin(set(chains))
    fits = [was is None or was in chains.get(area, ()) for was, area in zip(old, new, strict=True)]
    chosen: pd.Series = new[gone | (new.notna() & (new != old) & pd.Series(fits, index=new.index, dtype=bool))]
    return chosen


def feature_moves(store: Store, viewer: Viewer, areas: gpd.GeoDataFrame, *, without: Sequence[str] | None = None) -> list[pd.DataFrame]:
    """Return the ``feature_event`` rows that put features, as they are without some events, into the areas they lie in."""
    events = []
    for layer in event_sourced_layers():
        if layer.in_area:
            known = current_state.features(store, viewer, layer.name, without=without)
            live = known[~known["withdrawn"]].reset_index(drop=True)
            to = moved(live, areas)
            if len(to):
                now = pd.Series(store.now(), index=to.index, dtype="object")
                events.append(diffs.descriptions(layer.name, live.loc[to.index].assign(area_id=to), known, now))
    return events


def network_moves(store: Store, viewer: Viewer, areas: gpd.GeoDataFrame, batch: Batch) -> dict[str, Path]:
    """Write the layers of the road network with their new areas where they wait for the batch; return where each belongs."""
    files = {}
    for name, layer in LAYERS.items():
        frame = store.layer(name, viewer) if not layer.event_sourced else None
        if frame is not None and len(frame):
            to = moved(frame, areas)
            if len(to):
                files[f"layers/{name}.parquet"] = store.staging(batch) / f"{name}.parquet"
                area = frame["area_id"].astype("object")
                area.loc[to.index] = to
                write_parquet(frame.assign(area_id=area.astype("str")), files[f"layers/{name}.parquet"])
    return files
