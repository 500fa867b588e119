"""Raw tables of a workspace: every event as it was written, and the few rules by which events are read (docs/ledgers.md).

Moments are whole microseconds since 1970, so that nothing depends on how a library reads a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import shapely

Row = dict[str, Any]
HOUR = 3_600_000_000
DAY = 24 * HOUR
FOREVER = 2**62
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Return a moment in microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class Raw:
    """The tables of a workspace, read from a copy of its ledger."""

    def __init__(self, workspace: Path, scratch: Path) -> None:
        self.workspace = workspace
        for end in ("", ".wal"):
            if (workspace / f"ledger.duckdb{end}").exists():
                shutil.copy(workspace / f"ledger.duckdb{end}", scratch / f"raw.duckdb{end}")
        self.connection = duckdb.connect(str(scratch / "raw.duckdb"))
        self.tables: dict[str, list[Row]] = {}
        self.removed: dict[int, set[str]] = {}
        self.read: dict[tuple[str, int, int], list[Row]] = {}
        told = {row["key"]: json.loads(row["value"]) for row in self.table("workspace_setting")}
        self.settings: dict[str, Any] = told
        self.zone = ZoneInfo(told.get("time_zone", "Asia/Shanghai"))

    def table(self, name: str) -> list[Row]:
        """Return all rows of a table, times in microseconds."""
        if name not in self.tables:
            columns = self.connection.execute(f"describe {name}").fetchall()
            read = ", ".join(f'epoch_us("{c[0]}") as "{c[0]}"' if "TIME ZONE" in c[1] else f'"{c[0]}"' for c in columns)
            rows = self.connection.execute(f"select {read} from {name}").fetchall()
            self.tables[name] = [dict(zip([c[0] for c in columns], row, strict=True)) for row in rows]
        return self.tables[name]

    def moment(self, text: str) -> int:
        """Return a moment that is written in the workspace's zone, unless it names another."""
        found = datetime.fromisoformat(text)
        return micros(found if found.tzinfo else found.replace(tzinfo=self.zone))

    def local(self, moment: int) -> datetime:
        """Return a moment by the workspace's clock on the wall."""
        return (EPOCH + timedelta(microseconds=moment)).astimezone(self.zone)

    def undone(self, known: int) -> set[str]:
        """Return the events that are undone as known at a moment: a void counts unless a void that counts undoes it, however deep."""
        if known not in self.removed:
            voids = [row for row in self.table("void") if row["recorded_at"] <= known]

            def counts(void: Row) -> bool:
                return not any(counts(other) for other in voids if other["target_id"] == void["event_id"])

            self.removed[known] = {void["target_id"] for void in voids if counts(void)}
        return self.removed[known]

    def events(self, table: str, at: int, known: int) -> list[Row]:
        """Return the events of a table that had taken effect, were known and are not undone, the earlier first."""
        if (table, at, known) not in self.read:
            gone, rows = self.undone(known), self.table(table)
            found = [row for row in rows if row["effective_at"] <= at and row["recorded_at"] <= known and row["event_id"] not in gone]
            self.read[table, at, known] = sorted(found, key=order)
        return self.read[table, at, known]

    def standing(self, table: str, key: str, at: int, known: int) -> dict[str, Row]:
        """Return the last event of each subject; those whose last event withdraws them are left out."""
        last = {row[key]: row for row in self.events(table, at, known)}
        return {subject: row for subject, row in last.items() if not row.get("withdrawn")}

    def features(self, layer: str, at: int, known: int) -> dict[str, Row]:
        """Return the features of a layer as described: ``id, name, shape`` and their attributes."""
        last = {row["feature_id"]: row for row in self.events("feature_event", at, known) if row["layer"] == layer}
        return {
            name: {
                **json.loads(row["attributes"] or "{}"),
                "id": name,
                "name": row["name"],
                "shape": None if row["geometry"] is None else shapely.from_wkb(bytes(row["geometry"])),
            }
            for name, row in last.items()
            if not row["withdrawn"]
        }

    def under(self, area: str, at: int, known: int) -> set[str]:
        """Return an area and all that lies in it."""
        parents = {name: row.get("parent_id") for name, row in self.features("areas", at, known).items()}
        found = {area} & parents.keys()
        while more := {name for name, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def unit_of(self, at: int, known: int) -> dict[str, str]:
        """Return the reporting unit of each area: the highest village or community in which it lies."""
        areas = self.features("areas", at, known)
        found = {}
        for name in areas:
            above: str | None = name
            while above in areas:
                if areas[above].get("level") in ("village", "community"):
                    found[name] = above
                above = areas[above].get("parent_id")
        return found

    def there(self, layer: str, at: int, known: int) -> dict[str, dict[str, int]]:
        """Return who is on duty at each subject of a layer: ``rostered``, and of those ``signed`` in."""
        signed = {row["shift_id"] for row in self.events("sign_in", at, known)}
        gone = self.undone(known)
        found: dict[str, dict[str, int]] = {}
        for row in self.table("duty_shift"):
            if row["subject_layer"] != layer or row["recorded_at"] > known or row["event_id"] in gone:
                continue
            if row["starts_at"] <= at < row["ends_at"]:
                one = found.setdefault(row["subject_id"], {"rostered": 0, "signed": 0})
                one["rostered"] += 1
                one["signed"] += row["event_id"] in signed
        return found


def order(row: Row) -> tuple[int, int, str]:
    """Return by what events of one subject are ordered."""
    return row["effective_at"], row["recorded_at"], row["event_id"]


def open_by(timetable: str | None, local: datetime) -> bool:
    """Tell whether a timetable like ``Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00; 2020-02-08 closed`` holds at a moment on the wall."""
    if not timetable:
        return False
    for back in (0, 1):  # a span that began yesterday may go on past midnight
        day = local.date() - timedelta(days=back)
        minute = local.hour * 60 + local.minute + 1440 * back
        if any(start <= minute < end for start, end in _spans(timetable, day.isoformat(), day.weekday())):
            return True
    return False


def _spans(timetable: str, date: str, weekday: int) -> list[tuple[int, int]]:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    general, own, dated = "closed", None, None
    for clause in timetable.split(";"):
        head, _, rest = clause.strip().partition(" ")
        if head[:4].isdigit() and "-" in head and ":" not in head:
            dated = rest if head == date else dated
        elif head[:3] in names:
            for part in head.split(","):
                first, _, last = part.partition("-")
                low, high = names.index(first), names.index(last or first)
                days = range(low, high + 1) if low <= high else [*range(low, 7), *range(high + 1)]
                own = rest if weekday in days else own
        else:
            general = clause.strip()
    hours = dated or own or general
    if hours == "closed":
        return []
    found = []
    for span in hours.split(","):
        start, end = (int(text[:2]) * 60 + int(text[3:5]) for text in span.strip().split("-"))
        found.append((start, end if end > start else end + 1440))
    return found


def count(found: Iterable[Any]) -> int:
    """Return how many are true."""
    return sum(1 for one in found if one)
