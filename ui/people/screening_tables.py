"""The tables of screening: by grid, building, team and day; doors to visit, doors never reached, all households."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.people import screening_rounds
from ledgers.people.screening_rounds import Progress
from ui.shell import cache, keys, opening
from ui.shell.frame import Frame
from ui.shell.listing import MOST_TO_CHOOSE_FROM, Column, listing
from ui.shell.words import _

TABLE = "household_event"
_COUNTS = (
    Column("households", mark("Households"), "number"),
    Column("visited", mark("Visited"), "number"),
    Column("seen", mark("Seen in person"), "number"),
    Column("by_phone", mark("By phone only"), "number"),
    Column("by_landlord", mark("Through the landlord"), "number"),
    Column("vacant", mark("Vacant"), "number"),
    Column("open", mark("To be reached"), "number"),
    Column("share", mark("Settled (%)"), "decimal"),
    Column("people", mark("People"), "number"),
    Column("screened", mark("People screened"), "number"),
    Column("key_persons", mark("To be followed"), "number"),
)
_WORK = (
    Column("visits", mark("Visits"), "number"),
    Column("reached", mark("First reached"), "number"),
    Column("screened", mark("People screened"), "number"),
    Column("key_persons", mark("To be followed"), "number"),
)
_WHERE = (Column("building", mark("Building")), Column("door", mark("Door")), Column("area_name", mark("Grid")))
_WHO = (
    Column("head_count", mark("People"), "number"),
    Column("contact", mark("Contact")),
    Column("phone", mark("Phone")),
    Column("address", mark("Address")),
)
_LAST = (
    Column("outcome", mark("Last outcome"), "term:outcome"),
    Column("visited_at", mark("Last visit"), "moment"),
    Column("team", mark("Team")),
)


def grid_table(done: Progress) -> None:
    """Draw the progress of each grid, the one with most to do first."""
    listing(
        screening_rounds.by_grid(done.places),
        (Column("area_name", mark("Grid")), *_COUNTS),
        key=f"{keys.LISTING}_grids",
        file="screening-grids",
    )


def building_table(done: Progress) -> None:
    """Draw the progress of each building, the one with most to do first."""
    columns = (Column("building_name", mark("Building")), Column("area_name", mark("Grid")), *_COUNTS)
    listing(screening_rounds.by_building(done.places), columns, key=f"{keys.LISTING}_buildings", file="screening-buildings")


def team_table(done: Progress) -> None:
    """Draw the work of each team."""
    columns = (Column("team", mark("Team")), *_WORK, Column("last", mark("Last visit"), "moment"))
    listing(screening_rounds.by_team(done.work), columns, key=f"{keys.LISTING}_teams", file="screening-teams")


def day_table(done: Progress) -> None:
    """Draw the work of each day and team."""
    columns = (Column("day", mark("Day")), Column("team", mark("Team")), *_WORK)
    listing(screening_rounds.by_day(done.work), columns, key=f"{keys.LISTING}_days", file="screening-days")


def waiting_table(view: Frame) -> None:
    """Draw the doors to visit now: tries again first, the longest waiting before the others."""
    columns = (*_WHERE, Column("due_at", mark("Due since"), "moment"), *_LAST, *_WHO)
    _choosable(view, cache.waiting_doors(), columns, "waiting")


def unreached_table(view: Frame) -> None:
    """Draw the households that nobody has reached."""
    columns = (*_WHERE, Column("visits", mark("Visits"), "number"), *_LAST, *_WHO)
    _choosable(view, cache.unreached_doors().rename(columns={"building_name": "building"}), columns, "unreached")


def household_table(view: Frame) -> None:
    """Draw all households, with a search by door or building."""
    sought = opening.search(_("Building, door or grid"), keys.SCREENING_SEARCH)
    columns = (*_WHERE, Column("status", mark("Status"), "term:household_status"), *_LAST, *_WHO)
    _choosable(view, _searched(cache.households().rename(columns={"building_name": "building"}), sought), columns, "households")


def check_table() -> None:
    """Draw the ledger against what is known of its areas, where the two differ first."""
    frame = cache.household_check()
    stray = int(frame.loc[~frame["is_grid"], "households"].sum())
    if stray:
        st.warning(
            _("{n} households lie in no grid: move them to one of the smaller areas.").format(n=f"{stray:,}"), icon=":material/warning:"
        )
    columns = (
        Column("name", mark("Area")),
        Column("is_grid", mark("A grid"), "yes"),
        Column("households", mark("Households"), "number"),
        Column("more_households", mark("More than stated"), "number"),
        Column("people", mark("People"), "number"),
        Column("more_people", mark("More people than stated"), "number"),
        Column("uncounted", mark("Without a head count"), "number"),
    )
    listing(frame, columns, key=f"{keys.LISTING}_household_check", file="household-check")


def picked() -> tuple[str, ...]:
    """Return the households picked in a table."""
    ids: tuple[str, ...] = st.session_state.get(keys.SCREENING_PICKED, ())
    return ids


def _searched(frame: pd.DataFrame, sought: str) -> pd.DataFrame:
    words = sought.split()
    told = frame[["building", "door", "area_name"]].fillna("").agg(" ".join, axis=1) if words and len(frame) else None
    if told is None:
        return frame
    found = pd.concat([told.str.contains(word, case=False, regex=False) for word in words], axis=1).all(axis=1)
    return frame[found].reset_index(drop=True)


def _choosable(view: Frame, frame: pd.DataFrame, columns: Sequence[Column], name: str) -> None:
    told = opening.shown(view, TABLE, frame, "household_id")
    ids = [str(i) for i in frame["household_id"].head(MOST_TO_CHOOSE_FROM)]

    def chose(rows: list[int]) -> None:
        st.session_state[keys.SCREENING_PICKED] = tuple(ids[row] for row in rows)

    digest = hashlib.blake2b(repr((name, ids)).encode(), digest_size=6).hexdigest()
    marked = [row for row, household in enumerate(ids) if household in picked()]
    listing(told, columns, key=f"{keys.LISTING}_{name}_{digest}", file=f"screening-{name}", on_pick=chose, several=True, marked=marked)
