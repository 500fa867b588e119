"""OpenStreetMap into the workspace: the road network as files, settlements, compounds, entrances and venues as events.

A later import keeps every feature by its OSM id, with its events. Only what OpenStreetMap itself has changed since the last import
is taken over, so that a name corrected here stays corrected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import N_, InputError
from geo.network import save, write_about
from geo.osm import Everything, Extract, read_osm
from geo.region import read_extent, read_region
from geo.road_layers import frames
from ledgers.areas import assign_area
from ledgers.intake import current_state, diffs
from queries.landing import write_parquet
from queries.layers import LAYERS, feature_events, typed
from queries.store import Batch, Store, Viewer, file_sha256
from settings import CRS

FEATURES = ("settlements", "compounds", "entrances", "venues")
NETWORK = ("roads", "junctions", "crossings")
UNKNOWN_EXTENT = N_(
    "How far the data of this file reach is not known: roads may end where the data end, and nothing will be called proved."
)


def import_osm(
    store: Store,
    viewer: Viewer,
    path: Path,
    *,
    boundary: Path | None = None,
    bbox: str | None = None,
    county: str | None = None,
    extent: str | None = None,
    accept_proposed: bool = False,
    progress: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Take in an extract (``.osm``, ``.osm.pbf`` and others), all of it or nothing, and return its counts.

    The region is a boundary file, a box ``W,S,E,N``, a county's code, else the file's boxes, else the extent given, else its nodes'
    extent. ``extent`` tells how far the data reach: a file of polygons, or a box; else the file's boxes do. Localities with a village's
    name are proposed, and settlements with ``accept_proposed``; once taken in they are settlements in later imports. Besides the
    counts of the extract, ``vanished`` tells by layer how many features known from OpenStreetMap are no more in it: those at which
    something has happened stay, the others are withdrawn as of now.

    Raises
    ------
    InputError
        When the workspace holds a demo, or the file or region cannot be used.
    """
    if store.setting("demo"):
        raise InputError("The workspace {folder} holds a demo, which real data must not mix with: give another folder.", folder=store.path)
    tell = progress or (lambda _: None)
    path = Path(path)
    region = read_region(boundary=Path(boundary) if boundary else None, bbox=bbox, county=county)
    reach = read_extent(extent) if extent else None
    tell(N_("Reading the extract ..."))
    extract = read_osm(path, region, extent=reach, accepted=Everything() if accept_proposed else _taken_in(store, viewer))
    if region is not None and not len(extract.network.vertices) and all(getattr(extract, layer).empty for layer in FEATURES):
        raise InputError("{file} has nothing in this region: check the box, code or boundary.", file=path.name)
    tell(N_("Comparing it with the workspace ..."))
    areas = store.layer("areas", viewer)
    compared = {layer: _compared(store, viewer, layer, getattr(extract, layer), areas) for layer in FEATURES}
    vanished, withdrawals = _vanished(store, viewer, extract)
    tell(N_("Writing the workspace ..."))
    count = {part: sum(len(getattr(c, part)) for c in compared.values()) for part in ("added", "changed", "unchanged")}
    batch = Batch("osm", path.name, sha256=file_sha256(path), crs="wgs84")
    batch = replace(batch, read=sum(count.values()), added=count["added"], changed=count["changed"], unchanged=count["unchanged"])
    events = [c.events["feature_event"] for c in compared.values() if "feature_event" in c.events] + withdrawals
    store.append(
        viewer,
        {"feature_event": pd.concat(events, ignore_index=True)} if events else {},
        batch=batch,
        files=_staged(extract, areas, path.name, store.staging(batch)),
        settings={
            "region": shapely.to_wkt(extract.region, rounding_precision=-1),
            "region_origin": extract.region_origin,
            "extent_origin": extract.extent_origin,
            "osm_file": path.name,
            "osm_newest": extract.newest.isoformat() if extract.newest else None,
            "imported_at": store.now().isoformat(),
        },
    )
    return {**extract.counts(), "vanished": vanished}


