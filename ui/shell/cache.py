"""What pages ask of the moment and area in view.

The facts themselves are kept by the view that is asked (``queries.view.fact``); here a live view is settled to the minute, so that what a
page asks again within it is the same, and what belongs to a study or a comparison is kept with that.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from briefing.indicators import Value, ask, figure
from briefing.view import View
from ledgers import attention as needing
from ledgers import overview, search
from ledgers import state as features
from ledgers.evidence import Figure
from ledgers.lists import entries
from ledgers.people import disturbance, requests, screening
from ledgers.people import due as needed
from ledgers.people import households as homes
from ledgers.people import isolation as isolating
from ledgers.people import persons as followed
from ledgers.people import screening_rounds as canvass
from ledgers.posts import duty
from ledgers.reports import daily_report as reporting
from ledgers.reports import headlines as standing
from ledgers.reports import report_lists
from ledgers.reports.daily_report import Daily
from ledgers.reports.report_figures import cutoff_of
from ledgers.risk import cases as confirmed
from ledgers.risk import shades as shading
from ledgers.roads import coverage_frames, junction_names
from ledgers.roads.coverage import Study
from ledgers.story import history
from ledgers.upkeep import environment, supplies, units
from queries.layers import LAYERS
from queries.store import Store, Viewer
from queries.view import fact
from ui.background.coverage_job import Answer
from ui.shell import state
from ui.shell.words import lang
from words import translator

# Days of reports that the chart beside the daily report shows.
HISTORY_DAYS = 14


# Views


def view(at: datetime | None = None) -> View:
    """Return the view of a moment (that in view) and of the area in view: what a briefing counts from, and the pages with it."""
    return _settled(at or state.moment(), state.area())


def now() -> View:
    """Return the view of everything at the workspace's now."""
    return _settled(state.store().now(), None)


def _settled(at: datetime, area: str | None) -> View:
    store, viewer = state.store(), state.viewer()
    return _view(_key(store, viewer, at, area), store, viewer, at, area)


def _key(store: Store, viewer: Viewer, at: datetime, area: str | None) -> tuple[Hashable, ...]:
    """Return what a view depends on. A commit within the minute changes the revision, so the minute is fine enough."""
    scope = None if viewer.areas is None else tuple(sorted(viewer.areas))
    return id(store), store.revision, at.isoformat(timespec="minutes"), area, scope


