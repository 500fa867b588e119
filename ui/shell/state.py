"""What a page knows of its reader: the open store, who looks, and the view that the URL holds.

The URL is the one truth for area, time, filters and selection: a link sent is the view seen, and the browser's back button works.
Widgets take their value from it and write it back; nothing else keeps a copy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import streamlit as st

from ledgers.reports.report_figures import cutoff_of
from queries.store import LOCAL, Store, Viewer, open_store
from settings import workspace_path
from ui.shell import keys

_lock = threading.Lock()
_open: dict[Path, Store] = {}
_when_opened: list[Callable[[Store], None]] = []

# What a link to another page takes along.
CARRIED = ("area", "at", "lang")


def when_opened(act: Callable[[Store], None]) -> None:
    """Have something done once a workspace is open, whoever opens it first."""
    _when_opened.append(act)


def store() -> Store:
    """Return the process's open workspace; the first call opens it.

    Raises
    ------
    StoreBusy, InputError
        When it cannot be opened; the next call tries again.
    """
    path = workspace_path()
    with _lock:
        if path not in _open:
            _open[path] = open_store(path)
            for act in _when_opened:
                act(_open[path])
        return _open[path]


def close_store() -> None:
    """Close what this process has open, so that another may open it."""
    with _lock:
        while _open:
            _open.popitem()[1].close()


def viewer() -> Viewer:
    """Return who looks."""
    return LOCAL


# The URL


def param(name: str) -> str | None:
    """Return one value of the URL, or None."""
    return st.query_params.get(name) or None


def params(name: str) -> tuple[str, ...]:
    """Return a list of the URL (``modes=sealed,open_24h``); empty when absent."""
    return tuple(part for part in (param(name) or "").split(",") if part)


def put(**values: str | Iterable[str] | None) -> None:
    """Write values to the URL; None, empty text and empty lists remove theirs."""
    for name, value in values.items():
        text = value if isinstance(value, str) else ",".join(value or ())
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)


def carried() -> dict[str, str]:
    """Return the part of the URL that a link to another page keeps."""
    return {name: value for name in CARRIED if (value := param(name))}


def area() -> str | None:
    """Return the chosen area's id, or None for all."""
    return param("area")


def selection() -> tuple[str, str] | None:
    """Return layer and id of the selected feature, or None."""
    layer, _, feature = (param("sel") or "").partition(":")
    return (layer, feature) if feature else None


def select(layer: str, feature: str, *, by: str = "") -> None:
    """Select one feature everywhere; the map goes there unless it was chosen on it, the table marks it unless chosen in it."""
    selected = f"{layer}:{feature}"
    put(sel=selected)
    if by != "map":
        st.session_state[keys.FLY] = selected
    if by != "table":
        st.session_state[keys.TABLE_SEED] = selected


# Time


def is_live() -> bool:
    """Tell whether the view follows the clock."""
    return param("at") is None


def moment() -> datetime:
    """Return the moment in view, in the workspace's zone: the URL's, else the clock's.

    Raises
    ------
    InputError
        When the URL's is not a time.
    """
    return store().moment(param("at"))


def last_cutoff(before: datetime) -> datetime:
    """Return the last reporting cut-off strictly before a moment, in the workspace's zone."""
    day = before.astimezone(store().time_zone).date()
    today = cutoff_of(store(), day)
    return today if today < before else cutoff_of(store(), day - timedelta(days=1))


def go_to(at: datetime | None) -> None:
    """Show a moment; None follows the clock again."""
    put(at=at.astimezone(store().time_zone).replace(tzinfo=None).isoformat(timespec="minutes") if at else None)


def is_wall() -> bool:
    """Tell whether the page hangs on a wall."""
    return param("wall") is not None
