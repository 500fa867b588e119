"""The headline figures: what each counts, how it stands now and since the last cut-off, and what a click on it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from briefing.model import UNKNOWN
from errors import N_
from ledgers.evidence import Coverage, Figure
from ledgers.overview import Figures
from ledgers.reports.headlines import People
from ui.shell import keys, state
from ui.shell.tiles import in_part
from ui.shell.words import _, number, plain, term, when

# Of the units that have not reported, so many are named.
NAMED = 2


@dataclass(frozen=True)
class Standing:
    """What stands at a moment: of places, and of people."""

    places: Figures
    people: People


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
    page
        Where a click leads instead: the page that tells more.
    problem
        Whether a number above zero is one.
    asked
        The indicator that knows of how many it was asked: where of none, the number is not known.
    """

    name: str
    label: str
    counts: str
    layer: str
    value: Callable[[Standing], int]
    parts: Callable[[Standing, Standing], str]
    filters: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    problem: bool = False
    page: str = ""
    asked: str = ""


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


def _beyond(figures: Figures) -> str:
    return _("beyond the drawn border {n}").format(n=number(figures.checkpoints_beyond)) if figures.checkpoints_beyond else ""


def _of_people(people: People) -> str:
    return _("In hospital {n} · missed in 24 h {missed}").format(n=number(people.hospital), missed=number(people.missed))


def _without_report(people: People) -> str:
    names = [plain(name) for _id, name in people.unreported.names[:NAMED]]
    if not names:
        n = people.unreported.units
        return _("all {n} have reported").format(n=number(n)) if n else _("No unit reports here.")
    return _(", ").join(names) + (" …" if len(people.unreported.names) > NAMED else "")


def _staffed(places: Figures) -> str:
    staffed = places.layers["checkpoints"] - places.checkpoints_unstaffed_now - places.checkpoints_held_now
    words = [_("Staffed {n}").format(n=number(staffed))]
    words += [_("blocks that need nobody {n}").format(n=number(places.checkpoints_held_now))] if places.checkpoints_held_now else []
    return " · ".join(words)


# Of this one the figures themselves say it: the units that report.
UNITS = "units"
HEADLINES: tuple[Headline, ...] = (
    Headline(
        "entrances",
        N_("Entrances"),
        N_("All entrances, by the mode ordered for them."),
        "entrances",
        lambda f: f.places.layers["entrances"],
        lambda f, b: " · ".join(filter(None, [_by("mode", f.places.entrances, b.places.entrances), _undecided(f.places)])),
    ),
    Headline(
        "entrances_unstaffed",
        N_("Open, nobody there"),
        N_("Entrances open at this hour where nobody is on duty."),
        "entrances",
        lambda f: f.places.entrances_unstaffed_now,
        lambda f, _before: _("Open at this hour {n}").format(n=number(f.places.entrances_open_now)),
        {"open_now": (True,), "staffed": (False,)},
        problem=True,
        asked="entrances.unstaffed",
    ),
    Headline(
        "checkpoints",
        N_("Checkpoints"),
        N_("Checkpoints in force, by kind."),
        "checkpoints",
        lambda f: f.places.layers["checkpoints"],
        lambda f, b: " · ".join(filter(None, [_by("kind", f.places.checkpoints, b.places.checkpoints), _beyond(f.places)])),
    ),
    Headline(
        "checkpoints_unstaffed",
        N_("Checkpoints unstaffed"),
        N_("Checkpoints in force where nobody is on duty at this hour, but for blocks that hold with nobody there."),
        "checkpoints",
        lambda f: f.places.checkpoints_unstaffed_now,
        lambda f, _before: _staffed(f.places),
        {"unstaffed": (True,)},
        problem=True,
        asked="checkpoints.unstaffed",
    ),
    Headline(
        "crossings",
        N_("Unwatched crossings"),
        N_("Roads over the border that no checkpoint in force watches."),
        "crossings",
        lambda f: f.places.crossings["total"] - f.places.crossings["with_post"],
        lambda f, _before: _("With a post {n} of {total}").format(
            n=number(f.places.crossings["with_post"]), total=number(f.places.crossings["total"])
        ),
        {"with_post": (False,)},
        problem=True,
        asked="roads.crossings_open",
    ),
    Headline(
        "isolating",
        N_("Isolating"),
        N_("People under observation, at home or in a centralised place."),
        "",
        lambda f: f.people.observing,
        lambda f, _before: _of_people(f.people),
        page="pages/isolation.py",
        asked="isolation.observing",
    ),
    Headline(
        "unreported",
        N_("Not reported"),
        N_("Villages and communities that have not confirmed the report of the last cut-off."),
        "",
        lambda f: len(f.people.unreported.names),
        lambda f, _before: _without_report(f.people),
        problem=True,
        page="pages/daily_report.py",
        asked=UNITS,
    ),
)
# Those that a click filters the map and the table by.
BY_NAME = {headline.name: headline for headline in HEADLINES if headline.layer}


def chosen() -> Headline | None:
    """Return the figure that filters the map and the table, or None."""
    return BY_NAME.get(state.param("show") or "")


ASKED = tuple(figure.asked for figure in HEADLINES if figure.asked not in ("", UNITS))


def told(figure: Headline, now: Standing, asked: Mapping[str, Figure]) -> Figure:
    """Return a figure with its coverage: what it was asked of, where that is known."""
    value = figure.value(now)
    if figure.asked == UNITS:
        units = now.people.unreported.units
        return Figure.of(value, Coverage(units, units) if units else None)
    found = asked.get(figure.asked)
    if found is None:
        return Figure(value, Coverage(value, value))
    if figure.problem:
        return Figure.of(value, found.coverage)
    return Figure(value if found.known or value else None, found.coverage)


def headline(now: Standing, before: Standing, asked: Mapping[str, Figure]) -> None:
    """Draw the figures of a moment beside the change since another (the last cut-off), each with of how many it was asked (``ASKED``)."""
    with st.container(horizontal=True, gap="small", key=keys.FIGURES):
        for figure in HEADLINES:
            _tile(figure, now, before, told(figure, now, asked))


def _tile(figure: Headline, now: Standing, before: Standing, known: Figure) -> None:
    change = figure.value(now) - figure.value(before)
    look = known.look if figure.problem else "calm"
    picked = "_chosen" if figure is chosen() else ""
    with st.container(border=True, key=f"{keys.FIGURE}_{look}{picked}_{figure.name}", gap=None):
        st.metric(
            _(figure.label),
            number(known.value) if known.value is not None else _(UNKNOWN),
            delta=f"{change:+,d}" if change else "±0",
            delta_color=("inverse" if figure.problem else "blue") if change else "off",
            delta_arrow="auto" if change else "off",
            delta_description=_("since {time}").format(time=f"{before.places.at:%H:%M}"),
        )
        st.caption(" · ".join(filter(None, (figure.parts(now, before), in_part(known)))))
        pressed = st.button(
            _("Show {figure}").format(figure=_(figure.label)),
            key=f"{keys.FIGURE_SHOW}_{figure.name}",
            help=_("{counts} As of {moment}; the change is since {before}.").format(
                counts=_(figure.counts), moment=when(now.places.at), before=when(before.places.at)
            ),
            on_click=None if figure.page else _choose,
            args=() if figure.page else (figure.name,),
            width="stretch",
        )
    if pressed and figure.page:
        st.switch_page(figure.page, query_params=state.carried())


def _choose(name: str) -> None:
    """Filter by a figure; a second click shows everything again."""
    figure = BY_NAME[name]
    state.put(show=None if state.param("show") == name else name, layer=figure.layer)
