"""What shuts a road with nobody there: one rule for the proof, the hours that nobody covers, lists, maps and papers.

A firm barrier stops people by itself. A soft one, tape, stops nobody who does not mind it: it counts where it is patrolled at least as
often as the rule ``patrol_minutes`` of the workspace asks (``ledgers.coverage_rules``; 0: never).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pandas as pd

Bools: TypeAlias = np.ndarray[tuple[int], np.dtype[np.bool_]]


def firm(barriers: pd.DataFrame, *, patrol_minutes: float) -> Bools:
    """Return which barriers of entrances or posts count, by ``barrier`` and ``patrol_minutes``; one of which nothing is said is hard."""
    often = barriers["patrol_minutes"].astype("Float64").fillna(np.inf).to_numpy(dtype=np.float64) <= patrol_minutes
    soft = (barriers["barrier"] == "soft").fillna(False).to_numpy(dtype=bool)
    return np.asarray(~soft | often, dtype=bool)


def holds_alone(posts: pd.DataFrame, *, patrol_minutes: float) -> Bools:
    """Return which checkpoints need nobody: blocks whose barrier is firm. Any other with nobody there is a gap."""
    block = (posts["kind"] == "block").fillna(False).to_numpy(dtype=bool)
    return np.asarray(block & firm(posts, patrol_minutes=patrol_minutes), dtype=bool)
