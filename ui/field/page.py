"""The field page's own component: entry that outlives a network that drops and a browser that is closed (``ui/field/assets``)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import streamlit as st

from ledgers.terms import TERMS
from queries.store import Store, Viewer
from ui.shell import cache, keys, state
from ui.shell.frame import Frame
from ui.shell.listing import each_row
from ui.shell.words import _, lang, term

ASSETS = Path(__file__).with_name("assets")
# In the order in which they build on each other.
_SCRIPTS = ("dom", "queue", "forms", "lists", "page")
_TERMS = ("symptom", "channel", "outcome", "mode")


def _read(name: str) -> str:
    return (ASSETS / name).read_text("utf-8")


_component = st.components.v2.component("epigrid_field", css=_read("field.css"), js="\n".join(_read(f"{part}.js") for part in _SCRIPTS))


def field_page(view: Frame) -> None:
    """Draw the page of the chosen grid, or the choice of one; in the past there is nothing to enter."""
    if not view.live:
        st.info(_("Entries are made now; you are looking at another moment."), icon=":material/history:")
        st.button(_("Back to now"), on_click=state.go_to, args=(None,))
        return
    st.html(ASSETS / "shell.css")
    _component(key=keys.FIELD, data=_data(view), on_area_change=_choose_area)


def _choose_area() -> None:
    state.put(area=st.session_state[keys.FIELD].area or None)


def _data(view: Frame) -> dict[str, Any]:
    areas = cache.area_tree()
    names = dict(zip(areas["id"], areas["name"], strict=True))
    grids = cache.grids()
    return {
        "space": _space(view.store, view.viewer),
        "area": view.area,
        "area_name": names.get(view.area or "") or view.area,
        "areas": [
            {"id": grid.id, "name": grid.name or grid.id, "under": " · ".join(filter(None, (grid.parent_name, term("level", grid.level))))}
            for grid in each_row(grids)
        ],
        "lang": lang(),
        "zone": view.store.time_zone.key,
        "words": _words(),
        "terms": {table: {code: _(word) for code, word in TERMS[table].items()} for table in _TERMS},
    }


def _space(store: Store, viewer: Viewer) -> str:
    """Return what keeps apart, in one browser, the entries of two workspaces and of two people; it tells neither."""
    return hashlib.blake2b(f"{store.path}\n{viewer.name}".encode(), digest_size=8).hexdigest()


def _words() -> dict[str, str]:
    """Return every word of the component in the reader's language."""
    return {
        "my_grid": _("Choose your grid"),
        "change_grid": _("Choose another grid"),
        "readings": _("Readings"),
        "doors": _("Doors"),
        "entrances": _("Entrances"),
        "entries": _("Entered"),
        "online": _("Online"),
        "offline": _("No network"),
        "no_network": _("No network; the lists come as soon as it is back."),
        "loading": _("Loading the lists …"),
        "not_kept": _("This browser keeps nothing: stay on this page until everything is sent."),
        "all_sent": _("Everything sent"),
        "n_waiting": _("{n} waiting"),
        "n_refused": _("{n} refused"),
        "waiting": _("Waiting to be sent"),
        "sent": _("Sent"),
        "refused": _("Not accepted"),
        "tripped": _("The server failed over this entry; correct it, or tell whoever runs the server."),
        "mend": _("Correct"),
        "give_up": _("Delete"),
        "give_up_sure": _("Delete for good"),
        "nothing_entered": _("What you enter is listed here until a day after it has arrived."),
        "alarms": _("Alarms"),
        "due": _("To measure now"),
        "measured": _("Nothing due now"),
        "never_measured": _("no reading yet"),
        "nobody_observed": _("Nobody is isolating in this grid."),
        "missed": _("{n} missed"),
        "day": _("day {day} of {days}"),
        "retries": _("To try again"),
        "no_building": _("No building"),
        "not_visited": _("not visited yet"),
        "people": _("household of {n}"),
        "no_doors": _("No door to visit now."),
        "more_doors": _("{n} more doors follow once these are done."),
        "which_entrance": _("Which entrance did you find open?"),
        "no_order": _("no order"),
        "no_entrances": _("This grid has no entrances."),
        "back": _("Back"),
        "temperature": _("Temperature (°C)"),
        "less": _("Less"),
        "more": _("More"),
        "fever": _("Fever: report it at once."),
        "not_a_temperature": _("Not a body temperature"),
        "symptoms": _("Symptoms"),
        "went_out": _("Went out?"),
        "had_visitors": _("Had visitors?"),
        "needs": _("Needs anything?"),
        "needs_what": _("What is needed"),
        "yes": _("yes"),
        "no": _("no"),
        "channel": _("Measured"),
        "save_reading": _("Record {temperature} °C"),
        "outcome": _("What happened at the door"),
        "choose_outcome": _("Choose what happened"),
        "check_numbers": _("More key persons than people asked"),
        "screened": _("People asked"),
        "key_persons": _("Key persons"),
        "note": _("Note"),
        "save_visit": _("Record: {outcome}"),
        "what_you_saw": _("What you saw"),
        "found_open": _("Found open"),
        "save_entrance": _("Report this entrance"),
    }
