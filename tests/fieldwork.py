"""A grid with people in it: the township of ``tests.township`` with households, three people in isolation, and a few visits."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from queries.events import LOCAL
from queries.layers import feature_events
from queries.store import Store
from tests.township import at, fill

GRID = "a"


def fill_grid(store: Store) -> None:
    """Add to grid a: h1 to h4 in two buildings, of which h2 is to be tried again; episodes i1 (due), i2 (alarming), i3 (measured)."""
    fill(store)
    buildings = gpd.GeoDataFrame(
        {"id": ["b2", "b10"], "name": ["2号楼", "10号楼"], "area_id": [GRID, GRID], "source": "demo"},
        geometry=[box(114.01, 35.01, 114.0101, 35.0101), box(114.02, 35.01, 114.0201, 35.0101)],
        crs="EPSG:4326",
    )
    doors = [
        ("h1", "b2", "1单元301", "王小明", 3),
        ("h2", "b2", "2单元101", "李红", 2),
        ("h3", "b10", "1002", "陈静", 1),
        ("h4", "b10", "201", "刘洋", 4),
    ]
    households = pd.DataFrame(doors, columns=["household_id", "building_id", "door", "contact", "head_count"])
    elsewhere = pd.DataFrame({"household_id": ["h9"], "door": ["9"], "contact": ["远处"], "head_count": [2], "area_id": "b"})
    people = [("q1", "h1", "王小明"), ("q2", "h3", "陈静"), ("q3", "h4", "刘洋")]
    persons = pd.DataFrame(people, columns=["person_id", "household_id", "name"])
    episodes = pd.DataFrame({"episode_id": ["i1", "i2", "i3"], "person_id": persons["person_id"], "household_id": persons["household_id"]})
    readings = pd.DataFrame(
        [
            {"episode_id": "i1", "temperature": 36.4, "effective_at": at(12, 8)},
            {"episode_id": "i2", "temperature": 37.6, "symptoms": "cough", "effective_at": at(12, 13)},
            {"episode_id": "i3", "temperature": 36.8, "effective_at": at(12, 14)},
        ]
    )
    visits = pd.DataFrame(
        [
            {"household_id": "h1", "outcome": "registered", "effective_at": at(10, 9)},
            {"household_id": "h2", "outcome": "not_in", "effective_at": at(12, 9)},
        ]
    )
    since = {"recorded_at": at(1), "effective_at": at(1)}
    observed = {
        "state": "observing",
        "place": "home",
        "started_at": at(8, 9),
        "days": 14,
        "recorded_at": at(8, 9),
        "effective_at": at(8, 9),
    }
    store.append(
        LOCAL,
        {
            "feature_event": feature_events("buildings", buildings),
            "household_event": pd.concat([households.assign(area_id=GRID), elsewhere], ignore_index=True).assign(
                status="occupied", **since
            ),
            "person_event": persons.assign(area_id=GRID, **since),
            "isolation_event": episodes.assign(area_id=GRID, **observed),
            "reading": readings.assign(area_id=GRID, channel="visit", recorded_at=readings["effective_at"]),
            "visit": visits.assign(area_id=GRID, purpose="screening", recorded_at=visits["effective_at"]),
        },
    )
