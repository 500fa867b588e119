"""Shades on a map: areas filled by risk, people isolating per household, missed readings or unreached households, a switch for each.

On any page::

    shade_map(view, ("isolating", "missed", "unreached"))

draws the switches and the map, keeps the choice in the URL (``shade=``), and returns the id of the area selected on it or elsewhere
(``sel=areas:ID``), or None. Names are those of ``ledgers.risk.shades.NAMES``; their figures are ``ui.shell.cache.shades()``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from ledgers.risk.shades import NAMES
from ui.legend.styles import STYLES
from ui.map.message import message
from ui.map.snapshot import map_to_print
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _, number

HEIGHT = 430
_OFF = "none"
# The printed map of a shade, where it has one with layers of its own; the others lie on the command map.
_PRINTED = {"risk": ("risk", True), "unreached": ("screening", True)}


def shade_switches(names: Sequence[str] = NAMES, *, default: str | None = None, label: bool = True) -> str | None:
    """Draw a switch for each shade, of which one can be on, and return it: two fills of one area could not be told apart."""
    asked = state.param("shade")
    chosen = asked if asked in names else None if asked == _OFF else default
    st.session_state[keys.SHADE] = chosen
    st.pills(
        _("Shade areas by"),
        names,
        format_func={name: _(STYLES[name].label) for name in names}.__getitem__,
        key=keys.SHADE,
        wrap=True,
        label_visibility="visible" if label else "collapsed",
        on_change=lambda: state.put(shade=st.session_state[keys.SHADE] or (_OFF if default else None)),
    )
    return chosen


def shade_map(
    view: Frame,
    names: Sequence[str],
    *,
    default: str | None = None,
    beside: Sequence[str] = (),
    filters: Mapping[str, Mapping[str, tuple[Any, ...]]] | None = None,
    height: int = HEIGHT,
) -> str | None:
    """Draw switches and a map of shaded areas; a click selects its area everywhere.

    Parameters
    ----------
    names
        The shades to choose from.
    default
        The one that is on where the URL names none; without it the first of ``names``.
    beside
        Other layers to draw (``ui.legend.styles.STYLES``).
    filters
        By layer and column, the values shown.
    height
        CSS pixels.

    Returns
    -------
    str or None
        The id of the selected area.
    """
    chosen = shade_switches(names, default=default or names[0], label=False)
    shown = (chosen,) if chosen else ()
    told = replace(message(view), layers=(*shown, "areas", "settlements", *beside), filters=filters or {})
    with st.container(key=keys.SHADE_BOX):
        name, own_layers = _PRINTED.get(chosen or "", ("command", False))
        click = map_to_print(view, name, told, key=keys.SHADE_MAP, height=height, own_layers=own_layers)
    if chosen and (inner := _undivided(chosen)):
        st.caption(inner)
    if click and click.id and click.layer in (*NAMES, "areas") and ("areas", click.id) != state.selection():
        state.select("areas", click.id, by="map")
        st.rerun()
    selected = state.selection()
    return selected[1] if selected and selected[0] == "areas" else None


def _undivided(name: str) -> str:
    """Return how much of a figure no grid has: it stands in the tables, and nowhere on the map."""
    column = {"isolating": "isolating", "missed": "readings_missed", "unreached": "unreached"}.get(name)
    if column is None:
        return ""
    found = cache.shades()
    left = int(found.loc[found["divided"], column].sum())
    return _("{n} more are known to a village or community but to none of its grids.").format(n=number(left)) if left else ""
