"""Everything that is cached, and for how long it holds: until the next commit (``revision``) or the next minute.

What is fetched is keyed by workspace, revision, minute, area and the viewer's scope; unhashed arguments start with ``_``.
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
from ledgers.lists import entries as lists
from ledgers.people import disturbance, requests, screening
from ledgers.people import due as needed
from ledgers.people import figures as standing
from ledgers.people import households as homes
from ledgers.people import isolation as isolating
from ledgers.people import persons as followed
from ledgers.people import screening_rounds as canvass
from ledgers.posts import duty
from ledgers.reports import daily_report as reporting
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
from ui.shell import state
from ui.shell.words import lang
from ui.work.coverage_job import Answer
from words import translator

# Days of reports that the chart beside the daily report shows.
HISTORY_DAYS = 14

Key = tuple[str, int, str, str | None, tuple[str, ...] | None]


def key(store: Store, viewer: Viewer, *, at: datetime, area: str | None = None) -> Key:
    """Return what a fetched view depends on. A commit within the minute changes the revision, so the minute is fine enough."""
    scope = None if viewer.areas is None else tuple(sorted(viewer.areas))
    return (str(store.path), store.revision, at.isoformat(timespec="minutes"), area, scope)


def is_empty() -> bool:
    """Tell whether the workspace holds no feature yet."""
    store, viewer = state.store(), state.viewer()
    return _is_empty(key(store, viewer, at=store.now()), store, viewer)


@st.cache_data(max_entries=8, show_spinner=False)
def _is_empty(key: Key, _store: Store, _viewer: Viewer) -> bool:
    roads = _store.path / "layers" / "roads.parquet"
    return _store.run("count_features", _viewer).empty and not roads.exists()


def area_tree() -> pd.DataFrame:
    """Return the areas as ``id, name, label``: parents before children, the label indented by depth."""
    store, viewer = state.store(), state.viewer()
    return _area_tree(key(store, viewer, at=state.moment()), store, viewer, state.moment())


@st.cache_data(max_entries=8, show_spinner=False)
def _area_tree(key: Key, _store: Store, _viewer: Viewer, _at: datetime) -> pd.DataFrame:
    areas = _store.run("select_areas", _viewer, at=_at)[["id", "name", "parent_id"]]
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


# The command map


def view(at: datetime | None = None) -> View:
    """Return the facts of a moment (that in view) and the area in view: what a briefing counts from, and the pages with it."""
    store, viewer, moment, area = state.store(), state.viewer(), at or state.moment(), state.area()
    return _view(key(store, viewer, at=moment, area=area), store, viewer, moment, area)


@st.cache_resource(max_entries=16, show_spinner=False)
def _view(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> View:
    return View(_store, _viewer, at=_at, area=_area)


def indicator(query: str) -> Value:
    """Return what an indicator of the briefing answers for the moment and area in view; None is not known."""
    return ask(view(), query)


def tick() -> tuple[int, str]:
    """Return what changes whenever the page on screen has something new to show: the revision, and the minute of a live view."""
    store = state.store()
    return store.revision, state.moment().isoformat(timespec="minutes")


def figures(at: datetime) -> overview.Figures:
    """Return the headline figures at a moment, of the area in view."""
    store, viewer, area = state.store(), state.viewer(), state.area()
    return _figures(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=256, show_spinner=False)
def _figures(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> overview.Figures:
    return overview.figures(View(_store, _viewer, at=_at, area=_area))


def people(at: datetime) -> standing.People:
    """Return the headline figures of people at a moment, of the area in view."""
    store, viewer, area = state.store(), state.viewer(), state.area()
    return _people(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=256, show_spinner=False)
def _people(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> standing.People:
    return standing.people(View(_store, _viewer, at=_at, area=_area))


def layer(name: str) -> gpd.GeoDataFrame:
    """Return a layer with its state at the moment and in the area in view. It is shared: do not write to it."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _layer(key(store, viewer, at=at, area=area), name, store, viewer, at, area)


