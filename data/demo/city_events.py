"""Three weeks in 云泽市: gates are closed, most of them within 48 hours, and posts stand at every way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pandas as pd

from data.demo.model import CLOCK, FIRST_DAY, LAST_DAY, day
from data.demo.people import event_ids, invent
from data.demo.rosters import SHIFT_COLUMNS

COMMAND = "云泽市疫情防控指挥部"
# Two days of sealing: a part was closed before, street by street.
MASS_SEALING = day("02-10 08:00")
BEFORE = 0.28
FIRST_ROSTER_DAY = LAST_DAY - timedelta(days=2)
ROSTER_DAYS = 4
SHIFT_HOURS = (0, 8, 16)
KINDS = {"expressway": "screen", "market": "screen", "station": "screen", "rural_road": "dissuade", "village": "dissuade"}


def city_events(layers: Mapping[str, gpd.GeoDataFrame], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the event tables of three weeks in the city."""
    tables = {
        "entrance_event": _entrance_events(layers["entrances"], rng),
        "checkpoint_event": _checkpoint_events(layers["checkpoints"], rng),
        "area_event": _area_events(layers["areas"], rng),
        "duty_shift": _shifts(layers, rng),
        # Last, and by a generator of its own, so that what is drawn for the others stays as it was.
        "entrance_declaration": _declarations(layers["compounds"], *rng.spawn(1)),
    }
    return {name: rows.assign(source="demo", event_id=event_ids(rows["recorded_at"], rng)) for name, rows in tables.items()}


