"""The clock and the drill: what lies open in the hours ahead, and what opens when a post is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage import Coverage
from geo.network import Bools, Mode
from ledgers.posts import duty
from ledgers.posts.timetable import open_at, open_spans
from ledgers.roads.coverage import Study, analyse_situation
from ledgers.roads.ground import Ground, find_ground
from ledgers.roads.situation import (
    Situation,
    Spots,
    assess,
    place_entrances,
    place_posts,
    read_ledgers,
    spots,
    with_access,
)
from queries.store import Store, Viewer
from queries.view import View

Progress = Callable[[float], None]


# The clock ----------------------------------------------------------------------------------------------------------------


def clock(view: View, *, mode: Mode = "drive", ahead: timedelta = timedelta(hours=24), progress: Progress | None = None) -> pd.DataFrame:
    """Return what lies open in each interval between changes of staffing and opening.

    A shift that has not begun by now counts as rostered, as in ``duty``: nobody can have signed in for it.

    Parameters
    ----------
    ahead
        How long the window is; it begins at the moment of the view.
    progress
        Told the share of the work done, 0 to 1.

    Returns
    -------
    DataFrame
        ``starts_at, ends_at``; ``settlements, people``: how many are exposed, people as far as known; ``names``: who, a list;
        ``only_now``: those of them who are not exposed all through the window; ``through``: the entrances and posts without anybody
        there, not so all through the window, of which one more in its place would protect somebody (where only several together would,
        all of these). Neighbours that do not differ are one row.
    """
    first, last = view.at, view.at + ahead
    changes = view.run("select_change_moments", start=first, until=last)["moment"]
    epochs = [first, *(moment.to_pydatetime() for moment in changes), last]
    found: list[_Interval] = []
    for number, (begins, ends) in enumerate(pairwise(epochs)):
        hours = _Hours(view.store, view.viewer, find_ground(view.moved(begins), mode=mode), begins, ends)
        moments = [*hours.moments(), ends]
        for place, (moment, until) in enumerate(pairwise(moments), 1):
            found.append(hours.interval(moment, until))
            if progress:
                progress((number + place / (len(moments) - 1)) / (len(epochs) - 1) / 2)
    return _told(found, progress)


@dataclass(frozen=True)
class _Interval:
    """What holds from one change to the next: exposed settlements (id -> name, people), and who is missing where the outside reaches."""

    starts_at: datetime
    ends_at: datetime
    exposed: dict[str, tuple[str, int]]
    missing: dict[str, str]
    situation: Situation
    coverage: Coverage


class _Hours:
    """The ledgers between two orders, where only shifts and timetables change anything."""

    def __init__(self, store: Store, viewer: Viewer, ground: Ground, first: datetime, last: datetime) -> None:
        entrances, checkpoints = read_ledgers(View(store, viewer, at=first))
        self.ground, self.first, self.last = ground, first, last
        self.entrances, self.posts = place_entrances(ground, entrances), place_posts(ground, checkpoints)
        self.shifts = {layer: _present(store, viewer, layer, first, last) for layer in duty.SUBJECTS}
        self._known: dict[tuple[object, ...], Coverage] = {}

    def moments(self) -> list[datetime]:
        """Return when anything may change, the beginning first."""
        edges = {self.first}
        for text in self.entrances.loc[self.entrances["mode"] == "open_hours", "timetable"].dropna().unique():
            edges |= {edge for span in open_spans(text, self.first, self.last) for edge in span}
        for shifts in self.shifts.values():
            edges |= {edge.to_pydatetime() for side in ("starts_at", "ends_at") for edge in shifts[side]}
        return sorted({edge.astimezone(self.first.tzinfo) for edge in edges if self.first <= edge < self.last})

    def interval(self, moment: datetime, until: datetime) -> _Interval:
        """Return what holds from a moment until the next."""
        here = {layer: self._there(layer, moment) for layer in duty.SUBJECTS}
        by_hours = (self.entrances["mode"] == "open_hours") & open_at(self.entrances["timetable"], moment)
        entrances = self.entrances.assign(
            open_now=(self.entrances["mode"] == "open_24h") | by_hours, staffed=self.entrances["id"].isin(here["entrances"])
        )
        situation = assess(self.ground, entrances, self.posts.assign(staffed=self.posts["id"].isin(here["checkpoints"])))
        coverage = self._known.setdefault(situation.key(), analyse_situation(situation))
        exposed = situation.settlements[coverage.exposed]
        people = dict(zip(exposed["key"], zip(exposed["name"], known_people(exposed), strict=True), strict=True))
        return _Interval(moment, until, people, _missing(situation, coverage), situation, coverage)

    def _there(self, layer: str, moment: datetime) -> set[str]:
        shifts = self.shifts[layer]
        return set(shifts.loc[(shifts["starts_at"] <= moment) & (moment < shifts["ends_at"]), "subject_id"])


def _present(store: Store, viewer: Viewer, layer: str, first: datetime, last: datetime) -> pd.DataFrame:
    """Return the shifts of a window by when somebody is there: from the sign-in on, where those are kept and the shift has begun."""
    now = store.now()
    shifts = duty.shifts_between(View(store, viewer, at=max(now, first)), layer=layer, start=first, end=last)
    kept = store.run("select_sign_in_kept", viewer, layer=layer, at=first)
    keeping = shifts["subject_id"].isin(kept.loc[kept["sign_in_kept"], "id"])
    begun = shifts["starts_at"] <= now
    come = shifts["starts_at"].where(~(keeping & begun), shifts["signed_in_at"])
    return shifts.assign(starts_at=come)[come.notna() & (come < shifts["ends_at"])]


def _missing(situation: Situation, coverage: Coverage) -> dict[str, str]:
    """Return the entrances and posts where nobody is though the outside reaches them, by id: their names."""
    settlements = set(situation.settlements.loc[coverage.exposed, "key"])
    gates = situation.gates
    gates = gates[gates["free"] & gates["settlement"].isin(settlements)]
    gates = gates[_reached(coverage, gates["node"]) | _reached(coverage, gates["other_end"])]
    posts = situation.posts[~situation.posts["watching"] & (situation.posts["why"] != "off_road")]
    posts = posts[_near_reached(coverage, posts)]
    return {str(i): str(name or i) for part in (posts, gates) for i, name in zip(part["id"], part["name"], strict=True)}


def _reached(coverage: Coverage, nodes: pd.Series) -> Bools:
    at = nodes.to_numpy(dtype=np.int64)
    return np.asarray((at >= 0) & coverage.reached[at])


def _near_reached(coverage: Coverage, posts: gpd.GeoDataFrame) -> Bools:
    """Return which posts stand where the outside reaches."""
    reached = coverage.reached_nodes
    ends = [posts["node"].to_numpy(dtype=np.int64)]
    segment = posts["segment"].to_numpy(dtype=np.int64)
    ends += [np.where(segment >= 0, end[segment], -1) for end in (coverage.network.seg_u, coverage.network.seg_v)]
    return np.asarray(np.any([(end >= 0) & reached[end] for end in ends], axis=0))


def _told(found: list[_Interval], progress: Progress | None) -> pd.DataFrame:
    """Return the intervals as rows, neighbours that do not differ joined."""
    always = set.intersection(*(set(i.exposed) for i in found)) if found else set()
    ever_missing = set.intersection(*(set(i.missing) for i in found)) if found else set()
    told: dict[tuple[object, ...], list[str]] = {}  # nights are like one another

    def through(interval: _Interval) -> list[str]:
        missing = frozenset(interval.missing) - ever_missing
        key = (interval.situation.key(), missing)
        return told[key] if key in told else told.setdefault(key, _through(interval, missing))

    rows: list[dict[str, Any]] = []
    for number, interval in enumerate(found, 1):
        if progress:
            progress((1 + number / len(found)) / 2)
        who = interval.exposed
        row = {
            "settlements": len(who),
            "people": sum(people for _, people in who.values()),
            "names": [name for name, _ in who.values()],
            "only_now": [name for i, (name, _) in who.items() if i not in always],
            "through": through(interval) if set(who) - always else [],
        }
        if rows and all(rows[-1][column] == value for column, value in row.items()):
            rows[-1]["ends_at"] = interval.ends_at
        else:
            rows.append({"starts_at": interval.starts_at, "ends_at": interval.ends_at, **row})
    columns = ["starts_at", "ends_at", "settlements", "people", "names", "only_now", "through"]
    return pd.DataFrame(rows, columns=columns)


def known_people(settlements: pd.DataFrame) -> pd.Series:
    """Return how many people live in each settlement as far as known, 0 where nobody knows."""
    known: pd.Series = settlements["population"].where(settlements["population_known"], 0).astype("int64")
    return known


def _through(interval: _Interval, missing: frozenset[str]) -> list[str]:
    """Return the names of those of the missing whose coming would protect somebody; all of them when no single one's would."""
    situation, coverage = interval.situation, interval.coverage
    names = {i: name for i, name in interval.missing.items() if i in missing}
    posts, gates = situation.posts, situation.gates
    closes = []
    for feature in names:
        mine = spots(posts[posts["id"] == feature])
        blocked = Spots(np.union1d(situation.blocked_nodes, mine.nodes), np.union1d(situation.blocked_edges, mine.edges))
        without = replace(situation, settlements=with_access(situation.ground, gates.assign(free=gates["free"] & (gates["id"] != feature))))
        if analyse_situation(without, blocked=blocked).exposed.sum() < coverage.exposed.sum():
            closes.append(feature)
    return [names[feature] for feature in closes or names]


