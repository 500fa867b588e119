"""A township small enough to count by hand: two villages, three entrances, two checkpoints, a fixed clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from queries.events import LOCAL
from queries.layers import feature_events
from queries.store import Store, open_store
from tests.filled import copy_filled

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 12, 18, tzinfo=ZONE)
START = datetime(2020, 2, 1, 8, tzinfo=ZONE)
HOSTILE = "${alert(1)}<img src=x onerror=alert(1)>"


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2020, 2, day, hour, minute, tzinfo=ZONE)


@contextmanager
def township(path: Path) -> Iterator[Store]:
    """Open a workspace with entrances e1 (24 h), e2 (06:00-22:00), e3 (sealed, expired) and posts p1 (keeps sign-ins), p2."""
    with open_store(copy_filled(fill, path)) as store:
        yield store


def fill(store: Store, *, recorded_at: datetime | None = None) -> None:
    """Fill a workspace; what is in it was recorded at a moment (none: now)."""
    store.set_settings(LOCAL, {"clock": NOW.isoformat()})
    areas = gpd.GeoDataFrame(
        {
            "id": ["t", "a", "b"],
            "name": ["青禾镇", "朝阳村", "柳林村"],
            "level": ["township", "village", "village"],
            "parent_id": [None, "t", "t"],
        },
        geometry=[box(114, 35, 114.2, 35.1), box(114, 35, 114.1, 35.1), box(114.1, 35, 114.2, 35.1)],
        crs="EPSG:4326",
    )
    entrances = gpd.GeoDataFrame(
        {"id": ["e1", "e2", "e3"], "name": ["东门", "西门", HOSTILE], "area_id": ["a", "a", "b"], "kind": "gate", "source": "demo"},
        geometry=[Point(114.01, 35.01), Point(114.02, 35.02), Point(114.15, 35.05)],
        crs="EPSG:4326",
    )
    posts = gpd.GeoDataFrame(
        {
            "id": ["p1", "p2"],
            "name": ["国道卡口", "村口"],
            "area_id": ["a", "b"],
            "source": "demo",
            "post_class": ["national_road", "village"],
            "staff_required": [2, 1],
        },
        geometry=[Point(114.05, 35.05), Point(114.16, 35.06)],
        crs="EPSG:4326",
    )
    order = {"ordered_by": "指挥部", "reason": "一级响应", "effective_at": START}
    events = {
        "feature_event": pd.concat(
            [feature_events("areas", areas), feature_events("entrances", entrances), feature_events("checkpoints", posts)],
            ignore_index=True,
        ),
        "entrance_event": pd.DataFrame(
            [
                {"entrance_id": "e1", "mode": "open_24h", **order},
                {"entrance_id": "e2", "mode": "open_hours", "timetable": "06:00-22:00", **order},
                {"entrance_id": "e3", "mode": "sealed", "egress": "guarded", "expires_at": at(10), **order},
            ]
        ),
        "checkpoint_event": pd.DataFrame(
            [
                {"checkpoint_id": "p1", "kind": "inspect", "active": True, "sign_in_kept": True, **order},
                {"checkpoint_id": "p2", "kind": "dissuade", "active": True, "sign_in_kept": False, **order},
            ]
        ),
    }
    known = {} if recorded_at is None else {"recorded_at": recorded_at}
    store.append(LOCAL, {table: rows.assign(**known) for table, rows in events.items()})
