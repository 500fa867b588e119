"""Retention: personal data goes for good when its time is over, and a record without the data says so.

Of most tables what is personal is blanked and the rest stays: that a household was visited, that somebody was isolated from one day to
another in one place. So the figures of every past cut-off stay what they were, and what is undone or redone still finds its events. Rows of
``gate_log`` and ``disclosure`` tell of nothing but persons, and go altogether. Temperatures and symptoms are personal: with them go the
alarms of that time, not the count of readings.

The data of one subject goes together, so many days after the last event that names it, never while the person is isolated.

Staff and what they wrote go as well: who stood where, who measured, why an order was given. The last order, mark or answering person of a
place is in force and stays as long as it is; a shift counts from its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from errors import N_, AccessDenied, InputError
from ledgers.setting import Setting
from queries.events import Viewer
from queries.kinds import KINDS
from queries.store import Store

WORKBOOKS = "marked_workbook"
# Days from the last event of a subject (setting ``retention_days``); of marked workbooks, from when the file was written.
RETENTION_DAYS = {**{kind.table: kind.retention.days for kind in KINDS.values() if kind.retention}, WORKBOOKS: 30}


def retention_days(store: Store) -> dict[str, int]:
    """Return after how many days what is personal goes, by table. Raises InputError for a setting that names no table or no days."""
    own = RETENTION.on(store)
    _check(own)
    return dict(own)


def _check(given: Any) -> None:
    for table, days in (given if isinstance(given, Mapping) else {repr(given): ""}).items():
        if table not in RETENTION_DAYS or isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise InputError(
                "The setting retention_days has {table}: {days}; give a number of days for one of: {tables}.",
                table=table,
                days=days,
                tables=", ".join(RETENTION_DAYS),
            )


RETENTION = Setting("retention_days", N_("after how many days what is personal goes, by table"), RETENTION_DAYS, partial=True, check=_check)


def purge(store: Store, viewer: Viewer, *, at: datetime | str | None = None, dry_run: bool = False) -> dict[str, Any]:
    """Remove personal data past its retention for good, and record that it was removed.

    Parameters
    ----------
    at
        The moment that retention is counted from (none: the clock), now or before: a year mistyped would remove nearly everything.
    dry_run
        Say what would be removed, remove nothing.

    Returns
    -------
    dict
        ``at, dry_run, purged`` (``table, rows, older_than`` of each in which something was found), ``backups``: files under ``exports/``
        that hold what the ledger held when they were written; they are left to whoever keeps them.

    Raises
    ------
    AccessDenied
        When the viewer does not see the whole workspace, or may only look.
    InputError
        For an ``at`` that is still to come.
    """
    if viewer.areas is not None:
        raise AccessDenied("Only somebody who sees the whole workspace may purge it.")
    moment = store.moment(at)
    if moment > store.now():
        raise InputError("{moment} is still to come; purge as of now or an earlier moment.", moment=f"{moment:%Y-%m-%d %H:%M}")
    limits = {table: moment - timedelta(days=days) for table, days in retention_days(store).items()}
    with store.writing():
        past = store.run("select_past_retention", viewer, at=moment, tables=list(limits), limits=list(limits.values()))
        workbooks = [f for f in (store.path / "exports").glob("*-marked.xlsx") if f.stat().st_mtime < limits[WORKBOOKS].timestamp()]
        counts = {str(table): int(n) for table, n in past["table_name"].value_counts().items()}
        if workbooks:
            counts[WORKBOOKS] = len(workbooks)
        found = pd.DataFrame([{"table_name": t, "rows_purged": n, "older_than": limits[t]} for t, n in sorted(counts.items())])
        if not dry_run:
            for file in workbooks:
                file.unlink()
            store.purge(viewer, {str(table): rows["event_id"] for table, rows in past.groupby("table_name")}, record=found)
    return {
        "at": moment.isoformat(),
        "dry_run": dry_run,
        "purged": [
            {"table": row["table_name"], "rows": row["rows_purged"], "older_than": row["older_than"].isoformat()}
            for row in found.to_dict("records")
        ],
        "backups": sorted(f.name for f in (store.path / "exports").glob("*.zip")),
    }
