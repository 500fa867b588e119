"""How each of the web map's layers is drawn on paper: one maker a layer, in the order in which they lie on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from briefing.maps.content import Drawn
from briefing.maps.themes import area_layers
from briefing.maps.themes.facts import located
from briefing.maps.themes.pieces import Maker, Piece, Sheet, names, points
from errors import mark
from geo.network import Ints
from settings import CRS

# From this size on (``coverage_frames.junctions``) an unmonitored junction is drawn larger, and larger still.
_SIZES = (1.1, 1.5)

# Places ---------------------------------------------------------------------------------------------------------------

_PLACES = {"city": 40, "town": 38, "village": 30, "suburb": 30}


def compounds(sheet: Sheet) -> Iterator[Piece]:
    """Yield the compounds with their names; those known as a point alone are drawn as a small square."""
    found = located(sheet.facts.layer("compounds"))
    unmanaged = found["unmanaged"].fillna(False).astype(bool)
    for rows, style, text in (
        (found[~unmanaged], "compound", mark("Compound")),
        (found[unmanaged], "compound_unmanaged", mark("Compound without management")),
    ):
        yield from area_layers.outlined("compounds", rows, style, text, labels=names(rows), rank=18)


def settlements(sheet: Sheet) -> Iterator[Piece]:
    """Yield the settlements with their names, larger ones first; those that lie open are drawn as such, where the sheet shows that."""
    frame = sheet.facts.layer("settlements")
    if "exposed" in sheet.layers:
        frame = frame[~frame["id"].isin(sheet.facts.exposed["id"])]
    rank = frame["place"].map(_PLACES).fillna(15).astype("int64")
    for level in sorted(rank.unique(), reverse=True):
        rows = frame[rank == level]
        yield from points(sheet, "settlements", rows, "settlement", mark("Settlement"), labels=names(rows), rank=int(level))


_VENUES = {
    "hospital": ("venue_hospital", mark("Hospital or clinic"), 16),
    "clinic": ("venue_hospital", mark("Hospital or clinic"), 12),
    "market": ("venue_market", mark("Market or supermarket"), 14),
    "supermarket": ("venue_market", mark("Market or supermarket"), 12),
    "station": ("venue_station", mark("Station"), 16),
    "bus_station": ("venue_station", mark("Station"), 14),
}


def venues(sheet: Sheet) -> Iterator[Piece]:
    """Yield the venues by kind."""
    frame = sheet.facts.layer("venues")
    for kind, (style, text, rank) in {**_VENUES, "": ("venue_other", mark("Other venue"), 4)}.items():
        rows = frame[frame["kind"] == kind] if kind else frame[~frame["kind"].isin(list(_VENUES))]
        yield from points(sheet, "venues", rows, style, text, labels=names(rows), rank=rank)


# Entrances and posts --------------------------------------------------------------------------------------------------

# Code -> (what the legend calls it, and where nobody is there; sealed ones need nobody).
_MODES = {
    "sealed": (mark("Entrance: sealed"), None),
    "open_24h": (mark("Entrance: open 24 h"), mark("Entrance: open 24 h, nobody there now")),
    "open_hours": (mark("Entrance: open by hours"), mark("Entrance: open by hours, nobody there now")),
}
_KINDS = {
    "inspect": (mark("Checkpoint: inspect"), mark("Checkpoint: inspect, nobody there now")),
    "dissuade": (mark("Checkpoint: dissuade"), mark("Checkpoint: dissuade, nobody there now")),
    "block": (mark("Checkpoint: block"), mark("Checkpoint: block, nobody there now")),
    "screen": (mark("Checkpoint: screen"), mark("Checkpoint: screen, nobody there now")),
}


def entrances(sheet: Sheet) -> Iterator[Piece]:
    """Yield the entrances by mode, those apart that are open with nobody there."""
    frame = sheet.facts.layer("entrances")
    unstaffed = frame["unstaffed"].fillna(False).astype(bool)
    yield from points(sheet, "entrances", frame[frame["mode"].isna()], "entrance_undecided", mark("Entrance, not decided"))
    for mode, (text, alone) in _MODES.items():
        mine = frame["mode"] == mode
        yield from points(sheet, "entrances", frame[mine & ~unstaffed], f"entrance_{mode}", text)
        if alone:
            yield from points(sheet, "entrances", frame[mine & unstaffed], f"entrance_{mode}_unstaffed", alone)


def checkpoints(sheet: Sheet) -> Iterator[Piece]:
    """Yield the checkpoints in force by kind, those apart where nobody is; with their names where they have no number."""
    frame = sheet.facts.layer("checkpoints")
    staffed = frame["staffed"].fillna(False).astype(bool)
    for kind, (text, alone) in _KINDS.items():
        mine = frame["kind"] == kind
        for rows, style, words in (
            (frame[mine & staffed], f"checkpoint_{kind}", text),
            (frame[mine & ~staffed], f"checkpoint_{kind}_unstaffed", alone),
        ):
            labels = [None if ("checkpoints", str(i)) in sheet.numbers else name for i, name in zip(rows["id"], names(rows), strict=True)]
            yield from points(sheet, "checkpoints", rows, style, words, labels=labels, rank=10)


# Roads ----------------------------------------------------------------------------------------------------------------


def crossings(sheet: Sheet) -> Iterator[Piece]:
    """Yield the roads over the border, with and without a post."""
    frame = sheet.facts.layer("crossings")
    watched = frame["with_post"].astype(bool)
    yield from points(sheet, "crossings", frame[watched], "crossing_watched", mark("Crossing with a post"))
    yield from points(sheet, "crossings", frame[~watched], "crossing_open", mark("Crossing without a post"))


def exposed(sheet: Sheet) -> Iterator[Piece]:
    """Yield the exposed settlements with their names, those with most people first."""
    frame = sheet.facts.exposed
    yield from points(sheet, "exposed", frame, "settlement_exposed", mark("Exposed settlement"), labels=names(frame), rank=35)


def routes(sheet: Sheet) -> Iterator[Piece]:
    """Yield the uncovered routes to the area's exposed settlements: each piece of road once, in the direction of those who come in."""
    facts = sheet.facts
    if facts.study is None:
        return
    network, found = facts.study.coverage.network, facts.study.routes
    if facts.ids is not None:
        of_area = facts.study.settlements["area_id"].isin(facts.ids)
        found = found[found["id"].isin(facts.study.settlements.loc[of_area, "id"])]
    lines = [shapely.LineString(np.column_stack([network.lon[run], network.lat[run]])) for run in _runs(found["nodes"])]
    geometry = gpd.GeoSeries(lines, crs=CRS)
    if facts.window is not None:
        geometry = geometry[geometry.intersects(shapely.box(*facts.window))].reset_index(drop=True)
    if len(geometry):
        yield Piece("routes", Drawn("route_uncovered", geometry, "route_uncovered"), mark("Uncovered route"), counted=False)