# The drill ----------------------------------------------------------------------------------------------------------------


def drill(study: Study, *, progress: Progress | None = None) -> pd.DataFrame:
    """Return for each watching post what opens when it alone is lost, and the cheapest replacement elsewhere.

    Returns
    -------
    DataFrame
        ``id, name, kind``; ``settlements, people``: how many more lie open then, people as far as known; ``opens``: their names, a list;
        ``replacement``: how many posts at other places would close these again (missing when none would, or nothing opens); ``where``:
        their roads, a list. What opens most people, then most settlements, comes first.
    """
    situation, rows = study.situation, []
    posts = situation.posts[situation.posts["watching"]]
    for number, post in enumerate(posts.itertuples(), 1):
        only = spots_of_one(situation, posts, post.Index)
        rows.append({"id": post.id, "name": post.name, "kind": post.kind} | _lost(study, only))
        if progress:
            progress(number / len(posts))
    columns = ["id", "name", "kind", "settlements", "people", "opens", "replacement", "where"]
    frame = pd.DataFrame(rows, columns=columns).astype({"replacement": "Int64"})
    nodes = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *frame["where"]]).astype(np.int64))
    road = dict(zip(nodes.tolist(), study.posts(nodes)["road"], strict=True))
    frame["where"] = pd.Series([[road[node] for node in at] for at in frame["where"]], index=frame.index, dtype="object")
    return frame.sort_values(["people", "settlements", "id"], ascending=[False, False, True], ignore_index=True)


