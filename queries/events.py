"""What is written, by whom, and in which import: events, viewers, batches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from uuid_utils import uuid7


@dataclass(frozen=True)
class Viewer:
    """Who reads or writes: a name for the trace, a role, and the areas they may see (None: all)."""

    name: str
    role: str = "local"
    areas: frozenset[str] | None = None


LOCAL = Viewer("local")


def new_id() -> str:
    """Return a new event id: UUIDv7, growing with time and within a process."""
    return str(uuid7())


@dataclass(frozen=True)
class Batch:
    """One import: what came in, from which file, and the outcome."""

    kind: str
    file_name: str
    sha256: str = ""
    layer: str | None = None
    crs: str | None = None
    mapping: Mapping[str, str | None] | None = None
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    batch_id: str = field(default_factory=new_id)

    def row(self, viewer: Viewer, recorded: datetime) -> pd.DataFrame:
        """Return the batch as a one-row frame of ``import_batch``, recorded by ``viewer`` at the moment ``recorded``."""
        mapping = json.dumps(self.mapping, ensure_ascii=False) if self.mapping is not None else None
        return pd.DataFrame([{**asdict(self), "mapping": mapping, "recorded_at": recorded, "recorded_by": viewer.name}])


def complete(rows: pd.DataFrame, viewer: Viewer, batch: Batch | None, now: datetime, recorded: datetime) -> pd.DataFrame:
    """Fill in what every event has, where it is missing.

    Parameters
    ----------
    rows : DataFrame
        Events of one table.
    viewer : Viewer
        Who records them.
    batch : Batch or None
        The import to which they belong; None when they are entered by hand.
    now : datetime
        The default of ``effective_at``.
    recorded : datetime
        The default of ``recorded_at``.

    Returns
    -------
    DataFrame
        ``rows`` with ``event_id``, ``effective_at``, ``recorded_at``, ``recorded_by``, ``source`` and ``batch_id``.
    """
    filled: dict[str, Any] = {
        "event_id": [new_id() for _ in range(len(rows))],
        "effective_at": now,
        "recorded_at": recorded,
        "recorded_by": viewer.name,
        "source": batch.kind if batch else "hand",
    }
    missing = {k: v for k, v in filled.items() if k not in rows}
    return rows.assign(**missing, batch_id=batch.batch_id if batch else None)
