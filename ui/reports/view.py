"""Which daily report the page shows: its date, unit and figure in the URL, its controls, and its headline figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import streamlit as st

from briefing.model import UNKNOWN
from ledgers.evidence import Coverage, Figure
from ledgers.reports.daily_report import WHY, Daily
from ledgers.reports.report_chain import ADDED, TAKEN_BACK
from ledgers.reports.report_figures import FIGURES, latest_period, period
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.words import _, number, plain, term, when

NAMED = 2


def chosen_date(view: Frame) -> date:
    """Return the date of the report in view: the URL's, else that of the last cut-off."""
    given = state.param("date")
    return period(view.store, given).date if given else latest_period(view.store, view.at).date


def date_controls(view: Frame, day: date) -> None:
    """Draw the choice of the date: a day back or on, any day, the last report."""
    today, latest = view.store.now().date(), latest_period(view.store, view.at).date
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", width="content", key=keys.REPORT_DATES):
        _goes("◀", "back", _("The day before"), day - timedelta(days=1))
        st.session_state[keys.REPORT_DATE] = day
        st.date_input(
            _("Date of the report"),
            key=keys.REPORT_DATE,
            max_value=max(today, day),
            format="YYYY-MM-DD",
            label_visibility="collapsed",
            width=140,
            on_change=lambda: _go(st.session_state[keys.REPORT_DATE]),
        )
        _goes("▶", "on", _("The day after"), day + timedelta(days=1), disabled=day >= today)
        _goes(_("Last report"), "last", _("The report of the last cut-off"), None, chosen=day == latest)


def _goes(label: str, name: str, told: str, to: date | None, *, chosen: bool = False, disabled: bool = False) -> None:
    kind: Literal["primary", "secondary"] = "primary" if chosen else "secondary"
    st.button(label, key=f"{keys.REPORT_GO}_{name}", help=told, type=kind, disabled=disabled, on_click=_go, args=(to,))


def _go(to: date | None) -> None:
    state.put(date=to.isoformat() if to else None)


# What is opened


def chosen_unit(found: Daily) -> str | None:
    """Return the unit in view, or None for all."""
    unit = state.param("unit")
    return unit if unit in found.units.index else None


def chosen_figure() -> str:
    """Return the figure whose episodes are listed."""
    figure = state.param("figure")
    return figure if figure in (*FIGURES, "later") else "cumulative"


# Headline figures


def tiles(found: Daily) -> None:
    """Draw the headline figures of a report."""
    total, later = found.total, found.total_later
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        for name, parts in {
            "cumulative": [_count("new", total["new"])],
            "observing": [_count("readings_missed", total["readings_missed"])],
            "hospital": [],
            "released": [_count(name, total[name]) for name in ("transferred", "refuted")],
        }.items():
            if name == "cumulative":
                parts += [_count(flow, found.chain.total[flow]) for flow in (ADDED, TAKEN_BACK) if found.chain.total[flow]]
            parts += [_("learned later {n}").format(n=f"{later[name]:+,d}")] if later[name] else []
            if found.before_records:  # a nought of a day on which nobody counted says nothing
                _tile(name, term("report_field", name), "–", _("before the first record"))
                continue
            _tile(name, term("report_field", name), number(total[name]), " · ".join(parts) or "–", figure=name)
        _reported(found)
        _balance(found)


def _count(name: str, value: int) -> str:
    return f"{term('report_field', name)} {number(value)}"


def _reported(found: Daily) -> None:
    names = [plain(str(found.units["name"].to_dict()[unit] or unit)) for unit in found.missing]
    who = _(", ").join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    nobody = _("No unit reports here.") if found.units.empty else _("all have reported")
    parts = [who or nobody, *([_("late {n}").format(n=number(len(found.late)))] if found.late else [])]
    known = Figure.of(len(names), Coverage(len(found.units), len(found.units)) if len(found.units) and cutoff_passed(found) else None)
    value = number(len(names)) if known.known else _(UNKNOWN)
    _tile("missing", _("Not reported"), value, " · ".join(parts), look="problem" if names and cutoff_passed(found) else known.look)


def _balance(found: Daily) -> None:
    if found.reconciles:
        if found.before_records:
            _tile("balance", _("Reconciles"), "–", _("before the first record"))
            return
        told = _("with the day before, and with {n} of {units} reports")
        _tile("balance", _("Reconciles"), _("yes"), told.format(n=number(found.compared), units=number(len(found.units))))
        return
    first = found.differences[0]
    told = _("{where}: {field} {expected} against {found}").format(
        where=plain(str(found.units["name"].to_dict().get(first.unit) or _("Total"))),
        field=term("report_field", first.field),
        expected=number(first.expected),
        found=number(first.found),
    )
    _tile("balance", _("Reconciles"), _("no"), told, look="problem")


def _tile(name: str, label: str, value: str, told: str, *, figure: str | None = None, look: str = "calm") -> None:
    with st.container(border=True, key=f"{keys.FIGURE}_{look}_{name}", gap=None):
        st.metric(label, value)
        st.caption(told)
        if figure:
            label = _("Show {figure}").format(figure=label)
            st.button(label, key=f"{keys.FIGURE_SHOW}_{name}", on_click=state.put, kwargs={"figure": figure, "unit": None}, width="stretch")


def cutoff_passed(found: Daily) -> bool:
    """Tell whether the cut-off of a report lies behind the moment in view: before it nobody is missing yet, and figures change."""
    return min(state.store().now(), found.known_at) >= found.period.cutoff


def differences(found: Daily) -> None:
    """Name what does not reconcile."""
    names = found.units["name"].to_dict()
    areas = dict(cache.area_tree()[["id", "name"]].itertuples(index=False, name=None))
    for row in found.differences:
        told = _("{where}, {field}: {expected} against {found}; {why}.").format(
            where=plain(str(names.get(row.unit) or _("Total"))),
            field=term("report_field", row.field),
            expected=number(row.expected),
            found=number(row.found),
            why=_(WHY[row.why]),
        )
        lying = _(", ").join(plain(str(areas.get(area, area) or _("no area"))) for area in row.areas)
        st.warning(f"{told} {lying}", icon=":material/balance:")


def heading(found: Daily) -> None:
    """Say what the report is of: its cut-off or that it is not closed yet, and whose it is where a grid was asked for."""
    moment = f"**{plain(when(found.period.cutoff, year=True))}**"
    if cutoff_passed(found):
        st.caption(_("Cut-off {moment}; figures as known then.").format(moment=moment))
    else:
        told = _("The report of {date} is not closed yet: until {moment} its figures still change.")
        st.info(told.format(date=found.period.date, moment=moment), icon=":material/hourglass_top:")
    if found.before_records:
        first = found.first_record
        told = _("Nothing of people had been recorded by this cut-off; the noughts below are no counts.")
        since = _("The first record is of {moment}.").format(moment=plain(when(first, year=True))) if first else ""
        st.warning(f"{told} {since}", icon=":material/event_busy:")
    if found.area != state.area():
        names = dict(cache.area_tree()[["id", "name"]].itertuples(index=False, name=None))
        area, unit = (plain(str(names.get(i) or i)) for i in (state.area(), found.area))
        told = _("{area} does not report itself; what is shown is {unit}, in which it lies.")
        st.info(told.format(area=area, unit=unit), icon=":material/account_tree:")
