"""How each layer looks on the map: one table, read by the browser's drawing code and by the legend.

Symbols differ by shape first and by colour second (Okabe-Ito palette, safe for colour-blind readers), so that they also read in grey.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from briefing.maps.styles import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, YELLOW
from errors import mark
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
    "unmonitored": mark("Marked: unmonitored"),
    "requested": mark("Marked: post requested"),
    "covered": mark("Marked: covered"),
    "dismissed": mark("Marked: dismissed"),
}
VIA = {"entrance": mark("through an entrance"), "road": mark("by a road without one")}
_JUNCTION_TELLS = ("rank", "highway", "alone_settlements", "alone", "first_posts", "routes", "mark_status")
_JUNCTION_COLUMNS = ("highway", "rank", "first_posts", "alone_settlements", "alone", "routes", "mark_status", "size")


def _steps(*labels: str) -> dict[str, Symbol]:
    """Return the symbols of a figure's classes, from none to most: one hue, ever denser, so that they keep their order in grey."""
    steps = {str(n): Symbol(f"step_{n}", BLUE, label) for n, label in enumerate(labels)}
    return {"": Symbol("outline", GREY, mark("Not known")), **steps}


# In drawing order: what comes later lies on top.
STYLES: dict[str, LayerStyle] = {
    "risk": LayerStyle(
        label=mark("Risk level"),
        draw="area",
        by="risk",
        symbols={
            "": Symbol("outline", GREY, mark("Not known")),
            "low": Symbol("risk_plain", SKY, mark("Low risk")),
            "medium": Symbol("risk_dots", ORANGE, mark("Medium risk")),
            "high": Symbol("risk_hatch", VERMILLION, mark("High risk")),
        },
        columns=("risk", "tier", "finest", "cases", "new_in_window", "clusters", "changes_on", "ordered_by", "parent_id"),
        tell=("risk", "cases", "new_in_window", "clusters", "changes_on", "ordered_by"),
        path="shades/risk",
        shade=True,
    ),
    "isolating": LayerStyle(
        label=mark("Isolating per household"),
        draw="area",
        by="step",
        symbols=_steps(
            mark("None"),
            mark("under 0.5 per 100 households"),
            mark("0.5 to 1 per 100"),
            mark("1 to 2 per 100"),
            mark("2 and more per 100"),
        ),
        columns=("step", "isolating", "households", "per_100"),
        tell=("isolating", "households", "per_100"),
        path="shades/isolating",
        shade=True,
    ),
    "missed": LayerStyle(
        label=mark("Missed readings"),
        draw="area",
        by="step",
        symbols=_steps(mark("None"), mark("1"), mark("2 to 3"), mark("4 to 7"), mark("8 and more")),
        columns=("step", "readings_missed", "isolating"),
        tell=("readings_missed", "isolating"),
        path="shades/missed",
        shade=True,
    ),
    "unreached": LayerStyle(
        label=mark("Unreached households"),
        draw="area",
        by="step",
        symbols=_steps(mark("None"), mark("1 to 9"), mark("10 to 29"), mark("30 to 99"), mark("100 and more")),
        columns=("step", "unreached", "households"),
        tell=("unreached", "households"),
        path="shades/unreached",
        shade=True,
    ),
    "areas": LayerStyle(
        label=mark("Areas"),
        draw="area",
        by="status",
        symbols={
            "": Symbol("outline", GREY, mark("Area border")),
            "controlled": Symbol("dots", ORANGE, mark("Area controlled")),
            "sealed": Symbol("hatch", VERMILLION, mark("Area sealed off")),
        },
        columns=("level", "status", "responsible", "phone", "parent_id"),
        tell=("level", "status", "responsible", "phone"),
        names_from=5,
    ),
    "unknown": LayerStyle(
        label=mark("Beyond the road data"),
        draw="area",
        symbols={"": Symbol("unknown", GREY, mark("No road data here: nothing is proved"))},
        path="coverage/unknown",
        studied=True,
    ),
    "compounds": LayerStyle(
        label=mark("Compounds"),
        draw="area",
        by="unmanaged",
        symbols={
            "": Symbol("ground", GREY, mark("Compound")),
            "true": Symbol("dashed", PURPLE, mark("Compound without management")),
        },
        columns=("population", "households", "unmanaged"),
        tell=("households", "population"),
        from_zoom=12,
        names_from=15,
    ),
    "settlements": LayerStyle(
        label=mark("Settlements"),
        draw="label",
        by="place",
        symbols={"": Symbol("dot", GREY, mark("Settlement"))},
        columns=("place", "population"),
        tell=("place", "population"),
        names_from=9,
    ),
    "venues": LayerStyle(
        label=mark("Venues"),
        draw="point",
        by="kind",
        symbols={"": Symbol("letter", GREY, mark("Venue"))},
        columns=("kind", "peak_hours", "capacity"),
        tell=("kind", "peak_hours", "capacity"),
        scale=1.1,
        from_zoom=13,
        names_from=16,
        words={
            "hospital": mark("Hospital"),
            "clinic": mark("Clinic"),
            "market": mark("Market"),
            "supermarket": mark("Supermarket"),
            "park": mark("Park"),
            "station": mark("Station"),
            "bus_station": mark("Bus station"),
            "toll_booth": mark("Toll booth"),
            "other": mark("Other"),
        },
    ),
    "junctions": LayerStyle(
        label=mark("Junctions"),
        draw="point",
        symbols={"": Symbol("dot", GREY, mark("Junction"))},
        columns=("degree", "highway"),
        tell=("highway", "degree"),
        scale=0.5,
        from_zoom=14,
    ),
    "open_ends": LayerStyle(
        label=mark("Open ends"),
        draw="point",
        symbols={"": Symbol("ellipsis", GREY, mark("Road goes on, no data"))},
        scale=0.9,
        from_zoom=11,
        path="network/open_ends",
    ),
    "edits": LayerStyle(
        label=mark("Roads changed by hand"),
        draw="line",
        by="action",
        symbols={
            "": Symbol("struck_line", VERMILLION, mark("Road struck by hand")),
            "add": Symbol("added_line", BLUE, mark("Road added by hand")),
            "join": Symbol("joined_line", BLUE, mark("Joint made by hand")),
            "part": Symbol("parted_line", VERMILLION, mark("Joint parted by hand")),
            "confirm": Symbol("seen_line", GREY, mark("Joint seen: as drawn")),
        },
        columns=("action", "mode", "note"),
        tell=("note", "mode"),
        path="planning/edits",
        words={"drive": mark("By car"), "walk": mark("On foot")},
    ),
    "routes": LayerStyle(
        label=mark("Uncovered routes"),
        draw="line",
        symbols={"": Symbol("route_line", PURPLE, mark("Uncovered route"))},
        columns=("people", "length_m", "way_in", "via"),
        tell=("people", "length_m", "way_in", "via"),
        path="coverage/routes",
        studied=True,
        words=VIA,
    ),
    "proof": LayerStyle(
        label=mark("Disjoint routes"),
        draw="line",
        symbols={"": Symbol("proof_line", BLUE, mark("Disjoint route"))},
        columns=("number",),
        tell=("number",),
        path="coverage/proof",
        studied=True,
    ),
    "others": LayerStyle(
        label=mark("Unmonitored junctions"),
        draw="point",
        symbols={"": Symbol("dot", PURPLE, mark("Unmonitored junction, lower in rank"))},
        columns=_JUNCTION_COLUMNS,
        tell=_JUNCTION_TELLS,
        from_zoom=13,
        path="coverage/others",
        studied=True,
        words=MARKS,
    ),
    "leading": LayerStyle(
        label=mark("Unmonitored junctions"),
        draw="point",
        symbols={"": Symbol("dot", PURPLE, mark("Unmonitored junction"))},
        columns=_JUNCTION_COLUMNS,
        tell=_JUNCTION_TELLS,
        scale=1.3,
        path="coverage/leading",
        studied=True,
        words=MARKS,
    ),
    "exposed": LayerStyle(
        label=mark("Exposed settlements"),
        draw="point",
        symbols={"": Symbol("target", VERMILLION, mark("Exposed settlement"))},
        columns=("people", "length_m", "way_in", "via"),
        tell=("people", "length_m", "way_in", "via"),
        scale=1.35,
        path="coverage/exposed",
        studied=True,
        words=VIA,
    ),
    "entries": LayerStyle(
        label=mark("Ways into settlements"),
        draw="point",
        symbols={"": Symbol("numbered", GREY, mark("Way into a settlement without a listed entrance"))},
        columns=("number", "distance_m", "declared"),
        tell=("number", "distance_m", "declared"),
        scale=1.1,
        from_zoom=14,
        path="coverage/entries",
        studied=True,
    ),
    "joints": LayerStyle(
        label=mark("Doubtful joints"),
        draw="point",
        by="state",
        symbols={
            "": Symbol("joint", GREY, mark("Doubtful joint")),
            "matters": Symbol("joint_matters", PURPLE, mark("Doubtful joint that matters")),
        },
        columns=("state", "number", "kind", "gap_m", "settlements", "people", "size"),
        tell=("number", "kind", "gap_m", "settlements", "people"),
        scale=1.2,
        path="coverage/joints",
        studied=True,
        words={"gap": mark("Gap"), "crossing": mark("Crossing without a junction")},
    ),
    "crossings": LayerStyle(
        label=mark("Crossings"),
        draw="point",
        by="with_post",
        symbols={
            "": Symbol("arrow", PURPLE, mark("Crossing without a post")),
            "true": Symbol("arrow", GREY, mark("Crossing with a post")),
        },
        columns=("highway", "ref", "bearing", "with_post"),
        tell=("highway", "ref"),
        scale=1.3,
    ),
    "entrances": LayerStyle(
        label=mark("Entrances"),
        draw="point",
        by="mode",
        symbols={
            "": Symbol("ring", GREY, mark("Entrance, not decided")),
            "sealed": Symbol("barred_square", VERMILLION, mark("Sealed")),
            "open_24h": Symbol("circle", GREEN, mark("Open 24 h")),
            "open_hours": Symbol("half_circle", ORANGE, mark("Open by hours")),
        },
        columns=("mode", "timetable", "egress", "open_now", "staffed", "overdue", "kind", "provenance", "key_holder", "person"),
        tell=("mode", "timetable", "egress", "key_holder", "staffed", "person", "overdue", "provenance"),
        names_from=17,
        words={
            "releasable": mark("Releasable"),
            "guarded": mark("Guarded"),
            "none": mark("No way out"),
            "mapped": mark("Mapped"),
            "inferred": mark("Inferred"),
            "entered": mark("Entered by hand"),
        },
    ),
    "checkpoints": LayerStyle(
        label=mark("Checkpoints"),
        draw="point",
        by="kind",
        symbols={
            "": Symbol("ring", BLUE, mark("Checkpoint")),
            "inspect": Symbol("triangle", BLUE, mark("Inspect")),
            "dissuade": Symbol("diamond", BLUE, mark("Dissuade")),
            "block": Symbol("cross", BLUE, mark("Block")),
            "screen": Symbol("plus", BLUE, mark("Screen")),
        },
        columns=("kind", "post_class", "staff_required", "staffed", "unstaffed", "on_duty", "person", "phone"),
        tell=("kind", "post_class", "staffed", "on_duty", "person", "phone"),
        scale=1.25,
        names_from=15,
        words={
            "province_border": mark("Province border"),
            "expressway": mark("Expressway"),
            "national_road": mark("National road"),
            "provincial_road": mark("Provincial road"),
            "county_road": mark("County road"),
            "rural_road": mark("Rural road"),
            "village": mark("Village"),
            "community": mark("Community"),
            "market": mark("Market"),
            "station": mark("Station"),
            "other": mark("Other"),
        },
    ),
    "sources": LayerStyle(
        label=mark("Ways in"),
        draw="point",
        by="with_post",
        symbols={
            "": Symbol("entry", PURPLE, mark("Way in without a post")),
            "true": Symbol("entry", GREY, mark("Way in with a post")),
        },
        columns=("kind", "with_post"),
        tell=("kind", "with_post"),
        scale=1.3,
        names_from=13,
        path="coverage/sources",
        studied=True,
        words={
            "passing": mark("Road passing through"),
            "edge_of_data": mark("The road data stop here"),
            "ferry": mark("Ferry"),
            "station": mark("Station"),
            "wharf": mark("Wharf"),
            "expressway_exit": mark("Expressway exit"),
            "airport": mark("Airport"),
            "other": mark("Other"),
        },
    ),
    "proposed": LayerStyle(
        label=mark("Proposed posts"),
        draw="point",
        symbols={"": Symbol("star", YELLOW, mark("Proposed post"))},
        columns=("number", "highway", "people", "opens"),
        tell=("number", "highway", "people", "opens"),
        scale=2.1,
        path="coverage/proposed",
        studied=True,
    ),
    "marks": LayerStyle(
        label=mark("Marks"),
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
    "map": mark("Map"),
    "legend": mark("Legend"),
    "print": mark("Print this map"),
    "locate": mark("Show where I am"),
    "locate_failed": mark("This device does not tell where it is."),
    "zoom_in": mark("Zoom in"),
    "zoom_out": mark("Zoom out"),
    "north": mark("N"),
    "demo": mark("Demo data"),
    "osm": mark("© OpenStreetMap contributors"),
    "offline": mark("No answer from the server. Trying again …"),
    "loading": mark("Loading the map …"),
    "empty": mark("Nothing to show here yet."),
    "unstaffed": mark("Nobody there now"),
    "closed_now": mark("Closed at this hour"),
    "no_egress": mark("No way out"),
    "overdue": mark("Seal overdue"),
    "unnamed": mark("Unnamed"),
    "yes": mark("yes"),
    "no": mark("no"),
    **{f"column.{name}": title for name, title in TITLES.items()},
    "column.degree": mark("Roads meeting"),
    "column.highway": mark("Road class"),
    "column.ref": mark("Road number"),
    "column.staffed": mark("Staffed"),
    "column.person": mark("On duty"),
    "column.on_duty": mark("People on duty"),
    "column.overdue": mark("Seal overdue"),
    "column.people": mark("People"),
    "column.length_m": mark("Metres"),
    "column.way_in": mark("Comes in by"),
    "column.number": mark("Number"),
    "column.opens": mark("Opens without it"),
    "column.rank": mark("Rank"),
    "column.alone": mark("People it protects alone"),
    "column.alone_settlements": mark("Settlements it protects alone"),
    "column.via": mark("Gets in"),
    "column.gap_m": mark("Gap, m"),
    "column.settlements": mark("Lie open if joined"),
    "column.distance_m": mark("To the nearest entrance, m"),
    "column.declared": mark("Declared complete"),
    "column.first_posts": mark("Needed from posts"),
    "column.routes": mark("Routes passing"),
    "column.mark_status": mark("Mark"),
    "column.note": mark("Note"),
    "column.with_post": mark("With a post"),
    "column.risk": mark("Risk level"),
    "column.cases": mark("Cases in all"),
    "column.new_in_window": mark("New cases"),
    "column.clusters": mark("Clusters"),
    "column.changes_on": mark("Changes on"),
    "column.isolating": mark("Isolating"),
    "column.per_100": mark("Per 100 households"),
    "column.readings_missed": mark("Missed readings"),
    "column.unreached": mark("Not reached"),
    "areas.normal": mark("Normal"),
    "areas.city": mark("City"),
    "areas.district": mark("District"),
    "areas.township": mark("Township"),
    "areas.village": mark("Village"),
    "areas.community": mark("Community"),
    "areas.grid": mark("Grid"),
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
