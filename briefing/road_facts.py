"""What the indicators of the roads count from: the study of the whole workspace, seen from the area of a view."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from briefing.facts import all_areas, areas
from briefing.view import View
from geo.network import Bools, Mode
from ledgers.areas import assign_area
from ledgers.roads.coverage import Study
from queries.view import fact

# What ``of`` calls the roads that nobody has named.
NAMELESS = "-"


@fact()
def asked(view: View) -> Study | None:
    """Return the study of vehicles, be there anything to prove or not; None without roads, or where the viewer does not see everything."""
    seen = view.viewer.areas is None and (view.store.path / "network" / "ways.parquet").exists()
    return view.study if seen else None


def of_mode(view: View, mode: Mode) -> Study | None:
    """Return the study of a way to travel, as :func:`asked`."""
    return None if asked(view) is None else view.study_of(mode)


@fact()
def study(view: View) -> Study | None:
    """Return the study of vehicles; None as :func:`asked`, and where nothing can be proved."""
    found = asked(view)
    return found if found is not None and found.proves else None


@fact()
def here(view: View) -> Bools | None:
    """Tell which settlements of the study lie in the area."""
    found = study(view)
    if found is None:
        return None
    lies_in = found.settlements["area_id"]
    mine: Bools = (lies_in.isin(areas(view).index) | (lies_in.isna() & view.is_whole)).to_numpy(dtype=bool)
    return mine


@fact()
def settlements(view: View) -> gpd.GeoDataFrame | None:
    """Return the settlements of the area with their ``status``; None where none is known."""
    found, mine = study(view), here(view)
    return None if found is None or mine is None or not mine.any() else found.settlements[mine]


@fact()
def covers_all(view: View) -> bool:
    """Tell whether every settlement of the study lies in the area: what is said of the whole map is said of it."""
    mine = here(view)
    return mine is not None and bool(mine.all())


@fact()
def counted(view: View) -> bool:
    """Tell whether the people of every settlement are known: the study takes one person where nobody knows how many."""
    found = study(view)
    return found is not None and bool(found.settlements["population_known"].all())


@fact()
def exposed(view: View) -> gpd.GeoDataFrame | None:
    """Return the exposed settlements of the area."""
    found = settlements(view)
    return None if found is None else found[found["status"] == "exposed"]


@fact()
def crossings(view: View) -> gpd.GeoDataFrame | None:
    """Return the crossings of the area, each with or without a post; None where there are no roads."""
    return view.layer("crossings") if (view.store.path / "network" / "ways.parquet").exists() else None


@fact()
def open_crossings(view: View) -> pd.Series | None:
    """Return how many crossings without a post each road has, by its name, else its number; of roads with neither as :data:`NAMELESS`."""
    found = crossings(view)
    if found is None:
        return None
    without = found[~found["with_post"]]
    names = without["name"].where(without["name"].fillna("") != "", without["ref"]).fillna("").replace("", NAMELESS)
    counts: pd.Series = names.astype(object).value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return counts


@fact()
def junctions(view: View) -> gpd.GeoDataFrame | None:
    """Return the unmonitored junctions of the area, the leading ones first; ``rank`` is that in the whole workspace."""
    found = study(view)
    if found is None:
        return None
    layer = view.layer("junctions")
    mine = found.junctions[(found.junctions["kind"] == "unmonitored") & found.junctions["id"].isin(layer["id"])]
    return mine.sort_values("rank")


def alone(view: View, junction: str | None) -> pd.Series | None:
    """Return whom a post at a junction protects by itself: ``settlements, known, uncounted`` (``Study.alone``)."""
    found, rows = study(view), junctions(view)
    nodes = [] if rows is None else rows.loc[rows["id"] == junction, "node"].astype("int64").tolist()
    return None if found is None or not nodes else found.alone(np.array(nodes[:1])).iloc[0]


@fact()
def plan(view: View) -> gpd.GeoDataFrame | None:
    """Return the proposed posts that stand in the area or without which one of its settlements lies open again.

    ``id`` (of the road node), ``number`` (on every map), ``road, place`` (the area that it stands in), ``settlements, people``: of this
    area, who lie open again when this post of the plan is missing; ``people`` is missing where nobody knows how many, and ``uncounted``
    says of how many settlements nobody does.
    """
    found, mine = study(view), here(view)
    if found is None or mine is None or found.coverage.sealing_posts is None:
        return None
    posts, coverage = found.proposed, found.coverage
    nodes = posts["node"].to_numpy(dtype=np.int64)
    still = coverage.exposed_after(nodes)
    lost = [coverage.exposed_after(np.setdiff1d(nodes, node)) & ~still & mine for node in nodes]
    known = found.settlements["population_known"].to_numpy(dtype=bool)
    population = found.settlements["population"].to_numpy(dtype=np.int64)
    people = [int(population[which & known].sum()) if (which & known).any() else None for which in lost]
    whole = all_areas(view)
    stands = assign_area(posts, whole)
    frame = posts.assign(
        id=[f"n{node}" for node in coverage.network.node_id[nodes]],
        place=stands.map(whole.set_index("id")["name"]),
        settlements=[int(which.sum()) for which in lost],
        people=pd.array(people, dtype="Int64"),
        uncounted=[int((which & ~known).sum()) for which in lost],
    )
    concerned = stands.isin(areas(view).index) | (frame["settlements"] > 0)
    return frame.loc[concerned, ["id", "number", "road", "highway", "place", "settlements", "people", "uncounted", "geometry"]].reset_index(
        drop=True
    )