@st.cache_resource(max_entries=24, show_spinner=False)
def _layer(key: Key, name: str, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> gpd.GeoDataFrame:
    return features.layer(View(_store, _viewer, at=_at, area=_area), name)


def feature(name: str, feature_id: str) -> dict[str, Any] | None:
    """Return one feature of a layer as it stands, or None where it is not there (then), or not in view."""
    if name not in LAYERS:
        return None
    frame = layer(name)
    found = frame[frame["id"] == feature_id]
    return None if found.empty else {str(k): v for k, v in found.iloc[0].items()}


def story(name: str, feature_id: str) -> pd.DataFrame:
    """Return every event of one feature."""
    store, viewer = state.store(), state.viewer()
    return _story(key(store, viewer, at=store.now()), name, feature_id, store, viewer)


@st.cache_data(max_entries=32, show_spinner=False)
def _story(key: Key, name: str, feature_id: str, _store: Store, _viewer: Viewer) -> pd.DataFrame:
    return history(View(_store, _viewer), name, feature_id)


def find(text: str) -> pd.DataFrame:
    """Return the features that a name finds, best first."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return search.find(_names(key(store, viewer, at=at, area=area), store, viewer, at, area), text)


@st.cache_resource(max_entries=4, show_spinner=False)
def _names(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return search.names(View(_store, _viewer, at=_at, area=_area))


def evidence(*names: str) -> dict[str, Figure]:
    """Return figures of the moment and area in view with of how many each was asked: the indicators of the briefing, by name."""
    return {name: figure(view(), name) for name in names}


def attention() -> pd.DataFrame:
    """Return what needs attention at the moment in view (``ledgers.attention``)."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _attention(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _attention(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return needing.attention(View(_store, _viewer, at=_at, area=_area))


# Field work


def grids() -> pd.DataFrame:
    """Return the smallest areas: ``id, name, level, parent_id, parent_name``."""
    store, viewer = state.store(), state.viewer()
    return _query(key(store, viewer, at=store.now()), "list_grids", store, viewer)


# Data


def sources() -> pd.DataFrame:
    """Return how many features each layer has from each source; those of the road network last."""
    store, viewer, now = state.store(), state.viewer(), state.store().now()
    kept = _query(key(store, viewer, at=now), "count_sources", store, viewer)
    roads = [_from_roads(store, viewer, name) for name, layer in LAYERS.items() if not layer.kept]
    return pd.concat([kept, *roads], ignore_index=True)


def _from_roads(store: Store, viewer: Viewer, name: str) -> pd.DataFrame:
    counts = store.layer(name, viewer)["source"].value_counts()
    return pd.DataFrame({"layer": name, "source": counts.index, "features": counts.to_numpy()})


def batches() -> pd.DataFrame:
    """Return the imports, latest first."""
    store, viewer, now = state.store(), state.viewer(), state.store().now()
    return _query(key(store, viewer, at=now), "select_batches", store, viewer)


@st.cache_data(max_entries=16, show_spinner=False)
def _query(key: Key, name: str, _store: Store, _viewer: Viewer) -> pd.DataFrame:
    return _store.run(name, _viewer)


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
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _uncovered(key(store, viewer, at=at, area=area), layer, start, end, store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _uncovered(
    key: Key, layer: str, start: datetime, end: datetime, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None
) -> pd.DataFrame:
    return duty.uncovered_hours(View(_store, _viewer, at=_at, area=_area), layer=layer, start=start, end=end)


def shifts(layer: str, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the shifts of a window, as seen at the moment in view."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _shifts(key(store, viewer, at=at, area=area), layer, start, end, store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _shifts(
    key: Key, layer: str, start: datetime, end: datetime, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None
) -> pd.DataFrame:
    return duty.shifts_between(View(_store, _viewer, at=_at, area=_area), layer=layer, start=start, end=end)


def on_duty(layer: str) -> pd.DataFrame:
    """Return who is rostered at the moment in view."""
    return duty.on_duty(View(state.store(), state.viewer(), at=state.moment(), area=state.area()), layer=layer)


def sign_in_kept(layer: str) -> frozenset[str]:
    """Return the ids of the subjects that keep sign-ins."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _sign_in_kept(key(store, viewer, at=at, area=area), layer, store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _sign_in_kept(key: Key, layer: str, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> frozenset[str]:
    kept = _store.run("select_sign_in_kept", _viewer, layer=layer, at=_at, area=_area)
    return frozenset(kept.loc[kept["sign_in_kept"], "id"])


def stood_down() -> pd.DataFrame:
    """Return the checkpoints that are described but do not stand: ``id, name, active, sign_in_kept``."""
    store, viewer = state.store(), state.viewer()
    posts = store.run("select_sign_in_kept", viewer, layer="checkpoints", at=state.moment(), area=state.area())
    return posts[~posts["active"].eq(True)]


# Risk areas and shades


def shades() -> pd.DataFrame:
    """Return the figures that shade each grid (``ledgers.risk.shades``) at the moment and in the area in view."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _shades(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _shades(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return shading.shades(View(_store, _viewer, at=_at, area=_area))


def risk_levels() -> pd.DataFrame:
    """Return the risk level of each area (``ledgers.risk.levels``) at the moment and in the area in view."""
    return view().risk


def cases() -> pd.DataFrame:
    """Return the confirmed cases at the moment and in the area in view, the latest first."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _cases(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _cases(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return confirmed.cases(View(_store, _viewer, at=_at, area=_area))


# Daily report


def daily_report(day: date) -> Daily:
    """Return the report of a date, of the area in view; what was learned later up to the moment in view."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _daily_report(key(store, viewer, at=at, area=area), day, store, viewer, None if state.is_live() else at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _daily_report(key: Key, day: date, _store: Store, _viewer: Viewer, _known_at: datetime | None, _area: str | None) -> Daily:
    return reporting.daily(View(_store, _viewer, known_at=_known_at, area=_area), day)


def report_episodes(found: Daily) -> pd.DataFrame:
    """Return the episodes that a report counts, and those learned of later."""
    store, viewer = state.store(), state.viewer()
    return _report_episodes(key(store, viewer, at=state.moment()), found.period.date, store, viewer, found)


@st.cache_data(max_entries=16, show_spinner=False)
def _report_episodes(key: Key, day: date, _store: Store, _viewer: Viewer, _found: Daily) -> pd.DataFrame:
    return report_lists.counted_episodes(View(_store, _viewer), _found)


def report_history(day: date) -> pd.DataFrame:
    """Return the totals of the two weeks up to a date, of the area in view."""
    store, viewer, area = state.store(), state.viewer(), state.area()
    days = [day - timedelta(days=back) for back in range(HISTORY_DAYS - 1, -1, -1)]
    # a day that is closed is counted once, whatever the clock says and whichever day is in view
    keys = [key(store, viewer, at=min(cutoff_of(store, day), store.now()), area=area) for day in days]
    return pd.concat([_report_day(key, day, store, viewer, area) for key, day in zip(keys, days, strict=True)], ignore_index=True)


@st.cache_data(max_entries=128, show_spinner=False)
def _report_day(key: Key, day: date, _store: Store, _viewer: Viewer, _area: str | None) -> pd.DataFrame:
    return report_lists.history(View(_store, _viewer, area=_area), day, days=1)


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
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _surroundings(key(store, viewer, at=at, area=area), name, store, viewer, at, area)


@st.cache_data(max_entries=64, show_spinner=False)
def _surroundings(key: Key, name: str, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return _SURROUNDINGS[name](View(_store, _viewer, at=_at, area=_area))


# Screening and households


def screening_rounds() -> list[canvass.Round]:
    """Return the rounds of screening that have begun at the moment in view; the last takes in every visit."""
    return canvass.rounds(View(state.store(), state.viewer(), at=state.moment()))


def screening_round() -> canvass.Round:
    """Return the round in view: the URL's, else the latest that has begun in the area in view."""
    store, rounds, wanted = state.store(), screening_rounds(), state.param("round")
    named = [r for r in rounds if r.name == ("" if wanted == "all" else wanted)]
    viewer, area, at = state.viewer(), state.area(), state.moment()
    return next(r for r in [*named, *rounds] if canvass.overlaps(View(store, viewer, at=at, area=area), r))


def screening_progress() -> canvass.Progress:
    """Return how far the round in view has come at the moment and in the area in view."""
    store, viewer, at, area, of = state.store(), state.viewer(), state.moment(), state.area(), screening_round()
    return _screening_progress(key(store, viewer, at=at, area=area), of, store, viewer, at, area)


@st.cache_data(max_entries=32, show_spinner=False)
def _screening_progress(key: Key, of: canvass.Round, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> canvass.Progress:
    return canvass.progress(View(_store, _viewer, at=_at, area=_area), round=of)


def waiting_doors() -> pd.DataFrame:
    """Return the doors to visit at the moment and in the area in view."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _waiting_doors(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=16, show_spinner=False)
def _waiting_doors(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return screening.waiting_doors(View(_store, _viewer, at=_at, area=_area))


def unreached_doors() -> pd.DataFrame:
    """Return the households that nobody has reached in the round in view."""
    store, viewer, at, area, of = state.store(), state.viewer(), state.moment(), state.area(), screening_round()
    return _unreached_doors(key(store, viewer, at=at, area=area), of, store, viewer, at, area)


@st.cache_data(max_entries=16, show_spinner=False)
def _unreached_doors(key: Key, of: canvass.Round, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return canvass.unreached(View(_store, _viewer, at=_at, area=_area), round=of)


def screening_teams() -> list[str]:
    """Return the teams that have made visits."""
    return [str(team) for team in canvass.by_team(screening_progress().work)["team"].dropna()]


def households() -> pd.DataFrame:
    """Return the households at the moment and in the area in view."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _households(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=8, show_spinner=False)
def _households(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return homes.households(View(_store, _viewer, at=_at, area=_area))


def household_check() -> pd.DataFrame:
    """Return the ledger of households against what is known of its areas, those that differ first."""
    found = homes.check(View(state.store(), state.viewer(), at=state.moment(), area=state.area()))
    return found.sort_values(["is_grid", "more_people"], key=lambda c: c.abs() if c.name == "more_people" else c, ascending=[True, False])


# Persons


def persons() -> pd.DataFrame:
    """Return the persons who are followed at the moment and in the area in view. Nothing in it is masked."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _persons(key(store, viewer, at=at, area=area), store, viewer, at, area)


@st.cache_data(max_entries=8, show_spinner=False)
def _persons(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return followed.persons(View(_store, _viewer, at=_at, area=_area))


def person_file(person_id: str) -> followed.File:
    """Return the file of a person at the moment in view. Nothing in it is masked."""
    store, viewer, at = state.store(), state.viewer(), state.moment()
    return _person_file(key(store, viewer, at=at), person_id, store, viewer, at)


@st.cache_data(max_entries=16, show_spinner=False)
def _person_file(key: Key, person_id: str, _store: Store, _viewer: Viewer, _at: datetime) -> followed.File:
    return followed.file(View(_store, _viewer, at=_at), person_id)


# Isolation


def due() -> needed.Due:
    """Return what is due at the moment and in the area in view, names masked."""
    return view().due


def isolation(name: str) -> pd.DataFrame:
    """Return one of the lists of isolation (``ISOLATION``) at the moment and in the area in view, names masked."""
    store, viewer, at, area = state.store(), state.viewer(), state.moment(), state.area()
    return _isolation(key(store, viewer, at=at, area=area), name, store, viewer, at, area)


ISOLATION = {"episodes": isolating.episodes, "requests": requests.requests, "disturbances": disturbance.disturbances}


@st.cache_data(max_entries=16, show_spinner=False)
def _isolation(key: Key, name: str, _store: Store, _viewer: Viewer, _at: datetime, _area: str | None) -> pd.DataFrame:
    return ISOLATION[name](View(_store, _viewer, at=_at, area=_area))


def due_people() -> pd.DataFrame:
    """Return the people in isolation whom something is due for, alarms first."""
    return needed.due_list(due(), isolation("episodes"))


# Lists


def list_entries() -> pd.DataFrame:
    """Return the entries of all lists at the moment in view, whatever the area: people stand in the lists of several."""
    store, viewer, at = state.store(), state.viewer(), state.moment()
    return _list_entries(key(store, viewer, at=at), store, viewer, at)


@st.cache_data(max_entries=4, show_spinner=False)
def _list_entries(key: Key, _store: Store, _viewer: Viewer, _at: datetime) -> pd.DataFrame:
    return lists.entries(View(_store, _viewer, at=_at))


def list_persons(comparison: lists.Comparison) -> lists.Persons:
    """Return who those entries are under the decisions made so far. It is shared: do not write to it."""
    store, viewer, at = state.store(), state.viewer(), state.moment()
    return _list_persons(key(store, viewer, at=at), store, viewer, at, comparison)


@st.cache_resource(max_entries=4, show_spinner=False)
def _list_persons(key: Key, _store: Store, _viewer: Viewer, _at: datetime, _comparison: lists.Comparison) -> lists.Persons:
    return lists.persons(View(_store, _viewer, at=_at), comparison=_comparison)


def merged_persons(found: lists.Persons) -> pd.DataFrame:
    """Return one row a person of the lists (``ledgers.lists.entries.merged_persons``)."""
    store, viewer, at = state.store(), state.viewer(), state.moment()
    return _merged_persons(key(store, viewer, at=at), found)


@st.cache_data(max_entries=4, show_spinner=False)
def _merged_persons(key: Key, _found: lists.Persons) -> pd.DataFrame:
    return lists.merged_persons(_found.entries)
