"""Declarations that the listed entrances of a place are all its ways in, each an event that can be undone.

Listed entrances are those that somebody has seen; the roads may lead in elsewhere. Who declares them complete answers for that, by name and
from a moment on, until the same place is declared otherwise.
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from errors import NotFound
from queries.events import Viewer
from queries.store import Store
from queries.view import View

# The layers whose features are places with people in them.
DECLARED_LAYERS = ("settlements", "compounds", "areas")


def declare(
    store: Store,
    viewer: Viewer,
    *,
    layer: str,
    subject_id: str,
    complete: bool = True,
    note: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Declare from a moment on that the listed entrances of a place are all there are, or that they are not.

    Returns
    -------
    list of str
        The event ids, for ``Store.undo``.

    Raises
    ------
    NotFound
        When the layer is none of ``DECLARED_LAYERS``, or has no such feature in view then.
    """
    if layer not in DECLARED_LAYERS:
        raise NotFound("There is no layer {name}; there are: {names}.", name=repr(layer), names=", ".join(DECLARED_LAYERS))
    moment = store.moment(effective_at)
    places = store.layer(layer, viewer, at=moment)
    place = places[places["id"] == subject_id]
    if place.empty:
        raise NotFound("There is no such feature here: {names}.", names=subject_id)
    area = subject_id if layer == "areas" else place["area_id"].iloc[0]
    row = {"subject_layer": layer, "subject_id": subject_id, "complete": bool(complete), "note": note.strip()}
    row |= {"area_id": area if isinstance(area, str) else None, "effective_at": moment}
    return store.append(viewer, {"entrance_declaration": pd.DataFrame([row])})


def declared(view: View) -> pd.DataFrame:
    """Return what was last declared of the entrances of each place that is there at a moment, oldest first.

    Returns
    -------
    DataFrame
        ``key`` (of layer and id), ``layer, id, complete, note, since, recorded_by, event_id``. What is not in it was never declared.
    """
    rows = view.run("select_entrance_declarations")
    rows.insert(0, "key", rows["layer"].astype("str") + ":" + rows["id"].astype("str"))
    return rows
