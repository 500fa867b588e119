"""The tables of screening: by grid, building, team and day; doors to visit, doors never reached, all households."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.people import screening_rounds
from ledgers.people.screening_rounds import Progress
from ui.shell import cache, keys, opening
from ui.shell.frame import Frame
from ui.shell.listing import MOST_TO_CHOOSE_FROM, Column, listing
from ui.shell.words import _

TABLE = "household_event"
_COUNTS = (
    Column("households", N_("Households"), "number"),
    Column("visited", N_("Visited"), "number"),
    Column("seen", N_("Seen in person"), "number"),
    Column("by_phone", N_("By phone only"), "number"),
    Column("by_landlord", N_("Through the landlord"), "number"),
    Column("vacant", N_("Vacant"), "number"),
    Column("open", N_("To be reached"), "number"),
    Column("share", N_("Settled (%)"), "decimal"),
    Column("people", N_("People"), "number"),
    Column("screened", N_("People screened"), "number"),
    Column("key_persons", N_("To be followed"), "number"),
)
_WORK = (
    Column("visits", N_("Visits"), "number"),
    Column("reached", N_("First reached"), "number"),
    Column("screened", N_("People screened"), "number"),
    Column("key_persons", N_("To be followed"), "number"),
)
_WHERE = (Column("building", N_("Building")), Column("door", N_("Door")), Column("area_name", N_("Grid")))
_WHO = (
    Column("head_count", N_("People"), "number"),
    Column("contact", N_("Contact")),
    Column("phone", N_("Phone")),
    Column("address", N_("Address")),
)
_LAST = (
    Column("outcome", N_("Last outcome"), "term:outcome"),
    Column("visited_at", N_("Last visit"), "moment"),
    Column("team", N_("Team")),
)


def grid_table(done: Progress) -> None:
    """Draw the progress of each grid, the one with most to do first."""
    listing(
        screening_rounds.by_grid(done.places),
        (Column("area_name", N_("Grid")), *_COUNTS),
        key=f"{keys.LISTING}_grids",
        file="screening-grids",
    )


def building_table(done: Progress) -> None:
    """Draw the progress of each building, the one with most to do first."""
    columns = (Column("building_name", N_("Building")), Column("area_name", N_("Grid")), *_COUNTS)
    listing(screening_rounds.by_building(done.places), columns, key=f"{keys.LISTING}_buildings", file="screening-buildings")


def team_table(done: Progress) -> None:
    """Draw the work of each team."""
    columns = (Column("team", N_("Team")), *_WORK, Column("last", N_("Last visit"), "moment"))
    listing(screening_rounds.by_team(done.work), columns, key=f"{keys.LISTING}_teams", file="screening-teams")


def day_table(done: Progress) -> None:
    """Draw the work of each day and team."""
    columns = (Column("day", N_("Day")), Column("team", N_("Team")), *_WORK)
    listing(screening_rounds.by_day(done.work), columns, key=f"{keys.LISTING}_days", file="screening-days")


def waiting_table(view: Frame) -> None:
    """Draw the doors to visit now: tries again first, the longest waiting before the others."""
    columns = (*_WHERE, Column("due_at", N_("Due since"), "moment"), *_LAST, *_WHO)
    _choosable(view, cache.waiting_doors(), columns, "waiting")


def unreached_table(view: Frame) -> None:
    """Draw the households that nobody has reached."""
    columns = (*_WHERE, Column("visits", N_("Visits"), "number"), *_LAST, *_WHO)
    _choosable(view, cache.unreached_doors().rename(columns={"building_name": "building"}), columns, "unreached")


def household_table(view: Frame) -> None:
    """Draw all households, with a search by door or building."""
    sought = opening.search(_("Building, door or grid"), keys.SCREENING_SEARCH)
    columns = (*_WHERE, Column("status", N_("Status"), "term:household_status"), *_LAST, *_WHO)
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
        Column("name", N_("Area")),
        Column("is_grid", N_("A grid"), "yes"),
        Column("households", N_("Households"), "number"),
        Column("more_households", N_("More than stated"), "number"),
        Column("people", N_("People"), "number"),
        Column("more_people", N_("More people than stated"), "number"),
        Column("uncounted", N_("Without a head count"), "number"),
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
