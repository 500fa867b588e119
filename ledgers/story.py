"""The story of one feature: every event, when it held, when we learned it, who said so, why, and what was undone."""

from __future__ import annotations

import json

import pandas as pd

from errors import InputError
from ledgers import undoing
from queries.store import Store, Viewer
from queries.view import View, fact


@fact()
def history(view: View, layer: str, feature: str) -> pd.DataFrame:
    """Return every event of a feature, newest first; empty where there is none or the viewer may not see it.

    Returns
    -------
    DataFrame
        ``event_table, event_id, effective_at, recorded_at, recorded_by, source, file_name`` (of its import), ``details`` (dict of the
        event's own columns, missing ones left out), ``voided, voided_at, voided_by, void_reason``.
    """
    events = view.run("feature_history", layer=layer, feature=feature)
    return events.assign(details=pd.Series([_details(text) for text in events["details"]], index=events.index, dtype="object"))


def undo(store: Store, viewer: Viewer, layer: str, feature: str, event_id: str, *, reason: str) -> list[str]:
    """Undo one event of a feature by a new one.

    Raises
    ------
    InputError
        When no reason is given, when the feature has no such event in view, when it has been undone already, or when what would be left
        breaks a rule (``undoing.check``).
    """
    if not reason.strip():
        raise InputError("Say why this is undone: the reason stays with the record.")
    events = store.run("feature_history", viewer, layer=layer, feature=feature)
    events = events[events["event_id"] == event_id]
    if events.empty:
        raise InputError("{feature} has no such event to undo; reload the page.", feature=feature)
    if events["voided"].any():
        raise InputError("This event of {feature} has been undone already.", feature=feature)
    return undoing.undo(store, viewer, [event_id], reason=reason.strip())


def _details(text: str) -> dict[str, object]:
    own = json.loads(text)
    described = json.loads(own.pop("attributes", None) or "{}")
    return {name: value for name, value in {**own, **described}.items() if value is not None}
