"""The daily report counted from raw events: episodes one by one, readings slot by slot (docs/ledgers.md)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from tests.audit.raw import DAY, HOUR, Raw, Row, micros, open_by, order


def cutoff(raw: Raw, day: date) -> int:
    assert "cutoff" not in raw.settings  # the demo keeps the cut-off that holds without a setting
    return micros(datetime(day.year, day.month, day.day, 18, tzinfo=raw.zone))


class Count:
    """What a report counts whose period ends at ``at`` and begins after ``start``, as known at a moment."""

    def __init__(self, raw: Raw, start: int, at: int, known: int) -> None:
        self.raw, self.start, self.at, self.known = raw, start, at, known
        self.unit = raw.unit_of(at, known)
        self.episodes: dict[str, list[Row]] = {}
        for row in raw.events("isolation_event", at, known):
            self.episodes.setdefault(row["episode_id"], []).append(row)

    def area(self, episode: str) -> str:
        """Return where an episode lies."""
        return str(self.episodes[episode][-1]["area_id"])

    def lies(self, episode: str) -> str | None:
        """Return the unit in which an episode lies."""
        return self.unit.get(self.area(episode))

    def is_new(self, episode: str) -> bool:
        """Tell whether an episode was first started in the period; of several records of its first moment the last counts."""
        first = [row for row in self.episodes[episode] if row["effective_at"] == self.episodes[episode][0]["effective_at"]][-1]
        began = first["effective_at"] if first["started_at"] is None else first["started_at"]
        return bool(self.start < began <= self.at)

    def of_people(self) -> tuple[dict[str | None, Counter[str]], Counter[str]]:
        """Return the figures of the episodes, by unit and in all."""
        units: dict[str | None, Counter[str]] = {}
        total: Counter[str] = Counter()
        for episode, rows in self.episodes.items():
            for counter in (units.setdefault(self.lies(episode), Counter()), total):
                counter["cumulative"] += 1
                counter[rows[-1]["state"]] += 1
                counter["new"] += self.is_new(episode)
        return units, total

    def beside(self) -> dict[str | None, Counter[str]]:
        """Return what stands beside the episodes, by unit; None is outside every unit."""
        units: dict[str | None, Counter[str]] = {}

        def add(area: str | None, field: str, number: float) -> None:
            units.setdefault(self.unit.get(area or ""), Counter())[field] += number  # type: ignore[assignment]

        homes: dict[str, list[Row]] = {}
        for row in self.raw.events("visit", self.at, self.known):
            if row["purpose"] == "screening" and row["effective_at"] > self.start:
                homes.setdefault(row["household_id"] or row["event_id"], []).append(row)
        for rows in homes.values():
            people = [row["screened"] for row in rows if row["screened"] is not None]
            if people:
                add(rows[-1]["area_id"], "screened", max(people))
        readings = self.raw.events("reading", self.at, self.known)
        for row in readings:
            if row["effective_at"] > self.start and row["episode_id"] in self.episodes:
                add(self.area(row["episode_id"]), "readings_taken", 1)
        for episode, missed in self.missed(readings).items():
            add(self.area(episode), "readings_missed", missed)
        orders = self.raw.standing("checkpoint_event", "checkpoint_id", self.at, self.known)
        for name, post in self.raw.features("checkpoints", self.at, self.known).items():
            if name in orders and orders[name]["active"] is not False:
                add(post.get("area_id"), "posts", 1)
        gates = self.raw.standing("entrance_event", "entrance_id", self.at, self.known)
        for name, gate in self.raw.features("entrances", self.at, self.known).items():
            one = gates.get(name)
            if one and (one["mode"] == "open_24h" or (one["mode"] == "open_hours" and open_by(one["timetable"], self.raw.local(self.at)))):
                add(gate.get("area_id"), "gates", 1)
        for (area, _), left in stocks(self.raw, self.at, self.known).items():
            add(area, "supplies", left > 0)
        return units

    def slots(self) -> list[tuple[int, int]]:
        """Return the halves of days that close in the period."""
        assert "reading_slots" not in self.raw.settings
        found, day = [], self.raw.local(self.start).date() - timedelta(days=1)
        while day <= self.raw.local(self.at).date():
            midnight = micros(datetime(day.year, day.month, day.day, tzinfo=self.raw.zone))
            found += [(midnight, midnight + DAY // 2), (midnight + DAY // 2, midnight + DAY)]
            day += timedelta(days=1)
        return [(opens, closes) for opens, closes in found if self.start < closes <= self.at]

    def missed(self, readings: list[Row]) -> Counter[str]:
        """Return of each episode the readings that were owed and not taken: observed as the slot closed, begun two hours before."""
        found: Counter[str] = Counter()
        for opens, closes in self.slots():
            for episode, rows in self.episodes.items():
                then = [row for row in rows if row["effective_at"] <= closes]
                if not then or then[-1]["state"] != "observing" or (then[-1]["started_at"] or 0) > closes - 2 * HOUR:
                    continue
                taken = [row for row in readings if row["episode_id"] == episode and opens <= row["effective_at"] < closes]
                found[episode] += not taken
        return found


def stocks(raw: Raw, at: int, known: int) -> dict[tuple[str, str], float]:
    """Return what is left of each item in each area: the last count, and what came and went after it."""
    left: dict[tuple[str, str], float] = {}
    for row in sorted(raw.events("supply_event", at, known), key=order):
        key, quantity = (row["area_id"], row["item"]), row["quantity"] or 0.0
        left[key] = quantity if row["action"] == "count" else left.get(key, 0.0) + quantity * {"receive": 1, "use": -1}[row["action"]]
    return left
