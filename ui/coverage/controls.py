"""What the blind spots are asked about: how people travel, where posts may stand, what a post costs, what is taken for granted."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from errors import N_
from geo.network import DRIVABLE, RANK
from ledgers.coverage_rules import COVERAGE_COSTS, COVERAGE_RULES, Rules
from ledgers.roads.coverage import SITES
from ui.background import coverage_job
from ui.background.coverage_job import Question
from ui.shell import keys, state
from ui.shell.frame import Frame, page_link, showing_errors
from ui.shell.waiting import waited
from ui.shell.words import _, plain, term, when

_MODES = {"drive": N_("By car"), "walk": N_("On foot")}
_SITES = {"anywhere": N_("Posts anywhere"), "junctions": N_("At junctions"), "marked": N_("At marked places")}
_RULES = {
    "attach_m": (N_("A settlement belongs to a road within, m"), 10, 20000, 50),
    "post_m": (N_("A post stands on a road within, m"), 1, 500, 5),
    "parallel_m": (N_("A post watches the other carriageway within, m"), 0, 200, 5),
    "entrance_m": (N_("An entrance stands for every road in within, m"), 0, 200, 5),
    "joint_m": (N_("Roads drawn apart may meet within, m"), 0, 50, 1),
    "label_people": (N_("A place without an outline can be judged up to, people"), 0, 1_000_000, 500),
    "patrol_minutes": (N_("A soft barrier counts when patrolled every, min (0: never)"), 0, 1440, 10),
}
# Classes of road that have a price of their own; a ramp costs as its road.
_PRICED = [name for name in RANK if name in DRIVABLE and not name.endswith("_link")]


def controls(view: Frame) -> Question:
    """Draw the controls; return the question that the URL holds."""
    question = Question.of(view.at, state.param("mode"), state.param("sites"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _choice(_("How people travel"), list(_MODES), _MODES, keys.COVERAGE_MODE, "mode", question.mode)
        _choice(_("Where posts may stand"), list(SITES), _SITES, keys.COVERAGE_SITES, "sites", question.sites)
        st.session_state[keys.COVERAGE_PROOF] = state.param("proof") is not None
        st.toggle(
            _("Disjoint routes"),
            key=keys.COVERAGE_PROOF,
            help=_("As many routes as posts, none of which shares a place where a post could stand: fewer posts cannot stop them all."),
            on_change=lambda: state.put(proof="1" if st.session_state[keys.COVERAGE_PROOF] else None),
        )
        with st.popover(_("Costs and rules"), icon=":material/tune:", key=keys.COVERAGE_RULES):
            _settings(view)
    return question


def _choice(label: str, choices: Sequence[str], words: dict[str, str], key: str, param: str, value: str) -> None:
    st.session_state[key] = value
    st.segmented_control(
        label,
        choices,
        format_func=lambda code: _(words[code]),
        key=key,
        required=True,
        label_visibility="collapsed",
        wrap=True,
        on_change=lambda: state.put(**{param: st.session_state[key], "posts": None}),
    )


def _settings(view: Frame) -> None:
    rules, costs = Rules.of(view.store, view.store.now()), COVERAGE_COSTS.on(view.store)
    with st.form(f"{keys.COVERAGE_RULES}_form", border=False):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            given = {
                name: st.number_input(
                    _(label), low, high, int(getattr(rules, name)), step=step, key=f"{keys.COVERAGE_RULES}_{name}", width=300
                )
                for name, (label, low, high, step) in _RULES.items()
            }
        st.caption(_("Rules hold from now on; earlier moments keep theirs."))
        st.caption(_("What a post costs, by class of road; with all at 1 the fewest posts are sought, else the cheapest."))
        with st.container(horizontal=True, gap="xsmall"):
            prices = {
                name: st.number_input(term("highway", name), 1, 1000, int(costs.get(name, 1)), key=f"{keys.COVERAGE_COST}_{name}", width=96)
                for name in _PRICED
            }
        if st.form_submit_button(_("Use these"), type="primary"):
            with showing_errors():
                view.store.set_settings(
                    view.viewer,
                    {
                        COVERAGE_RULES.key: COVERAGE_RULES.changed(view.store, given, at_once=True),
                        COVERAGE_COSTS.key: _told(prices),
                    },
                )
                st.rerun()


def _told(prices: dict[str, int]) -> dict[str, int]:
    """Return the prices that are not 1, those of ramps with those of their roads."""
    dear = {name: price for name, price in prices.items() if price != 1}
    return dear | {f"{name}_link": price for name, price in dear.items() if f"{name}_link" in RANK}


def answered(view: Frame, question: Question) -> coverage_job.Answer | None:
    """Return the study of a question, or while it is worked out the one last shown here; say what is missing where there can be none."""
    last: coverage_job.Answer | None = st.session_state.get(keys.COVERAGE_LAST)
    held = last is not None and last.study.situation.ground.mode == question.mode
    still = _("Still shown: {moment}.").format(moment=plain(when(last.question.at))) + " " if held and last else ""
    with showing_errors():
        answer = waited(coverage_job.ask(view.store, view.viewer, question), told=still)
        if answer is not None:
            st.session_state[keys.COVERAGE_LAST] = answer
        return answer or (last if held else None)
    page_link("pages/data.py", _("Go to Data"), ":material/database:")
    return None
