"""The figures, the story and the search of the command map, against counts made another way."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from errors import InputError
from ledgers import overview, search, state, story
from queries.layers import feature_events
from queries.store import LOCAL, Store, Viewer, open_store
from queries.view import View

DAY = datetime.fromisoformat("2020-02-12T00:00:00+08:00")
NOON = DAY + timedelta(hours=12)


def points(ids: list[str], names: list[str], **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ids, "name": names, **columns}, geometry=shapely.points([(114 + i / 100, 35) for i in range(len(ids))]), crs=4326
    )


@pytest.fixture
def town(tmp_path: Path) -> Store:
    """A township of two villages: four entrances (one of each mode, one undecided), two posts of which one has somebody."""
    store = open_store(tmp_path / "w")
    areas = gpd.GeoDataFrame(
        {
            "id": ["t", "east", "west"],
            "name": ["青禾镇", "东村", "西村"],
            "level": ["township", "village", "village"],
            "parent_id": [None, "t", "t"],
        },
        geometry=[None] * 3,
        crs=4326,
    )
    entrances = points(["e1", "e2", "e3", "e4"], ["东门", "南門", "Café 西", "北门"], area_id=["east", "east", "west", "west"])
    posts = points(["p1", "p2"], ["东村卡口", "西村卡口"], area_id=["east", "west"])
    orders = pd.DataFrame(
        {
            "entrance_id": ["e1", "e2", "e3"],
            "mode": ["sealed", "open_24h", "open_hours"],
            "timetable": [None, None, "06:00-22:00"],
            "reason": ["防疫", None, None],
            "expires_at": pd.to_datetime([DAY + timedelta(hours=6), None, None], utc=True),
            "effective_at": pd.Timestamp(DAY - timedelta(days=1)),
        }
    )
    shifts = pd.DataFrame(
        {
            "subject_layer": ["checkpoints", "entrances"],
            "subject_id": ["p1", "e2"],
            "person": ["王五", "李四"],
            "starts_at": pd.Timestamp(DAY + timedelta(hours=8)),
            "ends_at": pd.Timestamp(DAY + timedelta(hours=20)),
            "effective_at": pd.Timestamp(DAY + timedelta(hours=8)),
        }
    )
    events = pd.concat([feature_events("areas", areas), feature_events("entrances", entrances), feature_events("checkpoints", posts)])
    in_force = pd.DataFrame(
        {"checkpoint_id": ["p1", "p2"], "kind": ["inspect", "block"], "active": True, "effective_at": pd.Timestamp(DAY - timedelta(days=1))}
    )
    store.append(LOCAL, {"feature_event": events, "entrance_event": orders, "checkpoint_event": in_force, "duty_shift": shifts})
    with store:
        yield store


def test_figures_agree_with_the_layers(town: Store) -> None:
    for hour in (2, 5, 7, 12, 21, 23):
        for area in (None, "t", "east", "west"):
            at = DAY + timedelta(hours=hour)
            figures = overview.figures(View(town, LOCAL, at=at, area=area))
            entrances = state.layer(View(town, LOCAL, at=at, area=area), "entrances")
            posts = state.layer(View(town, LOCAL, at=at, area=area), "checkpoints")
            assert figures.entrances == {m: int((entrances["mode"] == m).sum()) for m in figures.entrances}
            assert figures.entrances_undecided == int(entrances["mode"].isna().sum())
            assert figures.entrances_open_now == int(entrances["open_now"].sum())
            assert figures.entrances_unstaffed_now == int(entrances["unstaffed"].sum())
            assert figures.seals_overdue == int(entrances["overdue"].sum())
            assert figures.checkpoints == {k: int((posts["kind"] == k).sum()) for k in figures.checkpoints}
            assert figures.checkpoints_unstaffed_now == int(posts["unstaffed"].sum())
            assert figures.layers["entrances"] == len(entrances)
            assert figures.layers["checkpoints"] == len(posts)


def test_figures_known_by_hand(town: Store) -> None:
    noon = overview.figures(View(town, LOCAL, at=NOON))
    assert noon.entrances == {"sealed": 1, "open_24h": 1, "open_hours": 1}
    assert (noon.entrances_undecided, noon.entrances_open_now, noon.entrances_unstaffed_now, noon.seals_overdue) == (1, 2, 1, 1)
    assert noon.checkpoints == {"inspect": 1, "dissuade": 0, "block": 1, "screen": 0}
    assert (noon.checkpoints_unstaffed_now, noon.checkpoints_held_now) == (0, 1), "a wall needs nobody"
    assert noon.layers["areas"] == 3
    assert noon.crossings == {"total": 0, "with_post": 0}
    assert overview.figures(View(town, LOCAL, at=DAY + timedelta(hours=5))).seals_overdue == 0
    assert overview.figures(View(town, LOCAL, at=DAY - timedelta(days=2))).entrances == {"sealed": 0, "open_24h": 0, "open_hours": 0}


def test_figures_stay_within_the_viewers_areas(town: Store) -> None:
    east = Viewer("east", areas=frozenset({"east"}))
    figures = overview.figures(View(town, east, at=NOON))
    assert (figures.layers["areas"], figures.layers["entrances"], figures.layers["checkpoints"]) == (1, 2, 1)


def test_story_tells_every_event_and_what_was_undone(town: Store) -> None:
    events = story.history(View(town, LOCAL), "entrances", "e1")
    assert list(events["event_table"]) == ["entrance_event", "feature_event"]
    assert events["details"][0]["reason"] == "防疫"
    assert events["details"][1]["area_id"] == "east"
    assert not events["voided"].any()
    seal = events["event_id"][0]
    with pytest.raises(InputError, match="Say why"):
        story.undo(town, LOCAL, "entrances", "e1", seal, reason="  ")
    story.undo(town, LOCAL, "entrances", "e1", seal, reason="弄错了")
    after = story.history(View(town, LOCAL), "entrances", "e1")
    assert list(after["voided"]) == [True, False]
    assert after["void_reason"][0] == "弄错了"
    assert after["voided_by"][0] == "local"
    assert overview.figures(View(town, LOCAL, at=NOON)).entrances["sealed"] == 0
    with pytest.raises(InputError, match="undone already"):
        story.undo(town, LOCAL, "entrances", "e1", seal, reason="again")
    with pytest.raises(InputError, match="no such event"):
        story.undo(town, LOCAL, "entrances", "e2", seal, reason="of another")


def test_story_is_hidden_from_who_may_not_see_the_feature(town: Store) -> None:
    west = Viewer("west", areas=frozenset({"west"}))
    assert story.history(View(town, west), "entrances", "e1").empty
    assert len(story.history(View(town, west), "checkpoints", "p2")) == 2
    assert list(story.history(View(town, LOCAL), "checkpoints", "p1")["event_table"]) == ["duty_shift", "checkpoint_event", "feature_event"]


@pytest.mark.parametrize(
    ("text", "first"), [("东门", "e1"), ("南门", "e2"), ("cafe西", "e3"), ("CAFÉ", "e3"), ("P2", "p2"), ("西村", "west"), ("青禾鎮", "t")]
)
def test_search_folds_what_people_write(town: Store, text: str, first: str) -> None:
    assert search.find(search.names(View(town, LOCAL, at=NOON)), text)["id"].iloc[0] == first


def test_search_finds_nothing_for_nothing(town: Store) -> None:
    listed = search.names(View(town, LOCAL, at=NOON))
    assert search.find(listed, "  ").empty
    assert search.find(listed, "没有这个").empty
    assert len(search.find(listed, "门", limit=2)) == 2
