"""Measure the due list and the daily report over five million readings, beside the same figures in pandas, in one run.

    python -m benchmarks.readings_5m [--readings 5000000] [--rounds 3] [--workspace FOLDER]

The workspace is made up (seeded): 400 villages of one county; forty-two days of episodes, a third of them open, each read twice a day, one
slot in twenty missed, one reading in two hundred a fever; 40,000 households of which about half were visited. Readings are written in the
order of their time, as they come in. A workspace that is there already is used again.

EpiGrid opens the file, and asks as the command line does. pandas has all tables in memory before its clock starts, as frames with
moments as datetime64 and text as Arrow strings: reading them is not counted. It is told nothing of undone events or of what was known when,
which EpiGrid works out besides. Both must find the same counts. Of several rounds the best counts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from ledgers.people.due import due
from ledgers.people.screening import RETRY_HOURS
from ledgers.people.slots import DEFAULT_SLOTS, parts_of_day, slots_between
from ledgers.posts.passes import FEVER
from ledgers.reports.daily_report import daily, document
from queries.events import LOCAL
from queries.layers import feature_events
from queries.store import Store, open_store
from queries.view import View

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 22, 18, tzinfo=ZONE)
DAYS, VILLAGES, HOUSEHOLDS, STAY = 21, 400, 40_000, 14
MISSED, FEVERISH, SLOT_H = 0.05, 0.005, 12
T = TypeVar("T")
Tables = dict[str, pd.DataFrame]


# The workspace


def areas() -> gpd.GeoDataFrame:
    """Return a county of villages, in rows of twenty."""
    villages = [f"v{n:03}" for n in range(VILLAGES)]
    squares = [box(114 + n % 20 * 0.02, 30 + n // 20 * 0.02, 114.02 + n % 20 * 0.02, 30.02 + n // 20 * 0.02) for n in range(VILLAGES)]
    frame = {
        "id": ["c", *villages],
        "name": ["县", *villages],
        "level": ["district"] + ["village"] * VILLAGES,
        "parent_id": [None] + ["c"] * VILLAGES,
    }
    return gpd.GeoDataFrame(frame, geometry=[box(114, 30, 114.4, 30.4), *squares], crs="EPSG:4326")


def make(wanted: int) -> Tables:
    """Return the events of about so many readings: persons, episodes, readings, households and visits."""
    rng = np.random.default_rng(2020)
    # Episodes begin evenly over 42 days, so that a third of them is not over; those have not all of their readings yet.
    episodes = int(wanted / (STAY * 2 * (1 - MISSED)) / 0.814)
    began = np.sort(rng.uniform(-STAY * 2, STAY, episodes))
    start = pd.Series(NOW - timedelta(days=STAY) + pd.to_timedelta(np.round(began * 86400), unit="s"))
    number = pd.Series(np.arange(episodes))
    village = pd.Series(rng.integers(0, VILLAGES, episodes)).map("v{:03}".format)
    stays = pd.DataFrame(
        {
            "episode_id": number.map("e{:07}".format),
            "person_id": number.map("p{:07}".format),
            "household_id": number.mod(HOUSEHOLDS).map("h{:05}".format),
            "area_id": village,
            "state": "observing",
            "place": "home",
            "started_at": start,
            "days": STAY,
            "effective_at": start,
        }
    )
    over = stays[stays["started_at"] + timedelta(days=STAY) <= NOW - timedelta(hours=6)]
    ends = over.assign(state="released", effective_at=over["started_at"] + timedelta(days=STAY))
    persons = stays[["person_id", "household_id", "area_id", "effective_at"]].assign(name="王建国", sex="male")
    return {
        "household_event": households(rng),
        "visit": visits(rng),
        "person_event": persons,
        "isolation_event": pd.concat([stays, ends]).sort_values("effective_at", ignore_index=True),
        "reading": readings(rng, stays, ends),
    }


def readings(rng: np.random.Generator, stays: pd.DataFrame, ends: pd.DataFrame) -> pd.DataFrame:
    """Return two readings a day of each episode while it is open, but those missed, in the order of their time."""
    seconds = SLOT_H * 3600
    first = (stays["started_at"].dt.tz_localize(None) - pd.Timestamp(0)).dt.total_seconds().to_numpy() // seconds + 1
    slots = first[:, None] + np.arange(STAY * 2)
    moments = (slots + rng.uniform(0, 1, slots.shape)) * seconds
    taken = pd.to_datetime(np.round(moments).ravel(), unit="s").tz_localize(ZONE)
    episode = np.repeat(np.arange(len(stays)), STAY * 2)
    end = stays["episode_id"].map(ends.set_index("episode_id")["effective_at"]).fillna(pd.Timestamp(NOW)).to_numpy()[episode]
    kept = (taken <= pd.DatetimeIndex(end)) & (rng.random(len(taken)) > MISSED)
    order = np.argsort(taken[kept].to_numpy())
    which, count = episode[kept][order], int(kept.sum())
    feverish = rng.random(count) < FEVERISH
    return pd.DataFrame(
        {
            "episode_id": stays["episode_id"].to_numpy()[which],
            "area_id": stays["area_id"].to_numpy()[which],
            "temperature": np.where(feverish, 37.8, np.round(rng.uniform(36.0, 37.2, count), 1)),
            "symptoms": np.where(rng.random(count) < FEVERISH / 5, "cough", None),
            "channel": rng.choice(["visit", "phone", "video"], count),
            "effective_at": taken[kept][order],
        }
    )


def households(rng: np.random.Generator) -> pd.DataFrame:
    """Return the households."""
    ids = pd.Series(np.arange(HOUSEHOLDS)).map("h{:05}".format)
    village = pd.Series(rng.integers(0, VILLAGES, HOUSEHOLDS)).map("v{:03}".format)
    return pd.DataFrame(
        {"household_id": ids, "area_id": village, "head_count": 3, "status": "occupied", "effective_at": NOW - timedelta(days=60)}
    )


def visits(rng: np.random.Generator) -> pd.DataFrame:
    """Return a visit or more to every second household."""
    chosen = rng.integers(0, HOUSEHOLDS // 2, HOUSEHOLDS)
    outcome = rng.choice(["registered", "not_in", "letter_left", "phone_only", "refused"], HOUSEHOLDS)
    moment = NOW - pd.to_timedelta(rng.integers(0, 10 * 86400, HOUSEHOLDS), unit="s")
    frame = {
        "household_id": pd.Series(chosen * 2).map("h{:05}".format),
        "area_id": "c",
        "purpose": "screening",
        "outcome": outcome,
        "effective_at": moment,
    }
    return pd.DataFrame(frame).sort_values("effective_at", ignore_index=True)


def fill(store: Store, wanted: int) -> None:
    """Write the workspace; everything was recorded when it happened."""
    store.set_settings(LOCAL, {"clock": NOW.isoformat()})
    store.append(LOCAL, {"feature_event": feature_events("areas", areas())})
    for table, rows in make(wanted).items():
        for part in range(0, len(rows), 500_000):
            chunk = rows.iloc[part : part + 500_000]
            store.append(LOCAL, {table: chunk.assign(recorded_at=chunk["effective_at"])})
            print(f"… {table}: {part + len(chunk):,}", file=sys.stderr, flush=True)
    store.checkpoint()


# The same in pandas


def pandas_due(held: Tables) -> dict[str, int]:
    """Count what is due as EpiGrid defines it."""
    slots = slots_between(lambda _day: parts_of_day(DEFAULT_SLOTS), start=NOW - timedelta(hours=24), at=NOW, zone=ZONE)
    found = {"readings_due": 0, "readings_missed": 0}
    for opens, closes in zip(slots.opens, slots.closes, strict=True):
        found["readings_due" if closes > NOW else "readings_missed"] += len(owed(held, opens, closes))
    standing = latest(held["isolation_event"], "episode_id", NOW)
    observed = standing[standing["state"] == "observing"]
    read = held["reading"][held["reading"]["effective_at"] <= NOW]
    # An alarm stands until somebody acts on it, which nobody does here.
    alarming = read[(read["temperature"] >= FEVER) | read["symptoms"].notna()].drop_duplicates("episode_id", keep="last")
    named = alarming.merge(observed, on="episode_id").merge(latest(held["person_event"], "person_id", NOW), on="person_id", how="left")
    visited = latest(held["visit"], "household_id", NOW)
    doors = latest(held["household_event"], "household_id", NOW).merge(visited, on="household_id", how="left", suffixes=("", "_visit"))
    again = doors["effective_at_visit"] + pd.to_timedelta(doors["outcome"].map(RETRY_HOURS), unit="h") <= NOW
    return found | {
        "alarms": len(named),
        "visits_due": int((again | doors["outcome"].isna() & (doors["head_count"] != 0)).sum()),
        "releases_due": int((observed["started_at"] + pd.to_timedelta(observed["days"], unit="D") <= NOW).sum()),
    }


def pandas_daily(held: Tables) -> dict[str, int]:
    """Count what the daily report of the last cut-off says, unit by unit, and in total."""
    before = NOW - timedelta(days=1)
    standing = latest(held["isolation_event"], "episode_id", NOW)
    first = held["isolation_event"].drop_duplicates("episode_id")
    taken = held["reading"]
    taken = taken[(taken["effective_at"] > before) & (taken["effective_at"] <= NOW)]
    slots = slots_between(lambda _day: parts_of_day(DEFAULT_SLOTS), start=before, at=NOW, zone=ZONE)
    missed = [owed(held, opens, closes) for opens, closes in zip(slots.opens, slots.closes, strict=True) if closes <= NOW]
    by_unit = pd.crosstab(standing["area_id"], standing["state"]).assign(
        cumulative=standing.groupby("area_id").size(),
        new=first[first["started_at"] > before].groupby("area_id").size(),
        readings_taken=taken.groupby("area_id").size(),
        readings_missed=pd.concat(missed).groupby("area_id").size(),
    )
    total = by_unit.sum()
    return {name: int(total[name]) for name in ("cumulative", "new", "observing", "released", "readings_taken", "readings_missed")}


def owed(held: Tables, opens: datetime, closes: datetime) -> pd.DataFrame:
    """Return the episodes that owe a reading of a slot and have none."""
    standing = latest(held["isolation_event"], "episode_id", min(closes, NOW))
    expected = standing[(standing["state"] == "observing") & (standing["started_at"] <= closes - timedelta(hours=2))]
    taken = held["reading"]
    there = taken[(taken["effective_at"] >= opens) & (taken["effective_at"] < closes) & (taken["effective_at"] <= NOW)]
    return expected[~expected["episode_id"].isin(there["episode_id"])]


def latest(events: pd.DataFrame, key: str, moment: datetime) -> pd.DataFrame:
    """Return the last event of each subject up to a moment; the events are in the order of their time."""
    return events[events["effective_at"] <= moment].drop_duplicates(key, keep="last")


# What is printed


def best(act: Callable[[], T], rounds: int) -> tuple[T, float, float]:
    """Return what an act finds, and the fewest seconds, and seconds of the processor, that it took."""
    taken = []
    for _ in range(rounds):
        began, worked = perf_counter(), process_time()
        found = act()
        taken.append((perf_counter() - began, process_time() - worked))
    return found, *min(taken)


def main() -> None:
    """Make the workspace, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readings_5m")
    parser.add_argument("--readings", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workspace", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open_store(given.workspace or Path(folder) / "workspace") as store:
        if not store.revision:
            fill(store, given.readings)
        held = make(given.readings)
        print(", ".join(f"{len(rows):,} {name}" for name, rows in held.items()))
        rows = {
            "due": (lambda: counts_of(store), lambda: pandas_due(held)),
            "report daily": (lambda: totals_of(store), lambda: pandas_daily(held)),
        }
        print(f"{'':14}{'s':>8}{'processor s':>13}{'pandas s':>10}{'ratio':>8}")
        for name, (ours, theirs) in rows.items():
            found, seconds, worked = best(ours, given.rounds)
            wanted, pandas_seconds, _ = best(theirs, given.rounds)
            if {key: found[key] for key in wanted} != wanted:
                sys.exit(f"{name}: they do not agree: {found}, {wanted}")
            print(f"{name:14}{seconds:8.2f}{worked:13.2f}{pandas_seconds:10.2f}{pandas_seconds / seconds:8.1f}   {wanted}")


def counts_of(store: Store) -> dict[str, int]:
    """Return the counts of the due list."""
    found = due(View(store, LOCAL))
    parts = {"readings_due": found.readings, "readings_missed": found.missed, "alarms": found.alarms}
    parts |= {"visits_due": found.visits, "releases_due": found.releases}
    return {name: len(rows) for name, rows in parts.items()}


def totals_of(store: Store) -> dict[str, int]:
    """Return the totals of the daily report."""
    total: dict[str, int] = document(daily(View(store, LOCAL), date(NOW.year, NOW.month, NOW.day)))["total"]
    return total


if __name__ == "__main__":
    main()
