"""The frame of every page: title, sidebar, and the one place where an error is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from errors import N_, EpiGridError
from queries.store import Store, Viewer
from queries.view import View
from ui.shell import cache, keys, state
from ui.shell.words import _, lang, plain, term
from words import LOCALES

PAGES = (
    ("home.py", N_("Command map"), ":material/map:"),
    ("pages/entrances.py", N_("Entrances"), ":material/door_front:"),
    ("pages/checkpoints.py", N_("Checkpoints"), ":material/traffic:"),
    ("pages/blind_spots.py", N_("Blind spots"), ":material/visibility_off:"),
    ("pages/screening.py", N_("Screening"), ":material/checklist:"),
    ("pages/isolation.py", N_("Isolation"), ":material/home_health:"),
    ("pages/daily_report.py", N_("Daily report"), ":material/summarize:"),
    ("pages/risk.py", N_("Risk areas"), ":material/warning:"),
    ("pages/briefing.py", N_("Briefing"), ":material/newspaper:"),
    ("pages/units.py", N_("Units and upkeep"), ":material/storefront:"),
    ("pages/lists.py", N_("Matching lists"), ":material/join_inner:"),
    ("pages/person.py", N_("Person file"), ":material/folder_shared:"),
    ("pages/field.py", N_("Field work"), ":material/phone_iphone:"),
    ("pages/data.py", N_("Data"), ":material/database:"),
)
_CSS = Path(__file__).with_name("frame.css")
_ICON = Path(__file__).with_name("icon.svg")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, init=False)
class Frame(View):
    """What a page starts from: a view, and whether it follows the clock."""

    live: bool

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        *,
        at: datetime | None = None,
        known_at: datetime | None = None,
        area: str | None = None,
        live: bool = True,
    ) -> None:
        super().__init__(store, viewer, at=at, known_at=known_at, area=area)
        object.__setattr__(self, "live", live)


def frame(title: str, *, needs_data: bool = True) -> Frame:
    """Open a page: its configuration, style and sidebar. Call it first, once.

    Parameters
    ----------
    title
        The page's name, an untranslated message.
    needs_data
        Where the workspace is empty, say what to do first and stop here.
    """
    # A Material symbol as page_icon would be fetched from the internet; the icon file is ours.
    st.set_page_config(page_title=f"{_(title)} · {_('EpiGrid')}", page_icon=_ICON, layout="wide", initial_sidebar_state=220)
    st.html(_CSS)
    st.html(_uploader_words())
    store = state.store()
    with st.sidebar:
        _sidebar(store)
    if needs_data and cache.is_empty():
        _first_steps()
        st.stop()
    return Frame(store, state.viewer(), at=cache.view().at, area=state.area(), live=state.is_live())


def _uploader_words() -> str:
    """Return the style that puts our words over the English ones of Streamlit's file uploader."""
    words = {'[data-testid="stFileUploaderDropzone"] button p': _("Choose a file")}
    words['[data-testid="stFileUploaderDropzoneInstructions"] span'] = _("or drop it here")
    rules = (f"{place}::after {{ content: {json.dumps(text, ensure_ascii=False)}; }}" for place, text in words.items())
    return f"<style>{''.join(rules)}</style>"


def _sidebar(store: Store) -> None:
    st.markdown(f"### {_('EpiGrid')}")
    for page, title, icon in PAGES:
        page_link(page, _(title), icon)
    _area_selector()
    st.session_state[keys.LANGUAGE] = lang()
    st.selectbox(_("Language"), list(LOCALES), format_func=lambda code: LOCALES[code].name, key=keys.LANGUAGE, on_change=_choose_language)
    if store.setting("demo"):
        st.badge(_("Demo data"), icon=":material/science:", color="orange")
    st.caption(_("Workspace: {name}").format(name=plain(store.path.name)))
    st.caption(_("You are: {name}").format(name=plain(state.viewer().name)))


def page_link(page: str, label: str, icon: str) -> None:
    """Draw a link to another page that takes area, moment and language along."""
    st.page_link(page, label=label, icon=icon, query_params=state.carried(), width="stretch")


def _area_selector() -> None:
    areas = cache.area_tree()
    if areas.empty:
        return
    names = {"": _("All areas"), **dict(zip(areas["id"], areas["label"], strict=True))}
    chosen = state.area()
    st.session_state[keys.AREA] = chosen if chosen in names else ""
    st.selectbox(
        _("Area"),
        list(names),
        format_func=names.__getitem__,
        key=keys.AREA,
        on_change=_choose_area,
    )


def _choose_area() -> None:
    state.put(area=st.session_state[keys.AREA])


def _choose_language() -> None:
    state.put(lang=st.session_state[keys.LANGUAGE])


def _first_steps() -> None:
    st.markdown(f"# {_('This workspace is empty')}")
    st.markdown(_("Load the demo township to look around, or import an OpenStreetMap extract and your own lists."))
    page_link("pages/data.py", _("Go to Data"), ":material/database:")


# Errors


def show_error(error: Exception) -> bool:
    """Tell a failure in one sentence; return True, so that Streamlit shows nothing of its own.

    ``dashboard.py`` gives this to Streamlit for whatever a page or a callback raises. What we did not foresee goes to the log in full.
    """
    if isinstance(error, EpiGridError):
        st.error(plain(error.text(_)), icon=":material/error:")
    else:
        _log.error("a page failed", exc_info=error)
        st.error(_("Something went wrong here; nothing was changed. The log has the details."), icon=":material/error:")
    if not state.is_live():
        st.button(_("Back to now"), on_click=state.go_to, args=(None,))
    return True


@contextmanager
def showing_errors() -> Iterator[None]:
    """Show a known error of the block right here, and go on after it."""
    try:
        yield
    except EpiGridError as error:
        st.error(plain(error.text(_)), icon=":material/error:")


def feature_title(layer: str, name: str | None, feature: str) -> str:
    """Return what a feature is called, for Markdown: its layer and its name, or its id where it has none."""
    return f"{term('layer', layer)} · {plain(name or feature)}"
