"""Which briefing the page shows: its unit, cut-off, language, parts and maps, all in the URL; and its headline figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

from briefing import draft
from briefing.model import Briefing, HandNumber
from briefing.moments import Issue, issue_at
from briefing.view import DEFAULT_LANG
from errors import N_
from queries.store import Store
from ui.background import briefing_job
from ui.background.briefing_job import MAPS, PARTS, Chosen, Question
from ui.shell import cache, keys, state
from ui.shell.frame import Frame, showing_errors
from ui.shell.waiting import waited
from ui.shell.words import _, number, plain, when
from words import LOCALES, WRITTEN

EDITIONS = {"morning": N_("Morning briefing"), "evening": N_("Evening briefing")}
PART_NAMES = {
    **{name: title for name, title, _paragraphs in draft.PARTS},
    "changes": N_("Changes"),
    "tables": N_("Tables"),
}
MAP_NAMES = {
    "command": N_("Command map"),
    "blind-spots": N_("Blind spots"),
    "risk": N_("Risk areas"),
    "screening": N_("Screening"),
    "changes": N_("Changes"),
}


@dataclass(frozen=True)
class Made:
    """What there is of the briefing in view: as drafted, and as it would go out."""

    question: Question
    chosen: Chosen
    drafted: Briefing
    whole: Briefing


# What is asked ---------------------------------------------------------------------------------------------------------------


def asked(view: Frame) -> Question | None:
    """Return the briefing that the URL asks for; without a unit, and with several at the top, draw the choice of one."""
    areas = cache.area_tree()
    tops = areas[areas["label"] == areas["name"]]
    area = view.area or (str(tops["id"].iloc[0]) if len(tops) == 1 else None)
    if area is None:
        missing = (
            _("A briefing is of one unit: choose it.")
            if len(tops)
            else _("There are no areas yet: import them first, then briefings follow.")
        )
        st.info(missing, icon=":material/account_tree:")
        with st.container(horizontal=True, gap="small"):
            for top, name in tops[["id", "name"]].itertuples(index=False, name=None):
                st.button(plain(name), key=f"{keys.BRIEFING_GO}_{top}", on_click=state.put, kwargs={"area": top})
        return None
    issue = issue_at(view.store, view.at)
    return Question(area, issue.cutoff, None if view.live else view.at, written())


def written() -> str:
    """Return the language that the briefing is written in: Chinese, unless the URL says otherwise."""
    given = state.param("written")
    return given if given in WRITTEN else DEFAULT_LANG


def chosen() -> Chosen:
    """Return the parts and maps that go in; a briefing without any part is none, so that means all of them."""
    return Chosen(_named("parts", PARTS, PARTS) or PARTS, _named("maps", MAPS, Chosen().maps))


def _named(name: str, all_of_them: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
    given = state.params(name)
    return tuple(one for one in all_of_them if one in given) if given else default


def controls(view: Frame) -> None:
    """Draw the choice of the cut-off, of the parts and maps, and of the language."""
    issue = issue_at(view.store, view.at)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=keys.BRIEFING_CONTROLS):
        _goes("◀", "back", _("The briefing before"), issue.previous)
        st.markdown(f"**{_(EDITIONS[issue.edition])}** · {plain(when(issue.cutoff, year=True))}", width="content")
        _goes("▶", "on", _("The briefing after"), _after(view.store, issue))
        with st.popover(_("Parts and maps"), icon=":material/checklist:"):
            _pills(_("Parts"), "parts", keys.BRIEFING_PARTS, PART_NAMES, chosen().parts)
            _pills(_("Maps"), "maps", keys.BRIEFING_MAPS, MAP_NAMES, chosen().maps)
        st.session_state[keys.BRIEFING_LANGUAGE] = written()
        st.segmented_control(
            _("Language of the briefing"),
            WRITTEN,
            format_func=lambda code: LOCALES[code].name,
            key=keys.BRIEFING_LANGUAGE,
            required=True,
            label_visibility="collapsed",
            on_change=lambda: state.put(written=st.session_state[keys.BRIEFING_LANGUAGE]),
        )


def _pills(label: str, name: str, key: str, names: Mapping[str, str], now: tuple[str, ...]) -> None:
    st.session_state[key] = list(now)
    st.pills(
        label,
        list(names),
        selection_mode="multi",
        format_func=lambda code: _(names[code]),
        key=key,
        # Nothing chosen is a choice too: the name of nothing stands for it in the URL.
        on_change=lambda: state.put(**{name: [n for n in names if n in st.session_state[key]] or "none"}),
    )


def _goes(label: str, name: str, hint: str, to: datetime) -> None:
    st.button(label, key=f"{keys.BRIEFING_GO}_{name}", help=hint, disabled=to > state.store().now(), on_click=state.go_to, args=(to,))


def _after(store: Store, issue: Issue) -> datetime:
    """Return the cut-off that follows one."""
    day_on = issue_at(store, issue.cutoff + timedelta(days=1))
    return day_on.previous if day_on.previous > issue.cutoff else day_on.cutoff


# What there is ---------------------------------------------------------------------------------------------------------------


def made(view: Frame, question: Question) -> Made | None:
    """Return the briefing in view; while it is being made, draw how far it is; where there can be none, why.

    While it is made anew because something was entered, the last one stays: somebody may be writing in it.
    """
    wanted = chosen()
    with showing_errors():
        drafted = waited(briefing_job.ask_draft(view.store, view.viewer, question))
        if drafted is not None:
            st.session_state[keys.BRIEFING_LAST] = (question, drafted)
        of, last = st.session_state.get(keys.BRIEFING_LAST, (None, None))
        if of == question:
            return Made(question, wanted, wanted.of(last), briefing_job.edited(view.store, view.viewer, last, wanted))
    return None


def tiles(found: Made) -> None:
    """Draw the headline figures of a briefing."""
    whole = found.whole
    unknown = sum(n.value is None for n in whole.numbers)
    by_hand = by_hand_in(whole)
    edited = sum(p.edited for section in whole.sections for p in section.paragraphs)
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        known = _("not known {n}").format(n=number(unknown)) if unknown else _("all known")
        _tile("numbers", _("Numbers"), number(len(whole.numbers)), known)
        rewritten = _("in {n} paragraphs").format(n=number(edited))
        _tile("hand", _("Changed by hand"), number(len(by_hand)), rewritten, problem=bool(by_hand))
        _tile("later", _("Learned later"), number(len(whole.later)), _("numbers that would be others now"), problem=bool(whole.later))
        changed = sum(len(table.rows) for table in whole.changes)
        _tile("changes", _("Changes"), number(changed), _("since {moment}").format(moment=when(whole.previous)))


def by_hand_in(whole: Briefing) -> list[HandNumber]:
    """Return the numbers that people wrote into a briefing."""
    return [r for section in whole.sections for p in section.paragraphs for r in p.runs if isinstance(r, HandNumber)]


def _tile(name: str, label: str, value: str, note: str, *, problem: bool = False) -> None:
    with st.container(border=True, key=f"{keys.FIGURE}_{'problem' if problem else 'calm'}_{name}", gap=None):
        st.metric(label, value)
        st.caption(note)
