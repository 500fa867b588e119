"""What needs attention at a moment: posts and gates without anybody, now or soon, seals past their expiry, and blind spots of people."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from ledgers.people.alarms import alarms
from ledgers.posts import duty
from ledgers.reports.headlines import unreported
from ledgers.risk.shades import shades
from queries.view import View, fact

AHEAD = timedelta(hours=12)
COLUMNS = ["sort", "layer", "id", "name", "starts_at", "n"]
# The most urgent first.
SORTS = ("alarm", "unstaffed", "overdue", "unreported", "missed", "unreached", "soon")


@fact()
def attention(view: View, *, ahead: timedelta = AHEAD) -> pd.DataFrame:
    """Return one row for each feature that needs attention, the most urgent first.

    Returns
    -------
    DataFrame
        ``sort`` (``alarm``: a fever or a symptom that nobody has acted on; ``unstaffed``: nobody there now; ``overdue``: a seal past its
        expiry; ``unreported``: a unit without a report since the last cut-off; ``missed``: readings that were not taken, by grid;
        ``unreached``: households that no screening has reached, by grid; ``soon``: nobody there within ``ahead``), ``layer, id, name``,
        ``starts_at``, since or from when (missing of households), and ``n``, how many, where that is more than the row itself.
    """
    rows = []
    for layer in ("checkpoints", "entrances"):
        gaps = duty.uncovered_hours(view, layer=layer, start=view.at, end=view.at + ahead)
        first = gaps.rename(columns={"subject_id": "id"}).sort_values("starts_at").drop_duplicates("id").assign(layer=layer)
        rows.append(first.assign(sort=(first["starts_at"] <= view.at).map({True: "unstaffed", False: "soon"})))
    entrances = view.run("select_entrances")
    overdue = entrances[entrances["overdue"]].rename(columns={"expires_at": "starts_at"})
    rows += [overdue.assign(sort="overdue", layer="entrances"), *_of_people(view)]
    parts = [frame.reindex(columns=COLUMNS).astype({"n": "Int64"}) for frame in rows if len(frame)]
    found = pd.concat(parts or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    urgency = found["sort"].map({sort: n for n, sort in enumerate(SORTS)})
    ordered = found.assign(urgency=urgency).sort_values(["urgency", "starts_at"], kind="stable", ignore_index=True)
    return ordered[COLUMNS]


def _of_people(view: View) -> list[pd.DataFrame]:
    """Return what nobody covers of people; grids with the most first."""
    waiting = unreported(view)
    units = pd.DataFrame(list(waiting.names), columns=["id", "name"]).assign(starts_at=waiting.cutoff)
    alarming = alarms(view).rename(columns={"episode_id": "id", "alarm_since": "starts_at"})
    grids = shades(view).rename(columns={"area_id": "id"})
    by_grid = {
        "missed": grids.assign(n=grids["readings_missed"], starts_at=view.at),
        "unreached": grids.assign(n=grids["unreached"], starts_at=pd.Series(pd.NaT, index=grids.index)),
    }
    return [
        alarming.assign(sort="alarm", layer="episodes"),
        units.assign(sort="unreported", layer="areas"),
        *(frame[frame["n"] > 0].sort_values("n", ascending=False).assign(sort=sort, layer="areas") for sort, frame in by_grid.items()),
    ]
