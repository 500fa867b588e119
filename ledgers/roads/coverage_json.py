"""A study as the document that ``coverage --json`` prints."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from ledgers.roads import claim
from ledgers.roads.assumptions import honesty
from ledgers.roads.coverage import KINDS, Study
from ledgers.roads.situation import UNPROVED
from queries.store import Store, Viewer

DIGITS = 7  # about a centimetre


def document(store: Store, viewer: Viewer, study: Study, *, posts: int | None = None) -> dict[str, Any]:
    """Return all that a study finds, as plain values; ``posts`` adds the best plan of at most so many."""
    network, coverage, settlements = study.coverage.network, study.coverage, study.settlements
    known = study.proves
    kinds = study.junctions["kind"].value_counts()
    status = settlements["status"].value_counts()
    found: dict[str, Any] = {
        "at": study.at.isoformat(),
        "mode": study.mode,
        "network": {"nodes": int((network.degree > 0).sum()), "segments": len(network.seg_u), "junctions": len(network.junctions)},
        "sources": len(study.situation.ground.sources),
        "settlements": {
            "total": len(settlements),
            "exposed": int(coverage.exposed.sum()),
            **{kind: int(status.get(kind, 0)) for kind in UNPROVED},
        },
        "unknown_area": {name: claim.unknown_area(study)[name] for name in ("km2", "settlements", "people")},
        "claim": [said.text() for said in claim.sentences(study)],
        "exposed": [
            {
                "id": row.id,
                "name": row.name,
                "population": int(row.population),
                "population_known": bool(row.population_known),
                "via": row.via,
                "route": {"length_m": round(row.length_m, 1), "coordinates": _coordinates(row.geometry)},
            }
            for row in study.routes.itertuples(index=False)
        ],
        "junctions": {kind: int(kinds.get(kind, 0)) for kind in KINDS},
        "doubtful": _doubtful(study),
        "if_joined": {"exposed": int(study.doubts.joined.exposed.sum()), "count": study.doubts.count},
        "sealing": _sealing(study),
        "budget": [] if not known else study.budget[["posts", "protected_population", "protected_settlements", "exact"]].to_dict("records"),
        "honesty": honesty(store, viewer, study),
    }
    if posts is not None:
        plan = coverage.plan(posts)
        found["plan"] = {
            "posts": _posts(study.posts(plan.posts)),
            "protected_population": plan.protected if known else None,
            "bound": coverage.bound(posts) if known else None,
        }
    return found


def _sealing(study: Study) -> dict[str, Any]:
    sealing = study.coverage.sealing
    said = {"mode": study.mode, "assumes": claim.assumes(study)}
    if sealing.posts is None:
        return {"posts": [], "count": None, "proved_minimal": False, "why_not": study.why_not, **said}
    because = study.nothing_because or (None if study.proved else claim.REACH_UNKNOWN)
    why_not = {} if because is None else {"why_not": because}
    return {"posts": _posts(study.proposed), "count": len(sealing.posts), "proved_minimal": study.proved, **why_not, **said}


def _doubtful(study: Study) -> list[dict[str, Any]]:
    return [
        {
            "lon": round(row.geometry.x, DIGITS),
            "lat": round(row.geometry.y, DIGITS),
            "kind": row.kind,
            "gap_m": round(float(row.gap_m), 2),
            "matters": bool(row.matters),
            "roads": row.roads,
            "settlements": row.settlements,
            "people": row.people,
        }
        for row in study.doubts.joints.itertuples(index=False)
    ]


def _posts(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return [
        {
            "lon": round(row.geometry.x, DIGITS),
            "lat": round(row.geometry.y, DIGITS),
            "junction_id": row.junction_id if isinstance(row.junction_id, str) else None,
            "road": row.road,
        }
        for row in frame.itertuples(index=False)
    ]


def _coordinates(line: shapely.LineString) -> list[list[float]]:
    return [[round(x, DIGITS), round(y, DIGITS)] for x, y in shapely.get_coordinates(line).tolist()]
