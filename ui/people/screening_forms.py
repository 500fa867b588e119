"""What can be done on the page of screening: record a visit, enter, change and withdraw households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.people import households, screening
from ledgers.terms import TERMS
from ui.people.screening_tables import TABLE, picked
from ui.shell import acts, cache, opening
from ui.shell.acts import act_button, dialog, field, moment_field, perform, several
from ui.shell.frame import Frame
from ui.shell.listing import each_row
from ui.shell.record_form import WHEN, Ask, record_form
from ui.shell.words import _, number, plain, term, when

_HOME = (
    Ask("door", N_("Door")),
    Ask("address", N_("Address")),
    Ask("head_count", N_("People"), "whole"),
    Ask("status", N_("Status"), "term:household_status", options=households.STATUSES),
    Ask("contact", N_("Contact")),
    Ask("phone", N_("Phone")),
    Ask("note", N_("Note")),
    WHEN,
)


def screening_acts(view: Frame) -> None:
    """Draw what can be done to the households picked, and the dialog of what is being done."""
    chosen = households.households(view.whole, ids=picked())
    titles = {
        "visit": several(len(chosen), N_("Record {n} visit"), N_("Record {n} visits")) if len(chosen) else _("Record a visit"),
        "enter_household": _("Enter a household"),
        "edit_household": _("Change the household"),
        "withdraw_household": _("Withdraw {n}").format(n=number(len(chosen))) if len(chosen) else _("Withdraw"),
    }
    ids = [str(i) for i in chosen["household_id"]]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        act_button(titles["visit"], "visit", icon=":material/door_open:", disabled=chosen.empty, primary=not chosen.empty)
        act_button(titles["enter_household"], "enter_household", icon=":material/add_home:")
        act_button(titles["edit_household"], "edit_household", icon=":material/edit:", disabled=len(chosen) != 1)
        act_button(titles["withdraw_household"], "withdraw_household", icon=":material/delete:", disabled=chosen.empty)
        opening.open_button(TABLE, {TABLE: ids})
        told = _("Picked: {names}").format(names=_names(chosen)) if len(chosen) else _("Pick households in a table below.")
        st.caption(told, width="content")
    opening.open_form(view, TABLE, {TABLE: ids})
    forms: dict[str, Callable[[], None]] = {
        "visit": lambda: _visit(view, chosen),
        "enter_household": lambda: _enter(view),
        "edit_household": lambda: _edit(view, chosen),
        "withdraw_household": lambda: _withdraw(view, ids),
    }
    act = acts.running()
    if act in forms and (act == "enter_household" or len(chosen)):
        dialog(titles[act], forms[act])


def _names(chosen: pd.DataFrame) -> str:
    names = [
        " ".join(str(part) for part in (row.building_name or row.area_name, row.door) if part and not pd.isna(part))
        for row in each_row(chosen.head(3))
    ]
    return plain(_(", ").join(names)) + (" …" if len(chosen) > len(names) else "")


def _visit(view: Frame, chosen: pd.DataFrame) -> None:
    st.caption(_names(chosen))
    outcome = st.pills(
        _("Outcome"),
        screening.OUTCOMES,
        format_func=lambda code: term("outcome", code),
        default="registered",
        required=True,
        key=field("visit", "outcome"),
    )
    met = outcome not in screening.NOBODY_MET
    with st.container(horizontal=True):
        screened = int(
            st.number_input(
                _("People screened"), 0, None, _people(chosen) if met else 0, key=field("visit", f"screened_{met}"), disabled=not met
            )
        )
        key_persons = int(st.number_input(_("To be followed"), 0, None, 0, key=field("visit", f"key_persons_{met}"), disabled=not met))
    team = st.selectbox(
        _("Team"), cache.screening_teams(), index=None, accept_new_options=True, placeholder=_("Choose or type"), key=field("visit", "team")
    )
    purpose = st.selectbox(
        _("Purpose"), list(TERMS["purpose"]), format_func=lambda code: term("purpose", code), key=field("visit", "purpose")
    )
    again = moment_field("visit", "retry_at", _("Try again"), none=_("as the outcome has it"))
    note = st.text_input(_("Note"), key=field("visit", "note"))
    moment = moment_field("visit", "effective_at", _("When it was"), none=_("now, {moment}").format(moment=when(view.store.now())))
    if st.button(several(len(chosen), N_("Record {n} visit"), N_("Record {n} visits")), key=field("visit", "go"), type="primary"):
        perform(
            several(len(chosen), N_("Recorded {n} visit"), N_("Recorded {n} visits")),
            lambda: screening.record_visits(
                view.store,
                view.viewer,
                list(chosen["household_id"]),
                outcome=outcome,
                purpose=purpose,
                team=team or "",
                screened=screened,
                key_persons=key_persons,
                retry_at=again,
                note=note,
                effective_at=moment,
            ),
        )


def _people(chosen: pd.DataFrame) -> int:
    counts = chosen["head_count"].dropna().unique()
    return int(counts[0]) if len(counts) == 1 else 0


def _place(view: Frame, act: str, area: str | None, building: str | None) -> dict[str, Any]:
    """Draw the choice of a grid and of a building in it."""
    grids = cache.grids()
    ids = list(grids["id"])
    names = {
        i: " ".join(part for part in (above, name or i) if part)
        for i, name, above in grids[["id", "name", "parent_name"]].fillna("").itertuples(index=False)
    }
    grid = (
        st.selectbox(_("Grid"), ids, index=ids.index(area) if area in ids else 0, format_func=names.__getitem__, key=field(act, "area"))
        if ids
        else None
    )
    buildings = cache.layer("buildings")
    there = buildings[buildings["area_id"] == grid]
    options = ["", *there["id"]]
    labels = dict(zip(there["id"], there["name"], strict=True))
    chosen = st.selectbox(
        _("Building"),
        options,
        index=options.index(building) if building in options else 0,
        format_func=lambda i: labels.get(i) or (i if i else _("none (village group)")),
        key=field(act, f"building_{grid}"),
    )
    return {"area_id": grid, "building_id": chosen or None}


def _enter(view: Frame) -> None:
    place = _place(view, "enter_household", view.area, None)
    record_form(
        "enter_household",
        _HOME,
        go=_("Enter the household"),
        save=lambda values: households.enter(view.store, view.viewer, **place, **values)[1],
        said=lambda values: _("Entered: {name}").format(name=plain(values["door"] or values["address"])),
    )


def _edit(view: Frame, chosen: pd.DataFrame) -> None:
    home = chosen.iloc[0]
    own = str(home["household_id"])
    seen = own in opening.opened(TABLE)
    place = _place(view, f"edit_household_{own}", home["area_id"], home["building_id"])
    # What is masked stays as it is until somebody has opened it.
    asks = [ask for ask in _HOME if seen or ask.name not in ("address", "contact", "phone", "note")]
    if not seen:
        st.caption(_("Contact, phone, address and note can be changed once they are shown."))
    record_form(
        f"edit_household_{own}",
        asks,
        go=_("Change the household"),
        start=home.to_dict(),
        save=lambda values: households.edit(view.store, view.viewer, own, **place, **values),
        said=lambda values: _("Changed: {name}").format(name=plain(values["door"] or own)),
    )


def _withdraw(view: Frame, ids: list[str]) -> None:
    st.markdown(_("From then on they are in no list and in no count. Their past stays."))
    moment = moment_field(
        "withdraw_household", "effective_at", _("Takes effect"), none=_("now, {moment}").format(moment=when(view.store.now()))
    )
    n = number(len(ids))
    if st.button(_("Withdraw {n}").format(n=n), key=field("withdraw_household", "go"), type="primary"):
        perform(_("Withdrew {n}").format(n=n), lambda: households.withdraw(view.store, view.viewer, ids, effective_at=moment))
