"""Persons: only those who must be followed, each with one file 一人一档 of everything known, when, and from whom."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.entry_checks import birthday, code, grid_of, happened, past_day, text
from ledgers.people import id_numbers
from ledgers.setting import Setting
from queries.events import SYSTEM, Viewer, new_id
from queries.store import Store
from queries.view import View, fact

SEXES = ("male", "female")
COLUMNS = (
    "household_id",
    "unit_id",
    "area_id",
    "name",
    "sex",
    "birth_date",
    "id_number",
    "phone",
    "address",
    "category",
    "arrived_from",
    "arrived_on",
    "note",
)
# Arrivals before this are none of this epidemic.
EARLIEST_ARRIVAL = date(2019, 1, 1)
# What holds until a workspace has its own: the four categories of February 2020, and returnees.
DEFAULT_CATEGORIES = {
    "source": "默认分类，可按本地文件在设置中修改",
    "categories": [
        {"code": "confirmed", "name": "确诊患者"},
        {"code": "suspected", "name": "疑似患者"},
        {"code": "fever", "name": "不能排除的发热患者"},
        {"code": "contact", "name": "密切接触者"},
        {"code": "returnee", "name": "疫区返回人员"},
    ],
}


# Categories ---------------------------------------------------------------------------------------------------------------


def categories_at(store: Store, day: date) -> dict[str, str]:
    """Return the categories in force on a day: code -> name, those of the last order by then; of the first one where none was."""
    return _names(CATEGORIES.on(store, day))


def category_names(store: Store) -> dict[str, str]:
    """Return what every category is or was called, the last name of each."""
    return {code: name for order in CATEGORIES.orders(store) for code, name in _names(order["value"]).items()}


def _names(given: Any) -> dict[str, str]:
    try:
        return {str(c["code"]): str(c["name"]) for c in given["categories"]}
    except (KeyError, TypeError):
        raise InputError("The setting person_categories has no categories (each with code and name).") from None


CATEGORIES = Setting(
    "person_categories", N_("the categories of persons who must be followed"), DEFAULT_CATEGORIES, dated=True, check=_names
)


# Entering -----------------------------------------------------------------------------------------------------------------


def enter(store: Store, viewer: Viewer, *, name: str, effective_at: datetime | str | None = None, **known: Any) -> tuple[str, list[str]]:
    """Enter a person who must be followed; return their id and the event ids.

    ``known`` are others of ``COLUMNS``. The area is that of the household where one is given; birthday and sex are those of the ID number
    where there is one.

    Raises
    ------
    InputError
        Without a name or a grid; for a birthday to come, an ID number whose checksum, birthday or sex does not fit or that somebody
        has already, a category that is none on that day.
    NotFound
        When there is no such household or area in view.
    """
    _check_columns(known)
    moment = happened(store, effective_at)
    with store.writing():
        row = {**dict.fromkeys(COLUMNS), **known, "name": name}
        person_id = new_id()
        return person_id, _append(store, viewer, {"person_id": person_id, **_checked(store, viewer, row, moment)}, moment)


def edit(store: Store, viewer: Viewer, person_id: str, *, effective_at: datetime | str | None = None, **changes: Any) -> list[str]:
    """Change columns of a person from a moment on; the others stay. To change where they live is to ``move`` them.

    Raises as ``enter`` does, and InputError when there are later records, which the change would not reach.
    """
    _check_columns(changes)
    moment = happened(store, effective_at)
    with store.writing():
        _check_last(store, person_id, moment)
        row = {**_known(store, viewer, person_id, moment), **changes}
        return _append(store, viewer, {**row, **_checked(store, viewer, row, moment, own_id=person_id)}, moment)


def withdraw(store: Store, viewer: Viewer, person_id: str, *, effective_at: datetime | str | None = None) -> list[str]:
    """Follow a person no more; their file stays. Raises InputError while they are isolated."""
    moment = happened(store, effective_at)
    with store.writing():
        row = _known(store, viewer, person_id, moment)
        _check_last(store, person_id, moment)
        if len(_open_episodes(store, person_id, moment)):
            raise InputError("This person is isolated; end the isolation first.")
        return _append(store, viewer, {**row, "withdrawn": True}, moment)


def move(
    store: Store,
    viewer: Viewer,
    person_id: str,
    *,
    household_id: str | None = None,
    area_id: str | None = None,
    address: str = "",
    reason: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Move a person to another household, or to another grid without one; return the event ids.

    An open isolation goes along: from then on it is of the new unit. What was before stays with the old one.

    Raises
    ------
    InputError
        When the person lives there already, or has later records, which the move would not reach.
    NotFound
        When there is no such person, household or area in view.
    """
    moment = happened(store, effective_at)
    with store.writing():
        row = _known(store, viewer, person_id, moment)
        _check_last(store, person_id, moment)
        moved = {**row, "household_id": household_id, "area_id": area_id, "address": address or None}
        checked = _checked(store, viewer, moved, moment, own_id=person_id)
        if (checked["household_id"], checked["area_id"], checked["address"]) == (row["household_id"], row["area_id"], row["address"]):
            raise InputError("The person lives there already; choose another household or grid.")
        episodes = _open_episodes(store, person_id, moment)
        where = {"household_id": checked["household_id"], "area_id": checked["area_id"], "effective_at": moment}
        going_along = episodes.assign(**where, **({"reason": reason.strip()} if reason.strip() else {}))
        events = {"person_event": _frame({**row, **checked}, moment), "isolation_event": going_along}
        return store.append(viewer, events)


def _check_columns(given: Mapping[str, Any]) -> None:
    if unknown := given.keys() - set(COLUMNS):
        raise ValueError(", ".join(sorted(unknown)))


