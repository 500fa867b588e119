"""What a demo is: layers, events, the road network and settings, all made by our own code from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd

from geo.network import RoadNetwork

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = datetime(2020, 1, 23, tzinfo=ZONE)
# The demo's now: 18:00 of its last day, the cut-off of the daily report.
CLOCK = datetime(2020, 2, 12, 18, tzinfo=ZONE)
LAST_DAY = CLOCK.replace(hour=0)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
# Rosters run on past the clock, so that tonight can be looked at.
ROSTER_END = LAST_DAY + timedelta(days=3)


@dataclass(frozen=True)
class Demo:
    """A generated workspace.

    ``layers`` holds the event-sourced layers and ``roads, junctions, crossings``, with the columns of ``docs/records.md`` (EPSG:4326);
    ``events`` the event tables, times in Asia/Shanghai; ``settings`` the workspace settings.
    """

    size: str
    seed: int
    network: RoadNetwork
    layers: Mapping[str, gpd.GeoDataFrame]
    events: Mapping[str, pd.DataFrame]
    settings: Mapping[str, Any]


def day(text: str) -> datetime:
    """Return a moment of the demo, written ``MM-DD HH:MM``, in its time zone.

    >>> day("02-12 18:00").isoformat()
    '2020-02-12T18:00:00+08:00'
    """
    return datetime.strptime(f"2020-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
