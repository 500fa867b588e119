"""The map and the table of one layer beside each other: what is picked in one is picked in the other."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from ui.map import webmap
from ui.map.message import AROUND_POINT, GROUND, message, shown
from ui.map.snapshot import map_to_print
from ui.shell import acts, cache, keys, state
from ui.shell.frame import Frame
from ui.shell.listing import MOST_TO_CHOOSE_FROM, Column, listing
from ui.shell.words import _, number, plain, term

HEIGHT = 430
NAMED = 4
# On a busy machine a table that is being drawn anew says that nothing is chosen in it, though nobody let go of anything: what comes so soon
# after a pick made elsewhere is not taken for a choice.
ECHO_S = 4.0
# More than so many picked are not marked on the map: it would be all marks, and every message to it heavy.
MOST_MARKED = 2000
# The printed map that shows a layer.
_PRINTED = {"entrances": "entrances", "checkpoints": "command"}


def workbench(
    view: Frame, layer: str, columns: Sequence[Column], *, choice: tuple[str, str], beside: Sequence[str] = ()
) -> gpd.GeoDataFrame:
    """Draw filters, map and table of a layer; return the features picked, in the table's order.

    ``choice`` is the column that filters and the URL's name for it; ``beside`` are other layers on the map.
    """
    frame = _filtered(layer, *choice)
    chosen = picked(layer)
    map_side, table_side = st.columns([1.15, 1], gap="small")
    with map_side, st.container(key=keys.WORK_BOX):
        _map(view, layer, chosen, beside)
    with table_side:
        linked_table(layer, frame, columns)
    everything = cache.layer(layer)
    return everything[everything["id"].isin(chosen)].reset_index(drop=True)


# What is picked


def picked(layer: str) -> tuple[str, ...]:
    """Return the ids picked, at first the one in the URL."""
    key = f"{keys.PICKED}_{layer}"
    if key not in st.session_state:
        selected = state.selection()
        st.session_state[key] = (selected[1],) if selected and selected[0] == layer else ()
    ids: tuple[str, ...] = st.session_state[key]
    return ids


def pick(layer: str, ids: Sequence[str], *, by: str = "") -> None:
    """Pick features; a single one is in the URL, too."""
    st.session_state[f"{keys.PICKED}_{layer}"] = tuple(ids)
    if by != "table":
        _draw_tables_anew()
        st.session_state[keys.WORK_SINCE] = time.monotonic()
    if by != "map":
        st.session_state[keys.WORK_FLY] = tuple(ids)
    if len(ids) == 1:
        state.select(layer, ids[0], by=by)
    else:
        state.put(sel=None)


def _draw_tables_anew() -> None:
    """Let tables mark what is picked now: a table takes its marks only when it is first drawn."""
    st.session_state[keys.WORK_SEED] = st.session_state.get(keys.WORK_SEED, 0) + 1


def selection_line(layer: str, chosen: gpd.GeoDataFrame) -> None:
    """Say what is picked, with the button that lets go of it."""
    if chosen.empty:
        st.caption(_("Pick on the map or in the table, one or several."), width="stretch")
        return
    names = _(", ").join(plain(name or feature) for name, feature in zip(chosen["name"].head(NAMED), chosen["id"].head(NAMED), strict=True))
    more = " …" if len(chosen) > NAMED else ""
    st.markdown(_("Picked **{n}**: {names}").format(n=number(len(chosen)), names=names + more), width="stretch")
    st.button(_("Let go"), key=keys.PICK_CLEAR, icon=":material/close:", type="tertiary", on_click=pick, args=(layer, ()))


# Parts


def _filtered(layer: str, column: str, param: str) -> gpd.GeoDataFrame:
    """Draw the filters and the button that picks all they leave; return what they leave."""
    counts = cache.layer(layer)[column].value_counts()
    key = {"modes": keys.MODES, "kinds": keys.KINDS}[param]
    st.session_state[key] = [code for code in state.params(param) if code in counts]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.pills(
            term("layer", layer),
            list(counts.index),
            selection_mode="multi",
            format_func=lambda code: f"{term(column, code)} {number(counts[code])}",
            key=key,
            label_visibility="collapsed",
            on_change=lambda: state.put(**{param: st.session_state[key]}),
        )
        st.session_state[keys.WORK_SEARCH] = state.param("q") or ""
        st.text_input(
            _("Search by name"),
            key=keys.WORK_SEARCH,
            placeholder=_("Search by name"),
            label_visibility="collapsed",
            icon=":material/search:",
            width=220,
            on_change=lambda: state.put(q=st.session_state[keys.WORK_SEARCH].strip()),
        )
        frame = _searched(shown(layer))
        ids = [str(i) for i in frame["id"]]
        label = _("Pick all {n}").format(n=number(len(ids)))
        st.button(label, key=keys.PICK_ALL, icon=":material/done_all:", disabled=not ids, on_click=pick, args=(layer, ids))
    return frame


def _searched(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    text = state.param("q")
    if not text:
        return frame
    return frame[frame["name"].str.contains(text, case=False, regex=False, na=False)].reset_index(drop=True)


def _map(view: Frame, layer: str, chosen: tuple[str, ...], beside: Sequence[str]) -> None:
    placing = st.session_state.get(keys.PLACING)
    told = replace(
        message(view),
        layers=(*GROUND, *beside, layer),
        selected={layer: chosen} if 0 < len(chosen) <= MOST_MARKED else {},
        placing=bool(placing),
    )
    if bounds := bounds_of(cache.layer(layer)):
        told = replace(told, fly_to=bounds)
    click = map_to_print(view, _PRINTED[layer], told, key=f"{keys.WORK_MAP}_{layer}", height=HEIGHT)
    if click and placing:
        st.session_state[keys.PLACE] = (click.lon, click.lat)
        st.session_state.pop(keys.PLACING)
        acts.start(placing)
        st.rerun()
    elif click and click.layer == layer and click.id:
        pick(layer, [i for i in chosen if i != click.id] if click.id in chosen else [*chosen, click.id], by="map")
        st.rerun()


def bounds_of(everything: gpd.GeoDataFrame) -> webmap.Bounds | None:
    """Return where the map goes: to all of these that was last picked elsewhere than on it."""
    sought = everything[everything["id"].isin(st.session_state.get(keys.WORK_FLY, ()))]
    if sought.empty or not sought.geometry.notna().any():
        return None
    west, south, east, north = (float(side) for side in sought.total_bounds)
    return west - AROUND_POINT, south - AROUND_POINT, east + AROUND_POINT, north + AROUND_POINT


def linked_table(
    layer: str, frame: pd.DataFrame, columns: Sequence[Column], *, max_height: int = HEIGHT - 40, several: bool = True
) -> None:
    """Draw the table of a layer in which what is picked is marked, and where rows are picked."""
    chosen = picked(layer)
    listed = [str(i) for i in frame["id"].head(MOST_TO_CHOOSE_FROM)]

    def chose(rows: list[int]) -> None:
        if not rows and time.monotonic() - st.session_state.get(keys.WORK_SINCE, -ECHO_S) < ECHO_S:
            _draw_tables_anew()
            return
        # What is picked but not listed here (filtered out, or further down) stays picked.
        pick(layer, [*(i for i in chosen if i not in listed), *(listed[row] for row in rows)], by="table")

    seed = st.session_state.get(keys.WORK_SEED, 0)
    digest = hashlib.blake2b(repr((tuple(frame["id"]), seed)).encode(), digest_size=6).hexdigest()
    listing(
        frame,
        columns,
        key=f"{keys.WORK_TABLE}_{layer}_{digest}",
        file=layer,
        max_height=max_height,
        on_pick=chose,
        several=several,
        marked=[row for row, feature in enumerate(listed) if feature in chosen],
    )
