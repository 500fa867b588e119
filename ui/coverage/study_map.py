"""The map of the blind spots: what lies open, over which roads, and where posts would stand; a click picks, in the tables too."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from ledgers.terms import TERMS
from queries.layers import ENTRY_KINDS
from ui.background.coverage_job import Answer
from ui.map import webmap
from ui.map.message import message
from ui.map.snapshot import map_to_print
from ui.map.workbench import MOST_MARKED, bounds_of, pick, picked
from ui.shell import acts, cache, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _

HEIGHT = 470
_GROUND = ("areas", "compounds", "settlements", "open_ends", "crossings", "checkpoints", "edits", "marks")
_STUDIED = ("unknown", "routes", "others", "leading", "exposed", "entries", "joints", "sources", "proposed")
# The ways in that no layer of the ground shows.
_SHOWN_WAYS = (*ENTRY_KINDS, "passing", "edge_of_data", "ferry")
# What is picked when a feature of a layer is clicked, and the section that lists it.
_PICKS = {
    "leading": ("junctions", "junctions"),
    "others": ("junctions", "junctions"),
    "exposed": ("exposed", "settlements"),
    "routes": ("exposed", "settlements"),
    "settlements": ("exposed", "settlements"),
    "compounds": ("exposed", "settlements"),
    "joints": ("joints", "joints"),
    "proposed": ("proposed", "posts"),
    "sources": ("sources", "ways"),
    "checkpoints": ("checkpoints", "drill"),
}
# What a click in a layer that comes from no study stands for.
_ROADS = ("crossings", "junctions", "leading", "others", "proposed")
# So many clicks an act waits for.
CLICKS = {"entry": 1, "strike": 1, "join": 2}


def chosen_posts() -> int | None:
    """Return how many posts the plan in view may have, or None for what closes everything."""
    text = state.param("posts") or ""
    return int(text) if text.isdecimal() else None


def coverage_map(view: Frame, answer: Answer | None) -> None:
    """Draw the map of a study; without one, the ground it will be drawn on."""
    with st.container(key=keys.COVERAGE_BOX):
        click = map_to_print(view, "blind-spots", _message(view, answer), key=keys.COVERAGE_MAP, height=HEIGHT)
    if click is None:
        return
    placing = st.session_state.get(keys.PLACING)
    if placing:
        _place(placing, (click.lon, click.lat))
        st.rerun()
    layer, feature = _meant(click)
    if layer in _PICKS and feature:
        what, tab = _PICKS[layer]
        chosen = picked(what)
        several = what == "junctions"
        kept = [i for i in chosen if i != feature] if several or feature in chosen else []
        pick(what, kept if feature in chosen else [*kept, feature], by="map")
        state.put(tab=tab)
        st.rerun()


def _meant(click: webmap.Click) -> tuple[str | None, str | None]:
    """Return the layer and feature that a click stands for: a mark stands for its junction, a crossing for where it leads in from."""
    if click.layer == "marks" and click.id and click.id.startswith("junctions:"):
        return "leading", click.id.removeprefix("junctions:")
    if click.layer == "crossings" and click.id:
        return "sources", "n" + click.id.rpartition("-")[2]
    return click.layer, click.id


def _place(act: str, spot: tuple[float, float]) -> None:
    """Take a click that an act waits for; the last one opens its dialog."""
    if CLICKS[act] == 2 and keys.PLACE_FIRST not in st.session_state:
        st.session_state[keys.PLACE_FIRST] = spot
        return
    st.session_state[keys.PLACE] = spot
    st.session_state.pop(keys.PLACING)
    acts.start(act)


def _message(view: Frame, answer: Answer | None) -> webmap.MapMessage:
    proof = state.param("proof") is not None
    studied = (*_STUDIED, *(("proof",) if proof else ())) if answer else ()
    told = message(view)
    words = {f"{layer}.{code}": _(word) for layer in _ROADS for code, word in TERMS["highway"].items()}
    told = replace(
        told,
        words={**told.words, **words},
        # Routes that prove lie over those that lead in; both at once would hide each other.
        layers=(*_GROUND, *(layer for layer in studied if not (proof and layer == "routes"))),
        filters={"sources": {"kind": _SHOWN_WAYS}},
        selected=_selected(),
        placing=bool(st.session_state.get(keys.PLACING)),
        question=_question(answer),
    )
    return replace(told, fly_to=bounds) if answer and (bounds := _bounds(answer)) else told


def _question(answer: Answer | None) -> dict[str, str]:
    if answer is None:
        return {}
    asked = answer.question
    told = {"at": asked.at.replace(tzinfo=None).isoformat(timespec="minutes"), "mode": asked.mode, "sites": asked.sites}
    posts = chosen_posts()
    return {**told, "v": str(answer.revision), **({} if posts is None else {"posts": str(posts)})}


def _selected() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for layer, (what, _tab) in _PICKS.items():
        if 0 < len(chosen := picked(what)) <= MOST_MARKED:
            found[layer] = chosen
    return found


def _bounds(answer: Answer) -> webmap.Bounds | None:
    """Return where the map goes: to what was last picked elsewhere than on it; an exposed settlement is shown with its route."""
    wanted = set(st.session_state.get(keys.WORK_FLY, ()))
    if not wanted:
        return None
    frames = [
        cache.coverage_frame(answer, name)[["id", "geometry"]] for name in ("routes", "settlements", "junctions", "sources", "joints")
    ]
    frames.append(cache.coverage_frame(answer, "proposed", posts=chosen_posts())[["id", "geometry"]])
    frames.append(cache.layer("checkpoints")[["id", "geometry"]])
    found = [part for frame in frames if len(part := frame[frame["id"].isin(wanted)])]
    return bounds_of(gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=found[0].crs)) if found else None
