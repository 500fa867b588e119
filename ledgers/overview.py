"""The headline figures at a moment: one place for the page, the command line and the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from ledgers import state
from ledgers.coverage_rules import Rules
from ledgers.posts.barriers import holds_alone
from ledgers.posts.timetable import open_at
from queries.columns import CHECKPOINT_KINDS, MODES
from queries.layers import LAYERS
from queries.view import View, fact


@dataclass(frozen=True)
class Figures:
    """What stands at a moment.

    ``layers`` counts features (of checkpoints, those in force); ``entrances`` by mode, without the ``entrances_undecided`` that have
    none yet; ``seals_overdue`` are sealed still, past their expiry. Of the checkpoints with nobody there ``checkpoints_held_now`` are
    blocks that need nobody, ``checkpoints_unstaffed_now`` the others. ``checkpoints_beyond`` stand in no area: beyond the drawn
    border (0 where no border is drawn).
    """

    at: datetime
    layers: dict[str, int]
    entrances: dict[str, int]
    entrances_undecided: int
    entrances_open_now: int
    entrances_unstaffed_now: int
    seals_overdue: int
    checkpoints: dict[str, int]
    checkpoints_unstaffed_now: int
    checkpoints_held_now: int
    checkpoints_beyond: int
    crossings: dict[str, int]


@fact(kept=256)
def figures(view: View) -> Figures:
    """Return the headline figures of an area, or of all that the viewer sees, at a moment as known at another.

    Raises
    ------
    NotFound, InputError
        As ``Store.layer``.
    """
    entrances = view.run("count_entrances")
    checkpoints = view.run("count_checkpoints")
    features = view.run("count_features")
    crossings = state.layer(view, "crossings")

    open_now = (entrances["mode"] == "open_24h") | ((entrances["mode"] == "open_hours") & open_at(entrances["timetable"], view.at))
    held = holds_alone(checkpoints, patrol_minutes=Rules.of(view.store, view.at).patrol_minutes)
    nobody = ~checkpoints["staffed"].astype(bool)
    by_mode = _count(entrances, "mode")
    by_kind = _count(checkpoints, "kind")
    kept = dict(zip(features["layer"], features["features"], strict=True)) | {"checkpoints": sum(by_kind.values())}
    return Figures(
        at=view.at,
        layers={name: int(kept.get(name, 0)) if layer.event_sourced else len(view.recorded(name)) for name, layer in LAYERS.items()},
        entrances={mode: by_mode.get(mode, 0) for mode in MODES},
        entrances_undecided=int(entrances.loc[entrances["mode"].isna(), "entrances"].sum()),
        entrances_open_now=int(entrances.loc[open_now, "entrances"].sum()),
        entrances_unstaffed_now=int(entrances.loc[open_now & ~entrances["staffed"], "entrances"].sum()),
        seals_overdue=int(entrances.loc[entrances["overdue"], "entrances"].sum()),
        checkpoints={kind: by_kind.get(kind, 0) for kind in CHECKPOINT_KINDS},
        checkpoints_unstaffed_now=int(checkpoints.loc[nobody & ~held, "checkpoints"].sum()),
        checkpoints_held_now=int(checkpoints.loc[nobody & held, "checkpoints"].sum()),
        checkpoints_beyond=int(checkpoints.loc[checkpoints["beyond"], "checkpoints"].sum()),
        crossings={"total": len(crossings), "with_post": int(crossings["with_post"].sum())},
    )


def _count(rows: pd.DataFrame, by: str) -> dict[str, int]:
    counts = rows.groupby(by)[rows.columns[-1]].sum()
    return {str(code): int(count) for code, count in counts.items()}
