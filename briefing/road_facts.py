"""What the indicators of the roads count from: the study of the whole workspace, seen from the area of a view."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from briefing.facts import all_areas, areas, fact
from briefing.view import View
from geo.network import Bools
from ledgers.areas import assign_area
from ledgers.roads.coverage import Study

# What ``of`` calls the roads that nobody has named.
NAMELESS = "-"


@fact
def study(view: View) -> Study | None:
    """Return the study; None where there are no roads, nothing can be proved, or the viewer does not see the whole workspace."""
    if view.viewer.areas is not None or not (view.store.path / "network" / "ways.parquet").exists():
        return None
    return view.study if view.study.proves else None


@fact
def here(view: View) -> Bools | None:
    """Tell which settlements of the study lie in the area."""
    found = study(view)
    if found is None:
        return None
    lies_in = found.settlements["area_id"]
    mine: Bools = (lies_in.isin(areas(view).index) | (lies_in.isna() & view.is_whole)).to_numpy(dtype=bool)
    return mine


@fact
def settlements(view: View) -> gpd.GeoDataFrame | None:
    """Return the settlements of the area with their ``status``; None where none is known."""
    found, mine = study(view), here(view)
    return None if found is None or mine is None or not mine.any() else found.settlements[mine]


@fact
def counted(view: View) -> bool:
    """Tell whether the people of every settlement are known: the study takes one person where nobody knows how many."""
    found = study(view)
    return found is not None and bool(found.settlements["population_known"].all())


@fact
def exposed(view: View) -> gpd.GeoDataFrame | None:
    """Return the exposed settlements of the area."""
    found = settlements(view)
    return None if found is None else found[found["status"] == "exposed"]


@fact
def crossings(view: View) -> gpd.GeoDataFrame | None:
    """Return the crossings of the area, each with or without a post; None where there are no roads."""
    return view.layer("crossings") if (view.store.path / "network" / "ways.parquet").exists() else None


@fact
def open_crossings(view: View) -> pd.Series | None:
    """Return how many crossings without a post each road has, by its name, else its number; of roads with neither as :data:`NAMELESS`."""
    found = crossings(view)
    if found is None:
        return None
    without = found[~found["with_post"]]
    names = without["name"].where(without["name"].fillna("") != "", without["ref"]).fillna("").replace("", NAMELESS)
    counts: pd.Series = names.astype(object).value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return counts


@fact
def junctions(view: View) -> gpd.GeoDataFrame | None:
    """Return the unmonitored junctions of the area, the leading ones first; ``rank`` is that in the whole workspace."""
    found = study(view)
    if found is None:
        return None
    layer = view.layer("junctions")
    mine = found.junctions[(found.junctions["kind"] == "unmonitored") & found.junctions["id"].isin(layer["id"])]
    return mine.sort_values("rank")


@fact
def plan(view: View) -> gpd.GeoDataFrame | None:
    """Return the proposed posts that stand in the area or without which one of its settlements lies open again.

    ``id`` (of the road node), ``number`` (on every map), ``road, place`` (the area that it stands in), ``settlements, people``: of this
    area, who lie open again when this post of the plan is missing; ``people`` is missing where nobody knows how many.
    """
    found, mine = study(view), here(view)
    if found is None or mine is None or found.coverage.sealing_posts is None:
        return None
    posts, coverage = found.proposed, found.coverage
    nodes = posts["node"].to_numpy(dtype=np.int64)
    still = coverage.exposed_after(nodes)
    lost = [coverage.exposed_after(np.setdiff1d(nodes, node)) & ~still & mine for node in nodes]
    known = found.settlements["population_known"].to_numpy(dtype=bool)
    people = [int(coverage.population[which & known].sum()) if (which & known).any() else None for which in lost]
    whole = all_areas(view)
    stands = assign_area(posts, whole)
    frame = posts.assign(
        id=[f"n{node}" for node in coverage.network.node_id[nodes]],
        place=stands.map(whole.set_index("id")["name"]),
        settlements=[int(which.sum()) for which in lost],
        people=pd.array(people, dtype="Int64"),
    )
    concerned = stands.isin(areas(view).index) | (frame["settlements"] > 0)
    return frame.loc[concerned, ["id", "number", "road", "highway", "place", "settlements", "people", "geometry"]].reset_index(drop=True)
