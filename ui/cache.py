"""Everything that is cached, and for how long it holds: until the next commit (``revision``) or the next minute.

What is fetched is keyed by workspace, revision, minute, area and the viewer's scope; unhashed arguments start with ``_``.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from queries.store import Store, Viewer
from ui import state

Key = tuple[str, int, str, str | None, tuple[str, ...] | None]


def key(store: Store, viewer: Viewer, *, at: datetime, area: str | None = None) -> Key:
    """Return what a fetched view depends on. A commit within the minute changes the revision, so the minute is fine enough."""
    scope = None if viewer.areas is None else tuple(sorted(viewer.areas))
    return (str(store.path), store.revision, at.isoformat(timespec="minutes"), area, scope)


def is_empty() -> bool:
    """Tell whether the workspace holds no feature yet."""
    store, viewer = state.store(), state.viewer()
    return _is_empty(key(store, viewer, at=store.now()), store, viewer)


@st.cache_data(max_entries=8, show_spinner=False)
def _is_empty(key: Key, _store: Store, _viewer: Viewer) -> bool:
    roads = _store.path / "layers" / "roads.parquet"
    return _store.run("count_features", _viewer).empty and not roads.exists()


def area_tree() -> pd.DataFrame:
    """Return the areas as ``id, name, label``: parents before children, the label indented by depth."""
    store, viewer = state.store(), state.viewer()
    return _area_tree(key(store, viewer, at=state.moment()), store, viewer, state.moment())


@st.cache_data(max_entries=8, show_spinner=False)
def _area_tree(key: Key, _store: Store, _viewer: Viewer, _at: datetime) -> pd.DataFrame:
    areas = _store.run("select_areas", _viewer, at=_at)[["id", "name", "parent_id"]]
    children: dict[str | None, list[tuple[str, str]]] = {}
    known = set(areas["id"])
    for area, name, parent in areas.itertuples(index=False):
        children.setdefault(parent if parent in known and parent != area else None, []).append((name or area, area))
    rows: list[tuple[str, str, str]] = []

    def walk(parent: str | None, depth: int) -> None:
        for name, area in sorted(children.pop(parent, [])):
            rows.append((area, name, "\u2003" * depth + name))
            walk(area, depth + 1)

    walk(None, 0)
    return pd.DataFrame(rows, columns=["id", "name", "label"])
