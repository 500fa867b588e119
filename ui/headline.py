"""The headline figures: what each counts, how it stands now and since the last cut-off, and what a click on it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from errors import mark
from ledgers.overview import Figures
from ui import keys, state
from ui.words import _, number, term, when


@dataclass(frozen=True)
class Headline:
    """One figure.

    Attributes
    ----------
    counts
        What it counts, in a sentence (a message).
    value, parts
        The number, from the figures of a moment; and what it is made of, with the change since those of another.
    layer, filters
        What a click shows: a layer and the values of its columns.
    problem
        Whether a number above zero is one.
    """

    name: str
    label: str
    counts: str
    layer: str
    value: Callable[[Figures], int]
    parts: Callable[[Figures, Figures], str]
    filters: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    problem: bool = False


def _by(table: str, now: Mapping[str, int], before: Mapping[str, int]) -> str:
    """Return the count of each code, and its change where there is one."""
    parts = []
    for code, count in now.items():
        change = count - before[code]
        if count or change:
            parts.append(f"{term(table, code)} {number(count)}" + (f" ({change:+,d})" if change else ""))
    return " · ".join(parts)


def _undecided(figures: Figures) -> str:
    return _("Undecided {n}").format(n=number(figures.entrances_undecided)) if figures.entrances_undecided else ""


HEADLINES: tuple[Headline, ...] = (
    Headline(
        "entrances",
        mark("Entrances"),
        mark("All entrances, by the mode ordered for them."),
        "entrances",
        lambda f: f.layers["entrances"],
        lambda f, b: " · ".join(filter(None, [_by("mode", f.entrances, b.entrances), _undecided(f)])),
    ),
    Headline(
        "entrances_unstaffed",
        mark("Open, nobody there"),
        mark("Entrances open at this hour where nobody is on duty."),
        "entrances",
        lambda f: f.entrances_unstaffed_now,
        lambda f, _before: _("Open at this hour {n}").format(n=number(f.entrances_open_now)),
        {"open_now": (True,), "staffed": (False,)},
        problem=True,
    ),
    Headline(
        "seals_overdue",
        mark("Overdue seals"),
        mark("Entrances still sealed though the order has expired."),
        "entrances",
        lambda f: f.seals_overdue,
        lambda f, _before: _("Sealed {n}").format(n=number(f.entrances["sealed"])),
        {"overdue": (True,)},
        problem=True,
    ),
    Headline(
        "checkpoints",
        mark("Checkpoints"),
        mark("Checkpoints in force, by kind."),
        "checkpoints",
        lambda f: f.layers["checkpoints"],
        lambda f, b: _by("kind", f.checkpoints, b.checkpoints),
    ),
    Headline(
        "checkpoints_unstaffed",
        mark("Checkpoints unstaffed"),
        mark("Checkpoints in force where nobody is on duty at this hour."),
        "checkpoints",
        lambda f: f.checkpoints_unstaffed_now,
        lambda f, _before: _("Staffed {n}").format(n=number(f.layers["checkpoints"] - f.checkpoints_unstaffed_now)),
        {"staffed": (False,)},
        problem=True,
    ),
    Headline(
        "crossings",
        mark("Unwatched crossings"),
        mark("Roads over the border that no checkpoint in force watches."),
        "crossings",
        lambda f: f.crossings["total"] - f.crossings["with_post"],
        lambda f, _before: _("With a post {n} of {total}").format(n=number(f.crossings["with_post"]), total=number(f.crossings["total"])),
        {"with_post": (False,)},
        problem=True,
    ),
)
BY_NAME = {headline.name: headline for headline in HEADLINES}


def chosen() -> Headline | None:
    """Return the figure that filters the map and the table, or None."""
    return BY_NAME.get(state.param("show") or "")


def headline(now: Figures, before: Figures) -> None:
    """Draw the figures of a moment beside the change since another (the last cut-off)."""
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        for figure in HEADLINES:
            _tile(figure, now, before)


def _tile(figure: Headline, now: Figures, before: Figures) -> None:
    value, change = figure.value(now), figure.value(now) - figure.value(before)
    look = "problem" if figure.problem and value else "calm"
    picked = "_chosen" if figure is chosen() else ""
    with st.container(border=True, key=f"{keys.FIGURE}_{look}{picked}_{figure.name}", gap=None):
        st.metric(
            _(figure.label),
            number(value),
            delta=f"{change:+,d}" if change else "±0",
            delta_color=("inverse" if figure.problem else "blue") if change else "off",
            delta_arrow="auto" if change else "off",
            delta_description=_("since {time}").format(time=f"{before.at:%H:%M}"),
        )
        st.caption(figure.parts(now, before))
        st.button(
            _("Show {figure}").format(figure=_(figure.label)),
            key=f"{keys.FIGURE_SHOW}_{figure.name}",
            help=_("{counts} As of {moment}; the change is since {before}.").format(
                counts=_(figure.counts), moment=when(now.at), before=when(before.at)
            ),
            on_click=_choose,
            args=(figure.name,),
            width="stretch",
        )


def _choose(name: str) -> None:
    """Filter by a figure; a second click shows everything again."""
    figure = BY_NAME[name]
    state.put(show=None if state.param("show") == name else name, layer=figure.layer)