def _runs(ways: Iterable[Ints]) -> list[list[int]]:
    """Return the ways, lists of nodes, without the steps that an earlier one has taken."""
    taken: set[tuple[int, int]] = set()
    runs: list[list[int]] = []
    for way in sorted((nodes.tolist() for nodes in ways), key=lambda nodes: (-len(nodes), nodes)):
        open_run = False
        for step in pairwise(way):
            if step in taken:
                open_run = False
                continue
            taken.add(step)
            if open_run:
                runs[-1].append(step[1])
            else:
                runs.append([*step])
            open_run = True
    return runs


def junctions(sheet: Sheet, *, leading: bool) -> Iterator[Piece]:
    """Yield the unmonitored junctions, the larger the more they protect."""
    frame = sheet.facts.junctions
    frame = frame[frame["leading"] == leading] if len(frame) else frame
    if frame.empty:
        return
    step = 1 + np.searchsorted(_SIZES, frame["size"].to_numpy())
    texts = {
        3: mark("Unmonitored junction that protects most"),
        2: mark("Unmonitored junction that protects many"),
        1: mark("Unmonitored junction"),
    }
    for n, text in texts.items():
        yield from points(sheet, "leading" if leading else "others", frame[step == n], f"junction_unmonitored_{n}", text)


def marks(sheet: Sheet) -> Iterator[Piece]:
    """Yield the places that planners marked as unmonitored, or where a post has been requested."""
    frame = sheet.facts.marks
    for status, text in (("unmonitored", mark("Marked: unmonitored")), ("requested", mark("Marked: post requested"))):
        yield from points(sheet, "marks", frame[frame["status"] == status], f"mark_{status}", text)


def proposed(sheet: Sheet) -> Iterator[Piece]:
    """Yield the proposed posts with their numbers."""
    yield from points(sheet, "proposed", sheet.facts.plan, "post_proposed", mark("Proposed post"))


# The web map's layers in drawing order: what comes later lies on top.
MAKERS: dict[str, Maker] = {
    "risk": area_layers.risk,
    **{name: area_layers.shade(name) for name in ("isolating", "missed", "unreached")},
    "areas": area_layers.areas,
    "compounds": compounds,
    "routes": routes,
    "settlements": settlements,
    "venues": venues,
    "others": lambda sheet: junctions(sheet, leading=False),
    "leading": lambda sheet: junctions(sheet, leading=True),
    "exposed": exposed,
    "crossings": crossings,
    "entrances": entrances,
    "checkpoints": checkpoints,
    "proposed": proposed,
    "marks": marks,
}