def spots_of_one(situation: Situation, posts: gpd.GeoDataFrame, post: int) -> Spots:
    """Return what this post alone watches: neither another post nor a closed entrance blocks it as well."""
    mine, others = spots(posts.loc[[post]]), spots(posts.drop(index=post))
    return Spots(
        np.setdiff1d(mine.nodes, np.union1d(others.nodes, situation.shut.nodes)),
        np.setdiff1d(mine.edges, np.union1d(others.edges, situation.shut.edges)),
    )


def _lost(study: Study, only: Spots) -> dict[str, Any]:
    nothing: dict[str, Any] = {"settlements": 0, "people": 0, "opens": [], "replacement": None, "where": []}
    situation = study.situation
    if not beside_reached(study.coverage, only):
        return nothing
    rest = Spots(np.setdiff1d(situation.blocked_nodes, only.nodes), np.setdiff1d(situation.blocked_edges, only.edges))
    opened = study.coverage.exposed_without(only.nodes, only.edges) & ~study.coverage.exposed
    if not opened.any():
        return nothing
    sealing = analyse_situation(
        situation, blocked=rest, only=opened, avoid=only.nodes, sites=study.sites, costs=study.costs, marks=study.marks
    ).sealing_posts
    lost = situation.settlements[opened]
    return {
        "settlements": len(lost),
        "people": int(known_people(lost).sum()),
        "opens": lost["name"].tolist(),
        "replacement": None if sealing is None else len(sealing),
        "where": [] if sealing is None else sealing.tolist(),
    }


def beside_reached(coverage: Coverage, only: Spots) -> bool:
    """Tell whether the outside comes up to any of these spots: when it does not, nothing opens if they are lost."""
    network, reached = coverage.network, coverage.reached_nodes
    ends = np.concatenate([network.seg_u[only.edges], network.seg_v[only.edges]])
    return bool(coverage.touched_nodes[only.nodes].any() or reached[ends].any())
