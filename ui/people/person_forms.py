"""What can be done to a person's file: enter one, change it, move the person, follow them no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.people import persons
from ledgers.people.persons import File
from ui.people.person_view import TABLE
from ui.shell import acts, cache, opening
from ui.shell.acts import act_button, dialog, field, moment_field, perform
from ui.shell.frame import Frame
from ui.shell.record_form import WHEN, Ask, record_form
from ui.shell.words import _, plain, when

_IDENTITY = (
    Ask("name", mark("Full name"), needed=True),
    Ask("id_number", mark("ID number")),
    Ask("birth_date", mark("Born"), "day"),
    Ask("phone", mark("Phone")),
)
_ARRIVAL = (
    Ask("arrived_from", mark("Arrived from")),
    Ask("arrived_on", mark("Arrived on"), "day"),
    Ask("note", mark("Note")),
    WHEN,
)


def list_acts(view: Frame) -> None:
    """Draw what can be done where no file is open."""
    act_button(_("Enter a person"), "enter_person", icon=":material/person_add:", primary=True)
    if acts.running() == "enter_person":
        dialog(_("Enter a person"), lambda: _enter(view))


def file_acts(view: Frame, found: File) -> None:
    """Draw what can be done to the file that is open, and the dialog of what is being done."""
    own = str(found.person["person_id"])
    titles = {"edit_person": _("Change the file"), "move_person": _("Move home"), "withdraw_person": _("Follow no more")}
    with st.container(horizontal=True, gap="xsmall"):
        opening.open_button(TABLE, {TABLE: [own]})
        act_button(titles["edit_person"], "edit_person", icon=":material/edit:", disabled=own not in opening.opened(TABLE))
        act_button(titles["move_person"], "move_person", icon=":material/moving:")
        act_button(titles["withdraw_person"], "withdraw_person", icon=":material/person_remove:")
    opening.open_form(view, TABLE, {TABLE: [own]})
    forms: dict[str, Callable[[], None]] = {
        "edit_person": lambda: _edit(view, found.person),
        "move_person": lambda: _move(view, own),
        "withdraw_person": lambda: _withdraw(view, own),
    }
    act = acts.running()
    if act in forms:
        dialog(titles[act], forms[act])


def _category(view: Frame, act: str, known: str | None) -> str | None:
    names = persons.categories_at(view.store, view.store.now().date())
    codes = ["", *names]
    chosen = st.selectbox(
        _("Category"),
        codes,
        index=codes.index(known) if known in codes else 0,
        format_func=lambda c: names.get(c, "–"),
        key=field(act, "category"),
    )
    return chosen or None


def _home(act: str) -> dict[str, Any]:
    """Draw the choice of a grid and of a household in it, or of none."""
    grids = cache.grids()[["id", "name", "parent_name"]].fillna("")
    names = {i: f"{above} {name or i}".strip() for i, name, above in grids.itertuples(index=False)}
    grid = st.selectbox(_("Grid"), list(names), format_func=names.__getitem__, key=field(act, "area"))
    there = cache.households()
    there = there[there["area_id"] == grid]
    doors = {row.household_id: " ".join(str(p) for p in (row.building_name, row.door) if not pd.isna(p)) for row in there.itertuples()}
    household = st.selectbox(
        _("Household"),
        ["", *doors],
        format_func=lambda i: doors.get(i) or (i if i else _("none: an address only")),
        key=field(act, f"household_{grid}"),
    )
    if household:
        return {"household_id": household, "area_id": None}
    return {"household_id": None, "area_id": grid, "address": st.text_input(_("Address"), key=field(act, "address"))}


def _enter(view: Frame) -> None:
    where = _home("enter_person")
    category = _category(view, "enter_person", None)
    record_form(
        "enter_person",
        (*_IDENTITY, *_ARRIVAL),
        go=_("Enter the person"),
        save=lambda values: persons.enter(view.store, view.viewer, category=category, **where, **values)[1],
        said=lambda values: _("A person has been entered."),
    )


def _edit(view: Frame, person: dict[str, Any]) -> None:
    own = str(person["person_id"])
    act = f"edit_person_{own}"
    category = _category(view, act, person["category"])
    record_form(
        act,
        (*_IDENTITY, *_ARRIVAL),
        start=person,
        go=_("Change the file"),
        # The sex goes with the ID number; a wrong one must not hold a right number up.
        save=lambda values: persons.edit(
            view.store, view.viewer, own, category=category, **({"sex": None} if values["id_number"] else {}), **values
        ),
        said=lambda values: _("The file has been changed."),
    )


def _move(view: Frame, own: str) -> None:
    where = _home("move_person")
    reason = st.text_input(_("Reason"), key=field("move_person", "reason"))
    moment = moment_field("move_person", "effective_at", _("When it was"), none=_("now, {moment}").format(moment=when(view.store.now())))
    st.caption(_("An open isolation goes along; what was before stays with the old unit."))
    if st.button(_("Move the person"), key=field("move_person", "go"), type="primary"):
        perform(
            _("The person has moved."),
            lambda: persons.move(view.store, view.viewer, own, reason=reason, effective_at=moment, **where),
        )


def _withdraw(view: Frame, own: str) -> None:
    st.markdown(_("The person is in no list and no count from now on. The file stays, and this can be undone."))
    if st.button(_("Follow no more"), key=field("withdraw_person", "go"), type="primary"):
        perform(_("Followed no more: {id}").format(id=plain(own)), lambda: persons.withdraw(view.store, view.viewer, own))
