"""Disinfection, tips, supplies, outreach, measures, findings: the rules of each, and what an undo takes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box
from township import at, township

from errors import InputError, NotFound
from ledgers.upkeep import environment, supplies, units
from queries.events import LOCAL, Viewer, new_id
from queries.layers import feature_events
from queries.store import Store
from queries.view import View

ONLY_B = Viewer("b", areas=frozenset({"b"}))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with township(tmp_path) as opened:
        places = {"id": ["h1", "h2"], "name": ["1栋", "2栋"], "area_id": ["a", "b"], "source": "demo"}
        buildings = gpd.GeoDataFrame(places, geometry=[box(114, 35, 114.001, 35.001)] * 2, crs="EPSG:4326")
        market = {"id": ["v1"], "name": ["菜市场"], "area_id": ["a"], "source": "demo", "kind": "market"}
        venues = gpd.GeoDataFrame(market, geometry=[Point(114.01, 35.01)], crs="EPSG:4326")
        features = [feature_events("buildings", buildings), feature_events("venues", venues)]
        opened.append(LOCAL, {"feature_event": pd.concat(features, ignore_index=True)})
        yield opened


# Disinfection


def states(store: Store, **when: object) -> dict[str, str]:
    found = environment.rounds(View(store, LOCAL, **when))
    return dict(zip(found["name"], found["state"], strict=True))


def test_a_place_is_overdue_when_its_interval_has_passed(store: Store) -> None:
    shop, _ = units.enter(store, LOCAL, name="超市", trade="超市", area_id="b", effective_at=at(1))
    assert states(store) == {"1栋": "never", "2栋": "never", "菜市场": "never", "超市": "never"}
    done = {"done_by": "环卫队", "agent": "84消毒液"}
    undone = environment.disinfect(store, LOCAL, "buildings", ["h1", "h2"], **done, effective_at=at(11, 18))
    environment.disinfect(store, LOCAL, "venues", ["v1"], part="摊位", **done, effective_at=at(11, 18, 1))
    environment.disinfect(store, LOCAL, "units", [shop], **done, effective_at=at(12, 8))
    # 24 hours to the minute are over.
    assert states(store) == {"1栋": "overdue", "2栋": "overdue", "菜市场": "fresh", "超市": "fresh"}
    assert states(store, at=at(12, 17, 59))["1栋"] == "fresh"
    assert set(environment.rounds(View(store, LOCAL, area="b"))["name"]) == {"2栋", "超市"}
    store.undo(LOCAL, undone)
    assert states(store)["1栋"] == "never"
    store.set_settings(LOCAL, {"disinfection_hours": {"venues": 12}})
    assert states(store)["菜市场"] == "overdue"
    store.set_settings(LOCAL, {"disinfection_hours": {"venues": 0}})
    with pytest.raises(InputError, match="disinfection_hours"):
        environment.rounds(View(store, LOCAL))


def test_a_round_names_places_and_who(store: Store) -> None:
    with pytest.raises(InputError, match="nothing was selected"):
        environment.disinfect(store, LOCAL, "buildings", [], done_by="王")
    with pytest.raises(InputError, match="who disinfected"):
        environment.disinfect(store, LOCAL, "buildings", ["h1"], done_by=" ")
    with pytest.raises(NotFound, match="v1"):
        environment.disinfect(store, LOCAL, "buildings", ["h1", "v1"], done_by="王")
    with pytest.raises(NotFound, match="h1"):
        environment.disinfect(store, ONLY_B, "buildings", ["h1"], done_by="王")
    with pytest.raises(InputError, match="still to come"):
        environment.disinfect(store, LOCAL, "buildings", ["h1"], done_by="王", effective_at=at(13))


# Tips


def test_a_tip_goes_its_way_to_an_outcome(store: Store) -> None:
    tip, _ = environment.take_tip(
        store, LOCAL, "a", kind="聚餐", content="三组办酒席", reporter="王", phone="19900000001", effective_at=at(10, 9)
    )
    with pytest.raises(InputError, match="received cannot become 'closed'"):
        environment.settle_tip(store, LOCAL, tip, status="closed", handled_by="李", outcome="劝散")
    environment.settle_tip(store, LOCAL, tip, status="verified", handled_by="李", effective_at=at(10, 11))
    with pytest.raises(InputError, match="outcome"):
        environment.settle_tip(store, LOCAL, tip, status="closed", handled_by="李")
    with pytest.raises(InputError, match="before what is recorded"):
        environment.settle_tip(store, LOCAL, tip, status="closed", handled_by="李", outcome="劝散", effective_at=at(10, 10))
    closed = environment.settle_tip(store, LOCAL, tip, status="closed", handled_by="李", outcome="劝散", effective_at=at(10, 15))
    found = environment.tips(View(store, LOCAL)).iloc[0]
    assert (found["status"], found["outcome"], found["taken_at"], found["content"]) == ("closed", "劝散", at(10, 9), "三组办酒席")
    assert environment.tips(View(store, LOCAL, at=at(10, 12)))["status"].to_list() == ["verified"]
    with pytest.raises(InputError, match="closed cannot become"):
        environment.settle_tip(store, LOCAL, tip, status="verified", handled_by="李")
    store.undo(LOCAL, closed)
    assert environment.tips(View(store, LOCAL))["status"].to_list() == ["verified"]
    assert environment.tips(View(store, ONLY_B)).empty
    with pytest.raises(NotFound):
        environment.settle_tip(store, ONLY_B, tip, status="closed", handled_by="李", outcome="劝散")


def test_a_tip_says_something_and_somebody_handles_it(store: Store) -> None:
    with pytest.raises(InputError, match="what the tip says"):
        environment.take_tip(store, LOCAL, "a", content=" ")
    tip, _ = environment.take_tip(store, LOCAL, "a", content="聚餐")
    with pytest.raises(InputError, match="who handled"):
        environment.settle_tip(store, LOCAL, tip, status="unfounded", handled_by="")


# Supplies


def move(store: Store, action: str, quantity: float, day: int, hour: int = 9, *, item: str = "口罩", area: str = "a") -> list[str]:
    return supplies.move(store, LOCAL, area, item, action=action, quantity=quantity, measure_unit="只", effective_at=at(day, hour))


def stock(store: Store, item: str = "口罩", **when: object) -> dict[str, object]:
    found = supplies.stock(View(store, LOCAL, **when))
    row = found[found["item"] == item].iloc[0]
    return {name: None if pd.isna(row[name]) else row[name] for name in ("stock", "use_a_day", "days_left", "scarce")}


def test_days_left_by_hand(store: Store) -> None:
    move(store, "receive", 1000, 1)
    assert stock(store) == {"stock": 1000, "use_a_day": None, "days_left": None, "scarce": False}  # nothing used: nobody knows
    move(store, "use", 100, 5)  # eight days ago: not of the last seven
    move(store, "use", 60, 6)
    move(store, "use", 40, 10, 8)
    move(store, "use", 20, 10, 20)
    move(store, "use", 60, 12)
    # 60 on the 6th, 60 on the 10th, 60 on the 12th: three days with entries, 60 a day; 720 left are 12 days.
    assert stock(store) == {"stock": 720, "use_a_day": 60, "days_left": 12, "scarce": False}
    counted = move(store, "count", 119, 12, 10)
    assert stock(store) == {"stock": 119, "use_a_day": 60, "days_left": pytest.approx(119 / 60), "scarce": True}
    move(store, "receive", 1, 12, 11)
    assert stock(store)["days_left"] == 2 and stock(store)["scarce"]  # two days are no more than two days
    move(store, "receive", 1, 12, 12)
    assert stock(store)["days_left"] > 2 and not stock(store)["scarce"]
    store.undo(LOCAL, counted)
    assert stock(store)["stock"] == 722
    # A day later the use of the 6th is a week ago, and two days with entries make no rate.
    assert stock(store, at=at(13)) == {"stock": 722, "use_a_day": None, "days_left": None, "scarce": False}
    assert supplies.stock(View(store, LOCAL, at=at(13)))["doubt"].to_list() == ["few_days"]
    assert supplies.stock(View(store, LOCAL, at=at(19)))["doubt"].to_list() == [None]


def test_the_day_is_the_workspaces(store: Store) -> None:
    move(store, "receive", 100, 1)
    move(store, "use", 10, 5, 23)  # still the 5th in Shanghai, and in Greenwich
    move(store, "use", 10, 6, 1)  # the 6th in Shanghai, the 5th in Greenwich
    assert stock(store, at=at(11, 1))["use_a_day"] is None  # two days in Shanghai
    move(store, "use", 16, 7, 1)
    assert stock(store, at=at(11, 1))["use_a_day"] == 12


def test_a_count_resets_and_may_be_zero(store: Store) -> None:
    move(store, "receive", 10, 1)
    move(store, "count", 0, 2)
    assert stock(store)["stock"] == 0
    with pytest.raises(InputError, match="0 of 口罩 left, not 1"):
        move(store, "use", 1, 3)
    # At the moment of a count what is entered after it counts.
    supplies.move(store, LOCAL, "a", "口罩", action="receive", quantity=5, effective_at=at(2, 9))
    assert stock(store)["stock"] == 5


def test_a_stock_below_zero_is_flagged_and_in_no_total(store: Store) -> None:
    move(store, "receive", 10, 2)
    move(store, "receive", 30, 2, area="b")
    move(store, "use", 10, 12)
    move(store, "use", 10, 8)  # entered later, for a day on which there were ten
    found = supplies.stock(View(store, LOCAL))
    assert found[["area_id", "doubt"]].to_numpy().tolist() == [["a", "below_zero"], ["b", None]]
    assert pd.isna(found.loc[0, "stock"]) and pd.isna(found.loc[0, "days_left"]) and not found.loc[0, "scarce"]
    total = supplies.totals(found).iloc[0]
    assert (total["stock"], total["areas"], total["unknown"], total["doubt"]) == (30, 2, 1, "below_zero")
    with pytest.raises(InputError, match="More of 口罩 was used here than was entered"):
        move(store, "use", 1, 12, 10)
    move(store, "count", 4, 12, 11)
    assert stock(store)["stock"] == 4


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"item": " "}, "which item"),
        ({"quantity": 0}, "above zero, not 0"),
        ({"quantity": -3}, "above zero, not -3"),
        ({"quantity": float("nan")}, "above zero"),
        ({"quantity": float("inf")}, "above zero"),
        ({"action": "lose"}, "not one of"),
        ({"action": "use", "quantity": 11}, "10 of 口罩 left, not 11"),
        ({"measure_unit": "箱"}, "只 here, not in 箱"),
        ({"effective_at": at(13)}, "still to come"),
    ],
)
def test_a_movement_is_refused_in_one_sentence(store: Store, wrong: dict[str, object], why: str) -> None:
    move(store, "receive", 10, 1)
    told = {"item": "口罩", "action": "receive", "quantity": 1, "measure_unit": "只", "effective_at": at(2), **wrong}
    with pytest.raises(InputError, match=why):
        supplies.move(store, LOCAL, "a", told.pop("item"), **told)
    assert stock(store)["stock"] == 10


def test_totals_over_areas(store: Store) -> None:
    move(store, "receive", 100, 1, area="a")
    move(store, "receive", 50, 1, area="b")
    for day in (10, 11, 12):
        move(store, "use", 10, day, area="a")
    move(store, "receive", 7, 1, item="消毒液")
    total = supplies.totals(supplies.stock(View(store, LOCAL))).set_index("item")
    # What b uses is not known, so that nobody can say how long all of it lasts.
    assert total.loc["口罩", ["stock", "areas", "unknown"]].tolist() == [120, 2, 0] and pd.isna(total.loc["口罩", "days_left"])
    for day in (10, 11, 12):
        move(store, "use", 5, day, area="b")
    total = supplies.totals(supplies.stock(View(store, LOCAL))).set_index("item")
    assert total.loc["口罩", ["stock", "use_a_day", "days_left", "areas"]].tolist() == [105, 15, 7, 2]
    assert pd.isna(total.loc["消毒液", "days_left"])
    assert set(supplies.stock(View(store, ONLY_B))["area_id"]) == {"b"}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.sampled_from(["receive", "use", "count"]), st.integers(0, 9), st.integers(1, 12)), max_size=8))
def test_the_stock_is_what_a_ledger_by_hand_says(store: Store, moves: list[tuple[str, int, int]]) -> None:
    item = new_id()  # of its own for each example
    known: list[tuple[int, int, str, int]] = []

    def by_hand(until: int) -> int:
        left = 0
        for day, _, action, quantity in sorted(known):
            if day <= until:
                left = quantity if action == "count" else left + quantity * (1 if action == "receive" else -1)
        return left

    for number, (action, quantity, day) in enumerate(moves):
        refused = (quantity == 0 and action != "count") or (action == "use" and quantity > by_hand(day))
        try:
            move(store, action, quantity, day, item=item)
            assert not refused
            known.append((day, number, action, quantity))
        except InputError:
            assert refused
    for day in (3, 12):
        found = supplies.stock(View(store, LOCAL, at=at(day, 18)))
        here = found.loc[found["item"] == item, ["stock", "doubt"]].to_numpy().tolist()
        # Below zero is no stock: it is flagged, and no figure.
        assert [None if pd.isna(n) else n for n, _ in here] == ([] if not here else [by_hand(day) if by_hand(day) >= 0 else None])
        assert [doubt == "below_zero" for _, doubt in here] == ([] if not here else [by_hand(day) < 0])


# Outreach, measures, findings


def test_outreach_by_reporting_unit(store: Store) -> None:
    environment.hand_out(store, LOCAL, "a", kind="leaflet", quantity=200)
    twice = environment.hand_out(store, LOCAL, "a", kind="leaflet", quantity=100)
    environment.hand_out(store, LOCAL, "b", kind="banner", quantity=12)
    environment.hand_out(store, LOCAL, "t", kind="broadcast", quantity=3)
    totals = environment.outreach_totals(View(store, LOCAL)).set_index("unit_name")[["leaflet", "banner", "broadcast", "other"]]
    assert totals.loc["朝阳村"].tolist() == [300, 0, 0, 0]
    assert totals.loc["柳林村"].tolist() == [0, 12, 0, 0]
    assert totals.loc["青禾镇"].tolist() == [0, 0, 3, 0]
    store.undo(LOCAL, twice)
    assert environment.outreach_totals(View(store, LOCAL))["leaflet"].sum() == 200
    with pytest.raises(InputError, match="not one of"):
        environment.hand_out(store, LOCAL, "a", kind="letters", quantity=1)
    with pytest.raises(InputError, match="whole number"):
        environment.hand_out(store, LOCAL, "a", kind="leaflet", quantity=0)
    with pytest.raises(NotFound):
        environment.hand_out(store, ONLY_B, "a", kind="leaflet", quantity=1)


def in_force(store: Store, day: int) -> list[str]:
    found = environment.measures(View(store, LOCAL, at=at(day)))
    return sorted(found.loc[found["status"] == "active", "title"])


def test_measures_are_in_force_between_their_dates(store: Store) -> None:
    closing, _ = environment.order_measure(store, LOCAL, "t", title="关闭活禽市场", ordered_by="指挥部", effective_at=at(5))
    environment.order_measure(store, LOCAL, "a", title="凭证出入", ordered_by="指挥部", effective_at=at(10))
    environment.order_measure(store, LOCAL, "a", title="全员摸排", ordered_by="指挥部", effective_at=at(20))
    ended = environment.end_measure(store, LOCAL, closing, ordered_by="指挥部", effective_at=at(12))
    assert [in_force(store, day) for day in (4, 5, 11, 12, 21)] == [
        [],
        ["关闭活禽市场"],
        ["关闭活禽市场", "凭证出入"],
        ["凭证出入"],
        ["全员摸排", "凭证出入"],
    ]
    with pytest.raises(InputError, match="ended already"):
        environment.end_measure(store, LOCAL, closing, ordered_by="指挥部")
    store.undo(LOCAL, ended)
    assert "关闭活禽市场" in in_force(store, 12)
    with pytest.raises(InputError, match="who ordered"):
        environment.end_measure(store, LOCAL, closing, ordered_by="")
    with pytest.raises(InputError, match="called and who"):
        environment.order_measure(store, LOCAL, "t", title="", ordered_by="指挥部")


def test_a_finding_is_mended_once(store: Store) -> None:
    finding, _ = environment.report_finding(
        store, LOCAL, "a", subject="东门卡口", finding="登记不全", inspector="督查组", effective_at=at(11)
    )
    mended = environment.resolve_finding(store, LOCAL, finding, inspector="督查组", effective_at=at(12))
    row = environment.findings(View(store, LOCAL)).iloc[0]
    assert (row["status"], row["found_at"], row["resolved_at"]) == ("resolved", at(11), at(12))
    with pytest.raises(InputError, match="mended already"):
        environment.resolve_finding(store, LOCAL, finding, inspector="督查组")
    store.undo(LOCAL, mended)
    assert environment.findings(View(store, LOCAL))["status"].to_list() == ["open"]
    with pytest.raises(InputError, match="before what is recorded"):
        environment.resolve_finding(store, LOCAL, finding, inspector="督查组", effective_at=at(10))
    with pytest.raises(InputError, match="what was inspected"):
        environment.report_finding(store, LOCAL, "a", subject="", finding="x", inspector="y")
    with pytest.raises(NotFound):
        environment.resolve_finding(store, ONLY_B, finding, inspector="督查组")
