"""The sections of the page of lists: totals and overlaps, the persons they name, and taking a list in."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.lists import entries
from ledgers.lists.entries import LEDGER, Persons
from ledgers.lists.files import read_list
from ui.lists.view import chosen_lists, masked, name_of
from ui.map.workbench import linked_table, picked
from ui.shell import acts, cache, keys
from ui.shell.acts import act_button, several
from ui.shell.frame import Frame, showing_errors
from ui.shell.listing import Column, listing
from ui.shell.record_form import AREA, Ask, record_form
from ui.shell.uploads import kept_file
from ui.shell.words import _, number, plain

FILES = ("xlsx", "csv")
_TOTALS = (
    Column("called", N_("List")),
    Column("entries", N_("Entries"), "number"),
    Column("persons", N_("Persons"), "number"),
    Column("only_here", N_("In no other list"), "number"),
    Column("in_ledger", N_("In the ledger"), "number"),
)
_ENTRIES = (
    Column("person", N_("Person"), "number"),
    Column("name", N_("Full name")),
    Column("called", N_("List")),
    Column("id_number", N_("ID number")),
    Column("phone", N_("Phone")),
    Column("address", N_("Address")),
    Column("birth_date", N_("Birthday")),
    Column("category", N_("Category")),
)
_PERSONS = (
    Column("name", N_("Full name")),
    Column("in_ledger", N_("In the ledger"), "yes"),
    Column("entries", N_("Entries"), "number"),
    Column("called", N_("Lists")),
    Column("id_number", N_("ID number")),
    Column("phone", N_("Phone")),
    Column("birth_date", N_("Birthday")),
    Column("area_name", N_("Area")),
)


def overlaps(view: Frame, found: Persons) -> None:
    """Draw each list's totals and how many persons it shares with each other; below, the entries behind any of these numbers."""
    if found.entries.empty:
        st.caption(_("No list has been taken in yet."))
        return
    counted, shared = entries.totals(found.entries), entries.overlaps(found.entries)
    columns = tuple(Column(f"shared_{n}", name_of(name), "number") for n, name in enumerate(shared.columns))
    table = counted.assign(
        called=counted["list_name"].map(name_of),
        **{f"shared_{n}": shared.loc[counted["list_name"], name].to_numpy() for n, name in enumerate(shared.columns)},
    )
    st.caption(_("To the right: how many persons each two lists share."))
    listing(table, (*_TOTALS, *columns), key=f"{keys.LISTING}_overlaps", file="list_overlaps", max_height=280)
    chosen = chosen_lists(found.entries)
    if not chosen:
        st.caption(_("Choose one list or several to see the entries behind a number."))
        return
    behind = entries.named_by(found.entries, chosen)
    people = behind["cluster_id"].nunique()
    st.markdown(_("**{n}** persons, **{entries}** entries").format(n=number(people), entries=number(len(behind))))
    rows = masked(view, behind).assign(person=pd.factorize(behind["cluster_id"])[0] + 1, called=behind["list_name"].map(name_of))
    listing(rows, _ENTRIES, key=f"{keys.LISTING}_behind", file="list_entries", max_height=380)


def persons(view: Frame, found: Persons) -> None:
    """Draw the persons that the lists name, and the button that enters one into the ledger."""
    people = cache.merged_persons(found)
    people = people[people["lists"] != ""].reset_index(drop=True)
    areas = cache.area_tree()
    names = dict(zip(areas["id"], areas["name"], strict=True))
    first = people.assign(entry_id=people["cluster_id"], list_name="")
    rows = masked(view, first).assign(
        id=people["cluster_id"],
        in_ledger=people["person_id"].notna(),
        called=people["lists"],
        area_name=people["area_id"].map(names),
    )
    linked_table("list_persons", rows.sort_values("in_ledger", kind="stable"), _PERSONS, max_height=440, several=False)
    chosen = people[people["cluster_id"].isin(picked("list_persons")) & people["person_id"].isna()]
    act_button(_("Enter into the ledger"), "enter_person", icon=":material/person_add:", disabled=chosen.empty, primary=True)
    if acts.running() == "enter_person" and len(chosen):
        acts.dialog(_("Enter into the ledger"), lambda: _enter(view, found, chosen.iloc[0]))


def _enter(view: Frame, found: Persons, person: pd.Series) -> None:
    st.markdown(_("Choose the grid in which the person stays."))
    record_form(
        f"enter_person_{person['cluster_id']}",
        (AREA,),
        start={"area_id": person["area_id"]},
        go=_("Enter into the ledger"),
        save=lambda values: entries.enter(view.store, view.viewer, person["cluster_id"], found, area_id=values["area_id"]),
        said=lambda values: _("Entered into the ledger"),
    )


# Taking a list in


def take_in_button() -> None:
    """Draw the button that takes a list in."""
    act_button(_("Take in a list"), "take_list", icon=":material/upload_file:", primary=True)


def take_in_form(view: Frame) -> None:
    """Draw the dialog of it while it is open."""
    if acts.running() == "take_list":
        acts.dialog(_("Take in a list"), lambda: _take_in(view))


def _take_in(view: Frame) -> None:
    upload = st.file_uploader(_("Workbook or text table of persons"), FILES, key=keys.LIST_FILE)
    if upload is None:
        st.caption(_("One row a person. Headings such as 姓名, 身份证号, 联系电话, 住址 are recognised; titles and notes may stay."))
        return
    with showing_errors():
        read = read_list(view.store, kept_file(upload))
        parts = [several(len(read.rows), N_("{n} person"), N_("{n} persons"))]
        if read.nameless:
            parts.append(_("rows without a name are left out: {rows}").format(rows=", ".join(map(str, read.nameless[:9]))))
        if read.unread:
            parts.append(_("{n} cells are no date or no sex and stay empty").format(n=number(read.unread)))
        st.markdown(" · ".join(parts))
        known = tuple(name for name in cache.list_entries()["list_name"].unique() if name != LEDGER)
        asks = (Ask("list_name", N_("Name of the list"), "pick", needed=True, options=known), AREA)
        record_form(
            "take_list",
            asks,
            go=several(len(read.rows), N_("Take in {n} person"), N_("Take in {n} persons")),
            save=lambda values: entries.take_in(view.store, view.viewer, read.rows, **values).event_ids,
            said=lambda values: _("Taken in: {name}").format(name=plain(values["list_name"])),
        )
