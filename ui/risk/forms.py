"""What can be done on the page of risk areas: report cases, withdraw one, order a level, lift an order."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from ledgers import undoing
from ledgers.people.privacy import masked
from ledgers.risk import cases
from ledgers.risk import orders as risk_orders
from ledgers.risk.rules import LEVELS
from ui.shell import acts, cache, state
from ui.shell.acts import act_button, dialog, field, moment_field, order_fields, perform
from ui.shell.frame import Frame
from ui.shell.listing import each_row
from ui.shell.words import _, number, plain, term, when


def risk_acts(view: Frame) -> None:
    """Draw the buttons, for the selected area where one is, and the dialog of what is being done."""
    rated = cache.risk_levels()
    ordered = rated[rated["ordered"]]
    titles = {
        "report_case": _("Report cases"),
        "order_level": _("Order a level"),
        "lift_level": _("Lift an order"),
        "withdraw_case": _("Withdraw a case"),
        "correct_case": _("Correct a case"),
    }
    with st.container(horizontal=True, gap="xsmall"):
        act_button(titles["report_case"], "report_case", icon=":material/add_circle:", disabled=rated.empty, primary=True)
        act_button(titles["order_level"], "order_level", icon=":material/gavel:", disabled=rated.empty)
        act_button(titles["lift_level"], "lift_level", icon=":material/remove_circle:", disabled=ordered.empty)
    forms: dict[str, Callable[[], None]] = {
        "report_case": lambda: _report(view),
        "order_level": lambda: _order(view),
        "lift_level": lambda: _lift(view, list(ordered["id"])),
        "withdraw_case": lambda: _withdraw(view),
        "correct_case": lambda: _correct(view),
    }
    act = acts.running()
    if act in forms:
        dialog(titles[act], forms[act])


def _area_field(act: str, among: list[str] | None = None) -> tuple[str, str]:
    """Draw the choice of an area, at first the selected one; return its id and its name."""
    tree = cache.area_tree()
    tree = tree if among is None else tree[tree["id"].isin(among)]
    ids, selected = list(tree["id"]), state.selection()
    start = ids.index(selected[1]) if selected and selected[0] == "areas" and selected[1] in ids else 0
    labels = dict(zip(ids, tree["label"], strict=True))
    chosen = st.selectbox(_("Area"), ids, index=start, format_func=labels.__getitem__, key=field(act, "area")) or ""
    return chosen, plain(labels.get(chosen, "").strip())


def _report(view: Frame) -> None:
    area, name = _area_field("report_case")
    person = _person_field(view)
    n = 1 if person else int(st.number_input(_("Confirmed cases"), 1, 1000, 1, key=field("report_case", "number")))
    cluster = st.checkbox(_("They belong to a cluster"), key=field("report_case", "cluster"))
    now = when(view.store.now())
    moment = moment_field("report_case", "confirmed_at", _("Confirmed"), none=_("now, {moment}").format(moment=now))
    note = st.text_input(_("Note"), key=field("report_case", "note"))
    if st.button(_("Report {n} in {area}").format(n=number(n), area=name), key=field("report_case", "go"), type="primary"):
        perform(
            _("Reported {n} in {area}").format(n=number(n), area=name),
            lambda: cases.enter(
                view.store,
                view.viewer,
                area,
                confirmed_at=moment,
                number=n,
                cluster=cluster,
                person_id=person,
                note=note,
                household_reason=_(cases.HOUSEHOLD_REASON),
            ),
        )


def _person_field(view: Frame) -> str | None:
    """Draw who it is, where that is known, and what follows for those who live with them; return the person."""
    people = masked(view.store, "person_event", cache.persons()).set_index("person_id")
    labels = {
        person: " · ".join(str(part) for part in (row.name, row.area_name, person) if not pd.isna(part))
        for person, row in zip(people.index, each_row(people), strict=True)
    }
    person = st.selectbox(
        _("Person"),
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder=_("not entered as a person"),
        key=field("report_case", "person"),
    )
    if person is not None and not pd.isna(people.loc[person, "household_id"]):
        st.caption(_("Others of the household who are observed begin their isolation again at that moment."))
    return person


def _order(view: Frame) -> None:
    area, name = _area_field("order_level")
    level = st.segmented_control(
        _("Risk level"),
        LEVELS,
        format_func=lambda code: term("risk", code),
        default="medium",
        required=True,
        key=field("order_level", "level"),
    )
    until = moment_field("order_level", "until", _("Valid until"), none=_("until another order"))
    order = order_fields("order_level")
    words = {"level": term("risk", level), "area": name}
    if st.button(
        _("Order {level} for {area}").format(**words), key=field("order_level", "go"), type="primary", disabled=not order.complete
    ):
        perform(
            _("Ordered {level} for {area}").format(**words),
            lambda: risk_orders.order_level(view.store, view.viewer, area, level or "medium", until=until, **order.said()),
        )


def _lift(view: Frame, ordered: list[str]) -> None:
    area, name = _area_field("lift_level", ordered)
    st.caption(_("From then on the rule alone says what the level is."))
    order = order_fields("lift_level")
    label = _("Lift the order for {area}").format(area=name)
    if st.button(label, key=field("lift_level", "go"), type="primary", disabled=not order.complete):
        perform(
            _("Lifted the order for {area}").format(area=name),
            lambda: risk_orders.lift(view.store, view.viewer, area, **order.said()),
        )


def _case_field(act: str, found: pd.DataFrame) -> tuple[str, str]:
    """Draw the choice of a case; return its id and what it is called."""
    labels = {
        str(case): f"{row.area_name or row.area_id} · {when(row.confirmed_at)}"
        for case, row in zip(found.index, each_row(found), strict=True)
    }
    case = st.selectbox(_("Case"), list(labels), format_func=labels.__getitem__, key=field(act, "case")) or ""
    return case, plain(labels.get(case, ""))


def _correct(view: Frame) -> None:
    found = cache.cases().set_index("case_id")
    case, name = _case_field("correct_case", found)
    if not case:
        return
    row = found.to_dict("index")[case]
    moment = moment_field("correct_case", f"confirmed_at_{case}", _("Confirmed"), none=_("as it stands"))
    cluster = st.checkbox(_("It belongs to a cluster"), bool(row["cluster"]), key=field("correct_case", f"cluster_{case}"))
    note = st.text_input(_("Note"), "" if pd.isna(row["note"]) else row["note"], key=field("correct_case", f"note_{case}"))
    reason = st.text_input(_("Why is it corrected?"), key=field("correct_case", "reason"))
    st.caption(_("As known before, the case keeps its old date; levels and every replay from now on follow the new one."))
    if st.button(_("Correct this case"), key=field("correct_case", "go"), type="primary", disabled=not reason.strip()):
        perform(
            _("Corrected the case of {what}").format(what=name),
            lambda: cases.correct(view.store, view.viewer, case, reason=reason, confirmed_at=moment, cluster=cluster, note=note.strip()),
        )


def _withdraw(view: Frame) -> None:
    found = cache.cases().set_index("case_id")
    case, name = _case_field("withdraw_case", found)
    ways = {"refuted": _("Refuted: counts no more from now on"), "mistake": _("Entered by mistake: never was one")}
    way = st.radio(_("Why"), list(ways), format_func=ways.__getitem__, key=field("withdraw_case", "way"))
    reason = st.text_input(_("Reason"), key=field("withdraw_case", "reason"))

    def act() -> list[str]:
        if way == "mistake":
            return undoing.undo(view.store, view.viewer, cases.replaced(view.store, [case], since=view.store.now()), reason=reason.strip())
        return cases.withdraw(view.store, view.viewer, [case], reason=reason)

    if st.button(_("Withdraw this case"), key=field("withdraw_case", "go"), type="primary", disabled=not (case and reason.strip())):
        perform(_("Withdrew the case of {what}").format(what=name), act)
