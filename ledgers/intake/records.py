"""Workbooks of the ledgers of people into the workspace: what a file would add, change, repeat, and what of it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from errors import N_
from ledgers.intake.annotated_workbook import write_marked
from ledgers.intake.columns import recognise
from ledgers.intake.mappings import remembered
from ledgers.intake.plans import Plan, Translate
from ledgers.intake.record_cases import plan_cases
from ledgers.intake.record_events import plan_events
from ledgers.intake.record_isolation import plan_isolation
from ledgers.intake.record_links import Here
from ledgers.intake.record_rows import read_records
from ledgers.intake.record_subjects import SUBJECTS, plan_subjects
from ledgers.intake.record_tables import read_record_table
from ledgers.intake.values import Clock
from ledgers.people.privacy import MASKS, sensitivity
from queries.store import Store, Viewer, file_sha256

PLANNERS = {
    **dict.fromkeys(("households", "persons", "units"), plan_subjects),
    "isolation": plan_isolation,
    "cases": plan_cases,
}


def plan_records(
    store: Store,
    viewer: Viewer,
    path: Path,
    layer: str,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    office: str = "",
    translate: Translate = N_,
    tell: Callable[..., None],
) -> Plan:
    """Read a workbook of a ledger of people and return what importing it would do; see ``imports.plan_import``."""
    tell(N_("Reading {file} ..."), file=path.name)
    table, formulas = read_record_table(path, layer, sheet=sheet, tell=tell)
    tell(N_("Reading the cells of {n} rows ..."), n=f"{len(table.rows):,}")
    corrected = mapping if mapping is not None else remembered(store, layer, table.columns, office)
    found = recognise(layer, table.columns, corrected)
    now = store.now()
    rows = read_records(layer, table, found, Clock(now), formulas)
    tell(N_("Comparing {n} rows with the workspace ..."), n=f"{len(rows):,}")
    result = PLANNERS.get(layer, plan_events)(rows, Here(store, viewer), now)
    rejected = rows.rejections()
    events = {**result.events}
    if "void" in events:  # why something was replaced is kept in the language of whoever brings the file
        events["void"] = events["void"].assign(reason=events["void"]["reason"].map(translate))
    return Plan(
        path=path,
        layer=layer,
        crs=None,
        sheet=table.sheet,
        mapping=found,
        corrected=mapping,
        office=office,
        sha256=file_sha256(path),
        revision=store.revision,
        read=len(rows),
        added=result.added,
        changed=result.changed,
        unchanged=result.unchanged,
        changes=_masked(store, layer, result.changes),
        events=events,
        rejected=rejected,
        marked_file=write_marked(path, table, rejected, store.path / "exports", translate=translate) if rejected else None,
    )


def _masked(store: Store, layer: str, changes: pd.DataFrame) -> pd.DataFrame:
    """Return changes with what the ledger held masked as its lists mask it: to bring a list opens nothing that others have entered."""
    if layer not in SUBJECTS:
        return changes
    subject = SUBJECTS[layer]
    kinds = sensitivity(store)[subject.table]

    def hidden(field: str, value: Any) -> Any:
        return MASKS[kinds[field]](value) if isinstance(value, str) and kinds.get(field) in MASKS else value

    old = [hidden(field, value) for field, value in zip(changes["field"], changes["old"], strict=True)]
    return changes.assign(old=old, name=[hidden(subject.name, name) for name in changes["name"]])
