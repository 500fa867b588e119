"""Screening 摸排: visits from door to door, and the doors to try again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from errors import N_, InputError, NotFound
from ledgers.entry_checks import code, happened, own_id, text, written
from ledgers.rules import Fault, Rule, faults, not_whole, whole_up_to
from ledgers.setting import Setting, numbers
from queries.events import Viewer
from queries.store import Store
from queries.view import View, fact

PURPOSES = ("screening", "reading", "delivery", "check", "form")
OUTCOMES = ("registered", "not_in", "letter_left", "phone_only", "landlord_reached", "refused", "vacant")
REACHED = ("registered", "phone_only", "landlord_reached", "vacant")
# Nobody is screened at a door that nobody opens.
NOBODY_MET = ("not_in", "letter_left", "refused", "vacant")
# After so many hours a door is tried again where the visit itself names no time.
RETRY_HOURS: Mapping[str, float] = {"not_in": 4, "letter_left": 24, "phone_only": 48, "refused": 24}
RETRIES = Setting(
    "retry_hours",
    N_("after how many hours a door is tried again, by what happened there"),
    dict(RETRY_HOURS),
    dated=True,
    partial=True,
    check=numbers("retry_hours", OUTCOMES, most=24 * 366),
)
# More people than these live behind no one door; a village group that is kept as one household may have more.
MOST_AT_A_DOOR = 100

# Of the columns of ``check_visits``.
RULES: tuple[Rule, ...] = (
    Rule(
        "retry_at",
        lambda v: pd.to_datetime(v["retry_at"], utc=True) <= pd.to_datetime(v["effective_at"], utc=True),
        lambda row: InputError("The next try must come after the visit at {moment}.", moment=f"{row.effective_at:%Y-%m-%d %H:%M}"),
    ),
    Rule("screened", lambda v: ~whole_up_to(v["screened"], v["most"]), lambda row: not_whole("screened", row.most, row.screened)),
    Rule(
        "screened",
        lambda v: v["screened"].gt(0) & v["outcome"].isin(NOBODY_MET),
        lambda row: InputError(
            "Nobody was met at this door, so nobody was screened there; choose another outcome or leave the number out."
        ),
    ),
    Rule(
        "key_persons",
        lambda v: ~whole_up_to(v["key_persons"], v["screened"]),
        lambda row: not_whole("key_persons", row.screened, row.key_persons),
    ),
)


def check_visits(visits: pd.DataFrame) -> dict[int, Fault]:
    """Return what is wrong with visits, by position: of each the first rule that it breaks.

    ``visits`` has ``outcome, screened, key_persons`` (missing is nobody), ``effective_at, retry_at`` (aware) and ``head_count`` of the
    household (missing where it is not known).
    """
    counts = {name: pd.to_numeric(visits[name]).fillna(0) for name in ("screened", "key_persons")}
    most = (2 * pd.to_numeric(visits["head_count"])).fillna(0).clip(lower=MOST_AT_A_DOOR)
    return faults(visits.assign(**counts, most=most), RULES)


def record_visit(
    store: Store,
    viewer: Viewer,
    household_id: str,
    *,
    outcome: str,
    purpose: str = "screening",
    team: str = "",
    screened: int | None = None,
    key_persons: int | None = None,
    retry_at: datetime | str | None = None,
    note: str = "",
    effective_at: datetime | str | None = None,
    event_id: str | None = None,
) -> list[str]:
    """Record a visit at the door of a household; return the event ids.

    Parameters
    ----------
    screened, key_persons
        How many people were asked, and how many of them must be followed; none is 0.
    retry_at
        When to try again; none is as long after as the outcome has it (``retry_hours``).
    event_id
        The id that a phone made: the same visit sent twice is written once.

    Raises
    ------
    InputError
        For a visit to come, an outcome that is none, more people than can live there, people screened where nobody was met,
        an id that is no UUID or another record's.
    NotFound
        When there is no such household in view.
    """
    sent_id = own_id(event_id) if event_id else None
    row = _said(store, outcome, purpose, team, retry_at, note, effective_at)
    with store.writing():
        if sent_id and written(store, "visit", sent_id):
            return [sent_id]
        rows = _visits(store, viewer, [household_id], row, screened, key_persons)
        return store.append(viewer, {"visit": rows.assign(event_id=sent_id) if sent_id else rows})


def record_visits(
    store: Store,
    viewer: Viewer,
    household_ids: Sequence[str],
    *,
    outcome: str,
    purpose: str = "screening",
    team: str = "",
    screened: int | None = None,
    key_persons: int | None = None,
    retry_at: datetime | str | None = None,
    note: str = "",
    effective_at: datetime | str | None = None,
) -> list[str]:
    """Record the same visit at several doors, all or none: a building where nobody was in, say. Raises as ``record_visit`` does."""
    row = _said(store, outcome, purpose, team, retry_at, note, effective_at)
    with store.writing():
        rows = _visits(store, viewer, list(dict.fromkeys(household_ids)), row, screened, key_persons)
        return store.append(viewer, {"visit": rows})


def _said(
    store: Store, outcome: str, purpose: str, team: str, retry_at: datetime | str | None, note: str, effective_at: datetime | str | None
) -> dict[str, Any]:
    """Return what is the same of every visit, its codes and moment checked."""
    moment = happened(store, effective_at)
    code(outcome or "–", OUTCOMES)
    code(purpose or "–", PURPOSES)
    again = store.moment(retry_at) if retry_at else None
    return {"team": text(team), "purpose": purpose, "outcome": outcome, "retry_at": again, "note": text(note), "effective_at": moment}


def _visits(
    store: Store, viewer: Viewer, ids: list[str], said: Mapping[str, Any], screened: int | None, key_persons: int | None
) -> pd.DataFrame:
    homes = store.run("find_homes", viewer, household_ids=ids).set_index("household_id")
    for household in ids:
        if household not in homes.index:
            raise NotFound("There is no household {household} here.", household=repr(household))
    rows = pd.DataFrame([{**said, "household_id": household} for household in ids]).assign(screened=screened, key_persons=key_persons)
    for fault in check_visits(rows.assign(head_count=homes.loc[ids, "head_count"].to_numpy())).values():
        raise fault.error
    return rows.assign(area_id=homes.loc[ids, "area_id"].to_numpy(), screened=screened or 0, key_persons=key_persons or 0)


# Doors --------------------------------------------------------------------------------------------------------------------


def retry_hours(store: Store, at: datetime | str | None) -> dict[str, float]:
    """Return after how many hours a door is tried again, by outcome, on the day of a moment; an outcome left out needs no retry."""
    return dict(RETRIES.on(store, store.moment(at).date()))


@fact(kept=16)
def waiting_doors(view: View) -> pd.DataFrame:
    """Return the doors to visit now: retries whose time has come, the longest waiting first, then those never visited.

    Returns
    -------
    DataFrame
        ``household_id, area_id, area_name, building_id, building, door, address, contact, head_count, team, outcome, visited_at, due_at``.
    """
    hours = retry_hours(view.store, view.at)
    return view.run("select_visits_due", outcomes=list(hours), hours=[float(h) for h in hours.values()])
