"""Doubtful pairs side by side, one at a time: what differs is marked, and a person says whether they are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from errors import N_
from ledgers import undoing
from ledgers.lists import entries as lists
from ledgers.lists.entries import LEDGER, Persons
from ledgers.lists.matching import REASONS
from ledgers.lists.merging import CONTRADICTED, CONTRADICTION
from ui.lists.view import TABLES, masked, name_of
from ui.shell import acts, keys, state
from ui.shell.acts import perform
from ui.shell.frame import Frame
from ui.shell.listing import Column, listing
from ui.shell.opening import open_button, open_form
from ui.shell.words import _, number, plain, term

WHY = {**REASONS, CONTRADICTED: CONTRADICTION}
_FIELDS = {
    "name": N_("Full name"),
    "id_number": N_("ID number"),
    "phone": N_("Phone"),
    "birth_date": N_("Birthday"),
    "sex": N_("Sex"),
    "address": N_("Address"),
    "category": N_("Category"),
    "note": N_("Note"),
}
_PAIRS = (
    Column("left_name", N_("One entry")),
    Column("left_list", N_("List")),
    Column("right_name", N_("The other")),
    Column("right_list", N_("List")),
    Column("why", N_("Why they may be one"), "message"),
)
_DECIDED = (
    Column("since", N_("When"), "moment"),
    Column("left_name", N_("One entry")),
    Column("left_list", N_("List")),
    Column("right_name", N_("The other")),
    Column("right_list", N_("List")),
    Column("same", N_("One person"), "yes"),
    Column("recorded_by", N_("By")),
)
# What the colours of the marks mean: equal, alike, unlike; what one leaves out is not marked.
_MARKS = {
    **dict.fromkeys(("same", "same_door"), "green"),
    **dict.fromkeys(("alike", "slip", "same_invalid"), "orange"),
    **dict.fromkeys(("unlike", "contrary"), "red"),
}


def doubtful(view: Frame, found: Persons) -> None:
    """Draw the pair in view, its buttons, and the pairs that wait."""
    pairs = found.open_pairs
    if pairs.empty:
        st.markdown(f":green[:material/check_circle:] {_('Nothing is left to be decided.')}")
    else:
        at = min(_position(), len(pairs) - 1)
        _one(view, found, pairs.iloc[at], at, len(pairs))
        listing(
            _named(view, found, pairs),
            _PAIRS,
            key=f"{keys.LISTING}_pairs",
            file="doubtful_pairs",
            max_height=300,
            on_pick=lambda rows: _go_to(rows[0] if rows else 0),
        )


def _position() -> int:
    text = state.param("pair") or ""
    return int(text) - 1 if text.isdecimal() and 0 < int(text) < 10**9 else 0


def _go_to(position: int) -> None:
    state.put(pair=str(position + 1) if position else None)


def _one(view: Frame, found: Persons, pair: pd.Series, at: int, of: int) -> None:
    both = found.entries.set_index("entry_id", drop=False).loc[[pair["left_id"], pair["right_id"]]]
    seen = masked(view, both)
    with st.container(border=True, key=keys.LIST_PAIR):
        st.markdown(_("**{n} of {total}** · {why}").format(n=number(at + 1), total=number(of), why=_(WHY[pair["rule"]])))
        st.markdown(_compared(seen, pair))
        with st.container(horizontal=True, gap="xsmall"):
            _decision(view, pair, same=True, label=_("One person"), icon=":material/join_inner:")
            _decision(view, pair, same=False, label=_("Two persons"), icon=":material/call_split:")
            st.button(_("Next pair"), key=acts.field("pair", "next"), icon=":material/skip_next:", on_click=_go_to, args=((at + 1) % of,))
            subjects: dict[str, list[str]] = {}
            for entry, name in zip(both["entry_id"], both["list_name"], strict=True):
                subjects.setdefault(TABLES[name == LEDGER], []).append(entry)
            open_button("pair", subjects)
    open_form(view, "pair", subjects)


def _decision(view: Frame, pair: pd.Series, *, same: bool, label: str, icon: str) -> None:
    def act() -> list[str]:
        reason = _(WHY[pair["rule"]])
        return lists.decide(
            view.store, view.viewer, pair["left_id"], pair["right_id"], same=same, score=float(pair["score"]), reason=reason
        )

    if st.button(label, key=acts.field("pair", "same" if same else "apart"), icon=icon, type="primary" if same else "secondary"):
        perform(_("Decided: one person") if same else _("Decided: two persons"), act)


def _compared(seen: pd.DataFrame, pair: pd.Series) -> str:
    """Return the table of the two entries as Markdown, what they share and what differs marked by colour."""
    left, right = seen.iloc[0], seen.iloc[1]
    heads = [plain(name_of(str(entry["list_name"]))) for entry in (left, right)]
    rows = [f"| | {heads[0]} | {heads[1]} |", "|---|---|---|"]
    for field, label in _FIELDS.items():
        cells = [_cell(field, entry[field]) for entry in (left, right)]
        if any(cells):
            colour = _MARKS.get(str(pair.get(field)), "")
            marked = [f":{colour}[{cell}]" if colour and cell else cell or "–" for cell in cells]
            rows.append(f"| {_(label)} | {marked[0]} | {marked[1]} |")
    return "\n".join(rows)


def _cell(field: str, value: Any) -> str:
    if value is None or pd.isna(value) or value == "":
        return ""
    return term("sex", value) if field == "sex" else plain(str(value)[:10] if field == "birth_date" else str(value))


def _named(view: Frame, found: Persons, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs with the names, masked, and lists of both entries."""
    wanted = found.entries[found.entries["entry_id"].isin({*pairs["left_id"], *pairs["right_id"]})]
    entries = masked(view, wanted).set_index(wanted["entry_id"])
    sides: dict[str, Callable[[pd.Series], pd.Series]] = {
        "name": lambda ids: ids.map(entries["name"]),
        "list": lambda ids: ids.map(entries["list_name"]).map(lambda name: name_of(str(name))),
    }
    told = {f"{side}_{what}": read(pairs[f"{side}_id"]) for side in ("left", "right") for what, read in sides.items()}
    more = {"why": pairs["rule"].map(WHY)} if "rule" in pairs else {}
    return pairs.assign(**told, **more)


def decisions(view: Frame, found: Persons) -> None:
    """Draw what has been decided, and the button that takes a decision back."""
    made = found.decided[
        found.decided["left_id"].isin(found.entries["entry_id"]) & found.decided["right_id"].isin(found.entries["entry_id"])
    ]
    made = made.sort_values("since", ascending=False).reset_index(drop=True)
    if made.empty:
        st.caption(_("Nothing has been decided yet."))
        return
    key = f"{keys.LISTING}_decisions"
    listing(_named(view, found, made), _DECIDED, key=key, file="match_decisions", max_height=420, on_pick=lambda rows: None)
    rows = st.session_state.get(key, {}).get("selection", {}).get("rows", [])
    if st.button(_("Take the decision back"), key=acts.field("decision", "undo"), icon=":material/undo:", disabled=not rows):
        perform(_("Decision taken back"), lambda: undoing.undo(view.store, view.viewer, [made["event_id"].iloc[rows[0]]]))
