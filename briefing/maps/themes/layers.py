"""How each of the web map's layers is drawn on paper: one maker a layer, in the order in which they lie on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from briefing.maps.content import Drawn
from briefing.maps.themes import area_layers
from briefing.maps.themes.pieces import Features, Maker, Piece, Sheet, outlined, points
from briefing.maps.themes.places import located
from errors import N_
from geo.network import Ints
from settings import CRS

# From this size on (``coverage_frames.junctions``) an unmonitored junction is drawn larger, and larger still.
_SIZES = (1.1, 1.5)

# Places ---------------------------------------------------------------------------------------------------------------

_PLACES = {"city": 40, "town": 38, "village": 30, "suburb": 30}


def compounds(sheet: Sheet) -> Iterator[Piece]:
    """Yield the compounds with their names; those known as a point alone are drawn as a small square."""
    rows = located(sheet.facts.layer("compounds"))
    found, unmanaged = Features.of(rows), rows["unmanaged"].fillna(False).to_numpy(dtype=bool)
    yield from outlined("compounds", found[~unmanaged], "compound", N_("Compound"), named=True, rank=18)
    yield from outlined("compounds", found[unmanaged], "compound_unmanaged", N_("Compound without management"), named=True, rank=18)


def settlements(sheet: Sheet) -> Iterator[Piece]:
    """Yield the settlements with their names, larger ones first; those that lie open are drawn as such, where the sheet shows that."""
    rows = located(sheet.facts.layer("settlements"))
    if "exposed" in sheet.layers:
        rows = rows[~rows["id"].isin(sheet.facts.exposed["id"])]
    found, rank = Features.of(rows), np.array([_PLACES.get(place, 15) for place in rows["place"]])
    for level in np.unique(rank)[::-1].tolist():
        yield from points(sheet, "settlements", found[rank == level], "settlement", N_("Settlement"), named=True, rank=level)


# Kind -> style, words, and how early its name finds a place; all others are the last.
_VENUES = {
    "hospital": ("venue_hospital", N_("Hospital or clinic"), 16),
    "clinic": ("venue_hospital", N_("Hospital or clinic"), 12),
    "market": ("venue_market", N_("Market or supermarket"), 14),
    "supermarket": ("venue_market", N_("Market or supermarket"), 12),
    "station": ("venue_station", N_("Station"), 16),
    "bus_station": ("venue_station", N_("Station"), 14),
}
_OTHER_VENUE = ("venue_other", N_("Other venue"), 4)


def venues(sheet: Sheet) -> Iterator[Piece]:
    """Yield the venues by kind."""
    rows = located(sheet.facts.layer("venues"))
    found, drawn = Features.of(rows), [_VENUES.get(kind, _OTHER_VENUE) for kind in rows["kind"]]
    for style, text, rank in (*_VENUES.values(), _OTHER_VENUE):
        mine = np.array([each == (style, text, rank) for each in drawn], dtype=bool)
        yield from points(sheet, "venues", found[mine], style, text, named=True, rank=rank)


# Entrances and posts --------------------------------------------------------------------------------------------------

# Code -> (what the legend calls it, and where nobody is there; sealed ones need nobody).
_MODES = {
    "sealed": (N_("Entrance: sealed"), ""),
    "open_24h": (N_("Entrance: open 24 h"), N_("Entrance: open 24 h, nobody there now")),
    "open_hours": (N_("Entrance: open by hours"), N_("Entrance: open by hours, nobody there now")),
}
_KINDS = {
    "inspect": (N_("Checkpoint: inspect"), N_("Checkpoint: inspect, nobody there now")),
    "dissuade": (N_("Checkpoint: dissuade"), N_("Checkpoint: dissuade, nobody there now")),
    "block": (N_("Checkpoint: block"), N_("Checkpoint: block, nobody there now")),
    "screen": (N_("Checkpoint: screen"), N_("Checkpoint: screen, nobody there now")),
}


def entrances(sheet: Sheet) -> Iterator[Piece]:
    """Yield the entrances by mode, those apart that are open with nobody there."""
    rows = located(sheet.facts.layer("entrances").assign(alone=sheet.facts.unstaffed("entrances")))
    found, mode, alone = Features.of(rows), rows["mode"].to_numpy(dtype=object), rows["alone"].to_numpy(dtype=bool)
    yield from points(sheet, "entrances", found[pd.isna(mode)], "entrance_undecided", N_("Entrance, not decided"))
    for code, (text, unstaffed) in _MODES.items():
        yield from points(sheet, "entrances", found[(mode == code) & ~alone], f"entrance_{code}", text)
        yield from points(sheet, "entrances", found[(mode == code) & alone], f"entrance_{code}_unstaffed", unstaffed)


def checkpoints(sheet: Sheet) -> Iterator[Piece]:
    """Yield the checkpoints in force by kind, those apart where nobody is."""
    rows = located(sheet.facts.layer("checkpoints").assign(alone=sheet.facts.unstaffed("checkpoints")))
    found, kind, alone = Features.of(rows), rows["kind"].to_numpy(dtype=object), rows["alone"].to_numpy(dtype=bool)
    for code, (text, unstaffed) in _KINDS.items():
        yield from points(sheet, "checkpoints", found[(kind == code) & ~alone], f"checkpoint_{code}", text, named=True, rank=10)
        mine = found[(kind == code) & alone]
        yield from points(sheet, "checkpoints", mine, f"checkpoint_{code}_unstaffed", unstaffed, named=True, rank=10)


# Roads ----------------------------------------------------------------------------------------------------------------


def crossings(sheet: Sheet) -> Iterator[Piece]:
    """Yield the roads over the border, with and without a post."""
    rows = located(sheet.facts.layer("crossings"))
    found, watched = Features.of(rows), rows["with_post"].to_numpy(dtype=bool)
    yield from points(sheet, "crossings", found[watched], "crossing_watched", N_("Crossing with a post"))
    yield from points(sheet, "crossings", found[~watched], "crossing_open", N_("Crossing without a post"))


def exposed(sheet: Sheet) -> Iterator[Piece]:
    """Yield the exposed settlements with their names, those with most people first."""
    found = Features.of(located(sheet.facts.exposed))
    yield from points(sheet, "exposed", found, "settlement_exposed", N_("Exposed settlement"), named=True, rank=35)


def routes(sheet: Sheet) -> Iterator[Piece]:
    """Yield the uncovered routes to the area's exposed settlements: each piece of road once, in the direction of those who come in."""
    facts = sheet.facts
    if facts.study is None:
        return
    network, found = facts.study.coverage.network, facts.study.routes
    if facts.ids is not None:
        of_area = facts.of_area(facts.study.settlements["area_id"])
        found = found[found["id"].isin(facts.study.settlements.loc[of_area, "id"])]
    lines = [shapely.LineString(np.column_stack([network.lon[run], network.lat[run]])) for run in _runs(found["nodes"])]
    geometry = gpd.GeoSeries(lines, crs=CRS)
    if facts.window is not None:
        geometry = geometry[geometry.intersects(shapely.box(*facts.window))].reset_index(drop=True)
    if len(geometry):
        yield Piece("routes", Drawn("route_uncovered", geometry, "route_uncovered"), N_("Uncovered route"), counted=False)


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


