"""The field: what a grid worker has to do now in one grid, and the entries that a phone sends, each taken once.

A phone keeps its entries until it hears that they have arrived, and may send one twice: the id it made itself tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from errors import N_, EpiGridError, InputError, NotFound
from ledgers.entry_checks import written
from ledgers.people import households, isolation, readings, screening
from ledgers.people.due import WINDOW
from ledgers.people.privacy import mask_name
from ledgers.people.slots import reading_slots
from queries.events import Viewer
from queries.store import Store
from queries.view import View

Translate = Callable[[str], str]
Entry = Mapping[str, Any]

MAX_EVENTS = 500
# More doors than these are no day's work; those to visit first come first.
MAX_DOORS = 400
MAX_TEXT = 500
# What lies longer in a phone is entered in the ledger itself, by somebody who asks when it was.
MAX_AGE = timedelta(days=7)
# The clocks of phones differ a little; beyond this an entry says that it was made in the future.
CLOCK_SLACK = timedelta(minutes=5)
# UUIDv7: it begins with the moment at which it was made.
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


# What there is to do ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tasks:
    """What there is to do in a grid: rows as plain values, times in ISO 8601, names masked.

    ``readings`` has everybody observed there: ``id`` (the episode), ``name, building, door, day, days, taken_at, temperature, symptoms``,
    ``due`` (owed in the open slot), ``missed`` (slots of the last 24 h), ``alarm, alarm_at, alarm_temperature,
    alarm_symptoms`` (as ``ledgers.people.isolation.episodes``).
    ``doors`` has the households to visit, retries before those never visited: ``id, name, building, door, people, outcome, visited_at``;
    ``doors_total`` counts those left out too. ``entrances`` has ``id, name, mode``.
    """

    area: str
    name: str
    at: str
    readings: list[dict[str, Any]]
    doors: list[dict[str, Any]]
    doors_total: int
    entrances: list[dict[str, Any]]

    def document(self) -> dict[str, Any]:
        """Return it as values that JSON knows."""
        return asdict(self)


def tasks(view: View) -> Tasks:
    """Return what there is to do in a grid, or in all of an area, at a moment.

    Raises NotFound for an area that is not there or not in view, InputError for a text that is no time.
    """
    doors = _doors(view)
    areas = view.whole.run("select_areas").set_index("id")
    return Tasks(
        area=view.area or "",
        name=str(areas["name"].get(view.area) or view.area or ""),
        at=view.at.isoformat(),
        readings=_rows(_observed(view)),
        doors=_rows(doors.head(MAX_DOORS)),
        doors_total=len(doors),
        entrances=_rows(_entrances(view, areas["parent_id"])),
    )


def _entrances(view: View, parents: pd.Series) -> pd.DataFrame:
    """Return the entrances of a grid; of one that has none, those of the area it lies in."""
    found = view.recorded("entrances")
    if found.empty and (parent := parents.get(view.area)) in parents.index:
        found = view.narrowed(parent).recorded("entrances")
    return pd.DataFrame(found[["id", "name", "mode"]]).sort_values("name", key=_natural)


def _observed(view: View) -> pd.DataFrame:
    episodes = isolation.episodes(view)
    people = episodes[episodes["state"] == "observing"]
    homes = households.households(view.whole, ids=list(people["household_id"].dropna())).set_index("household_id")
    slots = reading_slots(view.store, start=view.at - WINDOW, at=view.at)
    owed = view.run("select_slots_due", **slots.bound())
    rows = people.assign(
        id=people["episode_id"],
        building=people["household_id"].map(homes["building_name"]),
        door=people["household_id"].map(homes["door"]),
        due=people["episode_id"].isin(owed.loc[~owed["closed"], "episode_id"]),
        missed=people["episode_id"].map(owed.loc[owed["closed"], "episode_id"].value_counts()).fillna(0).astype("int64"),
    )
    order = rows.sort_values(["building", "door"], key=_natural, na_position="last", kind="stable")
    return order[
        [
            *("id", "name", "building", "door", "day", "days", "taken_at", "temperature", "symptoms", "due", "missed"),
            *("alarm", "alarm_at", "alarm_temperature", "alarm_symptoms"),
        ]
    ]


def _doors(view: View) -> pd.DataFrame:
    waiting = screening.waiting_doors(view)
    rows = waiting.assign(
        id=waiting["household_id"], name=waiting["contact"].map(mask_name, na_action="ignore"), people=waiting["head_count"]
    )
    order = rows.assign(fresh=rows["visited_at"].isna()).sort_values(
        ["fresh", "building", "door"], key=_natural, na_position="last", kind="stable"
    )
    return order[["id", "name", "building", "door", "people", "outcome", "visited_at"]]


def _natural(column: pd.Series) -> pd.Series:
    """Return texts so that they sort as people count: door 2 before door 10."""
    if column.dtype == bool:
        return column
    return column.astype("object").map(lambda text: re.sub(r"\d+", lambda found: found[0].zfill(9), str(text)), na_action="ignore")


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


# What comes from there ----------------------------------------------------------------------------------------------------


def receive(
    store: Store, viewer: Viewer, events: Sequence[object], translate: Translate, *, sent_at: object = None
) -> list[dict[str, Any]]:
    """Take entries in the order given, each on its own, and answer each.

    Parameters
    ----------
    events
        Objects with ``id`` (UUIDv7), ``kind`` (a key of ``KINDS``), ``subject`` (episode, household or entrance), ``taken_at``
        (milliseconds since 1970 by the phone's clock) and the fields of that kind.
    translate
        Puts the reason of a refusal in the reader's language.
    sent_at
        What the phone's clock said when it sent them. Only the time since an entry was made is taken from that clock; a workspace whose
        clock stands still knows no such time.

    Returns
    -------
    list of dict
        ``id`` and ``status``: ``accepted``, ``duplicate`` (it was here already, undone or not), or ``rejected``, with the sentence ``why``.

    Raises
    ------
    InputError
        When there are more than ``MAX_EVENTS``.
    """
    if len(events) > MAX_EVENTS:
        raise InputError("{n} entries are too many at once; send at most {most}.", n=len(events), most=MAX_EVENTS)
    return [_answer(store, viewer, event, translate, sent_at) for event in events]


def _answer(store: Store, viewer: Viewer, event: object, translate: Translate, sent_at: object) -> dict[str, Any]:
    entry: Entry = event if isinstance(event, dict) else {}
    own_id = entry.get("id")
    if not isinstance(own_id, str) or not _ID.fullmatch(own_id):
        return {"id": None, "status": "rejected", "why": translate(N_("The entry has no id of its own; open the page again."))}
    answer = {"id": own_id}
    try:
        table, take = KINDS.get(_text(entry, "kind"), (None, None))
        if table is None or take is None:
            raise InputError("{kind} is not a kind of entry.", kind=repr(entry.get("kind")))
        with store.writing():
            if written(store, table, own_id):
                return {**answer, "status": "duplicate"}
            take(store, viewer, entry, own_id, _made_at(store, entry, sent_at))
        return {**answer, "status": "accepted"}
    except EpiGridError as error:
        return {**answer, "status": "rejected", "why": error.text(translate)}


def _made_at(store: Store, entry: Entry, sent_at: object) -> datetime:
    taken, sent = _number(entry, "taken_at"), _number({"taken_at": sent_at}, "taken_at")
    if taken is None or sent is None:
        raise InputError("The entry does not say when it was made; open the page again.")
    age = timedelta(milliseconds=min(max(sent - taken, -1e12), 1e12))
    if age < -CLOCK_SLACK:
        raise InputError("The entry says that it was made in the future; check the clock of the phone.")
    if age > MAX_AGE:
        raise InputError("The entry was made more than {n} days ago; have it entered at the office, with its day.", n=MAX_AGE.days)
    return store.now() if store.setting("clock") else store.now() - max(age, timedelta(0))


def _reading(store: Store, viewer: Viewer, entry: Entry, own_id: str, at: datetime) -> None:
    symptoms = entry.get("symptoms") or []
    if not isinstance(symptoms, list) or not all(isinstance(code, str) for code in symptoms):
        raise _malformed("symptoms")
    readings.record(
        store,
        viewer,
        _text(entry, "subject"),
        temperature=_number(entry, "temperature"),
        symptoms=symptoms,
        went_out=_answered(entry, "went_out"),
        had_visitors=_answered(entry, "had_visitors"),
        needs=_text(entry, "needs"),
        channel=_text(entry, "channel") or "visit",
        taken_by=viewer.name,
        note=_text(entry, "note"),
        effective_at=at,
        event_id=own_id,
    )


def _visit(store: Store, viewer: Viewer, entry: Entry, own_id: str, at: datetime) -> None:
    screening.record_visit(
        store,
        viewer,
        _text(entry, "subject"),
        outcome=_text(entry, "outcome"),
        screened=_whole(entry, "screened"),
        key_persons=_whole(entry, "key_persons"),
        note=_text(entry, "note"),
        effective_at=at,
        event_id=own_id,
    )


def _entrance(store: Store, viewer: Viewer, entry: Entry, own_id: str, at: datetime) -> None:
    subject, note = _text(entry, "subject"), _text(entry, "note").strip()
    known = store.layer("entrances", viewer, at=at)
    found = known[known["id"] == subject]
    if found.empty:
        raise NotFound("There is no entrance {entrance} here.", entrance=repr(subject))
    if not note:
        raise InputError("Write what you saw at the entrance.")
    row = {
        "event_id": own_id,
        "finding_id": own_id,
        "area_id": found["area_id"].iloc[0],
        "subject": found["name"].iloc[0] or subject,
        "finding": note,
        "status": "open",
        "inspector": viewer.name,
        "effective_at": at,
    }
    store.append(viewer, {"inspection": pd.DataFrame([row])})


# A kind of entry, the table of its events, and what writes one.
KINDS: Mapping[str, tuple[str, Callable[[Store, Viewer, Entry, str, datetime], None]]] = {
    "reading": ("reading", _reading),
    "visit": ("visit", _visit),
    "entrance": ("inspection", _entrance),
}


# What a phone says is checked for its type here; whether it can be true, by the ledger that it goes to.


def _malformed(name: str) -> InputError:
    return InputError("The entry's field {name} cannot be read; enter it again.", name=name)


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    if value is not None and not isinstance(value, str):
        raise _malformed(name)
    if value and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):  # half a character: no text at all
        raise _malformed(name)
    if value and len(value) > MAX_TEXT:
        raise InputError("The field {name} is too long; write at most {most} characters.", name=name, most=MAX_TEXT)
    return value or ""


def _number(entry: Entry, name: str) -> float | None:
    value = entry.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15):
        raise _malformed(name)
    return None if value is None else float(value)


def _whole(entry: Entry, name: str) -> int | None:
    value = _number(entry, name)
    if value is not None and not value.is_integer():
        raise _malformed(name)
    return None if value is None else int(value)


def _answered(entry: Entry, name: str) -> bool | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, bool):
        raise _malformed(name)
    return value
