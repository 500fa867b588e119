"""Where a number of the briefing comes from: what it counts, the query behind it, and the same question asked once more."""

from __future__ import annotations

import streamlit as st

from briefing import indicators
from briefing.model import Number
from briefing.writers.appendix import rows
from queries.statements import exists, query
from ui.briefing.view import Made
from ui.shell import acts, keys, state
from ui.shell.frame import PAGES, Frame, showing_errors
from ui.shell.words import _, plain, when

# The page where the rows of an indicator are, and those indicators by their subject: what stands before the dot of their name.
_SUBJECTS = {
    "home.py": ("areas",),
    "pages/entrances.py": ("entrances", "compounds", "gaps", "passes"),
    "pages/checkpoints.py": ("checkpoints", "staff"),
    "pages/blind_spots.py": ("roads", "junction", "plan", "post"),
    "pages/screening.py": ("screening", "doors", "persons"),
    "pages/isolation.py": ("isolation", "readings"),
    "pages/daily_report.py": ("reports",),
    "pages/risk.py": ("cases", "risk"),
    "pages/units.py": ("units", "disinfection", "supplies", "outreach", "measures", "findings"),
}
PLACES = {subject: page for page, subjects in _SUBJECTS.items() for subject in subjects}


def number_dialog(view: Frame, found: Made) -> None:
    """Draw where the number in the URL comes from; while a paragraph is being rewritten, that comes first."""
    number = next((n for n in found.whole.numbers if n.id == state.param("number")), None)
    if number is not None and acts.running() is None:
        st.dialog(plain(number.label), on_dismiss=lambda: state.put(number=None), width="medium")(lambda: _number(view, found, number))()


def _number(view: Frame, found: Made, number: Number) -> None:
    indicator = indicators.INDICATORS[number.query]
    written = next(row.by_hand for row in rows(found.whole) if row.figure.id == number.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.metric(_("As printed"), number.text)
        if written:
            st.metric(_("Written by hand"), written)
        _again(view, found, number)
    asked = {
        _("What it counts"): plain(number.label),
        _("Query"): f"`{number.query}`",
        _("Of which"): plain(number.of or found.whole.area_name),
        _("Area"): f"{plain(found.whole.area_name)} (`{plain(found.whole.area)}`)",
        _("As it was, and as known then"): plain(when(found.whole.cutoff, year=True)),
    }
    st.table(asked, border="horizontal")
    for source in indicator.sources:
        _source(source)
    if page := PLACES.get(number.query.partition(".")[0]):
        title, icon = next((title, icon) for place, title, icon in PAGES if place == page)
        moment = found.whole.cutoff.replace(tzinfo=None).isoformat(timespec="minutes")
        there = {**state.carried(), "area": found.whole.area, "at": moment}
        st.page_link(page, label=_("See the rows: {page}").format(page=_(title)), icon=icon, query_params=there)


def _again(view: Frame, found: Made, number: Number) -> None:
    """Draw the button that asks the same once more, and what came of it."""
    if not st.button(_("Run again"), key=keys.BRIEFING_AGAIN, icon=":material/replay:"):
        return
    cutoff = found.whole.cutoff
    with showing_errors():
        answer = indicators.answer(view.store, view.viewer, number.query, area=found.whole.area, at=cutoff, of=number.of, known_at=cutoff)
        if answer == number.value:
            st.success(_("The same: {value}").format(value=number.text), icon=":material/check_circle:")
        else:
            text = indicators.INDICATORS[number.query].text(answer, _)
            st.error(_("Another answer now: {value}").format(value=text), icon=":material/error:")


def _source(name: str) -> None:
    """Draw a statement with its text, or the name of the method that does what no statement can."""
    if exists(name):
        statement = query(name)
        with st.expander(f"queries/{statement.source}", icon=":material/database:"):
            st.code(statement.sql, language="sql", wrap_lines=True)
    else:
        st.markdown(f":material/function: `{name}`")