# Size of the symbol -> its words in the legend, the largest first.
_PROTECTS = {
    3: N_("Unmonitored junction that protects most"),
    2: N_("Unmonitored junction that protects many"),
    1: N_("Unmonitored junction"),
}


def junctions(layer: str) -> Maker:
    """Return what draws the unmonitored junctions that lead the ranking (``leading``), or the others: larger, the more each protects."""

    def make(sheet: Sheet) -> Iterator[Piece]:
        rows = sheet.facts.junctions
        rows = rows[rows["leading"] == (layer == "leading")] if len(rows) else rows
        if len(rows):
            found, size = Features.of(rows), 1 + np.searchsorted(_SIZES, rows["size"].to_numpy())
            for n, text in _PROTECTS.items():
                yield from points(sheet, layer, found[size == n], f"junction_unmonitored_{n}", text)

    return make


def marks(sheet: Sheet) -> Iterator[Piece]:
    """Yield the places that planners marked as unmonitored, or where a post has been requested."""
    rows = sheet.facts.marks
    found, status = Features.of(rows, [None] * len(rows)), rows["status"].to_numpy(dtype=object)
    yield from points(sheet, "marks", found[status == "unmonitored"], "mark_unmonitored", N_("Marked: unmonitored"))
    yield from points(sheet, "marks", found[status == "requested"], "mark_requested", N_("Marked: post requested"))


def proposed(sheet: Sheet) -> Iterator[Piece]:
    """Yield the proposed posts, with their numbers where the table lists them."""
    listed = any(layer == "proposed" for layer, _id in sheet.numbers)
    rows = sheet.facts.plan if listed else sheet.facts.plan_in_view
    found = Features.of(rows, [None] * len(rows))
    yield from points(sheet, "proposed", found, "post_proposed", N_("Proposed post"))


# The web map's layers in drawing order: what comes later lies on top.
MAKERS: dict[str, Maker] = {
    "risk": area_layers.risk,
    **{name: area_layers.shade(name) for name in ("isolating", "missed", "unreached")},
    "areas": area_layers.areas,
    "compounds": compounds,
    "routes": routes,
    "settlements": settlements,
    "venues": venues,
    "others": junctions("others"),
    "leading": junctions("leading"),
    "exposed": exposed,
    "crossings": crossings,
    "entrances": entrances,
    "checkpoints": checkpoints,
    "proposed": proposed,
    "marks": marks,
}
