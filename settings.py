"""Where things are, and the defaults that hold until a workspace says otherwise."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DEFAULT_TIME_ZONE = "Asia/Shanghai"
CRS = "EPSG:4326"

# A feature's description holds for all time: a gate stood there before anyone listed it.
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
# "Everything known so far": no record is younger than this.
EVERYTHING_KNOWN = datetime(9999, 1, 1, tzinfo=UTC)

# Beyond this a post does not stand on a road.
POST_TO_ROAD_M = 50.0


def workspace_path(given: str | os.PathLike[str] | None = None) -> Path:
    """Return the workspace folder: the one given, else ``EPIGRID_WORKSPACE``, else ``workspace/`` in the project."""
    chosen = given or os.environ.get("EPIGRID_WORKSPACE") or ROOT / "workspace"
    return Path(chosen).expanduser().resolve()
