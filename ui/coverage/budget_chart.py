"""The budget: how many people so many posts protect. A click on a point shows that plan on the map."""

from __future__ import annotations

import hashlib
from typing import Any

import streamlit as st

from briefing.maps.styles import BLUE, SKY, VERMILLION
from ledgers.roads.coverage import Study
from ui.background.coverage_job import Answer
from ui.coverage.study_map import chosen_posts
from ui.shell import keys, state
from ui.shell.words import _, number

HEIGHT = 230
_PICK = "plan"


def budget_chart(answer: Answer) -> None:
    """Draw the best trade-off between posts and people protected, and say what the chosen plan does."""
    study, chosen = answer.study, chosen_posts()
    frame = study.budget.assign(chosen=study.budget["posts"] == chosen)
    uniform = study.coverage.uniform
    what = _("Posts") if uniform else _("Cost")
    people = _all_known(study)
    weight = _("People protected") if people else _("People, 1 where unknown")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{_('With only so many posts')}**", width="content")
        st.button(
            _("Show what closes everything"), key=keys.BUDGET_ALL, type="tertiary", disabled=chosen is None, on_click=_choose, args=(None,)
        )
    if len(frame) == 1:
        st.caption(_("No post protects anybody more than is protected already."))
        return
    digest = hashlib.blake2b(repr((answer.key(), chosen)).encode(), digest_size=6).hexdigest()
    key = f"{keys.BUDGET}_{digest}"

    def picked() -> None:
        points = st.session_state[key]["selection"].get(_PICK) or []
        if points:
            _choose(int(points[0]["posts"]))

    st.vega_lite_chart(
        frame,
        _spec(what, weight=weight, people=people),
        key=key,
        height=HEIGHT,
        on_select=picked,
        selection_mode=_PICK,
        alt=_("What is protected, by number of posts"),
    )
    st.caption(_said(answer, chosen, uniform=uniform))


def _choose(posts: int | None) -> None:
    state.put(posts=None if posts is None else str(posts), tab="posts")


def _said(answer: Answer, chosen: int | None, *, uniform: bool) -> str:
    how = _(
        "Filled points are proved best; hollow ones are good plans, and the line is what no plan can pass. Click a point to see its posts."
    )
    if chosen is None:
        return how
    plan = answer.study.coverage.plan(chosen)
    words = {"n": number(plan.cost), "people": number(plan.protected), "bound": number(plan.bound)}
    if not _all_known(answer.study):
        at = answer.study.budget.set_index("posts").loc[plan.cost].to_dict()
        words |= {"settlements": number(at["protected_settlements"]), "people": number(at["people"])}
        return _("With {n}: {settlements} settlements protected, {people} people as far as known.").format(**words)
    if not uniform:
        return _("At cost {n}: {people} people protected; no plan of this cost protects more than {bound}.").format(**words)
    if plan.exact:
        return _("With {n} posts: {people} people protected, proved best.").format(**words)
    return _("With {n} posts: {people} people protected; no plan protects more than {bound}.").format(**words)


def _all_known(study: Study) -> bool:
    """Tell whether the people of all settlements are known that a plan protects: else its weight is no number of people."""
    return bool(study.settlements.loc[study.situation.provable, "population_known"].all())


def _spec(what: str, *, weight: str, people: bool) -> dict[str, Any]:
    blue = SKY if st.context.theme.type == "dark" else BLUE
    x = {"field": "posts", "type": "quantitative", "title": what, "axis": {"tickMinStep": 1, "grid": False}}
    y = {"field": "protected_population", "type": "quantitative", "title": weight, "scale": {"zero": False}}
    told = [
        {"field": "posts", "title": what},
        {"field": "people", "title": _("People protected") if people else _("People protected, as far as known"), "format": ","},
        {"field": "protected_settlements", "title": _("Settlements protected"), "format": ","},
        *([{"field": "bound", "title": _("At most"), "format": ","}] if people else []),
    ]
    return {
        "layer": [
            {
                "mark": {"type": "line", "color": blue, "opacity": 0.45, "strokeWidth": 1.5},
                "encoding": {"x": x, "y": {**y, "field": "bound"}},
            },
            {
                "params": [{"name": _PICK, "select": {"type": "point", "fields": ["posts"], "nearest": False}}],
                "mark": {"type": "point", "size": 90, "filled": False, "strokeWidth": 2, "cursor": "pointer", "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": y,
                    "stroke": {"condition": {"test": "datum.chosen", "value": VERMILLION}, "value": blue},
                    # A hollow point has a fill that nobody sees: all of it takes the click.
                    "fill": {"value": blue},
                    "fillOpacity": {"condition": {"test": "datum.exact", "value": 1}, "value": 0},
                    "size": {"condition": {"test": "datum.chosen", "value": 220}, "value": 90},
                    "tooltip": told,
                },
            },
        ],
    }
