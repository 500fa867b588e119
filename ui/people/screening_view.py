"""Screening at a glance: the round in view, its figures, how far it is against the clock, and the funnel."""

from __future__ import annotations

from typing import Any

import streamlit as st

from briefing.maps.styles import BLUE, GREY, SKY, VERMILLION
from ledgers.evidence import Figure
from ledgers.people.screening_rounds import Progress, curve, funnel
from ledgers.shares import percent
from ui.shell import cache, keys, state
from ui.shell.tiles import Tile, tiles
from ui.shell.words import _, number, plain, when

CLOCK_HEIGHT = 214
FUNNEL_HEIGHT = 168


def round_choice() -> None:
    """Draw the choice of a round of screening, where there are any; the URL keeps it."""
    names = [r.name for r in cache.screening_rounds()]
    if len(names) < 2:
        return
    st.session_state[keys.SCREENING_ROUND] = cache.screening_round().name
    st.selectbox(
        _("Round"),
        names,
        format_func=lambda name: name or _("All visits so far"),
        key=keys.SCREENING_ROUND,
        label_visibility="collapsed",
        width=260,
        on_change=lambda: state.put(round=st.session_state[keys.SCREENING_ROUND] or "all"),
    )


def figures(done: Progress) -> None:
    """Draw the headline figures."""
    waiting = cache.waiting_doors()
    never = int(waiting["visited_at"].isna().sum())
    tiles(
        [
            _settled(done),
            Tile(
                "visited",
                _("Visited"),
                number(done.visited),
                _("{visits} visits made").format(visits=number(done.work["visits"].sum())),
                tab="teams",
            ),
            Tile("seen", _("Seen in person"), number(done.seen), _otherwise(done), tab="grids"),
            Tile(
                "screened",
                _("People screened"),
                number(done.screened),
                _("in {n} households").format(n=number(done.screened_homes)),
                tab="days",
            ),
            Tile(
                "key_persons",
                _("To be followed"),
                number(done.key_persons),
                _("of the people screened"),
                tab="days",
            ),
            Tile(
                "waiting",
                _("Doors to visit now"),
                number(len(waiting)),
                _("{retries} to try again, {never} never visited").format(retries=number(len(waiting) - never), never=number(never)),
                problem=len(waiting) > 0,
                tab="waiting",
                figure=Figure.of(len(waiting), cache.evidence("screening.unreached")["screening.unreached"].coverage),
            ),
            Tile(
                "unreached",
                _("Never reached"),
                number(done.open),
                _("of {total} households").format(total=number(done.households)),
                problem=done.open > 0,
                tab="unreached",
                figure=Figure.of(done.open, cache.evidence("screening.unreached")["screening.unreached"].coverage),
            ),
        ]
    )


def _otherwise(done: Progress) -> str:
    """Say in what other way households were reached: none of them was seen."""
    told = _("by phone {phone} · landlord {landlord} · vacant {vacant}")
    return told.format(phone=number(done.by_phone), landlord=number(done.by_landlord), vacant=number(done.vacant))


def _settled(done: Progress) -> Tile:
    share = "–" if done.settled_share is None else percent(done.settled_share)
    if done.expected is None or done.round.due_at is None:
        told, behind = _("{n} of {total} households").format(n=number(done.settled), total=number(done.households)), False
    else:
        due = when(done.round.due_at)
        behind = done.settled < done.expected
        told = _("due {moment}: {n} of {total}").format(moment=due, n=number(done.settled), total=number(done.households))
    return Tile("settled", _("Settled"), share, told, problem=behind, tab="grids")


def clock_chart(done: Progress) -> None:
    """Draw the households settled over time beside an even pace, and say when the last will be."""
    st.markdown(f"**{_('Against the clock')}**")
    frame = curve(done)
    if len(frame) < 2:
        st.caption(_("No visit has been recorded yet."))
        return
    names = {"settled": _("Settled"), "even": _("Even pace")}
    rows = frame.assign(kind=frame["kind"].map(names), moment=frame["moment"].dt.tz_localize(None))
    st.vega_lite_chart(
        rows, _clock_spec(list(names.values())), key=keys.SCREENING_CLOCK, height=CLOCK_HEIGHT, alt=_("Households settled over time")
    )
    st.caption(_told(done))


def _told(done: Progress) -> str:
    pace = _("{n} an hour in the last day").format(n=f"{done.per_hour:.{1 if done.per_hour >= 1 else 2}f}")
    if not done.households:
        return _("No households have been entered yet.")
    if not done.open:
        whole = cache.evidence("screening.unreached")["screening.unreached"].whole
        return _("Every household is settled.") if whole else _("Every household that is listed is settled; others may not be listed.")
    if done.done_at is None:
        return _("{pace}: at this pace the rest is never done").format(pace=pace)
    return _("{pace}: the last household on {moment}").format(pace=pace, moment=when(done.done_at))


def _clock_spec(names: list[str]) -> dict[str, Any]:
    blue = SKY if st.context.theme.type == "dark" else BLUE
    return {
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": {
            "x": {
                "field": "moment",
                "type": "temporal",
                "title": None,
                "axis": {"format": "%m-%d %H:%M", "labelOverlap": True, "tickCount": 6},
            },
            "y": {"field": "settled", "type": "quantitative", "title": None, "axis": {"tickMinStep": 1, "tickCount": 5}},
            "color": {
                "field": "kind",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "range": [blue, GREY]},
                "legend": {"orient": "top"},
            },
            "strokeDash": {"field": "kind", "type": "nominal", "scale": {"domain": names, "range": [[1, 0], [4, 4]]}, "legend": None},
            "tooltip": [
                {"field": "moment", "type": "temporal", "title": _("Time"), "format": "%m-%d %H:%M"},
                {"field": "settled", "title": _("Households")},
            ],
        },
    }


def funnel_chart(done: Progress) -> None:
    """Draw the funnel: households, those visited, those seen, the people screened in them, those who must be followed."""
    st.markdown(f"**{_('From households to key persons')}**")
    labels = {
        "households": _("Households"),
        "visited": _("Visited"),
        "seen": _("Seen in person"),
        "people": _("People"),
        "screened": _("People screened"),
        "key_persons": _("To be followed"),
    }
    frame = funnel(done)
    rows = frame.assign(label=frame["stage"].map(labels), told=frame["n"].map(number))
    st.vega_lite_chart(
        rows, _funnel_spec(list(labels.values())), key=keys.SCREENING_FUNNEL, height=FUNNEL_HEIGHT, alt=_("From households to key persons")
    )


def _funnel_spec(order: list[str]) -> dict[str, Any]:
    blue = SKY if st.context.theme.type == "dark" else BLUE
    place = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelLimit": 120, "ticks": False, "domain": False},
    }
    return {
        "encoding": {"y": place, "x": {"field": "share", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1.3]}}},
        "layer": [
            {
                "mark": {"type": "bar", "height": 14},
                "encoding": {
                    "color": {
                        "condition": {"test": "datum.stage === 'key_persons'", "value": VERMILLION},
                        "value": blue,
                    }
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 13},
                "encoding": {"text": {"field": "told"}, "color": {"value": GREY}},
            },
        ],
    }


def round_line(done: Progress) -> None:
    """Say which round is in view, from when, and until when it is due."""
    if done.round.starts_at is None:
        st.caption(_("All screening visits so far, in the area in view."))
        return
    words = {
        "name": plain(done.round.name),
        "start": when(done.round.starts_at),
        "hours": number(done.round.hours),
        "due": when(done.round.due_at),
    }
    st.caption(_("{name}: from {start}, in {hours} hours, due {due}").format(**words))
