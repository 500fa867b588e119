"""When the records of a workspace begin: of a moment before that nothing is known, whatever a count of nothing says."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from queries.view import View, fact


def first_record(view: View) -> datetime | None:
    """Return the moment of the first thing recorded of an area, or of all that the viewer sees; None where nothing is."""
    first = view.run("select_first_record")["first_at"].iloc[0]
    return None if pd.isna(first) else pd.Timestamp(first).to_pydatetime().astimezone(view.store.time_zone)


@fact()
def before_records(view: View) -> datetime | None:
    """Return the moment of the first record where another lies before it; None where it does not, or nothing is recorded at all."""
    first = first_record(View(view.store, view.viewer, known_at=view.known_at))
    return first if first is not None and view.at < first else None
