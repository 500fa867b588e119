"""The table of a daily report: every unit and the total, what was learned later beside, and who has not reported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from errors import mark
from ledgers.reports.daily_report import Daily
from ledgers.reports.report_chain import MOVED_IN, MOVED_OUT
from ledgers.reports.report_desk import differing
from ledgers.reports.report_figures import FIELDS, FIGURES
from ui.reports.forms import unit_buttons
from ui.reports.view import chosen_unit, cutoff_passed
from ui.shell import keys, state
from ui.shell.listing import Column, listing
from ui.shell.words import _, number, plain, term, when

COLUMNS = (
    Column("name", mark("Unit")),
    Column("told", mark("Reported")),
    Column("cumulative_before", mark("Day before"), "number"),
    Column("new", mark("New"), "number"),
    Column("added_late", mark("Added since"), "number"),
    Column("taken_back", mark("Taken back"), "number"),
    Column("cumulative", mark("Cumulative"), "number"),
    Column("observing", mark("Observing"), "number"),
    Column("hospital", mark("In hospital"), "number"),
    Column("released", mark("Released"), "number"),
    Column("transferred", mark("Transferred"), "number"),
    Column("refuted", mark("Refuted"), "number"),
    Column("moved", mark("Moved between units"), "wide"),
    Column("stands", mark("Stands by"), "wide"),
    Column("later", mark("Learned later"), "wide"),
    Column("readings_taken", mark("Readings taken"), "number"),
    Column("readings_missed", mark("Readings missed"), "number"),
    Column("screened", mark("People screened"), "number"),
    Column("posts", mark("Posts"), "number"),
    Column("gates", mark("Gates open"), "number"),
    Column("supplies", mark("Stocks on hand"), "number"),
    Column("corrected", mark("Corrected"), "wide"),
)
HEIGHT = 400


def report_table(found: Daily) -> None:
    """Draw the table; a row chosen opens that unit, the first is the total."""
    rows, unit = _rows(found), chosen_unit(found)
    shown = (found.period.date, found.known_at, unit, state.area(), state.store().revision)
    digest = hashlib.blake2b(repr(shown).encode(), digest_size=6).hexdigest()
    listing(
        rows,
        COLUMNS,
        key=f"{keys.REPORT_TABLE}_{digest}",
        file=f"daily_report_{found.period.date}",
        max_height=HEIGHT,
        on_pick=lambda picked: state.put(unit=rows["id"].iloc[picked[0]] if picked else None),
        marked=[row for row, unit_id in enumerate(rows["id"]) if unit and unit_id == unit],
    )


def _rows(found: Daily) -> pd.DataFrame:
    """Return the table with the total first."""
    units = [{"id": str(unit), **_told(found, str(unit), row)} for unit, row in found.units.to_dict("index").items()]
    total: dict[str, Any] = {
        "id": "",
        "name": _("Total"),
        "told": f"{len(units) - len(found.missing)}/{len(units)}",
        **found.total,
        **found.chain.total,
        "moved": "",
    }
    stands = stands_words(differing(found))
    return pd.DataFrame([{**total, "stands": stands, "later": later_words(found.total_later, FIGURES), "corrected": ""}, *units])


def _told(found: Daily, unit: str, row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "name": row["name"] or unit,
        "told": _status(found, row),
        **{name: row[name] for name in FIELDS},
        **(chained := {str(name): value for name, value in found.chain.units.loc[unit].items()}),
        "moved": later_words(chained, (MOVED_IN, MOVED_OUT)),
        "stands": stands_words(differing(found, unit)),
        "later": later_words(found.later.loc[unit].to_dict(), FIGURES),
        "corrected": _corrected(found, unit),
    }


def _status(found: Daily, row: dict[Any, Any]) -> str:
    if row["missing"]:
        return _("not reported") if cutoff_passed(found) else _("not yet")
    if pd.isna(row["submitted_at"]):
        return "–"
    told = _("late, {moment}") if row["late"] else _("zero, {moment}") if row["zero"] else "{moment}"
    return told.format(moment=when(row["submitted_at"]))


def later_words(later: dict[Any, Any], fields: Sequence[str]) -> str:
    """Return what was learned later of figures, in words."""
    return " · ".join(f"{term('report_field', name)} {int(later[name]):+,d}" for name in fields if later[name])


def stands_words(differs: dict[str, tuple[int, int]]) -> str:
    """Return the figures that units stand by where these are others than those known at the cut-off, in words."""
    return " · ".join(f"{term('report_field', name)} {number(said)}" for name, (said, _known) in differs.items())


def _corrected(found: Daily, unit: str) -> str:
    rows = found.corrections[found.corrections["unit_id"] == unit]
    return " · ".join(f"{term('report_field', r.field)} {r.submitted} → {r.corrected}" for r in rows.itertuples())


# Beside the table


def beside(found: Daily) -> None:
    """Draw the unit that is open, else who has not reported."""
    unit = chosen_unit(found)
    if unit:
        _open_unit(found, unit)
    else:
        _not_reported(found)


def _open_unit(found: Daily, unit: str) -> None:
    row = found.units.to_dict("index")[unit]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(str(row['name'] or unit))}** · {plain(_status(found, row))}", width="stretch")
        st.button(_("All units"), key=keys.REPORT_ALL, icon=":material/close:", type="tertiary", on_click=state.put, kwargs={"unit": None})
    _contact(unit, row)
    unit_buttons(found, unit)
    if late := later_words(found.later.loc[unit].to_dict(), FIELDS):
        st.caption(_("Learned later: {parts}").format(parts=late))
    if differs := differing(found, unit):
        parts = (f"{term('report_field', name)} {number(said)} / {number(known)}" for name, (said, known) in differs.items())
        st.caption(_("What the unit stands by / as known at the cut-off: {parts}").format(parts=" · ".join(parts)))
    for change in found.corrections[found.corrections["unit_id"] == unit].to_dict("records"):
        told = _("{field}: submitted {submitted}, corrected to {corrected} by {who} on {moment}: {why}").format(
            field=term("report_field", change["field"]),
            submitted=number(change["submitted"]),
            corrected=number(change["corrected"]),
            who=plain(str(change["by"])),
            moment=when(change["at"]),
            why=plain(str(change["why"])),
        )
        st.markdown(f":material/edit_note: {told}")


def _contact(unit: str, row: dict[Any, Any]) -> None:
    if pd.isna(row["responsible"]) and pd.isna(row["phone"]):
        st.caption(_("Nobody is named as responsible here."))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/person: {plain('–' if pd.isna(row['responsible']) else str(row['responsible']))}", width="stretch")
        if not pd.isna(row["phone"]):
            st.link_button(str(row["phone"]), f"tel:{row['phone']}", key=f"{keys.CALL}_{unit}", icon=":material/call:")


def _not_reported(found: Daily) -> None:
    passed = cutoff_passed(found)
    st.markdown(f"**{_('Not reported') if passed else _('Not reported yet')}** · {number(len(found.missing))}")
    if found.units.empty:
        st.caption(_("No unit reports here."))
    elif not found.missing:
        st.markdown(f":green[:material/check_circle:] {_('Every unit has reported.')}")
    if not passed:
        opens, late = when(found.opens), when(found.late_after)
        st.caption(_("Reports are open from {opens}; from {late} on they are late.").format(opens=opens, late=late))
    with st.container(height=HEIGHT - 60 if len(found.missing) > 3 else "content", border=False, gap="xsmall", key=keys.REPORT_MISSING):
        for unit in found.missing:
            row = found.units.to_dict("index")[unit]
            with st.container(border=True, gap="xsmall"):
                st.markdown(f"**{plain(str(row['name'] or unit))}**" + (f" · {_('zero report')}" if row["zero"] else ""))
                _contact(unit, row)
                unit_buttons(found, unit)
