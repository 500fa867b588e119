"""Visits, readings, supplies and their like: which rows tell of something new, and which repeat what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from errors import InputError
from ledgers.intake.columns import folded
from ledgers.intake.current_state import in_utc
from ledgers.intake.diffs import Differences
from ledgers.intake.readers import text_of
from ledgers.intake.record_links import Here, linked, with_household, with_person
from ledgers.intake.record_rows import objects
from ledgers.intake.record_values import AFTERNOON, MORNING, PARTS_OF_DAY
from ledgers.intake.rows import Rows, first_filled
from ledgers.people.reading_rules import check_readings
from ledgers.people.readings import periods
from ledgers.people.screening import check_visits
from ledgers.rules import Fault
from ledgers.upkeep.supplies import check_moves, stock
from queries.kinds import FILED
from queries.view import View

NOON = 12
SLOTS = {"temperature": None, "temperature_am": MORNING, "temperature_pm": AFTERNOON}


def plan_events(rows: Rows, here: Here, now: datetime) -> Differences:
    """Return what rows of a kind of which each is an event would add; what they repeat or contradict is told apart.

    ``Files.keys`` of the kind tell one event from another; the rest may not contradict what is known of it.
    """
    kind, files = FILED[rows.layer]
    keys, fact = list(files.keys), files.fact or None
    frame = _READ.get(rows.layer, _of_persons)(rows, here, now)
    moments = frame["effective_at"].dropna()
    span = {"start": moments.min(), "until": moments.max()} if len(moments) else {}
    known = here.store.run(files.known, here.viewer, **span)
    new = _unknown(rows, frame[frame["row"].isin(rows.values.index[rows.sound])], known, keys, fact)
    sound = rows.sound
    added = sorted(set(new.loc[new["row"].map(sound), "row"]))
    events = new[new["row"].map(sound)].drop(columns=["row", "field"], errors="ignore")
    told = frame.drop_duplicates("row").set_index("row")
    named = pd.DataFrame({"id": told[keys[0]], "name": told[keys[0]]})
    repeated = sorted(set(rows.values.index[rows.sound]) - set(added))
    return differences(named, added, repeated, {kind.table: events} if len(events) else {})


def differences(named: pd.DataFrame, added: Sequence[int], repeated: Sequence[int], events: dict[str, pd.DataFrame]) -> Differences:
    """Return the rows of a layer of events by what they do: nothing that has happened is ever changed."""
    nothing = pd.DataFrame(columns=["row", "id", "name", "field", "old", "new"])
    return Differences(named.loc[list(added)], named.iloc[:0], named.loc[list(repeated)], nothing, events)


def _unknown(rows: Rows, frame: pd.DataFrame, known: pd.DataFrame, keys: list[str], fact: str | None) -> pd.DataFrame:
    """Return the events that neither the workspace nor an earlier row has; another fact of the same moment is a problem of its row."""
    both = pd.concat([known[[*keys, *([fact] if fact else [])]].assign(row=-1), frame], ignore_index=True)
    both["at"] = in_utc(both["effective_at"])
    marks = [name if name != "effective_at" else "at" for name in keys]
    group = both.groupby(marks, dropna=False, sort=False)
    again = group.cumcount() > 0
    if fact is not None:
        first = group[fact].transform("first").astype("float64")
        other = again & (both["row"] >= 0) & ((both[fact].astype("float64") - first).abs() > 1e-9)
        for position, column in both.loc[other, ["row", "field"]].itertuples(index=False):
            rows.reject(column, {int(position): InputError("Another figure of the same moment is here already; one of the two is wrong.")})
    columns = list(frame)
    fresh: pd.DataFrame = both.loc[~again & (both["row"] >= 0), columns]
    return fresh


def _visits(rows: Rows, here: Here, now: datetime) -> pd.DataFrame:
    frame = with_household(rows, linked(rows, here), here)
    require(rows, "effective_at", "household_id" if rows.has("household_id") else "door" if rows.has("door") else "contact", "outcome")
    purpose = rows.column("purpose")
    names = ["household_id", "area_id", "effective_at", "team", "outcome", "screened", "key_persons", "retry_at", "note"]
    found = frame.reindex(columns=names).assign(purpose=purpose.where(purpose.notna(), "screening"))
    heads = here.known("households").set_index("household_id")["head_count"]
    _reject_faults(rows, check_visits(found.assign(head_count=found["household_id"].map(heads))))
    # As a visit that is entered by hand: nobody counted is none.
    counts = {name: found[name].where(found[name].notna(), 0) for name in ("screened", "key_persons")}
    return objects(found.assign(**counts)).assign(row=frame.index, field="outcome")


def _supplies(rows: Rows, here: Here, now: datetime) -> pd.DataFrame:
    frame = linked(rows, here)
    if "area_id" not in frame:
        raise InputError("The file has no column for the area (所属网格, 社区, 村): whose supplies are these?")
    require(rows, "area_id", "item", "action", "quantity", "effective_at")
    found = objects(frame.reindex(columns=["area_id", "item", "action", "quantity", "measure_unit", "effective_at", "note"]))
    keys = ["area_id", "item"]
    before = stock(View(here.store, here.viewer)).set_index(keys)["measure_unit"].to_dict()
    known = pd.Series([before.get(key) for key in found[keys].itertuples(index=False, name=None)], index=found.index, dtype="object")
    # What an item that is new here is kept in says the first row that says anything.
    kept_in = known.where(known.notna(), found.groupby(keys)["measure_unit"].transform("first"))
    _reject_faults(rows, check_moves(found.assign(kept_in=kept_in)))
    return objects(
        found.assign(measure_unit=found["measure_unit"].where(found["measure_unit"].notna(), kept_in), row=found.index, field="quantity")
    )


def _readings(rows: Rows, here: Here, now: datetime) -> pd.DataFrame:
    known = periods(View(here.store, here.viewer))
    columns = [name for name in SLOTS if rows.has(name)]
    require(rows, "effective_at")
    reject(rows, columns[0], rows.values[columns].isna().all(axis=1), InputError("The temperature is missing; no reading is without one."))
    frame = _with_episode_given(rows, here, known)
    told = pd.concat([_taken(rows, frame, name) for name in columns])
    told = told[told["temperature"].notna() & told["row"].map(rows.sound)]
    reject_rows(
        rows,
        "effective_at",
        told["row"],
        told["effective_at"] > now,
        InputError("It lies in the future: now it is {now}; correct the date.", now=f"{now:%Y-%m-%d %H:%M}"),
    )
    told = told.sort_values("row", kind="stable").reset_index(drop=True)
    told["episode_id"] = told["episode_id"].where(told["episode_id"].notna(), _episodes(told, known))
    who = next(name for name in ("name", "id_number", "person_id", "episode_id") if rows.has(name))
    reject_rows(
        rows,
        who,
        told["row"],
        told["episode_id"].isna(),
        InputError("Nobody of this name is or was isolated here; enter the isolation first."),
    )
    told = told[told["episode_id"].notna()].reset_index(drop=True).astype({"episode_id": "str"})
    if told.empty:
        return told.assign(area_id=None).drop(columns=["person_id", "hourless"])
    told = _from_the_start(told, known)
    found = check_readings(told, known, now=now)
    faulty = told["row"].iloc[list(found)]
    # Where no reading of a row can be, its date is wrong; else it is that one reading.
    whole = faulty.value_counts().eq(told["row"].value_counts())
    for (position, reason), row in zip(found.items(), faulty, strict=True):
        rows.reject("effective_at" if whole[row] else str(told["field"].iloc[position]), {int(row): reason})
    latest = known.drop_duplicates("episode_id", keep="last").set_index("episode_id")
    area = told["episode_id"].map(latest["area_id"]).astype("object")
    return told.assign(area_id=area.where(area.notna(), None)).drop(columns=["person_id", "hourless"])


def _from_the_start(told: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return readings of which that of a part of the day without an hour, in which the isolation began, is taken when it began.

    The first morning of somebody isolated at 08:40 is not from before: 上午 stands for 08:00, and means no more than before noon.
    """
    begun = told["episode_id"].map(known[["started_at", "since"]].min(axis=1).groupby(known["episode_id"]).min())
    early = told["hourless"].astype("bool") & (in_utc(told["effective_at"]) < in_utc(begun))
    moments = [_not_before(*pair) for pair in zip(told.loc[early, "effective_at"], begun[early], strict=True)]
    return told.assign(effective_at=told["effective_at"].where(~early, pd.Series(moments, index=told.index[early], dtype="object")))


