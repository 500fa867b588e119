"""What a proof of coverage rests on, and what to verify in person first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from errors import N_
from geo.crs import in_metres
from geo.network import about
from geo.region import area_km2
from geo.watch import NOWHERE
from ledgers.roads import claim
from ledgers.roads.coverage import Study
from ledgers.roads.hours import spots_of_one
from ledgers.roads.situation import UNPROVED, Spots
from queries.store import Store, Viewer
from settings import CRS

# Where no road is nearer than this, the road data says nothing.
DATA_WITHIN_M = 1000.0
# Roads are drawn this coarse for that question.
SIMPLE_M = 100.0

# Why something is to be verified in person.
INFERRED = N_("inferred from where a road meets the outline; nobody has listed it")
OVERDUE = N_("the seal has passed its expiry")
SOFT = N_("a soft barrier, taken to hold because it is patrolled")
UNWATCHED_BLOCK = N_("taken to hold with nobody there")
OTHER_CARRIAGEWAY = N_("taken to watch the other carriageway as well")
STRUCK = N_("struck from the map by hand")


def honesty(store: Store, viewer: Viewer, study: Study) -> dict[str, Any]:
    """Return what the proof rests on, as plain values: counts, and ids where something is to be looked at."""
    situation, ground = study.situation, study.situation.ground
    settlements, posts, gates = study.settlements, situation.posts, situation.gates
    closed = gates["shut"] & gates["settlement"].notna() | (gates["shut"] & (gates["shuts_node"] != NOWHERE))
    status = settlements["status"]
    return {
        "roads": _roads(store, viewer, study.at),
        "region": _extent(study) | {"extent_known": study.extent_known, **claim.unknown_area(study)},
        "sources": {kind: int(count) for kind, count in ground.sources["kind"].value_counts().sort_index().items()},
        "proves_nothing": not study.proves,
        "entry_points_off_road": ground.off_road,
        "nearest_road_m": _distances(study),
        **{kind: settlements.loc[status == kind, "id"].tolist() for kind in UNPROVED},
        "declared_complete": settlements.loc[settlements["declared"], "id"].tolist(),
        "ways_in_without_entrance": int(settlements.loc[settlements["entrances"] > 0, "unaccounted"].sum()),
        "doubtful_joints": len(ground.joints.doubtful),
        "joints_decided": len(ground.joints.decided),
        "joints_unmatched": ground.joints.decided.loc[~ground.joints.decided["found"].astype(bool), "edit_id"].tolist(),
        "ferries": about(store.path / "network").get("ferries", []),
        "unknown_population": settlements.loc[~settlements["population_known"], "id"].tolist(),
        "posts_off_road": posts.loc[posts["why"] == "off_road", "id"].tolist(),
        "posts_not_counted": posts.loc[posts["why"].isin(["unstaffed", "soft"]), "id"].tolist(),
        "parallel_carriageways": _with_other_carriageway(study)["id"].tolist(),
        "soft_barriers_counted": [*gates.loc[gates["shut"] & (gates["barrier"] == "soft"), "id"], *_soft_posts(study)["id"]],
        "segments_added": len(ground.edits.added_segments),
        "segments_struck": len(ground.edits.struck_segments),
        "edits_unmatched": list(ground.edits.unmatched),
        "inferred_entrances": gates.loc[closed & (gates["provenance"] == "inferred"), "id"].tolist(),
        "overdue_seals": gates.loc[gates["shut"] & gates["overdue"], "id"].tolist(),
        "undecided_entrances": gates.loc[gates["mode"].isna(), "id"].tolist(),
        "rules": {name: getattr(ground.rules, name) for name in ground.rules.__dataclass_fields__},
    }


def _distances(study: Study) -> dict[str, float]:
    """Return how far the road node is that each settlement without a known entrance is taken to be reached at, by id."""
    frame = study.settlements[(study.settlements["entrances"] == 0) & np.isfinite(study.settlements["distance_m"])]
    return dict(zip(frame["id"], frame["distance_m"].round(1).tolist(), strict=True))


def _roads(store: Store, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Return where the roads come from and how old they are: since the youngest object in the file was changed, not since the import.

    A generated demo has no age; nor has a file without dates.
    """
    batches = store.run("select_batches", viewer)
    imports = batches[(batches["kind"] == "osm") & (batches["recorded_at"] <= at)]
    if imports.empty:
        return {"file": None, "imported_at": None, "newest": None, "age_days": None}
    latest = imports.iloc[0]
    newest = about(store.path / "network").get("newest")
    return {
        "file": latest["file_name"],
        "imported_at": latest["recorded_at"].isoformat(),
        "newest": newest,
        "age_days": None if newest is None else max((at - datetime.fromisoformat(newest)).days, 0),
    }


