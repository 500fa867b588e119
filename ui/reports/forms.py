"""Confirming a daily report and correcting one: the buttons, and the dialog behind each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.reports import report_desk
from ledgers.reports.daily_report import Daily
from ledgers.reports.report_figures import FIGURES
from ui.shell import acts, keys, state
from ui.shell.acts import field, perform, several
from ui.shell.frame import Frame
from ui.shell.words import _, number, plain, term, when

CONFIRM, CORRECT = "report_confirm", "report_correct"


def unit_buttons(found: Daily, unit: str) -> None:
    """Draw what can be done to the report of a unit: confirm it, or, once it is confirmed, correct it."""
    row = found.units.to_dict("index")[unit]
    if pd.isna(row["submitted_at"]):
        early = state.store().now() < found.opens
        label, act, icon = _("Confirm a zero report") if row["zero"] else _("Confirm the report"), CONFIRM, ":material/task_alt:"
    else:
        early, label, act, icon = False, _("Correct the report"), CORRECT, ":material/edit_note:"
    st.button(
        label,
        key=f"{keys.REPORT_ACT}_{act}_{unit}",
        icon=icon,
        disabled=early,
        help=_("Reports are open from {opens}.").format(opens=when(found.opens)) if early else None,
        on_click=_begin,
        args=(unit, act),
    )


def _begin(unit: str, act: str) -> None:
    state.put(unit=unit)
    acts.start(act)


def report_dialogs(view: Frame, found: Daily, unit: str | None) -> None:
    """Draw the dialog of what is being done to the report of a unit."""
    if unit is None or acts.running() not in (CONFIRM, CORRECT):
        return
    name = plain(str(found.units["name"].to_dict()[unit] or unit))
    if acts.running() == CONFIRM:
        acts.dialog(_("Confirm the report of {unit}").format(unit=name), lambda: _confirm(view, found, unit, name))
    else:
        acts.dialog(_("Correct the report of {unit}").format(unit=name), lambda: _correct(view, found, unit, name))


def _confirm(view: Frame, found: Daily, unit: str, name: str) -> None:
    row = found.units.to_dict("index")[unit]
    day = found.period.date
    st.markdown(" · ".join(f"{term('report_field', figure)} **{number(row[figure])}**" for figure in FIGURES))
    zero = False
    if row["zero"]:
        zero = st.checkbox(
            _("Nobody new, nobody under observation, nobody in hospital: this is a zero report."), key=field(CONFIRM, "zero")
        )
    st.caption(_("The figures are kept as they are now. What is entered later stands beside them."))
    label = _("Confirm the zero report") if row["zero"] else _("Confirm the report")
    if st.button(label, key=field(CONFIRM, "go"), type="primary", disabled=bool(row["zero"]) and not zero):
        perform(
            _("{unit} has reported for {date}.").format(unit=name, date=day),
            lambda: report_desk.submit(view.store, view.viewer, unit, day, confirm_zero=zero),
        )


def _correct(view: Frame, found: Daily, unit: str, name: str) -> None:
    day, before = found.period.date, report_desk.standing(found, unit)
    values: dict[str, int] = {}
    with st.container(horizontal=True, gap="small"):
        for figure in FIGURES:
            key = field(CORRECT, f"{figure}_{unit}_{day}")
            values[figure] = int(
                st.number_input(term("report_field", figure), 0, None, before.get(figure, 0), step=1, width=130, key=key) or 0
            )
    reason = st.text_input(_("Why is it corrected?"), key=field(CORRECT, "reason"))
    st.caption(_("What was submitted stays beside the new value, with who and why."))
    changed = {figure: value for figure, value in values.items() if value != before.get(figure)}
    label = several(len(changed), N_("Correct {n} figure"), N_("Correct {n} figures")) if changed else _("Correct the report")
    if st.button(label, key=field(CORRECT, "go"), type="primary", disabled=not changed or not reason.strip()):
        perform(
            _("Corrected the report of {unit} for {date}.").format(unit=name, date=day),
            lambda: report_desk.correct(view.store, view.viewer, unit, day, changed, reason=reason),
        )