def _declarations(compounds: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the declarations that the listed gates of each compound are all there are."""
    frame = pd.DataFrame({"subject_layer": "compounds", "subject_id": compounds["id"], "area_id": compounds["area_id"], "complete": True})
    return _recorded(frame.assign(effective_at=pd.Timestamp(FIRST_DAY), note="摸底登记，大门已全部列出"), rng)


def _recorded(frame: pd.DataFrame, rng: np.random.Generator, *, by: str = COMMAND) -> pd.DataFrame:
    lag = pd.to_timedelta(np.clip(np.round(rng.lognormal(3.6, 0.9, len(frame))), 3, 600), unit="m")
    told = frame["effective_at"] + lag
    return frame.assign(recorded_at=told.where(told <= CLOCK, CLOCK), recorded_by=by)


def _entrance_events(entrances: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count, opened = len(entrances), entrances["stays_open"].to_numpy()
    ids = entrances["id"].to_numpy()
    first = pd.DataFrame({"entrance_id": ids, "effective_at": pd.Timestamp(FIRST_DAY), "mode": "open_24h", "reason": "摸底登记，正常通行"})
    early = rng.random(count) < BEFORE
    minutes = np.where(early, -rng.uniform(8 * 60, 13 * 1440, count), rng.beta(1.6, 1.3, count) * 48 * 60)
    at = pd.Timestamp(MASS_SEALING) + pd.to_timedelta(np.round(minutes), unit="m")
    seal = pd.DataFrame(
        {
            "entrance_id": ids,
            "effective_at": at,
            "mode": "sealed",
            "reason": np.where(early, "减少出入口", "48小时硬隔离"),
            "egress": rng.choice(["releasable", "guarded", "none"], count, p=[0.5, 0.35, 0.15]),
            "key_holder": invent(count, rng).name,
            "ordered_by": COMMAND,
        }
    )[~opened]
    by_day = opened & (rng.random(count) < 0.4)
    hours = pd.DataFrame(
        {
            "entrance_id": ids,
            "effective_at": pd.Timestamp(day("02-05 06:00")) + pd.to_timedelta(rng.integers(0, 4, count), unit="D"),
            "mode": "open_hours",
            "timetable": np.where(rng.random(count) < 0.8, "06:00-22:00", "07:00-21:00"),
            "reason": "夜间关闭，白天凭证通行",
            "ordered_by": COMMAND,
        }
    )[by_day]
    return _recorded(pd.concat([first, seal, hours], ignore_index=True), rng)


def _checkpoint_events(checkpoints: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = len(checkpoints)
    kind = checkpoints["post_class"].map(KINDS).fillna("inspect").to_numpy(dtype=object)
    blocked = (checkpoints["post_class"] == "rural_road").to_numpy() & (rng.random(count) < 0.4)
    hours = np.where(checkpoints["post_class"].isin(["expressway", "province_border", "national_road"]), 24, 120)
    at = pd.Timestamp(day("01-24 12:00")) + pd.to_timedelta(np.round(rng.random(count) * hours * 60), unit="m")
    frame = pd.DataFrame({"checkpoint_id": checkpoints["id"].to_numpy(), "effective_at": at, "kind": np.where(blocked, "block", kind)})
    return _recorded(frame.assign(active=True, sign_in_kept=False, ordered_by=COMMAND, reason="进出车辆人员查验登记"), rng)


def _area_events(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    people = invent(len(areas), rng)
    base = pd.DataFrame({"area_id": areas["id"].to_numpy(), "responsible": people.name, "phone": people.phone, "ordered_by": COMMAND})
    normal = base.assign(effective_at=pd.Timestamp(FIRST_DAY), status="normal", reason="落实责任人")
    controlled = base.assign(effective_at=pd.Timestamp(day("01-25 08:00")), status="controlled", reason="重大突发公共卫生事件一级响应")
    struck = areas["level"].isin(["village", "community"]).to_numpy() & (rng.random(len(areas)) < 0.06)
    at = pd.Timestamp(day("01-30 18:00")) + pd.to_timedelta(np.round(rng.random(len(areas)) * 11 * 1440), unit="m")
    sealed = base.assign(effective_at=at, status="sealed", reason="发现密切接触者，封闭管理")[struck]
    return _recorded(pd.concat([normal, controlled, sealed], ignore_index=True), rng)


def _shifts(layers: Mapping[str, gpd.GeoDataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Return four days of rosters: the people each post needs at once, police among them on the roads; one at every open gate."""
    posts, gates = layers["checkpoints"], layers["entrances"]
    gates = gates[gates["stays_open"]]
    on_road = posts["post_class"].isin(["expressway", "province_border", "national_road", "provincial_road", "county_road"]).to_numpy()
    needed = posts["staff_required"].to_numpy()
    crews = [_crew("entrances", gates["id"], rng.choice(["guard", "volunteer", "party_member"], len(gates)), rng, unfilled=0.02)]
    for n in range(needed.max()):
        force = np.where(on_road, "police" if n % 2 else "medical", "party_member" if n % 2 else "cadre")
        crews.append(_crew("checkpoints", posts["id"][needed > n], force[needed > n], rng, unfilled=0.012))
    frame = pd.concat(crews, ignore_index=True).sort_values(["recorded_at", "starts_at", "subject_id"], kind="stable", ignore_index=True)
    return frame[SHIFT_COLUMNS]


def _crew(layer: str, subjects: pd.Series, force: np.ndarray, rng: np.random.Generator, *, unfilled: float) -> pd.DataFrame:
    """Return one person a shift for each subject, four taking turns; a share of the shifts stays unfilled."""
    turns = 4
    people = invent(len(subjects) * turns, rng)
    which, n, hour = (part.ravel() for part in np.meshgrid(np.arange(len(subjects)), np.arange(ROSTER_DAYS), SHIFT_HOURS, indexing="ij"))
    person = which * turns + (n * len(SHIFT_HOURS) + hour // 8 + which) % turns
    midnight = pd.Timestamp(FIRST_ROSTER_DAY) + pd.to_timedelta(n, unit="D")
    starts = midnight + pd.to_timedelta(hour, unit="h")
    written = pd.Series(midnight - pd.Timedelta(hours=7))
    frame = pd.DataFrame(
        {
            "subject_layer": layer,
            "subject_id": subjects.to_numpy()[which],
            "person": people.name[person],
            "phone": people.phone[person],
            "force": np.asarray(force, dtype=object)[which],
            "starts_at": starts,
            "ends_at": starts + pd.Timedelta(hours=8),
            "effective_at": starts,
            "recorded_at": written.where(written <= CLOCK, CLOCK),
            "recorded_by": COMMAND,
        }
    )
    return frame[rng.random(len(frame)) >= unfilled]
