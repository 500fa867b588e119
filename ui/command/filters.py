"""What is shown: search by name, and filters by mode and kind. All of it lives in the URL."""

from __future__ import annotations

import streamlit as st

from queries.columns import CHECKPOINT_KINDS, MODES
from ui.map.shades import shade_switches
from ui.shell import cache, keys, state
from ui.shell.words import _, number, plain, term


def search() -> None:
    """Draw the search box and its matches; choosing one selects it and takes the map there."""
    st.session_state[keys.SEARCH] = state.param("q") or ""
    with st.popover(_("Search"), icon=":material/search:", key=keys.SEARCH_MENU):
        st.text_input(
            _("Name or number"),
            key=keys.SEARCH,
            type="search",
            placeholder=_("Gate, post, village …"),
            on_change=lambda: state.put(q=st.session_state[keys.SEARCH].strip()),
        )
        text = state.param("q")
        if not text:
            return
        found = cache.find(text)
        if found.empty:
            st.caption(_("Nothing here is called “{text}”.").format(text=plain(text)))
        for layer, feature, name in found[["layer", "id", "name"]].itertuples(index=False, name=None):
            st.button(
                f"{plain(name or feature)} · :gray[{term('layer', layer)}]",
                key=f"{keys.FOUND}_{layer}_{feature}",
                on_click=state.select,
                args=(layer, feature),
                width="stretch",
            )


def filters() -> None:
    """Draw the filters by mode and kind, and what fills the areas, folded away."""
    chosen = len(state.params("modes")) + len(state.params("kinds")) + (state.param("shade") is not None)
    label = f"{_('Filter')} {number(chosen)}" if chosen else _("Filter")
    with st.popover(label, icon=":material/filter_alt:", key=keys.FILTERS):
        _choice(_("Entrances"), "modes", MODES, keys.MODES, "mode")
        _choice(_("Checkpoints"), "kinds", CHECKPOINT_KINDS, keys.KINDS, "kind")
        shade_switches()


def _choice(label: str, name: str, options: tuple[str, ...], key: str, table: str) -> None:
    st.session_state[key] = [option for option in state.params(name) if option in options]
    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func={code: term(table, code) for code in options}.__getitem__,
        key=key,
        on_change=lambda: state.put(**{name: st.session_state[key]}),
    )