def _not_before(at: datetime, start: datetime) -> datetime:
    local = start.astimezone(at.tzinfo)
    same_part = local.date() == at.date() and not at.hour < NOON <= local.hour
    return local if same_part else at


def _with_episode_given(rows: Rows, here: Here, known: pd.DataFrame) -> pd.DataFrame:
    """Return the linked rows with the person they speak of, or the episode that they name."""
    given = rows.column("episode_id")
    unknown = given.notna() & ~given.isin(set(known["episode_id"]))
    for position in given.index[unknown]:
        rows.reject(
            "episode_id", {int(position): InputError("There is no isolation episode {episode} here.", episode=repr(given[position]))}
        )
    if rows.has("episode_id") and given.notna().all():
        return rows.values.assign(person_id=None)
    return with_person(rows, linked(rows, here), here)


def _taken(rows: Rows, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the readings of one column of temperatures, one a row, at the hour that its heading or the row tells."""
    at = rows.column("effective_at")
    hour = rows.column("time") if SLOTS[name] is None else pd.Series(SLOTS[name], index=at.index, dtype="object")
    moments = [_at(day, clock) for day, clock in zip(at, hour, strict=True)]
    hourless = pd.Series(True, index=at.index) if SLOTS[name] is not None else _hourless(rows, at, hour)
    names = ["symptoms", "went_out", "had_visitors", "needs", "channel", "taken_by", "participants", "note"]
    said = {column: rows.column(column) for column in names}
    channel = said["channel"].where(said["channel"].notna(), "visit")
    person, episode = frame["person_id"], rows.column("episode_id")
    return pd.DataFrame(
        {
            **said,
            "channel": channel,
            "person_id": person,
            "episode_id": episode,
            "effective_at": pd.Series(moments, index=at.index, dtype="object"),
            "temperature": rows.column(name),
            "hourless": hourless,
            "row": at.index,
            "field": name,
        }
    )


def _hourless(rows: Rows, at: pd.Series, hour: pd.Series) -> pd.Series:
    """Return which rows tell no hour: a day alone, or with a part of it."""
    part = pd.Series(False, index=at.index)
    if rows.has("time"):
        said = first_filled(rows.table.cells, rows.columns["time"])
        part = said.map({cell: folded(text_of(cell) or "") in PARTS_OF_DAY for cell in said.unique()})
    midnight = at.map(lambda day: day is not None and not (day.hour or day.minute))
    return part | (hour.isna() & midnight)


def _at(day: Any, clock: Any) -> Any:
    """Return the moment of a reading: its day at the hour told; a day alone is that day's morning."""
    if day is None or (clock is None and (day.hour or day.minute)):
        return day
    return datetime.combine(day.date(), clock or MORNING, day.tzinfo)


def _episodes(told: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return the episode of each reading: of its person the last that had begun then, else the first."""
    first = known.drop_duplicates("episode_id")[["person_id", "episode_id", "started_at"]].astype({"person_id": "object"})
    begun = first.assign(at=in_utc(first["started_at"])).sort_values("at", kind="stable")
    asked = pd.DataFrame({"person_id": told["person_id"].astype("object"), "at": in_utc(told["effective_at"])})
    asked = asked[asked["person_id"].notna()].reset_index().sort_values("at", kind="stable")
    found = pd.merge_asof(asked, begun[["person_id", "episode_id", "at"]], on="at", by="person_id").set_index("index")["episode_id"]
    earliest = told["person_id"].map(begun.drop_duplicates("person_id").set_index("person_id")["episode_id"])
    episode = found.reindex(told.index).astype("object")
    chosen = episode.where(episode.notna(), earliest)
    return chosen.where(chosen.notna(), None)


def _of_persons(rows: Rows, here: Here, now: datetime) -> pd.DataFrame:
    """Return the rows of a kind that needs no rules of its own: what was done with a person, and when."""
    frame = with_person(rows, linked(rows, here), here)
    require(rows, "effective_at")
    late = rows.column("effective_at").map(lambda moment: moment is not None and moment > now).astype(bool)
    reject(rows, "effective_at", late, InputError("It lies in the future: now it is {now}; correct the date.", now=f"{now:%Y-%m-%d %H:%M}"))
    kind, _ = FILED[rows.layer]
    said = frame.reindex(columns=[*kind.columns, "effective_at"])
    return objects(said).assign(row=frame.index, field="effective_at")


_READ: dict[str, Callable[[Rows, Here, datetime], pd.DataFrame]] = {"visits": _visits, "readings": _readings, "supplies": _supplies}


def require(rows: Rows, *names: str) -> None:
    """Note as problems the cells that no row can do without."""
    for name in names:
        there = {position for position, field in rows.problems if field == name}
        blank = rows.column(name).isna() & ~rows.values.index.isin(list(there))
        reject(rows, name, blank, InputError("It is blank; no row is complete without it."))


def reject(rows: Rows, name: str, wrong: pd.Series, reason: InputError) -> None:
    rows.reject(name, dict.fromkeys(np.flatnonzero(wrong.to_numpy(dtype=bool)).tolist(), reason))


def reject_rows(rows: Rows, name: str, positions: pd.Series, wrong: pd.Series, reason: InputError) -> None:
    rows.reject(name, dict.fromkeys(positions[wrong].tolist(), reason))


def _reject_faults(rows: Rows, found: dict[int, Fault]) -> None:
    """Note the faults of rows at the cells that they are about; a row that cannot be read is not judged by the rest of it."""
    sound = rows.sound
    for position, fault in found.items():
        if sound.iloc[position]:
            rows.reject(fault.field, {position: fault.error})