def _checked(store: Store, viewer: Viewer, row: Mapping[str, Any], at: datetime, *, own_id: str | None = None) -> dict[str, Any]:
    name, household, area = text(row["name"]), text(row["household_id"]), text(row["area_id"])
    if not name:
        raise InputError("Write the name of the person.")
    if household:
        home = store.run("select_households", viewer, at=at, household_ids=[household])
        if home.empty:
            raise NotFound("There is no household {household} here.", household=repr(household))
        area = str(home["area_id"].iloc[0])
    else:
        area = grid_of(store, viewer, area)
    return {
        **row,
        "name": name,
        "household_id": household,
        "area_id": area,
        "unit_id": text(row["unit_id"]),
        **_identity(store, row, at, own_id),
        "phone": text(row["phone"]),
        "address": text(row["address"]),
        "category": code(text(row["category"]), tuple(categories_at(store, at.date()))),
        "arrived_from": text(row["arrived_from"]),
        "arrived_on": past_day(store, row["arrived_on"], earliest=EARLIEST_ARRIVAL),
        "note": text(row["note"]),
    }


def _identity(store: Store, row: Mapping[str, Any], at: datetime, own_id: str | None) -> dict[str, Any]:
    today = store.now().date()
    born, sex = birthday(row["birth_date"], today=today), code(text(row["sex"]), SEXES)
    number = id_numbers.tidy(text(row["id_number"]) or "")
    if not number:
        return {"id_number": None, "birth_date": born, "sex": sex}
    card_born, card_sex = id_numbers.check(number)
    birthday(card_born, today=today)
    if born and born != card_born:
        raise InputError("The birthday {day} is not that of the ID number, {card}; correct one of them.", day=born, card=card_born)
    if sex and sex != card_sex:
        raise InputError("The sex is not that of the ID number; correct one of them.")
    same = store.run("select_persons", SYSTEM, at=at, id_number=number)
    if len(same[same["person_id"] != own_id]):
        raise InputError("Somebody with this ID number is in the ledger already; open that file.")
    return {"id_number": number, "birth_date": card_born, "sex": card_sex}


def _known(store: Store, viewer: Viewer, person_id: str, at: datetime) -> dict[str, Any]:
    found = store.run("select_persons", viewer, at=at, person_ids=[person_id])
    if found.empty:
        raise NotFound("There is no person {person} here.", person=repr(person_id))
    row = found[["person_id", *COLUMNS]].astype("object").iloc[0].to_dict()
    return {str(name): None if pd.isna(value) else _day(value) for name, value in row.items()}


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


def _open_episodes(store: Store, person_id: str, at: datetime) -> pd.DataFrame:
    return store.run("select_open_episodes", SYSTEM, at=at, person_ids=[person_id])


def _check_last(store: Store, person_id: str, at: datetime) -> None:
    if store.run("count_later_records", SYSTEM, at=at, person_id=person_id)["records"].iloc[0]:
        raise InputError("There are later records of this person, which this would not reach; undo them first, or choose a later time.")


def _frame(row: Mapping[str, Any], moment: datetime) -> pd.DataFrame:
    return pd.DataFrame([{"withdrawn": False, **row, "effective_at": moment}])


def _append(store: Store, viewer: Viewer, row: Mapping[str, Any], moment: datetime) -> list[str]:
    return store.append(viewer, {"person_event": _frame(row, moment)})


# Reading ------------------------------------------------------------------------------------------------------------------


@fact(kept=8)
def persons(view: View, *, ids: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the persons who are followed at a moment, each with grid, household and last isolation (``select_persons``)."""
    return view.run("select_persons", person_ids=list(ids) if ids is not None else None)


def found_by(frame: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """Return the persons of a frame that a text names: a part of the name, the whole ID number, or the last digits of the phone."""
    sought = wanted.strip()
    if not sought:
        return frame
    names = frame["name"].astype("str").str.contains(sought, case=False, regex=False, na=False)
    numbers = frame["id_number"].astype("str") == id_numbers.tidy(sought)
    phones = frame["phone"].astype("str").str.endswith(sought, na=False) & sought.isdigit() & (len(sought) >= 4)
    return frame[names | numbers | phones].reset_index(drop=True)


@dataclass(frozen=True)
class File:
    """One person's file: ``person`` as they are at the moment, whom they live with, their readings, and every event that names them.

    ``household`` are the others of the household who are followed; ``readings`` has ``episode_id, taken_at, temperature, symptoms, channel,
    taken_by``, oldest first; ``events`` has ``event_table, subject_id, event_id, effective_at, recorded_at, recorded_by, source, file_name,
    area_name, details`` (dict, missing ones left out), ``voided, voided_at, voided_by, void_reason``, newest first.
    """

    person: dict[str, Any]
    household: pd.DataFrame
    readings: pd.DataFrame
    events: pd.DataFrame


@fact(kept=16)
def file(view: View, person_id: str) -> File:
    """Return the file of a person as it stood at a moment, as known at another. Nothing in it is masked.

    The visits of a household belong to it while the person lived there. Raises NotFound when there is no such person then, or not in view.
    """
    found = persons(view, ids=[person_id])
    if found.empty:
        raise NotFound("There is no person {person} here.", person=repr(person_id))
    person = {str(k): None if pd.isna(v) else v for k, v in found.astype("object").iloc[0].to_dict().items()}
    living = view.run("select_persons", household_ids=[person["household_id"] or ""])
    events = view.run("select_person_events", person_id=person_id)
    details = pd.Series([_details(text) for text in events["details"]], index=events.index, dtype="object")
    return File(
        person=person,
        household=living[living["person_id"] != person_id].reset_index(drop=True),
        readings=view.run("select_person_readings", person_id=person_id),
        events=events.assign(details=details),
    )


def _details(own: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(own).items() if value is not None and value is not False}
