"""What the page of lists is drawn from: the lists compared off the page's thread, and merged under the decisions made so far."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.lists import entries as lists
from ledgers.lists.entries import LEDGER, Comparison, Persons
from ledgers.people import persons
from ui.background.jobs import Job, Report, jobs
from ui.shell import cache, keys
from ui.shell.frame import Frame
from ui.shell.opening import shown
from ui.shell.tiles import Tile, tiles
from ui.shell.waiting import waited
from ui.shell.words import _, number

TABLES = {False: "list_entry", True: "person_event"}


def ask(store_path: str, entries: pd.DataFrame) -> Job[Comparison]:
    """Return the job that compares entries; the same entries are compared once, whatever else is written meanwhile."""
    digest = hashlib.blake2b(pd.util.hash_pandas_object(entries.drop(columns=["since"]).astype("str"), index=False).to_numpy().tobytes())

    def work(report: Report) -> Comparison:
        report(0.1, N_("Comparing the lists"))
        return lists.compare(entries)

    return jobs.ask(("lists", store_path, digest.hexdigest()), work)


def merged(view: Frame) -> Persons | None:
    """Return who the entries are, or None while they are being compared and its progress is drawn."""
    entries = cache.list_entries()
    comparison = waited(ask(str(view.store.path), entries))
    return None if comparison is None else cache.list_persons(comparison)


def name_of(list_name: str) -> str:
    """Return what a list is called; the persons of the ledger are one, too."""
    return _("Person ledger") if list_name == LEDGER else list_name


def masked(view: Frame, entries: pd.DataFrame) -> pd.DataFrame:
    """Return entries as lists show them: masked, but for those opened in this visit; the ledger's categories by name."""
    called = entries["category"].replace(persons.category_names(view.store))
    named = entries.assign(category=called.where(entries["list_name"].eq(LEDGER), entries["category"]))
    parts = [shown(view, table, named[named["list_name"].eq(LEDGER) == own], "entry_id") for own, table in TABLES.items()]
    return pd.concat([part.astype("object") for part in parts]).reindex(entries.index)


def list_figures(found: Persons) -> None:
    """Draw the headline figures."""
    entries = found.entries
    of_offices = entries[entries["list_name"] != LEDGER]
    people = of_offices["cluster_id"].nunique()
    known = set(entries.loc[entries["list_name"] == LEDGER, "cluster_id"])
    missing = len(set(of_offices["cluster_id"]) - known)
    told = _("in {n} lists").format(n=number(of_offices["list_name"].nunique()))
    decided = _("{n} decided so far").format(n=number(len(found.decided)))
    in_ledger = _("{n} are in it").format(n=number(people - missing))
    tiles(
        [
            Tile("entries", _("Entries"), number(len(of_offices)), told, tab="overlaps"),
            Tile("persons", _("Persons"), number(people), _("after matching"), tab="persons"),
            Tile("merged", _("Named more than once"), number(len(of_offices) - people), _("entries that add nobody"), tab="overlaps"),
            Tile("doubtful", _("To be decided"), number(len(found.open_pairs)), decided, len(found.open_pairs) > 0, "doubtful"),
            Tile("missing", _("Not in the ledger"), number(missing), in_ledger, tab="persons"),
        ]
    )


def chosen_lists(entries: pd.DataFrame) -> list[str]:
    """Draw the choice of lists whose common persons are shown; return them."""
    names = list(lists.totals(entries)["list_name"])
    return st.pills(_("Persons whom all of these name"), names, selection_mode="multi", format_func=name_of, key=keys.LIST_OVERLAP) or []