@st.cache_resource(max_entries=64, show_spinner=False)
def _view(key: tuple[Hashable, ...], _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> View:
    return View(_store, _viewer, at=_at, area=_area)


def tick() -> tuple[int, str]:
    """Return what changes whenever the page on screen has something new to show: the revision, and the minute of a live view."""
    return state.store().revision, state.moment().isoformat(timespec="minutes")


@fact()
def _asked(view: View, /, name: str, **more: Hashable) -> pd.DataFrame:
    return view.run(name, **more)


# The workspace


def is_empty() -> bool:
    """Tell whether the workspace holds no feature yet."""
    roads = state.store().path / "layers" / "roads.parquet"
    return _asked(now(), "count_features").empty and not roads.exists()


def area_tree() -> pd.DataFrame:
    """Return the areas as ``id, name, label``: parents before children, the label indented by depth."""
    return _area_tree(view().whole)


@fact()
def _area_tree(view: View) -> pd.DataFrame:
    areas = view.run("select_areas")[["id", "name", "parent_id"]]
    children: dict[str | None, list[tuple[str, str]]] = {}
    known = set(areas["id"])
    for area, name, parent in areas.itertuples(index=False):
        children.setdefault(parent if parent in known and parent != area else None, []).append((name or area, area))
    rows: list[tuple[str, str, str]] = []

    def walk(parent: str | None, depth: int) -> None:
        for name, area in sorted(children.pop(parent, [])):
            rows.append((area, name, "\u2003" * depth + name))
            walk(area, depth + 1)

    walk(None, 0)
    return pd.DataFrame(rows, columns=["id", "name", "label"])


def grids() -> pd.DataFrame:
    """Return the smallest areas: ``id, name, level, parent_id, parent_name``."""
    return _asked(now(), "list_grids")


def sources() -> pd.DataFrame:
    """Return how many features each layer has from each source; those of the road network last."""
    roads = [_from_roads(name) for name, layer in LAYERS.items() if not layer.event_sourced]
    return pd.concat([_asked(now(), "count_sources"), *roads], ignore_index=True)


def _from_roads(name: str) -> pd.DataFrame:
    counts = now().recorded(name)["source"].value_counts()
    return pd.DataFrame({"layer": name, "source": counts.index, "features": counts.to_numpy()})


def batches() -> pd.DataFrame:
    """Return the imports, latest first."""
    return _asked(now(), "select_batches")


# The command map


def indicator(query: str) -> Value:
    """Return what an indicator of the briefing answers for the moment and area in view; None is not known."""
    return ask(view(), query)


def evidence(*names: str) -> dict[str, Figure]:
    """Return figures of the moment and area in view with of how many each was asked: the indicators of the briefing, by name."""
    return {name: figure(view(), name) for name in names}


def figures(at: datetime) -> overview.Figures:
    """Return the headline figures at a moment, of the area in view."""
    return overview.figures(view(at))


def people(at: datetime) -> standing.People:
    """Return the headline figures of people at a moment, of the area in view."""
    return standing.people(view(at))


def layer(name: str) -> gpd.GeoDataFrame:
    """Return a layer with its state at the moment and in the area in view."""
    return features.layer(view(), name)


def feature(name: str, feature_id: str) -> dict[str, Any] | None:
    """Return one feature of a layer as it stands, or None where it is not there (then), or not in view."""
    if name not in LAYERS:
        return None
    frame = layer(name)
    found = frame[frame["id"] == feature_id]
    return None if found.empty else {str(k): v for k, v in found.iloc[0].items()}


def story(name: str, feature_id: str) -> pd.DataFrame:
    """Return every event of one feature."""
    return history(now(), name, feature_id)


def find(text: str) -> pd.DataFrame:
    """Return the features that a name finds, best first."""
    return search.find(search.names(view()), text)


def attention() -> pd.DataFrame:
    """Return what needs attention at the moment in view (``ledgers.attention``)."""
    return needing.attention(view())


# Blind spots


def coverage_frame(answer: Answer, name: str, *, posts: int | None = None) -> gpd.GeoDataFrame:
    """Return a layer of a study (``ledgers.roads.coverage_frames``). It is shared: do not write to it."""
    return _coverage_frame((str(state.store().path), *answer.key()), name, posts, answer.study)


@st.cache_resource(max_entries=48, show_spinner=False)
def _coverage_frame(key: tuple[Hashable, ...], name: str, posts: int | None, _study: Study) -> gpd.GeoDataFrame:
    return coverage_frames.proposed(_study, posts=posts) if name == "proposed" else coverage_frames.FRAMES[name](_study)


def named_frame(answer: Answer, name: str, *, posts: int | None = None) -> gpd.GeoDataFrame:
    """Return a layer of a study in which what has no name of its own is called by its roads and the place near it."""
    return _named_frame((str(state.store().path), *answer.key()), name, posts, lang(), answer)


@st.cache_resource(max_entries=48, show_spinner=False)
def _named_frame(key: tuple[Hashable, ...], name: str, posts: int | None, language: str, _answer: Answer) -> gpd.GeoDataFrame:
    frame = coverage_frame(_answer, name, posts=posts)
    return frame.assign(name=junction_names.called(frame, _answer.study.settlements, translator(language)))


# Entrances and checkpoints


def uncovered(layer: str, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the hours of a window that nobody covers, as seen at the moment in view."""
    return duty.uncovered_hours(view(), layer=layer, start=start, end=end)


def shifts(layer: str, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the shifts of a window, as seen at the moment in view."""
    return duty.shifts_between(view(), layer=layer, start=start, end=end)


def on_duty(layer: str) -> pd.DataFrame:
    """Return who is rostered at the moment in view."""
    return duty.on_duty(view(), layer=layer)


def sign_in_kept(layer: str) -> frozenset[str]:
    """Return the ids of the subjects that keep sign-ins."""
    kept = _asked(view(), "select_sign_in_kept", layer=layer)
    return frozenset(kept.loc[kept["sign_in_kept"], "id"])


def stood_down() -> pd.DataFrame:
    """Return the checkpoints that are described but do not stand: ``id, name, active, sign_in_kept``."""
    posts = _asked(view(), "select_sign_in_kept", layer="checkpoints")
    return posts[~posts["active"].eq(True)]


# Risk areas and shades


def shades() -> pd.DataFrame:
    """Return the figures that shade each grid (``ledgers.risk.shades``) at the moment and in the area in view."""
    return shading.shades(view())


def risk_levels() -> pd.DataFrame:
    """Return the risk level of each area (``ledgers.risk.levels``) at the moment and in the area in view."""
    return view().risk


def cases() -> pd.DataFrame:
    """Return the confirmed cases at the moment and in the area in view, the latest first."""
    return confirmed.cases(view())


# Daily report


def daily_report(day: date) -> Daily:
    """Return the report of a date, of the area in view; what was learned later up to the moment in view."""
    return reporting.daily(_reported(), day)


def _reported() -> View:
    """Return the view of a report: what is known now of a live page, else what was known at the moment in view."""
    found = view()
    return found if state.is_live() else found.moved(found.at, known_at=found.at)


def report_episodes(found: Daily) -> pd.DataFrame:
    """Return the episodes that a report counts, and those learned of later."""
    return _report_episodes(_reported(), found.period.date)


@fact(kept=16)
def _report_episodes(view: View, day: date) -> pd.DataFrame:
    return report_lists.counted_episodes(view, reporting.daily(view, day))


def report_history(day: date) -> pd.DataFrame:
    """Return the totals of the two weeks up to a date, of the area in view."""
    store = state.store()
    days = [day - timedelta(days=back) for back in range(HISTORY_DAYS - 1, -1, -1)]
    # a day that is closed is counted once, whatever the clock says and whichever day is in view
    moments = [min(cutoff_of(store, day), store.now()) for day in days]
    return pd.concat([report_lists.history(view(at), day, days=1) for at, day in zip(moments, days, strict=True)], ignore_index=True)


# Units and environment

_SURROUNDINGS = {
    "units": units.units,
    "checks_due": units.checks_due,
    "rounds": environment.rounds,
    "tips": environment.tips,
    "stock": supplies.stock,
    "outreach": environment.outreach_totals,
    "measures": environment.measures,
    "findings": environment.findings,
}


def surroundings(name: str) -> pd.DataFrame:
    """Return units, checks due, disinfection rounds, tips, stock, outreach, measures or findings at the moment and in the area in view."""
    return _SURROUNDINGS[name](view())


# Screening and households


def screening_rounds() -> list[canvass.Round]:
    """Return the rounds of screening that have begun at the moment in view; the last takes in every visit."""
    return canvass.rounds(view())


def screening_round() -> canvass.Round:
    """Return the round in view: the URL's, else the latest that has begun in the area in view."""
    rounds, wanted = screening_rounds(), state.param("round")
    named = [r for r in rounds if r.name == ("" if wanted == "all" else wanted)]
    return next(r for r in [*named, *rounds] if canvass.overlaps(view(), r))


def screening_progress() -> canvass.Progress:
    """Return how far the round in view has come at the moment and in the area in view."""
    return canvass.progress(view(), round=screening_round())


def waiting_doors() -> pd.DataFrame:
    """Return the doors to visit at the moment and in the area in view."""
    return screening.waiting_doors(view())


def unreached_doors() -> pd.DataFrame:
    """Return the households that nobody has reached in the round in view."""
    return canvass.unreached(view(), round=screening_round())


def screening_teams() -> list[str]:
    """Return the teams that have made visits."""
    return [str(team) for team in canvass.by_team(screening_progress().work)["team"].dropna()]


def households() -> pd.DataFrame:
    """Return the households at the moment and in the area in view."""
    return homes.households(view())


def household_check() -> pd.DataFrame:
    """Return the ledger of households against what is known of its areas, those that differ first."""
    found = homes.check(view())
    return found.sort_values(["is_grid", "more_people"], key=lambda c: c.abs() if c.name == "more_people" else c, ascending=[True, False])


# Persons


def persons() -> pd.DataFrame:
    """Return the persons who are followed at the moment and in the area in view. Nothing in it is masked."""
    return followed.persons(view())


def person_file(person_id: str) -> followed.File:
    """Return the file of a person at the moment in view. Nothing in it is masked."""
    return followed.file(view().whole, person_id)


# Isolation

ISOLATION = {"episodes": isolating.episodes, "requests": requests.requests, "disturbances": disturbance.disturbances}


def due() -> needed.Due:
    """Return what is due at the moment and in the area in view, names masked."""
    return view().due


def isolation(name: str) -> pd.DataFrame:
    """Return one of the lists of isolation (``ISOLATION``) at the moment and in the area in view, names masked."""
    return ISOLATION[name](view())


def due_people() -> pd.DataFrame:
    """Return the people in isolation whom something is due for, alarms first."""
    return needed.due_list(due(), isolation("episodes"))


# Lists


def list_entries() -> pd.DataFrame:
    """Return the entries of all lists at the moment in view, whatever the area: people stand in the lists of several."""
    return entries.entries(view().whole)


def list_persons(comparison: entries.Comparison) -> entries.Persons:
    """Return who those entries are under the decisions made so far. It is shared: do not write to it."""
    return _list_persons(_whole_key(), view().whole, comparison)


@st.cache_resource(max_entries=4, show_spinner=False)
def _list_persons(key: tuple[Hashable, ...], _view: View, _comparison: entries.Comparison) -> entries.Persons:
    return entries.persons(_view, comparison=_comparison)


def merged_persons(found: entries.Persons) -> pd.DataFrame:
    """Return one row a person of the lists (``ledgers.lists.entries.merged_persons``)."""
    return _merged_persons(_whole_key(), found)


@st.cache_data(max_entries=4, show_spinner=False)
def _merged_persons(key: tuple[Hashable, ...], _found: entries.Persons) -> pd.DataFrame:
    return entries.merged_persons(_found.entries)


def _whole_key() -> tuple[Hashable, ...]:
    return _key(state.store(), state.viewer(), state.moment(), None)
