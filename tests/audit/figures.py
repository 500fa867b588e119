"""The figures of a briefing counted from raw events: a function for each indicator that a briefing prints."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

import pyproj

from tests.audit.raw import DAY, HOUR, Raw, Row, count, micros, open_by
from tests.audit.reports import Count, cutoff
from tests.audit.risks import level_of
from tests.audit.roads import POST_M, Ground, Place, staffed

WGS84 = pyproj.Geod(ellps="WGS84")
FEVER, RELEASED = 37.3, ("released", "transferred", "refuted")
RETRY_HOURS = {"not_in": 4, "letter_left": 24, "phone_only": 48, "refused": 24}
REACHED = {"registered": "seen", "phone_only": "by_phone", "landlord_reached": "by_landlord", "vacant": "vacant"}
USE_DAYS, LEAST_DAYS, SCARCE_DAYS = 7, 3, 2.0
CHECK_DAYS = {"餐饮": 3, "超市": 3, "药店": 3}

Figure = Callable[["Counted", str | None], Any]


def tenth(part: int, whole: int) -> float:
    """Return a share in hundredths, cut (not rounded) to a tenth: 99.96 % is not all."""
    return 1000 * part // whole / 10


class Counted:
    """An area at a cut-off, as known then."""

    def __init__(self, raw: Raw, area: str, at: int) -> None:
        self.raw, self.area, self.at = raw, area, at
        areas = raw.features("areas", at, at)
        self.areas = areas
        self.inside = raw.under(area, at, at)
        roots = [name for name, row in areas.items() if row.get("parent_id") not in areas]
        self.everything = roots == [area]  # what lies in no area belongs to the only one that lies in no other
        self.day = raw.local(at).date()

    def here(self, area: str | None) -> bool:
        """Tell whether a place lies in the area."""
        return area in self.inside or (area is None and self.everything)

    # People

    @cached_property
    def episodes(self) -> Count:
        """Return all episodes, for a period of 24 hours."""
        return Count(self.raw, self.at - DAY, self.at, self.at)

    @cached_property
    def mine(self) -> dict[str, list[Row]]:
        """Return the episodes that lie here, each with its events."""
        found = self.episodes
        return {name: rows for name, rows in found.episodes.items() if found.area(name) in self.inside}

    def in_state(self, state: str) -> list[str]:
        """Return the episodes here in a state."""
        return [name for name, rows in self.mine.items() if rows[-1]["state"] == state]

    @cached_property
    def readings(self) -> list[Row]:
        """Return all readings known."""
        return self.raw.events("reading", self.at, self.at)

    def missed(self, area: str | None = None) -> int:
        """Return the readings missed in 24 hours, here or in one area alone."""
        found = self.episodes.missed(self.readings)
        return sum(n for name, n in found.items() if name in self.mine and area in (None, self.episodes.area(name)))

    def taken(self) -> int:
        """Return the readings taken in 24 hours."""
        return count(row["effective_at"] > self.at - DAY and row["episode_id"] in self.mine for row in self.readings)

    def due(self, area: str | None = None) -> int:
        """Return the readings still owed in the half of the day that is open."""
        midnight = micros(self.raw.local(self.at).replace(hour=0, minute=0, second=0, microsecond=0))
        half = DAY // 2 if self.at - midnight >= DAY // 2 else 0
        opens, closes = midnight + half, midnight + half + DAY // 2
        waiting = [name for name in self.in_state("observing") if self.mine[name][-1]["started_at"] <= closes - 2 * HOUR]
        taken = {row["episode_id"] for row in self.readings if opens <= row["effective_at"] < closes}
        return count(name not in taken and area in (None, self.episodes.area(name)) for name in waiting)

    def measured(self) -> set[str]:
        """Return who of those observed was measured in 24 hours."""
        lately = {row["episode_id"] for row in self.readings if row["effective_at"] > self.at - DAY}
        return lately & set(self.in_state("observing"))

    def abnormal(self) -> int:
        """Return in how many of those observed a fever or a symptom was found in 24 hours."""
        return len({r["episode_id"] for r in self.readings if suspect(r) and r["effective_at"] > self.at - DAY} & self.measured())

    def alarms(self, area: str | None = None) -> list[str]:
        """Return those observed of whom a fever or a symptom was read on which nobody has acted, however long ago."""
        acts, by_id = self.raw.events("alarm_action", self.at, self.at), {row["event_id"]: row for row in self.readings}
        found = []
        for name in self.in_state("observing"):
            rows = self.mine[name]
            stays = [after["effective_at"] for row, after in itertools.pairwise(rows) if row["state"] == "hospital"]
            since = max(stays, default=0)
            for reading in self.readings:
                if reading["episode_id"] != name or not suspect(reading) or reading["effective_at"] < since:
                    continue
                done = [act for act in acts if act["episode_id"] == name and covers(act, by_id.get(act["reading_id"]), reading)]
                if not done and area in (None, self.episodes.area(name)):
                    found.append(name)
                    break
        return found

    def releases(self) -> list[int]:
        """Return when the days of each one observed are over."""
        ends = [self.mine[name][-1] for name in self.in_state("observing")]
        return [row["started_at"] + row["days"] * DAY for row in ends if row["started_at"] is not None and row["days"] is not None]

    def before(self) -> Count:
        """Return what was counted 24 hours before, as known then."""
        return Count(self.raw, self.at - 2 * DAY, self.at - DAY, self.at - DAY)

    def chain(self, name: str) -> int:
        """Return what was counted before, added or taken back."""
        before, now = self.before(), self.episodes
        inside = self.raw.under(self.area, self.at - DAY, self.at - DAY)
        was = {one for one in before.episodes if before.area(one) in inside}
        fresh = {one for one in self.mine if now.is_new(one)}
        if name == "before":
            return len(was)
        return len(set(self.mine) - fresh - was) if name == "added_late" else len(was - (set(self.mine) - fresh))

    def cases(self) -> list[Row]:
        """Return the confirmed cases."""
        last = {row["case_id"]: row for row in self.raw.events("case_event", self.at, self.at)}
        return [row for row in last.values() if row["status"] == "confirmed" and row["area_id"] in self.inside]

    def at_level(self, level: str) -> int:
        """Return how many villages and communities have a risk level."""
        units = [name for name in self.inside if self.areas[name].get("level") in ("village", "community")]
        return count(level_of(self.raw, name, self.at, self.at) == level for name in units)

    def followed(self, category: str | None) -> int:
        """Return the key persons."""
        found = self.raw.standing("person_event", "person_id", self.at, self.at).values()
        return count(row["area_id"] in self.inside and category in (None, row["category"]) for row in found)

    # Screening

    @cached_property
    def homes(self) -> list[Row]:
        """Return the households here, each with what its screening visits have come to."""
        visits: dict[str, list[Row]] = {}
        for row in self.raw.events("visit", self.at, self.at):
            if row["purpose"] == "screening" and row["household_id"]:
                visits.setdefault(row["household_id"], []).append(row)
        found = []
        for name, home in self.raw.standing("household_event", "household_id", self.at, self.at).items():
            if home["area_id"] in self.inside:
                mine = visits.get(name, [])
                how = {REACHED[row["outcome"]] for row in mine if row["outcome"] in REACHED}
                surest = next((one for one in ("seen", "by_phone", "by_landlord", "vacant") if one in how), None)
                if surest is None and home["head_count"] == 0:
                    surest = "vacant"
                found.append({**home, "visits": mine, "how": surest or "open"})
        return found

    def screened(self, what: str, area: str | None = None) -> int:
        """Return a step of the funnel, here or in an area under it."""
        inside = self.inside if area is None else self.raw.under(area, self.at, self.at)
        homes = [home for home in self.homes if home["area_id"] in inside]
        if what == "households":
            return len(homes)
        if what == "visited":
            return count(home["visits"] for home in homes)
        if what in ("screened", "key_persons"):
            return sum(max((row[what] for row in home["visits"] if row[what] is not None), default=0) for home in homes)
        return count(home["how"] == what for home in homes)

    def doors(self, area: str | None = None) -> int:
        """Return the doors to visit now."""
        due = 0
        for home in self.homes:
            if area not in (None, home["area_id"]):
                continue
            if not home["visits"]:
                due += home["head_count"] is None or home["head_count"] != 0
                continue
            last = home["visits"][-1]
            if last["outcome"] in RETRY_HOURS:
                again = last["retry_at"] if last["retry_at"] is not None else last["effective_at"] + RETRY_HOURS[last["outcome"]] * HOUR
                due += again <= self.at
        return due

    def homes_stated(self) -> int:
        """Return how many households the area is said to have."""

        def of(area: str) -> int:
            own = self.areas[area].get("households")
            return own if own is not None else sum(of(name) for name, row in self.areas.items() if row.get("parent_id") == area)

        return of(self.area)

    # The daily report of the last cut-off

    def reports(self, what: str) -> int:
        """Return the units that report, those that have not, and those that were late."""
        today = self.day if cutoff(self.raw, self.day) <= self.at else self.day - timedelta(days=1)
        end = cutoff(self.raw, today)
        unit = self.raw.unit_of(end, self.at)
        here = {name for name in unit.values() if name in self.inside} or {unit[self.area]}
        told = {}
        for row in self.raw.events("report_submission", self.at, self.at):
            if row["report_date"] == today:
                told[row["area_id"]] = row
        if what == "late":
            return count(row["effective_at"] > row["cutoff_at"] + HOUR for name, row in told.items() if name in here)
        return len(here) if what == "units" else count(name not in told for name in here)

    # Entrances and checkpoints

    @cached_property
    def gates(self) -> list[Row]:
        """Return the entrances with their order and who is there."""
        orders, there = self.raw.standing("entrance_event", "entrance_id", self.at, self.at), self.raw.there("entrances", self.at, self.at)
        found, local = [], self.raw.local(self.at)
        for name, gate in self.raw.features("entrances", self.at, self.at).items():
            order = orders.get(name, {"mode": None, "timetable": None, "expires_at": None, "sign_in_kept": False})
            is_open = order["mode"] == "open_24h" or (order["mode"] == "open_hours" and open_by(order["timetable"], local))
            if self.here(gate.get("area_id")):
                found.append({**gate, **order, "open": is_open, "staffed": staffed(order, there.get(name))})
        return found

    def entrances(self, mode: str | None, *, compounds: bool = False) -> int:
        """Return the entrances ordered so; of compounds alone, where asked."""
        gates = [gate for gate in self.gates if gate.get("compound_id") is not None or not compounds]
        return len(gates) if mode == "all" else count(gate["mode"] == mode for gate in gates)

    @cached_property
    def posts(self) -> list[Row]:
        """Return the checkpoints in force with who is there; ``held`` is a block that needs nobody."""
        orders, there = (
            self.raw.standing("checkpoint_event", "checkpoint_id", self.at, self.at),
            self.raw.there("checkpoints", self.at, self.at),
        )
        found = []
        for name, post in self.raw.features("checkpoints", self.at, self.at).items():
            order = orders.get(name)
            if order and order["active"] is not False and self.here(post.get("area_id")):
                on = there.get(name, {"rostered": 0, "signed": 0})
                people = on["signed" if order["sign_in_kept"] else "rostered"]
                firm = order["kind"] == "block" and order["barrier"] != "soft"
                found.append({**post, "kind": order["kind"], "people": people, "firm": firm, "held": firm and not people})
        return found

    @cached_property
    def gaps(self) -> dict[tuple[str, str], int]:
        """Return the minutes of the next 24 hours in which nobody covers an entrance or a checkpoint, looked at minute by minute."""
        found: Counter[tuple[str, str]] = Counter()
        gone = self.raw.undone(self.at)
        signed: dict[str, int] = {}
        for row in self.raw.events("sign_in", self.at, self.at):
            signed[row["shift_id"]] = min(row["effective_at"], signed.get(row["shift_id"], row["effective_at"]))
        for layer, table, key in (("entrances", "entrance_event", "entrance_id"), ("checkpoints", "checkpoint_event", "checkpoint_id")):
            shifts: dict[str, list[Row]] = {}
            for row in self.raw.table("duty_shift"):
                known = row["recorded_at"] <= self.at and row["event_id"] not in gone
                if known and row["subject_layer"] == layer and row["starts_at"] < self.at + DAY and self.at < row["ends_at"]:
                    shifts.setdefault(row["subject_id"], []).append(row)
            orders: dict[str, list[Row]] = {}
            for row in self.raw.events(table, self.at + DAY, self.at):
                orders.setdefault(row[key], []).append(row)
            for name, place in self.raw.features(layer, self.at, self.at).items():
                if not self.here(place.get("area_id")) or name not in orders:
                    continue
                for minute in range(1440):
                    now = self.at + minute * HOUR // 60
                    begun = [row for row in orders[name] if row["effective_at"] <= now]
                    if not begun or not self._needs(layer, begun[-1], now):
                        continue
                    on = [row for row in shifts.get(name, []) if row["starts_at"] <= now < row["ends_at"]]
                    if begun[-1]["sign_in_kept"]:
                        on = [row for row in on if row["starts_at"] > self.at or signed.get(row["event_id"], now + 1) <= now]
                    found[layer, name] += not on
        return {place: minutes for place, minutes in found.items() if minutes}

    def _needs(self, layer: str, order: Row, now: int) -> bool:
        if layer == "checkpoints":
            return order["active"] is not False and not (order["kind"] == "block" and order["barrier"] != "soft")
        return bool(order["mode"] == "open_24h" or (order["mode"] == "open_hours" and open_by(order["timetable"], self.raw.local(now))))

    def passes(self, *actions: str) -> int:
        """Return passes of some actions, added, and of those with a minus before them taken off."""
        found = Counter[str]()
        for row in self.raw.events("pass_event", self.at, self.at):
            if row["area_id"] in self.inside:
                found[row["action"]] += 1 if row["quantity"] is None else row["quantity"]
        return sum(-found[action[1:]] if action[0] == "-" else found[action] for action in actions)

    def silent(self, query: str) -> bool:
        """Tell whether nobody can know: nobody of those observed was measured, or nothing of the kind was ever recorded here."""
        if query in ("readings.alarms", "readings.abnormal"):
            return bool(self.in_state("observing")) and not self.measured()
        table = {"passes": "pass_event", "findings": "inspection", "outreach": "outreach", "supplies": "supply_event"}.get(
            query.split(".")[0]
        )
        return table is not None and all(row["area_id"] not in self.inside for row in self.raw.events(table, self.at, self.at))

    # Upkeep

    @cached_property
    def rounds(self) -> list[int | None]:
        """Return when each place was disinfected last; None for never."""
        last = {(row["place_layer"], row["place_id"]): row["effective_at"] for row in self.raw.events("disinfection", self.at, self.at)}
        places = [
            (layer, name, row.get("area_id"))
            for layer in ("buildings", "venues")
            for name, row in self.raw.features(layer, self.at, self.at).items()
        ]
        places += [("units", name, row["area_id"]) for name, row in self.raw.standing("unit_event", "unit_id", self.at, self.at).items()]
        return [last.get((layer, name)) for layer, name, area in places if area in self.inside]

    @cached_property
    def supplies(self) -> dict[tuple[str, str], Row]:
        """Return the stock of each item in each area: ``stock`` and ``rate`` (None: not known), ``days`` it lasts."""
        found: dict[tuple[str, str], Row] = {}
        for row in self.raw.events("supply_event", self.at, self.at):
            if row["area_id"] not in self.inside:
                continue
            one = found.setdefault((row["area_id"], row["item"]), {"stock": 0.0, "used": {}})
            one["unit"], quantity = row["measure_unit"], row["quantity"] or 0.0
            one["stock"] = quantity if row["action"] == "count" else one["stock"] + quantity * {"receive": 1, "use": -1}[row["action"]]
            day = self.raw.local(row["effective_at"]).date()
            if row["action"] == "use" and day > self.day - timedelta(days=USE_DAYS):
                one["used"][day] = one["used"].get(day, 0.0) + quantity
        for one in found.values():
            used = sum(one["used"].values())
            one["below"] = one["stock"] < 0
            one["stock"] = None if one["below"] else one["stock"]
            one["rate"] = used / len(one["used"]) if used > 0 and len(one["used"]) >= LEAST_DAYS else None
            one["days"] = lasts(one["stock"], one["rate"])
        return found

    def item(self, of: str | None) -> list[Row]:
        """Return the stocks of an item, as ``name`` or ``name/measure``."""
        return [one for (_, item), one in self.supplies.items() if of == (item if one["unit"] is None else f"{item}/{one['unit']}")]

    def days_of(self, of: str | None) -> float | None:
        """Return how long all stocks of an item last; not known where the use of one that has some is not."""
        stocks = self.item(of)
        if any(one["stock"] is None or (one["rate"] is None and one["stock"] > 0) for one in stocks):
            return lasts(0.0, None) if sum(one["stock"] or 0 for one in stocks) == 0 else None
        rates = [one["rate"] for one in stocks if one["rate"] is not None]
        return lasts(sum(one["stock"] for one in stocks), sum(rates) if rates else None)

    def left(self, of: str | None) -> float | None:
        """Return how long one stock lasts; ``of`` is area, item and measure."""
        for (area, item), one in self.supplies.items():
            if of == (f"{area}/{item}" if one["unit"] is None else f"{area}/{item}/{one['unit']}"):
                return None if one["days"] is None else float(one["days"])
        return None

    def outreach(self, kind: str) -> int:
        """Return what was handed out, hung or broadcast."""
        return sum(
            row["quantity"]
            for row in self.raw.events("outreach", self.at, self.at)
            if row["kind"] == kind and row["area_id"] in self.inside
        )

    def measures(self) -> int:
        """Return the measures in force here, in areas under it and in those above it."""
        above, name = set(self.inside), self.areas[self.area].get("parent_id")
        while name in self.areas:
            above.add(name)
            name = self.areas[name].get("parent_id")
        last = {row["measure_id"]: row for row in self.raw.events("measure", self.at, self.at)}
        return count(row["status"] == "active" and row["area_id"] in above for row in last.values())

    @cached_property
    def units(self) -> list[Row]:
        """Return the social units with ``checked`` (their last check), and ``on`` and ``why`` the next one is due."""
        checks = {row["unit_id"]: row for row in self.raw.events("business_check", self.at, self.at)}
        history: dict[str, list[Row]] = {}
        for row in self.raw.events("unit_event", self.at, self.at):
            history.setdefault(row["unit_id"], []).append(row)
        found = []
        for name, unit in self.raw.standing("unit_event", "unit_id", self.at, self.at).items():
            if unit["area_id"] not in self.inside:
                continue
            check, works = checks.get(name), unit["resumed"] is not False
            day, why = None, None
            if check and check["recheck_on"] is not None:
                day, why = check["recheck_on"], "recheck"
            elif check and works:
                day, why = self.raw.local(check["effective_at"]).date() + timedelta(days=CHECK_DAYS.get(unit["trade"], 7)), "routine"
            elif works:  # since it was entered, or has resumed work
                since = None
                for row in history[name]:
                    idle = row["resumed"] is False or row["withdrawn"]
                    since = None if idle else since if since is not None else row["effective_at"]
                day, why = self.raw.local(since or 0).date(), "never"
            found.append({**unit, "checked": check, "on": day, "why": why})
        return found

    def checks(self, *, before: date | None = None, why: str | None = None) -> int:
        """Return the units to check by a day."""
        return count(unit["on"] is not None and unit["on"] <= (before or self.day) and why in (None, unit["why"]) for unit in self.units)

    def findings(self) -> int:
        """Return the findings not yet mended."""
        last = {row["finding_id"]: row for row in self.raw.events("inspection", self.at, self.at)}
        return count(row["status"] == "open" and row["area_id"] in self.inside for row in last.values())

    # Roads

    @cached_property
    def ground(self) -> Ground:
        """Return the roads for vehicles."""
        return self.roads_for("drive")

    def roads_for(self, mode: str | None) -> Ground:
        """Return the roads of one way to travel, of the whole map."""
        return _ground(self.raw, mode or "drive", self.at)

    @cached_property
    def places(self) -> list[tuple[Place, str]]:
        """Return the settlements here with their status."""
        status = self.ground.found.statuses()
        return [(place, status[f"{place.layer}:{place.id}"]) for place in self.ground.places if self.here(place.area)]

    def exposed(self) -> list[Place]:
        """Return the exposed settlements here."""
        return [place for place, status in self.places if status == "exposed"]

    @cached_property
    def crossings(self) -> list[tuple[str, bool]]:
        """Return the roads that cross the border of the region, by name or number, and whether a post watches there."""
        roads, posts = self.ground.drawn, [post for post in Counted(self.raw, self._root(), self.at).posts if post["shape"] is not None]
        nodes: set[int | None] = set()
        pieces: set[int | None] = set()
        for post in posts:
            if post["kind"] == "block" and not post["firm"] and not post["people"]:
                continue
            at = self.ground.to_metres.transform(post["shape"].x, post["shape"].y)
            node, piece, _ = roads.stands(at, POST_M)
            nodes.add(node)
            pieces |= {piece, *roads.other_carriageway(at)}
        found = []
        for piece, (u, v) in enumerate(roads.ends):
            if roads.inside[u] != roads.inside[v]:
                way = roads.way(piece)
                found.append((way["name"] or way["ref"] or "-", bool({u, v} & nodes or piece in pieces)))
        return found

    def _root(self) -> str:
        return next(name for name, row in self.areas.items() if row.get("parent_id") not in self.areas)


@cache
def _ground(raw: Raw, mode: str, at: int) -> Ground:
    return Ground(raw, mode, at, at)


def suspect(reading: Row) -> bool:
    """Tell whether a reading is a fever or a symptom."""
    return bool((reading["temperature"] is not None and reading["temperature"] >= FEVER) or reading["symptoms"])


def covers(act: Row, on: Row | None, reading: Row) -> bool:
    """Tell whether an act was on a reading: the one it names, or one before that which was known when the act was entered."""
    if act["reading_id"] == reading["event_id"]:
        return True
    return bool(on and reading["effective_at"] <= on["effective_at"] and reading["recorded_at"] <= act["recorded_at"])


def lasts(stock: float | None, rate: float | None) -> float | None:
    """Return how many days a stock lasts; what is used up lasts no longer."""
    return 0.0 if stock == 0 else None if stock is None or rate is None else stock / rate


def _no(value: Any) -> Any:
    return value or None  # an area without villages under it tells nothing of villages


FIGURES: dict[str, Figure] = {
    "areas.villages": lambda c, of: _no(count(c.areas[a].get("level") == "village" for a in c.inside - {c.area})),
    "areas.communities": lambda c, of: _no(count(c.areas[a].get("level") == "community" for a in c.inside - {c.area})),
    "areas.grids": lambda c, of: _no(count(c.areas[a].get("level") == "grid" for a in c.inside - {c.area})),
    "areas.population": lambda c, of: c.areas[c.area].get("population"),
    "areas.households": lambda c, of: c.areas[c.area].get("households"),
    "isolation.cumulative": lambda c, of: len(c.mine),
    "isolation.new": lambda c, of: count(c.episodes.is_new(one) for one in c.mine),
    "isolation.before": lambda c, of: c.chain("before"),
    "isolation.added_late": lambda c, of: c.chain("added_late"),
    "isolation.taken_back": lambda c, of: c.chain("taken_back"),
    **{f"isolation.{s}": (lambda c, of, s=s: len(c.in_state(s))) for s in ("observing", "hospital", *RELEASED)},
    "isolation.difference": lambda c, of: count(r[-1]["state"] not in ("observing", "hospital", *RELEASED) for r in c.mine.values()),
    "isolation.outside": lambda c, of: count(c.episodes.lies(one) is None for one in c.mine),
    "isolation.release_due": lambda c, of: count(c.at < end <= c.at + DAY for end in c.releases()),
    "isolation.release_over": lambda c, of: count(end <= c.at for end in c.releases()),
    "cases.confirmed": lambda c, of: len(c.cases()),
    "cases.new": lambda c, of: count(row["effective_at"] > c.at - DAY for row in c.cases()),
    **{f"risk.{level}": (lambda c, of, level=level: c.at_level(level)) for level in ("high", "medium", "low")},
    "readings.taken": lambda c, of: c.taken(),
    "readings.missed": lambda c, of: c.missed(),
    "readings.missed_in": lambda c, of: c.missed(of),
    "readings.due": lambda c, of: c.due(),
    "readings.due_in": lambda c, of: c.due(of),
    "readings.abnormal": lambda c, of: c.abnormal(),
    "readings.unmeasured": lambda c, of: len(c.in_state("observing")) - len(c.measured()),
    "readings.alarms": lambda c, of: len(c.alarms()),
    "readings.alarms_in": lambda c, of: len(c.alarms(of)),
    "unasked.readings.alarms": lambda c, of: len(c.in_state("observing")) - len(c.measured()),
    "unasked.isolation.release_over": lambda c, of: len(c.in_state("observing")) - len(c.releases()),
    "persons.followed": lambda c, of: c.followed(None),
    "persons.category": lambda c, of: c.followed(of),
    **{
        f"screening.{what}": (lambda c, of, what=what: c.screened(what))
        for what in ("households", "visited", "seen", "by_phone", "by_landlord", "vacant", "screened", "key_persons")
    },
    "screening.unreached": lambda c, of: c.screened("open"),
    "screening.unreached_in": lambda c, of: c.screened("open", of),
    "screening.households_in": lambda c, of: c.screened("households", of),
    "screening.visited_in": lambda c, of: c.screened("visited", of),
    "screening.listed": lambda c, of: tenth(len(c.homes), c.homes_stated()),
    "screening.settled": lambda c, of: tenth(len(c.homes) - c.screened("open"), len(c.homes)),
    "unasked.screening.unreached": lambda c, of: max(c.homes_stated() - len(c.homes), 0),
    "doors.due": lambda c, of: c.doors(),
    "doors.due_in": lambda c, of: c.doors(of),
    "reports.units": lambda c, of: c.reports("units"),
    "reports.missing": lambda c, of: c.reports("missing"),
    "reports.reported": lambda c, of: c.reports("units") - c.reports("missing"),
    "reports.late": lambda c, of: c.reports("late"),
    "unasked.reports.late": lambda c, of: c.reports("missing"),
    "entrances.total": lambda c, of: c.entrances("all"),
    **{f"entrances.{mode}": (lambda c, of, mode=mode: c.entrances(mode)) for mode in ("sealed", "open_24h", "open_hours")},
    "entrances.undecided": lambda c, of: c.entrances(None),
    "unasked.entrances.overdue": lambda c, of: c.entrances(None),
    "unasked.gaps.hours": lambda c, of: c.entrances(None),
    "compounds.entrances": lambda c, of: c.entrances("all", compounds=True),
    **{f"compounds.{mode}": (lambda c, of, mode=mode: c.entrances(mode, compounds=True)) for mode in ("sealed", "open_24h", "open_hours")},
    "entrances.open_now": lambda c, of: count(gate["open"] for gate in c.gates),
    "entrances.staffed": lambda c, of: count(gate["open"] and gate["staffed"] for gate in c.gates),
    "entrances.unstaffed": lambda c, of: count(gate["open"] and not gate["staffed"] for gate in c.gates),
    "entrances.overdue": lambda c, of: count(
        gate["mode"] == "sealed" and gate["expires_at"] is not None and gate["expires_at"] <= c.at for gate in c.gates
    ),
    "checkpoints.total": lambda c, of: len(c.posts),
    "checkpoints.beyond": lambda c, of: count(post.get("area_id") is None for post in c.posts),
    **{
        f"checkpoints.{kind}": (lambda c, of, kind=kind: count(post["kind"] == kind for post in c.posts))
        for kind in ("inspect", "dissuade", "block", "screen")
    },
    "checkpoints.staffed": lambda c, of: count(post["people"] for post in c.posts),
    "checkpoints.unstaffed": lambda c, of: count(not post["people"] and not post["firm"] for post in c.posts),
    "checkpoints.held": lambda c, of: count(post["held"] for post in c.posts),
    "staff.on_duty": lambda c, of: sum(post["people"] for post in c.posts),
    "staff.required": lambda c, of: sum(post.get("staff_required") or 0 for post in c.posts),
    "staff.uncounted": lambda c, of: count(post.get("staff_required") is None for post in c.posts),
    "staff.short": lambda c, of: count(not post["firm"] and post["people"] < max(post.get("staff_required") or 1, 1) for post in c.posts),
    "gaps.entrances": lambda c, of: count(layer == "entrances" for layer, _ in c.gaps),
    "gaps.checkpoints": lambda c, of: count(layer == "checkpoints" for layer, _ in c.gaps),
    "gaps.hours": lambda c, of: sum(c.gaps.values()) / 60,
    "gaps.hours_of": lambda c, of: c.gaps.get(("checkpoints", of or ""), 0) / 60,
    "gaps.entrance_hours_of": lambda c, of: c.gaps.get(("entrances", of or ""), 0) / 60,
    "passes.issued": lambda c, of: c.passes("issue"),
    "passes.in_hand": lambda c, of: c.passes("issue", "-return", "-revoke"),
    "passes.remaining": lambda c, of: c.passes("stock", "-issue", "return"),
    "disinfection.places": lambda c, of: len(c.rounds),
    "disinfection.done": lambda c, of: count(done is not None and done > c.at - DAY for done in c.rounds),
    "disinfection.never": lambda c, of: count(done is None for done in c.rounds),
    "disinfection.overdue": lambda c, of: count(done is None or done + DAY <= c.at for done in c.rounds),
    "supplies.stock": lambda c, of: sum(one["stock"] or 0 for one in c.item(of)),
    "supplies.days": lambda c, of: c.days_of(of),
    "supplies.left": lambda c, of: c.left(of),
    "supplies.scarce": lambda c, of: count(one["days"] is not None and one["days"] <= SCARCE_DAYS for one in c.supplies.values()),
    "supplies.miscounted": lambda c, of: count(one["below"] for one in c.supplies.values()),
    "unasked.supplies.scarce": lambda c, of: count(one["days"] is None for one in c.supplies.values()),
    "outreach.leaflets": lambda c, of: c.outreach("leaflet"),
    "outreach.banners": lambda c, of: c.outreach("banner"),
    "outreach.broadcasts": lambda c, of: c.outreach("broadcast"),
    "measures.active": lambda c, of: c.measures(),
    "units.total": lambda c, of: len(c.units),
    "units.resumed": lambda c, of: count(unit["resumed"] is True for unit in c.units),
    "units.checked": lambda c, of: count(unit["checked"] and unit["checked"]["effective_at"] > c.at - DAY for unit in c.units),
    "units.checks_due": lambda c, of: c.checks(),
    "units.checks_overdue": lambda c, of: c.checks(before=c.day - timedelta(days=1)),
    "units.rechecks_due": lambda c, of: c.checks(why="recheck"),
    "findings.open": lambda c, of: c.findings(),
    "roads.settlements": lambda c, of: len(c.places),
    "roads.exposed": lambda c, of: len(c.exposed()),
    "roads.exposed_people": lambda c, of: sum(place.population or 0 for place in c.exposed()),
    "roads.exposed_uncounted": lambda c, of: count(place.population is None for place in c.exposed()),
    "roads.unattached": lambda c, of: count(status == "unattached" for _, status in c.places),
    "unasked.roads.exposed": lambda c, of: count(status == "unattached" for _, status in c.places),
    "roads.region_km2": lambda c, of: round(abs(WGS84.geometry_area_perimeter(c.ground.region)[0]) / 1e6, 2),
    "claim.settlements": lambda c, of: len(c.roads_for(of).places),
    "claim.exposed": lambda c, of: len(c.roads_for(of).found.exposed()),
    "claim.posts": lambda c, of: c.roads_for(of).found.fewest_posts(),
    "roads.sealing": lambda c, of: c.ground.found.fewest_posts(),
    "roads.disjoint": lambda c, of: c.ground.found.fewest_posts(),  # as many ways as posts, by Menger's theorem
}
# Of the whole region alone: which crossings, junctions and posts belong to a village is told by its outline, at points of the product.
OF_THE_WHOLE: dict[str, Figure] = {
    "roads.crossings": lambda c, of: len(c.crossings),
    "roads.crossings_open": lambda c, of: count(not watched for _, watched in c.crossings),
    "roads.crossings_open_on": lambda c, of: count(name == of and not watched for name, watched in c.crossings),
    "roads.junctions": lambda c, of: c.ground.found.junctions()["unmonitored"],
    "plan.posts": lambda c, of: c.ground.found.fewest_posts(),
}
# What is not counted again here, and why.
NOT_COUNTED = {
    "plan.each_settlements": "depends on which of several fewest sets is proposed; the set itself is held to account in coverage",
    "plan.each_people": "as plan.each_settlements",
    "post.settlements": "as plan.each_settlements",
    "post.people": "as plan.each_settlements",
    "junction.alone_settlements": "as junction.alone",
    "junction.alone": "a figure of one junction; who is protected by a post follows from who is exposed, which is counted",
}
