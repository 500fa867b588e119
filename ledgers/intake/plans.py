"""What an import would do, what stands against it, and how that is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from errors import N_, EpiGridError, InputError
from ledgers.intake.record_columns import RECORD_FIELDS
from ledgers.intake.rows import Rejection

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Plan:
    """A file read against a workspace: what would be added and changed, which cells are rejected, whether the CRS fits.

    ``changes`` has one row a changed field: ``row`` (in the file), ``id``, ``name``, ``field``, ``old``, ``new``; of the ledgers of people
    ``name`` and ``old`` are masked as in lists. ``events`` are the rows that an import would append by table. ``crs_objection`` is set when
    another CRS fits decisively better. ``revision`` is that of the workspace it was made for; ``marked_file`` the workbook with the
    rejected cells marked.
    """

    path: Path
    layer: str
    crs: str | None
    sheet: str | None
    mapping: Mapping[str, str | None]
    corrected: Mapping[str, str | None] | None
    sha256: str
    revision: int
    read: int
    added: pd.DataFrame
    changed: pd.DataFrame
    unchanged: pd.DataFrame
    changes: pd.DataFrame
    events: Mapping[str, pd.DataFrame]
    rejected: list[Rejection] = field(default_factory=list)
    crs_check: Mapping[str, Any] | None = None
    crs_objection: EpiGridError | None = None
    marked_file: Path | None = None
    office: str = ""


class RowsRejected(InputError):
    """Some rows cannot be taken; the sentence says how many and what is wrong with the first.

    It goes into logs and over shoulders: ``personal`` leaves out what the cell says, as for every ledger of people.
    """

    def __init__(self, message: str, *, first: Rejection, personal: bool, **params: object) -> None:
        super().__init__(message, **params)
        self.first = first
        self.shown = None if personal else first.value

    def text(self, translate: Translate = N_) -> str:
        """Return the sentence in the language of ``translate``."""
        value = f" “{self.shown[:40]}”" if self.shown is not None else ""
        return f"{super().text(translate)} {self.first.row}, {self.first.column}{value}: {self.first.reason.text(translate)}"


def objection(plan: Plan, *, accept_valid: bool = False, accept_crs: bool = False) -> EpiGridError | None:
    """Return what stands against carrying out a plan, None when nothing does."""
    if plan.crs_objection is not None and not accept_crs:
        return plan.crs_objection
    if plan.rejected and not accept_valid:
        count = len({(r.sheet, r.row) for r in plan.rejected})
        message = N_("{count} of {read} rows cannot be imported; correct them, or accept the valid ones. Row")
        return RowsRejected(message, first=plan.rejected[0], personal=plan.layer in RECORD_FIELDS, count=count, read=plan.read)
    return None


def result_json(plan: Plan, *, translate: Translate = N_) -> dict[str, Any]:
    """Return the result of an import or dry run, as the command prints it.

    Of the ledgers of people it also tells ``duplicate``, the rows that repeat what is known: each row that was read is either added,
    changed, a duplicate, or has a rejected cell.
    """
    return {
        "read": plan.read,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": len(plan.unchanged),
        "rejected": [
            {"sheet": r.sheet, "row": r.row, "column": r.column, "value": r.value, "reason": r.reason.text(translate)}
            for r in plan.rejected
        ],
        "crs_check": dict(plan.crs_check) if plan.crs_check else None,
        "marked_file": str(plan.marked_file) if plan.marked_file else None,
        **({"duplicate": len(plan.unchanged)} if plan.layer in RECORD_FIELDS else {}),
    }
