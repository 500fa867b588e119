"""How each layer looks on the map: one table, read by the browser's drawing code and by the legend.

Symbols differ by shape first and by colour second (Okabe-Ito palette, safe for colour-blind readers), so that they also read in grey.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from briefing.maps.styles import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, YELLOW
from errors import N_
from queries.columns import TITLES
from queries.layers import LAYERS
from words import Translate


@dataclass(frozen=True)
class Symbol:
    """One symbol: a shape the browser knows, its colour, and what the legend calls it."""

    shape: str
    colour: str
    label: str


@dataclass(frozen=True)
class LayerStyle:
    """How one layer is drawn.

    draw: ``point`` (symbols), ``line``, ``area`` (outlines and fills) or ``label`` (names).
    by: the column whose value chooses the symbol; ``""`` in ``symbols`` stands for any other value.
    columns: what the browser is sent besides id and name. tell: those of them shown when a feature is pointed at.
    scale: size of the symbols against an entrance's. from_zoom, names_from: the zoom at which features and their names appear.
    path: the route that serves it (without one, that of the workspace's layer); studied: it belongs to a study, not to a moment alone.
    shade: it fills areas by a figure; whatever lies in one is pointed at by it, and what else would fill areas gives way.
    """

    label: str
    draw: str
    symbols: dict[str, Symbol]
    by: str = ""
    columns: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    scale: float = 1.0
    from_zoom: int = 0
    names_from: int = 99
    words: dict[str, str] = field(default_factory=dict)
    path: str = ""
    studied: bool = False
    shade: bool = False


MARKS = {
    "unmonitored": N_("Marked: unmonitored"),
    "requested": N_("Marked: post requested"),
    "covered": N_("Marked: covered"),
    "dismissed": N_("Marked: dismissed"),
}
VIA = {"entrance": N_("through an entrance"), "road": N_("by a road without one")}
_JUNCTION_TELLS = ("rank", "highway", "alone_settlements", "alone", "first_posts", "routes", "mark_status")
_JUNCTION_COLUMNS = ("highway", "rank", "first_posts", "alone_settlements", "alone", "routes", "mark_status", "size")


def _steps(*labels: str) -> dict[str, Symbol]:
    """Return the symbols of a figure's classes, from none to most: one hue, ever denser, so that they keep their order in grey."""
    steps = {str(n): Symbol(f"step_{n}", BLUE, label) for n, label in enumerate(labels)}
    return {"": Symbol("outline", GREY, N_("Not known")), **steps}


# In drawing order: what comes later lies on top.
STYLES: dict[str, LayerStyle] = {
    "risk": LayerStyle(
        label=N_("Risk level"),
        draw="area",
        by="risk",
        symbols={
            "": Symbol("outline", GREY, N_("Not known")),
            "low": Symbol("risk_plain", SKY, N_("Low risk")),
            "medium": Symbol("risk_dots", ORANGE, N_("Medium risk")),
            "high": Symbol("risk_hatch", VERMILLION, N_("High risk")),
        },
        columns=("risk", "tier", "finest", "cases", "new_in_window", "clusters", "changes_on", "ordered_by", "parent_id"),
        tell=("risk", "cases", "new_in_window", "clusters", "changes_on", "ordered_by"),
        path="shades/risk",
        shade=True,
    ),
    "isolating": LayerStyle(
        label=N_("Isolating per household"),
        draw="area",
        by="step",
        symbols=_steps(
            N_("None"),
            N_("under 0.5 per 100 households"),
            N_("0.5 to 1 per 100"),
            N_("1 to 2 per 100"),
            N_("2 and more per 100"),
        ),
        columns=("step", "isolating", "households", "per_100"),
        tell=("isolating", "households", "per_100"),
        path="shades/isolating",
        shade=True,
    ),
    "missed": LayerStyle(
        label=N_("Missed readings"),
        draw="area",
        by="step",
        symbols=_steps(N_("None"), N_("1"), N_("2 to 3"), N_("4 to 7"), N_("8 and more")),
        columns=("step", "readings_missed", "isolating"),
        tell=("readings_missed", "isolating"),
        path="shades/missed",
        shade=True,
    ),
    "unreached": LayerStyle(
        label=N_("Unreached households"),
        draw="area",
        by="step",
        symbols=_steps(N_("None"), N_("1 to 9"), N_("10 to 29"), N_("30 to 99"), N_("100 and more")),
        columns=("step", "unreached", "households"),
        tell=("unreached", "households"),
        path="shades/unreached",
        shade=True,
    ),
    "areas": LayerStyle(
        label=N_("Areas"),
        draw="area",
        by="status",
        symbols={
            "": Symbol("outline", GREY, N_("Area border")),
            "controlled": Symbol("dots", ORANGE, N_("Area controlled")),
            "sealed": Symbol("hatch", VERMILLION, N_("Area sealed off")),
        },
        columns=("level", "status", "responsible", "phone", "parent_id"),
        tell=("level", "status", "responsible", "phone"),
        names_from=5,
    ),
    "unknown": LayerStyle(
        label=N_("Beyond the road data"),
        draw="area",
        symbols={"": Symbol("unknown", GREY, N_("No road data here: nothing is proved"))},
        path="coverage/unknown",
        studied=True,
    ),
    "compounds": LayerStyle(
        label=N_("Compounds"),
        draw="area",
        by="unmanaged",
        symbols={
            "": Symbol("ground", GREY, N_("Compound")),
            "true": Symbol("dashed", PURPLE, N_("Compound without management")),
        },
        columns=("population", "households", "unmanaged"),
        tell=("households", "population"),
        from_zoom=12,
        names_from=15,
    ),
    "settlements": LayerStyle(
        label=N_("Settlements"),
        draw="label",
        by="place",
        symbols={"": Symbol("dot", GREY, N_("Settlement"))},
        columns=("place", "population"),
        tell=("place", "population"),
        names_from=9,
    ),
    "venues": LayerStyle(
        label=N_("Venues"),
        draw="point",
        by="kind",
        symbols={"": Symbol("letter", GREY, N_("Venue"))},
        columns=("kind", "peak_hours", "capacity"),
        tell=("kind", "peak_hours", "capacity"),
        scale=1.1,
        from_zoom=13,
        names_from=16,
        words={
            "hospital": N_("Hospital"),
            "clinic": N_("Clinic"),
            "market": N_("Market"),
            "supermarket": N_("Supermarket"),
            "park": N_("Park"),
            "station": N_("Station"),
            "bus_station": N_("Bus station"),
            "toll_booth": N_("Toll booth"),
            "other": N_("Other"),
        },
    ),
    "junctions": LayerStyle(
        label=N_("Junctions"),
        draw="point",
        symbols={"": Symbol("dot", GREY, N_("Junction"))},
        columns=("degree", "highway"),
        tell=("highway", "degree"),
        scale=0.5,
        from_zoom=14,
    ),
    "open_ends": LayerStyle(
        label=N_("Open ends"),
        draw="point",
        symbols={"": Symbol("ellipsis", GREY, N_("Road goes on, no data"))},
        scale=0.9,
        from_zoom=11,
        path="network/open_ends",
    ),
    "edits": LayerStyle(
        label=N_("Roads changed by hand"),
        draw="line",
        by="action",
        symbols={
            "": Symbol("struck_line", VERMILLION, N_("Road struck by hand")),
            "add": Symbol("added_line", BLUE, N_("Road added by hand")),
            "join": Symbol("joined_line", BLUE, N_("Joint made by hand")),
            "part": Symbol("parted_line", VERMILLION, N_("Joint parted by hand")),
            "confirm": Symbol("seen_line", GREY, N_("Joint seen: as drawn")),
        },
        columns=("action", "mode", "note"),
        tell=("note", "mode"),
        path="planning/edits",
        words={"drive": N_("By car"), "walk": N_("On foot")},
    ),
    "routes": LayerStyle(
        label=N_("Uncovered routes"),
        draw="line",
        symbols={"": Symbol("route_line", PURPLE, N_("Uncovered route"))},
        columns=("people", "length_m", "way_in", "via"),
        tell=("people", "length_m", "way_in", "via"),
        path="coverage/routes",
        studied=True,
        words=VIA,
    ),
    "proof": LayerStyle(
        label=N_("Disjoint routes"),
        draw="line",
        symbols={"": Symbol("proof_line", BLUE, N_("Disjoint route"))},
        columns=("number",),
        tell=("number",),
        path="coverage/proof",
        studied=True,
    ),
    "others": LayerStyle(
        label=N_("Unmonitored junctions"),
        draw="point",
        symbols={"": Symbol("dot", PURPLE, N_("Unmonitored junction, lower in rank"))},
        columns=_JUNCTION_COLUMNS,
        tell=_JUNCTION_TELLS,
        from_zoom=13,
        path="coverage/others",
        studied=True,
        words=MARKS,
    ),
    "leading": LayerStyle(
        label=N_("Unmonitored junctions"),
        draw="point",
        symbols={"": Symbol("dot", PURPLE, N_("Unmonitored junction"))},
        columns=_JUNCTION_COLUMNS,
        tell=_JUNCTION_TELLS,
        scale=1.3,
        path="coverage/leading",
        studied=True,
        words=MARKS,
    ),
    "exposed": LayerStyle(
        label=N_("Exposed settlements"),
        draw="point",
        symbols={"": Symbol("target", VERMILLION, N_("Exposed settlement"))},
        columns=("people", "length_m", "way_in", "via"),
        tell=("people", "length_m", "way_in", "via"),
        scale=1.35,
        path="coverage/exposed",
        studied=True,
        words=VIA,
    ),
    "entries": LayerStyle(
        label=N_("Ways into settlements"),
        draw="point",
        symbols={"": Symbol("numbered", GREY, N_("Way into a settlement without a listed entrance"))},
        columns=("number", "distance_m", "declared"),
        tell=("number", "distance_m", "declared"),
        scale=1.1,
        from_zoom=14,
        path="coverage/entries",
        studied=True,
    ),
    "joints": LayerStyle(
        label=N_("Doubtful joints"),
        draw="point",
        by="state",
        symbols={
            "": Symbol("joint", GREY, N_("Doubtful joint")),
            "matters": Symbol("joint_matters", PURPLE, N_("Doubtful joint that matters")),
        },
        columns=("state", "number", "kind", "gap_m", "settlements", "people", "size"),
        tell=("number", "kind", "gap_m", "settlements", "people"),
        scale=1.2,
        path="coverage/joints",
        studied=True,
        words={"gap": N_("Gap"), "crossing": N_("Crossing without a junction")},
    ),
    "crossings": LayerStyle(
        label=N_("Crossings"),
        draw="point",
        by="with_post",
        symbols={
            "": Symbol("arrow", PURPLE, N_("Crossing without a post")),
            "true": Symbol("arrow", GREY, N_("Crossing with a post")),
        },
        columns=("highway", "ref", "bearing", "with_post"),
        tell=("highway", "ref"),
        scale=1.3,
    ),
    "entrances": LayerStyle(
        label=N_("Entrances"),
        draw="point",
        by="mode",
        symbols={
            "": Symbol("ring", GREY, N_("Entrance, not decided")),
            "sealed": Symbol("barred_square", VERMILLION, N_("Sealed")),
            "open_24h": Symbol("circle", GREEN, N_("Open 24 h")),
            "open_hours": Symbol("half_circle", ORANGE, N_("Open by hours")),
        },
        columns=("mode", "timetable", "egress", "open_now", "staffed", "overdue", "kind", "provenance", "key_holder", "person"),
        tell=("mode", "timetable", "egress", "key_holder", "staffed", "person", "overdue", "provenance"),
        names_from=17,
        words={
            "releasable": N_("Releasable"),
            "guarded": N_("Guarded"),
            "none": N_("No way out"),
            "mapped": N_("Mapped"),
            "inferred": N_("Inferred"),
            "entered": N_("Entered by hand"),
        },
    ),
    "checkpoints": LayerStyle(
        label=N_("Checkpoints"),
        draw="point",
        by="kind",
        symbols={
            "": Symbol("ring", BLUE, N_("Checkpoint")),
            "inspect": Symbol("triangle", BLUE, N_("Inspect")),
            "dissuade": Symbol("diamond", BLUE, N_("Dissuade")),
            "block": Symbol("cross", BLUE, N_("Block")),
            "screen": Symbol("plus", BLUE, N_("Screen")),
        },
        columns=("kind", "post_class", "staff_required", "staffed", "unstaffed", "on_duty", "person", "phone"),
        tell=("kind", "post_class", "staffed", "on_duty", "person", "phone"),
        scale=1.25,
        names_from=15,
        words={
            "province_border": N_("Province border"),
            "expressway": N_("Expressway"),
            "national_road": N_("National road"),
            "provincial_road": N_("Provincial road"),
            "county_road": N_("County road"),
            "rural_road": N_("Rural road"),
            "village": N_("Village"),
            "community": N_("Community"),
            "market": N_("Market"),
            "station": N_("Station"),
            "other": N_("Other"),
        },
    ),
    "sources": LayerStyle(
        label=N_("Ways in"),
        draw="point",
        by="with_post",
        symbols={
            "": Symbol("entry", PURPLE, N_("Way in without a post")),
            "true": Symbol("entry", GREY, N_("Way in with a post")),
        },
        columns=("kind", "with_post"),
        tell=("kind", "with_post"),
        scale=1.3,
        names_from=13,
        path="coverage/sources",
        studied=True,
        words={
            "passing": N_("Road passing through"),
            "edge_of_data": N_("The road data stop here"),
            "ferry": N_("Ferry"),
            "station": N_("Station"),
            "wharf": N_("Wharf"),
            "expressway_exit": N_("Expressway exit"),
            "airport": N_("Airport"),
            "other": N_("Other"),
        },
    ),
    "proposed": LayerStyle(
        label=N_("Proposed posts"),
        draw="point",
        symbols={"": Symbol("star", YELLOW, N_("Proposed post"))},
        columns=("number", "highway", "people", "opens"),
        tell=("number", "highway", "people", "opens"),
        scale=2.1,
        path="coverage/proposed",
        studied=True,
    ),
    "marks": LayerStyle(
        label=N_("Marks"),
        draw="point",
        by="status",
        symbols={
            "": Symbol("flag", PURPLE, MARKS["unmonitored"]),
            "requested": Symbol("banner", ORANGE, MARKS["requested"]),
            "covered": Symbol("tick", GREEN, MARKS["covered"]),
            "dismissed": Symbol("strike", GREY, MARKS["dismissed"]),
        },
        columns=("status", "note"),
        tell=("status", "note"),
        path="planning/marks",
        words={"unmonitored": MARKS["unmonitored"]},
    ),
}

for _name, _style in STYLES.items():
    _shown = tuple(column.name for column in LAYERS[_name].shown) if _name in LAYERS else ()
    STYLES[_name] = replace(_style, columns=(*_style.columns, *_shown), tell=(*_style.tell, *_shown))

# What the map itself says: its buttons, notes, and the names of columns and values it tells.
MAP_WORDS = {
    "map": N_("Map"),
    "legend": N_("Legend"),
    "print": N_("Print this map"),
    "locate": N_("Show where I am"),
    "locate_failed": N_("This device does not tell where it is."),
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "north": N_("N"),
    "demo": N_("Demo data"),
    "osm": N_("© OpenStreetMap contributors"),
    "offline": N_("No answer from the server. Trying again …"),
    "loading": N_("Loading the map …"),
    "empty": N_("Nothing to show here yet."),
    "unstaffed": N_("Nobody there now"),
    "closed_now": N_("Closed at this hour"),
    "no_egress": N_("No way out"),
    "overdue": N_("Seal overdue"),
    "unnamed": N_("Unnamed"),
    "yes": N_("yes"),
    "no": N_("no"),
    **{f"column.{name}": title for name, title in TITLES.items()},
    "column.degree": N_("Roads meeting"),
    "column.highway": N_("Road class"),
    "column.ref": N_("Road number"),
    "column.staffed": N_("Staffed"),
    "column.person": N_("On duty"),
    "column.on_duty": N_("People on duty"),
    "column.overdue": N_("Seal overdue"),
    "column.people": N_("People"),
    "column.length_m": N_("Metres"),
    "column.way_in": N_("Comes in by"),
    "column.number": N_("Number"),
    "column.opens": N_("Opens without it"),
    "column.rank": N_("Rank"),
    "column.alone": N_("People it protects alone"),
    "column.alone_settlements": N_("Settlements it protects alone"),
    "column.via": N_("Gets in"),
    "column.gap_m": N_("Gap, m"),
    "column.settlements": N_("Lie open if joined"),
    "column.distance_m": N_("To the nearest entrance, m"),
    "column.declared": N_("Declared complete"),
    "column.first_posts": N_("Needed from posts"),
    "column.routes": N_("Routes passing"),
    "column.mark_status": N_("Mark"),
    "column.note": N_("Note"),
    "column.with_post": N_("With a post"),
    "column.risk": N_("Risk level"),
    "column.cases": N_("Cases in all"),
    "column.new_in_window": N_("New cases"),
    "column.clusters": N_("Clusters"),
    "column.changes_on": N_("Changes on"),
    "column.isolating": N_("Isolating"),
    "column.per_100": N_("Per 100 households"),
    "column.readings_missed": N_("Missed readings"),
    "column.unreached": N_("Not reached"),
    "areas.normal": N_("Normal"),
    "areas.city": N_("City"),
    "areas.district": N_("District"),
    "areas.township": N_("Township"),
    "areas.village": N_("Village"),
    "areas.community": N_("Community"),
    "areas.grid": N_("Grid"),
}


def map_words(translate: Translate) -> dict[str, str]:
    """Return every word the map shows, translated: by its key, ``layer`` (name of a layer) or ``layer.value`` (name of a value)."""
    words = {key: translate(text) for key, text in MAP_WORDS.items()}
    for name, style in STYLES.items():
        words[name] = translate(style.label)
        words |= {f"{name}.{value}": translate(symbol.label) for value, symbol in style.symbols.items()}
        words |= {f"{name}.{value}": translate(text) for value, text in style.words.items()}
    return words


def browser_table() -> list[dict[str, Any]]:
    """Return the style of each layer, in drawing order, as the browser's drawing code reads it."""
    return [
        {
            "name": name,
            "draw": style.draw,
            "by": style.by,
            "symbols": {value: {"shape": s.shape, "colour": s.colour} for value, s in style.symbols.items()},
            "tell": list(style.tell),
            "scale": style.scale,
            "fromZoom": style.from_zoom,
            "namesFrom": style.names_from,
            "path": style.path or f"layers/{name}",
            "studied": style.studied,
            "shade": style.shade,
        }
        for name, style in STYLES.items()
    ]
