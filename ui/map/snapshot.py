"""The button on a map that prints what is on the screen: its extent, layers, filters and moment, on the paper that is chosen.

Every map that can be printed is drawn by ``map_to_print``; the button is the map's own, since the map alone knows where it looks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

import streamlit as st

from briefing.maps.content import Bounds, Paper
from errors import N_
from ui.background import snapshot_job
from ui.background.snapshot_job import Snapshot
from ui.map import webmap
from ui.shell import acts, keys
from ui.shell.frame import Frame, showing_errors
from ui.shell.waiting import waited
from ui.shell.words import _, lang, when
from words import LOCALES, WRITTEN, written_in

ACT = "snapshot"
SIZES = {"A4": "A4", "A3": "A3", "wide": N_("Slide (16:9)")}
_WAYS = {True: (N_("Landscape"), ":material/crop_landscape:"), False: (N_("Portrait"), ":material/crop_portrait:")}
# What is seen before it is printed: enough to judge the sheet by, in a moment.
_PREVIEW_DPI = 80
_DPI = 300
_FILTERED = ("entrances", "checkpoints", "crossings")
T = TypeVar("T")


@dataclass(frozen=True)
class Screen:
    """What was on the screen when the button was pressed; in a view that follows the clock the moment would move on."""

    extent: Bounds
    at: datetime


def map_to_print(
    view: Frame, name: str, message: webmap.MapMessage, *, key: str, height: int, own_layers: bool = False
) -> webmap.Click | None:
    """Draw a map of the page with its print button, and the dialog that prints it.

    Parameters
    ----------
    name
        Which printed map it is (``briefing.maps.themes.MAPS``).
    message, key, height
        As for ``webmap.show``.
    own_layers
        The printed map has layers of its own for what is on the screen; else it has the screen's.

    Returns
    -------
    Click or None
        A click that was meant for the map itself.
    """
    click = webmap.show(replace(message, printable=True), key=key, height=height)
    if click and click.extent:
        st.session_state[keys.SNAPSHOT_SCREEN] = Screen(click.extent, view.at)
        acts.start(ACT)
        click = None
    screen: Screen | None = st.session_state.get(keys.SNAPSHOT_SCREEN)
    if screen and acts.running() == ACT:
        layers = None if own_layers else message.layers
        wanted = Snapshot(name, screen.at, view.area, screen.extent, layers, _filters(message), _study(message))
        acts.dialog(_("Print this map"), lambda: _form(view, screen, wanted), width="large")
    return click


def _filters(message: webmap.MapMessage) -> snapshot_job.Filters:
    """Return the reader's filters; those of layers that have none on paper say nothing about it."""
    chosen = {layer: message.filters.get(layer, {}) for layer in _FILTERED if layer in message.layers}
    return tuple((layer, column, tuple(values)) for layer, columns in chosen.items() for column, values in columns.items())


def _study(message: webmap.MapMessage) -> tuple[str, str] | None:
    asked = message.question
    return (asked["mode"], asked["sites"]) if asked else None


def _form(view: Frame, screen: Screen, sheet: Snapshot) -> None:
    st.caption(_("What is on the screen: this extent, these layers and filters, as of {moment}.").format(moment=when(screen.at, year=True)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        size = _choice(_("Paper"), "paper", {code: _(label) for code, label in SIZES.items()}, "A4")
        landscape = size == "wide" or _choice(
            _("Orientation"), "landscape", {wide: f"{icon} {_(label)}" for wide, (label, icon) in _WAYS.items()}, _is_wide(screen.extent)
        )
        form = _choice(_("Format"), "form", {form: form.upper() for form in snapshot_job.FORMS}, "pdf")
        written = _choice(_("Language"), "language", {code: LOCALES[code].name for code in WRITTEN}, written_in(lang()))
    wanted = replace(sheet, paper=Paper(size, landscape=landscape, dpi=_DPI), form=form, lang=written)  # type: ignore[arg-type]
    with showing_errors():
        _made(view, wanted)


def _made(view: Frame, wanted: Snapshot) -> None:
    """Draw the sheet in small, and the button that makes its file; once that is made, the link to it."""
    small = replace(wanted, form="png", paper=replace(wanted.paper, dpi=_PREVIEW_DPI))
    picture = waited(snapshot_job.ask(view.store, view.viewer, small))
    if picture is None:
        return
    asked = st.session_state.get(keys.SNAPSHOT_ASKED) == wanted
    with st.container(horizontal=True, vertical_alignment="center"):
        if not asked:
            label = _("Make the {form}").format(form=wanted.form.upper())
            st.button(label, key=keys.SNAPSHOT_MAKE, type="primary", icon=":material/print:", on_click=_ask_for, args=(wanted,))
        elif (made := waited(snapshot_job.ask(view.store, view.viewer, wanted))) is not None:
            label = _("Download {file} ({size} MB)").format(file=wanted.file_name, size=f"{len(made) / 1e6:.1f}")
            st.link_button(label, address(wanted), type="primary", icon=":material/download:")
    st.image(picture, width="stretch", alt=_("The sheet in small"))


def _ask_for(wanted: Snapshot) -> None:
    st.session_state[keys.SNAPSHOT_ASKED] = wanted


def address(wanted: Snapshot) -> str:
    """Return where a map is fetched."""
    return f"/briefing/maps/{quote(wanted.name)}.{wanted.form}?{urlencode(wanted.query())}"


def _choice(label: str, name: str, options: dict[T, str], default: T) -> T:
    chosen = st.segmented_control(
        label, list(options), format_func=options.__getitem__, default=default, required=True, key=acts.field(ACT, name)
    )
    return default if chosen is None else chosen


def _is_wide(extent: Bounds) -> bool:
    """Tell which way up the paper shows most of what is on the screen."""
    west, south, east, north = extent
    return (east - west) * 0.82 >= north - south  # a degree of longitude is the shorter one in China
