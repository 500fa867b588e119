"""One person's file: who they are, whom they live with, their readings, and everything that was ever recorded of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from briefing.maps.styles import BLUE, SKY, VERMILLION
from errors import mark
from ledgers.people import persons, privacy
from ledgers.people.persons import File
from ledgers.posts.passes import FEVER
from queries.kinds import KINDS
from ui.shell import cache, keys, opening, state
from ui.shell.frame import Frame
from ui.shell.listing import Column, each_row, listing
from ui.shell.words import _, number, plain, term, when

TABLE = "person_event"
CHART_HEIGHT = 190
_LIST = (
    Column("name", mark("Full name")),
    Column("sex", mark("Sex"), "term:sex"),
    Column("birth_date", mark("Born")),
    Column("category_name", mark("Category")),
    Column("state", mark("Isolation"), "term:episode_state"),
    Column("area_name", mark("Grid")),
    Column("building_name", mark("Building")),
    Column("phone", mark("Phone")),
    Column("id_number", mark("ID number")),
    Column("since", mark("Since"), "moment"),
)
_MEMBERS = (
    Column("name", mark("Full name")),
    Column("category_name", mark("Category")),
    Column("state", mark("Isolation"), "term:episode_state"),
)
_OPENINGS = (
    Column("effective_at", mark("Time"), "moment"),
    Column("recorded_by", mark("Opened by")),
    Column("purpose", mark("What for")),
)
_EVENTS = (
    Column("effective_at", mark("Time"), "moment"),
    Column("what", mark("What"), "message"),
    Column("told", mark("Details")),
    Column("area_name", mark("Area")),
    Column("recorded_at", mark("Known since"), "moment"),
    Column("recorded_by", mark("Entered by")),
    Column("source", mark("Source"), "term:source"),
    Column("file_name", mark("File")),
    Column("undone", mark("Undone")),
)
_WHAT = {kind.table: kind.title for kind in KINDS.values() if kind.of_person}
# What a column of an event is called, and the table of terms of its values.
_COLUMNS: dict[str, tuple[str, str | None]] = {
    "name": (mark("Full name"), None),
    "sex": (mark("Sex"), "sex"),
    "birth_date": (mark("Born"), None),
    "id_number": (mark("ID number"), None),
    "phone": (mark("Phone"), None),
    "address": (mark("Address"), None),
    "category": (mark("Category"), "category"),
    "arrived_from": (mark("Arrived from"), None),
    "arrived_on": (mark("Arrived on"), None),
    "note": (mark("Note"), None),
    "withdrawn": (mark("Withdrawn"), "yes"),
    "door": (mark("Door"), None),
    "contact": (mark("Contact"), None),
    "head_count": (mark("People"), None),
    "status": (mark("Status"), "status"),
    "purpose": (mark("Purpose"), "purpose"),
    "outcome": (mark("Outcome"), "outcome"),
    "team": (mark("Team"), None),
    "screened": (mark("People screened"), None),
    "retry_at": (mark("Try again"), "moment"),
    "state": (mark("Isolation"), "episode_state"),
    "place": (mark("Place"), "place"),
    "place_name": (mark("Name of the place"), None),
    "started_at": (mark("Started"), "moment"),
    "days": (mark("Isolation days"), None),
    "ordered_by": (mark("Ordered by"), None),
    "reason": (mark("Reason"), None),
    "temperature": (mark("Temperature (°C)"), None),
    "symptoms": (mark("Symptoms"), "symptoms"),
    "went_out": (mark("Went out"), "yes"),
    "had_visitors": (mark("Had visitors"), "yes"),
    "needs": (mark("Needs"), None),
    "channel": (mark("Channel"), "channel"),
    "taken_by": (mark("Taken by"), None),
    "participants": (mark("Together with"), None),
    "kind": (mark("Kind"), "request_kind"),
    "detail": (mark("Detail"), None),
    "answered_by": (mark("Answered by"), None),
    "action": (mark("What was done"), "alarm_action"),
    "done_by": (mark("Done by"), None),
    "cluster": (mark("In a cluster"), "yes"),
    "list_name": (mark("List"), None),
}
# Where a table means something else by a column of that name.
_OWN_COLUMNS: dict[tuple[str, str], tuple[str, str | None]] = {
    **{(kind.table, column): (title, None) for kind in KINDS.values() for column, title in kind.words.items()},
    ("household_event", "status"): (mark("Status"), "household_status"),
    ("care_request", "status"): (mark("Status"), "request_status"),
    ("disclosure", "purpose"): (mark("What for"), None),
}


def person_list(view: Frame) -> None:
    """Draw the search and the masked list of persons; choosing one opens the file."""
    sought = opening.search(_("Name, whole ID number, or last digits of the phone"), keys.PERSON_SEARCH)
    found = persons.found_by(cache.persons(), sought)
    if found.empty:
        st.caption(_("Nobody who is followed here is found."))
    ids = [str(i) for i in found["person_id"]]

    def chose(rows: list[int]) -> None:
        state.put(person=ids[rows[0]] if rows else None)

    listing(_named(view, found), _LIST, key=f"{keys.LISTING}_persons", file="persons", max_height=560, on_pick=chose)


def _named(view: Frame, frame: pd.DataFrame) -> pd.DataFrame:
    names = persons.category_names(view.store)
    return opening.shown(view, TABLE, frame, "person_id").assign(
        category_name=frame["category"].map(lambda c: names.get(c, c), na_action="ignore")
    )


def heading(view: Frame, found: File) -> None:
    """Draw who the person is, masked unless opened, and how they stand."""
    opening.close_others(TABLE, str(found.person["person_id"]))
    person = _named(view, pd.DataFrame([found.person])).iloc[0]
    st.button(
        _("All persons"), key=keys.PERSON_BACK, icon=":material/arrow_back:", type="tertiary", on_click=state.put, kwargs={"person": None}
    )
    words = [term("sex", person["sex"]), person["birth_date"], person["category_name"], person["id_number"], person["phone"]]
    where = [
        person["area_name"],
        person["building_name"],
        person["door"],
        *([] if person["address"] == privacy.HIDDEN else [person["address"]]),
    ]
    st.markdown(f"## {plain(str(person['name']))}")
    st.markdown(_joined(words))
    st.markdown(f":material/home: {_joined(where)}")
    if not pd.isna(person["state"]):
        started = when(found.person["started_at"])
        st.markdown(
            _("{state}, from {start}, {days} days").format(
                state=f"**{term('episode_state', person['state'])}**", start=started, days=number(person["days"])
            )
        )


def _joined(words: list[Any]) -> str:
    return " · ".join(plain(str(word)) for word in words if word is not None and not pd.isna(word) and word != "–")


def readings_chart(found: File) -> None:
    """Draw the temperatures of the isolation, with the line from which they are a fever."""
    st.markdown(f"**{_('Readings')}**")
    rows = found.readings.assign(taken_at=found.readings["taken_at"].dt.tz_localize(None), fever=found.readings["temperature"] >= FEVER)
    if rows.empty:
        st.caption(_("No readings."))
        return
    st.vega_lite_chart(
        rows[["taken_at", "temperature", "fever"]], _spec(rows), key=keys.PERSON_CHART, height=CHART_HEIGHT, alt=_("Readings")
    )


def _spec(rows: pd.DataFrame) -> dict[str, Any]:
    blue = SKY if st.context.theme.type == "dark" else BLUE
    span = [min(35.5, float(rows["temperature"].min()) - 0.2), max(38.0, float(rows["temperature"].max()) + 0.2)]
    x = {"field": "taken_at", "type": "temporal", "title": None, "axis": {"format": "%m-%d", "labelOverlap": True, "tickCount": 7}}
    y = {"field": "temperature", "type": "quantitative", "title": None, "scale": {"domain": span, "zero": False}}
    return {
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 1, "opacity": 0.6, "color": blue}, "encoding": {"x": x, "y": y}},
            {
                "mark": {"type": "point", "filled": True, "size": 42},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {"condition": {"test": "datum.fever", "value": VERMILLION}, "value": blue},
                    "tooltip": [
                        {"field": "taken_at", "type": "temporal", "title": _("Time"), "format": "%m-%d %H:%M"},
                        {"field": "temperature", "title": _("Temperature (°C)"), "format": ".1f"},
                    ],
                },
            },
            {"mark": {"type": "rule", "strokeDash": [4, 4], "color": VERMILLION}, "encoding": {"y": {"datum": FEVER}}},
        ]
    }


def members(view: Frame, found: File) -> None:
    """Draw the others of the household who are followed; choosing one opens their file."""
    st.markdown(f"**{_('In the same household')}**")
    if found.household.empty:
        st.caption(_("Nobody else there is followed."))
        return
    ids = [str(i) for i in found.household["person_id"]]
    own = found.person["person_id"]
    key = f"{keys.LISTING}_members_{own}"
    listing(
        _named(view, found.household),
        _MEMBERS,
        key=key,
        file="household",
        on_pick=lambda rows: state.put(person=ids[rows[0]] if rows else own),
    )


def openings(view: Frame, found: File) -> None:
    """Draw who has opened the personal data of this file, when and what for, latest first."""
    st.markdown(f"**{_('Personal data opened')}**")
    log = privacy.disclosures(view.whole, table=TABLE, subject=str(found.person["person_id"]))
    if log.empty:
        st.caption(_("Nobody has opened it."))
        return
    listing(log, _OPENINGS, key=f"{keys.LISTING}_openings", file="file-opened", max_height=180)


def timeline(view: Frame, found: File) -> None:
    """Draw every event that names the person, newest first: what, when it was so, since when it is known, and from whom."""
    events = found.events
    kinds = [kind for kind in _WHAT if kind in set(events["event_table"])]
    counts = events["event_table"].value_counts()
    chosen = st.pills(
        _("What"),
        kinds,
        selection_mode="multi",
        format_func=lambda kind: f"{_(_WHAT[kind])} {number(counts[kind])}",
        key=keys.PERSON_KINDS,
        label_visibility="collapsed",
    )
    rows = events[events["event_table"].isin(chosen)] if chosen else events
    opened = found.person["person_id"] in opening.opened(TABLE)
    details = rows["details"] if opened else privacy.masked_details(view.store, rows)
    names = persons.category_names(view.store)
    told = [_told(table, own, names) for table, own in zip(rows["event_table"], details, strict=True)]
    undone = [f"{when(e.voided_at)} {e.voided_by} {e.void_reason or ''}".strip() if e.voided else "" for e in each_row(rows)]
    frame = rows.assign(what=rows["event_table"].map(_WHAT), told=told, undone=undone)
    listing(frame, _EVENTS, key=f"{keys.LISTING}_timeline", file="person-file", max_height=620)


def _told(table: str, details: dict[str, Any], categories: dict[str, str]) -> str:
    columns = {name: words for name in details if (words := _OWN_COLUMNS.get((table, name)) or _COLUMNS.get(name))}
    return _("; ").join(f"{_(label)} {_value(terms, details[name], categories)}" for name, (label, terms) in columns.items())


def _value(terms: str | None, value: Any, categories: dict[str, str]) -> str:
    if terms == "yes":
        return _("yes") if value else _("no")
    if terms == "moment":
        return when(pd.Timestamp(value).to_pydatetime())
    if terms == "category":
        return categories.get(str(value), str(value))
    if terms == "symptoms":
        return _(", ").join(term("symptom", code) for code in str(value).split(",") if code)
    return term(terms, value) if terms else str(value)
