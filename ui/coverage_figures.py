"""The headline figures of the blind spots, what the proof is, and what stands in its way."""

from __future__ import annotations

import streamlit as st

from ledgers.roads.coverage import KINDS, Study
from ui import cache, keys, state
from ui.coverage_job import Answer
from ui.frame import page_link
from ui.words import _, number, plain


def figures(answer: Answer) -> None:
    """Draw the figures of a study, and a warning where it proves nothing."""
    study = answer.study
    _warnings(study)
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        _exposed(study)
        _junctions(study)
        _posts(study)
        _ways_in(answer)


def _warnings(study: Study) -> None:
    if not _known(study):
        st.warning(
            _("Nothing is proved here: no way in from outside is known. Give the region's boundary at the import, or add ways in by hand."),
            icon=":material/warning:",
        )
    if study.settlements.empty:
        st.warning(_("No settlements are known, so nobody can be exposed: load a list of villages first."), icon=":material/warning:")
        page_link("pages/data.py", _("Go to Data"), ":material/database:")


def _tile(name: str, label: str, value: str, told: str, *, problem: bool, tab: str, help: str) -> None:
    look = "problem" if problem else "calm"
    with st.container(border=True, key=f"{keys.FIGURE}_{look}_{name}", gap=None):
        st.metric(label, value)
        st.caption(told)
        st.button(
            _("Show {figure}").format(figure=label),
            key=f"{keys.FIGURE_SHOW}_{name}",
            help=help,
            on_click=state.put,
            kwargs={"tab": tab},
            width="stretch",
        )


def _known(study: Study) -> bool:
    """Tell whether any way in is known."""
    return not study.situation.ground.sources.empty


def _exposed(study: Study) -> None:
    settlements, proved = study.settlements, _known(study)
    hit = settlements[settlements["status"] == "exposed"]
    parts = [
        _("of {total}").format(total=number(len(settlements))),
        _("{people} people").format(people=number(hit["population"].sum())),
    ]
    if unknown := int((~hit["population_known"]).sum()):
        parts.append(_("{n} of unknown population, 1 each").format(n=number(unknown)))
    if unattached := int((settlements["status"] == "unattached").sum()):
        parts.append(_("{n} far from any road").format(n=number(unattached)))
    _tile(
        "exposed",
        _("Exposed settlements"),
        number(len(hit)) if proved else "–",
        " · ".join(parts),
        problem=len(hit) > 0,
        tab="settlements",
        help=_("Settlements that a road leads to from outside past no staffed post, at the moment in view."),
    )


def _junctions(study: Study) -> None:
    kinds = study.junctions["kind"].value_counts()
    count = {kind: int(kinds.get(kind, 0)) for kind in KINDS}
    told = _("of {total}: {watched} watched, {behind} behind posts, {nowhere} lead nowhere").format(
        total=number(len(study.junctions)),
        watched=number(count["watched"]),
        behind=number(count["behind_posts"]),
        nowhere=number(count["leads_nowhere"]),
    )
    _tile(
        "junctions",
        _("Unmonitored junctions"),
        number(count["unmonitored"]) if _known(study) else "–",
        told if _known(study) else _("nothing is proved without a way in"),
        problem=count["unmonitored"] > 0,
        tab="junctions",
        help=_("Junctions on at least one way from outside to a settlement that no post watches."),
    )


def _posts(study: Study) -> None:
    sealing, proved = study.coverage.sealing, _known(study)
    if not proved:
        value, told = "–", _("nothing is proved without a way in")
    elif sealing.posts is None:
        value, told = _("impossible"), plain(study.obstacle().text(_))
    elif study.coverage.uniform:
        value = number(len(sealing.posts))
        told = _("proved minimal: {n} disjoint routes").format(n=number(len(sealing.routes)))
    else:
        value = number(len(sealing.posts))
        told = _("proved cheapest: cost {cost}").format(cost=number(sealing.cost))
    _tile(
        "posts",
        _("Posts that close everything"),
        value,
        told,
        problem=sealing.posts is None and proved,
        tab="posts",
        help=_("The fewest further posts after which no road leads from outside to any settlement unseen."),
    )


def _ways_in(answer: Answer) -> None:
    ways = cache.coverage_frame(answer, "sources")
    without = int((~ways["with_post"]).sum())
    kinds = ways["kind"].value_counts()
    added = int(kinds.drop(["crossing", "open_end"], errors="ignore").sum())
    told = _("of {total}: {crossings} crossings, {ends} open ends, {added} added").format(
        total=number(len(ways)),
        crossings=number(kinds.get("crossing", 0)),
        ends=number(kinds.get("open_end", 0)),
        added=number(added),
    )
    _tile(
        "ways",
        _("Ways in without a post"),
        number(without),
        told,
        problem=without > 0,
        tab="ways",
        help=_("Where people come in from outside: roads over the border, roads that go on beyond the data, and what was added by hand."),
    )


def explained() -> None:
    """Say in three sentences how the proof works."""
    told = _(
        "A village is exposed when some road leads to it from outside past no post. "
        "A set of posts closes everything when, with them, no road is left. "
        "It is the smallest possible when there are as many routes as posts that share no place where a post could stand: "
        "each of these routes needs a post of its own."
    )
    st.caption(f":material/verified: **{_('How this is proved')}** — {told}")
