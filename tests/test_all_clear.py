"""Silence is never an all-clear: of a workspace where all is well and on record, ledgers are taken away, and with each its all-clears."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box
from township import NOW, START, at

from briefing.indicators import INDICATORS, figure
from briefing.model import Number
from briefing.page import Page
from briefing.sections import advice, problems, situation
from briefing.view import View
from ledgers.evidence import Coverage, Figure, all_clear
from queries.events import LOCAL
from queries.layers import feature_events
from queries.store import Store, open_store
from ui.command.attention import ASKED, doubts

# What each all-clear rests on: one of every group. That nobody is isolated is known as well where every unit has said so.
ISOLATION = {"isolation_event", "report_submission"}
NEEDS: dict[str, list[set[str]]] = {
    "readings.alarms": [ISOLATION, {"reading"}],
    "readings.missed": [ISOLATION, {"reading"}],
    "isolation.release_over": [ISOLATION],
    "gaps.hours": [{"duty_shift"}, {"entrance_event"}, {"checkpoint_event"}],
    "entrances.overdue": [{"entrance_event"}],
    "screening.unreached": [{"household_event"}, {"visit"}, {"areas"}],
    "reports.missing": [{"report_submission"}, {"areas"}],
    "reports.late": [{"report_submission"}, {"areas"}],
    "supplies.scarce": [{"supply_event"}],
    "disinfection.overdue": [{"disinfection"}, {"unit_event"}],
    "units.checks_overdue": [{"unit_event"}, {"business_check"}],
    "findings.open": [{"inspection"}],
}
TICK = {
    **{name: NEEDS[name] for name in ASKED if name in NEEDS},
    "entrances.unstaffed": [{"duty_shift"}, {"entrance_event"}],
    "checkpoints.unstaffed": [{"duty_shift"}, {"checkpoint_event"}],
}


def described(layer: str, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return feature_events(layer, frame.set_crs("EPSG:4326"))


def tables() -> dict[str, pd.DataFrame]:
    """Return a township in which all is well, and all of it is on record."""
    shape = [box(114, 35, 114.2, 35.1), box(114, 35, 114.1, 35.1), box(114.1, 35, 114.2, 35.1)]
    areas = {"id": ["t", "a", "b"], "name": ["青禾镇", "朝阳村", "柳林村"], "level": ["township", "village", "village"]}
    areas |= {"parent_id": [None, "t", "t"], "households": [2, 1, 1]}
    point = Point(114.05, 35.05)
    order = {"ordered_by": "指挥部", "reason": "一级响应", "effective_at": START}
    both = [{"area_id": area, "effective_at": at(2)} for area in ("a", "b")]
    shift = {"person": "王**", "force": "cadre", "starts_at": at(12), "ends_at": at(15), "effective_at": at(12), "recorded_at": START}
    stay = {"episode_id": "x", "person_id": "px", "area_id": "a", "state": "observing", "started_at": at(5), "days": 14}
    figures = '{"cumulative": 1, "new": 0, "hospital": 0, "observing": 1, "released": 0, "transferred": 0, "refuted": 0}'
    report = {"report_date": NOW.date(), "cutoff_at": NOW, "figures": figures, "zero": False, "effective_at": at(12, 17, 30)}
    return {
        "areas": described("areas", gpd.GeoDataFrame(areas, geometry=shape)),
        "entrances": described(
            "entrances",
            gpd.GeoDataFrame({"id": ["e1"], "name": ["东门"], "area_id": "a", "kind": "gate", "source": "hand"}, geometry=[point]),
        ),
        "checkpoints": described(
            "checkpoints",
            gpd.GeoDataFrame({"id": ["p1"], "name": ["村口"], "area_id": "b", "post_class": "village", "source": "hand"}, geometry=[point]),
        ),
        "entrance_event": pd.DataFrame([{"entrance_id": "e1", "mode": "open_24h", **order}]),
        "checkpoint_event": pd.DataFrame([{"checkpoint_id": "p1", "kind": "inspect", "active": True, "sign_in_kept": False, **order}]),
        "duty_shift": pd.DataFrame(
            [{"subject_layer": layer, "subject_id": post, **shift} for layer, post in (("entrances", "e1"), ("checkpoints", "p1"))]
        ),
        "household_event": pd.DataFrame([{"household_id": f"h{n}", "head_count": 3, **row} for n, row in enumerate(both)]),
        "visit": pd.DataFrame(
            [{"household_id": f"h{n}", "purpose": "screening", "outcome": "registered", "screened": 3, **row} for n, row in enumerate(both)]
        ),
        "isolation_event": pd.DataFrame([{**stay, "effective_at": at(5)}]),
        "reading": pd.DataFrame(
            [
                {"episode_id": "x", "area_id": "a", "temperature": 36.5, "effective_at": moment}
                for moment in (at(11, 9), at(11, 15), at(12, 9), at(12, 15))
            ]
        ),
        "report_submission": pd.DataFrame([{"area_id": area, **report} for area in ("a", "b")]),
        "unit_event": pd.DataFrame([{"unit_id": "u1", "area_id": "a", "name": "便民超市", "resumed": True, "effective_at": at(5)}]),
        "business_check": pd.DataFrame([{"unit_id": "u1", "area_id": "a", "passed": True, "inspector": "王**", "effective_at": at(11)}]),
        "disinfection": pd.DataFrame(
            [{"area_id": "a", "place_layer": "units", "place_id": "u1", "done_by": "王**", "effective_at": at(12, 9)}]
        ),
        "supply_event": pd.DataFrame(
            [
                {"area_id": "a", "item": "口罩", "action": action, "quantity": n, "effective_at": at(day)}
                for action, n, day in (("receive", 1000.0, 8), ("use", 10.0, 9), ("use", 10.0, 10), ("use", 10.0, 11))
            ]
        ),
        "inspection": pd.DataFrame(
            [
                {"finding_id": "f", "area_id": "a", "subject": "卡口", "finding": "无人", "status": status, "effective_at": at(day)}
                for status, day in (("open", 8), ("resolved", 9))
            ]
        ),
    }


@cache
def filled() -> tuple[Path, dict[str, list[str]]]:
    """Return the whole workspace, made once, and the events of each ledger in it."""
    folder = Path(tempfile.mkdtemp(prefix="epigrid-clear-"))
    events = {}
    with open_store(folder / "w") as store:
        store.set_settings(LOCAL, {"clock": NOW.isoformat()})
        for name, rows in tables().items():
            known = {} if "recorded_at" in rows else {"recorded_at": at(12, 17, 45)}
            table = "feature_event" if name in ("areas", "entrances", "checkpoints") else name
            events[name] = store.append(LOCAL, {table: rows.assign(**known)})
    return folder / "w", events


@contextmanager
def without(removed: Iterable[str]) -> Iterator[Store]:
    """Open a copy of the whole workspace as if some of its ledgers had never been kept."""
    source, events = filled()
    with tempfile.TemporaryDirectory(prefix="epigrid-clear-") as folder:
        shutil.copytree(source, Path(folder) / "w")
        with open_store(Path(folder) / "w") as store:
            gone = [event for name in removed for event in events[name]]
            if gone:
                store.undo(LOCAL, gone)
            yield store


def expected(needs: dict[str, list[set[str]]], removed: Iterable[str]) -> set[str]:
    kept = set(tables()) - set(removed)
    return {name for name, groups in needs.items() if all(group & kept for group in groups)}


def calm_in_the_briefing(view: View) -> set[str]:
    told = {paragraph.id: paragraph for paragraph in problems.paragraphs(Page(view, "problems"))}
    runs = told["problems_none"].runs if "problems_none" in told else ()
    return {run.query for run in runs if isinstance(run, Number)}


def judged(removed: Iterable[str]) -> None:
    removed = set(removed)
    with without(removed) as store:
        view = View(store, LOCAL, at=NOW, area="t" if "areas" not in removed else None)
        wanted = expected(NEEDS, removed)
        assert calm_in_the_briefing(view) == (wanted if len(wanted) > 1 else set()), removed
        figures = {name: figure(view, name) for name in ASKED}
        assert set(doubts(figures)) == set(ASKED) - expected(TICK, removed), removed
        nothing = [paragraph.id for paragraph in advice.paragraphs(Page(view, "advice")) if paragraph.id == "advice_none"]
        assert nothing == [], "no road is known here, so something is always unknown"


def test_with_all_the_evidence_every_all_clear_is_given() -> None:
    with without(()) as store:
        view = View(store, LOCAL, at=NOW, known_at=NOW, area="t")
        assert calm_in_the_briefing(view) == set(NEEDS)
        assert doubts({name: figure(view, name) for name in ASKED}) == []


@pytest.mark.parametrize("ledger", sorted(tables().keys() - {"areas", "entrances", "checkpoints"}))
def test_without_a_ledger_its_all_clears_are_gone(ledger: str) -> None:
    judged([ledger])


@settings(max_examples=12)
@given(st.sets(st.sampled_from(sorted(tables().keys() - {"areas", "entrances", "checkpoints"})), min_size=2))
def test_without_any_ledgers_their_all_clears_are_gone(removed: set[str]) -> None:
    judged(removed)


def test_an_empty_workspace_is_not_well(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        view = View(store, LOCAL, at=NOW)
        assert set(doubts({name: figure(view, name) for name in ASKED})) == set(ASKED)
        assert calm_in_the_briefing(view) == set()


def test_every_topic_knows_of_how_many_it_was_asked() -> None:
    assert all(INDICATORS[name].covers is not None for name in (*problems.QUERIES, *ASKED))


def test_nobody_was_measured_is_not_nobody_has_a_fever() -> None:
    with without(["reading"]) as store:
        store.append(LOCAL, {"reading": pd.DataFrame([{"episode_id": "x", "area_id": "a", "temperature": 36.5, "effective_at": at(7, 9)}])})
        view = View(store, LOCAL, at=NOW, area="t", lang="en")
        assert figure(view, "readings.alarms") == Figure(None, Coverage(0, 1))
        (said,) = [p.text for p in situation.paragraphs(Page(view, "situation")) if p.id == "situation_alarms"]
        assert "in the last 24 hours: not known; under observation but not measured: 1" in said


def test_some_were_measured_is_told_with_how_many_were_not() -> None:
    with without(()) as store:
        stay = {"episode_id": "y", "person_id": "py", "area_id": "b", "state": "observing", "started_at": at(5), "days": 14}
        store.append(LOCAL, {"isolation_event": pd.DataFrame([{**stay, "effective_at": at(5)}])})
        view = View(store, LOCAL, at=NOW, area="t", lang="en")
        assert figure(view, "readings.alarms") == Figure(0, Coverage(1, 2))
        told = {p.id: p.text for p in problems.paragraphs(Page(view, "problems"))}
        assert "a symptom 0, but people under observation who were not measured 1" in told["problems_partial"]
        assert "a symptom" not in told["problems_none"]


def test_places_never_disinfected_are_overdue() -> None:
    with without(()) as store:
        store.append(LOCAL, {"unit_event": pd.DataFrame([{"unit_id": "u2", "area_id": "b", "name": "药店", "effective_at": at(5)}])})
        view = View(store, LOCAL, at=NOW, area="t", lang="en")
        assert figure(view, "disinfection.overdue").value == 1
        told = {p.id: p.text for p in problems.paragraphs(Page(view, "problems"))}
        assert "1 place is overdue, 1 without any round on record: 药店" in told["problems_disinfection"]


def test_all_clear_needs_at_least_one_figure() -> None:
    assert not all_clear([])
    assert all_clear([Figure.of(0, Coverage(3, 3))])
    assert not all_clear([Figure.of(0, Coverage(3, 3)), Figure.of(0, Coverage(2, 3))])
    assert not Figure.of(0, Coverage(3, None)).calm, "of how many nobody knows"
