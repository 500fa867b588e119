"""When the records of a workspace begin: of a moment before that nothing is known, whatever a count of nothing says."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from queries.store import Store, Viewer


def first_record(store: Store, viewer: Viewer, *, known_at: datetime | str | None = None, area: str | None = None) -> datetime | None:
    """Return the moment of the first thing recorded of an area, or of all that the viewer sees; None where nothing is."""
    first = store.run("select_first_record", viewer, known_at=known_at, area=area)["first_at"].iloc[0]
    return None if pd.isna(first) else pd.Timestamp(first).to_pydatetime().astimezone(store.time_zone)


def before_records(store: Store, viewer: Viewer, *, at: datetime, known_at: datetime | str | None = None) -> datetime | None:
    """Return the moment of the first record where another lies before it; None where it does not, or nothing is recorded at all."""
    first = first_record(store, viewer, known_at=known_at)
    return first if first is not None and at < first else None
