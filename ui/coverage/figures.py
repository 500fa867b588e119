"""The headline figures of the blind spots, what the proof is, and what stands in its way."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from errors import N_
from ledgers.roads.coverage import KINDS, Study
from ui.background.coverage_job import Answer
from ui.coverage.claim import all_clear
from ui.shell import cache, keys, state
from ui.shell.words import _, number, plain


def figures(answer: Answer) -> None:
    """Draw the figures of a study."""
    study = answer.study
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        _exposed(study)
        _junctions(study)
        _posts(study)
        _ways_in(answer)


def _tile(name: str, label: str, value: str, told: str, *, problem: bool, tab: str, help: str, calm: bool = True) -> None:
    """Draw a figure; one that is no problem looks calm only where that is an all-clear (``calm``)."""
    look = "problem" if problem else "calm" if calm else "unknown"
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


def _exposed(study: Study) -> None:
    settlements = study.settlements
    hit, counts = settlements[settlements["status"] == "exposed"], settlements["status"].value_counts()
    parts = [_("of {total}").format(total=number(len(settlements))), *_people(hit)]
    parts += [_(text).format(n=number(counts[status])) for status, text in _UNPROVED.items() if status in counts]
    _tile(
        "exposed",
        _("Exposed settlements"),
        number(len(hit)) if study.proves else "–",
        " · ".join(parts),
        problem=len(hit) > 0,
        calm=all_clear(study),
        tab="settlements",
        help=_("Settlements that a road leads to from outside past no staffed post, at the moment in view."),
    )


# What nothing is proved of, and is in no tile taken for protected.
_UNPROVED = {
    "beyond_data": N_("{n} beyond the road data"),
    "unattached": N_("{n} without a road"),
    "island": N_("{n} on roads that touch no others"),
    "needs_outline": N_("{n} in need of an outline"),
}


def _people(settlements: pd.DataFrame) -> list[str]:
    """Return how many people live in settlements as far as known, and in how many nobody knows."""
    known = settlements["population_known"].astype(bool)
    people = int(settlements.loc[known, "population"].sum())
    said = [_("{people} people").format(people=number(people))] if known.any() or settlements.empty else []
    return [*said, *([_("people of {n} not known").format(n=number((~known).sum()))] if (~known).any() else [])]


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
        number(count["unmonitored"]) if study.proves else "–",
        told if study.proves else _("nothing can be proved"),
        problem=count["unmonitored"] > 0,
        calm=all_clear(study),
        tab="junctions",
        help=_("Junctions on at least one way from outside to a settlement that no post watches."),
    )


def _posts(study: Study) -> None:
    sealing, proves = study.coverage.sealing, study.proves
    if not proves:
        value, told = "–", _("nothing can be proved")
    elif sealing.posts is None:
        value, told = _("impossible"), plain(study.obstacle().text(_))
    elif study.fewest:
        value = number(len(sealing.posts))
        told = _("proved minimal: {n} disjoint routes") if study.proved else _("fewest as far as the file shows: {n} disjoint routes")
        told = told.format(n=number(len(sealing.routes)))
    elif study.coverage.uniform:
        value = number(len(sealing.posts))
        told = _("the fewest at the places allowed")
    else:
        value = number(len(sealing.posts))
        told = _("proved cheapest: cost {cost}") if study.proved else _("cheapest as far as the file shows: cost {cost}")
        told = told.format(cost=number(sealing.cost))
    if study.doubts.differs and proves:
        count = study.doubts.count
        told += " · " + _("with all joints made: {n}").format(n=_("impossible") if count is None else number(count))
    _tile(
        "posts",
        _("Posts that close everything"),
        value,
        told,
        problem=sealing.posts is None and proves,
        tab="posts",
        help=_("The fewest further posts after which no road leads from outside to any settlement unseen."),
    )


# Where people come in, but for what was added by hand.
_WAYS = {
    "crossing": N_("{n} crossings"),
    "passing": N_("{n} ends of roads passing through"),
    "edge_of_data": N_("{n} where the data stop"),
    "open_end": N_("{n} open ends"),
    "ferry": N_("{n} ferries"),
}


def _ways_in(answer: Answer) -> None:
    ways = cache.coverage_frame(answer, "sources")
    without = int((~ways["with_post"]).sum())
    kinds = ways["kind"].value_counts()
    counts = {_(text): int(kinds.get(kind, 0)) for kind, text in _WAYS.items()}
    counts[_("{n} added")] = len(ways) - sum(counts.values())
    parts = [text.format(n=number(n)) for text, n in counts.items() if n]
    told = _("of {total}: {parts}").format(total=number(len(ways)), parts=_(", ").join(parts)) if parts else _("none is known")
    _tile(
        "ways",
        _("Ways in without a post"),
        number(without) if len(ways) else "–",
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
