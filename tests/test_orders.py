"""Orders: each checks everything before it writes, says what it did, and can be undone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import Point
from township import NOW, at, township

from errors import InputError, NotFound
from ledgers import story
from ledgers.posts import orders
from queries.events import LOCAL, Viewer
from queries.layers import feature_events
from queries.store import Store
from queries.view import View

WHY = {"reason": "封控", "ordered_by": "王镇长"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with township(tmp_path) as opened:
        yield opened


def modes(store: Store, **when: object) -> dict[str, str]:
    frame = store.layer("entrances", LOCAL, **when)
    return dict(zip(frame["id"], frame["mode"], strict=True))


def test_sealing_several_is_one_act_and_undone_as_one(store: Store) -> None:
    before = modes(store)
    events = orders.seal(store, LOCAL, ["e1", "e2", "e1"], **WHY, egress="none", key_holder=" 李网格员 ", expires_at="2020-02-20T00:00")
    assert len(events) == 2
    after = store.layer("entrances", LOCAL).set_index("id")
    assert list(after["mode"]) == ["sealed"] * 3
    assert after.loc["e1", ["egress", "key_holder", "reason", "ordered_by"]].tolist() == ["none", "李网格员", "封控", "王镇长"]
    assert after.loc["e2", "expires_at"] == at(20)
    store.undo(LOCAL, events)
    assert modes(store) == before


def test_an_order_for_later_leaves_now_alone(store: Store) -> None:
    orders.seal(store, LOCAL, ["e1"], **WHY, effective_at=NOW + timedelta(hours=6))
    assert modes(store)["e1"] == "open_24h"
    assert modes(store, at=NOW + timedelta(hours=6))["e1"] == "sealed"


def test_a_timetable_is_stored_in_its_one_form(store: Store) -> None:
    orders.open_hours(store, LOCAL, ["e3"], timetable="周一至周五 6:00-22:00，周末 8点-20点", **WHY)
    frame = store.layer("entrances", LOCAL).set_index("id")
    assert frame.loc["e3", "mode"] == "open_hours"
    assert frame.loc["e3", "timetable"] == "Mon-Fri 06:00-22:00; Sat,Sun 08:00-20:00"
    assert not frame.loc["e3", "overdue"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"ordered_by": ""},
        {"egress": "window"},
        {"expires_at": at(12, 17)},
        {"expires_at": "soon"},
        {"barrier": "paper"},
        {"patrol_minutes": 30},
        {"barrier": "soft", "patrol_minutes": 0},
        {"barrier": "soft", "patrol_minutes": 1441},
    ],
    ids=lambda w: " ".join(map(str, w)),
)
def test_a_bad_order_changes_nothing(store: Store, wrong: dict[str, object]) -> None:
    revision = store.revision
    with pytest.raises(InputError):
        orders.seal(store, LOCAL, ["e1"], **{**WHY, **wrong})
    assert store.revision == revision


def test_a_seal_by_tape_is_soft_until_it_is_sealed_again_or_opened(store: Store) -> None:
    orders.seal(store, LOCAL, ["e1"], **WHY, barrier="soft", patrol_minutes=30, effective_at=at(12, 10))
    orders.seal(store, LOCAL, ["e2"], **WHY, barrier="soft", effective_at=at(12, 10))
    events = orders.seal(store, LOCAL, ["e2"], **WHY, effective_at=at(12, 12))
    gates = store.layer("entrances", LOCAL, at=at(12, 11)).set_index("id")
    assert gates["barrier"].to_dict() == {"e1": "soft", "e2": "soft", "e3": "hard"}, "e3 was sealed before anyone asked"
    assert gates["patrol_minutes"].dropna().to_dict() == {"e1": 30}
    orders.open_24h(store, LOCAL, ["e1"], **WHY)
    gates = store.layer("entrances", LOCAL).set_index("id")
    assert gates["barrier"].dropna().to_dict() == {"e2": "hard", "e3": "hard"} and gates["patrol_minutes"].isna().all()
    store.undo(LOCAL, events)
    assert store.layer("entrances", LOCAL).set_index("id").loc["e2", "barrier"] == "soft"
    told = story.history(View(store, LOCAL), "entrances", "e1")["details"]
    assert [(d["barrier"], d["patrol_minutes"]) for d in told if "barrier" in d] == [("soft", 30)]


def test_only_a_block_has_a_barrier(store: Store) -> None:
    orders.establish(store, LOCAL, ["p2"], kind="block", barrier="soft", patrol_minutes=60, **WHY, effective_at=at(12, 10))
    placed = orders.add_checkpoint(store, LOCAL, name="土路", lon=114.03, lat=35.03, kind="block", barrier="soft", **WHY)
    posts = store.layer("checkpoints", LOCAL).set_index("id")
    assert posts["barrier"].dropna().to_dict() == {"p2": "soft", placed.id: "soft"}
    assert posts["patrol_minutes"].dropna().to_dict() == {"p2": 60}
    assert story.history(View(store, LOCAL), "checkpoints", "p2")["details"].iloc[0]["patrol_minutes"] == 60
    orders.establish(store, LOCAL, ["p2"], kind="block", **WHY, effective_at=at(12, 11))
    orders.establish(store, LOCAL, [placed.id], kind="inspect", **WHY)
    posts = store.layer("checkpoints", LOCAL).set_index("id")
    assert posts["barrier"].dropna().to_dict() == {"p2": "hard"} and posts["patrol_minutes"].isna().all()
    revision = store.revision
    for wrong in ({"kind": "inspect", "barrier": "soft"}, {"kind": "block", "patrol_minutes": 5}, {"kind": "screen", "patrol_minutes": 5}):
        with pytest.raises(InputError):
            orders.establish(store, LOCAL, ["p1"], **wrong, **WHY)
        with pytest.raises(InputError):
            orders.add_checkpoint(store, LOCAL, name="新卡口", lon=114.03, lat=35.03, **wrong, **WHY)
    assert store.revision == revision


def test_one_unknown_entrance_stops_the_whole_order(store: Store) -> None:
    before = modes(store)
    with pytest.raises(NotFound, match="nowhere"):
        orders.open_24h(store, LOCAL, ["e2", "nowhere"], **WHY)
    with pytest.raises(InputError):
        orders.open_24h(store, LOCAL, [], **WHY)
    assert modes(store) == before


def test_a_viewer_orders_only_what_they_see(store: Store) -> None:
    village = Viewer("李网格员", areas=frozenset({"b"}))
    with pytest.raises(NotFound):
        orders.seal(store, village, ["e1"], **WHY)
    orders.open_24h(store, village, ["e3"], **WHY)
    assert modes(store)["e3"] == "open_24h"


def test_sealing_keeps_whether_sign_ins_are_kept(store: Store) -> None:
    orders.open_24h(store, LOCAL, ["e1"], **WHY, sign_in_kept=True, effective_at=at(12, 10))
    orders.seal(store, LOCAL, ["e1", "e2"], **WHY, effective_at=at(12, 11))
    kept = store.run("select_sign_in_kept", LOCAL, layer="entrances").set_index("id")["sign_in_kept"]
    assert kept.to_dict() == {"e1": True, "e2": False, "e3": False}


def test_thousands_at_once_in_one_commit(store: Store) -> None:
    n = 3000
    gates = gpd.GeoDataFrame(
        {"id": [f"g{i}" for i in range(n)], "name": "门", "area_id": "a"}, geometry=[Point(114.01, 35.01)] * n, crs="EPSG:4326"
    )
    store.append(LOCAL, {"feature_event": feature_events("entrances", gates)})
    revision = store.revision
    events = orders.seal(store, LOCAL, list(gates["id"]), **WHY)
    assert len(set(events)) == n
    assert store.revision == revision + 1
    assert list(modes(store).values()).count("sealed") == n + 1


def test_a_checkpoint_changes_kind_stands_down_and_comes_back(store: Store) -> None:
    orders.establish(store, LOCAL, ["p1"], kind="block", **WHY)
    post = store.layer("checkpoints", LOCAL).set_index("id").loc["p1"]
    assert (post["kind"], post["sign_in_kept"]) == ("block", True)
    events = orders.stand_down(store, LOCAL, ["p1"], **WHY)
    assert list(store.layer("checkpoints", LOCAL)["id"]) == ["p2"]
    with pytest.raises(InputError, match="p1"):
        orders.stand_down(store, LOCAL, ["p1"], **WHY)
    store.undo(LOCAL, events)
    assert list(store.layer("checkpoints", LOCAL)["id"]) == ["p1", "p2"]
    with pytest.raises(InputError):
        orders.establish(store, LOCAL, ["p1"], kind="guess", **WHY)


def test_adding_finds_the_smallest_area_and_can_be_undone(store: Store) -> None:
    placed = orders.add_entrance(store, LOCAL, name=" 北门 ", lon=114.12, lat=35.03)
    there = store.layer("entrances", LOCAL).set_index("id").loc[placed.id]
    assert (there["name"], there["area_id"], there["source"], there["provenance"]) == ("北门", "b", "hand", "entered")
    assert there["mode"] is None or there.isna()["mode"]
    assert (there.geometry.x, there.geometry.y) == (114.12, 35.03)
    store.undo(LOCAL, placed.event_ids)
    assert placed.id not in set(store.layer("entrances", LOCAL)["id"])


def test_adding_a_checkpoint_establishes_it_in_the_same_commit(store: Store) -> None:
    revision = store.revision
    placed = orders.add_checkpoint(store, LOCAL, name="桥头", lon=114.03, lat=35.03, kind="screen", staff_required=3, **WHY)
    assert store.revision == revision + 1
    post = store.layer("checkpoints", LOCAL).set_index("id").loc[placed.id]
    assert (post["kind"], post["staff_required"], post["area_id"]) == ("screen", 3, "a")


@pytest.mark.parametrize(
    ("name", "lon", "lat"), [("", 114.1, 35.05), ("东门", 114.05, 35.05), ("南门", 100.0, 35.0), ("南门", 35.0, 114.0)]
)
def test_a_bad_place_or_name_adds_nothing(store: Store, name: str, lon: float, lat: float) -> None:
    with pytest.raises(InputError):
        orders.add_entrance(store, LOCAL, name=name, lon=lon, lat=lat)
    assert len(store.layer("entrances", LOCAL)) == 3


def test_the_same_name_may_stand_in_another_area(store: Store) -> None:
    orders.add_entrance(store, LOCAL, name="东门", lon=114.12, lat=35.03)
    assert len(store.layer("entrances", LOCAL)) == 4


def test_a_move_and_a_rename_hold_for_the_past_too(store: Store) -> None:
    events = orders.move(store, LOCAL, "entrances", "e1", lon=114.15, lat=35.02)
    events += orders.rename(store, LOCAL, "entrances", "e1", name="大东门")
    for moment in (at(2), NOW):
        gate = store.layer("entrances", LOCAL, at=moment).set_index("id").loc["e1"]
        assert (gate["name"], gate["area_id"], gate.geometry.x, gate["kind"]) == ("大东门", "b", 114.15, "gate")
    store.undo(LOCAL, events)
    gate = store.layer("entrances", LOCAL).set_index("id").loc["e1"]
    assert (gate["name"], gate["area_id"], gate.geometry.x) == ("东门", "a", 114.01)


def test_withdrawn_is_gone_from_then_on_and_can_be_restored(store: Store) -> None:
    orders.withdraw(store, LOCAL, "entrances", ["e1", "e2"], effective_at=at(12, 12))
    assert list(store.layer("entrances", LOCAL)["id"]) == ["e3"]
    assert len(store.layer("entrances", LOCAL, at=at(12, 11))) == 3
    assert sorted(orders.withdrawn(View(store, LOCAL), "entrances")["id"]) == ["e1", "e2"]
    with pytest.raises(NotFound):
        orders.withdraw(store, LOCAL, "entrances", ["e1"])
    with pytest.raises(NotFound, match="e3"):
        orders.restore(store, LOCAL, "entrances", ["e1", "e3"])
    orders.restore(store, LOCAL, "entrances", ["e1"], effective_at=at(12, 14))
    orders.rename(store, LOCAL, "entrances", "e1", name="大东门")
    names = {hour: set(store.layer("entrances", LOCAL, at=at(12, hour))["name"]) for hour in (11, 13, 15)}
    assert "大东门" in names[11] and "大东门" not in names[13] and "大东门" in names[15]
    assert modes(store)["e1"] == "open_24h"
