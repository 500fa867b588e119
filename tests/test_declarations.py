"""Declarations of complete entrances: they count from a moment on, are seen by those who may, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from township import NOW, township

from errors import NotFound
from ledgers.people.retention import purge
from ledgers.roads.coverage import study
from ledgers.roads.declarations import declare, declared
from queries.events import LOCAL, Batch, Viewer
from queries.layers import feature_events
from queries.store import Store, open_store
from queries.view import View
from tests.demo_town import copied

VILLAGE = Viewer("柳林村", areas=frozenset({"b"}))
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        places = gpd.GeoDataFrame(
            {"id": ["s1", "s2"], "name": ["朝阳湾", "柳林湾"], "area_id": ["a", "b"], "place": "village"},
            geometry=[Point(114.03, 35.03), Point(114.17, 35.05)],
            crs="EPSG:4326",
        )
        described = feature_events("settlements", places).assign(recorded_at=NOW - 9 * HOUR)
        opened.append(LOCAL, {"feature_event": described})
        yield opened


def complete(store: Store, viewer: Viewer = LOCAL, **when: object) -> dict[str, bool]:
    frame = declared(View(store, viewer, **when))
    assert list(frame.columns) == ["key", "layer", "id", "complete", "note", "since", "recorded_by", "event_id"]
    return dict(zip(frame["key"], frame["complete"], strict=True))


def test_the_latest_declaration_counts_at_each_moment_as_known_then(store: Store) -> None:
    assert complete(store) == {}
    declare(store, LOCAL, layer="settlements", subject_id="s1", note=" 已逐路核对 ", effective_at=NOW - 3 * HOUR)
    (row,) = declared(View(store, LOCAL)).to_dict("records")
    assert row["note"] == "已逐路核对" and row["since"] == NOW - 3 * HOUR and row["recorded_by"] == "local"
    taken_back = declare(store, LOCAL, layer="settlements", subject_id="s1", complete=False, effective_at=NOW - HOUR)
    assert complete(store) == {"settlements:s1": False}
    assert complete(store, at=NOW - 2 * HOUR) == {"settlements:s1": True}
    assert complete(store, at=NOW - 4 * HOUR) == {}
    store.undo(LOCAL, taken_back)
    assert complete(store) == {"settlements:s1": True}


def test_what_was_recorded_later_was_not_known_before(store: Store) -> None:
    told = {"subject_layer": "settlements", "subject_id": "s1", "area_id": "a", "effective_at": NOW - 3 * HOUR}
    rows = [{**told, "complete": said, "recorded_at": NOW - ago * HOUR} for said, ago in ((True, 2), (False, 1))]
    store.append(LOCAL, {"entrance_declaration": pd.DataFrame(rows)})
    assert complete(store, known_at=NOW - 3 * HOUR) == {}
    assert complete(store, known_at=NOW - 2 * HOUR) == {"settlements:s1": True}
    assert complete(store, known_at=NOW) == {"settlements:s1": False}


def test_places_of_each_layer_are_told_apart(store: Store) -> None:
    declare(store, LOCAL, layer="areas", subject_id="b")
    declare(store, LOCAL, layer="settlements", subject_id="s2", complete=False)
    assert complete(store) == {"areas:b": True, "settlements:s2": False}


@pytest.mark.parametrize(("layer", "subject"), [("settlements", "s9"), ("areas", "s1"), ("compounds", "s1"), ("entrances", "e1")])
def test_what_is_not_there_cannot_be_declared(store: Store, layer: str, subject: str) -> None:
    revision = store.revision
    with pytest.raises(NotFound):
        declare(store, LOCAL, layer=layer, subject_id=subject)
    assert store.revision == revision


def test_a_viewer_declares_sees_and_undoes_only_what_lies_in_their_areas(store: Store) -> None:
    far = declare(store, LOCAL, layer="settlements", subject_id="s1")
    declare(store, LOCAL, layer="areas", subject_id="a")
    near = declare(store, VILLAGE, layer="settlements", subject_id="s2")
    declare(store, VILLAGE, layer="areas", subject_id="b")
    assert complete(store, VILLAGE) == {"settlements:s2": True, "areas:b": True}
    for layer, subject in (("settlements", "s1"), ("areas", "a"), ("areas", "t")):
        with pytest.raises(NotFound):
            declare(store, VILLAGE, layer=layer, subject_id=subject)
    with pytest.raises(NotFound):
        store.undo(VILLAGE, far)
    store.undo(VILLAGE, near)
    assert complete(store) == {"settlements:s1": True, "areas:a": True, "areas:b": True}


def test_a_place_that_is_withdrawn_is_not_declared_any_more(store: Store) -> None:
    declare(store, LOCAL, layer="settlements", subject_id="s1", effective_at=NOW - 2 * HOUR)
    gone = {"layer": "settlements", "feature_id": "s1", "withdrawn": True, "effective_at": NOW - HOUR, "attributes": '{"area_id": "a"}'}
    withdrawn = store.append(LOCAL, {"feature_event": pd.DataFrame([gone])})
    assert complete(store) == {}
    assert complete(store, at=NOW - 1.5 * HOUR) == {"settlements:s1": True}
    with pytest.raises(NotFound):
        declare(store, LOCAL, layer="settlements", subject_id="s1")
    store.undo(LOCAL, withdrawn)
    assert complete(store) == {"settlements:s1": True}


def test_undoing_an_import_takes_its_declarations_back(store: Store) -> None:
    told = {"subject_layer": "settlements", "subject_id": "s1", "area_id": "a", "complete": True}
    batch = Batch("ledger", "出入口.xlsx")
    store.append(LOCAL, {"entrance_declaration": pd.DataFrame([told])}, batch=batch)
    assert complete(store) == {"settlements:s1": True}
    store.undo(LOCAL, list(store.run("select_batch_events", LOCAL, batch_id=batch.batch_id)["event_id"]))
    assert complete(store) == {}


def test_a_declaration_is_a_moment_at_which_the_proof_changes(store: Store) -> None:
    declare(store, LOCAL, layer="settlements", subject_id="s1", effective_at=NOW - 2 * HOUR)
    moments = store.run("select_change_moments", LOCAL, start=NOW - 3 * HOUR, until=NOW)["moment"]
    assert list(moments) == [NOW - 2 * HOUR]


def test_purge_blanks_old_notes_and_keeps_the_one_in_force(store: Store) -> None:
    for layer, subject, note, days in (
        ("settlements", "s1", "旧", 800),
        ("settlements", "s1", "今", 700),
        ("areas", "a", "村", 900),
    ):
        moment = NOW - timedelta(days=days)
        row = {"subject_layer": layer, "subject_id": subject, "area_id": "a", "complete": True, "note": note}
        store.append(LOCAL, {"entrance_declaration": pd.DataFrame([{**row, "effective_at": moment, "recorded_at": moment}])})
    (purged,) = purge(store, LOCAL)["purged"]
    assert (purged["table"], purged["rows"]) == ("entrance_declaration", 1)
    assert list(declared(View(store, LOCAL))["note"]) == ["村", "今"]
    before = declared(View(store, LOCAL, at=NOW - timedelta(days=750))).set_index("key")["note"]
    assert pd.isna(before["settlements:s1"]), "only the words go: that it was declared then stays"


def test_the_demo_declares_what_it_lists(demo_town: Path, tmp_path: Path) -> None:
    with open_store(copied(demo_town, tmp_path / "ws")) as town:
        listed = study(View(town, LOCAL)).situation.settlements.query("entrances > 0")["key"]
        frame = declared(View(town, LOCAL))
        assert set(frame["key"]) == set(listed) and len(listed) == 14 + 5
        assert frame["complete"].all()
        orders = town.run("select_change_moments", LOCAL, start=frame["since"].min() - HOUR, until=frame["since"].min() + HOUR)["moment"]
        assert list(orders) == [frame["since"].min()] == [frame["since"].max()], "declared when they were listed"
