"""The reader's language: messages, terms, times and numbers. Import ``_`` from here."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st
from babel.dates import format_datetime

from errors import mark
from ui import state
from words import Translate, language, translator

# What the codes in the ledger are called. One table, so that a mode has one name on every page.
TERMS: dict[str, dict[str, str]] = {
    "layer": {
        "areas": mark("Areas"),
        "compounds": mark("Compounds"),
        "buildings": mark("Buildings"),
        "entrances": mark("Entrances"),
        "checkpoints": mark("Checkpoints"),
        "roads": mark("Roads"),
        "junctions": mark("Junctions"),
        "crossings": mark("Crossings"),
        "settlements": mark("Settlements"),
        "venues": mark("Venues"),
    },
    "mode": {"sealed": mark("Sealed"), "open_24h": mark("Open 24 h"), "open_hours": mark("Open by hours")},
    "egress": {"releasable": mark("Releasable"), "guarded": mark("Guarded"), "none": mark("No way out")},
    "barrier": {"hard": mark("Hard"), "soft": mark("Soft (tape and the like)")},
    "kind": {"inspect": mark("Inspect"), "dissuade": mark("Dissuade"), "block": mark("Block"), "screen": mark("Screen")},
    "status": {"normal": mark("Normal"), "controlled": mark("Area controlled"), "sealed": mark("Area sealed off")},
    "level": {
        "city": mark("City"),
        "district": mark("District"),
        "township": mark("Township"),
        "village": mark("Village"),
        "community": mark("Community"),
        "grid": mark("Grid"),
    },
    "post_class": {
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
    "feature_kind": {
        "gate": mark("Gate"),
        "lift_gate": mark("Lift gate"),
        "swing_gate": mark("Swing gate"),
        "wicket_gate": mark("Wicket gate"),
        "entrance": mark("Entrance"),
        "building_door": mark("Building door"),
        "street_door": mark("Street door"),
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
    "source": {"osm": "OpenStreetMap", "demo": mark("Demo"), "file": mark("File"), "hand": mark("By hand")},
    "mark": {
        "unmonitored": mark("Unmonitored"),
        "requested": mark("Post requested"),
        "covered": mark("Covered"),
        "dismissed": mark("Dismissed"),
    },
    "way_in": {
        "crossing": mark("Crossing"),
        "open_end": mark("Open end"),
        "station": mark("Station"),
        "wharf": mark("Wharf"),
        "expressway_exit": mark("Expressway exit"),
        "airport": mark("Airport"),
        "other": mark("Other"),
    },
    "verified": {"entrance": mark("Entrance"), "checkpoint": mark("Checkpoint"), "segment": mark("Piece of road")},
    "road_edit": {"strike": mark("Struck"), "add": mark("Added")},
    "highway": {
        "motorway": mark("Motorway"),
        "motorway_link": mark("Motorway ramp"),
        "trunk": mark("Trunk road"),
        "trunk_link": mark("Trunk road ramp"),
        "primary": mark("Primary road"),
        "primary_link": mark("Primary road ramp"),
        "secondary": mark("Secondary road"),
        "secondary_link": mark("Secondary road ramp"),
        "tertiary": mark("Tertiary road"),
        "tertiary_link": mark("Tertiary road ramp"),
        "unclassified": mark("Minor road"),
        "residential": mark("Residential street"),
        "living_street": mark("Living street"),
        "service": mark("Service road"),
        "road": mark("Road"),
        "track": mark("Track"),
    },
    "force": {
        "police": mark("Police"),
        "medical": mark("Medical staff"),
        "cadre": mark("Cadre"),
        "party_member": mark("Party member"),
        "volunteer": mark("Volunteer"),
        "guard": mark("Guard"),
    },
}

_PATTERNS = {"en": ("d MMM HH:mm", "d MMM yyyy HH:mm"), "zh": ("M月d日 HH:mm", "y年M月d日 HH:mm")}


def lang() -> str:
    """Return the reader's language: the URL's, else the browser's."""
    return language(state.param("lang") or st.context.locale)


def _(message: str) -> str:
    """Return a message in the reader's language."""
    return translator(lang())(message)


def term(table: str, code: object, say: Translate | None = None) -> str:
    """Return what a code of ``TERMS[table]`` is called; an unknown one is shown as it is, a missing one as a dash.

    ``say`` translates where there is no reader at hand, as when a file is written later on.
    """
    if code is None or pd.isna(code):  # type: ignore[call-overload]
        return "–"
    return (say or _)(TERMS[table].get(str(code), str(code)))


def when(moment: datetime | None, *, year: bool = False) -> str:
    """Return a moment in the workspace's zone, to the minute; a missing one as a dash."""
    if moment is None or pd.isna(moment):
        return "–"
    local = moment.astimezone(state.store().time_zone)
    tag = lang()
    return format_datetime(local, _PATTERNS[tag[:2]][year], tzinfo=local.tzinfo, locale=tag if tag in ("en", "zh_CN") else "zh_Hans_CN")


def number(value: float | None) -> str:
    """Return a whole number, grouped; a missing one as a dash."""
    return "–" if value is None or pd.isna(value) else f"{value:,.0f}"


def plain(text: str) -> str:
    """Return text that Markdown shows as it is: nothing from data becomes markup, a link or an icon."""
    return "".join("\\" + c if c in r"\`*_{}[]()<>#+-.!|~$:@&" else " " if c in "\r\n" else c for c in text)