def _extent(study: Study) -> dict[str, float]:
    """Return how large the region is, and how much of it lies farther than ``DATA_WITHIN_M`` from any road: there nothing is proved."""
    network = study.situation.ground.network
    if network.region.is_empty or not len(network.seg_u):
        return {"area_km2": 0.0, "without_roads_km2": 0.0}
    centre = (float(np.mean(network.lon)), float(np.mean(network.lat)))
    region = in_metres([network.region], centre=centre)[0]
    kept = study.coverage.links.node
    near = in_metres(shapely.points(network.lon[kept], network.lat[kept]), centre=centre)
    # A grid of points is enough: nothing is decided by this figure.
    cells = np.unique(np.round(shapely.get_coordinates(near) / SIMPLE_M).astype(np.int64), axis=0) * SIMPLE_M
    covered = shapely.union_all(shapely.buffer(shapely.points(cells), DATA_WITHIN_M, quad_segs=2))
    bare = shapely.difference(shapely.make_valid(region), covered)
    whole = area_km2(network.region)
    return {"area_km2": round(whole, 2), "without_roads_km2": round(whole * float(shapely.area(bare) / shapely.area(region)), 2)}


def _with_other_carriageway(study: Study) -> gpd.GeoDataFrame:
    posts = study.situation.posts
    return posts[posts["watching"] & (posts["beside"] != NOWHERE)]


def _soft_posts(study: Study) -> gpd.GeoDataFrame:
    posts = study.situation.posts
    return posts[posts["watching"] & (posts["barrier"] == "soft") & ~posts["staffed"].astype(bool)]


def verify_first(study: Study) -> gpd.GeoDataFrame:
    """Return what the proof rests on that nobody is there to see, most people first.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; ``what`` (entrance, checkpoint, segment), ``id, name, why`` (an untranslated message), ``settlements, people``: how many
        lie open besides if it is not so (missing where that is not worked out), people as far as known, and the place.
    """
    rows = [*_gates(study), *_posts(study), *_struck(study)]
    columns = ["what", "id", "name", "why", "settlements", "people", "geometry"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=CRS)
    frame = frame.astype({"settlements": "Int64", "people": "Int64"})
    return frame.sort_values(["people", "settlements"], ascending=False, na_position="last", kind="stable", ignore_index=True)


def _gates(study: Study) -> list[dict[str, Any]]:
    """Return the closed entrances about which there is a doubt, and that keep the outside away from something."""
    situation, coverage = study.situation, study.coverage
    gates = situation.gates[situation.gates["shut"]]
    row_of = {key: row for row, key in enumerate(study.settlements["key"])}
    rows = []
    for gate in gates.itertuples():
        doubts = [(gate.provenance == "inferred", INFERRED), (bool(gate.overdue), OVERDUE), (gate.barrier == "soft", SOFT)]
        why = next((reason for doubtful, reason in doubts if doubtful), None)
        if why is None:
            continue
        others = gates.drop(index=gate.Index)
        nodes = np.setdiff1d([gate.shuts_node], [NOWHERE, *others["shuts_node"], *situation.watched.nodes])
        edges = np.setdiff1d([gate.shuts_segment], [NOWHERE, *others["shuts_segment"], *situation.watched.edges])
        opened = coverage.exposed_without(nodes, edges) & ~coverage.exposed
        ends = np.array([end for end in (gate.node, gate.other_end) if end != NOWHERE], dtype=np.int64)
        shut_here = np.isin(ends, nodes)
        comes_here = coverage.touched_nodes[ends[shut_here]].any() or coverage.reached_nodes[ends[~shut_here]].any()
        if comes_here and gate.settlement in row_of:
            opened[row_of[gate.settlement]] |= not coverage.exposed[row_of[gate.settlement]]
        if opened.any():
            rows.append(_row("entrance", gate.id, gate.name, why, int(opened.sum()), int(study.known_people[opened].sum()), gate.geometry))
    return rows


def _posts(study: Study) -> list[dict[str, Any]]:
    """Return the posts that watch with nobody there, or across the road, where something rests on them."""
    situation, coverage = study.situation, study.coverage
    posts = situation.posts[situation.posts["watching"]]
    soft, across = set(_soft_posts(study)["id"]), set(_with_other_carriageway(study)["id"])
    rows = []

    def add(post: Any, why: str, only: Spots) -> None:
        opened = coverage.exposed_without(only.nodes, only.edges) & ~coverage.exposed
        if opened.any():
            rows.append(
                _row("checkpoint", post.id, post.name, why, int(opened.sum()), int(study.known_people[opened].sum()), post.geometry)
            )

    for post in posts.itertuples():
        only = spots_of_one(situation, posts, post.Index)
        if not post.staffed:
            add(post, SOFT if post.id in soft else UNWATCHED_BLOCK, only)
        if post.id in across:
            add(post, OTHER_CARRIAGEWAY, Spots(np.zeros(0, dtype=np.int64), np.intersect1d(only.edges, [post.beside, post.beyond])))
    return rows


def _struck(study: Study) -> list[dict[str, Any]]:
    edits = study.situation.ground.edited_by_hand
    struck = edits[edits["action"] == "strike"]
    return [_row("segment", edit.edit_id, edit.note, STRUCK, None, None, edit.geometry.centroid) for edit in struck.itertuples()]


def _row(what: str, feature: str, name: str, why: str, settlements: int | None, people: int | None, place: Any) -> dict[str, Any]:
    columns = ("what", "id", "name", "why", "settlements", "people", "geometry")
    return dict(zip(columns, (what, feature, name, why, settlements, people, place), strict=True))
