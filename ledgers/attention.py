"""What needs attention at a moment: who is missing where, now and in the hours ahead, and seals past their expiry."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd

from ledgers import duty
from queries.store import Store, Viewer

AHEAD = timedelta(hours=12)
COLUMNS = ["sort", "layer", "id", "name", "starts_at"]


def attention(store: Store, viewer: Viewer, *, at: datetime, area: str | None = None, ahead: timedelta = AHEAD) -> pd.DataFrame:
    """Return one row for each feature that needs attention, the most urgent first.

    Returns
    -------
    DataFrame
        ``sort`` (``unstaffed``: nobody there now; ``soon``: nobody there within ``ahead``; ``overdue``: a seal past its expiry),
        ``layer, id, name`` and ``starts_at``, since or from when.
    """
    rows = []
    for layer in ("checkpoints", "entrances"):
        gaps = duty.uncovered_hours(store, viewer, layer=layer, start=at, end=at + ahead, area=area, at=at)
        first = gaps.rename(columns={"subject_id": "id"}).sort_values("starts_at").drop_duplicates("id").assign(layer=layer)
        rows.append(first.assign(sort=(first["starts_at"] <= at).map({True: "unstaffed", False: "soon"})))
    entrances = store.run("select_entrances", viewer, at=at, area=area)
    overdue = entrances[entrances["overdue"]].rename(columns={"expires_at": "starts_at"})
    rows.append(overdue.assign(sort="overdue", layer="entrances"))
    found = pd.concat([frame[COLUMNS] for frame in rows if len(frame)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    urgency = found["sort"].map({"unstaffed": 0, "overdue": 1, "soon": 2})
    return found.assign(urgency=urgency).sort_values(["urgency", "starts_at"], kind="stable", ignore_index=True)[COLUMNS]