def _compared(store: Store, viewer: Viewer, layer: str, found: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> diffs.Differences:
    """Compare the features of an extract with those there are; what OpenStreetMap said before as well says nothing new."""
    known = current_state.features(store, viewer, layer)
    rows = found.astype({c: "object" for c in found if c != "geometry"}).reset_index(drop=True)
    said = pd.DataFrame(rows.drop(columns="geometry"))
    said = said.where(said.notna() & (said != ""), None)
    # A feature without a name has the empty one, once; later blanks say nothing.
    new = ~said["id"].isin(known.loc[~known["withdrawn"], "id"])
    said["name"] = said["name"].where(said["name"].notna() | ~new, "")
    geometry = rows.geometry.to_numpy().copy()
    before = current_state.unpacked(layer, store.run("select_osm_descriptions", viewer, layer=layer)).reindex(said["id"])
    old_news = (before["id"].notna().to_numpy()) & ~new.to_numpy()
    for column in said.columns.difference(["id"]):
        same = old_news & (said[column].to_numpy() == before[column].to_numpy())
        said[column] = said[column].where(~same, None)
    geometry[old_news & shapely.equals_exact(geometry, before.geometry.to_numpy(), tolerance=diffs.SAME_PLACE_DEG)] = None
    frame = gpd.GeoDataFrame(said.assign(source="osm"), geometry=geometry, crs=CRS)
    frame["found_area"] = assign_area(frame, areas)
    moments = pd.Series([store.now()] * len(frame), index=frame.index, dtype="object")
    return diffs.compare(layer, frame, None, moments, known, np.arange(len(frame)))


def _vanished(store: Store, viewer: Viewer, extract: Extract) -> tuple[dict[str, int], list[pd.DataFrame]]:
    """Return how many features of each layer are gone from OpenStreetMap, and the withdrawals of those that nothing depends on."""
    subjects = store.run("select_subjects", viewer)
    counts, withdrawals = {}, []
    needed = set(subjects["id"])
    # Entrances and venues first: a compound stays as long as an entrance or building of it does.
    for layer in ("entrances", "venues", "settlements", "compounds"):
        known = current_state.features(store, viewer, layer)
        from_osm = known[~known["withdrawn"] & (known["source"] == "osm")]
        gone = from_osm[~from_osm["id"].isin(getattr(extract, layer)["id"])]
        counts[layer] = len(gone)
        leaving = gone[~gone["id"].isin(needed)]
        if layer == "entrances":
            buildings = current_state.features(store, viewer, "buildings")
            staying = [known[~known["id"].isin(leaving["id"]) & ~known["withdrawn"]], buildings[~buildings["withdrawn"]]]
            needed |= {compound for frame in staying for compound in frame["compound_id"].dropna()}
        if len(leaving):
            withdrawals.append(feature_events(layer, leaving, effective_at=store.now(), withdrawn=True))
    return {layer: counts[layer] for layer in FEATURES}, withdrawals


def _taken_in(store: Store, viewer: Viewer) -> set[str]:
    """Return the ids of the localities that are settlements here."""
    known = current_state.features(store, viewer, "settlements")
    return set(known.loc[~known["withdrawn"] & (known["place"] == "locality"), "id"])


def _staged(extract: Extract, areas: gpd.GeoDataFrame, file: str, folder: Path) -> dict[str, Path]:
    """Write the network and its layers where they wait for the batch, and return where each belongs in the workspace."""
    save(extract.network, folder / "network")
    write_about(folder / "network", extract.about(file))
    made = frames(extract.network)
    files = {"network": folder / "network"}
    for name in NETWORK:
        frame = made[name].assign(source="osm", area_id=assign_area(made[name], areas))
        written = typed(LAYERS[name], frame)[["id", "name", *LAYERS[name].described, "geometry"]]
        files[f"layers/{name}.parquet"] = folder / f"{name}.parquet"
        write_parquet(written, files[f"layers/{name}.parquet"])
    return files
